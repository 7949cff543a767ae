//! Conditions and expressions, the same for every platform.

use std::sync::Arc;

use volary_model::{Reason, Span, Value};

/// An expression. Nesting is bounded by [`crate::Limits::expression_depth`].
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it is written.
    pub at: Span,
}

/// What an expression is. Functions of Azure that are operators elsewhere (`and`, `eq`, `in`) are operators here.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A value that is known: written here, or a parameter that was followed (then its origin says from where).
    Literal(Value),
    /// A name of the platform with its parts: `github.ref`, `variables['Build.SourceBranch']` as
    /// `variables`, `Build.SourceBranch`; GitLab's `$CI_COMMIT_TAG` as one part without the dollar.
    Name(Vec<Arc<str>>),
    /// An element whose key is computed: `matrix[github.ref]`, `steps.*.outcome` as an index with a wildcard.
    Index(Box<Expr>, Box<Expr>),
    /// `*`
    Wildcard,
    /// A question about what ran before, with the names of the stages or jobs it asks about (none: all before).
    Status(Status, Vec<Expr>),
    /// Any other function: the name in lower case, the arguments. `concat` is a text with holes that stands where a
    /// condition is expected.
    Call(Arc<str>, Vec<Expr>),
    /// Not.
    Not(Box<Expr>),
    /// All of them.
    And(Vec<Expr>),
    /// One of them.
    Or(Vec<Expr>),
    /// A comparison.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// Not understood; the text is in [`Condition::text`].
    Unknown(Reason),
}

/// A question about what ran before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// Everything succeeded: `success()`, `succeeded()`, `when: on_success`.
    Success,
    /// Something failed: `failure()`, `failed()`, `when: on_failure`.
    Failure,
    /// Whatever happened, cancelled too: `always()`.
    Always,
    /// The run was cancelled: `cancelled()`, `canceled()`.
    Cancelled,
    /// Succeeded or failed, not cancelled: `succeededOrFailed()`.
    Finished,
}

/// A comparison. Texts of GitHub and Azure are compared without regard to case, those of GitLab and Jenkins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Comparison {
    /// `==`, `eq`
    Equal,
    /// `!=`, `ne`
    NotEqual,
    /// `<`, `lt`
    Less,
    /// `<=`, `le`
    LessOrEqual,
    /// `>`, `gt`
    Greater,
    /// `>=`, `ge`
    GreaterOrEqual,
    /// `=~`: the right side is a regular expression.
    Matches,
    /// `!~`
    MatchesNot,
}

impl Expr {
    /// An expression.
    pub fn new(kind: ExprKind, at: Span) -> Self {
        Self { kind, at }
    }

    /// The value, where it is a literal.
    pub fn literal(&self) -> Option<&Value> {
        match &self.kind {
            ExprKind::Literal(value) => Some(value),
            _ => None,
        }
    }

    /// The name with dots between its parts, where it is one.
    pub fn name(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(parts) => Some(parts.join(".")),
            _ => None,
        }
    }

    /// Every expression in it, itself first, in the order in which they are written.
    pub fn walk(&self) -> Vec<&Expr> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            found.push(expr);
            let from = open.len();
            match &expr.kind {
                ExprKind::Index(a, b) | ExprKind::Compare(_, a, b) => open.extend([&**a, &**b]),
                ExprKind::Not(a) => open.push(a),
                ExprKind::Status(_, list) | ExprKind::Call(_, list) | ExprKind::And(list) | ExprKind::Or(list) => {
                    open.extend(list);
                }
                ExprKind::Literal(_) | ExprKind::Name(_) | ExprKind::Wildcard | ExprKind::Unknown(_) => {}
            }
            open[from..].reverse();
        }
        found
    }

    /// Whether it asks what ran before: such a condition replaces the platform's default of success.
    pub fn asks_status(&self) -> bool {
        self.walk().iter().any(|expr| matches!(expr.kind, ExprKind::Status(..)))
    }
}

/// A condition as it is written and as it is understood.
#[derive(Clone, Debug)]
pub struct Condition {
    /// As it is written.
    pub text: Arc<str>,
    /// Where the value is written.
    pub at: Span,
    /// Where the key is written.
    pub key: Option<Span>,
    /// The expression, with everything put in that is known. `ExprKind::Unknown` where it could not be parsed.
    pub expr: Expr,
}

impl Condition {
    /// Its answer, where it is the same in every run.
    pub fn decided(&self) -> Option<bool> {
        if let ExprKind::Call(name, parts) = &self.expr.kind {
            // A text that is put together is true as soon as anything in it is certain.
            let certain = |part: &Expr| part.literal().and_then(Value::as_text).is_some_and(|text| !text.is_empty());
            if &**name == "concat" && parts.iter().any(certain) {
                return Some(true);
            }
        }
        self.expr.literal().and_then(crate::expression::truthy)
    }
}

/// A compile-time condition that could not be decided: what it guards is in the pipeline only if it turns out so.
#[derive(Clone, Debug)]
pub struct Guard {
    /// As it is written.
    pub text: Arc<str>,
    /// Where.
    pub at: Span,
    /// The expression, with everything put in that is known.
    pub expr: Arc<Expr>,
    /// What it has to be.
    pub expected: bool,
}
