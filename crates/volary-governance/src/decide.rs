//! What becomes of each finding.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use volary_model::{Acceptance, Files, Finding, Instance, LineColumn, Location, Problem, Span, Status};

use crate::comments::{Comment, Tool, scan};
use crate::problem::problem;
use crate::{Records, Scope};

/// The id of an acceptance that is a comment in the code.
pub const COMMENT: &str = "comment";
/// The id of an acceptance by which the configuration disables a policy.
pub const CONFIG: &str = "config";

/// Sets severity, owners and status of every finding, and says what is wrong with the records.
///
/// A finding is accepted when each of its instances is covered by a comment, an exception or a disabled policy that holds
/// today; baselined when the baseline covers what is not accepted; otherwise open. Where several acceptances cover a finding,
/// the one that ends first is named, because that is when the finding comes back.
///
/// Pure: the same findings, records, texts and day give the same answer, in whatever order they come. Comments are read from
/// `files`. The time is linear in findings and their instances, however many exceptions there are.
pub fn decide(findings: &mut [Finding], records: &Records, files: &Files, today: Date) -> Vec<Problem> {
    let comments = Comments::read(files);
    let mut used = Used {
        exceptions: vec![false; records.exceptions.len()],
        comments: comments.all.iter().map(|(_, comments)| vec![false; comments.len()]).collect(),
    };
    let mut owners: HashMap<Arc<str>, Vec<Arc<str>>> = HashMap::new();
    for finding in findings.iter_mut() {
        if let Some(severity) = records.config.severity_of(&finding.policy) {
            finding.severity = severity;
        }
        if let Some(code_owners) = &records.owners {
            let of_path = owners
                .entry(finding.location.path.clone())
                .or_insert_with(|| code_owners.owners(&finding.location.path));
            finding.owners.clone_from(of_path);
        }
        finding.status = status(finding, records, &comments, &mut used, today);
    }
    let mut problems = comments.problems(&used.comments, &records.scope, today);
    problems.extend(records.exceptions.problems(&used.exceptions, &records.scope, today));
    problems.sort();
    problems.dedup();
    problems
}

/// Which records covered something.
struct Used {
    exceptions: Vec<bool>,
    comments: Vec<Vec<bool>>,
}

fn status(finding: &Finding, records: &Records, comments: &Comments, used: &mut Used, today: Date) -> Status {
    let mut accepted: Option<Acceptance> = None;
    let (mut all, mut baselined) = (true, false);
    let mut instance = |instance: Option<&Instance>| match acceptance(finding, instance, records, comments, used, today)
    {
        Some(found) => accepted = Some(sooner(accepted.take(), found)),
        None if records.baseline.covers(finding, instance) => baselined = true,
        None => all = false,
    };
    if finding.instances.is_empty() {
        instance(None);
    }
    for one in &finding.instances {
        instance(Some(one));
    }
    match accepted {
        _ if !all => Status::Open,
        Some(acceptance) if !baselined => Status::Accepted(acceptance),
        _ => Status::Baselined,
    }
}

/// What accepts one instance today, the longest-lasting where there are several. Everything that covers it counts as used,
/// also what expired.
fn acceptance(
    finding: &Finding,
    instance: Option<&Instance>,
    records: &Records,
    comments: &Comments,
    used: &mut Used,
    today: Date,
) -> Option<Acceptance> {
    let mut best = None;
    comments.covering(finding, instance, |file, at, path, comment| {
        used.comments[file][at] = true;
        if comment.holds(today) {
            best = Some(later(best.take(), comment_acceptance(path, comment)));
        }
    });
    let mut covering = Vec::new();
    records.exceptions.covering(finding, instance, &mut covering);
    for at in covering {
        used.exceptions[at as usize] = true;
        let exception = records.exceptions.get(at);
        if exception.holds(today) {
            best = Some(later(best.take(), exception.acceptance()));
        }
    }
    best.or_else(|| {
        let disabled = records.config.disabled(&finding.policy)?;
        Some(Acceptance {
            id: CONFIG.into(),
            reason: disabled.reason.clone(),
            owner: None,
            until: None,
            location: None,
        })
    })
}

/// In the order of their ends, those without one last; then by what they are, so that the answer never depends on an order.
fn order(one: &Acceptance) -> (bool, Option<&Arc<str>>, &Arc<str>, &Arc<str>) {
    (one.until.is_none(), one.until.as_ref(), &one.id, &one.reason)
}

/// The acceptance that ends first: when the finding comes back.
fn sooner(known: Option<Acceptance>, found: Acceptance) -> Acceptance {
    known.filter(|known| order(known) <= order(&found)).unwrap_or(found)
}

/// The acceptance that ends last.
fn later(known: Option<Acceptance>, found: Acceptance) -> Acceptance {
    known.filter(|known| order(known) >= order(&found)).unwrap_or(found)
}

fn comment_acceptance(path: &Arc<str>, comment: &Comment) -> Acceptance {
    let at = LineColumn { line: comment.line, column: 1 };
    let reason = match (&comment.reason, comment.tool) {
        (Some(reason), Tool::Volary) => reason.clone(),
        (Some(reason), tool) => format!("{}: {reason}", tool.as_str()).into(),
        (None, tool) => format!("{}, without a reason", tool.as_str()).into(),
    };
    Acceptance {
        id: COMMENT.into(),
        reason,
        owner: None,
        until: comment.until.map(|until| until.to_string().into()),
        location: Some(Location {
            path: path.clone(),
            start: at,
            end: at,
            span: Span { file: volary_model::FileId(u32::MAX), start: 0, end: 0 },
        }),
    }
}

/// The comments of all files.
struct Comments {
    /// By path, sorted.
    all: Vec<(Arc<str>, Vec<Comment>)>,
    by_path: HashMap<Arc<str>, usize>,
    malformed: Vec<Problem>,
}

impl Comments {
    fn read(files: &Files) -> Self {
        let files: Vec<_> = files.iter().map(|(_, file)| file).collect();
        let mut found: Vec<_> = files
            .into_par_iter()
            .map(|file| (file.path().clone(), scan(file.path(), file.text())))
            .filter(|(_, (comments, problems))| !comments.is_empty() || !problems.is_empty())
            .collect();
        found.sort_by(|one, other| one.0.cmp(&other.0));
        let mut comments = Self { all: Vec::new(), by_path: HashMap::new(), malformed: Vec::new() };
        for (path, (of_file, malformed)) in found {
            comments.malformed.extend(malformed);
            if !of_file.is_empty() {
                comments.by_path.insert(path.clone(), comments.all.len());
                comments.all.push((path, of_file));
            }
        }
        comments
    }

    /// Calls `take` with every comment that covers an instance: one on the finding's line or at the head of its definition,
    /// on a module call that leads to the instance, or on a place that its value came through.
    fn covering(
        &self,
        finding: &Finding,
        instance: Option<&Instance>,
        mut take: impl FnMut(usize, usize, &Arc<str>, &Comment),
    ) {
        if self.all.is_empty() {
            return;
        }
        let mut at = |location: &Location| {
            let Some(file) = self.by_path.get(&location.path) else { return };
            let (path, comments) = &self.all[*file];
            for (index, comment) in comments.iter().enumerate() {
                if comment.has_line(location.start.line) && comment.speaks_about(finding) {
                    take(*file, index, path, comment);
                }
            }
        };
        at(&finding.location);
        // The "definition" of a credential in text is the whole file: its first line says nothing about the rest.
        if &*finding.kind != "secret" {
            at(&finding.extent);
        }
        if let Some(instance) = instance {
            instance.calls.iter().for_each(|(_, call)| at(call));
            instance.chain.iter().for_each(&mut at);
        }
    }

    /// What is wrong with the comments on a day.
    fn problems(&self, used: &[Vec<bool>], scope: &Scope, today: Date) -> Vec<Problem> {
        let mut problems = self.malformed.clone();
        for ((path, comments), used) in self.all.iter().zip(used) {
            for (comment, used) in comments.iter().zip(used) {
                let what = comment.tool.as_str();
                if let Some(until) = comment.until.filter(|_| !comment.holds(today)) {
                    // Another tool's comment that would cover nothing anyway is that tool's business.
                    if *used || comment.tool == Tool::Volary {
                        let help = if *used {
                            "What it covered is open again."
                        } else {
                            "It covers nothing any more: remove it."
                        };
                        problems.push(problem(path, Some(comment.line), format!("`{what}` expired on {until}"), help));
                    }
                    continue;
                }
                if *used || comment.tool != Tool::Volary || !scope.has_path(path) {
                    continue;
                }
                let names = comment.names();
                if let Some(unknown) = names.iter().find(|name| !scope.knows(name)) {
                    let message = format!("`{what}`: no policy is called `{unknown}`");
                    problems.push(problem(path, Some(comment.line), message, "`volary policy list` shows them all."));
                } else if names.iter().all(|name| scope.has_policy(name)) {
                    let help = "Put it on the line of the finding, above it, or above the definition; remove it when the \
                                finding is fixed.";
                    problems.push(problem(path, Some(comment.line), format!("`{what}` covers nothing"), help));
                }
            }
        }
        problems
    }
}
