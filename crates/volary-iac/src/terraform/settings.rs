//! Subjects for what is written around resources: module calls, providers, backend, variables and outputs.

use std::sync::Arc;

use volary_document::hcl::{Attribute, Block, Body, ExprKind};
use volary_model::{Data, Entry, Origin, Role, Span, Value};

use super::evaluator::Evaluator;
use super::modules::RequiredProvider;
use super::scope::{Repetition, Scope};

impl<'m> Evaluator<'m> {
    /// One subject for the root module as a whole.
    pub(super) fn describe_root(&mut self) {
        let module = self.instances[0].module;
        let origin = |span| Origin::at(span, Role::Block);
        let block = match module.settings.first() {
            Some(block) => (*block).clone(),
            None => Block {
                kind: "terraform".into(),
                labels: Vec::new(),
                header: module.place(),
                extent: module.place(),
                body: Body::default(),
            },
        };
        let mut entries = vec![text_entry("folder", &module.folder, block.header)];
        for settings in &module.settings {
            if let Some(attribute) = settings.body.attribute("required_version") {
                entries.push(self.raw(0, attribute));
            }
            for backend in settings.body.blocks("backend").chain(settings.body.blocks("cloud")) {
                let name = backend.label(0).cloned().unwrap_or_else(|| backend.kind.clone());
                entries.push(text_entry("backend", &name, backend.header));
            }
        }
        let providers: Vec<Entry> = module
            .required_providers
            .iter()
            .map(|required| Entry {
                key: required.name.clone(),
                key_span: Some(required.attribute.name_span),
                value: required_values(required),
            })
            .collect();
        entries.push(Entry {
            key: "required_providers".into(),
            key_span: None,
            value: Value::map(providers, origin(block.header)),
        });
        entries.push(Entry {
            key: "lock_file".into(),
            key_span: None,
            value: Value::new(Data::Bool(module.has_lock_file), origin(block.header)),
        });
        let values = Value::map(entries, origin(block.header));
        let name = module.folder.rsplit('/').next().unwrap_or_default().to_string();
        self.own_subject(0, "terraform.root", &name, "terraform".to_owned(), &block, values);
    }

    /// Subjects for everything in a module that is no resource.
    pub(super) fn describe(&mut self, at: usize) {
        let module = self.instances[at].module;
        for settings in &module.settings {
            for backend in settings.body.blocks("backend").chain(settings.body.blocks("cloud")) {
                let name = backend.label(0).cloned().unwrap_or_else(|| backend.kind.clone());
                let mut entries = vec![text_entry("type", &name, backend.header)];
                entries.extend(self.in_module(at, &backend.body));
                let values = Value::map(entries, Origin::at(backend.header, Role::Block));
                self.own_subject(at, "terraform.backend", &name, format!("backend.{name}"), backend, values);
            }
        }
        for required in &module.required_providers {
            let block = Block {
                kind: "required_providers".into(),
                labels: Vec::new(),
                header: required.attribute.name_span,
                extent: required.attribute.name_span.to(required.attribute.value.span),
                body: Body::default(),
            };
            let definition = format!("required_provider.{}", required.name);
            let values = required_values(required);
            self.own_subject(at, "terraform.required_provider", &required.name, definition, &block, values);
        }
        for provider in &module.providers {
            let name = provider.label(0).cloned().unwrap_or_else(|| "".into());
            let entries = self.in_module(at, &provider.body);
            let alias = provider.body.attribute("alias").and_then(|alias| match &alias.value.kind {
                ExprKind::Text(alias) => Some(alias.clone()),
                _ => None,
            });
            let definition = match alias {
                Some(alias) => format!("provider.{name}.{alias}"),
                None => format!("provider.{name}"),
            };
            let values = Value::map(entries, Origin::at(provider.header, Role::Block));
            self.own_subject(at, "terraform.provider", &name, definition, provider, values);
        }
        for variable in &module.variables {
            let block = &*variable.block;
            let mut entries = Vec::new();
            for attribute in &block.body.attributes {
                if &*attribute.name == "type" {
                    // The type is no value; its outermost name is what can be asked for.
                    let name: Arc<str> = match &attribute.value.kind {
                        ExprKind::Name(name) | ExprKind::Text(name) => name.clone(),
                        ExprKind::Call(call) => call.name.clone(),
                        _ => "any".into(),
                    };
                    let value = Value::text(name, Origin::at(attribute.value.span, Role::Attribute));
                    entries.push(Entry { key: "type".into(), key_span: Some(attribute.name_span), value });
                } else {
                    entries.push(self.raw(at, attribute));
                }
            }
            let validations: Vec<Value> = block
                .body
                .blocks("validation")
                .map(|block| Value::map(Vec::new(), Origin::at(block.header, Role::Block)))
                .collect();
            if let Some(first) = validations.first() {
                let origin = first.origin.clone();
                let key_span = origin.span();
                entries.push(Entry { key: "validation".into(), key_span, value: Value::list(validations, origin) });
            }
            let values = Value::map(entries, Origin::at(block.header, Role::Block));
            self.own_subject(at, "terraform.variable", &variable.name, format!("var.{}", variable.name), block, values);
        }
        for output in &module.outputs {
            let block = &*output.block;
            let entries = block.body.attributes.iter().filter(|attribute| &*attribute.name != "depends_on");
            let entries: Vec<Entry> = entries.map(|attribute| self.raw(at, attribute)).collect();
            let values = Value::map(entries, Origin::at(block.header, Role::Block));
            self.own_subject(at, "terraform.output", &output.name, format!("output.{}", output.name), block, values);
        }
        for call in &module.calls {
            let block = &*call.block;
            let mut entries = Vec::new();
            for name in ["source", "version"] {
                if let Some(attribute) = block.body.attribute(name) {
                    entries.push(self.raw(at, attribute));
                }
            }
            let values = Value::map(entries, Origin::at(block.header, Role::Block));
            self.own_subject(at, "terraform.module", &call.name, format!("module.{}", call.name), block, values);
        }
    }

    fn in_module(&mut self, at: usize, body: &'m Body) -> Vec<Entry> {
        let empty = Repetition::default();
        let scope = Scope { module: at, repetition: &empty, frame: None, role: Role::Attribute };
        self.body(body, scope, false)
    }

    fn raw(&mut self, at: usize, attribute: &'m Attribute) -> Entry {
        let empty = Repetition::default();
        let scope = Scope { module: at, repetition: &empty, frame: None, role: Role::Attribute };
        let value = self.value(&attribute.value, scope);
        Entry { key: attribute.name.clone(), key_span: Some(attribute.name_span), value }
    }
}

fn text_entry(key: &str, text: &Arc<str>, span: Span) -> Entry {
    let value = Value::new(Data::Text(text.clone()), Origin::at(span, Role::Block));
    Entry { key: key.into(), key_span: Some(span), value }
}

fn required_values(required: &RequiredProvider<'_>) -> Value {
    let span = required.attribute.value.span;
    let mut entries = vec![text_entry("name", &required.name, required.attribute.name_span)];
    if let Some(source) = &required.source {
        entries.push(text_entry("source", source, span));
    }
    if let Some(version) = &required.version {
        entries.push(text_entry("version", version, span));
    }
    Value::map(entries, Origin::at(span, Role::Attribute))
}
