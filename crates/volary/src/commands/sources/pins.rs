//! Commits of sources in `.volary/config.yaml`: the lines, and the file with them.

use volary_governance::config::Config;

/// A repository at a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pin {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) commit: String,
}

impl Pin {
    /// The entry below `sources:`.
    pub(super) fn line(&self) -> String {
        format!("{}: {{url: {}, commit: \"{}\"}}", key(&self.name), quoted(&self.url), self.commit)
    }
}

/// A key as it is, where YAML takes it for the same text.
fn key(name: &str) -> String {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '@');
    let letter = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.contains('/');
    if letter && name.chars().all(good) { name.to_owned() } else { quoted(name) }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The configuration with these commits, everything else as it is; nothing where it is written in a way that is not changed
/// line by line.
pub(super) fn added(text: &str, pins: &[Pin]) -> Option<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let is_top = |line: &String| line.split('#').next().unwrap_or_default().trim_end() == "sources:";
    let at = match lines.iter().position(is_top) {
        Some(at) => at,
        None if lines.iter().any(|line| line.starts_with("sources")) => return None,
        None => {
            if lines.last().is_some_and(|line| !line.trim().is_empty()) {
                lines.push(String::new());
            }
            lines.push("sources:".to_owned());
            lines.len() - 1
        }
    };
    let (before, problems) = Config::parse("", text);
    let indent = lines[at + 1..]
        .iter()
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))
        .map(|line| line.len() - line.trim_start().len())
        .filter(|indent| *indent > 0)
        .unwrap_or(2);
    let end = lines[at + 1..]
        .iter()
        .position(|line| !line.trim().is_empty() && !line.starts_with([' ', '\t', '#']))
        .map_or(lines.len(), |found| at + 1 + found);
    let mut end = end;
    for pin in pins {
        let line = format!("{:indent$}{}", "", pin.line());
        let start = [format!("{:indent$}{}:", "", key(&pin.name)), format!("{:indent$}{}:", "", quoted(&pin.name))];
        let known = (at + 1..end).find(|index| start.iter().any(|start| lines[*index].starts_with(start)));
        match known {
            Some(index) => lines[index] = line,
            None => {
                let mut place = end;
                while place > at + 1 && lines[place - 1].trim().is_empty() {
                    place -= 1;
                }
                lines.insert(place, line);
                end += 1;
            }
        }
    }
    let text = format!("{}\n", lines.join("\n"));
    // What was there is there still, and what was added is read as it was meant.
    let (after, more) = Config::parse("", &text);
    let kept = before.sources.iter().all(|(name, one)| {
        let replaced = pins.iter().any(|pin| pin.name == **name);
        replaced
            || after
                .sources
                .get(name)
                .is_some_and(|other| (&other.path, &other.url, &other.commit) == (&one.path, &one.url, &one.commit))
    });
    let there = pins.iter().all(|pin| {
        let found = after.sources.get(pin.name.as_str());
        found.is_some_and(|one| one.url.as_deref() == Some(&pin.url) && one.commit.as_deref() == Some(&pin.commit))
    });
    (kept && there && more.len() <= problems.len()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn pin(name: &str) -> Pin {
        Pin { name: name.into(), url: format!("https://example.org/{}", name.replace('@', "/")), commit: COMMIT.into() }
    }

    #[test]
    fn commits_are_added_to_whatever_is_there() {
        for before in [
            "",
            "tier: strict",
            "# mine\ntier: strict\n\nsources:\n",
            "sources:   # ours\n    b/c: ../c\n\ntier: strict\n",
            "sources:\n  a/t@v1: {path: ../t, commit: '0000000000000000000000000000000000000000'}\n",
        ] {
            let after = added(before, &[pin("a/t@v1"), pin("lib")]).unwrap_or_else(|| panic!("{before}"));
            let (config, problems) = Config::parse("c", &after);
            assert_eq!(problems, [], "{after}");
            assert_eq!(config.sources["a/t@v1"].commit.as_deref(), Some(COMMIT));
            assert_eq!(config.sources["lib"].url.as_deref(), Some("https://example.org/lib"));
            for line in before.lines().filter(|line| !line.contains("a/t")) {
                assert!(after.contains(line), "{after}");
            }
            assert_eq!(added(&after, &[pin("a/t@v1"), pin("lib")]).as_deref(), Some(&*after));
        }
    }

    #[test]
    fn what_is_written_otherwise_is_left_alone() {
        assert_eq!(added("sources: {a/b: ../b}\n", &[pin("a/t")]), None);
        assert_eq!(added("sources:\n  a/t:\n    path: ../t\n", &[pin("a/t")]), None);
    }
}
