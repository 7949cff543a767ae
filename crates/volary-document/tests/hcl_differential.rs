//! Our HCL parser against another one: what that reads, ours reads without an issue and to the same tree.

#![allow(clippy::print_stderr)]

use std::fmt::Write;
use std::path::Path;

use hcl_edit::expr as theirs;
use hcl_edit::structure;
use hcl_edit::template::{Directive, Element, Template};
use volary_document::hcl::{self, BinaryOp, Body, Expr, ExprKind, Part, Step, UnaryOp};
use volary_model::FileId;

/// Literal text without blanks: how templates are stripped and heredocs dedented has tests of its own.
fn text(into: &mut String, text: &str) {
    into.push('\'');
    into.extend(text.chars().filter(|letter| !letter.is_whitespace()));
    into.push('\'');
}

fn our_body(body: &Body, into: &mut String) {
    for attribute in &body.attributes {
        let _ = write!(into, "{}=", attribute.name);
        our_expr(&attribute.value, into);
        into.push('\n');
    }
    for block in &body.blocks {
        let _ = write!(into, "{}", block.kind);
        for label in &block.labels {
            let _ = write!(into, " {:?}", label.text);
        }
        into.push_str("{\n");
        our_body(&block.body, into);
        into.push_str("}\n");
    }
}

fn operator(operator: BinaryOp) -> &'static str {
    match operator {
        BinaryOp::Or => "||",
        BinaryOp::And => "&&",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Less => "<",
        BinaryOp::LessOrEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterOrEqual => ">=",
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
    }
}

fn our_expr(expr: &Expr, into: &mut String) {
    match &expr.kind {
        ExprKind::Null => into.push_str("null"),
        ExprKind::Bool(truth) => {
            let _ = write!(into, "{truth}");
        }
        ExprKind::Number(number) => {
            let _ = write!(into, "{}", number.as_f64());
        }
        ExprKind::Text(literal) => text(into, literal),
        ExprKind::Document(document) => text(into, &document.text),
        ExprKind::Template(parts) => our_parts(parts, into),
        ExprKind::List(items) => {
            into.push('[');
            for item in items {
                our_expr(item, into);
                into.push(',');
            }
            into.push(']');
        }
        ExprKind::Object(items) => {
            into.push('{');
            for item in items {
                our_expr(&item.key, into);
                into.push('=');
                our_expr(&item.value, into);
                into.push(',');
            }
            into.push('}');
        }
        ExprKind::Name(name) => into.push_str(name),
        ExprKind::Traversal(traversal) => {
            our_expr(&traversal.source, into);
            for step in &traversal.steps {
                match step {
                    Step::Attribute(name) => {
                        let _ = write!(into, ".{name}");
                    }
                    Step::Index(key) => {
                        into.push('[');
                        our_expr(key, into);
                        into.push(']');
                    }
                    Step::AttributeSplat => into.push_str(".*"),
                    Step::FullSplat => into.push_str("[*]"),
                }
            }
        }
        ExprKind::Call(call) => {
            let _ = write!(into, "{}(", call.name);
            for argument in &call.arguments {
                our_expr(argument, into);
                into.push(',');
            }
            into.push_str(if call.expand { "...)" } else { ")" });
        }
        ExprKind::Conditional(parts) => {
            into.push('(');
            our_expr(&parts[0], into);
            into.push('?');
            our_expr(&parts[1], into);
            into.push(':');
            our_expr(&parts[2], into);
            into.push(')');
        }
        ExprKind::Binary(op, operands) => {
            into.push('(');
            our_expr(&operands[0], into);
            into.push_str(operator(*op));
            our_expr(&operands[1], into);
            into.push(')');
        }
        ExprKind::Unary(op, operand) => {
            into.push_str(if *op == UnaryOp::Not { "(!" } else { "(-" });
            our_expr(operand, into);
            into.push(')');
        }
        ExprKind::For(content) => {
            into.push_str("for ");
            if let Some(key) = &content.key_name {
                let _ = write!(into, "{key},");
            }
            let _ = write!(into, "{} in ", content.value_name);
            our_expr(&content.collection, into);
            into.push(':');
            if let Some(key) = &content.key {
                our_expr(key, into);
                into.push_str("=>");
            }
            our_expr(&content.value, into);
            if content.group {
                into.push_str("...");
            }
            if let Some(condition) = &content.condition {
                into.push_str(" if ");
                our_expr(condition, into);
            }
        }
        ExprKind::Unreadable => into.push_str("UNREADABLE"),
    }
}

fn our_parts(parts: &[Part], into: &mut String) {
    for part in parts {
        match part {
            Part::Text(literal, _) => {
                if !literal.trim().is_empty() {
                    text(into, literal);
                }
            }
            Part::Interpolation(expr) => {
                into.push_str("${");
                our_expr(expr, into);
                into.push('}');
            }
            Part::If(condition, then, otherwise) => {
                into.push_str("%if ");
                our_expr(condition, into);
                our_parts(then, into);
                into.push_str("%else ");
                our_parts(otherwise, into);
            }
            Part::For(key, value, collection, content) => {
                let _ = write!(into, "%for {key:?} {value} ");
                our_expr(collection, into);
                our_parts(content, into);
            }
        }
    }
}

fn their_body(body: &structure::Body, into: &mut String) {
    for attribute in body.iter().filter_map(structure::Structure::as_attribute) {
        let _ = write!(into, "{}=", attribute.key.as_str());
        their_expr(&attribute.value, into);
        into.push('\n');
    }
    for block in body.iter().filter_map(structure::Structure::as_block) {
        let _ = write!(into, "{}", block.ident.as_str());
        for label in &block.labels {
            let _ = write!(into, " {:?}", label.as_str());
        }
        into.push_str("{\n");
        their_body(&block.body, into);
        into.push_str("}\n");
    }
}

fn their_expr(expr: &theirs::Expression, into: &mut String) {
    match expr {
        theirs::Expression::Null(_) => into.push_str("null"),
        theirs::Expression::Bool(truth) => {
            let _ = write!(into, "{}", truth.value());
        }
        theirs::Expression::Number(number) => {
            let _ = write!(into, "{}", number.value().as_f64().unwrap_or_default());
        }
        theirs::Expression::String(literal) => text(into, literal),
        theirs::Expression::StringTemplate(template) => their_template(template, into),
        theirs::Expression::HeredocTemplate(heredoc) => their_template(&heredoc.template, into),
        theirs::Expression::Array(items) => {
            into.push('[');
            for item in items.iter() {
                their_expr(item, into);
                into.push(',');
            }
            into.push(']');
        }
        theirs::Expression::Object(items) => {
            into.push('{');
            for (key, value) in items.iter() {
                match key {
                    theirs::ObjectKey::Ident(name) => text(into, name.as_str()),
                    theirs::ObjectKey::Expression(expr) => their_expr(expr, into),
                }
                into.push('=');
                their_expr(value.expr(), into);
                into.push(',');
            }
            into.push('}');
        }
        theirs::Expression::Parenthesis(inner) => their_expr(inner.inner(), into),
        theirs::Expression::Variable(name) => into.push_str(name.as_str()),
        theirs::Expression::Conditional(conditional) => {
            into.push('(');
            their_expr(&conditional.cond_expr, into);
            into.push('?');
            their_expr(&conditional.true_expr, into);
            into.push(':');
            their_expr(&conditional.false_expr, into);
            into.push(')');
        }
        theirs::Expression::FuncCall(call) => {
            for namespace in &call.name.namespace {
                let _ = write!(into, "{}::", namespace.as_str());
            }
            let _ = write!(into, "{}(", call.name.name.as_str());
            for argument in call.args.iter() {
                their_expr(argument, into);
                into.push(',');
            }
            into.push_str(if call.args.expand_final() { "...)" } else { ")" });
        }
        theirs::Expression::Traversal(traversal) => {
            their_expr(&traversal.expr, into);
            for operator in &traversal.operators {
                match operator.value() {
                    theirs::TraversalOperator::AttrSplat(_) => into.push_str(".*"),
                    theirs::TraversalOperator::FullSplat(_) => into.push_str("[*]"),
                    theirs::TraversalOperator::GetAttr(name) => {
                        let _ = write!(into, ".{}", name.as_str());
                    }
                    theirs::TraversalOperator::Index(key) => {
                        into.push('[');
                        their_expr(key, into);
                        into.push(']');
                    }
                    theirs::TraversalOperator::LegacyIndex(key) => {
                        let _ = write!(into, "[{}]", key.value());
                    }
                }
            }
        }
        theirs::Expression::UnaryOp(op) => {
            into.push_str(if op.operator.value().as_str() == "!" { "(!" } else { "(-" });
            their_expr(&op.expr, into);
            into.push(')');
        }
        theirs::Expression::BinaryOp(op) => {
            into.push('(');
            their_expr(&op.lhs_expr, into);
            into.push_str(op.operator.value().as_str());
            their_expr(&op.rhs_expr, into);
            into.push(')');
        }
        theirs::Expression::ForExpr(content) => {
            into.push_str("for ");
            if let Some(key) = &content.intro.key_var {
                let _ = write!(into, "{},", key.as_str());
            }
            let _ = write!(into, "{} in ", content.intro.value_var.as_str());
            their_expr(&content.intro.collection_expr, into);
            into.push(':');
            if let Some(key) = &content.key_expr {
                their_expr(key, into);
                into.push_str("=>");
            }
            their_expr(&content.value_expr, into);
            if content.grouping {
                into.push_str("...");
            }
            if let Some(condition) = &content.cond {
                into.push_str(" if ");
                their_expr(&condition.expr, into);
            }
        }
    }
}

fn their_template(template: &Template, into: &mut String) {
    // One literal alone is a text.
    if template.is_empty() {
        return text(into, "");
    }
    if let Some(Element::Literal(literal)) = template.as_single_element() {
        return text(into, literal);
    }
    their_elements(template, into);
}

fn their_elements(template: &Template, into: &mut String) {
    for element in template.iter() {
        match element {
            Element::Literal(literal) => {
                if !literal.trim().is_empty() {
                    text(into, literal);
                }
            }
            Element::Interpolation(interpolation) => {
                into.push_str("${");
                their_expr(&interpolation.expr, into);
                into.push('}');
            }
            Element::Directive(directive) => match &**directive {
                Directive::If(content) => {
                    into.push_str("%if ");
                    their_expr(&content.if_expr.cond_expr, into);
                    their_elements(&content.if_expr.template, into);
                    into.push_str("%else ");
                    if let Some(otherwise) = &content.else_expr {
                        their_elements(&otherwise.template, into);
                    }
                }
                Directive::For(content) => {
                    let key = content.for_expr.key_var.as_ref().map(|key| key.as_str().to_owned());
                    let _ = write!(into, "%for {key:?} {} ", content.for_expr.value_var.as_str());
                    their_expr(&content.for_expr.collection_expr, into);
                    their_elements(&content.for_expr.template, into);
                }
            },
        }
    }
}

/// `Err` where theirs reads the text and ours disagrees.
fn compare(source: &str) -> Result<bool, String> {
    let Ok(body) = source.parse::<structure::Body>() else { return Ok(false) };
    let (ours, issues) = hcl::parse(FileId(0), source);
    if let Some(issue) = issues.first() {
        return Err(format!("only ours has an issue at byte {}: {}", issue.span.start, issue.message));
    }
    let (mut a, mut b) = (String::new(), String::new());
    our_body(&ours, &mut a);
    their_body(&body, &mut b);
    if a == b {
        return Ok(true);
    }
    let at = a.lines().zip(b.lines()).find(|(a, b)| a != b);
    Err(format!("different trees:\n  ours   {}\n  theirs {}", at.map_or("", |at| at.0), at.map_or("", |at| at.1)))
}

const SAMPLES: &[&str] = &[
    "",
    "a = 1\n",
    "# only a comment",
    "a = -1.5e3 + 2 * 3 - 4 / 2 % 3 == 5 && !true || false\n",
    "a = x ? y : z ? 1 : 2\nb = (x\n  ? y\n  : z)\n",
    "a = [for k, v in x : v.b if k != \"c\"]\nb = {for k, v in x : k => v... if v}\n",
    "a = f(1, [2, 3]...)\nb = provider::aws::f(x)\nc = f(\n  1,\n  2,\n)\n",
    "a = x.y[0].z.*.w\nb = x[*].y[\"k\"].z\nc = x.0.y\n",
    "a = {\n  b = 1, c : 2\n  \"d\" = 3\n  (e) = 4\n  f = { g = 1 }\n}\n",
    "a = \"x${y}z$${w}%%{v}\\n\\\"\\u00e9\"\nb = \"${x}\"\nc = \"%{if x}a%{else}b%{endif}%{for i in y}${i}%{endfor}\"\n",
    "a = <<EOT\n  x ${y}\n z\nEOT\nb = <<-EOT\n    x\n      y\n    EOT\n",
    "resource \"a\" \"b\" {\n  c = 1\n  d {}\n  e { f = 2 }\n  dynamic \"g\" {\n    for_each = x\n    content {\n      h = g.value\n    }\n  }\n}\n",
    "a = \"a\" /* b */ // c\nb = [ # d\n  1, # e\n]\n",
    "a = x\r\nb {\r\n  c = [\r\n    1\r\n  ]\r\n}\r\n",
];

#[test]
fn samples_give_the_same_tree() {
    for sample in SAMPLES {
        assert_eq!(compare(sample), Ok(true), "{sample}");
    }
}

fn walk(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path(), found),
            Ok(kind) if kind.is_file() && entry.path().extension().is_some_and(|end| end == "tf") => {
                found.push(entry.path());
            }
            _ => {}
        }
    }
}

#[test]
fn files_of_other_people_give_the_same_tree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let mut files = Vec::new();
    walk(&root, &mut files);
    if files.is_empty() {
        eprintln!("skipped: no corpora beside the repository");
    }
    let mut differences = Vec::new();
    for file in files {
        let Ok(source) = std::fs::read_to_string(&file) else { continue };
        if let Err(difference) = compare(&source) {
            differences.push(format!("{}: {difference}", file.display()));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
