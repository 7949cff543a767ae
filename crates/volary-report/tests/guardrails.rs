//! What every format of guardrails looks like, and what holds for all of them.

mod guardrail_fixture;
mod validate;

use guardrail_fixture::{SECRETS, empty, full, many};
use serde_json::Value;
use volary_model::{Files, Guardrails};
use volary_report::{Format, GUARDRAIL_FORMATS, GuardrailOptions, View, guardrails_schema, render_guardrails};

fn rendered(answer: &Guardrails, files: &Files, format: Format, options: &GuardrailOptions) -> String {
    let mut out = Vec::new();
    render_guardrails(answer, files, format, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn plain(answer: &Guardrails, files: &Files, format: Format) -> String {
    rendered(answer, files, format, &GuardrailOptions::default())
}

const VIEWS: [View; 3] = [View::Guardrails, View::Coverage, View::Gates];

#[test]
fn every_format_of_the_full_answer() {
    let (answer, files) = full();
    for format in GUARDRAIL_FORMATS {
        insta::assert_snapshot!(format!("full_{format}"), plain(&answer, &files, format));
    }
}

#[test]
fn every_format_of_an_empty_answer() {
    for format in GUARDRAIL_FORMATS {
        insta::assert_snapshot!(format!("empty_{format}"), plain(&empty(), &Files::default(), format));
    }
}

#[test]
fn the_terminal_in_its_forms() {
    let (answer, files) = full();
    let text = |options| rendered(&answer, &files, Format::Text, &options);
    let basic = GuardrailOptions { width: 100, ..GuardrailOptions::default() };
    insta::assert_snapshot!("text_details", text(GuardrailOptions { details: true, ..basic.clone() }));
    insta::assert_snapshot!("text_all", text(GuardrailOptions { all: true, ..basic.clone() }));
    insta::assert_snapshot!("text_narrow", text(GuardrailOptions { width: 60, ..basic.clone() }));
    insta::assert_snapshot!("text_coverage", text(GuardrailOptions { view: View::Coverage, ..basic.clone() }));
    insta::assert_snapshot!("text_gates", text(GuardrailOptions { view: View::Gates, ..basic }));
    let (answer, files) = many(31);
    insta::assert_snapshot!("text_nowhere", plain(&answer, &files, Format::Text));
}

#[test]
fn the_first_screen_is_short_and_of_plain_words() {
    let (full, full_files) = full();
    let (large, large_files) = many(5000);
    let answers = [(&full, &full_files), (&large, &large_files), (&empty(), &Files::default())];
    for (answer, files) in answers {
        for width in [0, 80, 100, 200] {
            for view in VIEWS {
                let text =
                    rendered(answer, files, Format::Text, &GuardrailOptions { width, view, ..Default::default() });
                // The full answer has something in every section there is.
                assert!(text.lines().count() <= 42, "{text}");
                let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
                for word in ["effect", "kind", "unit", "link", "subject", "candidate", "fingerprint", "cut", "L1", "R1"]
                {
                    assert!(!words.contains(&word), "`{word}` in {text}");
                }
                for class in 1..=15 {
                    assert!(!words.contains(&&*format!("W{class}")), "W{class} in {text}");
                }
            }
        }
    }
}

#[test]
fn what_is_the_same_is_said_once() {
    let (answer, files) = full();
    let all = GuardrailOptions { all: true, ..Default::default() };
    let text = rendered(&answer, &files, Format::Text, &all);
    assert_eq!(text.matches("to do: Delete `--soft-fail`").count(), 1, "{text}");
    assert!(text.contains("azure-pipelines.yml  and 2 more pipelines"), "{text}");
    let (answer, files) = many(31);
    let text = plain(&answer, &files, Format::Text);
    assert!(text.contains("image scan: none of 31 pipelines"), "{text}");
    assert_eq!(rendered(&answer, &files, Format::Text, &all).matches("service-").count(), 31);
}

#[test]
fn nothing_of_the_tree_acts_on_its_reader() {
    let (answer, files) = full();
    for format in GUARDRAIL_FORMATS {
        for (details, view) in
            [(false, View::Guardrails), (true, View::Guardrails), (false, View::Coverage), (false, View::Gates)]
        {
            let text = rendered(&answer, &files, format, &GuardrailOptions { details, view, ..Default::default() });
            assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{format}: {text}");
            for line in text.lines() {
                assert!(!line.trim_start().starts_with("::"), "{format}: {line}");
                assert!(!line.contains("##vso[") && !line.contains("##["), "{format}: {line}");
            }
            for secret in SECRETS {
                assert!(!text.contains(secret), "{format} shows {secret}: {text}");
            }
        }
    }
    let options = GuardrailOptions { colour: true, ..Default::default() };
    for part in rendered(&answer, &files, Format::Text, &options).split('\u{1b}').skip(1) {
        let end = part.find(|c: char| !c.is_ascii_digit() && c != ';' && c != '[').unwrap();
        assert_eq!(&part[end..=end], "m", "{part}");
    }
}

#[test]
fn json_is_valid_and_has_one_verdict_a_line() {
    let (answer, files) = full();
    for (answer, files) in [(&answer, &files), (&empty(), &Files::default())] {
        let text = plain(answer, files, Format::Json);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(validate::errors(&guardrails_schema(), &value), Vec::<String>::new());
        assert_eq!(text.lines().filter(|line| line.contains("\"type\": \"verdict\"")).count(), answer.verdicts.len());
        for verdict in value["verdicts"].as_array().unwrap() {
            for key in ["file", "line", "kind", "control", "verdict"] {
                assert!(verdict.get(key).is_some(), "{key}: {verdict}");
            }
        }
        for weakening in value["weakenings"].as_array().unwrap() {
            assert_eq!(weakening["type"], "weakening");
            assert!(weakening["class"].as_str().unwrap().starts_with('W'));
        }
    }
}

#[test]
fn sarif_is_valid_and_refers_to_what_is_there() {
    let schema: Value = serde_json::from_str(include_str!("fixture/sarif-schema-2.1.0.json")).unwrap();
    let (answer, files) = full();
    let (large, large_files) = many(50);
    for (answer, files) in [(&answer, &files), (&empty(), &Files::default()), (&large, &large_files)] {
        let log: Value = serde_json::from_str(&plain(answer, files, Format::Sarif)).unwrap();
        assert_eq!(validate::errors(&schema, &log), Vec::<String>::new());
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
    }
    let log: Value = serde_json::from_str(&plain(&answer, &files, Format::Sarif)).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let of = |rule: &str| results.iter().filter(|result| result["ruleId"] == rule).collect::<Vec<_>>();
    // A fact in a template is one result there; its three callers stand beside it.
    let soft: Vec<_> = of("guardrail/iac-scan").into_iter().filter(|it| it["properties"]["things"] == 3).collect();
    assert_eq!(soft.len(), 1);
    let uri = &soft[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "templates/deploy.yml");
    let related = serde_json::to_string(&soft[0]["relatedLocations"]).unwrap();
    for caller in ["azure-pipelines.yml", "deploy-b.yml", "deploy-c.yml"] {
        assert!(related.contains(caller), "{related}");
    }
    assert_eq!(of("weakening/tolerance").len(), 1);
    assert_eq!(results.iter().filter(|result| result.get("suppressions").is_some()).count(), 1);
}

#[test]
fn markdown_tables_keep_their_columns() {
    let (answer, files) = full();
    for view in VIEWS {
        let text = rendered(&answer, &files, Format::Markdown, &GuardrailOptions { view, ..Default::default() });
        for row in text.lines().filter(|line| line.starts_with('|')) {
            assert_eq!(row.matches('|').count(), 7, "{row}");
        }
        assert!(!text.contains("<b") && !text.contains("<script") && !text.contains("<img"), "{text}");
    }
}

/// Whether every tag of a page is closed in order; `<pre>` holds text only.
fn is_nested(page: &str) -> bool {
    const VOID: [&str; 3] = ["meta", "br", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let Some(length) = rest[start..].find('>') else { return false };
        let tag = &rest[start + 1..start + length];
        rest = &rest[start + length + 1..];
        let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap_or_default();
        match tag.starts_with('/') {
            true if open.pop() != Some(name) => return false,
            true => {}
            false if VOID.contains(&name) || tag.ends_with('/') => {}
            false => open.push(name),
        }
        if name == "style" && !tag.starts_with('/') {
            rest = &rest[rest.find("</style>").unwrap_or_default()..];
        }
    }
    open.is_empty()
}

#[test]
fn the_page_stands_alone_and_holds_no_markup_of_the_tree() {
    let (answer, files) = full();
    let page = plain(&answer, &files, Format::Html);
    assert!(is_nested(&page), "{page}");
    assert!(page.contains("default-src 'none'"));
    for text in
        ["<script", "<img", "<b ", "onclick=\"", "javascript:", "http://", "https://", " src=\"", "url(", "@import"]
    {
        // Beside the text of a message.
        assert!(!page.replace("https://bot:*****@host", "").contains(text), "{text}");
    }
    // Every link leads to a place in the page, and no place is named twice.
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|part| part.split('"').next()).collect();
    let distinct: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "{ids:?}");
    for target in page.split("href=\"").skip(1).filter_map(|part| part.split('"').next()) {
        assert!(distinct.contains(target.trim_start_matches('#')), "{target}");
    }
    // Words say what colour says.
    for words in ["looks elsewhere", "exit code stays 0", "stops it", "nothing looks", "a person is waited for"] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn the_published_schema_is_as_recorded() {
    insta::assert_snapshot!("guardrails_schema", serde_json::to_string_pretty(&guardrails_schema()).unwrap());
}

#[test]
fn rendering_again_gives_the_same_bytes() {
    for format in GUARDRAIL_FORMATS {
        let (first, first_files) = full();
        let (second, second_files) = full();
        assert_eq!(plain(&first, &first_files, format), plain(&second, &second_files, format), "{format}");
    }
}

#[test]
fn thousands_of_pipelines_and_foreign_files_do_no_harm() {
    let (answer, files) = many(3000);
    for format in GUARDRAIL_FORMATS {
        assert!(!plain(&answer, &files, format).is_empty());
        assert!(!plain(&full().0, &Files::default(), format).is_empty());
    }
}

#[test]
fn enormous_pipelines_and_circles_are_drawn_within_bounds() {
    let (mut answer, files) = many(1);
    let view = &mut answer.pipelines[0];
    let job = view.jobs[0].clone();
    view.jobs = (0..10_000)
        .map(|index| {
            let mut job = job.clone();
            job.stage = if index % 3 == 0 { "".into() } else { format!("stage {}", index % 40).into() };
            // Forward, backward and to itself.
            job.needs = (0..30).map(|step| (index + step * 7) % 10_000).collect();
            job.steps = vec![job.steps[0].clone(); if index == 5 { 3000 } else { index % 4 }];
            job
        })
        .collect();
    let page = plain(&answer, &files, Format::Html);
    assert!(page.len() < 2_000_000, "{}", page.len());
    assert!(is_nested(&page) && page.contains("9,880 jobs are not drawn"));
}

#[test]
fn formats_that_guardrails_do_not_have_are_refused_in_words() {
    let error =
        render_guardrails(&empty(), &Files::default(), Format::Junit, &GuardrailOptions::default(), &mut Vec::new());
    let error = error.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::Unsupported);
    assert!(error.to_string().contains("`junit`") && error.to_string().contains("json"), "{error}");
}
