//! The format as types. Their comments are the descriptions of the published schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::list::{Verdicts, Weakenings};
use crate::json::document::{Acceptance, Location, NotJudged, Problem, Tool};

/// The result of one run of `volary guardrails`.
#[derive(Serialize, JsonSchema)]
pub(super) struct Document<'a> {
    /// Version of this format. Within a version fields are only added.
    pub(super) version: &'static str,
    /// What gave the answer.
    pub(super) tool: Tool<'a>,
    /// What was looked at, as the user named it.
    pub(super) targets: Vec<&'a str>,
    /// The base revision, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<&'a str>,
    /// What the run amounts to.
    pub(super) result: Outcome<'a>,
    /// The answer in numbers.
    pub(super) counts: Counts,
    /// Every pipeline that was read, by path.
    pub(super) pipelines: Vec<Pipeline<'a>>,
    /// For everything that ships and every control that looks at it or is demanded: whether a finding would stop it. By
    /// file, line, control.
    #[schemars(with = "Vec<Verdict<'static>>")]
    pub(super) verdicts: Verdicts<'a>,
    /// Guardrails that were taken force from, or removed.
    #[schemars(with = "Vec<Weakening<'static>>")]
    pub(super) weakenings: Weakenings<'a>,
    /// Every scan that was recognised, whether anything ships or not.
    pub(super) scans: Vec<Scan<'a>>,
    /// Facts that only the platform or a person knows; those on which most verdicts rest first.
    pub(super) assumptions: Vec<Assumption<'a>>,
    /// What lies elsewhere and could not be read; what most verdicts wait for first.
    pub(super) unread: Vec<UnreadSource<'a>>,
    /// Sources at references that others can move.
    pub(super) mutable: Vec<MutableSource<'a>>,
    /// Points at which people are waited for.
    pub(super) gates: Vec<Gate<'a>>,
    /// Kinds of things that ship against controls.
    pub(super) coverage: Vec<Cell<'a>>,
    /// What went wrong. The rest was judged all the same.
    pub(super) problems: Vec<Problem<'a>>,
    /// What was not judged, and why.
    pub(super) not_judged: Vec<NotJudged<'a>>,
}

/// What the run amounts to.
#[derive(Serialize, JsonSchema)]
pub(super) struct Outcome<'a> {
    /// 0: nothing that fails the run; 1: something that does; 2: something that should have been judged could not be.
    pub(super) exit_code: u8,
    /// Whether a verdict or weakening fails the run.
    pub(super) failed: bool,
    /// The severity from which something open at level `block` fails the run.
    pub(super) fail_on: &'a str,
}

/// The answer in numbers.
#[derive(Serialize, JsonSchema)]
pub(super) struct Counts {
    /// Pipelines that were read.
    pub(super) pipelines: usize,
    /// Pipelines that ship something.
    pub(super) pipelines_that_ship: usize,
    /// Things that ship.
    pub(super) ships: usize,
    /// Things that ship of which something is demanded.
    pub(super) judged: usize,
    /// Things of which everything that is demanded holds, under assumptions or without.
    pub(super) guarded: usize,
    /// Things that are guarded only if assumptions are true; counted in `guarded` too.
    pub(super) guarded_if: usize,
    /// Verdicts on what is demanded, by verdict.
    pub(super) verdicts: BTreeMap<&'static str, usize>,
    /// Weakened guardrails.
    pub(super) weakenings: usize,
    /// Scans that were recognised.
    pub(super) scans: usize,
}

/// A pipeline.
#[derive(Serialize, JsonSchema)]
pub(super) struct Pipeline<'a> {
    /// Its path.
    pub(super) file: &'a str,
    /// The platform that runs it.
    pub(super) platform: &'a str,
    /// Its name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    /// Things that ship from it.
    pub(super) ships: usize,
    /// Things of which something is demanded.
    pub(super) judged: usize,
    /// Things of which everything that is demanded holds.
    pub(super) guarded: usize,
    /// The worst verdict on what is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) worst: Option<&'a str>,
    /// The verdicts on what is demanded, as indices into `verdicts`, from 0.
    pub(super) verdicts: &'a [usize],
    /// Why the platform would refuse the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refused: Option<Fact<'a>>,
    /// Its jobs in order.
    pub(super) jobs: Vec<Job<'a>>,
}

/// A job, with what of it matters here.
#[derive(Serialize, JsonSchema)]
pub(super) struct Job<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// The stage that it stands in; empty where there are none.
    pub(super) stage: &'a str,
    /// The jobs that it waits for, as indices into the jobs of the pipeline, from 0.
    pub(super) needs: &'a [usize],
    /// Where it is.
    pub(super) place: Location<'a>,
    /// Scans, things that ship, gates, in order.
    pub(super) steps: Vec<Step<'a>>,
}

/// A step of a job that matters here.
#[derive(Serialize, JsonSchema)]
pub(super) struct Step<'a> {
    /// `scan`, `ships`, `builds`, `gate`, `breaker`, `hidden`.
    pub(super) role: &'a str,
    /// What it is, in short.
    pub(super) label: &'a str,
    /// Where it is.
    pub(super) place: Location<'a>,
    /// Of a scan: whether its findings stop its job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stops: Option<bool>,
    /// Of something that ships: the worst verdict on what is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) verdict: Option<&'a str>,
}

/// A fact of the files.
#[derive(Serialize, JsonSchema)]
pub(super) struct Fact<'a> {
    /// What it says, as a sentence part.
    pub(super) text: &'a str,
    /// As it is written.
    pub(super) written: &'a str,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Location<'a>>,
}

/// The smallest change that would make the control stop what ships.
#[derive(Serialize, JsonSchema)]
pub(super) struct Edit<'a> {
    /// What to do.
    pub(super) text: &'a str,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<Location<'a>>,
}

/// A named place.
#[derive(Serialize, JsonSchema)]
pub(super) struct Through<'a> {
    /// The template, script or pipeline.
    pub(super) name: &'a str,
    /// Where.
    pub(super) place: Location<'a>,
}

/// A control that was considered.
#[derive(Serialize, JsonSchema)]
pub(super) struct Candidate<'a> {
    /// Id of the tool.
    pub(super) tool: &'a str,
    /// Name of the tool.
    pub(super) name: &'a str,
    /// The control that it is.
    pub(super) control: &'a str,
    /// The pipeline that it stands in, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<&'a str>,
    /// Where it is.
    pub(super) place: Location<'a>,
    /// What it is worth alone.
    pub(super) verdict: &'a str,
    /// The link that decides, where it does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<&'a str>,
    /// The fact that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fact: Option<Fact<'a>>,
    /// What it leaves out.
    pub(super) narrowed: Vec<Fact<'a>>,
}

/// The answer for one thing that ships and one control.
#[derive(Serialize, JsonSchema)]
pub(super) struct Verdict<'a> {
    /// Always `verdict`.
    #[serde(rename = "type")]
    pub(super) of: &'static str,
    /// The pipeline that ships.
    pub(super) file: &'a str,
    /// The line in it: the step that ships, or the call of the template that holds it.
    pub(super) line: u32,
    /// The kind of thing: `image`.
    pub(super) kind: &'a str,
    /// The control: `image-scan`.
    pub(super) control: &'a str,
    /// The control in words.
    pub(super) control_name: &'a str,
    /// `blocking`, `blocking if`, `unverifiable`, `bypassable`, `report-only` or `absent`.
    pub(super) verdict: &'a str,
    /// The link of the chain from a finding to the stop that decides: `trigger`, `condition`, `execution`, `scope`,
    /// `detection`, `exit-code`, `tolerance`, `propagation` or `platform-gate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<&'a str>,
    /// Whether the control is demanded.
    pub(super) required: bool,
    /// What happens: `push`.
    pub(super) effect: &'a str,
    /// The thing, in a sentence part.
    pub(super) what: &'a str,
    /// Where the command, action or task that ships is written.
    pub(super) place: Location<'a>,
    /// The templates and scripts that lead to it, outermost first.
    pub(super) through: Vec<Through<'a>>,
    /// The fact that decides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fact: Option<Fact<'a>>,
    /// The run that decides, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) run: Option<&'a str>,
    /// The smallest edit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) edit: Option<Edit<'a>>,
    /// What has to be true: keys of `assumptions`.
    pub(super) assumptions: Vec<&'a str>,
    /// What could change the verdict and is not seen.
    pub(super) unless: Vec<&'a str>,
    /// The controls that look at it, best first.
    pub(super) candidates: Vec<Candidate<'a>>,
    /// Controls of this sort that look at something else.
    pub(super) near_misses: Vec<Candidate<'a>>,
    /// What the control leaves out although it holds.
    pub(super) narrowed: Vec<Fact<'a>>,
    /// The verdict as a sentence.
    pub(super) message: &'a str,
    /// Why it matters.
    pub(super) why: &'a str,
    /// The same run removes again what it ships.
    pub(super) ephemeral: bool,
    /// It goes to production or to the public, as far as names tell.
    pub(super) production: bool,
    /// `critical`, `high`, `medium`, `low` or `info`.
    pub(super) severity: &'a str,
    /// What it does to the run: `audit`, `warn` or `block`.
    pub(super) level: &'a str,
    /// Whether it fails the run.
    pub(super) fails: bool,
    /// Owners of the file where the edit would be made.
    pub(super) owners: Vec<&'a str>,
    /// `open`, `baselined` or `accepted`.
    pub(super) status: &'static str,
    /// The exception that covers it, when it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acceptance: Option<Acceptance<'a>>,
    /// The same wherever and whenever the same thing is found.
    pub(super) fingerprint: &'a str,
    /// Further places that the same fact decides.
    pub(super) also: Vec<Through<'a>>,
}

/// A guardrail that was taken force from, or removed.
#[derive(Serialize, JsonSchema)]
pub(super) struct Weakening<'a> {
    /// Always `weakening`.
    #[serde(rename = "type")]
    pub(super) of: &'static str,
    /// `W1` to `W15`.
    pub(super) class: &'a str,
    /// The file; of something removed the one of the base.
    pub(super) file: &'a str,
    /// The line in it.
    pub(super) line: u32,
    /// The control that is weakened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) control: Option<&'a str>,
    /// Id of the tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tool: Option<&'a str>,
    /// The pipeline that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pipeline: Option<&'a str>,
    /// What happened.
    pub(super) message: &'a str,
    /// What to do.
    pub(super) fix: &'a str,
    /// How it was before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<&'a str>,
    /// How it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) after: Option<&'a str>,
    /// It is gone: the place is one of the base.
    pub(super) removed: bool,
    /// It is a change since the base, and no state that was there before.
    pub(super) change: bool,
    /// Where it is, or was.
    pub(super) place: Location<'a>,
    /// `critical`, `high`, `medium`, `low` or `info`.
    pub(super) severity: &'a str,
    /// What it does to the run: `audit`, `warn` or `block`.
    pub(super) level: &'a str,
    /// Whether it fails the run.
    pub(super) fails: bool,
    /// Owners of the file.
    pub(super) owners: Vec<&'a str>,
    /// `open`, `baselined` or `accepted`.
    pub(super) status: &'static str,
    /// The exception that covers it, when it is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) acceptance: Option<Acceptance<'a>>,
    /// The same wherever and whenever the same thing is found.
    pub(super) fingerprint: &'a str,
}

/// A scan that was recognised.
#[derive(Serialize, JsonSchema)]
pub(super) struct Scan<'a> {
    /// The pipeline.
    pub(super) file: &'a str,
    /// The line in it.
    pub(super) line: u32,
    /// Id of the tool.
    pub(super) tool: &'a str,
    /// Name of the tool.
    pub(super) name: &'a str,
    /// The control that it is.
    pub(super) control: &'a str,
    /// What its findings do to its own job: `stops`, `reports` or `depends`.
    pub(super) outcome: &'a str,
    /// The link that the fact breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) link: Option<&'a str>,
    /// What decides that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fact: Option<Fact<'a>>,
    /// What it looks at, as written.
    pub(super) target: Vec<&'a str>,
    /// What it leaves out.
    pub(super) narrowed: Vec<Fact<'a>>,
    /// The job that it stands in.
    pub(super) job: &'a str,
    /// Where it is written.
    pub(super) place: Location<'a>,
}

/// A fact that only the platform or a person knows.
#[derive(Serialize, JsonSchema)]
pub(super) struct Assumption<'a> {
    /// Its key, as answers name it.
    pub(super) key: &'a str,
    /// As a sentence part.
    pub(super) text: &'a str,
    /// How to find out.
    pub(super) answer: &'a str,
    /// How many verdicts need it.
    pub(super) verdicts: usize,
    /// What `.volary/platform.yaml` says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answered: Option<bool>,
}

/// Something elsewhere that could not be read.
#[derive(Serialize, JsonSchema)]
pub(super) struct UnreadSource<'a> {
    /// The repository or library.
    pub(super) name: &'a str,
    /// The files of it that are used.
    pub(super) files: Vec<&'a str>,
    /// Why it was not read.
    pub(super) reason: &'a str,
    /// The command that would resolve it.
    pub(super) command: &'a str,
    /// Where it is first used.
    pub(super) place: Location<'a>,
    /// How many uses there are.
    pub(super) uses: usize,
    /// How many verdicts are `unverifiable` because of it.
    pub(super) verdicts: usize,
    /// How many verdicts name it as something that may be better than shown.
    pub(super) unless: usize,
}

/// A source at a reference that others can move.
#[derive(Serialize, JsonSchema)]
pub(super) struct MutableSource<'a> {
    /// The repository.
    pub(super) name: &'a str,
    /// The branch or tag; empty: the default branch.
    pub(super) reference: &'a str,
    /// Where it is written.
    pub(super) place: Location<'a>,
    /// How many verdicts rest on what it holds.
    pub(super) verdicts: usize,
}

/// A point at which a person is waited for.
#[derive(Serialize, JsonSchema)]
pub(super) struct Gate<'a> {
    /// The pipeline.
    pub(super) file: &'a str,
    /// Its line.
    pub(super) line: u32,
    /// Where it is written.
    pub(super) place: Location<'a>,
    /// `environment`, `manual job`, `input`, `approval task`.
    pub(super) kind: &'a str,
    /// What waits behind it.
    pub(super) guards: &'a str,
    /// The environment, where it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) environment: Option<&'a str>,
    /// Whether it is certain that a person is waited for.
    pub(super) certain: bool,
    /// What is wrong with it.
    pub(super) remarks: Vec<Fact<'a>>,
    /// The automated evidence that could replace it.
    pub(super) replace: Vec<&'a str>,
}

/// How a control stands with a kind of thing that ships.
#[derive(Serialize, JsonSchema)]
pub(super) struct Cell<'a> {
    /// The kind.
    pub(super) kind: &'a str,
    /// The kind in words.
    pub(super) kind_name: &'a str,
    /// The control.
    pub(super) control: &'a str,
    /// The control in words.
    pub(super) control_name: &'a str,
    /// Whether it is demanded.
    pub(super) required: bool,
    /// How many there are of each verdict.
    pub(super) verdicts: BTreeMap<&'static str, usize>,
    /// The tools that hold.
    pub(super) tools: Vec<&'a str>,
    /// The pipelines with a gap.
    pub(super) gaps: Vec<&'a str>,
    /// Nothing of this kind shipped in the base.
    pub(super) new: bool,
}
