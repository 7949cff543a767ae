//! What the templates that GitLab ships do, as far as it matters whether their findings stop anything.

use std::sync::{Arc, OnceLock};

use volary_document::yaml::{self, Dialect};
use volary_model::{Data, Entry, FileId, Map, Origin, Role, Span, Value};

/// One document: the names of templates, each with the jobs that it brings along.
const TEMPLATES: &str = include_str!("../../data/gitlab-templates.yml");

fn all() -> &'static Value {
    static ALL: OnceLock<Value> = OnceLock::new();
    ALL.get_or_init(|| {
        let (mut documents, _) = yaml::parse(FileId(0), TEMPLATES, Dialect::Yaml11);
        documents.pop().unwrap_or_else(|| Value::at(Data::Null, Span::new(FileId(0), 0, 0)))
    })
}

/// The configuration of a template by its path, with the include as the place of everything in it. `Jobs/` and
/// `Security/` name the same, and so do the variants with `.latest` and a version.
pub(super) fn shipped(path: &str, at: Span) -> Option<Value> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = name.strip_suffix(".gitlab-ci.yml")?;
    let name = name.split('.').next().unwrap_or(name);
    let found = all().get(name)?;
    Some(moved(found, &Origin::at(at, Role::Inherited), at))
}

fn moved(value: &Value, origin: &Origin, at: Span) -> Value {
    let data = match &value.data {
        Data::List(list) => Data::List(Arc::new(list.iter().map(|value| moved(value, origin, at)).collect())),
        Data::Map(map) => {
            let entry = |entry: &Entry| Entry {
                key: entry.key.clone(),
                key_span: Some(at),
                value: moved(&entry.value, origin, at),
            };
            Data::Map(Arc::new(Map::new(map.entries().iter().map(entry).collect())))
        }
        data => data.clone(),
    };
    Value { data, origin: origin.clone(), note: value.note.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_valid_and_named_by_path() {
        let (_, issues) = yaml::parse(FileId(0), TEMPLATES, Dialect::Yaml11);
        assert!(issues.is_empty(), "{issues:?}");
        let at = Span::new(FileId(3), 1, 2);
        for path in ["Jobs/SAST.gitlab-ci.yml", "Security/SAST.gitlab-ci.yml", "Jobs/SAST.latest.gitlab-ci.yml"] {
            let found = shipped(path, at).unwrap();
            assert_eq!(found.origin.span(), Some(at));
            assert!(found.get("semgrep-sast").is_some(), "{path}");
        }
        assert!(shipped("Nothing.gitlab-ci.yml", at).is_none());
    }
}
