//! Changes that weaken, by class and platform.

use super::trees::{AZURE, GITHUB, GITLAB, JENKINS};

/// A change of a tree.
pub enum Edit {
    /// In a file, one text instead of another, once.
    Swap(&'static str, &'static str, &'static str),
    /// A file.
    Write(&'static str, &'static str),
    /// A file that goes.
    Remove(&'static str),
    /// A file that moves.
    Move(&'static str, &'static str),
}

use Edit::{Move, Remove, Swap, Write};

/// A change with the classes that it may have; none: it is harmless.
pub struct Row {
    pub name: &'static str,
    pub classes: &'static [&'static str],
    pub base: &'static [(&'static str, &'static str)],
    pub edits: &'static [Edit],
}

const fn row(
    name: &'static str,
    classes: &'static [&'static str],
    base: &'static [(&'static str, &'static str)],
    edits: &'static [Edit],
) -> Row {
    Row { name, classes, base, edits }
}

const RELEASE: &str = ".github/workflows/release.yml";
const PR: &str = ".github/workflows/pr.yml";
const AZ: &str = "azure-pipelines.yml";
const AZ_SCAN: &str = "templates/scan.yml";
const GL: &str = ".gitlab-ci.yml";
const JF: &str = "Jenkinsfile";

pub const ROWS: &[Row] = &[
    row(
        "github W1 step",
        &["W1"],
        GITHUB,
        &[Swap(RELEASE, "      - name: Scan\n", "      - name: Scan\n        continue-on-error: true\n")],
    ),
    row(
        "github W1 job of a pull request",
        &["W1"],
        GITHUB,
        &[Swap(PR, "    name: IaC scan\n", "    name: IaC scan\n    continue-on-error: true\n")],
    ),
    row(
        "github W1 on pushes",
        &["W1"],
        GITHUB,
        &[Swap(
            RELEASE,
            "      - name: Scan\n",
            "      - name: Scan\n        continue-on-error: ${{ github.event_name == 'push' }}\n",
        )],
    ),
    row("github W2", &["W2"], GITHUB, &[Swap(PR, "checkov -d infra", "checkov -d infra || true")]),
    row(
        "github W2 set +e",
        &["W2"],
        GITHUB,
        &[Swap(PR, "checkov -d infra\n", "set +e\n          checkov -d infra\n          echo done\n")],
    ),
    row(
        "github W3",
        &["W3", "W2"],
        GITHUB,
        &[Swap(PR, "checkov -d infra\n", "set +e\n          checkov -d infra\n          exit 0\n")],
    ),
    row(
        "github W4 if false",
        &["W4"],
        GITHUB,
        &[Swap(RELEASE, "      - name: Scan\n", "      - name: Scan\n        if: false\n")],
    ),
    row(
        "github W4 variable",
        &["W4"],
        GITHUB,
        &[Swap(RELEASE, "      - name: Scan\n", "      - name: Scan\n        if: vars.SCAN == 'true'\n")],
    ),
    row(
        "github W4 actor in a pull request",
        &["W4"],
        GITHUB,
        &[Swap(PR, "      - name: Checkov\n", "      - name: Checkov\n        if: github.actor != 'bot'\n")],
    ),
    row("github W5 input", &["W5"], GITHUB, &[Swap(RELEASE, "exit-code: '1'", "exit-code: '0'")]),
    row("github W5 flag", &["W5"], GITHUB, &[Swap(PR, "checkov -d infra", "checkov -d infra --soft-fail")]),
    row(
        "github W5 by the environment",
        &["W5"],
        GITHUB,
        &[
            Swap(RELEASE, "exit-code: '1'", "exit-code: ${{ env.CODE }}"),
            Swap(RELEASE, "jobs:\n", "env:\n  CODE: '0'\njobs:\n"),
        ],
    ),
    row(
        "github W5 folder",
        &["W5", "W15"],
        GITHUB,
        &[Write("infra/modules/a/main.tf", "locals {}\n"), Swap(PR, "checkov -d infra", "checkov -d infra/modules")],
    ),
    row(
        "github W6 step",
        &["W6"],
        GITHUB,
        &[Swap(
            RELEASE,
            "      - name: Scan
        uses: aquasecurity/trivy-action@0.28.0
        with:
          image-ref: ghcr.io/acme/app:${{ github.sha }}
          exit-code: '1'
          severity: HIGH,CRITICAL
",
            "",
        )],
    ),
    row("github W6 workflow", &["W6", "W7"], GITHUB, &[Remove(PR)]),
    row("github W6 moved away", &["W6", "W7"], GITHUB, &[Move(PR, ".github/workflows-off/pr.yml")]),
    row(
        "github W6 always",
        &["W6"],
        GITHUB,
        &[Swap(RELEASE, "      - name: Push\n", "      - name: Push\n        if: always()\n")],
    ),
    row("github W7 event", &["W7"], GITHUB, &[Swap(PR, "on:\n  pull_request:\n", "on:\n  workflow_dispatch:\n")]),
    row(
        "github W7 paths",
        &["W7"],
        GITHUB,
        &[Swap(PR, "  pull_request:\n", "  pull_request:\n    paths: ['docs/**']\n")],
    ),
    row(
        "github W7 paths-ignore",
        &["W7"],
        GITHUB,
        &[Swap(PR, "  pull_request:\n", "  pull_request:\n    paths-ignore: ['infra/**']\n")],
    ),
    row(
        "github W7 branches",
        &["W7"],
        GITHUB,
        &[Swap(PR, "  pull_request:\n", "  pull_request:\n    branches: [develop]\n")],
    ),
    row("github W7 types", &["W7"], GITHUB, &[Swap(PR, "  pull_request:\n", "  pull_request:\n    types: [closed]\n")]),
    row("github W8", &["W8"], GITHUB, &[Swap(RELEASE, "severity: HIGH,CRITICAL", "severity: CRITICAL")]),
    row(
        "github W8 unfixed",
        &["W8"],
        GITHUB,
        &[Swap(RELEASE, "severity: HIGH,CRITICAL", "severity: HIGH,CRITICAL\n          ignore-unfixed: true")],
    ),
    row(
        "github W9 skip",
        &["W9", "W8"],
        GITHUB,
        &[Swap(PR, "checkov -d infra", "checkov -d infra --skip-check CKV_AZURE_1")],
    ),
    row(
        "github W9 longer",
        &["W9"],
        GITHUB,
        &[Swap(".trivyignore", "CVE-2023-0001\n", "CVE-2023-0001\nCVE-2024-0002\n")],
    ),
    row("github W9 new", &["W9"], GITHUB, &[Write(".checkov.yaml", "skip-check:\n  - CKV_AZURE_1\n")]),
    row("github W9 owners", &["W9", "W14"], GITHUB, &[Swap(".github/CODEOWNERS", "/.github/ @acme/security\n", "")]),
    row(
        "github W9 exception",
        &["W9"],
        GITHUB,
        &[Write(".volary/exceptions/a.yaml", "policy: image-scan\nreason: later\n")],
    ),
    row(
        "github W9 baseline",
        &["W9"],
        GITHUB,
        &[Write(".volary/baseline.jsonl", "{\"fingerprint\":\"00\",\"policy\":\"a\"}\n")],
    ),
    row("github W9 fail-on", &["W9", "W8"], GITHUB, &[Write(".volary/config.yaml", "fail-on: critical\n")]),
    row(
        "github W10",
        &["W10"],
        GITHUB,
        &[Swap("infra/main.tf", "  name = \"a\"\n", "  #checkov:skip=CKV_AZURE_1: later\n  name = \"a\"\n")],
    ),
    row("github W10 python", &["W10"], GITHUB, &[Swap("src/app.py", "shell=True)", "shell=True)  # nosemgrep")]),
    row("github W11", &["W11"], GITHUB, &[Swap(PR, "      security-events: write\n", "")]),
    row("github W11 contents", &["W11"], GITHUB, &[Swap(PR, "      contents: read\n", "")]),
    row(
        "github W12 fork",
        &["W12"],
        GITHUB,
        &[Swap(RELEASE, "aquasecurity/trivy-action@0.28.0", "somebody/trivy-action@0.28.0")],
    ),
    row("github W12 branch", &["W12"], GITHUB, &[Swap(RELEASE, "trivy-action@0.28.0", "trivy-action@master")]),
    row(
        "github W12 local",
        &["W12"],
        GITHUB,
        &[
            Swap(RELEASE, "aquasecurity/trivy-action@0.28.0", "./.github/actions/trivy-action"),
            Write(
                ".github/actions/trivy-action/action.yml",
                "name: trivy\ninputs: {image-ref: {}, exit-code: {}, severity: {}}\nruns:\n  using: composite\n  steps:\n    - run: echo ok\n      shell: bash\n",
            ),
        ],
    ),
    row(
        "github W13",
        &["W13"],
        GITHUB,
        &[Write(
            ".github/workflows/docs.yml",
            "on:\n  pull_request:\n    paths: ['docs/**']\njobs:\n  docs:\n    name: IaC scan\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ok\n",
        )],
    ),
    row(
        "github W14",
        &["W14"],
        RULES,
        &[Swap(".github/rulesets/main.json", "\"enforcement\": \"active\"", "\"enforcement\": \"disabled\"")],
    ),
    row(
        "github W14 bypass",
        &["W14"],
        RULES,
        &[Swap(
            ".github/rulesets/main.json",
            "\"bypass_actors\": []",
            "\"bypass_actors\": [{\"actor_id\": 5, \"actor_type\": \"RepositoryRole\", \"bypass_mode\": \"always\"}]",
        )],
    ),
    row("github W14 removed", &["W14"], RULES, &[Remove(".github/rulesets/main.json")]),
    row("github W14 check", &["W14"], RULES, &[Swap(".github/rulesets/main.json", "{\"context\": \"IaC scan\"}", "")]),
    row(
        "github W14 settings",
        &["W14"],
        RULES,
        &[Swap(".github/settings.yml", "contexts: [IaC scan]", "contexts: []")],
    ),
    row(
        "github W15 comment",
        &["W15"],
        GITHUB,
        &[Write(
            "infra/open.tf",
            "resource \"aws_s3_bucket_acl\" \"open\" {\n  #checkov:skip=CKV_AWS_20: needed\n  acl = \"public-read\"\n}\n",
        )],
    ),
    row(
        "github W15 ignore file",
        &["W15"],
        GITHUB,
        &[
            Swap("Dockerfile", "alpine:3.20", "alpine:3.10"),
            Swap(".trivyignore", "CVE-2023-0001\n", "CVE-2023-0001\nCVE-2021-36159\n"),
        ],
    ),
    row(
        "github W15 threshold",
        &["W15"],
        GITHUB,
        &[
            Swap("Dockerfile", "alpine:3.20", "alpine:3.10"),
            Swap(RELEASE, "severity: HIGH,CRITICAL", "severity: CRITICAL"),
        ],
    ),
    row(
        "azure W1",
        &["W1"],
        AZURE,
        &[Swap(AZ_SCAN, "  displayName: Checkov\n", "  displayName: Checkov\n  continueOnError: true\n")],
    ),
    row("azure W1 job", &["W1"], AZURE, &[Swap(AZ, "  - job: scan\n", "  - job: scan\n    continueOnError: true\n")]),
    row(
        "azure W1 parameter",
        &["W1"],
        AZURE,
        &[
            Swap(AZ_SCAN, "steps:\n", "parameters:\n- name: soft\n  type: boolean\n  default: true\nsteps:\n"),
            Swap(
                AZ_SCAN,
                "  displayName: Checkov\n",
                "  displayName: Checkov\n  continueOnError: ${{ parameters.soft }}\n",
            ),
        ],
    ),
    row("azure W2", &["W2"], AZURE, &[Swap(AZ_SCAN, "checkov -d infra", "checkov -d infra || exit 0")]),
    row(
        "azure W2 last command",
        &["W2"],
        AZURE,
        &[Swap(AZ_SCAN, "- script: checkov -d infra\n", "- script: |\n    checkov -d infra\n    echo done\n")],
    ),
    row(
        "azure W3",
        &["W3"],
        AZURE,
        &[Swap(
            AZ_SCAN,
            "- script: checkov -d infra\n",
            "- script: |\n    checkov -d infra || echo '##vso[task.complete result=Succeeded]'\n    exit 0\n",
        )],
    ),
    row(
        "azure W4 enabled",
        &["W4"],
        AZURE,
        &[Swap(AZ_SCAN, "  displayName: Checkov\n", "  displayName: Checkov\n  enabled: false\n")],
    ),
    row(
        "azure W4 condition",
        &["W4"],
        AZURE,
        &[Swap(AZ_SCAN, "  displayName: Checkov\n", "  displayName: Checkov\n  condition: false\n")],
    ),
    row(
        "azure W4 reason",
        &["W4"],
        AZURE,
        &[Swap(
            AZ_SCAN,
            "  displayName: Checkov\n",
            "  displayName: Checkov\n  condition: eq(variables['Build.Reason'], 'Schedule')\n",
        )],
    ),
    row(
        "azure W4 behind a parameter",
        &["W4", "W6"],
        AZURE,
        &[Swap(
            AZ,
            "    - template: templates/scan.yml\n",
            "    - ${{ if eq(parameters.extra, true) }}:\n      - template: templates/scan.yml\n",
        )],
    ),
    row("azure W5", &["W5"], AZURE, &[Swap(AZ_SCAN, "checkov -d infra", "checkov -d infra --soft-fail")]),
    row(
        "azure W6 template call",
        &["W6"],
        AZURE,
        &[Swap(AZ, "    - template: templates/scan.yml\n", "    - script: echo ok\n")],
    ),
    row(
        "azure W6 edge",
        &["W6"],
        AZURE,
        &[Swap(
            AZ,
            "  dependsOn: Build\n  condition: and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))\n",
            "  dependsOn: []\n  condition: eq(variables['Build.SourceBranch'], 'refs/heads/main')\n",
        )],
    ),
    row("azure W6 always", &["W6"], AZURE, &[Swap(AZ, "and(succeeded(), eq", "and(always(), eq")]),
    row("azure W7 pr", &["W7"], AZURE, &[Swap(AZ, "pr:\n  branches:\n    include: [main]\n", "pr: none\n")]),
    row(
        "azure W8 skip",
        &["W8", "W9"],
        AZURE,
        &[Swap(AZ_SCAN, "checkov -d infra", "checkov -d infra --skip-check CKV_AZURE_1,CKV_AZURE_2")],
    ),
    row("azure W9", &["W9"], AZURE, &[Write(".checkov.yaml", "skip-check:\n  - CKV_AZURE_1\n")]),
    row(
        "azure W10",
        &["W10"],
        AZURE,
        &[Swap("infra/main.tf", "  name = \"a\"\n", "  # checkov:skip=CKV_AZURE_1\n  name = \"a\"\n")],
    ),
    row(
        "azure W6 template reference",
        &["W6"],
        AZURE_REMOTE,
        &[Swap(AZ, "ref: refs/tags/v2", "ref: refs/heads/feature/fast")],
    ),
    row("azure W6 template follows", &["W6"], AZURE_REMOTE, &[Swap(AZ, "    ref: refs/tags/v2\n", "")]),
    row(
        "gitlab W1",
        &["W1"],
        GITLAB,
        &[Swap(GL, "iac:\n  stage: test\n", "iac:\n  stage: test\n  allow_failure: true\n")],
    ),
    row(
        "gitlab W1 codes",
        &["W1"],
        GITLAB,
        &[Swap(GL, "iac:\n  stage: test\n", "iac:\n  stage: test\n  allow_failure:\n    exit_codes: [1]\n")],
    ),
    row("gitlab W2", &["W2"], GITLAB, &[Swap(GL, "- checkov -d infra", "- checkov -d infra || true")]),
    row(
        "gitlab W4 manual",
        &["W4"],
        GITLAB,
        &[Swap(GL, "iac:\n  stage: test\n", "iac:\n  stage: test\n  when: manual\n")],
    ),
    row(
        "gitlab W4 never",
        &["W4"],
        GITLAB,
        &[Swap(GL, "iac:\n  stage: test\n", "iac:\n  stage: test\n  rules:\n    - when: never\n")],
    ),
    row(
        "gitlab W4 hidden",
        &["W4", "W6"],
        GITLAB,
        &[Swap(GL, "\niac:\n", "\n.iac:\n"), Swap(GL, "needs: [iac]", "needs: []")],
    ),
    row("gitlab W5", &["W5"], GITLAB, &[Swap(GL, "- checkov -d infra", "- checkov -d infra --soft-fail")]),
    row(
        "gitlab W6 job",
        &["W6"],
        GITLAB,
        &[Swap(GL, "audit:\n  stage: test\n  image: node:20\n  script:\n    - npm audit --audit-level=moderate\n", "")],
    ),
    row("gitlab W6 needs", &["W6"], GITLAB, &[Swap(GL, "needs: [iac]", "needs: []")]),
    row(
        "gitlab W7 changes",
        &["W7", "W4"],
        GITLAB,
        &[Swap(GL, "iac:\n  stage: test\n", "iac:\n  stage: test\n  rules:\n    - changes: [security/**/*]\n")],
    ),
    row("gitlab W8", &["W8"], GITLAB, &[Swap(GL, "--audit-level=moderate", "--audit-level=critical")]),
    row("gitlab W12 image", &["W12"], GITLAB, &[Swap(GL, "bridgecrew/checkov:3.2.1", "somebody/checkov:3.2.1")]),
    row("gitlab W12 tag", &["W12"], GITLAB, &[Swap(GL, "bridgecrew/checkov:3.2.1", "bridgecrew/checkov:latest")]),
    row(
        "gitlab W14 policy",
        &["W14", "W8"],
        GITLAB_POLICY,
        &[Swap(".gitlab/security-policies/policy.yml", "enabled: true", "enabled: false")],
    ),
    row(
        "gitlab W8 policy",
        &["W8"],
        GITLAB_POLICY,
        &[Swap(".gitlab/security-policies/policy.yml", "vulnerabilities_allowed: 0", "vulnerabilities_allowed: 9")],
    ),
    row(
        "jenkins W1",
        &["W1"],
        JENKINS,
        &[Swap(
            JF,
            "        sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n",
            "        catchError(buildResult: 'SUCCESS') {\n          sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n        }\n",
        )],
    ),
    row(
        "jenkins W2",
        &["W2"],
        JENKINS,
        &[Swap(JF, "CRITICAL registry.acme.io/app:1.0'", "CRITICAL registry.acme.io/app:1.0 || true'")],
    ),
    row(
        "jenkins W2 status",
        &["W2"],
        JENKINS,
        &[Swap(
            JF,
            "sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'",
            "sh script: 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0', returnStatus: true",
        )],
    ),
    row(
        "jenkins W4",
        &["W4"],
        JENKINS,
        &[Swap(JF, "stage('Scan') {\n", "stage('Scan') {\n      when { expression { false } }\n")],
    ),
    row(
        "jenkins W4 branch",
        &["W4"],
        JENKINS,
        &[Swap(JF, "stage('Scan') {\n", "stage('Scan') {\n      when { branch 'security' }\n")],
    ),
    row("jenkins W5", &["W5"], JENKINS, &[Swap(JF, "--exit-code 1", "--exit-code 0")]),
    row(
        "jenkins W6",
        &["W6"],
        JENKINS,
        &[Swap(
            JF,
            "    stage('Scan') {\n      steps {\n        sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n      }\n    }\n",
            "",
        )],
    ),
    row("jenkins W8", &["W8"], JENKINS, &[Swap(JF, "HIGH,CRITICAL", "CRITICAL")]),
    row(
        "github W2 background",
        &["W2"],
        GITHUB,
        &[Swap(PR, "checkov -d infra\n", "checkov -d infra &\n          echo go on\n")],
    ),
    row(
        "github W2 if",
        &["W2"],
        GITHUB,
        &[Swap(PR, "checkov -d infra\n", "if checkov -d infra; then echo fine; fi\n")],
    ),
    row("github W2 pipe", &["W2"], GITHUB, &[Swap(PR, "checkov -d infra\n", "checkov -d infra | tee report.txt\n")]),
    row("github W2 semicolon", &["W2"], GITHUB, &[Swap(PR, "checkov -d infra\n", "checkov -d infra || :\n")]),
    row(
        "github W2 in a script file",
        &["W2"],
        SCRIPT,
        &[Swap("scan.sh", "checkov -d infra\n", "checkov -d infra || echo findings\n")],
    ),
    row("github W2 make", &["W2"], SCRIPT, &[Swap("Makefile", "\ttrivy", "\t-trivy")]),
    row("github W5 make", &["W5"], SCRIPT, &[Swap("Makefile", "--exit-code 1", "--exit-code 0")]),
    row(
        "github W4 commit message",
        &["W4"],
        GITHUB,
        &[Swap(
            RELEASE,
            "      - name: Scan\n",
            "      - name: Scan\n        if: \"!contains(github.event.head_commit.message, '[skip scan]')\"\n",
        )],
    ),
    row("github W4 job", &["W4"], GITHUB, &[Swap(PR, "    name: IaC scan\n", "    name: IaC scan\n    if: false\n")]),
    row("github W6 needs", &["W6"], TWO_JOBS, &[Swap(RELEASE, "    needs: scan\n", "")]),
    row(
        "github W6 job removed",
        &["W6"],
        TWO_JOBS,
        &[
            Swap(RELEASE, "    needs: scan\n", ""),
            Swap(
                RELEASE,
                "  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: checkov -d infra\n",
                "",
            ),
        ],
    ),
    row(
        "github W6 job always",
        &["W6"],
        TWO_JOBS,
        &[Swap(RELEASE, "    needs: scan\n", "    needs: scan\n    if: always()\n")],
    ),
    row(
        "github W6 echo",
        &["W6"],
        TWO_JOBS,
        &[Swap(RELEASE, "- run: checkov -d infra", "- run: echo checkov -d infra")],
    ),
    row(
        "github W6 comments",
        &["W6"],
        TWO_JOBS,
        &[Swap(RELEASE, "      - run: checkov -d infra", "      #- run: checkov -d infra")],
    ),
    row(
        "github W12 reusable",
        &["W12", "W6"],
        CALLED,
        &[
            Swap(PR, "acme/workflows/.github/workflows/trivy.yml@v2", "./.github/workflows/trivy.yml"),
            Write(
                ".github/workflows/trivy.yml",
                "on: workflow_call\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ok\n",
            ),
        ],
    ),
    row("github W6 called at a branch", &["W6", "W12"], CALLED, &[Swap(PR, "trivy.yml@v2", "trivy.yml@feature")]),
    row(
        "github W2 own step",
        &["W2"],
        OWN,
        &[Swap(PR, "volary check --since origin/main", "volary check --since origin/main || true")],
    ),
    row(
        "github W8 own step",
        &["W8"],
        OWN,
        &[Swap(PR, "volary check --since origin/main", "volary check --since origin/main --fail-on critical")],
    ),
    row("github W6 own step", &["W6"], OWN, &[Swap(PR, "      - run: volary check --since origin/main\n", "")]),
    row(
        "azure W12 task",
        &["W12", "W6"],
        AZURE_TASK,
        &[Swap(AZ, "task: SnykSecurityScan@1", "task: somebody.tools.SnykSecurityScan@1")],
    ),
    row("azure W5 task", &["W5"], AZURE_TASK, &[Swap(AZ, "failOnIssues: true", "failOnIssues: false")]),
    row("azure W8 task", &["W8"], AZURE_TASK, &[Swap(AZ, "severityThreshold: low", "severityThreshold: critical")]),
    row(
        "azure W4 condition or",
        &["W4"],
        AZURE_TASK,
        &[Swap(
            AZ,
            "  inputs:\n",
            "  condition: and(succeeded(), ne(variables['Build.RequestedFor'], 'bot'))\n  inputs:\n",
        )],
    ),
    row(
        "azure W3 powershell",
        &["W3", "W1", "W2"],
        AZURE_PS,
        &[Swap(AZ, "- pwsh: checkov -d infra\n", "- pwsh: checkov -d infra\n  ignoreLASTEXITCODE: true\n")],
    ),
    row(
        "gitlab W1 rule",
        &["W1"],
        GITLAB,
        &[Swap(
            GL,
            "iac:\n  stage: test\n",
            "iac:\n  stage: test\n  rules:\n    - if: $CI_COMMIT_BRANCH\n      allow_failure: true\n",
        )],
    ),
    row(
        "gitlab W1 extends",
        &["W1"],
        GITLAB,
        &[Swap(GL, "iac:\n  stage: test\n", ".soft:\n  allow_failure: true\niac:\n  extends: .soft\n  stage: test\n")],
    ),
    row(
        "gitlab W4 message",
        &["W4", "W7"],
        GITLAB,
        &[Swap(
            GL,
            "iac:\n  stage: test\n",
            "iac:\n  stage: test\n  rules:\n    - if: $CI_COMMIT_MESSAGE =~ /skip scan/\n      when: never\n    - when: on_success\n",
        )],
    ),
    row(
        "gitlab W4 schedule",
        &["W4"],
        GITLAB,
        &[
            Swap(
                GL,
                "iac:\n  stage: test\n",
                "iac:\n  stage: test\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \"schedule\"\n",
            ),
            Swap(GL, "needs: [iac]", "needs: [{job: iac, optional: true}]"),
        ],
    ),
    row(
        "gitlab W6 optional",
        &["W6", "W4", "W7"],
        GITLAB,
        &[
            Swap(
                GL,
                "iac:\n  stage: test\n",
                "iac:\n  stage: test\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n",
            ),
            Swap(GL, "needs: [iac]", "needs: [{job: iac, optional: true}]"),
        ],
    ),
    row(
        "gitlab W6 later",
        &["W6"],
        GITLAB,
        &[
            Swap(GL, "stages: [test, build, deploy]", "stages: [test, build, deploy, late]"),
            Swap(GL, "audit:\n  stage: test", "audit:\n  stage: late"),
        ],
    ),
    row(
        "gitlab W6 include",
        &["W6"],
        GITLAB_REMOTE,
        &[Swap(GL, "  - project: platform/ci\n    ref: v3.1.0\n    file: /scan.yml\n", "  - local: none.yml\n")],
    ),
    row("gitlab W6 include at a branch", &["W6"], GITLAB_REMOTE, &[Swap(GL, "ref: v3.1.0", "ref: faster")]),
    row("gitlab W6 script replaced", &["W6"], GITLAB, &[Swap(GL, "- checkov -d infra", "- echo scanned elsewhere")]),
    row(
        "gitlab W7 workflow",
        &["W7"],
        GITLAB_MR,
        &[Swap(
            GL,
            "  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n    - if: $CI_COMMIT_BRANCH == \"main\"\n",
            "  rules:\n    - if: $CI_COMMIT_BRANCH == \"main\"\n",
        )],
    ),
    row(
        "gitlab W7 draft",
        &["W7", "W4"],
        GITLAB_MR,
        &[Swap(
            GL,
            "  rules:\n    - if: $CI_PIPELINE_SOURCE",
            "  rules:\n    - if: $CI_MERGE_REQUEST_TITLE =~ /^Draft/\n      when: never\n    - if: $CI_PIPELINE_SOURCE",
        )],
    ),
    row(
        "jenkins W1 try",
        &["W1"],
        JENKINS,
        &[Swap(
            JF,
            "        sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n",
            "        script {\n          try {\n            sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n          } catch (err) {\n            echo 'findings'\n          }\n        }\n",
        )],
    ),
    row(
        "jenkins W3 unstable",
        &["W3", "W1"],
        JENKINS,
        &[Swap(
            JF,
            "        sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n",
            "        script {\n          def status = sh(script: 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0', returnStatus: true)\n          if (status != 0) {\n            unstable('findings')\n          }\n        }\n",
        )],
    ),
    row(
        "jenkins W1 warn",
        &["W1", "W3"],
        JENKINS,
        &[Swap(
            JF,
            "        sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n",
            "        warnError('findings') {\n          sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n        }\n",
        )],
    ),
    row(
        "jenkins W4 parameter",
        &["W4"],
        JENKINS,
        &[Swap(JF, "stage('Scan') {\n", "stage('Scan') {\n      when { expression { params.SCAN } }\n")],
    ),
    row(
        "jenkins W4 env",
        &["W4"],
        JENKINS,
        &[Swap(JF, "stage('Scan') {\n", "stage('Scan') {\n      when { environment name: 'SCAN', value: 'true' }\n")],
    ),
    row(
        "jenkins W4 if",
        &["W4"],
        JENKINS,
        &[Swap(
            JF,
            "        sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n",
            "        script {\n          if (env.RUN_SECURITY_SCAN == 'true') {\n            sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n          }\n        }\n",
        )],
    ),
    row(
        "jenkins W7 changeset",
        &["W7", "W4"],
        JENKINS,
        &[Swap(JF, "stage('Scan') {\n", "stage('Scan') {\n      when { changeset 'security/**' }\n")],
    ),
    row(
        "jenkins W7 timer",
        &["W7", "W4"],
        JENKINS,
        &[Swap(JF, "stage('Scan') {\n", "stage('Scan') {\n      when { triggeredBy 'TimerTrigger' }\n")],
    ),
    row("jenkins W6 library", &["W6"], JENKINS_LIB, &[Swap(JF, "acme@v1.2", "acme@faster")]),
    row("jenkins W6 library follows", &["W6"], JENKINS_LIB, &[Swap(JF, "acme@v1.2", "acme")]),
    row("jenkins W12 image", &["W12"], JENKINS_DOCKER, &[Swap(JF, "aquasec/trivy:0.56.1", "somebody/trivy:0.56.1")]),
    row("jenkins W12 tag", &["W12"], JENKINS_DOCKER, &[Swap(JF, "aquasec/trivy:0.56.1", "aquasec/trivy:latest")]),
];

const SCRIPT: &[(&str, &str)] = &[
    (
        PR,
        "on: pull_request\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: ./scan.sh\n      - run: make scan\n",
    ),
    ("scan.sh", "#!/bin/bash\nset -e\ncheckov -d infra\n"),
    ("Makefile", "scan:\n\ttrivy fs --exit-code 1 .\n"),
    ("infra/main.tf", "locals {}\n"),
];

const TWO_JOBS: &[(&str, &str)] = &[
    (
        RELEASE,
        "on:\n  push:\n    branches: [main]\njobs:\n  scan:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: checkov -d infra\n  apply:\n    needs: scan\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: terraform apply -auto-approve\n        working-directory: infra\n",
    ),
    ("infra/main.tf", "locals {}\n"),
];

const CALLED: &[(&str, &str)] =
    &[(PR, "on: pull_request\njobs:\n  scan:\n    uses: acme/workflows/.github/workflows/trivy.yml@v2\n")];

const OWN: &[(&str, &str)] = &[(
    PR,
    "on: pull_request\njobs:\n  volary:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: volary check --since origin/main\n",
)];

const AZURE_TASK: &[(&str, &str)] = &[(
    AZ,
    "trigger: [main]\nsteps:\n- task: SnykSecurityScan@1\n  inputs:\n    testType: app\n    failOnIssues: true\n    severityThreshold: low\n- script: npm publish\n",
)];

const AZURE_PS: &[(&str, &str)] = &[
    (
        AZ,
        "trigger: [main]\nsteps:\n- pwsh: checkov -d infra\n- script: terraform apply -auto-approve\n  workingDirectory: infra\n",
    ),
    ("infra/main.tf", "locals {}\n"),
];

const GITLAB_REMOTE: &[(&str, &str)] = &[(
    GL,
    "include:\n  - project: platform/ci\n    ref: v3.1.0\n    file: /scan.yml\npublish:\n  image: node:20\n  script:\n    - npm publish\n",
)];

const GITLAB_MR: &[(&str, &str)] = &[
    (
        GL,
        "workflow:\n  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n    - if: $CI_COMMIT_BRANCH == \"main\"\niac:\n  image: bridgecrew/checkov:3.2.1\n  script:\n    - checkov -d infra\n",
    ),
    ("infra/main.tf", "locals {}\n"),
];

const JENKINS_LIB: &[(&str, &str)] = &[(
    JF,
    "@Library('acme@v1.2') _\npipeline {\n  agent any\n  stages {\n    stage('Scan') {\n      steps {\n        acmeScan()\n        sh 'npm publish'\n      }\n    }\n  }\n}\n",
)];

const JENKINS_DOCKER: &[(&str, &str)] = &[(
    JF,
    "pipeline {\n  agent any\n  stages {\n    stage('Scan') {\n      steps {\n        sh 'docker run --rm -v /var/run/docker.sock:/var/run/docker.sock aquasec/trivy:0.56.1 image --exit-code 1 registry.acme.io/app:1.0'\n      }\n    }\n    stage('Push') {\n      steps {\n        sh 'docker push registry.acme.io/app:1.0'\n      }\n    }\n  }\n}\n",
)];

const RULES: &[(&str, &str)] = &[
    (
        ".github/rulesets/main.json",
        "{\n  \"name\": \"main\",\n  \"enforcement\": \"active\",\n  \"rules\": [{\"type\": \"pull_request\", \"parameters\": {\"required_approving_review_count\": 2}},\n    {\"type\": \"required_status_checks\", \"parameters\": {\"required_status_checks\": [{\"context\": \"IaC scan\"}]}}],\n  \"bypass_actors\": []\n}\n",
    ),
    (
        ".github/settings.yml",
        "branches:\n  - name: main\n    protection:\n      enforce_admins: true\n      required_status_checks:\n        strict: true\n        contexts: [IaC scan]\n",
    ),
];

const AZURE_REMOTE: &[(&str, &str)] = &[(
    AZ,
    "trigger: [main]\nresources:\n  repositories:\n  - repository: templates\n    type: git\n    name: platform/templates\n    ref: refs/tags/v2\nsteps:\n- template: scan.yml@templates\n- script: terraform apply -auto-approve\n",
)];

const GITLAB_POLICY: &[(&str, &str)] = &[(
    ".gitlab/security-policies/policy.yml",
    "approval_policy:\n  - name: No new findings\n    enabled: true\n    rules:\n      - type: scan_finding\n        scanners: [container_scanning, sast]\n        vulnerabilities_allowed: 0\n        severity_levels: [critical, high]\n    actions:\n      - type: require_approval\n        approvals_required: 2\n",
)];
