//! `network.rule`: what lets traffic in or out, or keeps it away, whoever writes it and how.

mod aws;
mod azure;
mod effective;
mod fields;
mod google;
mod kubernetes;
mod ranges;
mod service;

use std::sync::Arc;

use volary_model::{Reason, SubjectId, Unit, Value};

use super::make::{Facet, Maker};
use super::source::{Names, Source};
use super::values::{known_text, made};
use crate::prepare::References;

/// The kind of the facet.
const KIND: &str = "network.rule";

/// A rule before it is a subject.
struct Rule {
    /// What kind of thing applies it.
    layer: &'static str,
    /// The resource that it is written in.
    definer: SubjectId,
    /// The resource that it protects.
    owner: SubjectId,
    /// The block that it is, where the resource holds several.
    block: Option<&'static str>,
    /// The value of that block.
    source: Option<Value>,
    conditional: Option<Reason>,
    direction: Option<Value>,
    access: Option<Value>,
    protocol: Option<Value>,
    ports: Value,
    sources: Value,
    destinations: Value,
    priority: Option<Value>,
    name: Option<Value>,
    description: Option<Value>,
    /// Rules of the same set are weighed against each other by their priority.
    set: Option<Set>,
    /// It is switched off.
    disabled: Option<Value>,
}

/// What rules are weighed within.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Set {
    /// The rules of a resource.
    Of(SubjectId),
    /// The rules of something outside that they name alike.
    Named(Arc<str>),
}

/// Adds the rules of a unit.
pub(super) fn add(unit: &mut Unit, references: &References) {
    let mut rules = Vec::new();
    let names = Names::default();
    for (id, subject) in unit.iter().filter(|(_, subject)| subject.owner.is_none()) {
        let source = Source { unit, references, names: &names, id, subject };
        match &*subject.provider {
            "aws" => aws::read_rules(&source, &mut rules),
            "azurerm" => {
                azure::read_rules(&source, &mut rules);
                service::read_rules(&source, &mut rules);
            }
            "google" | "google-beta" => google::read_rules(&source, &mut rules),
            "kubernetes" => kubernetes::read_rules(&source, &mut rules),
            _ => {}
        }
    }
    let effective = effective::of(&rules);
    let mut maker = Maker::default();
    for (rule, effective) in rules.into_iter().zip(effective) {
        maker.add(unit, rule.into_facet(effective));
    }
}

impl Rule {
    fn into_facet(self, effective: Value) -> Facet {
        let name = self.name.as_ref().and_then(known_text).filter(|name| !name.is_empty());
        let key = || match &name {
            Some(name) => name.to_string(),
            None => {
                format!("{}:{}", self.protocol.as_ref().map_or("any".into(), fields::shown), fields::shown(&self.ports))
            }
        };
        let part = self.block.map(|block| (block, key()));
        let place = effective.origin.clone();
        let mut values = vec![("layer", made(self.layer, &place))];
        let optional = [
            ("direction", self.direction),
            ("access", self.access),
            ("protocol", self.protocol),
            ("priority", self.priority),
            ("name", self.name),
            ("description", self.description),
        ];
        values.extend(optional.into_iter().filter_map(|(key, value)| Some((key, value?))));
        values.push(("addresses", ranges::addresses(&self.sources)));
        values.push(("ports", self.ports));
        values.push(("sources", self.sources));
        values.push(("destinations", self.destinations));
        values.push(("effective", effective));
        Facet {
            kind: KIND,
            definer: self.definer,
            owner: self.owner,
            part,
            source: self.source,
            name,
            conditional: self.conditional,
            values,
        }
    }
}
