//! Who decides a part of a condition.

use std::sync::Arc;

use volary_model::ReasonKind;
use volary_pipeline::{Expr, ExprKind, Platform};

use super::names::gitlab_overridable;
use super::results::NoResults;
use super::truth::Ask;
use super::{ChoiceKind, Run};

/// Who decides a question; `None` where it is no matter of runs (a leg of a matrix, the result of a job).
pub(super) fn kind(base: &Run, expr: &Expr) -> Option<ChoiceKind> {
    let mut found: Option<ChoiceKind> = None;
    let mut beyond = expr.asks_status();
    let ask = Ask::new(base.platform(), base, &NoResults);
    for part in expr.walk() {
        let kind = match &part.kind {
            ExprKind::Name(parts) => match kind_of_name(base, parts) {
                Some(kind) => kind,
                None => {
                    beyond |= ask.name(parts).is_none();
                    continue;
                }
            },
            ExprKind::Unknown(reason) => match reason.kind {
                ReasonKind::ChosenAtStart => ChoiceKind::Free,
                ReasonKind::Secret => ChoiceKind::Assumed(format!("secret-present({})", reason.about).into()),
                ReasonKind::PlatformVariable => ChoiceKind::Assumed(format!("variable({})", reason.about).into()),
                _ => ChoiceKind::Hidden,
            },
            ExprKind::Call(name, _) => match &**name {
                "hashfiles" | "fileexists" => ChoiceKind::Hidden,
                "changeset" | "changelog" | "triggeredby" | "changerequest" => ChoiceKind::Free,
                _ => continue,
            },
            _ => continue,
        };
        // What a script decides outweighs what people decide.
        let weight = |kind: &ChoiceKind| match kind {
            ChoiceKind::Free => 0,
            ChoiceKind::Assumed(_) => 1,
            ChoiceKind::Hidden => 2,
        };
        if found.as_ref().is_none_or(|known| weight(&kind) > weight(known)) {
            found = Some(kind);
        }
    }
    // What nobody is known to decide is hidden.
    found.or((!beyond).then_some(ChoiceKind::Hidden))
}

fn kind_of_name(base: &Run, parts: &[Arc<str>]) -> Option<ChoiceKind> {
    let lower: Vec<String> = parts.iter().map(|part| part.to_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let last = parts.last()?;
    let variable = |group: &str| ChoiceKind::Assumed(format!("variable({group}, {last})").into());
    let ask = Ask::new(base.platform(), base, &NoResults);
    let known = ask.name(parts).is_some();
    match (base.platform(), lower.as_slice()) {
        (_, []) => None,
        (Platform::GitHub, ["secrets", _, ..]) => Some(ChoiceKind::Assumed(format!("secret-present({last})").into())),
        (Platform::GitHub, ["vars", ..]) => Some(variable("repository")),
        (Platform::GitHub, ["matrix" | "strategy" | "runner" | "job", ..]) => None,
        (Platform::GitHub, ["needs", _, "result"] | ["steps", _, "outcome" | "conclusion"]) => None,
        (Platform::GitHub, ["github", "event", "workflow_run", "conclusion"]) => None,
        (Platform::GitHub, ["steps" | "needs" | "env" | "jobs", ..]) => Some(ChoiceKind::Hidden),
        (Platform::GitHub, _) => (!known).then_some(ChoiceKind::Free),
        (Platform::Azure, ["dependencies" | "stagedependencies", .., "result"]) => None,
        (Platform::Azure, ["dependencies" | "stagedependencies", ..]) => Some(ChoiceKind::Hidden),
        (Platform::Azure, ["variables", "agent", ..]) => None,
        (Platform::Azure, ["variables", "build" | "system" | "resources", ..]) => (!known).then_some(ChoiceKind::Free),
        (Platform::Azure, ["variables", rest @ ..]) => {
            if known {
                return None;
            }
            if base.world.declared.contains(&rest.join(".")) {
                return Some(ChoiceKind::Hidden);
            }
            let group = base.world.groups.first().map_or("pipeline", |group| &**group);
            let name = parts.get(1..).unwrap_or_default().join(".");
            Some(ChoiceKind::Assumed(format!("variable({group}, {name})").into()))
        }
        (Platform::Azure, _) => (!known).then_some(ChoiceKind::Free),
        (Platform::GitLab, [_]) if last.starts_with("CI_") => (!known).then_some(ChoiceKind::Free),
        (Platform::GitLab, [_]) if gitlab_overridable(base.event) => Some(ChoiceKind::Free),
        (Platform::GitLab, [_]) if known => None,
        (Platform::GitLab, [_]) if base.world.declared.contains(&**last) => Some(ChoiceKind::Hidden),
        (Platform::GitLab, [_]) => Some(variable("project")),
        (Platform::GitLab, _) => Some(ChoiceKind::Free),
        (Platform::Jenkins, ["currentbuild", "result" | "currentresult"]) => None,
        (Platform::Jenkins, _) if parts.first().is_some_and(|first| base.world.given.contains(first)) => None,
        (Platform::Jenkins, ["params", ..]) => Some(ChoiceKind::Free),
        (Platform::Jenkins, ["env", _]) => match () {
            () if known => None,
            () if base.world.declared.contains(&**last) => Some(ChoiceKind::Hidden),
            () if last.starts_with("BUILD_") || last.starts_with("CHANGE_") => Some(ChoiceKind::Free),
            () => Some(variable("jenkins")),
        },
        (Platform::Jenkins, _) => (!known).then_some(ChoiceKind::Hidden),
    }
}
