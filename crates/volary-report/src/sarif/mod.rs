//! SARIF 2.1.0, ready for upload to GitHub code scanning and Azure DevOps.
//!
//! What could not be decided is a notification of the run, not a result of kind `open`: GitHub shows results of every
//! kind as alerts.

pub(crate) mod log;
pub(crate) mod rule;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use volary_model::{Acceptance, Edit, Finding, PolicyInfo, Report, Status};

use crate::escape::{uri, visible};
use crate::snippet::{self, first_line};
use crate::story;
use crate::words::{self, count};
use crate::{Context, Options};

/// GitHub shows so many related locations of a result, and refuses more than a thousand.
pub(crate) const MAX_RELATED: usize = 100;
/// So many notifications of one kind; what is beyond is counted in one more.
pub(crate) const MAX_NOTIFICATIONS: usize = 1000;
/// So many uses of a definition are named in a result.
const MAX_INSTANCES: usize = 100;
/// Characters of code in a result.
pub(crate) const SNIPPET: usize = 200;
/// The schema of the log.
pub(crate) const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const SOURCE_ROOT: &str = "%SRCROOT%";

/// Writes the report as a SARIF log.
pub(crate) fn render(context: Context<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let report = context.report;
    let policies = policies(report);
    let kept = kept(report, options.max_results);
    let mut artifacts: BTreeMap<&str, usize> =
        kept.iter().map(|index| (&*report.findings[*index].location.path, 0)).collect();
    artifacts.values_mut().enumerate().for_each(|(index, place)| *place = index);

    let left_out = report.findings.len() - kept.len();
    let exit_code = report.exit_code();
    let log = log::Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [log::Run {
            tool: log::Tool {
                driver: log::Driver {
                    name: "Volary",
                    version: report.versions.binary.to_string(),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: policies.values().map(|(_, policy)| rule::rule(policy)).collect(),
                    notifications: rule::notifications(),
                    properties: BTreeMap::from([
                        ("pack", json!(&*report.versions.pack)),
                        ("packDigest", json!(&*report.versions.pack_digest)),
                    ]),
                },
            },
            invocations: [log::Invocation {
                execution_successful: !report.problems.iter().any(|problem| problem.fails),
                exit_code,
                exit_code_description: exit_code_description(exit_code),
                tool_execution_notifications: notifications(report, left_out),
            }],
            column_kind: "unicodeCodePoints",
            artifacts: artifacts.keys().map(|path| log::Artifact { location: artifact(path, None) }).collect(),
            results: Results {
                context,
                policies: &policies,
                artifacts: &artifacts,
                kept: &kept,
                baseline: report.findings.iter().any(|finding| finding.status == Status::Baselined),
            },
            properties: run_properties(report, left_out),
        }],
    };
    crate::lines::write(&log, 2, out)
}

/// What an exit code says.
pub(crate) fn exit_code_description(exit_code: u8) -> &'static str {
    match exit_code {
        0 => "nothing that fails the run was found",
        1 => "something that fails the run was found",
        _ => "something that should have been judged could not be",
    }
}

fn run_properties(report: &Report, left_out: usize) -> BTreeMap<&'static str, Value> {
    let mut properties = BTreeMap::from([
        ("targets", json!(report.targets.iter().map(|target| &**target).collect::<Vec<_>>())),
        ("files", json!(report.counts.files)),
        ("resources", json!(report.counts.resources)),
        ("undecided", json!(report.undecided.len())),
        ("failOn", json!(report.fail_on)),
        ("resultsLeftOut", json!(left_out)),
    ]);
    if let Some(since) = &report.since {
        properties.insert("since", json!(&**since));
    }
    properties
}

/// Every policy that is referred to, by id, with its index.
fn policies(report: &Report) -> BTreeMap<&str, (usize, &Arc<PolicyInfo>)> {
    let all = report
        .policies
        .iter()
        .chain(report.findings.iter().map(|finding| &finding.policy))
        .chain(report.undecided.iter().map(|undecided| &undecided.policy));
    let mut policies: BTreeMap<&str, (usize, &Arc<PolicyInfo>)> = BTreeMap::new();
    for policy in all {
        policies.entry(&policy.id).or_insert((0, policy));
    }
    policies.values_mut().enumerate().for_each(|(index, entry)| entry.0 = index);
    policies
}

/// Which findings are written when there are more than the limit: open ones before others, worse ones first.
fn kept(report: &Report, limit: usize) -> Vec<usize> {
    let open = report.open().count();
    let (mut of_open, mut of_others) = (open.min(limit), limit.saturating_sub(open));
    let take = |(_, finding): &(usize, &Finding)| {
        let budget = if finding.status == Status::Open { &mut of_open } else { &mut of_others };
        let kept = *budget > 0;
        *budget = budget.saturating_sub(1);
        kept
    };
    report.findings.iter().enumerate().filter(take).map(|(index, _)| index).collect()
}

/// The results, made one by one while they are written.
struct Results<'a> {
    context: Context<'a>,
    policies: &'a BTreeMap<&'a str, (usize, &'a Arc<PolicyInfo>)>,
    artifacts: &'a BTreeMap<&'a str, usize>,
    kept: &'a [usize],
    baseline: bool,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.kept.iter().map(|index| self.result(&self.context.report.findings[*index])))
    }
}

impl Results<'_> {
    fn result(&self, finding: &Finding) -> log::Result {
        let policy = &finding.policy;
        let steps = story::steps(finding, self.context.files);
        let message = match story::sentence(&steps) {
            Some(sentence) => format!("{}. {sentence}.", finding.message),
            None => finding.message.to_string(),
        };
        let mut related: Vec<log::Location> = Vec::new();
        for step in steps.iter().filter(|step| step.location.span != finding.location.span).take(MAX_RELATED) {
            related.push(log::Location {
                id: Some(related.len() + 1),
                message: Some(log::Message { text: text(&step.what) }),
                ..self.location(&step.location, None)
            });
        }
        let mut location = self.location(&finding.location, Some(finding));
        location.logical_locations = vec![log::LogicalLocation {
            fully_qualified_name: visible(&finding.address).into_owned(),
            kind: "resource",
        }];
        log::Result {
            rule_id: policy.id.to_string(),
            rule_index: self.policies.get(&*policy.id).map_or(0, |entry| entry.0),
            kind: "fail",
            level: rule::level(finding.severity, finding.level),
            message: log::Text { text: text(&message) },
            locations: [location],
            fingerprints: BTreeMap::from([("volary/v1", finding.fingerprint.to_string())]),
            // GitHub would hash the line, and the alert would be a new one after every edit of it.
            partial_fingerprints: BTreeMap::from([("primaryLocationLineHash", format!("{}:1", finding.fingerprint))]),
            related_locations: related,
            suppressions: self.suppression(finding).map(|suppression| [suppression]),
            baseline_state: match finding.status {
                Status::Baselined => Some("unchanged"),
                Status::Open | Status::Accepted(_) => self.baseline.then_some("new"),
            },
            fixes: finding.edit.as_ref().map(|edit| [self.fix(finding, edit)]),
            properties: properties(self.context.report, finding),
        }
    }

    /// A place on one line; with the code that stands there when it is a finding's.
    fn location(&self, location: &volary_model::Location, finding: Option<&Finding>) -> log::Location {
        let id = location.span.file;
        let file = self.context.files.get(id).filter(|file| *file.path() == location.path);
        let short = first_line(location, file.map(|file| &**file));
        let code = file.filter(|_| finding.is_some() && short.span.start < short.span.end).map(|file| {
            let span = short.span.start..short.span.end;
            let line = snippet::line(file, id, short.start.line, span, self.context.masks, SNIPPET);
            log::Message { text: line.text.get(line.focus).unwrap_or_default().to_owned() }
        });
        log::Location {
            id: None,
            physical_location: log::PhysicalLocation {
                artifact_location: artifact(&location.path, self.artifacts.get(&*location.path).copied()),
                region: Some(log::Region { snippet: code, ..region(&short) }),
            },
            logical_locations: Vec::new(),
            message: None,
        }
    }

    fn suppression(&self, finding: &Finding) -> Option<log::Suppression> {
        suppression(&finding.status, |location| self.location(location, None))
    }

    fn fix(&self, finding: &Finding, edit: &Edit) -> log::Fix {
        let fix = words::one_line(&finding.policy.fix.text);
        let description = if fix.is_empty() { finding.policy.title.to_string() } else { fix };
        log::Fix {
            description: log::Text { text: text(&description) },
            artifact_changes: [log::ArtifactChange {
                artifact_location: artifact(&edit.location.path, self.artifacts.get(&*edit.location.path).copied()),
                replacements: [log::Replacement {
                    deleted_region: region(&edit.location),
                    inserted_content: log::Text { text: edit.text.to_string() },
                }],
            }],
        }
    }
}

/// Why something that was found does not count.
pub(crate) fn suppression(
    status: &Status,
    located: impl Fn(&volary_model::Location) -> log::Location,
) -> Option<log::Suppression> {
    let suppression = |kind, justification, location, properties| log::Suppression {
        kind,
        status: "accepted",
        justification,
        location,
        properties,
    };
    match status {
        Status::Open => None,
        Status::Baselined => {
            Some(suppression("external", "Recorded in the baseline".to_owned(), None, BTreeMap::new()))
        }
        Status::Accepted(acceptance) => Some(suppression(
            if &*acceptance.id == "comment" { "inSource" } else { "external" },
            visible(&acceptance.reason).into_owned(),
            acceptance.location.as_ref().map(located),
            acceptance_properties(acceptance),
        )),
    }
}

fn acceptance_properties(acceptance: &Acceptance) -> BTreeMap<&'static str, Value> {
    let mut properties = BTreeMap::from([("exception", json!(&*acceptance.id))]);
    if let Some(owner) = &acceptance.owner {
        properties.insert("owner", json!(&**owner));
    }
    if let Some(until) = &acceptance.until {
        properties.insert("expiryUtc", json!(&**until));
    }
    properties
}

fn properties(report: &Report, finding: &Finding) -> BTreeMap<&'static str, Value> {
    let mut properties = BTreeMap::from([
        ("severity", json!(finding.severity)),
        ("level", json!(finding.level)),
        ("failsRun", json!(words::fails(report, finding))),
        ("resourceType", json!(&*finding.kind)),
    ]);
    if !finding.path.is_empty() {
        properties.insert("attribute", json!(&*finding.path));
    }
    if !finding.owners.is_empty() {
        properties.insert("owners", json!(finding.owners.iter().map(|owner| &**owner).collect::<Vec<_>>()));
    }
    if !finding.deciders.is_empty() {
        let values: Vec<Value> = finding
            .deciders
            .iter()
            .map(|decider| json!({"attribute": &*decider.path, "value": &*decider.shown}))
            .collect();
        properties.insert("decidedBy", json!(values));
    }
    if finding.instances.len() > 1 {
        let addresses: Vec<&str> =
            finding.instances.iter().take(MAX_INSTANCES).map(|instance| &*instance.address).collect();
        properties.insert("uses", json!(addresses));
        properties.insert("useCount", json!(finding.instances.len()));
    }
    properties
}

/// A message of SARIF: `[text](n)` would be read as a link to a related location.
pub(crate) fn text(message: &str) -> String {
    visible(message).replace("](", "] (")
}

pub(crate) fn artifact(path: &str, index: Option<usize>) -> log::ArtifactLocation {
    log::ArtifactLocation { uri: uri(path), uri_base_id: SOURCE_ROOT, index }
}

pub(crate) fn region(location: &volary_model::Location) -> log::Region {
    log::Region {
        start_line: location.start.line.max(1),
        start_column: Some(location.start.column.max(1)),
        end_line: Some(location.end.line.max(1)),
        end_column: Some(location.end.column.max(1)),
        snippet: None,
    }
}

/// Problems, what was not judged and what could not be decided.
fn notifications(report: &Report, left_out: usize) -> Vec<log::Notification> {
    let notification = |id: &str, level, message: &str, locations| log::Notification {
        descriptor: log::Reference { id: id.to_owned() },
        associated_rule: None,
        level,
        message: log::Text { text: text(message) },
        locations,
    };
    let mut out = Vec::new();
    if left_out > 0 {
        let message = format!(
            "{} left out, because code scanning accepts no more than are written here. The worst are kept; the JSON \
             report has all.",
            count(left_out, "result was", "results were")
        );
        out.push(notification(rule::CUT, "warning", &message, Vec::new()));
    }
    for problem in report.problems.iter().take(MAX_NOTIFICATIONS) {
        let level = if problem.fails { "error" } else { "warning" };
        let help = if problem.help.is_empty() { String::new() } else { format!(". {}", problem.help) };
        let locations = place(&problem.path, problem.line, problem.column).into_iter().collect();
        out.push(notification(problem.kind.as_str(), level, &format!("{}{help}", problem.message), locations));
    }
    for part in &report.not_judged {
        let locations = part.paths.iter().take(10).filter_map(|path| place(path, None, None)).collect();
        out.push(notification(
            rule::NOT_JUDGED,
            "note",
            &format!("Not judged: {}", words::not_judged_part(part)),
            locations,
        ));
    }
    for undecided in report.undecided.iter().take(MAX_NOTIFICATIONS) {
        let reasons: Vec<String> = undecided.reasons.iter().map(ToString::to_string).collect();
        let message =
            format!("Not decided for {}: {}; {}", undecided.address, undecided.policy.title, reasons.join(", "));
        let start = undecided.location.start;
        let locations = place(&undecided.location.path, Some(start.line), Some(start.column)).into_iter().collect();
        out.push(log::Notification {
            associated_rule: Some(log::Reference { id: undecided.policy.id.to_string() }),
            ..notification(rule::UNDECIDED, "note", &message, locations)
        });
    }
    for (id, level, number) in
        [("limit", "warning", report.problems.len()), (rule::UNDECIDED, "note", report.undecided.len())]
    {
        if number > MAX_NOTIFICATIONS {
            let message = format!("and {} more, all in the JSON report", number - MAX_NOTIFICATIONS);
            out.push(notification(id, level, &message, Vec::new()));
        }
    }
    out
}

pub(crate) fn place(path: &str, line: Option<u32>, column: Option<u32>) -> Option<log::Location> {
    let region = line.map(|line| log::Region {
        start_line: line.max(1),
        start_column: column.map(|column| column.max(1)),
        end_line: None,
        end_column: None,
        snippet: None,
    });
    (!path.is_empty()).then(|| log::Location {
        id: None,
        physical_location: log::PhysicalLocation { artifact_location: artifact(path, None), region },
        logical_locations: Vec::new(),
        message: None,
    })
}
