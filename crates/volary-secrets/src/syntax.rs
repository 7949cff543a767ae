//! What a file is, by its path: how values are written in it, and whether it is a test or made by a machine.

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Terraform, OpenTofu, Nomad, Bicep: strings are quoted, the rest is expressions.
    Hcl,
    /// YAML: plain scalars.
    Yaml,
    /// JSON: strings are quoted.
    Json,
    /// `KEY=value` lines: dotenv, properties, ini.
    Lines,
    /// TOML: strings are quoted.
    Toml,
    /// XML and its kin.
    Xml,
    /// Dockerfile.
    Dockerfile,
    /// Shell and batch scripts, makefiles.
    Shell,
    /// Source code: only quoted literals count.
    Code,
    /// Text for people.
    Prose,
    /// Not known.
    Plain,
}

impl Syntax {
    /// Configuration, where a literal under a key is the value that will be used.
    pub(crate) fn is_configuration(self) -> bool {
        !matches!(self, Self::Code | Self::Prose | Self::Plain)
    }
}

/// A file as its path describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileKind {
    pub(crate) syntax: Syntax,
    /// Test, example, fixture or documentation.
    pub(crate) test_path: bool,
    /// Lock files, bundles, source maps, images: only formats that cannot be anything else are looked for.
    pub(crate) generated: bool,
    /// Texts of a user interface in several languages: keys are named `password`, values are labels.
    pub(crate) labels: bool,
    /// A pipeline: the databases that it starts for a test run have passwords that protect nothing.
    pub(crate) pipeline: bool,
}

/// Reads the path (`/` between parts).
pub(crate) fn kind(path: &str) -> FileKind {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    FileKind {
        syntax: syntax(name),
        test_path: is_test(&lower, name),
        generated: is_generated(&lower, name),
        labels: is_labels(&lower),
        pipeline: is_pipeline(&lower, name),
    }
}

fn syntax(name: &str) -> Syntax {
    // `.env.example`, `values.yaml.tmpl`: the ending before says more.
    let name = [".example", ".sample", ".template", ".tmpl", ".tpl", ".dist", ".j2", ".erb", ".bak", ".orig", ".old"]
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .filter(|rest| rest.contains('.') || rest.starts_with("dockerfile"))
        .unwrap_or(name);
    if name.starts_with("dockerfile") || name.starts_with("containerfile") || name.ends_with(".dockerfile") {
        return Syntax::Dockerfile;
    }
    if name.starts_with(".env") || name.ends_with(".env") {
        return Syntax::Lines;
    }
    match name {
        "makefile" | "gnumakefile" | "procfile" | ".bashrc" | ".zshrc" | ".profile" | ".bash_profile" => {
            return Syntax::Shell;
        }
        "credentials" | "config" | ".npmrc" | ".pypirc" | ".netrc" | ".pgpass" | ".gitconfig" | ".s3cfg" | ".boto"
        | ".yarnrc" => {
            return Syntax::Lines;
        }
        ".dockercfg" | ".dockerconfigjson" => return Syntax::Json,
        "jenkinsfile" | "vagrantfile" | "gemfile" | "rakefile" | "podfile" | "fastfile" => return Syntax::Code,
        "license" | "licence" | "readme" | "changelog" | "notice" | "authors" | "contributing" => return Syntax::Prose,
        _ => {}
    }
    let Some((_, ending)) = name.rsplit_once('.') else { return Syntax::Plain };
    match ending {
        "tf" | "tfvars" | "hcl" | "nomad" | "tofu" | "pkr" | "bicep" | "bicepparam" => Syntax::Hcl,
        "yaml" | "yml" => Syntax::Yaml,
        "json" | "jsonc" | "json5" | "template" | "arm" | "tfstate" | "ipynb" | "code-workspace" => Syntax::Json,
        "env" | "properties" | "ini" | "cfg" | "conf" | "cnf" | "envrc" | "netrc" | "pypirc" | "npmrc" | "service"
        | "editorconfig" => Syntax::Lines,
        "toml" => Syntax::Toml,
        "xml" | "config" | "plist" | "csproj" | "fsproj" | "vbproj" | "props" | "targets" | "pubxml" | "xaml"
        | "xsd" | "wsdl" => Syntax::Xml,
        "sh" | "bash" | "zsh" | "ksh" | "fish" | "ps1" | "psm1" | "psd1" | "bat" | "cmd" | "mk" => Syntax::Shell,
        "md" | "markdown" | "mdx" | "rst" | "adoc" | "asciidoc" | "html" | "htm" | "log" | "csv" | "tsv" | "tex"
        | "po" | "pot" => Syntax::Prose,
        "py" | "js" | "mjs" | "cjs" | "ts" | "tsx" | "jsx" | "go" | "java" | "cs" | "vb" | "fs" | "rb" | "php"
        | "rs" | "kt" | "kts" | "scala" | "swift" | "m" | "mm" | "c" | "h" | "cc" | "cpp" | "hpp" | "cxx"
        | "groovy" | "gradle" | "lua" | "pl" | "pm" | "r" | "dart" | "ex" | "exs" | "erl" | "clj" | "hs" | "sql"
        | "vue" | "svelte" | "rego" | "cue" | "jsonnet" | "libsonnet" | "nix" | "proto" | "graphql" | "css"
        | "scss" | "less" | "jsp" | "erb" | "ejs" | "cshtml" | "razor" | "sol" => Syntax::Code,
        _ => Syntax::Plain,
    }
}

fn is_test(lower: &str, name: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "test",
        "tests",
        "testing",
        "__tests__",
        "__mocks__",
        "testdata",
        "test-data",
        "test_data",
        "testfixtures",
        "testutil",
        "testutils",
        "spec",
        "specs",
        "fixture",
        "fixtures",
        "__fixtures__",
        "mock",
        "mocks",
        "stub",
        "stubs",
        "example",
        "examples",
        "sample",
        "samples",
        "doc",
        "docs",
        "documentation",
        "e2e",
        "e2e-tests",
        "integration-test",
        "integration-tests",
        "integration_tests",
        "unit-tests",
        "test-fixtures",
        "test-infra",
        "snapshots",
        "__snapshots__",
        "cypress",
        "molecule",
        "fuzz",
        "fuzzer",
        "fuzzing",
        "playwright",
        "testcerts",
        "testkeys",
        "testlib",
        "benchmarks",
        "benches",
        "tutorial",
        "tutorials",
    ];
    // Below these a folder `test` is an environment, with credentials like any other.
    const ENVIRONMENTS: &[&str] = &[
        "clusters",
        "env",
        "environment",
        "environments",
        "envs",
        "group_vars",
        "inventories",
        "inventory",
        "live",
        "overlays",
        "stages",
        "tfvars",
        "values",
        "variables",
        "vars",
    ];
    let mut folders: Vec<&str> = lower.split('/').collect();
    folders.pop();
    let is_environment = |at: usize| {
        at.checked_sub(1).and_then(|before| folders.get(before)).is_some_and(|before| ENVIRONMENTS.contains(before))
    };
    if folders.iter().enumerate().any(|(at, folder)| {
        FOLDERS.contains(folder) && !(matches!(*folder, "test" | "testing" | "e2e") && is_environment(at))
            || folder.ends_with("-tests")
            || folder.ends_with("-test")
            || folder.ends_with(".tests")
            || folder.ends_with(".test")
    }) {
        return true;
    }
    let stem = name.split('.').next().unwrap_or_default();
    let second = name.strip_prefix(stem).unwrap_or_default();
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || stem.ends_with("-test")
        || stem.split(['-', '_']).any(|word| matches!(word, "stub" | "example" | "sample" | "mock"))
        || stem == "test"
        || stem.starts_with("example")
        || stem.starts_with("sample")
        || matches!(name, "metadata" | "pkg-info" | "doc.go")
        || stem == "readme"
        || stem == "changelog"
        || [".test.", ".spec.", ".example.", ".sample.", ".fixture.", ".mock.", ".e2e.", ".stories."]
            .iter()
            .any(|part| second.contains(part))
        || [".example", ".sample", ".md", ".mdx", ".markdown", ".rst", ".adoc", ".dist"]
            .iter()
            .any(|ending| name.ends_with(ending))
        || [".java", ".kt", ".cs", ".scala", ".groovy", ".swift", ".php"].iter().any(|ending| {
            name.strip_suffix(ending)
                .is_some_and(|stem| stem.ends_with("test") || stem.ends_with("tests") || stem.ends_with("spec"))
        })
}

fn is_generated(lower: &str, name: &str) -> bool {
    const LOCKS: &[&str] = &[
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "cargo.lock",
        "go.sum",
        "go.mod",
        "poetry.lock",
        "pdm.lock",
        "uv.lock",
        "pipfile.lock",
        "composer.lock",
        "gemfile.lock",
        "podfile.lock",
        "packages.lock.json",
        "mix.lock",
        "flake.lock",
        "pubspec.lock",
        ".terraform.lock.hcl",
        "gradle.lockfile",
        "verification-metadata.xml",
        "chart.lock",
        "deno.lock",
        "conan.lock",
        "project.assets.json",
    ];
    LOCKS.contains(&name)
        || [
            ".min.js",
            ".min.css",
            ".min.mjs",
            ".bundle.js",
            "-bundle.js",
            ".chunk.js",
            ".map",
            ".svg",
            ".crt",
            ".cer",
            ".pub",
            ".woff",
            ".ttf",
            ".eot",
            ".snap",
            ".sum",
            ".sha256",
            ".asc",
            ".sig",
            ".po",
            ".pot",
            ".css",
            ".sarif",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
        || lower
            .split('/')
            .any(|folder| matches!(folder, "node_modules" | "vendor" | "bower_components" | "third_party"))
}

fn is_pipeline(lower: &str, name: &str) -> bool {
    lower.split('/').any(|folder| {
        matches!(folder, ".github" | ".gitlab" | ".gitlab-ci" | ".circleci" | ".azuredevops" | ".buildkite")
    }) || name.starts_with(".gitlab-ci")
        || name.starts_with("azure-pipelines")
        || matches!(
            name,
            "bitbucket-pipelines.yml"
                | ".travis.yml"
                | "appveyor.yml"
                | ".drone.yml"
                | "jenkinsfile"
                | "cloudbuild.yaml"
        )
}

fn is_labels(lower: &str) -> bool {
    lower.split(['/', '.', '_', '-']).any(|part| {
        matches!(
            part,
            "i18n"
                | "l10n"
                | "locale"
                | "locales"
                | "lang"
                | "langs"
                | "language"
                | "languages"
                | "translation"
                | "translations"
                | "intl"
                | "resx"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        assert_eq!(kind("app/.env.example").syntax, Syntax::Lines);
        assert!(kind("app/.env.example").test_path);
        assert_eq!(kind("Dockerfile.prod").syntax, Syntax::Dockerfile);
        assert_eq!(kind("charts/values.yaml.tmpl").syntax, Syntax::Yaml);
        assert!(kind("web/node_modules/x/index.js").generated);
        assert!(kind("web/src/locales/de.json").labels);
        assert!(kind("src/UserServiceTest.java").test_path);
        assert!(kind("pkg/auth/token_test.go").test_path);
        assert!(kind("pkg/webhook/testcerts/certs.go").test_path);
        assert!(kind("apis/v1/doc.go").test_path);
        assert!(!kind("environments/test/terraform.tfvars").test_path);
        assert!(!kind("infra/latest/contest.tf").test_path);
        assert!(!kind("attestation/main.py").test_path);
    }
}
