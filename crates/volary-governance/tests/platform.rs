//! Answers about the platform's settings: reading, matching, expiry.

mod common;

use common::{messages, today};
use jiff::civil::date;
use volary_governance::Answers;

const PATH: &str = ".volary/platform.yaml";

fn entry(assume: &str, holds: bool) -> String {
    format!("- {{assume: '{assume}', holds: {holds}, owner: o, until: 2026-12-31, evidence: seen by o}}\n")
}

fn answers(text: &str) -> Answers {
    let (answers, problems) = Answers::parse(PATH, text);
    assert_eq!(messages(&problems), [""; 0], "{text}");
    answers
}

fn wrong(text: &str) -> Vec<String> {
    let (answers, problems) = Answers::parse(PATH, text);
    assert_eq!(answers.iter().count(), 0, "{text}");
    messages(&problems)
}

#[test]
fn an_answer_holds_for_the_assumption_that_it_names() {
    for (assume, key, fits) in [
        ("required-check(main, build)", "required-check(main, build)", true),
        ("required-check(main,build)", "required-check(main, build)", true),
        ("required-check( main ,  build )", "required-check(main, build)", true),
        ("required-check(main, build)", "required-check(main, build 2)", false),
        ("required-check(main, build)", "required-check(Main, build)", false),
        ("required-check(main, *)", "required-check(main, build (ubuntu, 22))", true),
        ("required-check(main, *)", "required-check(main2, build)", false),
        ("required-check(*)", "required-check(main, build)", true),
        ("required-check(*, build)", "required-check(release/1, build)", true),
        ("required-check(*, build)", "required-check(release/1, rebuild)", false),
        ("no-direct-push(release/*)", "no-direct-push(release/1.2)", true),
        ("no-direct-push(release/*)", "no-direct-push(main)", false),
        ("no-direct-push(*)", "tags-from(main)", false),
        ("variable(prod, SCAN=1)", "variable(prod, SCAN=1)", true),
        ("no-direct-push(ab*ba)", "no-direct-push(aba)", false),
        ("gate(code scanning *)", "gate(code scanning rule on the branch)", true),
    ] {
        let expected = fits.then_some(true);
        assert_eq!(answers(&entry(assume, true)).answer(key, today()), expected, "{assume} for {key}");
    }
}

#[test]
fn the_narrower_answer_counts_and_no_counts_more_than_yes() {
    let both = entry("no-direct-push(*)", false) + &entry("no-direct-push(main)", true);
    assert_eq!(answers(&both).answer("no-direct-push(main)", today()), Some(true));
    assert_eq!(answers(&both).answer("no-direct-push(next)", today()), Some(false));
    let twice = entry("tags-from(main)", true) + &entry("tags-from(main)", false);
    assert_eq!(answers(&twice).answer("tags-from(main)", today()), Some(false));
    let patterns = entry("tags-from(*)", true) + &entry("tags-from(m*)", false);
    assert_eq!(answers(&patterns).answer("tags-from(main)", today()), Some(false));
}

#[test]
fn what_has_expired_does_not_count_and_is_told() {
    let text = "- assume: tags-from(main)\n  holds: true\n  owner: o\n  until: 2026-11-23\n  evidence: seen\n";
    let answers = answers(text);
    assert_eq!(answers.answer("tags-from(main)", date(2026, 11, 23)), Some(true));
    assert_eq!(answers.answer("tags-from(main)", today()), None);
    assert_eq!(answers.problems(date(2026, 11, 23)), []);
    let told = messages(&answers.problems(today()));
    assert_eq!(told, [".volary/platform.yaml:4 the answer to `tags-from(main)` expired on 2026-11-23"]);
}

#[test]
fn an_expired_answer_leaves_the_word_to_the_others() {
    let old = "- {assume: tags-from(main), holds: false, owner: o, until: 2026-01-01}\n".to_owned();
    assert_eq!(answers(&(old + &entry("tags-from(*)", true))).answer("tags-from(main)", today()), Some(true));
}

#[test]
fn what_is_wrong_is_named_and_does_not_count() {
    let told = |text: &str, part: &str| {
        let found = wrong(text);
        assert!(found.len() == 1 && found[0].contains(part), "{text}: {found:?}");
    };
    told("assume: tags-from(main)\n", ":1 a list of answers");
    told("- tags-from(main)\n", ":1 an answer is keys with values");
    told("- {holds: true, owner: o, until: 2026-12-31, evidence: e}\n", "`assume` is missing");
    told("\n- {assume: tags-from(main), owner: o, until: 2026-12-31, evidence: e}\n", ":2 `holds` is missing");
    told("- {assume: tags-from(main), holds: true, until: 2026-12-31, evidence: e}\n", "`owner` is missing");
    told("- {assume: tags-from(main), holds: true, owner: o, evidence: e}\n", "`until` is missing");
    told("- {assume: tags-from(main), holds: true, owner: o, until: 2026-12-31}\n", "`evidence` is missing");
    told("- {assume: tags-from(main), holds: maybe, owner: o, until: 2026-12-31}\n", "neither true nor false");
    told("- {assume: tags-from(main), holds: false, owner: o, until: never}\n", "is not a date");
    told("- {assume: tags-from(main), holds: false, owner: o, until: 2026-02-30}\n", "is not a date");
    told("- {assume: tags-from, holds: false, owner: o, until: 2026-12-31}\n", "names no assumption");
    told("- {assume: 'tags-from()', holds: false, owner: o, until: 2026-12-31}\n", "names no assumption");
    told("- {assume: '*', holds: true, owner: o, until: 2026-12-31, evidence: e}\n", "names no assumption");
    told("- {assume: '*(main)', holds: false, owner: o, until: 2026-12-31}\n", "names no assumption");
    told("- {assume: tag-from(main), holds: false, owner: o, until: 2026-12-31}\n", "no assumption `tag-from`");
    told("- {assume: tags-from(main), holds: false, owner: o, until: 2026-12-31, why: w}\n", "`why` is not known");
    told("- {assume: [\n", "");
    let (one, problems) = Answers::parse(PATH, &("- {assume: x}\n".to_owned() + &entry("tags-from(main)", true)));
    assert!(!problems.is_empty() && one.answer("tags-from(main)", today()) == Some(true), "the rest counts");
    assert_eq!(Answers::parse(PATH, "# nothing yet\n").1, []);
}

#[test]
fn many_answers_and_long_patterns_are_bounded() {
    let text = entry("no-direct-push(x)", true).repeat(10_001);
    assert_eq!(Answers::parse(PATH, &text).1.len(), 1);
    let pattern = format!("no-direct-push({}b)", "a*".repeat(20_000));
    let key = format!("no-direct-push({})", "a".repeat(50_000));
    assert_eq!(answers(&entry(&pattern, true)).answer(&key, today()), None);
}
