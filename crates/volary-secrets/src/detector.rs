//! The formats of `catalog/credentials/*.yaml`.

use std::sync::{Arc, OnceLock};

use regex::bytes::{Regex, RegexBuilder};
use volary_document::yaml;
use volary_model::{Data, FileId, Map, Value};

use crate::checksum::Scheme;

/// The catalogue, embedded.
pub(crate) const CATALOGUE: &[(&str, &str)] = &[
    ("catalog/credentials/ai.yaml", include_str!("../../../catalog/credentials/ai.yaml")),
    ("catalog/credentials/cloud.yaml", include_str!("../../../catalog/credentials/cloud.yaml")),
    ("catalog/credentials/communication.yaml", include_str!("../../../catalog/credentials/communication.yaml")),
    ("catalog/credentials/delivery.yaml", include_str!("../../../catalog/credentials/delivery.yaml")),
    ("catalog/credentials/observability.yaml", include_str!("../../../catalog/credentials/observability.yaml")),
    ("catalog/credentials/payments.yaml", include_str!("../../../catalog/credentials/payments.yaml")),
];

/// How a format is found in text.
#[derive(Clone, Debug)]
pub(crate) enum Search {
    /// The token begins with one of these.
    Prefix(Vec<String>),
    /// One of these stands inside the token: so many bytes before and after it belong to it at most.
    Near { marks: Vec<String>, before: usize, after: usize },
    /// The value of a key whose name holds one of these words and says that it is a credential.
    Keys(Vec<String>),
}

/// One format.
#[derive(Debug)]
pub(crate) struct Detector {
    pub(crate) format: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) provider: Arc<str>,
    pub(crate) limited: bool,
    pub(crate) search: Search,
    /// The token may follow letters: the rest of a URL.
    pub(crate) attached: bool,
    /// Texts that must stand on the same line.
    pub(crate) require: Vec<String>,
    pub(crate) checksum: Option<Scheme>,
    /// The least entropy in bits per byte.
    pub(crate) entropy: f64,
    pattern: String,
    regex: OnceLock<Option<Regex>>,
    /// Texts that hold the token; read by the tests.
    #[cfg_attr(not(test), allow(dead_code))]
    pub(crate) examples: Vec<String>,
}

impl Detector {
    /// The expression, compiled when it is first needed; bytes without Unicode tables, which is a hundred times faster.
    pub(crate) fn regex(&self) -> Option<&Regex> {
        self.regex
            .get_or_init(|| {
                let pattern = match self.search {
                    Search::Prefix(_) => format!("^(?:{})", self.pattern),
                    Search::Near { .. } => self.pattern.clone(),
                    Search::Keys(_) => format!("^(?:{})$", self.pattern),
                };
                RegexBuilder::new(&pattern).unicode(false).size_limit(4 << 20).build().ok()
            })
            .as_ref()
    }
}

/// Reads catalogue files; entries that are not well formed are left out and named in the second list.
pub(crate) fn load(files: &[(&str, &str)]) -> (Vec<Detector>, Vec<String>) {
    let mut detectors = Vec::new();
    let mut problems = Vec::new();
    for (path, text) in files {
        let (documents, issues) = yaml::parse(FileId(0), text, yaml::Dialect::Yaml12);
        problems.extend(issues.iter().map(|issue| format!("{path}: {}", issue.message)));
        for document in &documents {
            let Data::List(entries) = &document.data else {
                problems.push(format!("{path}: not a list"));
                continue;
            };
            for entry in entries.iter() {
                match detector(entry) {
                    Ok(detector) => detectors.push(detector),
                    Err(message) => problems.push(format!("{path}: {message}")),
                }
            }
        }
    }
    (detectors, problems)
}

fn detector(entry: &Value) -> Result<Detector, String> {
    let Data::Map(map) = &entry.data else { return Err("an entry is not a map".into()) };
    let format = text(map, "format")?.ok_or("an entry without `format`")?;
    let missing = |key: &str| format!("{format}: `{key}` is missing");
    let list = |key: &str| texts(map, key).ok_or_else(|| format!("{format}: `{key}` is not a list of texts"));
    let (prefix, near, keys) = (list("prefix")?, list("near")?, list("keys")?);
    let search = match (prefix.is_empty(), near.is_empty(), keys.is_empty()) {
        (false, true, true) => Search::Prefix(prefix),
        (true, false, true) => Search::Near {
            marks: near,
            before: number(map, "before", 0.0) as usize,
            after: number(map, "after", 64.0) as usize,
        },
        (true, true, false) => Search::Keys(keys),
        _ => return Err(format!("{format}: exactly one of `prefix`, `near` and `keys` is needed")),
    };
    let checksum = match text(map, "checksum")? {
        None => None,
        Some(scheme) => Some(Scheme::parse(&scheme).ok_or_else(|| format!("{format}: unknown checksum `{scheme}`"))?),
    };
    for (key, _) in map.entries().iter().map(|entry| (&*entry.key, ())) {
        const KNOWN: &[&str] = &[
            "format",
            "name",
            "provider",
            "reach",
            "prefix",
            "near",
            "keys",
            "before",
            "after",
            "attached",
            "require",
            "pattern",
            "checksum",
            "entropy",
            "reference",
            "examples",
        ];
        if !KNOWN.contains(&key) {
            return Err(format!("{format}: unknown key `{key}`"));
        }
    }
    Ok(Detector {
        name: text(map, "name")?.ok_or_else(|| missing("name"))?.into(),
        provider: text(map, "provider")?.ok_or_else(|| missing("provider"))?.into(),
        limited: text(map, "reach")?.as_deref() == Some("limited"),
        search,
        attached: map.get("attached").is_some_and(|value| matches!(value.data, Data::Bool(true))),
        require: list("require")?,
        checksum,
        entropy: number(map, "entropy", 2.9),
        pattern: text(map, "pattern")?.ok_or_else(|| missing("pattern"))?,
        regex: OnceLock::new(),
        examples: list("examples")?,
        format: format.into(),
    })
}

fn text(map: &Map, key: &str) -> Result<Option<String>, String> {
    match map.get(key).map(|value| &value.data) {
        None => Ok(None),
        Some(Data::Text(text)) => Ok(Some(text.to_string())),
        Some(_) => Err(format!("`{key}` is not a text")),
    }
}

fn texts(map: &Map, key: &str) -> Option<Vec<String>> {
    match map.get(key).map(|value| &value.data) {
        None => Some(Vec::new()),
        Some(Data::List(values)) => values.iter().map(|value| value.as_text().map(str::to_string)).collect(),
        Some(_) => None,
    }
}

fn number(map: &Map, key: &str, otherwise: f64) -> f64 {
    map.get(key).and_then(Value::as_number).map_or(otherwise, volary_model::Number::as_f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_is_well_formed() {
        let (detectors, problems) = load(CATALOGUE);
        assert!(problems.is_empty(), "{problems:#?}");
        assert!(detectors.len() >= 60);
        let mut formats: Vec<_> = detectors.iter().map(|detector| detector.format.clone()).collect();
        formats.sort();
        formats.dedup();
        assert_eq!(formats.len(), detectors.len(), "two entries have the same format");
        for detector in &detectors {
            assert!(detector.regex().is_some(), "{}: the pattern does not compile", detector.format);
            assert!(!detector.examples.is_empty(), "{}: no example", detector.format);
        }
    }

    #[test]
    fn wrong_entries_are_named() {
        let (detectors, problems) = load(&[(
            "x.yaml",
            "- {format: a, name: A, provider: P, pattern: x}\n- {format: b, name: B, provider: P, pattern: x, prefix: [x], nea: 1}\n",
        )]);
        assert!(detectors.is_empty());
        assert_eq!(problems.len(), 2);
    }
}
