//! Which syntax errors fail a run: those of files that are certainly meant to be read as they are.

use volary_document::Issue;
use volary_model::ProblemKind;

use crate::classify::Format;

/// What the issues of a file amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Softened {
    /// A template: something else makes the file from it.
    Template,
    /// Problems, which fail the run or not.
    Fails(bool),
}

/// Healthy repositories hold YAML and JSON that no parser accepts: templates of other tools, several values in one file,
/// a saved error page. A syntax error fails the run only where the text looks like something that would be judged.
pub(crate) fn soften(path: &str, format: Format, text: &str, issues: &[Issue]) -> Softened {
    let is_syntax = |issue: &Issue| issue.kind == ProblemKind::Syntax;
    if !issues.iter().any(is_syntax) {
        return Softened::Fails(true);
    }
    let has = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
    match format {
        Format::Yaml if has(&["{%", "%{", "<%"]) => Softened::Template,
        Format::Json if has(&["{{", "{%", "%{", "<%", "${"]) => Softened::Template,
        Format::Yaml | Format::Json => {
            let limit = issues.iter().any(|issue| !is_syntax(issue));
            // A file that breaks off was damaged, whatever it holds.
            let end = text.trim_end().len();
            let breaks_off = issues.iter().any(|issue| {
                issue.span.start as usize >= end
                    || ["unterminated", "unclosed"].iter().any(|word| issue.message.contains(word))
            });
            let meant = is_pipeline(path) || (names_a_version(text) && has(&["kind"]));
            Softened::Fails(limit || breaks_off || meant)
        }
        Format::Dockerfile if has(&["{{", "{%", "<%"]) || issues.iter().all(|issue| is_macro(text, issue)) => {
            Softened::Template
        }
        _ => Softened::Fails(true),
    }
}

/// `apiVersion` has a text, as in a manifest. In schemas and code it stands as well, but not so.
fn names_a_version(text: &str) -> bool {
    text.match_indices("apiVersion").any(|(at, key)| {
        let before = text[..at].rsplit('\n').next().unwrap_or_default();
        let after = text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
        let value =
            after.strip_prefix(':').unwrap_or_default().trim_start_matches([' ', '\t']).trim_start_matches(['"', '\'']);
        before.chars().all(|character| " \t-{[,\"'".contains(character))
            && value.starts_with(|first: char| first.is_ascii_alphanumeric())
    })
}

/// A name that only pipelines have.
fn is_pipeline(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.contains(".github/workflows/") || name.starts_with("azure-pipelines") || name.ends_with(".gitlab-ci.yml")
}

/// A word such as `CROSS_BUILD_COPY` in the place of an instruction: a script replaces it before the file is built.
fn is_macro(text: &str, issue: &Issue) -> bool {
    let word = text.get(issue.span.start as usize..issue.span.end as usize).unwrap_or_default();
    word.contains('_') && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use volary_document::{dockerfile, json, yaml};
    use volary_model::FileId;

    fn of(format: Format, text: &str) -> Softened {
        let issues = match format {
            Format::Yaml => yaml::parse(FileId(0), text, yaml::Dialect::Yaml11).1,
            Format::Json => json::parse(FileId(0), text).1,
            _ => dockerfile::parse(FileId(0), text).1,
        };
        assert!(!issues.is_empty(), "{text}");
        soften("a/b", format, text, &issues)
    }

    #[test]
    fn broken_manifests_fail_and_other_data_does_not() {
        assert_eq!(of(Format::Yaml, "apiVersion: v1\nkind: Pod\nmetadata: {name: \"x\n"), Softened::Fails(true));
        assert_eq!(of(Format::Yaml, "project: %PROJECT%\nregion: [a]\n"), Softened::Fails(false));
        assert_eq!(of(Format::Json, "{\"a\": [1, 2"), Softened::Fails(true));
        assert_eq!(of(Format::Yaml, "a: {b: [c\n"), Softened::Fails(true));
        assert_eq!(of(Format::Json, "404: Not Found"), Softened::Fails(false));
        let schema = "$schema: http://x\nproperties:\n  apiVersion:\n    enum: [v1]\n  kind:\n    enum: [Secret]\n";
        assert_eq!(of(Format::Json, schema), Softened::Fails(false));
        assert_eq!(of(Format::Json, "{\"apiVersion\": \"v1\", \"kind\": "), Softened::Fails(true));
    }

    #[test]
    fn templates_are_no_problem() {
        assert_eq!(of(Format::Json, "{\"image\": ${image}, \"cpu\": ${cpu}}"), Softened::Template);
        assert_eq!(of(Format::Yaml, "a:\n%{ for x in xs ~}\n  - ${x}\n%{ endfor ~}\n"), Softened::Template);
        assert_eq!(of(Format::Dockerfile, "FROM a\n{% if x %}\nRUN y\n{% endif %}\n"), Softened::Template);
        assert_eq!(of(Format::Dockerfile, "FROM BASEIMAGE\nCROSS_BUILD_COPY qemu /usr/bin\n"), Softened::Template);
        assert_eq!(of(Format::Dockerfile, "FROM a\nRUM y\n"), Softened::Fails(true));
    }
}
