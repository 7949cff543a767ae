//! What is known of an operator besides its code: for the compiler, the documentation and the tests.

use volary_model::Type;

use super::*;

/// The types that an operator takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Whatever there is.
    Anything,
    /// A text, number or truth value.
    Scalar,
    /// A text (a number counts as its digits).
    Text,
    /// A number (a text counts as the number that it spells).
    Number,
    /// A list; a single value counts as a list of one.
    List,
}

impl Takes {
    /// Whether an attribute of the declared type can be tested.
    pub(crate) fn accepts(self, ty: &Type) -> bool {
        match (self, ty) {
            (Self::Anything, _) | (_, Type::Any) => true,
            (Self::Scalar, ty) => matches!(ty, Type::Text | Type::Number | Type::Bool),
            (Self::Text, ty) => matches!(ty, Type::Text | Type::Number),
            (Self::Number, ty) => matches!(ty, Type::Text | Type::Number),
            (Self::List, ty) => matches!(ty, Type::List(_)),
        }
    }

    /// For messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anything => "anything",
            Self::Scalar => "a single value",
            Self::Text => "a text",
            Self::Number => "a number",
            Self::List => "a list",
        }
    }
}

/// The face of an operator.
#[derive(Debug)]
pub struct Spec {
    /// As policies write it.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Its argument, for the documentation.
    pub argument: &'static str,
    /// When it holds, one sentence.
    pub meaning: &'static str,
    /// Test, value, answer: a test as YAML, a value as JSON (or `absent`, `unknown`), `true`, `false`, `unknown` or
    /// `wrong type`.
    pub examples: &'static [(&'static str, &'static str, &'static str)],
}

/// Every operator, in the order of the documentation.
pub(crate) static SPECS: [&Spec; 23] = [
    &equals::SPEC,
    &is_in::SPEC,
    &not_in::SPEC,
    &exists::SPEC,
    &empty::SPEC,
    &matches::SPEC,
    &contains::SPEC,
    &starts_with::SPEC,
    &ends_with::SPEC,
    &longer_than::SPEC,
    &at_least::SPEC,
    &at_most::SPEC,
    &version_at_least::SPEC,
    &older_than::SPEC,
    &cidr::SPEC,
    &port::SPEC,
    &grants::SPEC,
    &secret_like::SPEC,
    &same_as::SPEC,
    &refers_to::SPEC,
    &has::SPEC,
    &only::SPEC,
    &has_all::SPEC,
];

/// The operator with this name.
pub(crate) fn find(name: &str) -> Option<&'static Spec> {
    SPECS.iter().copied().find(|spec| spec.name == name)
}

/// Every operator of the policy language, for documentation and help.
pub fn operators() -> impl Iterator<Item = &'static Spec> {
    SPECS.iter().copied()
}
