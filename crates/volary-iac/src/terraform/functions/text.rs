//! Functions that make texts of texts.

use std::sync::Arc;

use unicode_segmentation::UnicodeSegmentation;
use volary_model::{Data, Number, Value};

use super::args::{self, Answer, Args, Outcome, Stop};
use super::stretch::Stretches;
use super::{convert, regex};

fn made(stretches: Stretches) -> Outcome {
    Ok(Answer::Made(stretches.into_data()))
}

/// The lower case of a character where that is one character, as in Go: no context, no expansion.
fn lower_case(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        // The one character whose lower case has two, its simple lower case being the first.
        _ if c == '\u{130}' => 'i',
        _ => c,
    }
}

fn upper_case(c: char) -> char {
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

pub(super) fn lower(args: &Args<'_>) -> Outcome {
    made(args.stretches(0)?.map(true, |text| text.chars().map(lower_case).collect()))
}

pub(super) fn upper(args: &Args<'_>) -> Outcome {
    made(args.stretches(0)?.map(true, |text| text.chars().map(upper_case).collect()))
}

/// Whether a character ends a word for `title`.
fn separates(c: char) -> bool {
    if c.is_ascii() { !(c.is_ascii_alphanumeric() || c == '_') } else { c.is_whitespace() }
}

pub(super) fn title(args: &Args<'_>) -> Outcome {
    let text = args.stretches(0)?;
    let why = text.why();
    let mut result = Stretches::new();
    let mut before = Some(' ');
    for part in text.parts() {
        let Some(part) = part else {
            result.push_hole(&why, false);
            before = None;
            continue;
        };
        let mut changed = String::with_capacity(part.len());
        for c in part.chars() {
            match before {
                Some(before) if separates(before) => changed.push(upper_case(c)),
                Some(_) => changed.push(c),
                // The character before is not known: this one belongs to the hole.
                None => result.push_hole(&why, true),
            }
            before = Some(c);
        }
        result.push(&changed);
    }
    if text.not_empty() && result.known().is_none() {
        result.set_not_empty();
    }
    made(result)
}

pub(super) fn strrev(args: &Args<'_>) -> Outcome {
    let text = args.stretches(0)?;
    match text.known() {
        Some(known) => args::text(known.graphemes(true).rev().collect::<String>()),
        // Characters at a hole may combine with what is in it.
        None => made(Stretches::unknown(&text.why(), text.not_empty())),
    }
}

pub(super) fn substr(args: &Args<'_>) -> Outcome {
    let (offset, length) = (args.integer(1)?, args.integer(2)?);
    let text = args.stretches(0)?;
    let Some(known) = text.known() else {
        return made(substr_of_prefix(&text, offset, length));
    };
    let all: Vec<&str> = known.graphemes(true).collect();
    let count = all.len() as i64;
    let start = if offset < 0 { offset.saturating_add(count).max(0) } else { offset.min(count) };
    let end = if length < 0 { count } else { start.saturating_add(length).min(count) };
    args::text(all.get(start as usize..end as usize).unwrap_or_default().concat())
}

/// What is certain of a part of a text when only its start is literal. Only ASCII: there every character but the last
/// before the hole stands alone, unless it is a carriage return.
fn substr_of_prefix(text: &Stretches, offset: i64, length: i64) -> Stretches {
    let why = text.why();
    let prefix = text.prefix();
    let certain = prefix.len().saturating_sub(1);
    if length == 0 {
        return Stretches::new();
    }
    if offset < 0 || !prefix.is_ascii() || prefix.contains('\r') {
        return Stretches::unknown(&why, false);
    }
    let start = usize::try_from(offset).unwrap_or(usize::MAX).min(certain);
    let wanted = usize::try_from(length).unwrap_or(usize::MAX);
    let end = start.saturating_add(wanted).min(certain);
    let mut result = Stretches::literal(&prefix[start..end]);
    if (end - start) < wanted {
        result.push_hole(&why, false);
    }
    result
}

pub(super) fn startswith(args: &Args<'_>) -> Outcome {
    let (text, start) = (args.stretches(0)?, args.stretches(1)?);
    let (prefix, wanted) = (text.prefix(), start.prefix());
    if text.known().is_some() && start.known().is_some() {
        return args::truth(prefix.starts_with(wanted));
    }
    if start.known().is_some() && prefix.starts_with(wanted) {
        return args::truth(true);
    }
    let shorter = prefix.len().min(wanted.len());
    let too_short = text.known().is_some() && start.size() > prefix.len();
    if prefix.as_bytes()[..shorter] != wanted.as_bytes()[..shorter] || too_short {
        return args::truth(false);
    }
    Err(Stop::Unknown(if text.known().is_none() { text.why() } else { start.why() }))
}

pub(super) fn endswith(args: &Args<'_>) -> Outcome {
    let (text, end) = (args.stretches(0)?, args.stretches(1)?);
    let (suffix, wanted) = (text.suffix(), end.suffix());
    if text.known().is_some() && end.known().is_some() {
        return args::truth(suffix.ends_with(wanted));
    }
    if end.known().is_some() && suffix.ends_with(wanted) {
        return args::truth(true);
    }
    let shorter = suffix.len().min(wanted.len());
    let differ = suffix.as_bytes()[suffix.len() - shorter..] != wanted.as_bytes()[wanted.len() - shorter..];
    let too_short = text.known().is_some() && end.size() > suffix.len();
    if differ || too_short {
        return args::truth(false);
    }
    Err(Stop::Unknown(if text.known().is_none() { text.why() } else { end.why() }))
}

pub(super) fn strcontains(args: &Args<'_>) -> Outcome {
    let (text, part) = (args.stretches(0)?, args.stretches(1)?);
    if let Some(part) = part.known() {
        if text.literals().any(|literal| literal.contains(part)) || part.is_empty() {
            return args::truth(true);
        }
        text.whole()?;
        return args::truth(false);
    }
    if let Some(text) = text.known()
        && part.literals().any(|literal| !text.contains(literal))
    {
        return args::truth(false);
    }
    Err(Stop::Unknown(part.why()))
}

pub(super) fn join(args: &Args<'_>) -> Outcome {
    let separator = args.stretches(0)?;
    let mut result = Stretches::new();
    let mut first = true;
    for index in 1..args.len() {
        let list = match args.list(index) {
            Ok(list) => list,
            Err(Stop::Unknown(reason)) => {
                // The separators around it belong to the hole: there are none where the list is empty.
                result.push_hole(&reason, false);
                first = true;
                continue;
            }
            Err(error) => return Err(error),
        };
        for value in list {
            if !first {
                result.append(&separator);
            }
            first = false;
            result.append(&Stretches::of(value).map_err(|stop| element_of(stop, index))?);
            if result.size() > args.context.limits.text {
                return Err(Stop::limit("a text is too long"));
            }
        }
    }
    made(result)
}

fn element_of(stop: Stop, index: usize) -> Stop {
    match stop {
        Stop::Error(about) => Stop::Error(format!("an element of argument {} {about}", index + 1)),
        other => other,
    }
}

pub(super) fn split(args: &Args<'_>) -> Outcome {
    let (separator, text) = (args.stretches(0)?, args.stretches(1)?);
    let (Some(separator), Some(text)) = (separator.known(), text.known()) else {
        let why = if separator.known().is_none() { separator.why() } else { text.why() };
        let mut unknown = volary_model::Unknown::new(why);
        unknown.ty = volary_model::Type::List(Box::new(volary_model::Type::Text));
        unknown.not_null = true;
        // A text without a separator is one element; only an empty separator makes nothing of an empty text.
        unknown.not_empty = separator.not_empty() || text.not_empty();
        return Ok(Answer::Made(Data::Unknown(Arc::new(unknown))));
    };
    let parts: Vec<&str> = if separator.is_empty() {
        args.within(text.len())?;
        let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        ends.push(text.len());
        ends.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
    } else {
        text.split(separator).collect()
    };
    args.within(parts.len())?;
    let part = |part: &str| args.fresh(Data::Text(part.into()));
    Ok(Answer::Made(Data::List(Arc::new(parts.into_iter().map(part).collect()))))
}

/// `replace(text, part, by)`; a part in slashes is a regular expression.
pub(super) fn replace(args: &Args<'_>) -> Outcome {
    let text = args.stretches(0)?;
    let (part, by) = (args.stretches(1)?, args.stretches(2)?);
    let part = part.whole()?;
    if part.len() > 1 && part.starts_with('/') && part.ends_with('/') {
        let expression = regex::compile(&part[1..part.len() - 1])?;
        let (text, by) = (text.whole()?, by.whole()?);
        let mut result = String::new();
        let mut rest = 0;
        for found in expression.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            result.push_str(&text[rest..whole.start()]);
            found.expand(by, &mut result);
            rest = whole.end();
            if result.len() > args.context.limits.text {
                return Err(Stop::limit("a text is too long"));
            }
        }
        result.push_str(&text[rest..]);
        return args::text(result);
    }
    let growth = text.literals().map(|literal| literal.matches(part).count()).sum::<usize>();
    if growth.saturating_mul(by.size()).saturating_add(text.size()) > args.context.limits.text {
        return Err(Stop::limit("a text is too long"));
    }
    // Part by part: what is replaced never reaches over the end of a literal stretch when it is one character.
    if text.known().is_none() && part.chars().count() != 1 {
        return Err(Stop::Unknown(text.why()));
    }
    let mut result = Stretches::new();
    for stretch in text.parts() {
        let Some(stretch) = stretch else {
            result.push_hole(&text.why(), false);
            continue;
        };
        for (index, kept) in stretch.split(part).enumerate() {
            if index > 0 {
                result.append(&by);
            }
            result.push(kept);
        }
    }
    if by.not_empty() && text.not_empty() && result.known().is_none() {
        result.set_not_empty();
    }
    made(result)
}

pub(super) fn indent(args: &Args<'_>) -> Outcome {
    let spaces = usize::try_from(args.integer(0)?).unwrap_or(0);
    let text = args.stretches(1)?;
    let lines = text.literals().map(|literal| literal.matches('\n').count()).sum::<usize>();
    if lines.saturating_mul(spaces).saturating_add(text.size()) > args.context.limits.text {
        return Err(Stop::limit("a text is too long"));
    }
    let end = format!("\n{}", " ".repeat(if lines == 0 { 0 } else { spaces }));
    made(text.map(true, |text| text.replace('\n', &end)))
}

/// `length` of a text: what a reader sees as one character counts once.
pub(super) fn length_of(value: &Value) -> Result<Number, Stop> {
    let text = convert::to_text(value)?;
    Ok(Number::Int(text.graphemes(true).count() as i64))
}
