//! Reading and parsing every file of a tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use volary_document::dockerfile::Dockerfile;
use volary_document::{Issue, dockerfile, hcl, json, yaml};
use volary_iac::kubernetes;
use volary_model::{FileId, Problem, ProblemKind, SourceFile, Value};
use volary_pipeline::{Document, Platform};
use volary_secrets::{Found, Scanner};
use volary_source::{FileEntry, Tree};

use crate::classify::{Format, classify};
use crate::guard::guarded;
use crate::pipelines;
use crate::progress::Progress;
use crate::role::Role;
use crate::soften::{Softened, soften};

/// Files of a structured format beyond this many bytes are not parsed; other files are not searched for credentials.
pub(crate) const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;

/// Why templates are not judged.
const TEMPLATES: &str = "templated text such as the templates of Helm charts (format not yet supported)";

/// What became of a file.
#[derive(Debug)]
pub(crate) enum Parsed {
    /// Text, or a format without resources.
    Nothing,
    /// Terraform.
    Hcl(Arc<hcl::Body>),
    /// Kubernetes manifests.
    Manifests(Vec<Value>),
    /// A Dockerfile.
    Dockerfile(Dockerfile),
    /// A pipeline of a platform whose pipelines are judged.
    Pipeline(Arc<Document>, Platform),
}

/// One file after reading.
#[derive(Debug)]
pub(crate) struct LoadedFile {
    pub(crate) source: Arc<SourceFile>,
    pub(crate) format: Format,
    pub(crate) parsed: Parsed,
    pub(crate) secrets: Vec<Found>,
    pub(crate) problems: Vec<Problem>,
    /// Why it was not judged, where it was not.
    pub(crate) not_judged: Option<&'static str>,
    pub(crate) bytes: u64,
    /// It could not be read or parsed as a whole.
    pub(crate) broken: bool,
}

/// Reads and parses files; their ids follow their order, starting at `first`. Files of tests are only searched for
/// credentials, copies of dependencies are not read.
pub(crate) fn load(
    tree: &dyn Tree,
    entries: &[FileEntry],
    first: u32,
    scanner: Option<&Scanner>,
    role: &(dyn Fn(&str) -> Role + Sync),
    progress: &dyn Progress,
) -> Vec<LoadedFile> {
    entries
        .par_iter()
        .enumerate()
        .map(|(index, entry)| {
            let id = FileId(first + index as u32);
            let loaded =
                guarded(&entry.path, "reading this file", || load_one(tree, entry, id, scanner, role(&entry.path)));
            progress.step();
            loaded.unwrap_or_else(|problem| {
                let mut file = LoadedFile::empty(&entry.path, classify(&entry.path));
                file.broken = true;
                file.problems.push(problem);
                file
            })
        })
        .collect()
}

impl LoadedFile {
    fn empty(path: &Arc<str>, format: Format) -> Self {
        Self {
            source: Arc::new(SourceFile::new(path.clone(), "")),
            format,
            parsed: Parsed::Nothing,
            secrets: Vec::new(),
            problems: Vec::new(),
            not_judged: None,
            bytes: 0,
            broken: false,
        }
    }

    fn broken(mut self, problem: Problem) -> Self {
        self.broken = true;
        self.problems.push(problem);
        self
    }
}

/// Why files of tests are not judged.
const TESTS: &str = "tests and their data (searched for credentials; judged from `--tier recommended` on)";
/// Why copies of dependencies are not judged.
const DEPENDENCIES: &str = "copies of dependencies (judged from `--tier recommended` on)";

fn load_one(tree: &dyn Tree, entry: &FileEntry, id: FileId, scanner: Option<&Scanner>, role: Role) -> LoadedFile {
    let path = &entry.path;
    let by_name = classify(path);
    let format = match by_name {
        supported if role == Role::Test && supported.is_supported() => Format::Text,
        format => format,
    };
    let mut file = LoadedFile::empty(path, format);
    if format == Format::Binary {
        file.not_judged = Some("binary files");
        return file;
    }
    if role == Role::Dependency {
        file.not_judged = Some(DEPENDENCIES);
        return file;
    }
    if entry.size > MAX_FILE_BYTES {
        if !format.is_supported() {
            file.not_judged = Some("text files larger than 10 MiB");
            return file;
        }
        return file.broken(too_large(path, format, entry.size));
    }
    let bytes = match tree.read(path) {
        Ok(bytes) => bytes,
        Err(mut problem) => {
            problem.fails = format.is_supported();
            return file.broken(problem);
        }
    };
    file.bytes = bytes.len() as u64;
    if volary_document::is_binary(&bytes) && !format.is_supported() {
        file.not_judged = Some("binary files");
        return file;
    }
    let text = match volary_document::decode(&bytes) {
        Ok(text) => text,
        Err(_) if !format.is_supported() => {
            file.not_judged = Some("files that are not UTF-8 text");
            return file;
        }
        Err(error) => {
            let line = memchr_count(&bytes[..error.offset.min(bytes.len())]) + 1;
            return file.broken(Problem {
                path: path.clone(),
                line: Some(line),
                column: None,
                kind: ProblemKind::Syntax,
                message: error.to_string().into(),
                help: "Save the file as UTF-8.".into(),
                fails: true,
            });
        }
    };
    drop(bytes);
    let source = Arc::new(SourceFile::new(path.clone(), text));
    file.source = source.clone();
    let text: &str = source.text();
    // A link to another file of the tree would tell its credentials twice.
    if let Some(scanner) = scanner.filter(|_| entry.link.is_none()) {
        file.secrets = scanner.scan(path, text);
        if file.secrets.len() >= volary_secrets::LIMIT {
            file.problems.push(Problem {
                path: path.clone(),
                line: None,
                column: None,
                kind: ProblemKind::Limit,
                message: format!("only the first {} credentials of this file are reported", volary_secrets::LIMIT)
                    .into(),
                help: "Exclude the file in .volary/config.yaml if it is test data.".into(),
                fails: false,
            });
        }
    }
    let issues = parse(&mut file, format, id, text);
    match soften(path, format, text, &issues) {
        Softened::Template => {
            file.parsed = Parsed::Nothing;
            file.not_judged = Some(TEMPLATES);
        }
        Softened::Fails(fails) => {
            file.problems.extend(issues.iter().map(|issue| Problem { fails, ..problem_of(&source, issue) }));
        }
    }
    if format != by_name && (!matches!(by_name, Format::Yaml | Format::Json) || text.contains("apiVersion")) {
        file.not_judged = Some(TESTS);
    }
    // The text is needed where something can point into it.
    let keep = text.contains("volary:ignore")
        || !file.secrets.is_empty()
        || !matches!(file.parsed, Parsed::Nothing)
        || !file.problems.is_empty();
    if !keep {
        file.source = Arc::new(SourceFile::new(path.clone(), ""));
    }
    file
}

fn parse(file: &mut LoadedFile, format: Format, id: FileId, text: &str) -> Vec<Issue> {
    match format {
        Format::Terraform | Format::Variables | Format::Lock => {
            let (body, issues) = hcl::parse(id, text);
            file.parsed = Parsed::Hcl(Arc::new(body));
            issues
        }
        Format::VariablesJson => {
            let (body, issues) = hcl::variables_from_json(id, text);
            file.parsed = Parsed::Hcl(Arc::new(body));
            issues
        }
        Format::TerraformJson => {
            let (body, issues) = hcl::from_json(id, text);
            file.parsed = Parsed::Hcl(Arc::new(body));
            issues
        }
        Format::Dockerfile => {
            let (dockerfile, issues) = dockerfile::parse(id, text);
            file.parsed = Parsed::Dockerfile(dockerfile);
            issues
        }
        Format::Yaml => {
            if yaml::is_templated(text) {
                file.not_judged = Some(TEMPLATES);
                return Vec::new();
            }
            let dialect = pipelines::dialect(file.source.path());
            let (documents, issues) = yaml::parse(id, text, dialect);
            let path = file.source.path().clone();
            if let Some((document, platform, reread)) = pipelines::recognised(id, &path, text, &documents) {
                file.parsed = Parsed::Pipeline(Arc::new(document), platform);
                return reread.unwrap_or(issues);
            }
            keep_documents(file, documents);
            issues
        }
        Format::Jenkinsfile => {
            let document = Document::new(id, file.source.path().clone(), text);
            file.parsed = Parsed::Pipeline(Arc::new(document), Platform::Jenkins);
            Vec::new()
        }
        Format::Json => {
            let (document, issues) = json::parse(id, text);
            keep_documents(file, document.into_iter().collect());
            issues
        }
        Format::Text | Format::Binary => {
            file.not_judged = unsupported_by_name(file.source.path());
            Vec::new()
        }
    }
}

fn keep_documents(file: &mut LoadedFile, documents: Vec<Value>) {
    if kubernetes::is_manifest(&documents) {
        file.parsed = Parsed::Manifests(documents);
    } else {
        file.not_judged = unsupported_by_name(file.source.path()).or_else(|| unsupported_by_content(&documents));
    }
}

/// Formats that a reader would expect to be judged and that are not yet read.
fn unsupported_by_name(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    let is_yaml = lower.ends_with(".yml") || lower.ends_with(".yaml");
    if is_yaml && path.contains(".github/workflows/")
        || lower.starts_with("azure-pipelines")
        || lower.ends_with(".gitlab-ci.yml")
    {
        return Some("files named as pipelines that hold none (searched for credentials only)");
    }
    match lower.as_str() {
        "chart.yaml" | "values.yaml" => Some("Helm charts (format not yet supported)"),
        "kustomization.yaml" | "kustomization.yml" => Some("Kustomize overlays (format not yet supported)"),
        _ if is_yaml && (lower.starts_with("docker-compose") || lower.starts_with("compose.")) => {
            Some("Compose files (format not yet supported)")
        }
        _ if lower.ends_with(".bicep") || lower.ends_with(".bicepparam") => Some("Bicep (format not yet supported)"),
        _ => None,
    }
}

fn unsupported_by_content(documents: &[Value]) -> Option<&'static str> {
    let first = documents.first()?;
    if first.get("AWSTemplateFormatVersion").is_some() {
        return Some("CloudFormation templates (format not yet supported)");
    }
    let is_cloudformation =
        |resource: &Value| resource.get("Type").and_then(Value::as_text).is_some_and(|kind| kind.starts_with("AWS::"));
    if let Some(resources) = first.get("Resources").and_then(Value::as_map)
        && resources.entries().iter().any(|entry| is_cloudformation(&entry.value))
    {
        return Some("CloudFormation templates (format not yet supported)");
    }
    let schema = first.get("$schema").and_then(Value::as_text)?;
    schema.contains("deploymentTemplate.json").then_some("ARM templates (format not yet supported)")
}

fn too_large(path: &Arc<str>, format: Format, size: u64) -> Problem {
    Problem {
        path: path.clone(),
        line: None,
        column: None,
        kind: ProblemKind::Limit,
        message: format!(
            "this {} file has {size} bytes; files over {MAX_FILE_BYTES} bytes are not read",
            format.name()
        )
        .into(),
        help: "Split the file, or exclude it in .volary/config.yaml if it is data.".into(),
        fails: true,
    }
}

/// A parser's issue as a problem of the file.
pub(crate) fn problem_of(source: &SourceFile, issue: &Issue) -> Problem {
    let at = source.line_column(issue.span.start);
    Problem {
        path: source.path().clone(),
        line: Some(at.line),
        column: Some(at.column),
        kind: issue.kind,
        message: issue.message.as_str().into(),
        help: issue.help.as_str().into(),
        fails: true,
    }
}

fn memchr_count(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u32
}

/// Adds the files that were not judged to lists by reason.
pub(crate) fn note_not_judged(files: &[LoadedFile], lists: &mut BTreeMap<Arc<str>, Vec<Arc<str>>>) {
    for file in files {
        if let Some(reason) = file.not_judged {
            lists.entry(reason.into()).or_default().push(file.source.path().clone());
        }
    }
}
