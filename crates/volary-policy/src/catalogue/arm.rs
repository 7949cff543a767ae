//! How the kinds of the catalogue are called in Azure Resource Manager, and where its objects hold what an attribute says.
//!
//! The mapping reads one way: from an object of Resource Manager (a resource type, `properties`, `sku`, ...) to a resource of
//! the kind that policies judge.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Type, Value};

use super::load::default_value;
use super::{Attributes, Kind};
use crate::source::{Source, span};

/// Kinds by the lower-case resource type that they stand for.
pub(crate) type ArmTypes = BTreeMap<String, Vec<Arc<str>>>;

/// The resource type that a kind stands for.
#[derive(Clone, Debug)]
pub(crate) struct ArmType {
    /// `Microsoft.Storage/storageAccounts`
    pub(crate) name: Arc<str>,
    /// Conditions on the object, where several kinds stand for one type.
    pub(crate) conditions: Vec<ArmCondition>,
}

/// What an object must hold to be of a kind.
#[derive(Clone, Debug)]
pub(crate) struct ArmCondition {
    pub(crate) path: ArmPath,
    /// Words of a text with commas: those that must be there, and those that must not.
    pub(crate) words: Vec<(Arc<str>, bool)>,
}

/// Where an attribute is found.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    /// `None`: not in the object itself, only in another one that configures it.
    pub(crate) place: Option<ArmPlace>,
    /// Values that are written differently. What is not listed stays as it is in a text and is not known elsewhere.
    pub(crate) values: Vec<(Arc<str>, Value)>,
    /// It means the opposite.
    pub(crate) inverted: bool,
    /// A text with commas that is a list here.
    pub(crate) split: bool,
    /// An object whose keys are a list here.
    pub(crate) keys: bool,
    /// Inside of the object: switches of which one must be on, or the object counts as not written.
    pub(crate) switches: Vec<ArmPath>,
    /// What holds when nothing is written. `None`: the default of the kind, if it has one, need not be that of Resource
    /// Manager. `Some(None)`: certainly nothing.
    pub(crate) default: Option<Option<Value>>,
}

/// A place in an object, or in what encloses it.
#[derive(Clone, Debug)]
pub(crate) enum ArmPlace {
    Path(ArmPath),
    /// The enclosing resource of a type (`*`: the one right above), its id or its name.
    Parent {
        ty: Arc<str>,
        name: bool,
    },
}

/// `properties.networkAcls.ipRules.*.value`
#[derive(Clone, Debug)]
pub(crate) struct ArmPath {
    pub(crate) steps: Vec<ArmStep>,
    /// From the object as a whole, not from the block that encloses the attribute.
    pub(crate) rooted: bool,
    pub(crate) text: Arc<str>,
}

/// A step of a path.
#[derive(Clone, Debug)]
pub(crate) enum ArmStep {
    Name(Arc<str>),
    Index(usize),
    /// Every element.
    All,
}

impl ArmPath {
    fn parse(text: &str) -> Self {
        let (rooted, rest) = text.strip_prefix('/').map_or((false, text), |rest| (true, rest));
        let step = |step: &str| match (step, step.parse()) {
            ("*", _) => ArmStep::All,
            (_, Ok(index)) => ArmStep::Index(index),
            _ => ArmStep::Name(step.into()),
        };
        let steps = if rest == "." { Vec::new() } else { rest.split('.').map(step).collect() };
        Self { steps, rooted, text: text.into() }
    }
}

impl Arm {
    /// Not in the object itself.
    pub(super) fn elsewhere() -> Self {
        Self {
            place: None,
            values: Vec::new(),
            inverted: false,
            split: false,
            keys: false,
            switches: Vec::new(),
            default: None,
        }
    }
}

impl Kind {
    /// Where Resource Manager has the attribute at a path of the kind (`network_rules.default_action`): a path of its own.
    pub(crate) fn arm_words(&self, path: &str) -> Option<String> {
        let mut attributes = &self.attributes;
        let mut words = String::new();
        for step in path.split('.') {
            let name = step.split('[').next().unwrap_or(step);
            let Some(attribute) = attributes.get(name) else {
                // A position in a list.
                if name.parse::<u32>().is_ok() {
                    continue;
                }
                return None;
            };
            let ArmPlace::Path(place) = attribute.arm.as_ref()?.place.as_ref()? else { return None };
            let rest = place.text.trim_start_matches('/');
            if place.rooted {
                words.clear();
            }
            if rest != "." {
                if !words.is_empty() {
                    words.push('.');
                }
                words.push_str(rest);
            }
            attributes = &attribute.attributes;
        }
        (!words.is_empty()).then_some(words)
    }
}

/// The `arm` of a kind: a type, or a map of `type` and `where`.
pub(super) fn arm_type(source: &mut Source, value: &Value) -> Option<ArmType> {
    if let Some(written) = source.written(value) {
        return Some(ArmType { name: written.text, conditions: Vec::new() });
    }
    let (mut name, mut conditions) = (None, Vec::new());
    for entry in source.known_entries(value, "`arm`", &["type", "where"])? {
        if &*entry.key == "type" {
            name = Some(source.text(&entry.value, "`type`")?);
            continue;
        }
        for entry in source.entries(&entry.value, "`where`")? {
            let words = source.texts(&entry.value, "`where`")?.into_iter();
            let words = words.map(|word| match word.strip_prefix('!') {
                Some(word) => (Arc::from(word), false),
                None => (word, true),
            });
            conditions.push(ArmCondition { path: ArmPath::parse(&entry.key), words: words.collect() });
        }
    }
    if name.is_none() {
        source.problem(span(value), "`arm` has no `type`", "Name the resource type, as in Microsoft.Web/sites.");
    }
    Some(ArmType { name: name?, conditions })
}

/// The `arm` of an attribute: a path, or a map.
pub(super) fn arm(source: &mut Source, value: &Value, ty: &Type, name: &str) -> Option<Arm> {
    if let Some(written) = source.written(value) {
        return Some(Arm { place: Some(ArmPlace::Path(ArmPath::parse(&written.text))), ..Arm::elsewhere() });
    }
    let known = ["path", "parent", "take", "values", "not", "split", "keys", "if", "default"];
    let (mut arm, mut path, mut parent, mut take_name) = (Arm::elsewhere(), None, None, false);
    for entry in source.known_entries(value, "`arm`", &known)? {
        let value = &entry.value;
        match &*entry.key {
            "path" => path = Some(ArmPath::parse(&source.text(value, "`path`")?)),
            "parent" => parent = Some(source.text(value, "`parent`")?),
            "take" => match &*source.text(value, "`take`")? {
                "id" => {}
                "name" => take_name = true,
                other => {
                    source.problem(span(value), format!("`take: {other}` is neither `id` nor `name`"), "");
                    return None;
                }
            },
            "values" => {
                let element = match ty {
                    Type::List(element) => element,
                    ty => ty,
                };
                for entry in source.entries(value, "`values`")? {
                    let to = match entry.value.is_null() {
                        true => Value::at(Data::Null, span(&entry.value)),
                        false => default_value(source, &entry.value, element, name)?,
                    };
                    arm.values.push((entry.key.clone(), to));
                }
            }
            "not" => arm.inverted = source.truth(value, "`not`")?,
            "split" => arm.split = source.truth(value, "`split`")?,
            "keys" => arm.keys = source.truth(value, "`keys`")?,
            "if" => {
                arm.switches = source.texts(value, "`if`")?.iter().map(|path| ArmPath::parse(path)).collect();
            }
            _ if value.is_null() => arm.default = Some(None),
            _ => arm.default = Some(Some(default_value(source, value, ty, name)?)),
        }
    }
    arm.place = match (path, parent) {
        (Some(_), Some(_)) => {
            source.problem(span(value), "`arm` has both `path` and `parent`", "Keep one of the two.");
            return None;
        }
        (Some(path), None) => Some(ArmPlace::Path(path)),
        (None, Some(ty)) => Some(ArmPlace::Parent { ty, name: take_name }),
        (None, None) => None,
    };
    Some(arm)
}

/// What a part of Resource Manager says is not in the object that it configures; nothing of it is known there but through
/// the part.
pub(super) fn said_by_part(attribute: &mut super::Attribute) {
    attribute.arm.get_or_insert_with(Arm::elsewhere);
}

/// The same attributes without their places, which are those of another object.
pub(super) fn without_places(attributes: &Attributes) -> Attributes {
    let mut attributes = attributes.clone();
    for attribute in attributes.values_mut() {
        attribute.arm = None;
        attribute.attributes = without_places(&attribute.attributes);
    }
    attributes
}

/// The kinds of each resource type, in the order of their names; those that ask more of the object come first.
pub(super) fn types<'k>(kinds: impl Iterator<Item = (&'k Arc<str>, &'k Kind)>) -> ArmTypes {
    let mut types: BTreeMap<String, Vec<(usize, Arc<str>)>> = BTreeMap::new();
    for (name, kind) in kinds {
        if let Some(ty) = &kind.arm {
            let words = ty.conditions.iter().map(|condition| condition.words.len()).sum();
            types.entry(ty.name.to_ascii_lowercase()).or_default().push((words, name.clone()));
        }
    }
    let sorted = |mut kinds: Vec<(usize, Arc<str>)>| {
        kinds.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        kinds.into_iter().map(|(_, kind)| kind).collect()
    };
    types.into_iter().map(|(ty, kinds)| (ty, sorted(kinds))).collect()
}
