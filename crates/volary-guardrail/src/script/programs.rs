//! What well-known programs do to the flow of a script.

use std::sync::Arc;

use super::tree::{Act, Word};
use crate::recognise::Program;

/// Programs whose output follows from their input, and which succeed.
const FILTERS: &[&str] = &[
    "cat", "tee", "head", "tail", "sed", "tr", "cut", "sort", "uniq", "wc", "column", "rev", "tac", "nl", "fold",
    "fmt", "paste", "xq", "base64", "gzip", "gunzip", "zcat", "cp", "mv", "xmllint", "bc", "expr", "basename",
    "dirname", "csvcut", "miller", "mlr", "tojson", "less", "more", "strings", "iconv", "dos2unix", "envsubst", "seq",
    "stat", "du", "find", "ls",
];

/// Programs that only ask something, by their name and the words behind it, of which one must be there.
const QUERIES: &[(&str, &[&str])] = &[
    ("command", &[]),
    ("which", &[]),
    ("type", &[]),
    ("hash", &[]),
    ("where", &[]),
    ("diff", &[]),
    ("cmp", &[]),
    ("pgrep", &[]),
    ("id", &[]),
    ("ping", &[]),
    ("nc", &[]),
    ("curl", &[]),
    (
        "git",
        &[
            "diff",
            "diff-index",
            "ls-remote",
            "rev-parse",
            "show-ref",
            "cat-file",
            "merge-base",
            "log",
            "status",
            "describe",
            "branch",
            "config",
        ],
    ),
    ("docker", &["inspect", "manifest", "ps", "images", "info"]),
    ("npm", &["view", "info", "show", "whoami", "outdated"]),
    ("gh", &["view", "list", "status"]),
    ("kubectl", &["get", "describe", "diff", "wait"]),
    ("helm", &["status", "list", "get", "diff", "history"]),
    (
        "aws",
        &["describe-stacks", "describe-images", "describe-repositories", "head-object", "ls", "get-caller-identity"],
    ),
    ("az", &["show", "exists", "list"]),
    ("gcloud", &["describe", "list"]),
    ("crane", &["manifest", "digest", "ls"]),
    ("skopeo", &["inspect"]),
    ("regctl", &["manifest", "digest"]),
    ("systemctl", &["is-active", "status"]),
    ("terraform", &["-detailed-exitcode"]),
    ("tofu", &["-detailed-exitcode"]),
];

/// What a program that nobody reads further does to the flow.
pub(super) fn act(program: &Program, words: &[Arc<str>], texts: &[Word]) -> Act {
    let Some(name) = program.name.as_deref() else { return Act::Plain };
    let has = |wanted: &str| words.iter().any(|word| **word == *wanted);
    let letters = |letter: char| {
        words.iter().skip(1).any(|word| word.starts_with('-') && !word.starts_with("--") && word.contains(letter))
    };
    match name {
        "true" => Act::True,
        "false" => Act::False,
        "test" | "[" => Act::Query,
        "grep" | "egrep" | "fgrep" | "rg" | "findstr" | "ag" | "zgrep" => {
            Act::Match { quiet: letters('q') || has("--quiet") || has("--silent") || letters('c') && has("-c") }
        }
        "jq" | "yq" | "gojq" => {
            let fails = letters('e')
                || has("--exit-status")
                || words.iter().any(|word| word.contains("halt_error") || word.contains("error("));
            if fails { Act::Judge } else { Act::Filter }
        }
        "awk" | "gawk" | "mawk" | "perl" | "ruby" | "php" | "node" | "python" | "python2" | "python3" | "py" => {
            let given = || texts.iter().filter_map(Word::literal).any(|text| code_fails(&text));
            if words.iter().skip(1).any(|word| code_fails(word)) || given() { Act::Judge } else { Act::Filter }
        }
        _ if FILTERS.contains(&name) => Act::Filter,
        _ if QUERIES
            .iter()
            .any(|(known, subs)| *known == name && (subs.is_empty() || subs.iter().any(|sub| has(sub)))) =>
        {
            Act::Query
        }
        _ => Act::Plain,
    }
}

/// Whether a piece of code in another language can fail on purpose.
pub(super) fn code_fails(code: &str) -> bool {
    [
        "exit(1",
        "exit 1",
        "exit(2",
        "exit 2",
        "sys.exit(",
        "process.exit(",
        "raise ",
        "assert ",
        "die ",
        "throw ",
        "exit !",
        "exit(",
    ]
    .iter()
    .any(|mark| code.contains(mark))
}

/// Runners of tasks that are not read: what they run is not known.
const RUNNERS: &[&str] = &[
    "rake", "invoke", "inv", "nox", "tox", "mage", "bazel", "bazelisk", "buck", "buck2", "pants", "nx", "turbo",
    "lerna", "gulp", "grunt", "earthly", "dagger", "ant", "fastlane", "nuke", "cake", "psake", "doit", "moon", "rush",
    "please", "plz", "waf", "scons", "paver",
];

/// Whether a program runs tasks of the repository that are not read.
pub(super) fn runs_tasks(name: &str) -> bool {
    RUNNERS.contains(&name)
}

/// Wrappers of build tools that projects carry with them: they are the tool.
pub(super) fn is_build_wrapper(name: &str) -> bool {
    matches!(
        name,
        "gradlew"
            | "mvnw"
            | "sbt"
            | "gradlew.bat"
            | "mvnw.cmd"
            | "bazelw"
            | "kubectl"
            | "helm"
            | "terraform"
            | "cosign"
            | "oc"
            | "jq"
            | "yq"
            | "kind"
    )
}
