//! GitLab's rules.

use std::sync::Arc;

use super::{CodeOwners, MOST_OWNERS, Rule, is_email, split_pattern};
use crate::pattern::{Pattern, Syntax};

pub(super) fn parse(text: &str, owners: &mut CodeOwners) {
    let mut section = String::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(heading) = heading(line) {
            match heading {
                Ok((name, defaults)) => {
                    // The first heading of a name that has default owners gives them.
                    let section = owners.section(name);
                    if section.defaults.is_empty() {
                        section.defaults = defaults;
                    }
                }
                Err(message) => owners.issues.push((index as u32 + 1, message)),
            }
            if let Some((name, _)) = line.trim_start_matches('^').trim_start_matches('[').split_once(']') {
                name.clone_into(&mut section);
            }
            continue;
        }
        let (text, rest) = split_pattern(line);
        let section = owners.section(&section);
        match text.strip_prefix('!') {
            Some(excluded) => section.exclusions.push(pattern(excluded)),
            None => {
                let rule = Rule { pattern: pattern(text), owners: names(rest) };
                // Of equal patterns in a section the last counts, also when it has no owners.
                section.rules.push(rule);
            }
        }
    }
}

/// The name of a section and its default owners.
type Heading<'a> = (&'a str, Vec<Arc<str>>);

/// `[Name]`, `^[Name]`, `[Name][2]`, each with default owners behind it; `None` where the line is no heading.
fn heading(line: &str) -> Option<Result<Heading<'_>, String>> {
    let body = line.strip_prefix('^').unwrap_or(line).strip_prefix('[')?;
    let (name, rest) = body.split_once(']')?;
    if name.trim().is_empty() {
        return Some(Err("the section has no name".into()));
    }
    let rest = match rest.strip_prefix('[') {
        Some(count) => {
            let (digits, rest) = count.split_once(']')?;
            if !digits.chars().all(|digit| digit.is_ascii_digit()) {
                return Some(Err(format!("`{digits}` is no number of approvals")));
            }
            rest
        }
        None => rest,
    };
    // `[ab]*.rb @owner` is a pattern that starts with a set.
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    Some(Ok((name, names(rest))))
}

/// Everything that looks like an owner: `@user`, `@group/subgroup`, `@@role`, an e-mail address.
fn names(text: &str) -> Vec<Arc<str>> {
    let mut found: Vec<Arc<str>> = Vec::new();
    for word in text.split(|one: char| one.is_whitespace() || one == ',') {
        let name = word.strip_prefix('@').map(|name| name.strip_prefix('@').unwrap_or(name));
        let fits = match name {
            Some(name) => {
                !name.is_empty()
                    && name.split('/').all(|part| {
                        !part.is_empty()
                            && part.chars().all(|one| one.is_alphanumeric() || matches!(one, '-' | '_' | '.'))
                    })
            }
            None => is_email(word),
        };
        if fits && found.len() < MOST_OWNERS && !found.iter().any(|known| **known == *word) {
            found.push(word.into());
        }
    }
    found
}

/// A relative pattern matches at any depth, a trailing slash means everything below, and nothing else covers what lies
/// below: `/docs` is a file. `**` crosses folders only as a whole part that is followed by another one.
fn pattern(text: &str) -> Pattern {
    let syntax = Syntax { sets: true };
    // `\#` and `\ ` are unescaped by the pattern itself.
    let mut parts: Vec<&str> = Vec::new();
    let body = match text.strip_prefix('/') {
        Some(body) => body,
        None => {
            parts.push("**");
            text
        }
    };
    let mut own: Vec<&str> = body.split('/').collect();
    if own.last() == Some(&"") {
        own.pop();
        own.extend(["**", "*"]);
    } else if own.last() == Some(&"**") {
        own.pop();
        own.push("*");
    }
    parts.extend(own);
    Pattern::new(parts, syntax)
}
