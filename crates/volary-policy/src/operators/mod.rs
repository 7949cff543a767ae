//! The operators of tests: one file each, with its meaning, the types it takes, and examples that the tests run.
//!
//! Every operator answers in three values: unknown only where values that fit what is known would disagree.

pub(crate) mod at_least;
pub(crate) mod at_most;
pub(crate) mod cidr;
pub(crate) mod contains;
pub(crate) mod empty;
pub(crate) mod ends_with;
pub(crate) mod equals;
pub(crate) mod exists;
pub(crate) mod fits;
pub(crate) mod grants;
pub(crate) mod has;
pub(crate) mod has_all;
pub(crate) mod is_in;
pub(crate) mod longer_than;
pub(crate) mod matches;
pub(crate) mod not_in;
pub(crate) mod older_than;
pub(crate) mod only;
pub(crate) mod port;
pub(crate) mod refers_to;
pub(crate) mod same_as;
pub(crate) mod scalar;
pub(crate) mod secret_like;
pub(crate) mod spec;
pub(crate) mod starts_with;
pub(crate) mod text;
pub(crate) mod version_at_least;

use volary_model::{Data, Value};

use crate::evaluate::Scope;
use crate::truth::Truth;

pub(crate) use scalar::Scalar;
pub(crate) use spec::{SPECS, Spec, Takes};

/// The data has a type that the operator does not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongType;

/// What an operator answers.
pub(crate) type Answer = Result<Truth, WrongType>;

/// One operator with its argument.
#[derive(Debug)]
pub(crate) enum Test {
    Equals(equals::Equals),
    In(is_in::In),
    NotIn(not_in::NotIn),
    Exists(bool),
    Empty(bool),
    Matches(matches::Matches),
    Contains(text::Needle),
    StartsWith(text::Needle),
    EndsWith(text::Needle),
    AtLeast(volary_model::Number),
    AtMost(volary_model::Number),
    LongerThan(u64),
    OlderThan(older_than::Age),
    VersionAtLeast(version_at_least::Least),
    Cidr(cidr::Range),
    Port(u16),
    Grants(grants::Action),
    SecretLike,
    SameAs(same_as::SameAs),
    RefersTo(std::sync::Arc<str>),
    Has(Vec<Test>),
    Only(Vec<Test>),
    HasAll(Vec<Scalar>),
}

impl Test {
    /// The answer on a value; `None` and null are absent.
    #[inline]
    pub(crate) fn test(&self, value: Option<&Value>, scope: &Scope<'_>) -> Answer {
        let Some(value) = value.filter(|value| !matches!(value.data, Data::Null)) else {
            return Ok(self.on_absent());
        };
        let answer = self.on_value(value, scope);
        if let (Data::Unknown(unknown), Ok(truth)) = (&value.data, answer)
            && !unknown.not_null
            && truth != self.on_absent()
        {
            return Ok(Truth::Unknown);
        }
        answer
    }

    /// The answer on a value that is there.
    #[inline]
    fn on_value(&self, value: &Value, scope: &Scope<'_>) -> Answer {
        match self {
            Self::Equals(test) => test.test(value),
            Self::In(test) => test.test(value),
            Self::NotIn(test) => test.test(value),
            Self::Exists(wanted) => exists::test(*wanted, value),
            Self::Empty(wanted) => empty::test(*wanted, value),
            Self::Matches(test) => test.test(value),
            Self::Contains(needle) => contains::test(needle, value),
            Self::StartsWith(needle) => starts_with::test(needle, value),
            Self::EndsWith(needle) => ends_with::test(needle, value),
            Self::AtLeast(limit) => at_least::test(*limit, value),
            Self::AtMost(limit) => at_most::test(*limit, value),
            Self::LongerThan(length) => longer_than::test(*length, value),
            Self::OlderThan(age) => age.test(value, scope),
            Self::VersionAtLeast(test) => test.test(value),
            Self::Cidr(range) => range.test(value),
            Self::Port(port) => port::test(*port, value),
            Self::Grants(action) => action.test(value),
            Self::SecretLike => secret_like::test(value),
            Self::SameAs(test) => test.test(value, scope),
            Self::RefersTo(kind) => refers_to::test(kind, value, scope),
            Self::Has(tests) => has::test(tests, value, scope),
            Self::Only(tests) => only::test(tests, value, scope),
            Self::HasAll(wanted) => has_all::test(wanted, value),
        }
    }

    /// On what is not there: `exists: false`, `empty: true` and `not_in` hold, nothing else does.
    fn on_absent(&self) -> Truth {
        Truth::from(matches!(self, Self::Exists(false) | Self::Empty(true) | Self::NotIn(_)))
    }

    pub(crate) fn spec(&self) -> &'static Spec {
        match self {
            Self::Equals(_) => &equals::SPEC,
            Self::In(_) => &is_in::SPEC,
            Self::NotIn(_) => &not_in::SPEC,
            Self::Exists(_) => &exists::SPEC,
            Self::Empty(_) => &empty::SPEC,
            Self::Matches(_) => &matches::SPEC,
            Self::Contains(_) => &contains::SPEC,
            Self::StartsWith(_) => &starts_with::SPEC,
            Self::EndsWith(_) => &ends_with::SPEC,
            Self::AtLeast(_) => &at_least::SPEC,
            Self::AtMost(_) => &at_most::SPEC,
            Self::LongerThan(_) => &longer_than::SPEC,
            Self::OlderThan(_) => &older_than::SPEC,
            Self::VersionAtLeast(_) => &version_at_least::SPEC,
            Self::Cidr(_) => &cidr::SPEC,
            Self::Port(_) => &port::SPEC,
            Self::Grants(_) => &grants::SPEC,
            Self::SecretLike => &secret_like::SPEC,
            Self::SameAs(_) => &same_as::SPEC,
            Self::RefersTo(_) => &refers_to::SPEC,
            Self::Has(_) => &has::SPEC,
            Self::Only(_) => &only::SPEC,
            Self::HasAll(_) => &has_all::SPEC,
        }
    }

    /// The argument, for people.
    pub(crate) fn shown_argument(&self) -> String {
        let list = |scalars: &[Scalar]| {
            let shown: Vec<&str> = scalars.iter().take(12).map(|scalar| &*scalar.text).collect();
            format!("[{}{}]", shown.join(", "), if scalars.len() > 12 { ", ..." } else { "" })
        };
        match self {
            Self::Equals(test) => test.scalar.text.to_string(),
            Self::In(test) => list(&test.scalars),
            Self::NotIn(test) => list(&test.scalars),
            Self::Exists(wanted) | Self::Empty(wanted) => wanted.to_string(),
            Self::Matches(test) => test.text.to_string(),
            Self::Contains(needle) | Self::StartsWith(needle) | Self::EndsWith(needle) => needle.text.to_string(),
            Self::AtLeast(limit) | Self::AtMost(limit) => limit.to_string(),
            Self::LongerThan(length) => length.to_string(),
            Self::OlderThan(age) => age.to_string(),
            Self::VersionAtLeast(test) => test.text.to_string(),
            Self::Cidr(range) => range.to_string(),
            Self::Port(port) => port.to_string(),
            Self::Grants(action) => action.text.to_string(),
            Self::SecretLike => "true".to_owned(),
            Self::SameAs(test) => test.path.to_string(),
            Self::RefersTo(kind) => kind.to_string(),
            Self::Has(tests) | Self::Only(tests) => format!("{{{}}}", shown_tests(tests)),
            Self::HasAll(wanted) => list(wanted),
        }
    }
}

/// Tests as a policy writes them.
pub(crate) fn shown_tests(tests: &[Test]) -> String {
    let shown: Vec<String> =
        tests.iter().map(|test| format!("{}: {}", test.spec().name, test.shown_argument())).collect();
    shown.join(", ")
}

/// All tests on one value.
pub(crate) fn all(tests: &[Test], value: Option<&Value>, scope: &Scope<'_>) -> Answer {
    let mut answer = Ok(Truth::True);
    for test in tests {
        match test.test(value, scope) {
            Ok(Truth::False) => return Ok(Truth::False),
            Ok(Truth::True) => {}
            Ok(Truth::Unknown) if answer == Ok(Truth::True) => answer = Ok(Truth::Unknown),
            Ok(Truth::Unknown) => {}
            Err(WrongType) => answer = Err(WrongType),
        }
    }
    answer
}
