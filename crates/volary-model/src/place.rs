//! Where things are: spans in files, pointers into snapshots, and the chain of places that a value came through.

use std::sync::Arc;

use crate::FileId;

/// A range of bytes in one file. Offsets are into the file's text as it is held in [`crate::Files`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span from byte `start` up to, not including, byte `end`. Offsets beyond 4 GiB are clamped; files that large are refused when read.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { file, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// The smallest span that covers both; `self` where they lie in different files.
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies within this span.
    pub fn contains(&self, other: &Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A pointer into a snapshot of a platform or an environment: things that have no file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer {
    /// Which snapshot (its name or path).
    pub source: Arc<str>,
    /// The identity of the object in the snapshot.
    pub id: Arc<str>,
    /// RFC 6901 JSON pointer inside the object.
    pub pointer: Arc<str>,
    /// When the answer was taken, RFC 3339.
    pub time: Arc<str>,
}

/// One place: in a file or in a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// In a file.
    Text(Span),
    /// In a snapshot.
    Snapshot(Arc<Pointer>),
}

impl Place {
    /// The span, where the place is in a file.
    pub fn span(&self) -> Option<Span> {
        match self {
            Self::Text(span) => Some(*span),
            Self::Snapshot(_) => None,
        }
    }
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Self::Text(span)
    }
}

/// What a place in an origin is to the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The attribute, key or instruction that holds the value.
    Attribute,
    /// A block, object or document that encloses it.
    Block,
    /// An argument of a module call.
    ModuleArgument,
    /// The default of a variable (or of a Dockerfile `ARG`).
    VariableDefault,
    /// A line of a `*.tfvars` file.
    VariableFile,
    /// A local value.
    Local,
    /// An output of a module.
    Output,
    /// An attribute of another resource or data source.
    ResourceAttribute,
    /// Nothing is written: the documented default of the provider applies. The place is the enclosing block.
    DocumentedDefault,
    /// Another resource that configures this one.
    Part,
    /// Inherited from a base image, stage, template or chart.
    Inherited,
}

/// Where a value comes from: the place of its last use and, behind it, the places it was handed on from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The place.
    pub place: Place,
    /// What the place is to the value.
    pub role: Role,
    /// Where the value at this place came from; `None` when it is written here.
    pub from: Option<Arc<Origin>>,
}

impl Origin {
    /// A value written at `span`.
    pub fn at(span: Span, role: Role) -> Self {
        Self { place: Place::Text(span), role, from: None }
    }

    /// A value used at `span` that came from `from`. Chains longer than 32 places keep their last uses.
    pub fn through(span: Span, role: Role, from: &Origin) -> Self {
        let from = if from.depth() >= 32 { None } else { Some(Arc::new(from.clone())) };
        Self { place: Place::Text(span), role, from }
    }

    /// The span of the last use, where it is in a file.
    pub fn span(&self) -> Option<Span> {
        self.place.span()
    }

    /// The chain, last use first.
    pub fn steps(&self) -> impl Iterator<Item = &Origin> {
        std::iter::successors(Some(self), |origin| origin.from.as_deref())
    }

    /// Where the value is written: the end of the chain.
    pub fn source(&self) -> &Origin {
        self.steps().last().unwrap_or(self)
    }

    fn depth(&self) -> usize {
        self.steps().count()
    }
}
