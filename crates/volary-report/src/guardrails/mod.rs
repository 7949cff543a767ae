//! Reports of `volary guardrails`: every output format is made from one [`Guardrails`] and the [`Files`] of the run.
//!
//! What holds for the reports of a check holds here: secret values stay masked, text of the tree cannot act, and what was
//! not read, not seen or left out is said.

mod clean;
mod contract;
mod coverage;
mod details;
mod gates;
mod html;
mod json;
mod markdown;
mod once;
mod paint;
mod require;
mod sarif;
mod sources;
mod text;
mod weakened;
mod words;

use std::io::{self, Write};

use volary_model::{Files, Guardrails};

use crate::Format;
pub use contract::{CONTRACT_FORMATS, contracts_schema, render_contracts};
pub use require::{REQUIREMENT_FORMATS, render_requirement, requirement_schema};
pub use sources::{SOURCE_FORMATS, render_sources, sources_schema};

/// What is shown of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// What ships, and whether it is guarded.
    #[default]
    Guardrails,
    /// Kinds of things that ship against controls.
    Coverage,
    /// The points at which people are waited for.
    Gates,
}

/// Choices that do not change what is reported, only how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardrailOptions {
    /// Text: for each pipeline everything that ships, with every verdict, instead of one screen.
    pub details: bool,
    /// Text: what nothing looks at is listed one by one, and no list is cut.
    pub all: bool,
    /// Text: with colours (ANSI escape sequences).
    pub colour: bool,
    /// Text: columns of the terminal; 0 where there is none.
    pub width: usize,
    /// What is shown in text and Markdown; the other formats always hold everything.
    pub view: View,
}

/// The formats of [`render_guardrails`].
pub const GUARDRAIL_FORMATS: [Format; 5] = [Format::Text, Format::Json, Format::Sarif, Format::Markdown, Format::Html];

/// Writes the answer in a format. The same answer gives the same bytes.
///
/// # Errors
///
/// Those of `out`, and [`io::ErrorKind::Unsupported`] for a format that guardrails do not have.
pub fn render_guardrails(
    answer: &Guardrails,
    files: &Files,
    format: Format,
    options: &GuardrailOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    let answer = &clean::masked(answer);
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    match format {
        Format::Text => match options.view {
            View::Guardrails if options.details => details::render(answer, options, &mut out),
            View::Guardrails => text::render(answer, options, &mut out),
            View::Coverage => coverage::render(answer, options, &mut out),
            View::Gates => gates::render(answer, options, &mut out),
        },
        Format::Json => json::render(answer, &mut out),
        Format::Sarif => sarif::render(answer, files, &mut out),
        Format::Markdown => markdown::render(answer, options, &mut out),
        Format::Html => html::render(answer, files, &mut out),
        other => Err(unsupported(other)),
    }?;
    out.flush()
}

/// The JSON Schema (2020-12) of the JSON of [`render_guardrails`].
pub fn guardrails_schema() -> serde_json::Value {
    json::schema()
}

fn unsupported(format: Format) -> io::Error {
    let names = GUARDRAIL_FORMATS.map(Format::as_str).join(", ");
    io::Error::new(io::ErrorKind::Unsupported, format!("guardrails have no format `{format}`: use one of {names}"))
}
