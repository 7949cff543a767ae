//! SARIF is valid by the schema of OASIS, and JSON by the one that we publish.

mod fixture;
mod validate;

use fixture::{empty, full, many};
use serde_json::Value;
use volary_model::{Files, Report};
use volary_report::{Format, Options, render, schema};

/// Published by OASIS with SARIF 2.1.0: <https://github.com/oasis-tcs/sarif-spec>.
const SARIF: &str = include_str!("fixture/sarif-schema-2.1.0.json");

fn value(report: &Report, files: &Files, format: Format, options: &Options) -> Value {
    let mut out = Vec::new();
    render(report, files, format, options, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[test]
fn sarif_is_valid() {
    let schema: Value = serde_json::from_str(SARIF).unwrap();
    let (report, files) = full();
    let (large, large_files) = many(2000);
    for (report, files) in [(&report, &files), (&empty(), &Files::default()), (&large, &large_files)] {
        let log = value(report, files, Format::Sarif, &Options::default());
        assert_eq!(validate::errors(&schema, &log), Vec::<String>::new());
        assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), report.findings.len());
    }
}

#[test]
fn json_is_valid() {
    let (report, files) = full();
    for (report, files) in [(&report, &files), (&empty(), &Files::default())] {
        let document = value(report, files, Format::Json, &Options::default());
        assert_eq!(validate::errors(&schema(), &document), Vec::<String>::new());
    }
}

#[test]
fn the_published_schema_is_as_recorded() {
    insta::assert_snapshot!("json_schema", serde_json::to_string_pretty(&schema()).unwrap());
}

#[test]
fn the_validator_finds_errors() {
    let schema: Value = serde_json::from_str(SARIF).unwrap();
    let (report, files) = full();
    let log = value(&report, &files, Format::Sarif, &Options::default());
    let broken: [(&str, Value); 5] = [
        ("/version", "2.0.0".into()),
        ("/runs/0/columnKind", "bytes".into()),
        ("/runs/0/results/0/ruleIndex", "one".into()),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", 0.into()),
        ("/runs/0/tool/driver", serde_json::json!({"name": "x", "unknown": 1})),
    ];
    for (pointer, wrong) in broken {
        let mut log = log.clone();
        *log.pointer_mut(pointer).unwrap() = wrong;
        assert!(!validate::errors(&schema, &log).is_empty(), "{pointer}");
    }
}

#[test]
fn results_beyond_the_limit_are_left_out_aloud() {
    let (mut report, files) = full();
    report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let options = Options { max_results: 4, ..Options::default() };
    let log = value(&report, &files, Format::Sarif, &options);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    assert!(results.iter().all(|result| result.get("suppressions").is_none()));
    let notification = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(notification["descriptor"]["id"], "results-left-out");
    assert!(notification["message"]["text"].as_str().unwrap().starts_with("7 results were left out"));
    assert_eq!(log["runs"][0]["properties"]["resultsLeftOut"], 7);
}

#[test]
fn sarif_refers_to_what_is_there() {
    let (report, files) = full();
    let log = value(&report, &files, Format::Sarif, &Options::default());
    let run = &log["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let index = usize::try_from(artifact["index"].as_u64().unwrap()).unwrap();
        assert_eq!(run["artifacts"][index]["location"]["uri"], artifact["uri"]);
    }
    let states: Vec<(&str, bool)> = run["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| (result["baselineState"].as_str().unwrap(), result.get("suppressions").is_some()))
        .collect();
    assert_eq!(states.iter().filter(|state| **state == ("unchanged", true)).count(), 1);
    assert_eq!(states.iter().filter(|state| state.1).count(), 3);
}
