//! Data sources that only the provider can answer, with what is certain of every answer.

use std::sync::Arc;

use volary_model::{Data, Entry, Reason, ReasonKind, TextPart, Type, Unknown, Value};

use super::entry;

/// What is certain of an attribute.
enum Fact {
    /// A text with characters, starting with this.
    Word(&'static str),
    /// A text, perhaps empty.
    Text,
    Number,
    /// A list of texts.
    Texts,
    /// A map of texts.
    TextMap,
}

use Fact::{Number, Text, TextMap, Texts, Word};

/// The attributes of kinds, as the providers document them.
fn facts(kind: &str) -> Option<&'static [(&'static str, Fact)]> {
    Some(match kind {
        "aws_partition" => &[
            ("id", Word("aws")),
            ("partition", Word("aws")),
            ("dns_suffix", Word("")),
            ("reverse_dns_prefix", Word("")),
        ],
        "aws_region" => &[("id", Word("")), ("name", Word("")), ("region", Word("")), ("endpoint", Word(""))],
        "aws_caller_identity" => {
            &[("id", Word("")), ("account_id", Word("")), ("arn", Word("arn:aws")), ("user_id", Word(""))]
        }
        "aws_availability_zones" => &[("id", Word("")), ("names", Texts), ("zone_ids", Texts), ("group_names", Texts)],
        "aws_canonical_user_id" => &[("id", Word(""))],
        "aws_elb_service_account" => &[("id", Word("")), ("arn", Word("arn:aws"))],
        "aws_billing_service_account" | "aws_redshift_service_account" | "aws_cloudtrail_service_account" => {
            &[("id", Word("")), ("arn", Word("arn:aws"))]
        }
        "aws_iam_session_context" => &[("issuer_arn", Word("arn:aws")), ("issuer_id", Text), ("issuer_name", Text)],
        "aws_ami" => &[("id", Word("ami-")), ("image_id", Word("ami-")), ("arn", Word("arn:aws"))],
        "aws_vpc" => &[("id", Word("vpc-")), ("arn", Word("arn:aws")), ("cidr_block", Word(""))],
        "aws_subnet" => &[("id", Word("subnet-")), ("arn", Word("arn:aws")), ("vpc_id", Word("vpc-"))],
        "aws_security_group" => &[("id", Word("sg-")), ("arn", Word("arn:aws")), ("name", Word(""))],
        "aws_kms_key" => &[("id", Word("")), ("arn", Word("arn:aws")), ("key_id", Word(""))],
        "aws_kms_alias" => &[("id", Word("")), ("arn", Word("arn:aws")), ("target_key_arn", Word("arn:aws"))],
        "aws_iam_role" | "aws_iam_policy" | "aws_s3_bucket" => &[("id", Word("")), ("arn", Word("arn:aws"))],
        "azurerm_client_config" | "azuread_client_config" => &[
            ("id", Word("")),
            ("client_id", Word("")),
            ("tenant_id", Word("")),
            ("object_id", Text),
            ("subscription_id", Word("")),
        ],
        "azurerm_subscription" => &[
            ("id", Word("/subscriptions/")),
            ("subscription_id", Word("")),
            ("tenant_id", Word("")),
            ("display_name", Word("")),
        ],
        "azurerm_resource_group" => &[("id", Word("/subscriptions/")), ("location", Word(""))],
        "azurerm_key_vault" => &[("id", Word("/subscriptions/")), ("vault_uri", Word("https://"))],
        "azurerm_virtual_network" | "azurerm_subnet" | "azurerm_user_assigned_identity" => {
            &[("id", Word("/subscriptions/"))]
        }
        "google_project" => &[("id", Word("projects/")), ("number", Word("")), ("name", Word(""))],
        "google_client_config" => &[("access_token", Word(""))],
        "google_client_openid_userinfo" => &[("email", Word(""))],
        "google_compute_zones" | "google_compute_regions" => &[("id", Word("")), ("names", Texts)],
        "google_compute_default_service_account" => {
            &[("id", Word("projects/")), ("email", Word("")), ("member", Word("serviceAccount:"))]
        }
        "http" => &[("id", Word("")), ("status_code", Number), ("response_body", Text), ("body", Text)],
        "external" => &[("id", Word("")), ("result", TextMap)],
        _ => return None,
    })
}

/// The attributes of a kind as unknown values.
pub(super) fn computed(kind: &str, values: &Value) -> Option<Vec<Entry>> {
    let unknown = |name: &str, fact: &Fact| {
        let mut unknown = Unknown::new(Reason::new(ReasonKind::DataSource, format!("{kind}.{name}")));
        unknown.not_null = true;
        unknown.ty = match fact {
            Word(_) | Text => Type::Text,
            Number => Type::Number,
            Texts => Type::List(Box::new(Type::Text)),
            TextMap => Type::Map(Box::new(Type::Text)),
        };
        if let Word(start) = fact {
            unknown.not_empty = true;
            if !start.is_empty() {
                unknown.text = vec![TextPart::Known((*start).into()), TextPart::Hole];
            }
        }
        let value = Value::new(Data::Unknown(Arc::new(unknown)), values.origin.clone());
        value.with_note(|note| note.sensitive = name == "access_token")
    };
    let computed = facts(kind)?.iter().filter(|(name, _)| values.get(name).is_none_or(Value::is_null));
    Some(computed.map(|(name, fact)| entry(*name, unknown(name, fact))).collect())
}
