//! How a value came to the place where it is used, told in one sentence and as a list of places.

use volary_model::{Decider, Files, Finding, Instance, Location, Origin, Role};

use crate::snippet::first_line;
use crate::words::{count, place};

/// A place on the way of a value.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Where.
    pub(crate) location: Location,
    /// What happens there, as the end of a sentence that starts with the place: `module "net" passes it`.
    pub(crate) what: String,
}

/// What a place does with the value: of the last use and of the places behind it.
fn what(role: Role, last: bool) -> &'static str {
    match role {
        Role::Attribute | Role::Block if last => "uses it",
        Role::Attribute => "sets it",
        Role::Block => "holds it",
        Role::ModuleArgument => "passes it",
        Role::VariableDefault => "is its default",
        Role::VariableFile => "sets it",
        Role::Local => "names it",
        Role::Output => "gives it out",
        Role::ResourceAttribute => "is where it is read",
        Role::DocumentedDefault => "leaves it at the documented default",
        Role::Part => "configures it",
        Role::Inherited => "is where it is inherited from",
    }
}

/// The way of the value that decided, from where it is written to where it is used. Empty where it is written at the
/// place of the finding and the definition is not used through module calls.
pub(crate) fn steps(finding: &Finding, files: &Files) -> Vec<Step> {
    let instance = finding.instances.first();
    // Of several values that decided, the one that was handed in is what a caller can change.
    let handed = finding.deciders.iter().find(|decider| decider.origin.from.is_some());
    let mut steps = handed.map(|decider| value_steps(decider, instance, files)).unwrap_or_default();
    if steps.is_empty() {
        steps = instance.map(|instance| call_steps(instance, finding)).unwrap_or_default();
    }
    steps
}

fn value_steps(decider: &Decider, instance: Option<&Instance>, files: &Files) -> Vec<Step> {
    let mut calls = instance.map(|instance| instance.calls.as_slice()).unwrap_or_default();
    let mut out: Vec<Step> = Vec::new();
    for (index, origin) in decider.origin.steps().enumerate() {
        // Going outward, each module argument belongs to the next call.
        let call = match origin.role {
            Role::ModuleArgument => calls.split_last().map(|(call, outer)| {
                calls = outer;
                call
            }),
            _ => None,
        };
        let Some(location) = locate(origin, files) else { continue };
        if out.last().is_some_and(|step| step.location == location) {
            continue;
        }
        let what = match call {
            Some((name, header)) if header.path == location.path => format!("{name} {}", what(origin.role, false)),
            _ => what(origin.role, index == 0).to_owned(),
        };
        out.push(Step { location, what });
    }
    out.reverse();
    if out.len() > 1 { out } else { Vec::new() }
}

fn call_steps(instance: &Instance, finding: &Finding) -> Vec<Step> {
    let mut out: Vec<Step> = instance
        .calls
        .iter()
        .map(|(name, location)| Step { location: location.clone(), what: format!("{name} calls it") })
        .collect();
    if !out.is_empty() {
        out.push(Step { location: finding.location.clone(), what: "is where it stands".to_owned() });
    }
    out
}

/// A place of an origin on one line; none for a place in a snapshot.
pub(crate) fn locate(origin: &Origin, files: &Files) -> Option<Location> {
    let span = origin.span()?;
    let location = files.locate(span)?;
    Some(first_line(&location, files.get(span.file).map(|file| &**file)))
}

/// The steps as one sentence: `main.tf:12 module "net" passes it, modules/net/main.tf:8 uses it`.
pub(crate) fn sentence(steps: &[Step]) -> Option<String> {
    if steps.is_empty() {
        return None;
    }
    let parts: Vec<String> = steps.iter().map(|step| format!("{} {}", place(&step.location), step.what)).collect();
    Some(parts.join(", "))
}

/// Which uses of the definition have the finding, where there are several: the first addresses and how many more.
pub(crate) fn instances(finding: &Finding) -> Option<String> {
    let number = finding.instances.len();
    let conditional = finding.instances.iter().find_map(|instance| instance.conditional.as_ref());
    let conditional = conditional.map(|reason| format!("whether it exists is not known: {reason}"));
    if number < 2 {
        return conditional;
    }
    let first: Vec<&str> = finding.instances.iter().take(3).map(|instance| &*instance.address).collect();
    let more = if number > 3 { format!(" and {} more", number - 3) } else { String::new() };
    let mut out = format!("{}: {}{more}", count(number, "use", "uses"), first.join(", "));
    if let Some(conditional) = conditional {
        out.push_str("; ");
        out.push_str(&conditional);
    }
    Some(out)
}
