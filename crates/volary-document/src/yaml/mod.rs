//! YAML with several documents, anchors, merge keys and tags.

mod build;
mod scalar;
mod template;
mod written;

use granit_parser::Parser;
use volary_model::{FileId, Value};

use crate::Issue;
use build::{Builder, Step};

pub use template::is_templated;

/// How plain scalars are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// As Kubernetes, GitHub, GitLab and Ansible read it: `yes`, `no`, `on`, `off` are truth values, `0644` is octal.
    /// Base 60 numbers (`22:22`) stay text, as Kubernetes' reader leaves them.
    Yaml11,
    /// The core schema of YAML 1.2: only `true` and `false` are truth values, `0644` is 644.
    Yaml12,
}

/// Most nodes that are read of one file.
pub const MAX_NODES: usize = 1_000_000;
/// Most nodes that aliases and merge keys of one file may add, counted as if every alias were written out.
pub const MAX_EXPANSION: usize = 200_000;
/// Most issues that are reported of one file.
const MAX_ISSUES: usize = 50;

/// Parses every document of a text. There is one value per document; an empty document gives `null`, a text without
/// any content none.
///
/// The span of a map or list is the whole node, that of a key or scalar includes its quotes, that of a block scalar is
/// its text without the indicator. Where a key stands twice
/// the last counts and both stay. Keys that a merge (`<<`) brings in come first and never hide a written one. An alias
/// has its own place, and behind it the place of its anchor.
///
/// A syntax error costs the document that it is in; those before and after it are read. Nesting deeper than 255 levels,
/// more than [`MAX_NODES`] nodes and more than [`MAX_EXPANSION`] nodes through aliases are refused.
pub fn parse(file: FileId, text: &str, dialect: Dialect) -> (Vec<Value>, Vec<Issue>) {
    let mut builder = Builder::new(file, text, dialect);
    let mut base = 0;
    // Every round reads from `base` to a broken document or to the end; the next one starts behind the broken one.
    while base < text.len() && builder.issues.len() < MAX_ISSUES {
        let mut options = granit_parser::options! { emit_unresolved_aliases: true };
        options.set_emit_comments(false);
        builder.start(base);
        let mut broken = false;
        for next in Parser::new_from_str_with_options(&text[base..], options) {
            match next {
                Ok((event, span)) => match builder.take(event, span) {
                    Step::Go => {}
                    Step::Stop => return builder.finish(),
                },
                Err(error) => {
                    builder.syntax_error(&error);
                    broken = true;
                    break;
                }
            }
        }
        if !broken {
            break;
        }
        match next_document(text, builder.document_start()) {
            Some(next) => base = next,
            None => break,
        }
    }
    builder.finish()
}

/// The offset of the first document marker behind the first line of a document. A marker at the start of a line ends a
/// document wherever it stands, so this is where the next one starts.
fn next_document(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = start;
    while let Some(found) = memchr::memmem::find(&bytes[from..], b"\n---") {
        let at = from + found + 1;
        if matches!(bytes.get(at + 3), None | Some(b' ' | b'\t' | b'\r' | b'\n')) {
            return Some(at);
        }
        from = at;
    }
    None
}

#[cfg(test)]
mod tests;
