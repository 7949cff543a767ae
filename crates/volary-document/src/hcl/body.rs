//! Files and blocks: attributes, nested blocks, and going on after what is broken.

use std::collections::HashSet;

use volary_model::ProblemKind;

use super::ast::{Attribute, Block, Body, Expr, ExprKind, Label};
use super::cursor::{Cursor, Failure, Read};
use super::recover::{Until, resume};
use crate::Issue;

impl Cursor<'_> {
    /// The whole text as a body. A broken attribute costs its value, anything else that is broken its top-level block.
    pub(super) fn file(&mut self) -> Body {
        let mut body = Body::default();
        loop {
            self.blanks(true);
            if self.at >= self.end {
                self.report_duplicates(&body);
                body.shrink();
                return body;
            }
            let start = self.at;
            self.depth = 0;
            self.trim = false;
            self.end = self.text.len();
            if let Err(failure) = self.item(&mut body, true) {
                self.end = self.text.len();
                self.report(&failure);
                self.at = start;
                let failed = failure.found().max(start + 1);
                let after = resume(self, start, failed, Until::TopLevel).unwrap_or(self.end).max(start + 1);
                body.unreadable.push(self.span(start, after));
                self.at = after;
            }
        }
    }

    /// An attribute or block; the position is at its name.
    fn item(&mut self, into: &mut Body, top: bool) -> Read<()> {
        let start = self.at;
        let Some(name) = self.identifier() else {
            return Err(Failure::new(start, "expected the name of an attribute or block"));
        };
        let name_end = self.at;
        self.blanks(false);
        if self.peek() == Some(b'=') && self.peek_at(1) != Some(b'=') {
            self.at += 1;
            let value = self.attribute_value()?;
            let name_span = self.span(start, name_end);
            let name = self.shared(name);
            into.attributes.push(Attribute { name, name_span, value });
        } else {
            let block = self.block(start, name, name_end)?;
            into.blocks.push(block);
        }
        self.blanks(false);
        if self.at_line_end() || (!top && self.peek() == Some(b'}')) {
            return Ok(());
        }
        Err(Failure::new(self.at, "expected the end of the line"))
    }

    /// Tells of names that are set twice in a body.
    fn report_duplicates(&mut self, body: &Body) {
        let all = &body.attributes;
        // Few names are compared one by one, many by their hash.
        let few = |index: usize| all[..index].iter().any(|known| known.name == all[index].name);
        let mut seen = HashSet::new();
        let mut many = |index: usize| !seen.insert(&*all[index].name);
        let duplicates: Vec<usize> =
            (0..all.len()).filter(|index| if all.len() <= 16 { few(*index) } else { many(*index) }).collect();
        for attribute in duplicates.into_iter().map(|index| &all[index]) {
            let span = attribute.name_span;
            let message = format!("`{}` is set twice; the last one was read", attribute.name);
            let help = "Keep one of the two.".to_owned();
            self.issues.push(Issue { span, kind: ProblemKind::Syntax, message, help });
        }
    }

    /// The value of an attribute. A broken one is skipped where it is certain where it ends.
    fn attribute_value(&mut self) -> Read<Expr> {
        self.blanks(false);
        let start = self.at;
        let (depth, end) = (self.depth, self.end);
        let result = self.expression(false).and_then(|value| {
            let after = self.at;
            self.blanks(false);
            if self.at_line_end() || self.peek() == Some(b'}') {
                self.at = after;
                return Ok(value);
            }
            Err(Failure::new(self.at, "expected the end of the line behind the value"))
        });
        let failure = match result {
            Ok(value) => return Ok(value),
            Err(failure) => failure,
        };
        (self.depth, self.end, self.trim) = (depth, end, false);
        self.at = start;
        match resume(self, start, failure.found(), Until::LineEnd) {
            Some(after) => {
                self.report(&failure);
                self.at = after;
                Ok(Expr { span: self.span(start, after), kind: ExprKind::Unreadable })
            }
            None => Err(failure),
        }
    }

    fn block(&mut self, start: usize, kind: &str, kind_end: usize) -> Read<Block> {
        let mut labels = Vec::new();
        let mut header_end = kind_end;
        loop {
            self.blanks(false);
            let from = self.at;
            match self.peek() {
                Some(b'{') => break,
                Some(b'"') => {
                    let label = self.quoted()?;
                    let ExprKind::Text(text) = label.kind else {
                        return Err(Failure::new(from, "a label cannot hold an interpolation"));
                    };
                    labels.push(Label { text, span: label.span });
                }
                _ => match self.identifier() {
                    Some(name) => {
                        let text = self.shared(name);
                        labels.push(Label { text, span: self.since(from) });
                    }
                    None if labels.is_empty() => {
                        return Err(Failure::new(from, "expected `=` and a value, or `{` and a block"));
                    }
                    None => return Err(Failure::new(from, "expected `{` and the content of the block")),
                },
            }
            header_end = self.at;
        }
        self.deeper()?;
        let opening = self.at;
        self.at += 1;
        let mut body = Body::default();
        loop {
            self.blanks(true);
            match self.peek() {
                Some(b'}') => break,
                None => {
                    let message = format!("the block `{kind}` has no end: `}}` is missing");
                    return Err(Failure::new(opening, message).found_at(self.at));
                }
                Some(_) if self.starts_definition() => {
                    let message = format!("the block `{kind}` has no end: `}}` is missing");
                    return Err(Failure::new(opening, message).found_at(self.at));
                }
                Some(_) => self.item(&mut body, false)?,
            }
        }
        self.at += 1;
        self.depth -= 1;
        self.report_duplicates(&body);
        body.shrink();
        labels.shrink_to_fit();
        Ok(Block {
            kind: self.shared(kind),
            labels,
            header: self.span(start, header_end),
            extent: self.since(start),
            body,
        })
    }

    /// Whether one of Terraform's top-level blocks starts here, in the first column. Inside of a block this means that
    /// the block before it was never closed.
    fn starts_definition(&self) -> bool {
        if self.at > 0 && self.bytes[self.at - 1] != b'\n' {
            return false;
        }
        let line = &self.bytes[self.at..self.end];
        let name = line.iter().take_while(|byte| byte.is_ascii_lowercase()).count();
        let labels = match &line[..name] {
            b"resource" | b"data" => 2,
            b"variable" | b"output" | b"module" | b"provider" => 1,
            b"locals" | b"terraform" => 0,
            _ => return false,
        };
        let line = &line[name..self.next_line(self.at) - self.at];
        let quotes = line.iter().filter(|byte| **byte == b'"').count();
        quotes == labels * 2 && line.trim_ascii().first() == Some(if labels == 0 { &b'{' } else { &b'"' })
    }
}
