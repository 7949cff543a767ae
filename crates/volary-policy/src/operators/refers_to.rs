//! `refers_to`: the value refers to a resource of this kind.

use volary_model::Value;

use super::{Answer, Spec, Takes};
use crate::evaluate::Scope;

pub(crate) const SPEC: Spec = Spec {
    name: "refers_to",
    takes: Takes::Anything,
    argument: "a kind",
    meaning: "The value refers to a resource of this kind in the same unit, directly, through other resources, or by \
              its identity.",
    examples: &[
        ("{refers_to: aws_kms_key}", "\"alias/aws/s3\"", "false"),
        ("{refers_to: aws_kms_key}", "absent", "false"),
        ("{refers_to: aws_kms_key}", "\"\"", "false"),
        ("{refers_to: aws_kms_key}", "[]", "false"),
        ("{refers_to: aws_kms_key}", "unknown", "unknown"),
    ],
};

pub(crate) fn test(kind: &str, value: &Value, scope: &Scope<'_>) -> Answer {
    Ok(scope.refers_to(value, kind))
}
