//! What starts a pipeline with controls: events that are gone, filters that let less through.

use std::collections::BTreeSet;
use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::{Event, Filter, Trigger};

use super::Side;
use super::conditions;
use super::draft::{Drafts, WeakeningDraft};
use super::force::{dressed, severity, short, stops};
use super::glob;
use super::pairs::{Pair, Pairs};
use crate::prove;

/// Compares the triggers of pipelines in which controls run.
pub(super) fn compare(base: &Side<'_>, head: &Side<'_>, pairs: &Pairs<'_, '_>, drafts: &mut Drafts) {
    for (old, new) in &pairs.pipelines {
        let controls = pairs.pairs.iter().filter(|pair| pair.base.pipeline == *old && pair.head.pipeline == *new);
        let Some(pair) = controls.max_by_key(|pair| (severity(base, &pair.base), pair.base.guard.is_some_and(stops)))
        else {
            continue;
        };
        if let Some(draft) = kept_out(base, head, pair) {
            drafts.add(draft);
        }
        let ships = base.pipelines[*old].case.is_some_and(|case| !case.effects().is_empty());
        let (before, after) = (base.pipelines[*old].plan.pipeline, head.pipelines[*new].plan.pipeline);
        for event in [Event::PullRequest, Event::Push] {
            // What ships in the same runs ships in no others.
            if event == Event::Push && ships {
                continue;
            }
            let of = |triggers: &'_ [Trigger]| -> Vec<usize> {
                let fits = |trigger: &Trigger| trigger.event == event && !trigger.disabled;
                triggers.iter().enumerate().filter(|(_, trigger)| fits(trigger)).map(|(index, _)| index).collect()
            };
            let (was, is) = (of(&before.triggers), of(&after.triggers));
            let (Some(was), Some(is)) = (was.first(), is.first()) else { continue };
            let (was, is) = (&before.triggers[*was], &after.triggers[*is]);
            let Some((written, at_value)) = narrowed(was, is, head) else { continue };
            let what = if event == Event::PullRequest { "pull requests" } else { "pushes" };
            let name = pair.head.name();
            let place = at_value.or(is.key).unwrap_or(is.at);
            let message = format!("{} keeps {name} out of {what} that it looked at before", prove::capital(&written));
            let mut draft =
                WeakeningDraft::new("W7", place, message, format!("Let {what} start the pipeline as before"));
            draft.after = Some(written.as_str().into());
            draft.control = Some(pair.head.control.clone());
            draft.tool = Some(pair.head.tool().clone());
            draft.pipeline = Some(after.path.clone());
            draft.severity = severity(base, &pair.base);
            draft.key = format!("{what} {}", written).into();
            drafts.add(draft);
        }
    }
}

/// What the author of a change decides: rules about it are no rules about the pipeline.
const CHOSEN: &[&str] = &["TITLE", "LABEL", "MESSAGE", "DESCRIPTION", "GITLAB_USER", "SOURCE_BRANCH"];

/// GitLab: a new rule of the pipeline by which an author keeps it from running.
fn kept_out(base: &Side<'_>, head: &Side<'_>, pair: &Pair<'_, '_>) -> Option<WeakeningDraft> {
    let (before, after) = (conditions::around(base, &pair.base), conditions::around(head, &pair.head));
    let known: BTreeSet<&str> = before.iter().map(|one| &*one.text).collect();
    let new = after.iter().find(|one| {
        !one.inner
            && !known.contains(&*one.text)
            && one.text.contains("when: never")
            && CHOSEN.iter().any(|word| one.text.contains(word))
    })?;
    let name = pair.head.name();
    let message = format!("`{}` is new: who makes a change decides whether {name} runs", short(&new.text));
    let mut draft = WeakeningDraft::new("W7", new.at, message, format!("Delete the rule, or run {name} all the same"));
    draft.key = new.text.clone();
    Some(dressed(base, head, pair, draft))
}

type Narrowed = (String, Option<volary_model::Span>);

/// What lets less through than before.
fn narrowed(was: &Trigger, is: &Trigger, head: &Side<'_>) -> Option<Narrowed> {
    filter("branches", &was.branches, &is.branches, &|_| true)
        .or_else(|| {
            filter("paths", &was.paths, &is.paths, &|pattern| {
                // What is not in the tree, or only tells something, is not missed.
                head.paths.iter().any(|path| glob::fits(pattern, path) && !is_prose(path))
            })
        })
        .or_else(|| types(was, is))
}

fn texts(values: &[Value]) -> Vec<Arc<str>> {
    values.iter().map(crate::recognise::written).collect()
}

fn filter(word: &str, was: &Filter, is: &Filter, matters: &dyn Fn(&str) -> bool) -> Option<Narrowed> {
    let all = |pattern: &str| matches!(pattern, "*" | "**" | "**/*" | "/**" | "*.*");
    let open =
        |list: &Option<Vec<Value>>| list.as_ref().is_none_or(|list| texts(list).iter().any(|pattern| all(pattern)));
    // Patterns with `!` among those that count take away.
    let out = |filter: &Filter| -> BTreeSet<Arc<str>> {
        let mut out: BTreeSet<Arc<str>> = texts(&filter.exclude).into_iter().collect();
        let included = texts(filter.include.as_deref().unwrap_or_default());
        out.extend(included.iter().filter_map(|pattern| pattern.strip_prefix('!').map(Arc::from)));
        out
    };
    let span = |text: &str| {
        let values = is.include.iter().flatten().chain(&is.exclude);
        values
            .into_iter()
            .find(|value| crate::recognise::written(value).trim_start_matches('!') == text)
            .and_then(|value| value.origin.span())
    };
    let (before, after) = (out(was), out(is));
    if let Some(new) = after.difference(&before).find(|pattern| matters(pattern) || all(pattern)) {
        return Some((format!("leaving out {word} `{new}`"), span(new)));
    }
    let included = |filter: &Filter| -> Vec<Arc<str>> {
        texts(filter.include.as_deref().unwrap_or_default())
            .into_iter()
            .filter(|pattern| !pattern.starts_with('!'))
            .collect()
    };
    let (old, new) = (included(was), included(is));
    if open(&was.include) && !open(&is.include) {
        let list = new.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
        let list = if list.is_empty() { "none".to_owned() } else { list };
        return Some((format!("only {word} {list}"), new.first().and_then(|first| span(first))));
    }
    if !open(&was.include) && !open(&is.include) {
        let lost = old.iter().find(|pattern| {
            !new.contains(pattern) && !new.iter().any(|wider| glob::fits(wider, pattern)) && matters(pattern)
        });
        if let Some(lost) = lost {
            return Some((format!("dropping {word} `{lost}`"), new.first().and_then(|first| span(first))));
        }
    }
    None
}

/// Kinds of activity that push new code to a pull request.
fn types(was: &Trigger, is: &Trigger) -> Option<Narrowed> {
    let kinds = |trigger: &Trigger| -> BTreeSet<Arc<str>> {
        if trigger.types.is_empty() {
            return ["opened", "synchronize", "reopened"].map(Arc::from).into();
        }
        texts(&trigger.types).into_iter().collect()
    };
    if was.event != Event::PullRequest || was.name != is.name || !was.name.starts_with("pull_request") {
        return None;
    }
    let (before, after) = (kinds(was), kinds(is));
    let lost = ["opened", "synchronize", "reopened"]
        .into_iter()
        .find(|kind| before.contains(*kind) && !after.contains(*kind))?;
    let at = is.types.first().and_then(|value| value.origin.span());
    Some((format!("dropping activity `{lost}`"), at))
}

fn is_prose(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    lower.starts_with("docs/")
        || lower.contains("/docs/")
        || [".md", ".rst", ".adoc", ".txt", ".png", ".svg", ".jpg", ".gif", ".drawio"]
            .iter()
            .any(|end| name.ends_with(end))
        || name.starts_with("license")
        || name.starts_with("changelog")
}
