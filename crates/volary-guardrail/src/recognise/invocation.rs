//! What is to be recognised: a command with its words, or a reference with its inputs.

use std::ops::Range;
use std::sync::Arc;

use volary_document::shell::{self, Part};
use volary_model::{Data, Map, Origin, Reason, ReasonKind, Role, Span, TextPart, Type, Unknown, Value};

use super::Platform;

/// A word of a command.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its text. Of an unknown one the reason's `about` is the text as it is written, by which equal ones are told.
    pub value: Value,
    /// Whether it is one word.
    pub words: Words,
}

/// How many words an argument becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// One: it is known, or quoted.
    One,
    /// One in good scripts: a variable without quotes.
    Likely,
    /// Any number: `$@`, an array, a text with several options.
    Any,
}

/// A command.
#[derive(Clone, Debug, Default)]
pub struct Invocation {
    /// The name and the arguments.
    pub words: Vec<Argument>,
    /// The variables that are set for it alone.
    pub environment: Vec<(Arc<str>, Value)>,
}

/// A use by name: `uses:`, `task:`, a template, a step.
#[derive(Clone, Debug)]
pub struct Reference<'a> {
    /// Whose reference it is.
    pub platform: Platform,
    /// The name without version: `owner/name/path`, `Docker`, `Jobs/SAST.gitlab-ci.yml`.
    pub name: &'a str,
    /// What stands behind the `@`.
    pub version: Option<&'a str>,
    /// The inputs.
    pub inputs: &'a Map,
    /// Further inputs may be there that the file does not show.
    pub open: bool,
    /// Where it is written.
    pub origin: Origin,
}

/// What lies around a step: its environment, and the files of the repository.
pub trait Surroundings {
    /// The value of an environment variable, where the pipeline sets it.
    fn environment(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// The inputs of the last earlier step of the job that is used by one of these names.
    fn earlier_step(&self, names: &[Arc<str>]) -> Option<Map> {
        let _ = names;
        None
    }

    /// The earlier commands of the job, those of the same script included, that start with one of these texts.
    fn earlier_commands(&self, texts: &[Arc<str>]) -> Vec<Invocation> {
        let _ = texts;
        Vec::new()
    }

    /// The content of a configuration file of the repository (YAML, JSON, TOML or properties, as a map), where it is there.
    fn config(&self, path: &str) -> Option<Value> {
        let _ = path;
        None
    }
}

/// Nothing is known of what lies around.
pub struct Nothing;

impl Surroundings for Nothing {}

/// How the words of a shell command become arguments.
pub struct Reading<'a> {
    /// The place of a range of bytes of the script.
    pub at: &'a dyn Fn(Range<usize>) -> Span,
    /// The value of a variable, where it is known.
    pub variable: &'a dyn Fn(&str) -> Option<Value>,
}

impl Invocation {
    /// From a command of a script: its words with what is known of its variables, and its assignments.
    pub fn from_shell(command: &shell::Command, reading: &Reading<'_>) -> Self {
        let words = command.name.iter().chain(&command.arguments);
        let environment = command.assignments.iter().map(|assignment| {
            let value = assignment.value.as_ref().map_or_else(
                || Value::at(Data::Text("".into()), (reading.at)(assignment.range.clone())),
                |word| joined(word, reading),
            );
            (Arc::from(&*assignment.name), value)
        });
        Self { words: words.flat_map(|word| arguments(word, reading)).collect(), environment: environment.collect() }
    }

    /// Whether its first words are those of a text, without regard to case.
    pub fn starts_with(&self, text: &str) -> bool {
        let mut words = self.words.iter();
        text.split_ascii_whitespace().all(|wanted| {
            let word = words.next().and_then(|word| word.value.as_text());
            word.is_some_and(|word| word.rsplit(['/', '\\']).next().unwrap_or(word).eq_ignore_ascii_case(wanted))
        })
    }

    /// From words that are known, all at one place.
    pub fn from_words<'w>(words: impl IntoIterator<Item = &'w str>, span: Span) -> Self {
        let word = |word: &str| Argument { value: Value::at(Data::Text(word.into()), span), words: Words::One };
        Self { words: words.into_iter().map(word).collect(), environment: Vec::new() }
    }
}

/// A word as one value, as in an assignment.
fn joined(word: &shell::Word, reading: &Reading<'_>) -> Value {
    let mut pieces = Pieces::default();
    for part in &word.parts {
        match part {
            Part::Literal(text) => pieces.text(text),
            Part::Variable { name, .. } => match (reading.variable)(name) {
                Some(value) => pieces.value(&value),
                None => pieces.hole(&format!("${{{name}}}")),
            },
            Part::Expansion(written) => match expanded(written, reading) {
                Some(value) => pieces.value(&value),
                None => pieces.hole(written),
            },
            Part::Substitution(written) => pieces.hole(written),
        }
    }
    pieces.finish(Origin::at((reading.at)(word.range.clone()), Role::Attribute))
}

/// A word as the arguments that it becomes: a known variable without quotes is split at blanks.
fn arguments(word: &shell::Word, reading: &Reading<'_>) -> Vec<Argument> {
    let origin = Origin::at((reading.at)(word.range.clone()), Role::Attribute);
    let mut done: Vec<Argument> = Vec::new();
    let mut pieces = Pieces::default();
    let mut words = Words::One;
    let mut started = word.quoted || word.parts.is_empty();
    for part in &word.parts {
        match part {
            Part::Literal(text) => {
                pieces.text(text);
                started = true;
            }
            Part::Variable { name, quoted } => match (reading.variable)(name) {
                Some(value) if *quoted => {
                    pieces.value(&value);
                    started = true;
                }
                Some(value) => match value.as_text() {
                    Some(text) => {
                        let mut split = text.split_ascii_whitespace().peekable();
                        if text.starts_with(|c: char| c.is_ascii_whitespace()) && started {
                            done.push(Argument {
                                value: std::mem::take(&mut pieces).finish(origin.clone()),
                                words: Words::One,
                            });
                            started = false;
                        }
                        while let Some(piece) = split.next() {
                            pieces.text(piece);
                            started = true;
                            if split.peek().is_some() || text.ends_with(|c: char| c.is_ascii_whitespace()) {
                                let value = std::mem::take(&mut pieces).finish(origin.clone());
                                done.push(Argument { value, words: Words::One });
                                started = false;
                            }
                        }
                    }
                    None => {
                        pieces.value(&value);
                        words = words.max(Words::Likely);
                        started = true;
                    }
                },
                None => {
                    pieces.hole(&format!("${{{name}}}"));
                    words = words.max(match (name.as_str(), quoted) {
                        ("@" | "*", _) => Words::Any,
                        (_, true) => Words::One,
                        _ => Words::Likely,
                    });
                    started = true;
                }
            },
            Part::Expansion(written) if word.quoted && expanded(written, reading).is_some() => {
                if let Some(value) = expanded(written, reading) {
                    pieces.value(&value);
                }
                started = true;
            }
            Part::Expansion(written)
                if expanded(written, reading).is_some_and(|value| {
                    value.as_text().is_some_and(|text| !text.contains(|c: char| c.is_ascii_whitespace()))
                }) =>
            {
                if let Some(value) = expanded(written, reading) {
                    pieces.value(&value);
                }
                started = true;
            }
            Part::Substitution(written) | Part::Expansion(written) => {
                pieces.hole(written);
                let options = written.contains("[@]")
                    || written.contains("[*]")
                    || written.contains(":+")
                    || written.contains(":--")
                    || written.starts_with('(')
                    || written.starts_with("${@")
                    || written.starts_with("${*");
                words = words.max(if options {
                    Words::Any
                } else if word.quoted {
                    Words::One
                } else {
                    Words::Likely
                });
                started = true;
            }
        }
    }
    if started {
        done.push(Argument { value: pieces.finish(origin), words });
    }
    done
}

/// `${NAME:?message}`, `${NAME:-default}`, `${NAME:=default}` and the same without a colon, where the variable is known: its
/// value, or the default of an empty one.
fn expanded(written: &str, reading: &Reading<'_>) -> Option<Value> {
    let inner = written.strip_prefix("${")?.strip_suffix('}')?;
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let (name, rest) = inner.split_at(end);
    let bare = rest.strip_prefix(':').unwrap_or(rest);
    let operator = bare.chars().next().filter(|first| matches!(first, '?' | '-' | '='))?;
    if name.is_empty() {
        return None;
    }
    let value = (reading.variable)(name)?;
    if operator == '?' || !rest.starts_with(':') || value.as_text().is_none_or(|text| !text.is_empty()) {
        return Some(value);
    }
    let default = bare[1..].trim_matches(['"', '\'']);
    let plain = !default.contains(['$', '`', '\\']);
    plain.then(|| Value::text(default, value.origin.clone()))
}

impl Words {
    fn max(self, other: Self) -> Self {
        let rank = |words| match words {
            Self::One => 0,
            Self::Likely => 1,
            Self::Any => 2,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

/// A text that grows from known and unknown pieces.
#[derive(Default)]
pub(crate) struct Pieces {
    parts: Vec<TextPart>,
    written: String,
    known: bool,
    any: bool,
}

/// Bytes and parts up to which values are put into a word. Variables that hold one another several times would double from line
/// to line; what is longer is no name of anything.
const LONGEST: usize = 20_000;
const MOST_PARTS: usize = 500;

impl Pieces {
    /// A known piece.
    pub(crate) fn text(&mut self, text: &str) {
        self.start();
        self.written.push_str(text);
        match self.parts.last_mut() {
            Some(TextPart::Known(last)) => *last = format!("{last}{text}").into(),
            _ if text.is_empty() => {}
            _ => self.parts.push(TextPart::Known(text.into())),
        }
    }

    /// An unknown piece, as it is written.
    pub(crate) fn hole(&mut self, written: &str) {
        self.start();
        self.known = false;
        self.written.push_str(written);
        if self.parts.last() != Some(&TextPart::Hole) {
            self.parts.push(TextPart::Hole);
        }
    }

    /// A value as a piece.
    pub(crate) fn value(&mut self, value: &Value) {
        let (bytes, parts) = match &value.data {
            Data::Unknown(unknown) => (unknown.reason.about.len(), unknown.text.len()),
            _ => (value.as_text().map_or(0, str::len), 1),
        };
        if self.written.len() + bytes > LONGEST || self.parts.len() + parts > MOST_PARTS {
            return self.hole("...");
        }
        match (&value.data, scalar(value)) {
            (_, Some(text)) => self.text(&text),
            (Data::Unknown(unknown), _) if !unknown.text.is_empty() => {
                let written = self.written.clone();
                for part in &unknown.text {
                    match part {
                        TextPart::Known(text) => self.text(text),
                        TextPart::Hole => self.hole(""),
                    }
                }
                self.written = written + &unknown.reason.about;
            }
            (Data::Unknown(unknown), _) => self.hole(&unknown.reason.about.clone()),
            _ => self.hole("?"),
        }
    }

    fn start(&mut self) {
        if !self.any {
            self.any = true;
            self.known = true;
        }
    }

    /// The value, with an origin.
    pub(crate) fn finish(self, origin: Origin) -> Value {
        if self.known || !self.any {
            return Value::text(self.written, origin);
        }
        let mut unknown = Unknown::new(Reason::new(ReasonKind::NotEvaluated, self.written));
        unknown.ty = Type::Text;
        unknown.text = self.parts;
        Value::new(Data::Unknown(Arc::new(unknown)), origin)
    }
}

/// A scalar as text.
pub(crate) fn scalar(value: &Value) -> Option<Arc<str>> {
    match &value.data {
        Data::Text(text) => Some(text.clone()),
        Data::Bool(truth) => Some(if *truth { "true" } else { "false" }.into()),
        Data::Number(number) => Some(number.to_string().into()),
        _ => None,
    }
}

/// A value as it is written: the text, or what an unknown one is about.
pub fn written(value: &Value) -> Arc<str> {
    match &value.data {
        Data::Unknown(unknown) => unknown.reason.about.clone(),
        Data::List(list) => list.iter().map(|value| written(value).to_string()).collect::<Vec<_>>().join(",").into(),
        _ => scalar(value).unwrap_or_default(),
    }
}

/// The literal text that a word certainly starts with.
pub(crate) fn prefix(value: &Value) -> &str {
    match &value.data {
        Data::Text(text) => text,
        Data::Unknown(unknown) => unknown.prefix(),
        _ => "",
    }
}

/// Whether something of an unknown text is known.
pub(crate) fn partly_known(value: &Value) -> bool {
    match &value.data {
        Data::Unknown(unknown) => unknown.text.iter().any(|part| matches!(part, TextPart::Known(_))),
        _ => true,
    }
}
