//! Conditions.

use super::super::tree::{How, Test, Word};
use super::Run;
use super::state::{Code, Exit, Mark, State, Value};
use super::values::fits;

/// What a condition came to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Truth {
    pub(super) value: Option<bool>,
    pub(super) mark: Mark,
    /// What it is likely to be, by the sense of the comparison.
    pub(super) leaning: Option<bool>,
}

impl Truth {
    fn new(value: Option<bool>, mark: Mark) -> Self {
        Self { value, mark, leaning: None }
    }

    fn not(self) -> Self {
        Self { value: self.value.map(|truth| !truth), mark: self.mark, leaning: self.leaning.map(|truth| !truth) }
    }

    /// As the exit code of a test.
    pub(super) fn exit(self) -> Exit {
        let code = match (self.value, self.mark) {
            (Some(true), _) => Code::Zero,
            (Some(false), _) => Code::NonZero,
            (None, Mark::None) => Code::Unknown,
            (None, _) => Code::Judged,
        };
        Exit { code, mark: self.mark, leaning: self.leaning }
    }
}

impl Run<'_> {
    pub(super) fn test(&self, test: &Test, outputs: &[Value], state: &State) -> Truth {
        match test {
            Test::Not(inner) => self.test(inner, outputs, state).not(),
            Test::All(tests) => fold(tests.iter().map(|test| self.test(test, outputs, state)), false),
            Test::Any(tests) => fold(tests.iter().map(|test| self.test(test, outputs, state)), true),
            Test::Filled(word) => {
                let value = self.word(word, outputs, state);
                let known = value.text.as_ref().map(|text| !text.is_empty());
                // A text with something literal in it is not empty.
                let certain = word
                    .pieces
                    .iter()
                    .any(|piece| matches!(piece, super::super::tree::Piece::Text(text) if !text.is_empty()));
                let known = known.or(certain.then_some(true)).or(value.zero.map(|_| true));
                let leaning = match value.mark {
                    Mark::Dirty => Some(true),
                    Mark::Clean => Some(false),
                    Mark::None => None,
                };
                Truth { value: known, mark: value.mark, leaning }
            }
            Test::Truthy(word) => {
                let value = self.word(word, outputs, state);
                let text = value
                    .text
                    .as_deref()
                    .map(|text| !matches!(text.to_ascii_lowercase().as_str(), "" | "0" | "false" | "$false" | "$null"));
                let known = value.zero.map(|zero| !zero).or(text);
                let leaning = match value.mark {
                    Mark::Dirty => Some(true),
                    Mark::Clean => Some(false),
                    Mark::None => None,
                };
                Truth { value: known, mark: value.mark, leaning }
            }
            Test::File(word) => {
                let value = self.word(word, outputs, state);
                let mark = value.text.as_deref().map_or(Mark::None, |path| self.file(path, state));
                Truth::new(None, mark.max(value.mark))
            }
            Test::Other(words) => {
                let mark = words.iter().map(|word| self.word(word, outputs, state).mark).max().unwrap_or_default();
                Truth::new(None, mark)
            }
            Test::Compare { left, how, right } => self.compare(left, *how, right, outputs, state),
        }
    }

    fn compare(&self, left: &Word, how: How, right: &Word, outputs: &[Value], state: &State) -> Truth {
        let (a, b) = (self.word(left, outputs, state), self.word(right, outputs, state));
        let mark = a.mark.max(b.mark);
        let texts = a.text.as_deref().zip(b.text.as_deref());
        let numbers = texts.and_then(|(a, b)| Some((a.trim().parse::<f64>().ok()?, b.trim().parse::<f64>().ok()?)));
        let value = match how {
            How::Equal => texts.map(|(a, b)| a == b),
            How::Unequal => texts.map(|(a, b)| a != b),
            How::Like => texts.map(|(a, b)| fits(b, a)),
            How::Unlike => texts.map(|(a, b)| !fits(b, a)),
            // PowerShell compares texts with the same operators.
            How::Same => numbers.map(|(a, b)| a == b).or(texts.map(|(a, b)| a.eq_ignore_ascii_case(b))),
            How::Differs => numbers.map(|(a, b)| a != b).or(texts.map(|(a, b)| !a.eq_ignore_ascii_case(b))),
            How::Less => numbers.map(|(a, b)| a < b),
            How::LessOrSame => numbers.map(|(a, b)| a <= b),
            How::More => numbers.map(|(a, b)| a > b),
            How::MoreOrSame => numbers.map(|(a, b)| a >= b),
            How::Matches | How::NotMatches => None,
        };
        // An exit code of which only is known that it is not zero.
        let with_zero = b.zero == Some(true) && a.zero == Some(false);
        let value = value.or_else(|| {
            with_zero.then_some(match how {
                How::Equal | How::Same | How::Like => Some(false),
                How::Unequal | How::Differs | How::More | How::Unlike => Some(true),
                How::LessOrSame => Some(false),
                _ => None,
            })?
        });
        let found = match mark {
            Mark::Dirty => Some(true),
            Mark::Clean => Some(false),
            Mark::None => None,
        };
        // A number of findings, compared with none of them. Other bounds say nothing: a score may be bad when it is low.
        let counted = a.zero.is_none();
        let none = counted && b.zero == Some(true);
        let one = counted && b.text.as_deref().map(str::trim) == Some("1");
        let leaning = match how {
            How::More if none => found,
            How::MoreOrSame if one => found,
            How::LessOrSame if none => found.map(|found| !found),
            How::Less if one => found.map(|found| !found),
            How::Same | How::Equal | How::Like if none => found.map(|found| !found),
            How::Differs | How::Unequal | How::Unlike if none => found,
            _ => None,
        };
        Truth { value, mark, leaning }
    }
}

/// All or any of several conditions.
fn fold(truths: impl Iterator<Item = Truth>, any: bool) -> Truth {
    let (mut value, mut leaning, mut mark) = (Some(!any), Some(!any), Mark::None);
    for truth in truths {
        if truth.value == Some(any) {
            return Truth { value: Some(any), mark: truth.mark, leaning: None };
        }
        mark = mark.max(truth.mark);
        if truth.value.is_none() {
            value = None;
        }
        let own = truth.value.or(truth.leaning);
        leaning = match (leaning, own) {
            (_, Some(own)) if own == any => Some(any),
            (Some(known), _) if known == any => Some(any),
            (Some(_), Some(_)) => leaning,
            _ => None,
        };
    }
    Truth { value, mark, leaning }
}
