//! What every reader needs: texts with their places, issues, budgets.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use volary_document::{Issue, yaml};
use volary_model::{Data, FileId, Origin, ProblemKind, Reason, ReasonKind, Role, Span, Value};

use crate::expression::{Grammar, parse};
use crate::model::{
    Activation, Condition, Expr, ExprKind, Found, Hidden, HiddenPlace, Hole, Input, Known, Permissions, Piece,
    Pipeline, PipelineKind, Platform, Repository, ScriptText, Setting, Step, Syntax, Text, Uses, UsesKind,
};
use crate::{Document, Limits, Lookup, Sources, align};

/// The state of reading one pipeline.
pub(crate) struct Reader<'s> {
    pub(crate) platform: Platform,
    pub(crate) sources: &'s dyn Sources,
    pub(crate) limits: &'s Limits,
    documents: BTreeMap<FileId, Arc<Document>>,
    issues: Vec<Issue>,
    said: BTreeSet<&'static str>,
    nodes: usize,
    includes: usize,
    volume: usize,
    /// Where reading stopped because of a limit, and why.
    cut: Option<(Span, Reason)>,
}

/// Most issues of one pipeline.
const MAX_ISSUES: usize = 200;

impl<'s> Reader<'s> {
    pub(crate) fn new(platform: Platform, sources: &'s dyn Sources, limits: &'s Limits) -> Self {
        Self {
            platform,
            sources,
            limits,
            documents: BTreeMap::new(),
            issues: Vec::new(),
            said: BTreeSet::new(),
            nodes: 0,
            includes: 0,
            volume: 0,
            cut: None,
        }
    }

    /// The issues in the order of their places.
    pub(crate) fn into_issues(mut self) -> Vec<Issue> {
        self.issues.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
        self.issues.dedup();
        self.issues
    }

    pub(crate) fn issue(&mut self, at: Span, message: impl Into<String>, help: &str) {
        self.push(Issue { span: at, kind: ProblemKind::Syntax, message: message.into(), help: help.to_owned() });
    }

    fn push(&mut self, issue: Issue) {
        if self.issues.len() < MAX_ISSUES {
            self.issues.push(issue);
        }
    }

    /// Reports that a limit was reached, once for each limit.
    pub(crate) fn limit(&mut self, at: Span, limit: &'static str, help: &str) -> Reason {
        if self.said.insert(limit) {
            let message = format!("the pipeline has {limit}");
            self.push(Issue { span: at, kind: ProblemKind::Limit, message, help: help.to_owned() });
        }
        let reason = Reason::new(ReasonKind::Limit, limit);
        self.cut.get_or_insert_with(|| (at, reason.clone()));
        reason
    }

    /// Where reading stopped because of a limit, and why.
    pub(crate) fn cut(&self) -> Option<(Span, Reason)> {
        self.cut.clone()
    }

    /// Counts what a step holds.
    pub(crate) fn weigh(&mut self, step: &Step) {
        let texts = step.inputs.iter().map(|input| &input.text).chain(step.script().map(|script| &script.text));
        let pieces: usize = texts.map(|text| text.pieces.len()).sum();
        let condition = step.activation.condition.as_ref().map_or(0, |condition| condition.expr.walk().len());
        self.volume += 1 + pieces + condition;
    }

    /// Counts a stage, job or step.
    pub(crate) fn node(&mut self, at: Span) -> Result<(), Reason> {
        self.nodes += 1;
        if self.volume > self.limits.volume {
            return Err(self.limit(
                at,
                "longer scripts and conditions than are read, repeated by templates",
                "What lies behind this place is not judged; repeat less.",
            ));
        }
        if self.nodes <= self.limits.nodes {
            return Ok(());
        }
        Err(self.limit(
            at,
            "more stages, jobs and steps than are read",
            "What lies behind this place is not judged; split the pipeline.",
        ))
    }

    /// Counts an include that is about to be followed.
    pub(crate) fn follow(&mut self, at: Span, depth: usize) -> Result<(), Reason> {
        self.includes += 1;
        if depth >= self.limits.include_depth {
            return Err(self.limit(
                at,
                "templates nested deeper than is read",
                "A template that includes itself never ends; remove the cycle.",
            ));
        }
        if self.includes > self.limits.includes {
            return Err(self.limit(
                at,
                "more includes than are followed",
                "What further templates hold is not judged; include fewer.",
            ));
        }
        Ok(())
    }

    /// Registers a document and gives the YAML in it. What is wrong with it is reported once.
    pub(crate) fn yaml<'d>(&mut self, document: &'d Arc<Document>, dialect: yaml::Dialect) -> &'d [Value] {
        let (values, issues) = document.yaml(dialect);
        if self.documents.insert(document.file, document.clone()).is_none() {
            for issue in issues {
                self.push(issue.clone());
            }
        }
        values
    }

    fn source(&self, span: Span) -> &str {
        self.documents
            .get(&span.file)
            .and_then(|document| document.text.get(span.start as usize..span.end as usize))
            .unwrap_or_default()
    }

    /// A scalar with the places of its characters. Numbers, truths and nothing are as they are written.
    pub(crate) fn decoded(&self, value: &Value) -> ScriptText {
        // Behind aliases lies the place where it is written.
        let Some(at) = value.origin.source().span() else {
            return ScriptText { text: scalar_or_empty(value), segments: Vec::new() };
        };
        let source = self.source(at);
        let text = match &value.data {
            Data::Text(text) => text.to_string(),
            Data::Bool(_) | Data::Number(_) => {
                if source.is_empty() {
                    scalar_or_empty(value)
                } else {
                    source.to_owned()
                }
            }
            _ => String::new(),
        };
        let segments = align::segments(&text, at, source);
        ScriptText { text, segments }
    }

    /// A scalar as a text without looking for anything that is put in.
    pub(crate) fn plain(&self, value: &Value) -> Text {
        let decoded = self.decoded(value);
        Text { pieces: known(&decoded, 0..decoded.text.len()), origin: value.origin.clone(), data: data(value) }
    }

    /// A scalar with its `${{ }}`.
    pub(crate) fn text(&mut self, value: &Value) -> Text {
        if let Data::Unknown(unknown) = &value.data {
            return hole_text(value, unknown.reason.clone());
        }
        let decoded = self.decoded(value);
        if !decoded.text.contains("${{") {
            let pieces = known(&decoded, 0..decoded.text.len());
            return Text { pieces, origin: value.origin.clone(), data: data(value) };
        }
        let mut pieces = Vec::new();
        let mut from = 0;
        for range in expressions(&decoded.text) {
            pieces.extend(known(&decoded, from..range.start));
            from = range.end;
            let hole = self.expression_hole(&decoded, range);
            pieces.push(Piece::Hole(hole));
        }
        pieces.extend(known(&decoded, from..decoded.text.len()));
        Text { pieces, origin: value.origin.clone(), data: None }
    }

    /// A hole of what stands between `${{` and `}}`.
    fn expression_hole(&mut self, decoded: &ScriptText, range: Range<usize>) -> Hole {
        let at = decoded.place(range.start, range.end).unwrap_or(Span::new(FileId(0), 0, 0));
        let closed = decoded.text[range.clone()].ends_with("}}");
        let inner = range.start + 3..range.end - if closed { 2 } else { 0 };
        let written = decoded.text.get(inner.clone()).unwrap_or_default();
        if !closed {
            self.issue(at, "the expression that starts here does not end", "Close it with `}}`.");
        }
        let expr = self.parse(written, Grammar::Functions, &|part| {
            decoded.place(inner.start + part.start, inner.start + part.end).unwrap_or(at)
        });
        let text: Arc<str> = folded(written).into();
        let reason = reason_of(&expr, &text);
        Hole { syntax: Syntax::Expression, text, expression: Some(Arc::new(expr)), at, reason, usually: None }
    }

    /// Parses an expression and reports what is wrong with it.
    pub(crate) fn parse(&mut self, text: &str, grammar: Grammar, place: &dyn Fn(Range<usize>) -> Span) -> Expr {
        let parsed = parse(text, grammar, self.limits, place);
        if let Some((message, at, limit)) = parsed.error {
            let kind = if limit { ProblemKind::Limit } else { ProblemKind::Syntax };
            let message = if limit { message } else { format!("not a valid expression: {message}") };
            let help = "The platform refuses or misreads it; whatever depends on it counts as not known.";
            self.push(Issue { span: at, kind, message, help: help.to_owned() });
        }
        parsed.expr
    }

    /// A condition whose whole text is one expression.
    pub(crate) fn condition(&mut self, value: &Value, key: Option<Span>, grammar: Grammar) -> Condition {
        let at = value.origin.span().unwrap_or(Span::new(FileId(0), 0, 0));
        let decoded = self.decoded(value);
        let expr = match &value.data {
            Data::Bool(_) | Data::Number(_) | Data::Null => Expr::new(ExprKind::Literal(value.clone()), at),
            Data::Text(text) if text.trim().is_empty() => {
                Expr::new(ExprKind::Literal(Value::new(Data::Null, value.origin.clone())), at)
            }
            Data::Unknown(unknown) => Expr::new(ExprKind::Unknown(unknown.reason.clone()), at),
            _ => self.parse(&decoded.text, grammar, &|part| decoded.place(part.start, part.end).unwrap_or(at)),
        };
        Condition { text: decoded.text.trim().into(), at, key, expr }
    }

    /// Looks a file up. What is not there is said with the name of what asks for it.
    pub(crate) fn look_up(&self, repository: Option<&Repository>, path: &str) -> Result<Arc<Document>, Reason> {
        match self.sources.read(repository, path) {
            Lookup::Found(document) => Ok(document),
            Lookup::NoSuchFile => {
                let about = match repository {
                    Some(repository) => format!("{path} in {}", repository.name),
                    None => path.to_owned(),
                };
                Err(Reason::new(ReasonKind::Unreadable, about))
            }
            Lookup::NoSource => {
                let name = repository.map_or("", |repository| &repository.name);
                let about = if path.is_empty() { name.to_owned() } else { format!("{path} of {name}") };
                Err(Reason::new(ReasonKind::MissingSource, about))
            }
        }
    }

    /// A pipeline without anything.
    pub(crate) fn empty(&mut self, document: &Arc<Document>) -> Pipeline {
        let at = Span::new(document.file, 0, document.text.len());
        Pipeline {
            platform: self.platform,
            kind: PipelineKind::Pipeline,
            file: document.file,
            path: document.path.clone(),
            at,
            name: None,
            triggers: Vec::new(),
            parameters: Vec::new(),
            variables: Vec::new(),
            permissions: None,
            concurrency: None,
            resources: Vec::new(),
            activation: Activation::default(),
            stages: Vec::new(),
            jobs: Vec::new(),
            uses: Vec::new(),
            hidden: Vec::new(),
            secrets: Vec::new(),
            outputs: Vec::new(),
            written: Value::at(Data::Null, at),
        }
    }
}

/// Notes that something could not be read.
pub(crate) fn hide(pipeline: &mut Pipeline, uses: &Uses, place: HiddenPlace) {
    if let Found::Missing(reason) = &uses.found {
        pipeline.hidden.push(Hidden { uses: uses.clone(), reason: reason.clone(), place });
    }
}

/// Notes that reading stopped: anything may stand in the rest.
pub(crate) fn cut_off(pipeline: &mut Pipeline, at: Span, reason: Reason) {
    let uses = Uses {
        kind: UsesKind::Include,
        written: Text::literal("the rest of the pipeline", Origin::at(at, Role::Block)),
        name: "the rest of the pipeline".into(),
        reference: None,
        repository: None,
        path: Arc::from(""),
        at,
        found: Found::Missing(reason.clone()),
    };
    pipeline.hidden.push(Hidden { uses, reason, place: HiddenPlace::Anywhere });
}

/// The stretches of a decoded scalar as pieces.
pub(crate) fn known(decoded: &ScriptText, range: Range<usize>) -> Vec<Piece> {
    if range.is_empty() {
        return Vec::new();
    }
    let first = decoded.segments.partition_point(|segment| segment.end <= range.start);
    let mut pieces = Vec::new();
    for segment in &decoded.segments[first..] {
        let (start, end) = (segment.start.max(range.start), segment.end.min(range.end));
        if start >= end {
            break;
        }
        let Some(text) = decoded.text.get(start..end) else { continue };
        let at = decoded.place(start, end).unwrap_or(segment.at);
        pieces.push(Piece::Known(Known { text: text.into(), at, exact: segment.exact, from: None }));
    }
    pieces
}

/// The value of a scalar that is no text, and of everything that is no scalar.
pub(crate) fn data(value: &Value) -> Option<Value> {
    match &value.data {
        Data::Text(_) => None,
        _ => Some(value.clone()),
    }
}

/// The ranges of `${{ ... }}` in a text; the last may be open.
pub(crate) fn expressions(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("${{") {
        let start = from + at;
        let mut end = start + 3;
        let mut quoted = false;
        // Texts in an expression may hold the brackets.
        loop {
            match bytes.get(end) {
                None => break,
                Some(b'\'') => quoted = !quoted,
                Some(b'}') if !quoted && bytes.get(end + 1) == Some(&b'}') => {
                    end += 2;
                    break;
                }
                Some(_) => {}
            }
            end += 1;
        }
        if quoted {
            // A quote that does not end: the first brackets count.
            end = text[start..].find("}}").map_or(bytes.len(), |close| start + close + 2);
        }
        found.push(start..end);
        from = end;
    }
    found
}

/// A text with every run of blanks as one, none at its ends.
pub(crate) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn scalar_or_empty(value: &Value) -> String {
    crate::model::scalar_text(value).unwrap_or_default()
}

/// A text that is not known at all.
pub(crate) fn hole_text(value: &Value, reason: Reason) -> Text {
    let at = value.origin.span().unwrap_or(Span::new(FileId(0), 0, 0));
    let hole =
        Hole { syntax: Syntax::Expression, text: reason.about.clone(), expression: None, at, reason, usually: None };
    Text { pieces: vec![Piece::Hole(hole)], origin: value.origin.clone(), data: Some(value.clone()) }
}

/// Why an expression is not known: by the context of the first name in it.
pub(crate) fn reason_of(expr: &Expr, text: &Arc<str>) -> Reason {
    let mut found = None;
    for part in expr.walk() {
        match &part.kind {
            ExprKind::Name(parts) => {
                let context = parts.first().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
                let kind = match context.as_str() {
                    "secrets" => return Reason::new(ReasonKind::Secret, parts.join(".")),
                    "vars" => ReasonKind::PlatformVariable,
                    "inputs" | "parameters" => ReasonKind::ChosenAtStart,
                    _ => ReasonKind::RunTime,
                };
                if found.is_none() {
                    found = Some(Reason::new(kind, parts.join(".")));
                }
            }
            ExprKind::Unknown(reason) if found.is_none() => found = Some(reason.clone()),
            _ => {}
        }
    }
    found.unwrap_or_else(|| Reason::new(ReasonKind::RunTime, text.clone()))
}

/// The entry of a map without regard to whether it is one.
pub(crate) fn entry<'v>(value: &'v Value, key: &str) -> Option<&'v volary_model::Entry> {
    value.as_map().and_then(|map| map.entry(key))
}

/// The place of a value.
pub(crate) fn span(value: &Value) -> Span {
    value.origin.span().unwrap_or(Span::new(FileId(0), 0, 0))
}

/// The place of an entry with its key.
pub(crate) fn whole(entry: &volary_model::Entry) -> Span {
    let at = span(&entry.value);
    entry.key_span.map_or(at, |key| key.to(at))
}

/// A name that is written as a key.
pub(crate) fn key_text(entry: &volary_model::Entry) -> Text {
    let at = entry.key_span.unwrap_or_else(|| span(&entry.value));
    Text::literal(entry.key.clone(), Origin::at(at, Role::Attribute))
}

/// A text or a list of texts as a list.
pub(crate) fn as_list(value: &Value) -> Vec<&Value> {
    match &value.data {
        Data::List(list) => list.iter().collect(),
        Data::Null => Vec::new(),
        _ => vec![value],
    }
}

impl Setting {
    pub(crate) fn of(text: Text, key: Option<Span>) -> Self {
        Self { key, value: text.value(), text }
    }
}

impl Input {
    pub(crate) fn of(name: Arc<str>, key: Option<Span>, text: Text) -> Self {
        Self { name, key, value: text.value(), text }
    }
}

impl Permissions {
    /// Permissions as GitHub writes them.
    pub(crate) fn of(entry: &volary_model::Entry) -> Self {
        let value = &entry.value;
        let scopes = value.as_map().map_or(Vec::new(), |map| {
            let scope = |entry: &volary_model::Entry| {
                (entry.key.clone(), entry.key_span.unwrap_or_else(|| span(&entry.value)), entry.value.clone())
            };
            map.entries().iter().map(scope).collect()
        });
        Self { at: span(value), key: entry.key_span, all: value.as_text().map(Into::into), scopes }
    }
}
