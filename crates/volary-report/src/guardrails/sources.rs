//! The other repositories that pipelines draw on, in the terminal and as JSON.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use volary_model::{SourceUse, SourceUses};

use super::GuardrailOptions;
use super::paint::Paint;
use crate::Format;
use crate::json::document::{Location, Problem, Tool};
use crate::json::{problem, texts, whole};
use crate::words::{count, place, versions_line};

/// The formats of [`render_sources`].
pub const SOURCE_FORMATS: [Format; 2] = [Format::Text, Format::Json];

/// Writes the repositories.
///
/// # Errors
///
/// Those of `out`, and [`io::ErrorKind::Unsupported`] for a format that they do not have.
pub fn render_sources(
    answer: &SourceUses,
    format: Format,
    options: &GuardrailOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text(answer, options, out),
        Format::Json => crate::lines::write(&document(answer), 1, out),
        other => Err(io::Error::new(io::ErrorKind::Unsupported, format!("sources have no format `{other}`"))),
    }
}

/// The JSON Schema (2020-12) of the JSON of [`render_sources`].
pub fn sources_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Document<'static>).to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "Volary sources".into());
        root.insert("$id".to_owned(), "https://github.com/volary/volary/schemas/sources-1.json".into());
    }
    schema
}

/// Whether it is told without being asked for: what is read, and what hides steps.
fn matters(one: &SourceUse) -> bool {
    one.read || one.hidden
}

fn text(answer: &SourceUses, options: &GuardrailOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options);
    let told: Vec<&SourceUse> = answer.uses.iter().filter(|one| options.all || matters(one)).collect();
    let read = told.iter().filter(|one| is_read(one)).count();
    let needed = told.iter().filter(|one| matters(one)).count();
    let head = match needed {
        0 => "The pipelines here draw no steps from other repositories.".to_owned(),
        1 if read == 1 => "The pipelines here draw steps from one other repository, and it is read.".to_owned(),
        1 => "The pipelines here draw steps from one other repository, and it is not read.".to_owned(),
        number => {
            format!("The pipelines here draw steps from {number} other repositories, and {read} of them are read.")
        }
    };
    let mut lines = vec![paint.strong(&head)];
    if !told.is_empty() {
        lines.push(String::new());
    }
    for one in &told {
        let reference = match (&one.reference, one.computed) {
            (Some(reference), _) => format!("@{reference}"),
            (None, true) => " at a reference that is known at run time only".to_owned(),
            (None, false) => String::new(),
        };
        lines.push(paint.strong(&format!("  {}{reference}", one.name)));
        let uses = count(one.uses, "use", "uses");
        lines.extend(paint.folded(4, "", &format!("{}; {uses}, the first at {}", state(one), place(&one.location))));
    }
    let rest = answer.uses.len() - told.len();
    lines.push(String::new());
    if rest > 0 {
        let actions =
            count(rest, "action is a program, known by its name", "actions are programs, known by their names");
        lines.extend(paint.folded(0, "", &format!("{actions} or not at all (--all lists them).")));
    }
    if told.iter().any(|one| one.hidden && !is_read(one)) {
        lines.extend(paint.folded(
            0,
            "",
            "To read what is not read: `volary sources fetch`, or `--source NAME=PATH` with a clone of yours.",
        ));
    }
    for problem in &answer.problems {
        lines.extend(paint.folded(0, "", &format!("Problem: {}", crate::words::problem(problem))));
    }
    lines.push(paint.line(&versions_line(&answer.versions)));
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

fn is_read(one: &SourceUse) -> bool {
    one.read && !one.hidden
}

fn state(one: &SourceUse) -> String {
    let from = one.from.as_deref().map(|from| format!(" from {from}")).unwrap_or_default();
    match (one.read, one.hidden, &one.from) {
        (true, false, _) => format!("read{from}"),
        (true, true, _) => format!("read{from}, but not every file that is used is there"),
        (false, true, Some(_)) => format!("given{from}, which does not hold the files that are used"),
        (false, true, None) => match &*one.host {
            "platform" => "not read: it belongs to the platform".to_owned(),
            "address" => "not read: a file at an address".to_owned(),
            _ => "not read".to_owned(),
        },
        (false, false, _) => "a program, not looked into".to_owned(),
    }
}

/// The other repositories that pipelines draw on.
#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// Version of this format. Within a version fields are only added.
    version: &'static str,
    /// What gave the answer.
    tool: Tool<'a>,
    /// One entry for each repository and reference.
    sources: Vec<JsonSource<'a>>,
    /// What went wrong.
    problems: Vec<Problem<'a>>,
}

/// A repository at a reference.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Source")]
struct JsonSource<'a> {
    /// `owner/name`, `project/name`, the name of a library.
    name: &'a str,
    /// `github`, `azure`, `gitlab`, `bitbucket`, `platform`, `address` or `settings` (of the server).
    host: &'a str,
    /// The branch, tag or commit; `null`: the default branch.
    reference: Option<&'a str>,
    /// The reference is known at run time only.
    computed: bool,
    /// Whether something of it was read.
    read: bool,
    /// Whether something of it holds steps that are not seen.
    hidden: bool,
    /// Where it was read from.
    from: Option<&'a str>,
    /// The files that are used; an empty path is the whole.
    files: Vec<&'a str>,
    /// How many uses there are.
    uses: usize,
    /// Where it is first used.
    location: Location<'a>,
}

fn document(answer: &SourceUses) -> Document<'_> {
    let versions = &answer.versions;
    Document {
        version: "1",
        tool: Tool {
            name: "volary",
            version: &versions.binary,
            pack: &versions.pack,
            pack_digest: &versions.pack_digest,
        },
        sources: answer
            .uses
            .iter()
            .map(|one| JsonSource {
                name: &one.name,
                host: &one.host,
                reference: one.reference.as_deref(),
                computed: one.computed,
                read: one.read,
                hidden: one.hidden,
                from: one.from.as_deref(),
                files: texts(&one.files),
                uses: one.uses,
                location: whole(&one.location),
            })
            .collect(),
        problems: answer.problems.iter().map(problem).collect(),
    }
}
