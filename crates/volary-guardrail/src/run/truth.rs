//! Whether a condition holds in a run.

use std::cell::Cell;
use std::sync::Arc;

use volary_model::{Data, FileId, Origin, Role, Span, Value};
use volary_pipeline::{Comparison, Expr, ExprKind, Piece, Platform, Status, Syntax, Text, evaluated, truthy};

use super::canonical::{question, scalar};
use super::names;
use super::pattern::regex_text;
use super::results::Results;
use super::{Local, Run};
use crate::tri::Tri;

/// Deeper than any reader lets expressions be.
const DEPTH: usize = 150;
/// Names that one condition may look up, those included that variables stand for.
const LOOKUPS: usize = 5_000;
/// How deep variables may stand for variables.
const NESTING: usize = 10;

/// Whether a condition holds in a run, given what ran before.
///
/// Decided are events, references, parameters of the run and what follows from them; anything else by the choices of the
/// run, else it is not known.
pub fn truth(expr: &Expr, platform: Platform, run: &Run, results: &dyn Results) -> Tri {
    Ask::new(platform, run, results).truth(expr)
}

/// A question to a run.
pub(super) struct Ask<'a> {
    pub(super) platform: Platform,
    pub(super) run: &'a Run,
    pub(super) results: &'a dyn Results,
    /// Whatever somebody may choose otherwise is not known.
    pub(super) open: bool,
    /// A name that is given a value to see what follows from it.
    pub(super) given: Option<(&'a str, &'a Value)>,
    lookups: Cell<usize>,
    nesting: Cell<usize>,
}

impl<'a> Ask<'a> {
    pub(super) fn new(platform: Platform, run: &'a Run, results: &'a dyn Results) -> Self {
        Self {
            platform,
            run,
            results,
            open: false,
            given: None,
            lookups: Cell::new(LOOKUPS),
            nesting: Cell::new(NESTING),
        }
    }

    pub(super) fn truth(&self, expr: &Expr) -> Tri {
        self.truth_at(expr, 0)
    }

    fn truth_at(&self, expr: &Expr, depth: usize) -> Tri {
        if depth > DEPTH {
            return Tri::Unknown;
        }
        match &expr.kind {
            ExprKind::Not(inner) => self.truth_at(inner, depth + 1).not(),
            ExprKind::And(parts) => parts.iter().fold(Tri::Yes, |so, part| so.and(self.truth_at(part, depth + 1))),
            ExprKind::Or(parts) => parts.iter().fold(Tri::No, |so, part| so.or(self.truth_at(part, depth + 1))),
            ExprKind::Status(status, names) => self.results.status(*status, names),
            _ => self.atom(expr),
        }
    }

    /// A part of a condition that is no junction.
    fn atom(&self, expr: &Expr) -> Tri {
        if self.run.choices.is_empty() {
            return self.decide(expr);
        }
        // What depends on results is asked of them first; a choice stands for what nothing else decides.
        match self.decide(expr) {
            Tri::Unknown => {
                let (key, turned) = question(expr, self.platform);
                let chosen = self.run.choices.get(key.as_str()).map(|choice| choice.truth != turned);
                chosen.into()
            }
            decided => decided,
        }
    }

    fn decide(&self, expr: &Expr) -> Tri {
        match &expr.kind {
            ExprKind::Literal(value) => truthy(value).into(),
            ExprKind::Compare(comparison, left, right) => self.compare(expr, *comparison, left, right).into(),
            ExprKind::Call(name, arguments) => match self.call(name, arguments) {
                Some(answer) => answer,
                None => self.value(expr).as_ref().and_then(truthy).into(),
            },
            ExprKind::Unknown(_) | ExprKind::Wildcard => Tri::Unknown,
            _ => self.value(expr).as_ref().and_then(truthy).into(),
        }
    }

    fn compare(&self, whole: &Expr, comparison: Comparison, left: &Expr, right: &Expr) -> Option<bool> {
        let (a, b) = (self.value(left)?, self.value(right)?);
        if matches!(comparison, Comparison::Matches | Comparison::MatchesNot) {
            if a.is_null() {
                return Some(comparison == Comparison::MatchesNot);
            }
            let (text, pattern) = (scalar(&a)?, scalar(&b)?);
            let pattern = regex_text(&pattern).unwrap_or(pattern);
            let found = self.run.world.matches(&pattern, &text)?;
            return Some(found == (comparison == Comparison::Matches));
        }
        let turned = comparison == Comparison::NotEqual;
        if turned || comparison == Comparison::Equal {
            // Azure puts truths into conditions as texts.
            let text = |data: &Data| match data {
                Data::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
                Data::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
                _ => None,
            };
            let same = match (&a.data, &b.data) {
                (Data::Bool(a), other) | (other, Data::Bool(a)) if self.platform == Platform::Azure => {
                    text(other).map(|b| *a == b)
                }
                _ => None,
            };
            if let Some(same) =
                same.or_else(|| self.same_reference(left, &b)).or_else(|| self.same_reference(right, &a))
            {
                return Some(same != turned);
            }
        }
        let (left, right) = (Expr::new(ExprKind::Literal(a), left.at), Expr::new(ExprKind::Literal(b), right.at));
        let compared = Expr::new(ExprKind::Compare(comparison, Box::new(left), Box::new(right)), whole.at);
        evaluated(&compared, self.platform, &|_| None).literal().and_then(truthy)
    }

    /// Some names are references with or without their prefix, as the host has it: both are meant.
    fn same_reference(&self, name: &Expr, value: &Value) -> Option<bool> {
        let ExprKind::Name(parts) = &name.kind else { return None };
        let prefix = names::loose_prefix(parts, self.platform)?;
        let short = value.as_text()?;
        let actual = scalar(&self.value(name)?)?;
        Some(actual.strip_prefix(prefix).unwrap_or(&actual) == short.strip_prefix(prefix).unwrap_or(short))
    }

    /// Functions that ask the run or the results.
    fn call(&self, name: &str, arguments: &[Expr]) -> Option<Tri> {
        if let ("contains", [list, word]) = (name, arguments)
            && is_every_result(list)
            && let Some(word) = word.literal().and_then(Value::as_text)
        {
            return Some(self.results.any_result(word));
        }
        match (name, self.platform) {
            // A text that is put together is true as soon as anything in it is certain.
            ("concat", Platform::GitHub) => {
                let mut open = false;
                for part in arguments {
                    match self.value(part).and_then(|value| scalar(&value)) {
                        Some(text) if !text.is_empty() => return Some(Tri::Yes),
                        Some(_) => {}
                        None => open = true,
                    }
                }
                Some(if open { Tri::Unknown } else { Tri::No })
            }
            (_, Platform::Jenkins) => names::jenkins::call(self, name, arguments),
            _ => None,
        }
    }

    /// The value of an expression, where it has one in this run.
    pub(super) fn value(&self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            ExprKind::Literal(value) => return value.as_unknown().is_none().then(|| value.clone()),
            ExprKind::Name(parts) => return self.name(parts),
            _ => {}
        }
        let reduced = evaluated(expr, self.platform, &|parts| self.name(parts));
        if let Some(value) = reduced.literal() {
            return Some(value.clone());
        }
        // Junctions and questions about the status are values too.
        let junction = matches!(reduced.kind, ExprKind::Not(_) | ExprKind::Status(..) | ExprKind::Compare(..));
        let junction = junction
            || (self.platform != Platform::GitHub && matches!(reduced.kind, ExprKind::And(_) | ExprKind::Or(_)));
        if !junction || self.lookups.get() == 0 {
            return None;
        }
        match self.truth_at(&reduced, DEPTH / 2) {
            Tri::Yes => Some(value(Data::Bool(true))),
            Tri::No => Some(value(Data::Bool(false))),
            Tri::Unknown => None,
        }
    }

    /// What a name stands for.
    pub(super) fn name(&self, parts: &[Arc<str>]) -> Option<Value> {
        let left = self.lookups.get().checked_sub(1)?;
        self.lookups.set(left);
        if let Some((key, value)) = self.given
            && super::canonical::name(parts, self.platform) == key
        {
            return Some(value.clone());
        }
        names::lookup(self, parts)
    }

    /// What a name stands for at the place that asks, or in the whole pipeline.
    pub(super) fn variable(&self, key: &str) -> Option<Value> {
        match self.run.local.get(key) {
            Some(Local::Value(value)) => return value.as_unknown().is_none().then(|| value.clone()),
            Some(Local::Variable(variable)) => return self.variable_text(&variable.value),
            None => {}
        }
        self.variable_text(&self.run.world.variables.get(key)?.value)
    }

    /// The value of a text in which the run puts in what it knows.
    fn variable_text(&self, text: &Text) -> Option<Value> {
        if let Some(data) = &text.data
            && data.as_unknown().is_none()
        {
            return Some(data.clone());
        }
        let nesting = self.nesting.get().checked_sub(1)?;
        self.nesting.set(nesting);
        let found = self.filled(text);
        self.nesting.set(nesting + 1);
        found
    }

    fn filled(&self, text: &Text) -> Option<Value> {
        let mut out = String::new();
        for piece in &text.pieces {
            let found = match piece {
                Piece::Known(known) => {
                    out.push_str(&known.text);
                    continue;
                }
                Piece::Hole(hole) => match (hole.expression.as_deref(), hole.syntax) {
                    (Some(expr), _) => self.value(expr).or_else(|| match self.truth(expr) {
                        Tri::Yes => Some(value(Data::Bool(true))),
                        Tri::No => Some(value(Data::Bool(false))),
                        Tri::Unknown => None,
                    })?,
                    (None, Syntax::Macro) => self.name(&["variables".into(), hole.text.clone()])?,
                    (None, _) => self.name(std::slice::from_ref(&hole.text))?,
                },
            };
            if text.pieces.len() == 1 {
                return Some(found);
            }
            out.push_str(&scalar(&found)?);
            if out.len() > 10_000 {
                return None;
            }
        }
        Some(value(Data::Text(out.into())))
    }

    /// Whether everything before succeeded.
    pub(super) fn succeeded(&self) -> Tri {
        self.results.status(Status::Success, &[])
    }
}

/// `needs.*.result`
fn is_every_result(expr: &Expr) -> bool {
    let ExprKind::Index(base, key) = &expr.kind else { return false };
    let ExprKind::Index(base, wildcard) = &base.kind else { return false };
    matches!(wildcard.kind, ExprKind::Wildcard)
        && key.literal().and_then(Value::as_text).is_some_and(|key| key.eq_ignore_ascii_case("result"))
        && base.name().is_some_and(|name| name.eq_ignore_ascii_case("needs"))
}

/// A value of a run. It is written nowhere.
pub(super) fn value(data: Data) -> Value {
    Value::new(data, Origin::at(Span::new(FileId(0), 0, 0), Role::Attribute))
}

/// A text of a run.
pub(super) fn text(text: impl Into<Arc<str>>) -> Value {
    value(Data::Text(text.into()))
}
