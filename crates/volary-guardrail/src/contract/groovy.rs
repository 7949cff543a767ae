//! Parameters of a step of a Jenkins library: the keys that are read of the map it is called with.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use super::Parameter;

static CALL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"def\s+call\s*\(\s*(?:Map(?:<[^>]*>)?\s+|def\s+)?(\w+)").ok());
/// A map with defaults to which what is passed is added: `def settings = [soft: false] + args`.
static DEFAULTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(\w+)\s*=\s*\[([^\[\]]*)\]\s*\+\s*(\w+)").ok());
static PAIR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(\w+)\s*:\s*('[^'$]*'|"[^"$]*"|true|false|\d+)"#).ok());

/// Most parameters of one step.
const MOST: usize = 100;

pub(super) fn parameters(text: &str) -> Vec<Parameter> {
    let mut found: Vec<Parameter> = Vec::new();
    let Some(argument) = CALL.as_ref().and_then(|call| call.captures(text)).and_then(|call| call.get(1)) else {
        return found;
    };
    let mut maps = vec![argument.as_str()];
    for captures in DEFAULTS.iter().flat_map(|regex| regex.captures_iter(text)) {
        let [name, pairs, passed] = [1, 2, 3].map(|group| captures.get(group).map_or("", |found| found.as_str()));
        if passed != argument.as_str() {
            continue;
        }
        maps.push(name);
        for pair in PAIR.iter().flat_map(|regex| regex.captures_iter(pairs)) {
            let [key, value] = [1, 2].map(|group| pair.get(group).map_or("", |found| found.as_str()));
            add(&mut found, key, Some(value.trim_matches(['\'', '"'])));
        }
    }
    for map in maps {
        // Names consist of word characters only.
        let Ok(read) = Regex::new(&format!(r"\b{map}\??\.(\w+)\b(\s*\()?")) else { continue };
        for captures in read.captures_iter(text).filter(|captures| captures.get(2).is_none()) {
            if let Some(key) = captures.get(1) {
                add(&mut found, key.as_str(), None);
            }
        }
    }
    found
}

fn add(found: &mut Vec<Parameter>, name: &str, default: Option<&str>) {
    if found.len() == MOST || found.iter().any(|known| &*known.name == name) {
        return;
    }
    found.push(Parameter {
        name: name.into(),
        ty: "".into(),
        default: default.map(Arc::from),
        required: default.is_none(),
        values: Vec::new(),
        at: None,
        decides: false,
    });
}
