//! Paths into values and between subjects: `a.b`, `a.0.b`, `a.'key.with.dots'`, `.`, `./any`, `^.a`, `NAME.a`, `$.name`.

use std::fmt;
use std::sync::Arc;

/// A path as policies write it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Path {
    pub(crate) root: Root,
    pub(crate) steps: Vec<Step>,
    /// As written.
    pub(crate) text: Arc<str>,
}

/// Where a path starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Root {
    /// The innermost element, related resource, or the subject.
    Here,
    /// The subject that is judged.
    Subject,
    /// The element or related resource with this name.
    Named(Arc<str>),
}

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// An attribute or key; where it is a number also a position in a list.
    Name(Arc<str>, Option<u32>),
    /// Every element of a list, every entry of a map.
    All,
    /// Something of the subject itself.
    Meta(Meta),
}

/// What `$` gives of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Meta {
    Name,
    Address,
    Kind,
    Provider,
    Namespace,
    Labels,
    Folder,
    /// The file or folder of the unit.
    Path,
    Owner,
    /// A named tie to other subjects.
    Link(Arc<str>),
}

/// First words of the names of facets: a tie to a facet has two words.
const FACET_WORDS: [&str; 5] = ["iam", "network", "k8s", "dockerfile", "pipeline"];

/// More steps than any schema needs.
const MAX_STEPS: usize = 64;

impl Path {
    /// Reads a path. `named` says whether a first step is the name of an element in scope.
    pub(crate) fn parse(text: &str, named: &dyn Fn(&str) -> bool) -> Result<Self, String> {
        let whole: Arc<str> = text.into();
        if text == "." {
            return Ok(Self { root: Root::Here, steps: Vec::new(), text: whole });
        }
        let (text, plain) = text.strip_prefix("./").map_or((text, false), |rest| (rest, true));
        let mut words = split(text)?;
        let first = &words[0];
        let mut root = Root::Here;
        if !plain && !first.quoted {
            if first.text == "^" {
                root = Root::Subject;
            } else if named(&first.text) {
                root = Root::Named(first.text.as_str().into());
            }
            if root != Root::Here {
                words.remove(0);
            }
        }
        let mut steps = Vec::with_capacity(words.len());
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            if word.quoted {
                steps.push(Step::Name(word.text.into(), None));
                continue;
            }
            match word.text.as_str() {
                "*" => steps.push(Step::All),
                "^" => return Err("`^` stands only at the start of a path".to_owned()),
                "$" => {
                    let Some(mut name) = words.next().map(|word| word.text) else {
                        return Err("after `$` comes what is read of the resource: `$.name`".to_owned());
                    };
                    if FACET_WORDS.contains(&name.as_str())
                        && let Some(second) = words.next_if(|word| word.text != "*" && word.text != "$")
                    {
                        name = format!("{name}.{}", second.text);
                    }
                    steps.push(Step::Meta(Meta::named(&name)));
                }
                name => {
                    let index = name.parse().ok().filter(|_| name.bytes().all(|byte| byte.is_ascii_digit()));
                    steps.push(Step::Name(name.into(), index));
                }
            }
        }
        if steps.len() > MAX_STEPS {
            return Err(format!("the path has more than {MAX_STEPS} steps"));
        }
        Ok(Self { root, steps, text: whole })
    }

    /// Whether it has a `*`.
    pub(crate) fn is_plural(&self) -> bool {
        self.steps.contains(&Step::All)
    }

    /// The path as it reads behind the path of the element that it starts from.
    pub(crate) fn shown(&self) -> String {
        let mut out = String::new();
        for step in &self.steps {
            push_step(&mut out, step);
        }
        out
    }
}

/// Adds a step to a path for people.
pub(crate) fn push_step(out: &mut String, step: &Step) {
    match step {
        Step::Name(name, _) => push_key(out, name),
        Step::All => push_key(out, "*"),
        Step::Meta(meta) => {
            push_key(out, "$");
            push_key(out, meta.as_str());
        }
    }
}

/// Adds an attribute or key to a path for people; one that would be read wrongly is quoted.
pub(crate) fn push_key(out: &mut String, key: &str) {
    if !out.is_empty() {
        out.push('.');
    }
    if key.is_empty() || key.contains(['.', '\'', ' ']) && !key.starts_with("iam.") && !key.starts_with("network.") {
        out.push('\'');
        out.push_str(key);
        out.push('\'');
    } else {
        out.push_str(key);
    }
}

impl Meta {
    fn named(name: &str) -> Self {
        match name {
            "name" => Self::Name,
            "address" => Self::Address,
            "kind" => Self::Kind,
            "provider" => Self::Provider,
            "namespace" => Self::Namespace,
            "labels" => Self::Labels,
            "folder" => Self::Folder,
            "path" => Self::Path,
            "owner" => Self::Owner,
            other => Self::Link(other.into()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Kind => "kind",
            Self::Provider => "provider",
            Self::Namespace => "namespace",
            Self::Labels => "labels",
            Self::Folder => "folder",
            Self::Path => "path",
            Self::Owner => "owner",
            Self::Link(name) => name,
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

struct Word {
    text: String,
    quoted: bool,
}

/// Splits at dots outside of quotes.
fn split(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut characters = text.chars().peekable();
    loop {
        let mut word = Word { text: String::new(), quoted: false };
        if characters.next_if_eq(&'\'').is_some() {
            word.quoted = true;
            loop {
                match characters.next() {
                    Some('\'') => break,
                    Some(character) => word.text.push(character),
                    None => return Err("a quote is not closed".to_owned()),
                }
            }
            if characters.peek().is_some_and(|next| *next != '.') {
                return Err("after a quoted key comes a dot or the end".to_owned());
            }
        } else {
            while let Some(character) = characters.next_if(|character| *character != '.') {
                if character.is_whitespace() || character == '\'' {
                    return Err(format!(
                        "`{text}` is no path: quote keys with other characters, as in a.'key with spaces'"
                    ));
                }
                word.text.push(character);
            }
            if word.text.is_empty() {
                return Err(format!("`{text}` is no path: a step is empty"));
            }
        }
        words.push(word);
        if characters.next().is_none() {
            return Ok(words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Path {
        Path::parse(text, &|name| name == "rule").unwrap()
    }

    #[test]
    fn every_form_of_path_is_read() {
        assert_eq!(parse(".").steps, []);
        assert_eq!(parse("a.0").steps, [Step::Name("a".into(), None), Step::Name("0".into(), Some(0))]);
        assert_eq!(parse("a.'b.c'.d").steps.len(), 3);
        assert_eq!(parse("./any").steps, [Step::Name("any".into(), None)]);
        assert_eq!(parse("^.a").root, Root::Subject);
        assert_eq!(parse("rule.a").root, Root::Named("rule".into()));
        assert_eq!(parse("./rule.a").root, Root::Here);
        assert_eq!(parse("$.name").steps, [Step::Meta(Meta::Name)]);
        assert_eq!(parse("$.iam.statement").steps, [Step::Meta(Meta::Link("iam.statement".into()))]);
        assert_eq!(parse("$.pod.$.owner.x").steps.len(), 3);
        assert!(parse("a.*.b").is_plural());
    }

    #[test]
    fn malformed_paths_are_refused() {
        for text in ["", "a..b", "a.", ".a", "a.'b", "a.'b'c", "a b", "a.^", "$"] {
            assert!(Path::parse(text, &|_| false).is_err(), "{text}");
        }
    }
}
