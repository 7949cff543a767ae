//! The parts of the SARIF 2.1.0 object model that are written.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html>

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// A `sarifLog`; `R` gives the results one by one.
#[derive(Serialize)]
pub(crate) struct Log<R> {
    #[serde(rename = "$schema")]
    pub(crate) schema: &'static str,
    pub(crate) version: &'static str,
    pub(crate) runs: [Run<R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Run<R> {
    pub(crate) tool: Tool,
    pub(crate) invocations: [Invocation; 1],
    pub(crate) column_kind: &'static str,
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) results: R,
    pub(crate) properties: BTreeMap<&'static str, Value>,
}

#[derive(Serialize)]
pub(crate) struct Tool {
    pub(crate) driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Driver {
    pub(crate) name: &'static str,
    pub(crate) version: String,
    pub(crate) information_uri: &'static str,
    pub(crate) rules: Vec<Descriptor>,
    pub(crate) notifications: Vec<Descriptor>,
    pub(crate) properties: BTreeMap<&'static str, Value>,
}

/// A `reportingDescriptor`: a rule or a kind of notification.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Descriptor {
    pub(crate) id: String,
    pub(crate) short_description: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) full_description: Option<Text>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help: Option<Help>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_configuration: Option<Configuration>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) properties: BTreeMap<&'static str, Value>,
}

#[derive(Serialize)]
pub(crate) struct Configuration {
    pub(crate) level: &'static str,
}

#[derive(Serialize)]
pub(crate) struct Text {
    pub(crate) text: String,
}

#[derive(Serialize)]
pub(crate) struct Help {
    pub(crate) text: String,
    pub(crate) markdown: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invocation {
    pub(crate) execution_successful: bool,
    pub(crate) exit_code: u8,
    pub(crate) exit_code_description: &'static str,
    pub(crate) tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notification {
    pub(crate) descriptor: Reference,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) associated_rule: Option<Reference>,
    pub(crate) level: &'static str,
    pub(crate) message: Text,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) locations: Vec<Location>,
}

#[derive(Serialize)]
pub(crate) struct Reference {
    pub(crate) id: String,
}

#[derive(Serialize)]
pub(crate) struct Artifact {
    pub(crate) location: ArtifactLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Result {
    pub(crate) rule_id: String,
    pub(crate) rule_index: usize,
    pub(crate) kind: &'static str,
    pub(crate) level: &'static str,
    pub(crate) message: Text,
    pub(crate) locations: [Location; 1],
    pub(crate) fingerprints: BTreeMap<&'static str, String>,
    pub(crate) partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) suppressions: Option<[Suppression; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fixes: Option<[Fix; 1]>,
    pub(crate) properties: BTreeMap<&'static str, Value>,
}

#[derive(Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<usize>,
    pub(crate) physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<Message>,
}

#[derive(Serialize, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) text: String,
}

#[derive(Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PhysicalLocation {
    pub(crate) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) region: Option<Region>,
}

#[derive(Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArtifactLocation {
    pub(crate) uri: String,
    pub(crate) uri_base_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<usize>,
}

#[derive(Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogicalLocation {
    pub(crate) fully_qualified_name: String,
    pub(crate) kind: &'static str,
}

#[derive(Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Region {
    pub(crate) start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) snippet: Option<Message>,
}

#[derive(Serialize)]
pub(crate) struct Suppression {
    pub(crate) kind: &'static str,
    pub(crate) status: &'static str,
    pub(crate) justification: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<Location>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) properties: BTreeMap<&'static str, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fix {
    pub(crate) description: Text,
    pub(crate) artifact_changes: [ArtifactChange; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ArtifactChange {
    pub(crate) artifact_location: ArtifactLocation,
    pub(crate) replacements: [Replacement; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Replacement {
    pub(crate) deleted_region: Region,
    pub(crate) inserted_content: Text,
}
