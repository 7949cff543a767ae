use std::collections::BTreeSet;
use std::sync::Arc;

use proptest::prelude::*;
use volary_model::{Data, FileId, Number, Origin, Reason, ReasonKind, Role, Span, Value};
use volary_pipeline::{Comparison, Condition, Event, Expr, ExprKind, Platform, Status};

use super::{Fine, pipeline, relevant};
use crate::run::{LIMIT, Relevant, Run, atoms, canonical, pattern, runs, truth};
use crate::tri::Tri;

const PLATFORMS: [Platform; 4] = [Platform::GitHub, Platform::Azure, Platform::GitLab, Platform::Jenkins];

fn at() -> Span {
    Span::new(FileId(0), 0, 0)
}

fn expr(kind: ExprKind) -> Expr {
    Expr::new(kind, at())
}

fn names() -> impl Strategy<Value = Vec<Arc<str>>> {
    let known = [
        "github.ref",
        "github.event_name",
        "github.event.pull_request.draft",
        "inputs.scan",
        "needs.a.outputs.b",
        "needs.a.result",
        "secrets.X",
        "vars.Y",
        "matrix.os",
        "variables.Build.SourceBranch",
        "variables.Build.Reason",
        "variables.isMain",
        "parameters.scan",
        "dependencies.A.outputs",
        "CI_COMMIT_BRANCH",
        "CI_COMMIT_TAG",
        "CI_PIPELINE_SOURCE",
        "DEPLOY",
        "env.BRANCH_NAME",
        "params.scan",
        "BRANCH_NAME",
        "CHANGE_ID",
        "github.event",
    ];
    prop::sample::select(known.to_vec()).prop_map(|name| name.split('.').map(Arc::from).collect())
}

fn literals() -> impl Strategy<Value = Value> {
    let texts =
        ["main", "refs/heads/main", "refs/tags/v1", "push", "", "true", "/^v\\d+/", "/(/", "*", "release/*", "1"];
    prop_oneof![
        prop::sample::select(texts.to_vec()).prop_map(|text| Value::text(text, Origin::at(at(), Role::Attribute))),
        any::<bool>().prop_map(|truth| Value::at(Data::Bool(truth), at())),
        (-3i64..3).prop_map(|number| Value::at(Data::Number(Number::Int(number)), at())),
        Just(Value::at(Data::Null, at())),
        ".{0,12}".prop_map(|text| Value::text(text, Origin::at(at(), Role::Attribute))),
    ]
}

fn exprs() -> impl Strategy<Value = Expr> {
    let leaf = prop_oneof![
        names().prop_map(|name| expr(ExprKind::Name(name))),
        literals().prop_map(|value| expr(ExprKind::Literal(value))),
        Just(expr(ExprKind::Wildcard)),
        Just(expr(ExprKind::Status(Status::Success, Vec::new()))),
        Just(expr(ExprKind::Status(Status::Failure, Vec::new()))),
        Just(expr(ExprKind::Unknown(Reason::new(ReasonKind::RunTime, "x")))),
    ];
    leaf.prop_recursive(6, 60, 4, |inner| {
        let functions = [
            "contains",
            "startswith",
            "endswith",
            "in",
            "format",
            "concat",
            "branch",
            "tag",
            "changerequest",
            "triggeredby",
            "buildingtag",
            "matches",
            "equals",
            "fromjson",
            "join",
            "hashfiles",
        ];
        let comparisons = [
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::GreaterOrEqual,
            Comparison::Matches,
            Comparison::MatchesNot,
        ];
        prop_oneof![
            inner.clone().prop_map(|one| expr(ExprKind::Not(Box::new(one)))),
            prop::collection::vec(inner.clone(), 0..4).prop_map(|list| expr(ExprKind::And(list))),
            prop::collection::vec(inner.clone(), 0..4).prop_map(|list| expr(ExprKind::Or(list))),
            (prop::sample::select(comparisons.to_vec()), inner.clone(), inner.clone())
                .prop_map(|(sign, a, b)| expr(ExprKind::Compare(sign, Box::new(a), Box::new(b)))),
            (prop::sample::select(functions.to_vec()), prop::collection::vec(inner.clone(), 0..4))
                .prop_map(|(name, list)| expr(ExprKind::Call(name.into(), list))),
            (inner.clone(), inner).prop_map(|(a, b)| expr(ExprKind::Index(Box::new(a), Box::new(b)))),
        ]
    })
}

const TEXTS: [(Platform, &str); 4] = [
    (
        Platform::GitHub,
        "on:\n  push: {branches: [main, 'r/**'], tags: ['v*']}\n  pull_request:\n  workflow_dispatch:\n    inputs:\n      \
         scan: {type: boolean}\njobs:\n  a:\n    runs-on: x\n    steps: [{run: a}]\n",
    ),
    (
        Platform::Azure,
        "pr: [main]\nparameters: [{name: scan, type: boolean, default: true}]\nvariables:\n  isMain: \
         $[eq(variables['Build.SourceBranch'], 'refs/heads/main')]\nsteps: [{script: a}]\n",
    ),
    (
        Platform::GitLab,
        "variables: {DEPLOY: 'no'}\na:\n  script: a\n  rules: [{if: $CI_MERGE_REQUEST_IID}, {when: always}]\n",
    ),
    (
        Platform::Jenkins,
        "pipeline { agent any\n parameters { booleanParam(name: 'scan') }\n stages { stage('a') { steps { sh 'a' } } } }",
    ),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn evaluation_never_panics_and_negation_turns(one in exprs(), event in 0usize..4) {
        let event = [Event::Push, Event::PullRequest, Event::Manual, Event::Call][event];
        for platform in PLATFORMS {
            let mut run = Run::new(event);
            run.branch = Some("main".into());
            run.target = Some("main".into());
            let answer = truth(&one, platform, &run, &Fine);
            let not = expr(ExprKind::Not(Box::new(one.clone())));
            let twice = expr(ExprKind::Not(Box::new(not.clone())));
            prop_assert_eq!(truth(&not, platform, &run, &Fine), answer.not());
            prop_assert_eq!(truth(&twice, platform, &run, &Fine), answer);
            let both = expr(ExprKind::And(vec![one.clone(), not]));
            prop_assert_ne!(truth(&both, platform, &run, &Fine), Tri::Yes);
            let _ = canonical::canonical(&one, platform);
        }
    }

    #[test]
    fn classes_are_bounded_and_the_same_each_time(one in exprs(), other in exprs()) {
        for (platform, text) in TEXTS {
            let pipeline = pipeline(platform, text);
            let mut relevant = relevant(&pipeline);
            relevant.conditions.extend([&one, &other]);
            relevant.parameters = BTreeSet::from(["scan".into(), "DEPLOY".into(), "nothing".into()]);
            let (first, again) = (runs(&pipeline, &relevant), runs(&pipeline, &relevant));
            prop_assert!(first.runs.len() <= LIMIT && !first.runs.is_empty());
            prop_assert_eq!(format!("{:?}", first.runs), format!("{:?}", again.runs));
            for run in &first.runs {
                prop_assert!(!run.describe().is_empty());
            }
        }
    }

    #[test]
    fn choices_decide_what_is_open(one in exprs()) {
        // Whatever is asked in a class is decided there, but for legs, results and what was cut.
        for (platform, text) in TEXTS {
            let pipeline = pipeline(platform, text);
            let relevant = Relevant { conditions: vec![&one], ..Relevant::default() };
            let found = runs(&pipeline, &relevant);
            let about = canonical::canonical(&one, platform);
            let settled = !["matrix", "needs.a.result", "runner", "…"].iter().any(|word| about.contains(word));
            if found.cut || !settled || one.asks_status() {
                continue;
            }
            for run in &found.runs {
                let answer = truth(&one, platform, run, &Fine);
                prop_assert!(answer != Tri::Unknown, "{platform} {about} {run:?}");
            }
        }
    }

    #[test]
    fn witnesses_match(text in "[a-z*?/\\[\\]+!.|()^$\\\\d0-9-]{0,20}") {
        for platform in PLATFORMS {
            let glob = pattern::glob(&text, platform);
            if let Some(name) = pattern::witness(&glob) {
                prop_assert!(pattern::compiled(&glob).is_some_and(|regex| regex.is_match(&name)));
            }
        }
        let _ = pattern::witness(&text);
    }
}

#[test]
fn nesting_is_bounded() {
    let mut deep = expr(ExprKind::Name(vec!["github".into(), "actor".into()]));
    for _ in 0..2_000 {
        deep = expr(ExprKind::Not(Box::new(deep)));
    }
    let run = Run::new(Event::Push);
    assert_eq!(truth(&deep, Platform::GitHub, &run, &Fine), Tri::Unknown);
    let condition = Condition { text: "".into(), at: at(), key: None, expr: deep };
    assert!(!canonical::canonical(&condition.expr, Platform::GitHub).is_empty());
    let activation = volary_pipeline::Activation { condition: Some(condition), ..Default::default() };
    assert_eq!(atoms::expressions(&activation).len(), 1);
}

#[test]
fn variables_that_stand_for_each_other_end() {
    let text = "trigger: none\nvariables:\n  a: $[variables.b]\n  b: $[variables.a]\nsteps:\n- script: a\n  condition: \
                eq(variables.a, 'x')\n";
    let pipeline = pipeline(Platform::Azure, text);
    assert!(!runs(&pipeline, &relevant(&pipeline)).runs.is_empty());
}
