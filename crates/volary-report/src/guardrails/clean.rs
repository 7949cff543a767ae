//! Secret values that stand in what pipelines say, masked once for all formats: a command is quoted as it is written, and
//! people write tokens into commands.

use std::borrow::Cow;
use std::sync::Arc;

use volary_model::{Candidate, ContractChange, Contracts, Fact, Guardrails};

use crate::mask::masked as mask;

/// What tokens of well-known services start with.
const PREFIXES: [&str; 20] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "AKIA",
    "ASIA",
    "xoxb-",
    "xoxp-",
    "npm_",
    "pypi-",
    "sk_live_",
    "dop_v1_",
    "AIza",
    "eyJ",
    "hvs.",
    "dckr_pat_",
    "sqp_",
];
/// So many characters follow such a start at least.
const TOKEN: usize = 16;
/// Words before a value that make a secret of it.
const NAMES: [&str; 12] = [
    "password",
    "passwd",
    "pwd",
    "token",
    "secret",
    "apikey",
    "api-key",
    "api_key",
    "accesskey",
    "access-key",
    "access_key",
    "accountkey",
];

/// The answer with secret values masked in everything that quotes the tree.
pub(crate) fn masked(answer: &Guardrails) -> Guardrails {
    let mut answer = answer.clone();
    for verdict in &mut answer.verdicts {
        for text in [&mut verdict.what, &mut verdict.message] {
            shared(text);
        }
        verdict.run.iter_mut().chain(&mut verdict.unless).for_each(shared);
        verdict.fact.iter_mut().chain(&mut verdict.narrowed).for_each(fact);
        verdict.candidates.iter_mut().chain(&mut verdict.near).for_each(candidate);
        if let Some(edit) = &mut verdict.edit {
            shared(&mut edit.text);
        }
        for (name, _) in verdict.through.iter_mut().chain(&mut verdict.also) {
            shared(name);
        }
    }
    for scan in &mut answer.scans {
        scan.target.iter_mut().for_each(shared);
        scan.fact.iter_mut().chain(&mut scan.narrowed).for_each(fact);
    }
    for weakening in &mut answer.weakenings {
        let quoted = [&mut weakening.before, &mut weakening.after];
        quoted.into_iter().flatten().for_each(shared);
        shared(&mut weakening.message);
        shared(&mut weakening.fix);
    }
    for gate in &mut answer.gates {
        shared(&mut gate.guards);
        gate.remarks.iter_mut().for_each(fact);
    }
    for pipeline in &mut answer.pipelines {
        pipeline.refused.iter_mut().for_each(fact);
        for step in pipeline.jobs.iter_mut().flat_map(|job| &mut job.steps) {
            shared(&mut step.label);
        }
    }
    for source in &mut answer.unread {
        for text in [&mut source.name, &mut source.reason, &mut source.command] {
            shared(text);
        }
        source.files.iter_mut().for_each(shared);
    }
    for source in &mut answer.mutable {
        shared(&mut source.name);
    }
    for assumption in &mut answer.assumptions {
        for text in [&mut assumption.key, &mut assumption.text, &mut assumption.answer] {
            shared(text);
        }
    }
    for problem in &mut answer.problems {
        shared(&mut problem.message);
    }
    answer
}

/// Contracts with secret values masked in everything that quotes the tree.
pub(crate) fn contracts(answer: &Contracts) -> Contracts {
    let mut answer = answer.clone();
    let change = |change: &mut ContractChange| {
        change.value.iter_mut().for_each(shared);
        change.fact.iter_mut().for_each(fact);
    };
    for contract in &mut answer.contracts {
        for effect in &mut contract.effects {
            shared(&mut effect.what);
            shared(&mut effect.formula);
            effect.assumptions.iter_mut().for_each(shared);
            effect.fact.iter_mut().for_each(fact);
            effect.unless.iter_mut().for_each(change);
        }
        for control in &mut contract.controls {
            shared(&mut control.formula);
            control.fact.iter_mut().for_each(fact);
            control.unless.iter_mut().for_each(change);
        }
        for parameter in &mut contract.parameters {
            parameter.default.iter_mut().chain(&mut parameter.values).for_each(shared);
        }
        contract.unread.iter_mut().for_each(shared);
    }
    for problem in &mut answer.problems {
        shared(&mut problem.message);
    }
    answer
}

fn candidate(candidate: &mut Candidate) {
    candidate.fact.iter_mut().chain(&mut candidate.narrowed).for_each(fact);
}

fn fact(fact: &mut Fact) {
    shared(&mut fact.text);
    shared(&mut fact.written);
}

fn shared(text: &mut Arc<str>) {
    if let Cow::Owned(clean) = text_masked(text) {
        *text = clean.into();
    }
}

/// The text with secret values masked.
pub(crate) fn text_masked(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut written = 0;
    let mut at = 0;
    while at < text.len() {
        let Some(length) = secret_at(text, at) else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        };
        out.push_str(&text[written..at]);
        out.push_str(&mask(&text[at..at + length]));
        at += length;
        written = at;
    }
    if written == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[written..]);
    Cow::Owned(out)
}

/// The length of the secret value that starts at an offset.
fn secret_at(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let before = &text.as_bytes()[..at];
    // A value starts where no word runs on.
    if before.last().is_some_and(|byte| is_token(*byte)) {
        return None;
    }
    let length = rest.bytes().take_while(|byte| is_token(*byte)).count();
    if let Some(prefix) = PREFIXES.iter().find(|prefix| rest.starts_with(**prefix))
        && length >= prefix.len() + TOKEN
    {
        return Some(length);
    }
    let credentials = before.ends_with(b":") && has_user(&text[..at - 1]);
    if !credentials && !is_named(before) {
        return None;
    }
    let value = rest.bytes().take_while(|byte| is_value(*byte)).count();
    if credentials {
        let ends = rest.as_bytes().get(value) == Some(&b'@');
        return (ends && value > 0 && !rest.starts_with('$')).then_some(value);
    }
    // So much is enough to judge by; what is masked is the whole.
    let judged = rest.as_bytes().get(..value.min(256)).unwrap_or_default();
    (value >= 8 && looks_secret(judged)).then_some(value)
}

/// Whether the text ends with `scheme://user`.
fn has_user(before: &str) -> bool {
    let user = before.bytes().rev().take(100).take_while(|byte| !matches!(byte, b'/' | b' ' | b'@' | b':')).count();
    user > 0 && before.as_bytes()[..before.len() - user].ends_with(b"://")
}

/// Whether the text ends with the name of a secret and a sign that its value follows: `--password `, `token=`, `secret: "`.
fn is_named(before: &[u8]) -> bool {
    let mut name = before;
    while let [rest @ .., b'"' | b'\''] = name {
        name = rest;
    }
    let mut signs = 0;
    while let [rest @ .., sign @ (b'=' | b':' | b' ')] = name {
        signs += usize::from(*sign != b' ');
        name = rest;
        if before.len() - name.len() > 6 {
            return false;
        }
    }
    let start = name.len().saturating_sub(40);
    let word = name.get(start..).unwrap_or_default().to_ascii_lowercase();
    let Some(found) = NAMES.iter().find(|candidate| word.ends_with(candidate.as_bytes())) else { return false };
    // Behind a space alone a value follows only an option.
    let option = || {
        let from = word.len() - found.len();
        let head = word.get(..from).unwrap_or_default();
        let run = head.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'-').count();
        head.get(head.len() - run..).unwrap_or_default().starts_with(b"--")
    };
    before.len() > name.len() && (signs > 0 || option())
}

/// Whether a value is no reference, word or name of a variable: such have no digit beside their letters.
fn looks_secret(value: &[u8]) -> bool {
    let digit = value.iter().any(u8::is_ascii_digit);
    let letter = value.iter().any(u8::is_ascii_alphabetic);
    let name = value.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    let reference = value.first().is_some_and(|first| b"$%<*{@".contains(first));
    digit && letter && !name && !reference
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_value(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'@' | b',' | b';' | b'|' | b'(' | b')')
}

#[cfg(test)]
mod tests {
    use super::text_masked;

    #[test]
    fn secret_values_are_masked() {
        for (text, shown) in [
            ("login -p x ghp_0123456789abcdefghij now", "login -p x ghp_***** now"),
            ("git clone https://bot:hunter2@host/x", "git clone https://bot:*****@host/x"),
            ("curl --token abc123def456", "curl --token *****"),
            ("password: 's3cr3tValue!'", "password: '*****'"),
            ("AccountKey=abcd1234abcd1234abcd1234", "AccountKey=abcd*****"),
            ("token=é1234567x", "token=é1234567x"),
        ] {
            assert_eq!(text_masked(text), shown);
        }
    }

    #[test]
    fn names_references_and_words_stay() {
        for text in [
            "id-token: write",
            "--token $SNYK_TOKEN1",
            "password: ${{ secrets.P4SSWORD }}",
            "the secret SNYK_TOKEN2 is set",
            "the token v1alpha234 is a word of a sentence",
            "https://user:$TOKEN1@host",
            "docker push registry:5000/app:1.2.3",
            "uses: actions/checkout@8ade135a41bc03ea155e62e844d188df1ea18608",
        ] {
            assert_eq!(text_masked(text), text);
        }
    }
}
