//! Globs and regular expressions of references: matching, and short texts that match.

use regex::{Regex, RegexBuilder};
use regex_syntax::hir::{Class, Hir, HirKind};
use volary_pipeline::Platform;

/// Longer patterns are not compiled.
const LENGTH: usize = 2_000;
/// Longest witness.
const WITNESS: usize = 200;
/// Most witnesses of one pattern.
const WITNESSES: usize = 8;
const DEPTH: usize = 60;

/// A glob of a platform as a regular expression. GitHub's and Jenkins' `*` stops at a slash, Azure's does not.
pub(super) fn glob(pattern: &str, platform: Platform) -> String {
    let mut out = String::from("^(?s:");
    let stops = matches!(platform, Platform::GitHub | Platform::Jenkins);
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '*' => {
                let twice = rest.peek() == Some(&'*');
                if twice {
                    rest.next();
                }
                out.push_str(if twice || !stops { ".*" } else { "[^/]*" });
            }
            // GitHub's `?` and `+` are about the character before.
            '?' | '+' if platform == Platform::GitHub && !out.ends_with(['(', ':', '*', '+', '?']) => {
                out.push(character);
            }
            '?' => out.push_str(if stops { "[^/]" } else { "." }),
            '[' if platform == Platform::GitHub => {
                let mut class = String::new();
                let mut closed = false;
                for inner in rest.by_ref() {
                    if inner == ']' {
                        closed = true;
                        break;
                    }
                    class.push(inner);
                }
                let plain = class.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.'));
                if closed && plain && !class.is_empty() {
                    out.push('[');
                    out.push_str(&class);
                    out.push(']');
                } else {
                    out.push_str(&regex::escape(&format!("[{class}{}", if closed { "]" } else { "" })));
                }
            }
            '\\' if platform == Platform::GitHub => {
                out.push_str(&regex::escape(&rest.next().map(String::from).unwrap_or_default()));
            }
            other => out.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
    }
    out.push_str(")$");
    out
}

/// The regular expression in a text of the form `/pattern/flags`; of Jenkins without slashes.
pub(super) fn regex_text(text: &str) -> Option<String> {
    let inner = text.strip_prefix('/')?;
    let end = inner.rfind('/')?;
    let (pattern, flags) = inner.split_at(end);
    let flags: String = flags.chars().filter(|flag| matches!(flag, 'i' | 'm' | 's' | 'x')).collect();
    let pattern = pattern.replace("\\/", "/");
    Some(if flags.is_empty() { pattern } else { format!("(?{flags}:{pattern})") })
}

/// A compiled pattern; `None` where it is none, or one that asks for too much.
pub(super) fn compiled(pattern: &str) -> Option<Regex> {
    if pattern.len() > LENGTH {
        return None;
    }
    RegexBuilder::new(pattern).size_limit(1 << 20).dfa_size_limit(1 << 20).build().ok()
}

/// A short text that matches.
pub(super) fn witness(pattern: &str) -> Option<String> {
    witnesses(pattern).into_iter().next()
}

/// Short texts that match, one for each of the alternatives in the pattern.
pub(super) fn witnesses(pattern: &str) -> Vec<String> {
    let Some(regex) = compiled(pattern) else { return Vec::new() };
    let Ok(hir) = regex_syntax::Parser::new().parse(pattern) else { return Vec::new() };
    let mut found: Vec<String> = Vec::new();
    for pick in 0..alternatives(&hir, 0).clamp(1, WITNESSES) {
        let mut out = String::new();
        if write(&hir, pick, 0, &mut out).is_none() {
            continue;
        }
        // References are not empty and do not end with a slash.
        if out.is_empty() || out.ends_with('/') {
            out.push('x');
        }
        if out.len() <= WITNESS && !found.contains(&out) && regex.is_match(&out) {
            found.push(out);
        }
    }
    found
}

/// The size of the largest alternation.
fn alternatives(hir: &Hir, depth: usize) -> usize {
    if depth > DEPTH {
        return 0;
    }
    match hir.kind() {
        HirKind::Repetition(repetition) => alternatives(&repetition.sub, depth + 1),
        HirKind::Capture(capture) => alternatives(&capture.sub, depth + 1),
        HirKind::Concat(parts) => parts.iter().map(|part| alternatives(part, depth + 1)).max().unwrap_or(0),
        HirKind::Alternation(parts) => {
            parts.iter().map(|part| alternatives(part, depth + 1)).max().unwrap_or(0).max(parts.len())
        }
        _ => 0,
    }
}

fn write(hir: &Hir, pick: usize, depth: usize, out: &mut String) -> Option<()> {
    if depth > DEPTH || out.len() > WITNESS {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => out.push(one_of(class)?),
        HirKind::Repetition(repetition) => {
            let times = repetition.min.max(u32::from(repetition.max != Some(0)));
            for _ in 0..times.min(WITNESS as u32 + 1) {
                write(&repetition.sub, pick, depth + 1, out)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, pick, depth + 1, out)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, pick, depth + 1, out)?;
            }
        }
        HirKind::Alternation(parts) => write(parts.get(pick).or(parts.last())?, pick, depth + 1, out)?,
    }
    Some(())
}

/// A character of a class that names may have.
fn one_of(class: &Class) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => class.iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect(),
    };
    let liked = ['x', '1', 'X', '-', '.', '_', '/'];
    let liked = liked.into_iter().find(|one| ranges.iter().any(|(from, to)| from <= one && one <= to));
    liked.or_else(|| ranges.first().map(|range| range.0))
}
