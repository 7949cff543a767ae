//! The bodies of resources: attributes and blocks as Terraform's plan shows them, blocks of one type as a list.

use std::sync::Arc;

use volary_document::hcl::{Attribute, Block, Body, Expr, ExprKind, Step};
use volary_model::{Data, Entry, Note, Origin, Reason, ReasonKind, Role, Span, Type, Unknown, Value};

use super::evaluator::Evaluator;
use super::expression::elements;
use super::references::{partial, referring};
use super::scope::{Frame, Scope};

/// Attributes that Terraform reads itself and providers never see.
const META: [&str; 5] = ["count", "for_each", "depends_on", "provider", "providers"];

/// All blocks of one type.
struct Group<'m> {
    kind: &'m Arc<str>,
    key_span: Span,
    blocks: Vec<Value>,
    /// There may be more: why that is not known, and how many at most.
    open: Option<(Reason, Option<u32>)>,
    /// More were certain than is kept.
    references: Vec<volary_model::Reference>,
}

enum Item<'m> {
    Attribute(&'m Attribute),
    Block(&'m Block),
}

impl Item<'_> {
    fn start(&self) -> (volary_model::FileId, u32) {
        let span = match self {
            Self::Attribute(attribute) => attribute.name_span,
            Self::Block(block) => block.header,
        };
        (span.file, span.start)
    }
}

impl<'m> Evaluator<'m> {
    /// The values of a resource.
    pub(super) fn resource_body(&mut self, block: &'m Block, scope: Scope<'_>) -> Vec<Entry> {
        self.body(&block.body, scope, true)
    }

    /// The values of a body; at the `top` of a resource without what only Terraform reads.
    pub(super) fn body(&mut self, body: &'m Body, scope: Scope<'_>, top: bool) -> Vec<Entry> {
        let mut items: Vec<Item<'m>> = Vec::with_capacity(body.attributes.len() + body.blocks.len());
        items.extend(body.attributes.iter().map(Item::Attribute));
        items.extend(body.blocks.iter().map(Item::Block));
        if !body.blocks.is_empty() {
            items.sort_by_key(Item::start);
        }
        let mut entries: Vec<Entry> = Vec::with_capacity(items.len());
        let mut groups: Vec<(usize, Group<'m>)> = Vec::new();
        for item in items {
            match item {
                Item::Attribute(attribute) => {
                    if top && META.contains(&&*attribute.name) {
                        continue;
                    }
                    let value = self.value(&attribute.value, scope);
                    entries.push(Entry { key: attribute.name.clone(), key_span: Some(attribute.name_span), value });
                }
                Item::Block(block) => {
                    let (kind, dynamic) = match (&*block.kind, block.labels.first()) {
                        ("dynamic", Some(label)) => (&label.text, true),
                        _ => (&block.kind, false),
                    };
                    let position = match groups.iter().position(|(_, group)| group.kind == kind) {
                        Some(position) => position,
                        None => {
                            // The place of the entry is that of its first block.
                            let nothing = Value::new(Data::Null, Origin::at(block.header, Role::Block));
                            let key_span = Some(block.header);
                            entries.push(Entry { key: kind.clone(), key_span, value: nothing });
                            let group = Group {
                                kind,
                                key_span: block.header,
                                blocks: Vec::new(),
                                open: None,
                                references: Vec::new(),
                            };
                            groups.push((entries.len() - 1, group));
                            groups.len() - 1
                        }
                    };
                    let group = &mut groups[position].1;
                    if dynamic {
                        self.dynamic(block, group, scope);
                    } else {
                        let value = self.block_value(block, scope, top);
                        group.blocks.push(value);
                    }
                }
            }
        }
        for (at, group) in groups {
            entries[at].value = group.value();
        }
        // A dynamic block without any instance is as good as not written.
        entries.retain(|entry| !matches!(&entry.value.data, Data::List(list) if list.is_empty() && entry.value.origin.role == Role::Block));
        entries
    }

    fn block_value(&mut self, block: &'m Block, scope: Scope<'_>, top: bool) -> Value {
        let origin = Origin::at(block.header, Role::Block);
        let entries = match (&*block.kind, top) {
            ("lifecycle", true) => self.lifecycle(block, scope),
            ("provisioner", true) => {
                let mut entries = self.body(&block.body, scope, false);
                if let Some(label) = block.labels.first() {
                    let value = Value::text(label.text.clone(), Origin::at(label.span, Role::Attribute));
                    entries.insert(0, Entry { key: "type".into(), key_span: Some(label.span), value });
                }
                entries
            }
            _ => self.body(&block.body, scope, false),
        };
        Value::map(entries, origin)
    }

    /// `lifecycle` names attributes; they are texts here.
    fn lifecycle(&mut self, block: &'m Block, scope: Scope<'_>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for attribute in &block.body.attributes {
            let names = matches!(&*attribute.name, "ignore_changes" | "replace_triggered_by");
            let value = match &attribute.value.kind {
                ExprKind::List(items) if names => {
                    let items = items.iter().map(|item| named(item, Role::Attribute)).collect();
                    Value::list(items, Origin::at(attribute.value.span, Role::Attribute))
                }
                _ if names => named(&attribute.value, Role::Attribute),
                _ => self.value(&attribute.value, scope),
            };
            entries.push(Entry { key: attribute.name.clone(), key_span: Some(attribute.name_span), value });
        }
        entries
    }

    /// The blocks that a `dynamic` block makes.
    fn dynamic(&mut self, block: &'m Block, group: &mut Group<'m>, scope: Scope<'_>) {
        let Some(content) = block.body.blocks("content").next() else { return };
        let Some(for_each) = block.body.attribute("for_each") else { return };
        let iterator = match block.body.attribute("iterator").map(|attribute| &attribute.value.kind) {
            Some(ExprKind::Name(name) | ExprKind::Text(name)) => name,
            _ => group.kind,
        };
        let collection = self.value(&for_each.value, scope);
        let turns = match elements(&collection) {
            Ok(Ok(turns)) => turns,
            Ok(Err(reason)) => {
                let most = collection.as_unknown().and_then(|unknown| unknown.at_most);
                let before = group.open.take();
                let most = match (before, most) {
                    (None, most) => most,
                    (Some((_, before)), most) => before.zip(most).map(|(a, b)| a.saturating_add(b)),
                };
                group.open = Some((reason.clone(), most));
                self.dynamic_references(content, iterator, &collection, reason, group, scope);
                match collection.holds().map(elements) {
                    Some(Ok(Ok(turns))) => turns,
                    _ => return,
                }
            }
            // Null iterates nothing, as Terraform has it for dynamic blocks of older versions.
            Err(_) if collection.is_null() => return,
            Err(error) => {
                group.open = Some((Reason::new(ReasonKind::NotEvaluated, error.about), None));
                return;
            }
        };
        let is_set = matches!(collection.data, Data::List(_));
        for (key, element) in turns {
            if !self.charge(1) || group.blocks.len() >= self.limits.instances_per_definition {
                group.open = Some((Reason::new(ReasonKind::Limit, "the blocks of a dynamic block"), None));
                return;
            }
            let origin = Origin::through(block.header, Role::Block, &element.origin);
            let key = if is_set && element.as_text().is_some() && matches!(for_each.value.kind, ExprKind::Call(_)) {
                element.clone()
            } else {
                key
            };
            let entries = self.content(content, iterator, key, element, scope);
            group.blocks.push(Value::map(entries, origin));
        }
    }

    fn content(
        &mut self,
        content: &'m Block,
        iterator: &str,
        key: Value,
        value: Value,
        scope: Scope<'_>,
    ) -> Vec<Entry> {
        let origin = value.origin.clone();
        let entries = vec![
            Entry { key: "key".into(), key_span: None, value: key },
            Entry { key: "value".into(), key_span: None, value },
        ];
        let value = Value::map(entries, origin);
        let frame = Frame { name: iterator, value: &value, outer: scope.frame };
        self.body(&content.body, scope.within(&frame), false)
    }

    /// What blocks refer to of which it is not known whether and how often they exist.
    fn dynamic_references(
        &mut self,
        content: &'m Block,
        iterator: &str,
        collection: &Value,
        reason: Reason,
        group: &mut Group<'m>,
        scope: Scope<'_>,
    ) {
        let element = Value::unknown(reason, collection.origin.clone());
        let element = referring(element, partial([collection]).0, collection.is_sensitive());
        let entries = self.content(content, iterator, element.clone(), element, scope);
        let (references, _) = partial(entries.iter().map(|entry| &entry.value));
        group.references.extend(references);
    }
}

impl Group<'_> {
    fn value(self) -> Value {
        let first = self.blocks.first().map(|block| block.origin.clone());
        let origin = Origin { role: Role::Block, ..first.unwrap_or(Origin::at(self.key_span, Role::Block)) };
        let origin = if origin.span() == Some(self.key_span) { origin } else { Origin::at(self.key_span, Role::Block) };
        let Some((reason, most)) = self.open else {
            return Value::list(self.blocks, origin);
        };
        let mut unknown = Unknown::new(reason);
        unknown.ty = Type::List(Box::new(Type::Any));
        unknown.not_null = true;
        unknown.not_empty = !self.blocks.is_empty();
        unknown.at_most = most.and_then(|most| most.checked_add(u32::try_from(self.blocks.len()).ok()?));
        let holds = (!self.blocks.is_empty()).then(|| Value::list(self.blocks, origin.clone()));
        let note = Note { references: self.references, holds, ..Note::default() };
        let note = if note.is_empty() { None } else { Some(Arc::new(note)) };
        Value { data: Data::Unknown(Arc::new(unknown)), origin, note }
    }
}

/// The name that an expression is: `tags`, `tags["a"]`, `aws_s3_bucket.b`.
fn named(expr: &Expr, role: Role) -> Value {
    let mut text = String::new();
    match &expr.kind {
        ExprKind::Name(name) | ExprKind::Text(name) => text.push_str(name),
        ExprKind::Traversal(traversal) => {
            if let ExprKind::Name(name) = &traversal.source.kind {
                text.push_str(name);
            }
            for step in &traversal.steps {
                match step {
                    Step::Attribute(name) => {
                        text.push('.');
                        text.push_str(name);
                    }
                    Step::Index(Expr { kind: ExprKind::Text(key), .. }) => text.push_str(&format!("[\"{key}\"]")),
                    Step::Index(Expr { kind: ExprKind::Number(key), .. }) => text.push_str(&format!("[{key}]")),
                    _ => text.push_str("[*]"),
                }
            }
        }
        _ => {}
    }
    Value::text(text, Origin::at(expr.span, role))
}
