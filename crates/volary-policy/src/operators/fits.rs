//! Which texts and values fit what is known of an unknown one.

use volary_model::{TextPart, Type, Unknown};

use super::Scalar;

/// The stretches of text that every value shows; empty where the value need not be a text.
pub(crate) fn parts(unknown: &Unknown) -> &[TextPart] {
    if unknown.ty == Type::Text { &unknown.text } else { &[] }
}

/// The literal text that the value certainly starts with.
pub(crate) fn prefix(unknown: &Unknown) -> &str {
    match parts(unknown).first() {
        Some(TextPart::Known(text)) => text,
        _ => "",
    }
}

/// The literal text that the value certainly ends with.
pub(crate) fn suffix(unknown: &Unknown) -> &str {
    match parts(unknown).last() {
        Some(TextPart::Known(text)) => text,
        _ => "",
    }
}

/// Whether it certainly is a text, list or map with something in it.
pub(crate) fn certainly_not_empty(unknown: &Unknown) -> bool {
    let literal = || parts(unknown).iter().any(|part| matches!(part, TextPart::Known(text) if !text.is_empty()));
    unknown.not_null && (unknown.not_empty || matches!(unknown.ty, Type::Bool | Type::Number) || literal())
}

/// Whether the unknown value can be this single value.
pub(crate) fn can_be(unknown: &Unknown, scalar: &Scalar) -> bool {
    match unknown.ty {
        Type::Bool => scalar.truth.is_some(),
        Type::Number => scalar.number.is_some(),
        Type::Text => {
            !(scalar.text.is_empty() && unknown.not_empty)
                && can_be_text(&unknown.text, &scalar.text, scalar.ignores_case())
        }
        // A value of another type that happens to spell the same.
        Type::Any if scalar.text.is_empty() => !unknown.not_empty,
        _ => true,
    }
}

/// Whether known stretches and holes can spell a text.
pub(crate) fn can_be_text(parts: &[TextPart], text: &str, ignore_case: bool) -> bool {
    if parts.is_empty() {
        return true;
    }
    let folded;
    let text = if ignore_case {
        folded = text.to_ascii_lowercase();
        &folded
    } else {
        text
    };
    let mut rest = text;
    let mut after_hole = false;
    for (index, part) in parts.iter().enumerate() {
        let TextPart::Known(known) = part else {
            after_hole = true;
            continue;
        };
        let lowered;
        let known: &str = if ignore_case {
            lowered = known.to_ascii_lowercase();
            &lowered
        } else {
            known
        };
        let is_last = index + 1 == parts.len();
        rest = match (after_hole, is_last) {
            (false, _) => match rest.strip_prefix(known) {
                Some(rest) => rest,
                None => return false,
            },
            (true, true) => return rest.ends_with(known),
            // The earliest place leaves most room for what follows.
            (true, false) => match rest.find(known) {
                Some(at) => &rest[at + known.len()..],
                None => return false,
            },
        };
        after_hole = false;
    }
    after_hole || rest.is_empty()
}

/// Whether two stretches of text that both start a text can be the same text's.
pub(crate) fn starts_agree(a: &str, b: &str) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

/// The same of the ends.
pub(crate) fn ends_agree(a: &str, b: &str) -> bool {
    a.ends_with(b) || b.ends_with(a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_stand_for_any_text() {
        let known = |text: &str| TextPart::Known(text.into());
        let arn = [known("arn:"), TextPart::Hole, known("/*")];
        assert!(can_be_text(&arn, "arn:x/*", false));
        assert!(can_be_text(&arn, "arn:/*", false));
        assert!(!can_be_text(&arn, "*", false));
        assert!(!can_be_text(&arn, "arn:x", false));
        assert!(can_be_text(&arn, "ARN:x/*", true));
        let middle = [TextPart::Hole, known("ab"), TextPart::Hole, known("ab")];
        assert!(can_be_text(&middle, "abab", false));
        assert!(!can_be_text(&middle, "ab", false));
        assert!(!can_be_text(&[known("a")], "ab", false));
        assert!(can_be_text(&[TextPart::Hole], "", false));
    }
}
