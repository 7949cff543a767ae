//! What scanners can be told, from their own documentation: how people take the force out of them.

/// A change of a command's words.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// Words at its end.
    Add(&'static str),
    /// Words behind its name.
    First(&'static str),
    /// An option with another value; it is added where it is not there.
    Set(&'static str, &'static str),
    /// An option with another value, where it is there.
    Change(&'static str, &'static str),
    /// A word less.
    Drop(&'static str),
    /// An option with its value less.
    DropValue(&'static str),
    /// A word becomes another.
    Word(&'static str, &'static str),
}

/// An input of a step with a value; the first text is part of the name of the action, task or step.
pub(crate) type Input = (&'static str, &'static str, &'static str);

/// A file of the repository: its path, what it holds, and one line more of the same.
pub(crate) type IgnoreFile = (&'static str, &'static str, &'static str);

/// Languages that suppression comments stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Terraform,
    Kubernetes,
    CloudFormation,
    Dockerfile,
    Python,
    JavaScript,
    Go,
    Java,
    Bicep,
}

/// What is known of one scanner.
pub(crate) struct Tool {
    pub(crate) id: &'static str,
    /// Names of its program, image, action, task or step; whole words, any case.
    pub(crate) names: &'static [&'static str],
    /// One of these has to be written for findings to stop it; none: they always do.
    pub(crate) hard: &'static [&'static str],
    /// The same, anywhere in the repository.
    pub(crate) hard_elsewhere: &'static [&'static str],
    /// Flags that take all force out (W5).
    pub(crate) soft: &'static [&'static [Op]],
    /// Variables of the environment that do (W5), with the words that must go where they would win.
    pub(crate) env: &'static [(&'static str, &'static str, &'static [Op])],
    /// Inputs that do (W5).
    pub(crate) soft_inputs: &'static [Input],
    /// Files with a setting that does (W5), with the words that must go where they would win.
    pub(crate) soft_files: &'static [(&'static str, &'static str, &'static [Op])],
    /// Flags that raise the threshold (W8).
    pub(crate) threshold: &'static [&'static [Op]],
    /// Inputs that do (W8).
    pub(crate) threshold_inputs: &'static [Input],
    /// Files with findings, rules or paths that do not count (W9).
    pub(crate) ignore: &'static [IgnoreFile],
    /// Flags that say the same (W9).
    pub(crate) skip: &'static [&'static [Op]],
    /// Inputs that do (W9).
    pub(crate) skip_inputs: &'static [Input],
    /// Comments that suppress a finding (W10).
    pub(crate) comments: &'static [(Language, &'static str)],
}

const NONE: Tool = Tool {
    id: "",
    names: &[],
    hard: &[],
    hard_elsewhere: &[],
    soft: &[],
    env: &[],
    soft_inputs: &[],
    soft_files: &[],
    threshold: &[],
    threshold_inputs: &[],
    ignore: &[],
    skip: &[],
    skip_inputs: &[],
    comments: &[],
};

use Language::{Bicep, CloudFormation, Dockerfile, Go, Java, JavaScript, Kubernetes, Python, Terraform};
use Op::{Add, Change, Drop, DropValue, First, Set, Word};

/// The table. More particular names come first.
pub(crate) const TOOLS: &[Tool] = &[
    Tool {
        id: "trivy",
        names: &["trivy", "trivy-action", "trivyImage"],
        hard: &["exit-code", "exitCode", "EXIT_CODE", "trivy@1", "trivy@2"],
        hard_elsewhere: &["TRIVY_EXIT_CODE", "exit-code: 1", "exit-code: '1'"],
        soft: &[&[Change("--exit-code", "0")], &[DropValue("--exit-code")]],
        env: &[("TRIVY_EXIT_CODE", "0", &[DropValue("--exit-code")])],
        soft_inputs: &[
            ("trivy-action", "exit-code", "'0'"),
            ("trivy@1", "exitCode", "0"),
            ("trivy@2", "ignoreScanErrors", "true"),
        ],
        soft_files: &[("trivy.yaml", "exit-code: 0\n", &[DropValue("--exit-code")])],
        threshold: &[&[Set("--severity", "CRITICAL")], &[Add("--ignore-unfixed")]],
        threshold_inputs: &[
            ("trivy-action", "severity", "CRITICAL"),
            ("trivy-action", "ignore-unfixed", "true"),
            ("trivy@", "severities", "CRITICAL"),
            ("trivy@", "ignoreUnfixed", "true"),
        ],
        ignore: &[(".trivyignore", "CVE-2023-45853\n", "CVE-2024-3094\n")],
        skip: &[&[Add("--skip-dirs legacy")], &[Add("--ignorefile .github/accepted.trivyignore")]],
        skip_inputs: &[
            ("trivy-action", "trivyignores", "accepted.trivyignore"),
            ("trivy-action", "skip-dirs", "legacy"),
        ],
        comments: &[
            (Terraform, "#trivy:ignore:AVD-AWS-0086"),
            (Dockerfile, "#trivy:ignore:AVD-DS-0002"),
            (Kubernetes, "#trivy:ignore:AVD-KSV-0014"),
        ],
    },
    Tool {
        id: "grype",
        names: &["grype", "scan-action"],
        hard: &["--fail-on", "-f ", "anchore/scan-action", "FAIL_ON"],
        hard_elsewhere: &["fail-on-severity:", "GRYPE_FAIL_ON_SEVERITY"],
        soft: &[&[DropValue("--fail-on")]],
        soft_inputs: &[("scan-action", "fail-build", "false")],
        threshold: &[&[Change("--fail-on", "critical")], &[Add("--only-fixed")]],
        threshold_inputs: &[("scan-action", "severity-cutoff", "critical"), ("scan-action", "only-fixed", "true")],
        ignore: &[(
            ".grype.yaml",
            "ignore:\n  - vulnerability: CVE-2023-45853\n",
            "  - vulnerability: CVE-2024-3094\n",
        )],
        skip: &[&[Add("--exclude './vendor/**'")]],
        ..NONE
    },
    Tool {
        id: "snyk",
        names: &["snyk", "snyk/actions", "SnykSecurityScan", "snykSecurity"],
        soft_inputs: &[("SnykSecurityScan", "failOnIssues", "false"), ("snykSecurity", "failOnIssues", "false")],
        threshold: &[&[Set("--severity-threshold", "critical")], &[Add("--fail-on=upgradable")]],
        threshold_inputs: &[
            ("SnykSecurityScan", "severityThreshold", "critical"),
            ("snykSecurity", "severity", "'critical'"),
            ("snyk/actions", "args", "--severity-threshold=critical"),
        ],
        ignore: &[(
            ".snyk",
            "version: v1.25.0\nignore:\n  SNYK-JS-MINIMIST-559764:\n    - '*':\n        reason: no fix yet\n",
            "  SNYK-JS-LODASH-567746:\n    - '*':\n        reason: not reachable\n",
        )],
        skip: &[&[Add("--exclude-base-image-vulns")]],
        ..NONE
    },
    Tool {
        id: "docker-scout",
        names: &["docker scout", "scout-action"],
        hard: &["--exit-code", "exit-code", "-e "],
        soft: &[&[Drop("--exit-code")]],
        soft_inputs: &[("scout-action", "exit-code", "false")],
        threshold: &[&[Set("--only-severity", "critical")], &[Add("--only-fixed")]],
        threshold_inputs: &[("scout-action", "only-severities", "critical"), ("scout-action", "only-fixed", "true")],
        skip: &[&[Add("--ignore-base")]],
        ..NONE
    },
    Tool {
        id: "anchore",
        names: &["anchorectl"],
        hard: &["--fail-based-on-results", "-f "],
        soft: &[&[Drop("--fail-based-on-results")]],
        ..NONE
    },
    Tool {
        id: "checkov",
        names: &["checkov", "checkov-action"],
        soft: &[&[Add("--soft-fail")], &[Add("-s")]],
        soft_inputs: &[("checkov-action", "soft_fail", "true")],
        soft_files: &[(".checkov.yaml", "soft-fail: true\n", &[])],
        threshold: &[&[Add("--soft-fail-on MEDIUM,HIGH")], &[Add("--check CKV_AWS_19")]],
        threshold_inputs: &[
            ("checkov-action", "check", "CKV_AWS_19"),
            ("checkov-action", "soft_fail_on", "MEDIUM,HIGH"),
        ],
        ignore: &[(".checkov.yaml", "skip-check:\n  - CKV_AWS_18\n", "  - CKV_AWS_20\n")],
        skip: &[
            &[Add("--skip-check CKV_AWS_20,CKV_AWS_21")],
            &[Add("--skip-path legacy")],
            &[Add("--baseline .checkov.baseline")],
        ],
        skip_inputs: &[
            ("checkov-action", "skip_check", "CKV_AWS_20,CKV_AWS_21"),
            ("checkov-action", "skip_path", "legacy"),
        ],
        comments: &[
            (Terraform, "#checkov:skip=CKV_AWS_20:public on purpose"),
            (CloudFormation, "#checkov:skip=CKV_AWS_20:public on purpose"),
            (Bicep, "//checkov:skip=CKV_AZURE_35:reached from outside"),
            (Dockerfile, "#checkov:skip=CKV_DOCKER_3:needs root"),
            (Kubernetes, "#checkov:skip=CKV_K8S_16:needs it"),
        ],
        ..NONE
    },
    Tool {
        id: "tfsec",
        names: &["tfsec", "tfsec-action"],
        soft: &[&[Add("--soft-fail")], &[Add("-s")]],
        soft_inputs: &[("tfsec-action", "soft_fail", "true")],
        threshold: &[&[Set("--minimum-severity", "CRITICAL")]],
        ignore: &[(
            ".tfsec/config.yml",
            "exclude:\n  - aws-s3-enable-versioning\n",
            "  - aws-s3-enable-bucket-encryption\n",
        )],
        skip: &[&[Add("--exclude aws-s3-enable-versioning")], &[Add("--exclude-path legacy")]],
        comments: &[(Terraform, "#tfsec:ignore:aws-s3-enable-versioning")],
        ..NONE
    },
    Tool {
        id: "terrascan",
        names: &["terrascan", "terrascan-action", "TerrascanTask"],
        soft_inputs: &[("terrascan-action", "only_warn", "true")],
        threshold: &[&[Set("--severity", "high")]],
        skip: &[&[Add("--skip-rules AC_AWS_0214")], &[Add("--categories 'Data Protection'")]],
        comments: &[
            (Terraform, "#ts:skip=AC_AWS_0214 versioning is not wanted"),
            (Kubernetes, "#ts:skip=AC_K8S_0064 fine"),
        ],
        ..NONE
    },
    Tool {
        id: "kics",
        names: &["kics", "kics-github-action", "$(kics)"],
        soft: &[&[Add("--ignore-on-exit results")], &[Add("--ignore-on-exit all")]],
        soft_inputs: &[("kics-github-action", "ignore_on_exit", "results")],
        threshold: &[&[Set("--fail-on", "critical")]],
        threshold_inputs: &[("kics-github-action", "fail_on", "critical")],
        skip: &[
            &[Add("--exclude-queries e38a8e0a-b88b-4902-b3fe-b0fcb17d5c10")],
            &[Add("--exclude-paths legacy")],
            &[Add("--exclude-severities medium,low")],
        ],
        skip_inputs: &[
            ("kics-github-action", "exclude_queries", "e38a8e0a-b88b-4902-b3fe-b0fcb17d5c10"),
            ("kics-github-action", "exclude_paths", "legacy"),
        ],
        ignore: &[("kics.config", "{\n  \"exclude-paths\": [\"legacy\"]\n}\n", "")],
        comments: &[
            (Terraform, "# kics-scan ignore-block"),
            (CloudFormation, "# kics-scan ignore-line"),
            (Dockerfile, "# kics-scan ignore"),
        ],
        ..NONE
    },
    Tool {
        id: "conftest",
        names: &["conftest"],
        soft: &[&[Add("--no-fail")]],
        skip: &[&[Add("--namespace accepted")]],
        ..NONE
    },
    Tool {
        id: "kubescape",
        names: &["kubescape"],
        hard: &["threshold"],
        soft: &[&[DropValue("--severity-threshold")], &[DropValue("--compliance-threshold")]],
        threshold: &[&[Change("--severity-threshold", "critical")], &[Change("--compliance-threshold", "20")]],
        skip: &[&[Add("--exceptions accepted.json")], &[Add("--exclude-namespaces legacy")]],
        ..NONE
    },
    Tool {
        id: "kube-linter",
        names: &["kube-linter", "kube-linter-action"],
        ignore: &[(
            ".kube-linter.yaml",
            "checks:\n  exclude:\n    - no-read-only-root-fs\n",
            "    - run-as-non-root\n",
        )],
        skip: &[&[Add("--exclude run-as-non-root")], &[Add("--do-not-auto-add-defaults")]],
        comments: &[(Kubernetes, "@ignore-check.kube-linter.io/run-as-non-root: starts as root")],
        ..NONE
    },
    Tool {
        id: "kube-score",
        names: &["kube-score"],
        skip: &[&[Add("--ignore-test container-security-context-readonlyrootfilesystem")]],
        comments: &[(Kubernetes, "@kube-score/ignore: container-image-pull-policy")],
        ..NONE
    },
    Tool {
        id: "psrule",
        names: &["ps-rule-assert", "microsoft/ps-rule", "Assert-PSRule"],
        ignore: &[(
            "ps-rule.yaml",
            "rule:\n  exclude:\n    - Azure.Storage.SoftDelete\n",
            "    - Azure.Storage.MinTLS\n",
        )],
        ..NONE
    },
    Tool {
        id: "cfn-nag",
        names: &["cfn_nag_scan", "cfn_nag"],
        skip: &[&[Add("--deny-list-path accepted.yml")]],
        ..NONE
    },
    Tool {
        id: "msdo",
        names: &["MicrosoftSecurityDevOps"],
        soft_inputs: &[("MicrosoftSecurityDevOps", "break", "false")],
        threshold_inputs: &[("MicrosoftSecurityDevOps", "tools", "templateanalyzer")],
        ..NONE
    },
    Tool {
        id: "audit-ci",
        names: &["audit-ci"],
        threshold: &[&[Word("--high", "--critical")], &[Word("--moderate", "--critical")]],
        ignore: &[(
            "audit-ci.jsonc",
            "{\n  \"low\": true,\n  \"allowlist\": [\n    \"GHSA-vh95-rmgr-6w4m\"\n  ]\n}\n",
            "",
        )],
        ..NONE
    },
    Tool {
        id: "npm-audit",
        names: &["npm audit", "Npm@1"],
        soft: &[&[Set("--audit-level", "none")]],
        env: &[("npm_config_audit_level", "none", &[DropValue("--audit-level")])],
        soft_files: &[(".npmrc", "audit-level=none\n", &[DropValue("--audit-level")])],
        threshold: &[&[Set("--audit-level", "critical")], &[Add("--omit=dev")]],
        threshold_inputs: &[("Npm@1", "customCommand", "audit --audit-level=critical")],
        ..NONE
    },
    Tool {
        id: "yarn-audit",
        names: &["yarn npm audit"],
        threshold: &[&[Set("--severity", "critical")], &[Add("--environment production")]],
        skip: &[&[Add("--ignore 1096302")], &[Add("--exclude lodash")]],
        ..NONE
    },
    Tool {
        id: "pip-audit",
        names: &["pip-audit", "pip_audit"],
        soft: &[&[Add("--dry-run")]],
        skip: &[
            &[Add("--ignore-vuln PYSEC-2023-228")],
            &[Add("--ignore-vuln GHSA-wfm5-v35h-vwf4 --ignore-vuln PYSEC-2022-43012")],
        ],
        ..NONE
    },
    Tool {
        id: "osv-scanner",
        names: &["osv-scanner", "osv-scanner-action", "osv-scanner-reusable"],
        soft_inputs: &[("osv-scanner-reusable", "fail-on-vuln", "false")],
        ignore: &[(
            "osv-scanner.toml",
            "[[IgnoredVulns]]\nid = \"GO-2023-2402\"\nreason = \"not called\"\n",
            "\n[[IgnoredVulns]]\nid = \"GO-2024-2687\"\nreason = \"not called\"\n",
        )],
        skip: &[&[Add("--config accepted.toml")]],
        ..NONE
    },
    Tool {
        id: "govulncheck",
        names: &["govulncheck", "govulncheck-action"],
        soft: &[&[First("-json")], &[First("-format json")]],
        soft_inputs: &[("govulncheck-action", "output-format", "sarif")],
        ..NONE
    },
    Tool {
        id: "cargo-audit",
        names: &["cargo audit"],
        skip: &[&[Add("--ignore RUSTSEC-2020-0071")]],
        ignore: &[(".cargo/audit.toml", "[advisories]\nignore = [\n  \"RUSTSEC-2020-0071\",\n]\n", "")],
        threshold: &[&[DropValue("--deny")]],
        ..NONE
    },
    Tool {
        id: "cargo-deny",
        names: &["cargo deny"],
        soft: &[&[Drop("advisories")]],
        ignore: &[("deny.toml", "[advisories]\nignore = [\n  \"RUSTSEC-2020-0071\",\n]\n", "")],
        ..NONE
    },
    Tool {
        id: "bundler-audit",
        names: &["bundle-audit", "bundler-audit"],
        skip: &[&[Add("--ignore CVE-2023-27530")]],
        ignore: &[(".bundler-audit.yml", "ignore:\n  - CVE-2023-27530\n", "  - CVE-2022-44570\n")],
        ..NONE
    },
    Tool {
        id: "dependency-review",
        names: &["dependency-review-action"],
        soft_inputs: &[("dependency-review-action", "warn-only", "true")],
        threshold_inputs: &[
            ("dependency-review-action", "fail-on-severity", "critical"),
            ("dependency-review-action", "fail-on-scopes", "unknown"),
        ],
        skip_inputs: &[("dependency-review-action", "allow-ghsas", "GHSA-vh95-rmgr-6w4m")],
        ..NONE
    },
    Tool {
        id: "dependency-check",
        names: &["dependency-check-maven", "dependency-check-build-task", "dependencyCheck", "dependency-check"],
        hard: &["failBuildOnCVSS", "failOnCVSS", "dependencyCheckPublisher"],
        hard_elsewhere: &["failedTotalCritical", "dependencyCheckPublisher"],
        soft: &[
            &[Change("-DfailBuildOnCVSS", "11")],
            &[DropValue("-DfailBuildOnCVSS")],
            &[Add("-Ddependency-check.skip=true")],
        ],
        soft_inputs: &[("dependency-check-build-task", "failOnCVSS", "'11'")],
        threshold: &[&[Change("-DfailBuildOnCVSS", "9")]],
        threshold_inputs: &[("dependency-check-build-task", "failOnCVSS", "'9'")],
        skip: &[&[Add("-DsuppressionFiles=accepted.xml")]],
        skip_inputs: &[("dependency-check-build-task", "suppressionPath", "accepted.xml")],
        ..NONE
    },
    Tool {
        id: "semgrep",
        names: &["semgrep"],
        hard: &["--error", "semgrep ci"],
        soft: &[&[Drop("--error")]],
        threshold: &[&[Add("--severity ERROR")]],
        ignore: &[(".semgrepignore", "legacy/\n", "src/generated/\n")],
        skip: &[
            &[Add("--exclude legacy")],
            &[Add("--exclude-rule javascript.lang.security.audit.unsafe-formatstring")],
        ],
        comments: &[
            (JavaScript, "// nosemgrep"),
            (Python, "# nosemgrep"),
            (Go, "// nosemgrep"),
            (Java, "// nosemgrep"),
        ],
        ..NONE
    },
    Tool {
        id: "bandit",
        names: &["bandit"],
        soft: &[&[Add("--exit-zero")]],
        threshold: &[&[Word("-ll", "-lll")], &[Change("--severity-level", "high")], &[Add("-iii")]],
        ignore: &[(".bandit", "[bandit]\nskips = B602\n", "exclude = legacy\n")],
        skip: &[&[Add("--skip B602,B605")], &[Add("--exclude legacy")], &[Add("--baseline bandit-baseline.json")]],
        comments: &[(Python, "# nosec B602")],
        ..NONE
    },
    Tool {
        id: "gosec",
        names: &["gosec"],
        soft: &[&[First("-no-fail")]],
        soft_inputs: &[("gosec@", "args", "-no-fail ./...")],
        threshold: &[&[First("-confidence high")], &[Change("-severity", "high")]],
        threshold_inputs: &[("gosec@", "args", "-severity high ./...")],
        skip: &[&[First("-exclude=G401,G501")], &[First("-exclude-dir=internal")]],
        skip_inputs: &[("gosec@", "args", "-exclude=G401,G501 ./...")],
        comments: &[(Go, "// #nosec G401")],
        ..NONE
    },
    Tool {
        id: "brakeman",
        names: &["brakeman"],
        soft: &[&[Add("--no-exit-on-warn")]],
        threshold: &[&[Add("--confidence-level 3")], &[Add("-w3")]],
        ignore: &[(
            "config/brakeman.ignore",
            "{\n  \"ignored_warnings\": [\n    {\"fingerprint\": \"a21418b38aa77ef73946105fb1c9e3623b7be67a2419b960793871587200cbcc\", \"note\": \"\"}\n  ]\n}\n",
            "",
        )],
        skip: &[&[Add("--skip-files app/legacy/")], &[Add("-x CheckSQL")]],
        ..NONE
    },
    Tool {
        id: "sonar",
        names: &[
            "sonarqube-scan-action",
            "SonarQubeAnalyze",
            "SonarCloudAnalyze",
            "sonar-scanner",
            "sonar:sonar",
            "sonar-maven-plugin:4.0.0.4121:sonar",
        ],
        hard: &["qualitygate.wait=true"],
        hard_elsewhere: &["qualitygate.wait=true"],
        ignore: &[("sonar-project.properties", "sonar.exclusions=legacy/**\n", "sonar.coverage.exclusions=**/*\n")],
        comments: &[(JavaScript, "// NOSONAR"), (Python, "# NOSONAR"), (Java, "// NOSONAR")],
        ..NONE
    },
    Tool {
        id: "checkmarx",
        names: &["ast-github-action", "cx scan"],
        hard: &["threshold"],
        soft: &[&[DropValue("--threshold")]],
        threshold: &[&[Set("--threshold", "\"sast-critical=100\"")]],
        threshold_inputs: &[("ast-github-action", "additional_params", "--threshold \"sast-critical=100\"")],
        ..NONE
    },
    Tool {
        id: "veracode",
        names: &["pipeline-scan.jar", "Veracode-pipeline-scan-action"],
        threshold: &[&[Set("--fail_on_severity", "\"Very High\"")]],
        threshold_inputs: &[("Veracode-pipeline-scan-action", "fail_on_severity", "Very High")],
        soft_inputs: &[("Veracode-pipeline-scan-action", "fail_build", "false")],
        skip: &[&[Add("--baseline_file=baseline.json")]],
        ..NONE
    },
    Tool { id: "nexus", names: &["nexusPolicyEvaluation"], ..NONE },
    Tool { id: "dotnet-list", names: &["dotnet list"], hard: &["-"], ..NONE },
    Tool { id: "roslyn", names: &["RoslynAnalyzers"], hard: &["break: true"], ..NONE },
];

/// The scanner that a text names: the one that is named first.
pub(crate) fn tool_in(text: &str) -> Option<&'static Tool> {
    let lower = text.to_ascii_lowercase();
    let mut best: Option<(usize, usize, &Tool)> = None;
    for tool in TOOLS {
        for name in tool.names {
            let name = name.to_ascii_lowercase();
            let found = lower.match_indices(&name).map(|(at, _)| at).find(|at| {
                let before = lower[..*at].chars().next_back();
                let after = lower[at + name.len()..].chars().next();
                let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
                !part(before) && !part(after) && before != Some('-') && after != Some('-')
            });
            if let Some(at) = found
                && best.is_none_or(|(first, length, _)| (at, usize::MAX - name.len()) < (first, usize::MAX - length))
            {
                best = Some((at, name.len(), tool));
            }
        }
    }
    best.map(|(.., tool)| tool)
}
