//! What the operators on texts share.

use std::sync::Arc;

use volary_model::{Data, Unknown, Value};

use super::Answer;
use super::scalar::text_of;
use crate::truth::Truth;

/// A text to look for.
#[derive(Clone, Debug)]
pub(crate) struct Needle {
    pub(crate) text: Arc<str>,
    pub(crate) ignore_case: bool,
}

impl Needle {
    pub(crate) fn new(text: Arc<str>, ignore_case: bool) -> Self {
        let text = if ignore_case { text.to_ascii_lowercase().into() } else { text };
        Self { text, ignore_case }
    }

    /// Asks about the text of a value, or about what is known of it; both in lower case where case does not count.
    pub(crate) fn ask(
        &self,
        value: &Value,
        on_text: impl Fn(&str, &str) -> bool,
        on_unknown: impl Fn(&Unknown, &dyn Fn(&str) -> String) -> Truth,
    ) -> Answer {
        let fold = |text: &str| if self.ignore_case { text.to_ascii_lowercase() } else { text.to_owned() };
        if let Data::Unknown(unknown) = &value.data {
            return Ok(on_unknown(unknown, &fold));
        }
        let text = text_of(value)?;
        if self.ignore_case {
            return Ok(Truth::from(on_text(&text.to_ascii_lowercase(), &self.text)));
        }
        Ok(Truth::from(on_text(&text, &self.text)))
    }
}

/// True where every value that fits agrees and is there at all; else unknown where some may.
pub(crate) fn decided(unknown: &Unknown, certain: bool, possible: bool) -> Truth {
    if certain && unknown.not_null { Truth::True } else { Truth::unknown_if(possible) }
}
