//! An answer with everything in it: every verdict, a fact in a template that several pipelines call, weakened guardrails,
//! assumptions, unread and moving sources, manual gates, hostile names.
#![allow(dead_code, unreachable_pub)]

use std::sync::Arc;

use volary_model::*;

const RELEASE: &str = r#"name: Release
on: [push, workflow_dispatch]
jobs:
  scan:
    if: github.event_name == 'push'
    runs-on: ubuntu-latest
    steps:
      - uses: aquasecurity/trivy-action@v1
        continue-on-error: true
        with: { image-ref: "ghcr.io/acme/base:1" }
      - run: snyk test --token abcd1234efgh5678
  publish:
    needs: [scan]
    runs-on: ubuntu-latest
    steps:
      - run: docker build -t ghcr.io/acme/app:$SHA .
      - run: docker push ghcr.io/acme/app:$SHA
      - run: npm publish
  deploy:
    needs: [publish]
    environment: production
    steps:
      - run: kubectl apply -f k8s/
"#;
const DEPLOY: &str = r#"stages:
- template: templates/deploy.yml
  parameters: { environment: prod }
"#;
const TEMPLATE: &str = r#"stages:
- stage: Deploy
  jobs:
  - job: apply
    steps:
    - script: checkov -d infra --soft-fail
    - script: terraform apply -auto-approve
"#;
/// A path and a text that try to act on whoever reads them.
pub const EVIL: &str = "evil\u{1b}[31m\u{202e}|<b onclick=x>`;]##vso[task.complete],:%\n.yml";
const EVIL_TEXT: &str =
    "::error::x\njob: \"\u{1b}[2J##vso[task.complete]\u{202e}</script><script>alert(1)</script>\"\n";
/// What stands in commands and must not be shown.
pub const SECRETS: [&str; 2] = ["efgh5678", "hunter2"];

pub const RELEASE_PATH: &str = ".github/workflows/release.yml";
pub const TEMPLATE_PATH: &str = "templates/deploy.yml";

pub fn files() -> Files {
    let mut files = Files::default();
    for (path, text) in [
        (RELEASE_PATH, RELEASE),
        ("azure-pipelines.yml", DEPLOY),
        ("deploy-b.yml", DEPLOY),
        ("deploy-c.yml", DEPLOY),
        (EVIL, EVIL_TEXT),
        ("ci/guarded.yml", RELEASE),
        ("ci/lint.yml", DEPLOY),
        (TEMPLATE_PATH, TEMPLATE),
    ] {
        files.add(SourceFile::new(path, text));
    }
    files
}

pub fn at(files: &Files, path: &str, needle: &str) -> Location {
    let (id, file) = files.iter().find(|(_, file)| &**file.path() == path).unwrap();
    let start = file.text().find(needle).unwrap();
    files.locate(Span::new(id, start, start + needle.len())).unwrap()
}

pub fn fact(text: &str, written: &str, location: Location) -> Fact {
    Fact { text: text.into(), written: written.into(), location: Some(location) }
}

/// A verdict on something that ships, without what explains it.
pub fn verdict(
    pipeline: &str,
    location: Location,
    kind: &str,
    effect: &str,
    what: &str,
    verdict: Verdict,
) -> GuardrailVerdict {
    let (control, name) = match kind {
        "image" => ("image-scan", "image scan"),
        "package" => ("source-scan", "dependency or code scan"),
        _ => ("iac-scan", "infrastructure scan"),
    };
    let severity = match verdict {
        Verdict::Blocking | Verdict::BlockingIf | Verdict::Unverifiable => Severity::Info,
        _ => Severity::Medium,
    };
    GuardrailVerdict {
        fingerprint: format!(
            "{:08x}{:08x}{:08x}{:08x}",
            location.span.file.0,
            location.span.start,
            control.len(),
            pipeline.len()
        )
        .into(),
        pipeline: pipeline.into(),
        line: location.start.line,
        location,
        through: Vec::new(),
        kind: kind.into(),
        effect: effect.into(),
        what: what.into(),
        control: control.into(),
        control_name: name.into(),
        required: true,
        verdict,
        link: None,
        fact: None,
        run: None,
        edit: None,
        assumptions: Vec::new(),
        unless: Vec::new(),
        candidates: Vec::new(),
        near: Vec::new(),
        narrowed: Vec::new(),
        message: "".into(),
        why: "An image brings packages along that no scan of the source sees.".into(),
        ephemeral: false,
        production: false,
        also: Vec::new(),
        severity,
        level: Level::Warn,
        owners: Vec::new(),
        status: Status::Open,
    }
}

pub fn candidate(name: &str, control: &str, location: Location, verdict: Verdict) -> Candidate {
    Candidate {
        tool: name.to_lowercase().into(),
        name: name.into(),
        control: control.into(),
        location,
        pipeline: None,
        verdict,
        link: None,
        fact: None,
        narrowed: Vec::new(),
    }
}

fn step(role: &str, label: &str, location: Location) -> StepView {
    StepView { role: role.into(), label: label.into(), location, stops: None, verdict: None }
}

fn job(name: &str, stage: &str, needs: &[usize], location: Location, steps: Vec<StepView>) -> JobView {
    JobView { name: name.into(), stage: stage.into(), needs: needs.to_vec(), location, steps }
}

fn pipeline(path: &str, platform: &str, ships: usize, jobs: Vec<JobView>) -> PipelineView {
    PipelineView {
        path: path.into(),
        platform: platform.into(),
        name: None,
        ships,
        verdicts: Vec::new(),
        worst: None,
        jobs,
        refused: None,
    }
}

/// An answer about nothing.
pub fn empty() -> Guardrails {
    Guardrails {
        versions: Versions { binary: "0.1.0".into(), pack: "2026.11.0".into(), pack_digest: "0123456789abcdef".into() },
        targets: vec![".".into()],
        since: None,
        pipelines: Vec::new(),
        verdicts: Vec::new(),
        assumptions: Vec::new(),
        unread: Vec::new(),
        mutable: Vec::new(),
        scans: Vec::new(),
        weakenings: Vec::new(),
        gates: Vec::new(),
        coverage: Vec::new(),
        problems: Vec::new(),
        not_judged: Vec::new(),
        fail_on: Severity::Low,
    }
}

/// Fills in what the pipelines know of their verdicts.
pub fn joined(mut answer: Guardrails) -> Guardrails {
    for pipeline in &mut answer.pipelines {
        let own = answer.verdicts.iter().enumerate().filter(|(_, it)| it.pipeline == pipeline.path && it.required);
        pipeline.verdicts = own.clone().map(|(index, _)| index).collect();
        pipeline.worst = own.map(|(_, it)| it.verdict).max();
    }
    answer
}

/// The verdicts of the workflow of a release.
fn release(files: &Files) -> Vec<GuardrailVerdict> {
    let place = |needle: &str| at(files, RELEASE_PATH, needle);
    let mut image = verdict(
        RELEASE_PATH,
        place("docker push ghcr.io/acme/app:$SHA"),
        "image",
        "push",
        "the image `ghcr.io/acme/app:$SHA`",
        Verdict::Absent,
    );
    image.message = "Nothing looks at the image `ghcr.io/acme/app:$SHA` before it is pushed".into();
    image.near = vec![Candidate {
        fact: Some(fact("it looks at `ghcr.io/acme/base:1`", "image-ref: \"ghcr.io/acme/base:1\"", place("image-ref"))),
        link: Some(Link::Scope),
        ..candidate("Trivy", "image-scan", place("aquasecurity/trivy-action@v1"), Verdict::Absent)
    }];
    image.edit = Some(SmallestEdit {
        text: "scan `ghcr.io/acme/app:$SHA` between the build and the push".into(),
        location: Some(place("docker push")),
    });
    image.production = true;
    image.owners = vec!["@acme/release".into()];

    let mut package =
        verdict(RELEASE_PATH, place("npm publish"), "package", "publish", "the npm package `app`", Verdict::Bypassable);
    package.link = Some(Link::Condition);
    package.message = "Snyk stops the npm package `app` on a push, but a manual run ships any branch without it".into();
    package.run = Some("a manual run of any branch".into());
    package.fact = Some(fact(
        "the job runs on a push only",
        "if: github.event_name == 'push'",
        place("github.event_name == 'push'"),
    ));
    package.edit =
        Some(SmallestEdit { text: "delete the condition".into(), location: Some(place("if: github.event_name")) });
    package.candidates = vec![Candidate {
        link: Some(Link::Condition),
        fact: Some(fact(
            "it is called with its token in the command",
            "snyk test --token abcd1234efgh5678",
            place("snyk test"),
        )),
        narrowed: vec![fact("findings below high", "--severity-threshold=high", place("snyk test"))],
        ..candidate("Snyk", "dependency-scan", place("snyk test"), Verdict::Bypassable)
    }];
    package.production = true;
    package.level = Level::Block;
    package.owners = vec!["@acme/release".into(), "@acme/web".into()];

    let mut manifests =
        verdict(RELEASE_PATH, place("kubectl apply -f k8s/"), "manifests", "apply", "`k8s/`", Verdict::Unverifiable);
    manifests.message = "What happens in `security/scan.yml` of `acme/pipelines` cannot be seen".into();
    manifests.unless = vec!["`acme/pipelines` adds a scan".into()];

    let mut provenance = verdict(
        RELEASE_PATH,
        place("docker push ghcr.io/acme/app:$SHA"),
        "image",
        "push",
        "the image `ghcr.io/acme/app:$SHA`",
        Verdict::Absent,
    );
    provenance.control = "provenance".into();
    provenance.control_name = "provenance".into();
    provenance.required = false;
    provenance.severity = Severity::Info;
    provenance.level = Level::Audit;
    provenance.message = "Nothing attests how the image was built".into();
    vec![image, provenance, package, manifests]
}

/// The verdicts of three pipelines that call one template.
fn deployments(files: &Files) -> Vec<GuardrailVerdict> {
    let soft = fact("the scan is told to fail nothing", "--soft-fail", at(files, TEMPLATE_PATH, "--soft-fail"));
    ["azure-pipelines.yml", "deploy-b.yml", "deploy-c.yml"]
        .into_iter()
        .map(|path| {
            let location = at(files, TEMPLATE_PATH, "terraform apply");
            let mut one = verdict(path, location, "iac", "apply", "the infrastructure in `infra`", Verdict::ReportOnly);
            one.line = 2;
            one.through = vec![("templates/deploy.yml".into(), at(files, path, "templates/deploy.yml"))];
            one.link = Some(Link::ExitCode);
            one.message = "Checkov finds but never stops: the scan is told to fail nothing".into();
            one.fact = Some(soft.clone());
            one.edit = Some(SmallestEdit { text: "delete `--soft-fail`".into(), location: soft.location.clone() });
            one.candidates = vec![Candidate {
                fact: Some(soft.clone()),
                link: Some(Link::ExitCode),
                ..candidate("Checkov", "iac-scan", at(files, TEMPLATE_PATH, "checkov"), Verdict::ReportOnly)
            }];
            one.owners = vec!["@acme/platform".into()];
            one
        })
        .collect()
}

/// The verdicts of a pipeline that is guarded, and of one with a hostile name.
fn others(files: &Files) -> Vec<GuardrailVerdict> {
    let place = |needle: &str| at(files, "ci/guarded.yml", needle);
    let mut image =
        verdict("ci/guarded.yml", place("docker push"), "image", "push", "the image `acme/tool`", Verdict::Blocking);
    image.message = "Trivy (line 8) stops the image `acme/tool` on every way to the push".into();
    image.candidates = vec![candidate("Trivy", "image-scan", place("aquasecurity"), Verdict::Blocking)];
    image.narrowed = vec![fact("findings without a fix", "ignore-unfixed: true", place("image-ref"))];
    let mut package = verdict(
        "ci/guarded.yml",
        place("npm publish"),
        "package",
        "publish",
        "the package `tool`",
        Verdict::BlockingIf,
    );
    package.message =
        "npm audit (line 11) stops the package `tool`, provided that the check is required on main".into();
    package.assumptions = vec![0, 1];
    package.candidates = vec![candidate("npm audit", "dependency-scan", place("snyk"), Verdict::BlockingIf)];
    let mut accepted = verdict("ci/guarded.yml", place("kubectl"), "manifests", "apply", "`k8s/`", Verdict::Absent);
    accepted.message = "Nothing looks at `k8s/` before it is applied".into();
    accepted.status = Status::Accepted(Acceptance {
        id: "net-1".into(),
        reason: "rendered and scanned elsewhere".into(),
        owner: Some("@platform".into()),
        until: Some("2027-01-01".into()),
        location: None,
    });
    let mut evil = verdict(
        EVIL,
        at(files, EVIL, "job"),
        "app",
        "deploy",
        "the app `</script><script>alert(1)</script>`",
        Verdict::Absent,
    );
    evil.control = "source-scan".into();
    evil.control_name = "dependency or code scan".into();
    evil.message = "Nothing looks at <img src=x onerror=alert(1)> \u{1b}[31m ##vso[task.complete] https://bot:hunter2@host before it ships".into();
    evil.edit = Some(SmallestEdit { text: "::error::x | [a](b)".into(), location: Some(at(files, EVIL, "job")) });
    evil.severity = Severity::Low;
    vec![image, package, accepted, evil]
}

fn pipelines(files: &Files) -> Vec<PipelineView> {
    let place = |needle: &str| at(files, RELEASE_PATH, needle);
    let scan = StepView { stops: Some(false), ..step("scan", "Trivy", place("aquasecurity")) };
    let snyk = StepView { stops: Some(true), ..step("scan", "Snyk", place("snyk test")) };
    let push = StepView {
        verdict: Some(Verdict::Absent),
        ..step("ships", "push ghcr.io/acme/app:$SHA", place("docker push"))
    };
    let publish = StepView { verdict: Some(Verdict::Bypassable), ..step("ships", "npm publish", place("npm publish")) };
    let apply = StepView { verdict: Some(Verdict::Unverifiable), ..step("ships", "kubectl apply", place("kubectl")) };
    let release = PipelineView {
        name: Some("Release".into()),
        ..pipeline(
            RELEASE_PATH,
            "github",
            3,
            vec![
                job("scan", "", &[], place("scan:"), vec![scan, snyk]),
                job(
                    "publish",
                    "",
                    &[0],
                    place("publish:"),
                    vec![step("builds", "docker build", place("docker build")), push, publish],
                ),
                job(
                    "deploy",
                    "",
                    &[1],
                    place("deploy:"),
                    vec![
                        step("gate", "environment production", place("production")),
                        step("hidden", "acme/pipelines", place("kubectl")),
                        apply,
                    ],
                ),
            ],
        )
    };
    let deployment = |path: &str| {
        let scan = StepView { stops: Some(false), ..step("scan", "Checkov", at(files, TEMPLATE_PATH, "checkov")) };
        let apply = StepView {
            verdict: Some(Verdict::ReportOnly),
            ..step("ships", "terraform apply", at(files, TEMPLATE_PATH, "terraform"))
        };
        let here = at(files, path, "template");
        pipeline(
            path,
            "azure",
            1,
            vec![
                job("build", "Build", &[], here.clone(), vec![]),
                job("apply", "Deploy", &[0], here, vec![scan, apply]),
            ],
        )
    };
    let here = |needle: &str| at(files, "ci/guarded.yml", needle);
    let guarded = {
        let scan = StepView { stops: Some(true), ..step("scan", "Trivy", here("aquasecurity")) };
        let push =
            StepView { verdict: Some(Verdict::Blocking), ..step("ships", "push acme/tool", here("docker push")) };
        let publish =
            StepView { verdict: Some(Verdict::BlockingIf), ..step("ships", "npm publish", here("npm publish")) };
        pipeline(
            "ci/guarded.yml",
            "gitlab",
            4,
            vec![
                job("scan", "test", &[], here("scan:"), vec![scan, step("breaker", "quality gate", here("scan:"))]),
                job("unit", "test", &[], here("scan:"), vec![]),
                job("publish", "publish", &[0, 1], here("publish:"), vec![push, publish]),
            ],
        )
    };
    let evil = pipeline(
        EVIL,
        "jenkins",
        1,
        vec![job(
            "\"><script>alert(1)</script>\u{202e}",
            "",
            // Waits for itself and for a job that is not there.
            &[0, 7],
            at(files, EVIL, "job"),
            vec![StepView {
                verdict: Some(Verdict::Absent),
                ..step("ships", "deploy </text><script>", at(files, EVIL, "job"))
            }],
        )],
    );
    let refused = PipelineView {
        refused: Some(fact(
            "a job needs one that is not there",
            "needs: [nobody]",
            at(files, "ci/lint.yml", "template"),
        )),
        ..pipeline("ci/refused.yml", "gitlab", 0, vec![])
    };
    vec![
        release,
        deployment("azure-pipelines.yml"),
        guarded,
        pipeline("ci/lint.yml", "azure", 0, vec![]),
        refused,
        deployment("deploy-b.yml"),
        deployment("deploy-c.yml"),
        evil,
    ]
}

fn weakenings(files: &Files) -> Vec<Weakening> {
    let soft = Weakening {
        fingerprint: "0000000000000000000000000000aaaa".into(),
        class: "W1".into(),
        message: "the scan of Trivy continues on error".into(),
        fix: "delete the line".into(),
        location: at(files, RELEASE_PATH, "continue-on-error: true"),
        removed: false,
        before: Some("(nothing)".into()),
        after: Some("continue-on-error: true".into()),
        control: Some("image-scan".into()),
        tool: Some("trivy".into()),
        pipeline: Some(RELEASE_PATH.into()),
        change: true,
        severity: Severity::High,
        level: Level::Block,
        owners: vec!["@acme/release".into()],
        status: Status::Open,
    };
    let gone = Weakening {
        fingerprint: "0000000000000000000000000000bbbb".into(),
        class: "W8".into(),
        message: "the secret scan was removed".into(),
        fix: "put it back".into(),
        location: at(files, "ci/guarded.yml", "snyk test"),
        removed: true,
        before: Some("gitleaks detect --token glpat-0123456789abcdefghij".into()),
        after: None,
        control: Some("secret-scan".into()),
        tool: Some("gitleaks".into()),
        level: Level::Warn,
        severity: Severity::Medium,
        owners: Vec::new(),
        ..soft.clone()
    };
    vec![soft, gone]
}

fn gates(files: &Files) -> Vec<ManualGate> {
    vec![
        ManualGate {
            pipeline: RELEASE_PATH.into(),
            location: at(files, RELEASE_PATH, "environment: production"),
            kind: "environment".into(),
            guards: "the deployment of `k8s/`".into(),
            environment: Some("production".into()),
            certain: false,
            remarks: vec![fact(
                "nothing that the person could look at is made before",
                "",
                at(files, RELEASE_PATH, "deploy:"),
            )],
            replace: vec!["a scan of the manifests that stops, with its report attached to the run".into()],
        },
        ManualGate {
            pipeline: "ci/guarded.yml".into(),
            location: at(files, "ci/guarded.yml", "publish:"),
            kind: "manual job".into(),
            guards: "the publication of `tool`".into(),
            environment: None,
            certain: true,
            remarks: Vec::new(),
            replace: Vec::new(),
        },
    ]
}

fn cell(kind: (&str, &str), control: (&str, &str), required: bool, verdicts: [usize; 6]) -> Cell {
    Cell {
        kind: kind.0.into(),
        kind_name: kind.1.into(),
        control: control.0.into(),
        control_name: control.1.into(),
        required,
        verdicts,
        tools: Vec::new(),
        gaps: Vec::new(),
        new: false,
    }
}

/// The answer with everything in it.
pub fn full() -> (Guardrails, Files) {
    let files = files();
    let scan = |name: &str, control: &str, outcome: &str, needle: &str| Scan {
        pipeline: RELEASE_PATH.into(),
        line: at(&files, RELEASE_PATH, needle).start.line,
        location: at(&files, RELEASE_PATH, needle),
        tool: name.to_lowercase().into(),
        name: name.into(),
        control: control.into(),
        outcome: outcome.into(),
        fact: None,
        link: None,
        target: Vec::new(),
        narrowed: Vec::new(),
        job: "scan".into(),
    };
    let trivy = Scan {
        fact: Some(fact(
            "the step continues on error",
            "continue-on-error: true",
            at(&files, RELEASE_PATH, "continue-on-error: true"),
        )),
        link: Some(Link::Tolerance),
        target: vec!["ghcr.io/acme/base:1".into()],
        ..scan("Trivy", "image-scan", "reports", "aquasecurity")
    };
    let assumption = |key: &str, text: &str, answer: &str, verdicts, answered| Assumption {
        key: key.into(),
        text: text.into(),
        answer: answer.into(),
        verdicts,
        answered,
    };
    let image = ("image", "container image");
    let verdicts = [release(&files), deployments(&files), others(&files)].concat();
    let answer = Guardrails {
        since: Some("main".into()),
        pipelines: pipelines(&files),
        verdicts,
        assumptions: vec![
            assumption(
                "required-check(main, build)",
                "the check `build` is required on `main`",
                "look at the rules of the branch, and write the answer to `.volary/platform.yaml`",
                2,
                None,
            ),
            assumption(
                "no-direct-push(main)",
                "nobody pushes to `main` directly",
                "look at the rules of the branch",
                1,
                Some(true),
            ),
        ],
        unread: vec![UnreadSource {
            name: "acme/pipelines".into(),
            files: vec!["security/scan.yml".into(), "deploy.yml".into()],
            reason: "it is another repository".into(),
            command: "volary guardrails --source acme/pipelines=../pipelines".into(),
            location: at(&files, RELEASE_PATH, "kubectl"),
            uses: 3,
            verdicts: 1,
            unless: 2,
        }],
        mutable: vec![MutableSource {
            name: "acme/actions".into(),
            reference: "main".into(),
            location: at(&files, RELEASE_PATH, "aquasecurity"),
            verdicts: 2,
        }],
        scans: vec![trivy, scan("Snyk", "dependency-scan", "stops", "snyk test")],
        weakenings: weakenings(&files),
        gates: gates(&files),
        coverage: vec![
            Cell {
                tools: vec!["Trivy".into()],
                gaps: vec![RELEASE_PATH.into()],
                ..cell(image, ("image-scan", "image scan"), true, [1, 0, 0, 0, 0, 1])
            },
            cell(image, ("provenance", "provenance"), false, [0, 0, 0, 0, 0, 1]),
            Cell {
                gaps: vec!["azure-pipelines.yml".into(), "deploy-b.yml".into(), "deploy-c.yml".into()],
                new: true,
                ..cell(("iac", "infrastructure"), ("iac-scan", "infrastructure scan"), true, [0, 0, 0, 0, 3, 0])
            },
            cell(("manifests", "Kubernetes manifests"), ("iac-scan", "infrastructure scan"), true, [0, 0, 1, 0, 0, 0]),
            Cell {
                tools: vec!["npm audit".into()],
                gaps: vec![RELEASE_PATH.into(), EVIL.into()],
                ..cell(("package", "package"), ("source-scan", "dependency or code scan"), true, [0, 1, 0, 1, 0, 0])
            },
        ],
        problems: vec![Problem {
            path: EVIL.into(),
            line: Some(2),
            column: Some(1),
            kind: ProblemKind::Syntax,
            message: "expected a mapping\n::error::".into(),
            help: "Close the quotes.".into(),
            fails: true,
        }],
        not_judged: vec![NotJudged { reason: "classic pipelines of Azure DevOps".into(), paths: Vec::new() }],
        ..empty()
    };
    (joined(answer), files)
}

/// So many pipelines that push an image that nothing looks at, and nothing anywhere that would.
pub fn many(number: usize) -> (Guardrails, Files) {
    let mut files = Files::default();
    let mut pipelines = Vec::new();
    let mut verdicts = Vec::new();
    for index in 0..number {
        let path = format!(".github/workflows/service-{index:05}.yml");
        files.add(SourceFile::new(path.as_str(), "steps:\n- run: docker push x\n"));
        let here = at(&files, &path, "docker push x");
        let mut one = verdict(&path, here, "image", "push", "the image `x`", Verdict::Absent);
        one.message = "Nothing looks at the image `x` before it is pushed".into();
        verdicts.push(one);
        let ships = step("ships", "push x", at(&files, &path, "docker push x"));
        pipelines.push(pipeline(
            &path,
            "github",
            1,
            vec![job("build", "", &[], at(&files, &path, "steps"), vec![ships])],
        ));
        // Indices that fit to the verdicts, without a search for each.
        if let Some(last) = pipelines.last_mut() {
            last.verdicts = vec![index];
            last.worst = Some(Verdict::Absent);
        }
    }
    let image = cell(("image", "container image"), ("image-scan", "image scan"), true, [0, 0, 0, 0, 0, number]);
    let gaps: Vec<Arc<str>> = pipelines.iter().map(|pipeline| pipeline.path.clone()).collect();
    (Guardrails { pipelines, verdicts, coverage: vec![Cell { gaps, ..image }], ..empty() }, files)
}
