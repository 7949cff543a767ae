//! JSON: everything that a report holds, as a stable, versioned interface.
//!
//! Fields are only ever added within a version; a field that changes its meaning or goes raises `version`. The schema
//! that [`schema`] gives is made from these types, so it cannot differ from what is written.

pub(crate) mod document;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use volary_model as model;

use document::{
    Acceptance, Call, Counts, Decider, Document, Edit, Finding, Instance, Location, NotJudged, Outcome, OwnLocation,
    Pointer, Policy, Problem, Reason, Step, Tool, Undecided,
};

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

pub(crate) fn whole(location: &model::Location) -> Location<'_> {
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
        ReasonKind::NotMapped => "not-mapped",
        ReasonKind::ChosenAtStart => "chosen-at-start",
        ReasonKind::RunTime => "run-time",
        ReasonKind::PlatformVariable => "platform-variable",
        ReasonKind::Secret => "secret",
        ReasonKind::MissingSource => "missing-source",
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

pub(crate) fn status(status: &model::Status) -> &'static str {
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

pub(crate) fn problem(problem: &model::Problem) -> Problem<'_> {
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

pub(crate) fn texts(texts: &[Arc<str>]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}
