//! Texts with GitLab's variables and inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Reason, ReasonKind, Value};

use super::Builder;
use crate::limits::Budget;
use crate::model::{Hole, Piece, ScriptText, Syntax, Text, Variable, VariableKind};
use crate::reader::{data, folded, hole_text, known};

/// The variables that can be followed, inner ones over outer ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    /// Those of the pipeline.
    outer: Arc<BTreeMap<String, Text>>,
    budget: Budget,
    /// Those of the job.
    own: BTreeMap<String, Text>,
}

impl Texts {
    /// The same names, to which those of a job are added.
    pub(super) fn inner(&self) -> Self {
        if self.own.is_empty() {
            return self.clone();
        }
        let mut all = (*self.outer).clone();
        all.extend(self.own.clone());
        Self { outer: Arc::new(all), own: BTreeMap::new(), budget: self.budget.clone() }
    }

    fn get(&self, name: &str) -> Option<&Text> {
        self.own.get(name).or_else(|| self.outer.get(name))
    }

    pub(super) fn add(&mut self, variables: &[Variable]) {
        for variable in variables.iter().filter(|variable| variable.kind == VariableKind::Plain) {
            if let Some(name) = variable.name.known() {
                self.own.insert(name, variable.value.clone());
            }
        }
    }
}

impl Builder<'_, '_> {
    /// A scalar in which GitLab puts variables and inputs.
    pub(super) fn text(&mut self, value: &Value, texts: &Texts) -> Text {
        self.with_holes(value, Some(texts))
    }

    /// A line of a script: variables are those of the shell, only inputs are put in.
    pub(super) fn script_text(&mut self, value: &Value) -> Text {
        self.with_holes(value, None)
    }

    fn with_holes(&mut self, value: &Value, texts: Option<&Texts>) -> Text {
        if let Data::Unknown(unknown) = &value.data {
            return hole_text(value, unknown.reason.clone());
        }
        let decoded = self.reader.decoded(value);
        if !decoded.text.contains('$') {
            let pieces = known(&decoded, 0..decoded.text.len());
            return Text { pieces, origin: value.origin.clone(), data: data(value) };
        }
        let mut pieces = Vec::new();
        let mut from = 0;
        for (start, _) in decoded.text.match_indices('$') {
            if start < from {
                continue;
            }
            let rest = &decoded.text[start..];
            let Some((end, syntax, name)) = hole(rest, texts.is_some()) else { continue };
            if syntax == Found::Literal {
                // `$$` is a dollar.
                pieces.extend(known(&decoded, from..start + 1));
                from = start + end;
                continue;
            }
            pieces.extend(known(&decoded, from..start));
            from = start + end;
            put(&decoded, start..from, syntax.into(), &name, texts, &mut pieces);
        }
        pieces.extend(known(&decoded, from..decoded.text.len()));
        Text { pieces, origin: value.origin.clone(), data: None }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Found {
    Variable,
    Input,
    Literal,
}

impl From<Found> for Syntax {
    fn from(found: Found) -> Self {
        match found {
            Found::Input => Self::Input,
            Found::Variable | Found::Literal => Self::Variable,
        }
    }
}

/// What starts at a dollar: its length, what it is, and its name.
fn hole(rest: &str, variables: bool) -> Option<(usize, Found, String)> {
    if let Some(inner) = rest.strip_prefix("$[[") {
        let end = inner.find("]]")?;
        return Some((end + 5, Found::Input, folded(&inner[..end])));
    }
    if !variables {
        return None;
    }
    if rest.starts_with("$$") {
        return Some((2, Found::Literal, String::new()));
    }
    let braced = rest.starts_with("${");
    let from = if braced { 2 } else { 1 };
    let length = rest[from..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    if length == 0 || rest.as_bytes()[from].is_ascii_digit() {
        return None;
    }
    let end = from + length;
    if braced && rest.as_bytes().get(end) != Some(&b'}') {
        return None;
    }
    Some((end + usize::from(braced), Found::Variable, rest[from..end].to_owned()))
}

fn put(
    decoded: &ScriptText,
    range: std::ops::Range<usize>,
    syntax: Syntax,
    name: &str,
    texts: Option<&Texts>,
    pieces: &mut Vec<Piece>,
) {
    let Some(at) = decoded.place(range.start, range.end) else { return };
    let declared = texts.and_then(|texts| texts.get(name));
    let kind = match syntax {
        Syntax::Input => ReasonKind::ChosenAtStart,
        _ if is_predefined(name) => ReasonKind::RunTime,
        _ => ReasonKind::PlatformVariable,
    };
    let hole = Hole { syntax, text: name.into(), expression: None, at, reason: Reason::new(kind, name), usually: None };
    let one = Text {
        pieces: vec![Piece::Hole(hole)],
        origin: volary_model::Origin::at(at, volary_model::Role::Attribute),
        data: None,
    };
    // A variable that is made of itself stays as it is written.
    let budget = texts.map(|texts| &texts.budget);
    let fits =
        |text: &&Text| text.is_short() && text.length() < 10_000 && budget.is_some_and(|budget| budget.take(text));
    let filled = one.filled(|_| declared.filter(fits).cloned());
    pieces.extend(filled.pieces);
}

/// Variables that GitLab sets.
pub(super) fn is_predefined(name: &str) -> bool {
    name.starts_with("CI_") || name.starts_with("GITLAB_") || matches!(name, "CI" | "TRIGGER_PAYLOAD")
}

/// Lines joined to one text.
pub(super) fn joined(lines: Vec<Text>, origin: volary_model::Origin) -> Text {
    let mut pieces = Vec::new();
    for (index, line) in lines.into_iter().enumerate() {
        if index > 0
            && let Some(at) = line.span()
        {
            let at = volary_model::Span { end: at.start, ..at };
            pieces.push(Piece::Known(crate::model::Known { text: Arc::from("\n"), at, exact: false, from: None }));
        }
        pieces.extend(line.pieces);
    }
    Text { pieces, origin, data: None }
}
