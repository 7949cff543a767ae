//! Comparing two values in three-valued logic.

use volary_model::{Data, Map, Number, TextPart, Unknown, Value};

use crate::operators::fits;
use crate::prepare::Prepared;
use crate::truth::Truth;

/// Deeper values are not compared: unknown.
const MAX_DEPTH: usize = 64;

/// How values are compared.
#[derive(Clone, Copy, Default)]
pub(crate) struct Comparison<'p> {
    pub(crate) ignore_case: bool,
    /// Says which addresses stand for one resource; without it no reference is followed.
    pub(crate) prepared: Option<&'p Prepared>,
}

/// Whether two values are equal as they stand.
pub(crate) fn same(a: &Value, b: &Value) -> Truth {
    Comparison::default().equal(a, b)
}

impl Comparison<'_> {
    /// Whether two values are equal. Two references to the same attribute are, whatever it is; a null is equal to nothing.
    pub(crate) fn equal(self, a: &Value, b: &Value) -> Truth {
        if a.is_null() || b.is_null() {
            return Truth::False;
        }
        self.equal_within(a, b, 0)
    }

    fn equal_within(self, a: &Value, b: &Value, depth: usize) -> Truth {
        if depth > MAX_DEPTH {
            return Truth::Unknown;
        }
        match (&a.data, &b.data) {
            (Data::Unknown(x), Data::Unknown(y)) => {
                if x.not_null && y.not_null && self.same_reference(a, b) {
                    Truth::True
                } else {
                    Truth::unknown_if(texts_agree(x, y, self.ignore_case))
                }
            }
            (Data::Unknown(unknown), other) | (other, Data::Unknown(unknown)) => {
                Truth::unknown_if(can_be(unknown, other, self.ignore_case))
            }
            (Data::List(x), Data::List(y)) => {
                if x.len() != y.len() {
                    return Truth::False;
                }
                conjunction(x.iter().zip(y.iter()).map(|(x, y)| self.equal_within(x, y, depth + 1)))
            }
            (Data::Map(x), Data::Map(y)) => self.equal_maps(x, y, depth),
            (Data::Null, Data::Null) => Truth::True,
            (Data::Null, _) | (_, Data::Null) => Truth::False,
            (Data::List(_) | Data::Map(_), _) | (_, Data::List(_) | Data::Map(_)) => Truth::False,
            (x, y) => Truth::from(scalars_equal(x, y, self.ignore_case)),
        }
    }

    /// A key whose value is null is no key.
    fn equal_maps(self, x: &Map, y: &Map, depth: usize) -> Truth {
        let side = |x: &Map, y: &Map| {
            conjunction(x.entries().iter().map(|entry| {
                let a = x.get(&entry.key).unwrap_or(&entry.value);
                match (&a.data, y.get(&entry.key)) {
                    (_, Some(b)) => self.equal_within(a, b, depth + 1),
                    (Data::Null, None) => Truth::True,
                    (Data::Unknown(unknown), None) => Truth::unknown_if(!unknown.not_null),
                    (_, None) => Truth::False,
                }
            }))
        };
        side(x, y).and(side(y, x))
    }

    /// Both values are the same attribute of the same resource. An address that may stand for several says nothing.
    fn same_reference(self, a: &Value, b: &Value) -> bool {
        match (a.references(), b.references(), self.prepared) {
            ([x], [y], Some(prepared)) => x.whole && y.whole && x == y && prepared.is_one(&x.address),
            _ => false,
        }
    }
}

fn conjunction(truths: impl Iterator<Item = Truth>) -> Truth {
    let mut all = Truth::True;
    for truth in truths {
        all = all.and(truth);
        if all.is_false() {
            break;
        }
    }
    all
}

/// Single values of different types are equal where they spell the same: Terraform turns one into the other.
fn scalars_equal(a: &Data, b: &Data, ignore_case: bool) -> bool {
    match (a, b) {
        (Data::Text(x), Data::Text(y)) => {
            if ignore_case {
                x.eq_ignore_ascii_case(y)
            } else {
                x == y
            }
        }
        (Data::Bool(x), Data::Bool(y)) => x == y,
        (Data::Number(x), Data::Number(y)) => x == y,
        (Data::Bool(truth), Data::Text(text)) | (Data::Text(text), Data::Bool(truth)) => {
            &**text == if *truth { "true" } else { "false" }
        }
        (Data::Number(number), Data::Text(text)) | (Data::Text(text), Data::Number(number)) => {
            Number::parse(text) == Some(*number)
        }
        _ => false,
    }
}

fn texts_agree(x: &Unknown, y: &Unknown, ignore_case: bool) -> bool {
    let fold = |text: &str| if ignore_case { text.to_ascii_lowercase() } else { text.to_owned() };
    fits::starts_agree(&fold(fits::prefix(x)), &fold(fits::prefix(y)))
        && fits::ends_agree(&fold(fits::suffix(x)), &fold(fits::suffix(y)))
}

fn can_be(unknown: &Unknown, data: &Data, ignore_case: bool) -> bool {
    let parts: &[TextPart] = fits::parts(unknown);
    match data {
        Data::Text(text) => {
            !(text.is_empty() && unknown.not_empty && unknown.ty == volary_model::Type::Text)
                && fits::can_be_text(parts, text, ignore_case)
        }
        _ => true,
    }
}
