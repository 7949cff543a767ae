//! What a use of a tool does, once its words and inputs are told apart.

use std::sync::Arc;

use super::findings::{findings, sort};
use super::invocation::written;
use super::recognised::{Approval, Breaker, Change, Control, Effect, Fact, Recognised, Role, Script, Upload};
use super::settings::{Context, Truth};
use super::tool::{ChangeKind, Covers, Does, Tool, What};

/// Adds what a use does.
pub(crate) fn roles(tool: &Arc<Tool>, context: &Context<'_>, does: &[Does], recognised: &mut Vec<Recognised>) {
    for one in does {
        let harmless = matches!(one.what, What::Control(_) | What::Change { change: ChangeKind::Save, .. });
        let ships = matches!(one.what, What::Effect { .. } | What::Change { .. });
        let context = Context { ships, ..*context };
        let Some(doubts) = doubts(&context, one) else { continue };
        // What only a word that may be anything could ask for: a scan or an archive is none then, and of an effect that
        // the words that are known have in another way it is that other way.
        let calm = Context { calm: true, ..context };
        if !doubts.is_empty() && self::doubts(&calm, one).is_none() && (harmless || other_way(&calm, one, does)) {
            continue;
        }
        recognised.push(Recognised { tool: tool.clone(), role: role(&context, one), doubts });
    }
}

/// What it depends on whether it is done; nothing where it is not.
fn doubts(context: &Context<'_>, does: &Does) -> Option<Vec<Fact>> {
    let mut doubts: Vec<Fact> = Vec::new();
    let conditions = does.when.iter().map(|condition| (condition, true));
    for (condition, wanted) in conditions.chain(does.unless.iter().map(|condition| (condition, false))) {
        match context.holds(condition) {
            Truth::Unknown(fact) if doubts.iter().any(|known| known.written == fact.written) => {}
            Truth::Unknown(fact) => doubts.push(fact),
            truth if matches!(truth, Truth::Yes(_)) == wanted => {}
            _ => return None,
        }
    }
    Some(doubts)
}

/// Whether the same effect is certainly had by another of the things that are done.
fn other_way(calm: &Context<'_>, one: &Does, all: &[Does]) -> bool {
    let What::Effect { effect, .. } = &one.what else { return false };
    all.iter().any(|other| {
        let same = matches!(&other.what, What::Effect { effect: kind, .. } if kind == effect);
        same && !std::ptr::eq(one, other) && doubts(calm, other).is_some_and(|doubts| doubts.is_empty())
    })
}

/// What kind of thing a control looks at when the data does not say.
fn usual(control: &str) -> Covers {
    match control {
        "image-scan" => Covers::Image,
        "dependency-scan" | "license-check" => Covers::Dependencies,
        "dast" => Covers::Url,
        "sbom" | "provenance" | "signature" | "verification" => Covers::Artifact,
        _ => Covers::Directory,
    }
}

fn role(context: &Context<'_>, does: &Does) -> Role {
    let target = context.picks(&does.target, does.otherwise.as_deref());
    let from = context.picks(&does.from, None);
    let to = context.picks(&does.to, None);
    match &does.what {
        What::Control(id) => {
            let covers = does.covers.unwrap_or_else(|| usual(id));
            Role::Control(Control { id: id.clone(), covers, target, findings: findings(context, does) })
        }
        What::Effect { effect, kind } => {
            Role::Effect(Effect { effect: *effect, kind: *kind, reference: target, from, to })
        }
        What::Change { change, kind } => Role::Change(Change { change: *change, kind: *kind, reference: target, from }),
        What::Breaker(joins) => Role::Breaker(Breaker { joins: joins.clone(), findings: findings(context, does) }),
        What::Upload(what) => Role::Upload(Upload { what: what.clone(), reference: target }),
        What::Approval => {
            let softened = does.behaviour.softened_by.as_deref().unwrap_or_default();
            let softened = sort(context, softened);
            Role::Approval(Approval { softened_by: softened.yes.into_iter().chain(softened.unknown).collect() })
        }
        What::Script { shell, credential } => {
            let shell = match context.setting(shell) {
                Some(_) => context.find(shell).values.last().map_or_else(|| shell.clone(), written),
                None => shell.clone(),
            };
            Role::Script(Script { shell, text: target, credential: credential.clone(), to })
        }
    }
}
