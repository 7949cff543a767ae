//! `aws_iam_policy_document`: statement blocks to the policy document that AWS reads.
//!
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document>. Sets of actions,
//! resources and identifiers with unknown elements are lists in the order in which they are written, possibly with
//! duplicates; neither means anything in a policy document.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::{Data, Entry, Origin, Reason, ReasonKind, Role, TextPart, Type, Unknown, Value};

use super::super::functions::{Call, decode, encoded};
use super::{argument, entry};

/// A statement's identifier, by which documents override one another.
#[derive(Clone, PartialEq, Eq)]
enum Sid {
    None,
    Known(Arc<str>),
    Unknown,
}

/// A policy document while it is put together.
#[derive(Default)]
struct Document {
    version: Option<Value>,
    id: Option<Value>,
    statements: Vec<(Sid, Value)>,
    /// There may be statements that are not known.
    open: Option<Reason>,
}

/// The version of the policy language that the provider writes when none is given.
const VERSION: &str = "2012-10-17";

/// The keys of a statement in the order in which the provider writes them.
const KEYS: &[&str] =
    &["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"];

pub(super) fn policy_document(values: &Value, context: &Call<'_>) -> Vec<Entry> {
    let mut document = Document::default();
    for name in ["source_json", "source_policy_documents"] {
        document.merge_all(argument(values, name));
    }
    document.merge(own(values));
    for name in ["override_policy_documents", "override_json"] {
        document.merge_all(argument(values, name));
    }
    let decoded = document.into_value(&values.origin);
    let text = |pretty| encoded(std::slice::from_ref(values), decoded.clone(), pretty, context);
    vec![entry("json", text(true)), entry("minified_json", text(false))]
}

impl Document {
    /// Merges the documents of an argument: one text or a list of them.
    fn merge_all(&mut self, argument: Option<&Value>) {
        let Some(argument) = argument else { return };
        match argument.as_list() {
            Some(list) => list.iter().for_each(|text| self.merge(Self::read(text))),
            None => self.merge(Self::read(argument)),
        }
    }

    /// A document from its JSON text.
    fn read(text: &Value) -> Self {
        let parsed = match &text.data {
            _ if text.decoded().is_some() => text.decoded().cloned(),
            Data::Null => return Self::default(),
            Data::Text(json) if json.trim().is_empty() => return Self::default(),
            Data::Text(json) => decode(json, &text.origin),
            _ => None,
        };
        let unknown = || match text.as_unknown() {
            Some(unknown) => unknown.reason.clone(),
            None => Reason::new(ReasonKind::Unreadable, "a policy document"),
        };
        let Some(Value { data: Data::Map(map), .. }) = parsed else {
            return Self { open: Some(unknown()), ..Self::default() };
        };
        // Read documents come with sorted keys; statements are written in the order of the provider's own.
        let ordered = |statement: &Value| match &statement.data {
            Data::Map(map) => {
                let mut entries = map.entries().to_vec();
                entries.sort_by_key(|entry| KEYS.iter().position(|key| *key == &*entry.key).unwrap_or(KEYS.len()));
                Value { data: Value::map(entries, statement.origin.clone()).data, ..statement.clone() }
            }
            _ => statement.clone(),
        };
        let mut document = Self { version: map.get("Version").cloned(), id: map.get("Id").cloned(), ..Self::default() };
        match map.get("Statement") {
            None => {}
            Some(value) => match &value.data {
                Data::List(list) => document.add(list.iter().map(ordered)),
                Data::Unknown(unknown) => {
                    document.open = Some(unknown.reason.clone());
                    document.add(value.holds().and_then(Value::as_list).unwrap_or_default().iter().map(ordered));
                }
                _ => document.add([ordered(value)]),
            },
        }
        document
    }

    fn add(&mut self, statements: impl IntoIterator<Item = Value>) {
        for statement in statements {
            let sid = match (&statement.data, statement.get("Sid").map(|sid| &sid.data)) {
                (Data::Unknown(_), _) | (_, Some(Data::Unknown(_))) => Sid::Unknown,
                (_, Some(Data::Text(sid))) if !sid.is_empty() => Sid::Known(sid.clone()),
                _ => Sid::None,
            };
            self.statements.push((sid, statement));
        }
    }

    /// Merges a document over this one: its statements replace those with the same identifier.
    fn merge(&mut self, other: Self) {
        let newer = |old: &Value, new: &Value| match (old.as_text(), new.as_text()) {
            (Some(old), Some(new)) => new > old,
            // The newer of the two is not known then.
            _ => old.as_text().is_some(),
        };
        if let Some(version) = other.version
            && self.version.as_ref().is_none_or(|old| newer(old, &version))
        {
            self.version = Some(version);
        }
        self.id = other.id.or(self.id.take());
        if let Some(reason) = other.open {
            // Any statement with an identifier may be replaced by one that is not known.
            self.statements.retain(|(sid, _)| *sid == Sid::None);
            self.open.get_or_insert(reason);
        }
        let known = self.statements.len();
        for (sid, statement) in other.statements {
            let end = known.min(self.statements.len());
            let before = &mut self.statements[..end];
            match &sid {
                Sid::Known(_) => {
                    if let Some(place) = before.iter().position(|(old, _)| *old == sid) {
                        before[place].1 = statement;
                        continue;
                    }
                    self.doubt(end, &statement, |old| *old == Sid::Unknown);
                }
                Sid::Unknown => self.doubt(end, &statement, |old| *old != Sid::None),
                Sid::None => {}
            }
            self.statements.push((sid, statement));
        }
    }

    /// Drops the statements that one with an unknown identifier may have replaced, or that may be such a one.
    fn doubt(&mut self, before: usize, cause: &Value, doubtful: impl Fn(&Sid) -> bool) {
        let mut place = 0;
        let count = self.statements.len();
        self.statements.retain(|(sid, _)| {
            place += 1;
            place > before || !doubtful(sid)
        });
        if self.statements.len() < count {
            let reason = cause.as_unknown().or_else(|| cause.get("Sid").and_then(Value::as_unknown));
            let other = || Reason::new(ReasonKind::NotEvaluated, "statements that share their Sid");
            self.open.get_or_insert_with(|| reason.map_or_else(other, |unknown| unknown.reason.clone()));
        }
    }

    fn into_value(self, origin: &Origin) -> Value {
        let mut entries = Vec::new();
        entries.extend(self.version.map(|version| entry("Version", version)));
        entries.extend(self.id.map(|id| entry("Id", id)));
        let statements: Vec<Value> = self.statements.into_iter().map(|(_, statement)| statement).collect();
        match self.open {
            None if statements.is_empty() => {}
            None => entries.push(entry("Statement", Value::list(statements, origin.clone()))),
            Some(reason) => entries.push(entry("Statement", open_list(statements, reason, origin))),
        }
        Value::map(entries, origin.clone())
    }
}

fn default(text: &str, origin: &Origin) -> Value {
    let origin = Origin { role: Role::DocumentedDefault, ..origin.clone() };
    Value::text(text, origin)
}

/// A list that certainly holds some elements.
fn open_list(certain: Vec<Value>, reason: Reason, origin: &Origin) -> Value {
    let mut unknown = Unknown::new(reason);
    unknown.ty = Type::List(Box::new(Type::Any));
    unknown.not_empty = !certain.is_empty();
    unknown.not_null = unknown.not_empty;
    let holds = Value::list(certain, origin.clone());
    Value::new(Data::Unknown(Arc::new(unknown)), origin.clone()).with_note(|note| note.holds = Some(holds))
}

/// The document of the data source's own blocks.
fn own(values: &Value) -> Document {
    let version = argument(values, "version").cloned().unwrap_or_else(|| default(VERSION, &values.origin));
    // An identifier that may be empty, and is left out then, is an attribute that may be null.
    let id = argument(values, "policy_id").filter(|id| id.as_text() != Some("")).map(perhaps_absent);
    let mut document = Document { version: Some(version), id, ..Document::default() };
    if let Some(blocks) = argument(values, "statement") {
        match &blocks.data {
            Data::List(list) => document.add(list.iter().map(statement)),
            Data::Unknown(unknown) => {
                document.open = Some(unknown.reason.clone());
                let held = blocks.holds().and_then(Value::as_list).unwrap_or_default();
                document.add(held.iter().map(statement));
            }
            _ => document.add([statement(blocks)]),
        }
    }
    document
}

/// An unknown text that is left out where it is empty.
fn perhaps_absent(value: &Value) -> Value {
    match value.as_unknown() {
        Some(unknown) if !unknown.not_empty => {
            let unknown = Unknown { not_null: false, ..unknown.clone() };
            Value { data: Data::Unknown(Arc::new(unknown)), ..value.clone() }
        }
        _ => value.clone(),
    }
}

/// A statement as AWS reads it.
fn statement(block: &Value) -> Value {
    if block.as_map().is_none() {
        return block.clone();
    }
    let mut entries = Vec::new();
    if let Some(sid) = argument(block, "sid").filter(|sid| sid.as_text() != Some("")) {
        entries.push(entry("Sid", perhaps_absent(sid)));
    }
    let effect = argument(block, "effect").cloned().unwrap_or_else(|| default("Allow", &block.origin));
    entries.push(entry("Effect", effect));
    for (name, key, variables) in [
        ("actions", "Action", false),
        ("not_actions", "NotAction", false),
        ("resources", "Resource", true),
        ("not_resources", "NotResource", true),
    ] {
        entries.extend(argument(block, name).and_then(|list| texts(list, variables, true)).map(|v| entry(key, v)));
    }
    for (name, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        entries.extend(argument(block, name).and_then(principals).map(|value| entry(key, value)));
    }
    entries.extend(argument(block, "condition").and_then(conditions).map(|value| entry("Condition", value)));
    Value::map(entries, block.origin.clone())
}

/// `&{aws:username}` is written for `${aws:username}`, which Terraform would read as its own.
fn with_variables(value: &Value) -> Value {
    let replaced = |text: &str| text.replace("&{", "${");
    match &value.data {
        Data::Text(text) if text.contains("&{") => Value { data: Data::Text(replaced(text).into()), ..value.clone() },
        Data::Unknown(unknown) if !unknown.text.is_empty() => {
            // An `&` at the end of a stretch may be the start of a variable.
            let open = unknown.text.iter().any(|part| matches!(part, TextPart::Known(text) if text.ends_with('&')));
            let changed = unknown.text.iter().map(|part| match part {
                TextPart::Known(text) => TextPart::Known(replaced(text).into()),
                TextPart::Hole => TextPart::Hole,
            });
            let text = if open { Vec::new() } else { changed.collect() };
            let changed = Unknown { text, ..(**unknown).clone() };
            Value { data: Data::Unknown(Arc::new(changed)), ..value.clone() }
        }
        _ => value.clone(),
    }
}

/// A list of texts: one alone stands without its list, none is left out.
fn texts(list: &Value, variables: bool, sort: bool) -> Option<Value> {
    let change = |value: &Value| if variables { with_variables(value) } else { value.clone() };
    let elements = match &list.data {
        Data::List(elements) => elements,
        Data::Unknown(unknown) => {
            // One element, several, or none: text, list or absent.
            let unknown = Unknown {
                ty: Type::Any,
                not_null: unknown.not_null && unknown.not_empty,
                text: Vec::new(),
                at_most: None,
                ..(**unknown).clone()
            };
            return Some(Value { data: Data::Unknown(Arc::new(unknown)), ..list.clone() });
        }
        _ => return Some(change(list)),
    };
    let mut elements: Vec<Value> = elements.iter().filter(|value| !value.is_null()).map(change).collect();
    if sort && elements.iter().all(|value| value.as_text().is_some()) {
        elements.sort_by(|a, b| b.as_text().cmp(&a.as_text()));
        elements.dedup_by(|a, b| a.as_text() == b.as_text());
    }
    match elements.len() {
        0 => None,
        1 => elements.pop(),
        _ => Some(Value::list(elements, list.origin.clone())),
    }
}

/// The elements of one text or a list of them.
fn append(into: &mut Vec<Value>, value: Value) {
    match &value.data {
        Data::List(list) => into.extend_from_slice(list),
        _ => into.push(value),
    }
}

/// A value of which only something is known that several blocks say together.
fn of_blocks(reason: Reason, not_null: bool, blocks: &Value) -> Value {
    let mut unknown = Unknown::new(reason);
    unknown.not_null = not_null;
    unknown.not_empty = not_null;
    Value { data: Data::Unknown(Arc::new(unknown)), ..blocks.clone() }.with_note(|note| note.holds = None)
}

fn blocks_of(blocks: &Value) -> Result<&[Value], Value> {
    match &blocks.data {
        Data::List(list) => Ok(list),
        Data::Unknown(unknown) => Err(of_blocks(unknown.reason.clone(), unknown.not_null && unknown.not_empty, blocks)),
        _ => Ok(std::slice::from_ref(blocks)),
    }
}

/// Why a block or one of its texts is not known.
fn why(block: &Value, name: &str) -> Reason {
    let found = block.as_unknown().or_else(|| block.get(name).and_then(Value::as_unknown));
    found.map_or_else(|| Reason::new(ReasonKind::WrongType, name), |unknown| unknown.reason.clone())
}

fn principals(blocks: &Value) -> Option<Value> {
    let list = match blocks_of(blocks) {
        Ok(list) => list,
        Err(unknown) => return Some(unknown),
    };
    let mut by_type: BTreeMap<&str, (Vec<Value>, &Value)> = BTreeMap::new();
    for block in list {
        let Some(kind) = block.get("type").and_then(Value::as_text) else {
            return Some(of_blocks(why(block, "type"), true, blocks));
        };
        let (identifiers, _) = by_type.entry(kind).or_insert_with(|| (Vec::new(), block));
        if let Some(value) = argument(block, "identifiers").and_then(|list| texts(list, true, true)) {
            append(identifiers, value);
        }
    }
    if list.len() == 1
        && let Some((identifiers, _)) = by_type.get("*")
        && let [anyone] = identifiers.as_slice()
        && anyone.as_text() == Some("*")
    {
        return Some(anyone.clone());
    }
    let entries: Vec<Entry> =
        by_type.into_iter().map(|(kind, (values, block))| entry(kind, collapsed(values, block))).collect();
    (!entries.is_empty()).then(|| Value::map(entries, blocks.origin.clone()))
}

fn collapsed(mut values: Vec<Value>, block: &Value) -> Value {
    match values.len() {
        1 => values.remove(0),
        _ => Value::list(values, block.origin.clone()),
    }
}

fn conditions(blocks: &Value) -> Option<Value> {
    let list = match blocks_of(blocks) {
        Ok(list) => list,
        Err(unknown) => return Some(unknown),
    };
    let mut tests: BTreeMap<&str, BTreeMap<&str, (Vec<Value>, &Value)>> = BTreeMap::new();
    for block in list {
        let text = |name: &str| block.get(name).and_then(Value::as_text);
        let (Some(test), Some(variable)) = (text("test"), text("variable")) else {
            let name = if text("test").is_none() { "test" } else { "variable" };
            return Some(of_blocks(why(block, name), true, blocks));
        };
        let (values, _) = tests.entry(test).or_default().entry(variable).or_insert_with(|| (Vec::new(), block));
        if let Some(value) = argument(block, "values").and_then(|list| texts(list, true, false)) {
            append(values, value);
        }
    }
    let test = |variables: BTreeMap<&str, (Vec<Value>, &Value)>| {
        let origin = variables.values().next().map_or(&blocks.origin, |(_, block)| &block.origin).clone();
        let variable = |(name, (values, block)): (&str, (Vec<Value>, &Value))| entry(name, collapsed(values, block));
        Value::map(variables.into_iter().map(variable).collect(), origin)
    };
    let entries: Vec<Entry> = tests.into_iter().map(|(name, variables)| entry(name, test(variables))).collect();
    (!entries.is_empty()).then(|| Value::map(entries, blocks.origin.clone()))
}
