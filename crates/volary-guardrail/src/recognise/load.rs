//! Reading the files of `catalog/recognisers/`.

use std::sync::Arc;

use volary_model::{Entry, Problem, Value};

use super::condition::Condition;
use super::examples;
use super::tool::{
    ArtifactKind, Behaviour, ChangeKind, Command, ConfigKey, Covers, Does, EffectKind, Findings, FloorForm, FloorRule,
    Form, Pick, PickBase, Platform, Setting, Tool, Uses, What,
};
use crate::CatalogueText;
use crate::controls::Controls;
use crate::reader::{Reader, span};

const BEHAVIOUR: &[&str] =
    &["findings", "stops-when", "softened-by", "narrowed-by", "floor", "report", "gate", "server"];
const TOOL: &[&str] = &[
    "id",
    "name",
    "references",
    "files",
    "comments",
    "settings",
    "does",
    "commands",
    "actions",
    "tasks",
    "gitlab",
    "jenkins",
    "examples",
];
const FORM: &[&str] = &["sub", "anywhere", "operands", "settings", "defaults", "does"];
const COMMAND: &[&str] = &["run", "images", "valued", "flags", "info", "rest", "powershell", "forms"];
const USES: &[&str] = &["uses", "task", "template", "component", "job", "step", "command"];
const DOES: &[&str] = &[
    "control",
    "effect",
    "change",
    "kind",
    "breaker",
    "upload",
    "approval",
    "script",
    "credential",
    "when",
    "unless",
    "target",
    "otherwise",
    "covers",
    "from",
    "to",
];
const SETTING: &[&str] = &["option", "flag", "env", "input", "config", "default", "hard"];

fn keys<'k>(lists: &[&[&'k str]]) -> Vec<&'k str> {
    lists.concat()
}

/// Reads one file. What is wrong in it is reported; a tool with problems is not used.
pub(crate) fn tool(text: &CatalogueText, controls: &Controls) -> (Option<Tool>, Vec<Problem>) {
    let mut reader = Reader::new(text);
    let tool = reader.document().map(|document| {
        let mut loader = Loader { reader: &mut reader, controls };
        let tool = loader.tool(&document);
        loader.check(&tool, &document);
        tool
    });
    let fine = reader.problems.is_empty();
    (tool.filter(|_| fine), reader.problems)
}

struct Loader<'r> {
    reader: &'r mut Reader,
    controls: &'r Controls,
}

impl Loader<'_> {
    fn tool(&mut self, document: &Value) -> Tool {
        let mut tool = Tool {
            id: "".into(),
            name: "".into(),
            references: Vec::new(),
            files: Vec::new(),
            comments: Vec::new(),
            settings: Vec::new(),
            behaviour: Behaviour::default(),
            does: Vec::new(),
            commands: Vec::new(),
            uses: Vec::new(),
            examples: Vec::new(),
        };
        for entry in self.reader.entries(document, "a recogniser", &keys(&[TOOL, BEHAVIOUR])) {
            let value = &entry.value;
            match &*entry.key {
                "id" => tool.id = self.reader.text(value, "`id`"),
                "name" => tool.name = self.reader.text(value, "`name`"),
                "references" => tool.references = self.reader.texts(value, "`references`"),
                "files" => tool.files = self.reader.texts(value, "`files`"),
                "comments" => tool.comments = self.reader.texts(value, "`comments`"),
                "settings" => tool.settings = self.settings(value),
                "does" => tool.does = self.does(value),
                "commands" => tool.commands = self.each(value, Self::command),
                "examples" => tool.examples = examples::read(self.reader, value),
                "actions" | "tasks" | "gitlab" | "jenkins" => {
                    let uses = self.each(value, Self::uses);
                    tool.uses.extend(uses);
                }
                _ => self.behaviour(entry, &mut tool.behaviour),
            }
        }
        let file = self.reader.path().rsplit('/').next().unwrap_or_default().trim_end_matches(".yaml").to_owned();
        if *tool.id != *file {
            self.reader.problem(span(document), format!("`id` must be the name of the file, `{file}`"), "");
        }
        if tool.name.is_empty() || tool.examples.is_empty() {
            self.reader.problem(span(document), "a recogniser needs `name` and `examples`", "");
        }
        tool
    }

    fn each<T>(&mut self, value: &Value, read: fn(&mut Self, &Value) -> T) -> Vec<T> {
        self.reader.list(value).into_iter().map(|element| read(self, element)).collect()
    }

    fn settings(&mut self, value: &Value) -> Vec<Setting> {
        let mut settings = Vec::new();
        for entry in self.reader.entries(value, "`settings`", &[]) {
            let mut setting = Setting { name: entry.key.clone(), ..Setting::default() };
            for entry in self.reader.entries(&entry.value, "a setting", SETTING) {
                let value = &entry.value;
                match &*entry.key {
                    "option" => setting.options = self.reader.texts(value, "`option`"),
                    "flag" => setting.flags = self.reader.texts(value, "`flag`"),
                    "env" => setting.env = self.reader.texts(value, "`env`"),
                    "input" => setting.inputs = self.reader.texts(value, "`input`"),
                    "config" => setting.config = self.config(value),
                    "default" => setting.default = Some(self.reader.text(value, "`default`")),
                    "hard" => setting.hard = Some(self.reader.text(value, "`hard`")),
                    _ => {}
                }
            }
            settings.push(setting);
        }
        settings
    }

    fn config(&mut self, value: &Value) -> Vec<ConfigKey> {
        let texts = self.reader.texts(value, "`config`");
        let mut keys = Vec::new();
        for text in texts {
            match text.split_once('#') {
                Some((file, at)) => {
                    keys.push(ConfigKey { file: file.into(), at: at.split('/').map(Arc::from).collect() });
                }
                None => self.reader.problem(span(value), format!("`{text}` must be `file#key`"), ""),
            }
        }
        keys
    }

    fn command(&mut self, value: &Value) -> Command {
        let mut command = Command::default();
        let mut form = None;
        for entry in self.reader.entries(value, "a command", &keys(&[COMMAND, FORM, BEHAVIOUR])) {
            let value = &entry.value;
            match &*entry.key {
                "run" => command.run = lower(self.reader.texts(value, "`run`")),
                "images" => command.images = lower(self.reader.texts(value, "`images`")),
                "valued" => command.valued = self.reader.texts(value, "`valued`"),
                "flags" => command.flags = self.reader.texts(value, "`flags`"),
                "info" => command.info = self.reader.texts(value, "`info`"),
                "rest" => command.rest_valued = &*self.reader.text(value, "`rest`") == "valued",
                "powershell" => command.powershell = self.reader.truth(value, "`powershell`"),
                "forms" => command.forms = self.each(value, Self::form),
                _ => self.form_entry(entry, form.get_or_insert_with(Form::default)),
            }
        }
        match form {
            Some(form) if command.forms.is_empty() => command.forms.push(form),
            None if command.forms.is_empty() => command.forms.push(Form::default()),
            Some(_) => self.reader.problem(span(value), "a command with `forms` has nothing else of a form", ""),
            None => {}
        }
        command
    }

    fn form(&mut self, value: &Value) -> Form {
        let mut form = Form::default();
        for entry in self.reader.entries(value, "a form", &keys(&[FORM, BEHAVIOUR])) {
            self.form_entry(entry, &mut form);
        }
        form
    }

    fn form_entry(&mut self, entry: &Entry, form: &mut Form) {
        let value = &entry.value;
        match &*entry.key {
            "sub" => {
                let subs = self.reader.texts(value, "`sub`");
                form.sub = subs.iter().map(|sub| sub.split_ascii_whitespace().map(Arc::from).collect()).collect();
            }
            "anywhere" => form.anywhere = self.reader.truth(value, "`anywhere`"),
            "operands" => {
                let text = self.reader.text(value, "`operands`");
                let (least, most) = text.split_once("..").unwrap_or((&text, &text));
                form.least = least.parse().unwrap_or(0);
                form.most = most.parse().ok();
                if least.parse::<usize>().is_err() {
                    self.reader.problem(span(value), "`operands` must be `1`, `0..1` or `1..`", "");
                }
            }
            "settings" => form.settings = self.settings(value),
            "defaults" => {
                for entry in self.reader.entries(value, "`defaults`", &[]) {
                    let text = self.reader.text(&entry.value, "a default");
                    form.defaults.push((entry.key.clone(), text));
                }
            }
            "does" => form.does = Some(self.does(value)),
            _ => self.behaviour(entry, &mut form.behaviour),
        }
    }

    fn uses(&mut self, value: &Value) -> Uses {
        let mut uses =
            Uses { platform: Platform::GithubAction, names: Vec::new(), command: None, form: Form::default() };
        for entry in self.reader.entries(value, "a use", &keys(&[USES, FORM, BEHAVIOUR])) {
            let platform = match &*entry.key {
                "uses" => Platform::GithubAction,
                "task" => Platform::AzureTask,
                "template" => Platform::GitlabTemplate,
                "component" => Platform::GitlabComponent,
                "job" => Platform::GitlabJob,
                "step" => Platform::JenkinsStep,
                "command" => {
                    uses.command = Some(self.reader.text(&entry.value, "`command`"));
                    continue;
                }
                _ => {
                    self.form_entry(entry, &mut uses.form);
                    continue;
                }
            };
            uses.platform = platform;
            uses.names = lower(self.reader.texts(&entry.value, "a name"));
        }
        if uses.names.is_empty() {
            self.reader.problem(
                span(value),
                "a use needs a name",
                "Write `uses`, `task`, `template`, `component`, `job` or `step`.",
            );
        }
        uses
    }

    fn behaviour(&mut self, entry: &Entry, behaviour: &mut Behaviour) {
        let value = &entry.value;
        match &*entry.key {
            "findings" => {
                behaviour.findings = match &*self.reader.text(value, "`findings`") {
                    "stops" => Some(Findings::Stops),
                    "reports" => Some(Findings::Reports),
                    "depends" => Some(Findings::Depends),
                    "nothing" => Some(Findings::Nothing),
                    _ => {
                        self.reader.problem(
                            span(value),
                            "`findings` is `stops`, `reports`, `depends` or `nothing`",
                            "",
                        );
                        None
                    }
                }
            }
            "stops-when" => behaviour.stops_when = Some(self.conditions(value)),
            "softened-by" => behaviour.softened_by = Some(self.conditions(value)),
            "narrowed-by" => behaviour.narrowed_by = Some(self.conditions(value)),
            "floor" => behaviour.floor = Some(self.floors(value)),
            "report" => behaviour.report = Some(self.picks(value)),
            "gate" => behaviour.gate = Some(self.reader.text(value, "`gate`")),
            "server" => behaviour.server = Some(self.reader.text(value, "`server`")),
            _ => {}
        }
    }

    fn floors(&mut self, value: &Value) -> Vec<FloorRule> {
        let texts = self.reader.texts(value, "`floor`");
        let mut rules = Vec::new();
        for text in texts {
            let (setting, form) = text.split_once(" as ").unwrap_or((&text, "minimum"));
            let form = match form {
                "minimum" => FloorForm::Minimum,
                "list" => FloorForm::List,
                "cvss" => FloorForm::Cvss,
                _ => {
                    self.reader.problem(
                        span(value),
                        format!("`{form}` is no form of a floor"),
                        "There are `minimum`, `list` and `cvss`.",
                    );
                    continue;
                }
            };
            rules.push(FloorRule { setting: setting.into(), form });
        }
        rules
    }

    fn conditions(&mut self, value: &Value) -> Vec<Condition> {
        let texts = self.reader.texts(value, "a condition");
        let mut conditions = Vec::new();
        for text in texts {
            match Condition::parse(&text) {
                Ok(condition) => conditions.push(condition),
                Err(message) => self.reader.problem(span(value), message, ""),
            }
        }
        conditions
    }

    fn picks(&mut self, value: &Value) -> Vec<Pick> {
        let texts = self.reader.texts(value, "a place");
        texts.iter().filter_map(|text| self.pick(value, text)).collect()
    }

    fn pick(&mut self, value: &Value, text: &str) -> Option<Pick> {
        let (text, with) = text.split_once(" with ").map_or((text, None), |(text, with)| (text, Some(with.into())));
        let (text, after) = text.split_once(" after ").map_or((text, None), |(text, after)| (text, Some(after.into())));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| *number > 0);
        let base = match text.split_once(' ').unwrap_or((text, "")) {
            _ if text.contains('{') => PickBase::Template(text.into()),
            ("operand", "last") => PickBase::LastOperand,
            ("operand", "") => PickBase::Operands { from: 0, to: Some(1) },
            ("operand", at) => {
                let at = number(at)?;
                PickBase::Operands { from: at - 1, to: Some(at) }
            }
            ("operands", "") => PickBase::Operands { from: 0, to: None },
            ("operands", range) => {
                let (from, to) = range.split_once("..")?;
                PickBase::Operands { from: number(from)? - 1, to: number(to) }
            }
            (name, "") => PickBase::Setting(name.into()),
            _ => {
                self.reader.problem(span(value), format!("`{text}` is no place of a value"), "");
                return None;
            }
        };
        Some(Pick { base, after, with })
    }

    fn does(&mut self, value: &Value) -> Vec<Does> {
        let elements = self.reader.list(value);
        elements.into_iter().filter_map(|element| self.one(element)).collect()
    }

    fn one(&mut self, value: &Value) -> Option<Does> {
        let entries = self.reader.entries(value, "`does`", &keys(&[DOES, BEHAVIOUR]));
        let text = |loader: &mut Self, key: &str| {
            let entry = entries.iter().find(|entry| &*entry.key == key)?;
            Some(loader.reader.text(&entry.value, "a word"))
        };
        let kind = text(self, "kind");
        let parsed = kind.as_deref().and_then(ArtifactKind::parse);
        if kind.is_some() && parsed.is_none() {
            self.reader.problem(span(value), "this is no kind of artifact", "");
        }
        let kind = parsed.unwrap_or(ArtifactKind::Unknown);
        let what = if let Some(id) = text(self, "control") {
            if !self.controls.has(&id) {
                self.reader.problem(
                    span(value),
                    format!("there is no control `{id}`"),
                    "The controls are in catalog/controls.yaml.",
                );
            }
            Some(What::Control(id))
        } else if let Some(word) = text(self, "effect") {
            EffectKind::parse(&word).map(|effect| What::Effect { effect, kind })
        } else if let Some(word) = text(self, "change") {
            ChangeKind::parse(&word).map(|change| What::Change { change, kind })
        } else if let Some(entry) = entries.iter().find(|entry| &*entry.key == "breaker") {
            Some(What::Breaker(
                self.reader.texts(&entry.value, "`breaker`").into_iter().filter(|id| &**id != "all").collect(),
            ))
        } else if let Some(word) = text(self, "upload") {
            Some(What::Upload(word))
        } else if text(self, "approval").is_some() {
            Some(What::Approval)
        } else {
            text(self, "script")
                .map(|shell| What::Script { shell, credential: text(self, "credential").unwrap_or_default() })
        };
        let Some(what) = what else {
            self.reader.problem(
                span(value),
                "what is done is missing or unknown",
                "Write `control`, `effect`, `change`, `breaker`, `upload`, `approval` or `script`.",
            );
            return None;
        };
        let mut does = Does {
            what,
            when: Vec::new(),
            unless: Vec::new(),
            target: Vec::new(),
            otherwise: None,
            covers: None,
            from: Vec::new(),
            to: Vec::new(),
            behaviour: Behaviour::default(),
        };
        for entry in entries {
            let value = &entry.value;
            match &*entry.key {
                "when" => does.when = self.conditions(value),
                "unless" => does.unless = self.conditions(value),
                "target" => does.target = self.picks(value),
                "otherwise" => does.otherwise = Some(self.reader.text(value, "`otherwise`")),
                "from" => does.from = self.picks(value),
                "to" => does.to = self.picks(value),
                "covers" => {
                    let word = self.reader.text(value, "`covers`");
                    does.covers = Covers::parse(&word);
                    if does.covers.is_none() {
                        self.reader.problem(span(value), format!("`{word}` is nothing that a control covers"), "");
                    }
                }
                _ => self.behaviour(entry, &mut does.behaviour),
            }
        }
        Some(does)
    }

    /// Every setting that is named is there.
    fn check(&mut self, tool: &Tool, document: &Value) {
        let commands = tool.commands.iter().flat_map(|command| &command.forms);
        let forms: Vec<&Form> = commands.chain(tool.uses.iter().map(|uses| &uses.form)).collect();
        let mut known: Vec<&str> = tool.settings.iter().map(|setting| &*setting.name).collect();
        known.extend(forms.iter().flat_map(|form| &form.settings).map(|setting| &*setting.name));
        let mut names: Vec<&str> = Vec::new();
        names.extend(forms.iter().flat_map(|form| &form.defaults).map(|(name, _)| &**name));
        let does: Vec<&Does> = forms.iter().flat_map(|form| form.does.iter().flatten()).chain(&tool.does).collect();
        let behaviours = forms.iter().map(|form| &form.behaviour).chain(does.iter().map(|does| &does.behaviour));
        for behaviour in behaviours.chain([&tool.behaviour]) {
            let lists = [&behaviour.stops_when, &behaviour.softened_by, &behaviour.narrowed_by];
            names.extend(lists.into_iter().flatten().flatten().flat_map(Condition::settings).map(|name| &**name));
            names.extend(behaviour.floor.iter().flatten().map(|rule| &*rule.setting));
            names.extend(behaviour.report.iter().flatten().flat_map(pick_settings));
        }
        for does in does {
            names.extend(does.when.iter().chain(&does.unless).flat_map(Condition::settings).map(|name| &**name));
            names.extend(does.target.iter().chain(&does.from).chain(&does.to).flat_map(pick_settings));
        }
        names.sort_unstable();
        names.dedup();
        for name in names {
            if !known.contains(&name) {
                self.reader.problem(span(document), format!("there is no setting `{name}`"), "");
            }
        }
    }
}

fn pick_settings(pick: &Pick) -> Vec<&str> {
    match &pick.base {
        PickBase::Setting(name) => vec![name],
        PickBase::Template(text) => {
            text.split('{').skip(1).filter_map(|piece| piece.split_once('}')).map(|(name, _)| name).collect()
        }
        _ => Vec::new(),
    }
}

fn lower(texts: Vec<Arc<str>>) -> Vec<Arc<str>> {
    texts.into_iter().map(|text| text.to_ascii_lowercase().into()).collect()
}
