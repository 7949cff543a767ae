//! Instances: what `count` and `for_each` make of resources and module calls.

use std::sync::Arc;

use volary_document::hcl::Block;
use volary_model::{
    Call, Data, Entry, Map, Note, Number, Origin, ProblemKind, Reason, ReasonKind, Reference, Role, Type, Unknown,
    Value,
};

use super::evaluator::Evaluator;
use super::expression::{elements, key_text};
use super::functions::{self, CallLimits};
use super::modules::{Mode, source_of};
use super::references::{key_suffix, partial};
use super::roots::called;
use super::scope::{Repetition, Scope, Slot};
use super::traversal::same_key;

/// How a definition is repeated.
struct Plan {
    /// Neither `count` nor `for_each`.
    single: bool,
    /// By `for_each`.
    by_key: bool,
    /// The keys that are known, and what the instance sees.
    keys: Vec<(Value, Repetition)>,
    /// There may be more instances (or, of `count`, any at all): why that is not known, and what they see.
    open: Option<(Reason, Repetition)>,
}

/// One instance of a resource.
#[derive(Debug)]
pub(super) struct ResourceInstance {
    pub(super) key: Option<Value>,
    pub(super) address: Arc<str>,
    pub(super) conditional: Option<Reason>,
    /// Its values, referring to itself.
    pub(super) values: Value,
}

/// A resource with its instances.
#[derive(Debug)]
pub(super) struct Expanded {
    pub(super) instances: Vec<ResourceInstance>,
    /// What the name of the resource stands for: one object, or a list or map of them.
    pub(super) all: Value,
    /// Stands for instances of which the key is not known.
    pub(super) representative: Option<Value>,
    single: bool,
    open: bool,
}

impl Expanded {
    pub(super) fn is_single(&self) -> bool {
        self.single
    }

    /// Whether its instances are not all known.
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// The values of the instance with this key.
    pub(super) fn instance(&self, key: &Value) -> Option<&Value> {
        if let (Data::Map(map), Data::Text(name)) = (&self.all.data, &key.data) {
            return map.get(name);
        }
        if let (Data::List(list), Data::Number(index)) = (&self.all.data, &key.data) {
            return list.get(usize::try_from(index.as_i64()?).ok()?);
        }
        let mut keyed = self.instances.iter().filter_map(|instance| Some((instance.key.as_ref()?, &instance.values)));
        keyed.find(|(known, _)| same_key(known, key)).map(|(_, values)| values)
    }
}

/// A module call with its instances.
#[derive(Debug, Default)]
pub(super) struct Children {
    pub(super) single: bool,
    pub(super) by_key: bool,
    /// Keys and module instances.
    pub(super) instances: Vec<(Value, usize)>,
    /// Stands for instances of which the key is not known.
    pub(super) representative: Option<usize>,
    /// Why its instances are not all known.
    pub(super) open: Option<Reason>,
    /// Why the module itself could not be read.
    pub(super) missing: Option<Reason>,
}

impl<'m> Evaluator<'m> {
    /// How a block is repeated; `address` names it in reasons and problems.
    fn plan(&mut self, block: &'m Block, at: usize, address: &str) -> Plan {
        let empty = Repetition::default();
        let scope = Scope { module: at, repetition: &empty, frame: None, role: Role::Attribute };
        let mut plan = Plan { single: false, by_key: false, keys: Vec::new(), open: None };
        if let Some(count) = block.body.attribute("count") {
            let value = self.value(&count.value, scope);
            match count_of(&value) {
                Ok(wanted) => {
                    let shown = self.bounded(wanted, address, block);
                    for index in 0..shown {
                        let index = Value::new(Data::Number(Number::Int(index as i64)), value.origin.clone());
                        plan.keys.push((index.clone(), Repetition { each: None, count: Some(index) }));
                    }
                }
                Err(reason) => {
                    let mut index = Unknown::new(Reason::new(ReasonKind::InstanceKey, address));
                    index.ty = Type::Number;
                    index.not_null = true;
                    let index = Value::new(Data::Unknown(Arc::new(index)), value.origin.clone());
                    plan.open = Some((reason, Repetition { each: None, count: Some(index) }));
                }
            }
        } else if let Some(for_each) = block.body.attribute("for_each") {
            plan.by_key = true;
            let value = self.value(&for_each.value, scope);
            self.plan_for_each(&value, &mut plan, address, block);
        } else {
            plan.single = true;
            if self.bounded(1, address, block) == 1 {
                let nothing = Value::new(Data::Null, Origin::at(block.header, Role::Block));
                plan.keys.push((nothing, Repetition::default()));
            }
        }
        plan
    }

    fn plan_for_each(&mut self, value: &Value, plan: &mut Plan, address: &str, block: &Block) {
        let known = match elements(value) {
            Ok(Ok(elements)) => elements,
            Ok(Err(reason)) => {
                plan.open = Some((reason.clone(), each_unknown(value, reason, address)));
                let holds = value.holds().map(elements);
                if let Some(Ok(Ok(elements))) = holds { elements } else { Vec::new() }
            }
            Err(error) => {
                let reason = Reason::new(ReasonKind::NotEvaluated, error.about);
                plan.open = Some((reason.clone(), each_unknown(value, reason, address)));
                Vec::new()
            }
        };
        let is_map = matches!(value.data, Data::Map(_)) || matches!(value.holds().map(|v| &v.data), Some(Data::Map(_)));
        let shown = self.bounded(known.len(), address, block);
        for (key, element) in known.into_iter().take(shown) {
            // The key of a set is its element.
            let key = if is_map { key } else { element.clone() };
            match key_text(&key) {
                Ok(Ok(text)) => {
                    if plan.keys.iter().rev().take(64).any(|(known, _)| known.as_text() == Some(&text)) {
                        continue;
                    }
                    let key = Value { data: Data::Text(text), ..key };
                    let element = if is_map { element } else { key.clone() };
                    plan.keys.push((key.clone(), Repetition { each: Some((key, element)), count: None }));
                }
                Ok(Err(reason)) => {
                    if plan.open.is_none() {
                        let key = if key.is_null() { element.clone() } else { key };
                        let repetition = Repetition { each: Some((key, element)), count: None };
                        plan.open = Some((reason, repetition));
                    }
                }
                Err(_) => {}
            }
        }
        // More than one element without a known key: nothing is known of each.
        let unknown_keys = value.as_list().map_or(0, |list| list.iter().filter(|v| v.as_unknown().is_some()).count());
        if unknown_keys > 1
            && let Some((reason, repetition)) = &mut plan.open
        {
            *repetition = each_unknown(value, reason.clone(), address);
        }
    }

    /// How many of so many instances are evaluated; the rest is a gap.
    fn bounded(&mut self, wanted: usize, address: &str, block: &Block) -> usize {
        let left = self.limits.instances_per_unit.saturating_sub(self.created);
        let shown = wanted.min(self.limits.instances_per_definition).min(left);
        if shown < wanted {
            let (message, help) = if left < wanted.min(self.limits.instances_per_definition) {
                let all = self.limits.instances_per_unit;
                let message = format!("more than {all} instances of modules and resources in one root module");
                (message, "Instances beyond the limit were not judged; check parts of the tree on their own.")
            } else {
                let message = format!("{address} has {wanted} instances; {shown} of them were evaluated");
                (message, "Instances beyond the limit were not judged.")
            };
            self.problem(block.header, ProblemKind::Limit, message, help);
            let reason = Reason::new(ReasonKind::Limit, format!("the instances of {address}"));
            self.gap(reason, block.header, address);
        }
        self.created += shown;
        shown
    }

    /// A resource with its instances; `None` while it is being evaluated, which is where a circle closes.
    pub(super) fn resource(&mut self, at: usize, index: usize) -> Option<Arc<Expanded>> {
        let slot = &mut self.instances[at].resources[index];
        match std::mem::replace(slot, Slot::Busy) {
            Slot::Done(expanded) => {
                *slot = Slot::Done(expanded.clone());
                Some(expanded)
            }
            Slot::Busy => None,
            Slot::Empty => {
                let doubts = self.doubts;
                let expanded = Arc::new(self.expand(at, index));
                self.doubts = doubts;
                self.instances[at].resources[index] = Slot::Done(expanded.clone());
                Some(expanded)
            }
        }
    }

    fn expand(&mut self, at: usize, index: usize) -> Expanded {
        let module = self.instances[at].module;
        let resource = &module.resources[index];
        let block: &'m Block = &resource.block;
        let definition = format!("{}{}", self.instances[at].prefix, resource.definition());
        let plan = self.plan(block, at, &definition);
        let mut instances = Vec::with_capacity(plan.keys.len());
        for (key, repetition) in &plan.keys {
            if self.exhausted() {
                let reason = Reason::new(ReasonKind::Limit, "the work for one unit");
                self.gap(reason, block.header, &definition);
                break;
            }
            let address = if plan.single { definition.clone() } else { format!("{definition}{}", key_suffix(key)) };
            let values = self.resource_values(at, resource.mode, &resource.kind, block, repetition, &address);
            let key = (!plan.single).then(|| key.clone());
            instances.push(ResourceInstance { key, address: address.into(), conditional: None, values });
        }
        let origin = Origin::at(block.header, Role::Block);
        let mut representative = None;
        let all = if plan.single {
            instances.first().map_or_else(|| Value::map(Vec::new(), origin), |instance| instance.values.clone())
        } else if let Some((reason, repetition)) = &plan.open {
            let values = self.resource_values(at, resource.mode, &resource.kind, block, repetition, &definition);
            representative = Some(values.clone());
            let conditional = Some(reason.clone());
            instances.push(ResourceInstance { key: None, address: definition.as_str().into(), conditional, values });
            let mut unknown = Unknown::new(reason.clone());
            let any = Box::new(Type::Any);
            unknown.ty = if plan.by_key { Type::Map(any) } else { Type::List(any) };
            unknown.not_null = true;
            unknown.not_empty = !plan.keys.is_empty();
            let reference = Reference { address: definition.into(), attribute: "".into(), whole: true };
            let note = Note { references: vec![reference], ..Note::default() };
            Value { data: Data::Unknown(Arc::new(unknown)), origin, note: Some(Arc::new(note)) }
        } else {
            let keyed = instances.iter().filter_map(|i| Some((i.key.clone()?, i.values.clone())));
            collection(keyed.collect(), plan.by_key, origin)
        };
        Expanded { instances, all, representative, single: plan.single, open: plan.open.is_some() }
    }

    /// The values of one instance, referring to itself.
    fn resource_values(
        &mut self,
        at: usize,
        mode: Mode,
        kind: &str,
        block: &'m Block,
        repetition: &Repetition,
        address: &str,
    ) -> Value {
        let scope = Scope { module: at, repetition, frame: None, role: Role::Attribute };
        let mut entries = self.resource_body(block, scope);
        let origin = Origin::at(block.header, Role::Block);
        if mode == Mode::Data {
            let written = Value::map(entries, origin.clone());
            let lookup = self.lookup(block.header);
            let context = functions::Call { span: block.header, limits: CallLimits::default(), files: Some(&lookup) };
            let computed = super::data::compute(kind, &written, &context).unwrap_or_default();
            self.charge(usize::try_from(lookup.used.get()).unwrap_or(usize::MAX));
            entries = match written.data {
                Data::Map(map) => Arc::try_unwrap(map).unwrap_or_else(|map| (*map).clone()).into_entries(),
                _ => Vec::new(),
            };
            entries.extend(computed);
        }
        let reference = Reference { address: address.into(), attribute: "".into(), whole: true };
        let note = Note { references: vec![reference], ..Note::default() };
        Value { data: Data::Map(Arc::new(Map::new(entries))), origin, note: Some(Arc::new(note)) }
    }

    /// A module call with its instances; `None` while it is being expanded.
    pub(super) fn children(&mut self, at: usize, index: usize) -> Option<Arc<Children>> {
        let slot = &mut self.instances[at].children[index];
        match std::mem::replace(slot, Slot::Busy) {
            Slot::Done(children) => {
                *slot = Slot::Done(children.clone());
                Some(children)
            }
            Slot::Busy => None,
            Slot::Empty => {
                let doubts = self.doubts;
                let children = Arc::new(self.expand_call(at, index));
                self.doubts = doubts;
                self.instances[at].children[index] = Slot::Done(children.clone());
                Some(children)
            }
        }
    }

    fn expand_call(&mut self, at: usize, index: usize) -> Children {
        let instance = &self.instances[at];
        let named = &instance.module.calls[index];
        let block: &'m Block = &named.block;
        let name = &named.name;
        let address = format!("{}module.{name}", instance.prefix);
        let key = if instance.key.is_empty() { name.to_string() } else { format!("{}.{name}", instance.key) };
        let calls = instance.calls.iter().cloned();
        let calls: Arc<[Call]> =
            calls.chain([Call { name: format!("module \"{name}\"").into(), span: block.header }]).collect();
        let conditional = instance.conditional.clone();
        let folder = instance.module.folder.clone();
        let missing = |reason: Reason| Children { single: true, missing: Some(reason), ..Children::default() };
        let Some(source) = source_of(block) else {
            let reason = Reason::new(ReasonKind::NotEvaluated, format!("the source of {address}"));
            self.gap(reason.clone(), block.header, &address);
            return missing(reason);
        };
        let target = called(self.input, &self.root.folder, &key, &folder, source);
        let Some(module) = target.and_then(|folder| self.modules.get(&folder)) else {
            let reason = Reason::new(ReasonKind::RemoteModule, source.clone());
            let plan = self.plan(block, at, &address);
            // A call that is certainly made zero times hides nothing.
            if !plan.keys.is_empty() || plan.open.is_some() {
                self.gap(reason.clone(), block.header, &address);
            }
            return missing(reason);
        };
        if self.is_recursive(at, &module.folder) {
            let message = format!("the module `{source}` calls itself, or modules are nested too deeply");
            let help = "Terraform refuses this; break the circle of module calls.";
            self.problem(block.header, ProblemKind::Limit, message, help);
            let reason = Reason::new(ReasonKind::Limit, format!("{address}, which contains itself"));
            self.gap(reason.clone(), block.header, &address);
            return missing(reason);
        }
        let plan = self.plan(block, at, &address);
        let mut children = Children { single: plan.single, by_key: plan.by_key, ..Children::default() };
        for (instance_key, repetition) in plan.keys {
            let prefix =
                if plan.single { format!("{address}.") } else { format!("{address}{}.", key_suffix(&instance_key)) };
            let parent = Some((at, index));
            let child = self.add_instance(
                module,
                parent,
                repetition,
                prefix.into(),
                key.clone(),
                calls.clone(),
                conditional.clone(),
            );
            children.instances.push((instance_key, child));
        }
        if let Some((reason, repetition)) = plan.open {
            let prefix = format!("{address}.").into();
            let child =
                self.add_instance(module, Some((at, index)), repetition, prefix, key, calls, Some(reason.clone()));
            children.representative = Some(child);
            children.open = Some(reason);
        }
        children
    }
}

/// The instances as `count` or `for_each` gives them.
pub(super) fn collection(values: Vec<(Value, Value)>, by_key: bool, origin: Origin) -> Value {
    if !by_key {
        return Value::list(values.into_iter().map(|(_, value)| value).collect(), origin);
    }
    let entries = values.into_iter().filter_map(|(key, value)| {
        let key_span = key.origin.span();
        Some(Entry { key: key.as_text()?.into(), key_span, value })
    });
    Value::map(entries.collect(), origin)
}

/// A number of instances, or why it is not known.
fn count_of(value: &Value) -> Result<usize, Reason> {
    let number = match &value.data {
        Data::Number(number) => Some(*number),
        Data::Text(text) => Number::parse(text),
        Data::Unknown(unknown) => return Err(unknown.reason.clone()),
        _ => None,
    };
    let number = number.and_then(Number::as_i64).ok_or_else(|| Reason::new(ReasonKind::WrongType, "count"))?;
    Ok(usize::try_from(number).unwrap_or(0))
}

/// `each` of instances of which the key is not known.
fn each_unknown(collection: &Value, reason: Reason, address: &str) -> Repetition {
    let mut key = Unknown::new(Reason::new(ReasonKind::InstanceKey, address));
    key.ty = Type::Text;
    key.not_null = true;
    let key = Value::new(Data::Unknown(Arc::new(key)), collection.origin.clone());
    let mut element = Unknown::new(reason);
    if let Some(Type::List(inner) | Type::Map(inner)) = collection.as_unknown().map(|unknown| &unknown.ty) {
        element.ty = (**inner).clone();
    }
    let value = Value::new(Data::Unknown(Arc::new(element)), collection.origin.clone());
    // The element of a resource with `for_each` is one of its instances.
    let whole: Vec<Reference> = collection
        .references()
        .iter()
        .filter(|reference| reference.whole && reference.attribute.is_empty())
        .cloned()
        .collect();
    let references = if whole.is_empty() { partial([collection]).0 } else { whole };
    let value = super::references::referring(value, references, collection.is_sensitive());
    Repetition { each: Some((key, value)), count: None }
}
