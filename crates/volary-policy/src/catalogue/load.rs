//! Reading catalogue files.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Entry, Number, Problem, Type, Value};

use super::types;
use super::{Attribute, Attributes, Block, Catalogue, Earlier, Kind, KindOf, Link, PartOf, TextForm, arm};
use crate::path::Path;
use crate::source::{PackText, Source, key_span, span};
use crate::version::Range;

const KIND_KEYS: [&str; 6] = ["attributes", "identity", "part_of", "like", "relations", "arm"];
const ATTRIBUTE_KEYS: [&str; 12] =
    ["type", "block", "attributes", "default", "defaults", "absent", "was", "sensitive", "key", "text", "like", "arm"];

/// Blocks nest no deeper in any schema that policies test.
const MAX_DEPTH: usize = 24;

impl Catalogue {
    /// Reads catalogue files. What is wrong is reported with its line and left out; the rest is kept. A kind may be
    /// described in several files: their attributes are put together.
    pub fn load(files: &[PackText]) -> (Self, Vec<Problem>) {
        let mut loader = Loader::default();
        for file in files {
            let mut source = Source::new(file);
            for document in source.documents() {
                for entry in source.entries(&document, "the catalogue").unwrap_or_default() {
                    loader.kind(&mut source, entry);
                }
            }
            loader.problems.append(&mut source.problems);
        }
        loader.finish()
    }
}

/// A kind that another one is described like, and the file and line that says so.
type Likeness = (Arc<str>, Arc<str>, u32);

#[derive(Default)]
struct Loader {
    kinds: BTreeMap<Arc<str>, Kind>,
    /// Kind to the kinds that it is described like.
    like: BTreeMap<Arc<str>, Vec<Likeness>>,
    problems: Vec<Problem>,
}

impl Loader {
    fn kind(&mut self, source: &mut Source, entry: &Entry) {
        let name = &entry.key;
        let Some(entries) = source.known_entries(&entry.value, "a kind", &KIND_KEYS) else { return };
        let mut kind = self.kinds.remove(name).unwrap_or_default();
        for entry in entries {
            let value = &entry.value;
            match &*entry.key {
                "attributes" => attributes_into(source, value, &mut kind.attributes, 0),
                "identity" => {
                    let identity = source.texts(value, "`identity`").unwrap_or_default();
                    if !kind.identity.is_empty() && kind.identity != identity {
                        source.problem(
                            key_span(entry),
                            format!("`{name}` has another `identity` elsewhere"),
                            "Keep one.",
                        );
                    }
                    kind.identity = identity;
                }
                "arm" => kind.arm = arm::arm_type(source, value).or(kind.arm),
                "part_of" => kind.part_of = part_of(source, value).or(kind.part_of),
                "like" => {
                    let like = source.texts(value, "`like`").unwrap_or_default();
                    let line = source.line(key_span(entry));
                    let place = |model: Arc<str>| (model, source.path().clone(), line);
                    self.like.entry(name.clone()).or_default().extend(like.into_iter().map(place));
                }
                _ => relations(source, value, &mut kind.relations),
            }
        }
        self.kinds.insert(name.clone(), kind);
    }

    fn finish(mut self) -> (Catalogue, Vec<Problem>) {
        self.apply_likeness();
        let mut parts: BTreeMap<Arc<str>, Vec<Arc<str>>> = BTreeMap::new();
        let merged: Vec<(Arc<str>, PartOf, Attributes, bool)> = self
            .kinds
            .iter()
            .filter_map(|(name, kind)| {
                let attributes = arm::without_places(&kind.attributes);
                Some((name.clone(), kind.part_of.clone()?, attributes, kind.arm.is_some()))
            })
            .collect();
        for (name, part, attributes, in_arm) in merged {
            for target in &part.kinds {
                parts.entry(target.clone()).or_default().push(name.clone());
                let kind = self.kinds.entry(target.clone()).or_default();
                add_part(&mut kind.attributes, &part, &attributes, in_arm && kind.arm.is_some());
            }
        }
        for kind in self.kinds.values_mut() {
            kind.active = mark_active(&mut kind.attributes);
        }
        let arm_types = arm::types(self.kinds.iter());
        let kinds = self.kinds.into_iter().map(|(name, kind)| (name, Arc::new(kind))).collect();
        (Catalogue { kinds, parts, arm_types }, self.problems)
    }

    /// Copies what a kind does not say itself from the kinds that it is like.
    fn apply_likeness(&mut self) {
        for (name, models) in &self.like {
            for (model, path, line) in models {
                let Some(model_kind) = self.kinds.get(model).cloned() else {
                    let message = format!("`{name}` is like `{model}`, which the catalogue does not have");
                    self.problems.push(Problem {
                        path: path.clone(),
                        line: Some(*line),
                        column: None,
                        kind: volary_model::ProblemKind::Policy,
                        message: message.into(),
                        help: "Correct the name, or describe that kind.".into(),
                        fails: true,
                    });
                    continue;
                };
                let Some(kind) = self.kinds.get_mut(name) else { continue };
                for (attribute, description) in model_kind.attributes {
                    kind.attributes.entry(attribute).or_insert(description);
                }
                if kind.identity.is_empty() {
                    kind.identity = model_kind.identity;
                }
                if kind.relations.is_empty() {
                    kind.relations = model_kind.relations;
                }
            }
        }
    }
}

/// What a part adds to the kind that it is merged into, where that kind does not describe it itself. `in_arm`: both are
/// resources of Azure Resource Manager.
fn add_part(target: &mut Attributes, part: &PartOf, attributes: &Attributes, in_arm: bool) {
    let Some((last, before)) = part.at.split_last() else {
        let by = part.by.shown();
        for (name, attribute) in attributes.iter().filter(|(name, _)| ***name != *by) {
            let attribute = target.entry(name.clone()).or_insert_with(|| without_defaults(attribute));
            if in_arm {
                arm::said_by_part(attribute);
            }
        }
        return;
    };
    let mut place = target;
    for step in before {
        let attribute = place.entry(step.clone()).or_insert_with(|| Attribute::block(Block::Once));
        if in_arm {
            arm::said_by_part(attribute);
        }
        place = &mut attribute.attributes;
    }
    let block = if part.many { Block::Many } else { Block::Once };
    let attribute = place.entry(last.clone()).or_insert_with(|| Attribute::block(block));
    if in_arm {
        arm::said_by_part(attribute);
    }
    for (name, description) in attributes {
        attribute.attributes.entry(name.clone()).or_insert_with(|| description.clone());
    }
}

/// At the top of another kind a default would count although the part is not there.
fn without_defaults(attribute: &Attribute) -> Attribute {
    Attribute { defaults: Vec::new(), computed: false, ..attribute.clone() }
}

fn mark_active(attributes: &mut Attributes) -> bool {
    let mut any = false;
    for attribute in attributes.values_mut() {
        let inner = mark_active(&mut attribute.attributes);
        attribute.active = inner
            || attribute.block != Block::No
            || !attribute.defaults.is_empty()
            || attribute.computed
            || !attribute.was.is_empty()
            || attribute.sensitive
            || attribute.text.is_some();
        any |= attribute.active;
    }
    any
}

impl Attribute {
    fn block(block: Block) -> Self {
        Self { block, ..Self::new() }
    }

    fn new() -> Self {
        Self {
            ty: Type::Any,
            block: Block::No,
            attributes: Attributes::new(),
            defaults: Vec::new(),
            computed: false,
            was: Vec::new(),
            sensitive: false,
            key: Vec::new(),
            text: None,
            arm: None,
            active: false,
        }
    }
}

fn attributes_into(source: &mut Source, value: &Value, into: &mut Attributes, depth: usize) {
    if depth > MAX_DEPTH {
        source.problem(span(value), format!("blocks are nested deeper than {MAX_DEPTH}"), "");
        return;
    }
    if value.is_null() {
        return;
    }
    for entry in source.entries(value, "`attributes`").unwrap_or_default() {
        let Some(attribute) = attribute(source, entry, depth) else { continue };
        match into.get_mut(&entry.key) {
            None => {
                into.insert(entry.key.clone(), attribute);
            }
            Some(known) => combine(source, entry, known, attribute),
        }
    }
}

/// The same attribute described a second time: what is said must not differ.
fn combine(source: &mut Source, entry: &Entry, known: &mut Attribute, new: Attribute) {
    let both = !known.defaults.is_empty() && !new.defaults.is_empty();
    let one_computed = known.computed && !new.defaults.is_empty() || new.computed && !known.defaults.is_empty();
    if known.ty != new.ty || known.block != new.block || both && !same_defaults(known, &new) || one_computed {
        source.problem(
            key_span(entry),
            format!("`{}` is described differently elsewhere", entry.key),
            "Type, block and default of an attribute must be the same wherever it is described.",
        );
        return;
    }
    for (name, attribute) in new.attributes {
        known.attributes.entry(name).or_insert(attribute);
    }
    if known.defaults.is_empty() {
        known.defaults = new.defaults;
    }
    if known.was.is_empty() {
        known.was = new.was;
    }
    if known.key.is_empty() {
        known.key = new.key;
    }
    known.computed |= new.computed;
    known.sensitive |= new.sensitive;
    known.text = known.text.or(new.text);
    known.arm = known.arm.take().or(new.arm);
}

fn same_defaults(a: &Attribute, b: &Attribute) -> bool {
    a.defaults.len() == b.defaults.len()
        && a.defaults.iter().zip(&b.defaults).all(|((range, value), (other_range, other))| {
            range == other_range && crate::evaluate::compare::same(value, other).is_true()
        })
}

fn attribute(source: &mut Source, entry: &Entry, depth: usize) -> Option<Attribute> {
    let name = &entry.key;
    // `min_tls_version: string` is short for `{type: string}`.
    if let Some(written) = source.written(&entry.value) {
        return match types::parse(&written.text) {
            Some(ty) => Some(Attribute { ty, ..Attribute::new() }),
            None => {
                wrong_type(source, &entry.value, &written.text);
                None
            }
        };
    }
    let entries = source.known_entries(&entry.value, "an attribute", &ATTRIBUTE_KEYS)?;
    let mut attribute = Attribute::new();
    let mut typed = false;
    // The type first: defaults are read as values of it.
    for entry in entries {
        match &*entry.key {
            "type" => {
                let text = source.text(&entry.value, "`type`")?;
                match types::parse(&text) {
                    Some(ty) => (attribute.ty, typed) = (ty, true),
                    None => {
                        wrong_type(source, &entry.value, &text);
                        return None;
                    }
                }
            }
            "block" => {
                attribute.block = match &*source.text(&entry.value, "`block`")? {
                    "once" => Block::Once,
                    "many" => Block::Many,
                    other => {
                        source.problem(
                            span(&entry.value),
                            format!("`block: {other}` is neither `once` nor `many`"),
                            "",
                        );
                        return None;
                    }
                };
                typed = true;
            }
            _ => {}
        }
    }
    for entry in entries {
        let value = &entry.value;
        match &*entry.key {
            "attributes" => {
                if !typed {
                    attribute.ty = Type::Object(Vec::new());
                    typed = true;
                }
                attributes_into(source, value, &mut attribute.attributes, depth + 1);
            }
            "default" => {
                let value = default_value(source, value, &attribute.ty, name)?;
                attribute.defaults.push((None, value));
            }
            "defaults" => defaults(source, value, &mut attribute, name)?,
            "absent" => match &*source.text(value, "`absent`")? {
                "none" => {}
                "computed" => attribute.computed = true,
                other => {
                    source.problem(span(value), format!("`absent: {other}` is neither `none` nor `computed`"), "");
                }
            },
            "was" => attribute.was = was(source, value)?,
            "arm" => attribute.arm = Some(arm::arm(source, value, &attribute.ty, name)?),
            "sensitive" => attribute.sensitive = source.truth(value, "`sensitive`")?,
            "key" => attribute.key = source.texts(value, "`key`")?,
            "text" => {
                attribute.text = match &*source.text(value, "`text`")? {
                    "json" => Some(TextForm::Json),
                    "yaml" => Some(TextForm::Yaml),
                    other => {
                        source.problem(span(value), format!("`text: {other}` is neither `json` nor `yaml`"), "");
                        return None;
                    }
                };
            }
            _ => {}
        }
    }
    if !typed {
        source.problem(
            key_span(entry),
            format!("`{name}` has neither `type` nor `block`"),
            "Add its type, for example `type: string`.",
        );
        return None;
    }
    if attribute.computed && !attribute.defaults.is_empty() {
        source.problem(key_span(entry), format!("`{name}` has a default and is `computed`"), "Keep one of the two.");
    }
    Some(attribute)
}

fn wrong_type(source: &mut Source, value: &Value, text: &str) {
    source.problem(
        span(value),
        format!("`{text}` is no type"),
        "Types are string, number, bool, any, object, list(T), set(T) and map(T).",
    );
}

fn defaults(source: &mut Source, value: &Value, attribute: &mut Attribute, name: &str) -> Option<()> {
    let Data::List(list) = &value.data else {
        source.problem(span(value), "`defaults` must be a list", "Write `- {provider: \"< 4.0\", value: X}`.");
        return None;
    };
    for element in list.iter() {
        let mut range = None;
        let mut default = None;
        for entry in source.known_entries(element, "a default", &["provider", "value"])? {
            if &*entry.key == "provider" {
                let text = source.text(&entry.value, "`provider`")?;
                range = Range::parse(&text);
                if range.is_none() {
                    source.problem(
                        span(&entry.value),
                        format!("`{text}` is no range of versions"),
                        "Write it as in `>= 3.0, < 4.0`.",
                    );
                    return None;
                }
            } else if entry.value.is_null() {
                default = Some(Value::at(Data::Null, span(&entry.value)));
            } else {
                default = Some(default_value(source, &entry.value, &attribute.ty, name)?);
            }
        }
        match default {
            Some(value) => attribute.defaults.push((range, value)),
            None => {
                source.problem(span(element), "a default without `value`", "Write `value: null` where nothing applies.")
            }
        }
    }
    Some(())
}

/// A default as a value of the declared type; its place is replaced where it is used.
pub(super) fn default_value(source: &mut Source, value: &Value, ty: &Type, name: &str) -> Option<Value> {
    let data = match (ty, source.written(value)) {
        (Type::Text, Some(written)) => Data::Text(written.text),
        (Type::Number, Some(written)) => Data::Number(Number::parse(&written.text)?),
        (Type::Bool, Some(_)) => Data::Bool(source.truth(value, "the default")?),
        (Type::Any, _) | (Type::List(_) | Type::Map(_) | Type::Object(_), None) => value.data.clone(),
        _ => {
            source.problem(
                span(value),
                format!("the default of `{name}` does not have its type {}", types::type_name(ty)),
                "",
            );
            return None;
        }
    };
    Some(Value::at(data, span(value)))
}

fn was(source: &mut Source, value: &Value) -> Option<Vec<Earlier>> {
    let single = std::slice::from_ref(value);
    let list = value.as_list().unwrap_or(single);
    list.iter()
        .map(|element| {
            let (inverted, element) = match element.as_map() {
                Some(_) => {
                    let entries = source.known_entries(element, "an earlier name", &["not"])?;
                    (true, &entries.first()?.value)
                }
                None => (false, element),
            };
            let text = source.text(element, "`was`")?;
            let (rooted, rest) = text.strip_prefix('/').map_or((false, &*text), |rest| (true, rest));
            let steps = rest.split('.').map(Arc::from).collect();
            Some(Earlier { steps, rooted, inverted })
        })
        .collect()
}

fn path(source: &mut Source, value: &Value, what: &str) -> Option<Path> {
    let text = source.text(value, what)?;
    match Path::parse(&text, &|_| false) {
        Ok(path) => Some(path),
        Err(message) => {
            source.problem(span(value), message, "");
            None
        }
    }
}

fn part_of(source: &mut Source, value: &Value) -> Option<PartOf> {
    let (mut kinds, mut by, mut at, mut many) = (Vec::new(), None, None, false);
    for entry in source.known_entries(value, "`part_of`", &["kind", "by", "at", "many"])? {
        match &*entry.key {
            "kind" => kinds = source.texts(&entry.value, "`kind`")?,
            "by" => by = Some(path(source, &entry.value, "`by`")?),
            "at" => {
                let text = source.text(&entry.value, "`at`")?;
                at = Some(if &*text == "." { Vec::new() } else { text.split('.').map(Arc::from).collect() });
            }
            _ => many = source.truth(&entry.value, "`many`")?,
        }
    }
    match (kinds.is_empty(), by, at) {
        (false, Some(by), Some(at)) => Some(PartOf { kinds, by, at, many }),
        _ => {
            source.problem(span(value), "`part_of` needs `kind`, `by` and `at`", "");
            None
        }
    }
}

fn relations(source: &mut Source, value: &Value, into: &mut BTreeMap<Arc<str>, Vec<Link>>) {
    for entry in source.entries(value, "`relations`").unwrap_or_default() {
        let single = std::slice::from_ref(&entry.value);
        let links = entry.value.as_list().unwrap_or(single);
        for element in links {
            if let Some(link) = link(source, element) {
                into.entry(entry.key.clone()).or_default().push(link);
            }
        }
    }
}

fn link(source: &mut Source, value: &Value) -> Option<Link> {
    let known = ["selector", "in", "name", "kind", "kind_at", "namespace"];
    let (mut selector, mut elements, mut name, mut kind, mut namespace) = (None, None, None, KindOf::Any, None);
    for entry in source.known_entries(value, "a relation", &known)? {
        match &*entry.key {
            "selector" => selector = Some(path(source, &entry.value, "`selector`")?),
            "in" => elements = Some(path(source, &entry.value, "`in`")?),
            "name" => name = Some(path(source, &entry.value, "`name`")?),
            "kind" => kind = KindOf::Is(source.text(&entry.value, "`kind`")?),
            "kind_at" => kind = KindOf::At(path(source, &entry.value, "`kind_at`")?),
            _ => namespace = Some(path(source, &entry.value, "`namespace`")?),
        }
    }
    match (selector, name) {
        (Some(selector), None) => Some(Link::Selector(selector)),
        (None, Some(name)) => Some(Link::Name { elements, name, kind, namespace }),
        _ => {
            source.problem(span(value), "a relation has either `selector` or `name`", "");
            None
        }
    }
}
