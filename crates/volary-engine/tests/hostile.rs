//! Pipelines that are written to hurt whoever reads them: every run ends, within bounds, and says what it could not do.

#![expect(clippy::print_stdout, reason = "figures for people")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use volary_engine::{GuardrailSettings, Settings, Silent, guardrails};
use volary_model::{Guardrails, ProblemKind, Verdict};
use volary_source::MemoryTree;

/// What work that has a limit may take here, without optimisation and beside other tests. Where a limit is missing it is hours.
const LONG: Duration = Duration::from_secs(90);

/// What is answered about a tree of these files.
fn judged(name: &str, files: &[(&str, String)]) -> Guardrails {
    let settings = GuardrailSettings::new(Settings::new(jiff::civil::date(2026, 11, 24)));
    let tree = MemoryTree::of_texts(files.iter().map(|(path, text)| (*path, text.as_str())));
    let start = Instant::now();
    let answer = guardrails(&tree, &settings, &Silent).answer;
    let took = start.elapsed();
    println!("{name}: {took:.1?}, {} verdicts, {} problems", answer.verdicts.len(), answer.problems.len());
    for problem in answer.problems.iter().take(3) {
        println!("    {}: {}", problem.path, problem.message);
    }
    let internal: Vec<_> = answer.problems.iter().filter(|it| it.kind == ProblemKind::Internal).collect();
    assert!(internal.is_empty(), "{name}: {internal:#?}");
    assert!(took < LONG, "{name} takes {took:?}");
    answer
}

/// It says that it could not see everything: by a problem, a refusal of the platform, a verdict, or a source that is named.
fn admits(name: &str, answer: &Guardrails) {
    let unseen = answer.verdicts.iter().any(|it| it.verdict == Verdict::Unverifiable || !it.unless.is_empty());
    let refused = answer.pipelines.iter().any(|it| it.refused.is_some());
    assert!(unseen || refused || !answer.problems.is_empty() || !answer.unread.is_empty(), "{name}: nothing is said");
}

/// Nothing that ships is called guarded, unless it is said that something is wrong with the pipeline.
fn no_guard(name: &str, answer: &Guardrails) {
    if !answer.problems.is_empty() {
        return;
    }
    let held: Vec<&str> = answer.verdicts.iter().filter(|it| it.verdict.holds()).map(|it| &*it.message).collect();
    assert!(held.is_empty(), "{name}: {held:#?}");
}

fn check(name: &str, files: &[(&str, String)]) {
    let answer = judged(name, files);
    admits(name, &answer);
    no_guard(name, &answer);
}

const WORKFLOW: &str = ".github/workflows/a.yml";
const AZURE: &str = "azure-pipelines.yml";
const GITLAB: &str = ".gitlab-ci.yml";
const JENKINS: &str = "Jenkinsfile";

/// `text` for every number, one after the other.
fn each(numbers: std::ops::Range<usize>, text: impl Fn(usize) -> String) -> String {
    numbers.fold(String::new(), |mut all, number| {
        let _ = write!(all, "{}", text(number));
        all
    })
}

#[test]
fn templates_that_use_one_another_in_a_circle() {
    let push = "docker push ghcr.io/acme/app:1";
    check(
        "azure templates",
        &[
            (AZURE, format!("steps:\n- template: a.yml\n- script: {push}\n")),
            ("a.yml", "steps:\n- template: b.yml\n".into()),
            ("b.yml", "steps:\n- template: a.yml\n- template: b.yml\n".into()),
        ],
    );
    check(
        "azure extends",
        &[
            (AZURE, "extends:\n  template: a.yml\n".into()),
            ("a.yml", "extends:\n  template: azure-pipelines.yml\n".into()),
        ],
    );
    let call = |name: &str| format!("on: [push, workflow_call]\njobs:\n  x:\n    uses: ./.github/workflows/{name}\n");
    check("reusable workflows", &[(WORKFLOW, call("b.yml")), (".github/workflows/b.yml", call("a.yml"))]);
    check(
        "composite actions",
        &[
            (
                WORKFLOW,
                format!("on: push\njobs:\n  x:\n    runs-on: u\n    steps:\n    - uses: ./act\n    - run: {push}\n"),
            ),
            ("act/action.yml", "runs:\n  using: composite\n  steps:\n  - uses: ./act\n  - uses: ./act\n".into()),
        ],
    );
    check(
        "gitlab includes",
        &[
            (GITLAB, format!("include: [a.yml]\nship:\n  script: [{push}]\n")),
            ("a.yml", "include: [/b.yml, /a.yml]\n".into()),
            ("b.yml", "include: [/a.yml, /.gitlab-ci.yml]\n".into()),
        ],
    );
    check(
        "gitlab extends",
        &[(
            GITLAB,
            format!(
                "a:\n  extends: b\n  script: [{push}]\nb:\n  extends: [a, c]\nc:\n  script: !reference [c, script]\n"
            ),
        )],
    );
    let answer = judged(
        "jenkins functions",
        &[(
            JENKINS,
            format!("def a() {{ b() }}\ndef b() {{ a(); b() }}\nnode {{ stage('x') {{ a(); sh '{push}' }} }}\n"),
        )],
    );
    no_guard("jenkins functions", &answer);
}

#[test]
fn scripts_that_call_one_another_in_a_circle() {
    let workflow = "on: push\njobs:\n  x:\n    runs-on: u\n    steps:\n    - run: ./a.sh && make all && npm run build\n    \
                    - run: docker push ghcr.io/acme/app:1\n";
    let answer = judged(
        "scripts",
        &[
            (WORKFLOW, workflow.into()),
            ("a.sh", "#!/bin/bash\n./b.sh\n. ./a.sh\nf() { f; f; }\nf\n".into()),
            ("b.sh", "bash a.sh; bash b.sh\n".into()),
            ("Makefile", "all: all2\n\t$(MAKE) all\nall2: all\n\tmake all2\n".into()),
            (
                "package.json",
                r#"{"scripts": {"build": "npm run build && npm run more", "more": "npm run build"}}"#.into(),
            ),
        ],
    );
    no_guard("scripts", &answer);
}

#[test]
fn expansions_that_double() {
    let doubling = |depth: usize| {
        let mut files = vec![(
            AZURE.to_owned(),
            "steps:\n- template: t0.yml\n- script: docker push ghcr.io/acme/app:1\n".to_owned(),
        )];
        for level in 0..depth {
            let next = level + 1;
            files
                .push((format!("t{level}.yml"), format!("steps:\n- template: t{next}.yml\n- template: t{next}.yml\n")));
        }
        files.push((format!("t{depth}.yml"), "steps:\n- script: echo\n".to_owned()));
        files
    };
    let files = doubling(18);
    let borrowed: Vec<(&str, String)> = files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect();
    check("azure templates twice each", &borrowed);

    // Each loop of a hundred in a hundred: a million million steps.
    let list = each(0..100, |number| format!("{number},"));
    let mut loops =
        format!("parameters:\n- name: l\n  type: object\n  default: [{}]\nsteps:\n", list.trim_end_matches(','));
    for level in 0..6 {
        let _ = writeln!(loops, "{}- ${{{{ each a{level} in parameters.l }}}}:", "  ".repeat(level));
    }
    let _ = writeln!(loops, "{}- script: echo ${{{{ a5 }}}}\n- script: docker push ghcr.io/acme/app:1", "  ".repeat(6));
    check("azure loops", &[(AZURE, loops)]);

    let mut anchors = "x0: &x0 [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
    for level in 1..10 {
        let one = format!("*x{}, ", level - 1);
        let _ = writeln!(anchors, "x{level}: &x{level} [{}]", one.repeat(10).trim_end_matches(", "));
    }
    check("gitlab anchors", &[(GITLAB, format!("{anchors}ship:\n  script: *x9\n"))]);
    check(
        "github anchors",
        &[(
            WORKFLOW,
            format!(
                "{anchors}on: push\njobs:\n  x:\n    runs-on: u\n    steps:\n    - run: docker push a/b:1\n      with: *x9\n"
            ),
        )],
    );
    check(
        "azure anchors",
        &[(AZURE, format!("{anchors}steps:\n- script: docker push ghcr.io/acme/app:1\n  env: *x9\n"))],
    );

    let mut references = ".r0:\n  script: [a, a, a, a, a, a, a, a, a, a]\n".to_owned();
    for level in 1..12 {
        let before = level - 1;
        let ten = format!("    - !reference [.r{before}, script]\n").repeat(10);
        let _ = write!(references, ".r{level}:\n  script:\n{ten}");
    }
    check(
        "gitlab references",
        &[(GITLAB, format!("{references}ship:\n  script:\n  - !reference [.r11, script]\n  - docker push a/b:1\n"))],
    );

    // A text that is ten times as long at each step.
    let mut variables = "variables:\n  V0: xxxxxxxxxx\n".to_owned();
    for level in 1..12 {
        let _ = writeln!(variables, "  V{level}: {}", format!("$V{}", level - 1).repeat(10));
    }
    let answer =
        judged("gitlab variables", &[(GITLAB, format!("{variables}ship:\n  script:\n  - docker push a/$V11:1\n"))]);
    no_guard("gitlab variables", &answer);
    let mut variables = "variables:\n- name: v0\n  value: xxxxxxxxxx\n".to_owned();
    for level in 1..12 {
        let before = level - 1;
        let _ = writeln!(variables, "- name: v{level}\n  value: {}", format!("$(v{before})").repeat(10));
    }
    let answer =
        judged("azure variables", &[(AZURE, format!("{variables}steps:\n- script: docker push a/$(v11):1\n"))]);
    no_guard("azure variables", &answer);
}

#[test]
fn matrices_that_explode() {
    let axes = each(0..12, |axis| format!("        a{axis}: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n"));
    let workflow = format!(
        "on: push\njobs:\n  x:\n    runs-on: u\n    strategy:\n      matrix:\n{axes}    steps:\n    \
         - run: docker push ghcr.io/acme/app:${{{{ matrix.a0 }}}}\n"
    );
    let answer = judged("github matrix", &[(WORKFLOW, workflow)]);
    no_guard("github matrix", &answer);
    let axes = each(0..12, |axis| format!("      A{axis}: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']\n"));
    let gitlab = format!("x:\n  parallel:\n    matrix:\n    - {}  script: [docker push a/b:$A0]\n", axes.trim_start());
    let answer = judged("gitlab matrix", &[(GITLAB, gitlab)]);
    no_guard("gitlab matrix", &answer);
    let legs = each(0..5_000, |leg| format!("      l{leg}: {{tag: '{leg}'}}\n"));
    let azure =
        format!("jobs:\n- job: x\n  strategy:\n    matrix:\n{legs}  steps:\n  - script: docker push a/b:$(tag)\n");
    let answer = judged("azure matrix", &[(AZURE, azure)]);
    no_guard("azure matrix", &answer);
    let values = each(0..10, |value| format!("'{value}',"));
    let axes = each(0..12, |axis| format!("axis {{ name 'A{axis}'\n values {} }}\n", values.trim_end_matches(',')));
    let jenkins = format!(
        "pipeline {{ agent any\n stages {{ stage('m') {{ matrix {{ axes {{ {axes} }}\n stages {{ stage('x') {{ steps {{ sh \
         \"docker push a/b:${{A0}}\" }} }} }} }} }} }} }}\n"
    );
    let answer = judged("jenkins matrix", &[(JENKINS, jenkins)]);
    no_guard("jenkins matrix", &answer);
}

#[test]
fn ten_thousand_jobs() {
    // One in a hundred of them ships: a chain in which each waits for all before it.
    let does = |job: usize| if job % 100 == 99 { format!("docker push acme/app:{job}") } else { format!("echo {job}") };
    let github = each(0..10_000, |job| {
        let needs = if job == 0 { String::new() } else { format!("    needs: j{}\n", job - 1) };
        format!("  j{job}:\n    runs-on: u\n{needs}    steps:\n    - run: {}\n", does(job))
    });
    let answer = judged("github jobs", &[(WORKFLOW, format!("on: push\njobs:\n{github}"))]);
    no_guard("github jobs", &answer);
    let azure = each(0..10_000, |job| {
        let needs = if job == 0 { String::new() } else { format!("  dependsOn: j{}\n", job - 1) };
        format!("- job: j{job}\n{needs}  steps:\n  - script: {}\n", does(job))
    });
    let answer = judged("azure jobs", &[(AZURE, format!("jobs:\n{azure}"))]);
    no_guard("azure jobs", &answer);
    let gitlab = each(0..10_000, |job| {
        let needs = if job == 0 { String::new() } else { format!("  needs: [j{}]\n", job - 1) };
        format!("j{job}:\n{needs}  script: ['{}']\n", does(job))
    });
    let answer = judged("gitlab jobs", &[(GITLAB, gitlab)]);
    no_guard("gitlab jobs", &answer);
    let jenkins = each(0..10_000, |job| format!("stage('j{job}') {{ steps {{ sh '{}' }} }}\n", does(job)));
    let answer = judged("jenkins stages", &[(JENKINS, format!("pipeline {{ agent any\n stages {{\n{jenkins}}} }}\n"))]);
    no_guard("jenkins stages", &answer);
}

#[test]
fn expressions_a_thousand_deep() {
    let not = format!("{}true{}", "!(".repeat(1_000), ")".repeat(1_000));
    let call = format!("{}true{}", "not(".repeat(1_000), ")".repeat(1_000));
    let github = |condition: &str| {
        format!(
            "on: push\njobs:\n  x:\n    runs-on: u\n    steps:\n    - if: ${{{{ {condition} }}}}\n      run: trivy image \
             --exit-code 1 ghcr.io/acme/app:1\n    - run: docker push ghcr.io/acme/app:1\n"
        )
    };
    check("github condition", &[(WORKFLOW, github(&not))]);
    let azure = |condition: &str, text: &str| {
        format!(
            "steps:\n- script: trivy image --exit-code 1 ghcr.io/acme/app:1\n  condition: {condition}\n- script: docker push \
             ghcr.io/acme/app:{text}\n"
        )
    };
    check("azure condition", &[(AZURE, azure(&call, "1"))]);
    check("azure compile time", &[(AZURE, azure("true", &format!("${{{{ {call} }}}}")))]);
    let brackets = format!("{}$A == \"1\"{}", "(".repeat(1_000), ")".repeat(1_000));
    let gitlab = format!(
        "scan:\n  script: [trivy image --exit-code 1 acme/app:1]\n  rules:\n  - if: '{brackets}'\nship:\n  needs: [scan]\n  \
         script: [docker push acme/app:1]\n"
    );
    check("gitlab rule", &[(GITLAB, gitlab)]);
    let jenkins = format!(
        "pipeline {{ agent any\n stages {{ stage('s') {{ when {{ expression {{ {not} }} }}\n steps {{ sh 'trivy image \
         --exit-code 1 acme/app:1' }} }}\n stage('x') {{ steps {{ sh 'docker push acme/app:1' }} }} }} }}\n"
    );
    check("jenkins expression", &[(JENKINS, jenkins)]);
    let nested = format!(
        "pipeline {{ agent any\n stages {{ stage('s') {{ when {{ {} branch 'main' {} }}\n steps {{ sh 'trivy image --exit-code 1 \
         acme/app:1' }} }}\n stage('x') {{ steps {{ sh 'docker push acme/app:1' }} }} }} }}\n",
        "not { ".repeat(1_000),
        "}".repeat(1_000)
    );
    check("jenkins when", &[(JENKINS, nested)]);
    let blocks =
        format!("node {{ {} sh 'docker push acme/app:1' {} }}\n", "if (a) { ".repeat(1_000), "}".repeat(1_000));
    let answer = judged("jenkins blocks", &[(JENKINS, blocks)]);
    no_guard("jenkins blocks", &answer);
}

#[test]
fn expressions_that_are_none() {
    for (number, condition) in
        ["((", "a ==", "&& b", "'open", "format('{', )", "a..b", "\u{0}", "${{ ${{ }} }}", "]", "fromJSON('"]
            .iter()
            .enumerate()
    {
        let quoted = condition.replace('\'', "''");
        let text = format!(
            "on: push\njobs:\n  x:\n    runs-on: u\n    steps:\n    - if: '{quoted}'\n      run: trivy image --exit-code 1 \
             acme/app:1\n    - run: docker push acme/app:1 ${{{{ {condition} }}}}\n"
        );
        let answer = judged(&format!("github {number}"), &[(WORKFLOW, text)]);
        no_guard("github", &answer);
        let text = format!(
            "steps:\n- script: trivy image --exit-code 1 acme/app:1\n  condition: '{quoted}'\n- ${{{{ if {condition} }}}}:\n  - \
             script: docker push acme/app:1\n- script: docker push acme/app:1\n"
        );
        let answer = judged(&format!("azure {number}"), &[(AZURE, text)]);
        no_guard("azure", &answer);
        let text = format!(
            "scan:\n  script: [trivy image --exit-code 1 acme/app:1]\n  rules:\n  - if: '{quoted}'\nship:\n  needs: [scan]\n  \
             script: [docker push acme/app:1]\n"
        );
        let answer = judged(&format!("gitlab {number}"), &[(GITLAB, text)]);
        no_guard("gitlab", &answer);
        let text = format!(
            "pipeline {{ agent any\n stages {{ stage('x') {{ when {{ expression {{ {condition} }} }}\n steps {{ sh 'docker push acme/app:1' }} }} }} }}\n"
        );
        let answer = judged(&format!("jenkins {number}"), &[(JENKINS, text)]);
        no_guard("jenkins", &answer);
    }
}

#[test]
fn scripts_without_end() {
    let indent = |script: &str, by: &str| {
        script.lines().fold(String::new(), |mut all, line| {
            let _ = writeln!(all, "{by}{line}");
            all
        })
    };
    let long = each(0..500, |line| {
        format!("if [ \"$A{line}\" = x ]; then echo {line} | tee log{line} && B{line}=$A{line}; fi\n")
    });
    let deep = format!("{}docker push acme/app:1{}", "if true; then ".repeat(3_000), "; fi".repeat(3_000));
    let inner = format!("{}docker push acme/app:1{}", "$(".repeat(3_000), ")".repeat(3_000));
    let pipes = format!("docker push acme/app:1 {}", "| cat ".repeat(20_000));
    let doubling = each(0..60, |line| format!("A{}=\"$A{line}$A{line}$A{line}\"\n", line + 1));
    for (name, script) in [
        ("long", long),
        ("deep", deep),
        ("inner", inner),
        ("pipes", pipes),
        ("doubling", format!("A0=x\n{doubling}docker push acme/$A60:1\n")),
    ] {
        let github = indent(&script, "        ");
        let github = format!(
            "on: push\njobs:\n  x:\n    runs-on: u\n    steps:\n    - run: |\n{github}    - run: docker push acme/app:1\n"
        );
        let answer = judged(&format!("{name} script, github"), &[(WORKFLOW, github)]);
        no_guard(name, &answer);
        let block = indent(&script, "    ");
        let powershell = format!("steps:\n- pwsh: |\n{block}- script: |\n{block}- script: docker push acme/app:1\n");
        let answer = judged(&format!("{name} script, azure"), &[(AZURE, powershell)]);
        no_guard(name, &answer);
        let answer = judged(
            &format!("{name} script, gitlab"),
            &[(GITLAB, format!("x:\n  script:\n  - |\n{block}  - docker push acme/app:1\n"))],
        );
        no_guard(name, &answer);
        let jenkins = format!("node {{ sh '''\n{script}\n'''\n sh 'docker push acme/app:1' }}\n");
        let answer = judged(&format!("{name} script, jenkins"), &[(JENKINS, jenkins)]);
        no_guard(name, &answer);
    }
}
