//! Who chooses what an expression puts in.
//!
//! Facts: <https://docs.github.com/en/actions/reference/security/secure-use#understanding-the-risk-of-script-injections>,
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/contexts>, and the payloads at
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads>.

use std::sync::Arc;

use volary_model::{Data, Value};

use crate::{Expr, ExprKind};

/// Who chooses a value. The order is that of danger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Taint {
    /// Nobody: the platform makes it, or it has a form that cannot carry code.
    None,
    /// The settings of the repository: `vars`.
    Settings,
    /// What the run itself makes: outputs, variables that scripts set, a matrix that is computed.
    Run,
    /// Whoever starts or calls it: inputs.
    Caller,
    /// Whoever may name a branch or tag of the repository.
    Writer,
    /// Anybody who can open an issue, a pull request, a comment or a discussion.
    Anybody,
}

impl Taint {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Settings => "settings",
            Self::Run => "run",
            Self::Caller => "caller",
            Self::Writer => "writer",
            Self::Anybody => "anybody",
        }
    }
}

/// What names stand for in the file.
pub(super) trait Names {
    /// The expressions in the text of a variable, and whether the variable is declared here.
    fn variable(&self, name: &str) -> Option<Vec<Arc<Expr>>>;
    /// The type of an input; empty where none is written.
    fn input(&self, name: &str) -> Option<Arc<str>>;
    /// The values of a dimension of the matrix, where it is written out.
    fn matrix(&self, name: &str) -> Option<Vec<Value>>;
}

/// The names whose values reach the result of an expression, with the elements that are taken of them.
pub(super) fn sources(expr: &Expr) -> Vec<Vec<Arc<str>>> {
    let mut found = Vec::new();
    let mut open: Vec<(&Expr, Vec<Arc<str>>)> = vec![(expr, Vec::new())];
    while let Some((expr, behind)) = open.pop() {
        match &expr.kind {
            ExprKind::Name(parts) => found.push(parts.iter().cloned().chain(behind.into_iter().rev()).collect()),
            ExprKind::Index(inner, key) => {
                let mut behind = behind;
                behind.push(key.literal().and_then(Value::as_text).unwrap_or("*").into());
                open.push((inner, behind));
            }
            ExprKind::Or(list) => open.extend(list.iter().map(|expr| (expr, behind.clone()))),
            // `a && b` is `b` where `a` is true; where it is not, it is nothing that could carry code.
            ExprKind::And(list) => open.extend(list.last().map(|expr| (expr, behind))),
            ExprKind::Call(name, arguments) => match &**name {
                "contains" | "startswith" | "endswith" | "hashfiles" => {}
                "case" => {
                    let values = arguments.iter().skip(1).step_by(2).chain(arguments.last());
                    open.extend(values.map(|expr| (expr, behind.clone())));
                }
                _ => open.extend(arguments.iter().map(|expr| (expr, behind.clone()))),
            },
            ExprKind::Literal(_)
            | ExprKind::Wildcard
            | ExprKind::Status(..)
            | ExprKind::Not(_)
            | ExprKind::Compare(..)
            | ExprKind::Unknown(_) => {}
        }
    }
    found.reverse();
    found
}

/// Who chooses the value of a name.
pub(super) fn of(parts: &[Arc<str>], names: &dyn Names) -> Taint {
    of_name(parts, names, 0)
}

fn of_name(parts: &[Arc<str>], names: &dyn Names, depth: usize) -> Taint {
    let lower: Vec<String> = parts.iter().map(|part| part.to_lowercase()).collect();
    let path: Vec<&str> = lower.iter().map(String::as_str).collect();
    match path.as_slice() {
        ["github", "event", "inputs", name] | ["inputs", name] => match names.input(name).as_deref() {
            Some("boolean" | "number" | "environment") => Taint::None,
            _ => Taint::Caller,
        },
        ["github", "event", "inputs"] | ["inputs"] => Taint::Caller,
        ["github", "event", rest @ ..] => event(rest),
        ["github", "head_ref"] => Taint::Anybody,
        ["github", "ref" | "ref_name" | "base_ref"] => Taint::Writer,
        ["github"] => Taint::Anybody,
        ["env", _] if depth < 8 => match names.variable(&parts[1]) {
            Some(expressions) => {
                let all = expressions.iter().flat_map(|expr| {
                    sources(expr).into_iter().map(|parts| of_name(&parts, names, depth + 1)).collect::<Vec<_>>()
                });
                all.max().unwrap_or(Taint::None)
            }
            // Set by a script of the run, or by the machine.
            None => Taint::Run,
        },
        ["env", ..] => Taint::Run,
        ["matrix", name, ..] => match names.matrix(name) {
            Some(values) => values.iter().map(of_value).max().unwrap_or(Taint::None),
            None => Taint::Run,
        },
        ["steps", _, "outcome" | "conclusion"] | ["needs", _, "result"] => Taint::None,
        ["steps" | "needs" | "jobs" | "matrix", ..] => Taint::Run,
        ["vars", ..] => Taint::Settings,
        _ => Taint::None,
    }
}

/// A value of a matrix may itself be put together when the run starts.
fn of_value(value: &Value) -> Taint {
    let mut open = vec![value];
    let mut worst = Taint::None;
    while let Some(value) = open.pop() {
        match &value.data {
            Data::Text(text) if text.contains("${{") => worst = worst.max(Taint::Run),
            Data::List(list) => open.extend(list.iter()),
            Data::Map(map) => open.extend(map.entries().iter().map(|entry| &entry.value)),
            Data::Unknown(_) => worst = worst.max(Taint::Run),
            _ => {}
        }
    }
    worst
}

/// Fields of the event's payload, by their last name: numbers, hashes, times, words of a closed set, addresses that the
/// platform makes.
const FIXED: [&str; 52] = [
    "id",
    "node_id",
    "number",
    "sha",
    "state",
    "state_reason",
    "merged",
    "draft",
    "locked",
    "mergeable",
    "merge_commit_sha",
    "head_sha",
    "run_id",
    "run_number",
    "run_attempt",
    "action",
    "conclusion",
    "status",
    "event",
    "created_at",
    "updated_at",
    "closed_at",
    "merged_at",
    "published_at",
    "pushed_at",
    "size",
    "additions",
    "deletions",
    "changed_files",
    "comments",
    "commits_url",
    "comments_url",
    "html_url",
    "url",
    "diff_url",
    "patch_url",
    "issue_url",
    "clone_url",
    "ssh_url",
    "git_url",
    "login",
    "before",
    "after",
    "type",
    "author_association",
    "fork",
    "timestamp",
    "tree_id",
    "distinct",
    "private",
    "archived",
    "language",
];

/// Objects of the payload that people outside write.
const OUTSIDE: [&str; 15] = [
    "issue",
    "pull_request",
    "comment",
    "review",
    "review_comment",
    "discussion",
    "changes",
    "pages",
    "commits",
    "head_commit",
    "workflow_run",
    "forkee",
    "check_suite",
    "authors",
    // A pull request may bring a workflow with any name and path.
    "workflow",
];

/// Fields of the payload that are true or false, or count something.
fn is_flag(name: &str) -> bool {
    const FLAGS: [&str; 8] = [
        "fork",
        "private",
        "archived",
        "disabled",
        "visibility",
        "rebaseable",
        "maintainer_can_modify",
        "delete_branch_on_merge",
    ];
    FLAGS.contains(&name)
        || name.ends_with("_count")
        || ["has_", "is_", "allow_", "can_"].iter().any(|start| name.starts_with(start))
}

fn event(path: &[&str]) -> Taint {
    let Some(first) = path.first() else { return Taint::Anybody };
    let last = path.last().copied().unwrap_or_default();
    if FIXED.contains(&last) || is_flag(last) {
        return Taint::None;
    }
    // Names of repositories and people have letters, digits and a few signs only.
    let safe_name = matches!(
        path,
        ["repository" | "organization" | "sender" | "installation" | "enterprise", ..]
            | [.., "repo", "name" | "full_name"]
            | [.., "user" | "owner" | "author", "login" | "username"]
            | [.., "head_repository", "name" | "full_name"]
            | [.., "base", "sha"]
    );
    if safe_name {
        return Taint::None;
    }
    match path {
        [.., "base", "ref" | "label"] | ["ref" | "base_ref" | "master_branch"] => Taint::Writer,
        ["workflow_run", "workflow_id"] => Taint::None,
        // People with write access make these.
        ["release" | "label" | "milestone" | "deployment" | "client_payload" | "package" | "registry_package", ..] => {
            Taint::Writer
        }
        _ if OUTSIDE.contains(first) => Taint::Anybody,
        _ => Taint::Writer,
    }
}

/// Whether an expression names code that people outside of the repository can bring: the head of a pull request.
pub(super) fn names_foreign_code(expr: &Expr) -> bool {
    sources(expr).into_iter().any(|parts| {
        let lower: Vec<String> = parts.iter().map(|part| part.to_lowercase()).collect();
        let path: Vec<&str> = lower.iter().map(String::as_str).collect();
        matches!(
            path.as_slice(),
            ["github", "head_ref"]
                | ["github", "event", "pull_request", "head", "ref" | "sha" | "label"]
                | [
                    "github",
                    "event",
                    "pull_request",
                    "head",
                    "repo",
                    "full_name" | "clone_url" | "ssh_url" | "git_url"
                ]
                | ["github", "event", "pull_request", "merge_commit_sha" | "number"]
                | ["github", "event", "number"]
                | ["github", "event", "issue", "number"]
                | ["github", "event", "workflow_run", "head_sha" | "head_branch" | "head_commit", ..]
                | ["github", "event", "workflow_run", "head_repository", "full_name"]
                | ["github", "event", "workflow_run", "pull_requests", ..]
        )
    })
}
