//! The proof on hand-labelled pipelines: verdict, link and assumptions as people judged them.
//!
//! `cases/<platform>/<case>` holds a repository and what is expected of it; cases that name a folder of a collection of
//! real pipelines are skipped where there is no copy of it.

#![allow(clippy::print_stdout, clippy::print_stderr, unreachable_pub)]

mod load;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use load::{Case, Expected};
use volary_guardrail::controls::Controls;
use volary_guardrail::prove::{self, Draft};
use volary_guardrail::recognise::Recognisers;
use volary_guardrail::requirements::Requirements;

/// What is proved of the pipeline that a case is about.
fn proved(case: &Case) -> Vec<Draft> {
    let demands = prove::Demands { controls: Controls::built_in(), requirements: Requirements::built_in() };
    let tree = case.tree();
    let all = prove::repository(&prove::Repository {
        pipelines: &tree.pipelines,
        recognisers: Recognisers::built_in(),
        sources: &tree.sources,
        demands: &demands,
        answer: &|_| None,
        files: &tree.files,
    });
    let at = tree.pipelines.iter().position(|pipeline| *pipeline.path == *case.root);
    at.map(|at| all[at].verdicts.clone()).unwrap_or_default()
}

/// What is wrong about one expected verdict.
fn judge(expected: &Expected, drafts: &[Draft]) -> Option<String> {
    let fits = |draft: &&Draft| {
        let place = &draft.verdict.location;
        // A label is at the first line of a step, or at the command.
        let near = |line: u32| (expected.line..expected.line + 3).contains(&line);
        let here = near(draft.verdict.line) || near(place.start.line);
        here && *draft.verdict.control == *expected.control && draft.verdict.kind == expected.kind.as_str().into()
    };
    let mut found: Vec<&Draft> = drafts.iter().filter(fits).collect();
    // What stands at the very line counts; of several there, of a matrix or a loop, the worst.
    let exact =
        |draft: &&Draft| draft.verdict.line == expected.line || draft.verdict.location.start.line == expected.line;
    found.sort_by_key(|draft| {
        let distance = draft.verdict.location.start.line.abs_diff(expected.line);
        (!exact(draft), if exact(draft) { 0 } else { distance }, std::cmp::Reverse(draft.verdict.verdict))
    });
    let Some(draft) = found.first() else {
        let at: Vec<String> = drafts
            .iter()
            .filter(|draft| draft.verdict.required)
            .map(|draft| {
                format!(
                    "{}:{} {} {}",
                    draft.verdict.location.path,
                    draft.verdict.location.start.line,
                    draft.verdict.kind,
                    draft.verdict.effect
                )
            })
            .collect();
        return Some(format!("nothing ships there; ships: {}", at.join(", ")));
    };
    let verdict = &draft.verdict;
    let mut wrong = String::new();
    if verdict.verdict.as_str() != expected.verdict {
        let _ = write!(wrong, "{} instead of {}; ", verdict.verdict.as_str(), expected.verdict);
    }
    let link = verdict.link.map_or("none", |link| link.as_str());
    if let Some(wanted) = &expected.link
        && !verdict.verdict.holds()
        && wanted != link
    {
        let _ = write!(wrong, "link {link} instead of {wanted}; ");
    }
    if verdict.verdict.holds() && expected.holds() {
        let mut wanted: Vec<&str> = expected.assumptions.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        let own: Vec<&str> = draft.assumptions.iter().map(|key| &**key).collect();
        if own != wanted {
            let _ = write!(wrong, "assumes {own:?} instead of {wanted:?}; ");
        }
    }
    (!wrong.is_empty()).then(|| format!("{wrong}\n      said: {}\n      why:  {}", verdict.message, expected.why))
}

#[test]
fn verdicts_are_as_labelled() {
    let only = std::env::var("CASE").ok();
    let (mut right, mut all, mut links) = (0, 0, 0);
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut report = String::new();
    for case in load::cases() {
        if only.as_ref().is_some_and(|only| !case.name.contains(only.as_str())) {
            continue;
        }
        let drafts = proved(&case);
        if case.ships_nothing {
            all += 1;
            let required = drafts.iter().filter(|draft| draft.verdict.required).count();
            if required == 0 {
                right += 1;
            } else {
                let _ = writeln!(report, "  {}: ships nothing, but: {}", case.name, drafts[0].verdict.message);
            }
        }
        for expected in case.expected.iter().chain(&case.others) {
            all += 1;
            let entry = table.entry(format!("{} {}", case.platform, expected.verdict)).or_default();
            entry.1 += 1;
            match judge(expected, &drafts) {
                None => {
                    right += 1;
                    entry.0 += 1;
                }
                Some(wrong) => {
                    links += usize::from(wrong.starts_with("link") || wrong.starts_with("assumes"));
                    let _ = writeln!(
                        report,
                        "  {} {}:{} {} {}: {wrong}",
                        case.name, expected.file, expected.line, expected.kind, expected.control
                    );
                }
            }
        }
    }
    println!("{report}");
    for (name, (right, all)) in &table {
        println!("{name:30} {right} of {all}");
    }
    println!("{right} of {all} verdicts as labelled; {links} of the rest in another link or assumption only");
    assert!(right * 100 >= all * 40, "{right} of {all}");
}

/// Real pipelines that others judged by hand, where there is a copy of them.
#[test]
#[ignore = "reads whole repositories and takes minutes: run it with --ignored"]
fn real_pipelines_are_as_others_labelled_them() {
    let (mut right, mut links, mut all) = (0, 0, 0);
    let only = std::env::var("CASE").ok();
    for label in load::labels() {
        if only.as_ref().is_some_and(|only| !label.case.name.contains(only.as_str())) {
            continue;
        }
        let drafts = proved(&label.case);
        for (index, wanted) in label.wanted.iter().enumerate() {
            all += 1;
            let of_control: Vec<&Draft> =
                drafts.iter().filter(|draft| *draft.verdict.control == *wanted.control).collect();
            let same = |draft: &&&Draft| draft.verdict.verdict.as_str() == wanted.verdict;
            let link_of = |draft: &Draft| draft.verdict.link.map_or("none", |link| link.as_str());
            let hit = if wanted.control == "none" {
                drafts.iter().all(|draft| !draft.verdict.required)
            } else {
                of_control.iter().any(|draft| same(&draft))
            };
            right += usize::from(hit);
            let linked = index > 0
                || wanted.verdict.starts_with("blocking")
                || wanted.control == "none"
                || of_control.iter().filter(same).any(|draft| link_of(draft) == wanted.link);
            links += usize::from(hit && linked);
            if !hit || !linked {
                println!(
                    "  {} {} {} ({}), {}",
                    label.case.name, wanted.control, wanted.verdict, wanted.link, wanted.why
                );
                for draft in of_control.iter().take(4) {
                    println!(
                        "      {}:{} {} {} {} ({}): {}",
                        draft.verdict.location.path,
                        draft.verdict.location.start.line,
                        draft.verdict.kind,
                        draft.verdict.effect,
                        draft.verdict.verdict.as_str(),
                        link_of(draft),
                        draft.verdict.message
                    );
                }
                if of_control.is_empty() {
                    let ships: Vec<String> = drafts
                        .iter()
                        .map(|draft| {
                            format!(
                                "{}:{} {} {}",
                                draft.verdict.location.path,
                                draft.verdict.location.start.line,
                                draft.verdict.kind,
                                draft.verdict.control
                            )
                        })
                        .collect();
                    println!("      ships: {ships:?}");
                }
            }
        }
    }
    println!("{right} of {all} verdicts of others, {links} with their link");
    assert!(all == 0 || only.is_some() || right * 100 >= all * 30, "{right} of {all}");
}
