//! What is known while a script runs.

use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use volary_model::Span;

use super::super::tree::{Language, NodeId};

/// Whether something follows from findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// It does not.
    #[default]
    None,
    /// It does, and nothing was found.
    Clean,
    /// It does, and something was found.
    Dirty,
}

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Code {
    Zero,
    NonZero,
    /// A test of findings that is not computed: whoever wrote it meant it to fail on findings, where failing means something.
    Judged,
    Unknown,
}

/// How a command ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exit {
    pub(super) code: Code,
    pub(super) mark: Mark,
    /// Of a judged one: whether it is success, by the sense of the test.
    pub(super) leaning: Option<bool>,
}

impl Exit {
    pub(super) const fn new(code: Code, mark: Mark) -> Self {
        Self { code, mark, leaning: None }
    }

    pub(super) const ZERO: Self = Self::new(Code::Zero, Mark::None);

    pub(super) fn join(&self, other: &Self) -> Self {
        let code = if self.code == other.code { self.code } else { Code::Unknown };
        let leaning = if self.leaning == other.leaning { self.leaning } else { None };
        Self { code, mark: self.mark.max(other.mark), leaning }
    }

    /// Whether a finding is what it may fail of.
    pub(super) fn found(&self) -> bool {
        self.mark == Mark::Dirty && self.code != Code::Zero
    }
}

/// The value of a variable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) text: Option<Arc<str>>,
    /// Whether it is zero, as a number.
    pub(super) zero: Option<bool>,
    pub(super) mark: Mark,
    /// It is the exit code of something that perhaps fails.
    pub(super) doubt: bool,
}

impl Value {
    pub(super) fn known(text: impl Into<Arc<str>>) -> Self {
        let text: Arc<str> = text.into();
        let zero = text.trim().parse::<f64>().ok().map(|number| number == 0.0);
        Self { text: Some(text), zero, mark: Mark::None, doubt: false }
    }

    pub(super) fn unknown(mark: Mark) -> Self {
        Self { text: None, zero: None, mark, doubt: false }
    }

    pub(super) fn of_exit(exit: &Exit) -> Self {
        let zero = match exit.code {
            Code::Zero => Some(true),
            Code::NonZero => Some(false),
            _ => None,
        };
        let text = (zero == Some(true)).then(|| "0".into());
        Self { text, zero, mark: exit.mark, doubt: exit.code == Code::Unknown }
    }

    /// As an exit code.
    pub(super) fn exit(&self) -> Exit {
        let code = match (self.zero, self.mark) {
            (Some(true), _) => Code::Zero,
            (Some(false), _) => Code::NonZero,
            (None, Mark::None) => Code::Unknown,
            (None, _) if self.doubt => Code::Unknown,
            (None, _) => Code::Judged,
        };
        Exit::new(code, self.mark)
    }

    pub(super) fn join(&self, other: &Self, mark: Mark) -> Self {
        if self == other {
            return self.clone();
        }
        Self {
            text: if self.text == other.text { self.text.clone() } else { None },
            zero: if self.zero == other.zero { self.zero } else { None },
            mark: self.mark.max(other.mark).max(mark),
            doubt: self.doubt || other.doubt,
        }
    }
}

/// A finding whose exit code nobody has asked for yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) at: Span,
    pub(super) written: Arc<str>,
}

/// The state of a shell. It is handed through many calls, so it is one pointer.
#[derive(Clone, Debug)]
pub(super) struct State(Box<Inner>);

impl Deref for State {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl DerefMut for State {
    fn deref_mut(&mut self) -> &mut Inner {
        &mut self.0
    }
}

/// What a state holds.
#[derive(Clone, Debug)]
pub(super) struct Inner {
    pub(super) variables: Arc<BTreeMap<Arc<str>, Value>>,
    /// Files that follow from findings.
    pub(super) files: Arc<BTreeMap<Arc<str>, Mark>>,
    /// What later steps see.
    pub(super) outputs: Arc<BTreeMap<Arc<str>, Value>>,
    pub(super) arguments: Option<Arc<Vec<Value>>>,
    pub(super) language: Language,
    pub(super) errexit: bool,
    pub(super) pipefail: bool,
    /// PowerShell: exit codes of programs count as errors.
    pub(super) native: bool,
    pub(super) exit: Exit,
    /// Of PowerShell: how the last program ended.
    pub(super) program: Exit,
    pub(super) pipe: Arc<Vec<Exit>>,
    /// What the way to here depends on.
    pub(super) control: Mark,
    /// What standard input depends on.
    pub(super) input: Mark,
    /// What was printed since capturing began depends on this.
    pub(super) output: Mark,
    pub(super) pending: Option<Pending>,
    /// What runs in the background.
    pub(super) background: Option<Exit>,
    /// The platform was told that the step failed.
    pub(super) failed: bool,
    pub(super) trap: Option<NodeId>,
}

impl State {
    pub(super) fn new(language: Language) -> Self {
        Self(Box::new(Inner {
            variables: Arc::default(),
            files: Arc::default(),
            outputs: Arc::default(),
            arguments: None,
            language,
            errexit: false,
            pipefail: false,
            native: false,
            exit: Exit::ZERO,
            program: Exit::ZERO,
            pipe: Arc::default(),
            control: Mark::None,
            input: Mark::None,
            output: Mark::None,
            pending: None,
            background: None,
            failed: false,
            trap: None,
        }))
    }

    /// The same with another exit code.
    pub(super) fn ended(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    pub(super) fn set(&mut self, name: &str, mut value: Value) {
        value.mark = value.mark.max(self.control);
        Arc::make_mut(&mut self.variables).insert(name.into(), value);
    }

    pub(super) fn mark_file(&mut self, path: &str, mark: Mark) {
        if mark == Mark::None || path.is_empty() {
            return;
        }
        let known = self.files.get(path).copied().unwrap_or_default();
        if mark > known {
            Arc::make_mut(&mut self.files).insert(path.into(), mark);
        }
    }

    /// The state after either of two ways that differ by something with this mark.
    pub(super) fn join(mut self, other: &Self, mark: Mark) -> Self {
        if !Arc::ptr_eq(&self.variables, &other.variables) {
            self.variables = Arc::new(join_maps(&self.variables, &other.variables, mark));
        }
        if !Arc::ptr_eq(&self.outputs, &other.outputs) {
            self.outputs = Arc::new(join_maps(&self.outputs, &other.outputs, mark));
        }
        if !Arc::ptr_eq(&self.files, &other.files) {
            for (path, mark) in other.files.iter() {
                self.mark_file(path, *mark);
            }
        }
        self.errexit &= other.errexit;
        self.pipefail &= other.pipefail;
        self.exit = self.exit.join(&other.exit);
        self.program = self.program.join(&other.program);
        self.control = self.control.max(other.control);
        self.output = self.output.max(other.output);
        if self.pending.is_none() {
            self.pending.clone_from(&other.pending);
        }
        if self.background.is_none() {
            self.background.clone_from(&other.background);
        }
        self.failed |= other.failed;
        self.trap = self.trap.or(other.trap);
        self
    }

    /// What a process of its own leaves behind: files, what the platform was told, what it printed.
    pub(super) fn take(&mut self, inner: &Self) {
        self.files = inner.files.clone();
        self.outputs = inner.outputs.clone();
        self.failed |= inner.failed;
        self.output = self.output.max(inner.output);
        if self.language == inner.language {
            self.program = inner.program;
        }
    }
}

fn join_maps(
    own: &BTreeMap<Arc<str>, Value>,
    other: &BTreeMap<Arc<str>, Value>,
    mark: Mark,
) -> BTreeMap<Arc<str>, Value> {
    let mut joined = own.clone();
    for (name, value) in other {
        let together = match own.get(name) {
            Some(known) => known.join(value, mark),
            None => Value { text: None, zero: None, mark: value.mark.max(mark), doubt: value.doubt },
        };
        joined.insert(name.clone(), together);
    }
    for (name, value) in own {
        if !other.contains_key(name) {
            let alone = Value { text: None, zero: None, mark: value.mark.max(mark), doubt: value.doubt };
            joined.insert(name.clone(), alone);
        }
    }
    joined
}

/// The ways in which a statement may end.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    /// The next statement follows.
    pub(super) next: Option<State>,
    /// The script ends.
    pub(super) exit: Option<State>,
    /// The function ends.
    pub(super) back: Option<State>,
    /// The loop ends, or goes on.
    pub(super) leave: Option<State>,
}

impl Outcome {
    pub(super) fn next(state: State) -> Self {
        Self { next: Some(state), ..Self::default() }
    }

    /// Whether every way ends in failure.
    pub(super) fn fails(&self) -> bool {
        let bad = |state: &State| state.exit.code == Code::NonZero || state.failed;
        let ends = self.exit.as_ref().is_none_or(bad) && self.back.as_ref().is_none_or(bad);
        let open = self.next.as_ref().is_none_or(|state| state.failed) && self.leave.is_none();
        let any = self.exit.is_some() || self.back.is_some() || self.next.is_some();
        any && ends && open
    }

    /// Whether a finding is why it ends.
    pub(super) fn found(&self) -> bool {
        let found = |state: &State| state.exit.found();
        self.exit.as_ref().is_some_and(found) || self.back.as_ref().is_some_and(found)
    }

    /// Whether it may end otherwise than with the next statement.
    pub(super) fn splits(&self) -> bool {
        self.exit.is_some() || self.back.is_some() || self.leave.is_some()
    }

    pub(super) fn join(self, other: Self, mark: Mark) -> Self {
        Self {
            next: either(self.next, other.next, mark),
            exit: either(self.exit, other.exit, mark),
            back: either(self.back, other.back, mark),
            leave: either(self.leave, other.leave, mark),
        }
    }

    /// What ends here besides the ways that go on.
    pub(super) fn absorb(&mut self, other: Self) -> Option<State> {
        self.exit = either(self.exit.take(), other.exit, Mark::None);
        self.back = either(self.back.take(), other.back, Mark::None);
        self.leave = either(self.leave.take(), other.leave, Mark::None);
        other.next
    }
}

pub(super) fn either(a: Option<State>, b: Option<State>, mark: Mark) -> Option<State> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.join(&b, mark)),
        (a, b) => a.or(b),
    }
}
