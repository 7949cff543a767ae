//! Every snippet is judged by the proof itself.

use std::sync::Arc;

use volary_model::{FileId, Files, SourceFile, Verdict};
use volary_pipeline::{Document, Limits, MemorySources, Platform, read};

use super::*;
use crate::controls::Controls;
use crate::embedded;
use crate::prove::{Repository, repository};
use crate::requirements::Requirements;

const PLATFORMS: [Platform; 4] = [Platform::GitHub, Platform::Azure, Platform::GitLab, Platform::Jenkins];

fn demands() -> Demands<'static> {
    Demands { controls: Controls::built_in(), requirements: Requirements::built_in() }
}

/// Kind, control, verdict, sentence.
type Proved = (Arc<str>, Arc<str>, Verdict, Arc<str>);

/// What the proof says of everything that a snippet ships.
fn proved(snippet: &Snippet) -> Vec<Proved> {
    let document = Arc::new(Document::new(FileId(0), &*snippet.path, &*snippet.text));
    let mut sources = MemorySources::default();
    sources.add(document.clone());
    let (pipeline, issues) = read(&document, snippet.platform, &sources, &Limits::default());
    assert!(issues.is_empty(), "{}: {issues:#?}", snippet.path);
    let files = Files::new(vec![Arc::new(SourceFile::new(&*snippet.path, &*snippet.text))]);
    let demands = demands();
    let drafts = repository(&Repository {
        pipelines: &[pipeline],
        recognisers: Recognisers::built_in(),
        sources: &sources,
        demands: &demands,
        answer: &|_| None,
        files: &files,
    });
    let verdicts = drafts.into_iter().flat_map(|drafts| drafts.verdicts);
    verdicts
        .map(|draft| draft.verdict)
        .filter(|verdict| verdict.required)
        .map(|verdict| (verdict.kind, verdict.control, verdict.verdict, verdict.message))
        .collect()
}

#[test]
fn snippets_are_read_without_problems() {
    let (snippets, problems) = Snippets::load(&embedded::files("catalog/snippets/"));
    assert_eq!(problems, Vec::new());
    for (kind, snippet) in snippets.iter() {
        assert!(snippet.about.ends_with('.') && !snippet.change.is_empty(), "{}", kind.as_str());
    }
}

#[test]
fn every_kind_of_which_something_is_demanded_has_a_snippet_for_every_platform() {
    for kind in ArtifactKind::ALL {
        for platform in PLATFORMS {
            let answer = require(*kind, platform, &demands(), Recognisers::built_in());
            assert!(!answer.name.is_empty() && !answer.why.is_empty() && answer.owners.is_empty());
            assert_eq!(answer.snippet.is_some(), !answer.demanded.is_empty(), "{} {platform}", kind.as_str());
            for demanded in answer.demanded {
                assert!(demanded.tools.len() > 2 && demanded.what.ends_with('.'), "{}", demanded.id);
            }
        }
    }
}

#[test]
fn source_scans_say_what_is_enough() {
    let answer = require(ArtifactKind::App, Platform::GitHub, &demands(), Recognisers::built_in());
    let [scan] = answer.demanded.as_slice() else { panic!("{:?}", answer.demanded) };
    assert_eq!(scan.one_of, ["dependency scan".into(), "code scan".into()]);
    assert!(scan.tools.contains(&"OSV-Scanner".into()) && scan.tools.contains(&"Semgrep".into()), "{:?}", scan.tools);
    assert!(answer.exception.contains("volary exceptions request"));
}

#[test]
fn every_snippet_blocks() {
    let mut wrong = Vec::new();
    for (kind, snippet) in Snippets::built_in().iter() {
        let found = proved(snippet);
        if !found.iter().any(|(of, ..)| &**of == kind.as_str()) {
            wrong.push(format!("{} {}: it ships nothing of the kind: {found:?}", kind.as_str(), snippet.platform));
        }
        for (of, control, verdict, message) in found {
            if verdict != Verdict::Blocking {
                wrong.push(format!(
                    "{} {}: {of} {control} {}: {message}",
                    kind.as_str(),
                    snippet.platform,
                    verdict.as_str()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_snippet_without_its_scan_does_not_block() {
    for (kind, snippet) in Snippets::built_in().iter() {
        let mut without = snippet.clone();
        let scan = ["docker run", "go run", "checkov -d", "kube-linter lint"];
        let text = scan.iter().fold(snippet.text.to_string(), |text, scan| text.replace(scan, &format!("echo {scan}")));
        without.text = text.into();
        let found = proved(&without);
        assert!(!found.is_empty(), "{} {}", kind.as_str(), snippet.platform);
        assert!(
            found.iter().all(|(.., verdict, _)| *verdict == Verdict::Absent),
            "{} {}: {found:?}",
            kind.as_str(),
            snippet.platform
        );
    }
}
