//! What a comment says, from the text behind its first word.

use std::sync::Arc;

use jiff::civil::Date;

use super::{Checks, Tool};
use crate::record::parse_date;

/// Which lines a comment means, before it is known what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Its line or, alone on a line, the next; with the block that opens there.
    Block,
    /// Its line, nothing else.
    Line,
    /// The next line, nothing else.
    NextLine,
    /// The next line with the block that opens there.
    NextBlock,
    /// The definition that it lies in.
    Enclosing,
    /// The whole file, where it stands above everything else.
    File,
}

/// A comment that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    pub(super) tool: Tool,
    pub(super) checks: Checks,
    pub(super) reach: Reach,
    pub(super) until: Option<Date>,
    pub(super) reason: Option<Arc<str>>,
}

/// A comment that is meant for us and cannot be understood, and what would help.
pub(super) type Malformed = (String, &'static str);

const FORM: &str = "Write `volary:ignore POLICY-ID until=YYYY-MM-DD reason=\"...\"`.";

/// Reads what stands behind `needle` up to the end of the comment. `None`: it says nothing that concerns us.
pub(super) fn parse(needle: &str, rest: &str) -> Option<Result<Directive, Malformed>> {
    let rest = comment_end(rest);
    match needle {
        "volary:ignore" => Some(own(rest)),
        "checkov:skip" | "bridgecrew:skip" => checkov(rest.strip_prefix('=')?),
        "checkov.io/skip" => annotation(rest),
        "tfsec:ignore" => trivy(Tool::Tfsec, rest.strip_prefix(':')?),
        "trivy:ignore" => trivy(Tool::Trivy, rest.strip_prefix(':')?),
        "kics-scan" => kics(rest),
        "nosec" => nosec(rest),
        "gitleaks:allow" | "trufflehog:ignore" | "ggignore" => ends_word(rest).then(|| secrets(Reach::Line)),
        "pragma: allowlist" | "pragma: whitelist" => match rest.split_whitespace().next() {
            Some("secret") => Some(secrets(Reach::Line)),
            Some("nextline") => Some(secrets(Reach::NextLine)),
            _ => None,
        },
        _ => None,
    }
}

/// Up to what closes a block comment.
fn comment_end(text: &str) -> &str {
    let end = ["*/", "-->"].iter().filter_map(|close| text.find(close)).min().unwrap_or(text.len());
    text[..end].trim_end()
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|one: char| one.is_alphanumeric() || matches!(one, '-' | '_'))
}

fn secrets(reach: Reach) -> Result<Directive, Malformed> {
    Ok(Directive { tool: Tool::Secrets, checks: Checks::All, reach, until: None, reason: None })
}

fn own(rest: &str) -> Result<Directive, Malformed> {
    let malformed = |message: String| Err((message, FORM));
    if !rest.starts_with(char::is_whitespace) {
        let word = rest.split_whitespace().next().unwrap_or_default();
        return malformed(match word {
            "" => "`volary:ignore` names no policy".into(),
            word => format!("`volary:ignore{word}` is not known"),
        });
    }
    let mut names: Vec<Arc<str>> = Vec::new();
    let mut until = None;
    let mut reason = None;
    let mut rest = rest.trim_start();
    while !rest.is_empty() {
        if let Some(text) = rest.strip_prefix("reason=") {
            let (value, after) = value(text);
            if reason.replace(value).is_some() {
                return malformed("`reason` stands twice".into());
            }
            rest = after;
            continue;
        }
        let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        rest = after.trim_start();
        if let Some(text) = word.strip_prefix("until=") {
            let text = text.trim_matches(['"', '\'']).trim_end_matches(',');
            let Some(date) = parse_date(text) else { return malformed(format!("`until={text}` is not a date")) };
            if until.replace(date).is_some() {
                return malformed("`until` stands twice".into());
            }
            continue;
        }
        for name in word.split(',').filter(|name| !name.is_empty()) {
            let fits =
                name.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.' | ':' | '/'));
            if !fits {
                return malformed(format!("`{name}` is no policy"));
            }
            names.push(name.into());
        }
    }
    if names.is_empty() {
        return malformed("`volary:ignore` names no policy".into());
    }
    let Some(until) = until else { return malformed("`volary:ignore` does not say until when".into()) };
    match reason {
        Some(reason) if !reason.trim().is_empty() => Ok(Directive {
            tool: Tool::Volary,
            checks: Checks::Named(names),
            reach: Reach::Block,
            until: Some(until),
            reason: Some(reason.trim().into()),
        }),
        _ => malformed("`volary:ignore` gives no reason".into()),
    }
}

/// A value in quotes, or the words up to the next `until=`.
fn value(text: &str) -> (String, &str) {
    if let Some(quote) = text.chars().next().filter(|first| matches!(first, '"' | '\'')) {
        let body = &text[1..];
        let mut value = String::new();
        let mut characters = body.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => value.extend(characters.next().map(|(_, next)| next)),
                end if end == quote => return (value, body[at + 1..].trim_start()),
                other => value.push(other),
            }
        }
        return (value, "");
    }
    let end = text.find(" until=").unwrap_or(text.len());
    (text[..end].to_owned(), text[end..].trim_start())
}

/// `CKV_AWS_20:reason`, also several with commas.
fn checkov(rest: &str) -> Option<Result<Directive, Malformed>> {
    let (ids, reason) = rest.split_once(':').unwrap_or((rest, ""));
    named(Tool::Checkov, ids.split([',', ' ']), reason, Reach::Enclosing)
}

/// `checkov.io/skip1: CKV_K8S_20=reason`, with or without quotes.
fn annotation(rest: &str) -> Option<Result<Directive, Malformed>> {
    let rest = rest.trim_start_matches(|one: char| one.is_ascii_digit()).trim_start_matches(['"', '\'']).trim_start();
    let value = rest.strip_prefix(':')?.trim().trim_end_matches(',').trim_matches(['"', '\'']);
    let (id, reason) = value.split_once('=').unwrap_or((value, ""));
    named(Tool::Checkov, [id], reason, Reach::Enclosing)
}

fn named<'a>(
    tool: Tool,
    ids: impl IntoIterator<Item = &'a str>,
    reason: &str,
    reach: Reach,
) -> Option<Result<Directive, Malformed>> {
    let is_id = |id: &&str| {
        !id.is_empty() && id.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.'))
    };
    let names: Vec<Arc<str>> = ids.into_iter().map(str::trim).take_while(is_id).map(Arc::from).collect();
    let reason = Some(reason.trim()).filter(|reason| !reason.is_empty()).map(Arc::from);
    if names.is_empty() {
        return None;
    }
    Some(Ok(Directive { tool, checks: Checks::Named(names), reach, until: None, reason }))
}

/// `aws-s3-enable-versioning`, `AVD-AWS-0089:exp:2026-12-31`, `*`. What holds only in one workspace (`:ws:`) or for one
/// value (`[..]`) cannot be told here and covers nothing.
fn trivy(tool: Tool, rest: &str) -> Option<Result<Directive, Malformed>> {
    let word = rest.split(|one: char| one.is_whitespace() || one == ',').next().unwrap_or_default();
    let mut parts = word.split(':');
    let id = parts.next().filter(|id| !id.is_empty() && !id.contains('['))?;
    let mut until = None;
    while let Some(part) = parts.next() {
        match part {
            "exp" => {
                let text = parts.next().unwrap_or_default();
                let Some(date) = parse_date(text) else {
                    let message = format!("`exp:{text}` in `{}` is not a date", tool.as_str());
                    return Some(Err((message, "Write `:exp:YYYY-MM-DD`; until then the comment covers nothing.")));
                };
                until = Some(date);
            }
            "ws" => return None,
            _ => {}
        }
    }
    let checks = if id == "*" { Checks::All } else { Checks::Named(vec![id.into()]) };
    Some(Ok(Directive { tool, checks, reach: Reach::Block, until, reason: None }))
}

/// `ignore-line`, `ignore-block`, `ignore`, `disable=ID,ID`.
fn kics(rest: &str) -> Option<Result<Directive, Malformed>> {
    let word = rest.split_whitespace().next()?;
    let all = |reach| Some(Ok(Directive { tool: Tool::Kics, checks: Checks::All, reach, until: None, reason: None }));
    match word {
        "ignore-line" => all(Reach::NextLine),
        "ignore-block" => all(Reach::NextBlock),
        "ignore" => all(Reach::File),
        _ => named(Tool::Kics, rest.trim_start().strip_prefix("disable=")?.split(','), "", Reach::File),
    }
}

/// Bare, or with checks: `nosec B105`, `nosec: B105,B106`, `nosec G101 -- reason`.
fn nosec(rest: &str) -> Option<Result<Directive, Malformed>> {
    if !ends_word(rest) {
        return None;
    }
    let ids: Vec<Arc<str>> = rest
        .trim_start_matches(':')
        .split([' ', ',', '\t'])
        .filter(|word| !word.is_empty())
        .take_while(|word| {
            word.len() == 4 && word.starts_with(['B', 'G']) && word[1..].bytes().all(|byte| byte.is_ascii_digit())
        })
        .map(Arc::from)
        .collect();
    let checks = if ids.is_empty() { Checks::All } else { Checks::Named(ids) };
    Some(Ok(Directive { tool: Tool::Secrets, checks, reach: Reach::Line, until: None, reason: None }))
}
