//! Patterns on paths, matched part by part. Work is bounded by the length of the pattern times that of the path.

/// How one part of a path is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// This character.
    Exactly(char),
    /// `?`: one character.
    One,
    /// `*`: any characters, also none.
    Any,
    /// `[a-z]`: one of these ranges, or with `!` none of them.
    Set(bool, Vec<(char, char)>),
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// Exactly this text: by far the most common.
    Literal(Box<str>),
    /// Text with wildcards.
    Wild(Vec<Token>),
    /// `**`: any number of parts, also none.
    Deep,
}

/// A pattern on whole paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
}

/// What dialects of patterns differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Syntax {
    /// `[a-z]` is a set of characters; else brackets are themselves.
    pub(crate) sets: bool,
}

impl Pattern {
    /// A pattern from the texts of its parts; `**` is any number of parts.
    pub(crate) fn new<'a>(parts: impl IntoIterator<Item = &'a str>, syntax: Syntax) -> Self {
        let mut compiled: Vec<Part> = Vec::new();
        for text in parts {
            let part = if text == "**" { Part::Deep } else { compile(text, syntax) };
            if part != Part::Deep || compiled.last() != Some(&Part::Deep) {
                compiled.push(part);
            }
        }
        Self { parts: compiled }
    }

    /// A pattern relative to the root: `*` and `?` stay within a part, `**` crosses them, `[a-z]` is a set, `\` takes the
    /// next character as it is. What matches a folder covers everything below it.
    pub(crate) fn covering(text: &str) -> Self {
        let trimmed = text.trim_start_matches("./").trim_matches('/');
        Self::new(trimmed.split('/').chain(["**"]), Syntax { sets: true })
    }

    /// Whether a path matches.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        self.matches_parts(&names)
    }

    /// As [`Pattern::matches`], on a path that is already taken apart.
    pub(crate) fn matches_parts(&self, names: &[&str]) -> bool {
        let (mut part, mut name) = (0, 0);
        // Where to go on when a part does not fit: after the last `**`, one name further than last time.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match self.parts.get(part) {
                Some(Part::Deep) => {
                    part += 1;
                    retry = Some((part, name));
                    continue;
                }
                Some(Part::Literal(text)) if names.get(name).is_some_and(|name| **name == **text) => {
                    (part, name) = (part + 1, name + 1);
                    continue;
                }
                Some(Part::Wild(tokens)) if names.get(name).is_some_and(|name| wild(tokens, name)) => {
                    (part, name) = (part + 1, name + 1);
                    continue;
                }
                None if name == names.len() => return true,
                _ => {}
            }
            match retry {
                Some((after, from)) if from < names.len() => {
                    retry = Some((after, from + 1));
                    (part, name) = (after, from + 1);
                }
                _ => return false,
            }
        }
    }

    /// The literal parts that every matching path starts with.
    pub(crate) fn prefix(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map_while(|part| match part {
            Part::Literal(text) => Some(&**text),
            _ => None,
        })
    }

    /// Whether it matches every path there is.
    pub(crate) fn is_everything(&self) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Deep => true,
            Part::Wild(tokens) => tokens.iter().all(|token| *token == Token::Any),
            Part::Literal(text) => text.is_empty(),
        })
    }
}

fn compile(text: &str, syntax: Syntax) -> Part {
    let mut tokens = Vec::new();
    let mut rest = text.chars();
    // After one set that nothing closes, brackets are themselves: looking for the end again and again would take long.
    let mut sets = syntax.sets;
    while let Some(character) = rest.next() {
        tokens.push(match character {
            '*' => {
                if tokens.last() == Some(&Token::Any) {
                    continue;
                }
                Token::Any
            }
            '?' => Token::One,
            '\\' => Token::Exactly(rest.next().unwrap_or('\\')),
            '[' if sets => match set(rest.as_str()) {
                Some((set, length)) => {
                    rest = rest.as_str()[length..].chars();
                    set
                }
                None => {
                    sets = false;
                    Token::Exactly('[')
                }
            },
            other => Token::Exactly(other),
        });
    }
    let literal: Option<String> = tokens
        .iter()
        .map(|token| match token {
            Token::Exactly(character) => Some(*character),
            _ => None,
        })
        .collect();
    literal.map_or(Part::Wild(tokens), |text| Part::Literal(text.into()))
}

/// A set whose `[` was read: the set, and its length with the `]`.
fn set(text: &str) -> Option<(Token, usize)> {
    let mut ranges = Vec::new();
    let mut characters = text.char_indices().peekable();
    let negated = matches!(characters.peek(), Some((_, '!' | '^')));
    if negated {
        characters.next();
    }
    while let Some((at, mut low)) = characters.next() {
        if low == ']' && !ranges.is_empty() {
            return Some((Token::Set(negated, ranges), at + 1));
        }
        if low == '\\' {
            low = characters.next()?.1;
        }
        let mut high = low;
        let mut ahead = characters.clone();
        if let (Some((_, '-')), Some((_, end))) = (ahead.next(), ahead.next())
            && end != ']'
        {
            high = end;
            characters = ahead;
        }
        ranges.push((low, high));
    }
    None
}

/// Whether a part with wildcards fits a name: greedy, going back to the last `*` only.
fn wild(tokens: &[Token], name: &str) -> bool {
    let mut token = 0;
    let mut rest = name.chars();
    let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        let fits = match tokens.get(token) {
            Some(Token::Any) => {
                token += 1;
                retry = Some((token, rest.clone()));
                continue;
            }
            None if rest.as_str().is_empty() => return true,
            None => false,
            Some(one) => rest.next().is_some_and(|character| match one {
                Token::Exactly(wanted) => *wanted == character,
                Token::Set(negated, ranges) => {
                    ranges.iter().any(|(low, high)| (*low..=*high).contains(&character)) != *negated
                }
                Token::One | Token::Any => true,
            }),
        };
        if fits {
            token += 1;
            continue;
        }
        let Some((after, mut from)) = retry.take() else { return false };
        if from.next().is_none() {
            return false;
        }
        token = after;
        rest = from.clone();
        retry = Some((after, from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covering_patterns_take_folders_with_all_below() {
        let cases: &[(&str, &str, bool)] = &[
            ("envs/prod", "envs/prod", true),
            ("envs/prod", "envs/prod/main.tf", true),
            ("envs/prod/", "envs/prod/a/b.tf", true),
            ("envs/prod", "envs/production/main.tf", false),
            ("envs/prod", "x/envs/prod/main.tf", false),
            ("./envs", "envs/a", true),
            ("*.tf", "main.tf", true),
            ("*.tf", "a/main.tf", false),
            ("**/*.tf", "a/b/main.tf", true),
            ("**/*.tf", "main.tf", true),
            ("**/testdata", "a/testdata/x/y.yaml", true),
            ("a/**/z", "a/z", true),
            ("a/**/z", "a/b/c/z/d", true),
            ("a/**/b/**/c", "a/b/x/b/y/c", true),
            ("a/*/c", "a/b/c", true),
            ("a/*/c", "a/b/b/c", false),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[!a-c]x", "dx", true),
            ("[]x", "[]x", true),
            ("\\*", "*", true),
            ("\\*", "x", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("größe/*", "größe/x", true),
        ];
        for (pattern, path, expected) in cases {
            assert_eq!(Pattern::covering(pattern).matches(path), *expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn patterns_that_match_everything_are_known() {
        for text in ["**", "*", "", "/", "**/*", "./", "***"] {
            assert!(Pattern::covering(text).is_everything(), "{text}");
        }
        assert!(!Pattern::covering("*.tf").is_everything());
    }

    #[test]
    fn hostile_patterns_take_little_work() {
        let pattern = Pattern::covering(&format!("{}b", "a*".repeat(2000)));
        assert!(!pattern.matches(&"a".repeat(20_000)));
        assert!(!Pattern::covering(&"[".repeat(100_000)).matches("x"));
        assert!(!Pattern::covering(&"[\\]".repeat(50_000)).matches("x"));
        let deep = Pattern::covering(&format!("{}c", "**/a/".repeat(500)));
        assert!(!deep.matches(&"a/b/".repeat(2_000)));
    }
}
