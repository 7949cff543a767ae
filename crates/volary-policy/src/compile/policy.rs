//! A policy as a whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::{Confidence, Data, EditKind, Entry, Fix, PolicyInfo, Severity, Span, Tier, Value};

use super::parameters::{self, Parameter, ParameterValues};
use super::scope::{Frame, Place};
use crate::catalogue::Catalogue;
use crate::message::Message;
use crate::path::{Path, Step};
use crate::policy::{Demand, Policy, Relaxed};
use crate::source::{Source, key_span, span};
use crate::suggest;

const KEYS: [&str; 20] = [
    "id",
    "title",
    "judges",
    "severity",
    "tier",
    "confidence",
    "when",
    "relaxed",
    "require",
    "forbid",
    "message",
    "place",
    "why",
    "fix",
    "references",
    "aliases",
    "controls",
    "frameworks",
    "parameters",
    "description",
];

/// One policy while it is compiled.
pub(super) struct Compiler<'s, 'c> {
    pub(super) source: Borrowed<'s>,
    pub(super) catalogue: &'c Catalogue,
    pub(super) parameters: BTreeMap<Arc<str>, Parameter>,
    pub(super) own: bool,
    /// Names that `as` gives anywhere, for the message.
    pub(super) names: BTreeSet<Arc<str>>,
    /// Paths whose values are never shown.
    pub(super) masked: Vec<Path>,
    pub(super) whole: Span,
}

/// The file that the policy stands in.
pub(super) type Borrowed<'s> = &'s mut Source;

/// Compiles a policy; `None` where anything is wrong with it.
pub(super) fn compile(
    source: &mut Source,
    document: &Value,
    catalogue: &Catalogue,
    own: bool,
    values: &ParameterValues,
) -> Option<Policy> {
    let before = source.problems.len();
    let policy = compile_document(source, document, catalogue, own, values);
    policy.filter(|_| source.problems.len() == before)
}

fn compile_document(
    source: &mut Source,
    document: &Value,
    catalogue: &Catalogue,
    own: bool,
    values: &ParameterValues,
) -> Option<Policy> {
    let whole = span(document);
    let entries = source.known_entries(document, "a policy", &KEYS)?;
    let find = |key: &str| entries.iter().find(|entry| &*entry.key == key);
    let id = text(source, find("id"), whole, "id")?;
    check_id(source, &id, find("id").map_or(whole, |entry| span(&entry.value)));
    let parameters = parameters::read(source, find("parameters").map(|entry| &entry.value), values.values.get(&id))?;
    let info = info(source, find, id, whole, own)?;
    let mut compiler =
        Compiler { source, catalogue, parameters, own, names: BTreeSet::new(), masked: Vec::new(), whole };
    if own {
        let at = find("judges").map_or(whole, |entry| span(&entry.value));
        for kind in &info.judges {
            compiler.known_kind(kind, at);
        }
    }
    let place = Place { here: Frame::of(&info.judges, catalogue), outer: Vec::new(), catalogue, own };
    let when = match find("when") {
        Some(entry) => Some(compiler.condition(&entry.value, &place, 0)?),
        None => None,
    };
    let relaxed = match find("relaxed") {
        Some(entry) => Some(compiler.relaxed(&entry.value, &info, &place)?),
        None => None,
    };
    let demand = compiler.demand(find("require"), find("forbid"), &place)?;
    let message = compiler.message(find("message"), &info.title)?;
    compiler.check_edits(&info, find("fix"));
    let masked = compiler.masked;
    let place = match find("place") {
        Some(entry) => Some(text(compiler.source, Some(entry), whole, "place")?),
        None => None,
    };
    Some(Policy { info: Arc::new(info), when, relaxed, demand, message, masked, place })
}

fn text(source: &mut Source, entry: Option<&Entry>, whole: Span, key: &str) -> Option<Arc<str>> {
    let Some(entry) = entry else {
        source.problem(whole, format!("the policy has no `{key}`"), "");
        return None;
    };
    let text = source.text(&entry.value, &format!("`{key}`"))?;
    if text.trim().is_empty() {
        source.problem(span(&entry.value), format!("`{key}` is empty"), "");
        return None;
    }
    Some(text.trim().into())
}

fn check_id(source: &mut Source, id: &str, at: Span) {
    let fine = id
        .split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    if !fine {
        source.problem(
            at,
            format!("`{id}` is no id"),
            "Ids are kebab-case: provider-service-property, as in `azure-storage-min-tls`.",
        );
    }
}

/// Everything but the conditions.
fn info<'e>(
    source: &mut Source,
    find: impl Fn(&str) -> Option<&'e Entry>,
    id: Arc<str>,
    whole: Span,
    own: bool,
) -> Option<PolicyInfo> {
    let required = |source: &mut Source, key: &str| {
        if own && find(key).is_none() {
            source.problem(
                whole,
                format!("the policy has no `{key}`"),
                "Policies of the built-in pack say all that a report needs.",
            );
        }
    };
    for key in ["severity", "tier", "why", "fix", "message"] {
        required(source, key);
    }
    let title = text(source, find("title"), whole, "title")?;
    let Some(judges) = find("judges") else {
        source.problem(
            whole,
            "the policy has no `judges`",
            "Name the kind of resource, as in `judges: azurerm_storage_account`.",
        );
        return None;
    };
    let judges = source.texts(&judges.value, "`judges`")?;
    let severity = match find("severity") {
        Some(entry) => source.word::<Severity>(&entry.value, "`severity`")?,
        None => Severity::Medium,
    };
    let tier = match find("tier") {
        Some(entry) => source.word::<Tier>(&entry.value, "`tier`")?,
        None => Tier::Default,
    };
    let confidence = match find("confidence") {
        Some(entry) => source.word::<Confidence>(&entry.value, "`confidence`")?,
        None => Confidence::Certain,
    };
    let why = match find("why") {
        Some(entry) => source.text(&entry.value, "`why`")?.trim().into(),
        None => "".into(),
    };
    let fix = match find("fix") {
        Some(entry) => fix(source, &entry.value)?,
        None => Fix::default(),
    };
    let list = |source: &mut Source, key: &str| match find(key) {
        Some(entry) => source.texts(&entry.value, &format!("`{key}`")),
        None => Some(Vec::new()),
    };
    let references = list(source, "references")?;
    let aliases = list(source, "aliases")?;
    let controls = list(source, "controls")?;
    let mut frameworks = BTreeMap::new();
    if let Some(entry) = find("frameworks") {
        for entry in source.entries(&entry.value, "`frameworks`")? {
            frameworks.insert(entry.key.clone(), source.texts(&entry.value, "the clauses")?);
        }
    }
    let source = source.path().clone();
    Some(PolicyInfo {
        id,
        title,
        severity,
        tier,
        confidence,
        why,
        fix,
        references,
        aliases,
        controls,
        frameworks,
        judges,
        source,
    })
}

fn fix(source: &mut Source, value: &Value) -> Option<Fix> {
    if let Some(written) = source.written(value) {
        return Some(Fix { text: written.text.trim().into(), edits: Vec::new() });
    }
    let mut fix = Fix::default();
    for entry in source.known_entries(value, "`fix`", &["text", "set", "remove", "insert"])? {
        match &*entry.key {
            "text" => fix.text = source.text(&entry.value, "`text`")?.trim().into(),
            "set" => {
                for entry in source.entries(&entry.value, "`set`")? {
                    let Some(json) = json(&entry.value, 0) else {
                        source.problem(span(&entry.value), "the value cannot be written", "");
                        return None;
                    };
                    fix.edits.push((entry.key.clone(), EditKind::Set(json.to_string().into())));
                }
            }
            "remove" => {
                for path in source.texts(&entry.value, "`remove`")? {
                    fix.edits.push((path, EditKind::Remove));
                }
            }
            _ => {
                for entry in source.entries(&entry.value, "`insert`")? {
                    let text = source.text(&entry.value, "`insert`")?;
                    fix.edits.push((entry.key.clone(), EditKind::Insert(text)));
                }
            }
        }
    }
    Some(fix)
}

/// A value of the policy as JSON.
fn json(value: &Value, depth: usize) -> Option<serde_json::Value> {
    use serde_json::Value as Json;
    if depth > 16 {
        return None;
    }
    Some(match &value.data {
        Data::Null | Data::Unknown(_) => Json::Null,
        Data::Bool(truth) => Json::Bool(*truth),
        Data::Number(number) => match number.as_i64() {
            Some(number) => Json::from(number),
            None => Json::from(number.as_f64()),
        },
        Data::Text(text) => Json::from(&**text),
        Data::List(list) => Json::Array(list.iter().map(|element| json(element, depth + 1)).collect::<Option<_>>()?),
        Data::Map(map) => {
            let entries =
                map.entries().iter().map(|entry| Some((entry.key.to_string(), json(&entry.value, depth + 1)?)));
            Json::Object(entries.collect::<Option<_>>()?)
        }
    })
}

impl<'c> Compiler<'_, 'c> {
    fn relaxed(&mut self, value: &Value, info: &PolicyInfo, place: &Place<'c>) -> Option<Relaxed> {
        let entries = self.source.known_entries(value, "`relaxed`", &["tier", "when"])?;
        let find = |key: &str| entries.iter().find(|entry| &*entry.key == key);
        let (Some(tier), Some(when)) = (find("tier"), find("when")) else {
            self.source.problem(
                span(value),
                "`relaxed` needs `tier` and `when`",
                "As in `relaxed: {tier: recommended, when: {workload.kind: DaemonSet}}`.",
            );
            return None;
        };
        let at = span(&tier.value);
        let tier = self.source.word::<Tier>(&tier.value, "`tier`")?;
        if tier <= info.tier {
            let problem = format!("`{tier}` is not later than the tier of the policy, `{}`", info.tier);
            self.source.problem(at, problem, "Tiers are, in this order: default, recommended, strict.");
            return None;
        }
        Some(Relaxed { tier, when: self.condition(&when.value, place, 0)? })
    }

    fn demand(&mut self, require: Option<&Entry>, forbid: Option<&Entry>, place: &Place<'c>) -> Option<Demand> {
        match (require, forbid) {
            (Some(entry), None) => Some(Demand::Require(self.condition(&entry.value, place, 0)?)),
            (None, Some(entry)) => Some(Demand::Forbid(self.condition(&entry.value, place, 0)?)),
            (Some(_), Some(entry)) => {
                self.source.problem(
                    key_span(entry),
                    "`require` and `forbid` exclude each other",
                    "Put `not` inside `require`.",
                );
                None
            }
            (None, None) => {
                let whole = self.whole;
                self.source.problem(whole, "the policy has neither `require` nor `forbid`", "Say what must hold.");
                None
            }
        }
    }

    fn message(&mut self, entry: Option<&Entry>, title: &str) -> Option<Message> {
        let (text, at) = match entry {
            Some(entry) => (self.source.text(&entry.value, "`message`")?, span(&entry.value)),
            None => (title.replace('{', "{{").replace('}', "}}").into(), self.whole),
        };
        match Message::parse(text.trim(), &|name| self.names.contains(name)) {
            Ok(message) => Some(message),
            Err(problem) => {
                self.source.problem(at, problem, "A value is shown as in `accepts {min_tls_version}`.");
                None
            }
        }
    }

    /// The kind has an entry in the catalogue.
    pub(super) fn known_kind(&mut self, kind: &str, at: Span) -> Option<()> {
        if self.catalogue.kind(kind).is_some() || kind == "unit" {
            return Some(());
        }
        let help = match suggest::nearest(kind, self.catalogue.kind_names().map(|name| &**name)) {
            Some(name) => format!("Did you mean `{name}`? A new kind needs an entry in catalog/attributes."),
            None => "A new kind needs an entry in catalog/attributes.".to_owned(),
        };
        self.source.problem(at, format!("the catalogue has no kind `{kind}`"), help);
        None
    }

    /// The paths of edits can be followed.
    fn check_edits(&mut self, info: &PolicyInfo, fix: Option<&Entry>) {
        let at = fix.map_or(self.whole, |entry| span(&entry.value));
        for (path, _) in &info.fix.edits {
            match Path::parse(path, &|name| self.names.contains(name)) {
                Ok(path) if path.steps.iter().all(|step| matches!(step, Step::Name(..))) => {}
                Ok(_) => self.source.problem(at, format!("`{path}`: an edit needs a plain path"), ""),
                Err(message) => self.source.problem(at, message, ""),
            }
        }
    }
}
