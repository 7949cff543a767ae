//! Recognising what a step does: which control it is and what happens on findings, or what it ships.
//!
//! The knowledge is data: `catalog/recognisers/`, one file a tool; `docs/recognisers.md` explains the form. What is not
//! known never helps: an unknown word may be the option that takes the force out of a scan, so the outcome *depends*.

mod arguments;
mod condition;
mod examples;
mod findings;
mod fit;
mod invocation;
mod load;
mod matching;
mod pick;
mod pipeline;
mod recognised;
mod roles;
mod runners;
mod settings;
#[cfg(test)]
mod survey;
mod tool;
mod unwrap;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use volary_model::{Problem, ProblemKind};

use crate::controls::Controls;
use crate::{CatalogueText, embedded};
use condition::fits;
use tool::{Command, Uses};

pub use invocation::{Argument, Invocation, Nothing, Reading, Reference, Surroundings, Words, written};
pub use pipeline::{invocation, value};
pub use recognised::{
    Approval, Breaker, Change, Control, Effect, Fact, Findings, Floor, FloorLevel, Mark, Outcome, Recognised, Role,
    Script, Unclear, Upload,
};
pub use tool::{ArtifactKind, ChangeKind, Covers, EffectKind, Platform, Tool};
pub use unwrap::{Program, ScriptLanguage, unwrap};

/// Tools, and which of their commands or uses.
type Found = Vec<(usize, usize)>;

/// All known tools.
#[derive(Clone, Debug, Default)]
pub struct Recognisers {
    tools: Vec<Arc<Tool>>,
    /// Tools and commands by the name of the program.
    names: HashMap<Arc<str>, Found>,
    /// The same for names with `*`.
    patterns: Vec<(Arc<str>, usize, usize)>,
    images: HashMap<Arc<str>, Found>,
    /// What runs the programs of any tool: tasks and actions of package managers and build tools.
    runners: Option<Arc<Tool>>,
    references: HashMap<(Platform, Arc<str>), Found>,
    reference_patterns: Vec<(Platform, Arc<str>, usize, usize)>,
}

static BUILT_IN: LazyLock<Recognisers> = LazyLock::new(|| {
    // The examples, half of the text, are there for the tests.
    let mut files = embedded_files();
    for file in &mut files {
        if let Some((start, _)) = file.text.split_once("\nexamples:\n") {
            file.text = format!("{start}\n").into();
        }
    }
    let (recognisers, _) = Recognisers::load(&files, Controls::built_in());
    recognisers
});

fn embedded_files() -> Vec<CatalogueText> {
    let mut files = embedded::files("catalog/programs.yaml");
    files.extend(embedded::files("catalog/recognisers/"));
    files
}

impl Recognisers {
    /// The tools that Volary knows, without their examples; read when they are first asked for.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads recognisers, one a file, and `programs.yaml`, the options that they share. A file with problems is left out.
    pub fn load(files: &[CatalogueText], controls: &Controls) -> (Self, Vec<Problem>) {
        let (mut tools, mut problems): (Vec<Arc<Tool>>, Vec<Problem>) = (Vec::new(), Vec::new());
        let mut programs: Vec<Command> = Vec::new();
        let mut runners: Option<Tool> = None;
        let (shared, files): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.path.ends_with("/programs.yaml"));
        for file in shared {
            let (found, trouble) = load::programs(file, controls);
            programs.extend(found.commands.iter().cloned());
            runners = Some(found);
            problems.extend(trouble);
        }
        for file in files {
            let (tool, found) = load::tool(file, controls);
            problems.extend(found);
            let Some(mut tool) = tool else { continue };
            for command in &mut tool.commands {
                command.share(&programs);
            }
            if tools.iter().any(|known| known.id == tool.id) {
                problems.push(Problem {
                    path: file.path.clone(),
                    line: Some(1),
                    column: None,
                    kind: ProblemKind::Policy,
                    message: format!("there is another recogniser `{}`", tool.id).into(),
                    help: "".into(),
                    fails: true,
                });
                continue;
            }
            tools.push(Arc::new(tool));
        }
        tools.sort_by(|a, b| a.id.cmp(&b.id));
        (Self { runners: runners.map(Arc::new), ..Self::index(tools) }, problems)
    }

    fn index(tools: Vec<Arc<Tool>>) -> Self {
        let mut all = Self::default();
        for (at, tool) in tools.iter().enumerate() {
            for (command, known) in tool.commands.iter().enumerate() {
                for name in &known.run {
                    if name.contains('*') {
                        all.patterns.push((name.clone(), at, command));
                    } else {
                        all.names.entry(name.clone()).or_default().push((at, command));
                    }
                }
                for image in &known.images {
                    all.images.entry(image.clone()).or_default().push((at, command));
                }
            }
            for (uses, known) in tool.uses.iter().enumerate() {
                for name in &known.names {
                    if name.contains('*') {
                        all.reference_patterns.push((known.platform, name.clone(), at, uses));
                    } else {
                        all.references.entry((known.platform, name.clone())).or_default().push((at, uses));
                    }
                }
            }
        }
        all.tools = tools;
        all
    }

    /// Every tool, by id.
    pub fn tools(&self) -> &[Arc<Tool>] {
        &self.tools
    }

    /// A tool by its id.
    pub fn tool(&self, id: &str) -> Option<&Arc<Tool>> {
        self.tools.binary_search_by(|tool| (*tool.id).cmp(id)).ok().map(|at| &self.tools[at])
    }

    /// The examples of the data that are not recognised as they say: one message each.
    pub fn failing_examples(&self) -> Vec<String> {
        let mut failing = Vec::new();
        for tool in &self.tools {
            for example in &tool.examples {
                if let Some(message) = example.judge(&example.run(self)) {
                    failing.push(format!("{}.yaml:{} `{}` {message}", tool.id, example.line, example.text));
                }
            }
        }
        failing
    }

    /// Whether some tool has a program of this name.
    pub fn has_program(&self, name: &str) -> bool {
        self.knows(name)
    }

    /// Whether some tool has a program of this name.
    fn knows(&self, name: &str) -> bool {
        self.names.contains_key(name) || self.patterns.iter().any(|(pattern, ..)| fits(pattern, name))
    }

    /// The commands of a program, in the order of the tools; of a package too.
    fn by_name(&self, name: &str, package: Option<&str>) -> Vec<(&Arc<Tool>, &Command)> {
        let direct = self.names.get(name).into_iter().flatten().copied();
        let package = package.map(str::to_ascii_lowercase);
        let packaged = package.as_deref().and_then(|package| self.names.get(package)).into_iter().flatten().copied();
        let patterns = self
            .patterns
            .iter()
            .filter(|(pattern, ..)| fits(pattern, name))
            .map(|(_, tool, command)| (*tool, *command));
        let mut found: Found = direct.chain(packaged).chain(patterns).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|(tool, command)| (&self.tools[tool], &self.tools[tool].commands[command])).collect()
    }

    fn by_image(&self, image: &str) -> Vec<(&Arc<Tool>, &Command)> {
        let found = self.images.get(image).into_iter().flatten();
        found.map(|(tool, command)| (&self.tools[*tool], &self.tools[*tool].commands[*command])).collect()
    }

    /// Uses by name that run a program of any tool.
    fn runners(&self, platform: Platform, name: &str) -> impl Iterator<Item = (&Arc<Tool>, &Uses)> {
        let name = if platform == Platform::AzureTask { name.rsplit('.').next().unwrap_or(name) } else { name };
        let uses = self.runners.iter().flat_map(|tool| tool.uses.iter().map(move |uses| (tool, uses)));
        let name = name.to_ascii_lowercase();
        uses.filter(move |(_, uses)| uses.platform == platform && uses.names.iter().any(|known| fits(known, &name)))
    }

    fn by_reference(&self, platform: Platform, name: &str) -> Vec<(&Arc<Tool>, &Uses)> {
        let mut name = name.to_ascii_lowercase();
        if platform == Platform::AzureTask {
            // `publisher.extension.contribution.Name` is the task `Name`.
            if let Some((_, last)) = name.rsplit_once('.') {
                name = last.to_owned();
            }
        }
        let key: (Platform, Arc<str>) = (platform, name.as_str().into());
        // Within one tool a name that is written out wins over one with `*`.
        let direct = self.references.get(&key).map_or(&[][..], Vec::as_slice);
        let own = |tool: usize| direct.iter().any(|(direct, _)| *direct == tool);
        let patterns = self.reference_patterns.iter().filter(|(_, _, tool, _)| !own(*tool));
        let patterns = patterns.filter(|(of, pattern, ..)| *of == platform && fits(pattern, &name));
        let mut found: Found =
            direct.iter().copied().chain(patterns.map(|(_, _, tool, uses)| (*tool, *uses))).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|(tool, uses)| (&self.tools[tool], &self.tools[tool].uses[uses])).collect()
    }
}
