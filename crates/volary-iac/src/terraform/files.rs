//! Files of the tree for functions that read them, and templates in such files.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::hcl::{self, Expr};
use volary_model::{Data, Entry, FileId, Origin, Reason, ReasonKind, Role, Span, Type, Unknown, Value, join_path};

use super::evaluator::Evaluator;
use super::functions::{CallError, FileAnswer, FileLookup};
use super::modules::Module;
use super::roots::Root;
use super::scope::{Frame, Repetition, Scope};
use super::{Input, Limits};

/// Gives the files of the tree to functions such as `file` and `templatefile`.
pub trait TreeFiles: Sync {
    /// The bytes of a file by its path relative to the root that is checked; `None` where there is none, or none that may
    /// be read. A file may be made before Terraform runs, so that its absence says nothing.
    fn read(&self, path: &str) -> Option<Arc<[u8]>>;
    /// The paths of all files below a folder, relative to it; `None` where that cannot be said.
    fn below(&self, folder: &str) -> Option<Vec<String>>;
    /// The file of the run at a path, where places in it can be shown. `text` is what was read of it.
    fn file(&self, path: &str, text: &str) -> Option<FileId> {
        let _ = (path, text);
        None
    }
}

/// Expressions and elements that one template may take.
const WORK: u64 = 200_000;
/// Variables of one template.
const VARIABLES: usize = 500;

/// The files as an expression of a root module sees them.
pub(super) struct Lookup<'a> {
    pub(super) files: Option<&'a dyn TreeFiles>,
    /// The folder of the root module, which is where Terraform runs.
    pub(super) root: &'a str,
    /// The call, at which everything that a template makes is placed.
    pub(super) span: Span,
    /// Work that templates took.
    pub(super) used: Cell<u64>,
}

impl FileLookup for Lookup<'_> {
    fn read(&self, path: &str) -> FileAnswer {
        let outside = || FileAnswer::NotKnown(Reason::new(ReasonKind::Outside, path));
        let place = if path.starts_with('/') { None } else { join_path(self.root, path) };
        match (self.files, place) {
            (Some(files), Some(place)) => files.read(&place).map_or_else(outside, FileAnswer::Bytes),
            _ => outside(),
        }
    }

    fn below(&self, folder: &str) -> Option<Vec<String>> {
        let place = if folder.starts_with('/') { None } else { join_path(self.root, folder) };
        self.files?.below(&place?)
    }

    fn file(&self, path: &str, text: &str) -> Option<FileId> {
        let place = if path.starts_with('/') { None } else { join_path(self.root, path) };
        self.files?.file(&place?, text)
    }

    fn render(&self, template: &str, file: Option<FileId>, variables: &Value) -> Result<Value, CallError> {
        let Data::Map(map) = &variables.data else {
            let reason = variables.as_unknown().map(|unknown| unknown.reason.clone());
            let mut text = Unknown::new(reason.unwrap_or_else(|| Reason::new(ReasonKind::NotEvaluated, "a template")));
            text.ty = Type::Text;
            text.not_null = true;
            return Ok(Value::new(Data::Unknown(Arc::new(text)), Origin::at(self.span, Role::Attribute)));
        };
        let (expr, issues) = hcl::template(template, self.span, file);
        if let Some(issue) = issues.first() {
            return Err(CallError::new(format!("a template: {}", issue.message)));
        }
        let (input, folder): (_, Arc<str>) = (Input::default(), "".into());
        let limits = Limits { work_per_unit: WORK, ..Limits::default() };
        let modules = BTreeMap::from([(folder.clone(), Module::default())]);
        let root = Root { folder: folder.clone(), name: folder, variable_files: Vec::new() };
        let mut evaluator = Evaluator::new(&input, &modules, &limits, &root, None);
        let repetition = Repetition::default();
        let scope = Scope { module: 0, repetition: &repetition, frame: None, role: Role::Attribute };
        let entries = &map.entries()[..map.len().min(VARIABLES)];
        let value = with_names(&mut evaluator, &expr, entries, scope);
        self.used.set(self.used.get() + evaluator.used());
        value
    }
}

/// Evaluates with one more name for each entry. Recursion is bounded by the number of variables.
fn with_names<'m>(
    evaluator: &mut Evaluator<'m>,
    expr: &'m Expr,
    entries: &[Entry],
    scope: Scope<'_>,
) -> Result<Value, CallError> {
    match entries {
        [] => evaluator.eval(expr, scope),
        [entry, rest @ ..] => {
            let frame = Frame { name: &entry.key, value: &entry.value, outer: scope.frame };
            with_names(evaluator, expr, rest, scope.within(&frame))
        }
    }
}
