//! Pipelines of a case as the model reads them.

use std::sync::Arc;

use volary_model::{FileId, Span};
use volary_pipeline::{Document, JobId, Limits, MemorySources, Pipeline, Platform, Step, StepId};

use crate::case::At;
use crate::files::{Files, line_of};

/// A pipeline and the files that it was read from.
pub(crate) struct Read {
    pub(crate) pipeline: Pipeline,
    pub(crate) paths: Vec<String>,
    /// What is wrong with it.
    pub(crate) issues: Vec<String>,
}

/// Reads a pipeline of a tree.
pub(crate) fn read(files: &Files, sources: &[(String, String)], root: &str, platform: Platform) -> Option<Read> {
    let mut memory = MemorySources::default();
    let mut first = None;
    let mut paths = Vec::new();
    for (path, text) in files {
        let id = FileId(paths.len() as u32);
        paths.push(path.clone());
        let other = sources
            .iter()
            .find_map(|(name, folder)| Some((name, path.strip_prefix(folder.as_str())?.strip_prefix('/')?)));
        let document = match other {
            Some((name, inner)) => {
                let document = Arc::new(Document::new(id, inner, text.as_str()));
                memory.add_to(name, document.clone());
                document
            }
            None => {
                let document = Arc::new(Document::new(id, path.as_str(), text.as_str()));
                memory.add(document.clone());
                document
            }
        };
        if path == root {
            first = Some(document);
        }
    }
    let (pipeline, issues) = volary_pipeline::read(&first?, platform, &memory, &Limits::default());
    let issues = issues.iter().map(|issue| issue.message.to_string()).collect();
    Some(Read { pipeline, paths, issues })
}

impl Read {
    /// The path of a span's file.
    pub(crate) fn path(&self, span: Span) -> &str {
        self.paths.get(span.file.0 as usize).map_or("", String::as_str)
    }

    /// How many bytes a span has, where it is in the file and covers the line.
    fn covers(&self, files: &Files, span: Span, at: &At) -> Option<u32> {
        if self.path(span) != at.path {
            return None;
        }
        let text = files.get(&at.path)?;
        let end = text.get(span.start as usize..span.end as usize)?.trim_end().len() + span.start as usize;
        let lines = line_of(text, span.start as usize)..=line_of(text, end);
        lines.contains(&at.line).then_some(span.end - span.start)
    }

    /// The innermost step at a place.
    pub(crate) fn step_at(&self, files: &Files, at: &At) -> Option<(JobId, StepId)> {
        let all = self.pipeline.jobs().flat_map(|(job, found)| {
            found.steps.iter().enumerate().map(move |(index, step)| (job, StepId(index as u32), step))
        });
        all.filter_map(|(job, id, step)| Some((self.covers(files, step.at, at)?, job, id)))
            .min_by_key(|(size, ..)| *size)
            .map(|(_, job, id)| (job, id))
    }

    /// The innermost job at a place.
    pub(crate) fn job_at(&self, files: &Files, at: &At) -> Option<JobId> {
        self.pipeline
            .jobs()
            .filter_map(|(id, job)| Some((self.covers(files, job.at, at)?, id)))
            .min_by_key(|(size, _)| *size)
            .map(|(_, id)| id)
    }

    /// The first step that fits.
    pub(crate) fn find_step(&self, fits: impl Fn(&Step) -> bool) -> Option<(JobId, StepId)> {
        self.pipeline
            .jobs()
            .find_map(|(job, found)| found.steps.iter().position(&fits).map(|index| (job, StepId(index as u32))))
    }

    /// Whether one job waits, directly or not, for another.
    pub(crate) fn waits_for(&self, job: JobId, other: JobId) -> bool {
        let mut open = vec![job];
        let mut seen = vec![job];
        while let Some(next) = open.pop() {
            for before in self.pipeline.jobs_before(next) {
                if before == other {
                    return true;
                }
                if !seen.contains(&before) {
                    seen.push(before);
                    open.push(before);
                }
            }
            if let Some(within) = self.pipeline.job(next).and_then(|job| job.within)
                && !seen.contains(&within)
            {
                seen.push(within);
                open.push(within);
            }
        }
        false
    }
}
