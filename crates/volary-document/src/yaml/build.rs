//! From parser events to values, with aliases and merge keys resolved within a budget.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use granit_parser::{Event, ScalarStyle, ScanError, StructureStyle, Tag};
use volary_model::{Data, Entry, FileId, Origin, Reason, ReasonKind, Role, Span, Value};

use super::written::written;
use super::{Dialect, MAX_EXPANSION, MAX_NODES, scalar};
use crate::Issue;

/// Whether to go on.
pub(super) enum Step {
    Go,
    Stop,
}

/// A finished node and how many nodes it has when every alias is written out.
#[derive(Clone)]
struct Node {
    value: Value,
    size: usize,
}

/// A map or list that is still open.
struct Open {
    start: usize,
    /// The end of the last thing seen in it.
    end: usize,
    size: usize,
    anchor: usize,
    tag: Option<Arc<str>>,
    content: Content,
}

enum Content {
    List(Vec<Value>),
    Map {
        entries: Vec<Entry>,
        /// A key that waits for its value.
        key: Option<(Arc<str>, Span, bool)>,
        /// The values of merge keys.
        merges: Vec<Node>,
    },
}

pub(super) struct Builder<'t> {
    file: FileId,
    text: &'t str,
    dialect: Dialect,
    base: usize,
    document: usize,
    documents: Vec<Value>,
    root: Option<Value>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    expanded: usize,
    pub(super) issues: Vec<Issue>,
}

impl<'t> Builder<'t> {
    pub(super) fn new(file: FileId, text: &'t str, dialect: Dialect) -> Self {
        Self {
            file,
            text,
            dialect,
            base: 0,
            document: 0,
            documents: Vec::new(),
            root: None,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            nodes: 0,
            expanded: 0,
            issues: Vec::new(),
        }
    }

    /// Starts reading at a byte offset; nothing of a broken document remains.
    pub(super) fn start(&mut self, base: usize) {
        self.base = base;
        self.document = base;
        self.root = None;
        self.open.clear();
        self.anchors.clear();
    }

    /// Where the document that is being read starts.
    pub(super) fn document_start(&self) -> usize {
        self.document
    }

    pub(super) fn finish(self) -> (Vec<Value>, Vec<Issue>) {
        (self.documents, self.issues)
    }

    fn range(&self, span: granit_parser::Span) -> (usize, usize) {
        let range = span.byte_range().unwrap_or(0..0);
        let clamp = |at: usize| (self.base + at).min(self.text.len());
        (clamp(range.start), clamp(range.end))
    }

    pub(super) fn syntax_error(&mut self, error: &ScanError) {
        use granit_parser::ErrorKind;
        let at = (self.base + error.marker().byte_offset().unwrap_or(0)).min(self.text.len());
        let issue = match error.kind() {
            ErrorKind::RecursionLimitExceeded => Issue::limit(
                self.file,
                at,
                at,
                "the document is nested deeper than 255 levels",
                "Volary reads no document that deep; flatten it or exclude the file.",
            ),
            kind => Issue::syntax(
                self.file,
                at,
                at,
                format!("not valid YAML: {kind}"),
                "Correct the syntax at this place; indentation, quotes and colons are the usual causes.",
            ),
        };
        self.issues.push(issue);
    }

    pub(super) fn take(&mut self, event: Event<'_>, span: granit_parser::Span) -> Step {
        let (start, end) = self.range(span);
        match event {
            Event::DocumentStart(..) => {
                self.document = start;
                self.root = None;
                self.anchors.clear();
            }
            Event::DocumentEnd => {
                let null = Value::at(Data::Null, Span::new(self.file, self.document, self.document));
                let root = self.root.take().unwrap_or(null);
                self.documents.push(root);
            }
            Event::Scalar(text, style, anchor, tag) => {
                let end = if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
                    start + self.text[start..end].trim_end().len()
                } else {
                    end
                };
                let node = self.scalar(&text, style, tag.as_deref(), (start, end));
                return self.place(node, anchor, (start, end));
            }
            Event::SequenceStart(style, anchor, tag) => {
                return self.open(Content::List(Vec::new()), style, anchor, tag.as_deref(), (start, end));
            }
            Event::MappingStart(style, anchor, tag) => {
                let map = Content::Map { entries: Vec::new(), key: None, merges: Vec::new() };
                return self.open(map, style, anchor, tag.as_deref(), (start, end));
            }
            Event::SequenceEnd | Event::MappingEnd => return self.close((start, end)),
            Event::Alias(id) => {
                let node = self.alias(id, (start, end));
                return self.place(node, 0, (start, end));
            }
            Event::UnresolvedAlias(name) => {
                self.issues.push(Issue::syntax(
                    self.file,
                    start,
                    end,
                    format!("the alias `*{name}` has no anchor `&{name}` before it in this document"),
                    "Define the anchor first, or quote the text if it is no alias.",
                ));
                let node = self.unknown(ReasonKind::Unreadable, &name, (start, end));
                return self.place(node, 0, (start, end));
            }
            _ => {}
        }
        Step::Go
    }

    fn span(&self, (start, end): (usize, usize)) -> Span {
        Span::new(self.file, start, end)
    }

    fn unknown(&self, kind: ReasonKind, about: &str, range: (usize, usize)) -> Node {
        let origin = Origin::at(self.span(range), Role::Attribute);
        Node { value: Value::unknown(Reason::new(kind, about), origin), size: 1 }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, range: (usize, usize)) -> Node {
        let data = match (tag, style) {
            (None, ScalarStyle::Plain) => scalar::resolve(text, self.dialect),
            (Some(tag), _) => match tag.core_suffix() {
                Some(core) => scalar::tagged(text, core, self.dialect),
                None => Data::Text(text.into()),
            },
            (None, _) => Data::Text(text.into()),
        };
        let mut value = Value::at(data, self.span(range));
        if value.as_text().is_some()
            && let Some(at) = written(self.file, self.text, text, style, range)
        {
            value = value.with_note(|note| note.text_at = Some(at));
        }
        Node { value: with_tag(value, tag.and_then(custom).as_ref()), size: 1 }
    }

    fn alias(&mut self, id: usize, range: (usize, usize)) -> Node {
        let name = self.text.get(range.0 + 1..range.1).unwrap_or_default().to_owned();
        let Some(node) = self.anchors.get(&id) else {
            self.issues.push(Issue::syntax(
                self.file,
                range.0,
                range.1,
                format!("the alias `*{name}` stands inside the node that it names"),
                "A document cannot contain itself; remove the alias.",
            ));
            return self.unknown(ReasonKind::Unreadable, &name, range);
        };
        if self.expanded.saturating_add(node.size) > MAX_EXPANSION {
            self.expansion_limit(range);
            return self.unknown(ReasonKind::Limit, "too many nodes through aliases", range);
        }
        let node = node.clone();
        self.expanded += node.size;
        Node { value: node.value.used_at(self.span(range), Role::Attribute), size: node.size }
    }

    /// Reports the limit once.
    fn expansion_limit(&mut self, (start, end): (usize, usize)) {
        if self.expanded > MAX_EXPANSION {
            return;
        }
        self.expanded = MAX_EXPANSION + 1;
        self.issues.push(Issue::limit(
            self.file,
            start,
            end,
            format!("aliases add more than {MAX_EXPANSION} nodes"),
            "What the further aliases stand for is not judged; write fewer aliases of aliases.",
        ));
    }

    fn open(
        &mut self,
        content: Content,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        (start, end): (usize, usize),
    ) -> Step {
        // A block collection has no bracket of its own: it ends with its last child.
        let end = if style == StructureStyle::Flow { end } else { start };
        self.open.push(Open { start, end, size: 1, anchor, tag: tag.and_then(custom), content });
        self.count(start)
    }

    fn count(&mut self, at: usize) -> Step {
        self.nodes += 1;
        if self.nodes <= MAX_NODES {
            return Step::Go;
        }
        self.issues.push(Issue::limit(
            self.file,
            at,
            at,
            format!("the file has more than {MAX_NODES} nodes"),
            "The document at this place and those behind it are not judged; split the file or exclude it.",
        ));
        Step::Stop
    }

    fn close(&mut self, (start, end): (usize, usize)) -> Step {
        let Some(mut open) = self.open.pop() else { return Step::Go };
        // Only the end of a flow collection covers text: its bracket.
        if end > start && matches!(self.text.as_bytes().get(start), Some(b'}' | b']')) {
            open.end = open.end.max(end);
        }
        let range = (open.start, open.end.max(open.start));
        let origin = Origin::at(self.span(range), Role::Block);
        let value = match open.content {
            Content::List(values) => Value::list(values, origin),
            Content::Map { entries, merges, .. } => {
                let (entries, added) = self.merge(entries, merges, range);
                open.size += added;
                Value::map(entries, origin)
            }
        };
        let node = Node { value: with_tag(value, open.tag.as_ref()), size: open.size };
        self.place_uncounted(node, open.anchor, range);
        Step::Go
    }

    /// Entries of merged maps before the written ones: earlier maps of a list win over later ones, written keys over all.
    fn merge(&mut self, entries: Vec<Entry>, merges: Vec<Node>, range: (usize, usize)) -> (Vec<Entry>, usize) {
        if merges.is_empty() {
            return (entries, 0);
        }
        let mut seen: HashSet<Arc<str>> = entries.iter().map(|entry| entry.key.clone()).collect();
        let mut merged = Vec::new();
        let mut added = 0;
        for node in merges {
            // Nodes of a merged map count as often as it is merged.
            if self.expanded.saturating_add(node.size) > MAX_EXPANSION {
                self.expansion_limit(range);
                break;
            }
            self.expanded += node.size;
            added += node.size;
            let maps: &[Value] = match &node.value.data {
                Data::List(list) => list,
                _ => std::slice::from_ref(&node.value),
            };
            for entry in maps.iter().filter_map(Value::as_map).flat_map(|map| map.entries().iter().rev()) {
                if seen.insert(entry.key.clone()) {
                    merged.push(entry.clone());
                }
            }
        }
        merged.reverse();
        merged.extend(entries);
        (merged, added)
    }

    fn place(&mut self, node: Node, anchor: usize, range: (usize, usize)) -> Step {
        self.place_uncounted(node, anchor, range);
        self.count(range.0)
    }

    fn place_uncounted(&mut self, node: Node, anchor: usize, range: (usize, usize)) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let span = self.span(range);
        let text = self.text;
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node.value);
            return;
        };
        parent.end = parent.end.max(range.1);
        parent.size = parent.size.saturating_add(node.size);
        match &mut parent.content {
            Content::List(values) => values.push(node.value),
            Content::Map { entries, key, merges } => match key.take() {
                None => {
                    let plain_merge = node.value.as_text() == Some("<<")
                        && !matches!(text.as_bytes().get(range.0), Some(b'"' | b'\''));
                    *key = Some((key_text(&node.value, text, range), span, plain_merge));
                }
                Some((_, _, true)) if mergeable(&node.value) => merges.push(node),
                Some((key, key_span, _)) => entries.push(Entry { key, key_span: Some(key_span), value: node.value }),
            },
        }
    }
}

fn mergeable(value: &Value) -> bool {
    match &value.data {
        Data::Map(_) => true,
        Data::List(list) => list.iter().all(|value| value.as_map().is_some()),
        _ => false,
    }
}

/// The text of a key: scalars as they are written, without quotes and escapes; other nodes as their source.
fn key_text(value: &Value, text: &str, range: (usize, usize)) -> Arc<str> {
    match &value.data {
        Data::Text(text) => text.clone(),
        // An alias as a key, or a scalar with another type: `on`, `80`, `null`.
        Data::Bool(_) | Data::Number(_) | Data::Null => {
            let span = value.origin.source().span();
            let (start, end) = span.map_or(range, |span| (span.start as usize, span.end as usize));
            let source = text.get(start..end).unwrap_or_default();
            // A tagged scalar may be quoted.
            source.trim_matches(['"', '\'']).into()
        }
        Data::List(_) | Data::Map(_) | Data::Unknown(_) => text.get(range.0..range.1).unwrap_or_default().into(),
    }
}

/// The name of a tag that the core schema does not know, without its exclamation mark.
fn custom(tag: &Tag) -> Option<Arc<str>> {
    if tag.core_suffix().is_some() {
        return None;
    }
    let handle = tag.handle().trim_start_matches('!');
    let name = format!("{handle}{}", tag.suffix());
    (!name.is_empty()).then(|| name.into())
}

fn with_tag(value: Value, tag: Option<&Arc<str>>) -> Value {
    match tag {
        Some(tag) => value.with_note(|note| note.tag = Some(tag.clone())),
        None => value,
    }
}
