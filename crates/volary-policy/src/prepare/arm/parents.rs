//! What encloses an object: its id, found through references and in the text of an id.

use std::sync::Arc;

use volary_model::{Data, Note, Reason, ReasonKind, Reference, SubjectId, Value};

use super::{Id, Object, Objects};

/// Resource types nest no deeper.
const MAX_LEVELS: usize = 8;

/// The id or the name of the resource of type `ty` that encloses the object; of the one right above for `*`. `None` where
/// the object does not say.
pub(super) fn parent(objects: &Objects<'_>, object: &Object, ty: &str, name: bool) -> Option<Value> {
    let mut id = match object.id.as_ref()? {
        Id::Parent(value) => value,
        Id::Own(value) => {
            if ty == "*" {
                return Some(value.clone());
            }
            value
        }
    };
    let mut target = None;
    for _ in 0..MAX_LEVELS {
        target = single(objects, id);
        let Some(found) = target else { break };
        let of_type = objects.type_of(found).is_some_and(|found| found.eq_ignore_ascii_case(ty));
        // A longer text can only name something inside of what it refers to.
        if ty == "*" || of_type {
            break;
        }
        match objects.objects.get(&found).and_then(|found| found.id.as_ref()) {
            Some(Id::Parent(above) | Id::Own(above)) => id = above,
            None => {
                target = None;
                break;
            }
        }
    }
    match (target, id.as_text()) {
        (Some(target), _) => Some(if name { name_of(objects, target, id) } else { id.clone() }),
        (None, Some(text)) => {
            let (own, last) = enclosing(text, ty)?;
            let text: Arc<str> = if name { last.into() } else { own.into() };
            Some(Value { data: Data::Text(text), ..id.clone() })
        }
        // A reference out of what was read, or nothing that can be followed: whatever it is, it is not known.
        (None, None) => Some(id.clone()),
    }
}

/// The one resource that an id refers to.
pub(super) fn single(objects: &Objects<'_>, id: &Value) -> Option<SubjectId> {
    let mut found = None;
    for reference in id.references() {
        match objects.references.resolve(&reference.address) {
            [one] if found.is_none() || found == Some(*one) => found = Some(*one),
            _ => return None,
        }
    }
    found
}

/// The name of a resource, which refers to it as its id does.
fn name_of(objects: &Objects<'_>, target: SubjectId, id: &Value) -> Value {
    let subject = objects.unit.subject(target);
    let reason = || Reason::new(ReasonKind::NotEvaluated, "name");
    let name = subject.and_then(|subject| subject.values.get("name")).filter(|name| !name.is_null());
    let mut value = match name {
        Some(name) => Value { origin: id.origin.clone(), ..name.clone() },
        None => Value::unknown(reason(), id.origin.clone()),
    };
    if let Some(subject) = subject {
        let reference = Reference { address: subject.address.clone(), attribute: "name".into(), whole: true };
        value.note = Some(Arc::new(Note { references: vec![reference], ..Note::default() }));
    }
    value
}

/// Of the id of a resource, the id and name of the one of type `ty` that it lies in or is.
/// `/subscriptions/S/resourceGroups/R/providers/Microsoft.Storage/storageAccounts/NAME/blobServices/default`
fn enclosing<'t>(text: &'t str, ty: &str) -> Option<(&'t str, &'t str)> {
    if ty == "*" {
        return Some((text, text.rsplit('/').next().unwrap_or(text)));
    }
    let mut wanted = ty.split('/');
    let namespace = format!("/providers/{}/", wanted.next()?).to_ascii_lowercase();
    let start = text.to_ascii_lowercase().rfind(&namespace)? + namespace.len();
    // Lower case has the same length only in ASCII, which ids are.
    let mut rest = text.get(start..)?.split('/');
    let mut end = start;
    let mut name = None;
    for wanted in wanted {
        let (kind, value) = (rest.next()?, rest.next()?);
        if !kind.eq_ignore_ascii_case(wanted) {
            return None;
        }
        end += kind.len() + value.len() + if name.is_some() { 2 } else { 1 };
        name = Some(value);
    }
    Some((text.get(..end)?, name?))
}

#[cfg(test)]
mod tests {
    use super::enclosing;

    #[test]
    fn an_id_names_what_it_lies_in() {
        let id =
            "/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/acc/blobServices/default";
        let account = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/acc";
        assert_eq!(enclosing(id, "Microsoft.Storage/storageAccounts"), Some((account, "acc")));
        assert_eq!(enclosing(id, "microsoft.storage/STORAGEACCOUNTS/blobservices"), Some((id, "default")));
        assert_eq!(enclosing(id, "Microsoft.Sql/servers"), None);
        assert_eq!(enclosing(id, "Microsoft.Storage/storageAccounts/tableServices"), None);
        assert_eq!(enclosing("", "Microsoft.Sql/servers"), None);
        assert_eq!(enclosing("/providers/Microsoft.Sql/servers", "Microsoft.Sql/servers"), None);
        assert_eq!(
            enclosing("ß/providers/Microsoft.Sql/servers/ß", "Microsoft.Sql/servers").map(|found| found.1),
            Some("ß")
        );
    }
}
