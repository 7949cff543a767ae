//! Shell scripts: commands in order, with everything that their exit codes depend on.
//!
//! The grammar is bash's, which reads POSIX scripts too. A script is a flat list of nodes that know their parent, so no
//! consumer needs to recurse.

mod build;
mod word;
mod wrappers;

use std::ops::Range;

pub use word::{Part, Word};
pub use wrappers::{Effective, Inner, effective, is_wrapper};

/// Most bytes of a script that are read; of a longer one the first lines that fit.
pub const MAX_SCRIPT: usize = 256 * 1024;

/// Most pipes of one statement, and most brackets that are open at once. What comes behind more of them is not read.
pub const MAX_OPEN: usize = 500;

/// Identifies a node within its script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// A script.
#[derive(Clone, Debug, Default)]
pub struct Script {
    /// All nodes; a [`NodeId`] is an index. The first is the sequence that is the script. Parents come before their
    /// children.
    pub nodes: Vec<Node>,
    /// The places that are no shell; what could be made out in them is in `nodes` all the same.
    pub errors: Vec<Range<usize>>,
    /// The script is longer than [`MAX_SCRIPT`] or has more than [`MAX_OPEN`] pipes or open brackets in one statement,
    /// and only its start was read.
    pub cut: bool,
}

/// A command or something made of commands.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Its bytes.
    pub range: Range<usize>,
    /// What it is part of.
    pub parent: Option<NodeId>,
    /// What it is there.
    pub role: Role,
    /// Its parts in order.
    pub children: Vec<NodeId>,
    /// How it follows the sibling before it; `None` for the first.
    pub after: Option<Operator>,
    /// It runs in the background (`&`).
    pub background: bool,
    /// Its redirections.
    pub redirects: Vec<Redirect>,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Statements one after the other.
    Sequence,
    /// Statements joined by `&&` and `||`.
    AndOr,
    /// Commands joined by `|`.
    Pipeline,
    /// `! command`
    Negation,
    /// A simple command, an assignment, a test, a declaration.
    Command(Command),
    /// `( ... )`
    Subshell,
    /// `{ ...; }`
    Group,
    /// `if`: its children are conditions, branches and perhaps an else, told apart by their role.
    If,
    /// `while` or `until`: a condition and a body.
    Loop,
    /// `for` and `select`: the words that it runs over, and a body.
    For {
        /// The variable.
        variable: String,
        /// The words; none in the C form.
        words: Vec<Word>,
    },
    /// `case`: one child for each item.
    Case {
        /// The word that decides.
        word: Option<Word>,
    },
    /// A function: its body runs where it is called.
    Function {
        /// The name.
        name: String,
    },
    /// `$( ... )` or backquotes in a word of the parent.
    Substitution,
    /// `<( ... )` or `>( ... )` in a word of the parent.
    ProcessSubstitution,
}

/// What a node is to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// A statement, a member of a pipeline, a body.
    Body,
    /// A condition: its failure does not end a script under `set -e`.
    Condition,
    /// The branch behind the condition before it.
    Then,
    /// The branch without a condition.
    Else,
    /// Inside of a word.
    Word,
}

/// What stands between two siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `&&`
    And,
    /// `||`
    Or,
    /// `;` or the end of a line.
    Then,
    /// `&`
    Background,
    /// `|`
    Pipe,
    /// `|&`
    PipeBoth,
}

impl Operator {
    /// As it is written; the end of a line as `;`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::And => "&&",
            Self::Or => "||",
            Self::Then => ";",
            Self::Background => "&",
            Self::Pipe => "|",
            Self::PipeBoth => "|&",
        }
    }
}

/// A simple command.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// The name; `None` of a bare assignment or redirection. A test is named `[`, `[[` or `((`.
    pub name: Option<Word>,
    /// The arguments.
    pub arguments: Vec<Word>,
    /// The assignments before the name; of `export` and the like, those among the arguments too.
    pub assignments: Vec<Assignment>,
}

/// `NAME=value`
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The variable.
    pub name: String,
    /// The value; `None` where it is empty.
    pub value: Option<Word>,
    /// Its bytes.
    pub range: Range<usize>,
}

/// A redirection.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// `>`, `>>`, `<`, `2>&1` as `>&`, `<<`, `<<-`, `<<<`, ...
    pub operator: String,
    /// The file descriptor before the operator.
    pub descriptor: Option<String>,
    /// The file or descriptor; of a heredoc and a here string the text.
    pub target: Option<Word>,
    /// Its bytes.
    pub range: Range<usize>,
}

impl Script {
    /// The node with this id.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The simple commands in the order in which they are written.
    pub fn commands(&self) -> impl Iterator<Item = (NodeId, &Command)> {
        let mut ids: Vec<u32> = (0..self.nodes.len() as u32).collect();
        ids.sort_by_key(|id| (self.nodes[*id as usize].range.start, *id));
        ids.into_iter().filter_map(|id| match &self.nodes[id as usize].kind {
            Kind::Command(command) => Some((NodeId(id), command)),
            _ => None,
        })
    }

    /// A node and everything that it is part of, innermost first.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(id), |id| self.node(*id).parent)
    }
}

/// Parses a script. It never fails: what is no shell is noted in [`Script::errors`]. Ranges are bytes of `text`.
pub fn parse(text: &str) -> Script {
    build::parse(text)
}

#[cfg(test)]
mod tests;
