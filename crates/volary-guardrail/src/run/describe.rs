//! Runs in words.

use std::fmt::Write;

use volary_pipeline::{Event, Platform};

use super::{ChoiceKind, Run};

impl Run {
    /// The run in words: "a push to `main`", "a manual run of any branch", "a pull request to `main`".
    pub fn describe(&self) -> String {
        let mut text = self.start();
        let mut with = Vec::new();
        for (name, value) in &self.parameters {
            if !self.unusual.contains(name) {
                continue;
            }
            with.push(match &**value {
                "true" => format!("`{name}` on"),
                "false" => format!("`{name}` off"),
                "" => format!("`{name}` empty"),
                "other" => format!("`{name}` set to anything else"),
                value => format!("`{name}` set to `{value}`"),
            });
        }
        if !with.is_empty() {
            let _ = write!(text, " with {}", with.join(" and "));
        }
        let mut when = Vec::new();
        for (key, choice) in &self.choices {
            if !self.unusual.contains(key) || choice.kind != ChoiceKind::Free {
                continue;
            }
            match (key.strip_prefix("changes: "), choice.truth) {
                (Some(paths), false) => drop(write!(text, " that changes none of `{paths}`")),
                (Some(paths), true) => drop(write!(text, " that changes `{paths}`")),
                (None, true) => when.push(format!("`{key}`")),
                (None, false) => when.push(format!("not `{key}`")),
            }
        }
        if !when.is_empty() {
            let _ = write!(text, " when {}", when.join(" and "));
        }
        text
    }

    /// A reference, or the pattern that it is the witness of.
    pub fn shown<'n>(&'n self, name: &'n str) -> &'n str {
        self.world.shown.get(name).map_or(name, |pattern| pattern)
    }

    fn start(&self) -> String {
        let choices = self.parameters.keys().any(|name| self.unusual.contains(name));
        let branch = || match (&self.tag, &self.branch) {
            (Some(_), _) if self.any_branch => "any tag".to_owned(),
            (Some(tag), _) => format!("the tag `{}`", self.shown(tag)),
            (None, Some(branch)) if !self.any_branch => format!("`{}`", self.shown(branch)),
            _ => "any branch".to_owned(),
        };
        let request = if self.platform() == Platform::GitLab { "merge request" } else { "pull request" };
        let target = || match &self.target {
            Some(target) if !self.any_branch => format!("`{}`", self.shown(target)),
            _ => "any branch".to_owned(),
        };
        let detail = self.trigger.and_then(|trigger| self.world.details.get(trigger)).map_or("", |text| &**text);
        let name = self.trigger.and_then(|trigger| self.world.triggers.get(trigger)).map_or("", |name| &**name);
        match self.event {
            Event::Push => match &self.tag {
                Some(_) if self.any_branch => "a tag".to_owned(),
                Some(tag) => format!("a tag `{}`", self.shown(tag)),
                None => format!("a push to {}", branch()),
            },
            Event::PullRequest if name == "merge_group" => format!("the merge queue of {}", target()),
            Event::PullRequest => format!("a {request} to {}", target()),
            Event::Privileged if self.target.is_some() => format!("a {request} to {}, from anybody", target()),
            Event::Privileged => format!("the event `{name}`"),
            Event::Release => "a release".to_owned(),
            Event::Schedule if self.branch.as_deref() == Some(self.default_branch()) => schedule(detail).to_owned(),
            Event::Schedule => format!("{} of {}", schedule(detail), branch()),
            Event::Manual | Event::Api => {
                let start = if self.event == Event::Manual { "a manual run" } else { "a run started through the API" };
                let usual = self.branch.as_deref() == Some(self.default_branch()) && self.tag.is_none();
                if usual && choices { start.to_owned() } else { format!("{start} of {}", branch()) }
            }
            Event::Upstream if !detail.is_empty() => format!("the run after `{detail}`"),
            Event::Upstream => "a run that another pipeline starts".to_owned(),
            Event::Call => match (&self.tag, &self.branch) {
                (None, None) => "a call by another pipeline".to_owned(),
                _ => format!("a call by a run of {}", branch()),
            },
            Event::Other => format!("the event `{name}`"),
        }
    }
}

/// A schedule by its cron line.
fn schedule(cron: &str) -> &'static str {
    let fields: Vec<&str> = cron.split_whitespace().collect();
    let fixed = |index: usize| {
        fields.get(index).is_some_and(|field| field.bytes().all(|byte| byte.is_ascii_digit()) || field.starts_with('H'))
    };
    match fields.as_slice() {
        [_, _, "*", "*", "*"] if fixed(0) && fixed(1) => "the nightly run",
        [_, _, "*", "*", _] if fixed(0) && fixed(1) && fixed(4) => "the weekly run",
        _ => "the scheduled run",
    }
}
