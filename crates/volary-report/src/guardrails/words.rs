//! Sentences that several formats share.

use std::collections::{BTreeMap, BTreeSet};

use volary_model::{
    Acceptance, Assumption, Candidate, Fact, GuardrailVerdict, Guardrails, Level, Location, MutableSource,
    PipelineView, Scan, Severity, SmallestEdit, Status, UnreadSource, Verdict,
};

use crate::words::{count, place};

/// The verdict for people.
pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Blocking => "guarded",
        Verdict::BlockingIf => "guarded if",
        Verdict::Unverifiable => "cannot be seen",
        Verdict::Bypassable => "can be bypassed",
        Verdict::ReportOnly => "only reports",
        Verdict::Absent => "nothing looks",
    }
}

/// What was done to a thing when it has shipped: `pushed`.
pub(crate) fn shipped(effect: &str) -> String {
    match effect {
        "push" => "pushed".to_owned(),
        "retag" => "retagged".to_owned(),
        "apply" => "applied".to_owned(),
        "deploy" => "deployed".to_owned(),
        other => match other.strip_suffix('e') {
            Some(stem) => format!("{stem}ed"),
            None => format!("{other}ed"),
        },
    }
}

/// `the image app:1 is pushed`, with a capital letter.
pub(crate) fn ships(verdict: &GuardrailVerdict) -> String {
    capital(&format!("{} is {}", verdict.what, shipped(&verdict.effect)))
}

/// The text with its first letter as a capital.
pub(crate) fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

/// The text as a sentence: with a capital letter and a full stop.
pub(crate) fn sentence(text: &str) -> String {
    stopped(&capital(text.trim()))
}

/// The text with a full stop; what starts with the name of a tool keeps its small letter.
pub(crate) fn stopped(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?', ':']) { text.to_owned() } else { format!("{text}.") }
}

/// What ships at one place: all that is demanded of it.
#[derive(Clone, Debug)]
pub(crate) struct Thing<'a> {
    /// The verdicts, those that are demanded first. Never empty.
    pub(crate) verdicts: Vec<&'a GuardrailVerdict>,
}

impl Thing<'_> {
    /// Whether something is demanded of it.
    pub(crate) fn is_judged(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.required)
    }

    /// Whether everything that is demanded of it holds.
    pub(crate) fn is_guarded(&self) -> bool {
        self.is_judged() && self.demanded().all(|verdict| verdict.verdict.holds())
    }

    /// Whether it is guarded only under assumptions.
    pub(crate) fn is_assumed(&self) -> bool {
        self.is_guarded() && self.demanded().any(|verdict| verdict.verdict == Verdict::BlockingIf)
    }

    fn demanded(&self) -> impl Iterator<Item = &GuardrailVerdict> {
        self.verdicts.iter().copied().filter(|verdict| verdict.required)
    }
}

/// The things that ship, in the order of the verdicts.
pub(crate) fn things<'a>(verdicts: impl Iterator<Item = &'a GuardrailVerdict>) -> Vec<Thing<'a>> {
    let mut index = BTreeMap::new();
    let mut things: Vec<Thing<'a>> = Vec::new();
    for verdict in verdicts {
        let at = &verdict.location;
        let key = (&*verdict.pipeline, verdict.line, &*verdict.what, &*verdict.effect, &*at.path, at.start);
        let number = *index.entry(key).or_insert(things.len());
        match things.get_mut(number) {
            Some(thing) => thing.verdicts.push(verdict),
            None => things.push(Thing { verdicts: vec![verdict] }),
        }
    }
    for thing in &mut things {
        thing.verdicts.sort_by_key(|verdict| !verdict.required);
    }
    things
}

/// The worst verdict on what is demanded: of gaps that are accepted or known only where there are no others.
pub(crate) fn worst<'a>(verdicts: impl Iterator<Item = &'a GuardrailVerdict> + Clone) -> Option<Verdict> {
    let counts = |verdict: &&GuardrailVerdict| verdict.status == Status::Open || verdict.verdict.holds();
    let demanded = verdicts.filter(|verdict| verdict.required);
    demanded.clone().filter(counts).map(|it| it.verdict).max().or_else(|| demanded.map(|it| it.verdict).max())
}

/// The worst verdict on what a pipeline ships.
pub(crate) fn worst_of(answer: &Guardrails, pipeline: &PipelineView) -> Option<Verdict> {
    worst(pipeline.verdicts.iter().filter_map(|index| answer.verdicts.get(*index)))
}

/// How many of the things that ship from a pipeline are guarded: `2 of 5 guarded`.
pub(crate) fn guarded(answer: &Guardrails, pipeline: &PipelineView) -> (usize, usize) {
    let verdicts = pipeline.verdicts.iter().filter_map(|index| answer.verdicts.get(*index));
    let things = things(verdicts.filter(|verdict| verdict.required));
    (things.iter().filter(|thing| thing.is_guarded()).count(), things.len())
}

/// The first line of a report: the answer.
pub(crate) fn headline(answer: &Guardrails) -> String {
    let things = things(answer.verdicts.iter().filter(|verdict| verdict.required));
    let ships: usize = answer.pipelines.iter().map(|pipeline| pipeline.ships).sum();
    let holds = things.iter().filter(|thing| thing.is_guarded()).count();
    let assumed = things.iter().filter(|thing| thing.is_assumed()).count();
    let mut line = match (answer.pipelines.len(), ships.max(things.len()), things.len(), holds) {
        (0, ..) => "There are no pipelines here.".to_owned(),
        (_, 0, ..) => "Nothing ships from here.".to_owned(),
        (_, ships, 0, _) => {
            let ship = count(ships, "thing ships", "things ship");
            format!("{ship} from here, of a sort that nothing is demanded of.")
        }
        (_, _, 1, 0) => "The one thing that ships is not guarded.".to_owned(),
        (_, _, 1, _) => "The one thing that ships is guarded.".to_owned(),
        (_, _, all, 0) => format!("None of the {all} things that ship is guarded."),
        (_, _, all, holds) if all == holds => format!("All {all} things that ship are guarded."),
        (_, _, all, holds) => {
            format!("{holds} of {all} things that ship {} guarded.", if holds == 1 { "is" } else { "are" })
        }
    };
    if assumed > 0 {
        line.pop();
        match assumed == holds {
            true => line.push_str(", if what is assumed below is true."),
            false => line.push_str(&format!(", {assumed} of them if what is assumed below is true.")),
        }
    }
    match failing(answer) {
        0 => {}
        number => line.push_str(&format!(" {} this run.", count(number, "point fails", "points fail"))),
    }
    line
}

/// Whether something of this weight fails the run.
pub(crate) fn fails(answer: &Guardrails, level: Level, severity: Severity, status: &Status) -> bool {
    *status == Status::Open && level == Level::Block && severity >= answer.fail_on
}

fn failing(answer: &Guardrails) -> usize {
    let verdicts = answer.verdicts.iter().filter(|it| fails(answer, it.level, it.severity, &it.status)).count();
    verdicts + answer.weakenings.iter().filter(|it| fails(answer, it.level, it.severity, &it.status)).count()
}

/// The name of a kind of thing: `container image`.
pub(crate) fn kind<'a>(answer: &'a Guardrails, kind: &'a str) -> &'a str {
    answer.coverage.iter().find(|cell| &*cell.kind == kind).map_or(kind, |cell| &*cell.kind_name)
}

/// The name of a control: `image scan`.
pub(crate) fn control(answer: &Guardrails, control: &str) -> String {
    let cell = answer.coverage.iter().find(|cell| &*cell.control == control).map(|cell| &cell.control_name);
    let verdict = || answer.verdicts.iter().find(|it| &*it.control == control).map(|it| &it.control_name);
    cell.or_else(verdict).map_or_else(|| control.replace('-', " "), ToString::to_string)
}

/// `text (path:line)`; where the text names the place already, it stays as it is.
pub(crate) fn with_place(text: &str, location: Option<&Location>) -> String {
    match location.map(place) {
        Some(place) if !text.contains(&place) => format!("{text} ({place})"),
        _ => text.to_owned(),
    }
}

/// ``the step continues on error: `continue-on-error: true` (path:line)``.
pub(crate) fn fact(fact: &Fact) -> String {
    let text = match fact.written.is_empty() || fact.text.contains(&*fact.written) {
        true => fact.text.to_string(),
        false => format!("{}: `{}`", fact.text, fact.written),
    };
    with_place(&text, fact.location.as_ref())
}

/// What to do, with its place.
pub(crate) fn edit(edit: &SmallestEdit) -> String {
    with_place(&capital(&edit.text), edit.location.as_ref())
}

/// A control that was considered: `Trivy (path:line), only reports: the step continues on error`.
pub(crate) fn candidate(candidate: &Candidate) -> String {
    let mut out = format!("{} ({}): {}", candidate.name, place(&candidate.location), verdict(candidate.verdict));
    if let Some(decides) = &candidate.fact {
        out.push_str(&format!(", {}", fact(decides)));
    }
    if let Some(pipeline) = candidate.pipeline.as_deref().filter(|path| *path != &*candidate.location.path) {
        out.push_str(&format!("; it runs in {pipeline}"));
    }
    out
}

/// A control that looks at something else, with what it looks at.
pub(crate) fn near(candidate: &Candidate) -> String {
    let about = candidate.fact.as_ref().map_or_else(|| "it looks at something else".to_owned(), fact);
    format!("{} ({}): {about}", candidate.name, place(&candidate.location))
}

/// What a scan does with findings.
pub(crate) fn outcome(scan: &Scan) -> &'static str {
    match &*scan.outcome {
        "stops" => "stops its job",
        "reports" => "only reports",
        "depends" => "stops its job or not, as it is configured elsewhere",
        _ => "is there",
    }
}

/// `3 guardrails rest on it`.
pub(crate) fn rests(number: usize) -> String {
    count(number, "guardrail rests on it", "guardrails rest on it")
}

/// An assumption as one sentence.
pub(crate) fn assumption(assumption: &Assumption) -> String {
    let answered = match assumption.answered {
        Some(true) => "; answered: it is true",
        Some(false) => "; answered: it is not true",
        None => "",
    };
    format!("{} ({}{answered})", capital(&assumption.text), rests(assumption.verdicts))
}

/// What could not be read, as one line.
pub(crate) fn unread(source: &UnreadSource) -> String {
    let mut parts = vec![count(source.uses, "use", "uses")];
    if source.verdicts > 0 {
        parts.push(count(source.verdicts, "answer waits for it", "answers wait for it"));
    }
    if source.unless > 0 {
        parts.push(format!("{} may be better than shown", source.unless));
    }
    format!("{} ({}): {}", source.name, place(&source.location), parts.join(", "))
}

/// A source that others can move, as one line.
pub(crate) fn mutable(source: &MutableSource) -> String {
    let reference = match &*source.reference {
        "" => "its default branch".to_owned(),
        reference => format!("`{reference}`"),
    };
    format!("{} at {reference} ({}); {}", source.name, place(&source.location), rests(source.verdicts))
}

/// The acceptance of something accepted.
pub(crate) fn acceptance(status: &Status) -> Option<&Acceptance> {
    match status {
        Status::Accepted(acceptance) => Some(acceptance),
        Status::Open | Status::Baselined => None,
    }
}

/// Lines of counts: what ships nothing, what the platform would refuse, what is accepted or known before.
pub(crate) fn counts(answer: &Guardrails) -> Vec<String> {
    let mut lines = Vec::new();
    let idle = answer.pipelines.iter().filter(|pipeline| pipeline.ships == 0 && pipeline.refused.is_none()).count();
    if idle > 0 && idle < answer.pipelines.len() {
        lines.push(format!("{} nothing.", count(idle, "pipeline ships", "pipelines ship")));
    }
    let free: usize = answer.pipelines.iter().map(|it| it.ships.saturating_sub(guarded(answer, it).1)).sum();
    if free > 0 && answer.verdicts.iter().any(|verdict| verdict.required) {
        let ship = count(free, "more thing ships", "more things ship");
        lines.push(format!("{ship}, of a sort that nothing is demanded of."));
    }
    let refused: Vec<&PipelineView> = answer.pipelines.iter().filter(|it| it.refused.is_some()).collect();
    if let Some(first) = refused.first() {
        let why = first.refused.as_ref().map(fact).unwrap_or_default();
        let files = count(refused.len(), "file", "files");
        let lead = if refused.len() == 1 { "" } else { "the first: " };
        lines.push(format!("The platform would refuse {files}: {lead}{why}."));
    }
    let statuses = || answer.verdicts.iter().map(|it| &it.status).chain(answer.weakenings.iter().map(|it| &it.status));
    let accepted: Vec<&Acceptance> = statuses().filter_map(acceptance).collect();
    if !accepted.is_empty() {
        let next = accepted.iter().filter_map(|it| it.until.as_deref()).min();
        let next = next.map(|date| format!(", the first ends {date}")).unwrap_or_default();
        lines.push(format!("Accepted: {} by exception{next}.", count(accepted.len(), "gap", "gaps")));
    }
    let known = statuses().filter(|status| **status == Status::Baselined).count();
    if known > 0 {
        lines.push(format!("Baseline: {}, known before and not counted.", count(known, "gap", "gaps")));
    }
    lines
}

/// Lines of what was not read, and of what went wrong.
pub(crate) fn troubles(answer: &Guardrails) -> Vec<String> {
    let mut lines = Vec::new();
    if !answer.not_judged.is_empty() {
        let parts: Vec<String> = answer.not_judged.iter().map(crate::words::not_judged_part).collect();
        lines.push(format!("Not read: {}.", parts.join("; ")));
    }
    if let Some(gravest) = answer.problems.iter().find(|it| it.fails).or(answer.problems.first()) {
        let text = crate::words::problem(gravest);
        lines.push(match answer.problems.len() {
            1 => format!("Problem: {text}"),
            number => format!("Problems ({number}): {text}"),
        });
    }
    lines
}

/// The names of platforms for people.
pub(crate) fn platform(platform: &str) -> &str {
    match platform {
        "github" | "github-actions" => "GitHub Actions",
        "azure" | "azure-pipelines" => "Azure Pipelines",
        "gitlab" | "gitlab-ci" => "GitLab CI",
        "jenkins" => "Jenkins",
        other => other,
    }
}

/// The owners of several verdicts, each once, in order.
pub(crate) fn owners<'a>(verdicts: impl Iterator<Item = &'a GuardrailVerdict>) -> String {
    let all: BTreeSet<&str> = verdicts.flat_map(|verdict| &verdict.owners).map(|owner| &**owner).collect();
    all.into_iter().collect::<Vec<_>>().join(", ")
}
