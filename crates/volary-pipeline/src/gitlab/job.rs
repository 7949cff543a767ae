//! Jobs.

use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Reason, Role, Value};

use super::Builder;
use super::text::{Texts, joined};
use crate::model::{
    Action, Artifact, Container, Direction, Environment, Job, JobKind, Leg, Need, Needs, Phase, Runner, Script,
    SecretKind, SecretUse, Setting, Shell, ShellKind, Start, Step, Strategy, Text, Uses, UsesKind, Variable,
    VariableKind, scalar_text,
};
use crate::reader::{as_list, entry, key_text, span, whole};

/// `default` and the keys at the top that do the same.
pub(super) struct Defaults {
    entries: Vec<Entry>,
}

/// What `default` may hold.
const DEFAULTS: [&str; 13] = [
    "after_script",
    "artifacts",
    "before_script",
    "cache",
    "hooks",
    "id_tokens",
    "image",
    "interruptible",
    "retry",
    "services",
    "tags",
    "timeout",
    "identity",
];

impl Defaults {
    pub(super) fn of(root: &Value) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        let global = ["image", "services", "before_script", "after_script", "cache"];
        entries.extend(global.iter().filter_map(|key| entry(root, key).cloned()));
        if let Some(map) = root.get("default").and_then(Value::as_map) {
            entries.extend(map.entries().iter().filter(|entry| DEFAULTS.contains(&&*entry.key)).cloned());
        }
        Self { entries }
    }

    /// A key of a job, else the default that it inherits.
    fn get<'v>(&'v self, job: &'v Value, key: &str) -> Option<&'v Entry> {
        if let Some(own) = entry(job, key) {
            return (!own.value.is_null()).then_some(own);
        }
        let inherits = match job.get("inherit").and_then(|inherit| inherit.get("default")) {
            None => true,
            Some(value) => match &value.data {
                Data::Bool(truth) => *truth,
                Data::List(list) => list.iter().any(|name| name.as_text() == Some(key)),
                _ => true,
            },
        };
        self.entries.iter().rev().find(|entry| &*entry.key == key && inherits)
    }
}

impl Builder<'_, '_> {
    pub(super) fn job(&mut self, found: &Entry, defaults: &Defaults, outer: &Texts) {
        let value = &found.value;
        if value.as_map().is_none() {
            if !value.is_null() && value.as_unknown().is_none() {
                let help = "A key at the top is a keyword or a job.";
                self.reader.issue(whole(found), format!("`{}` is no job", found.key), help);
            }
            return;
        }
        let header = found.key_span.unwrap_or_else(|| span(value));
        let mut job = Job::new(key_text(found), JobKind::Plain, whole(found), header, value.clone());
        if let Some(included) = self.included(&found.key, header) {
            job.through = included.through.clone();
            job.activation.guards = included.guards.clone();
        }
        let mut texts = outer.clone();
        if let Some(variables) = entry(value, "variables") {
            job.variables = self.variables(&variables.value, outer);
            texts.add(&job.variables);
        }
        let texts = &texts;
        let guards = std::mem::take(&mut job.activation.guards);
        job.activation = self.activation(value, texts);
        job.activation.guards = guards;
        self.stage(value, &mut job, texts);
        job.needs = match entry(value, "needs").filter(|found| !found.value.is_null()) {
            Some(found) => self.needs(found, texts),
            None => Needs::Before,
        };
        self.tolerance(value, &mut job, texts);
        job.timeout = defaults.get(value, "timeout").map(|found| self.setting(found, texts));
        job.retry = defaults.get(value, "retry").map(|found| {
            let max = entry(&found.value, "max").unwrap_or(found);
            self.setting(max, texts)
        });
        job.concurrency = entry(value, "resource_group").map(|found| found.value.clone());
        job.container = defaults.get(value, "image").map(|found| self.image(&found.value, texts));
        if let Some(services) = defaults.get(value, "services") {
            for service in as_list(&services.value) {
                let mut container = self.image(service, texts);
                container.alias = service.get("alias").map(|alias| self.text(alias, texts));
                job.services.push(container);
            }
        }
        if let Some(tags) = defaults.get(value, "tags") {
            let labels = as_list(&tags.value).into_iter().map(|tag| self.text(tag, texts)).collect();
            job.runner = Some(Runner {
                labels,
                pool: None,
                container: None,
                hosted: None,
                demands: Vec::new(),
                at: whole(tags),
            });
        }
        job.environment = entry(value, "environment").and_then(|found| self.environment(found, texts));
        job.strategy = entry(value, "parallel").map(|found| self.parallel(found, texts));
        self.secrets(value, defaults, &mut job, texts);
        self.artifacts(value, defaults, &mut job, texts);
        if let Some(trigger) = entry(value, "trigger") {
            let start = self.trigger(trigger, texts);
            self.pipeline.uses.extend(start.uses.iter().cloned());
            job.kind = JobKind::Start(Box::new(start));
        }
        self.scripts(value, defaults, &mut job);
        self.missing_keys(found, &mut job);
        self.pipeline.jobs.push(job);
    }

    /// A job that extends one that nobody saw may hold anything; and one without a script is none.
    fn missing_keys(&mut self, found: &Entry, job: &mut Job) {
        let unseen = found.value.holds().and_then(Value::as_unknown).map(|unknown| unknown.reason.clone());
        if let Some(reason) = unseen {
            let at = entry(&found.value, "extends").map_or(job.header, |extends| span(&extends.value));
            let uses = Uses {
                kind: UsesKind::Include,
                written: Text::literal(reason.about.clone(), Origin::at(at, Role::Attribute)),
                name: reason.about.clone(),
                reference: None,
                repository: None,
                path: Arc::from(""),
                at,
                found: crate::model::Found::Missing(reason.clone()),
            };
            if job.steps.is_empty() {
                let mut step = Step::new(Action::Hidden(uses, reason), at, at);
                step.through = job.through.clone();
                job.steps.push(step);
            }
            return;
        }
        let works =
            ["script", "trigger", "run", "pages", "release"].iter().any(|key| entry(&found.value, key).is_some());
        if !works && !self.open {
            self.reader.issue(
                job.header,
                format!("the job `{}` has neither `script` nor `trigger`", found.key),
                "GitLab refuses the configuration; say what the job does, or hide it with a dot before its name.",
            );
        }
    }

    fn setting(&mut self, found: &Entry, texts: &Texts) -> Setting {
        Setting::of(self.text(&found.value, texts), found.key_span)
    }

    fn stage(&mut self, value: &Value, job: &mut Job, texts: &Texts) {
        let written = entry(value, "stage").filter(|found| !found.value.is_null());
        let name = match written {
            Some(found) => self.text(&found.value, texts).known(),
            None => Some("test".to_owned()),
        };
        job.stage = name.as_deref().and_then(|name| self.stage_named(name));
        if let (None, Some(found), Some(name)) = (job.stage, written, name)
            && !self.open
        {
            self.reader.issue(
                span(&found.value),
                format!("no stage is named `{name}`"),
                "GitLab refuses the configuration; add the stage to `stages`.",
            );
        }
    }

    fn tolerance(&mut self, value: &Value, job: &mut Job, texts: &Texts) {
        let Some(found) = entry(value, "allow_failure") else { return };
        match entry(&found.value, "exit_codes") {
            Some(codes) => {
                let mut setting = self.setting(codes, texts);
                setting.value = codes.value.clone();
                job.tolerated_exit_codes = Some(setting);
            }
            None => job.continue_on_error = Some(self.setting(found, texts)),
        }
    }

    /// `needs`.
    pub(super) fn needs(&mut self, found: &Entry, texts: &Texts) -> Needs {
        let mut needs = Vec::new();
        let mut open = vec![&found.value];
        while let Some(value) = open.pop() {
            if let Some(list) = value.as_list() {
                // References bring whole lists along.
                open.extend(list.iter().rev());
                continue;
            }
            if value.is_null() {
                continue;
            }
            let job = value.get("job").or(if value.as_map().is_some() { None } else { Some(value) });
            let foreign = ["pipeline", "project"].iter().any(|key| value.get(key).is_some());
            let Some(name) = job.or_else(|| value.get("pipeline")).or_else(|| value.get("project")) else { continue };
            needs.push(Need {
                name: self.text(name, texts),
                targets: Vec::new(),
                at: span(value),
                optional: value.get("optional").and_then(Value::as_bool).unwrap_or(false),
                artifacts: value.get("artifacts").and_then(Value::as_bool).unwrap_or(true),
                foreign,
            });
        }
        if needs.is_empty() { Needs::Nothing { at: Some(whole(found)) } } else { Needs::Named(needs) }
    }

    fn image(&mut self, value: &Value, texts: &Texts) -> Container {
        let name = value.get("name").unwrap_or(value);
        let variables = value.get("variables").cloned();
        Container {
            image: self.text(name, texts),
            alias: None,
            options: None,
            credentials: None,
            variables: variables.map(|value| self.variables(&value, texts)).unwrap_or_default(),
            at: span(value),
        }
    }

    fn environment(&mut self, found: &Entry, texts: &Texts) -> Option<Environment> {
        let value = &found.value;
        let name = if value.as_map().is_some() { value.get("name")? } else { value };
        if name.is_null() {
            return None;
        }
        Some(Environment {
            name: self.text(name, texts),
            url: value.get("url").map(|url| self.text(url, texts)),
            action: value.get("action").map(|action| self.text(action, texts)),
            tier: value.get("deployment_tier").map(|tier| self.text(tier, texts)),
            at: whole(found),
            key: found.key_span,
        })
    }

    fn parallel(&mut self, found: &Entry, texts: &Texts) -> Strategy {
        let mut strategy = Strategy {
            dimensions: Vec::new(),
            legs: None,
            unknown: None,
            fail_fast: None,
            max_parallel: None,
            at: whole(found),
        };
        let Some(matrix) = found.value.get("matrix") else {
            strategy.max_parallel = Some(self.setting(found, texts));
            return strategy;
        };
        let most = self.reader.limits.matrix_legs;
        let mut legs: Vec<Leg> = Vec::new();
        for row in as_list(matrix) {
            let mut combinations: Vec<Vec<(Arc<str>, Value)>> = vec![Vec::new()];
            for entry in row.as_map().map(|map| map.entries()).unwrap_or_default() {
                let values = as_list(&entry.value);
                if combinations.len().saturating_mul(values.len()) > most {
                    let reason = "more legs of a matrix than are written out";
                    strategy.unknown = Some(Reason::new(volary_model::ReasonKind::Limit, reason));
                    return strategy;
                }
                let with = |leg: &Vec<(Arc<str>, Value)>| {
                    let extended =
                        |value: &&Value| leg.iter().cloned().chain([(entry.key.clone(), (*value).clone())]).collect();
                    values.iter().map(extended).collect::<Vec<Vec<_>>>()
                };
                combinations = combinations.iter().flat_map(with).collect();
            }
            legs.extend(combinations.into_iter().map(|values| Leg { name: None, values }));
        }
        if legs.len() <= most {
            strategy.legs = Some(legs);
        } else {
            let reason = "more legs of a matrix than are written out";
            strategy.unknown = Some(Reason::new(volary_model::ReasonKind::Limit, reason));
        }
        strategy
    }

    fn secrets(&mut self, value: &Value, defaults: &Defaults, job: &mut Job, texts: &Texts) {
        for (key, kind) in [("secrets", SecretKind::Vault), ("id_tokens", SecretKind::Identity)] {
            let Some(map) = defaults.get(value, key).and_then(|found| found.value.as_map()) else { continue };
            for secret in map.entries() {
                let at = secret.key_span.unwrap_or_else(|| span(&secret.value));
                job.secrets.push(SecretUse { name: key_text(secret), kind, at, into: Some(secret.key.clone()) });
                job.variables.push(Variable {
                    name: key_text(secret),
                    at,
                    kind: VariableKind::Secret,
                    value: secret.value.get("aud").map_or_else(
                        || Text::literal("", secret.value.origin.clone()),
                        |value| self.text(value, texts),
                    ),
                    readonly: None,
                    guards: Vec::new(),
                    through: job.through.clone(),
                });
            }
        }
    }

    fn artifacts(&mut self, value: &Value, defaults: &Defaults, job: &mut Job, texts: &Texts) {
        if let Some(found) = defaults.get(value, "artifacts") {
            let mut paths = Vec::new();
            for path in found.value.get("paths").map(as_list).unwrap_or_default() {
                paths.push(self.text(path, texts));
            }
            for report in
                found.value.get("reports").and_then(Value::as_map).map(|map| map.entries()).unwrap_or_default()
            {
                for path in as_list(&report.value).into_iter().filter(|path| path.as_map().is_none()) {
                    paths.push(self.text(path, texts));
                }
            }
            job.artifacts.push(Artifact {
                direction: Direction::Publish,
                name: found.value.get("name").map(|name| self.text(name, texts)),
                paths,
                from: None,
                at: whole(found),
            });
        }
        if let Some(found) = entry(value, "dependencies") {
            for name in as_list(&found.value) {
                let from = self.text(name, texts);
                job.artifacts.push(Artifact {
                    direction: Direction::Download,
                    name: None,
                    paths: Vec::new(),
                    from: Some(from),
                    at: span(name),
                });
            }
        }
        if let Some(found) = defaults.get(value, "cache") {
            for cache in as_list(&found.value) {
                let key = cache.get("key").filter(|key| scalar_text(key).is_some());
                let mut paths = Vec::new();
                for path in cache.get("paths").map(as_list).unwrap_or_default() {
                    paths.push(self.text(path, texts));
                }
                job.artifacts.push(Artifact {
                    direction: Direction::Cache,
                    name: key.map(|key| self.text(key, texts)),
                    paths,
                    from: None,
                    at: span(cache),
                });
            }
        }
    }

    fn trigger(&mut self, found: &Entry, texts: &Texts) -> Start {
        let value = &found.value;
        let mut uses = Vec::new();
        if let Some(include) = value.get("include") {
            for item in as_list(include) {
                for mut target in self.targets(item, None) {
                    target.uses.found = self.is_there(&target);
                    target.uses.kind = UsesKind::Pipeline;
                    uses.push(target.uses);
                }
            }
        }
        let project = if value.as_map().is_some() { value.get("project") } else { Some(value) };
        if let Some(project) = project.filter(|project| !project.is_null()) {
            let written = self.text(project, texts);
            let name: Arc<str> = written.canonical().into();
            let reason = Reason::new(volary_model::ReasonKind::MissingSource, name.clone());
            let branch = value.get("branch").map(|branch| self.text(branch, texts));
            uses.push(Uses {
                kind: UsesKind::Pipeline,
                repository: Some(Arc::new(crate::model::Repository {
                    host: crate::model::Host::GitLab,
                    name: name.clone(),
                    reference: branch.as_ref().map(|branch| branch.canonical().into()),
                    alias: None,
                })),
                written,
                name,
                reference: branch,
                path: Arc::from(""),
                at: span(project),
                found: crate::model::Found::Missing(reason),
            });
        }
        let strategy = entry(value, "strategy");
        let waits = strategy.map(|found| matches!(found.value.as_text(), Some("depend" | "mirror")));
        Start { uses, waits: Some(waits.unwrap_or(false)), waits_at: strategy.map(whole), written: value.clone() }
    }

    /// One step for each of the scripts. `before_script` and `script` run in one shell, `after_script` in another one whose
    /// exit code does not count.
    fn scripts(&mut self, value: &Value, defaults: &Defaults, job: &mut Job) {
        let shell = shell(job);
        let hook = defaults.get(value, "hooks").and_then(|hooks| entry(&hooks.value, "pre_get_sources_script"));
        let before = defaults.get(value, "before_script");
        let main = entry(value, "script").filter(|found| !found.value.is_null());
        let after = defaults.get(value, "after_script");
        let works = main.is_some() || entry(value, "run").is_some();
        let parts = [(hook, Phase::Before), (before, Phase::Before), (main, Phase::Main), (after, Phase::After)];
        for (found, phase) in parts {
            let Some(found) = found.filter(|_| works) else { continue };
            let mut lines = Vec::new();
            self.lines(&found.value, 0, &mut lines);
            if lines.is_empty() {
                continue;
            }
            let text = joined(lines, found.value.origin.clone());
            let key = found.key_span.unwrap_or_else(|| span(&found.value));
            let mut step = Step::new(Action::Script(Box::new(Script::new(text, shell.clone()))), whole(found), key);
            step.phase = phase;
            step.through = job.through.clone();
            self.reader.weigh(&step);
            job.steps.push(step);
        }
        for step in entry(value, "run").map(|found| as_list(&found.value)).unwrap_or_default() {
            self.run_step(step, &shell, job);
        }
    }

    /// A step of `run`: a script, or a step that lies elsewhere.
    fn run_step(&mut self, value: &Value, shell: &Shell, job: &mut Job) {
        let at = span(value);
        let mut step = if let Some(script) = entry(value, "script") {
            let text = self.script_text(&script.value);
            Step::new(Action::Script(Box::new(Script::new(text, shell.clone()))), at, script.key_span.unwrap_or(at))
        } else if let Some(found) = entry(value, "step") {
            let written = self.script_text(&found.value);
            let uses = Uses {
                kind: UsesKind::Step,
                name: written.canonical().into(),
                written,
                reference: None,
                repository: None,
                path: Arc::from(""),
                at: span(&found.value),
                found: crate::model::Found::External,
            };
            Step::new(Action::Uses(uses), at, found.key_span.unwrap_or(at))
        } else {
            return;
        };
        step.id = entry(value, "name").map(|name| self.reader.plain(&name.value));
        step.through = job.through.clone();
        job.steps.push(step);
    }

    /// The lines of a script; lists in it, which anchors and references bring along, are flattened.
    fn lines(&mut self, value: &Value, depth: usize, into: &mut Vec<Text>) {
        match &value.data {
            Data::List(list) if depth < 20 => {
                for value in list.iter() {
                    self.lines(value, depth + 1, into);
                }
            }
            Data::Null | Data::List(_) | Data::Map(_) => {}
            _ => {
                let text = self.script_text(value);
                into.push(text);
            }
        }
    }
}

/// The shell of GitLab's runner: it sets errexit, and pipefail where the shell has it. Jobs of Windows runners have
/// PowerShell.
fn shell(job: &Job) -> Shell {
    let labels = job.runner.as_ref().map(|runner| runner.labels.as_slice()).unwrap_or_default();
    if labels.iter().any(|label| label.canonical().to_lowercase().contains("windows")) {
        return Shell { errexit: true, ..Shell::plain(ShellKind::Pwsh) };
    }
    Shell::plain(ShellKind::Bash).with_errexit().with_pipefail()
}
