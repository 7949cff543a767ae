//! From an evaluated unit to its subjects: every instance of every resource and data source.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_document::hcl::{Block, Expr, ExprKind};
use volary_model::{Reason, ReasonKind, Subject, Unit, UnitKind, Value};

use super::evaluator::Evaluator;
use super::modules::{Mode, Resource};

impl<'m> Evaluator<'m> {
    /// Evaluates everything and makes the unit.
    pub(super) fn unit(mut self) -> (Unit, Vec<volary_document::Issue>) {
        if !self.instances.is_empty() {
            self.describe_root();
            self.module(0);
        }
        self.gaps.sort_by(|a, b| a.span.cmp(&b.span).then_with(|| a.address.cmp(&b.address)));
        let unit =
            Unit { kind: UnitKind::Terraform, name: self.root.name.clone(), subjects: self.subjects, gaps: self.gaps };
        (unit, self.problems)
    }

    /// The subjects of one module instance and of those that it calls.
    fn module(&mut self, at: usize) {
        let module = self.instances[at].module;
        let prefix = self.instances[at].prefix.clone();
        for (name, span) in &module.unreadable {
            self.gap(Reason::new(ReasonKind::Unreadable, name.clone()), *span, &prefix);
        }
        if self.described.insert(module.folder.clone()) {
            self.describe(at);
        }
        for index in 0..module.resources.len() {
            if module.resources[index].mode != Mode::Ephemeral {
                self.resource_subjects(at, index);
            }
        }
        for index in 0..module.calls.len() {
            let Some(children) = self.children(at, index) else { continue };
            let instances: Vec<usize> =
                children.instances.iter().map(|(_, child)| *child).chain(children.representative).collect();
            for child in instances {
                if self.exhausted() {
                    let reason = Reason::new(ReasonKind::Limit, "the work for one unit");
                    let prefix = self.instances[child].prefix.clone();
                    self.gap(reason, module.calls[index].block.header, &prefix);
                    continue;
                }
                self.module(child);
            }
        }
    }

    fn resource_subjects(&mut self, at: usize, index: usize) {
        let module = self.instances[at].module;
        let resource = &module.resources[index];
        let Some(expanded) = self.resource(at, index) else { return };
        let definition: Arc<str> = resource.definition().into();
        let kind: Arc<str> = match resource.mode {
            Mode::Data => format!("data.{}", resource.kind).into(),
            _ => resource.kind.clone(),
        };
        let local = provider_name(resource);
        let provider: Arc<str> = resource.kind.split('_').next().unwrap_or(&resource.kind).into();
        let provider_version = self.provider_version(module, &local);
        let of_module = self.instances[at].conditional.clone();
        for instance in &expanded.instances {
            let values = Value { note: None, ..instance.values.clone() };
            let labels = labels(&values);
            self.subjects.push(Subject {
                kind: kind.clone(),
                provider: provider.clone(),
                name: resource.name.clone(),
                address: instance.address.clone(),
                definition: definition.clone(),
                folder: module.folder.clone(),
                header: resource.block.header,
                extent: resource.block.extent,
                calls: self.instances[at].calls.clone(),
                values,
                conditional: instance.conditional.clone().or_else(|| of_module.clone()),
                provider_version: provider_version.clone(),
                labels,
                namespace: None,
                owner: None,
                links: BTreeMap::new(),
            });
        }
    }

    /// A subject that is no resource: a part of the module itself.
    pub(super) fn own_subject(
        &mut self,
        at: usize,
        kind: &str,
        name: &str,
        definition: String,
        block: &Block,
        values: Value,
    ) {
        let instance = &self.instances[at];
        self.subjects.push(Subject {
            kind: kind.into(),
            provider: "terraform".into(),
            name: name.into(),
            address: format!("{}{definition}", instance.prefix).into(),
            definition: definition.into(),
            folder: instance.module.folder.clone(),
            header: block.header,
            extent: block.extent,
            calls: instance.calls.clone(),
            values,
            conditional: instance.conditional.clone(),
            provider_version: None,
            labels: BTreeMap::new(),
            namespace: None,
            owner: None,
            links: BTreeMap::new(),
        });
    }
}

/// The local name of the provider of a resource: what `provider` says, else the start of its type.
fn provider_name(resource: &Resource<'_>) -> Arc<str> {
    let named = resource.block.body.attribute("provider").and_then(|attribute| provider_of(&attribute.value));
    named.unwrap_or_else(|| resource.kind.split('_').next().unwrap_or(&resource.kind).into())
}

/// `aws`, `aws.west` and, in JSON, `"aws.west"`.
fn provider_of(expr: &Expr) -> Option<Arc<str>> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Text(text) => Some(text.split('.').next().unwrap_or(text).into()),
        ExprKind::Traversal(traversal) => provider_of(&traversal.source),
        _ => None,
    }
}

/// Tags or labels with known values.
fn labels(values: &Value) -> BTreeMap<Arc<str>, Arc<str>> {
    let map = values.get("tags").or_else(|| values.get("labels")).and_then(Value::as_map);
    let entries = map.into_iter().flat_map(|map| map.entries());
    entries.filter_map(|entry| Some((entry.key.clone(), entry.value.as_text()?.into()))).collect()
}
