//! Reports for people and machines: every output format is made from one [`Report`] and the [`Files`] of the run.
//!
//! A format is one file of this crate and never asks where a report came from. Three rules hold for all of them: secret
//! values stay masked, whichever finding shows their line; text of the checked tree cannot act as an escape sequence,
//! markup or an order for a CI system; and what was not judged, what could not be decided and what was left out for a
//! limit of the reader is said.

mod annotation;
mod azure;
mod escape;
mod frame;
mod github;
mod gitlab;
mod group;
mod guardrails;
mod json;
mod junit;
mod lines;
mod markdown;
mod mask;
mod sarif;
mod snippet;
mod story;
mod text;
mod words;

use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::Arc;

use volary_model::{Files, Report};

pub use guardrails::{
    CONTRACT_FORMATS, GUARDRAIL_FORMATS, GuardrailOptions, REQUIREMENT_FORMATS, SOURCE_FORMATS, View, contracts_schema,
    guardrails_schema, render_contracts, render_guardrails, render_requirement, render_sources, requirement_schema,
    sources_schema,
};

/// The output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// For a terminal or a log.
    Text,
    /// Everything, versioned; see [`schema`].
    Json,
    /// SARIF 2.1.0, for GitHub code scanning, Azure DevOps and editors.
    Sarif,
    /// JUnit XML, for the test views of CI systems.
    Junit,
    /// GitLab code quality.
    Gitlab,
    /// Workflow commands that GitHub shows as annotations.
    Github,
    /// Logging commands that Azure Pipelines shows as issues of the run.
    Azure,
    /// A summary for pull requests and job pages.
    Markdown,
    /// A page for a browser; guardrails have it, a check does not.
    Html,
}

impl Format {
    /// Every format of a check, in the order of the documentation.
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Json, Self::Sarif, Self::Junit, Self::Gitlab, Self::Github, Self::Azure, Self::Markdown];

    /// The word that options use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Junit => "junit",
            Self::Gitlab => "gitlab",
            Self::Github => "github",
            Self::Azure => "azure",
            Self::Markdown => "markdown",
            Self::Html => "html",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::as_str).join(", ");
        Self::ALL
            .into_iter()
            .chain([Self::Html])
            .find(|format| format.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a format: use one of {names}"))
    }
}

/// Choices that do not change what is reported, only how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Text: every finding with its code, instead of one screen.
    pub details: bool,
    /// Text: with colours (ANSI escape sequences).
    pub colour: bool,
    /// Text: columns of the terminal; 0 where there is none, then nothing but code is cut.
    pub width: usize,
    /// Azure: a Markdown report of the same run, written by the caller; its path is handed to the summary of the run.
    pub summary_file: Option<Arc<str>>,
    /// SARIF: at most so many results; what is left out is said in the file. Everything by default; GitHub refuses more
    /// than 25,000 in a run.
    pub max_results: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { details: false, colour: false, width: 0, summary_file: None, max_results: usize::MAX }
    }
}

/// What is said of a format that a check does not have.
const NO_HTML: &str = "a check has no HTML report; `volary guardrails` has one";

/// Writes a report in a format. The same report gives the same bytes.
///
/// # Errors
///
/// Those of `out`, and [`io::ErrorKind::Unsupported`] for [`Format::Html`]. A report that was not written as a whole is no
/// report: the caller says so and exits with 2.
pub fn render(
    report: &Report,
    files: &Files,
    format: Format,
    options: &Options,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let masks = mask::Masks::new(report, files);
    let context = Context { report, files, masks: &masks };
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    match format {
        Format::Text => text::render(context, options, &mut out),
        Format::Json => json::render(context, &mut out),
        Format::Sarif => sarif::render(context, options, &mut out),
        Format::Junit => junit::render(context, &mut out),
        Format::Gitlab => gitlab::render(context, &mut out),
        Format::Github => github::render(context, &mut out),
        Format::Azure => azure::render(context, options, &mut out),
        Format::Markdown => markdown::render(context, &mut out),
        Format::Html => Err(io::Error::new(io::ErrorKind::Unsupported, NO_HTML)),
    }?;
    io::Write::flush(&mut out)
}

/// The JSON Schema (2020-12) of [`Format::Json`].
pub fn schema() -> serde_json::Value {
    json::schema()
}

/// What every format is made from.
#[derive(Clone, Copy)]
struct Context<'a> {
    report: &'a Report,
    files: &'a Files,
    masks: &'a mask::Masks,
}
