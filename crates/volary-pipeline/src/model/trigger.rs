//! What starts a pipeline.

use std::sync::Arc;

use volary_model::{Span, Value};

/// What happens, in the words of no platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event {
    /// A branch or tag got commits.
    Push,
    /// A pull or merge request, with the rights of its author.
    PullRequest,
    /// A pull request or something about one, with the rights of the repository (`pull_request_target`, `issue_comment`).
    Privileged,
    /// A tag or release.
    Release,
    /// A clock.
    Schedule,
    /// A person.
    Manual,
    /// Another pipeline of the same platform has run.
    Upstream,
    /// A pipeline that calls this one.
    Call,
    /// A call of the platform's interface, a webhook, a new package or image.
    Api,
    /// Anything else that the platform knows.
    Other,
}

/// A trigger.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// What happens.
    pub event: Event,
    /// As the platform names it: `pull_request_target`, `trigger`, `pr`, `schedules`, `cron`.
    pub name: Arc<str>,
    /// Where it is written; of an implied one the start of the pipeline.
    pub at: Span,
    /// Where its key is written.
    pub key: Option<Span>,
    /// Nothing is written: the platform starts it all the same.
    pub implied: bool,
    /// Written to say that it does not start (`trigger: none`).
    pub disabled: bool,
    /// Kinds of activity (`opened`, `labeled`).
    pub types: Vec<Value>,
    /// Branches: of pushes the branch, of pull requests the target.
    pub branches: Filter,
    /// Tags.
    pub tags: Filter,
    /// Paths of changed files.
    pub paths: Filter,
    /// Schedules in cron's notation.
    pub crons: Vec<Value>,
    /// The pipelines that it follows.
    pub upstream: Vec<Value>,
    /// Everything that is written, for keys that have no field here.
    pub written: Value,
}

impl Trigger {
    /// A trigger without filters.
    pub fn new(event: Event, name: impl Into<Arc<str>>, at: Span, written: Value) -> Self {
        Self {
            event,
            name: name.into(),
            at,
            key: None,
            implied: false,
            disabled: false,
            types: Vec::new(),
            branches: Filter::default(),
            tags: Filter::default(),
            paths: Filter::default(),
            crons: Vec::new(),
            upstream: Vec::new(),
            written,
        }
    }
}

/// A filter of branches, tags or paths.
///
/// GitHub: patterns of `include` count in order, one that starts with `!` excludes again, the last that matches decides.
/// Azure, GitLab: what `exclude` matches is out, whatever `include` says.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// `None`: everything that `exclude` does not name. An empty list: nothing.
    pub include: Option<Vec<Value>>,
    /// What does not count.
    pub exclude: Vec<Value>,
}

impl Filter {
    /// Whether it lets everything through.
    pub fn is_open(&self) -> bool {
        self.include.is_none() && self.exclude.is_empty()
    }
}
