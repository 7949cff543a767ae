//! Reading the files of `catalog/recognisers/`.

mod does;

use std::sync::Arc;

use volary_model::{Entry, Problem, Value};

use super::condition::Condition;
use super::examples;
use super::tool::{Behaviour, Command, ConfigKey, Does, ExitCode, Form, Pick, PickBase, Platform, Setting, Tool, Uses};
use crate::CatalogueText;
use crate::controls::Controls;
use crate::reader::{Reader, span};

const BEHAVIOUR: &[&str] = &[
    "findings",
    "stops-when",
    "softened-by",
    "narrowed-by",
    "floor",
    "report",
    "gate",
    "server",
    "exit",
    "leaves-out",
    "unstable-when",
    "failed-when",
];
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
const FORM: &[&str] = &["sub", "anywhere", "operands", "settings", "defaults", "after", "does"];
const COMMAND: &[&str] = &["run", "images", "valued", "flags", "info", "rest", "powershell", "forms"];
const USES: &[&str] = &["uses", "task", "template", "component", "job", "step", "command", "when"];
const SETTING: &[&str] = &["option", "flag", "env", "input", "config", "default", "hard"];

fn keys<'k>(lists: &[&[&'k str]]) -> Vec<&'k str> {
    lists.concat()
}

/// Reads what programs are wherever they are used: their options as commands, the uses by name that run them as uses.
pub(crate) fn programs(text: &CatalogueText, controls: &Controls) -> (Tool, Vec<Problem>) {
    let mut reader = Reader::new(text);
    let document = reader.document();
    let mut loader = Loader { reader: &mut reader, controls };
    let mut programs = blank();
    if let Some(document) = document {
        for element in loader.reader.list(&document) {
            if element.as_map().is_some_and(|map| map.get("run").is_some()) {
                programs.commands.push(loader.command(element));
            } else {
                programs.uses.push(loader.uses(element));
            }
        }
        loader.check(&programs, &document);
    }
    (programs, reader.problems)
}

/// A tool of which nothing is known yet.
fn blank() -> Tool {
    Tool {
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
    }
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
        let mut tool = blank();
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
        if tool.name.is_empty() {
            self.reader.problem(span(document), "a recogniser needs a `name`", "");
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
            "after" => form.after = lower(self.reader.texts(value, "`after`")),
            "does" => form.does = Some(self.does(value)),
            _ => self.behaviour(entry, &mut form.behaviour),
        }
    }

    fn uses(&mut self, value: &Value) -> Uses {
        let mut uses = Uses {
            platform: Platform::GithubAction,
            names: Vec::new(),
            command: None,
            when: Vec::new(),
            form: Form::default(),
        };
        for entry in self.reader.entries(value, "a use", &keys(&[USES, FORM, BEHAVIOUR])) {
            let platform = match &*entry.key {
                "uses" => Platform::GithubAction,
                "task" => Platform::AzureTask,
                "template" => Platform::GitlabTemplate,
                "component" => Platform::GitlabComponent,
                "job" => Platform::GitlabJob,
                "step" => Platform::JenkinsStep,
                "when" => {
                    uses.when = self.conditions(&entry.value);
                    continue;
                }
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
            let lists = [
                &behaviour.stops_when,
                &behaviour.softened_by,
                &behaviour.narrowed_by,
                &behaviour.unstable_when,
                &behaviour.failed_when,
            ];
            names.extend(lists.into_iter().flatten().flatten().flat_map(Condition::settings).map(|name| &**name));
            names.extend(behaviour.floor.iter().flatten().map(|rule| &*rule.setting));
            names.extend(behaviour.report.iter().chain(&behaviour.leaves_out).flatten().flat_map(pick_settings));
            if let Some(ExitCode::Setting(name)) = &behaviour.exit {
                names.push(name);
            }
        }
        for does in does {
            names.extend(does.when.iter().chain(&does.unless).flat_map(Condition::settings).map(|name| &**name));
            names.extend(does.target.iter().chain(&does.from).chain(&does.to).flat_map(pick_settings));
        }
        names.extend(tool.uses.iter().flat_map(|uses| &uses.when).flat_map(Condition::settings).map(|name| &**name));
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
            let names = text.split('{').skip(1).filter_map(|piece| piece.split_once('}')).map(|(name, _)| name);
            let names = names.map(|name| name.split_once(" after ").map_or(name, |(name, _)| name));
            let names = names.map(|name| name.strip_suffix(" repository").unwrap_or(name));
            names.filter(|name| *name != "operand" && !name.starts_with("operand ")).collect()
        }
        _ => Vec::new(),
    }
}

fn lower(texts: Vec<Arc<str>>) -> Vec<Arc<str>> {
    texts.into_iter().map(|text| text.to_ascii_lowercase().into()).collect()
}
