//! The attributes of AWS resources that hold policy documents.

/// A policy document in a resource.
pub(super) struct Document {
    pub(super) kind: &'static str,
    pub(super) attribute: &'static str,
    pub(super) policy_kind: &'static str,
    /// The attribute that names the resource that the policy is of, and the kinds of that; empty where the resource has the
    /// policy itself.
    pub(super) of: &'static str,
    pub(super) owners: &'static [&'static str],
}

const fn own(kind: &'static str, attribute: &'static str, policy_kind: &'static str) -> Document {
    Document { kind, attribute, policy_kind, of: "", owners: &[] }
}

const fn of(
    kind: &'static str,
    attribute: &'static str,
    policy_kind: &'static str,
    of: &'static str,
    owners: &'static [&'static str],
) -> Document {
    Document { kind, attribute, policy_kind, of, owners }
}

/// In the order of kinds; see the registry's page on each.
pub(super) const DOCUMENTS: &[Document] = &[
    of("aws_acmpca_policy", "policy", "resource", "resource_arn", &["aws_acmpca_certificate_authority"]),
    own("aws_api_gateway_rest_api", "policy", "resource"),
    of("aws_api_gateway_rest_api_policy", "policy", "resource", "rest_api_id", &["aws_api_gateway_rest_api"]),
    of("aws_backup_vault_policy", "policy", "resource", "backup_vault_name", &["aws_backup_vault"]),
    of("aws_cloudwatch_event_bus_policy", "policy", "resource", "event_bus_name", &["aws_cloudwatch_event_bus"]),
    of(
        "aws_cloudwatch_log_destination_policy",
        "access_policy",
        "resource",
        "destination_name",
        &["aws_cloudwatch_log_destination"],
    ),
    own("aws_cloudwatch_log_resource_policy", "policy_document", "resource"),
    of(
        "aws_codeartifact_domain_permissions_policy",
        "policy_document",
        "resource",
        "domain",
        &["aws_codeartifact_domain"],
    ),
    of(
        "aws_codeartifact_repository_permissions_policy",
        "policy_document",
        "resource",
        "repository",
        &["aws_codeartifact_repository"],
    ),
    own("aws_codebuild_resource_policy", "policy", "resource"),
    of("aws_dynamodb_resource_policy", "policy", "resource", "resource_arn", &["aws_dynamodb_table"]),
    own("aws_ecr_registry_policy", "policy", "resource"),
    of("aws_ecr_repository_policy", "policy", "resource", "repository", &["aws_ecr_repository"]),
    of("aws_ecrpublic_repository_policy", "policy", "resource", "repository_name", &["aws_ecrpublic_repository"]),
    of("aws_efs_file_system_policy", "policy", "resource", "file_system_id", &["aws_efs_file_system"]),
    own("aws_elasticsearch_domain", "access_policies", "resource"),
    of("aws_elasticsearch_domain_policy", "access_policies", "resource", "domain_name", &["aws_elasticsearch_domain"]),
    own("aws_glacier_vault", "access_policy", "resource"),
    of("aws_glacier_vault_lock", "policy", "resource", "vault_name", &["aws_glacier_vault"]),
    own("aws_glue_resource_policy", "policy", "resource"),
    of("aws_iam_group_policy", "policy", "identity", "group", &["aws_iam_group"]),
    own("aws_iam_policy", "policy", "identity"),
    own("aws_iam_role", "assume_role_policy", "trust"),
    of("aws_iam_role_policy", "policy", "identity", "role", &["aws_iam_role"]),
    of("aws_iam_user_policy", "policy", "identity", "user", &["aws_iam_user"]),
    own("aws_iot_policy", "policy", "identity"),
    of("aws_kinesis_resource_policy", "policy", "resource", "resource_arn", &["aws_kinesis_stream"]),
    own("aws_kms_external_key", "policy", "resource"),
    own("aws_kms_key", "policy", "resource"),
    of("aws_kms_key_policy", "policy", "resource", "key_id", &["aws_kms_key"]),
    own("aws_kms_replica_external_key", "policy", "resource"),
    own("aws_kms_replica_key", "policy", "resource"),
    of("aws_media_store_container_policy", "policy", "resource", "container_name", &["aws_media_store_container"]),
    own("aws_networkfirewall_resource_policy", "policy", "resource"),
    own("aws_opensearch_domain", "access_policies", "resource"),
    of("aws_opensearch_domain_policy", "access_policies", "resource", "domain_name", &["aws_opensearch_domain"]),
    own("aws_organizations_policy", "content", "boundary"),
    own("aws_redshift_resource_policy", "policy", "resource"),
    own("aws_s3_access_point", "policy", "resource"),
    own("aws_s3_bucket", "policy", "resource"),
    of("aws_s3_bucket_policy", "policy", "resource", "bucket", &["aws_s3_bucket"]),
    of("aws_s3control_access_point_policy", "policy", "resource", "access_point_arn", &["aws_s3_access_point"]),
    of("aws_s3control_bucket_policy", "policy", "resource", "bucket", &["aws_s3control_bucket"]),
    own("aws_secretsmanager_secret", "policy", "resource"),
    of("aws_secretsmanager_secret_policy", "policy", "resource", "secret_arn", &["aws_secretsmanager_secret"]),
    of(
        "aws_ses_identity_policy",
        "policy",
        "resource",
        "identity",
        &["aws_ses_domain_identity", "aws_ses_email_identity"],
    ),
    of("aws_sesv2_email_identity_policy", "policy", "resource", "email_identity", &["aws_sesv2_email_identity"]),
    own("aws_sns_topic", "policy", "resource"),
    of("aws_sns_topic_policy", "policy", "resource", "arn", &["aws_sns_topic"]),
    own("aws_sqs_queue", "policy", "resource"),
    of("aws_sqs_queue_policy", "policy", "resource", "queue_url", &["aws_sqs_queue"]),
    of(
        "aws_ssoadmin_permission_set_inline_policy",
        "inline_policy",
        "identity",
        "permission_set_arn",
        &["aws_ssoadmin_permission_set"],
    ),
    own("aws_transfer_user", "policy", "identity"),
    own("aws_vpc_endpoint", "policy", "resource"),
    of("aws_vpc_endpoint_policy", "policy", "resource", "vpc_endpoint_id", &["aws_vpc_endpoint"]),
    own("aws_vpclattice_auth_policy", "policy", "resource"),
];

#[cfg(test)]
mod tests {
    use super::DOCUMENTS;

    #[test]
    fn kinds_are_in_order() {
        assert!(DOCUMENTS.is_sorted_by_key(|document| document.kind));
    }
}
