//! JSON: everything that an answer holds, as a stable, versioned interface.
//!
//! Fields are only ever added within a version; a field that changes its meaning or goes raises `version`. The schema
//! that [`schema`] gives is made from these types, so it cannot differ from what is written.

mod document;
mod list;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use volary_model as model;

use document::{
    Assumption, Candidate, Cell, Counts, Document, Edit, Fact, Gate, Job, MutableSource, Outcome, Pipeline, Scan, Step,
    Through, UnreadSource,
};

use super::words;
use crate::json::document::{Acceptance, NotJudged, Tool};
use crate::json::{problem, texts, whole};

/// Version of the format.
const VERSION: &str = "1";

/// The JSON Schema of the format.
pub(crate) fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Document<'static>).to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "Volary guardrails".into());
        root.insert("$id".to_owned(), "https://github.com/volary/volary/schemas/guardrails-1.json".into());
    }
    schema
}

/// Writes the answer as JSON, one verdict a line.
pub(crate) fn render(answer: &model::Guardrails, out: &mut dyn Write) -> io::Result<()> {
    let versions = &answer.versions;
    let document = Document {
        version: VERSION,
        tool: Tool {
            name: "volary",
            version: &versions.binary,
            pack: &versions.pack,
            pack_digest: &versions.pack_digest,
        },
        targets: texts(&answer.targets),
        since: answer.since.as_deref(),
        result: Outcome {
            exit_code: answer.exit_code(),
            failed: answer.is_failure(),
            fail_on: answer.fail_on.as_str(),
        },
        counts: counts(answer),
        pipelines: answer.pipelines.iter().map(|it| pipeline(answer, it)).collect(),
        verdicts: list::Verdicts(answer),
        weakenings: list::Weakenings(answer),
        scans: answer.scans.iter().map(scan).collect(),
        assumptions: answer.assumptions.iter().map(assumption).collect(),
        unread: answer.unread.iter().map(unread).collect(),
        mutable: answer.mutable.iter().map(mutable).collect(),
        gates: answer.gates.iter().map(gate).collect(),
        coverage: answer.coverage.iter().map(cell).collect(),
        problems: answer.problems.iter().map(problem).collect(),
        not_judged: answer
            .not_judged
            .iter()
            .map(|part| NotJudged { reason: &part.reason, paths: texts(&part.paths) })
            .collect(),
    };
    crate::lines::write(&document, 1, out)
}

fn counts(answer: &model::Guardrails) -> Counts {
    let things = words::things(answer.verdicts.iter().filter(|verdict| verdict.required));
    let mut verdicts: BTreeMap<&'static str, usize> = model::Verdict::ALL.map(|it| (it.as_str(), 0)).into();
    for verdict in answer.verdicts.iter().filter(|verdict| verdict.required) {
        *verdicts.entry(verdict.verdict.as_str()).or_default() += 1;
    }
    Counts {
        pipelines: answer.pipelines.len(),
        pipelines_that_ship: answer.pipelines.iter().filter(|pipeline| pipeline.ships > 0).count(),
        ships: answer.pipelines.iter().map(|pipeline| pipeline.ships).sum(),
        judged: things.len(),
        guarded: things.iter().filter(|thing| thing.is_guarded()).count(),
        guarded_if: things.iter().filter(|thing| thing.is_assumed()).count(),
        verdicts,
        weakenings: answer.weakenings.len(),
        scans: answer.scans.len(),
    }
}

fn pipeline<'a>(answer: &'a model::Guardrails, pipeline: &'a model::PipelineView) -> Pipeline<'a> {
    let (guarded, judged) = words::guarded(answer, pipeline);
    Pipeline {
        file: &pipeline.path,
        platform: &pipeline.platform,
        name: pipeline.name.as_deref(),
        ships: pipeline.ships,
        judged,
        guarded,
        worst: pipeline.worst.map(model::Verdict::as_str),
        verdicts: &pipeline.verdicts,
        refused: pipeline.refused.as_ref().map(fact),
        jobs: pipeline.jobs.iter().map(job).collect(),
    }
}

fn job(job: &model::JobView) -> Job<'_> {
    Job {
        name: &job.name,
        stage: &job.stage,
        needs: &job.needs,
        place: whole(&job.location),
        steps: job.steps.iter().map(step).collect(),
    }
}

fn step(step: &model::StepView) -> Step<'_> {
    Step {
        role: &step.role,
        label: &step.label,
        place: whole(&step.location),
        stops: step.stops,
        verdict: step.verdict.map(model::Verdict::as_str),
    }
}

fn scan(scan: &model::Scan) -> Scan<'_> {
    Scan {
        file: &scan.pipeline,
        line: scan.line,
        tool: &scan.tool,
        name: &scan.name,
        control: &scan.control,
        outcome: &scan.outcome,
        link: scan.link.map(model::Link::as_str),
        fact: scan.fact.as_ref().map(fact),
        target: texts(&scan.target),
        narrowed: scan.narrowed.iter().map(fact).collect(),
        job: &scan.job,
        place: whole(&scan.location),
    }
}

fn assumption(assumption: &model::Assumption) -> Assumption<'_> {
    Assumption {
        key: &assumption.key,
        text: &assumption.text,
        answer: &assumption.answer,
        verdicts: assumption.verdicts,
        answered: assumption.answered,
    }
}

fn unread(source: &model::UnreadSource) -> UnreadSource<'_> {
    UnreadSource {
        name: &source.name,
        files: texts(&source.files),
        reason: &source.reason,
        command: &source.command,
        place: whole(&source.location),
        uses: source.uses,
        verdicts: source.verdicts,
        unless: source.unless,
    }
}

fn mutable(source: &model::MutableSource) -> MutableSource<'_> {
    MutableSource {
        name: &source.name,
        reference: &source.reference,
        place: whole(&source.location),
        verdicts: source.verdicts,
    }
}

fn gate(gate: &model::ManualGate) -> Gate<'_> {
    Gate {
        file: &gate.pipeline,
        line: gate.location.start.line,
        place: whole(&gate.location),
        kind: &gate.kind,
        guards: &gate.guards,
        environment: gate.environment.as_deref(),
        certain: gate.certain,
        remarks: gate.remarks.iter().map(fact).collect(),
        replace: texts(&gate.replace),
    }
}

fn cell(cell: &model::Cell) -> Cell<'_> {
    Cell {
        kind: &cell.kind,
        kind_name: &cell.kind_name,
        control: &cell.control,
        control_name: &cell.control_name,
        required: cell.required,
        verdicts: model::Verdict::ALL.iter().map(|it| it.as_str()).zip(cell.verdicts).collect(),
        tools: texts(&cell.tools),
        gaps: texts(&cell.gaps),
        new: cell.new,
    }
}

fn fact(fact: &model::Fact) -> Fact<'_> {
    Fact { text: &fact.text, written: &fact.written, place: fact.location.as_ref().map(whole) }
}

fn edit(edit: &model::SmallestEdit) -> Edit<'_> {
    Edit { text: &edit.text, place: edit.location.as_ref().map(whole) }
}

fn candidate(candidate: &model::Candidate) -> Candidate<'_> {
    Candidate {
        tool: &candidate.tool,
        name: &candidate.name,
        control: &candidate.control,
        file: candidate.pipeline.as_deref(),
        place: whole(&candidate.location),
        verdict: candidate.verdict.as_str(),
        link: candidate.link.map(model::Link::as_str),
        fact: candidate.fact.as_ref().map(fact),
        narrowed: candidate.narrowed.iter().map(fact).collect(),
    }
}

fn through(steps: &[(Arc<str>, model::Location)]) -> Vec<Through<'_>> {
    steps.iter().map(|(name, location)| Through { name, place: whole(location) }).collect()
}

fn acceptance(status: &model::Status) -> Option<Acceptance<'_>> {
    words::acceptance(status).map(|acceptance| Acceptance {
        id: &acceptance.id,
        reason: &acceptance.reason,
        owner: acceptance.owner.as_deref(),
        until: acceptance.until.as_deref(),
        location: acceptance.location.as_ref().map(whole),
    })
}
