//! SARIF 2.1.0: a result for each gap that is told once, and for each weakened guardrail.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};
use volary_model::{Files, GuardrailVerdict, Guardrails, Level, Location, Severity, Status, Weakening};

use super::once::said;
use super::{clean, weakened, words};
use crate::mask::Masks;
use crate::sarif::log::{self, Descriptor, Text};
use crate::sarif::rule::{NOT_JUDGED, level, notifications, problem_severity, security_severity};
use crate::sarif::{
    MAX_NOTIFICATIONS, MAX_RELATED, SCHEMA, SNIPPET, artifact, exit_code_description, place, region, suppression, text,
};
use crate::snippet::{self, first_line};
use crate::words::not_judged_part;

const UNREAD: &str = "not-seen";
const ASSUMED: &str = "assumed";
const MOVING: &str = "moving-source";
/// Kinds of notifications beside those of a check.
const NOTIFICATIONS: [(&str, &str); 3] = [
    (UNREAD, "Something that is used lies elsewhere and could not be read"),
    (ASSUMED, "A fact that only the platform or a person knows, on which verdicts rest"),
    (MOVING, "A source that is used can be changed by others without a change here"),
];

/// Writes the answer as a SARIF log.
pub(crate) fn render(answer: &Guardrails, files: &Files, out: &mut dyn Write) -> io::Result<()> {
    let rules = rules(answer);
    let index: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(at, rule)| (&*rule.id, at)).collect();
    let writer = Writer { answer, files, rules: &index };
    let results = writer.results();
    let exit_code = answer.exit_code();
    let mut kinds = notifications();
    kinds.extend(NOTIFICATIONS.map(|(id, text)| descriptor(id, text)));
    let mut properties = BTreeMap::from([
        ("targets", json!(answer.targets.iter().map(|target| &**target).collect::<Vec<_>>())),
        ("pipelines", json!(answer.pipelines.len())),
        ("answer", json!(words::headline(answer))),
        ("failOn", json!(answer.fail_on)),
    ]);
    if let Some(since) = &answer.since {
        properties.insert("since", json!(&**since));
    }
    let log = log::Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [log::Run {
            tool: log::Tool {
                driver: log::Driver {
                    name: "Volary",
                    version: answer.versions.binary.to_string(),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules,
                    notifications: kinds,
                    properties: BTreeMap::from([
                        ("pack", json!(&*answer.versions.pack)),
                        ("packDigest", json!(&*answer.versions.pack_digest)),
                    ]),
                },
            },
            invocations: [log::Invocation {
                execution_successful: !answer.problems.iter().any(|problem| problem.fails),
                exit_code,
                exit_code_description: exit_code_description(exit_code),
                tool_execution_notifications: notices(answer),
            }],
            column_kind: "unicodeCodePoints",
            artifacts: Vec::new(),
            results,
            properties,
        }],
    };
    crate::lines::write(&log, 2, out)
}

/// The rule of a control.
fn control_rule(control: &str) -> String {
    format!("guardrail/{control}")
}

/// A rule for each control that is demanded, and for each class of weakened guardrails that is there, by id.
fn rules(answer: &Guardrails) -> Vec<Descriptor> {
    let mut rules: BTreeMap<String, Descriptor> = BTreeMap::new();
    for verdict in answer.verdicts.iter().filter(|verdict| verdict.required) {
        let id = control_rule(&verdict.control);
        rules.entry(id.clone()).or_insert_with(|| {
            let name = words::capital(&verdict.control_name);
            let title = format!("{name}: what ships is not guarded by one that stops it");
            rule(&id, &title, &verdict.why, &verdict.control, Severity::Medium)
        });
    }
    for one in &answer.weakenings {
        let (id, title) = weakened::class(&one.class);
        rules.entry(id.to_owned()).or_insert_with(|| {
            let why = "A guardrail that is weakened looks as if it were there, and stops less or nothing.";
            rule(id, title, why, "", one.severity)
        });
    }
    rules.into_values().collect()
}

fn rule(id: &str, title: &str, why: &str, control: &str, severity: Severity) -> Descriptor {
    let mut tags = vec!["security", "guardrail"];
    if !control.is_empty() {
        tags.push(control);
    }
    Descriptor {
        full_description: (!why.is_empty()).then(|| Text { text: text(why) }),
        default_configuration: Some(log::Configuration { level: level(severity, Level::Block) }),
        properties: BTreeMap::from([
            ("tags", json!(tags)),
            ("precision", json!("high")),
            ("security-severity", json!(security_severity(severity))),
            ("problem.severity", json!(problem_severity(severity))),
        ]),
        ..descriptor(id, title)
    }
}

fn descriptor(id: &str, title: &str) -> Descriptor {
    Descriptor {
        id: id.to_owned(),
        short_description: Text { text: text(title) },
        full_description: None,
        help: None,
        help_uri: None,
        default_configuration: None,
        properties: BTreeMap::new(),
    }
}

struct Writer<'a> {
    answer: &'a Guardrails,
    files: &'a Files,
    rules: &'a BTreeMap<&'a str, usize>,
}

impl Writer<'_> {
    fn results(&self) -> Vec<log::Result> {
        let groups = said(self.answer, true);
        let mut results: Vec<log::Result> = groups.iter().map(|group| self.gap(&group.verdicts)).collect();
        // What is accepted or known is told one by one: each has its own exception.
        let settled = |verdict: &&GuardrailVerdict| {
            verdict.required && !verdict.verdict.holds() && verdict.status != Status::Open
        };
        results.extend(self.answer.verdicts.iter().filter(settled).map(|verdict| self.gap(&[verdict])));
        results.extend(self.answer.weakenings.iter().map(|one| self.weakening(one)));
        results
    }

    /// A result for verdicts that one fact decides. It stands where that fact is; what ships is beside it.
    fn gap(&self, verdicts: &[&GuardrailVerdict]) -> log::Result {
        let first = verdicts[0];
        let at = first.fact.as_ref().and_then(|fact| fact.location.as_ref()).unwrap_or(&first.location);
        let mut related = Related { writer: self, main: at, list: Vec::new() };
        for verdict in verdicts {
            related.add(&verdict.location, &words::ships(verdict));
            for (name, location) in &verdict.through {
                related.add(location, &format!("{} calls {name}", verdict.pipeline));
            }
            if verdict.location.path != verdict.pipeline && verdict.through.is_empty() {
                related.add_line(&verdict.pipeline, verdict.line, &words::ships(verdict));
            }
        }
        for candidate in &first.candidates {
            related.add(&candidate.location, &words::candidate(candidate));
        }
        for near in &first.near {
            related.add(&near.location, &words::near(near));
        }
        if let Some((edit, location)) = first.edit.as_ref().and_then(|edit| Some((edit, edit.location.as_ref()?))) {
            related.add(location, &edit.text);
        }
        for (name, location) in &first.also {
            related.add(location, name);
        }
        let mut message = words::stopped(&first.message);
        if verdicts.len() > 1 {
            let more = crate::words::count(verdicts.len() - 1, "more thing", "more things");
            message.push_str(&format!(" The same decides for {more} that ship."));
        }
        if let Some(edit) = first.edit.as_ref().filter(|edit| !first.message.contains(&*edit.text)) {
            message.push_str(&format!(" To do: {}.", words::edit(edit)));
        }
        let mut properties = BTreeMap::from([
            ("verdict", json!(first.verdict.as_str())),
            ("control", json!(&*first.control)),
            ("ships", json!(&*first.what)),
            ("pipeline", json!(&*first.pipeline)),
            ("things", json!(verdicts.len())),
        ]);
        if let Some(link) = first.link {
            properties.insert("link", json!(link.as_str()));
        }
        let related = related.list;
        let weight =
            Weight { level: first.level, severity: first.severity, owners: &first.owners, status: &first.status };
        self.result(&control_rule(&first.control), &message, at, &first.fingerprint, related, properties, &weight)
    }

    fn weakening(&self, one: &Weakening) -> log::Result {
        let (id, _) = weakened::class(&one.class);
        let message = format!("{} {}", words::sentence(&one.message), words::sentence(&one.fix));
        let mut properties = BTreeMap::from([("class", json!(&*one.class)), ("removed", json!(one.removed))]);
        for (name, value) in
            [("control", &one.control), ("tool", &one.tool), ("before", &one.before), ("after", &one.after)]
        {
            if let Some(value) = value {
                properties.insert(name, json!(&**value));
            }
        }
        let weight = Weight { level: one.level, severity: one.severity, owners: &one.owners, status: &one.status };
        self.result(id, message.trim(), &one.location, &one.fingerprint, Vec::new(), properties, &weight)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a result have nothing in common")]
    fn result(
        &self,
        rule: &str,
        message: &str,
        at: &Location,
        fingerprint: &str,
        related: Vec<log::Location>,
        mut properties: BTreeMap<&'static str, Value>,
        weight: &Weight<'_>,
    ) -> log::Result {
        properties.insert("severity", json!(weight.severity));
        properties.insert("level", json!(weight.level));
        let fails = words::fails(self.answer, weight.level, weight.severity, weight.status);
        properties.insert("failsRun", json!(fails));
        if !weight.owners.is_empty() {
            properties.insert("owners", json!(weight.owners.iter().map(|owner| &**owner).collect::<Vec<_>>()));
        }
        log::Result {
            rule_id: rule.to_owned(),
            rule_index: self.rules.get(rule).copied().unwrap_or_default(),
            kind: "fail",
            level: level(weight.severity, weight.level),
            message: Text { text: text(message) },
            locations: [self.location(at, true)],
            fingerprints: BTreeMap::from([("volary/v1", fingerprint.to_owned())]),
            // GitHub would hash the line, and the alert would be a new one after every edit of it.
            partial_fingerprints: BTreeMap::from([("primaryLocationLineHash", format!("{fingerprint}:1"))]),
            related_locations: related,
            suppressions: suppression(weight.status, |location| self.location(location, false)).map(|one| [one]),
            baseline_state: (*weight.status == Status::Baselined).then_some("unchanged"),
            fixes: None,
            properties,
        }
    }

    /// A place on one line; with the code that stands there where it is asked for.
    fn location(&self, location: &Location, code: bool) -> log::Location {
        let id = location.span.file;
        let file = self.files.get(id).filter(|file| *file.path() == location.path);
        let short = first_line(location, file.map(|file| &**file));
        let code = file.filter(|_| code && short.span.start < short.span.end).map(|file| {
            let span = short.span.start..short.span.end;
            let line = snippet::line(file, id, short.start.line, span, &Masks::default(), SNIPPET);
            let code = line.text.get(line.focus).unwrap_or_default();
            log::Message { text: clean::text_masked(code).into_owned() }
        });
        let region = log::Region { snippet: code, ..region(&short) };
        log::Location {
            id: None,
            physical_location: log::PhysicalLocation {
                artifact_location: artifact(&location.path, None),
                region: Some(region),
            },
            logical_locations: Vec::new(),
            message: None,
        }
    }
}

/// What of a result decides how much it counts.
struct Weight<'a> {
    level: Level,
    severity: Severity,
    owners: &'a [std::sync::Arc<str>],
    status: &'a Status,
}

/// Places beside that of a result: each once, no more than readers show.
struct Related<'a> {
    writer: &'a Writer<'a>,
    main: &'a Location,
    list: Vec<log::Location>,
}

impl Related<'_> {
    fn add(&mut self, location: &Location, what: &str) {
        if location != self.main {
            self.push(self.writer.location(location, false), what);
        }
    }

    fn add_line(&mut self, path: &str, line: u32, what: &str) {
        if let Some(location) = place(path, Some(line), None) {
            self.push(location, what);
        }
    }

    fn push(&mut self, location: log::Location, what: &str) {
        let known = |one: &log::Location| one.physical_location == location.physical_location;
        if self.list.len() < MAX_RELATED && !self.list.iter().any(known) {
            let id = Some(self.list.len() + 1);
            self.list.push(log::Location { id, message: Some(log::Message { text: text(what) }), ..location });
        }
    }
}

/// Problems, what was not read or seen, and what is assumed.
fn notices(answer: &Guardrails) -> Vec<log::Notification> {
    let notice = |id: &str, level, message: &str, locations| log::Notification {
        descriptor: log::Reference { id: id.to_owned() },
        associated_rule: None,
        level,
        message: Text { text: text(message) },
        locations,
    };
    let at = |location: &Location| {
        place(&location.path, Some(location.start.line), Some(location.start.column)).into_iter().collect::<Vec<_>>()
    };
    let mut out = Vec::new();
    for problem in answer.problems.iter().take(MAX_NOTIFICATIONS) {
        let level = if problem.fails { "error" } else { "warning" };
        let help = if problem.help.is_empty() { String::new() } else { format!(". {}", problem.help) };
        let locations = place(&problem.path, problem.line, problem.column).into_iter().collect();
        out.push(notice(problem.kind.as_str(), level, &format!("{}{help}", problem.message), locations));
    }
    if answer.problems.len() > MAX_NOTIFICATIONS {
        let message = format!("and {} more, all in the JSON report", answer.problems.len() - MAX_NOTIFICATIONS);
        out.push(notice("limit", "warning", &message, Vec::new()));
    }
    for part in &answer.not_judged {
        let locations = part.paths.iter().take(10).filter_map(|path| place(path, None, None)).collect();
        out.push(notice(NOT_JUDGED, "note", &format!("Not read: {}", not_judged_part(part)), locations));
    }
    for source in answer.unread.iter().take(MAX_NOTIFICATIONS) {
        let message = format!("Not seen: {}. To see it: {}", words::unread(source), source.command);
        out.push(notice(UNREAD, "note", &message, at(&source.location)));
    }
    for assumption in answer.assumptions.iter().take(MAX_NOTIFICATIONS) {
        out.push(notice(ASSUMED, "note", &format!("Assumed: {}", words::assumption(assumption)), Vec::new()));
    }
    for source in answer.mutable.iter().take(MAX_NOTIFICATIONS) {
        let message = format!("Others can change it: {}", words::mutable(source));
        out.push(notice(MOVING, "note", &message, at(&source.location)));
    }
    out
}
