//! Going on after what could not be read: where a broken expression or block ends.

use super::cursor::Cursor;

/// Where a scan over broken text stops.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// The end of an expression: the end of a line outside of all brackets.
    LineEnd,
    /// The next thing at the top of the file: a name in the first column, or the end of the broken block.
    TopLevel,
}

/// Where reading goes on after a failure at `failed` in something that starts at `start`. `None` where no such place is
/// certain.
pub(super) fn resume(cursor: &mut Cursor<'_>, start: usize, failed: usize, until: Until) -> Option<usize> {
    let mut at = start;
    let mut depth = 0_usize;
    // Quotes and interpolations that are open: `"` inside a text, `{` inside an interpolation with its own brackets.
    let mut open: Vec<usize> = Vec::new();
    let mut in_text = false;
    let end = cursor.end;
    while at < end {
        let byte = cursor.bytes[at];
        if in_text {
            match byte {
                b'\\' => at += 1,
                b'$' | b'%' if cursor.bytes.get(at + 1) == Some(&b'{') => {
                    let escaped = at > start && cursor.bytes[at - 1] == byte;
                    at += 1;
                    if !escaped {
                        open.push(depth);
                        depth = 0;
                        in_text = false;
                    }
                }
                b'"' => in_text = false,
                // A quoted text never spans lines: its end is missing.
                b'\n' => {
                    in_text = false;
                    depth += open.drain(..).sum::<usize>();
                    continue;
                }
                _ => {}
            }
            at += 1;
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'#' => {
                at = skip_line(cursor, at);
                continue;
            }
            b'/' if cursor.bytes.get(at + 1) == Some(&b'/') => {
                at = skip_line(cursor, at);
                continue;
            }
            b'/' if cursor.bytes.get(at + 1) == Some(&b'*') => {
                at = memchr::memmem::find(&cursor.bytes[at + 2..end], b"*/").map_or(end, |found| at + 2 + found + 2);
                continue;
            }
            b'<' if cursor.bytes.get(at + 1) == Some(&b'<') => {
                if let Some(after) = cursor.heredoc_end(at) {
                    at = after;
                    continue;
                }
            }
            b'{' | b'[' | b'(' => depth += 1,
            b'}' if depth == 0 && !open.is_empty() => {
                depth = open.pop().unwrap_or_default();
                in_text = true;
            }
            b'}' | b']' | b')' => {
                if depth == 0 && until == Until::LineEnd {
                    return (at >= failed).then_some(at);
                }
                depth = depth.saturating_sub(1);
                if depth == 0 && until == Until::TopLevel && byte == b'}' && at >= failed {
                    return Some(at + 1);
                }
            }
            b'\n' => {
                if until == Until::LineEnd && depth == 0 && open.is_empty() && at >= failed {
                    return Some(at);
                }
                if until == Until::TopLevel && at + 1 >= failed && starts_item(&cursor.bytes[at + 1..end]) {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
    if cursor.reread(end.saturating_sub(start)).is_err() || until == Until::TopLevel { Some(end) } else { None }
}

fn skip_line(cursor: &Cursor<'_>, at: usize) -> usize {
    memchr::memchr(b'\n', &cursor.bytes[at..cursor.end]).map_or(cursor.end, |found| at + found)
}

/// Whether a line starts, in its first column, like a block or attribute: blocks of a formatted file do, what is inside
/// of them does not.
fn starts_item(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
    if name == 0 || line[0].is_ascii_digit() {
        return false;
    }
    let rest = line[name..].trim_ascii_start();
    matches!(rest.first(), Some(b'{' | b'"')) || (rest.first() == Some(&b'=') && rest.get(1) != Some(&b'='))
}
