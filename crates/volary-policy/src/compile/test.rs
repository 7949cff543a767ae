//! Tests: operators with their arguments, checked against the declared types.

use std::sync::Arc;

use volary_model::{Data, Entry, Number, Type, Value};

use super::policy::Compiler;
use super::scope::{Place, Shapes};
use crate::catalogue::{Shape, type_name};
use crate::condition::Condition;
use crate::operators::{
    SPECS, Scalar, Takes, Test, cidr, equals, grants, is_in, matches, not_in, older_than, same_as, spec, text,
    version_at_least,
};
use crate::source::{Written, key_span, span};
use crate::suggest;

/// Tests nest in `has` and `only` no deeper.
const MAX_DEPTH: usize = 6;

impl<'c> Compiler<'_, 'c> {
    /// `path: test`.
    pub(super) fn tests_at(&mut self, entry: &Entry, place: &Place<'c>) -> Option<Condition> {
        let (path, shapes) = place.path(self.source, &entry.key, key_span(entry))?;
        if path.is_plural() {
            self.source.problem(
                key_span(entry),
                format!("`{path}`: `*` stands only in `in`, `by` and `to`"),
                "Use `each` or `some` with this path in `in`.",
            );
            return None;
        }
        let tests = self.tests(&entry.value, &shapes, place, 0)?;
        if tests.iter().any(|test| matches!(test, Test::SecretLike)) {
            self.masked.push(path.clone());
        }
        Some(Condition::Test(path, tests))
    }

    /// A scalar, or operators of which all hold.
    fn tests(&mut self, value: &Value, shapes: &Shapes<'c>, place: &Place<'c>, depth: usize) -> Option<Vec<Test>> {
        match &value.data {
            Data::Map(_) => {}
            Data::List(_) => {
                self.source.problem(
                    span(value),
                    "a list is no test",
                    "Use `in: [...]`, or `has_all: [...]` for elements of a list.",
                );
                return None;
            }
            Data::Null => {
                self.source.problem(span(value), "a test is missing", "Use `exists: false` for what must not be set.");
                return None;
            }
            _ => {
                let scalar = self.scalar(value, shapes, false)?;
                self.takes(&equals::SPEC, shapes, value)?;
                return Some(vec![Test::Equals(equals::Equals { scalar })]);
            }
        }
        if depth > MAX_DEPTH {
            self.source.problem(span(value), format!("tests are nested deeper than {MAX_DEPTH}"), "");
            return None;
        }
        let entries = self.source.entries(value, "a test")?;
        let case = entries.iter().find(|entry| &*entry.key == "case");
        let ignore_case = match case {
            None => false,
            Some(entry) => match &*self.source.text(&entry.value, "`case`")? {
                "ignore" => true,
                other => {
                    self.source.problem(
                        span(&entry.value),
                        format!("`case: {other}` is not known"),
                        "Write `case: ignore`, or nothing.",
                    );
                    return None;
                }
            },
        };
        let mut tests = Vec::with_capacity(entries.len());
        let mut fine = true;
        for entry in entries.iter().filter(|entry| &*entry.key != "case") {
            match self.test(entry, shapes, place, ignore_case, depth) {
                Some(test) => tests.push(test),
                None => fine = false,
            }
        }
        if tests.is_empty() && fine {
            self.source.problem(span(value), "the test is empty", "Write an operator, as in `{exists: true}`.");
            return None;
        }
        fine.then_some(tests)
    }

    fn test(
        &mut self,
        entry: &Entry,
        shapes: &Shapes<'c>,
        place: &Place<'c>,
        ignore_case: bool,
        depth: usize,
    ) -> Option<Test> {
        let name = &*entry.key;
        let value = &entry.value;
        let Some(spec) = spec::find(name) else {
            let help = suggest::help(name, SPECS.iter().map(|spec| spec.name));
            self.source.problem(key_span(entry), format!("there is no operator `{name}`"), help);
            return None;
        };
        self.takes(spec, shapes, value)?;
        Some(match name {
            "equals" => Test::Equals(equals::Equals { scalar: self.scalar(value, shapes, ignore_case)? }),
            "in" => Test::In(is_in::In { scalars: self.scalars(value, shapes, ignore_case)? }),
            "not_in" => Test::NotIn(not_in::NotIn { scalars: self.scalars(value, shapes, ignore_case)? }),
            "exists" => Test::Exists(self.source.truth(value, "`exists`")?),
            "empty" => Test::Empty(self.source.truth(value, "`empty`")?),
            "matches" => {
                let text = self.value(value, "`matches`")?.text;
                match matches::Matches::new(text, ignore_case) {
                    Ok(test) => Test::Matches(test),
                    Err(message) => {
                        self.source.problem(
                            span(value),
                            format!("the regular expression is wrong: {message}"),
                            "The syntax is that of RE2: no look-around, no back-references.",
                        );
                        return None;
                    }
                }
            }
            "contains" => Test::Contains(text::Needle::new(self.value(value, "`contains`")?.text, ignore_case)),
            "starts_with" => Test::StartsWith(text::Needle::new(self.value(value, "`starts_with`")?.text, ignore_case)),
            "ends_with" => Test::EndsWith(text::Needle::new(self.value(value, "`ends_with`")?.text, ignore_case)),
            "at_least" => Test::AtLeast(self.number(value)?),
            "at_most" => Test::AtMost(self.number(value)?),
            "longer_than" => {
                Test::LongerThan(self.number(value)?.as_i64().and_then(|number| u64::try_from(number).ok())?)
            }
            "older_than" => {
                let text = self.value(value, "`older_than`")?.text;
                Test::OlderThan(self.argument(
                    older_than::Age::parse(&text),
                    value,
                    &text,
                    "a duration such as `90d`",
                )?)
            }
            "version_at_least" => {
                let text = self.value(value, "`version_at_least`")?.text;
                Test::VersionAtLeast(self.argument(
                    version_at_least::Least::new(text.clone()),
                    value,
                    &text,
                    "a version",
                )?)
            }
            "cidr" => Test::Cidr(self.cidr(value)?),
            "port" => {
                let text = self.value(value, "`port`")?.text;
                Test::Port(self.argument(text.parse().ok(), value, &text, "a port")?)
            }
            "grants" => Test::Grants(grants::Action::new(self.value(value, "`grants`")?.text)),
            "secret_like" => {
                if !self.source.truth(value, "`secret_like`")? {
                    self.source.problem(span(value), "`secret_like` takes `true` only", "Use `not` around the test.");
                    return None;
                }
                Test::SecretLike
            }
            "same_as" => {
                let text = self.source.text(value, "`same_as`")?;
                let (path, _) = place.path(self.source, &text, span(value))?;
                if path.is_plural() {
                    self.source.problem(span(value), format!("`{path}`: `*` cannot stand here"), "");
                    return None;
                }
                Test::SameAs(same_as::SameAs { path, ignore_case })
            }
            "refers_to" => Test::RefersTo(self.source.text(value, "`refers_to`")?),
            "has" | "only" => {
                let elements: Shapes<'c> = shapes.iter().map(|shape| shape.as_ref().and_then(Shape::element)).collect();
                let tests = self.tests(value, &elements, place, depth + 1)?;
                if name == "has" { Test::Has(tests) } else { Test::Only(tests) }
            }
            _ => {
                let elements: Shapes<'c> = shapes.iter().map(|shape| shape.as_ref().and_then(Shape::element)).collect();
                Test::HasAll(self.scalars(value, &elements, ignore_case)?)
            }
        })
    }

    /// The operator takes the declared type.
    fn takes(&mut self, spec: &spec::Spec, shapes: &Shapes<'c>, value: &Value) -> Option<()> {
        for shape in shapes.iter().flatten() {
            if spec.takes.accepts(&shape.ty) {
                continue;
            }
            let help = match (&shape.ty, spec.takes) {
                (Type::List(_), _) => {
                    "For lists there are `has`, `only`, `has_all`, `empty`, `each`, `some` and `count`.".to_owned()
                }
                (_, Takes::List) => "Test the value itself.".to_owned(),
                _ => format!("`{}` takes {}.", spec.name, spec.takes.as_str()),
            };
            let message = format!("`{}` cannot be asked of the type {}", spec.name, type_name(&shape.ty));
            self.source.problem(span(value), message, help);
            return None;
        }
        Some(())
    }

    fn argument<T>(&mut self, argument: Option<T>, value: &Value, text: &str, what: &str) -> Option<T> {
        if argument.is_none() {
            self.source.problem(span(value), format!("`{text}` is not {what}"), "");
        }
        argument
    }

    fn number(&mut self, value: &Value) -> Option<Number> {
        let text = self.value(value, "the limit")?.text;
        self.argument(Number::parse(&text), value, &text, "a number")
    }

    fn cidr(&mut self, value: &Value) -> Option<cidr::Range> {
        if value.as_map().is_none() {
            let text = self.value(value, "`cidr`")?.text;
            return self.argument(
                cidr::Range::word(&text),
                value,
                &text,
                "one of public, private, any-address and `{within: RANGE}`",
            );
        }
        let entries = self.source.known_entries(value, "`cidr`", &["within"])?;
        let inner = &entries.first()?.value;
        let text = self.value(inner, "`within`")?.text;
        self.argument(cidr::Range::within(&text), inner, &text, "a range of addresses such as `10.0.0.0/8`")
    }

    /// A single value, or a parameter that is one.
    pub(super) fn value(&mut self, value: &Value, what: &str) -> Option<Written> {
        let written = self.source.scalar(value, what)?;
        let Some(name) = parameter_name(&written) else { return Some(written) };
        let values = self.parameter(&name, value)?;
        match values.as_slice() {
            [one] => Some(one.clone()),
            _ => {
                self.source.problem(
                    span(value),
                    format!("the parameter `{name}` is a list, here one value is needed"),
                    "",
                );
                None
            }
        }
    }

    fn parameter(&mut self, name: &str, value: &Value) -> Option<Vec<Written>> {
        if let Some(parameter) = self.parameters.get(name) {
            return Some(parameter.values.clone());
        }
        let names: Vec<Arc<str>> = self.parameters.keys().cloned().collect();
        let help = if names.is_empty() {
            "Declare it under `parameters`, or put quotes around a text that starts with `$`.".to_owned()
        } else {
            suggest::help(name, names.iter().map(|name| &**name))
        };
        self.source.problem(span(value), format!("there is no parameter `{name}`"), help);
        None
    }

    fn scalar(&mut self, value: &Value, shapes: &Shapes<'c>, ignore_case: bool) -> Option<Scalar> {
        let written = self.value(value, "the value")?;
        self.typed(written, value, shapes, ignore_case)
    }

    fn scalars(&mut self, value: &Value, shapes: &Shapes<'c>, ignore_case: bool) -> Option<Vec<Scalar>> {
        let written: Vec<Written> = match &value.data {
            Data::List(list) => list.iter().map(|element| self.value(element, "a value")).collect::<Option<_>>()?,
            _ => {
                let written = self.source.scalar(value, "the list")?;
                match parameter_name(&written) {
                    Some(name) => self.parameter(&name, value)?,
                    None => {
                        self.source.problem(span(value), "a list of values is needed", "Write `[a, b]`.");
                        return None;
                    }
                }
            }
        };
        written.into_iter().map(|written| self.typed(written, value, shapes, ignore_case)).collect()
    }

    /// A value as the declared type.
    fn typed(&mut self, written: Written, value: &Value, shapes: &Shapes<'c>, ignore_case: bool) -> Option<Scalar> {
        let declared =
            shapes.iter().flatten().map(|shape| &shape.ty).find(|ty| **ty != Type::Any).cloned().unwrap_or(Type::Any);
        let scalar = Scalar::new(written.text, declared, ignore_case);
        let wrong = match scalar.declared {
            Type::Bool => scalar.truth.is_none(),
            Type::Number => scalar.number.is_none(),
            _ => false,
        };
        if wrong {
            let message = format!("`{}` is no value of the type {}", scalar.text, type_name(&scalar.declared));
            self.source.problem(span(value), message, "");
            return None;
        }
        Some(scalar)
    }
}

/// `$name`, not quoted.
fn parameter_name(written: &Written) -> Option<String> {
    let name = written.text.strip_prefix('$').filter(|_| written.plain)?;
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain.then(|| name.to_owned())
}
