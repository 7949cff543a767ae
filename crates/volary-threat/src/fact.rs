//! What is known of a delivery: nodes in trust zones, and facts about them with their evidence.
//!
//! Collectors fill [`Facts`]; nothing here knows what a predicate means. Which predicates there are, and what their
//! arguments stand for, is written in `catalog/attack/predicates.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The place of a fact: where a reader finds what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cite {
    /// The file, below the root of its repository.
    pub file: Arc<str>,
    /// The line, from one.
    pub line: u32,
    /// What stands there: a part of that line, word for word.
    pub text: Arc<str>,
}

/// One place of a fact, with what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Evidence {
    /// What happens there, as part of a story in the present tense: "The job checks out the stranger's code".
    pub does: Arc<str>,
    /// Where.
    pub cite: Cite,
}

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// A file of the repository.
    File,
    /// A file that describes a server, or an answer of the platform.
    Snapshot,
    /// The overlay that people write.
    Overlay,
    /// Nothing says otherwise.
    Assumed,
}

/// A node or a constant word, as facts name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub u32);

/// A thing of the delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The kind, one of `catalog/attack/nodes.yaml`: `job`, `secret`, `supplier`.
    pub kind: Arc<str>,
    /// The canonical name, stable between runs: the path of a pipeline and the name of the job.
    pub name: Arc<str>,
    /// What people call it, with its article where it needs one: "the job deploy of ci.yml".
    pub label: Arc<str>,
    /// Words that say what it is worth or what it does, sorted: `production`, `publish`, `secret`.
    pub classes: Vec<Arc<str>>,
    /// Where it is written.
    pub cite: Option<Cite>,
}

/// What a term stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A thing.
    Node(Node),
    /// A constant of the vocabulary: an event, a kind of pin, a state.
    Word(Arc<str>),
}

/// One thing that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The predicate.
    pub predicate: Arc<str>,
    /// Its arguments.
    pub terms: Vec<Term>,
    /// The places that it rests on, in the order of a story. Empty for what is assumed.
    pub evidence: Vec<Evidence>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Everything that is known of a delivery.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    meanings: Vec<Meaning>,
    nodes: BTreeMap<(Arc<str>, Arc<str>), Term>,
    words: BTreeMap<Arc<str>, Term>,
    facts: Vec<Fact>,
    known: BTreeMap<(Arc<str>, Vec<Term>), usize>,
}

impl Facts {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The term of a thing; the first label and place that are given stay.
    pub fn node(&mut self, kind: &str, name: &str, label: &str, cite: Option<Cite>) -> Term {
        let key = (Arc::from(kind), Arc::from(name));
        if let Some(&term) = self.nodes.get(&key) {
            if let (Some(Meaning::Node(node)), Some(cite)) = (self.meanings.get_mut(term.0 as usize), cite)
                && node.cite.is_none()
            {
                node.cite = Some(cite);
            }
            return term;
        }
        let term = Term(self.meanings.len() as u32);
        let (kind, name) = key.clone();
        self.meanings.push(Meaning::Node(Node { kind, name, label: label.into(), classes: Vec::new(), cite }));
        self.nodes.insert(key, term);
        term
    }

    /// The term of a thing that is known already.
    pub fn find(&self, kind: &str, name: &str) -> Option<Term> {
        self.nodes.get(&(Arc::from(kind), Arc::from(name))).copied()
    }

    /// Adds a word that says what a thing is worth or does.
    pub fn class(&mut self, term: Term, class: &str) {
        if let Some(Meaning::Node(node)) = self.meanings.get_mut(term.0 as usize)
            && let Err(at) = node.classes.binary_search_by(|known| (**known).cmp(class))
        {
            node.classes.insert(at, class.into());
        }
    }

    /// The term of a constant.
    pub fn word(&mut self, word: &str) -> Term {
        if let Some(&term) = self.words.get(word) {
            return term;
        }
        let term = Term(self.meanings.len() as u32);
        self.meanings.push(Meaning::Word(word.into()));
        self.words.insert(word.into(), term);
        term
    }

    /// Adds a fact. One that is known already keeps its first evidence.
    pub fn add(&mut self, predicate: &str, terms: &[Term], origin: Origin, evidence: Vec<Evidence>) {
        let key = (Arc::from(predicate), terms.to_vec());
        if self.known.contains_key(&key) {
            return;
        }
        self.facts.push(Fact { predicate: key.0.clone(), terms: key.1.clone(), evidence, origin });
        self.known.insert(key, self.facts.len() - 1);
    }

    /// Whether a fact is known.
    pub fn has(&self, predicate: &str, terms: &[Term]) -> bool {
        self.known.contains_key(&(Arc::from(predicate), terms.to_vec()))
    }

    /// What a term stands for.
    pub fn meaning(&self, term: Term) -> &Meaning {
        &self.meanings[term.0 as usize]
    }

    /// The thing that a term stands for.
    pub fn thing(&self, term: Term) -> Option<&Node> {
        match self.meanings.get(term.0 as usize)? {
            Meaning::Node(node) => Some(node),
            Meaning::Word(_) => None,
        }
    }

    /// All facts, in the order in which they were added.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// All terms that are things.
    pub fn things(&self) -> impl Iterator<Item = (Term, &Node)> {
        self.meanings.iter().enumerate().filter_map(|(at, meaning)| match meaning {
            Meaning::Node(node) => Some((Term(at as u32), node)),
            Meaning::Word(_) => None,
        })
    }
}
