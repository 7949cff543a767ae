//! The tree that scripts of every language are lowered to. Calls are written out, so that it is run from front to back.

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::Span;

use super::CommandId;

/// A node of the tree: an index.
pub(super) type NodeId = u32;

/// A script with everything that it calls.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// Children come before their parents.
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    /// Values of variables that come from outside, as far as they are known and read.
    pub(super) initial: BTreeMap<Arc<str>, Arc<str>>,
    /// What the platform puts in, by the name of the variable that stands for it.
    pub(super) holes: BTreeMap<Arc<str>, Arc<str>>,
    /// Indexes of conditions by their text.
    pub(super) conditions: BTreeMap<Arc<str>, usize>,
    /// The step's name.
    pub(super) step: Option<Arc<str>>,
    /// The exit code is returned to the pipeline's own code, at this place.
    pub(super) returns_status: Option<(Span, Arc<str>)>,
    /// The platform is Azure: output that starts with `##vso[` commands it.
    pub(super) azure: bool,
}

/// A statement.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) at: Span,
    /// One line, shortened.
    pub(super) written: Arc<str>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Sequence(Vec<NodeId>),
    /// Statements joined by `&&` (true) and `||`.
    Joined {
        first: NodeId,
        rest: Vec<Member>,
    },
    Pipeline(Vec<NodeId>),
    Negated(NodeId),
    /// Own variables and options; ends where it exits.
    Subshell(NodeId),
    Background(NodeId),
    If {
        arms: Vec<(NodeId, NodeId)>,
        otherwise: Option<NodeId>,
    },
    Loop {
        condition: NodeId,
        body: NodeId,
        until: bool,
        /// It takes one positional parameter after the other.
        shifts: bool,
    },
    /// A loop over words: each item's body is written out, or one stands for all.
    Each {
        variable: Option<Arc<str>>,
        items: Vec<(Word, NodeId)>,
        /// Substitutions in the words.
        before: Vec<NodeId>,
    },
    Case {
        subject: Word,
        arms: Vec<Arm>,
        before: Vec<NodeId>,
    },
    /// The body of something called.
    Frame {
        kind: FrameKind,
        /// The positional parameters, where the call sets them.
        arguments: Option<Vec<Word>>,
        body: NodeId,
    },
    /// Something with redirections of its own.
    Redirected {
        body: NodeId,
        how: Simple,
    },
    /// PowerShell's `try`.
    Try {
        body: NodeId,
        catch: Option<NodeId>,
        finally: Option<NodeId>,
    },
    Simple(Simple),
}

/// A member of an and-or list.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) and: bool,
    pub(super) node: NodeId,
    /// The operator and the member.
    pub(super) at: Span,
    pub(super) written: Arc<str>,
}

/// A branch of a `case`.
#[derive(Clone, Debug)]
pub(super) struct Arm {
    pub(super) patterns: Vec<Word>,
    pub(super) body: NodeId,
}

/// What is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// A function: `return` ends it, `exit` the script.
    Function,
    /// A file that is sourced: like a function without own parameters.
    Sourced,
    /// A script of its own: `exit` ends it, and its variables are its own.
    Process { language: Language, errexit: bool, pipefail: bool },
}

/// A family of shells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Posix,
    /// With what decides at the end.
    PowerShell(PowerEnd),
    Cmd,
}

/// What a PowerShell script ends with when nothing is thrown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PowerEnd {
    /// Success.
    Success,
    /// The exit code of the last program.
    LastProgram,
    /// Whether its last statement succeeded: `pwsh -Command`.
    LastStatement,
}

/// A command.
#[derive(Clone, Debug)]
pub(super) struct Simple {
    pub(super) command: Option<CommandId>,
    pub(super) act: Act,
    pub(super) assignments: Vec<(Arc<str>, Word)>,
    pub(super) words: Vec<Word>,
    /// Substitutions, run before; [`Piece::Output`] refers to them.
    pub(super) before: Vec<NodeId>,
    /// What it is given: files and texts.
    pub(super) reads: Vec<Word>,
    pub(super) texts: Vec<Word>,
    /// Files that its output goes to.
    pub(super) writes: Vec<Word>,
    /// Its output does not reach the next command of a pipe, or the variable.
    pub(super) silent: bool,
}

impl Default for Simple {
    fn default() -> Self {
        Self {
            command: None,
            act: Act::Plain,
            assignments: Vec::new(),
            words: Vec::new(),
            before: Vec::new(),
            reads: Vec::new(),
            texts: Vec::new(),
            writes: Vec::new(),
            silent: false,
        }
    }
}

/// What a command does to the flow.
#[derive(Clone, Debug)]
pub(super) enum Act {
    /// A program that is taken to succeed.
    Plain,
    /// Assignments and nothing else; the exit code is that of the last substitution.
    Assign,
    /// `export`, `local`: the exit code of a substitution is lost.
    Declare,
    Test(Test),
    /// Asks something that the files do not know.
    Query,
    True,
    False,
    Exit,
    Return,
    Break,
    Continue,
    /// `throw`: fails whatever the options, unless it is caught.
    Throw,
    /// An error of PowerShell, which fails where errors stop.
    Raise,
    /// A command of PowerShell itself: it has no exit code, its failure is an error.
    Cmdlet,
    /// Options of the shell: name and whether it is switched on.
    Set(Vec<(ShellOption, bool)>),
    /// Code for the end of the script.
    TrapExit(NodeId),
    /// Prints its words.
    Echo,
    /// Reads a line into variables.
    Read,
    /// Puts its input into a variable and hands it on.
    Keep(Arc<str>),
    /// Its output follows from its input; it succeeds.
    Filter,
    /// Looks for text in its input: its exit code says whether it is there. With whether it was only asked (`-q`).
    Match {
        quiet: bool,
    },
    /// A piece of code that judges its input by its exit code.
    Judge,
    /// A program that could not be read; what it makes of its input is its own matter.
    Program,
    /// `wait`
    Wait,
    /// `shift`
    Shift,
}

/// An option of a shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShellOption {
    Errexit,
    Pipefail,
    /// PowerShell: exit codes of programs count as errors.
    Native,
}

/// A word.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    pub(super) pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(Arc<str>),
    Variable(Arc<str>),
    /// The output of a substitution of the same command.
    Output(usize),
    /// `${NAME:-word}`
    Default(Arc<str>, Arc<str>),
    /// Something computed from these variables.
    Computed(Vec<Arc<str>>),
}

/// A condition.
#[derive(Clone, Debug)]
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Compare {
        left: Word,
        how: How,
        right: Word,
    },
    /// Not empty.
    Filled(Word),
    /// True in the sense of a number or a PowerShell value.
    Truthy(Word),
    /// Something about a file.
    File(Word),
    /// Something that is not understood, about these words.
    Other(Vec<Word>),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Equal,
    /// With a pattern of `*` and `?` on the right.
    Like,
    Unequal,
    Unlike,
    /// A comparison of numbers.
    Same,
    Differs,
    Less,
    LessOrSame,
    More,
    MoreOrSame,
    /// A regular expression.
    Matches,
    NotMatches,
}

impl Word {
    pub(super) fn text(text: impl Into<Arc<str>>) -> Self {
        Self { pieces: vec![Piece::Text(text.into())] }
    }

    /// The text, where nothing is expanded.
    pub(super) fn literal(&self) -> Option<String> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                _ => return None,
            }
        }
        Some(text)
    }

    /// The variables that it reads.
    pub(super) fn names<'w>(&'w self, into: &mut Vec<&'w Arc<str>>) {
        for piece in &self.pieces {
            match piece {
                Piece::Variable(name) | Piece::Default(name, _) => into.push(name),
                Piece::Computed(names) => into.extend(names),
                Piece::Text(_) | Piece::Output(_) => {}
            }
        }
    }
}

impl Test {
    /// All words in it.
    pub(super) fn words<'t>(&'t self, into: &mut Vec<&'t Word>) {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.words(into)),
            Self::Not(test) => test.words(into),
            Self::Compare { left, right, .. } => into.extend([left, right]),
            Self::Filled(word) | Self::Truthy(word) | Self::File(word) => into.push(word),
            Self::Other(words) => into.extend(words),
        }
    }
}
