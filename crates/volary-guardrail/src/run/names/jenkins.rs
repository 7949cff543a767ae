//! Variables and `when` conditions of Jenkins.

use std::sync::Arc;

use volary_model::{Data, Value};
use volary_pipeline::{Event, Expr};

use super::super::canonical::scalar;
use super::super::pattern::regex_text;
use super::super::truth::{Ask, text, value};
use super::{null, parameter, short_reference, texts};
use crate::tri::Tri;

/// What a name stands for.
pub(super) fn lookup(ask: &Ask<'_>, parts: &[Arc<str>]) -> Option<Value> {
    let words: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match words.as_slice() {
        ["params", name] => parameter(ask, name),
        ["currentBuild", "result" | "currentResult" | "resultIsBetterOrEqualTo"] => {
            // As long as nothing went wrong `currentBuild.result` is not set; both forms are asked for as success.
            texts(ask.results.result(parts)).or_else(|| match (words[1], ask.succeeded()) {
                ("result", Tri::Yes) => Some(null()),
                ("currentResult", Tri::Yes) => Some(text("SUCCESS")),
                _ => None,
            })
        }
        ["env", name] => environment(ask, name),
        [name] => environment(ask, name).or_else(|| given(ask, parts)),
        // What a step gave.
        _ => given(ask, parts),
    }
}

/// What a step gave, by the variable that it went to: an exit code as a number.
fn given(ask: &Ask<'_>, parts: &[Arc<str>]) -> Option<Value> {
    let found = ask.results.result(parts)?;
    Some(match volary_model::Number::parse(&found) {
        Some(number) => value(Data::Number(number)),
        None => text(found),
    })
}

fn environment(ask: &Ask<'_>, name: &str) -> Option<Value> {
    let run = ask.run;
    let change = run.event == Event::PullRequest;
    let of_change = |found: Option<Value>| if change { found } else { Some(null()) };
    match name {
        "BRANCH_NAME" if change => Some(text("PR-1")),
        "BRANCH_NAME" | "GIT_BRANCH" | "GIT_LOCAL_BRANCH" => texts(short_reference(run)),
        "BRANCH_IS_PRIMARY" => {
            let primary = run.tag.is_none() && run.branch.as_deref() == Some(run.default_branch());
            Some(if primary { text("true") } else { null() })
        }
        "TAG_NAME" => Some(run.tag.as_ref().map_or_else(null, |tag| text(tag.clone()))),
        "CHANGE_ID" => of_change(Some(text("1"))),
        "CHANGE_TARGET" => of_change(texts(run.target.as_ref())),
        "CHANGE_BRANCH" => of_change(texts(run.branch.as_ref())),
        "CHANGE_FORK" | "CHANGE_TITLE" | "CHANGE_AUTHOR" | "CHANGE_URL" | "CHANGE_AUTHOR_EMAIL" if !change => {
            Some(null())
        }
        _ => ask.variable(name).or_else(|| {
            // Parameters are variables too, and then texts.
            let found = parameter(ask, name)?;
            if found.is_null() { Some(found) } else { scalar(&found).map(text) }
        }),
    }
}

/// `branch`, `tag`, `changeRequest`, `triggeredBy` and methods of texts.
pub(in super::super) fn call(ask: &Ask<'_>, name: &str, arguments: &[Expr]) -> Option<Tri> {
    let run = ask.run;
    let change = run.event == Event::PullRequest;
    let first = || arguments.first().and_then(|argument| ask.value(argument)).and_then(|value| scalar(&value));
    let pair = || {
        let [receiver, argument] = arguments else { return None };
        Some((ask.value(receiver)?, ask.value(argument)?))
    };
    let known = match name {
        "branch" if change || run.tag.is_some() => false,
        "branch" => matches(ask, &first()?, comparator(arguments), run.branch.as_deref()?)?,
        "tag" => match &run.tag {
            Some(tag) => matches(ask, &first()?, comparator(arguments), tag)?,
            None => false,
        },
        "buildingtag" => run.tag.is_some(),
        "changerequest" if !change => false,
        "changerequest" => {
            let comparator = comparator(arguments);
            for (key, wanted) in named(arguments) {
                let actual = match key {
                    "target" => run.target.as_deref()?,
                    "branch" => run.branch.as_deref()?,
                    "comparator" => continue,
                    _ => return None,
                };
                if !matches(ask, wanted, comparator, actual)? {
                    return Some(Tri::No);
                }
            }
            true
        }
        "triggeredby" => {
            let causes: Vec<String> = arguments.iter().filter_map(|argument| scalar(argument.literal()?)).collect();
            let cause = match run.event {
                Event::Manual => "useridcause",
                Event::Schedule => "timertriggercause",
                Event::Upstream => "upstreamcause",
                Event::Push | Event::PullRequest => "scmtriggercause",
                _ => return None,
            };
            causes.iter().any(|wanted| {
                let wanted = wanted.to_ascii_lowercase();
                let wanted = wanted.replace("buildupstreamcause", "upstreamcause");
                wanted == cause
                    || format!("{wanted}cause") == cause
                    || (wanted == "branchindexingcause" && matches!(run.event, Event::Push | Event::PullRequest))
            })
        }
        "isrestartedrun" => false,
        "equals" => {
            let (a, b) = pair()?;
            scalar(&a)? == scalar(&b)? && a.is_null() == b.is_null()
        }
        "equalsignorecase" => {
            let (a, b) = pair()?;
            scalar(&a)?.eq_ignore_ascii_case(&scalar(&b)?)
        }
        "matches" => {
            let (a, b) = pair()?;
            let pattern = scalar(&b)?;
            let pattern = regex_text(&pattern).unwrap_or(pattern);
            run.world.matches(&format!("^(?:{pattern})$"), &scalar(&a)?)?
        }
        "startswith" | "endswith" | "contains" => {
            let (a, b) = pair()?;
            let (a, b) = (scalar(&a)?, scalar(&b)?);
            match name {
                "startswith" => a.starts_with(&b),
                "endswith" => a.ends_with(&b),
                _ => a.contains(&b),
            }
        }
        "toboolean" => first()?.eq_ignore_ascii_case("true"),
        "resultisbetterorequalto" => {
            let current: [Arc<str>; 2] = ["currentBuild".into(), "currentResult".into()];
            let wanted = arguments.last().and_then(|argument| ask.value(argument)).and_then(|value| scalar(&value));
            let rank = |result: &str| ["SUCCESS", "UNSTABLE", "FAILURE"].iter().position(|one| *one == result);
            match (ask.results.result(&current).as_deref().and_then(rank), wanted.as_deref().and_then(rank)) {
                (Some(current), Some(wanted)) => current <= wanted,
                _ => return Some(ask.succeeded()),
            }
        }
        _ => return None,
    };
    Some(known.into())
}

/// Arguments with a name: the name and the value that follows it.
fn named(arguments: &[Expr]) -> Vec<(&str, &str)> {
    let texts: Vec<Option<&str>> =
        arguments.iter().map(|argument| argument.literal().and_then(Value::as_text)).collect();
    let pairs = texts.chunks(2);
    pairs.filter_map(|pair| Some((pair.first().copied()??, pair.get(1).copied()??))).collect()
}

/// How texts are compared: `GLOB` unless it is said.
fn comparator(arguments: &[Expr]) -> &str {
    let texts: Vec<&str> =
        arguments.iter().filter_map(|argument| argument.literal().and_then(Value::as_text)).collect();
    let at = texts.iter().position(|text| *text == "comparator");
    at.and_then(|at| texts.get(at + 1)).copied().unwrap_or("GLOB")
}

fn matches(ask: &Ask<'_>, pattern: &str, comparator: &str, actual: &str) -> Option<bool> {
    let world = &ask.run.world;
    match comparator.to_ascii_uppercase().as_str() {
        "EQUALS" => Some(pattern == actual),
        "REGEXP" => {
            let pattern = regex_text(pattern).unwrap_or_else(|| pattern.to_owned());
            world.matches(&format!("^(?:{pattern})$"), actual)
        }
        _ => Some(world.fits(pattern, actual)),
    }
}
