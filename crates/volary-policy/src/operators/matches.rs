//! `matches`: a regular expression finds something in the text.

use std::sync::{Arc, OnceLock};

use regex::bytes::{Regex, RegexBuilder};
use volary_model::{Data, Value};

use super::scalar::text_of;
use super::{Answer, Spec, Takes, fits};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "matches",
    takes: Takes::Text,
    argument: "a regular expression (RE2 syntax, `\\d`, `\\w` and `.` as ASCII)",
    meaning: "The expression finds something anywhere in the text; `^` and `$` tie it to its ends.",
    examples: &[
        ("{matches: '^v\\d+$'}", "\"v12\"", "true"),
        ("{matches: b+}", "\"abbc\"", "true"),
        ("{matches: '^b'}", "\"ab\"", "false"),
        ("{matches: '^AB$', case: ignore}", "\"ab\"", "true"),
        ("{matches: '^4'}", "42", "true"),
        ("{matches: .}", "\"\"", "false"),
        ("{matches: a}", "absent", "false"),
        ("{matches: a}", "[]", "wrong type"),
        ("{matches: a}", "unknown", "unknown"),
    ],
};

/// An expression, compiled when it is first used: most policies of a pack meet no resource of their kind.
#[derive(Debug)]
pub(crate) struct Matches {
    pub(crate) text: Arc<str>,
    ignore_case: bool,
    /// Every match starts at the start of the text, with this text.
    anchored_prefix: Option<String>,
    compiled: OnceLock<Option<Regex>>,
}

/// Compiled expressions may take so many bytes.
const SIZE_LIMIT: usize = 1 << 20;

impl Matches {
    /// Checks the syntax; the error names what is wrong.
    pub(crate) fn new(text: Arc<str>, ignore_case: bool) -> Result<Self, String> {
        let hir = regex_syntax::ParserBuilder::new()
            .unicode(false)
            .utf8(false)
            .case_insensitive(ignore_case)
            .nest_limit(50)
            .build()
            .parse(&text)
            .map_err(|error| match error {
                regex_syntax::Error::Parse(error) => error.kind().to_string(),
                regex_syntax::Error::Translate(error) => error.kind().to_string(),
                _ => "the expression cannot be read".to_owned(),
            })?;
        Ok(Self { anchored_prefix: anchored_prefix(&hir), text, ignore_case, compiled: OnceLock::new() })
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| {
                RegexBuilder::new(&self.text)
                    .unicode(false)
                    .case_insensitive(self.ignore_case)
                    .size_limit(SIZE_LIMIT)
                    .build()
                    .ok()
            })
            .as_ref()
    }

    pub(crate) fn test(&self, value: &Value) -> Answer {
        if let Data::Unknown(unknown) = &value.data {
            let excluded =
                self.anchored_prefix.as_ref().is_some_and(|prefix| !fits::starts_agree(prefix, fits::prefix(unknown)));
            return Ok(Truth::unknown_if(!excluded));
        }
        let text = text_of(value)?;
        // An expression beyond the size limit is refused when the policy is compiled for the built-in pack's tests;
        // in a user's policy it stays undecided rather than wrong.
        Ok(self.regex().map_or(Truth::Unknown, |regex| Truth::from(regex.is_match(text.as_bytes()))))
    }
}

/// The literal text with which every match starts at the start of the text.
fn anchored_prefix(hir: &regex_syntax::hir::Hir) -> Option<String> {
    use regex_syntax::hir::{HirKind, Look};
    let HirKind::Concat(parts) = hir.kind() else { return None };
    let mut parts = parts.iter();
    if !matches!(parts.next()?.kind(), HirKind::Look(Look::Start)) {
        return None;
    }
    let mut prefix = Vec::new();
    for part in parts {
        let HirKind::Literal(literal) = part.kind() else { break };
        prefix.extend_from_slice(&literal.0);
    }
    String::from_utf8(prefix).ok().filter(|prefix| !prefix.is_empty())
}
