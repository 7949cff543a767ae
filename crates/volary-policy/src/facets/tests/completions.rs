//! What a facet says while an attribute is not known still holds once it is, whatever it turns out to be.

use volary_model::{Data, Subject, Type, Value};

use super::{of_kind, prepared};

/// An attribute with what it may turn out to be.
type Attribute = (&'static str, &'static [&'static str]);

/// Resources with the attributes that are taken for unknown one after the other, and what they may turn out to be.
const CASES: &[(&str, &[Attribute])] = &[
    (
        r#"resource "aws_security_group_rule" "r" {
  ATTRIBUTES
}"#,
        &[
            ("type", &["\"ingress\"", "\"egress\"", "null"]),
            ("protocol", &["\"tcp\"", "\"-1\"", "\"icmp\"", "6", "null"]),
            ("from_port", &["22", "0", "-1", "null"]),
            ("to_port", &["22", "\"65535\"", "null"]),
            ("cidr_blocks", &["[\"0.0.0.0/0\"]", "[]", "null", "[\"10.0.0.0/8\", \"1.2.3.4/32\"]"]),
            ("ipv6_cidr_blocks", &["[\"::/0\"]", "null"]),
            ("source_security_group_id", &["\"sg-1\"", "null"]),
            ("self", &["true", "false", "null"]),
        ],
    ),
    (
        r#"resource "aws_network_acl" "a" {
  ingress {
    rule_no    = 100
    action     = "deny"
    protocol   = "tcp"
    from_port  = 0
    to_port    = 1024
    cidr_block = "10.0.0.0/8"
  }
  ingress {
    ATTRIBUTES
  }
}"#,
        &[
            ("rule_no", &["50", "200"]),
            ("action", &["\"allow\"", "\"deny\""]),
            ("protocol", &["\"tcp\"", "\"-1\"", "\"udp\""]),
            ("from_port", &["22", "0"]),
            ("to_port", &["22", "2000"]),
            ("cidr_block", &["\"10.1.0.0/16\"", "\"0.0.0.0/0\"", "null"]),
        ],
    ),
    (
        r#"resource "azurerm_network_security_group" "g" {
  security_rule {
    name                       = "a"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    destination_port_range     = "22"
    source_address_prefix      = "10.1.0.0/16"
    destination_address_prefix = "*"
  }
  security_rule {
    name = "b"
    ATTRIBUTES
    destination_address_prefix = "*"
  }
}"#,
        &[
            ("priority", &["50", "\"200\""]),
            ("direction", &["\"Inbound\"", "\"Outbound\""]),
            ("access", &["\"Deny\"", "\"Allow\""]),
            ("protocol", &["\"*\"", "\"Tcp\"", "\"Icmp\""]),
            ("destination_port_range", &["\"*\"", "\"22\"", "\"80,443\"", "null"]),
            ("destination_port_ranges", &["null", "[\"22\", \"80\"]"]),
            ("source_address_prefix", &["\"*\"", "\"Internet\"", "\"/0\"", "\"10.0.0.0/8\"", "null"]),
            ("source_address_prefixes", &["null", "[\"10.0.0.0/8\"]"]),
        ],
    ),
    (
        r#"resource "google_compute_firewall" "f" {
  network = "default"
  ATTRIBUTES
  allow {
    protocol = "tcp"
    ports    = [22]
  }
}"#,
        &[
            ("direction", &["\"INGRESS\"", "\"EGRESS\"", "null"]),
            ("priority", &["1", "null"]),
            ("disabled", &["true", "false", "null"]),
            ("source_ranges", &["[\"0.0.0.0/0\"]", "[\"10.0.0.0/8\"]", "[]", "null"]),
            ("source_tags", &["[\"web\"]", "null"]),
            ("target_tags", &["[\"web\"]", "null"]),
        ],
    ),
    (
        r#"resource "azurerm_mssql_firewall_rule" "r" {
  ATTRIBUTES
}"#,
        &[
            ("start_ip_address", &["\"0.0.0.0\"", "\"10.0.0.1\""]),
            ("end_ip_address", &["\"0.0.0.0\"", "\"10.0.0.9\"", "\"255.255.255.255\""]),
        ],
    ),
    (
        r#"resource "aws_lambda_permission" "p" {
  ATTRIBUTES
}"#,
        &[
            ("action", &["\"lambda:*\""]),
            ("function_name", &["\"f\""]),
            ("principal", &["\"*\"", "\"s3.amazonaws.com\"", "\"123456789012\""]),
            ("source_arn", &["\"arn:aws:s3:::b\"", "null"]),
        ],
    ),
    (
        r#"resource "azurerm_role_assignment" "a" {
  ATTRIBUTES
}"#,
        &[
            ("scope", &["\"/subscriptions/1\""]),
            ("role_definition_name", &["\"Owner\"", "\"Reader\""]),
            ("role_definition_id", &["null", "\"/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635\""]),
            ("principal_type", &["\"User\"", "null"]),
            ("principal_id", &["\"1\""]),
            ("condition", &["\"x\"", "null"]),
        ],
    ),
    (
        r#"resource "google_project_iam_member" "m" {
  ATTRIBUTES
}"#,
        &[
            ("project", &["\"p\"", "null"]),
            ("role", &["\"roles/owner\""]),
            ("member", &["\"allUsers\"", "\"user:a@example.com\""]),
        ],
    ),
    (
        r#"resource "aws_iam_policy" "p" {
  policy = jsonencode({ Statement = [{
    ATTRIBUTES
  }] })
}"#,
        &[
            ("Effect", &["\"Allow\"", "\"Deny\""]),
            ("Action", &["\"*\"", "[\"s3:*\", \"ec2:*\"]", "[]"]),
            ("Resource", &["\"*\"", "[\"a\"]", "null"]),
            ("Principal", &["\"*\"", "{ AWS = \"*\" }", "{ AWS = [\"1\", \"2\"], Service = \"s\" }", "null"]),
            ("Condition", &["null", "{ Bool = { \"aws:SecureTransport\" = true } }"]),
        ],
    ),
];

/// Whether a value fits what was known of it.
fn fits(before: &Value, after: Option<&Value>) -> bool {
    let after = after.filter(|after| !after.is_null());
    match (&before.data, after.map(|after| &after.data)) {
        (Data::Unknown(unknown), None) => !unknown.not_null,
        (_, None) => false,
        // A value of the wrong type decides nothing.
        (_, Some(Data::Unknown(_))) => matches!(before.data, Data::Unknown(_)),
        (Data::Unknown(unknown), Some(Data::List(list))) => {
            let held = before.holds().and_then(Value::as_list).unwrap_or_default();
            let is_list = matches!(unknown.ty, Type::List(_) | Type::Any);
            let holds = held.iter().all(|held| list.iter().any(|element| fits(held, Some(element))));
            let few = unknown.at_most.is_none_or(|most| list.len() <= most as usize);
            is_list && holds && few && !(unknown.not_empty && list.is_empty())
        }
        (Data::Unknown(unknown), Some(Data::Text(text))) => {
            let is_text = matches!(unknown.ty, Type::Text | Type::Any);
            is_text && text.starts_with(unknown.prefix()) && !(unknown.not_empty && text.is_empty())
        }
        (Data::Unknown(unknown), Some(Data::Bool(_))) => matches!(unknown.ty, Type::Bool | Type::Any),
        (Data::Unknown(unknown), Some(Data::Number(_))) => matches!(unknown.ty, Type::Number | Type::Any),
        (Data::Unknown(unknown), Some(Data::Map(_))) => matches!(unknown.ty, Type::Any),
        (Data::List(before), Some(Data::List(after))) => {
            before.len() == after.len()
                && before.iter().zip(after.iter()).all(|(before, after)| fits(before, Some(after)))
        }
        (Data::Map(before), Some(Data::Map(after))) => {
            let entries = before.entries().iter();
            let same = before.entries().len() == after.entries().len();
            same && entries.into_iter().all(|entry| fits(&entry.value, after.get(&entry.key)))
        }
        (Data::Text(a), Some(Data::Text(b))) => a == b,
        (Data::Number(a), Some(Data::Number(b))) => a == b,
        (Data::Bool(a), Some(Data::Bool(b))) => a == b,
        (Data::Null, _) => true,
        _ => false,
    }
}

fn facets(unit: &volary_model::Unit) -> Vec<Subject> {
    ["network.rule", "iam.statement"].into_iter().flat_map(|kind| of_kind(unit, kind)).cloned().collect()
}

#[test]
fn what_is_said_of_the_unknown_holds_for_everything_it_may_be() {
    let mut checked = 0;
    for (resource, attributes) in CASES {
        let written = |chosen: &dyn Fn(usize) -> String| {
            let lines = attributes.iter().enumerate();
            let lines: Vec<String> = lines.map(|(index, (name, _))| format!("{name} = {}", chosen(index))).collect();
            format!("variable \"x\" {{}}\n{}\n", resource.replace("ATTRIBUTES", &lines.join("\n    ")))
        };
        let most = attributes.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
        for unknown in 0..attributes.len() {
            for base in 0..most {
                let usual = |index: usize| attributes[index].1[base % attributes[index].1.len()].to_owned();
                let open = |index: usize| if index == unknown { "var.x".to_owned() } else { usual(index) };
                let before = facets(&prepared(&written(&open)));
                assert!(!before.is_empty());
                for value in attributes[unknown].1 {
                    let closed = |index: usize| if index == unknown { (*value).to_owned() } else { usual(index) };
                    let text = written(&closed);
                    let after = facets(&prepared(&text));
                    assert_eq!(before.len(), after.len(), "{text}");
                    for (before, after) in before.iter().zip(&after) {
                        let (Some(known), Some(all)) = (before.values.as_map(), after.values.as_map()) else {
                            panic!("facets are maps")
                        };
                        for entry in known.entries() {
                            checked += 1;
                            let after = all.get(&entry.key);
                            let name = attributes[unknown].0;
                            assert!(
                                fits(&entry.value, after),
                                "{}, while {name} is not known: {:?}\nthen: {after:?}\nin {text}",
                                entry.key,
                                entry.value
                            );
                        }
                        let appeared = all.entries().iter().find(|entry| known.get(&entry.key).is_none());
                        assert!(appeared.is_none(), "{appeared:?} in {text}");
                    }
                }
            }
        }
    }
    assert!(checked > 5_000, "{checked}");
}
