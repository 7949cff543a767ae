//! Text in a page: everything that comes from elsewhere passes here.

use crate::escape::xml;

/// The text as plain words.
pub(super) fn plain(text: &str) -> String {
    xml(text, false)
}

/// The text with what stands between backticks as code.
pub(super) fn rich(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return plain(text);
    }
    let part = |(index, part): (usize, &str)| match index % 2 {
        1 => code(part),
        _ => plain(part),
    };
    text.split('`').enumerate().map(part).collect()
}

/// The text as code.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", plain(text))
}

/// The text in at most so many columns, its end left out.
pub(super) fn short(text: &str, columns: usize) -> String {
    plain(&crate::text::fit(&crate::escape::visible(text), columns))
}
