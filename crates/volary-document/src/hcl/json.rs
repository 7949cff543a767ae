//! The JSON syntax of Terraform as the same tree that the native syntax gives.
//!
//! JSON does not say whether an object is a block or the value of an attribute; only the schema of a provider does. Known
//! here are Terraform's own blocks; everything else becomes an attribute, a list of blocks a list of objects.
//! See <https://developer.hashicorp.com/terraform/language/syntax/json>.

use std::sync::Arc;

use volary_model::{Data, Entry, FileId, Span, Value};

use super::ast::{Attribute, Block, Body, Expr, ExprKind, Item, Label};
use super::cursor::Cursor;
use crate::Issue;

/// How texts are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Texts {
    /// As templates, with interpolations.
    Templates,
    /// As they are: variable defaults and variable files.
    Literal,
}

struct Reader {
    file: FileId,
    issues: Vec<Issue>,
}

/// Parses a `*.tf.json` file.
pub fn from_json(file: FileId, text: &str) -> (Body, Vec<Issue>) {
    read(file, text, |reader, root| {
        let mut body = Body::default();
        each_object(root, &mut |entries| {
            for entry in entries {
                match &*entry.key {
                    "//" => {}
                    "resource" | "data" | "ephemeral" => reader.blocks(entry, 2, &mut body),
                    "variable" | "output" | "module" | "provider" | "check" => reader.blocks(entry, 1, &mut body),
                    "terraform" | "locals" | "moved" | "import" | "removed" => reader.blocks(entry, 0, &mut body),
                    _ => reader.attribute(entry, Texts::Templates, &mut body),
                }
            }
        });
        body
    })
}

/// Parses a `*.tfvars.json` file: every key is a variable, no text is a template.
pub fn variables_from_json(file: FileId, text: &str) -> (Body, Vec<Issue>) {
    read(file, text, |reader, root| {
        let mut body = Body::default();
        each_object(root, &mut |entries| {
            for entry in entries {
                reader.attribute(entry, Texts::Literal, &mut body);
            }
        });
        body
    })
}

fn read(file: FileId, text: &str, body: impl FnOnce(&mut Reader, &Value) -> Body) -> (Body, Vec<Issue>) {
    let (value, issues) = crate::json::parse(file, text);
    let mut reader = Reader { file, issues };
    let body = match value {
        Some(root) => body(&mut reader, &root),
        None if reader.issues.is_empty() => Body::default(),
        None => Body { unreadable: vec![Span::new(file, 0, text.len())], ..Body::default() },
    };
    (body, reader.issues)
}

/// An object, or each of a list of objects: JSON syntax allows both wherever blocks stand.
fn each_object(value: &Value, then: &mut dyn FnMut(&[Entry])) {
    match &value.data {
        Data::Map(map) => then(map.entries()),
        Data::List(list) => {
            for map in list.iter().filter_map(Value::as_map) {
                then(map.entries());
            }
        }
        _ => {}
    }
}

impl Reader {
    fn span(&self, value: &Value) -> Span {
        value.origin.span().unwrap_or(Span::new(self.file, 0, 0))
    }

    fn key_span(&self, entry: &Entry) -> Span {
        entry.key_span.unwrap_or_else(|| self.span(&entry.value))
    }

    /// Blocks of one type with so many labels.
    fn blocks(&mut self, entry: &Entry, labels: usize, into: &mut Body) {
        let start = Label { text: entry.key.clone(), span: self.key_span(entry) };
        // Each label is a level of objects; open work instead of recursion, in the order of the document.
        let mut open = vec![(vec![start], &entry.value)];
        while let Some((path, value)) = open.pop() {
            let inner: Vec<&Value> = match &value.data {
                Data::List(list) => list.iter().collect(),
                _ => vec![value],
            };
            let mut next = Vec::new();
            for value in inner {
                let Some(map) = value.as_map() else {
                    if !value.is_null() {
                        let message = format!("expected an object for `{}`", entry.key);
                        let span = self.span(value);
                        let help = "See Terraform's JSON configuration syntax.";
                        self.issues.push(Issue::syntax(
                            self.file,
                            span.start as usize,
                            span.end as usize,
                            message,
                            help,
                        ));
                        into.unreadable.push(span);
                    }
                    continue;
                };
                if path.len() <= labels {
                    for entry in map.entries().iter().filter(|entry| &*entry.key != "//") {
                        let mut path = path.clone();
                        path.push(Label { text: entry.key.clone(), span: self.key_span(entry) });
                        next.push((path, &entry.value));
                    }
                } else {
                    let block = self.block(&path, value);
                    into.blocks.push(block);
                }
            }
            open.extend(next.into_iter().rev());
        }
    }

    fn block(&mut self, path: &[Label], value: &Value) -> Block {
        let kind = path[0].text.clone();
        let name = path.last().unwrap_or(&path[0]);
        let mut body = Body::default();
        each_object(value, &mut |entries| {
            for entry in entries {
                match (&*kind, &*entry.key) {
                    (_, "//") => {}
                    ("variable", "type") => self.type_constraint(entry, &mut body),
                    ("variable", "default") => self.attribute(entry, Texts::Literal, &mut body),
                    ("variable" | "output", "validation" | "precondition") => self.blocks(entry, 0, &mut body),
                    ("terraform", "required_providers" | "cloud") => self.blocks(entry, 0, &mut body),
                    ("terraform", "backend") => self.blocks(entry, 1, &mut body),
                    ("resource" | "data", "lifecycle" | "connection") => self.blocks(entry, 0, &mut body),
                    ("resource", "provisioner") => self.blocks(entry, 1, &mut body),
                    ("resource" | "data" | "provider" | "dynamic" | "content", "dynamic") => {
                        self.blocks(entry, 1, &mut body);
                    }
                    ("dynamic", "content") => self.blocks(entry, 0, &mut body),
                    _ => self.attribute(entry, Texts::Templates, &mut body),
                }
            }
        });
        Block { kind, labels: path[1..].to_vec(), header: name.span, extent: name.span.to(self.span(value)), body }
    }

    fn attribute(&mut self, entry: &Entry, texts: Texts, into: &mut Body) {
        if &*entry.key == "//" {
            return;
        }
        let value = self.expr(&entry.value, texts);
        into.attributes.push(Attribute { name: entry.key.clone(), name_span: self.key_span(entry), value });
    }

    /// A type is written as text and means an expression.
    fn type_constraint(&mut self, entry: &Entry, into: &mut Body) {
        let value = match entry.value.as_text() {
            Some(text) => self.inner(text, self.span(&entry.value), |cursor| cursor.expression(true)),
            None => self.expr(&entry.value, Texts::Literal),
        };
        into.attributes.push(Attribute { name: entry.key.clone(), name_span: self.key_span(entry), value });
    }

    /// Recursion is bounded by the depth that the JSON parser allows.
    fn expr(&mut self, value: &Value, texts: Texts) -> Expr {
        let span = self.span(value);
        let kind = match &value.data {
            Data::Null | Data::Unknown(_) => ExprKind::Null,
            Data::Bool(truth) => ExprKind::Bool(*truth),
            Data::Number(number) => ExprKind::Number(*number),
            Data::Text(text) => return self.text(text, span, texts),
            Data::List(list) => ExprKind::List(list.iter().map(|value| self.expr(value, texts)).collect()),
            Data::Map(map) => {
                let entries = map.entries().iter();
                let items = entries.map(|entry| Item {
                    key: self.text(&entry.key, self.key_span(entry), texts),
                    value: self.expr(&entry.value, texts),
                });
                ExprKind::Object(items.collect())
            }
        };
        Expr { span, kind }
    }

    fn text(&mut self, text: &Arc<str>, span: Span, texts: Texts) -> Expr {
        if texts == Texts::Literal || !(text.contains("${") || text.contains("%{")) {
            return Expr { span, kind: ExprKind::Text(text.clone()) };
        }
        self.inner(text, span, Cursor::bare_template)
    }

    /// Reads an expression inside of a text; all of it lies where the text lies.
    fn inner<'t>(
        &mut self,
        text: &'t str,
        span: Span,
        read: impl FnOnce(&mut Cursor<'t>) -> super::cursor::Read<Expr>,
    ) -> Expr {
        let mut cursor = Cursor::new(self.file, text);
        cursor.all_at = Some(span);
        let expr = read(&mut cursor).unwrap_or_else(|failure| {
            cursor.report(&failure);
            Expr { span, kind: ExprKind::Unreadable }
        });
        self.issues.append(&mut cursor.issues);
        expr
    }
}
