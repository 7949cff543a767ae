//! `google_iam_policy`: binding blocks to the policy that Google reads.
//!
//! <https://registry.terraform.io/providers/hashicorp/google/latest/docs/data-sources/iam_policy>

use std::sync::Arc;

use volary_model::{Data, Entry, Type, Unknown, Value};

use super::super::functions::{Call, encoded};
use super::{argument, entry};

pub(super) fn policy(values: &Value, context: &Call<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    let audits = argument(values, "audit_config").and_then(|blocks| each(blocks, audit_config));
    entries.extend(audits.map(|value| entry("auditConfigs", value)));
    let bindings = argument(values, "binding").and_then(|blocks| each(blocks, binding));
    entries.extend(bindings.map(|value| entry("bindings", value)));
    let decoded = Value::map(entries, values.origin.clone());
    vec![entry("policy_data", encoded(std::slice::from_ref(values), decoded, false, context))]
}

/// Every block of a list, changed; `None` where there is none.
fn each(blocks: &Value, change: fn(&Value) -> Value) -> Option<Value> {
    let changed = |blocks: &[Value]| Value::list(blocks.iter().map(change).collect(), blocks_origin(blocks));
    fn blocks_origin(blocks: &[Value]) -> volary_model::Origin {
        blocks[0].origin.clone()
    }
    match &blocks.data {
        Data::List(list) if list.is_empty() => None,
        Data::List(list) => Some(Value { data: changed(list).data, ..blocks.clone() }),
        Data::Unknown(unknown) => {
            let held = blocks.holds().and_then(Value::as_list).filter(|held| !held.is_empty());
            let unknown = Unknown {
                ty: Type::List(Box::new(Type::Any)),
                not_null: unknown.not_null && unknown.not_empty,
                ..(**unknown).clone()
            };
            let value = Value { data: Data::Unknown(Arc::new(unknown)), ..blocks.clone() };
            Some(value.with_note(|note| note.holds = held.map(changed)))
        }
        _ => Some(Value { data: Data::List(Arc::new(vec![change(blocks)])), ..blocks.clone() }),
    }
}

/// The attributes of a block under the names of the policy, those that are not written left out.
fn renamed(block: &Value, names: &[(&str, &str)]) -> Vec<Entry> {
    names.iter().filter_map(|(name, key)| Some(entry(*key, sorted(argument(block, name)?)))).collect()
}

/// A list of texts in order; blocks that may stand once without their list.
fn sorted(value: &Value) -> Value {
    let Some(list) = value.as_list() else { return value.clone() };
    if !list.iter().all(|value| value.as_text().is_some()) {
        return value.clone();
    }
    let mut texts = list.to_vec();
    texts.sort_by(|a, b| a.as_text().cmp(&b.as_text()));
    texts.dedup_by(|a, b| a.as_text() == b.as_text());
    Value { data: Data::List(Arc::new(texts)), ..value.clone() }
}

fn binding(block: &Value) -> Value {
    if block.as_map().is_none() {
        return block.clone();
    }
    let mut entries = Vec::new();
    if let Some(condition) = argument(block, "condition") {
        let names = [("description", "description"), ("expression", "expression"), ("title", "title")];
        let changed = match condition.as_list() {
            Some([]) => None,
            Some([condition, ..]) => Some(condition),
            None => Some(condition),
        };
        entries.extend(changed.map(|condition| {
            let value = match condition.as_map() {
                Some(_) => Value::map(renamed(condition, &names), condition.origin.clone()),
                None => condition.clone(),
            };
            entry("condition", value)
        }));
    }
    entries.extend(renamed(block, &[("members", "members"), ("role", "role")]));
    Value::map(entries, block.origin.clone())
}

fn audit_config(block: &Value) -> Value {
    if block.as_map().is_none() {
        return block.clone();
    }
    fn log(block: &Value) -> Value {
        match block.as_map() {
            Some(_) => {
                let names = [("exempted_members", "exemptedMembers"), ("log_type", "logType")];
                Value::map(renamed(block, &names), block.origin.clone())
            }
            None => block.clone(),
        }
    }
    let mut entries = Vec::new();
    let logs = argument(block, "audit_log_configs").and_then(|blocks| each(blocks, log));
    entries.extend(logs.map(|value| entry("auditLogConfigs", value)));
    entries.extend(renamed(block, &[("service", "service")]));
    Value::map(entries, block.origin.clone())
}
