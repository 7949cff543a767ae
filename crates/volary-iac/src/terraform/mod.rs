//! Terraform and OpenTofu as they mean it: folders of files to units of resources, with every value evaluated as far as
//! the files say it.

mod blocks;
mod calls;
mod data;
mod evaluator;
mod expand;
mod expression;
mod files;
mod for_expression;
mod functions;
mod modules;
mod operators;
mod references;
mod roots;
mod scope;
mod settings;
mod subjects;
#[cfg(test)]
mod tests;
mod traversal;
mod types;
mod versions;
mod written;

use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use volary_document::Issue;
use volary_document::hcl::{Body, ExprKind};
use volary_model::{FileId, ProblemKind, Span, Unit};

use evaluator::Evaluator;
pub use files::TreeFiles;
use modules::Module;
pub use modules::is_local;
use roots::Root;

/// A parsed file.
#[derive(Clone, Debug)]
pub struct SourceBody {
    /// The file.
    pub file: FileId,
    /// Its name in its folder: `main.tf`.
    pub name: Arc<str>,
    /// What is in it.
    pub body: Arc<Body>,
}

/// A folder of Terraform files: a module, or variable files for one.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// `*.tf`, `*.tofu`, their JSON syntax, and `.terraform.lock.hcl`.
    pub files: Vec<SourceBody>,
    /// `*.tfvars` and `*.tfvars.json`.
    pub variable_files: Vec<SourceBody>,
    /// Files of which nothing could be read, and where to say so.
    pub unreadable: Vec<(Arc<str>, Span)>,
}

/// Everything that units are made from.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// Folders by their path relative to the root that is checked; `` is that root.
    pub folders: BTreeMap<Arc<str>, Folder>,
    /// Modules installed for a root module: folder of the root module, then key of the call (`net`, `net.inner`), then
    /// the folder of the module.
    pub installed: BTreeMap<Arc<str>, BTreeMap<String, Arc<str>>>,
}

/// Bounds of the work for one unit.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Instances of one definition (`count`, `for_each`) that are evaluated; the rest is a gap.
    pub instances_per_definition: usize,
    /// Instances of modules and resources in one unit.
    pub instances_per_unit: usize,
    /// Expressions and elements evaluated for one unit.
    pub work_per_unit: u64,
    /// Variable files of one root module that are taken as variants of it.
    pub variants: usize,
    /// Threads that evaluate units; 0 for as many as the machine has.
    pub threads: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            instances_per_definition: 1_000,
            instances_per_unit: 100_000,
            work_per_unit: 20_000_000,
            variants: 16,
            threads: 0,
        }
    }
}

/// Units, and what was wrong.
#[derive(Clone, Debug, Default)]
pub struct Evaluated {
    /// One unit for each root module and variant, in the order of folders and variable files.
    pub units: Vec<Unit>,
    /// What went wrong, in the order of units.
    pub problems: Vec<Issue>,
}

/// The `source`s of the module calls of a file, where they are literal texts, in order and each once.
pub fn module_calls(body: &Body) -> Vec<String> {
    let mut sources = Vec::new();
    for call in body.blocks("module") {
        if let Some(ExprKind::Text(source)) = call.body.attribute("source").map(|attribute| &attribute.value.kind)
            && !sources.iter().any(|known: &String| **known == **source)
        {
            sources.push(source.to_string());
        }
    }
    sources
}

/// Evaluates every root module of the input. The answer does not depend on the number of threads. Functions that read
/// files give unknown values.
pub fn units(input: &Input, limits: &Limits) -> Evaluated {
    units_reading(input, limits, None)
}

/// Evaluates every root module of the input, with the files of the tree for functions that read them.
pub fn units_reading(input: &Input, limits: &Limits, files: Option<&dyn TreeFiles>) -> Evaluated {
    let modules: BTreeMap<Arc<str>, Module<'_>> = input
        .folders
        .iter()
        .filter(|(_, content)| !content.files.is_empty() || !content.unreadable.is_empty())
        .map(|(folder, content)| (folder.clone(), Module::new(folder, content)))
        .collect();
    let (roots, omitted) = roots::find(input, &modules, limits.variants);
    let mut problems = Vec::new();
    for omitted in omitted {
        let message = format!("{} more variable files than are judged", omitted.count);
        let help = "Check the folder with one variable file at a time; the first ones by name were taken.".to_owned();
        let span = modules.get(&omitted.folder).map_or(Span::new(FileId(0), 0, 0), Module::place);
        problems.push(Issue { span, kind: ProblemKind::Limit, message, help });
    }
    let evaluated = in_parallel(&roots, limits.threads, |root| evaluate(input, &modules, limits, root, files));
    let mut units = Vec::with_capacity(evaluated.len());
    for (unit, mut found) in evaluated {
        units.extend(unit);
        problems.append(&mut found);
    }
    // A problem of a module shows in every unit that uses it; once is enough.
    let mut seen = HashSet::new();
    problems.retain(|issue| seen.insert((issue.span, issue.message.clone())));
    Evaluated { units, problems }
}

/// One unit. A panic costs this unit alone.
fn evaluate<'a>(
    input: &'a Input,
    modules: &'a BTreeMap<Arc<str>, Module<'a>>,
    limits: &'a Limits,
    root: &'a Root<'a>,
    files: Option<&'a dyn TreeFiles>,
) -> (Option<Unit>, Vec<Issue>) {
    let result = catch_unwind(AssertUnwindSafe(|| Evaluator::new(input, modules, limits, root, files).unit()));
    match result {
        Ok((unit, problems)) => (Some(unit), problems),
        Err(_) => {
            let span = modules.get(&root.folder).map_or(Span::new(FileId(0), 0, 0), Module::place);
            let message = format!("evaluating `{}` failed", root.name);
            let help = "This is a defect of Volary; please report it.".to_owned();
            (None, vec![Issue { span, kind: ProblemKind::Internal, message, help }])
        }
    }
}

/// Runs over all items on threads with a stack that deep references need. Answers are in the order of the items.
fn in_parallel<T: Sync, R: Send>(items: &[T], threads: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let wanted = match threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { return done };
            done.push((index, work(item)));
        }
    };
    let mut all: Vec<(usize, R)> = std::thread::scope(|scope| {
        let started: Vec<_> = (0..wanted.min(items.len()))
            .filter_map(|_| std::thread::Builder::new().stack_size(evaluator::STACK).spawn_scoped(scope, worker).ok())
            .collect();
        started.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect()
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, result)| result).collect()
}
