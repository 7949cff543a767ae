//! What is demanded of a kind of thing, in the terminal and as JSON.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;
use volary_model::{RequiredControl, Requirement};

use super::paint::Paint;
use super::{GuardrailOptions, words};
use crate::Format;
use crate::escape::visible;
use crate::json::document::{Problem, Tool};
use crate::json::{problem, texts};
use crate::words::{count, versions_line};

/// The formats of [`render_requirement`].
pub const REQUIREMENT_FORMATS: [Format; 2] = [Format::Text, Format::Json];

/// So many templates, tools and owners are named.
const TEMPLATES: usize = 3;
const TOOLS: usize = 8;
const OWNERS: usize = 4;

/// Writes what is demanded of a kind.
///
/// # Errors
///
/// Those of `out`, and [`io::ErrorKind::Unsupported`] for a format that it does not have.
pub fn render_requirement(
    answer: &Requirement,
    format: Format,
    options: &GuardrailOptions,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Text => text(answer, options, out),
        Format::Json => crate::lines::write(&document(answer), 1, out),
        other => Err(io::Error::new(io::ErrorKind::Unsupported, format!("requirements have no format `{other}`"))),
    }
}

/// The JSON Schema (2020-12) of the JSON of [`render_requirement`].
pub fn requirement_schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Document<'static>).to_value();
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), "Volary requirement".into());
        root.insert("$id".to_owned(), "https://github.com/volary/volary/schemas/requirement-1.json".into());
    }
    schema
}

fn text(answer: &Requirement, options: &GuardrailOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options);
    let names: Vec<&str> = answer.demanded.iter().map(|control| &*control.name).collect();
    let head = match names.as_slice() {
        [] => format!("Nothing is demanded of the kind `{}` ({}).", answer.kind, answer.kind_name),
        names => format!("What ships as {} needs: {}.", answer.kind_name, names.join(", ")),
    };
    let mut lines = vec![paint.strong(&head)];
    lines.extend(paint.folded(0, "", &words::sentence(&answer.why)));
    for control in &answer.demanded {
        lines.push(String::new());
        lines.extend(paint.folded(2, "", &told(control)));
    }
    if !answer.recommended.is_empty() {
        let names: Vec<&str> = answer.recommended.iter().map(|control| &*control.name).collect();
        lines.push(String::new());
        lines.extend(paint.folded(2, "", &format!("Recommended besides: {}.", names.join(", "))));
    }
    let most = if options.all { usize::MAX } else { TEMPLATES };
    if !answer.templates.is_empty() {
        lines.push(String::new());
        lines.push(paint.strong("Use a template that gives it:"));
    }
    for template in answer.templates.iter().take(most) {
        let place = match &*template.source {
            "" => template.path.to_string(),
            source => format!("{} of {source}", template.path),
        };
        let what = if template.ships { "ships it, guarded by" } else { "has" };
        let owners = owners(&template.owners);
        lines.push(String::new());
        lines.extend(paint.folded(2, "", &format!("{place}: {what} {}.{owners}", template.guarantees.join("; "))));
        lines.extend(template.call.lines().map(|line| format!("    {}", visible(line)).trim_end().to_owned()));
    }
    if answer.templates.len() > most {
        lines.push(format!("  and {} more", answer.templates.len() - most));
    }
    if let Some(snippet) = &answer.snippet {
        let lead = if answer.templates.is_empty() { "A pipeline that does it" } else { "Or a pipeline of your own" };
        let platform = answer.platform.as_deref().map(words::platform).unwrap_or_default();
        let why = match answer.pipelines {
            Some(1) => ", like the pipeline here".to_owned(),
            Some(number) => format!(", like {number} pipelines here"),
            None => String::new(),
        };
        lines.push(String::new());
        lines.push(paint.strong(&format!("{lead}: {} ({platform}{why})", snippet.path)));
        lines.extend(paint.folded(2, "", &snippet.about));
        lines.push(String::new());
        lines.extend(snippet.text.lines().map(|line| format!("    {}", visible(line)).trim_end().to_owned()));
        lines.push(String::new());
        for change in &snippet.change {
            lines.extend(paint.folded(2, "change: ", change));
        }
        lines.extend(paint.folded(2, "", &snippet.pinned));
    } else if !answer.demanded.is_empty() && answer.platform.is_none() {
        lines.push(String::new());
        lines.extend(paint.folded(
            0,
            "",
            "There is no pipeline here that tells the platform. For a pipeline to copy: `--platform github`, `azure`, \
             `gitlab` or `jenkins`.",
        ));
    }
    lines.push(String::new());
    for (path, owners) in answer.owners.iter().take(OWNERS) {
        lines.extend(paint.folded(0, "", &format!("{path} belongs to {} (CODEOWNERS).", owners.join(", "))));
    }
    if answer.owners.len() > OWNERS {
        lines.push(format!(
            "and {} have owners",
            count(answer.owners.len() - OWNERS, "more pipeline", "more pipelines")
        ));
    }
    if !answer.demanded.is_empty() {
        lines.extend(paint.folded(0, "", &answer.exception));
    }
    for problem in &answer.problems {
        lines.extend(paint.folded(0, "", &format!("Problem: {}", crate::words::problem(problem))));
    }
    lines.push(paint.line(&versions_line(&answer.versions)));
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// A control as sentences: what it does and which tools count.
fn told(control: &RequiredControl) -> String {
    let mut text = format!("{}: {}", words::capital(&control.name), words::sentence(&control.what));
    if !control.one_of.is_empty() {
        text.push_str(&format!(" One of these is enough: {}.", control.one_of.join(", ")));
    }
    let tools: Vec<&str> = control.tools.iter().take(TOOLS).map(|tool| &**tool).collect();
    if !tools.is_empty() {
        let rest = control.tools.len() - tools.len();
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        text.push_str(&format!(" Tools that count: {}{more}.", tools.join(", ")));
    }
    text
}

fn owners(owners: &[std::sync::Arc<str>]) -> String {
    if owners.is_empty() { String::new() } else { format!(" Owner: {}.", owners.join(", ")) }
}

/// What is demanded of a kind of thing that ships.
#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// Version of this format. Within a version fields are only added.
    version: &'static str,
    /// What gave the answer.
    tool: Tool<'a>,
    /// The kind.
    kind: &'a str,
    /// The kind in words.
    name: &'a str,
    /// Why it matters.
    why: &'a str,
    /// `github`, `azure`, `gitlab` or `jenkins`; `null` where nothing here tells.
    platform: Option<&'a str>,
    /// What every one needs; empty where nothing is demanded.
    demanded: Vec<JsonControl<'a>>,
    /// What a careful organisation adds.
    recommended: Vec<JsonControl<'a>>,
    /// Templates that give what is demanded; those of other repositories first.
    templates: Vec<JsonTemplate<'a>>,
    /// A pipeline to copy.
    snippet: Option<JsonSnippet<'a>>,
    /// Owners of pipeline files.
    owners: Vec<JsonOwners<'a>>,
    /// How to ask for an exception.
    exception: &'a str,
    /// What went wrong.
    problems: Vec<Problem<'a>>,
}

/// A control.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Control")]
struct JsonControl<'a> {
    /// Its id.
    id: &'a str,
    /// Its name.
    name: &'a str,
    /// What it does.
    what: &'a str,
    /// The controls of which one is enough, by name; empty where it is just this one.
    one_of: Vec<&'a str>,
    /// The tools that count.
    tools: Vec<&'a str>,
}

/// A template.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Template")]
struct JsonTemplate<'a> {
    /// The repository; empty: this one.
    source: &'a str,
    /// Its file.
    file: &'a str,
    /// It ships the thing too; else it only looks at it.
    ships: bool,
    /// What it guarantees, in words.
    guarantees: Vec<&'a str>,
    /// The parameters that have to be given.
    parameters: Vec<&'a str>,
    /// How it is used.
    call: &'a str,
    /// Owners per CODEOWNERS of its repository.
    owners: Vec<&'a str>,
}

/// A pipeline to copy.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Snippet")]
struct JsonSnippet<'a> {
    /// Where it goes.
    file: &'a str,
    /// How it does it.
    about: &'a str,
    /// What has to be changed in it.
    change: Vec<&'a str>,
    /// The pipeline.
    text: &'a str,
    /// What to know of its versions.
    pinned: &'a str,
}

/// Owners of a file.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Owners")]
struct JsonOwners<'a> {
    /// The file.
    file: &'a str,
    /// Its owners.
    owners: Vec<&'a str>,
}

fn document(answer: &Requirement) -> Document<'_> {
    let versions = &answer.versions;
    Document {
        version: "1",
        tool: Tool {
            name: "volary",
            version: &versions.binary,
            pack: &versions.pack,
            pack_digest: &versions.pack_digest,
        },
        kind: &answer.kind,
        name: &answer.kind_name,
        why: &answer.why,
        platform: answer.platform.as_deref(),
        demanded: answer.demanded.iter().map(json).collect(),
        recommended: answer.recommended.iter().map(json).collect(),
        templates: answer
            .templates
            .iter()
            .map(|one| JsonTemplate {
                source: &one.source,
                file: &one.path,
                ships: one.ships,
                guarantees: texts(&one.guarantees),
                parameters: texts(&one.parameters),
                call: &one.call,
                owners: texts(&one.owners),
            })
            .collect(),
        snippet: answer.snippet.as_ref().map(|one| JsonSnippet {
            file: &one.path,
            about: &one.about,
            change: texts(&one.change),
            text: &one.text,
            pinned: &one.pinned,
        }),
        owners: answer.owners.iter().map(|(file, owners)| JsonOwners { file, owners: texts(owners) }).collect(),
        exception: &answer.exception,
        problems: answer.problems.iter().map(problem).collect(),
    }
}

fn json(control: &RequiredControl) -> JsonControl<'_> {
    JsonControl {
        id: &control.id,
        name: &control.name,
        what: &control.what,
        one_of: texts(&control.one_of),
        tools: texts(&control.tools),
    }
}
