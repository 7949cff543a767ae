//! A single value that a policy compares with, read as the type that it is compared with.

use std::borrow::Cow;
use std::sync::Arc;

use volary_model::{Data, Number, Type, Unknown, Value};

use super::{Answer, WrongType, fits};
use crate::truth::Truth;

/// A single value of a policy: `on`, `0600` and `1.20` stay what they are until they are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// As written.
    pub(crate) text: Arc<str>,
    /// Its number, where it spells one.
    pub(crate) number: Option<Number>,
    /// Its truth value, where it spells one.
    pub(crate) truth: Option<bool>,
    /// The declared type of what it is compared with.
    pub(crate) declared: Type,
    /// In lower case, where the case of letters does not count.
    pub(crate) folded: Option<Arc<str>>,
}

impl Scalar {
    pub(crate) fn new(text: Arc<str>, declared: Type, ignore_case: bool) -> Self {
        let truth = match &*text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        let folded = ignore_case.then(|| text.to_ascii_lowercase().into());
        Self { number: Number::parse(&text), truth, declared, folded, text }
    }

    pub(crate) fn ignores_case(&self) -> bool {
        self.folded.is_some()
    }

    /// Whether a value that is there equals it.
    #[inline]
    pub(crate) fn equals(&self, value: &Value) -> Answer {
        match &value.data {
            Data::Text(text) => self.equals_text(text),
            Data::Bool(truth) => Ok(Truth::from(self.truth == Some(*truth))),
            Data::Number(number) => Ok(Truth::from(self.number == Some(*number))),
            Data::Unknown(unknown) => Ok(self.equals_unknown(unknown)),
            Data::Null => Ok(Truth::False),
            Data::List(_) | Data::Map(_) => Err(WrongType),
        }
    }

    fn equals_text(&self, text: &str) -> Answer {
        let same = match &self.folded {
            Some(folded) => text.eq_ignore_ascii_case(folded),
            None => text == &*self.text,
        };
        if same {
            return Ok(Truth::True);
        }
        match self.declared {
            // Terraform turns texts into what the schema asks for.
            Type::Bool if !matches!(text, "true" | "false") => Err(WrongType),
            Type::Number => match Number::parse(text) {
                Some(number) => Ok(Truth::from(self.number == Some(number))),
                None => Err(WrongType),
            },
            _ => Ok(Truth::False),
        }
    }

    fn equals_unknown(&self, unknown: &Unknown) -> Truth {
        // A number is spelled in several ways (`1.0`), so its text says little.
        let spelled_otherwise = self.declared == Type::Number;
        Truth::unknown_if(spelled_otherwise || fits::can_be(unknown, self))
    }
}

/// A single value as its text; an error where it is no single value.
pub(crate) fn text_of(value: &Value) -> Result<Cow<'_, str>, WrongType> {
    match &value.data {
        Data::Text(text) => Ok(Cow::Borrowed(text)),
        Data::Number(number) => Ok(Cow::Owned(number.to_string())),
        Data::Bool(truth) => Ok(Cow::Borrowed(if *truth { "true" } else { "false" })),
        _ => Err(WrongType),
    }
}
