//! `.volary/platform.yaml`: what somebody who can see the platform's settings says about assumptions.
//!
//! ```yaml
//! - assume: required-check(main, *)     # as a report names it; `*` stands for any text
//!   holds: true
//!   owner: team-platform
//!   until: 2027-03-31                   # the last day on which the answer counts
//!   evidence: https://github.com/acme/shop/settings/rules/4711
//! ```
//!
//! An answer that is malformed or expired counts as none: the assumption is open again, never true by itself.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use volary_model::{Data, Map, Problem, Value};

use crate::problem::problem;
use crate::record::{Reader, nearest};

/// The file, from the root of the tree.
pub const PATH: &str = ".volary/platform.yaml";

/// The kinds of facts that can be answered: those that only the platform or a person knows.
pub const FACTS: &[&str] = &[
    "deploy-branches",
    "extends-unchanged",
    "gate",
    "home-made-gate",
    "jenkins-plugin",
    "no-direct-push",
    "required-check",
    "secret-present",
    "stages-not-deselected",
    "tag-immutable",
    "tags-from",
    "variable",
];

pub(crate) const KEYS: &[&str] = &["assume", "holds", "owner", "until", "evidence"];

/// More answers than an organisation has settings.
const MOST: usize = 10_000;

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The assumption, or with `*` several, as written: `required-check(main, *)`.
    pub assume: Arc<str>,
    /// Whether it is so.
    pub holds: bool,
    /// Who answers for it.
    pub owner: Arc<str>,
    /// The last day on which it counts.
    pub until: Date,
    /// Where it was seen: an address, or a sentence.
    pub evidence: Option<Arc<str>>,
    /// Where it is written.
    pub line: Option<u32>,
    path: Arc<str>,
    until_line: Option<u32>,
}

/// All answers of a tree, indexed, so that asking does not depend on how many there are.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    list: Vec<Answer>,
    /// Those without `*`, by the assumption.
    exact: HashMap<Box<str>, Vec<u32>>,
    /// Those with `*`, by the kind of fact.
    patterns: HashMap<Box<str>, Vec<Pattern>>,
}

/// An answer with `*`.
#[derive(Clone, Debug)]
struct Pattern {
    at: u32,
    /// The literal parts around each `*`.
    parts: Vec<Box<str>>,
}

impl Answers {
    /// Reads the answers. What is wrong is reported and left out; the rest counts.
    pub fn parse(path: &str, text: &str) -> (Self, Vec<Problem>) {
        let (mut reader, document) = Reader::open_any(path, text);
        let mut answers = Self::default();
        let entries: &[Value] = match document.as_ref().map(|value| &value.data) {
            None => &[],
            Some(Data::List(list)) => list,
            Some(_) => {
                let span = document.as_ref().and_then(|value| value.origin.span());
                reader.report(span, "a list of answers is expected here", "Start each answer with `- assume:`.");
                &[]
            }
        };
        for value in entries {
            if answers.list.len() == MOST {
                reader.report(value.origin.span(), format!("only the first {MOST} answers count"), "");
                break;
            }
            match &value.data {
                Data::Map(map) => {
                    if let Some(answer) = one(&mut reader, path, map, value) {
                        answers.add(answer);
                    }
                }
                _ => reader.report(
                    value.origin.span(),
                    "an answer is keys with values",
                    "Write `assume`, `holds`, `owner`, `until` and `evidence`.",
                ),
            }
        }
        (answers, reader.problems)
    }

    /// What is said about an assumption on a day; nothing where nobody says anything, or not any more.
    ///
    /// An answer for just this one comes before one with `*`. Of several that differ the one that says no counts.
    pub fn answer(&self, key: &str, today: Date) -> Option<bool> {
        let key = normalised(key);
        let exact = self.exact.get(key.as_str()).into_iter().flatten().copied();
        if let Some(holds) = self.agree(exact, today) {
            return Some(holds);
        }
        let (fact, _) = key.split_once('(')?;
        let fitting = self.patterns.get(fact).into_iter().flatten();
        self.agree(fitting.filter(|pattern| fits(&pattern.parts, &key)).map(|pattern| pattern.at), today)
    }

    /// Every answer that is well-formed, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Answer> {
        self.list.iter()
    }

    /// The answers that have expired on a day.
    pub fn problems(&self, today: Date) -> Vec<Problem> {
        let expired = self.list.iter().filter(|answer| !answer.counts(today));
        expired
            .map(|answer| {
                let message = format!("the answer to `{}` expired on {}", answer.assume, answer.until);
                let help = "Look again, and write a new day and what you saw; else delete it.";
                problem(&answer.path, answer.until_line, message, help)
            })
            .collect()
    }

    fn agree(&self, found: impl Iterator<Item = u32>, today: Date) -> Option<bool> {
        found
            .map(|at| &self.list[at as usize])
            .filter(|answer| answer.counts(today))
            .map(|answer| answer.holds)
            .reduce(|one, other| one && other)
    }

    fn add(&mut self, answer: Answer) {
        let at = self.list.len() as u32;
        let key = normalised(&answer.assume);
        if key.contains('*') {
            let fact = key.split('(').next().unwrap_or_default();
            let parts = key.split('*').map(Box::from).collect();
            self.patterns.entry(fact.into()).or_default().push(Pattern { at, parts });
        } else {
            self.exact.entry(key.into()).or_default().push(at);
        }
        self.list.push(answer);
    }
}

impl Answer {
    /// Whether it counts on a day.
    pub fn counts(&self, today: Date) -> bool {
        today <= self.until
    }
}

fn one(reader: &mut Reader, path: &str, map: &Map, value: &Value) -> Option<Answer> {
    let before = reader.problems.len();
    reader.only_known(map, KEYS);
    let place = |key: &str| map.get(key).and_then(|value| value.origin.span());
    for key in ["assume", "holds", "owner", "until"].iter().filter(|key| map.get(key).is_none()) {
        let help = "The answer does not count until it is there.";
        reader.report(value.origin.span(), format!("`{key}` is missing"), help);
    }
    let assume = reader.text(map, "assume");
    let holds = reader.truth(map, "holds");
    let owner = reader.text(map, "owner");
    let until = reader.date(map, "until");
    let evidence = reader.text(map, "evidence");
    if holds == Some(true) && map.get("evidence").is_none() {
        let help = "Name the page or export where it was seen, or say who looked.";
        reader.report(value.origin.span(), "`evidence` is missing", help);
    }
    if let Some(assume) = &assume {
        let span = place("assume");
        match well_formed(assume) {
            None => {
                let help =
                    "Copy it from the report: `required-check(main, build)`; `*` stands for any text in the brackets.";
                reader.report(span, format!("`assume: {assume}` names no assumption"), help);
            }
            Some(fact) if !FACTS.contains(&fact) => {
                let help = match nearest(fact, FACTS) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => format!("Known: {}.", FACTS.join(", ")),
                };
                reader.report(span, format!("there is no assumption `{fact}`"), help);
            }
            Some(_) => {}
        }
    }
    // An answer with any fault does not count: half of what its author meant is not what was seen.
    if reader.problems.len() > before {
        return None;
    }
    let place_line = reader.line(place("assume"));
    let until_line = reader.line(place("until"));
    Some(Answer {
        assume: assume?,
        holds: holds?,
        owner: owner?,
        until: until?,
        evidence,
        line: place_line,
        path: path.into(),
        until_line,
    })
}

/// The kind of fact that an assumption speaks of: `required-check` of `required-check(main, build)`.
fn well_formed(assume: &str) -> Option<&str> {
    let (fact, rest) = assume.split_once('(')?;
    let inner = rest.strip_suffix(')')?;
    let named = !fact.is_empty() && fact.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (named && !inner.trim().is_empty()).then_some(fact)
}

/// The same text for every way to set spaces around brackets and commas.
fn normalised(key: &str) -> String {
    let mut text = String::with_capacity(key.len());
    let mut gap = false;
    for character in key.trim().chars() {
        if character.is_whitespace() {
            gap = true;
            continue;
        }
        let after_mark = text.ends_with([',', '(']);
        if gap && !after_mark && !matches!(character, ',' | ')') {
            text.push(' ');
        }
        gap = false;
        text.push(character);
    }
    text
}

/// Whether the literal parts between the `*` of a pattern stand in a text in this order, from its start to its end.
fn fits(parts: &[Box<str>], text: &str) -> bool {
    let [first, middle @ .., last] = parts else { return false };
    let Some(mut rest) = text.strip_prefix(&**first) else { return false };
    for part in middle {
        let Some(at) = rest.find(&**part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(&**last)
}
