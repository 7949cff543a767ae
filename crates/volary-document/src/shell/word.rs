//! Words: literal text and what the shell expands.

use std::ops::Range;

use tree_sitter::Node as Syntax;

/// A word with quotes removed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Its stretches in order; none for an empty word (`""`).
    pub parts: Vec<Part>,
    /// Its bytes, quotes included.
    pub range: Range<usize>,
    /// Some of it is quoted: it is no keyword or option by accident, and may be empty.
    pub quoted: bool,
    /// It is one quoted text without escapes and expansions: its content is written exactly so, one byte behind the
    /// start of its range.
    pub verbatim: bool,
}

/// A stretch of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Literal text.
    Literal(String),
    /// `$NAME` or `${NAME}`.
    Variable {
        /// The name.
        name: String,
        /// In double quotes: it stays one word.
        quoted: bool,
    },
    /// A substitution of a command or process; its commands are nodes of the script.
    Substitution(String),
    /// Any other expansion, as it is written: `${NAME:-x}`, `$((1 + 2))`, an array.
    Expansion(String),
}

impl Word {
    /// A literal word.
    pub fn literal_at(text: &str, range: Range<usize>) -> Self {
        Self { parts: vec![Part::Literal(text.to_owned())], range, ..Self::default() }
    }

    /// The text, where nothing is expanded.
    pub fn literal(&self) -> Option<String> {
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                _ => return None,
            }
        }
        Some(text)
    }

    /// The text with expansions as they are written.
    pub fn text(&self) -> String {
        self.render(|part, text| match part {
            Part::Variable { name, .. } => {
                text.push_str("${");
                text.push_str(name);
                text.push('}');
            }
            Part::Literal(written) | Part::Substitution(written) | Part::Expansion(written) => text.push_str(written),
        })
    }

    /// The text as another shell gets it, with substitutions as an unknown variable: their commands belong to this one.
    pub(super) fn script(&self) -> String {
        self.render(|part, text| match part {
            Part::Literal(written) | Part::Expansion(written) => text.push_str(written),
            Part::Variable { name, .. } => {
                text.push_str("${");
                text.push_str(name);
                text.push('}');
            }
            Part::Substitution(_) => text.push_str("${_}"),
        })
    }

    fn render(&self, add: impl Fn(&Part, &mut String)) -> String {
        self.parts.iter().fold(String::new(), |mut text, part| {
            add(part, &mut text);
            text
        })
    }

    /// The literal text that the word certainly starts with.
    pub fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Literal(text)) => text,
            _ => "",
        }
    }

    fn push(&mut self, part: Part) {
        if let (Some(Part::Literal(last)), Part::Literal(next)) = (self.parts.last_mut(), &part) {
            last.push_str(next);
        } else if part != Part::Literal(String::new()) {
            self.parts.push(part);
        }
    }
}

/// Builds a word from its syntax. Substitutions in it are handed to `found`.
pub(super) fn build<'t>(syntax: Syntax<'t>, text: &str, found: &mut Vec<Syntax<'t>>) -> Word {
    let mut word = Word { range: syntax.byte_range(), ..Word::default() };
    // The next one is last.
    let mut open = vec![Open::Syntax(syntax, false)];
    while let Some(next) = open.pop() {
        let (node, quoted) = match next {
            Open::Syntax(node, quoted) => (node, quoted),
            Open::Between(range) => {
                word.push(Part::Literal(unescape(text.get(range).unwrap_or_default(), true)));
                continue;
            }
        };
        let source = text.get(node.byte_range()).unwrap_or_default();
        match node.kind() {
            "raw_string" => {
                word.quoted = true;
                word.push(Part::Literal(source.trim_start_matches('\'').trim_end_matches('\'').to_owned()));
            }
            "ansi_c_string" => {
                word.quoted = true;
                let inner = source.strip_prefix("$'").and_then(|rest| rest.strip_suffix('\'')).unwrap_or(source);
                word.push(Part::Literal(ansi(inner)));
            }
            "string" => {
                word.quoted = true;
                let closed = source.len() > 1 && source.ends_with('"');
                let end = node.end_byte() - usize::from(closed);
                pieces(node, node.start_byte() + 1..end, true, &mut open);
            }
            "heredoc_body" => pieces(node, node.byte_range(), false, &mut open),
            "string_content" | "heredoc_content" => word.push(Part::Literal(unescape(source, quoted))),
            "translated_string" | "concatenation" | "command_name" => {
                let from = open.len();
                let mut cursor = node.walk();
                let children = node.children(&mut cursor).filter(|child| child.kind() != "$");
                open.extend(children.map(|child| Open::Syntax(child, quoted)));
                open[from..].reverse();
            }
            "simple_expansion" => {
                let source = from_dollar(source, &mut word);
                let name = source.strip_prefix('$').unwrap_or(source);
                word.push(Part::Variable { name: name.to_owned(), quoted });
            }
            "expansion" => {
                let source = from_dollar(source, &mut word);
                let inner = source.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
                let plain = !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                if plain {
                    word.push(Part::Variable { name: inner.to_owned(), quoted });
                } else {
                    word.push(Part::Expansion(source.to_owned()));
                    substitutions(node, found);
                }
            }
            "command_substitution" | "process_substitution" => {
                word.push(Part::Substitution(source.to_owned()));
                found.push(node);
            }
            "arithmetic_expansion" | "array" | "subscript" => {
                word.push(Part::Expansion(source.to_owned()));
                substitutions(node, found);
            }
            "word" | "number" | "brace_expression" | "variable_name" if node.named_child_count() == 0 => {
                word.push(Part::Literal(unescape(source, quoted)));
            }
            _ => {
                word.push(Part::Literal(unescape(source, quoted)));
                substitutions(node, found);
            }
        }
    }
    let source = text.get(word.range.clone()).unwrap_or_default();
    let inner = source.strip_prefix(['\'', '"']).and_then(|rest| rest.strip_suffix(['\'', '"']));
    word.verbatim = match (word.parts.as_slice(), inner) {
        ([Part::Literal(literal)], Some(inner)) => word.quoted && literal == inner,
        _ => false,
    };
    word
}

/// In quotes the grammar counts blanks before an expansion to it: they are text.
fn from_dollar<'s>(source: &'s str, word: &mut Word) -> &'s str {
    let (blank, rest) = source.split_at(source.find('$').unwrap_or(0));
    word.push(Part::Literal(blank.to_owned()));
    rest
}

/// What waits to become parts of a word.
enum Open<'t> {
    /// Syntax, and whether it stands in double quotes.
    Syntax(Syntax<'t>, bool),
    /// Text that the grammar gives no node.
    Between(Range<usize>),
}

/// The children of a string or heredoc, and the text between them.
fn pieces<'t>(node: Syntax<'t>, range: Range<usize>, quoted: bool, open: &mut Vec<Open<'t>>) {
    let from = open.len();
    let mut at = range.start;
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        if child.start_byte() < at || child.end_byte() > range.end {
            continue;
        }
        if child.start_byte() > at {
            open.push(Open::Between(at..child.start_byte()));
        }
        at = child.end_byte();
        open.push(Open::Syntax(child, quoted));
    }
    if at < range.end {
        open.push(Open::Between(at..range.end));
    }
    open[from..].reverse();
}

/// The outermost substitutions inside of a node.
pub(super) fn substitutions<'t>(node: Syntax<'t>, found: &mut Vec<Syntax<'t>>) {
    if node.named_child_count() == 0 {
        return;
    }
    let from = found.len();
    let mut open = vec![node];
    while let Some(node) = open.pop() {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "command_substitution" | "process_substitution" => found.push(child),
                _ => open.push(child),
            }
        }
    }
    found[from..].sort_by_key(Syntax::start_byte);
}

fn unescape(source: &str, quoted: bool) -> String {
    if !source.contains('\\') {
        return source.to_owned();
    }
    let mut text = String::with_capacity(source.len());
    let mut characters = source.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('\n') => {}
            Some('\r') if characters.as_str().starts_with('\n') => {
                characters.next();
            }
            Some(next) if quoted && !matches!(next, '"' | '\\' | '$' | '`') => {
                text.push('\\');
                text.push(next);
            }
            Some(next) => text.push(next),
            None => text.push('\\'),
        }
    }
    text
}

fn ansi(source: &str) -> String {
    let mut text = String::with_capacity(source.len());
    let mut characters = source.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some(next @ ('\\' | '\'' | '"')) => text.push(next),
            // Codes of characters are rare and decide nothing: they stay as written.
            Some(next) => {
                text.push('\\');
                text.push(next);
            }
            None => text.push('\\'),
        }
    }
    text
}
