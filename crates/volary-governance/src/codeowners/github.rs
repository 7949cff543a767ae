//! GitHub's rules.

use std::sync::Arc;

use super::{CodeOwners, MOST_OWNERS, Rule, is_email, split_pattern};
use crate::pattern::{Pattern, Syntax};

pub(super) fn parse(text: &str, owners: &mut CodeOwners) {
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match parse_line(line) {
            Ok(rule) => owners.section("").rules.push(rule),
            Err(message) => owners.issues.push((index as u32 + 1, message)),
        }
    }
}

fn parse_line(line: &str) -> Result<Rule, String> {
    let (text, rest) = split_pattern(line);
    if text.starts_with('!') {
        return Err("`!` does not negate a pattern here".into());
    }
    if text.starts_with("\\#") {
        return Err("a pattern cannot start with an escaped `#` here".into());
    }
    if text.contains("***") {
        return Err("three asterisks in a row are no pattern".into());
    }
    let mut owners: Vec<Arc<str>> = Vec::new();
    for word in rest.split_whitespace().take_while(|word| !word.starts_with('#')).take(MOST_OWNERS) {
        // A comment may follow an owner without a space.
        let (owner, comment) = match word.split_once('#') {
            Some((owner, _)) if is_name(owner) => (owner, true),
            _ => (word, false),
        };
        if !is_name(owner) && !is_email(owner) {
            return Err(format!("`{owner}` is no owner: @user, @organisation/team or an e-mail address"));
        }
        owners.push(owner.into());
        if comment {
            break;
        }
    }
    Ok(Rule { pattern: pattern(text), owners })
}

/// `@user` or `@organisation/team`.
fn is_name(text: &str) -> bool {
    let Some(name) = text.strip_prefix('@') else { return false };
    let fits = |part: &str| {
        !part.is_empty() && part.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.'))
    };
    match name.split_once('/') {
        Some((organisation, team)) => fits(organisation) && fits(team),
        None => fits(name),
    }
}

/// Without a slash at the start or in the middle a pattern matches at any depth; otherwise from the root. A folder covers
/// everything below it; only `*` as the last part takes files directly there and nothing deeper.
fn pattern(text: &str) -> Pattern {
    // Brackets are themselves here.
    let syntax = Syntax { sets: false };
    if text == "/" {
        return Pattern::new([""], syntax);
    }
    let (body, is_folder) = match text.strip_suffix('/') {
        Some(body) => (body, true),
        None => (text, false),
    };
    let anchored = body.contains('/');
    let mut parts: Vec<&str> = body.strip_prefix('/').unwrap_or(body).split('/').collect();
    let last = parts.last().copied().unwrap_or_default();
    if !anchored && last != "**" {
        parts.insert(0, "**");
    }
    if is_folder || (last == "**" && parts.len() > 1) {
        // Something inside, not the folder's own name.
        parts.extend(["*", "**"]);
    } else if last != "*" && last != "**" {
        parts.push("**");
    }
    Pattern::new(parts, syntax)
}
