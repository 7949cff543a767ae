//! The functions against their documentation, their soundness, and hostile arguments.

mod documented;
mod fits;
mod hostile;
mod kept;
mod soundness;

use volary_model::{Data, FileId, Origin, Reason, ReasonKind, Role, Span, TextPart, Type, Unknown, Value};

use super::{Call, CallError, CallLimits, call, decode};

pub(crate) fn span() -> Span {
    Span::new(FileId(0), 10, 20)
}

pub(crate) fn context() -> Call<'static> {
    Call { span: span(), limits: CallLimits::default(), files: None }
}

fn origin() -> Origin {
    Origin::at(span(), Role::Attribute)
}

fn value(json: &str) -> Value {
    decode(json, &origin()).unwrap_or_else(|| panic!("{json} is no JSON"))
}

fn reason() -> Reason {
    Reason::new(ReasonKind::VariableWithoutValue, "x")
}

fn unknown(change: impl FnOnce(&mut Unknown)) -> Value {
    let mut unknown = Unknown::new(reason());
    change(&mut unknown);
    Value::new(Data::Unknown(std::sync::Arc::new(unknown)), origin())
}

/// A text of stretches; `_` is a hole.
fn text(parts: &[&str]) -> Value {
    unknown(|unknown| {
        unknown.ty = Type::Text;
        unknown.not_null = true;
        let part = |part: &&str| if *part == "_" { TextPart::Hole } else { TextPart::Known((*part).into()) };
        if parts != ["_"] {
            unknown.text = parts.iter().map(part).collect();
        }
        unknown.not_empty = parts.iter().any(|part| *part != "_");
    })
}

fn list() -> Value {
    unknown(|unknown| {
        unknown.ty = Type::List(Box::new(Type::Any));
        unknown.not_null = true;
    })
}

fn values(list: Vec<Value>) -> Value {
    Value::list(list, origin())
}

fn run(name: &str, args: &[Value]) -> Result<Value, CallError> {
    call(name, args, &context())
}

/// The result as JSON; unknowns as `?`, with the literal text where there is some.
fn shown(value: &Value) -> String {
    match &value.data {
        Data::Null => "null".to_owned(),
        Data::Bool(truth) => truth.to_string(),
        Data::Number(number) => number.to_string(),
        Data::Text(text) => format!("{text:?}"),
        Data::List(list) => format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Data::Map(map) => {
            let entries = map.entries().iter().map(|entry| format!("{:?}: {}", entry.key, shown(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Data::Unknown(unknown) => {
            let parts = unknown.text.iter().map(|part| match part {
                TextPart::Known(text) => format!("{text:?}"),
                TextPart::Hole => "_".to_owned(),
            });
            let parts: String = parts.collect();
            let holds = value.holds().map(|holds| format!("∋{}", shown(holds))).unwrap_or_default();
            format!("?{parts}{}{holds}", if unknown.not_empty { "+" } else { "" })
        }
    }
}
