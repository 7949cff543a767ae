//! What a template, a reusable workflow, an action, a component or a step of a library guarantees to those who use it.
//!
//! A template is proved as its users see it: called from another repository that holds nothing else, once with what it
//! takes when nobody says otherwise, and once for every other value that a parameter may have. What is different then is
//! what the parameter decides.

mod caller;
mod digest;
mod groovy;
mod read;
mod slots;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Span, Verdict};
use volary_pipeline::{Document, Limits, Platform, Sources};

use crate::prove::{Demands, PlacedFact};
use crate::recognise::Recognisers;
use caller::{Arguments, Shape};
use read::{Reading, Seen};

/// A template and what is needed to read it.
pub struct Template<'t> {
    /// Its file.
    pub document: &'t Arc<Document>,
    /// The platform.
    pub platform: Platform,
    /// The files of its repository, as its own, and of others.
    pub sources: &'t dyn Sources,
    /// What tools do.
    pub recognisers: &'t Recognisers,
    /// What is demanded.
    pub demands: &'t Demands<'t>,
    /// How much is read.
    pub limits: &'t Limits,
}

/// What a template guarantees.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The file.
    pub path: Arc<str>,
    /// The platform.
    pub platform: Platform,
    /// BLAKE3 of what the template and everything that it draws in from its repository say; layout and comments left out.
    pub digest: Arc<str>,
    /// Its parameters, in order.
    pub parameters: Vec<Parameter>,
    /// The controls in it, in the order of the files.
    pub controls: Vec<Control>,
    /// What it ships, with the verdict about each control that is demanded of that.
    pub effects: Vec<Effect>,
    /// Where those who use it may put steps of their own.
    pub slots: Vec<Slot>,
    /// What it gives back, by name.
    pub outputs: Vec<Arc<str>>,
    /// What it draws in and could not be read.
    pub unread: Vec<Arc<str>>,
    /// It has more parameters or values than are looked at.
    pub cut: bool,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name.
    pub name: Arc<str>,
    /// The type as it is written; empty where none is.
    pub ty: Arc<str>,
    /// What it is when nobody says otherwise; nothing where it has to be given, or is a list or map.
    pub default: Option<Arc<str>>,
    /// It has to be given.
    pub required: bool,
    /// The values that are allowed; empty: all.
    pub values: Vec<Arc<str>>,
    /// Where it is written.
    pub at: Option<Span>,
    /// It decides whether a control stops anything, or what is left out.
    pub decides: bool,
}

/// What the findings of a control do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is not there.
    Absent,
    /// They stop nothing.
    Reports,
    /// Something decides that is not known.
    Depends,
    /// It has none (a signature, a bill of materials) and fails only when it does not work.
    Runs,
    /// They stop its job.
    Stops,
}

/// A control of a template.
#[derive(Clone, Debug)]
pub struct Control {
    /// The control: `image-scan`.
    pub control: Arc<str>,
    /// The id of the tool.
    pub tool: Arc<str>,
    /// The name of the tool.
    pub name: Arc<str>,
    /// Where it is written.
    pub at: Span,
    /// What its findings do when nobody says otherwise.
    pub standing: Standing,
    /// Why they do not stop its job.
    pub fact: Option<PlacedFact>,
    /// The parameters that change that.
    pub unless: Vec<Change<Standing>>,
}

/// Something that a template ships.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The kind: `image`.
    pub kind: Arc<str>,
    /// What happens: `push`.
    pub effect: Arc<str>,
    /// The thing in a sentence.
    pub what: Arc<str>,
    /// Where it is written.
    pub at: Span,
    /// The control that is demanded.
    pub control: Arc<str>,
    /// The verdict when nobody says otherwise.
    pub verdict: Verdict,
    /// Why it is not blocking.
    pub fact: Option<PlacedFact>,
    /// What has to be true.
    pub assumptions: Vec<Arc<str>>,
    /// The parameters that change the verdict.
    pub unless: Vec<Change<Verdict>>,
}

/// What is different for a value of a parameter.
#[derive(Clone, Debug)]
pub struct Change<T> {
    /// The parameter.
    pub parameter: Arc<str>,
    /// Its value; nothing: a value that is known at run time only.
    pub value: Option<Arc<str>>,
    /// What it is then.
    pub to: T,
    /// Why.
    pub fact: Option<PlacedFact>,
}

/// A place where those who use a template may put something of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The parameter.
    pub parameter: Arc<str>,
    /// What goes there: `steps`, `jobs`, `stages`, `command`.
    pub holds: &'static str,
    /// The controls that have always run before, as indices into [`Contract::controls`].
    pub after: Vec<usize>,
    /// What ships behind it, as indices into [`Contract::effects`].
    pub before: Vec<usize>,
}

/// A reading with one parameter that is not as usual.
struct Variant {
    parameter: Arc<str>,
    value: Option<Arc<str>>,
    seen: Seen,
}

/// Most readings of one template.
const READINGS: usize = 64;
/// Most values of one parameter.
const VALUES: usize = 8;

/// What a template guarantees; nothing where the file is no template.
pub fn contract(template: &Template<'_>) -> Option<Contract> {
    let shape = Shape::of(template)?;
    let parameters = caller::parameters(template, &shape);
    let reading = Reading::new(template, shape);
    let usual = Arguments::usual(&parameters, template.platform);
    let base = reading.read(&usual);
    let mut cut = false;
    let mut variants: Vec<Variant> = Vec::new();
    for parameter in &parameters {
        let values = usual.others(parameter, template.platform);
        cut |= values.len() > VALUES;
        for value in values.into_iter().take(VALUES) {
            if variants.len() == READINGS {
                cut = true;
                break;
            }
            let seen = reading.read(&usual.with(parameter, value.as_deref(), template.platform));
            variants.push(Variant { parameter: parameter.name.clone(), value, seen });
        }
    }
    let controls = controls(&base, &variants);
    let effects = effects(&base, &variants);
    let slots = slots::slots(&reading, &parameters, &usual, &controls, &effects);
    let deciding: BTreeSet<Arc<str>> = controls
        .iter()
        .flat_map(|control| control.unless.iter().map(|change| change.parameter.clone()))
        .chain(effects.iter().flat_map(|effect| effect.unless.iter().map(|change| change.parameter.clone())))
        .collect();
    let parameters = parameters
        .into_iter()
        .map(|parameter| Parameter { decides: deciding.contains(&parameter.name), ..parameter })
        .collect();
    Some(Contract {
        path: template.document.path.clone(),
        platform: template.platform,
        digest: digest::digest(template, &reading.files()),
        parameters,
        controls,
        effects,
        slots,
        outputs: reading.outputs(),
        unread: base.unread,
        cut,
    })
}

/// The readings with values that are known: of one that only the run knows anything may be, and what would be there only
/// then is not told.
fn certain<'s>(base: &'s Seen, variants: &'s [Variant]) -> impl Iterator<Item = &'s Seen> {
    std::iter::once(base).chain(variants.iter().filter(|variant| variant.value.is_some()).map(|variant| &variant.seen))
}

fn controls(base: &Seen, variants: &[Variant]) -> Vec<Control> {
    let mut all: BTreeMap<read::Key, Control> = BTreeMap::new();
    for (key, found) in certain(base, variants).flat_map(|seen| &seen.controls) {
        all.entry(key.clone()).or_insert_with(|| found.clone());
    }
    for (key, control) in &mut all {
        let usual = base.controls.get(key);
        control.standing = usual.map_or(Standing::Absent, |found| found.standing);
        control.fact = usual.and_then(|found| found.fact.clone());
        for Variant { parameter, value, seen } in variants {
            let found = seen.controls.get(key);
            let to = found.map_or(Standing::Absent, |found| found.standing);
            if to != control.standing {
                let fact = found.and_then(|found| found.fact.clone());
                control.unless.push(Change { parameter: parameter.clone(), value: value.clone(), to, fact });
            }
        }
    }
    all.into_values().collect()
}

fn effects(base: &Seen, variants: &[Variant]) -> Vec<Effect> {
    let mut all: BTreeMap<read::Key, Effect> = BTreeMap::new();
    for (key, found) in certain(base, variants).flat_map(|seen| &seen.effects) {
        all.entry(key.clone()).or_insert_with(|| found.clone());
    }
    for (key, effect) in &mut all {
        // What ships only for some value of a parameter is judged as it is then.
        for Variant { parameter, value, seen } in variants {
            let Some(found) = seen.effects.get(key) else { continue };
            if found.verdict != effect.verdict {
                effect.unless.push(Change {
                    parameter: parameter.clone(),
                    value: value.clone(),
                    to: found.verdict,
                    fact: found.fact.clone(),
                });
            }
        }
    }
    all.into_values().collect()
}

impl Contract {
    /// A text about the template with its parameters as the template writes them, in the place of what its only user passes.
    pub fn spoken(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for parameter in &self.parameters {
            let passed = caller::free(&parameter.name, self.platform);
            let passed = passed.trim_matches('"');
            if text.contains(passed) {
                text = text.replace(passed, &caller::written(&parameter.name, self.platform));
            }
        }
        // In a text that was cut, or as the name of a variable.
        text.replace(caller::MARK, "")
    }
}

impl Standing {
    /// The word that JSON uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Reports => "reports",
            Self::Depends => "depends",
            Self::Runs => "runs",
            Self::Stops => "stops",
        }
    }
}

impl Control {
    /// What its findings do, over parameters: ``stops unless `soft` is `true` ``.
    pub fn formula(&self) -> String {
        formula(self.standing.as_str(), &self.unless, |to| to.as_str())
    }
}

impl Effect {
    /// The verdict over parameters: ``blocking unless `soft` is `true` ``.
    pub fn formula(&self) -> String {
        formula(self.verdict.as_str(), &self.unless, |to| to.as_str())
    }
}

fn formula<T: Copy>(usual: &str, unless: &[Change<T>], word: impl Fn(T) -> &'static str) -> String {
    let mut text = usual.to_owned();
    for (index, change) in unless.iter().enumerate() {
        text.push_str(if index == 0 { " unless " } else { ", or " });
        match &change.value {
            Some(value) => text.push_str(&format!("`{}` is `{value}` ({})", change.parameter, word(change.to))),
            None => {
                text.push_str(&format!("`{}` is known at run time only ({})", change.parameter, word(change.to)));
            }
        }
    }
    text
}
