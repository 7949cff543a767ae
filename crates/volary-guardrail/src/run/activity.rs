//! Whether something is in a run, and how.

use std::sync::Arc;

use volary_model::Span;
use volary_pipeline::{
    Activation, Condition, Event, Job, Needs, Platform, RefFilter, Rule, Setting, Text, Variable, When,
};

use super::Run;
use super::pattern::regex_text;
use super::results::Results;
use super::truth::Ask;
use crate::tri::Tri;

/// Whether something is in a run by its own conditions, and how.
#[derive(Clone, Debug)]
pub struct Activity<'a> {
    /// It runs. Whether what ran before lets it is in here only as far as its condition asks; without
    /// [`Activity::asks_status`] the platform's default decides beside it.
    pub runs: Tri,
    /// A condition or guard asks what ran before and so replaces the platform's default.
    pub asks_status: bool,
    /// A person starts it.
    pub manual: bool,
    /// It is manual and nobody waits for it. A job's own `allow_failure` decides where the rule has none: see
    /// [`Activity::waits`].
    pub optional: bool,
    /// GitLab's `when` in this run; `None` where none is written.
    pub when: Option<When>,
    /// GitLab: the `allow_failure` of the rule that matched, and where it is written. `None`: the job's counts.
    pub tolerates: Option<(bool, Option<Span>)>,
    /// GitLab: the exit codes that the rule tolerates.
    pub tolerated_exit_codes: Option<&'a Setting>,
    /// GitLab: the `needs` of the rule that matched. `None`: the job's count.
    pub needs: Option<&'a Needs>,
    /// GitLab: variables that the rule that matched sets. Those of the pipeline's own rules are known to its runs.
    pub variables: &'a [Variable],
    /// What decided: where it is written, and what.
    pub decided: Option<(Span, Arc<str>)>,
    /// `when` comes from a rule.
    by_rule: bool,
}

impl Activity<'_> {
    /// Whether jobs after it wait for somebody to start it, given the job's own `allow_failure`. GitLab's manual jobs may
    /// fail unless it is said; those that a rule makes manual may not.
    pub fn waits(&self, allow_failure: Option<bool>) -> bool {
        if !self.manual {
            return true;
        }
        let tolerates = self.tolerates.map(|(tolerates, _)| tolerates).or(allow_failure);
        !tolerates.unwrap_or(!self.by_rule)
    }
}

/// Whether something is in a run, and how.
pub fn activity<'a>(activation: &'a Activation, platform: Platform, run: &Run, results: &dyn Results) -> Activity<'a> {
    Ask::new(platform, run, results).activity(activation)
}

/// Whether a job is in a run: what its activation says and what the platform adds. A job of GitLab that says nothing about
/// it is not for merge requests, where the pipeline has no rules of its own.
pub fn job_activity<'a>(job: &'a Job, platform: Platform, run: &Run, results: &dyn Results) -> Activity<'a> {
    let activation = &job.activation;
    let mut found = activity(activation, platform, run, results);
    let silent = activation.rules.is_none() && activation.only.is_none() && activation.except.is_none();
    if platform == Platform::GitLab && silent && run.event == Event::PullRequest && !run.world.workflow_rules {
        found.join(Tri::No, job.header, &"only: branches, tags".into());
    }
    found
}

/// A rule as far as it may decide.
struct Outcome<'a> {
    rule: &'a Rule,
    when: When,
}

impl Ask<'_> {
    pub(super) fn activity<'a>(&self, activation: &'a Activation) -> Activity<'a> {
        let mut activity = Activity {
            runs: Tri::Yes,
            asks_status: activation.condition.as_ref().is_some_and(|condition| condition.expr.asks_status()),
            manual: false,
            optional: false,
            when: activation.when.map(|(when, _)| when),
            tolerates: None,
            tolerated_exit_codes: None,
            needs: None,
            variables: &[],
            decided: None,
            by_rule: false,
        };
        for guard in &activation.guards {
            let truth = self.truth(&guard.expr);
            let holds = if guard.expected { truth } else { truth.not() };
            activity.join(holds, guard.at, &guard.text);
        }
        if let Some(condition) = &activation.condition {
            activity.join(self.truth(&condition.expr), condition.at, &condition.text);
        }
        if self.platform == Platform::GitLab {
            match &activation.rules {
                Some(rules) => {
                    activity.by_rule = true;
                    self.rules(activation, &rules.rules, rules.at, &mut activity);
                }
                None => self.filters(activation, &mut activity),
            }
            if activity.when == Some(When::Never) {
                let at = activation.when.map_or_else(|| Span::new(volary_model::FileId(0), 0, 0), |(_, at)| at);
                activity.join(Tri::No, at, &"when: never".into());
            }
            activity.manual = activity.when == Some(When::Manual);
            activity.optional = !activity.waits(None);
        }
        activity
    }

    /// The first rule that matches decides.
    fn rules<'a>(&self, activation: &'a Activation, rules: &'a [Rule], at: Span, activity: &mut Activity<'a>) {
        let usual = activation.when.map_or(When::OnSuccess, |(when, _)| when);
        let mut possible: Vec<Outcome<'a>> = Vec::new();
        let mut certain = false;
        for rule in rules {
            let matches = self.rule(rule);
            if matches == Tri::No {
                continue;
            }
            possible.push(Outcome { rule, when: rule.when.map_or(usual, |(when, _)| when) });
            if matches == Tri::Yes {
                certain = true;
                break;
            }
        }
        let Some(first) = possible.first() else {
            activity.join(Tri::No, at, &"rules".into());
            return;
        };
        let runs = |outcome: &Outcome<'_>| match outcome.when {
            When::Never => Tri::No,
            When::Unknown => Tri::Unknown,
            _ => Tri::Yes,
        };
        let (low, high) = possible
            .iter()
            .fold((Tri::Yes, Tri::No), |(low, high), outcome| (low.min(runs(outcome)), high.max(runs(outcome))));
        let low = if certain { low } else { Tri::No };
        let joined = if low == high { low } else { Tri::Unknown };
        activity.join(joined, first.rule.at, &shown(first.rule));
        // Where several may decide, what the first that runs says is taken.
        let decides = possible.iter().find(|outcome| outcome.when != When::Never).unwrap_or(first);
        activity.when = Some(decides.when);
        activity.by_rule = decides.rule.when.is_some() || activation.when.is_none();
        activity.needs = decides.rule.needs.as_ref();
        activity.variables = &decides.rule.variables;
        if let Some(setting) = &decides.rule.allow_failure {
            match setting.truth() {
                Some(truth) => activity.tolerates = Some((truth, setting.at())),
                None if setting.value.get("exit_codes").is_some() => activity.tolerated_exit_codes = Some(setting),
                None => {}
            }
        }
    }

    /// Whether everything in a rule holds.
    fn rule(&self, rule: &Rule) -> Tri {
        let mut holds = rule.condition.as_ref().map_or(Tri::Yes, |condition| self.truth(&condition.expr));
        if let Some(paths) = &rule.changes {
            holds = holds.and(self.changes(paths));
        }
        if let Some(paths) = &rule.exists {
            holds = holds.and(self.chosen(&files_key("exists", paths)));
        }
        holds
    }

    /// Whether files changed. Where there is nothing to compare with, they count as changed.
    pub(super) fn changes(&self, paths: &[Text]) -> Tri {
        if !compares(self.run) {
            return Tri::Yes;
        }
        self.chosen(&files_key("changes", paths))
    }

    pub(super) fn chosen(&self, key: &str) -> Tri {
        self.run.choices.get(key).map(|choice| choice.truth).into()
    }

    /// `only` and `except`.
    fn filters<'a>(&self, activation: &'a Activation, activity: &mut Activity<'a>) {
        let Some((only, except)) = self.only_and_except(activation) else { return };
        if let Some((holds, at)) = only {
            activity.join(holds, at, &"only".into());
        }
        if let Some((holds, at)) = except {
            activity.join(holds.not(), at, &"except".into());
        }
    }

    #[allow(clippy::type_complexity)]
    fn only_and_except(&self, activation: &Activation) -> Option<(Option<(Tri, Span)>, Option<(Tri, Span)>)> {
        if activation.only.is_none() && activation.except.is_none() {
            return None;
        }
        let refs = |filter: &RefFilter| match &filter.refs {
            Some(refs) => refs.iter().fold(Tri::No, |so, name| so.or(self.reference_fits(name))),
            None => Tri::from(self.run.event != Event::PullRequest),
        };
        let variables =
            |list: &[Condition]| list.iter().fold(Tri::No, |so, condition| so.or(self.truth(&condition.expr)));
        let cluster = || self.chosen("kubernetes: active");
        let only = activation.only.as_ref().map(|only| {
            let mut holds = refs(only);
            if !only.variables.is_empty() {
                holds = holds.and(variables(&only.variables));
            }
            if let Some(paths) = &only.changes {
                holds = holds.and(self.changes(paths));
            }
            if only.kubernetes {
                holds = holds.and(cluster());
            }
            (holds, only.at)
        });
        let only = only.or_else(|| {
            let at = activation.except.as_ref().map(|except| except.at)?;
            Some((Tri::from(self.run.event != Event::PullRequest), at))
        });
        let except = activation.except.as_ref().map(|except| {
            let mut holds = if except.refs.is_some() { refs(except) } else { Tri::No };
            holds = holds.or(variables(&except.variables));
            if let Some(paths) = &except.changes {
                holds = holds.or(self.changes(paths));
            }
            if except.kubernetes {
                holds = holds.or(cluster());
            }
            (holds, except.at)
        });
        Some((only, except))
    }

    /// A name, pattern or keyword of `only` or `except`.
    fn reference_fits(&self, name: &Text) -> Tri {
        let run = self.run;
        let Some(name) = name.known() else { return Tri::Unknown };
        // `main@group/project`: only there.
        let name = match name.rsplit_once('@') {
            Some((name, project)) if project.contains('/') && !name.is_empty() && !name.starts_with('/') => name,
            _ => name.as_str(),
        };
        let source = super::names::lookup(self, &["CI_PIPELINE_SOURCE".into()]);
        let source = source.as_ref().and_then(|value| value.as_text()).unwrap_or_default();
        let merge_request = run.event == Event::PullRequest;
        let keyword = match name {
            "branches" => run.branch.is_some() && run.tag.is_none() && !merge_request,
            "tags" => run.tag.is_some(),
            "merge_requests" => merge_request,
            "schedules" => source == "schedule",
            "web" => source == "web",
            "api" => source == "api",
            "pushes" => source == "push",
            "triggers" => source == "trigger",
            "pipelines" => source == "pipeline",
            "chat" => source == "chat",
            "external" => source == "external",
            "external_pull_requests" => false,
            _ => {
                if merge_request {
                    return Tri::No;
                }
                let Some(actual) = run.tag.as_deref().or(run.branch.as_deref()) else { return Tri::Unknown };
                return match regex_text(name) {
                    Some(pattern) => run.world.matches(&pattern, actual).into(),
                    None => (name == actual).into(),
                };
            }
        };
        keyword.into()
    }
}

impl Activity<'_> {
    /// Adds a condition; the first that is decided against it is the one that decided.
    fn join(&mut self, holds: Tri, at: Span, text: &Arc<str>) {
        let before = self.runs;
        self.runs = before.and(holds);
        if self.decided.is_none() || self.runs < before {
            self.decided = Some((at, text.clone()));
        }
    }
}

/// What a rule says, for explanations.
fn shown(rule: &Rule) -> Arc<str> {
    match (&rule.condition, rule.when) {
        (Some(condition), _) => condition.text.clone(),
        (None, Some((when, _))) => format!("when: {}", when_text(when)).into(),
        (None, None) => "rules".into(),
    }
}

fn when_text(when: When) -> &'static str {
    match when {
        When::OnSuccess => "on_success",
        When::OnFailure => "on_failure",
        When::Always => "always",
        When::Never => "never",
        When::Manual => "manual",
        When::Delayed => "delayed",
        When::Unknown => "?",
    }
}

/// The key of a choice about files.
pub(super) fn files_key(word: &str, paths: &[Text]) -> String {
    let paths: Vec<String> = paths.iter().map(Text::canonical).collect();
    format!("{word}: {}", paths.join(", "))
}

/// Whether changed files are known in a run: of a branch's commits and of merge requests.
pub(super) fn compares(run: &Run) -> bool {
    match run.event {
        Event::Push => run.tag.is_none(),
        Event::PullRequest | Event::Call => true,
        _ => false,
    }
}
