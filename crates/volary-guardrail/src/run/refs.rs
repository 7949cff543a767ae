//! References that filters and conditions tell apart.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::{Activation, Comparison, Expr, ExprKind, Filter, Pipeline, Platform};

use super::canonical;
use super::filter::plain;
use super::pattern::{self, regex_text};

/// Most names of one kind that are looked at.
const NAMES: usize = 40;

/// References that conditions name.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    pub(super) branches: Vec<Arc<str>>,
    pub(super) tags: Vec<Arc<str>>,
    /// Targets of pull requests.
    pub(super) targets: Vec<Arc<str>>,
    /// Sources of pull requests.
    pub(super) heads: Vec<Arc<str>>,
    /// Branches of the run that is followed.
    pub(super) followed: Vec<Arc<str>>,
    /// Something asks for tags.
    pub(super) asks_tag: bool,
    /// Something asks for the reference.
    pub(super) asks_reference: bool,
    /// Something asks how the run started.
    pub(super) asks_source: bool,
    /// Patterns that a name which stands for all others must not match.
    pub(super) patterns: Vec<String>,
    /// Parts of names that conditions ask for.
    fragments: Vec<Fragment>,
    /// The pattern that a name stands for, as it is written.
    pub(super) shown: BTreeMap<Arc<str>, Arc<str>>,
    /// Names that are written as they are.
    literal: BTreeSet<Arc<str>>,
    pub(super) cut: bool,
}

/// A part of a name that a condition asks for.
#[derive(Clone, Debug, PartialEq)]
struct Fragment {
    text: String,
    /// It stands at the start, at the end, or anywhere.
    place: Place,
    branches: bool,
    tags: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Start,
    End,
    Anywhere,
}

/// Most parts of names that are combined with filters.
const FRAGMENTS: usize = 6;

/// What a name holds.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    /// `refs/heads/main`
    Full,
    /// A branch or tag.
    Either,
    Branch,
    Tag,
    Target,
    Head,
    Followed,
    Source,
    /// `branch` or `tag`
    Kind,
}

fn holds(parts: &[Arc<str>], platform: Platform) -> Option<Holds> {
    let key = canonical::name(parts, platform);
    let key = key.strip_prefix(if platform == Platform::Jenkins { "env." } else { "variables." }).unwrap_or(&key);
    Some(match (platform, key) {
        (Platform::GitHub, "github.ref" | "github.event.ref") | (Platform::Azure, "build.sourcebranch") => Holds::Full,
        (Platform::GitHub, "github.ref_name") | (Platform::GitLab, "CI_COMMIT_REF_NAME" | "CI_COMMIT_REF_SLUG") => {
            Holds::Either
        }
        (Platform::Azure, "build.sourcebranchname") => Holds::Either,
        (Platform::GitHub, "github.ref_type") => Holds::Kind,
        (Platform::GitHub, "github.event.release.tag_name") => Holds::Tag,
        (Platform::GitHub, "github.base_ref" | "github.event.pull_request.base.ref")
        | (Platform::Azure, "system.pullrequest.targetbranch" | "system.pullrequest.targetbranchname")
        | (Platform::GitLab, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
        | (Platform::Jenkins, "CHANGE_TARGET") => Holds::Target,
        (Platform::GitHub, "github.head_ref" | "github.event.pull_request.head.ref")
        | (Platform::Azure, "system.pullrequest.sourcebranch")
        | (Platform::GitLab, "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME")
        | (Platform::Jenkins, "CHANGE_BRANCH") => Holds::Head,
        (Platform::GitHub, "github.event.workflow_run.head_branch") => Holds::Followed,
        (Platform::GitLab, "CI_COMMIT_BRANCH" | "CI_COMMIT_REF_PROTECTED") => Holds::Branch,
        (Platform::GitLab, "CI_COMMIT_TAG") | (Platform::Jenkins, "TAG_NAME") => Holds::Tag,
        (Platform::Jenkins, "BRANCH_NAME" | "GIT_BRANCH" | "GIT_LOCAL_BRANCH" | "BRANCH_IS_PRIMARY") => Holds::Branch,
        (Platform::GitLab, "CI_PIPELINE_SOURCE") => Holds::Source,
        _ => return None,
    })
}

impl Named {
    /// The references that conditions and `only` and `except` name.
    pub(super) fn of(exprs: &[&Expr], activations: &[&Activation], platform: Platform) -> Self {
        let mut named = Self::default();
        for expr in exprs {
            for part in expr.walk() {
                named.part(part, platform);
            }
        }
        for filter in activations.iter().flat_map(|activation| activation.only.iter().chain(&activation.except)) {
            for name in filter.refs.iter().flatten().filter_map(volary_pipeline::Text::known) {
                named.keyword(&name);
            }
        }
        named.tidy();
        named
    }

    fn keyword(&mut self, name: &str) {
        self.asks_reference = true;
        match name {
            "tags" => self.asks_tag = true,
            "branches" | "merge_requests" => {}
            "schedules"
            | "web"
            | "api"
            | "pushes"
            | "triggers"
            | "pipelines"
            | "chat"
            | "external"
            | "external_pull_requests" => self.asks_source = true,
            _ => match regex_text(name) {
                Some(pattern) => self.regex(Holds::Either, &pattern, name),
                None => self.equal(Holds::Branch, name),
            },
        }
    }

    fn part(&mut self, expr: &Expr, platform: Platform) {
        let what = |expr: &Expr| match &expr.kind {
            ExprKind::Name(parts) => holds(parts, platform),
            _ => None,
        };
        let text = |expr: &Expr| expr.literal().and_then(Value::as_text).map(str::to_owned);
        match &expr.kind {
            ExprKind::Name(parts) => {
                if let Some(found) = holds(parts, platform) {
                    self.asks_reference |= !matches!(found, Holds::Source | Holds::Followed);
                    self.asks_tag |= matches!(found, Holds::Tag | Holds::Kind);
                    self.asks_source |= found == Holds::Source;
                }
            }
            ExprKind::Compare(comparison, left, right) => {
                let (found, text) = match (what(left), what(right)) {
                    (Some(found), _) => (found, text(right)),
                    (None, Some(found)) => (found, text(left)),
                    (None, None) => return,
                };
                let Some(text) = text else { return };
                match comparison {
                    Comparison::Matches | Comparison::MatchesNot => {
                        self.regex(found, &regex_text(&text).unwrap_or_else(|| text.clone()), &text);
                    }
                    _ => self.equal(found, &text),
                }
            }
            ExprKind::Call(name, arguments) => {
                let texts: Vec<String> = arguments.iter().filter_map(text).collect();
                if let ("branch" | "tag", Platform::Jenkins) = (&**name, platform) {
                    let found = if &**name == "tag" { Holds::Tag } else { Holds::Branch };
                    self.asks_reference = true;
                    self.asks_tag |= found == Holds::Tag;
                    let Some(pattern) = texts.first() else { return };
                    if texts.iter().any(|text| text == "REGEXP") {
                        let whole = format!("^(?:{})$", regex_text(pattern).as_deref().unwrap_or(pattern));
                        self.regex(found, &whole, pattern);
                    } else if pattern.contains(['*', '?']) {
                        self.regex(found, &pattern::glob(pattern, platform), pattern);
                    } else {
                        self.equal(found, pattern);
                    }
                    return;
                }
                match (&**name, platform) {
                    ("buildingtag", Platform::Jenkins) => {
                        self.asks_reference = true;
                        self.asks_tag = true;
                    }
                    ("changerequest", Platform::Jenkins) => {
                        for pair in texts.chunks(2) {
                            if let [key, value] = pair {
                                let found = if key == "target" { Holds::Target } else { Holds::Head };
                                if matches!(key.as_str(), "target" | "branch") {
                                    self.regex(found, &pattern::glob(value, platform), value);
                                }
                            }
                        }
                    }
                    _ => {
                        let Some(found) = arguments.iter().find_map(what) else { return };
                        for text in &texts {
                            match &**name {
                                "startswith" => {
                                    self.fragment(found, text, Place::Start);
                                    self.prefix(found, text);
                                }
                                "contains" => {
                                    self.fragment(found, text, Place::Anywhere);
                                    self.within(found, text);
                                }
                                "endswith" => {
                                    self.fragment(found, text, Place::End);
                                    self.within(found, text);
                                }
                                _ => self.equal(found, text),
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// Remembers a part of a name: what filters let through is told apart by it too.
    fn fragment(&mut self, found: Holds, text: &str, place: Place) {
        let tag = text.strip_prefix("refs/tags/");
        let branch = text.strip_prefix("refs/heads/");
        let bare = tag.or(branch).unwrap_or(text);
        if bare.is_empty() || bare.len() > 100 || bare.starts_with("refs") || self.fragments.len() >= FRAGMENTS {
            return;
        }
        // The start of a full reference without its kind is none.
        let full = found == Holds::Full && place == Place::Start;
        let fragment = Fragment {
            text: bare.to_owned(),
            place,
            branches: tag.is_none()
                && matches!(found, Holds::Branch | Holds::Either | Holds::Full)
                && (!full || branch.is_some()),
            tags: branch.is_none()
                && matches!(found, Holds::Tag | Holds::Either | Holds::Full)
                && (!full || tag.is_some()),
        };
        if !self.fragments.contains(&fragment) {
            self.fragments.push(fragment);
        }
    }

    /// Names that a filter may let through, with the parts that conditions ask for.
    pub(super) fn combined(&self, names: &[Arc<str>], tags: bool) -> Vec<Arc<str>> {
        let mut found: Vec<Arc<str>> = Vec::new();
        let fragments = self.fragments.iter().filter(|fragment| if tags { fragment.tags } else { fragment.branches });
        for fragment in fragments {
            for name in names.iter().take(4) {
                let (before, behind) = (format!("{}{name}", fragment.text), format!("{name}{}", fragment.text));
                let made = match fragment.place {
                    _ if name.contains(&fragment.text) => continue,
                    // Names that start so stand among the branches already.
                    Place::Start if !tags => continue,
                    Place::Start => {
                        let end = if fragment.text.ends_with(['/', '-', '.']) { "x" } else { "" };
                        vec![format!("{}{end}", fragment.text)]
                    }
                    Place::End => vec![behind],
                    Place::Anywhere => vec![behind, before],
                };
                let fits = |name: &String| !name.ends_with('/') && !name.contains("//") && !name.starts_with('/');
                found.extend(made.into_iter().filter(fits).map(Arc::from));
            }
        }
        found
    }

    fn add(&mut self, found: Holds, name: &str) {
        if name.is_empty() || name.len() > 250 {
            return;
        }
        let list = match found {
            Holds::Tag => &mut self.tags,
            Holds::Target => &mut self.targets,
            Holds::Head => &mut self.heads,
            Holds::Followed => &mut self.followed,
            Holds::Source | Holds::Kind => return,
            Holds::Branch | Holds::Full | Holds::Either => &mut self.branches,
        };
        if list.iter().any(|known| **known == *name) {
            return;
        }
        if list.len() >= NAMES {
            self.cut = true;
            return;
        }
        list.push(name.into());
    }

    fn equal(&mut self, found: Holds, text: &str) {
        if let Some(tag) = text.strip_prefix("refs/tags/") {
            self.asks_tag = true;
            self.add(Holds::Tag, tag);
            return;
        }
        if text.starts_with("refs/") && !text.starts_with("refs/heads/") {
            return;
        }
        let text = text.strip_prefix("refs/heads/").or_else(|| text.strip_prefix("origin/")).unwrap_or(text);
        self.literal.insert(text.into());
        self.add(found, text);
    }

    fn prefix(&mut self, found: Holds, text: &str) {
        if let Some(tag) = text.strip_prefix("refs/tags") {
            self.asks_tag = true;
            let tag = tag.trim_start_matches('/');
            if !tag.is_empty() {
                self.patterns.push(format!("^{}", regex::escape(tag)));
                self.add_shown(Holds::Tag, &format!("{tag}1"), &format!("{tag}*"));
            }
            return;
        }
        if text.starts_with("refs/") && !text.starts_with("refs/heads/") {
            return;
        }
        let text = text.strip_prefix("refs/heads/").unwrap_or(text);
        if text.is_empty() || text.starts_with("refs") {
            return;
        }
        self.patterns.push(format!("^{}", regex::escape(text)));
        let end = if text.ends_with(['/', '-', '.']) { "x" } else { "" };
        self.add_shown(found, &format!("{text}{end}"), &format!("{text}*"));
    }

    fn within(&mut self, found: Holds, text: &str) {
        if text.contains("refs/tags") {
            self.prefix(found, text.get(text.find("refs/tags").unwrap_or(0)..).unwrap_or_default());
            return;
        }
        let inner = text.trim_start_matches("refs/heads/").trim_matches('/');
        if inner.is_empty() || inner == "refs" || inner == "heads" {
            return;
        }
        self.patterns.push(regex::escape(inner));
        let name = if text.ends_with('/') { format!("{inner}/x") } else { inner.to_owned() };
        let name = if text.starts_with('/') { format!("x/{name}") } else { name };
        self.add_shown(found, &name, &format!("*{inner}*"));
    }

    /// Adds a witness of a pattern. One that the pattern spells out is shown as it is.
    fn add_shown(&mut self, found: Holds, name: &str, pattern: &str) {
        if !pattern.contains(name) {
            self.shown.insert(name.into(), pattern.into());
        }
        self.add(found, name);
    }

    fn regex(&mut self, found: Holds, pattern: &str, written: &str) {
        self.patterns.push(pattern.to_owned());
        for name in pattern::witnesses(pattern) {
            if let Some(tag) = name.strip_prefix("refs/tags/") {
                self.asks_tag = true;
                self.add_shown(Holds::Tag, tag, written);
                continue;
            }
            self.add_shown(found, name.strip_prefix("refs/heads/").unwrap_or(&name), written);
            if found == Holds::Either {
                self.add_shown(Holds::Tag, &name, written);
            }
        }
    }

    fn tidy(&mut self) {
        self.patterns.sort();
        self.patterns.dedup();
        self.patterns.truncate(200);
        let literal = std::mem::take(&mut self.literal);
        self.shown.retain(|name, _| !literal.contains(name));
    }

    /// A name of this kind that as few patterns as possible match.
    pub(super) fn other(&self, tags: bool, filters: &[&Filter], platform: Platform) -> Arc<str> {
        let tries: &[&str] = if tags {
            &["v1.0.0", "1.0.0", "some-tag", "t-unnamed"]
        } else {
            &["topic", "feature/topic", "some-branch", "qx-unnamed/zz"]
        };
        let globs = filters.iter().flat_map(|filter| filter.include.iter().flatten().chain(&filter.exclude));
        let globs = globs.filter_map(Value::as_text);
        let globs = globs.map(|glob| pattern::glob(plain(glob.strip_prefix('!').unwrap_or(glob)), platform));
        let patterns: Vec<String> = self.patterns.iter().cloned().chain(globs.take(200)).collect();
        let regexes: Vec<regex::Regex> = patterns.iter().filter_map(|pattern| pattern::compiled(pattern)).collect();
        let names: BTreeSet<&str> =
            self.branches.iter().chain(&self.tags).chain(&self.targets).map(|name| &**name).collect();
        let count = |name: &str| {
            regexes.iter().filter(|regex| regex.is_match(name)).count() + usize::from(names.contains(name))
        };
        let best = tries.iter().min_by_key(|name| count(name)).copied().unwrap_or("topic");
        best.into()
    }
}

/// Short names that the patterns of a filter let through, each pattern once.
pub(super) fn of_filter(filter: &Filter, platform: Platform) -> Vec<Arc<str>> {
    patterns_of_filter(filter, platform).into_iter().map(|(name, _)| name).collect()
}

/// The same with the pattern that each stands for.
pub(super) fn patterns_of_filter(filter: &Filter, platform: Platform) -> Vec<(Arc<str>, Arc<str>)> {
    let mut found: Vec<(Arc<str>, Arc<str>)> = Vec::new();
    for value in filter.include.iter().flatten().chain(&filter.exclude).take(NAMES) {
        let Some(pattern) = value.as_text() else { continue };
        let pattern = plain(pattern.strip_prefix('!').unwrap_or(pattern));
        if pattern.trim_matches(['*', '/']).is_empty() {
            continue;
        }
        let name = if pattern.contains(['*', '?', '+', '[', '\\']) {
            pattern::witness(&pattern::glob(pattern, platform))
        } else {
            Some(pattern.to_owned())
        };
        if let Some(name) = name
            && !found.iter().any(|(known, _)| **known == *name)
        {
            found.push((name.into(), pattern.into()));
        }
    }
    found
}

/// The default branch: the usual name that filters or conditions have, else the only one that they name.
pub(super) fn default_branch(pipeline: &Pipeline, named: &[Arc<str>]) -> Arc<str> {
    let filters = pipeline.triggers.iter().filter(|trigger| !trigger.disabled).map(|trigger| &trigger.branches);
    let mut names: Vec<Arc<str>> = Vec::new();
    for filter in filters {
        let included = Filter { include: filter.include.clone(), exclude: Vec::new() };
        names.extend(of_filter(&included, pipeline.platform));
    }
    names.extend(named.iter().cloned());
    let usual = ["main", "master", "trunk", "default", "develop"];
    let found = usual.iter().find(|usual| names.iter().any(|name| **name == ***usual));
    found.map_or_else(|| "main".into(), |name| (*name).into())
}
