//! `chomp`, `trim`, `trimprefix`, `trimsuffix`, `trimspace`.

use volary_model::Value;

use super::args::{Answer, Args, Outcome, Stop};
use super::stretch::Stretches;

/// A text with certain characters taken from its ends. What is taken from a stretch beside a hole at an end depends on
/// the hole, so that such characters are counted to the hole.
fn cut(text: &Stretches, start: bool, end: bool, cuts: impl Fn(char) -> bool) -> Stretches {
    let mut parts: Vec<Option<&str>> = text.parts().collect();
    let mut hole_at_end = false;
    while end && let Some(last) = parts.pop() {
        match last.map(|text| text.trim_end_matches(&cuts)) {
            None => hole_at_end = true,
            Some("") => {}
            Some(kept) => {
                parts.push(Some(kept));
                break;
            }
        }
    }
    if hole_at_end {
        parts.push(None);
    }
    let mut hole_at_start = false;
    let mut rest = parts.as_slice();
    while start && let Some((first, after)) = rest.split_first() {
        match first.map(|text| text.trim_start_matches(&cuts)) {
            None => hole_at_start = true,
            Some("") => {}
            Some(_) => break,
        }
        rest = after;
    }
    let mut result = Stretches::new();
    if hole_at_start {
        result.push_hole(&text.why(), false);
    }
    for (index, part) in rest.iter().enumerate() {
        match part {
            Some(part) if index == 0 && start => result.push(part.trim_start_matches(&cuts)),
            Some(part) => result.push(part),
            None => result.push_hole(&text.why(), false),
        }
    }
    result
}

/// The answer; a JSON text without the white space around it still says the same.
fn made(args: &Args<'_>, result: Stretches) -> Outcome {
    match args.at(0)?.decoded() {
        Some(decoded) => Ok(Answer::Encoded(result.into_data(), Value::clone(decoded))),
        None => Ok(Answer::Made(result.into_data())),
    }
}

pub(super) fn chomp(args: &Args<'_>) -> Outcome {
    made(args, cut(&args.stretches(0)?, false, true, |c| matches!(c, '\r' | '\n')))
}

pub(super) fn trimspace(args: &Args<'_>) -> Outcome {
    made(args, cut(&args.stretches(0)?, true, true, char::is_whitespace))
}

pub(super) fn trim(args: &Args<'_>) -> Outcome {
    let text = args.stretches(0)?;
    let set = args.stretches(1)?;
    let set = set.whole()?;
    Ok(Answer::Made(cut(&text, true, true, |c| set.contains(c)).into_data()))
}

pub(super) fn trimprefix(args: &Args<'_>) -> Outcome {
    let (text, prefix) = (args.stretches(0)?, args.stretches(1)?);
    let prefix = prefix.whole()?;
    let start = text.prefix();
    if let Some(rest) = start.strip_prefix(prefix) {
        let mut result = Stretches::literal(rest);
        for part in text.parts().skip(usize::from(!start.is_empty())) {
            match part {
                Some(part) => result.push(part),
                None => result.push_hole(&text.why(), false),
            }
        }
        return Ok(Answer::Made(result.into_data()));
    }
    let shorter = start.len().min(prefix.len());
    if text.known().is_some() || start.as_bytes()[..shorter] != prefix.as_bytes()[..shorter] {
        return Ok(Answer::Made(text.into_data()));
    }
    Err(Stop::Unknown(text.why()))
}

pub(super) fn trimsuffix(args: &Args<'_>) -> Outcome {
    let (text, suffix) = (args.stretches(0)?, args.stretches(1)?);
    let suffix = suffix.whole()?;
    let end = text.suffix();
    if let Some(rest) = end.strip_suffix(suffix) {
        let mut result = Stretches::new();
        let kept = text.parts().count() - usize::from(!end.is_empty());
        for part in text.parts().take(kept) {
            match part {
                Some(part) => result.push(part),
                None => result.push_hole(&text.why(), false),
            }
        }
        result.push(rest);
        return Ok(Answer::Made(result.into_data()));
    }
    let shorter = end.len().min(suffix.len());
    let differ = end.as_bytes()[end.len() - shorter..] != suffix.as_bytes()[suffix.len() - shorter..];
    if text.known().is_some() || differ {
        return Ok(Answer::Made(text.into_data()));
    }
    Err(Stop::Unknown(text.why()))
}
