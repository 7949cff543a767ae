//! Where the control of a verdict and what it guards are written.

use std::sync::Arc;

use volary_pipeline::{Job, JobId, Platform, Step, StepId};

use crate::case::{Case, Label};
use crate::files::{Change, Edit, Files, line_of, line_range};
use crate::read::{Read, read};
use crate::script::{Host, ScriptSite};
use crate::tools::{Tool, tool_in};
use crate::yaml::Yaml;

/// A verdict with the places that count for it.
pub(crate) struct Site<'c> {
    pub(crate) case: &'c Case,
    pub(crate) label: &'c Label,
    /// The pipeline that the scan is part of.
    pub(crate) read: Arc<Read>,
    /// The job of the scan.
    pub(crate) job: JobId,
    /// The step that is the scan, or runs it.
    pub(crate) step: Option<StepId>,
    /// The scan runs in other runs than those that ship: another pipeline, or pull requests.
    pub(crate) apart: bool,
    /// The job that ships, where it is in the same pipeline.
    pub(crate) effect: Option<JobId>,
    /// The command, where the scan is one.
    pub(crate) script: Option<ScriptSite>,
    pub(crate) tool: Option<&'static Tool>,
}

impl<'c> Site<'c> {
    /// Finds the places of a label; `None` where the pipeline cannot be read that far.
    pub(crate) fn new(case: &'c Case, label: &'c Label) -> Option<Self> {
        let main = Arc::new(read(&case.files, &case.sources, &case.root, case.platform)?);
        let mut pipeline = main.clone();
        let mut found = place(&pipeline, case, label);
        if found.is_none() {
            pipeline = Arc::new(read(&case.files, &case.sources, &label.scan.path, case.platform)?);
            found = place(&pipeline, case, label);
        }
        let (job, step) = found?;
        let same = Arc::ptr_eq(&main, &pipeline);
        let effect = same.then(|| {
            let step = main.step_at(&case.files, &label.effect).map(|(job, _)| job);
            step.or_else(|| main.job_at(&case.files, &label.effect))
        });
        let line = line_range(case.files.get(&label.scan.path)?, label.scan.line)?;
        let line = &case.files[&label.scan.path][line];
        let is_scan = |text: &str| tool_in(text).is_some();
        let found = step.and_then(|id| pipeline.pipeline.job(job)?.steps.get(id.0 as usize));
        let script = found
            .filter(|step| pipeline.path(step.at) == label.scan.path)
            .and_then(|step| ScriptSite::of_step(&pipeline, &case.files, step, label.scan.line, &is_scan))
            .or_else(|| ScriptSite::of_file(&case.files, &label.scan.path, label.scan.line, &is_scan));
        let words = match &script {
            Some(script) => script.written().to_owned(),
            None => found.and_then(Step::uses).map_or_else(|| line.to_owned(), |uses| uses.written.canonical()),
        };
        let tool = tool_in(&words).or_else(|| tool_in(line));
        let apart = !same || label.assumptions.iter().any(|key| key.starts_with("required-check("));
        Some(Self { case, label, read: pipeline, job, step, apart, effect: effect.flatten(), script, tool })
    }

    pub(crate) fn platform(&self) -> Platform {
        self.case.platform
    }

    pub(crate) fn files(&self) -> &'c Files {
        &self.case.files
    }

    pub(crate) fn job(&self) -> &Job {
        &self.read.pipeline.jobs[self.job.0 as usize]
    }

    pub(crate) fn step(&self) -> Option<&Step> {
        self.job().steps.get(self.step?.0 as usize)
    }

    /// The file of the pipeline that the scan is part of.
    pub(crate) fn path(&self) -> &str {
        self.read.path(self.read.pipeline.at)
    }

    /// The file of the step.
    pub(crate) fn step_path(&self) -> Option<&str> {
        Some(self.read.path(self.step()?.at))
    }

    /// The file of the job.
    pub(crate) fn job_path(&self) -> &str {
        self.read.path(self.job().header)
    }

    pub(crate) fn text(&self, path: &str) -> &'c str {
        self.case.files.get(path).map_or("", String::as_str)
    }

    /// Scan and what ships are in one job.
    pub(crate) fn same_job(&self) -> bool {
        !self.apart && self.effect == Some(self.job)
    }

    /// The job that ships waits, directly or not, for the one that scans.
    pub(crate) fn guards(&self) -> bool {
        self.effect.is_some_and(|effect| effect != self.job && self.read.waits_for(effect, self.job))
    }

    /// The scan runs in pull requests, whose check has to pass before something of them ships.
    pub(crate) fn in_pull_requests(&self) -> bool {
        self.label.assumptions.iter().any(|key| key.starts_with("required-check("))
    }

    /// What ships is done by the step of the scan too: it cannot be left out or tolerated apart from it.
    pub(crate) fn ships_in_step(&self) -> bool {
        let (scan, effect) = (&self.label.scan, &self.label.effect);
        let Some(step) = self.step() else { return false };
        let path = self.read.path(step.at);
        if scan.path == effect.path && scan.path != path {
            return true;
        }
        let text = self.text(path);
        let lines = line_of(text, step.at.start as usize)..=line_of(text, (step.at.end as usize).max(1) - 1);
        path == effect.path && lines.contains(&effect.line)
    }

    /// What ships is a later command of the same script.
    pub(crate) fn ships_in_script(&self) -> bool {
        let (scan, effect) = (&self.label.scan, &self.label.effect);
        let Some(script) = self.script.as_ref().filter(|_| scan.path == effect.path) else { return false };
        if script.host == Host::File {
            return true;
        }
        script.host != Host::Recipe && self.ships_in_step()
    }

    /// A finding fails the command or step itself; otherwise something behind it reads a report.
    pub(crate) fn stops(&self) -> bool {
        let Some(tool) = self.tool else { return false };
        if tool.hard.is_empty() {
            return true;
        }
        let step = self.step().map_or("", |step| {
            let text = self.text(self.read.path(step.at));
            text.get(step.at.start as usize..step.at.end as usize).unwrap_or_default()
        });
        let command = self.script.as_ref().map_or("", ScriptSite::written);
        let in_place = tool.hard.iter().any(|hard| step.contains(hard) || command.contains(hard));
        in_place || tool.hard_elsewhere.iter().any(|hard| self.case.files.values().any(|text| text.contains(hard)))
    }

    /// A change of one file.
    pub(crate) fn change(&self, path: &str, edits: Vec<Edit>) -> Option<Change> {
        Change::of(&self.case.files, path, edits)
    }

    /// The change, where the platform takes what it makes.
    pub(crate) fn accepted(&self, change: Change) -> Option<Change> {
        let look = |files| read(files, &self.case.sources, &self.case.root, self.case.platform);
        let (base, head) = (look(&change.base)?, look(&change.head)?);
        head.issues.iter().all(|issue| base.issues.contains(issue)).then_some(change)
    }

    /// A change of the script of the scan.
    pub(crate) fn rewrite(&self, edits: Vec<Edit>) -> Option<Change> {
        let script = self.script.as_ref()?;
        self.change(&script.path, script.edits(&self.case.files, edits)?)
    }

    /// The file of the step as YAML, and the byte of the key that makes it a step.
    pub(crate) fn step_yaml(&self) -> Option<(&str, Yaml<'_>, usize)> {
        let path = self.step_path()?;
        Some((path, Yaml::new(self.text(path)), self.step()?.key.start as usize))
    }
}

fn place(read: &Read, case: &Case, label: &Label) -> Option<(JobId, Option<StepId>)> {
    if let Some((job, step)) = read.step_at(&case.files, &label.scan) {
        return Some((job, Some(step)));
    }
    if let Some(job) = read.job_at(&case.files, &label.scan) {
        return Some((job, None));
    }
    // A script, a target of make or a script of npm: the step that runs it.
    let name = label.scan.path.rsplit('/').next()?;
    let line = line_range(case.files.get(&label.scan.path)?, label.scan.line)?;
    let line = case.files[&label.scan.path][line].trim();
    let runs = |step: &Step, wanted: &dyn Fn(&str) -> bool| {
        step.script().is_some_and(|script| {
            let text = script.text.canonical();
            let file = script.file.as_ref().map(|file| file.canonical()).unwrap_or_default();
            wanted(&text) || wanted(&file)
        })
    };
    let found = if name.starts_with("Makefile") {
        read.find_step(|step| runs(step, &|text| text.split_whitespace().any(|word| word == "make")))
    } else if name == "package.json" {
        let key = line.trim_start_matches('"').split('"').next().unwrap_or_default();
        let run = format!("run {key}");
        read.find_step(|step| runs(step, &|text| text.contains(&run)))
            .or_else(|| read.find_step(|step| runs(step, &|text| text.contains("npm run") || text.contains("yarn "))))
            .or_else(|| read.find_step(|step| runs(step, &|text| text.contains("npm "))))
    } else {
        read.find_step(|step| runs(step, &|text| text.contains(name)))
    };
    found.map(|(job, step)| (job, Some(step)))
}
