//! `include`: files of this repository, of others, of GitLab itself, components.

use std::sync::Arc;

use volary_document::yaml::Dialect;
use volary_model::{Call, Data, Entry, Map, Reason, ReasonKind, Value};

use super::{Builder, Included, inputs, merge, templates};
use crate::model::{Expr, ExprKind, Found, Guard, Hidden, HiddenPlace, Host, Repository, Text, Uses, UsesKind};
use crate::reader::{as_list, entry, span};

/// One file that an include names.
pub(super) struct Target {
    pub(super) uses: Uses,
    pub(super) repository: Option<Arc<Repository>>,
    pub(super) path: Arc<str>,
}

impl Builder<'_, '_> {
    /// A file with everything that it includes below its own keys.
    pub(super) fn with_includes(
        &mut self,
        body: &Value,
        repository: Option<&Arc<Repository>>,
        here: &Included,
    ) -> Value {
        let Some(include) = entry(body, "include") else { return body.clone() };
        let mut merged = Value::map(Vec::new(), body.origin.clone());
        for item in as_list(&include.value) {
            for target in self.targets(item, repository) {
                let guards = self.include_rules(item);
                if let Some(file) = self.included_file(target, item, here, guards) {
                    merged = merge::deep(&merged, &file, &mut self.budget);
                }
            }
        }
        // The file's own keys win over all that it includes.
        let own: Vec<Entry> = body.as_map().map(Map::entries).unwrap_or_default().to_vec();
        let own = Value::map(own.into_iter().filter(|entry| &*entry.key != "include").collect(), body.origin.clone());
        merge::deep(&merged, &own, &mut self.budget)
    }

    fn included_file(&mut self, target: Target, item: &Value, here: &Included, guards: Vec<Guard>) -> Option<Value> {
        let Target { mut uses, repository, path } = target;
        let found = match &uses.found {
            Found::Missing(reason) => Err(reason.clone()),
            _ => self.reader.follow(uses.at, here.through.len()),
        };
        let mut through = here.through.to_vec();
        through.push(Call { name: format!("include `{}`", uses.written.canonical()).into(), span: uses.at });
        let mut inner = Included { through: through.into(), guards: here.guards.clone() };
        inner.guards.extend(guards);
        let document = found.and_then(|()| self.reader.look_up(repository.as_deref(), &path));
        let given = item.get("inputs");
        match document {
            Ok(document) => {
                uses.found = Found::Read(document.file);
                self.pipeline.uses.push(uses);
                self.files.insert(document.file, inner.clone());
                let documents = self.reader.yaml(&document, Dialect::Yaml11).to_vec();
                let (spec, body) = inputs::split(&documents);
                let body = body.filter(|body| body.as_map().is_some())?;
                let values = inputs::bound(spec, given);
                let body = if spec.is_some() { inputs::interpolated(body, &values) } else { body.clone() };
                Some(self.with_includes(&body, repository.as_ref(), &inner))
            }
            Err(reason) => {
                if repository.as_ref().is_some_and(|repository| repository.host == Host::GitLabTemplates)
                    && let Some(body) = templates::shipped(&path, uses.at)
                {
                    uses.found = Found::External;
                    self.pipeline.uses.push(uses);
                    for entry in body.as_map().map(Map::entries).unwrap_or_default() {
                        self.shipped.insert(entry.key.clone(), inner.clone());
                    }
                    return Some(body);
                }
                if repository.is_none() && reason.kind == ReasonKind::Unreadable {
                    let message = format!("there is no file `{path}` to include");
                    self.reader.issue(uses.at, message, "GitLab refuses the configuration; correct the path.");
                }
                self.open = true;
                uses.found = Found::Missing(reason.clone());
                self.pipeline.uses.push(uses.clone());
                self.pipeline.hidden.push(Hidden { uses, reason, place: HiddenPlace::Anywhere });
                None
            }
        }
    }

    /// The files that one include names.
    pub(super) fn targets(&mut self, item: &Value, home: Option<&Arc<Repository>>) -> Vec<Target> {
        let own = |key: &str| entry(item, key);
        if let Data::Text(text) = &item.data {
            if text.starts_with("http://") || text.starts_with("https://") {
                return vec![self.target(item, UsesKind::Include, Some(url(text)), "")];
            }
            return self.local(item, text, home);
        }
        if let Some(local) = own("local") {
            let text = local.value.as_text().unwrap_or_default().to_owned();
            return self.local(&local.value, &text, home);
        }
        if let Some(remote) = own("remote") {
            let text = remote.value.as_text().unwrap_or_default();
            return vec![self.target(&remote.value, UsesKind::Include, Some(url(text)), "")];
        }
        if let Some(template) = own("template") {
            let repository = Repository {
                host: Host::GitLabTemplates,
                name: "gitlab-templates".into(),
                reference: None,
                alias: None,
            };
            let path = template.value.as_text().unwrap_or_default().to_owned();
            return vec![self.target(&template.value, UsesKind::Include, Some(repository), &path)];
        }
        if let Some(component) = own("component") {
            return vec![self.component(&component.value)];
        }
        if let Some(project) = own("project") {
            let repository = Repository {
                host: Host::GitLab,
                name: project.value.as_text().unwrap_or_default().into(),
                reference: item.get("ref").and_then(crate::model::scalar_text).map(Into::into),
                alias: None,
            };
            let files = item.get("file").map(as_list).unwrap_or_default();
            let mut targets = Vec::new();
            for file in files {
                let path = file.as_text().unwrap_or_default().trim_start_matches('/').to_owned();
                let mut target = self.target(file, UsesKind::Include, Some(repository.clone()), &path);
                target.uses.reference = item.get("ref").map(|value| self.reader.plain(value));
                targets.push(target);
            }
            return targets;
        }
        if item.get("artifact").is_some() {
            let mut target = self.target(item, UsesKind::Include, None, "");
            let reason = Reason::new(ReasonKind::RunTime, "a configuration that a job generates");
            target.uses.found = Found::Missing(reason);
            return vec![target];
        }
        let help = "Write `local`, `project` with `file`, `remote`, `template` or `component`.";
        self.reader.issue(span(item), "this include names no file", help);
        Vec::new()
    }

    /// `host/group/project/component@version`: what stands before the last slash is the project, on this server. Its file
    /// lies in `templates`, or in a folder there.
    fn component(&mut self, value: &Value) -> Target {
        let text = value.as_text().unwrap_or_default();
        let (name, version) = text.rsplit_once('@').map_or((text, None), |(name, version)| (name, Some(version)));
        let (host, rest) = name.split_once('/').unwrap_or(("", name));
        let own_server = host.starts_with('$');
        let full = if own_server || host.contains(['.', ':']) { rest } else { name };
        let (project, part) = full.rsplit_once('/').unwrap_or(("", full));
        let own_project = matches!(project, "$CI_PROJECT_PATH" | "${CI_PROJECT_PATH}");
        let repository =
            Repository { host: Host::GitLab, name: project.into(), reference: version.map(Into::into), alias: None };
        let flat = format!("templates/{part}.yml");
        let folder = format!("templates/{part}/template.yml");
        let of = (!own_project).then_some(&repository);
        let in_folder = self.reader.look_up(of, &flat).is_err() && self.reader.look_up(of, &folder).is_ok();
        let path = if in_folder { folder } else { flat };
        let mut target = self.target(value, UsesKind::Component, Some(repository.clone()), &path);
        target.uses.name = format!("{project}/{part}").into();
        // Which server it is does not matter; the version is that of whoever has the source.
        if !full.contains('$') || own_project && !part.contains('$') {
            target.uses.found = Found::External;
        }
        if own_project {
            target.repository = None;
            target.uses.repository = None;
        }
        target
    }

    fn target(&mut self, value: &Value, kind: UsesKind, repository: Option<Repository>, path: &str) -> Target {
        let written = self.text(value, &super::text::Texts::default());
        let at = span(value);
        let repository = repository.map(Arc::new);
        let found = match written.holes().next() {
            Some(hole) => Found::Missing(hole.reason.clone()),
            None => Found::External,
        };
        let name = repository.as_ref().map_or_else(String::new, |repository| repository.name.to_string());
        let name = if path.is_empty() { name } else { path.to_owned() };
        let reference = repository.as_ref().and_then(|repository| repository.reference.clone());
        let reference = reference.map(|text| Text::literal(text, value.origin.clone()));
        let uses = Uses {
            kind,
            written,
            name: name.into(),
            reference,
            repository: repository.clone(),
            path: path.into(),
            at,
            found,
        };
        Target { uses, repository, path: path.into() }
    }

    /// A file of the same repository, or those that a pattern matches.
    fn local(&mut self, value: &Value, text: &str, home: Option<&Arc<Repository>>) -> Vec<Target> {
        let path = text.trim().trim_start_matches("./").trim_start_matches('/').to_owned();
        let with = |mut target: Target| {
            target.uses.repository = home.cloned();
            target.repository = home.cloned();
            target
        };
        if !path.contains('*') {
            return vec![with(self.target(value, UsesKind::Include, None, &path))];
        }
        let paths = self.reader.sources.paths(home.map(|home| &**home));
        let matching: Vec<Arc<str>> =
            paths.into_iter().filter(|candidate| matches(&path, candidate)).take(200).collect();
        if matching.is_empty() {
            self.reader.issue(
                span(value),
                format!("no file matches `{path}`"),
                "Nothing is included; correct the pattern.",
            );
        }
        matching.iter().map(|path| with(self.target(value, UsesKind::Include, None, path))).collect()
    }

    /// `rules` of an include, as a condition that is open.
    fn include_rules(&mut self, item: &Value) -> Vec<Guard> {
        let Some(rules) = entry(item, "rules") else { return Vec::new() };
        let mut any = Vec::new();
        for rule in as_list(&rules.value) {
            let never = rule.get("when").and_then(Value::as_text) == Some("never");
            let Some(condition) = entry(rule, "if").filter(|_| !never) else { continue };
            let found =
                self.reader.condition(&condition.value, condition.key_span, crate::expression::Grammar::Variables);
            any.push(found.expr);
        }
        let at = span(&rules.value);
        let expr = match any.len() {
            0 => Expr::new(ExprKind::Unknown(Reason::new(ReasonKind::RunTime, "the rules of an include")), at),
            1 => any.remove(0),
            _ => Expr::new(ExprKind::Or(any), at),
        };
        vec![Guard { text: "rules of the include".into(), at, expr: Arc::new(expr), expected: true }]
    }

    /// Whether a file that a child pipeline starts with is there.
    pub(super) fn is_there(&self, target: &Target) -> Found {
        match &target.uses.found {
            Found::Missing(reason) => Found::Missing(reason.clone()),
            _ => match self.reader.look_up(target.repository.as_deref(), &target.path) {
                Ok(document) => Found::Read(document.file),
                Err(reason) => Found::Missing(reason),
            },
        }
    }
}

fn url(text: &str) -> Repository {
    Repository { host: Host::Url, name: text.into(), reference: None, alias: None }
}

/// Whether a path matches a pattern: `*` within a folder, `**` across folders. Work is bounded by the product of the
/// lengths.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (pattern.as_bytes(), path.as_bytes());
    // What can be reached in the pattern after each byte of the path.
    let mut reached = vec![false; pattern.len() + 1];
    reached[0] = true;
    let skip = |reached: &mut Vec<bool>| {
        for at in 0..pattern.len() {
            if reached[at] && pattern[at] == b'*' {
                reached[at + 1] = true;
                // `**/` may stand for nothing.
                if pattern[at..].starts_with(b"**/") {
                    reached[at + 3] = true;
                }
            }
        }
    };
    skip(&mut reached);
    for byte in path {
        let mut next = vec![false; pattern.len() + 1];
        for at in 0..pattern.len() {
            if !reached[at] {
                continue;
            }
            if pattern[at] == b'*' {
                let deep = pattern.get(at + 1) == Some(&b'*') || (at > 0 && pattern[at - 1] == b'*');
                next[at] |= deep || *byte != b'/';
            } else {
                next[at + 1] |= pattern[at] == *byte;
            }
        }
        skip(&mut next);
        reached = next;
    }
    reached[pattern.len()]
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_within_and_across_folders() {
        for (pattern, path, expected) in [
            ("ci/*.yml", "ci/a.yml", true),
            ("ci/*.yml", "ci/a/b.yml", false),
            ("ci/**.yml", "ci/a/b.yml", true),
            ("ci/**/*.yml", "ci/a/b.yml", true),
            ("ci/**/*.yml", "ci/b.yml", true),
            ("*.yml", "a.yaml", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
