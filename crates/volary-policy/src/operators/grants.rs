//! `grants`: the action pattern covers this action.

use std::sync::Arc;

use volary_model::{Data, TextPart, Value};

use super::scalar::text_of;
use super::{Answer, Spec, Takes, fits};
use crate::truth::Truth;

pub(crate) const SPEC: Spec = Spec {
    name: "grants",
    takes: Takes::Text,
    argument: "an action, or a pattern of actions",
    meaning: "The action pattern, with `*` and `?`, covers this action; of a pattern, all of it. Case does not count.",
    examples: &[
        ("{grants: 'iam:PassRole'}", "\"iam:PassRole\"", "true"),
        ("{grants: 'iam:PassRole'}", "\"iam:Pass*\"", "true"),
        ("{grants: 'iam:PassRole'}", "\"*\"", "true"),
        ("{grants: 'iam:PassRole'}", "\"IAM:passrole\"", "true"),
        ("{grants: 'iam:PassRole'}", "\"iam:Get*\"", "false"),
        ("{grants: 's3:*'}", "\"s3:Get*\"", "false"),
        ("{grants: 's3:*'}", "\"*\"", "true"),
        ("{grants: '*'}", "\"s3:*\"", "false"),
        ("{grants: a}", "absent", "false"),
        ("{grants: a}", "\"\"", "false"),
        ("{grants: a}", "[]", "wrong type"),
        ("{grants: a}", "unknown", "unknown"),
    ],
};

/// The action that must be covered.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) text: Arc<str>,
    folded: String,
}

impl Action {
    pub(crate) fn new(text: Arc<str>) -> Self {
        Self { folded: text.to_ascii_lowercase(), text }
    }

    pub(crate) fn test(&self, value: &Value) -> Answer {
        if let Data::Unknown(unknown) = &value.data {
            // The unknown stretches may hold wildcards, so they cover whatever a `*` would.
            let mut pattern = String::new();
            let parts = fits::parts(unknown);
            if parts.is_empty() {
                return Ok(Truth::Unknown);
            }
            for part in parts {
                match part {
                    TextPart::Known(text) => pattern.push_str(&text.to_ascii_lowercase()),
                    TextPart::Hole => pattern.push('*'),
                }
            }
            return Ok(Truth::unknown_if(covers(pattern.as_bytes(), self.folded.as_bytes())));
        }
        let pattern = text_of(value)?.to_ascii_lowercase();
        Ok(Truth::from(covers(pattern.as_bytes(), self.folded.as_bytes())))
    }
}

/// Whether a pattern covers a text or all of another pattern: a `*` there is covered by a `*` only, a `?` by both.
fn covers(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(b'?') if text[t] != b'*' => (p, t) = (p + 1, t + 1),
            Some(byte) if *byte == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((star_p, star_t)) => {
                    star = Some((star_p, star_t + 1));
                    (p, t) = (star_p + 1, star_t + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}
