//! Conditions of the recogniser data: `exit-code is not 0 and scanners has vuln`.

use std::sync::Arc;

/// Terms that must all hold.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) terms: Vec<Term>,
}

/// One term.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) negated: bool,
    pub(crate) subject: Subject,
    pub(crate) test: Test,
}

/// What is tested.
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Setting(Arc<str>),
    /// An operand behind the sub-command, from 0.
    Operand(usize),
    LastOperand,
    /// Some operand.
    AnyOperand,
    /// Earlier commands of the job, as texts.
    Earlier,
    /// The version in the reference (`Name@2` has 2).
    Version,
}

/// How.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// It is there, and does not say no.
    Set,
    Is(Vec<Arc<str>>),
    /// It is there and something else.
    IsNot(Vec<Arc<str>>),
    /// A list, or a repeated option, has one of these.
    Has(Vec<Arc<str>>),
    /// A text with `*`.
    Like(Vec<Arc<str>>),
}

impl Condition {
    /// Reads a condition; the message says what is wrong.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let terms = text.split(" and ").map(Term::parse).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { terms })
    }

    /// The names of the settings that it tests.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &Arc<str>> {
        self.terms.iter().filter_map(|term| match &term.subject {
            Subject::Setting(name) => Some(name),
            _ => None,
        })
    }
}

impl Term {
    fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.trim();
        let negated = rest.strip_prefix("not ").is_some_and(|behind| {
            rest = behind.trim_start();
            true
        });
        let (subject, rest) = subject(rest)?;
        let values = |text: &str| {
            // `||` is part of a value: the one of the shell.
            let text = text.replace("||", "\u{1}");
            let values: Vec<Arc<str>> =
                text.split('|').map(|value| value.trim().replace('\u{1}', "||").into()).collect();
            if values.iter().any(|value| value.is_empty()) {
                return Err(format!("a value is missing in `{text}`"));
            }
            Ok(values)
        };
        let test = match rest.split_once(' ').unwrap_or((rest, "")) {
            ("", _) => Test::Set,
            ("is", behind) => match behind.trim_start().strip_prefix("not ") {
                Some(behind) => Test::IsNot(values(behind)?),
                None => Test::Is(values(behind)?),
            },
            ("has", behind) => Test::Has(values(behind)?),
            ("like", behind) => Test::Like(values(behind)?),
            (word, _) => return Err(format!("`{word}` is no test; there are `is`, `is not`, `has` and `like`")),
        };
        Ok(Self { negated, subject, test })
    }
}

fn subject(text: &str) -> Result<(Subject, &str), String> {
    let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim_start();
    Ok(match name {
        "" => return Err("a condition is empty".to_owned()),
        "version" => (Subject::Version, rest),
        "earlier" => (Subject::Earlier, rest),
        "operands" => (Subject::AnyOperand, rest),
        "operand" => {
            let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
            match word.parse::<usize>() {
                Ok(number) if number > 0 => (Subject::Operand(number - 1), behind.trim_start()),
                _ if word == "last" => (Subject::LastOperand, behind.trim_start()),
                _ => (Subject::Operand(0), rest),
            }
        }
        name => (Subject::Setting(name.into()), rest),
    })
}

/// Whether a text fits a pattern in which `*` stands for any text. Without regard to case of ASCII letters.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let same = |a: &[u8], b: &[u8]| a.eq_ignore_ascii_case(b);
    let (mut text, pattern) = (text.as_bytes(), pattern.as_bytes());
    let mut pieces = pattern.split(|byte| *byte == b'*');
    let first = pieces.next().unwrap_or_default();
    if text.len() < first.len() || !same(&text[..first.len()], first) {
        return false;
    }
    text = &text[first.len()..];
    let mut pieces = pieces.peekable();
    if pieces.peek().is_none() {
        return text.is_empty();
    }
    while let Some(piece) = pieces.next() {
        if pieces.peek().is_none() {
            return text.len() >= piece.len() && same(&text[text.len() - piece.len()..], piece);
        }
        if piece.is_empty() {
            continue;
        }
        match text.windows(piece.len()).position(|window| same(window, piece)) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_from_end_to_end() {
        assert!(fits("snyk/actions/*", "Snyk/actions/node"));
        assert!(fits("a*b*c", "a1b2c"));
        assert!(fits("*", ""));
        assert!(!fits("a*bc", "abxc"));
        assert!(!fits("abc", "abcd"));
        assert!(!fits("ab*ba", "aba"));
    }

    #[test]
    fn conditions_are_read_or_refused() {
        let condition =
            Condition::parse("not a is x|y and operand 2 like *=* and operand").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(condition.terms.len(), 3);
        assert!(condition.terms[0].negated);
        assert!(matches!(condition.terms[1].subject, Subject::Operand(1)));
        assert!(matches!(condition.terms[2].test, Test::Set));
        for wrong in ["", "a are b", "a is ", "a is x|"] {
            assert!(Condition::parse(wrong).is_err(), "{wrong}");
        }
    }
}
