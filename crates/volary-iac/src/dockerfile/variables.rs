//! `ARG` and `ENV` as BuildKit resolves them.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::dockerfile::{Modifier, Piece, Word, pieces};
use volary_model::{Data, Origin, Reason, ReasonKind, Role, Span, TextPart, Type, Unknown, Value};

/// Arguments that BuildKit sets itself: which value they have depends on the platform.
const PLATFORM: &[&str] = &[
    "BUILDARCH",
    "BUILDOS",
    "BUILDPLATFORM",
    "BUILDVARIANT",
    "TARGETARCH",
    "TARGETOS",
    "TARGETPLATFORM",
    "TARGETSTAGE",
    "TARGETVARIANT",
];

/// Most levels of defaults inside of defaults (`${A:-${B:-...}}`).
const MAX_DEPTH: usize = 8;

/// What a variable that nothing declares stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undeclared {
    /// Nothing: `FROM` sees only the arguments before it, an empty image sets none.
    Empty,
    /// Something that the base image may have set.
    BaseImage,
}

/// The variables in effect at a place.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    arguments: BTreeMap<String, Value>,
    pub(super) environment: BTreeMap<String, Value>,
    pub(super) undeclared: Undeclared,
}

impl Scope {
    pub(super) fn new(undeclared: Undeclared) -> Self {
        Self { arguments: BTreeMap::new(), environment: BTreeMap::new(), undeclared }
    }

    /// Declares an argument. `global` are the arguments before the first `FROM`.
    pub(super) fn declare(&mut self, name: &str, default: Option<Value>, global: Option<&Self>, span: Span) {
        let inherited = || {
            let value = global?.arguments.get(name)?.clone();
            Some(value.used_at(span, Role::Attribute))
        };
        let value = default.or_else(inherited).unwrap_or_else(|| without_value(name, span));
        self.arguments.insert(name.to_owned(), value);
    }

    /// The value of a variable, where something declares it.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.environment.get(name).or_else(|| self.arguments.get(name))
    }

    /// A word with its variables resolved, at its own place with the places of the variables behind it.
    pub(super) fn resolve(&self, word: &Word, escape: char) -> Value {
        self.resolve_text(&word.text, word.span, escape)
    }

    /// The same of a text.
    pub(super) fn resolve_text(&self, text: &str, span: Span, escape: char) -> Value {
        let mut joined = Joined::default();
        self.join(&pieces(text, escape), escape, 0, &mut joined);
        joined.value(span)
    }

    fn join(&self, pieces: &[Piece], escape: char, depth: usize, joined: &mut Joined) {
        for piece in pieces {
            match piece {
                Piece::Text(text) => joined.text(text),
                Piece::Variable { name, modifier, written } => {
                    self.variable(name, modifier.as_ref(), written, escape, depth, joined);
                }
            }
        }
    }

    fn variable(
        &self,
        name: &str,
        modifier: Option<&(Modifier, String)>,
        written: &str,
        escape: char,
        depth: usize,
        joined: &mut Joined,
    ) {
        let declared = self.get(name);
        let unknown = |kind| Reason::new(kind, written);
        let platform = PLATFORM.contains(&name);
        let certainly_unset = declared.is_none() && self.undeclared == Undeclared::Empty && !platform;
        // An argument without value, and no value given: the word behind `:-` is what a plain build uses.
        let without_value = declared.is_some_and(|value| value.as_unknown().is_some()) && !platform;
        let text = declared.and_then(Value::as_text);
        match modifier {
            None | Some((Modifier::Required, _)) => match (declared, certainly_unset) {
                (Some(value), _) => joined.value_of(value),
                (None, true) => {}
                (None, false) => joined.hole(unknown(ReasonKind::Outside), None),
            },
            Some((Modifier::Default { colon }, word)) => match text {
                Some(text) if !(text.is_empty() && *colon) => joined.value_of(declared.unwrap_or(&NOTHING)),
                Some(_) => self.join_word(word, escape, depth, joined),
                None if certainly_unset || without_value => self.join_word(word, escape, depth, joined),
                None => joined.hole(unknown(ReasonKind::Outside), declared),
            },
            Some((Modifier::Alternative { colon }, word)) => match text {
                Some(text) if !(text.is_empty() && *colon) => self.join_word(word, escape, depth, joined),
                Some(_) => {}
                None if certainly_unset => {}
                None => joined.hole(unknown(ReasonKind::Outside), declared),
            },
            Some((Modifier::Other, _)) => joined.hole(unknown(ReasonKind::NotEvaluated), declared),
        }
    }

    fn join_word(&self, word: &str, escape: char, depth: usize, joined: &mut Joined) {
        if depth < MAX_DEPTH {
            self.join(&pieces(word, escape), escape, depth + 1, joined);
        } else {
            joined.hole(Reason::new(ReasonKind::Limit, "defaults inside of defaults"), None);
        }
    }
}

static NOTHING: Value = Value {
    data: Data::Null,
    origin: Origin {
        place: volary_model::Place::Text(Span { file: volary_model::FileId(0), start: 0, end: 0 }),
        role: Role::Attribute,
        from: None,
    },
    note: None,
};

/// The value of an argument that has none here.
fn without_value(name: &str, span: Span) -> Value {
    let kind = if PLATFORM.contains(&name) { ReasonKind::Outside } else { ReasonKind::VariableWithoutValue };
    Value::unknown(Reason::new(kind, name), Origin::at(span, Role::Attribute))
}

/// Text that is joined from known stretches and holes.
#[derive(Default)]
pub(super) struct Joined {
    parts: Vec<TextPart>,
    reason: Option<Reason>,
    from: Option<Origin>,
}

impl Joined {
    pub(super) fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(TextPart::Known(last)) = self.parts.last_mut() {
            *last = format!("{last}{text}").into();
        } else {
            self.parts.push(TextPart::Known(text.into()));
        }
    }

    pub(super) fn hole(&mut self, reason: Reason, value: Option<&Value>) {
        if self.parts.last() != Some(&TextPart::Hole) {
            self.parts.push(TextPart::Hole);
        }
        self.reason.get_or_insert(reason);
        if self.from.is_none() {
            self.from = value.map(|value| value.origin.clone());
        }
    }

    /// Adds a variable's value.
    pub(super) fn value_of(&mut self, value: &Value) {
        match &value.data {
            Data::Text(text) => {
                self.text(text);
                self.from.get_or_insert_with(|| value.origin.clone());
            }
            Data::Unknown(unknown) if unknown.text.is_empty() => self.hole(unknown.reason.clone(), Some(value)),
            Data::Unknown(unknown) => {
                for part in &unknown.text {
                    match part {
                        TextPart::Known(text) => self.text(text),
                        TextPart::Hole => self.hole(unknown.reason.clone(), Some(value)),
                    }
                }
            }
            _ => {}
        }
    }

    /// The text at a place.
    pub(super) fn value(self, span: Span) -> Value {
        let origin = match &self.from {
            Some(from) => Origin::through(span, Role::Attribute, from),
            None => Origin::at(span, Role::Attribute),
        };
        let known = |part: &TextPart| match part {
            TextPart::Known(text) => Some(text.clone()),
            TextPart::Hole => None,
        };
        let Some(reason) = self.reason else {
            let text: Arc<str> = match self.parts.as_slice() {
                [one] => known(one).unwrap_or_default(),
                parts => parts.iter().filter_map(known).map(|text| text.to_string()).collect::<String>().into(),
            };
            return Value::text(text, origin);
        };
        let not_empty = self.parts.iter().any(|part| matches!(part, TextPart::Known(_)));
        let unknown = Unknown {
            ty: Type::Text,
            not_null: true,
            not_empty,
            text: if not_empty { self.parts } else { Vec::new() },
            ..Unknown::new(reason)
        };
        Value::new(Data::Unknown(Arc::new(unknown)), origin)
    }
}
