//! Documents as Conftest's parsers and Gatekeeper give them to rules.

use std::collections::BTreeMap;
use std::sync::Arc;

use regorus::Value as Rego;
use volary_model::{Data, Entry, Origin, Role, SubjectId, Unit, UnitKind, Value};

/// Values nested deeper are left out.
const MAX_DEPTH: usize = 200;

/// A document, and the subject that findings without a better place belong to.
#[derive(Clone, Debug)]
pub struct Document {
    /// The subject.
    pub subject: SubjectId,
    /// What rules see as `input`.
    pub value: Value,
    /// The subjects of the parts: the keys that lead to them, and the subject.
    pub parts: Vec<(Vec<Arc<str>>, SubjectId)>,
    /// It is an object of Kubernetes.
    pub is_manifest: bool,
}

/// The documents of a unit as it was read, before it is prepared. Terraform: one, `{"resource": {TYPE: {NAME: {...}}},
/// "data": ..., "variable": {NAME: {...}}, "output", "module", "provider"}`, with what stands in modules or has several
/// instances under `module.m.NAME` and `NAME[0]`. Kubernetes: one for every object. Dockerfile: one, the list of its
/// instructions.
pub fn documents(unit: &Unit) -> Vec<Document> {
    match unit.kind {
        UnitKind::Kubernetes => manifests(unit),
        UnitKind::Terraform => terraform(unit).into_iter().collect(),
        UnitKind::Dockerfile => dockerfile(unit).into_iter().collect(),
        UnitKind::Pipeline | UnitKind::Text => Vec::new(),
    }
}

fn manifests(unit: &Unit) -> Vec<Document> {
    let objects = unit.iter().filter(|(_, subject)| subject.owner.is_none());
    objects
        .map(|(id, subject)| Document {
            subject: id,
            value: subject.values.clone(),
            parts: Vec::new(),
            is_manifest: true,
        })
        .collect()
}

/// Blocks that are no resources, under the names that they are written with: variables, outputs, calls, providers.
const OTHER_BLOCKS: [(&str, &str); 4] = [
    ("terraform.variable", "variable"),
    ("terraform.output", "output"),
    ("terraform.module", "module"),
    ("terraform.provider", "provider"),
];

fn terraform(unit: &Unit) -> Option<Document> {
    let mut parts = Vec::new();
    let mut groups: BTreeMap<Arc<str>, BTreeMap<Arc<str>, Vec<Entry>>> = BTreeMap::new();
    let mut others: BTreeMap<Arc<str>, Vec<Entry>> = BTreeMap::new();
    let mut first = None;
    for (id, subject) in unit.iter().filter(|(_, subject)| subject.owner.is_none()) {
        let named = |name: Arc<str>| Entry { key: name, key_span: Some(subject.header), value: subject.values.clone() };
        if subject.kind.starts_with("terraform.") {
            let Some((_, group)) = OTHER_BLOCKS.iter().find(|(kind, _)| *kind == &*subject.kind) else { continue };
            // Conftest sees the blocks of one folder; those of called modules have their prefix.
            let prefix = subject.address.strip_suffix(&*subject.definition).unwrap_or_default();
            let name: Arc<str> = format!("{prefix}{}", subject.name).into();
            others.entry((*group).into()).or_default().push(named(name.clone()));
            parts.push((vec![(*group).into(), name], id));
            continue;
        }
        let (group, kind): (&str, Arc<str>) = match subject.kind.strip_prefix("data.") {
            Some(kind) => ("data", kind.into()),
            None => ("resource", subject.kind.clone()),
        };
        let name: Arc<str> = subject.address.replacen(&format!("{}.", subject.kind), "", 1).into();
        groups.entry(group.into()).or_default().entry(kind.clone()).or_default().push(named(name.clone()));
        parts.push((vec![group.into(), kind, name], id));
        first.get_or_insert(id);
    }
    let first = first.or_else(|| parts.first().map(|(_, id)| *id))?;
    let origin = Origin::at(unit.subject(first)?.header, Role::Block);
    let made = |key: Arc<str>, value: Value| Entry { key, key_span: None, value };
    let groups = groups.into_iter().map(|(group, kinds)| {
        let kinds = kinds.into_iter().map(|(kind, entries)| made(kind, Value::map(entries, origin.clone())));
        made(group, Value::map(kinds.collect(), origin.clone()))
    });
    let others = others.into_iter().map(|(group, entries)| made(group, Value::map(entries, origin.clone())));
    let value = Value::map(groups.chain(others).collect(), origin.clone());
    Some(Document { subject: first, value, parts, is_manifest: false })
}

fn dockerfile(unit: &Unit) -> Option<Document> {
    let (whole, subject) = unit.iter().find(|(_, subject)| subject.owner.is_none())?;
    let mut parts = Vec::new();
    let mut instructions = Vec::new();
    for (id, subject) in unit.iter().filter(|(_, subject)| &*subject.kind == "dockerfile.instruction") {
        parts.push((vec![instructions.len().to_string().into()], id));
        instructions.push(command(&subject.values));
    }
    let value = Value::list(instructions, Origin::at(subject.header, Role::Block));
    Some(Document { subject: whole, value, parts, is_manifest: false })
}

/// An instruction: `Cmd`, `SubCmd`, `Flags`, `JSON`, `Stage`, `Value`.
fn command(values: &Value) -> Value {
    let origin = values.origin.clone();
    let text = |text: &str| Value::text(text, origin.clone());
    let get = |key: &str| values.get(key).filter(|value| !value.is_null());
    let word = |key: &str| get(key).and_then(Value::as_text).unwrap_or_default();
    let name = word("name").to_ascii_lowercase();
    let onbuild = get("onbuild").and_then(Value::as_bool).unwrap_or(false);
    let is_json = word("form") == "exec";
    let flags = get("flags").and_then(Value::as_map).map(|map| {
        let flags = map.entries().iter().map(|entry| match entry.value.as_text() {
            Some("") => text(&format!("--{}", entry.key)),
            Some(value) => text(&format!("--{}={value}", entry.key)),
            None => entry.value.clone(),
        });
        flags.collect()
    });
    let is_script = matches!(&*name, "run" | "cmd" | "entrypoint" | "healthcheck") && !is_json;
    let words = match (get("text"), get("arguments")) {
        (Some(script), _) if is_script => Value::list(vec![script.clone()], origin.clone()),
        (_, Some(arguments)) => arguments.clone(),
        _ => Value::list(Vec::new(), origin.clone()),
    };
    let (command, inner) = if onbuild { ("onbuild", name.as_str()) } else { (name.as_str(), "") };
    let stage = get("stage_index").cloned();
    let made = |key: &str, value: Value| Entry { key: key.into(), key_span: None, value };
    let mut entries = vec![
        made("Cmd", text(command)),
        made("SubCmd", text(inner)),
        made("Flags", Value::list(flags.unwrap_or_default(), origin.clone())),
        made("JSON", Value::new(Data::Bool(is_json), origin.clone())),
        made("Value", words),
    ];
    entries.push(made(
        "Stage",
        stage.unwrap_or_else(|| Value::new(Data::Number(volary_model::Number::Int(0)), origin.clone())),
    ));
    Value::map(entries, origin)
}

/// What stands in the place of a value that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknowns {
    /// Nothing: the attribute is left out.
    Absent,
    /// A text that nobody writes.
    Marked,
}

/// The text that stands for what is not known.
const MARK: &str = "\u{FFFD}(not known)";

/// A value as the interpreter takes it; `None` where there is nothing.
pub(super) fn converted(value: &Value, unknowns: Unknowns) -> Option<Rego> {
    convert(value, unknowns, 0)
}

fn convert(value: &Value, unknowns: Unknowns, depth: usize) -> Option<Rego> {
    if depth > MAX_DEPTH {
        return None;
    }
    Some(match &value.data {
        Data::Null => Rego::Null,
        Data::Bool(truth) => Rego::from(*truth),
        Data::Number(number) => match number.as_i64() {
            Some(number) => Rego::from(number),
            None => Rego::from(number.as_f64()),
        },
        Data::Text(text) => Rego::from(&**text),
        Data::List(list) => {
            let elements = list.iter().filter_map(|element| convert(element, unknowns, depth + 1));
            Rego::from(elements.collect::<Vec<Rego>>())
        }
        Data::Map(map) => {
            let entries = map
                .entries()
                .iter()
                .filter_map(|entry| Some((Rego::from(&*entry.key), convert(&entry.value, unknowns, depth + 1)?)));
            Rego::from(entries.collect::<BTreeMap<Rego, Rego>>())
        }
        Data::Unknown(_) => match unknowns {
            Unknowns::Absent => return None,
            Unknowns::Marked => Rego::from(MARK),
        },
    })
}

/// An object of Kubernetes as Gatekeeper reviews it.
pub(super) fn review(document: &Value, object: Rego) -> Rego {
    let text = |key: &str| document.get(key).and_then(Value::as_text).unwrap_or_default();
    let metadata = |key: &str| document.get("metadata").and_then(|metadata| metadata.get(key)).and_then(Value::as_text);
    let (group, version) = text("apiVersion").split_once('/').unwrap_or(("", text("apiVersion")));
    let map = |entries: Vec<(&str, Rego)>| {
        Rego::from(entries.into_iter().map(|(key, value)| (Rego::from(key), value)).collect::<BTreeMap<Rego, Rego>>())
    };
    let kind = vec![("group", Rego::from(group)), ("version", Rego::from(version)), ("kind", Rego::from(text("kind")))];
    let mut review = vec![("kind", map(kind)), ("operation", Rego::from("CREATE")), ("object", object)];
    review.extend(metadata("name").map(|name| ("name", Rego::from(name))));
    review.extend(metadata("namespace").map(|namespace| ("namespace", Rego::from(namespace))));
    map(vec![("review", map(review)), ("parameters", map(Vec::new()))])
}
