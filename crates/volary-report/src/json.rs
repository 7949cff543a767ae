//! JSON: everything that a report holds, as a stable, versioned interface.
//!
//! Fields are only ever added within a version; a field that changes its meaning or goes raises `version`. The schema
//! that [`schema`] gives is made from these types, so it cannot differ from what is written.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use volary_model as model;

use crate::Context;
use crate::snippet::first_line;
use crate::words;

/// Version of the format.
const VERSION: &str = "1";

/// The JSON Schema of the format.
pub(crate) fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Document<'static>).to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "Volary report".into());
        root.insert("$id".to_owned(), "https://github.com/volary/volary/schemas/report-1.json".into());
    }
    schema
}

/// Writes the report as JSON, one finding a line.
pub(crate) fn render(context: Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    let document = Document {
        version: VERSION,
        tool: Tool {
            name: "volary",
            version: &report.versions.binary,
            pack: &report.versions.pack,
            pack_digest: &report.versions.pack_digest,
        },
        targets: texts(&report.targets),
        since: report.since.as_deref(),
        result: Outcome {
            exit_code: report.exit_code(),
            failed: report.is_failure(),
            fail_on: report.fail_on.as_str(),
            fail_on_undecided: report.fail_on_undecided,
        },
        counts: counts(report),
        policies: policies(report),
        findings: Findings(context),
        undecided: UndecidedList(context),
        problems: report.problems.iter().map(problem).collect(),
        not_judged: report
            .not_judged
            .iter()
            .map(|part| NotJudged { reason: &part.reason, paths: texts(&part.paths) })
            .collect(),
    };
    crate::lines::write(&document, 1, out)
}

/// The result of one run of `volary check`.
#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// Version of this format. Within a version fields are only added.
    version: &'static str,
    /// What gave the answer.
    tool: Tool<'a>,
    /// What was checked, as the user named it.
    targets: Vec<&'a str>,
    /// The base revision, when only what a change introduces is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<&'a str>,
    /// What the run amounts to.
    result: Outcome<'a>,
    /// What was looked at and found.
    counts: Counts,
    /// The policies that judged something here or that findings refer to, by id.
    policies: Vec<Policy<'a>>,
    /// All findings (open, baselined and accepted), worst first, then by path and line.
    #[schemars(with = "Vec<Finding<'static>>")]
    findings: Findings<'a>,
    /// What could not be decided, by path and line. Never a pass.
    #[schemars(with = "Vec<Undecided<'static>>")]
    undecided: UndecidedList<'a>,
    /// What went wrong. The rest was judged all the same.
    problems: Vec<Problem<'a>>,
    /// What was not judged, and why.
    not_judged: Vec<NotJudged<'a>>,
}

/// The versions that gave the answer.
#[derive(Serialize, JsonSchema)]
struct Tool<'a> {
    /// Always `volary`.
    name: &'static str,
    /// Version of the binary.
    version: &'a str,
    /// Version of the policy pack.
    pack: &'a str,
    /// Digest of the pack and of the user's policies.
    pack_digest: &'a str,
}

/// What the run amounts to.
#[derive(Serialize, JsonSchema)]
struct Outcome<'a> {
    /// 0: nothing that fails the run; 1: something that does; 2: something that should have been judged could not be.
    exit_code: u8,
    /// Whether a finding (or, where asked, an undecided judgement) fails the run.
    failed: bool,
    /// The severity from which an open finding at level `block` fails the run.
    fail_on: &'a str,
    /// Whether undecided judgements fail the run.
    fail_on_undecided: bool,
}

/// What was looked at and found.
#[derive(Serialize, JsonSchema)]
struct Counts {
    /// Files that were read.
    files: u64,
    /// Bytes that were read.
    bytes: u64,
    /// Units that were evaluated: root modules, manifest folders, single files.
    units: u64,
    /// Resources in them.
    resources: u64,
    /// Judgements by outcome: `pass`, `fail`, `undecided`, `error`, `not_applicable`.
    judgements: BTreeMap<&'static str, u64>,
    /// Findings by status (`open`, `baselined`, `accepted`) and severity.
    findings: BTreeMap<&'static str, BTreeMap<&'static str, u64>>,
    /// Undecided judgements that are listed.
    undecided: u64,
}

/// A policy.
#[derive(Serialize, JsonSchema)]
struct Policy<'a> {
    /// Stable id.
    id: &'a str,
    /// What is wrong where it fires, in one line.
    title: &'a str,
    /// `critical`, `high`, `medium`, `low` or `info`.
    severity: &'a str,
    /// `default`, `recommended` or `strict`.
    tier: &'a str,
    /// How sure its findings are: `certain` or `likely`.
    confidence: &'a str,
    /// Why it matters.
    why: &'a str,
    /// How to fix it.
    fix: &'a str,
    /// Links to the facts.
    references: Vec<&'a str>,
    /// Equivalent checks of other tools.
    aliases: Vec<&'a str>,
    /// Controls that it is about.
    controls: Vec<&'a str>,
    /// Framework to its clauses.
    frameworks: BTreeMap<&'a str, Vec<&'a str>>,
    /// The kinds of resources that it judges.
    judges: Vec<&'a str>,
    /// Where it is defined.
    source: &'a str,
}

/// A place in a file. Lines and columns count from 1, columns in Unicode scalar values; the end is exclusive.
#[derive(Serialize, JsonSchema)]
struct Location<'a> {
    /// Path relative to the root that was checked, `/` between parts.
    path: &'a str,
    /// First line.
    line: u32,
    /// First column.
    column: u32,
    /// Last line.
    end_line: u32,
    /// One past the last column.
    end_column: u32,
}

/// What a failed judgement reports.
#[derive(Serialize, JsonSchema)]
struct Finding<'a> {
    /// The same wherever and whenever the same thing is found.
    fingerprint: &'a str,
    /// Id of the policy.
    policy: &'a str,
    /// `critical`, `high`, `medium`, `low` or `info`.
    severity: &'a str,
    /// What it does to the run: `audit`, `warn` or `block`.
    level: &'a str,
    /// `open`, `baselined` or `accepted`.
    status: &'static str,
    /// Whether it fails the run.
    fails: bool,
    /// The exception that covers it, when it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    acceptance: Option<Acceptance<'a>>,
    /// What is wrong here.
    message: &'a str,
    /// The kind of the resource or part.
    kind: &'a str,
    /// The address of the definition in its folder.
    address: &'a str,
    /// The attribute path, with the keys of elements.
    path: &'a str,
    /// Where it is, on one line.
    location: Location<'a>,
    /// The whole definition that it lies in.
    extent: Location<'a>,
    /// The values that decided.
    deciders: Vec<Decider<'a>>,
    /// Every use of the definition that has the finding.
    instances: Vec<Instance<'a>>,
    /// A safe edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    edit: Option<Edit<'a>>,
    /// Owners per CODEOWNERS.
    owners: Vec<&'a str>,
    /// Digest of the definition's text.
    digest: &'a str,
}

/// A recorded risk acceptance.
#[derive(Serialize, JsonSchema)]
struct Acceptance<'a> {
    /// Id of the exception, or `comment` for one in the code.
    id: &'a str,
    /// Why it was accepted.
    reason: &'a str,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<&'a str>,
    /// Until when, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<&'a str>,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location<'a>>,
}

/// A value that decided.
#[derive(Serialize, JsonSchema)]
struct Decider<'a> {
    /// The path of the value.
    path: &'a str,
    /// The value as it may be shown: masked where it is sensitive, `not set` where it is absent.
    value: &'a str,
    /// Where it comes from: the place of its last use first, the place where it is written last.
    origin: Vec<Step<'a>>,
    /// Why it is not known, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason<'a>>,
}

/// One place on the way of a value: in a file or in a snapshot.
#[derive(Serialize, JsonSchema)]
struct Step<'a> {
    /// What the place is to the value: `attribute`, `block`, `module-argument`, `variable-default`, `variable-file`,
    /// `local`, `output`, `resource-attribute`, `documented-default`, `part` or `inherited`.
    role: &'static str,
    /// The place in a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<OwnLocation>,
    /// The place in a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot: Option<Pointer<'a>>,
}

/// A place in a file, on one line. Lines and columns count from 1; the end is exclusive.
#[derive(Serialize, JsonSchema)]
struct OwnLocation {
    /// Path relative to the root that was checked, `/` between parts.
    path: String,
    /// First line.
    line: u32,
    /// First column.
    column: u32,
    /// Last line.
    end_line: u32,
    /// One past the last column.
    end_column: u32,
}

/// A pointer into a snapshot of a platform or an environment.
#[derive(Serialize, JsonSchema)]
struct Pointer<'a> {
    /// Which snapshot.
    source: &'a str,
    /// The object in it.
    id: &'a str,
    /// RFC 6901 pointer inside the object.
    pointer: &'a str,
    /// When the answer was taken, RFC 3339.
    time: &'a str,
}

/// Why a value is not known.
#[derive(Serialize, JsonSchema)]
struct Reason<'a> {
    /// The class of the reason.
    kind: &'static str,
    /// The variable, module, address or function that it is about.
    about: &'a str,
    /// The reason as a sentence.
    text: String,
}

/// One use of a definition.
#[derive(Serialize, JsonSchema)]
struct Instance<'a> {
    /// The root module, folder or file that uses it.
    unit: &'a str,
    /// The address there.
    address: &'a str,
    /// The module calls that lead to it, outermost first.
    calls: Vec<Call<'a>>,
    /// Where the value that decided was written, when that is another place than the finding's: last use first.
    chain: Vec<Location<'a>>,
    /// Why it is not known whether it exists.
    #[serde(skip_serializing_if = "Option::is_none")]
    conditional: Option<Reason<'a>>,
}

/// A module call.
#[derive(Serialize, JsonSchema)]
struct Call<'a> {
    /// `module "net"`
    name: &'a str,
    /// Its header.
    location: Location<'a>,
}

/// A safe edit: replace what stands at the place by the text.
#[derive(Serialize, JsonSchema)]
struct Edit<'a> {
    /// What to replace; empty for an insertion.
    location: Location<'a>,
    /// The new text.
    text: &'a str,
}

/// A judgement that could not be decided.
#[derive(Serialize, JsonSchema)]
struct Undecided<'a> {
    /// Id of the policy.
    policy: &'a str,
    /// The kind of the resource or part.
    kind: &'a str,
    /// The address of the definition.
    address: &'a str,
    /// Where the unknown value is used.
    location: Location<'a>,
    /// Why it is not known.
    reasons: Vec<Reason<'a>>,
    /// How many uses of the definition are concerned.
    instances: u32,
}

/// Something that went wrong.
#[derive(Serialize, JsonSchema)]
struct Problem<'a> {
    /// The path; empty where it concerns the run as a whole.
    path: &'a str,
    /// Line from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// Column from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    /// `unreadable`, `syntax`, `limit`, `policy`, `governance`, `output` or `internal`.
    kind: &'static str,
    /// What is wrong.
    message: &'a str,
    /// What to do about it; empty where nothing helps.
    help: &'a str,
    /// Whether the run ends with exit code 2 because of it.
    fails: bool,
}

/// Something that was not judged.
#[derive(Serialize, JsonSchema)]
struct NotJudged<'a> {
    /// Why.
    reason: &'a str,
    /// The paths.
    paths: Vec<&'a str>,
}

/// The findings, made one by one while they are written.
struct Findings<'a>(Context<'a>);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.report.findings.iter().map(|it| finding(self.0, it)))
    }
}

/// The undecided judgements, made one by one while they are written.
struct UndecidedList<'a>(Context<'a>);

impl Serialize for UndecidedList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.report.undecided.iter().map(|undecided| Undecided {
            policy: &undecided.policy.id,
            kind: &undecided.kind,
            address: &undecided.address,
            location: one_line(self.0, &undecided.location),
            reasons: undecided.reasons.iter().map(reason).collect(),
            instances: undecided.instances,
        }))
    }
}

fn finding<'a>(context: Context<'a>, finding: &'a model::Finding) -> Finding<'a> {
    Finding {
        fingerprint: &finding.fingerprint,
        policy: &finding.policy.id,
        severity: finding.severity.as_str(),
        level: finding.level.as_str(),
        status: status(&finding.status),
        fails: words::fails(context.report, finding),
        acceptance: words::acceptance(finding).map(|acceptance| Acceptance {
            id: &acceptance.id,
            reason: &acceptance.reason,
            owner: acceptance.owner.as_deref(),
            until: acceptance.until.as_deref(),
            location: acceptance.location.as_ref().map(|location| one_line(context, location)),
        }),
        message: &finding.message,
        kind: &finding.kind,
        address: &finding.address,
        path: &finding.path,
        location: one_line(context, &finding.location),
        extent: whole(&finding.extent),
        deciders: finding.deciders.iter().map(|it| decider(context, it)).collect(),
        instances: finding.instances.iter().map(|it| instance(context, it)).collect(),
        edit: finding.edit.as_ref().map(|edit| Edit { location: whole(&edit.location), text: &edit.text }),
        owners: texts(&finding.owners),
        digest: &finding.digest,
    }
}

fn decider<'a>(context: Context<'a>, decider: &'a model::Decider) -> Decider<'a> {
    Decider {
        path: &decider.path,
        value: &decider.shown,
        origin: decider.origin.steps().map(|origin| step(context, origin)).collect(),
        reason: decider.reason.as_ref().map(reason),
    }
}

fn step<'a>(context: Context<'_>, origin: &'a model::Origin) -> Step<'a> {
    let location = crate::story::locate(origin, context.files).map(|location| OwnLocation {
        path: location.path.to_string(),
        line: location.start.line,
        column: location.start.column,
        end_line: location.end.line,
        end_column: location.end.column,
    });
    let snapshot = match &origin.place {
        model::Place::Snapshot(pointer) => {
            Some(Pointer { source: &pointer.source, id: &pointer.id, pointer: &pointer.pointer, time: &pointer.time })
        }
        model::Place::Text(_) => None,
    };
    Step { role: role(origin.role), location, snapshot }
}

fn instance<'a>(context: Context<'_>, instance: &'a model::Instance) -> Instance<'a> {
    Instance {
        unit: &instance.unit,
        address: &instance.address,
        calls: instance
            .calls
            .iter()
            .map(|(name, location)| Call { name, location: one_line(context, location) })
            .collect(),
        chain: instance.chain.iter().map(|location| one_line(context, location)).collect(),
        conditional: instance.conditional.as_ref().map(reason),
    }
}

fn whole(location: &model::Location) -> Location<'_> {
    Location {
        path: &location.path,
        line: location.start.line,
        column: location.start.column,
        end_line: location.end.line,
        end_column: location.end.column,
    }
}

fn one_line<'a>(context: Context<'_>, location: &'a model::Location) -> Location<'a> {
    let short = first_line(location, context.files.get(location.span.file).map(|file| &**file));
    Location { end_line: short.end.line, end_column: short.end.column, ..whole(location) }
}

fn reason(reason: &model::Reason) -> Reason<'_> {
    use model::ReasonKind;
    let kind = match reason.kind {
        ReasonKind::RemoteModule => "remote-module",
        ReasonKind::DataSource => "data-source",
        ReasonKind::Computed => "computed",
        ReasonKind::VariableWithoutValue => "variable-without-value",
        ReasonKind::NotEvaluated => "not-evaluated",
        ReasonKind::Limit => "limit",
        ReasonKind::Unreadable => "unreadable",
        ReasonKind::InstanceKey => "instance-key",
        ReasonKind::ProviderChooses => "provider-chooses",
        ReasonKind::WrongType => "wrong-type",
        ReasonKind::Outside => "outside",
    };
    Reason { kind, about: &reason.about, text: reason.to_string() }
}

fn role(role: model::Role) -> &'static str {
    use model::Role;
    match role {
        Role::Attribute => "attribute",
        Role::Block => "block",
        Role::ModuleArgument => "module-argument",
        Role::VariableDefault => "variable-default",
        Role::VariableFile => "variable-file",
        Role::Local => "local",
        Role::Output => "output",
        Role::ResourceAttribute => "resource-attribute",
        Role::DocumentedDefault => "documented-default",
        Role::Part => "part",
        Role::Inherited => "inherited",
    }
}

fn status(status: &model::Status) -> &'static str {
    match status {
        model::Status::Open => "open",
        model::Status::Baselined => "baselined",
        model::Status::Accepted(_) => "accepted",
    }
}

fn counts(report: &model::Report) -> Counts {
    let outcome = |outcome| match outcome {
        model::Outcome::Pass => "pass",
        model::Outcome::Fail => "fail",
        model::Outcome::Undecided => "undecided",
        model::Outcome::Error => "error",
        model::Outcome::NotApplicable => "not_applicable",
    };
    let mut findings: BTreeMap<&'static str, BTreeMap<&'static str, u64>> = BTreeMap::new();
    for name in ["open", "baselined", "accepted"] {
        findings.entry(name).or_default();
    }
    for finding in &report.findings {
        *findings.entry(status(&finding.status)).or_default().entry(finding.severity.as_str()).or_default() += 1;
    }
    Counts {
        files: report.counts.files,
        bytes: report.counts.bytes,
        units: report.counts.units,
        resources: report.counts.resources,
        judgements: report.counts.judgements.iter().map(|(key, number)| (outcome(*key), *number)).collect(),
        findings,
        undecided: report.undecided.len() as u64,
    }
}

fn policies(report: &model::Report) -> Vec<Policy<'_>> {
    let all = report
        .policies
        .iter()
        .chain(report.findings.iter().map(|finding| &finding.policy))
        .chain(report.undecided.iter().map(|undecided| &undecided.policy));
    let by_id: BTreeMap<&str, &model::PolicyInfo> = all.map(|policy| (&*policy.id, &**policy)).collect();
    by_id.into_values().map(policy).collect()
}

fn policy(policy: &model::PolicyInfo) -> Policy<'_> {
    Policy {
        id: &policy.id,
        title: &policy.title,
        severity: policy.severity.as_str(),
        tier: policy.tier.as_str(),
        confidence: policy.confidence.as_str(),
        why: &policy.why,
        fix: &policy.fix.text,
        references: texts(&policy.references),
        aliases: texts(&policy.aliases),
        controls: texts(&policy.controls),
        frameworks: policy.frameworks.iter().map(|(name, clauses)| (&**name, texts(clauses))).collect(),
        judges: texts(&policy.judges),
        source: &policy.source,
    }
}

fn problem(problem: &model::Problem) -> Problem<'_> {
    Problem {
        path: &problem.path,
        line: problem.line,
        column: problem.column,
        kind: problem.kind.as_str(),
        message: &problem.message,
        help: &problem.help,
        fails: problem.fails,
    }
}

fn texts(texts: &[Arc<str>]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}
