//! The subjects of a Dockerfile, in the order of its lines.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::dockerfile::{Dockerfile, Instruction};
use volary_model::{Entry, FileId, Gap, Origin, Reason, ReasonKind, Role, Span, Subject, SubjectId, Value};

use super::command::Found;
use super::stage::Stage;
use super::variables::{Scope, Undeclared};
use super::{instruction, run};
use crate::entries::{entry, number_at, text_at};

/// The file's own subject.
const FILE: SubjectId = SubjectId(0);

/// The subjects of a file, and the scripts that are too long to be read.
pub(super) fn subjects(file: FileId, path: &Arc<str>, dockerfile: &Dockerfile) -> (Vec<Subject>, Vec<Gap>) {
    let mut scan = Scan::new(file, path, dockerfile);
    for (index, instruction) in dockerfile.instructions.iter().enumerate() {
        scan.instruction(index, instruction);
    }
    let gaps = std::mem::take(&mut scan.gaps);
    (scan.finish(dockerfile), gaps)
}

struct Scan {
    escape: char,
    file_span: Span,
    folder: Arc<str>,
    base: String,
    global: Scope,
    stages: Vec<Stage>,
    subjects: Vec<Subject>,
    instructions: Vec<SubjectId>,
    runs: Vec<SubjectId>,
    commands: Vec<SubjectId>,
    gaps: Vec<Gap>,
    /// How often a key was used in addresses.
    counters: BTreeMap<String, usize>,
}

impl Scan {
    fn new(file: FileId, path: &Arc<str>, dockerfile: &Dockerfile) -> Self {
        let (folder, base) = path.rsplit_once('/').unwrap_or(("", path));
        let mut scan = Self {
            escape: dockerfile.escape,
            file_span: dockerfile.span,
            folder: folder.into(),
            base: base.to_owned(),
            global: Scope::new(Undeclared::Empty),
            stages: Vec::new(),
            subjects: Vec::new(),
            instructions: Vec::new(),
            runs: Vec::new(),
            commands: Vec::new(),
            gaps: Vec::new(),
            counters: BTreeMap::new(),
        };
        let first = dockerfile.instructions.first().map_or(Span::new(file, 0, 0), |instruction| instruction.span);
        let nothing = Value::map(Vec::new(), Origin::at(dockerfile.span, Role::Block));
        let subject = scan.subject("dockerfile", base, String::new(), first, dockerfile.span, nothing);
        scan.subjects.push(Subject { owner: None, ..subject });
        scan
    }

    /// A subject of this file; `key` is what stands behind the file in its address.
    fn subject(&self, kind: &str, name: &str, key: String, header: Span, extent: Span, values: Value) -> Subject {
        let address: Arc<str> =
            if key.is_empty() { self.base.as_str().into() } else { format!("{}/{key}", self.base).into() };
        Subject {
            kind: kind.into(),
            provider: "dockerfile".into(),
            name: name.into(),
            address: address.clone(),
            definition: address,
            folder: self.folder.clone(),
            header,
            extent,
            calls: Vec::new().into(),
            values,
            conditional: None,
            provider_version: None,
            labels: BTreeMap::new(),
            namespace: None,
            owner: Some(FILE),
            links: BTreeMap::new(),
        }
    }

    fn add(&mut self, subject: Subject) -> SubjectId {
        let id = SubjectId(self.subjects.len() as u32);
        self.subjects.push(subject);
        id
    }

    /// A key that is used for the first time, or carries a counter: never a line or an index in the file, so that it
    /// stays when something else is written above.
    fn key(&mut self, key: &str) -> String {
        let count = self.counters.entry(key.to_owned()).or_insert(0);
        *count += 1;
        if *count == 1 { key.to_owned() } else { format!("{key}/{count}") }
    }

    fn instruction(&mut self, index: usize, instruction: &Instruction) {
        let span = instruction.span;
        let is_from = &*instruction.name == "FROM" && !instruction.onbuild;
        if is_from {
            let id = SubjectId(self.subjects.len() as u32);
            let stage = Stage::start(instruction, &self.stages, &self.global, self.escape, id);
            let key = self.key(&stage.key());
            let name = stage.key();
            let nothing = Value::map(Vec::new(), Origin::at(span, Role::Block));
            let subject = self.subject("dockerfile.stage", &name, key, span, span, nothing);
            self.add(subject);
            self.stages.push(stage);
        }
        let escape = self.escape;
        let stage = self.stages.last();
        let scope = stage.filter(|_| !is_from).map_or(&self.global, |stage| &stage.scope);
        let user = stage.and_then(|stage| stage.user.clone());
        let values =
            instruction::values(instruction, index, stage.map(|stage| stage.index), scope, user.as_ref(), escape);
        let within = stage.map_or_else(|| "global".to_owned(), Stage::key);
        let stage_id = stage.map(|stage| stage.id);
        let key = self.key(&format!("{within}/{}", instruction.name));
        let mut subject = self.subject("dockerfile.instruction", &instruction.name, key, span, span, values);
        subject.links.extend(stage_id.map(|id| ("stage".into(), vec![id])));
        let id = self.add(subject);
        self.link_neighbours(id);
        self.instructions.push(id);
        if matches!(&*instruction.name, "RUN" | "CMD" | "ENTRYPOINT" | "HEALTHCHECK") {
            self.script(instruction, id, &within);
        }
        let global = &self.global;
        match self.stages.last_mut() {
            Some(stage) => {
                stage.extent = stage.extent.to(span);
                stage.instructions.push(id);
                if !instruction.onbuild && !is_from {
                    stage.apply(instruction, global, escape);
                }
            }
            None if &*instruction.name == "ARG" => {
                for (name, value, at) in instruction::pairs(instruction, &self.global.clone(), escape) {
                    self.global.declare(&name, value, None, at);
                }
            }
            None => {}
        }
        self.uses(instruction);
    }

    /// Ties an instruction to the one before it in its stage.
    fn link_neighbours(&mut self, id: SubjectId) {
        let before = match self.stages.last() {
            Some(stage) => stage.instructions.last().copied(),
            None => self.instructions.last().copied(),
        };
        if let Some(before) = before {
            self.subjects[before.0 as usize].links.insert("next".into(), vec![id]);
            self.subjects[id.0 as usize].links.insert("previous".into(), vec![before]);
        }
    }

    /// The stages that `COPY --from` and `RUN --mount=from=` name.
    fn uses(&mut self, instruction: &Instruction) {
        let mut named: Vec<String> = Vec::new();
        for flag in &instruction.flags {
            let Some(value) = flag.value.as_deref() else { continue };
            match &*flag.name {
                "from" => named.push(value.to_lowercase()),
                "mount" => {
                    let from = value.split(',').filter_map(|pair| pair.trim().strip_prefix("from="));
                    named.extend(from.map(str::to_lowercase));
                }
                _ => {}
            }
        }
        for name in named {
            let by_name =
                self.stages.iter().rposition(|stage| stage.name.as_ref().and_then(Value::as_text) == Some(&name));
            let by_number = name.parse::<usize>().ok().filter(|number| *number < self.stages.len());
            if let (Some(used), Some(stage)) = (by_name.or(by_number), self.stages.last_mut()) {
                stage.uses.push(used);
            }
        }
    }

    /// The run and the commands of an instruction.
    fn script(&mut self, instruction: &Instruction, id: SubjectId, within: &str) {
        let stage = self.stages.last();
        let scope = stage.map_or(&self.global, |stage| &stage.scope);
        let script = run::script(instruction, stage, scope);
        let stage_id = stage.map(|stage| stage.id);
        let user = stage.and_then(|stage| stage.user.as_ref());
        let span = instruction.span;
        if !script.whole {
            let reason = Reason::new(ReasonKind::Limit, "a script is too long or too nested to be read whole");
            self.gaps.push(Gap { reason, span, address: Arc::from("") });
        }
        let mut links: BTreeMap<Arc<str>, Vec<SubjectId>> = BTreeMap::from([("instruction".into(), vec![id])]);
        links.extend(stage_id.map(|id| ("stage".into(), vec![id])));
        let mut run_id = None;
        if &*instruction.name == "RUN" {
            let values = run::values(&script, instruction, scope, user, self.escape);
            let first = script.commands.first().map(label).unwrap_or_default();
            let key = self.key(format!("{within}/RUN {first}").trim_end());
            let mut subject = self.subject("dockerfile.run", "RUN", key, span, span, values);
            subject.links = links.clone();
            let id = self.add(subject);
            self.runs.push(id);
            if let Some(stage) = self.stages.last_mut() {
                stage.runs.push(id);
            }
            links.insert("run".into(), vec![id]);
            run_id = Some(id);
        }
        let mut commands = Vec::new();
        for found in script.commands {
            let key = self.key(&format!("{within}/{} {}/command", instruction.name, label(&found)));
            let values = Value::map(found.fields, Origin::at(found.span, Role::Block));
            let mut subject = self.subject("dockerfile.command", &found.name, key, found.span, span, values);
            subject.links = links.clone();
            commands.push(self.add(subject));
        }
        if commands.is_empty() {
            return;
        }
        for id in [Some(id), run_id].into_iter().flatten() {
            self.subjects[id.0 as usize].links.insert("commands".into(), commands.clone());
        }
        if let Some(stage) = self.stages.last_mut() {
            stage.commands.extend(commands.iter().copied());
        }
        self.commands.extend(commands);
    }

    fn finish(mut self, dockerfile: &Dockerfile) -> Vec<Subject> {
        let used = self.used();
        let stages = std::mem::take(&mut self.stages);
        let ids: Vec<SubjectId> = stages.iter().map(|stage| stage.id).collect();
        for stage in &stages {
            let is_final = stage.index + 1 == stages.len();
            let values = stage.values(is_final, used[stage.index]);
            let Some(subject) = self.subjects.get_mut(stage.id.0 as usize) else { continue };
            subject.values = values;
            subject.extent = stage.extent;
            let parent = stage.parent.and_then(|parent| ids.get(parent)).map(|id| vec![*id]);
            let links = [
                ("instructions", stage.instructions.clone()),
                ("runs", stage.runs.clone()),
                ("commands", stage.commands.clone()),
                ("parent", parent.unwrap_or_default()),
            ];
            subject
                .links
                .extend(links.into_iter().filter(|(_, to)| !to.is_empty()).map(|(name, to)| (name.into(), to)));
        }
        let values = self.file_values(dockerfile, stages.len());
        let lists = [
            ("dockerfile.stage", ids),
            ("dockerfile.instruction", self.instructions),
            ("dockerfile.run", self.runs),
            ("dockerfile.command", self.commands),
        ];
        if let Some(subject) = self.subjects.first_mut() {
            subject.values = values;
            subject
                .links
                .extend(lists.into_iter().filter(|(_, to)| !to.is_empty()).map(|(name, to)| (name.into(), to)));
        }
        self.subjects
    }

    /// Which stages the last one needs.
    fn used(&self) -> Vec<bool> {
        let mut used = vec![false; self.stages.len()];
        if let Some(last) = used.last_mut() {
            *last = true;
        }
        for stage in self.stages.iter().rev().filter(|stage| stage.index < self.stages.len()) {
            if used[stage.index] {
                for index in stage.uses.iter().copied().chain(stage.parent) {
                    used[index] = true;
                }
            }
        }
        used
    }

    fn file_values(&self, dockerfile: &Dockerfile, stages: usize) -> Value {
        let here = self.subjects.first().map_or(self.file_span, |subject| subject.header);
        let mut fields: Vec<Entry> = vec![
            entry("escape", text_at(dockerfile.escape.to_string(), here)),
            entry("stages", number_at(stages, here)),
        ];
        let syntax = dockerfile.directives.iter().find(|directive| &*directive.name == "syntax");
        fields.extend(syntax.map(|directive| entry("syntax", text_at(directive.value.clone(), directive.span))));
        let arguments = dockerfile.instructions.iter().take_while(|instruction| &*instruction.name != "FROM");
        let mut declared: Vec<Entry> = Vec::new();
        for instruction in arguments.filter(|instruction| &*instruction.name == "ARG") {
            for (name, value, at) in instruction::pairs(instruction, &self.global, self.escape) {
                declared.push(entry(name, value.unwrap_or_else(|| text_at("", at))));
            }
        }
        fields.push(entry("args", Value::map(declared, Origin::at(here, Role::Block))));
        Value::map(fields, Origin::at(here, Role::Block))
    }
}

/// What a command is called in addresses.
fn label(found: &Found) -> String {
    let name: String = found.name.chars().take(60).collect();
    match &found.subcommand {
        Some(subcommand) => format!("{name} {}", subcommand.chars().take(60).collect::<String>()),
        None => name,
    }
}
