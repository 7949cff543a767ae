//! HCL as Terraform, OpenTofu and Packer write it, and its JSON syntax: text to a tree with spans.
//!
//! The parser is our own: it reads on after an error (a broken value costs that value, a broken block that block), takes
//! time linear in the text whatever is in it, and makes the compact tree directly. See
//! <https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md>.

mod ast;
mod body;
mod cursor;
mod expression;
mod heredoc;
mod json;
mod literal;
mod recover;
mod template;
#[cfg(test)]
mod tests;

use volary_model::{FileId, ProblemKind, Span};

pub use ast::{
    Attribute, BinaryOp, Block, Body, Call, Document, Expr, ExprKind, For, Item, Label, Part, Step, Traversal, UnaryOp,
};

pub use json::{from_json, variables_from_json};

use crate::Issue;
use cursor::Cursor;

/// Files of more bytes are not read: no configuration written by people is that large.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Parses a file. What could not be read is missing in the body, named in [`Body::unreadable`] or
/// [`ExprKind::Unreadable`], and told by an issue.
pub fn parse(file: FileId, text: &str) -> (Body, Vec<Issue>) {
    if text.len() > MAX_BYTES {
        let span = Span::new(file, 0, text.len());
        let message = format!("the file has more than {} MiB", MAX_BYTES / 1024 / 1024);
        let help = "Split the file; nothing in it was judged.".to_owned();
        let issue = Issue { span: Span::new(file, 0, 0), kind: ProblemKind::Limit, message, help };
        return (Body { unreadable: vec![span], ..Body::default() }, vec![issue]);
    }
    let mut cursor = Cursor::new(file, text);
    cursor.lines_in = Some(file);
    let body = cursor.file();
    let mut issues = cursor.issues;
    issues.sort_by_key(|issue| issue.span);
    (body, issues)
}

/// Parses a text as a template without quotes, as in files that `templatefile` reads. Every node of it lies at `at`; its
/// literal texts keep their places in `file`, where the text is the whole of one.
pub fn template(text: &str, at: Span, file: Option<FileId>) -> (Expr, Vec<Issue>) {
    let mut cursor = Cursor::new(at.file, text);
    cursor.all_at = Some(at);
    // Spans are those of the text without a byte order mark.
    cursor.lines_in = file.filter(|_| volary_model::may_be_document(text) && !text.starts_with('\u{feff}'));
    let expr = cursor.bare_template().unwrap_or_else(|failure| {
        cursor.report(&failure);
        Expr { span: at, kind: ExprKind::Unreadable }
    });
    (expr, cursor.issues)
}
