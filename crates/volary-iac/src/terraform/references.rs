//! References to resources: what is known of an attribute that the provider computes, and how references follow a value.

use std::sync::Arc;

use volary_model::{Data, Note, Origin, Reason, ReasonKind, Reference, TextPart, Type, Unknown, Value};

/// So many references are kept with one value.
const MOST: usize = 64;

/// The attribute of a resource that is not in these files.
pub(super) fn outside(references: Vec<Reference>, origin: Origin) -> Value {
    let value = computed(references, origin);
    let Data::Unknown(unknown) = &value.data else { return value };
    let reason = Reason::new(ReasonKind::Outside, unknown.reason.about.clone());
    let unknown = Unknown { reason, ..(**unknown).clone() };
    Value { data: Data::Unknown(Arc::new(unknown)), ..value }
}

/// The attribute of a resource that is not written: the provider computes it.
pub(super) fn computed(references: Vec<Reference>, origin: Origin) -> Value {
    let Some(first) = references.first() else {
        return Value::unknown(Reason::new(ReasonKind::Computed, "an attribute"), origin);
    };
    let about = if first.attribute.is_empty() {
        first.address.to_string()
    } else {
        format!("{}.{}", first.address, first.attribute)
    };
    let data = is_data(&first.address);
    let kind = if data { ReasonKind::DataSource } else { ReasonKind::Computed };
    let mut unknown = Unknown::new(Reason::new(kind, about));
    // What identifies a resource is always there.
    if matches!(&*first.attribute, "id" | "arn" | "iam_arn" | "name") {
        unknown.ty = Type::Text;
        unknown.not_null = true;
        unknown.not_empty = true;
        // So that no policy takes it for the `*` of a policy document.
        if first.attribute.ends_with("arn") && is_of_aws(&first.address) {
            unknown.text = vec![TextPart::Known("arn:".into()), TextPart::Hole];
        }
    } else if let Some(text) = account_text(first) {
        unknown.ty = Type::Text;
        unknown.not_null = true;
        unknown.not_empty = true;
        unknown.text = text;
    } else if first.attribute.is_empty() {
        unknown.not_null = true;
        unknown.not_empty = true;
    }
    let note = Note { references, ..Note::default() };
    Value { data: Data::Unknown(Arc::new(unknown)), origin, note: Some(Arc::new(note)) }
}

/// What is known of the address of a service account of Google that is created here: it is none of the default ones, and
/// as a member of a role it is nobody but a service account.
///
/// <https://cloud.google.com/iam/docs/service-account-types>
fn account_text(reference: &Reference) -> Option<Vec<TextPart>> {
    if !in_module(&reference.address).starts_with("google_service_account.") {
        return None;
    }
    let domain = || TextPart::Known(".iam.gserviceaccount.com".into());
    match &*reference.attribute {
        "email" => Some(vec![TextPart::Hole, domain()]),
        "member" => Some(vec![TextPart::Known("serviceAccount:".into()), TextPart::Hole, domain()]),
        _ => None,
    }
}

/// The references of `value` when its attribute `key` is read.
pub(super) fn extended(value: &Value, key: &str) -> Vec<Reference> {
    let whole = value.references().iter().filter(|reference| reference.whole);
    let longer = whole.map(|reference| {
        let attribute =
            if reference.attribute.is_empty() { key.into() } else { format!("{}.{key}", reference.attribute).into() };
        Reference { address: reference.address.clone(), attribute, whole: true }
    });
    longer.collect()
}

/// Whether the value is a resource or part of one, so that what is not written in it is computed.
pub(super) fn of_resource(value: &Value) -> bool {
    value.references().iter().any(|reference| reference.whole)
}

/// The value with more references, these first.
pub(super) fn referring(value: Value, references: Vec<Reference>, sensitive: bool) -> Value {
    if references.is_empty() && (!sensitive || value.is_sensitive()) {
        return value;
    }
    value.with_note(|note| {
        note.sensitive |= sensitive;
        let inner = std::mem::replace(&mut note.references, references);
        for reference in inner {
            if note.references.len() < MOST && !note.references.contains(&reference) {
                note.references.push(reference);
            }
        }
    })
}

/// The references of values that something else is made from.
pub(super) fn partial<'v>(values: impl IntoIterator<Item = &'v Value>) -> (Vec<Reference>, bool) {
    let mut references: Vec<Reference> = Vec::new();
    let mut sensitive = false;
    for value in values {
        sensitive |= value.is_sensitive();
        for reference in value.references() {
            let reference = Reference { whole: false, ..reference.clone() };
            if references.len() < MOST && !references.contains(&reference) {
                references.push(reference);
            }
        }
    }
    (references, sensitive)
}

/// Whether an address is that of a data source.
fn is_data(address: &str) -> bool {
    in_module(address).starts_with("data.")
}

/// Whether an address is that of a resource or data source of AWS.
fn is_of_aws(address: &str) -> bool {
    let address = in_module(address);
    address.strip_prefix("data.").unwrap_or(address).starts_with("aws_")
}

/// An address without the modules that it lies in.
fn in_module(address: &str) -> &str {
    let mut rest = address;
    while let Some(inner) = rest.strip_prefix("module.") {
        let name = inner.find(['.', '[']).unwrap_or(inner.len());
        rest = &inner[name..];
        if let Some(key) = rest.strip_prefix('[') {
            let close = if key.starts_with('"') { "\"]" } else { "]" };
            rest = key.find(close).map_or("", |at| &key[at + close.len()..]);
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    rest
}

/// The key of an instance as addresses write it.
pub(super) fn key_suffix(key: &Value) -> String {
    match &key.data {
        Data::Number(number) => format!("[{number}]"),
        Data::Text(text) => format!("[\"{}\"]", text.replace('\\', "\\\\").replace('"', "\\\"")),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use volary_model::{Reference, TextPart};

    use super::{account_text, is_data, is_of_aws};

    #[test]
    fn addresses_of_new_service_accounts_are_known_in_part() {
        let text = |address: &str, attribute: &str| {
            account_text(&Reference { address: address.into(), attribute: attribute.into(), whole: true })
        };
        let domain = TextPart::Known(".iam.gserviceaccount.com".into());
        assert_eq!(text("google_service_account.a", "email"), Some(vec![TextPart::Hole, domain.clone()]));
        let member = vec![TextPart::Known("serviceAccount:".into()), TextPart::Hole, domain];
        assert_eq!(text("module.m[0].google_service_account.a[\"x\"]", "member"), Some(member));
        assert_eq!(text("google_service_account.a", "unique_id"), None);
        // A data source may read a default account.
        assert_eq!(text("data.google_service_account.a", "email"), None);
        assert_eq!(text("google_service_account_key.a", "email"), None);
    }

    #[test]
    fn data_sources_are_known_by_their_address() {
        for address in ["data.aws_ami.a", "module.m.data.aws_ami.a", "module.m[\"a.b\"].module.n[0].data.x.y[1]"] {
            assert!(is_data(address), "{address}");
        }
        for address in ["aws_s3_bucket.data", "module.data.aws_s3_bucket.b", "module.m[\"x].data.\"].a.b"] {
            assert!(!is_data(address), "{address}");
        }
    }
    #[test]
    fn resources_of_aws_are_known_by_their_address() {
        for address in ["aws_a.b", "data.aws_a.b", "module.m.aws_a.b[0]", "module.m[\"x.y\"].module.n.data.aws_a.b"] {
            assert!(is_of_aws(address), "{address}");
        }
        for address in ["azurerm_a.b", "module.aws_a.b_c.d", "module.aws_a"] {
            assert!(!is_of_aws(address), "{address}");
        }
    }
}
