//! `iam.statement` and `iam.principal`: who may do what with which, whoever writes it and how.

mod aws;
mod azure;
mod document;
mod google;
mod kubernetes;
mod places;
mod principal;
mod sources;

use std::collections::BTreeSet;

use volary_model::{Reason, SubjectId, Unit, Value};

use super::make::{Facet, Maker};
use super::source::{Names, Source};
use super::values::{known_text, made};
use crate::prepare::References;

/// The kind of the facet.
const KIND: &str = "iam.statement";

/// A statement before it is a subject.
struct Statement {
    /// What the statement is of.
    policy_kind: &'static str,
    /// The resource that it is written in.
    definer: SubjectId,
    /// The identity that may, or the resource that may be used.
    owner: SubjectId,
    /// The attribute or block that holds it.
    part: &'static str,
    /// Whether the resource as a whole is the statement.
    whole: bool,
    /// The value that it is read from.
    source: Value,
    /// The name of the attribute that holds the document, at its place; only of documents.
    document: Option<Value>,
    conditional: Option<Reason>,
    name: Option<Value>,
    effect: Option<Value>,
    actions: Value,
    not_actions: Value,
    resources: Value,
    not_resources: Value,
    principals: Value,
    not_principals: Value,
    conditions: Value,
}

/// The kinds and attributes that hold policy documents.
#[cfg(test)]
pub(super) fn documents() -> impl Iterator<Item = (&'static str, &'static str)> {
    sources::DOCUMENTS.iter().map(|document| (document.kind, document.attribute))
}

/// Adds the statements of a unit, and the principals that have them.
pub(super) fn add(unit: &mut Unit, references: &References) {
    let mut statements = Vec::new();
    let mut used = BTreeSet::new();
    let names = Names::default();
    for (id, subject) in unit.iter().filter(|(_, subject)| subject.owner.is_none()) {
        let source = Source { unit, references, names: &names, id, subject };
        match &*subject.provider {
            "aws" => aws::read_statements(&source, &mut used, &mut statements),
            "azurerm" => azure::read_statements(&source, &mut statements),
            "google" | "google-beta" => google::read_statements(&source, &mut statements),
            "kubernetes" => kubernetes::read_statements(&source, &mut statements),
            _ => {}
        }
    }
    for (id, subject) in unit.iter().filter(|(id, subject)| subject.owner.is_none() && !used.contains(id)) {
        aws::unused_document(&Source { unit, references, names: &names, id, subject }, &mut statements);
    }
    let attached = principal::attached(unit, references, &names);
    let mut maker = Maker::default();
    for statement in statements {
        maker.add(unit, statement.into_facet());
    }
    principal::add(unit, &attached, &mut maker);
}

impl Statement {
    fn into_facet(self) -> Facet {
        let name = self.name.as_ref().and_then(known_text).filter(|name| !name.is_empty());
        let part = (!self.whole).then(|| (self.part, self.key()));
        let place = self.source.origin.clone();
        let mut values = vec![("policy_kind", made(self.policy_kind, &place))];
        values.extend(self.name.map(|name| ("name", name)));
        values.extend(self.effect.map(|effect| ("effect", effect)));
        values.extend(self.document.map(|document| ("document", document)));
        values.extend([
            ("actions", self.actions),
            ("not_actions", self.not_actions),
            ("resources", self.resources),
            ("not_resources", self.not_resources),
            ("principals", self.principals),
            ("not_principals", self.not_principals),
            ("conditions", self.conditions),
        ]);
        Facet {
            kind: KIND,
            definer: self.definer,
            owner: self.owner,
            part,
            source: (!self.whole).then_some(self.source),
            name,
            conditional: self.conditional,
            values,
        }
    }

    /// What tells it from others of the same document: its identifier, else its effect and first action.
    fn key(&self) -> String {
        if let Some(name) = self.name.as_ref().and_then(known_text).filter(|name| !name.is_empty()) {
            return name.to_string();
        }
        let actions = [&self.actions, &self.not_actions];
        let first = actions.into_iter().find_map(|list| known_text(list.as_list()?.first()?));
        let denies = self.effect.as_ref().and_then(known_text).is_some_and(|effect| &*effect == "deny");
        format!("{}{}", if denies { "deny:" } else { "" }, first.as_deref().unwrap_or("?"))
    }
}
