//! Conditions: reading them, and finding those that guard something.

use std::sync::Arc;

use volary_model::Span;

use super::tree::{Act, How, Kind, NodeId, Piece, Simple, Test, Tree, Word};
use super::{Command, words as names};
use crate::recognise::Role;

/// A condition: its text, its place, the variables that it reads.
type Asked = (Arc<str>, Span, Vec<Arc<str>>);

/// Most parts of one condition that are read.
const MAX_PARTS: usize = 200;

/// A condition of `[`, `[[`, `test` and `((` from its words.
pub(super) fn posix(name: &str, words: &[Word]) -> Test {
    if words.len() > MAX_PARTS {
        return Test::Other(words.to_vec());
    }
    let mut words = words.to_vec();
    if matches!(words.last().and_then(Word::literal).as_deref(), Some("]" | "]]" | "))")) {
        words.pop();
    }
    let arithmetic = name == "((";
    if arithmetic {
        // Names stand bare, and may be written with a dollar.
        for word in &mut words {
            if let Some(text) = word.literal().filter(|text| names::is_name(text)) {
                word.pieces = vec![Piece::Variable(text.into())];
            }
        }
    }
    any(&words, arithmetic, name == "[[", 0)
}

/// A condition of PowerShell from its operands, operators and parentheses.
pub(super) fn powershell(words: &[Word]) -> Test {
    if words.len() > MAX_PARTS {
        return Test::Other(words.to_vec());
    }
    any(words, true, true, 0)
}

fn is(word: &Word, texts: &[&str]) -> bool {
    word.literal().is_some_and(|text| texts.contains(&text.as_str()))
}

/// Splits at a word that stands outside of parentheses.
fn split<'w>(words: &'w [Word], at: &[&str]) -> Vec<&'w [Word]> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (index, word) in words.iter().enumerate() {
        if is(word, &["("]) {
            depth += 1;
        } else if is(word, &[")"]) {
            depth = depth.saturating_sub(1);
        } else if depth == 0 && is(word, at) {
            parts.push(&words[start..index]);
            start = index + 1;
        }
    }
    parts.push(&words[start..]);
    parts
}

fn any(words: &[Word], arithmetic: bool, patterns: bool, depth: usize) -> Test {
    if depth > 20 {
        return Test::Other(words.to_vec());
    }
    let parts = split(words, &["||", "-o", "-or"]);
    let mut tests: Vec<Test> = parts.iter().map(|part| all(part, arithmetic, patterns, depth)).collect();
    if tests.len() == 1 { tests.remove(0) } else { Test::Any(tests) }
}

fn all(words: &[Word], arithmetic: bool, patterns: bool, depth: usize) -> Test {
    let parts = split(words, &["&&", "-a", "-and"]);
    let mut tests: Vec<Test> = parts.iter().map(|part| one(part, arithmetic, patterns, depth)).collect();
    if tests.len() == 1 { tests.remove(0) } else { Test::All(tests) }
}

fn one(words: &[Word], arithmetic: bool, patterns: bool, depth: usize) -> Test {
    match words {
        [] => Test::Other(Vec::new()),
        [not, rest @ ..] if !rest.is_empty() && is(not, &["!", "-not"]) => {
            Test::Not(Box::new(any(rest, arithmetic, patterns, depth + 1)))
        }
        [open, inner @ .., close] if is(open, &["("]) && is(close, &[")"]) => {
            any(inner, arithmetic, patterns, depth + 1)
        }
        [word] if arithmetic => Test::Truthy(word.clone()),
        [word] => Test::Filled(word.clone()),
        [operator, word] => match operator.literal().as_deref() {
            Some("-z") => Test::Not(Box::new(Test::Filled(word.clone()))),
            Some("-n") => Test::Filled(word.clone()),
            Some("-e" | "-f" | "-s" | "-d" | "-r" | "-x" | "-w" | "-L" | "-h" | "-a") => Test::File(word.clone()),
            _ => Test::Other(words.to_vec()),
        },
        [left, operator, right] => {
            let how = match (operator.literal().as_deref(), arithmetic) {
                (Some("=" | "=="), true) | (Some("-eq"), _) => How::Same,
                (Some("!="), true) | (Some("-ne"), _) => How::Differs,
                (Some("<"), true) | (Some("-lt"), _) => How::Less,
                (Some("<="), true) | (Some("-le"), _) => How::LessOrSame,
                (Some(">"), true) | (Some("-gt"), _) => How::More,
                (Some(">="), true) | (Some("-ge"), _) => How::MoreOrSame,
                (Some("=" | "=="), _) if patterns => How::Like,
                (Some("!="), _) if patterns => How::Unlike,
                (Some("=" | "=="), _) => How::Equal,
                (Some("!="), _) => How::Unequal,
                (Some("=~" | "-match"), _) => How::Matches,
                (Some("-notmatch"), _) => How::NotMatches,
                (Some("-like"), _) => How::Like,
                (Some("-notlike"), _) => How::Unlike,
                _ => return Test::Other(words.to_vec()),
            };
            Test::Compare { left: left.clone(), how, right: right.clone() }
        }
        _ => Test::Other(words.to_vec()),
    }
}

/// All words of a statement itself, without those of its parts.
pub(super) fn words<'k>(kind: &'k Kind, into: &mut Vec<&'k Word>) {
    match kind {
        Kind::Simple(simple) | Kind::Redirected { how: simple, .. } => of_simple(simple, into),
        Kind::Case { subject, arms, .. } => {
            into.push(subject);
            into.extend(arms.iter().flat_map(|arm| &arm.patterns));
        }
        Kind::Each { items, .. } => into.extend(items.iter().map(|(word, _)| word)),
        Kind::Frame { arguments: Some(arguments), .. } => into.extend(arguments),
        _ => {}
    }
}

fn of_simple<'s>(simple: &'s Simple, into: &mut Vec<&'s Word>) {
    into.extend(&simple.words);
    into.extend(simple.assignments.iter().map(|(_, word)| word));
    into.extend(simple.reads.iter().chain(&simple.texts).chain(&simple.writes));
    if let Act::Test(test) = &simple.act {
        test.words(into);
    }
}

/// The parts of a statement.
pub(super) fn parts(kind: &Kind) -> Vec<NodeId> {
    match kind {
        Kind::Sequence(all) | Kind::Pipeline(all) => all.clone(),
        Kind::Joined { first, rest } => std::iter::once(*first).chain(rest.iter().map(|member| member.node)).collect(),
        Kind::Negated(node) | Kind::Subshell(node) | Kind::Background(node) => vec![*node],
        Kind::If { arms, otherwise } => {
            arms.iter().flat_map(|(condition, body)| [*condition, *body]).chain(*otherwise).collect()
        }
        Kind::Loop { condition, body, .. } => vec![*condition, *body],
        Kind::Each { items, before, .. } => before.iter().copied().chain(items.iter().map(|(_, body)| *body)).collect(),
        Kind::Case { arms, before, .. } => before.iter().copied().chain(arms.iter().map(|arm| arm.body)).collect(),
        Kind::Frame { body, .. } => vec![*body],
        Kind::Redirected { body, how } => how.before.iter().copied().chain(std::iter::once(*body)).collect(),
        Kind::Try { body, catch, finally } => std::iter::once(*body).chain(*catch).chain(*finally).collect(),
        Kind::Simple(simple) => {
            let trap = match simple.act {
                Act::TrapExit(node) => Some(node),
                _ => None,
            };
            simple.before.iter().copied().chain(trap).collect()
        }
    }
}

/// The text by which a branch of a `case` is told.
pub(super) fn case_key(subject: &str, patterns: &[Word]) -> Arc<str> {
    let patterns: Vec<String> = patterns.iter().map(|word| word.literal().unwrap_or_default()).collect();
    format!("{subject} is {}", patterns.join("|")).into()
}

/// A word as it stands in the text of a condition.
pub(super) fn plain(word: &Word) -> String {
    let mut text = String::new();
    for piece in &word.pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::Variable(name) | Piece::Default(name, _) => {
                text.push_str("${");
                text.push_str(name);
                text.push('}');
            }
            Piece::Output(_) => text.push_str("$(...)"),
            Piece::Computed(names) => {
                text.push_str("$(");
                text.push_str(&names.join(" "));
                text.push(')');
            }
        }
    }
    text
}

/// Conditions that the files may not decide and that guard a command with a role or an early end: text, place, variables.
pub(super) fn guarding(tree: &Tree, commands: &[Command]) -> Vec<Asked> {
    // Where nothing has a role an early end takes nothing away.
    let role = |simple: &Simple| {
        simple.command.and_then(|id| commands.get(id.0 as usize)).is_some_and(|command| {
            command.opaque.is_some() || command.roles.iter().any(|it| !matches!(it.role, Role::Upload(_)))
        })
    };
    let any = tree.nodes.iter().any(|node| matches!(&node.kind, Kind::Simple(simple) if role(simple)));
    if !any {
        return Vec::new();
    }
    // Children come before their parents.
    let mut matters = vec![false; tree.nodes.len()];
    for (id, node) in tree.nodes.iter().enumerate() {
        let own = match &node.kind {
            Kind::Simple(simple) => {
                // A check that fails ends the run: it ships nothing then.
                let fails = simple.words.get(1).and_then(Word::literal).is_some_and(|code| code != "0");
                let ends = matches!(simple.act, Act::Exit | Act::Return | Act::Break | Act::Continue) && !fails;
                role(simple) || ends
            }
            _ => false,
        };
        matters[id] =
            own || parts(&node.kind).into_iter().any(|part| matters.get(part as usize).copied().unwrap_or(false));
    }
    let matter = |id: NodeId| matters.get(id as usize).copied().unwrap_or(false);
    let mut found = Vec::new();
    for node in &tree.nodes {
        match &node.kind {
            Kind::If { arms, otherwise } => {
                let any = arms.iter().any(|(_, body)| matter(*body)) || otherwise.is_some_and(&matter);
                if any {
                    arms.iter().for_each(|(condition, _)| conditions(tree, *condition, &mut found));
                }
            }
            Kind::Loop { condition, body, .. } if matter(*body) => conditions(tree, *condition, &mut found),
            Kind::Joined { first, rest } => {
                for (at, member) in rest.iter().enumerate() {
                    if matter(member.node) {
                        let before = if at == 0 { *first } else { rest[at - 1].node };
                        conditions(tree, before, &mut found);
                    }
                }
            }
            Kind::Case { subject, arms, .. } if arms.iter().any(|arm| matter(arm.body)) => {
                let text = plain(subject);
                let mut names = Vec::new();
                subject.names(&mut names);
                let names: Vec<Arc<str>> = names.into_iter().cloned().collect();
                for arm in arms {
                    if !names.is_empty() && !is_rest(&arm.patterns) {
                        found.push((case_key(&text, &arm.patterns), node.at, names.clone()));
                    }
                }
            }
            _ => {}
        }
    }
    found.sort_by_key(|(_, at, _)| (at.file, at.start));
    found
}

/// Commands whose failure leads to something that ships are questions: `docker manifest inspect x || docker push x`.
pub(super) fn questions(tree: &mut Tree, commands: &[Command]) {
    let command = |simple: &Simple| simple.command.and_then(|id| commands.get(id.0 as usize));
    let mut ships = vec![false; tree.nodes.len()];
    for (id, node) in tree.nodes.iter().enumerate() {
        let own = match &node.kind {
            Kind::Simple(simple) => {
                command(simple).is_some_and(|command| command.roles.iter().any(|it| matches!(it.role, Role::Effect(_))))
            }
            _ => false,
        };
        ships[id] = own || parts(&node.kind).into_iter().any(|part| ships.get(part as usize).copied().unwrap_or(false));
    }
    let ships = |id: NodeId| ships.get(id as usize).copied().unwrap_or(false);
    let mut asked = Vec::new();
    for node in &tree.nodes {
        match &node.kind {
            Kind::Joined { first, rest } => {
                for (at, member) in rest.iter().enumerate() {
                    if !member.and && ships(member.node) {
                        asked.push(if at == 0 { *first } else { rest[at - 1].node });
                    }
                }
            }
            Kind::If { arms, otherwise } => {
                let other = otherwise.is_some_and(&ships);
                if let [(condition, body)] = arms.as_slice() {
                    let negated = is_negated(tree, *condition);
                    if other && !ships(*body) || negated && ships(*body) {
                        asked.push(*condition);
                    }
                }
            }
            _ => {}
        }
    }
    while let Some(id) = asked.pop() {
        let Some(node) = tree.nodes.get_mut(id as usize) else { continue };
        match &mut node.kind {
            Kind::Simple(simple) => {
                let idle = command(simple).is_some_and(|command| command.roles.is_empty());
                if matches!(simple.act, Act::Plain | Act::Filter) && idle {
                    simple.act = Act::Query;
                }
            }
            Kind::Negated(inner) => asked.push(*inner),
            Kind::Sequence(all) if all.len() == 1 => asked.extend(all.first()),
            Kind::Redirected { body, .. } => asked.push(*body),
            _ => {}
        }
    }
}

fn is_negated(tree: &Tree, id: NodeId) -> bool {
    match tree.nodes.get(id as usize).map(|node| &node.kind) {
        Some(Kind::Negated(_)) => true,
        Some(Kind::Sequence(all)) => matches!(all.as_slice(), [one] if *one < id && is_negated(tree, *one)),
        _ => false,
    }
}

/// `*`
pub(super) fn is_rest(patterns: &[Word]) -> bool {
    patterns.iter().any(|word| word.literal().as_deref() == Some("*"))
}

/// The tests and questions that decide a statement's exit code.
fn conditions(tree: &Tree, id: NodeId, found: &mut Vec<Asked>) {
    let mut open = vec![id];
    let mut left = MAX_PARTS;
    while let Some(id) = open.pop() {
        let Some(node) = tree.nodes.get(id as usize) else { continue };
        left = left.saturating_sub(1);
        if left == 0 {
            return;
        }
        match &node.kind {
            Kind::Simple(simple) => {
                let mut all = Vec::new();
                of_simple(simple, &mut all);
                let mut names = Vec::new();
                all.iter().for_each(|word| word.names(&mut names));
                let names: Vec<Arc<str>> = names.into_iter().cloned().collect();
                let asks = match &simple.act {
                    Act::Test(_) => {
                        !names.is_empty() || all.iter().any(|word| word.literal().is_none()) || has_file(&simple.act)
                    }
                    Act::Query | Act::Match { .. } | Act::Judge | Act::Program => simple.command.is_some(),
                    _ => false,
                };
                // How commands ended is no question of the files.
                let of_status =
                    !names.is_empty() && names.iter().all(|name| matches!(&**name, "?" | "PS?" | "#" | "LASTEXITCODE"));
                if asks && !of_status {
                    found.push((node.written.clone(), node.at, names));
                }
            }
            Kind::Sequence(all) | Kind::Pipeline(all) => open.extend(all.last()),
            Kind::Negated(inner) | Kind::Subshell(inner) => open.push(*inner),
            Kind::Redirected { body, .. } | Kind::Frame { body, .. } => open.push(*body),
            Kind::Joined { first, rest } => {
                open.extend(rest.iter().rev().map(|member| member.node));
                open.push(*first);
            }
            _ => {}
        }
    }
}

fn has_file(act: &Act) -> bool {
    fn inside(test: &Test) -> bool {
        match test {
            Test::File(_) | Test::Other(_) => true,
            Test::Not(test) => inside(test),
            Test::All(tests) | Test::Any(tests) => tests.iter().any(inside),
            _ => false,
        }
    }
    matches!(act, Act::Test(test) if inside(test))
}
