//! The text of an expression that equal questions share.

use std::fmt::Write;

use volary_model::{Data, Value};
use volary_pipeline::{Comparison, Expr, ExprKind, Platform, Status};

/// Deeper than any reader lets expressions be; what lies below counts as written the same.
const DEPTH: usize = 100;

/// The text of an expression. Names of platforms that do not regard case are in lower case.
pub(super) fn canonical(expr: &Expr, platform: Platform) -> String {
    let mut out = String::new();
    write(expr, platform, 0, &mut out);
    out
}

/// A question and whether its answer has to be turned: `a != b` is not `a == b`, `'b' == a` is `a == b`.
pub(super) fn question(expr: &Expr, platform: Platform) -> (String, bool) {
    let ExprKind::Compare(comparison, left, right) = &expr.kind else { return (canonical(expr, platform), false) };
    let (sign, turned) = match comparison {
        Comparison::Equal => ("==", false),
        Comparison::NotEqual => ("==", true),
        Comparison::Matches => ("=~", false),
        Comparison::MatchesNot => ("=~", true),
        _ => return (canonical(expr, platform), false),
    };
    let (mut a, mut b) = (canonical(left, platform), canonical(right, platform));
    if sign == "==" && left.literal().is_some() && right.literal().is_none() {
        std::mem::swap(&mut a, &mut b);
    }
    (format!("{a} {sign} {b}"), turned)
}

/// A name as it is looked up.
pub(super) fn name<T: AsRef<str>>(parts: &[T], platform: Platform) -> String {
    let joined = parts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(".");
    match platform {
        Platform::GitHub | Platform::Azure => joined.to_lowercase(),
        Platform::GitLab | Platform::Jenkins => joined,
    }
}

/// A scalar as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match &value.data {
        Data::Null => Some(String::new()),
        Data::Bool(truth) => Some(truth.to_string()),
        Data::Number(number) => Some(number.to_string()),
        Data::Text(text) => Some(text.to_string()),
        Data::List(_) | Data::Map(_) | Data::Unknown(_) => None,
    }
}

fn write(expr: &Expr, platform: Platform, depth: usize, out: &mut String) {
    if depth > DEPTH {
        out.push('…');
        return;
    }
    let list = |open: &str, sign: &str, parts: &[Expr], out: &mut String| {
        out.push_str(open);
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                out.push_str(sign);
            }
            write(part, platform, depth + 1, out);
        }
        out.push(')');
    };
    match &expr.kind {
        ExprKind::Literal(value) => match (&value.data, scalar(value)) {
            (Data::Text(text), _) => drop(write!(out, "'{text}'")),
            (Data::Null, _) => out.push_str("null"),
            (_, Some(text)) => out.push_str(&text),
            (_, None) => drop(write!(out, "{:?}", value.data)),
        },
        ExprKind::Name(parts) => out.push_str(&name(parts, platform)),
        ExprKind::Index(base, key) => {
            write(base, platform, depth + 1, out);
            out.push('[');
            write(key, platform, depth + 1, out);
            out.push(']');
        }
        ExprKind::Wildcard => out.push('*'),
        ExprKind::Status(status, names) => {
            let word = match status {
                Status::Success => "success(",
                Status::Failure => "failure(",
                Status::Always => "always(",
                Status::Cancelled => "cancelled(",
                Status::Finished => "finished(",
            };
            list(word, ", ", names, out);
        }
        ExprKind::Call(name, arguments) => list(&format!("{name}("), ", ", arguments, out),
        ExprKind::Not(inner) => {
            out.push('!');
            write(inner, platform, depth + 1, out);
        }
        ExprKind::And(parts) => list("(", " && ", parts, out),
        ExprKind::Or(parts) => list("(", " || ", parts, out),
        ExprKind::Compare(comparison, left, right) => {
            let sign = match comparison {
                Comparison::Equal => "==",
                Comparison::NotEqual => "!=",
                Comparison::Less => "<",
                Comparison::LessOrEqual => "<=",
                Comparison::Greater => ">",
                Comparison::GreaterOrEqual => ">=",
                Comparison::Matches => "=~",
                Comparison::MatchesNot => "!~",
            };
            out.push('(');
            write(left, platform, depth + 1, out);
            let _ = write!(out, " {sign} ");
            write(right, platform, depth + 1, out);
            out.push(')');
        }
        ExprKind::Unknown(reason) => drop(write!(out, "{}", reason.about)),
    }
}
