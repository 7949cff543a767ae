//! A line of code as it may be shown: cut, masked, escaped, with the place of interest carried along.

use std::ops::Range;

use volary_model::{FileId, LineColumn, Location, SourceFile};

use crate::escape::push_visible;
use crate::mask::{Masks, masked};

/// A line ready to be shown.
#[derive(Debug)]
pub(crate) struct Line {
    /// The text.
    pub(crate) text: String,
    /// Where the place of interest is in it, in bytes.
    pub(crate) focus: Range<usize>,
}

/// The place itself where it lies on one line, else its part on the first line.
pub(crate) fn first_line(location: &Location, file: Option<&SourceFile>) -> Location {
    if location.end.line <= location.start.line {
        return location.clone();
    }
    let start = location.span.start as usize;
    let text = file.and_then(|file| file.text().get(start..location.span.end as usize)).unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    let mut short = location.clone();
    short.span.end = (start + line.len()) as u32;
    short.end = LineColumn { line: location.start.line, column: location.start.column + line.chars().count() as u32 };
    short
}

/// The line on which `focus` starts, at most about `width` characters of it around the place: lines of generated
/// files can be megabytes long, so only what is shown is looked at.
pub(crate) fn line(file: &SourceFile, id: FileId, number: u32, focus: Range<u32>, masks: &Masks, width: usize) -> Line {
    let source = file.line(number);
    // The line is a part of the text, so its offset is the distance of the two.
    let offset = (source.as_ptr() as usize).wrapping_sub(file.text().as_ptr() as usize);
    let offset = if source.is_empty() { focus.start as usize } else { offset };
    let focus =
        clamp(source, (focus.start as usize).saturating_sub(offset), (focus.end as usize).saturating_sub(offset));
    let window = window(source, &focus, width.max(20));

    let secrets = masks.within(id, (offset + window.start) as u32, (offset + window.end) as u32);
    let mut text = String::with_capacity(window.len() + 8);
    if window.start > 0 {
        text.push('…');
    }
    let (mut start, mut end) = (None, None);
    let mut at = window.start;
    while at < window.end {
        let absolute = (offset + at) as u32;
        let secret = secrets.iter().find(|secret| secret.0 <= absolute && absolute < secret.1);
        let before = text.len();
        let next = match secret {
            Some(secret) => {
                let whole = file.text().get(secret.0 as usize..secret.1 as usize).unwrap_or_default();
                text.push_str(&if at == window.start && secret.0 < absolute { masked("") } else { masked(whole) });
                ceil(source, (secret.1 as usize - offset).min(window.end))
            }
            None => {
                let Some(character) = source[at..].chars().next() else { break };
                let next = at + character.len_utf8();
                match character {
                    '\t' => text.push_str("    "),
                    _ => push_visible(&mut text, character, &source[next..]),
                }
                next
            }
        };
        if start.is_none() && focus.start < next {
            start = Some(before);
        }
        if end.is_none() && focus.end <= next && focus.end > at {
            end = Some(text.len());
        }
        at = next;
    }
    let cut = window.end < source.len();
    let length = text.len();
    if cut {
        text.push('…');
    }
    let start = start.unwrap_or(length);
    Line { focus: start..end.unwrap_or(if focus.is_empty() { start } else { length }).max(start), text }
}

fn clamp(line: &str, start: usize, end: usize) -> Range<usize> {
    let start = floor(line, start.min(line.len()));
    start..floor(line, end.clamp(start, line.len()))
}

/// The last character boundary at or before an offset.
fn floor(line: &str, mut at: usize) -> usize {
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The first character boundary at or after an offset.
fn ceil(line: &str, mut at: usize) -> usize {
    while !line.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn window(line: &str, focus: &Range<usize>, width: usize) -> Range<usize> {
    if line.len() <= width {
        return 0..line.len();
    }
    // The beginning stays where it fits together with the start of the place; else a third of the width before the
    // place is enough to see what it belongs to.
    let fits = focus.start + focus.len().min(width / 3) <= width;
    let lead = if fits { width } else { width / 3 };
    let before = line[..focus.start].char_indices().rev().take(lead).last();
    let start = before.map_or(focus.start, |(at, _)| at);
    let end = line[start..].char_indices().nth(width).map_or(line.len(), |(at, _)| start + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, number: u32, focus: Range<u32>, width: usize) -> Line {
        line(&SourceFile::new("a", text), FileId(0), number, focus, &Masks::default(), width)
    }

    #[test]
    fn the_place_follows_escapes_and_tabs() {
        let line = shown("x\n\ta\x1b = bad # é\n", 2, 8..11, 80);
        assert_eq!(line.text, "    a\\u{1b} = bad # é");
        assert_eq!(&line.text[line.focus], "bad");
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}bad{}", "x".repeat(1_000_000), "é".repeat(1_000_000));
        let line = shown(&text, 1, 1_000_000..1_000_003, 60);
        assert!(line.text.chars().count() <= 62, "{}", line.text);
        assert_eq!(&line.text[line.focus], "bad");
    }

    #[test]
    fn places_outside_of_the_line_do_no_harm() {
        for focus in [0..0, 3..900, 900..901, 4..4] {
            let line = shown("ab\ncd\n", 2, focus, 80);
            assert!(line.focus.end <= line.text.len());
        }
        assert_eq!(shown("", 1, 0..0, 80).text, "");
    }
}
