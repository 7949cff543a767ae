//! From truth to judgement.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use volary_model::{Decider, Judgement, Outcome, ReasonKind, Role, SubjectId, Tier};

use crate::condition::Condition;
use crate::evaluate::Scope;
use crate::evaluate::decide::{Decided, Failure};
use crate::evaluate::show::show;
use crate::path::Path;
use crate::policy::{Demand, Policy};
use crate::prepare::Prepared;
use crate::truth::Truth;

/// The empty text, shared: most judgements say nothing more than that they pass.
static NOTHING: LazyLock<Arc<str>> = LazyLock::new(|| Arc::from(""));

/// The answer without its reasons; nothing is allocated where the policy passes. A value of the wrong type counts as
/// undecided here, and so does an attribute that the subject's form has no known place for: only [`judge`] looks at what
/// decided.
pub fn outcome(policy: &Policy, prepared: &Prepared, subject: SubjectId) -> Outcome {
    Scope::of(prepared, subject).map_or(Outcome::NotApplicable, |scope| evaluate(policy, &scope))
}

/// Judges a subject: one judgement, or one for each element that fails on its own.
pub fn judge(policy: &Policy, prepared: &Prepared, subject: SubjectId) -> Vec<Judgement> {
    let Some(scope) = Scope::of(prepared, subject) else { return Vec::new() };
    match evaluate(policy, &scope) {
        Outcome::Fail => failures(policy, &scope),
        Outcome::Undecided => vec![undecided(policy, &scope)],
        outcome => {
            vec![Judgement { subject, outcome, path: NOTHING.clone(), deciders: Vec::new(), message: NOTHING.clone() }]
        }
    }
}

/// Whether the policy leaves a subject to a later tier than the one of the run: `relaxed` certainly holds there.
pub fn is_relaxed(policy: &Policy, tier: Tier, prepared: &Prepared, subject: SubjectId) -> bool {
    policy.relaxed.as_ref().filter(|relaxed| tier < relaxed.tier).is_some_and(|relaxed| {
        Scope::of(prepared, subject).is_some_and(|scope| scope.truth(&relaxed.when) == Truth::True)
    })
}

/// `when` false: not applicable. The demand met: pass, also when it is not known whether the policy applies. `when` true
/// and the demand not met: fail. Else undecided.
fn evaluate(policy: &Policy, scope: &Scope<'_>) -> Outcome {
    let applies = policy.when.as_ref().map_or(Truth::True, |when| scope.truth(when));
    if applies.is_false() {
        return Outcome::NotApplicable;
    }
    let (condition, _) = policy.demand.parts();
    match (applies, policy.demand.met(scope.truth(condition))) {
        (_, Truth::True) => Outcome::Pass,
        (Truth::True, Truth::False) => Outcome::Fail,
        _ => Outcome::Undecided,
    }
}

impl Demand {
    /// The condition, and the truth of it that makes the policy fail.
    pub(crate) fn parts(&self) -> (&Condition, Truth) {
        match self {
            Self::Require(condition) => (condition, Truth::False),
            Self::Forbid(condition) => (condition, Truth::True),
        }
    }

    /// Whether the demand is met when its condition has this truth.
    pub(crate) fn met(&self, truth: Truth) -> Truth {
        match self {
            Self::Require(_) => truth,
            Self::Forbid(_) => !truth,
        }
    }
}

fn failures(policy: &Policy, scope: &Scope<'_>) -> Vec<Judgement> {
    let masked = |path: &Path| policy.masked.iter().any(|masked| masked.steps == path.steps);
    let message = |scope: &Scope<'_>| policy.message.render(scope, &masked);
    let (condition, failing) = policy.demand.parts();
    let (mut found, mut own) = (Vec::new(), Vec::new());
    scope.failures(condition, failing, &message, &mut found, &mut own);
    if !own.is_empty() || found.is_empty() {
        found.insert(0, Failure { label: Default::default(), decided: own, message: message(scope) });
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    found.into_iter().map(|failure| judgement(policy, scope, failure, &mut seen)).collect()
}

/// How far a decider is from the place that a reader expects: the path that the policy names, then what is written, then
/// a block that is there, then what is not written, last what lies in another resource. Ties keep the order of the
/// document.
fn distance(policy: &Policy, scope: &Scope<'_>, decider: &Decider) -> u8 {
    if policy.place.as_deref().is_some_and(|place| leads_through(&decider.path, place)) {
        return 0;
    }
    let subject = scope.prepared.unit().subject(scope.subject);
    match (decider.origin.span(), subject) {
        (Some(span), Some(subject)) if !scope.prepared.is_inside(subject, span) => 4,
        _ => match decider.origin.role {
            Role::DocumentedDefault => 3,
            Role::Block | Role::Part => 2,
            _ => 1,
        },
    }
}

/// What the policy points at, where that is none of the values that decided: another field of a facet.
fn pointed_at(policy: &Policy, scope: &Scope<'_>, decided: &[Decided]) -> Option<Decider> {
    let place = policy.place.as_ref()?;
    if decided.iter().any(|decided| leads_through(&decided.decider.path, place)) {
        return None;
    }
    let subject = scope.prepared.unit().subject(scope.subject).filter(|subject| subject.owner.is_some())?;
    let value = place.split('.').try_fold(&subject.values, |value, step| value.get(step))?;
    let shown = show(Some(value), policy.masked.iter().any(|masked| *masked.text == **place));
    Some(Decider { path: place.clone(), shown, origin: value.origin.clone(), reason: None })
}

/// Whether the steps of `place` are among those of a path, one after the other: `rules[0].verbs[1]` leads through `verbs`.
fn leads_through(path: &str, place: &str) -> bool {
    path.match_indices(place).any(|(at, _)| {
        let (before, rest) = (&path[..at], &path[at + place.len()..]);
        (before.is_empty() || before.ends_with('.')) && (rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

fn judgement(policy: &Policy, scope: &Scope<'_>, mut failure: Failure, seen: &mut HashMap<String, usize>) -> Judgement {
    let path = match failure.label.stable.is_empty() {
        false => failure.label.stable,
        true => failure.decided.first().map(|decided| decided.stable.clone()).unwrap_or_default(),
    };
    // The fingerprint above keeps to the order of the document: it must not change when a default is written out.
    failure.decided.sort_by_cached_key(|decided| distance(policy, scope, &decided.decider));
    let pointed_at = pointed_at(policy, scope, &failure.decided);
    // Elements without a key of their own are counted, in the order in which they fail.
    let times = seen.entry(path.clone()).and_modify(|times| *times += 1).or_insert(1);
    let path = if *times == 1 { path } else { format!("{path}#{times}") };
    let words = failure.decided.first().and_then(|decided| scope.prepared.words(scope.subject, &decided.decider.path));
    Judgement {
        subject: scope.subject,
        outcome: Outcome::Fail,
        path: path.into(),
        deciders: pointed_at.into_iter().chain(failure.decided.into_iter().map(|decided| decided.decider)).collect(),
        message: match words {
            Some(words) => format!("{} (here: `{words}`)", failure.message).into(),
            None => failure.message,
        },
    }
}

fn undecided(policy: &Policy, scope: &Scope<'_>) -> Judgement {
    let mut decided: Vec<Decided> = Vec::new();
    if let Some(when) = policy.when.as_ref().filter(|when| scope.truth(when) == Truth::Unknown) {
        scope.decided(when, &mut decided);
    }
    let (condition, _) = policy.demand.parts();
    if scope.truth(condition) == Truth::Unknown {
        scope.decided(condition, &mut decided);
    }
    let wrong =
        |decided: &&Decided| decided.decider.reason.as_ref().is_some_and(|reason| reason.kind == ReasonKind::WrongType);
    let mut reasons: Vec<String> = Vec::new();
    let is_error = decided.iter().any(|decided| wrong(&decided));
    if is_unanswerable(&decided) {
        return Judgement {
            subject: scope.subject,
            outcome: Outcome::NotApplicable,
            path: NOTHING.clone(),
            deciders: Vec::new(),
            message: NOTHING.clone(),
        };
    }
    for decided in decided.iter().filter(|decided| !is_error || wrong(decided)) {
        if let Some(reason) = &decided.decider.reason {
            let reason = reason.to_string();
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    let path = decided.first().map(|decided| decided.stable.as_str().into()).unwrap_or_else(|| NOTHING.clone());
    Judgement {
        subject: scope.subject,
        outcome: if is_error { Outcome::Error } else { Outcome::Undecided },
        path,
        deciders: decided.into_iter().map(|decided| decided.decider).collect(),
        message: reasons.join("; ").into(),
    }
}

/// Nothing but attributes that the subject's form has no known place for leaves it open: nobody could answer by saying
/// more, and the policy does not concern the subject as it is read today.
fn is_unanswerable(decided: &[Decided]) -> bool {
    let mut reasons = decided.iter().filter_map(|decided| decided.decider.reason.as_ref()).peekable();
    reasons.peek().is_some() && reasons.all(|reason| reason.kind == ReasonKind::NotMapped)
}
