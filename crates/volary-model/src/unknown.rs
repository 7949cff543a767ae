//! What is known of a value that is not known.

use std::fmt;
use std::sync::Arc;

/// Why a value cannot be known before deployment. The text names what would have to be known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reason {
    /// The class of the reason.
    pub kind: ReasonKind,
    /// What it is about: the variable, module source, address or function.
    pub about: Arc<str>,
}

/// Classes of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReasonKind {
    /// A module whose source is not on this machine.
    RemoteModule,
    /// A data source: its answer comes from the provider.
    DataSource,
    /// An attribute that the provider computes.
    Computed,
    /// A variable without default and without a value in any variable file.
    VariableWithoutValue,
    /// A function or expression that cannot be evaluated here.
    NotEvaluated,
    /// A limit on work or size was reached.
    Limit,
    /// A file or block that could not be read.
    Unreadable,
    /// The key of `each` or `count` is not known.
    InstanceKey,
    /// The documentation states no default: the provider chooses.
    ProviderChooses,
    /// The value has a type that the attribute does not take.
    WrongType,
    /// A part of the environment that is not in these files.
    Outside,
    /// It is written in the words of another provider or format, in which nobody has said where it stands.
    NotMapped,
    /// A parameter or input that a person or a caller chooses when a pipeline starts.
    ChosenAtStart,
    /// A value that only the run itself knows: the commit, the branch, a build number, the output of a step.
    RunTime,
    /// A variable that no file sets: it lies in a variable group or in the settings of the platform.
    PlatformVariable,
    /// A secret.
    Secret,
    /// A template, action, include or library of another repository that is not among the sources.
    MissingSource,
}

impl Reason {
    /// A reason about something.
    pub fn new(kind: ReasonKind, about: impl Into<Arc<str>>) -> Self {
        Self { kind, about: about.into() }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = &self.about;
        match self.kind {
            ReasonKind::RemoteModule => write!(f, "module `{about}` is not installed here"),
            ReasonKind::DataSource => write!(f, "`{about}` is read from the provider"),
            ReasonKind::Computed => write!(f, "`{about}` is known only after it is created"),
            ReasonKind::VariableWithoutValue => write!(f, "variable `{about}` has no value in these files"),
            ReasonKind::NotEvaluated => write!(f, "`{about}` cannot be evaluated here"),
            ReasonKind::Limit => write!(f, "a limit was reached: {about}"),
            ReasonKind::Unreadable => write!(f, "`{about}` could not be read"),
            ReasonKind::InstanceKey => write!(f, "the instances of `{about}` are not known"),
            ReasonKind::ProviderChooses => write!(f, "`{about}` is chosen by the provider"),
            ReasonKind::WrongType => write!(f, "`{about}` has an unexpected type"),
            ReasonKind::Outside => write!(f, "`{about}` lies outside these files"),
            ReasonKind::NotMapped => write!(f, "`{about}` is written in a form that it is not yet read from"),
            ReasonKind::ChosenAtStart => write!(f, "`{about}` is chosen when the pipeline starts"),
            ReasonKind::RunTime => write!(f, "`{about}` is known only while the pipeline runs"),
            ReasonKind::PlatformVariable => write!(f, "`{about}` is set on the platform, not in these files"),
            ReasonKind::Secret => write!(f, "`{about}` is a secret"),
            ReasonKind::MissingSource => write!(f, "`{about}` lies in a repository that was not given"),
        }
    }
}

/// A type in Terraform's sense; `Any` where nothing is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// Not known.
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    Text,
    /// `list(T)`, `set(T)` and tuples
    List(Box<Type>),
    /// `map(T)`
    Map(Box<Type>),
    /// `object({...})`: attributes with their type and whether they are optional.
    Object(Vec<(Arc<str>, Type, bool)>),
}

/// A stretch of a text that is partly known: `arn:aws:s3:::${..}/*` is known, hole, known.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextPart {
    /// Literal text.
    Known(Arc<str>),
    /// Any text, also none.
    Hole,
}

/// A value that is not known, with what is known of it all the same. Every field restricts the values that fit; a test
/// on an unknown is decided where all values that fit agree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unknown {
    /// Why.
    pub reason: Reason,
    /// The type, if known.
    pub ty: Type,
    /// It is certainly not null.
    pub not_null: bool,
    /// If it is a text, list or map, it has at least one character or element.
    pub not_empty: bool,
    /// If it is a text: literal stretches and holes, in order. Empty means nothing is known of the text.
    pub text: Vec<TextPart>,
    /// If it is a list or map: at most so many elements.
    pub at_most: Option<u32>,
}

impl Unknown {
    /// Nothing known but the reason.
    pub fn new(reason: Reason) -> Self {
        Self { reason, ty: Type::Any, not_null: false, not_empty: false, text: Vec::new(), at_most: None }
    }

    /// The literal text that the value certainly starts with.
    pub fn prefix(&self) -> &str {
        match self.text.first() {
            Some(TextPart::Known(text)) => text,
            _ => "",
        }
    }

    /// The literal text that the value certainly ends with.
    pub fn suffix(&self) -> &str {
        match self.text.last() {
            Some(TextPart::Known(text)) => text,
            _ => "",
        }
    }
}
