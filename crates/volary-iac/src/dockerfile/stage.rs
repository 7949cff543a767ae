//! A stage: what it starts from, what it inherits, what its instructions make of it.

use std::sync::Arc;

use volary_document::dockerfile::{Instruction, Word};
use volary_model::{Data, Entry, Number, Origin, Role, Span, SubjectId, Value};

use super::instruction::{form, pairs, resolved_words};
use super::variables::{Scope, Undeclared};
use crate::entries::{bool_at, entry, number_at, text_at};
use crate::image::image;

/// A stage while its instructions are read.
#[derive(Clone)]
pub(super) struct Stage {
    pub(super) index: usize,
    pub(super) name: Option<Value>,
    pub(super) scope: Scope,
    pub(super) header: Span,
    pub(super) extent: Span,
    base: Value,
    image: Option<Value>,
    from_stage: Option<Value>,
    pub(super) parent: Option<usize>,
    scratch: bool,
    platform: Option<Value>,
    pub(super) user: Option<Value>,
    group: Option<Value>,
    workdir: Option<Value>,
    healthcheck: Option<Value>,
    entrypoint: Option<Value>,
    cmd: Option<Value>,
    cmd_inherited: bool,
    labels: Vec<Entry>,
    exposed: Vec<Value>,
    volumes: Vec<Value>,
    shell: Option<Value>,
    windows: bool,
    /// Earlier stages that it copies from.
    pub(super) uses: Vec<usize>,
    pub(super) id: SubjectId,
    pub(super) instructions: Vec<SubjectId>,
    pub(super) runs: Vec<SubjectId>,
    pub(super) commands: Vec<SubjectId>,
}

impl Stage {
    /// The stage that a `FROM` starts.
    pub(super) fn start(from: &Instruction, earlier: &[Self], global: &Scope, escape: char, id: SubjectId) -> Self {
        let span = from.span;
        let words: Vec<Value> = from.words.iter().map(|word| global.resolve(word, escape)).collect();
        let base = words.first().cloned().unwrap_or_else(|| text_at("", span));
        let named = words.get(1).and_then(Value::as_text).is_some_and(|word| word.eq_ignore_ascii_case("as"));
        let name = words.get(2).filter(|_| named).cloned();
        let name = name.map(|name| match &name.data {
            Data::Text(text) => Value { data: Data::Text(text.to_lowercase().into()), ..name },
            _ => name,
        });
        let text = base.as_text().map(str::to_lowercase);
        let parent = text.as_deref().and_then(|text| {
            earlier.iter().rposition(|stage| stage.name.as_ref().and_then(Value::as_text) == Some(text))
        });
        let scratch = text.as_deref() == Some("scratch");
        let platform = from.flags.iter().rev().find(|flag| &*flag.name == "platform");
        let platform = platform.map(|flag| global.resolve_text(flag.value.as_deref().unwrap_or(""), flag.span, escape));
        let windows = text
            .as_deref()
            .is_some_and(|text| ["windows", "nanoserver", "servercore"].iter().any(|os| text.contains(os)));
        let mut stage = Self {
            index: earlier.len(),
            name,
            scope: Scope::new(if scratch { Undeclared::Empty } else { Undeclared::BaseImage }),
            header: span,
            extent: span,
            image: None,
            from_stage: None,
            parent,
            scratch,
            platform,
            user: None,
            group: None,
            workdir: None,
            healthcheck: None,
            entrypoint: None,
            cmd: None,
            cmd_inherited: false,
            labels: Vec::new(),
            exposed: Vec::new(),
            volumes: Vec::new(),
            shell: None,
            windows: windows || escape == '`',
            uses: Vec::new(),
            id,
            instructions: Vec::new(),
            runs: Vec::new(),
            commands: Vec::new(),
            base,
        };
        match parent.and_then(|parent| earlier.get(parent)) {
            Some(parent) => stage.inherit(parent),
            None if !scratch => stage.image = image(&stage.base),
            None => {}
        }
        stage
    }

    fn inherit(&mut self, parent: &Self) {
        let here = self.header;
        let inherited = |value: &Option<Value>| value.clone().map(|value| value.used_at(here, Role::Inherited));
        let all = |values: &[Value]| values.iter().cloned().map(|value| value.used_at(here, Role::Inherited)).collect();
        self.from_stage = Some(self.base.clone());
        self.image = inherited(&parent.image);
        self.scratch = parent.scratch;
        self.user = inherited(&parent.user);
        self.group = inherited(&parent.group);
        self.workdir = inherited(&parent.workdir);
        self.healthcheck = inherited(&parent.healthcheck);
        self.entrypoint = inherited(&parent.entrypoint);
        self.cmd = inherited(&parent.cmd);
        self.cmd_inherited = self.cmd.is_some();
        self.labels = parent.labels.clone();
        self.exposed = all(&parent.exposed);
        self.volumes = all(&parent.volumes);
        self.shell = inherited(&parent.shell);
        self.windows = parent.windows;
        self.scope.environment = parent.scope.environment.clone();
        self.scope.undeclared = parent.scope.undeclared;
    }

    /// What an instruction does to the stage.
    pub(super) fn apply(&mut self, instruction: &Instruction, global: &Scope, escape: char) {
        let span = instruction.span;
        match &*instruction.name {
            "ARG" => {
                for (name, value, at) in pairs(instruction, &self.scope, escape) {
                    self.scope.declare(&name, value, Some(global), at);
                }
            }
            "ENV" => {
                for (name, value, _) in pairs(instruction, &self.scope, escape) {
                    self.scope.environment.insert(name, value.unwrap_or_else(|| text_at("", span)));
                }
            }
            "LABEL" => {
                for (name, value, at) in pairs(instruction, &self.scope, escape) {
                    self.labels.push(entry(name, value.unwrap_or_else(|| text_at("", at))));
                }
            }
            "USER" => {
                let value = self.whole(instruction, escape);
                let parts = value.as_text().map(|text| match text.split_once(':') {
                    Some((user, group)) => (user.to_owned(), Some(group.to_owned())),
                    None => (text.to_owned(), None),
                });
                (self.user, self.group) = match parts {
                    Some((user, group)) => {
                        let text = |text: String| Value::text(text, value.origin.clone());
                        (Some(text(user)), group.map(text))
                    }
                    None => (Some(value), None),
                };
            }
            "WORKDIR" => self.workdir = Some(self.joined_workdir(instruction, escape)),
            "HEALTHCHECK" => self.healthcheck = Some(healthcheck(instruction)),
            "ENTRYPOINT" => {
                self.entrypoint = Some(form(instruction));
                // A command of the base image is dropped, as it was made for the entry point there.
                if std::mem::take(&mut self.cmd_inherited) {
                    self.cmd = None;
                }
            }
            "CMD" => {
                self.cmd = Some(form(instruction));
                self.cmd_inherited = false;
            }
            "EXPOSE" => {
                let ports = instruction.words.iter().map(|word| port(&self.scope.resolve(word, escape)));
                self.exposed.extend(ports);
            }
            "VOLUME" => {
                let volumes = resolved_words(instruction, &self.scope, escape);
                self.volumes.extend(volumes);
            }
            "SHELL" => {
                let words = instruction.exec.as_deref().unwrap_or_default();
                let words: Vec<Value> = words.iter().map(|word| text_at(word.text.clone(), word.span)).collect();
                self.shell = Some(Value::list(words, Origin::at(span, Role::Attribute)));
            }
            _ => {}
        }
    }

    /// The whole text of an instruction as one value.
    fn whole(&self, instruction: &Instruction, escape: char) -> Value {
        match instruction.words.as_slice() {
            [word] => self.scope.resolve(word, escape),
            _ => {
                let text = instruction.text.replace("\\\n", "");
                self.scope.resolve(&Word { text: text.into(), span: instruction.text_span }, escape)
            }
        }
    }

    /// Relative working directories are joined to the one before.
    fn joined_workdir(&self, instruction: &Instruction, escape: char) -> Value {
        let value = self.whole(instruction, escape);
        let Some(text) = value.as_text() else { return value };
        let absolute = text.starts_with(['/', '\\', '$']) || text.as_bytes().get(1) == Some(&b':');
        let before = self.workdir.as_ref().and_then(Value::as_text);
        match before {
            Some(before) if !absolute => {
                let joined = format!("{}/{text}", before.trim_end_matches('/'));
                Value { data: Data::Text(joined.into()), ..value }
            }
            _ => value,
        }
    }

    /// The words of the shell in effect, the default included.
    pub(super) fn shell(&self) -> Vec<String> {
        match &self.shell {
            Some(shell) => {
                shell.as_list().unwrap_or_default().iter().filter_map(Value::as_text).map(str::to_owned).collect()
            }
            None if self.windows => ["cmd", "/S", "/C"].map(str::to_owned).to_vec(),
            None => ["/bin/sh", "-c"].map(str::to_owned).to_vec(),
        }
    }

    /// The stage's name for addresses: its own, else its number.
    pub(super) fn key(&self) -> String {
        match self.name.as_ref().and_then(Value::as_text) {
            Some(name) => name.to_owned(),
            None => self.index.to_string(),
        }
    }

    /// The fields of the facet.
    pub(super) fn values(&self, is_final: bool, used: bool) -> Value {
        let here = self.header;
        let mut fields = vec![
            entry("index", number_at(self.index, here)),
            entry("final", bool_at(is_final, here)),
            entry("used", bool_at(used, here)),
            entry("base", self.base.clone()),
            entry("scratch", bool_at(self.scratch, here)),
        ];
        let optional = [
            ("name", &self.name),
            ("image", &self.image),
            ("from_stage", &self.from_stage),
            ("platform", &self.platform),
            ("user", &self.user),
            ("group", &self.group),
            ("workdir", &self.workdir),
            ("healthcheck", &self.healthcheck),
            ("entrypoint", &self.entrypoint),
            ("cmd", &self.cmd),
            ("shell", &self.shell),
        ];
        fields.extend(optional.into_iter().filter_map(|(key, value)| Some(entry(key, value.clone()?))));
        let place = || Origin::at(here, Role::Block);
        let environment = &self.scope.environment;
        let environment = environment.iter().map(|(name, value)| entry(name.as_str(), value.clone())).collect();
        fields.push(entry("env", Value::map(environment, place())));
        fields.push(entry("labels", Value::map(self.labels.clone(), place())));
        fields.push(entry("exposed", Value::list(self.exposed.clone(), place())));
        fields.push(entry("volumes", Value::list(self.volumes.clone(), place())));
        Value::map(fields, place())
    }
}

/// A health check: what it runs and how often.
fn healthcheck(instruction: &Instruction) -> Value {
    let span = instruction.span;
    let first = instruction.words.first().map(|word| word.text.to_ascii_uppercase());
    let none = first.as_deref() == Some("NONE");
    let kind = match (&instruction.exec, none) {
        (_, true) => "NONE",
        (Some(_), _) => "CMD",
        (None, _) => "CMD-SHELL",
    };
    let mut fields = vec![entry("type", text_at(kind, span))];
    let text: Vec<&str> = instruction.words.iter().skip(1).map(|word| &*word.text).collect();
    fields.push(entry("text", text_at(text.join(" "), span)));
    for flag in &instruction.flags {
        let key = flag.name.replace('-', "_");
        fields.push(entry(key, text_at(flag.value.clone().unwrap_or_else(|| "".into()), flag.span)));
    }
    Value::map(fields, Origin::at(span, Role::Block))
}

/// An exposed port: `8080`, `53/udp`, `7000-7010`.
fn port(value: &Value) -> Value {
    let origin = value.origin.clone();
    let mut fields = vec![entry("text", value.clone())];
    match value.as_text() {
        Some(text) => {
            let (port, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
            let data = match port.parse::<i64>() {
                Ok(number) => Data::Number(Number::Int(number)),
                Err(_) => Data::Text(Arc::from(port)),
            };
            fields.push(entry("port", Value::new(data, origin.clone())));
            fields.push(entry("protocol", Value::text(protocol.to_lowercase(), origin.clone())));
        }
        None => {
            let unknown = value.as_unknown().map(|unknown| unknown.reason.clone());
            if let Some(reason) = unknown {
                fields.push(entry("port", Value::unknown(reason.clone(), origin.clone())));
                fields.push(entry("protocol", Value::unknown(reason, origin.clone())));
            }
        }
    }
    Value::map(fields, origin)
}
