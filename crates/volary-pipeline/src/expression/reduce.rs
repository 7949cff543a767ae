//! Putting in what is known and working out what follows from it.

use std::sync::Arc;

use volary_model::{Data, Number, Origin, Role, Span, Value};

use super::truthy;
use crate::model::{Comparison, Expr, ExprKind, Platform, scalar_text};

/// What a name stands for.
pub(crate) enum Known {
    /// This value.
    Value(Value),
    /// This expression.
    Expr(Expr),
    /// It stays a name.
    No,
}

/// The expression with every name put in that `lookup` knows, and worked out as far as that goes. Depth is that of the
/// expression, which the parser bounds.
pub(crate) fn reduce(expr: &Expr, platform: Platform, lookup: &dyn Fn(&[Arc<str>]) -> Known) -> Expr {
    let inner = |expr: &Expr| reduce(expr, platform, lookup);
    let at = expr.at;
    let kind = match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Wildcard | ExprKind::Unknown(_) => return expr.clone(),
        ExprKind::Name(parts) => match lookup(parts) {
            Known::Value(value) => return literal(value.used_at(at, Role::Attribute), at),
            Known::Expr(known) => return Expr::new(known.kind, at),
            Known::No => return expr.clone(),
        },
        ExprKind::Index(base, key) => {
            let (base, key) = (inner(base), inner(key));
            match (&base.kind, &key.kind) {
                (ExprKind::Literal(base), ExprKind::Literal(key)) => {
                    if let Some(element) = element(base, key) {
                        return literal(element.used_at(at, Role::Attribute), at);
                    }
                }
                (ExprKind::Name(parts), ExprKind::Literal(key)) => {
                    if let Some(key) = scalar_text(key) {
                        let mut parts = parts.clone();
                        parts.push(key.into());
                        return inner(&Expr::new(ExprKind::Name(parts), at));
                    }
                }
                _ => {}
            }
            ExprKind::Index(Box::new(base), Box::new(key))
        }
        ExprKind::Status(status, list) => ExprKind::Status(*status, list.iter().map(inner).collect()),
        ExprKind::Not(operand) => {
            let operand = inner(operand);
            match operand.literal().and_then(truthy) {
                Some(truth) => return boolean(!truth, &[&operand], at),
                None => ExprKind::Not(Box::new(operand)),
            }
        }
        ExprKind::And(list) => return joined(list, true, platform, at, &inner),
        ExprKind::Or(list) => return joined(list, false, platform, at, &inner),
        ExprKind::Compare(comparison, left, right) => {
            let (left, right) = (inner(left), inner(right));
            let answer = match (left.literal(), right.literal()) {
                (Some(a), Some(b)) => compare(*comparison, a, b, platform),
                _ => None,
            };
            match answer {
                Some(truth) => return boolean(truth, &[&left, &right], at),
                None => ExprKind::Compare(*comparison, Box::new(left), Box::new(right)),
            }
        }
        ExprKind::Call(name, arguments) => {
            let arguments: Vec<Expr> = arguments.iter().map(inner).collect();
            match function(name, &arguments, platform, at) {
                Some(value) => return literal(value, at),
                None => ExprKind::Call(name.clone(), arguments),
            }
        }
    };
    Expr::new(kind, at)
}

fn literal(value: Value, at: Span) -> Expr {
    match &value.data {
        Data::Unknown(unknown) => Expr::new(ExprKind::Unknown(unknown.reason.clone()), at),
        _ => Expr::new(ExprKind::Literal(value), at),
    }
}

/// A truth that follows from operands; it comes from the first of them that was followed from elsewhere.
fn boolean(truth: bool, from: &[&Expr], at: Span) -> Expr {
    let origin = origin(from, at);
    Expr::new(ExprKind::Literal(Value::new(Data::Bool(truth), origin)), at)
}

fn origin(from: &[&Expr], at: Span) -> Origin {
    let followed =
        from.iter().filter_map(|expr| expr.literal()).map(|value| &value.origin).find(|origin| origin.from.is_some());
    match followed {
        Some(followed) => Origin::through(at, Role::Attribute, followed.from.as_deref().unwrap_or(followed)),
        None => Origin::at(at, Role::Attribute),
    }
}

/// `and`, `or`: decided as soon as one operand decides. GitHub's give the operand itself.
fn joined(list: &[Expr], all: bool, platform: Platform, at: Span, inner: &dyn Fn(&Expr) -> Expr) -> Expr {
    let mut open = Vec::new();
    let mut last = None;
    for operand in list {
        let operand = inner(operand);
        match operand.literal().and_then(truthy) {
            Some(truth) if truth != all => {
                if platform == Platform::GitHub && open.is_empty() {
                    return Expr::new(operand.kind, at);
                }
                // What stands before it may ask for the status or fail, but cannot change the answer.
                return boolean(truth, &[&operand], at);
            }
            Some(_) => last = Some(operand),
            None => {
                open.push(operand);
                last = None;
            }
        }
    }
    match (open.len(), last) {
        (0, Some(last)) if platform == Platform::GitHub => Expr::new(last.kind, at),
        (0, last) => boolean(all, &last.as_ref().map_or(Vec::new(), |last| vec![last]), at),
        (1, None) => open.remove(0),
        _ => Expr::new(if all { ExprKind::And(open) } else { ExprKind::Or(open) }, at),
    }
}

fn element(base: &Value, key: &Value) -> Option<Value> {
    match &base.data {
        Data::Map(map) => {
            let key = scalar_text(key)?;
            let entry = map.entries().iter().rev().find(|entry| entry.key.eq_ignore_ascii_case(&key));
            Some(entry.map_or_else(|| Value::new(Data::Null, base.origin.clone()), |entry| entry.value.clone()))
        }
        Data::List(list) => {
            let index = match &key.data {
                Data::Number(number) => number.as_i64()?,
                Data::Text(text) => text.parse().ok()?,
                _ => return None,
            };
            let found = usize::try_from(index).ok().and_then(|index| list.get(index));
            Some(found.cloned().unwrap_or_else(|| Value::new(Data::Null, base.origin.clone())))
        }
        Data::Null => Some(base.clone()),
        _ => None,
    }
}

fn compare(comparison: Comparison, left: &Value, right: &Value, platform: Platform) -> Option<bool> {
    let order = match comparison {
        Comparison::Equal => return equal(left, right, platform),
        Comparison::NotEqual => return equal(left, right, platform).map(|equal| !equal),
        Comparison::Matches | Comparison::MatchesNot => return None,
        Comparison::Less | Comparison::LessOrEqual | Comparison::Greater | Comparison::GreaterOrEqual => {
            match (&left.data, &right.data) {
                (Data::Text(a), Data::Text(b)) if number(left).is_none() || number(right).is_none() => {
                    a.to_lowercase().cmp(&b.to_lowercase())
                }
                _ => number(left)?.partial_cmp(&number(right)?)?,
            }
        }
    };
    Some(match comparison {
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        _ => order.is_ge(),
    })
}

fn number(value: &Value) -> Option<f64> {
    match &value.data {
        Data::Null => Some(0.0),
        Data::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Data::Number(number) => Some(number.as_f64()),
        Data::Text(text) if text.is_empty() => Some(0.0),
        Data::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Equality as the platforms have it. GitHub compares unequal types as numbers; Azure turns the right side into the type
/// of the left.
fn equal(left: &Value, right: &Value, platform: Platform) -> Option<bool> {
    let text = |a: &str, b: &str| match platform {
        Platform::GitHub | Platform::Azure => a.to_lowercase() == b.to_lowercase(),
        Platform::GitLab | Platform::Jenkins => a == b,
    };
    match (&left.data, &right.data) {
        (Data::Unknown(_), _) | (_, Data::Unknown(_)) => None,
        (Data::Null, Data::Null) => Some(true),
        (Data::Bool(a), Data::Bool(b)) => Some(a == b),
        (Data::Number(a), Data::Number(b)) => Some(a == b),
        (Data::Text(a), Data::Text(b)) => Some(text(a, b)),
        _ if platform == Platform::Azure => azure_equal(left, right, &text),
        (Data::List(_) | Data::Map(_), _) | (_, Data::List(_) | Data::Map(_)) => {
            if platform == Platform::GitHub {
                Some(false)
            } else {
                None
            }
        }
        _ if platform == Platform::GitHub => Some(match (number(left), number(right)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        }),
        _ => match (scalar_text(left), scalar_text(right)) {
            (Some(a), Some(b)) if !left.is_null() && !right.is_null() => Some(a == b),
            _ => Some(false),
        },
    }
}

fn azure_equal(left: &Value, right: &Value, text: &dyn Fn(&str, &str) -> bool) -> Option<bool> {
    match &left.data {
        Data::Text(a) => match &right.data {
            Data::Null => Some(a.is_empty()),
            Data::Bool(truth) => Some(text(a, if *truth { "True" } else { "False" })),
            _ => scalar_text(right).map(|b| text(a, &b)),
        },
        Data::Bool(a) => truthy(right).map(|b| *a == b),
        Data::Number(a) => match number(right) {
            Some(b) => Some(a.as_f64() == b),
            None => Some(false),
        },
        Data::Null => match &right.data {
            Data::Text(b) => Some(b.is_empty()),
            _ => Some(false),
        },
        _ => None,
    }
}

/// A text as the functions see it. Azure writes truths with a capital letter.
fn shown(value: &Value, platform: Platform) -> Option<String> {
    match (&value.data, platform) {
        (Data::Bool(truth), Platform::Azure) => Some(if *truth { "True" } else { "False" }.to_owned()),
        _ => scalar_text(value),
    }
}

fn function(name: &str, arguments: &[Expr], platform: Platform, at: Span) -> Option<Value> {
    // These are decided by the first argument that is.
    match name {
        "coalesce" => {
            for argument in arguments {
                let value = argument.literal()?;
                if !value.is_null() && value.as_text() != Some("") {
                    return Some(value.clone());
                }
            }
            return None;
        }
        "iif" => {
            let chosen = if truthy(arguments.first()?.literal()?)? { 1 } else { 2 };
            return arguments.get(chosen)?.literal().cloned();
        }
        "in" | "notin" => {
            let first = arguments.first()?.literal()?;
            let mut open = false;
            for argument in &arguments[1..] {
                match argument.literal().and_then(|value| equal(first, value, platform)) {
                    Some(true) => {
                        return Some(Value::new(Data::Bool(name == "in"), origin(&[&arguments[0]], at)));
                    }
                    Some(false) => {}
                    None => open = true,
                }
            }
            return if open { None } else { Some(Value::new(Data::Bool(name != "in"), origin(&[&arguments[0]], at))) };
        }
        _ => {}
    }
    let values: Vec<&Value> = arguments.iter().map(Expr::literal).collect::<Option<_>>()?;
    let text = |index: usize| values.get(index).and_then(|value| shown(value, platform));
    let folded = |index: usize| text(index).map(|text| text.to_lowercase());
    let data = match (name, values.len()) {
        ("contains", 2) => match values[0].as_list() {
            Some(list) => Data::Bool(list.iter().any(|value| equal(value, values[1], platform) == Some(true))),
            None => Data::Bool(folded(0)?.contains(&folded(1)?)),
        },
        ("containsvalue", 2) => {
            let elements: Vec<&Value> = match &values[0].data {
                Data::List(list) => list.iter().collect(),
                Data::Map(map) => map.entries().iter().map(|entry| &entry.value).collect(),
                _ => return None,
            };
            Data::Bool(elements.iter().any(|value| equal(value, values[1], platform) == Some(true)))
        }
        ("startswith", 2) => Data::Bool(folded(0)?.starts_with(&folded(1)?)),
        ("endswith", 2) => Data::Bool(folded(0)?.ends_with(&folded(1)?)),
        ("lower", 1) => Data::Text(folded(0)?.into()),
        ("upper", 1) => Data::Text(text(0)?.to_uppercase().into()),
        ("trim", 1) => Data::Text(text(0)?.trim().into()),
        ("replace", 3) if !text(1)?.is_empty() => Data::Text(text(0)?.replace(&text(1)?, &text(2)?).into()),
        ("length", 1) => Data::Number(Number::Int(match &values[0].data {
            Data::List(list) => list.len() as i64,
            Data::Map(map) => map.len() as i64,
            _ => text(0)?.chars().count() as i64,
        })),
        ("split", 2) => {
            let separator = text(1)?;
            let parts: Vec<String> = if separator.is_empty() {
                vec![text(0)?]
            } else {
                text(0)?.split(&separator).map(str::to_owned).collect()
            };
            let origin = origin(&[&arguments[0]], at);
            Data::List(Arc::new(parts.into_iter().map(|part| Value::text(part, origin.clone())).collect()))
        }
        ("join", 1 | 2) => {
            // Azure names the separator first, GitHub last and a comma without.
            let (list, separator) = match platform {
                Platform::Azure => (values.get(1)?, text(0)?),
                _ => (values.first()?, if values.len() == 2 { text(1)? } else { ",".to_owned() }),
            };
            let parts: Vec<String> = match list.as_list() {
                Some(list) => list.iter().map(|value| shown(value, platform)).collect::<Option<_>>()?,
                None => vec![shown(list, platform)?],
            };
            Data::Text(parts.join(&separator).into())
        }
        ("format", _) => {
            let shown: Vec<String> =
                values.get(1..)?.iter().map(|value| shown(value, platform)).collect::<Option<_>>()?;
            Data::Text(format_text(&text(0)?, &shown).into())
        }
        ("xor", 2) => Data::Bool(truthy(values[0])? != truthy(values[1])?),
        ("fromjson", 1) => {
            let source = values[0].as_text()?;
            let (parsed, issues) = volary_document::json::parse(at.file, source);
            return parsed.filter(|_| issues.is_empty()).map(|value| moved(value, &values[0].origin));
        }
        _ => return None,
    };
    let from: Vec<&Expr> = arguments.iter().collect();
    Some(Value::new(data, origin(&from, at)))
}

/// A value that was made from a text: all of it comes from there. Nesting is bounded by the JSON parser; the budget by the
/// length of the text.
fn moved(value: Value, origin: &Origin) -> Value {
    let data = match value.data {
        Data::List(list) => Data::List(Arc::new(list.iter().cloned().map(|value| moved(value, origin)).collect())),
        Data::Map(map) => Data::Map(Arc::new(
            map.entries()
                .iter()
                .map(|entry| volary_model::Entry {
                    key: entry.key.clone(),
                    key_span: None,
                    value: moved(entry.value.clone(), origin),
                })
                .collect(),
        )),
        data => data,
    };
    Value::new(data, origin.clone())
}

fn format_text(pattern: &str, values: &[String]) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        let tail = &rest[at..];
        if tail.starts_with("{{") || tail.starts_with("}}") {
            text.push_str(&tail[..1]);
            rest = &tail[2..];
            continue;
        }
        let end = tail.find('}').unwrap_or(0);
        match tail.get(1..end).and_then(|index| index.parse::<usize>().ok()).and_then(|index| values.get(index)) {
            Some(value) => {
                text.push_str(value);
                rest = &tail[end + 1..];
            }
            None => {
                text.push_str(&tail[..1]);
                rest = &tail[1..];
            }
        }
    }
    text.push_str(rest);
    text
}
