//! Patterns of paths and branches: `*` within a part, `**` across parts, `?`.

/// Whether a path is what a pattern means. A pattern that names a folder means everything in it.
pub(super) fn fits(pattern: &str, path: &str) -> bool {
    let pattern = pattern.trim_start_matches("./").trim_start_matches('/');
    let path = path.trim_start_matches('/');
    let folder = pattern.trim_end_matches('/');
    if !folder.is_empty()
        && !folder.contains(['*', '?'])
        && path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    {
        return true;
    }
    matches(pattern.as_bytes(), path.as_bytes())
}

/// One row of the table of what fits after another: work is the product of both lengths.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (pattern, text) = (&pattern[..pattern.len().min(1_000)], &text[..text.len().min(4_000)]);
    let mut row = vec![false; text.len() + 1];
    row[0] = true;
    let mut at = 0;
    while at < pattern.len() {
        let mut next = vec![false; text.len() + 1];
        match pattern[at] {
            b'*' => {
                let deep = pattern.get(at + 1) == Some(&b'*');
                // `**/` is also no folder at all.
                let slash = deep && pattern.get(at + 2) == Some(&b'/');
                at += if slash {
                    3
                } else if deep {
                    2
                } else {
                    1
                };
                let mut open = false;
                for index in 0..=text.len() {
                    open |= row[index];
                    next[index] =
                        if slash { row[index] || (open && index > 0 && text[index - 1] == b'/') } else { open };
                    if !deep && text.get(index) == Some(&b'/') {
                        open = false;
                    }
                }
            }
            one => {
                at += 1;
                for index in 0..text.len() {
                    next[index + 1] = row[index] && (text[index] == one || (one == b'?' && text[index] != b'/'));
                }
            }
        }
        row = next;
    }
    row[text.len()]
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_of_paths() {
        for (pattern, path, is) in [
            ("*.tf", "main.tf", true),
            ("*.tf", "a/main.tf", false),
            ("**/*.tf", "main.tf", true),
            ("**/*.tf", "a/b/main.tf", true),
            ("infra/**", "infra/a/b.tf", true),
            ("infra/**", "other/a", false),
            (".github/", ".github/workflows/a.yml", true),
            ("/docs", "docs/a.md", true),
            ("a?c", "abc", true),
            ("release/*", "release/1.0", true),
            ("**", "a/b", true),
            (".gdn/**", ".gdn/x.gdnsuppress", true),
        ] {
            assert_eq!(fits(pattern, path), is, "{pattern} {path}");
        }
    }
}
