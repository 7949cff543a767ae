//! Messages with values filled in.

use std::sync::Arc;

use crate::evaluate::Scope;
use crate::evaluate::read::Found;
use crate::evaluate::show::show;
use crate::path::{Path, Root, Step};

/// A message: text and paths in turn.
#[derive(Debug)]
pub(crate) struct Message {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(Arc<str>),
    Value(Path),
}

impl Message {
    /// Reads `accepts {min_tls_version}`; `{{` and `}}` stand for braces.
    pub(crate) fn parse(text: &str, named: &dyn Fn(&str) -> bool) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            literal.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                literal.push_str(brace);
                rest = after;
                continue;
            }
            if brace == "}" {
                return Err("a `}` without its `{`; write `}}` for the character".to_owned());
            }
            let end = rest.find('}').ok_or("a `{` without its `}`; write `{{` for the character")?;
            let path = Path::parse(&rest[..end], named)?;
            if path.is_plural() {
                return Err(format!("`{{{path}}}`: a message shows single values, so `*` cannot stand in it"));
            }
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal).into()));
            }
            parts.push(Part::Value(path));
            rest = &rest[end + 1..];
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Text(literal.into()));
        }
        Ok(Self { parts })
    }

    /// The message with its values. A path is read at the innermost place that has it: the failing element, then what
    /// encloses it, then the subject. `masked` names paths that are never shown.
    pub(crate) fn render(&self, scope: &Scope<'_>, masked: &dyn Fn(&Path) -> bool) -> Arc<str> {
        if let [Part::Text(text)] = self.parts.as_slice() {
            return text.clone();
        }
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value(path) => out.push_str(&value_at(scope, path, masked(path))),
            }
        }
        out.into()
    }
}

fn value_at(scope: &Scope<'_>, path: &Path, masked: bool) -> Arc<str> {
    let mut place = scope;
    if path.root == Root::Here && matches!(path.steps.first(), Some(Step::Name(..))) {
        let first = Path { root: Root::Here, steps: path.steps[..1].to_vec(), text: path.text.clone() };
        while matches!(place.read(&first), Found::Absent)
            && let Some(parent) = place.parent
        {
            place = parent;
        }
    }
    let (found, trail) = place.read_traced(path);
    show(found.value(), masked || trail.sensitive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_read_and_mistakes_refused() {
        let parse = |text: &str| Message::parse(text, &|_| false);
        assert_eq!(parse("a {b.c} d {e}").unwrap().parts.len(), 4);
        assert_eq!(parse("{{a}} b").unwrap().parts.len(), 1);
        for text in ["{", "}", "{a", "{}", "{a b}", "{a.*}"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
