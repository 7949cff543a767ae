//! The examples of the recogniser data, and what they are held to.

use std::sync::Arc;

use volary_document::shell;
use volary_model::{Data, FileId, Map, Origin, Role as Part, Span, Value};

use super::Recognisers;
use super::invocation::{Invocation, Reading, Reference, Surroundings, scalar, written};
use super::recognised::{FloorLevel, Recognised, Role};
use super::tool::Platform;
use crate::reader::Reader;

const KEYS: &[&str] = &[
    "command",
    "action",
    "task",
    "template",
    "component",
    "job",
    "step",
    "with",
    "env",
    "config",
    "is",
    "target",
    "from",
    "to",
    "soft",
    "narrow",
    "floor",
    "doubt",
    "report",
    "exit",
    "out",
    "marks",
    "earlier",
];

/// Something that is recognised, or is not.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    /// The line of its file.
    pub(crate) line: u32,
    /// `None`: a command.
    pub(crate) platform: Option<Platform>,
    pub(crate) text: Arc<str>,
    pub(crate) inputs: Map,
    pub(crate) env: Vec<(Arc<str>, Arc<str>)>,
    pub(crate) config: Map,
    /// Earlier steps of the job by name, with their inputs.
    pub(crate) earlier: Map,
    /// `image-scan stops`, `push image`, ...
    pub(crate) is: Vec<Arc<str>>,
    /// What else is expected: the key and the texts.
    pub(crate) more: Vec<(Arc<str>, Vec<Arc<str>>)>,
}

/// Reads the examples of a tool.
pub(crate) fn read(reader: &mut Reader, value: &Value) -> Vec<Example> {
    let mut examples = Vec::new();
    for element in reader.list(value) {
        let mut example = Example {
            line: reader.line(element),
            platform: None,
            text: "".into(),
            inputs: Map::default(),
            env: Vec::new(),
            config: Map::default(),
            earlier: Map::default(),
            is: Vec::new(),
            more: Vec::new(),
        };
        for entry in reader.entries(element, "an example", KEYS) {
            let value = &entry.value;
            let platform = match &*entry.key {
                "action" => Some(Platform::GithubAction),
                "task" => Some(Platform::AzureTask),
                "template" => Some(Platform::GitlabTemplate),
                "component" => Some(Platform::GitlabComponent),
                "job" => Some(Platform::GitlabJob),
                "step" => Some(Platform::JenkinsStep),
                _ => None,
            };
            match &*entry.key {
                "with" => example.inputs = value.as_map().cloned().unwrap_or_default(),
                "earlier" => example.earlier = value.as_map().cloned().unwrap_or_default(),
                "config" => example.config = value.as_map().cloned().unwrap_or_default(),
                "env" => {
                    for entry in reader.entries(value, "`env`", &[]) {
                        let text = reader.text(&entry.value, "a variable");
                        example.env.push((entry.key.clone(), text));
                    }
                }
                "is" => example.is = reader.texts(value, "`is`"),
                "command" => example.text = reader.text(value, "`command`"),
                _ if platform.is_some() => {
                    example.platform = platform;
                    example.text = reader.text(value, "a name");
                }
                key => example.more.push((key.into(), reader.texts(value, "an expectation"))),
            }
        }
        if example.text.is_empty() || example.is.is_empty() {
            reader.problem(crate::reader::span(element), "an example needs what is used, and `is`", "");
        }
        examples.push(example);
    }
    examples
}

impl Surroundings for Example {
    fn environment(&self, name: &str) -> Option<Value> {
        let span = Span::new(FileId(0), 0, 0);
        let found = self.env.iter().find(|(known, _)| &**known == name);
        found.map(|(_, value)| Value::at(Data::Text(value.clone()), span))
    }

    fn earlier_step(&self, names: &[Arc<str>]) -> Option<Map> {
        let named = |name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let entry = self.earlier.entries().iter().rfind(|entry| named(&entry.key))?;
        entry.value.as_map().cloned()
    }

    fn earlier_commands(&self, texts: &[Arc<str>]) -> Vec<Invocation> {
        let at = |range: std::ops::Range<usize>| Span::new(FileId(0), range.start, range.end);
        let script = shell::parse(&self.text);
        let reading = Reading { at: &at, variable: &|_| None };
        let commands = script.commands().map(|(_, command)| Invocation::from_shell(command, &reading));
        commands.filter(|command| texts.iter().any(|text| command.starts_with(text))).collect()
    }

    fn config(&self, path: &str) -> Option<Value> {
        self.config.get(path).cloned()
    }
}

impl Example {
    /// What is recognised in it.
    pub(crate) fn run(&self, recognisers: &Recognisers) -> Vec<Recognised> {
        let at = |range: std::ops::Range<usize>| Span::new(FileId(0), range.start, range.end);
        if let Some(platform) = self.platform {
            let (name, version) =
                self.text.split_once('@').map_or((&*self.text, None), |(name, version)| (name, Some(version)));
            let origin = Origin::at(at(0..self.text.len()), Part::Attribute);
            let reference = Reference { platform, name, version, inputs: &self.inputs, open: false, origin };
            return recognisers.reference(&reference, self);
        }
        let script = shell::parse(&self.text);
        let reading = Reading { at: &at, variable: &|_| None };
        let commands = script.commands();
        commands
            .flat_map(|(_, command)| recognisers.command(&Invocation::from_shell(command, &reading), self))
            .collect()
    }

    /// What is wrong with what was recognised; nothing where all is well.
    pub(crate) fn judge(&self, recognised: &[Recognised]) -> Option<String> {
        let mut is: Vec<String> = recognised.iter().map(|it| describe(&it.role)).collect();
        if is.is_empty() {
            is.push("nothing".to_owned());
        }
        let mut wanted: Vec<String> = self.is.iter().map(|text| text.to_string()).collect();
        is.sort();
        wanted.sort();
        if is != wanted {
            return Some(format!("is {is:?}, not {wanted:?}"));
        }
        for (key, wanted) in &self.more {
            let mut found: Vec<String> = recognised.iter().flat_map(|it| detail(it, key)).collect();
            let mut wanted: Vec<String> =
                wanted.iter().map(|text| text.to_string()).filter(|text| text != "nothing").collect();
            found.sort();
            found.dedup();
            wanted.sort();
            if found != wanted {
                return Some(format!("`{key}` is {found:?}, not {wanted:?}"));
            }
        }
        None
    }
}

/// A role in short.
fn describe(role: &Role) -> String {
    match role {
        Role::Control(control) => format!("{} {}", control.id, control.findings.outcome.as_str()),
        Role::Effect(effect) => format!("{} {}", effect.effect.as_str(), effect.kind.as_str()),
        Role::Change(change) => format!("{} {}", change.change.as_str(), change.kind.as_str()),
        Role::Breaker(breaker) => format!("breaker {}", breaker.findings.outcome.as_str()),
        Role::Upload(upload) => format!("upload {}", upload.what),
        Role::Approval(_) => "approval".to_owned(),
        Role::Script(script) => format!("script {}", script.credential),
        Role::Unclear(_) => "unclear".to_owned(),
    }
}

fn detail(recognised: &Recognised, key: &str) -> Vec<String> {
    let texts = |values: &[Value]| -> Vec<String> {
        values.iter().map(|value| scalar(value).unwrap_or_else(|| written(value)).to_string()).collect()
    };
    if key == "doubt" {
        return recognised.doubts.iter().map(|fact| fact.setting.to_string()).collect();
    }
    let findings = match &recognised.role {
        Role::Control(control) => Some(&control.findings),
        Role::Breaker(breaker) => Some(&breaker.findings),
        _ => None,
    };
    let names = |facts: &[super::Fact]| -> Vec<String> { facts.iter().map(|fact| fact.setting.to_string()).collect() };
    match (key, &recognised.role) {
        ("target", Role::Control(it)) => texts(&it.target),
        ("target", Role::Effect(it)) => texts(&it.reference),
        ("target", Role::Change(it)) => texts(&it.reference),
        ("target", Role::Upload(it)) => texts(&it.reference),
        ("target", Role::Script(it)) => texts(&it.text),
        ("from", Role::Effect(it)) => texts(&it.from),
        ("from", Role::Change(it)) => texts(&it.from),
        ("to", Role::Effect(it)) => texts(&it.to),
        ("to", Role::Script(it)) => texts(&it.to),
        ("soft", Role::Approval(it)) => names(&it.softened_by),
        ("soft", _) => findings.map_or_else(Vec::new, |findings| names(&findings.softened_by)),
        ("narrow", _) => findings.map_or_else(Vec::new, |findings| names(&findings.narrowed_by)),
        ("exit", _) => {
            findings.and_then(|findings| findings.exit_code).map_or_else(Vec::new, |code| vec![code.to_string()])
        }
        ("out", _) => findings.map_or_else(Vec::new, |findings| texts(&findings.leaves_out)),
        ("marks", _) => findings
            .and_then(|findings| findings.marks)
            .map_or_else(Vec::new, |mark| vec![format!("{mark:?}").to_ascii_lowercase()]),
        ("report", _) => findings.map_or_else(Vec::new, |findings| texts(&findings.report)),
        ("floor", _) => findings
            .and_then(|findings| findings.floor.as_ref())
            .map_or_else(Vec::new, |floor| vec![level(floor.level)]),
        _ => Vec::new(),
    }
}

fn level(level: Option<FloorLevel>) -> String {
    level.map_or_else(|| "unknown".to_owned(), |level| format!("{level:?}").to_ascii_lowercase())
}
