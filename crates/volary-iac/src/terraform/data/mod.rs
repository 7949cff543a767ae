//! Data sources whose answer follows from their arguments, or of whose answer something is known in advance.

use volary_model::{Entry, Value};

use super::functions::Call;

/// The computed attributes of a data source of this kind with these arguments (blocks are lists of maps), or `None`
/// where nothing is known of the kind. Attributes that are written in the block are not repeated.
pub(crate) fn compute(_kind: &str, _values: &Value, _context: &Call<'_>) -> Option<Vec<Entry>> {
    None
}
