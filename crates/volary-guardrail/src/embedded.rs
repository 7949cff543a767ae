//! The catalogue that is compiled in.

use crate::CatalogueText;

mod table {
    include!(concat!(env!("OUT_DIR"), "/files.rs"));
}

/// The embedded files whose path starts with `prefix`, sorted by path.
pub(crate) fn files(prefix: &str) -> Vec<CatalogueText> {
    let files = table::FILES.iter().filter(|(path, _)| path.starts_with(prefix));
    files.map(|(path, text)| CatalogueText { path: (*path).into(), text: (*text).into() }).collect()
}
