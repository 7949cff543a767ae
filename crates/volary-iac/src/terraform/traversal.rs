//! Traversals: names, and the attributes, indices and splats behind them.

use std::sync::Arc;

use volary_document::hcl::{ExprKind, Step, Traversal};
use volary_model::{Data, Note, Number, Origin, Reason, ReasonKind, Reference, Role, Span, Type, Unknown, Value};

use super::evaluator::Evaluator;
use super::expression::{Eval, handed_on};
use super::functions::{CallError, either};
use super::modules::Mode;
use super::references::{computed, extended, of_resource, outside, partial, referring};
use super::scope::Scope;

impl<'m> Evaluator<'m> {
    pub(super) fn traversal(&mut self, traversal: &'m Traversal, span: Span, scope: Scope<'_>) -> Eval {
        let (value, taken) = match &traversal.source.kind {
            ExprKind::Name(name) => self.named(name, &traversal.steps, span, scope)?,
            _ => (self.eval(&traversal.source, scope)?, 0),
        };
        let value = self.steps(value, &traversal.steps[taken..], span, scope)?;
        // A value that was written here (`[a, b][0]`) stays where it is.
        if value.origin.span().is_some_and(|at| span.contains(&at) && at != span) {
            return Ok(value);
        }
        Ok(value.used_at(span, scope.role))
    }

    /// The value of a name and of as many steps as belong to it.
    fn named(
        &mut self,
        name: &Arc<str>,
        steps: &'m [Step],
        span: Span,
        scope: Scope<'_>,
    ) -> Result<(Value, usize), CallError> {
        if let Some(value) = scope.named(name) {
            return Ok((value.clone(), 0));
        }
        let attribute = |index: usize| match steps.get(index) {
            Some(Step::Attribute(name)) => Some(name),
            _ => None,
        };
        let here = |data: Data| Value::new(data, Origin::at(span, scope.role));
        let unknown =
            |kind: ReasonKind, about: String| Value::unknown(Reason::new(kind, about), Origin::at(span, scope.role));
        let first = attribute(0).ok_or_else(|| CallError::new(&**name))?;
        Ok(match &**name {
            "var" => (self.variable(scope.module, first, span, scope.role), 1),
            "local" => (self.local(scope.module, first, span, scope.role), 1),
            "module" => return self.module_value(first, steps, span, scope),
            "data" | "ephemeral" => {
                let mode = if &**name == "data" { Mode::Data } else { Mode::Ephemeral };
                let second = attribute(1).ok_or_else(|| CallError::new(format!("{name}.{first}")))?;
                return self.resource_value(mode, first, second, steps, 2, span, scope);
            }
            "each" => {
                let each = scope.repetition.each.as_ref();
                let value = match &**first {
                    "key" => each.map(|(key, _)| key.clone()),
                    _ => each.map(|(_, value)| value.clone()),
                };
                let about = || unknown(ReasonKind::InstanceKey, format!("each.{first}"));
                (value.unwrap_or_else(about), 1)
            }
            "count" => {
                let value = scope.repetition.count.clone();
                (value.unwrap_or_else(|| unknown(ReasonKind::InstanceKey, format!("count.{first}"))), 1)
            }
            "self" => (unknown(ReasonKind::Computed, format!("self.{first}")), 1),
            "path" => {
                let value = match &**first {
                    "module" => here(Data::Text(self.path_of(scope.module))),
                    "root" => here(Data::Text(".".into())),
                    _ => some_text(unknown(ReasonKind::Outside, format!("path.{first}"))),
                };
                (value, 1)
            }
            "terraform" | "tofu" => (some_text(unknown(ReasonKind::Outside, format!("{name}.{first}"))), 1),
            _ => return self.resource_value(Mode::Managed, name, first, steps, 1, span, scope),
        })
    }

    /// The folder of a module as Terraform gives it: relative to the root module.
    fn path_of(&self, instance: usize) -> Arc<str> {
        let (root, folder) = (&self.root.folder, &self.instances[instance].module.folder);
        if root == folder {
            return ".".into();
        }
        let root: Vec<&str> = root.split('/').filter(|part| !part.is_empty()).collect();
        let folder: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        let same = root.iter().zip(&folder).take_while(|(a, b)| a == b).count();
        let mut path: Vec<&str> = vec![".."; root.len() - same];
        path.extend(&folder[same..]);
        path.join("/").into()
    }

    /// A resource or data source; `named` steps are its type and name.
    #[allow(clippy::too_many_arguments)]
    fn resource_value(
        &mut self,
        mode: Mode,
        kind: &str,
        name: &str,
        steps: &'m [Step],
        named: usize,
        span: Span,
        scope: Scope<'_>,
    ) -> Result<(Value, usize), CallError> {
        let instance = &self.instances[scope.module];
        let definition = match mode {
            Mode::Managed => format!("{}{kind}.{name}", instance.prefix),
            Mode::Data => format!("{}data.{kind}.{name}", instance.prefix),
            Mode::Ephemeral => format!("{}ephemeral.{kind}.{name}", instance.prefix),
        };
        let whole = |address: String| {
            let reference = Reference { address: address.into(), attribute: "".into(), whole: true };
            computed(vec![reference], Origin::at(span, scope.role))
        };
        let key = match steps.get(named) {
            Some(Step::Index(index)) => Some(self.eval(index, scope)?),
            _ => None,
        };
        let expanded = match self.instances[scope.module].module.resource(mode, kind, name) {
            Some(index) => self.resource(scope.module, index),
            None => {
                // Not in these files: the address is all that is known.
                let key_suffix = key.as_ref().map(super::references::key_suffix).unwrap_or_default();
                let address = format!("{definition}{key_suffix}").into();
                let reference = Reference { address, attribute: "".into(), whole: true };
                let value = outside(vec![reference], Origin::at(span, scope.role));
                return Ok((value, named + usize::from(key.is_some())));
            }
        };
        let Some(expanded) = expanded else {
            // It refers to itself, over however many others.
            return Ok((whole(definition), named + usize::from(key.is_some())));
        };
        let Some(key) = key else {
            if expanded.is_open() {
                self.doubts += 1;
            }
            return Ok((expanded.all.clone(), named));
        };
        if expanded.is_single() {
            return Ok((expanded.all.clone(), named));
        }
        if key.as_unknown().is_some() {
            self.doubts += 1;
            return Ok((whole(definition), named + 1));
        }
        match expanded.instance(&key) {
            Some(value) => Ok((value.clone(), named + 1)),
            None => match &expanded.representative {
                Some(value) => {
                    self.doubts += 1;
                    Ok((value.clone(), named + 1))
                }
                None => {
                    Err(CallError::new(format!("{definition}{} does not exist", super::references::key_suffix(&key))))
                }
            },
        }
    }

    /// A module call, its key and output.
    fn module_value(
        &mut self,
        name: &str,
        steps: &'m [Step],
        span: Span,
        scope: Scope<'_>,
    ) -> Result<(Value, usize), CallError> {
        let Some(index) = self.instances[scope.module].module.call(name) else {
            let reason = Reason::new(ReasonKind::NotEvaluated, format!("module.{name}"));
            return Ok((Value::unknown(reason, Origin::at(span, scope.role)), 1));
        };
        let key = match steps.get(1) {
            Some(Step::Index(index)) => Some(self.eval(index, scope)?),
            _ => None,
        };
        let Some(children) = self.children(scope.module, index) else {
            let reason = Reason::new(ReasonKind::NotEvaluated, format!("module.{name}, which refers to itself"));
            return Ok((Value::unknown(reason, Origin::at(span, scope.role)), 1));
        };
        if let Some(reason) = &children.missing {
            self.doubts += 1;
            let header = self.instances[scope.module].module.calls[index].block.header;
            let value =
                Value::unknown(reason.clone(), Origin::through(span, scope.role, &Origin::at(header, Role::Block)));
            let taken = steps.len().min(2 + usize::from(key.is_some()));
            // A splat or bare use is a collection; nothing more is known of it either.
            let plain = steps[1..taken].iter().all(|step| matches!(step, Step::Attribute(_) | Step::Index(_)));
            return Ok((value, if plain { taken } else { 1 }));
        }
        let (chosen, taken) = match &key {
            None if children.single => (children.instances.first().map(|(_, at)| *at), 1),
            None => {
                self.doubts += u32::from(children.open.is_some());
                return Ok((self.all_outputs(&children, span, scope), 1));
            }
            Some(key) => {
                let found = children.instances.iter().find(|(known, _)| same_key(known, key)).map(|(_, at)| *at);
                if found.is_none() || key.as_unknown().is_some() {
                    if let (Data::Unknown(unknown), None) = (&key.data, &children.open) {
                        // One of the known ones.
                        self.doubts += 1;
                        let all: Vec<usize> = children.instances.iter().map(|(_, at)| *at).take(64).collect();
                        let mut values = Vec::new();
                        for at in all {
                            values.push(self.outputs(at, span, scope));
                        }
                        let values: Vec<&Value> = values.iter().collect();
                        let unknown = Data::Unknown(Arc::new(either(&values, unknown.reason.clone())));
                        return Ok((Value::new(unknown, Origin::at(span, scope.role)), 2));
                    }
                    self.doubts += 1;
                    (children.representative, 2)
                } else {
                    (found, 2)
                }
            }
        };
        let Some(at) = chosen else {
            return Err(CallError::new(format!("module.{name} has no such instance")));
        };
        match steps.get(taken) {
            Some(Step::Attribute(output)) => Ok((self.output(at, output, span, scope.role)?, taken + 1)),
            _ => Ok((self.outputs(at, span, scope), taken)),
        }
    }

    /// All outputs of a module instance as an object.
    fn outputs(&mut self, at: usize, span: Span, scope: Scope<'_>) -> Value {
        let module = self.instances[at].module;
        let mut entries = Vec::new();
        for output in &module.outputs {
            let value = self.output(at, &output.name, span, scope.role);
            if let Ok(value) = value {
                entries.push(volary_model::Entry { key: output.name.clone(), key_span: None, value });
            }
        }
        let value = Value::map(entries, Origin::at(span, scope.role));
        self.kept(value)
    }

    /// The outputs of all instances of a module call.
    fn all_outputs(&mut self, children: &super::expand::Children, span: Span, scope: Scope<'_>) -> Value {
        let origin = Origin::at(span, scope.role);
        if let Some(reason) = &children.open {
            return Value::unknown(reason.clone(), origin);
        }
        let mut values = Vec::new();
        for (key, at) in &children.instances {
            values.push((key.clone(), self.outputs(*at, span, scope)));
        }
        super::expand::collection(values, children.by_key, origin)
    }

    /// Takes steps from a value.
    pub(super) fn steps(&mut self, value: Value, steps: &'m [Step], span: Span, scope: Scope<'_>) -> Eval {
        let mut value = value;
        for (index, step) in steps.iter().enumerate() {
            value = match step {
                Step::Attribute(name) => self.attribute_of(&value, name)?,
                Step::Index(key) => {
                    let key = self.eval(key, scope)?;
                    self.element_of(&value, &key)?
                }
                Step::FullSplat => return self.splat(&value, &steps[index + 1..], span, scope),
                Step::AttributeSplat => {
                    let rest = &steps[index + 1..];
                    let attributes = rest.iter().take_while(|step| matches!(step, Step::Attribute(_))).count();
                    let list = self.splat(&value, &rest[..attributes], span, scope)?;
                    return self.steps(list, &rest[attributes..], span, scope);
                }
            };
        }
        Ok(value)
    }

    fn splat(&mut self, value: &Value, steps: &'m [Step], span: Span, scope: Scope<'_>) -> Eval {
        let elements = match &value.data {
            Data::List(list) => list.clone(),
            Data::Null => Arc::new(Vec::new()),
            Data::Unknown(unknown) => {
                // The steps of an element that stands for all say what the list refers to.
                let one =
                    Value { data: Data::Unknown(Arc::new(Unknown::new(unknown.reason.clone()))), ..value.clone() };
                let one = one.with_note(|note| note.holds = None);
                let references = match self.steps(one, steps, span, scope) {
                    Ok(element) => partial([&element]).0,
                    Err(_) => Vec::new(),
                };
                let list = unknown_list(unknown, &value.origin);
                return Ok(referring(list, references, value.is_sensitive()));
            }
            _ => Arc::new(vec![value.clone()]),
        };
        let mut list = Vec::with_capacity(elements.len());
        for element in elements.iter() {
            if !self.charge(1) {
                return Ok(self.over_limit(span, scope.role));
            }
            list.push(self.steps(element.clone(), steps, span, scope)?);
        }
        Ok(Value::list(list, handed_on(span, scope.role, &value.origin)))
    }

    /// The attribute of a value.
    pub(super) fn attribute_of(&mut self, value: &Value, name: &str) -> Eval {
        match &value.data {
            Data::Map(map) => match map.get(name) {
                Some(inner) => {
                    let mut inner = inner.clone();
                    if of_resource(value) && inner.origin.role == Role::Attribute {
                        inner.origin.role = Role::ResourceAttribute;
                    }
                    Ok(referring(inner, extended(value, name), value.is_sensitive()))
                }
                None if of_resource(value) => {
                    self.doubt_parts(value);
                    Ok(computed(extended(value, name), value.origin.clone()))
                }
                None => Err(CallError::new(format!("an object without `{name}`"))),
            },
            Data::Unknown(unknown) => Ok(self.part_of_unknown(value, unknown, name)),
            Data::Null => Err(CallError::new(format!("null has no `{name}`"))),
            Data::List(list) if of_resource(value) && list.len() == 1 => {
                let inner = list[0].clone();
                self.attribute_of(&inner, name)
            }
            _ => Err(CallError::new(format!("a value without `{name}`"))),
        }
    }

    /// The element of a value.
    fn element_of(&mut self, value: &Value, key: &Value) -> Eval {
        if let (Data::Unknown(reason), false) = (&key.data, matches!(value.data, Data::Unknown(_))) {
            let reason = reason.reason.clone();
            self.doubts += 1;
            let elements: Vec<&Value> = match &value.data {
                Data::List(list) => list.iter().take(256).collect(),
                Data::Map(map) => map.entries().iter().take(256).map(|entry| &entry.value).collect(),
                _ => Vec::new(),
            };
            let all = match &value.data {
                Data::List(list) => list.len() == elements.len(),
                Data::Map(map) => map.len() == elements.len(),
                _ => false,
            };
            let unknown = if all && !elements.is_empty() { either(&elements, reason) } else { Unknown::new(reason) };
            let (references, sensitive) = partial(elements);
            let result = Value::new(Data::Unknown(Arc::new(unknown)), value.origin.clone());
            return Ok(referring(result, references, sensitive || value.is_sensitive()));
        }
        let missing = || Err(CallError::new("an element that does not exist"));
        match &value.data {
            Data::List(list) => {
                let index = match &key.data {
                    Data::Number(number) => number.as_i64(),
                    Data::Text(text) => Number::parse(text).and_then(Number::as_i64),
                    _ => None,
                };
                let element = index.and_then(|index| usize::try_from(index).ok()).and_then(|index| list.get(index));
                match element {
                    Some(inner) => {
                        let references = match index {
                            // An instance of a resource has a reference of its own.
                            Some(index) if !of_resource(inner) || of_resource(value) => {
                                extended(value, &index.to_string())
                            }
                            _ => Vec::new(),
                        };
                        Ok(referring(inner.clone(), references, value.is_sensitive()))
                    }
                    None => missing(),
                }
            }
            Data::Map(_) => match super::expression::key_text(key)? {
                Ok(name) => self.attribute_of(value, &name),
                Err(_) => missing(),
            },
            Data::Unknown(unknown) => match super::expression::key_text(key) {
                Ok(Ok(name)) => Ok(self.part_of_unknown(value, unknown, &name)),
                _ => {
                    self.doubts += 1;
                    let (references, sensitive) = partial([value]);
                    let result = Value::unknown(unknown.reason.clone(), value.origin.clone());
                    Ok(referring(result, references, sensitive))
                }
            },
            _ => missing(),
        }
    }

    /// A resource has all attributes of its schema; an attribute of it need not have the part that is read.
    fn doubt_parts(&mut self, value: &Value) {
        self.doubts += u32::from(value.references().iter().any(|reference| !reference.attribute.is_empty()));
    }

    /// The part `name` of a value that is not known.
    fn part_of_unknown(&mut self, value: &Value, unknown: &Unknown, name: &str) -> Value {
        if let Some(Data::Map(map)) = value.holds().map(|holds| &holds.data)
            && let Some(inner) = map.get(name)
        {
            return referring(inner.clone(), extended(value, name), value.is_sensitive());
        }
        if of_resource(value) {
            self.doubt_parts(value);
            let (references, origin) = (extended(value, name), value.origin.clone());
            let outside_here = matches!(unknown.reason.kind, ReasonKind::Outside);
            let part = if outside_here { outside(references, origin) } else { computed(references, origin) };
            return referring(part, Vec::new(), value.is_sensitive());
        }
        self.doubts += 1;
        let mut part = Unknown::new(unknown.reason.clone());
        match &unknown.ty {
            Type::List(inner) | Type::Map(inner) => part.ty = (**inner).clone(),
            Type::Object(fields) => {
                if let Some((_, ty, _)) = fields.iter().find(|(field, _, _)| **field == *name) {
                    part.ty = ty.clone();
                }
            }
            _ => {}
        }
        let (references, sensitive) = partial([value]);
        referring(Value::new(Data::Unknown(Arc::new(part)), value.origin.clone()), references, sensitive)
    }
}

/// Whether two known keys are the same.
pub(super) fn same_key(known: &Value, key: &Value) -> bool {
    match (&known.data, &key.data) {
        (Data::Text(a), Data::Text(b)) => a == b,
        (Data::Number(a), Data::Number(b)) => a == b,
        (Data::Number(a), Data::Text(b)) => Number::parse(b) == Some(*a),
        (Data::Text(a), Data::Number(b)) => **a == *b.to_string(),
        _ => false,
    }
}

/// A text of which only that much is known.
fn some_text(value: Value) -> Value {
    let Data::Unknown(unknown) = &value.data else { return value };
    let unknown = Unknown { ty: Type::Text, not_null: true, not_empty: true, ..(**unknown).clone() };
    Value { data: Data::Unknown(Arc::new(unknown)), ..value }
}

/// The list that a splat of an unknown makes.
fn unknown_list(of: &Unknown, origin: &Origin) -> Value {
    let is_list = matches!(of.ty, Type::List(_));
    let unknown = Unknown {
        ty: Type::List(Box::new(Type::Any)),
        not_null: true,
        not_empty: of.not_empty && is_list,
        text: Vec::new(),
        at_most: of.at_most.filter(|_| is_list),
        reason: of.reason.clone(),
    };
    Value { data: Data::Unknown(Arc::new(unknown)), origin: origin.clone(), note: None::<Arc<Note>> }
}
