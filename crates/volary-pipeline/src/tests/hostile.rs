//! Input that means harm: cycles, bombs, depth, and mutations of everything else.

use std::fmt::Write;

use super::{Read, read_files};
use crate::Platform;

const PLATFORMS: [Platform; 4] = [Platform::GitHub, Platform::Azure, Platform::GitLab, Platform::Jenkins];

fn says(read: &Read, part: &str) -> bool {
    read.issues.iter().any(|issue| issue.message.contains(part))
}

#[test]
fn cycles_end() {
    let read = read_files(
        Platform::Azure,
        &[
            ("azure-pipelines.yml", "trigger: none\nsteps:\n- template: a.yml\n"),
            ("a.yml", "steps:\n- template: a.yml\n- template: a.yml\n"),
        ],
    );
    assert!(says(&read, "nested deeper") && says(&read, "more includes"), "{:?}", read.messages());
    let read = read_files(
        Platform::GitHub,
        &[("a.yml", "on: {workflow_call: }\njobs:\n  a: {uses: ./a.yml}\n  b: {uses: ./a.yml}\n")],
    );
    assert!(says(&read, "nested deeper"), "{:?}", read.messages());
    let read = read_files(
        Platform::GitLab,
        &[(".gitlab-ci.yml", "include: [.gitlab-ci.yml, .gitlab-ci.yml]\na: {script: [b]}\n")],
    );
    assert!(says(&read, "nested deeper"), "{:?}", read.messages());
    let action = "runs: {using: composite, steps: [{uses: ./x}, {uses: ./x}]}\n";
    let read = read_files(
        Platform::GitHub,
        &[("a.yml", "on: push\njobs:\n  a: {runs-on: x, steps: [{uses: ./x}]}\n"), ("x/action.yml", action)],
    );
    assert!(says(&read, "nested deeper"), "{:?}", read.messages());
    let read = read_files(Platform::Jenkins, &[("Jenkinsfile", "node { a() }\ndef a() { a(); a(); a(); a() }\n")]);
    assert!(says(&read, "more stages, jobs and steps") || !read.pipeline.jobs.is_empty());
}

#[test]
fn libraries_and_values_of_jenkins_are_bounded() {
    let step =
        "def call(Map args, Closure body) {\n  body()\n  body()\n  a(x: args) { body() }\n  a(x: args) { body() }\n}\n";
    let read =
        read_files(Platform::Jenkins, &[("Jenkinsfile", "node { a(x: 1) { sh 'x' } }\n"), ("lib:vars/a.groovy", step)]);
    assert!(!read.pipeline.jobs.is_empty());
    let mut text = String::from("node {\n  def m = [a: 1]\n  def l = [1]\n  def t = 'x'\n  def c = { sh 'x' }\n");
    for _ in 0..2_000 {
        text.push_str("  m = [a: m, b: m]\n  l = l + l\n  t = t + t\n  c = { c() }\n  n = x ? m : l ?: t\n");
    }
    text.push_str("  sh \"${m} ${l} ${t}\"\n  c()\n  for (i in l) { for (j in l) { sh 'x' } }\n}\n");
    let read = read_files(Platform::Jenkins, &[("Jenkinsfile", text.as_str())]);
    assert!(!read.pipeline.jobs.is_empty());
    let nested = format!("node {{ def x = {}1{} }}\n", "a ? ".repeat(3_000), " : 2".repeat(3_000));
    read_files(Platform::Jenkins, &[("Jenkinsfile", nested.as_str())]);
    let nested = format!("node {{ if ({}1{}) {{ sh 'x' }} }}\n", "sh(".repeat(3_000), ")".repeat(3_000));
    read_files(Platform::Jenkins, &[("Jenkinsfile", nested.as_str())]);
}

#[test]
fn bombs_are_bounded() {
    let mut text = String::from(
        "trigger: none\nparameters:\n- name: l\n  type: object\n  default: [1,2,3,4,5,6,7,8,9,0]\nsteps:\n",
    );
    let mut indent = String::new();
    for level in 0..9 {
        let _ = writeln!(text, "{indent}- ${{{{ each x{level} in parameters.l }}}}:");
        indent.push_str("  ");
    }
    let _ = writeln!(text, "{indent}- script: x");
    let read = read_files(Platform::Azure, &[("azure-pipelines.yml", text.as_str())]);
    assert!(says(&read, "more values than are read"), "{:?}", read.messages());

    let mut text = String::from(".a0: {script: [x]}\n");
    for level in 1..8 {
        let parts = vec![format!("!reference [.a{}, script]", level - 1); 20].join(", ");
        let _ = writeln!(text, ".a{level}: {{script: [{parts}]}}");
    }
    text.push_str("job: {script: [!reference [.a7, script]]}\n");
    let read = read_files(Platform::GitLab, &[(".gitlab-ci.yml", text.as_str())]);
    assert!(says(&read, "more values than are read"), "{:?}", read.messages());
}

#[test]
fn long_values_put_in_many_times_are_bounded() {
    let script = format!("x\\n{}", "y\\n".repeat(2_000));
    let mut azure = format!("trigger: none\nvariables:\n  v: \"{script}\"\n  w: {}\nsteps:\n", "$(v)".repeat(500));
    let mut github = format!("on: push\nenv: {{V: \"{script}\"}}\njobs:\n  a:\n    runs-on: x\n    steps:\n");
    let mut gitlab = format!("variables: {{V: \"{script}\"}}\n");
    let mut jenkins = format!("def v = \"{script}\"\nnode {{\n");
    for step in 0..300 {
        let _ = writeln!(azure, "- script: {}$(w)", "$(v)".repeat(100));
        let _ = writeln!(github, "      - run: {}", "${{ env.V }}".repeat(100));
        let _ = writeln!(gitlab, "j{step}: {{image: {}, script: [x]}}", "$V".repeat(100));
        let _ = writeln!(jenkins, "sh \"{}\"", "${v}".repeat(100));
    }
    jenkins.push('}');
    for (platform, path, text) in [
        (Platform::GitHub, "a.yml", &github),
        (Platform::Azure, "azure-pipelines.yml", &azure),
        (Platform::GitLab, ".gitlab-ci.yml", &gitlab),
        (Platform::Jenkins, "Jenkinsfile", &jenkins),
    ] {
        let read = read_files(platform, &[(path, text.as_str())]);
        let texts = read.pipeline.jobs.iter().flat_map(|job| &job.steps).filter_map(|step| step.script());
        let pieces: usize = texts.map(|script| script.text.pieces.len()).sum();
        assert!(pieces < 3_000_000, "{platform} {pieces}");
    }
}

#[test]
fn deep_expressions_and_blocks_end_with_a_message() {
    let deep = format!("{}1{}", "(".repeat(1_000), ")".repeat(1_000));
    let nots = format!("{}true", "!".repeat(1_000));
    let calls = format!("{}1{}", "not(".repeat(1_000), ")".repeat(1_000));
    for expression in [&deep, &nots, &calls] {
        let text = format!(
            "on: push\njobs:\n  a:\n    runs-on: x\n    if: ${{{{ {expression} }}}}\n    steps: [{{run: a}}]\n"
        );
        let read = read_files(Platform::GitHub, &[("a.yml", text.as_str())]);
        assert!(says(&read, "nested deeper than 60 levels"), "{:?}", read.messages());
        let text = format!("trigger: none\nsteps:\n- script: a\n  condition: {}\n", expression.replace('!', "not "));
        let read = read_files(Platform::Azure, &[("azure-pipelines.yml", text.as_str())]);
        assert!(!read.issues.is_empty());
    }
    let text = format!("pipeline {{ {}sh 'x'{} }}", "script { ".repeat(1_000), " }".repeat(1_000));
    let read = read_files(Platform::Jenkins, &[("Jenkinsfile", text.as_str())]);
    assert!(says(&read, "nested deeper"), "{:?}", read.messages());
    let text = format!("node {{ sh {}'x'{} }}", "[".repeat(5_000), "]".repeat(5_000));
    let read = read_files(Platform::Jenkins, &[("Jenkinsfile", text.as_str())]);
    assert!(says(&read, "nested deeper"), "{:?}", read.messages());
}

#[test]
fn ten_thousand_jobs_are_read() {
    let mut github = String::from("on: push\njobs:\n");
    let mut azure = String::from("trigger: none\njobs:\n");
    let mut gitlab = String::new();
    let mut jenkins = String::from("pipeline { agent any\nstages {\n");
    for job in 0..10_000 {
        let _ = writeln!(github, "  j{job}: {{runs-on: x, steps: [{{run: a}}]}}");
        let _ = writeln!(azure, "- {{job: j{job}, steps: [{{script: a}}]}}");
        let _ = writeln!(gitlab, "j{job}: {{script: [a]}}");
        let _ = writeln!(jenkins, "stage('j{job}') {{ steps {{ sh 'a' }} }}");
    }
    jenkins.push_str("} }\n");
    for (platform, path, text) in [
        (Platform::GitHub, "a.yml", &github),
        (Platform::Azure, "azure-pipelines.yml", &azure),
        (Platform::GitLab, ".gitlab-ci.yml", &gitlab),
        (Platform::Jenkins, "Jenkinsfile", &jenkins),
    ] {
        let read = read_files(platform, &[(path, text.as_str())]);
        assert!(read.issues.is_empty(), "{:?}", read.messages());
        assert_eq!(read.pipeline.jobs.len(), 10_000, "{platform}");
    }
}

/// Seeds with every construct; what they become when bytes, lines and words change places must be read without a panic.
const SEEDS: [&str; 4] = [
    "on: {push: {branches: [main]}, workflow_call: {inputs: {x: {type: boolean, default: true}}}}\nenv: {A: b}\njobs:\n  a:\n    strategy: {matrix: {os: [a, b], include: [{os: c}]}}\n    runs-on: ${{ matrix.os }}\n    if: ${{ github.ref == 'x' && !cancelled() }}\n    steps:\n      - uses: ./a\n        with: {x: '${{ inputs.x }}'}\n      - run: |\n          echo ${{ env.A }} | tee\n        shell: bash -e {0}\n  b: {uses: ./w.yml, needs: [a], secrets: inherit}\n",
    "trigger: none\nparameters:\n- {name: p, type: boolean, default: true}\n- {name: l, type: object, default: [a, b]}\nvariables:\n- group: g\n- ${{ if parameters.p }}:\n  - {name: v, value: $(w)}\nstages:\n- ${{ each x in parameters.l }}:\n  - stage: s_${{ x }}\n    dependsOn: []\n    condition: and(succeeded(), eq(variables['v'], '${{ x }}'))\n    jobs:\n    - deployment: d\n      strategy: {runOnce: {deploy: {steps: [{template: t.yml, parameters: {a: $(v)}}]}}}\n    - job: j\n      ${{ if parameters.p }}:\n        continueOnError: true\n      steps:\n      - task: AzureCLI@2\n        inputs: {scriptType: bash, inlineScript: 'x $(v)'}\n",
    "include: [{local: a.yml, inputs: {a: b}}, {template: Jobs/SAST.gitlab-ci.yml}]\nstages: [a, b]\n.x: &x {script: [a], rules: [{if: '$A == \"b\" && $C =~ /x/', when: manual}]}\na: {<<: *x, stage: a, extends: [.x], needs: [{job: b, optional: true}]}\nb:\n  script: [!reference [.x, script], 'echo $[[ inputs.a ]]']\n  parallel: {matrix: [{A: [1, 2]}]}\n  trigger: {include: c.yml, strategy: depend}\n",
    "@Library('l@v') _\ndef x = \"a${b}\"\npipeline { agent { docker 'i' }\n environment { A = credentials('c') }\n stages { stage('S') { when { anyOf { branch 'm'; expression { x == 'y' } } }\n steps { sh \"\"\"a ${x} $y\"\"\"\n script { if (a) { sh 'b' } else { error 'c' } try { d() } catch (e) { } } }\n post { always { echo 'x' } } } } }\ndef d() { parallel a: { sh 'x' }, b: { sh(script: 'y', returnStatus: true) } }\n",
];

struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % most.max(1)
    }
}

fn mutated(seed: &str, random: &mut Random) -> String {
    let mut text: Vec<u8> = seed.as_bytes().to_vec();
    for _ in 0..=random.below(4) {
        let at = random.below(text.len());
        match random.below(6) {
            0 => {
                text.remove(at.min(text.len().saturating_sub(1)));
            }
            1 => text.insert(at, b"{}[]()'\"$:-\n &*!|>#,/\\0"[random.below(23)]),
            2 => {
                let end = (at + random.below(30)).min(text.len());
                text.drain(at..end);
            }
            3 => {
                let end = (at + random.below(60)).min(text.len());
                let part = text[at..end].to_vec();
                let to = random.below(text.len());
                text.splice(to..to, part);
            }
            4 => text.truncate(at.max(1)),
            _ => {
                let words: [&[u8]; 8] = [b"${{ ", b" }}", b"$(", b"$[", b"null", b"each x in y", b"\xc3\xa9", b"'''"];
                let word = words[random.below(8)];
                text.splice(at..at, word.iter().copied());
            }
        }
        if text.is_empty() {
            text.push(b'a');
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn mutations_never_panic_and_give_the_same_twice() {
    let mut random = Random(7);
    for round in 0..1_500 {
        let platform = PLATFORMS[round % 4];
        let text = mutated(SEEDS[round % 4], &mut random);
        let path = match platform {
            Platform::GitHub => "a.yml",
            Platform::Azure => "azure-pipelines.yml",
            Platform::GitLab => ".gitlab-ci.yml",
            Platform::Jenkins => "Jenkinsfile",
        };
        let files = [
            (path, text.as_str()),
            ("t.yml", SEEDS[1]),
            ("w.yml", SEEDS[0]),
            ("a/action.yml", "runs: {steps: [{run: a}]}"),
            ("vars/d.groovy", SEEDS[3]),
        ];
        let first = read_files(platform, &files);
        for step in first.pipeline.jobs.iter().flat_map(|job| &job.steps) {
            if let Some(script) = step.script() {
                let (source, parsed) = script.parsed();
                for (_, command) in parsed.commands() {
                    if let Some(name) = &command.name {
                        let place = source.place(name.range.start, name.range.end);
                        assert!(place.is_some(), "{text}");
                    }
                }
            }
        }
        if round % 10 == 0 {
            let second = read_files(platform, &files);
            assert_eq!(first.describe(), second.describe());
            assert_eq!(first.issues, second.issues);
        }
    }
}

#[test]
fn functions_without_arguments_are_no_mistake_of_ours() {
    for function in
        ["format", "contains", "join", "in", "coalesce", "iif", "fromJSON", "startsWith", "length", "concat"]
    {
        let text = format!("on: push\njobs:\n  a:\n    if: {function}()\n    runs-on: x\n    steps: [{{run: a}}]\n");
        let read = read_files(Platform::GitHub, &[(".github/workflows/a.yml", &text)]);
        assert_eq!(read.pipeline.jobs.len(), 1);
    }
}
