//! JSON Schemas of the files under `.volary/`, for editors that check and complete them.

use serde_json::{Value, json};

use crate::platform::FACTS;

/// The files that have a schema, by the name that `volary schema input` knows.
pub const NAMES: &[&str] = &["config", "exception", "platform"];

/// The schema of a file; `None` where there is no such file.
pub fn of(name: &str) -> Option<Value> {
    match name {
        "config" => Some(config()),
        "exception" => Some(exception()),
        "platform" => Some(platform()),
        _ => None,
    }
}

fn text(description: &str) -> Value {
    json!({"type": "string", "minLength": 1, "description": description})
}

fn texts(description: &str) -> Value {
    let one = json!({"type": "string", "minLength": 1});
    json!({"anyOf": [one, {"type": "array", "items": one}], "description": description})
}

fn day(description: &str) -> Value {
    json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": description})
}

fn severity() -> Value {
    json!({"enum": ["critical", "high", "medium", "low", "info"]})
}

fn config() -> Value {
    let path = json!({
        "type": "string",
        "pattern": "^[^/~\\\\][^\\\\]*$",
        "description": "The folder, relative to the root of the repository; it may start with ../",
    });
    let commit = json!({
        "type": "string",
        "pattern": "^([0-9a-fA-F]{40}|[0-9a-fA-F]{64})$",
        "description": "The commit that is read there.",
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": ".volary/config.yaml",
        "description": "The choices of a repository.",
        "type": ["object", "null"],
        "additionalProperties": false,
        "properties": {
            "tier": {"enum": ["default", "recommended", "strict"]},
            "fail-on": severity(),
            "fail-on-undecided": {"type": "boolean"},
            "policies": texts("Folders with policies of one's own."),
            "exclude": texts("What is not judged."),
            "disable": {"type": "object", "additionalProperties": text("Why the policy does not apply.")},
            "severity": {"type": "object", "additionalProperties": severity()},
            "sources": {
                "type": "object",
                "description": "Where other repositories lie, by the name that pipelines call them.",
                "additionalProperties": {
                    "oneOf": [
                        path,
                        {
                            "type": "object",
                            "additionalProperties": false,
                            "required": ["path"],
                            "properties": {"path": path, "commit": commit},
                        },
                        {
                            "type": "object",
                            "additionalProperties": false,
                            "required": ["url", "commit"],
                            "properties": {
                                "url": {
                                    "type": "string",
                                    "pattern": "^(https|ssh|file)://",
                                    "description": "The address; the files are read from the cache of the user.",
                                },
                                "commit": commit,
                            },
                        },
                    ],
                },
            },
        },
    })
}

fn exception() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": ".volary/exceptions/ID.yaml",
        "description": "A recorded risk acceptance.",
        "type": "object",
        "additionalProperties": false,
        "required": ["policy", "subject", "reason", "owner", "expires"],
        "properties": {
            "policy": text("The policy, by its id or by that of an equivalent check."),
            "subject": {
                "type": "object",
                "additionalProperties": false,
                "minProperties": 1,
                "properties": {
                    "path": text("A file, a folder with everything below it, or a pattern."),
                    "resource": text("An address."),
                    "module": text("A call of a module, with everything below it."),
                    "fingerprint": {"type": "string", "pattern": "^[0-9a-fA-F]{32}$"},
                },
            },
            "reason": text("Why."),
            "owner": text("Who answers for it."),
            "created": day("Since when."),
            "expires": day("The last day on which it holds."),
        },
    })
}

fn platform() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": ".volary/platform.yaml",
        "description": "Answers about settings of the platform that no file of the repository shows.",
        "type": ["array", "null"],
        "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["assume", "holds", "owner", "until"],
            "properties": {
                "assume": {
                    "type": "string",
                    "pattern": format!("^({})\\(.*\\S.*\\)$", FACTS.join("|")),
                    "description": "The assumption as a report names it; * stands for any text in the brackets.",
                },
                "holds": {"type": "boolean", "description": "Whether it is so."},
                "owner": text("Who answers for it."),
                "until": day("The last day on which the answer counts."),
                "evidence": text("Where it was seen: an address, or a sentence."),
            },
            "if": {"properties": {"holds": {"const": true}}},
            "then": {"required": ["evidence"]},
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(schema: &Value) -> Vec<&str> {
        let mut keys: Vec<&str> =
            schema["properties"].as_object().into_iter().flatten().map(|(key, _)| &**key).collect();
        keys.sort_unstable();
        keys
    }

    fn sorted<'a>(keys: &[&'a str]) -> Vec<&'a str> {
        let mut keys = keys.to_vec();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn schemas_know_the_keys_that_are_read() {
        assert_eq!(keys(&config()), sorted(crate::config::KEYS));
        assert_eq!(keys(&exception()), sorted(crate::exceptions::KEYS));
        assert_eq!(keys(&platform()["items"]), sorted(crate::platform::KEYS));
        let config = config();
        let forms = &config["properties"]["sources"]["additionalProperties"]["oneOf"];
        let mut source: Vec<&str> = [1, 2].into_iter().flat_map(|form| keys(&forms[form])).collect();
        source.sort_unstable();
        source.dedup();
        assert_eq!(source, sorted(crate::source::KEYS));
    }

    #[test]
    fn every_name_has_a_schema() {
        assert!(NAMES.iter().all(|name| of(name).is_some()) && of("x").is_none());
    }
}
