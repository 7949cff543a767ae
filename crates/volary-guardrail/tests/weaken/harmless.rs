//! Changes that weaken nothing.

use super::table::{Edit, Row};
use super::trees::{AZURE, GITHUB, GITLAB, JENKINS};
use Edit::{Move, Remove, Swap, Write};

const RELEASE: &str = ".github/workflows/release.yml";
const PR: &str = ".github/workflows/pr.yml";
const AZ: &str = "azure-pipelines.yml";
const GL: &str = ".gitlab-ci.yml";
const JF: &str = "Jenkinsfile";

const fn row(name: &'static str, base: &'static [(&'static str, &'static str)], edits: &'static [Edit]) -> Row {
    Row { name, classes: &[], base, edits }
}

pub const ROWS: &[Row] = &[
    row("nothing", GITHUB, &[]),
    row("github step renamed", GITHUB, &[Swap(RELEASE, "name: Scan", "name: Look at the image")]),
    row(
        "github job renamed",
        GITHUB,
        &[Swap(PR, "  iac:\n    name: IaC scan\n", "  infrastructure:\n    name: Infrastructure\n")],
    ),
    row("github file renamed", GITHUB, &[Move(PR, ".github/workflows/security.yaml")]),
    row("github newer version", GITHUB, &[Swap(RELEASE, "trivy-action@0.28.0", "trivy-action@0.29.0")]),
    row(
        "github newer commit",
        GITHUB,
        &[Swap(PR, "ff98106e4c7b2bc287b24eaf42907196329070c7", "0a98106e4c7b2bc287b24eaf42907196329070c7")],
    ),
    row(
        "github pinned",
        GITHUB,
        &[Swap(RELEASE, "trivy-action@0.28.0", "trivy-action@0a98106e4c7b2bc287b24eaf42907196329070c7 # 0.28.0")],
    ),
    row(
        "github quotes",
        GITHUB,
        &[
            Swap(RELEASE, "exit-code: '1'", "exit-code: \"1\""),
            Swap(RELEASE, "branches: [main]", "branches:\n      - 'main'"),
        ],
    ),
    row(
        "github comment",
        GITHUB,
        &[Swap(
            PR,
            "          checkov -d infra\n",
            "          # || true is not wanted here\n          checkov -d infra\n",
        )],
    ),
    row(
        "github unrelated job",
        GITHUB,
        &[Swap(
            PR,
            "jobs:\n",
            "jobs:\n  unit:\n    runs-on: ubuntu-latest\n    continue-on-error: true\n    steps:\n      - run: npm test || true\n",
        )],
    ),
    row("github stricter", GITHUB, &[Swap(RELEASE, "severity: HIGH,CRITICAL", "severity: MEDIUM,HIGH,CRITICAL")]),
    row(
        "github script split",
        GITHUB,
        &[Swap(
            PR,
            "        run: |
          pip install checkov
          checkov -d infra
",
            "        run: pip install checkov
      - name: Run it
        run: checkov -d infra
",
        )],
    ),
    row(
        "github into a script file",
        GITHUB,
        &[
            Swap(PR, "          pip install checkov\n          checkov -d infra\n", "          ./scripts/scan.sh\n"),
            Write("scripts/scan.sh", "#!/bin/bash\nset -euo pipefail\npip install checkov\ncheckov -d infra\n"),
        ],
    ),
    row(
        "github into a composite action",
        GITHUB,
        &[
            Swap(
                RELEASE,
                "        uses: aquasecurity/trivy-action@0.28.0
        with:
          image-ref: ghcr.io/acme/app:${{ github.sha }}
          exit-code: '1'
          severity: HIGH,CRITICAL
",
                "        uses: ./.github/actions/scan
        with:
          image: ghcr.io/acme/app:${{ github.sha }}
",
            ),
            Write(
                ".github/actions/scan/action.yml",
                "name: scan
inputs:
  image:
    required: true
runs:
  using: composite
  steps:
    - uses: aquasecurity/trivy-action@0.28.0
      with:
        image-ref: ${{ inputs.image }}
        exit-code: '1'
        severity: HIGH,CRITICAL
",
            ),
        ],
    ),
    row(
        "github into a reusable workflow",
        GITHUB,
        &[
            Swap(
                PR,
                "  iac:
    name: IaC scan
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Checkov
        run: |
          pip install checkov
          checkov -d infra
      - name: Secrets
        uses: gitleaks/gitleaks-action@ff98106e4c7b2bc287b24eaf42907196329070c7
",
                "  iac:
    uses: ./.github/workflows/iac.yml
",
            ),
            Write(
                ".github/workflows/iac.yml",
                "on: workflow_call
jobs:
  iac:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Checkov
        run: |
          pip install checkov
          checkov -d infra
      - name: Secrets
        uses: gitleaks/gitleaks-action@ff98106e4c7b2bc287b24eaf42907196329070c7
",
            ),
        ],
    ),
    row(
        "github action instead of command",
        GITHUB,
        &[Swap(
            PR,
            "        run: |
          pip install checkov
          checkov -d infra
",
            "        uses: bridgecrewio/checkov-action@v12
        with:
          directory: infra
",
        )],
    ),
    row(
        "github another event more",
        GITHUB,
        &[Swap(
            PR,
            "  pull_request:\n",
            "  pull_request:\n  push:\n    branches: [main]\n  schedule:\n    - cron: '0 0 * * *'\n",
        )],
    ),
    row(
        "github docs left out",
        GITHUB,
        &[Swap(PR, "  pull_request:\n", "  pull_request:\n    paths-ignore: ['**.md', 'docs/**']\n")],
    ),
    row("github permissions stated", GITHUB, &[Swap(PR, "jobs:\n", "permissions:\n  contents: read\njobs:\n")]),
    row(
        "github ignore file sorted",
        GITHUB,
        &[Swap(".trivyignore", "# accepted\nCVE-2023-0001\n", "CVE-2023-0001\n# why\n\n")],
    ),
    row("github ignore file shorter", GITHUB, &[Swap(".trivyignore", "CVE-2023-0001\n", "")]),
    row(
        "github weak pipeline more",
        GITHUB,
        &[Write(
            ".github/workflows/other.yml",
            "on: push\njobs:\n  other:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: trivy fs . || true\n",
        )],
    ),
    row(
        "github owner more",
        GITHUB,
        &[Swap(".github/CODEOWNERS", "/.github/ @acme/security", "/.github/ @acme/security @acme/platform")],
    ),
    row(
        "github word in a text",
        GITHUB,
        &[Swap(
            "src/app.py",
            "import subprocess\n",
            "import subprocess\n\nTEXT = \"use # nosec or checkov:skip=CKV_1\"\n",
        )],
    ),
    row(
        "github image renamed",
        GITHUB,
        &[
            Swap(RELEASE, "docker build -t ghcr.io/acme/app:", "docker build -t ghcr.io/acme/service:"),
            Swap(RELEASE, "image-ref: ghcr.io/acme/app:", "image-ref: ghcr.io/acme/service:"),
            Swap(RELEASE, "docker push ghcr.io/acme/app:", "docker push ghcr.io/acme/service:"),
        ],
    ),
    row(
        "azure template inlined",
        AZURE,
        &[Swap(
            AZ,
            "    - template: templates/scan.yml\n",
            "    - script: pip install checkov\n    - script: checkov -d infra\n",
        )],
    ),
    row(
        "azure stage renamed",
        AZURE,
        &[Swap(AZ, "- stage: Build\n", "- stage: Verify\n"), Swap(AZ, "dependsOn: Build", "dependsOn: Verify")],
    ),
    row(
        "azure job more",
        AZURE,
        &[Swap(AZ, "  - job: scan\n", "  - job: other\n    steps:\n    - script: echo hello\n  - job: scan\n")],
    ),
    row(
        "azure display name",
        AZURE,
        &[Swap("templates/scan.yml", "displayName: Checkov", "displayName: Look at the infrastructure")],
    ),
    row("gitlab image newer", GITLAB, &[Swap(GL, "checkov:3.2.1", "checkov:3.3.0")]),
    row(
        "gitlab jobs ordered",
        GITLAB,
        &[
            Swap(GL, "iac:\n  stage: test\n  image: bridgecrew/checkov:3.2.1\n  script:\n    - checkov -d infra\n", ""),
            Swap(
                GL,
                "publish:\n",
                "iac:\n  stage: test\n  image: bridgecrew/checkov:3.2.1\n  script:\n    - checkov -d infra\npublish:\n",
            ),
        ],
    ),
    row(
        "gitlab include",
        GITLAB,
        &[
            Swap(
                GL,
                "iac:\n  stage: test\n  image: bridgecrew/checkov:3.2.1\n  script:\n    - checkov -d infra\n",
                "include:\n  - local: ci/iac.yml\n",
            ),
            Write(
                "ci/iac.yml",
                "iac:\n  stage: test\n  image: bridgecrew/checkov:3.2.1\n  script:\n    - checkov -d infra\n",
            ),
        ],
    ),
    row(
        "gitlab extends",
        GITLAB,
        &[Swap(
            GL,
            "iac:\n  stage: test\n  image: bridgecrew/checkov:3.2.1\n",
            ".scan:\n  stage: test\n  image: bridgecrew/checkov:3.2.1\niac:\n  extends: .scan\n",
        )],
    ),
    row("gitlab stricter", GITLAB, &[Swap(GL, "--audit-level=moderate", "--audit-level=low")]),
    row("jenkins stage renamed", JENKINS, &[Swap(JF, "stage('Scan')", "stage('Image scan')")]),
    row(
        "jenkins stage more",
        JENKINS,
        &[Swap(
            JF,
            "    stage('Push') {\n",
            "    stage('Notify') {\n      steps {\n        sh 'echo hello || true'\n      }\n    }\n    stage('Push') {\n",
        )],
    ),
    row(
        "jenkins block",
        JENKINS,
        &[Swap(
            JF,
            "        sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n",
            "        timeout(time: 10, unit: 'MINUTES') {\n          sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n        }\n",
        )],
    ),
    row("github severities ordered", GITHUB, &[Swap(RELEASE, "severity: HIGH,CRITICAL", "severity: CRITICAL,HIGH")]),
    row(
        "github if success",
        GITHUB,
        &[Swap(
            RELEASE,
            "      - name: Scan\n",
            "      - name: Scan\n        if: success()\n        timeout-minutes: 10\n",
        )],
    ),
    row(
        "github if this repository",
        GITHUB,
        &[Swap(RELEASE, "  build:\n", "  build:\n    if: github.ref == 'refs/heads/main'\n")],
    ),
    row(
        "github another scanner",
        GITHUB,
        &[Swap(
            RELEASE,
            "        uses: aquasecurity/trivy-action@0.28.0
        with:
          image-ref: ghcr.io/acme/app:${{ github.sha }}
          exit-code: '1'
          severity: HIGH,CRITICAL
",
            "        run: grype ghcr.io/acme/app:${{ github.sha }} --fail-on high
",
        )],
    ),
    row("github pipeline gone with what it ships", GITHUB, &[Remove(RELEASE)]),
    row(
        "github scan in a workflow of its own",
        GITHUB,
        &[
            Swap(
                PR,
                "      - name: Checkov
        run: |
          pip install checkov
          checkov -d infra
",
                "",
            ),
            Write(
                ".github/workflows/iac.yml",
                "on: pull_request
jobs:
  iac:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: pip install checkov
      - run: checkov -d infra
",
            ),
        ],
    ),
    row(
        "github scan in a job of its own",
        GITHUB,
        &[Swap(
            PR,
            "      - name: Secrets
        uses: gitleaks/gitleaks-action@ff98106e4c7b2bc287b24eaf42907196329070c7
",
            "  secrets:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: gitleaks/gitleaks-action@ff98106e4c7b2bc287b24eaf42907196329070c7
",
        )],
    ),
    row(
        "github scan twice, then once",
        &[(
            PR,
            "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: checkov -d .\n      - run: checkov -d .\n",
        )],
        &[Swap(PR, "      - run: checkov -d .\n", "")],
    ),
    row("github branch more", GITHUB, &[Swap(RELEASE, "branches: [main]", "branches: [main, develop]")]),
    row(
        "github concurrency",
        GITHUB,
        &[Swap(PR, "jobs:\n", "concurrency:\n  group: ${{ github.ref }}\n  cancel-in-progress: true\njobs:\n")],
    ),
    row(
        "github matrix",
        GITHUB,
        &[Swap(
            PR,
            "    name: IaC scan\n",
            "    name: IaC scan\n    strategy:\n      matrix:\n        version: ['3.11', '3.12']\n",
        )],
    ),
    row(
        "github environment renamed",
        &[(
            PR,
            "on: pull_request\nenv:\n  LEVEL: high\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: npm audit --audit-level=$LEVEL\n",
        )],
        &[Swap(PR, "  LEVEL: high", "  AUDIT_LEVEL: high"), Swap(PR, "$LEVEL", "$AUDIT_LEVEL")],
    ),
    row(
        "github option by environment",
        GITHUB,
        &[
            Swap(RELEASE, "          exit-code: '1'\n", "          exit-code: ${{ env.CODE }}\n"),
            Swap(RELEASE, "jobs:\n", "env:\n  CODE: '1'\njobs:\n"),
        ],
    ),
    row(
        "github comments moved with their code",
        &[("src/a.py", "import os\n\n\ndef run():\n    os.system('ls')  # nosec B605\n")],
        &[Move("src/a.py", "src/b/c.py")],
    ),
    row(
        "github comments in another form",
        &[("main.tf", "resource \"a\" \"b\" {\n  #checkov:skip=CKV_1: why\n  x = 1\n}\n")],
        &[Swap("main.tf", "#checkov:skip=CKV_1: why", "# checkov:skip=CKV_1: because")],
    ),
    row(
        "github code with its comment gone",
        &[("src/a.py", "x = 1  # nosec B605\ny = 2\n")],
        &[Swap("src/a.py", "x = 1  # nosec B605\n", "")],
    ),
    row(
        "github line beside a comment changed",
        &[("src/a.py", "y = 2\nx = 1  # nosec B605\n")],
        &[Swap("src/a.py", "x = 1  #", "x = 3  #")],
    ),
    row(
        "checkov settings in another form",
        &[(".checkov.yaml", "skip-check:\n  - CKV_1\n  - CKV_2\n")],
        &[Write(".checkov.yaml", "# why\nskip-check: [CKV_2, CKV_1]\ncompact: true\n")],
    ),
    row(
        "trivy ignore file in another form",
        GITHUB,
        &[
            Remove(".trivyignore"),
            Write(".trivyignore.yaml", "vulnerabilities:\n  - id: CVE-2023-0001\n    statement: accepted\n"),
        ],
    ),
    row("owners moved", GITHUB, &[Move(".github/CODEOWNERS", "CODEOWNERS")]),
    row(
        "owners of other things",
        GITHUB,
        &[Swap(".github/CODEOWNERS", "* @acme/developers", "* @acme/everyone\n/src/ @acme/developers")],
    ),
    row(
        "ruleset more",
        GITHUB,
        &[Write(
            ".github/rulesets/main.json",
            "{\"name\": \"main\", \"enforcement\": \"active\", \"rules\": [{\"type\": \"deletion\"}], \"bypass_actors\": []}",
        )],
    ),
    row(
        "ruleset stricter",
        &[(
            ".github/rulesets/main.json",
            "{\"name\": \"main\", \"enforcement\": \"evaluate\", \"rules\": [{\"type\": \"pull_request\", \"parameters\": {\"required_approving_review_count\": 1, \"require_code_owner_review\": false}}]}",
        )],
        &[
            Swap(".github/rulesets/main.json", "evaluate", "active"),
            Swap(".github/rulesets/main.json", "count\": 1", "count\": 2"),
            Swap(".github/rulesets/main.json", "false", "true"),
        ],
    ),
    row(
        "ruleset with another name of the check",
        &[(
            ".github/rulesets/main.json",
            "{\"rules\": [{\"type\": \"required_status_checks\", \"parameters\": {\"required_status_checks\": [{\"context\": \"scan\"}]}}]}",
        )],
        &[Swap(".github/rulesets/main.json", "\"scan\"", "\"security scan\"")],
    ),
    row(
        "azure condition stated",
        AZURE,
        &[Swap("templates/scan.yml", "  displayName: Checkov\n", "  displayName: Checkov\n  condition: succeeded()\n")],
    ),
    row("azure branch more", AZURE, &[Swap(AZ, "include: [main]", "include: [main, release/*]")]),
    row(
        "azure job for the scan",
        AZURE,
        &[Swap(
            AZ,
            "  - job: scan\n    steps:\n    - template: templates/scan.yml\n",
            "  - job: other\n    steps:\n    - script: echo hello\n  - job: look\n    dependsOn: other\n    steps:\n    - template: templates/scan.yml\n",
        )],
    ),
    row(
        "azure variables renamed",
        &[(
            AZ,
            "trigger: [main]\nvariables:\n  code: 1\nsteps:\n- script: trivy fs --exit-code $(code) .\n- script: npm publish\n",
        )],
        &[Swap(AZ, "  code: 1", "  exitCode: 1"), Swap(AZ, "$(code)", "$(exitCode)")],
    ),
    row("gitlab needs more", GITLAB, &[Swap(GL, "needs: [iac]", "needs: [iac, audit]")]),
    row(
        "gitlab rules instead of only",
        &[(GL, "scan:\n  script:\n    - gitleaks detect\n  only: [main, merge_requests]\n")],
        &[Swap(
            GL,
            "  only: [main, merge_requests]\n",
            "  rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n    - if: $CI_COMMIT_BRANCH == \"main\"\n",
        )],
    ),
    row(
        "gitlab default image",
        GITLAB,
        &[Swap(GL, "  image: node:20\n  script:\n    - npm audit", "  image: node:22\n  script:\n    - npm audit")],
    ),
    row(
        "gitlab before script",
        GITLAB,
        &[Swap(GL, "iac:\n  stage: test\n", "iac:\n  stage: test\n  before_script:\n    - echo hello || true\n")],
    ),
    row(
        "gitlab own registry",
        GITLAB,
        &[Swap(GL, "bridgecrew/checkov:3.2.1", "registry.acme.io/bridgecrew/checkov:3.2.1")],
    ),
    row(
        "jenkins long text",
        JENKINS,
        &[Swap(
            JF,
            "        sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'\n",
            "        sh '''\n          set -e\n          trivy image --exit-code 1 \\\\\n            --severity HIGH,CRITICAL registry.acme.io/app:1.0\n        '''\n",
        )],
    ),
    row(
        "jenkins double quotes",
        JENKINS,
        &[Swap(
            JF,
            "sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'",
            "sh(script: \"trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0\")",
        )],
    ),
    row(
        "jenkins post",
        JENKINS,
        &[Swap(
            JF,
            "    stage('Push') {",
            "    stage('Report') {\n      steps {\n        catchError(buildResult: 'SUCCESS') {\n          sh 'report'\n        }\n      }\n    }\n    stage('Push') {",
        )],
    ),
];
