//! Texts that the platform completes: literal stretches, and holes where a run puts something in.

use std::sync::Arc;

use volary_model::{Data, Origin, Reason, Span, TextPart, Type, Unknown, Value};

use super::Expr;

/// A text of a pipeline: a name, an input, a script.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its stretches in order; none of an empty text.
    pub pieces: Vec<Piece>,
    /// Where it comes from: the node that holds it and, behind it, the arguments and variables it was handed on from.
    pub origin: Origin,
    /// The value as it is written, where it is no text: `true`, `3`, a list, nothing.
    pub data: Option<Value>,
}

/// A stretch of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Literal text.
    Known(Known),
    /// Something that is put in when the pipeline starts or runs.
    Hole(Hole),
}

/// A literal stretch.
#[derive(Clone, Debug)]
pub struct Known {
    /// The text.
    pub text: Arc<str>,
    /// Where it is written.
    pub at: Span,
    /// Byte n of the text is byte n of the span. Else the span stands for the whole stretch.
    pub exact: bool,
    /// Where the text comes from, when something else is written at `at`: a parameter or variable that was followed.
    pub from: Option<Arc<Origin>>,
}

/// A stretch that only a run knows.
#[derive(Clone, Debug)]
pub struct Hole {
    /// How it is written.
    pub syntax: Syntax,
    /// What is written between the brackets, blanks folded: `github.sha`, `Build.BuildId`. Equal texts have equal values
    /// within one run, apart from variables that scripts set.
    pub text: Arc<str>,
    /// The expression; `None` of macros and shell variables, which are names.
    pub expression: Option<Arc<Expr>>,
    /// Where it is written, brackets included.
    pub at: Span,
    /// Why it is not known.
    pub reason: Reason,
    /// What it is when nobody chooses otherwise: the default of a parameter or of a variable that can be overridden.
    pub usually: Option<Value>,
}

/// How something that is put in is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Syntax {
    /// `${{ x }}`: GitHub's expressions, Azure's template expressions. Textual, before any shell.
    Expression,
    /// `$(x)`: Azure's macros. Textual, before any shell.
    Macro,
    /// `$[ x ]`: Azure's runtime expressions, which are a whole value.
    Runtime,
    /// `$x`, `${x}`, `%x%` outside of scripts: GitLab's variables.
    Variable,
    /// `$[[ x ]]`: GitLab's inputs. Textual.
    Input,
    /// `${x}` in a double-quoted text of Groovy. Textual, before any shell.
    Interpolation,
}

impl Text {
    /// A text without holes.
    pub fn literal(text: impl Into<Arc<str>>, origin: Origin) -> Self {
        let text = text.into();
        let at = origin.span();
        let pieces = match at {
            Some(at) if !text.is_empty() => {
                let exact = (at.end - at.start) as usize == text.len();
                vec![Piece::Known(Known { text, at, exact, from: None })]
            }
            _ => Vec::new(),
        };
        Self { pieces, origin, data: None }
    }

    /// The place of the node that holds it.
    pub fn span(&self) -> Option<Span> {
        self.origin.span()
    }

    /// The text, where nothing is put in.
    pub fn known(&self) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Known(known) => text.push_str(&known.text),
                Piece::Hole(_) => return None,
            }
        }
        Some(text)
    }

    /// Whether the text is known and equals this one; letters of either case are equal.
    pub fn is(&self, text: &str) -> bool {
        self.known().is_some_and(|known| known.eq_ignore_ascii_case(text))
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Whether it is short enough to be put into other texts: nobody names anything by thousands of lines.
    pub(crate) fn is_short(&self) -> bool {
        self.pieces.len() <= 1_000
    }

    /// What is put in.
    pub fn holes(&self) -> impl Iterator<Item = &Hole> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Known(_) => None,
        })
    }

    /// The text with its holes as they are written, blanks folded. Texts that are equal here are equal in one run.
    pub fn canonical(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Known(known) => text.push_str(&known.text),
                Piece::Hole(hole) => hole.write(&mut text),
            }
        }
        text
    }

    /// About how long the canonical text is, without making it.
    pub(crate) fn length(&self) -> usize {
        let lengths = self.pieces.iter().map(|piece| match piece {
            Piece::Known(known) => known.text.len(),
            Piece::Hole(hole) => hole.text.len() + 8,
        });
        lengths.sum()
    }

    /// The text as it is when nobody chooses otherwise: holes that have a usual value are filled with it.
    pub fn usually(&self) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Known(known) => text.push_str(&known.text),
                Piece::Hole(hole) => text.push_str(&scalar_text(hole.usually.as_ref()?)?),
            }
        }
        Some(text)
    }

    /// The value: a text where everything is known, else unknown with what is known of it.
    pub fn value(&self) -> Value {
        if let Some(data) = &self.data {
            return data.clone();
        }
        if let Some(text) = self.known() {
            return Value::text(text, self.origin.clone());
        }
        let Some(first) = self.holes().next() else { return Value::text("", self.origin.clone()) };
        let mut unknown = Unknown::new(first.reason.clone());
        if self.pieces.len() > 1 {
            unknown.ty = Type::Text;
            unknown.not_null = true;
            unknown.not_empty = true;
            unknown.text = self.parts();
        }
        Value::new(Data::Unknown(Arc::new(unknown)), self.origin.clone())
    }

    fn parts(&self) -> Vec<TextPart> {
        let mut parts: Vec<TextPart> = Vec::new();
        for piece in &self.pieces {
            match (parts.last_mut(), piece) {
                (Some(TextPart::Known(before)), Piece::Known(known)) => {
                    *before = format!("{before}{}", known.text).into()
                }
                (_, Piece::Known(known)) => parts.push(TextPart::Known(known.text.clone())),
                (Some(TextPart::Hole), Piece::Hole(_)) => {}
                (_, Piece::Hole(_)) => parts.push(TextPart::Hole),
            }
        }
        parts
    }

    /// The text as a shell can read it: holes stand as variables with a name that follows from what is written in them
    /// (see [`Hole::variable`]), so that equal holes are equal words.
    pub fn as_script(&self) -> ScriptText {
        let mut script = ScriptText::default();
        for piece in &self.pieces {
            let start = script.text.len();
            let (at, exact) = match piece {
                Piece::Known(known) => {
                    script.text.push_str(&known.text);
                    (known.at, known.exact)
                }
                Piece::Hole(hole) => {
                    script.text.push_str("${");
                    script.text.push_str(&hole.variable());
                    script.text.push('}');
                    (hole.at, false)
                }
            };
            if script.text.len() > start {
                script.segments.push(Segment { start, end: script.text.len(), at, exact });
            }
        }
        script
    }

    /// The same text with holes filled where `fill` knows them.
    #[must_use]
    pub fn filled(&self, mut fill: impl FnMut(&Hole) -> Option<Text>) -> Self {
        let mut pieces = Vec::with_capacity(self.pieces.len());
        let mut data = self.data.clone();
        for piece in &self.pieces {
            match piece {
                Piece::Hole(hole) => match fill(hole) {
                    Some(text) => {
                        data = if self.pieces.len() == 1 { text.data.clone() } else { None };
                        pieces.extend(text.pieces.into_iter().map(|piece| piece.seen_at(hole.at)));
                    }
                    None => pieces.push(piece.clone()),
                },
                Piece::Known(_) => pieces.push(piece.clone()),
            }
        }
        Self { pieces, origin: self.origin.clone(), data }
    }

    /// The stretch of the text between two bytes of its literal stretches; holes count as no bytes and belong to the
    /// stretch when they lie in it.
    pub(crate) fn slice(pieces: &[Piece], start: usize, end: usize) -> Vec<Piece> {
        let mut at = 0;
        let mut out = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Known(known) => {
                    let next = at + known.text.len();
                    let (from, to) = (start.max(at), end.min(next));
                    if from < to {
                        out.push(Piece::Known(known.slice(from - at, to - at)));
                    }
                    at = next;
                }
                Piece::Hole(_) if at > start && at < end => out.push(piece.clone()),
                Piece::Hole(_) => {}
            }
        }
        out
    }
}

impl Known {
    /// A part of the stretch.
    pub(crate) fn slice(&self, start: usize, end: usize) -> Self {
        let at = if self.exact {
            Span { start: self.at.start + start as u32, end: self.at.start + end as u32, ..self.at }
        } else {
            self.at
        };
        Self {
            text: self.text.get(start..end).unwrap_or_default().into(),
            at,
            exact: self.exact,
            from: self.from.clone(),
        }
    }
}

impl Piece {
    /// The same stretch as the place sees it that uses it.
    fn seen_at(self, at: Span) -> Self {
        match self {
            Self::Known(known) => {
                let from = known.from.unwrap_or_else(|| Arc::new(Origin::at(known.at, volary_model::Role::Attribute)));
                Self::Known(Known { text: known.text, at, exact: false, from: Some(from) })
            }
            Self::Hole(hole) => Self::Hole(hole),
        }
    }
}

impl Hole {
    /// The hole as it is written, blanks folded.
    pub fn written(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    fn write(&self, into: &mut String) {
        let (open, close) = match self.syntax {
            Syntax::Expression => ("${{ ", " }}"),
            Syntax::Macro => ("$(", ")"),
            Syntax::Runtime => ("$[ ", " ]"),
            Syntax::Variable | Syntax::Interpolation => ("${", "}"),
            Syntax::Input => ("$[[ ", " ]]"),
        };
        into.push_str(open);
        into.push_str(&self.text);
        into.push_str(close);
    }

    /// The name under which the hole stands in [`Text::as_script`]: that of the variable itself where it is one of the
    /// shell, else two underscores and the text of the hole, every other character as `_xHH`, a dot as `__`.
    pub fn variable(&self) -> String {
        use std::fmt::Write;
        if self.syntax == Syntax::Variable {
            return self.text.to_string();
        }
        let mut name = String::from("__");
        for byte in self.text.bytes() {
            match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' => name.push(char::from(byte)),
                b'.' => name.push_str("__"),
                _ => {
                    let _ = write!(name, "_x{byte:02X}");
                }
            }
        }
        name
    }
}

/// A script as a shell can read it, and where its bytes are written.
#[derive(Clone, Debug, Default)]
pub struct ScriptText {
    /// The script.
    pub text: String,
    /// Stretches of it, in order, without gaps.
    pub segments: Vec<Segment>,
}

/// Where a stretch of a script is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// First byte in the script.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Where it is written.
    pub at: Span,
    /// Byte n of the stretch is byte n of the place.
    pub exact: bool,
}

impl ScriptText {
    /// The place in the file of some bytes of the script; `None` of an empty script.
    pub fn place(&self, start: usize, end: usize) -> Option<Span> {
        let first = self.segments.partition_point(|segment| segment.end <= start);
        let first = self.segments.get(first.min(self.segments.len().checked_sub(1)?))?;
        let last = self.segments.partition_point(|segment| segment.start < end);
        let last = self.segments.get(last.saturating_sub(1)).unwrap_or(first);
        let from = first.position(start, false);
        let to = last.position(end.max(start), true);
        Some(if first.at.file == last.at.file && to >= from {
            Span { start: from, end: to, ..first.at }
        } else {
            first.at
        })
    }
}

impl Segment {
    fn position(&self, offset: usize, end: bool) -> u32 {
        if self.exact {
            return self.at.start + (offset.clamp(self.start, self.end) - self.start) as u32;
        }
        if end { self.at.end } else { self.at.start }
    }
}

/// A scalar as the platforms put it into texts.
pub(crate) fn scalar_text(value: &Value) -> Option<String> {
    match &value.data {
        Data::Null => Some(String::new()),
        Data::Bool(truth) => Some(truth.to_string()),
        Data::Number(number) => Some(number.to_string()),
        Data::Text(text) => Some(text.to_string()),
        Data::List(_) | Data::Map(_) | Data::Unknown(_) => None,
    }
}
