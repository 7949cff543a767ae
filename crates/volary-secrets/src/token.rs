//! Tokens in the formats of the catalogue.

use std::ops::Range;

use crate::checksum::Scheme;
use crate::detector::{Detector, Search};
use crate::{Checksum, lines, measure, weak};

/// The longest token that is read.
const LONGEST: usize = 2048;

/// The token of a format whose prefix or mark stands at `hit`.
pub(crate) fn find(
    text: &[u8],
    hit: Range<usize>,
    mark: &str,
    detector: &Detector,
) -> Option<(Range<usize>, Checksum)> {
    // Keywords are found without regard to case; marks of tokens have one.
    if text[hit.clone()] != *mark.as_bytes() {
        return None;
    }
    let (from, to) = match &detector.search {
        Search::Prefix(_) => {
            if !detector.attached && !begins(text, hit.start) {
                return None;
            }
            // A prefix right behind itself is no token; it is cheap to see and dear to try.
            if text[hit.end..].starts_with(mark.as_bytes()) {
                return None;
            }
            (hit.start, hit.start + LONGEST)
        }
        Search::Near { before, after, .. } => (hit.start.saturating_sub(*before), hit.end + after),
        Search::Keys(_) => return None,
    };
    let window = &text[from..to.min(text.len())];
    let found = detector.regex()?.captures(window)?;
    let whole = found.get(0)?;
    let value = found.get(1).unwrap_or(whole);
    let (start, end) = (from + value.start(), from + value.end());
    let near = matches!(detector.search, Search::Near { .. });
    if near && !(from + whole.start() <= hit.start && hit.end <= from + whole.end() && begins(text, start)) {
        return None;
    }
    // A longer run of the same characters is something else.
    if matches!(text.get(end), Some(byte) if byte.is_ascii_alphanumeric() || *byte == b'_') {
        return None;
    }
    let line = &text[lines::line(text, start)];
    if !detector.require.iter().all(|needed| lines::holds(line, needed)) {
        return None;
    }
    verify(&text[start..end], detector).map(|checksum| (start..end, checksum))
}

/// The format of the value of a key whose words are `words` (and squashed together `squashed`).
pub(crate) fn keyed<'a>(
    detectors: impl Iterator<Item = &'a Detector>,
    words: &[String],
    squashed: &str,
    value: &[u8],
) -> Option<&'a Detector> {
    detectors.into_iter().find(|detector| {
        let Search::Keys(names) = &detector.search else { return false };
        // Short names (`dd`, `cf`) must be words of their own.
        let named =
            names.iter().any(|name| words.contains(name) || name.len() >= 5 && squashed.contains(name.as_str()));
        named && detector.regex().is_some_and(|regex| regex.is_match(value)) && verify(value, detector).is_some()
    })
}

/// Entropy, stand-ins and checksum; `None` where the text cannot be a token that somebody uses.
fn verify(value: &[u8], detector: &Detector) -> Option<Checksum> {
    let checksum = detector.checksum.map_or(Checksum::None, |scheme: Scheme| scheme.verify(value));
    if checksum == Checksum::Valid {
        return Some(checksum);
    }
    let text = String::from_utf8_lossy(value);
    let lower = text.to_ascii_lowercase();
    const FILLERS: &[&str] = &[
        "example",
        "xxxx",
        "placeholder",
        "your",
        "redacted",
        "dummy",
        "fake",
        "sample",
        "changeme",
        "secretsecret",
        "notreal",
        "tokentoken",
        "testtest",
    ];
    let filled = FILLERS.iter().any(|filler| lower.contains(filler))
        || text.contains("${")
        || text.contains("...")
        || measure::has_row(value, 8);
    let pointer = matches!(detector.search, Search::Keys(_)) && weak::is_pointer(&text);
    (!filled && !pointer && measure::entropy(value) >= detector.entropy).then_some(checksum)
}

/// Whether a token may begin here: not in the middle of a word, but right behind `\n` in a string.
fn begins(text: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).map(|at| text[at]) else { return true };
    if !(before.is_ascii_alphanumeric() || matches!(before, b'_' | b'-' | b'.' | b'/' | b'+')) {
        return true;
    }
    match before {
        b'n' | b't' | b'r' => start >= 2 && text[start - 2] == b'\\',
        // `"-ghp_…"` is odd but `/ghp_…` in a URL is not.
        b'/' => true,
        _ => false,
    }
}
