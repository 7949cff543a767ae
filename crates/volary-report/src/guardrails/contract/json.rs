//! Contracts as JSON.

use schemars::JsonSchema;
use serde::Serialize;
use volary_model::{Contract, ContractChange, Contracts, Fact};

use crate::json::document::{Location as JsonLocation, NotJudged, Problem, Tool};
use crate::json::{problem, texts, whole};

/// Version of the JSON.
const VERSION: &str = "1";

/// The JSON Schema (2020-12) of the JSON of [`super::render_contracts`].
pub fn contracts_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Document<'static>).to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "Volary contracts".into());
        root.insert("$id".to_owned(), "https://github.com/volary/volary/schemas/contracts-1.json".into());
    }
    schema
}

/// What the templates of a repository guarantee.
#[derive(Serialize, JsonSchema)]
pub(super) struct Document<'a> {
    /// Version of this format. Within a version fields are only added.
    version: &'static str,
    /// What gave the answer.
    tool: Tool<'a>,
    /// What was looked at, as the user named it.
    targets: Vec<&'a str>,
    /// The templates, by file.
    contracts: Vec<JsonContract<'a>>,
    /// What went wrong.
    problems: Vec<Problem<'a>>,
    /// What was not read, and why.
    not_judged: Vec<NotJudged<'a>>,
}

/// What one template guarantees.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Contract")]
struct JsonContract<'a> {
    /// Its file.
    file: &'a str,
    /// `github`, `azure`, `gitlab` or `jenkins`.
    platform: &'a str,
    /// BLAKE3 of what it and everything that it draws in from its repository say; layout and comments do not count.
    digest: &'a str,
    /// Whether everything that it ships is guarded when nobody says otherwise; absent where it ships nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    guarded: Option<bool>,
    /// What it ships, an entry for each control that is demanded.
    effects: Vec<JsonEffect<'a>>,
    /// The controls in it.
    controls: Vec<JsonControl<'a>>,
    /// Its parameters, in order.
    parameters: Vec<JsonParameter<'a>>,
    /// Where those who use it may put something of their own.
    slots: Vec<JsonSlot<'a>>,
    /// What it gives back.
    outputs: Vec<&'a str>,
    /// What it draws in and could not be read.
    unread: Vec<&'a str>,
    /// It has more parameters or values than are looked at.
    cut: bool,
    /// Owners per CODEOWNERS.
    owners: Vec<&'a str>,
}

/// Something that ships.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Effect")]
struct JsonEffect<'a> {
    /// `image`, `iac`, ...
    kind: &'a str,
    /// `push`, `deploy`, ...
    effect: &'a str,
    /// The thing, in words.
    what: &'a str,
    /// The control that is demanded.
    control: &'a str,
    /// The verdict when nobody says otherwise.
    verdict: &'a str,
    /// The verdict over parameters, in words.
    formula: &'a str,
    /// What has to be true.
    assumptions: Vec<&'a str>,
    /// Why it is not blocking.
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<JsonFact<'a>>,
    /// The parameters that change the verdict.
    unless: Vec<JsonChange<'a>>,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<JsonLocation<'a>>,
}

/// A control.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Control")]
struct JsonControl<'a> {
    /// `image-scan`, ...
    control: &'a str,
    /// Id of the tool.
    tool: &'a str,
    /// Name of the tool.
    name: &'a str,
    /// What its findings do when nobody says otherwise: `stops`, `reports`, `depends`, `runs` (it has none), `absent`.
    standing: &'a str,
    /// The same over parameters, in words.
    formula: &'a str,
    /// Why they do not stop its job.
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<JsonFact<'a>>,
    /// The parameters that change that.
    unless: Vec<JsonChange<'a>>,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<JsonLocation<'a>>,
}

/// What is different for a value of a parameter.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Change")]
struct JsonChange<'a> {
    /// The parameter.
    parameter: &'a str,
    /// The value; `null`: one that is known at run time only.
    value: Option<&'a str>,
    /// The verdict or standing then.
    to: &'a str,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<JsonFact<'a>>,
}

/// A fact of the files.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Fact")]
struct JsonFact<'a> {
    /// In words.
    text: &'a str,
    /// As it is written.
    written: &'a str,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<JsonLocation<'a>>,
}

/// A parameter.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Parameter")]
struct JsonParameter<'a> {
    /// Its name.
    name: &'a str,
    /// Its type, as it is written.
    #[serde(rename = "type")]
    ty: &'a str,
    /// What it is when nobody says otherwise, where that is a single value.
    default: Option<&'a str>,
    /// It has to be given.
    required: bool,
    /// The values that are allowed; empty: all.
    values: Vec<&'a str>,
    /// It decides whether a control stops anything.
    decides: bool,
}

/// A place for steps of those who use the template.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Slot")]
struct JsonSlot<'a> {
    /// The parameter.
    parameter: &'a str,
    /// `steps`, `jobs`, `stages` or `command`.
    holds: &'a str,
    /// The controls that have always run before, as indices into `controls`.
    after: &'a [usize],
    /// What ships behind it, as indices into `effects`.
    before: &'a [usize],
}

pub(super) fn document(answer: &Contracts) -> Document<'_> {
    let versions = &answer.versions;
    Document {
        version: VERSION,
        tool: Tool {
            name: "volary",
            version: &versions.binary,
            pack: &versions.pack,
            pack_digest: &versions.pack_digest,
        },
        targets: texts(&answer.targets),
        contracts: answer.contracts.iter().map(json).collect(),
        problems: answer.problems.iter().map(problem).collect(),
        not_judged: answer
            .not_judged
            .iter()
            .map(|part| NotJudged { reason: &part.reason, paths: texts(&part.paths) })
            .collect(),
    }
}

fn json(contract: &Contract) -> JsonContract<'_> {
    JsonContract {
        file: &contract.path,
        platform: &contract.platform,
        digest: &contract.digest,
        guarded: (!contract.effects.is_empty()).then(|| contract.holds()),
        effects: contract
            .effects
            .iter()
            .map(|one| JsonEffect {
                kind: &one.kind,
                effect: &one.effect,
                what: &one.what,
                control: &one.control,
                verdict: one.verdict.as_str(),
                formula: &one.formula,
                assumptions: texts(&one.assumptions),
                fact: one.fact.as_ref().map(json_fact),
                unless: one.unless.iter().map(json_change).collect(),
                location: one.location.as_ref().map(whole),
            })
            .collect(),
        controls: contract
            .controls
            .iter()
            .map(|one| JsonControl {
                control: &one.control,
                tool: &one.tool,
                name: &one.name,
                standing: &one.standing,
                formula: &one.formula,
                fact: one.fact.as_ref().map(json_fact),
                unless: one.unless.iter().map(json_change).collect(),
                location: one.location.as_ref().map(whole),
            })
            .collect(),
        parameters: contract
            .parameters
            .iter()
            .map(|one| JsonParameter {
                name: &one.name,
                ty: &one.ty,
                default: one.default.as_deref(),
                required: one.required,
                values: texts(&one.values),
                decides: one.decides,
            })
            .collect(),
        slots: contract
            .slots
            .iter()
            .map(|one| JsonSlot {
                parameter: &one.parameter,
                holds: &one.holds,
                after: &one.after,
                before: &one.before,
            })
            .collect(),
        outputs: texts(&contract.outputs),
        unread: texts(&contract.unread),
        cut: contract.cut,
        owners: texts(&contract.owners),
    }
}

fn json_fact(fact: &Fact) -> JsonFact<'_> {
    JsonFact { text: &fact.text, written: &fact.written, location: fact.location.as_ref().map(whole) }
}

fn json_change(change: &ContractChange) -> JsonChange<'_> {
    JsonChange {
        parameter: &change.parameter,
        value: change.value.as_deref(),
        to: &change.to,
        fact: change.fact.as_ref().map(json_fact),
    }
}
