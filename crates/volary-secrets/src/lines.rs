//! Moving about in a text in bounded steps.

use std::ops::Range;

/// How far a line is read to either side of a place. Longer lines are read as if they were cut there.
pub(crate) const REACH: usize = 512;

/// The start of the line that holds `at`, at most [`REACH`] bytes back.
pub(crate) fn start(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(REACH);
    memchr::memrchr(b'\n', &text[from..at]).map_or(from, |newline| from + newline + 1)
}

/// The end of the line that holds `at`, without its newline, at most [`REACH`] bytes on.
pub(crate) fn end(text: &[u8], at: usize) -> usize {
    let to = (at + REACH).min(text.len());
    let end = memchr::memchr(b'\n', &text[at..to]).map_or(to, |newline| at + newline);
    if end > at && text[end - 1] == b'\r' { end - 1 } else { end }
}

/// The part of the line that holds `at` which is read.
pub(crate) fn line(text: &[u8], at: usize) -> Range<usize> {
    start(text, at)..end(text, at)
}

/// The next place at or after `at` that is neither blank nor tab.
pub(crate) fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    while matches!(text.get(at), Some(b' ' | b'\t')) {
        at += 1;
    }
    at
}

/// The place after the last byte before `at` that is neither blank nor tab, not before `floor`.
pub(crate) fn skip_blanks_back(text: &[u8], mut at: usize, floor: usize) -> usize {
    while at > floor && matches!(text[at - 1], b' ' | b'\t') {
        at -= 1;
    }
    at
}

/// Whether `text` has `word` at `at`, without regard to case.
pub(crate) fn is_at(text: &[u8], at: usize, word: &[u8]) -> bool {
    text.get(at..at + word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word))
}

/// Whether `text` holds `word` (small letters) without regard to case.
pub(crate) fn holds(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
