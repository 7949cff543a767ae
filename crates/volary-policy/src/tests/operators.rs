//! Every operator does what its own examples say.

use volary_model::Outcome;

use super::support::outcome;
use crate::operators::SPECS;

#[test]
fn every_operator_answers_as_its_examples_say() {
    let mut wrong = Vec::new();
    for spec in SPECS {
        for (test, value, expected) in spec.examples {
            let values = match *value {
                "absent" => "{}".to_owned(),
                "unknown" => "{x: !unknown v}".to_owned(),
                value => format!("{{x: {value}}}"),
            };
            let answer = match outcome(&format!("require: {{x: {test}}}"), &values) {
                Outcome::Pass => "true",
                Outcome::Fail => "false",
                Outcome::Undecided => "unknown",
                Outcome::Error => "wrong type",
                Outcome::NotApplicable => "not applicable",
            };
            if answer != *expected {
                wrong.push(format!("{}: {test} on {value} is {answer}, not {expected}", spec.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_operator_shows_absent_empty_list_and_unknown() {
    for spec in SPECS {
        for value in ["absent", "\"\"", "[]", "unknown"] {
            assert!(
                spec.examples.iter().any(|(_, shown, _)| *shown == value),
                "{} has no example on {value}",
                spec.name
            );
        }
    }
}

#[test]
fn what_is_known_of_an_unknown_value_decides_where_all_values_agree() {
    use Outcome::{Fail, Pass, Undecided};
    let arn = "!unknown {text: ['arn:aws:s3:::', ~, '/*'], not_null: true}";
    let cases = [
        ("{exists: true}", "!unknown {not_null: true}", Pass),
        ("{exists: false}", "!unknown {not_null: true}", Fail),
        ("{empty: true}", "!unknown {not_null: true, not_empty: true}", Fail),
        ("{empty: false}", arn, Pass),
        ("{empty: true}", "!unknown {type: list, at_most: 0}", Pass),
        ("{equals: '*'}", arn, Fail),
        ("{equals: 'arn:aws:s3:::a/*'}", arn, Undecided),
        ("{not_in: ['*', 'x']}", arn, Pass),
        ("{in: ['*', 'x']}", arn, Fail),
        ("{equals: true}", "!unknown {type: bool}", Undecided),
        ("{equals: other}", "!unknown {type: bool}", Fail),
        ("{starts_with: 'arn:'}", arn, Pass),
        ("{starts_with: 'http:'}", arn, Fail),
        ("{starts_with: 'arn:aws:s3:::logs'}", arn, Undecided),
        ("{ends_with: '/*'}", arn, Pass),
        ("{ends_with: 'x'}", arn, Fail),
        ("{contains: 's3'}", arn, Pass),
        ("{contains: logs}", arn, Undecided),
        ("{longer_than: 5}", arn, Pass),
        ("{longer_than: 50}", arn, Undecided),
        ("{matches: '^arn:'}", arn, Undecided),
        ("{matches: '^http:'}", arn, Fail),
        ("{grants: 's3:GetObject'}", "!unknown {text: ['s3:', ~], not_null: true}", Undecided),
        ("{grants: 'iam:PassRole'}", "!unknown {text: ['s3:', ~], not_null: true}", Fail),
        ("{has: {exists: true}}", "!unknown {type: list, not_null: true, not_empty: true}", Undecided),
        ("{only: a}", "!unknown {type: list, at_most: 0, not_null: true}", Pass),
    ];
    for (test, value, expected) in cases {
        assert_eq!(
            outcome(&format!("require: {{x: {test}}}"), &format!("{{x: {value}}}")),
            expected,
            "{test} on {value}"
        );
    }
}
