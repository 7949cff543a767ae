//! References to container images.

use std::sync::Arc;

use volary_model::{Data, Entry, TextPart, Unknown, Value};

/// The registry that a reference without one means.
const DEFAULT_REGISTRY: &str = "docker.io";

/// What a reference says; every part with the value's own origin.
struct Reference<'t> {
    registry: &'t str,
    repository: String,
    tag: Option<&'t str>,
    digest: Option<&'t str>,
}

fn split(text: &str) -> Reference<'_> {
    let (name, digest) = match text.split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text, None),
    };
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let (name, tag) = match name[slash..].find(':') {
        Some(colon) => (&name[..slash + colon], Some(&name[slash + colon + 1..])),
        None => (name, None),
    };
    let (registry, repository) = match name.split_once('/') {
        Some((first, rest)) if is_host(first) => (first, rest.to_owned()),
        Some(_) => (DEFAULT_REGISTRY, name.to_owned()),
        None => (DEFAULT_REGISTRY, format!("library/{name}")),
    };
    let registry = if registry == "index.docker.io" { DEFAULT_REGISTRY } else { registry };
    Reference { registry, repository, tag: tag.filter(|tag| !tag.is_empty()), digest }
}

fn is_host(text: &str) -> bool {
    text.contains(['.', ':']) || text == "localhost"
}

/// The image that a value names, as a map of `text`, `registry`, `repository`, `tag` and `digest`. Of a value that is
/// partly known, the parts that are certain are known. Nothing where the value is no text.
pub(crate) fn image(value: &Value) -> Option<Value> {
    match &value.data {
        Data::Text(text) if text.trim().is_empty() => None,
        Data::Text(text) => {
            let reference = split(text.trim());
            let part = |text: &str| Some(Data::Text(text.into()));
            Some(map(
                value,
                part(reference.registry),
                part(&reference.repository),
                reference.tag.and_then(part),
                reference.digest.and_then(part),
            ))
        }
        Data::Unknown(unknown) => Some(partly(value, unknown)),
        _ => None,
    }
}

fn map(
    value: &Value,
    registry: Option<Data>,
    repository: Option<Data>,
    tag: Option<Data>,
    digest: Option<Data>,
) -> Value {
    let parts = [("registry", registry), ("repository", repository), ("tag", tag), ("digest", digest)];
    let mut entries = vec![Entry { key: "text".into(), key_span: None, value: value.clone() }];
    entries.extend(parts.into_iter().filter_map(|(key, data)| {
        let value = Value { data: data?, origin: value.origin.clone(), note: value.note.clone() };
        Some(Entry { key: key.into(), key_span: None, value })
    }));
    Value { data: Data::Map(Arc::new(entries.into_iter().collect())), origin: value.origin.clone(), note: None }
}

/// Of a reference with holes: what stands between the last slash and the end decides tag and digest, what stands before
/// the first slash the registry.
fn partly(value: &Value, unknown: &Unknown) -> Value {
    let open = || {
        let part = Unknown { text: Vec::new(), not_null: false, not_empty: false, ..unknown.clone() };
        Some(Data::Unknown(Arc::new(part)))
    };
    let certain = |parts: Vec<TextPart>| {
        let known = parts.iter().all(|part| matches!(part, TextPart::Known(_)));
        if known {
            let text: String =
                parts.iter().map(|part| if let TextPart::Known(text) = part { text } else { "" }).collect();
            return Some(Data::Text(text.into()));
        }
        let not_empty = parts.iter().any(|part| matches!(part, TextPart::Known(text) if !text.is_empty()));
        Some(Data::Unknown(Arc::new(Unknown { text: parts, not_null: true, not_empty, ..unknown.clone() })))
    };
    let parts = &unknown.text;
    let (before, digest) = cut_last(parts, '@');
    let (path, tag) = match cut_last(&before, ':') {
        // A colon before a slash is the port of the registry.
        (path, Some(tag)) if !tag.iter().any(|part| matches!(part, TextPart::Known(text) if text.contains('/'))) => {
            (path, Some(tag))
        }
        _ => (before.clone(), None),
    };
    let ends_known = matches!(parts.last(), Some(TextPart::Known(_)));
    let digest_value = match digest {
        Some(digest) => certain(digest),
        None if ends_known => None,
        None => open(),
    };
    let tag_value = match tag {
        // `app:${VERSION}`: a tag for certain, though its text may bring a digest along.
        Some(tag) => certain(tag),
        None if ends_known => None,
        None => open(),
    };
    let (registry, repository) = match path.first() {
        Some(TextPart::Known(first)) => match first.split_once('/') {
            Some((host, rest)) if is_host(host) => {
                let mut repository = path.clone();
                repository[0] = TextPart::Known(rest.into());
                (Some(Data::Text(host.into())), certain(repository))
            }
            Some(_) => (Some(Data::Text(DEFAULT_REGISTRY.into())), certain(path.clone())),
            None if path.len() == 1 && !is_host(first) => {
                (Some(Data::Text(DEFAULT_REGISTRY.into())), Some(Data::Text(format!("library/{first}").into())))
            }
            None => (open(), open()),
        },
        _ => (open(), open()),
    };
    map(value, registry, repository, tag_value, digest_value)
}

/// Splits at the last occurrence of a character in a known stretch.
fn cut_last(parts: impl AsRef<[TextPart]>, at: char) -> (Vec<TextPart>, Option<Vec<TextPart>>) {
    let parts = parts.as_ref();
    for (index, part) in parts.iter().enumerate().rev() {
        let TextPart::Known(text) = part else { continue };
        let Some(found) = text.rfind(at) else { continue };
        let mut before = parts[..index].to_vec();
        if found > 0 {
            before.push(TextPart::Known(text[..found].into()));
        }
        let mut behind = Vec::new();
        if found + 1 < text.len() {
            behind.push(TextPart::Known(text[found + 1..].into()));
        }
        behind.extend_from_slice(&parts[index + 1..]);
        return (before, Some(behind));
    }
    (parts.to_vec(), None)
}

#[cfg(test)]
mod tests {
    use volary_model::{FileId, Origin, Reason, ReasonKind, Role, Span};

    use super::*;

    fn origin() -> Origin {
        Origin::at(Span::new(FileId(0), 0, 0), Role::Attribute)
    }

    fn shown(image: &Value) -> [String; 4] {
        ["registry", "repository", "tag", "digest"].map(|key| match image.get(key).map(|value| &value.data) {
            None => "-".to_owned(),
            Some(Data::Text(text)) => text.to_string(),
            Some(Data::Unknown(unknown)) => {
                let parts = unknown.text.iter().map(|part| match part {
                    TextPart::Known(text) => text.to_string(),
                    TextPart::Hole => "*".to_owned(),
                });
                format!("?{}", parts.collect::<String>())
            }
            Some(other) => format!("{other:?}"),
        })
    }

    #[test]
    fn references_are_split_as_registries_do() {
        for (text, expected) in [
            ("nginx", ["docker.io", "library/nginx", "-", "-"]),
            ("nginx:1.25", ["docker.io", "library/nginx", "1.25", "-"]),
            ("bitnami/redis:7", ["docker.io", "bitnami/redis", "7", "-"]),
            ("localhost:5000/a/b:c", ["localhost:5000", "a/b", "c", "-"]),
            ("ghcr.io/a/b@sha256:0a", ["ghcr.io", "a/b", "-", "sha256:0a"]),
            ("a.b/c:d@sha256:0a", ["a.b", "c", "d", "sha256:0a"]),
            ("localhost/x", ["localhost", "x", "-", "-"]),
            ("x:", ["docker.io", "library/x", "-", "-"]),
        ] {
            assert_eq!(shown(&image(&Value::text(text, origin())).unwrap()), expected, "{text}");
        }
        assert!(image(&Value::text("  ", origin())).is_none());
    }

    #[test]
    fn partly_known_references_keep_what_is_certain() {
        let known = |text: &str| TextPart::Known(text.into());
        let hole = || TextPart::Hole;
        for (parts, expected) in [
            (vec![known("nginx:"), hole()], ["docker.io", "library/nginx", "?*", "?"]),
            (vec![hole(), known("/app:1.2")], ["?", "?", "1.2", "-"]),
            (vec![known("ghcr.io/a/"), hole(), known(":1")], ["ghcr.io", "?a/*", "1", "-"]),
            (vec![hole()], ["?", "?", "?", "?"]),
            (vec![known("a.b/c@"), hole()], ["a.b", "c", "?", "?*"]),
            (vec![hole(), known("/app")], ["?", "?", "-", "-"]),
        ] {
            let mut unknown = Unknown::new(Reason::new(ReasonKind::VariableWithoutValue, "X"));
            unknown.text = parts;
            let value = Value::new(Data::Unknown(Arc::new(unknown)), origin());
            assert_eq!(shown(&image(&value).unwrap()), expected);
        }
    }
}
