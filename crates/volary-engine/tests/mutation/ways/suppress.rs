//! Suppressions beside what is scanned (W10), and together with the violation that they hide (W15).

use super::{Way, way};
use crate::files::{Change, Edit, next_line};
use crate::site::Site;
use crate::tools::{Language, Tool};
use crate::yaml::{Yaml, get};

pub(crate) fn ways() -> Vec<Way> {
    vec![
        Way { class: 10, also: None, name: "comment on what is scanned", apply: |site| commented(site, "") },
        Way {
            class: 10,
            also: None,
            name: "comment with a reason",
            apply: |site| commented(site, " (accepted by the team)"),
        },
        Way { class: 15, also: None, name: "violation with its comment", apply: with_comment },
        way!(15, "violation with an ignore file", with_ignore_file),
        Way {
            class: 15,
            also: None,
            name: "violation with a flag that skips",
            apply: |site| with_flags(site, |tool| tool.skip),
        },
        Way {
            class: 15,
            also: None,
            name: "violation with a raised threshold",
            apply: |site| with_flags(site, |tool| tool.threshold),
        },
        way!(15, "violation with a tolerated step", with_tolerance),
    ]
}

/// Image scans read packages and no comments.
fn reads_comments(site: &Site<'_>) -> Option<&'static Tool> {
    site.tool.filter(|tool| site.label.control != "image-scan" && !tool.comments.is_empty())
}

fn is(language: Language, path: &str, file: &str) -> bool {
    if path.starts_with("sources/") || path.starts_with('.') {
        return false;
    }
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    match language {
        Language::Terraform => {
            path.ends_with(".tf") && file.contains("\nresource \"") | file.starts_with("resource \"")
        }
        Language::Kubernetes => yaml && file.contains("kind: ") && file.contains("metadata:") && !file.contains("{{"),
        Language::CloudFormation => yaml && file.contains("Type: AWS::"),
        Language::Dockerfile => {
            path.rsplit('/').next().is_some_and(|name| name.starts_with("Dockerfile") || name.ends_with("Dockerfile"))
        }
        Language::Python => path.ends_with(".py") && !file.contains("setup("),
        Language::JavaScript => path.ends_with(".js") || path.ends_with(".ts"),
        Language::Go => path.ends_with(".go"),
        Language::Java => path.ends_with(".java"),
        Language::Bicep => path.ends_with(".bicep") && file.contains("resource "),
    }
}

/// A small file of a language of programs, for trees that hold none.
fn program(language: Language) -> Option<(&'static str, &'static str)> {
    Some(match language {
        Language::Python => (
            "tools/report.py",
            "import subprocess\n\n\ndef run(command):\n    return subprocess.call(command, shell=True)\n",
        ),
        Language::JavaScript => (
            "tools/report.js",
            "const { exec } = require('child_process')\n\nmodule.exports = command => exec(command)\n",
        ),
        Language::Go => ("tools/report.go", "package tools\n\nimport \"crypto/md5\"\n\nvar sum = md5.New()\n"),
        Language::Java => {
            ("tools/Report.java", "class Report {\n    java.util.Random random = new java.util.Random();\n}\n")
        }
        _ => return None,
    })
}

/// A line with the finding, in a language.
fn violation(language: Language) -> &'static str {
    match language {
        Language::Terraform => {
            "\nresource \"aws_s3_bucket_acl\" \"open\" {\n  bucket = \"exports\"\n  acl    = \"public-read\"\n}\n"
        }
        Language::Kubernetes => {
            "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: debug\nspec:\n  containers:\n    - name: debug\n      image: busybox\n      securityContext:\n        privileged: true\n"
        }
        Language::CloudFormation => {
            "  Open:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicRead\n"
        }
        Language::Dockerfile => "USER root\n",
        Language::Python => "\nimport os\nos.system(input())\n",
        Language::JavaScript => "\neval(process.argv[2])\n",
        Language::Go => "\nvar weak = md5.New()\n",
        Language::Java => {
            "\nclass Open { Object run(String x) throws Exception { return Runtime.getRuntime().exec(x); } }\n"
        }
        Language::Bicep => {
            "\nresource open 'Microsoft.Storage/storageAccounts@2023-05-01' = {\n  name: 'open'\n  location: 'westeurope'\n  kind: 'StorageV2'\n  sku: { name: 'Standard_LRS' }\n  properties: { allowBlobPublicAccess: true }\n}\n"
        }
    }
}

/// A file with a suppression more, in the first language of the tool that the tree holds.
fn commented(site: &Site<'_>, reason: &str) -> Vec<Change> {
    let Some(tool) = reads_comments(site) else { return Vec::new() };
    let found: Vec<Change> = tool
        .comments
        .iter()
        .filter_map(|(language, comment)| {
            let (path, file) = site.files().iter().find(|(path, file)| is(*language, path, file))?;
            site.change(path, vec![suppression(*language, file, comment, reason)?])
        })
        .take(1)
        .collect();
    if !found.is_empty() {
        return found;
    }
    tool.comments
        .iter()
        .filter_map(|(language, comment)| {
            let (path, file) = program(*language)?;
            let base = Change::none(site.files()).with_both(path, file);
            base.and(path, vec![suppression(*language, file, comment, reason)?])
        })
        .take(1)
        .collect()
}

/// The suppression as an edit of a file.
fn suppression(language: Language, file: &str, comment: &str, reason: &str) -> Option<Edit> {
    if let Some(annotation) = comment.strip_prefix('@') {
        let yaml = Yaml::new(file);
        let metadata = yaml.documents.iter().find_map(|document| get(document, "metadata"))?;
        return match get(metadata, "annotations") {
            Some(annotations) => yaml.add(annotations, annotation),
            None => yaml.add(metadata, &format!("annotations:\n  {annotation}")),
        };
    }
    let comment = format!("{comment}{reason}");
    match language {
        Language::Terraform => {
            let at = if file.starts_with("resource \"") { 0 } else { file.find("\nresource \"")? + 1 };
            let tfsec = comment.starts_with("#tfsec") || comment.starts_with("#trivy") || comment.starts_with("# kics");
            Some(if tfsec {
                Edit::insert(at, format!("{comment}\n"))
            } else {
                Edit::insert(next_line(file, at), format!("  {comment}\n"))
            })
        }
        Language::Bicep => Some(Edit::insert(next_line(file, file.find("resource ")?), format!("  {comment}\n"))),
        Language::CloudFormation => {
            let at = file.find("Type: AWS::")?;
            let indent = crate::files::indent_at(file, at).to_owned();
            Some(Edit::insert(next_line(file, at), format!("{indent}{comment}\n")))
        }
        Language::Kubernetes => {
            Some(Edit::insert(crate::files::line_start(file, file.find("kind: ")?), format!("{comment}\n")))
        }
        Language::Dockerfile => Some(Edit::insert(0, format!("{comment}\n"))),
        Language::Python | Language::JavaScript | Language::Go | Language::Java => {
            let line = file.lines().rev().find(|line| {
                let line = line.trim_end();
                line.trim().len() > 3 && !line.ends_with([':', ',', '(', '{', '\\', '}'])
            })?;
            let at = file.rfind(line)? + line.trim_end().len();
            Some(Edit::insert(at, format!("  {comment}")))
        }
    }
}

fn with_comment(site: &Site<'_>) -> Vec<Change> {
    let Some(tool) = reads_comments(site) else { return Vec::new() };
    let text = |language: Language, comment: &str| {
        let bad = violation(language);
        let marked = crate::files::apply(bad, vec![suppression(language, bad, comment, "")?])?;
        Some(marked)
    };
    tool.comments
        .iter()
        .filter(|(language, comment)| !comment.starts_with('@') && *language != Language::Dockerfile)
        .filter_map(|(language, comment)| {
            let (path, file) = site.files().iter().find(|(path, file)| is(*language, path, file))?;
            site.change(path, vec![Edit::insert(file.len(), text(*language, comment)?)])
        })
        .chain(tool.comments.iter().filter_map(|(language, comment)| {
            let (path, file) = program(*language)?;
            Some(Change::none(site.files()).with(path, format!("{file}{}", text(*language, comment)?)))
        }))
        .take(1)
        .collect()
}

/// A change that the scan would find: an older base image, a known bad dependency, an open resource.
fn violated(site: &Site<'_>, change: Change) -> Option<Change> {
    let files = change.head.clone();
    let find = |ends: &str| files.iter().find(|(path, _)| path.ends_with(ends) && !path.starts_with("sources/"));
    match site.label.control.as_str() {
        "image-scan" => {
            let (path, file) = files.iter().find(|(path, file)| is(Language::Dockerfile, path, file))?;
            let at = file.rfind("FROM ")? + 5;
            let end = at + file[at..].find([' ', '\n'])?;
            change.and(path, vec![Edit::new(at..end, "debian:9")])
        }
        "iac-scan" => {
            let languages = [Language::Terraform, Language::Bicep, Language::Kubernetes];
            languages.into_iter().find_map(|language| {
                let (path, file) = files.iter().find(|(path, file)| is(language, path, file))?;
                change.clone().and(path, vec![Edit::insert(file.len(), violation(language))])
            })
        }
        "code-scan" => {
            let languages = [Language::Python, Language::JavaScript, Language::Go, Language::Java];
            let found = languages.into_iter().find_map(|language| {
                let (path, file) = files.iter().find(|(path, file)| is(language, path, file))?;
                change.clone().and(path, vec![Edit::insert(file.len(), violation(language))])
            });
            let (path, text) = program(Language::Java)?;
            found.or_else(|| Some(change.with(path, text)))
        }
        _ => {
            if let Some((path, file)) = find("package.json") {
                let at = file.find("\"dependencies\": {").map(|at| at + "\"dependencies\": {".len());
                if let Some(at) = at {
                    return change.and(path, vec![Edit::insert(at, "\n    \"minimist\": \"0.0.8\",")]);
                }
            }
            for (ends, line) in [
                ("requirements.txt", "pyyaml==5.1\n"),
                ("go.mod", "\nrequire golang.org/x/text v0.3.0\n"),
                ("Gemfile", "\ngem 'rack', '2.0.1'\n"),
                ("Cargo.toml", "\n[dependencies.time]\nversion = \"0.1.42\"\n"),
            ] {
                if let Some((path, file)) = find(ends) {
                    return change.and(path, vec![Edit::insert(file.len(), line)]);
                }
            }
            let languages = [Language::Python, Language::JavaScript, Language::Go, Language::Java];
            let found = languages.into_iter().find_map(|language| {
                let (path, file) = files.iter().find(|(path, file)| is(language, path, file))?;
                change.clone().and(path, vec![Edit::insert(file.len(), violation(language))])
            });
            found.or_else(|| Some(change.with("requirements.txt", "pyyaml==5.1\n")))
        }
    }
}

fn with_ignore_file(site: &Site<'_>) -> Option<Change> {
    let (path, content, _) = site.tool?.ignore.first()?;
    (!site.files().contains_key(*path)).then_some(())?;
    Some(violated(site, Change::none(site.files()))?.with(path, *content))
}

fn with_flags(site: &Site<'_>, of: impl Fn(&'static Tool) -> &'static [&'static [crate::tools::Op]]) -> Vec<Change> {
    let Some(tool) = site.tool else { return Vec::new() };
    of(tool).iter().filter_map(|ops| violated(site, site.rewrite(super::tool::operate(site, ops)?)?)).take(1).collect()
}

fn with_tolerance(site: &Site<'_>) -> Option<Change> {
    let plain = site.script.as_ref().is_some_and(crate::script::ScriptSite::is_plain) && site.stops();
    plain.then_some(())?;
    let script = site.script.as_ref()?;
    (script.unit() == script.statement()).then_some(())?;
    let end = script.script.node(script.unit()).range.end;
    violated(site, site.rewrite(vec![Edit::insert(end, " || true")])?)
}
