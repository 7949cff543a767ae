//! Data sources whose answer follows from their arguments, or of whose answer something is known in advance.

mod aws_iam;
mod facts;
mod google_iam;
mod render;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use volary_model::{Entry, Value};

use super::functions::Call;

/// The computed attributes of a data source of this kind with these arguments (blocks are lists of maps), or `None`
/// where nothing is known of the kind. Attributes that are written in the block are not repeated. The span of `context`
/// is the block.
pub(crate) fn compute(kind: &str, values: &Value, context: &Call<'_>) -> Option<Vec<Entry>> {
    match kind {
        "aws_iam_policy_document" => Some(aws_iam::policy_document(values, context)),
        "google_iam_policy" => Some(google_iam::policy(values, context)),
        "template_file" => Some(render::template_file(values, context)),
        "template_cloudinit_config" | "cloudinit_config" => Some(render::cloudinit(values, context)),
        "local_file" => Some(render::local_file(values, context, false)),
        "local_sensitive_file" => Some(render::local_file(values, context, true)),
        "null_data_source" => Some(render::null_data_source(values)),
        _ => facts::computed(kind, values),
    }
}

fn entry(key: impl Into<Arc<str>>, value: Value) -> Entry {
    Entry { key: key.into(), key_span: None, value }
}

/// An argument that is written and not null.
fn argument<'v>(values: &'v Value, name: &str) -> Option<&'v Value> {
    values.get(name).filter(|value| !value.is_null())
}
