//! The format as types. Their comments are the descriptions of the published schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Findings, UndecidedList};

/// The result of one run of `volary check`.
#[derive(Serialize, JsonSchema)]
pub(super) struct Document<'a> {
    /// Version of this format. Within a version fields are only added.
    pub(super) version: &'static str,
    /// What gave the answer.
    pub(super) tool: Tool<'a>,
    /// What was checked, as the user named it.
    pub(super) targets: Vec<&'a str>,
    /// The base revision, when only what a change introduces is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<&'a str>,
    /// What the run amounts to.
    pub(super) result: Outcome<'a>,
    /// What was looked at and found.
    pub(super) counts: Counts,
    /// The policies that judged something here or that findings refer to, by id.
    pub(super) policies: Vec<Policy<'a>>,
    /// All findings (open, baselined and accepted), worst first, then by path and line.
    #[schemars(with = "Vec<Finding<'static>>")]
    pub(super) findings: Findings<'a>,
    /// What could not be decided, by path and line. Never a pass.
    #[schemars(with = "Vec<Undecided<'static>>")]
    pub(super) undecided: UndecidedList<'a>,
    /// What went wrong. The rest was judged all the same.
    pub(super) problems: Vec<Problem<'a>>,
    /// What was not judged, and why.
    pub(super) not_judged: Vec<NotJudged<'a>>,
}

/// The versions that gave the answer.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Tool<'a> {
    /// Always `volary`.
    pub(crate) name: &'static str,
    /// Version of the binary.
    pub(crate) version: &'a str,
    /// Version of the policy pack.
    pub(crate) pack: &'a str,
    /// Digest of the pack and of the user's policies.
    pub(crate) pack_digest: &'a str,
}

/// What the run amounts to.
#[derive(Serialize, JsonSchema)]
pub(super) struct Outcome<'a> {
    /// 0: nothing that fails the run; 1: something that does; 2: something that should have been judged could not be.
    pub(super) exit_code: u8,
    /// Whether a finding (or, where asked, an undecided judgement) fails the run.
    pub(super) failed: bool,
    /// The severity from which an open finding at level `block` fails the run.
    pub(super) fail_on: &'a str,
    /// Whether undecided judgements fail the run.
    pub(super) fail_on_undecided: bool,
}

/// What was looked at and found.
#[derive(Serialize, JsonSchema)]
pub(super) struct Counts {
    /// Files that were read.
    pub(super) files: u64,
    /// Bytes that were read.
    pub(super) bytes: u64,
    /// Units that were evaluated: root modules, manifest folders, single files.
    pub(super) units: u64,
    /// Resources in them.
    pub(super) resources: u64,
    /// Judgements by outcome: `pass`, `fail`, `undecided`, `error`, `not_applicable`.
    pub(super) judgements: BTreeMap<&'static str, u64>,
    /// Findings by status (`open`, `baselined`, `accepted`) and severity.
    pub(super) findings: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    /// Undecided judgements that are listed.
    pub(super) undecided: u64,
}

/// A policy.
#[derive(Serialize, JsonSchema)]
pub(super) struct Policy<'a> {
    /// Stable id.
    pub(super) id: &'a str,
    /// What is wrong where it fires, in one line.
    pub(super) title: &'a str,
    /// `critical`, `high`, `medium`, `low` or `info`.
    pub(super) severity: &'a str,
    /// `default`, `recommended` or `strict`.
    pub(super) tier: &'a str,
    /// How sure its findings are: `certain` or `likely`.
    pub(super) confidence: &'a str,
    /// Why it matters.
    pub(super) why: &'a str,
    /// How to fix it.
    pub(super) fix: &'a str,
    /// Links to the facts.
    pub(super) references: Vec<&'a str>,
    /// Equivalent checks of other tools.
    pub(super) aliases: Vec<&'a str>,
    /// Controls that it is about.
    pub(super) controls: Vec<&'a str>,
    /// Framework to its clauses.
    pub(super) frameworks: BTreeMap<&'a str, Vec<&'a str>>,
    /// The kinds of resources that it judges.
    pub(super) judges: Vec<&'a str>,
    /// Where it is defined.
    pub(super) source: &'a str,
}

/// A place in a file. Lines and columns count from 1, columns in Unicode scalar values; the end is exclusive.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Location<'a> {
    /// Path relative to the root that was checked, `/` between parts.
    pub(crate) path: &'a str,
    /// First line.
    pub(crate) line: u32,
    /// First column.
    pub(crate) column: u32,
    /// Last line.
    pub(crate) end_line: u32,
    /// One past the last column.
    pub(crate) end_column: u32,
}

/// What a failed judgement reports.
#[derive(Serialize, JsonSchema)]
pub(super) struct Finding<'a> {
    /// The same wherever and whenever the same thing is found.
    pub(super) fingerprint: &'a str,
    /// Id of the policy.
    pub(super) policy: &'a str,
    /// `critical`, `high`, `medium`, `low` or `info`.
    pub(super) severity: &'a str,
    /// What it does to the run: `audit`, `warn` or `block`.
    pub(super) level: &'a str,
    /// `open`, `baselined` or `accepted`.
    pub(super) status: &'static str,
    /// Whether it fails the run.
    pub(super) fails: bool,
    /// The exception that covers it, when it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acceptance: Option<Acceptance<'a>>,
    /// What is wrong here.
    pub(super) message: &'a str,
    /// The kind of the resource or part.
    pub(super) kind: &'a str,
    /// The address of the definition in its folder.
    pub(super) address: &'a str,
    /// The attribute path, with the keys of elements.
    pub(super) path: &'a str,
    /// Where it is, on one line.
    pub(super) location: Location<'a>,
    /// The whole definition that it lies in.
    pub(super) extent: Location<'a>,
    /// The values that decided.
    pub(super) deciders: Vec<Decider<'a>>,
    /// Every use of the definition that has the finding.
    pub(super) instances: Vec<Instance<'a>>,
    /// A safe edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) edit: Option<Edit<'a>>,
    /// Owners per CODEOWNERS.
    pub(super) owners: Vec<&'a str>,
    /// Digest of the definition's text.
    pub(super) digest: &'a str,
}

/// A recorded risk acceptance.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Acceptance<'a> {
    /// Id of the exception, or `comment` for one in the code.
    pub(crate) id: &'a str,
    /// Why it was accepted.
    pub(crate) reason: &'a str,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) owner: Option<&'a str>,
    /// Until when, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) until: Option<&'a str>,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<Location<'a>>,
}

/// A value that decided.
#[derive(Serialize, JsonSchema)]
pub(super) struct Decider<'a> {
    /// The path of the value.
    pub(super) path: &'a str,
    /// The value as it may be shown: masked where it is sensitive, `not set` where it is absent.
    pub(super) value: &'a str,
    /// Where it comes from: the place of its last use first, the place where it is written last.
    pub(super) origin: Vec<Step<'a>>,
    /// Why it is not known, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<Reason<'a>>,
}

/// One place on the way of a value: in a file or in a snapshot.
#[derive(Serialize, JsonSchema)]
pub(super) struct Step<'a> {
    /// What the place is to the value: `attribute`, `block`, `module-argument`, `variable-default`, `variable-file`,
    /// `local`, `output`, `resource-attribute`, `documented-default`, `part` or `inherited`.
    pub(super) role: &'static str,
    /// The place in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<OwnLocation>,
    /// The place in a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) snapshot: Option<Pointer<'a>>,
}

/// A place in a file, on one line. Lines and columns count from 1; the end is exclusive.
#[derive(Serialize, JsonSchema)]
pub(super) struct OwnLocation {
    /// Path relative to the root that was checked, `/` between parts.
    pub(super) path: String,
    /// First line.
    pub(super) line: u32,
    /// First column.
    pub(super) column: u32,
    /// Last line.
    pub(super) end_line: u32,
    /// One past the last column.
    pub(super) end_column: u32,
}

/// A pointer into a snapshot of a platform or an environment.
#[derive(Serialize, JsonSchema)]
pub(super) struct Pointer<'a> {
    /// Which snapshot.
    pub(super) source: &'a str,
    /// The object in it.
    pub(super) id: &'a str,
    /// RFC 6901 pointer inside the object.
    pub(super) pointer: &'a str,
    /// When the answer was taken, RFC 3339.
    pub(super) time: &'a str,
}

/// Why a value is not known.
#[derive(Serialize, JsonSchema)]
pub(super) struct Reason<'a> {
    /// The class of the reason.
    pub(super) kind: &'static str,
    /// The variable, module, address or function that it is about.
    pub(super) about: &'a str,
    /// The reason as a sentence.
    pub(super) text: String,
}

/// One use of a definition.
#[derive(Serialize, JsonSchema)]
pub(super) struct Instance<'a> {
    /// The root module, folder or file that uses it.
    pub(super) unit: &'a str,
    /// The address there.
    pub(super) address: &'a str,
    /// The module calls that lead to it, outermost first.
    pub(super) calls: Vec<Call<'a>>,
    /// Where the value that decided was written, when that is another place than the finding's: last use first.
    pub(super) chain: Vec<Location<'a>>,
    /// Why it is not known whether it exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) conditional: Option<Reason<'a>>,
}

/// A module call.
#[derive(Serialize, JsonSchema)]
pub(super) struct Call<'a> {
    /// `module "net"`
    pub(super) name: &'a str,
    /// Its header.
    pub(super) location: Location<'a>,
}

/// A safe edit: replace what stands at the place by the text.
#[derive(Serialize, JsonSchema)]
pub(super) struct Edit<'a> {
    /// What to replace; empty for an insertion.
    pub(super) location: Location<'a>,
    /// The new text.
    pub(super) text: &'a str,
}

/// A judgement that could not be decided.
#[derive(Serialize, JsonSchema)]
pub(super) struct Undecided<'a> {
    /// Id of the policy.
    pub(super) policy: &'a str,
    /// The kind of the resource or part.
    pub(super) kind: &'a str,
    /// The address of the definition.
    pub(super) address: &'a str,
    /// Where the unknown value is used.
    pub(super) location: Location<'a>,
    /// Why it is not known.
    pub(super) reasons: Vec<Reason<'a>>,
    /// How many uses of the definition are concerned.
    pub(super) instances: u32,
}

/// Something that went wrong.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Problem<'a> {
    /// The path; empty where it concerns the run as a whole.
    pub(crate) path: &'a str,
    /// Line from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    /// Column from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<u32>,
    /// `unreadable`, `syntax`, `limit`, `policy`, `governance`, `output` or `internal`.
    pub(crate) kind: &'static str,
    /// What is wrong.
    pub(crate) message: &'a str,
    /// What to do about it; empty where nothing helps.
    pub(crate) help: &'a str,
    /// Whether the run ends with exit code 2 because of it.
    pub(crate) fails: bool,
}

/// Something that was not judged.
#[derive(Serialize, JsonSchema)]
pub(crate) struct NotJudged<'a> {
    /// Why.
    pub(crate) reason: &'a str,
    /// The paths.
    pub(crate) paths: Vec<&'a str>,
}
