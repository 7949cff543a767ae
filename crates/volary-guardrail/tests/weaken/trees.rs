//! The trees that are weakened: on every platform a build whose image is scanned before it is pushed, and scans of pull requests.

pub const GITHUB: &[(&str, &str)] = &[
    (
        ".github/workflows/release.yml",
        "name: release
on:
  push:
    branches: [main]
permissions:
  contents: read
  packages: write
jobs:
  build:
    name: Build and scan
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Build
        run: docker build -t ghcr.io/acme/app:${{ github.sha }} .
      - name: Scan
        uses: aquasecurity/trivy-action@0.28.0
        with:
          image-ref: ghcr.io/acme/app:${{ github.sha }}
          exit-code: '1'
          severity: HIGH,CRITICAL
      - name: Push
        run: docker push ghcr.io/acme/app:${{ github.sha }}
",
    ),
    (
        ".github/workflows/pr.yml",
        "name: security
on:
  pull_request:
jobs:
  iac:
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
  sast:
    runs-on: ubuntu-latest
    permissions:
      contents: read
      security-events: write
    steps:
      - uses: actions/checkout@v4
      - name: Semgrep
        run: semgrep scan --error --sarif --output semgrep.sarif --config p/default .
      - uses: github/codeql-action/upload-sarif@v3
        if: always()
        with:
          sarif_file: semgrep.sarif
",
    ),
    ("infra/main.tf", "resource \"azurerm_storage_account\" \"a\" {\n  name = \"a\"\n}\n"),
    ("src/app.py", "import subprocess\n\n\ndef run(command):\n    return subprocess.call(command, shell=True)\n"),
    ("Dockerfile", "FROM alpine:3.20\nCOPY src /src\n"),
    (".trivyignore", "# accepted\nCVE-2023-0001\n"),
    (".github/CODEOWNERS", "* @acme/developers\n/.github/ @acme/security\n"),
];

pub const AZURE: &[(&str, &str)] = &[
    (
        "azure-pipelines.yml",
        "trigger:
  branches:
    include: [main]
pr:
  branches:
    include: [main]
pool:
  vmImage: ubuntu-latest
parameters:
- name: extra
  type: boolean
  default: false
stages:
- stage: Build
  jobs:
  - job: scan
    steps:
    - template: templates/scan.yml
- stage: Deploy
  dependsOn: Build
  condition: and(succeeded(), eq(variables['Build.SourceBranch'], 'refs/heads/main'))
  jobs:
  - job: apply
    steps:
    - script: terraform init && terraform apply -auto-approve
      workingDirectory: infra
",
    ),
    (
        "templates/scan.yml",
        "steps:
- script: pip install checkov
- script: checkov -d infra
  displayName: Checkov
",
    ),
    ("infra/main.tf", "resource \"azurerm_storage_account\" \"a\" {\n  name = \"a\"\n}\n"),
];

pub const GITLAB: &[(&str, &str)] = &[
    (
        ".gitlab-ci.yml",
        "stages: [test, build, deploy]
variables:
  IMAGE: $CI_REGISTRY_IMAGE:$CI_COMMIT_SHA
iac:
  stage: test
  image: bridgecrew/checkov:3.2.1
  script:
    - checkov -d infra
audit:
  stage: test
  image: node:20
  script:
    - npm audit --audit-level=moderate
apply:
  stage: deploy
  image: hashicorp/terraform:1.9
  needs: [iac]
  script:
    - cd infra
    - terraform init
    - terraform apply -auto-approve
  rules:
    - if: $CI_COMMIT_BRANCH == \"main\"
publish:
  stage: deploy
  image: node:20
  script:
    - npm publish
  rules:
    - if: $CI_COMMIT_BRANCH == \"main\"
",
    ),
    ("infra/main.tf", "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\n"),
    ("package.json", "{\"name\": \"a\", \"version\": \"1.0.0\"}\n"),
];

pub const JENKINS: &[(&str, &str)] = &[
    (
        "Jenkinsfile",
        "pipeline {
  agent any
  stages {
    stage('Build') {
      steps {
        sh 'docker build -t registry.acme.io/app:1.0 .'
      }
    }
    stage('Scan') {
      steps {
        sh 'trivy image --exit-code 1 --severity HIGH,CRITICAL registry.acme.io/app:1.0'
      }
    }
    stage('Push') {
      steps {
        sh 'docker push registry.acme.io/app:1.0'
      }
    }
  }
}
",
    ),
    ("Dockerfile", "FROM alpine:3.20\n"),
];
