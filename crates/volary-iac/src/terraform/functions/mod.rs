//! Terraform's and OpenTofu's functions, <https://developer.hashicorp.com/terraform/language/functions> and
//! <https://opentofu.org/docs/language/functions/>.
//!
//! Every function is sound under unknown arguments: whatever the unknown parts turn out to be, the result that Terraform
//! then computes fits the result given here. What is known of a result in spite of unknown arguments is kept: literal
//! stretches of texts, certain elements of lists, certain entries of maps.
//!
//! `try`, `can` and `convert` decide by errors and type expressions of their arguments; they belong to the evaluator of
//! expressions.

mod args;
mod collection;
mod compare;
mod convert;
mod csv;
mod date;
mod encoding;
mod files;
mod format;
mod hash;
mod json;
mod keyed;
mod known;
mod network;
mod numeric;
mod regex;
mod sets;
mod stretch;
mod table;
mod text;
mod trim;
mod typed;
mod yaml;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use volary_model::{FileId, Reason, ReasonKind, Span, Unknown, Value};

use args::{Args, Stop};
pub(crate) use json::{decode, encoded};
pub(crate) use known::{admits, either};
pub(crate) use stretch::Stretches;

/// What bounds the size and work of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallLimits {
    /// Bytes of a text.
    pub text: usize,
    /// Elements of a list or map.
    pub elements: usize,
    /// Values visited in arguments and results. Values are shared, so that few of them can stand for very many.
    pub nodes: u32,
    /// Nesting of values.
    pub depth: u32,
}

impl Default for CallLimits {
    fn default() -> Self {
        Self { text: 1 << 20, elements: 20_000, nodes: 200_000, depth: 64 }
    }
}

/// The answer about a file of the tree.
#[cfg_attr(not(test), allow(dead_code, reason = "made by implementations of `FileLookup`, of which tests have one"))]
pub(crate) enum FileAnswer {
    /// Its bytes.
    Bytes(Arc<[u8]>),
    /// There is no such file.
    Absent,
    /// It cannot be said.
    NotKnown(Reason),
}

/// Files and templates for `file`, `templatefile` and their like. Paths are as the expression gives them, relative to
/// the folder that Terraform runs in.
pub(crate) trait FileLookup {
    /// The content of a file.
    fn read(&self, path: &str) -> FileAnswer;
    /// The paths of all files below a folder, relative to it and with `/` between parts; `None` where that cannot be said.
    fn below(&self, folder: &str) -> Option<Vec<String>>;
    /// The file of the run that has this text, where places in it can be shown.
    fn file(&self, path: &str, text: &str) -> Option<FileId>;
    /// A template rendered with the variables of a map; it is the whole text of `file`, where that is given.
    fn render(&self, template: &str, file: Option<FileId>, variables: &Value) -> Result<Value, CallError>;
}

/// What a call needs besides its arguments.
pub(crate) struct Call<'a> {
    /// The call expression.
    pub span: Span,
    /// Bounds.
    pub limits: CallLimits,
    /// The tree, where its files may be read; without it the functions that need it are unknown.
    pub files: Option<&'a dyn FileLookup>,
}

/// The call fails in Terraform whatever its unknown arguments turn out to be. `try` and `can` catch it; elsewhere it
/// becomes a value that is not known ([`CallError::into_value`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CallError {
    /// The function and what is wrong: "parseint: \"x\" is not a whole number in base 10".
    pub about: Arc<str>,
}

impl CallError {
    /// An error of a function.
    pub(crate) fn new(about: impl Into<Arc<str>>) -> Self {
        Self { about: about.into() }
    }

    /// The value that stands for the failed call.
    pub(crate) fn into_value(self, span: Span) -> Value {
        let origin = volary_model::Origin::at(span, volary_model::Role::Attribute);
        Value::unknown(Reason::new(ReasonKind::NotEvaluated, self.about), origin)
    }
}

/// Calls a function. `name` is as written, with an optional `core::` before it. An unknown name or a wrong number of
/// arguments is an error; functions of providers are unknown values.
pub(crate) fn call(name: &str, args: &[Value], context: &Call<'_>) -> Result<Value, CallError> {
    if name.starts_with("provider::") {
        let unknown = Unknown::new(Reason::new(ReasonKind::NotEvaluated, format!("{name}()")));
        return Ok(Args::new(name, args, context).unknown(unknown));
    }
    let name = name.strip_prefix("core::").unwrap_or(name);
    let Some(function) = table::find(name) else {
        return Err(CallError::new(format!("{name}: there is no function of this name")));
    };
    let args = Args::new(name, args, context);
    if args.len() < function.least || args.len() > function.most {
        return Err(CallError::new(format!("{name}: {} arguments are not what it takes", args.len())));
    }
    match (function.run)(&args) {
        Ok(answer) => args.finish(answer, function),
        Err(Stop::Error(about)) => Err(CallError::new(format!("{name}: {about}"))),
        Err(Stop::Unknown(reason)) => Ok(args.unknown(function.unknown(reason))),
    }
}

/// What is known of the result of a function whatever its arguments are, for calls whose number of arguments is not
/// known (`merge(var.maps...)`).
pub(crate) fn unknown_result(name: &str, reason: Reason) -> Unknown {
    let name = name.strip_prefix("core::").unwrap_or(name);
    table::find(name).map_or_else(|| Unknown::new(reason.clone()), |function| function.unknown(reason.clone()))
}
