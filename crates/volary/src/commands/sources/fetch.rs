//! `volary sources fetch`: what pipelines draw on and nobody gave, and what that draws on in turn.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use volary_engine::source_uses;
use volary_governance::config::Config;
use volary_model::SourceUse;

use super::pins::{Pin, added};
use crate::arguments::{Judging, SourcesFetchArguments};
use crate::cache;
use crate::commands::print;
use crate::fetch::fetch;
use crate::progress::TerminalProgress;
use crate::run::{Session, source};

/// Templates of templates: so often what was fetched is looked through for more.
const ROUNDS: usize = 8;
/// Most repositories of one run.
const MOST: usize = 200;

pub(crate) fn run(arguments: &SourcesFetchArguments) -> Result<u8, String> {
    let mut addresses: BTreeMap<String, String> = BTreeMap::new();
    for one in &arguments.source {
        let (name, url) = one
            .split_once('=')
            .filter(|(name, url)| !name.is_empty() && !url.is_empty())
            .ok_or_else(|| format!("--source {one}: write NAME=URL"))?;
        volary_governance::config::address(url)
            .map_err(|(message, help)| format!("--source {name}: `{url}` {message}. {help}"))?;
        addresses.insert(name.to_ascii_lowercase(), url.to_owned());
    }
    let session = Session::open(&Judging::default())?;
    let mut settings = session.guardrail_settings(&[])?;
    let mut work = Work { text: String::new(), failed: 0, pins: Vec::new() };
    let known: BTreeMap<String, String> = pinned(&session).into_iter().map(|(name, url, _)| (name, url)).collect();
    let mut tried: BTreeSet<String> = BTreeSet::new();
    for (name, url, commit) in pinned(&session) {
        if !wanted(arguments, &name) {
            continue;
        }
        if arguments.update {
            settings.sources.retain(|one| *one.name != *name);
            continue;
        }
        // Whatever becomes of it, the pin says which commit it has to be: not what the reference names by now.
        tried.insert(name.clone());
        let folder = cache::folder(&url, &commit)?;
        if !folder.is_dir() && work.one(&name, &url, Some(&commit)).is_some() {
            settings.sources.extend(source(&name, &folder, Some(&commit)).ok());
        }
    }
    for _ in 0..ROUNDS {
        let uses = source_uses(session.tree(), &settings, &TerminalProgress::new());
        let open: Vec<&SourceUse> = uses.uses.iter().filter(|one| is_open(arguments, one)).collect();
        let mut more = false;
        for one in open {
            let key = match &one.reference {
                Some(reference) => format!("{}@{reference}", one.name),
                None => one.name.to_string(),
            };
            if tried.len() >= MOST || !tried.insert(key.clone()) {
                continue;
            }
            if one.computed && one.reference.is_none() {
                work.refuse(&key, "its reference is known at run time only; give a clone with --source NAME=PATH");
                continue;
            }
            let said = addresses.get(&one.name.to_ascii_lowercase()).or_else(|| known.get(&key)).cloned();
            let Some(url) = said.or_else(|| address(one)) else {
                work.refuse(&key, &format!("nothing here says where it lies: --source {}=URL", one.name));
                continue;
            };
            if let Some(commit) = work.one(&key, &url, one.reference.as_deref()) {
                settings.sources.extend(source(&key, &cache::folder(&url, &commit)?, Some(&commit)).ok());
                work.pins.push(Pin { name: key, url, commit });
                more = true;
            }
        }
        if !more {
            break;
        }
    }
    for (name, url) in &addresses {
        let used = |key: &String| {
            key.to_ascii_lowercase() == *name || key.to_ascii_lowercase().starts_with(&format!("{name}@"))
        };
        if tried.iter().any(used) || !wanted(arguments, name) {
            continue;
        }
        // No pipeline names it, or it is read already: the default branch.
        if let Some(commit) = work.one(name, url, None) {
            work.pins.push(Pin { name: name.clone(), url: url.clone(), commit });
        }
    }
    work.finish(&session, arguments.write)
}

/// What the configuration names by address.
fn pinned(session: &Session) -> Vec<(String, String, String)> {
    let config =
        session.text(volary_engine::CONFIG_PATH).map(|text| Config::parse(volary_engine::CONFIG_PATH, &text).0);
    let sources = config.map(|config| config.sources).unwrap_or_default();
    let pinned = sources.into_iter().filter_map(|(name, one)| Some((name.to_string(), one.url?, one.commit?)));
    pinned.map(|(name, url, commit)| (name, url.to_string(), commit.to_string())).collect()
}

fn wanted(arguments: &SourcesFetchArguments, name: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase();
    let name = plain(name);
    arguments.names.is_empty()
        || arguments.names.iter().map(|one| plain(one)).any(|one| name == one || name.starts_with(&format!("{one}@")))
}

/// Whether it is to be fetched: it hides steps and is not given; or it was asked for by name.
fn is_open(arguments: &SourcesFetchArguments, one: &SourceUse) -> bool {
    let fetched = matches!(&*one.host, "platform" | "address");
    if one.from.is_some() || one.read || fetched {
        return false;
    }
    if arguments.names.is_empty() { one.hidden } else { wanted(arguments, &one.name) }
}

/// Where the host of a platform that runs everywhere at one address keeps a repository.
fn address(one: &SourceUse) -> Option<String> {
    let good = |part: &str| {
        let plain = part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        plain && !part.is_empty() && !part.starts_with(['-', '.'])
    };
    let parts: Vec<&str> = one.name.trim_matches('/').split('/').collect();
    if parts.len() < 2 || !parts.iter().all(|part| good(part)) {
        return None;
    }
    match &*one.host {
        "github" if parts.len() == 2 => Some(format!("https://github.com/{}", parts.join("/"))),
        "gitlab" if parts[0].contains('.') => Some(format!("https://{}.git", parts.join("/"))),
        "gitlab" => Some(format!("https://gitlab.com/{}.git", parts.join("/"))),
        "bitbucket" if parts.len() == 2 => Some(format!("https://bitbucket.org/{}.git", parts.join("/"))),
        _ => None,
    }
}

/// What was done so far.
struct Work {
    text: String,
    failed: usize,
    pins: Vec<Pin>,
}

impl Work {
    fn one(&mut self, name: &str, url: &str, reference: Option<&str>) -> Option<String> {
        match fetch(url, reference) {
            Ok(commit) => {
                let _ = writeln!(self.text, "{}  {}  {url}", plain(name), &commit[..12.min(commit.len())]);
                Some(commit)
            }
            Err(message) => {
                self.refuse(name, &message);
                None
            }
        }
    }

    fn refuse(&mut self, name: &str, message: &str) {
        self.failed += 1;
        let _ = writeln!(self.text, "{}  not fetched: {}", plain(name), plain(message));
    }

    fn finish(mut self, session: &Session, write: bool) -> Result<u8, String> {
        if self.text.is_empty() {
            self.text.push_str("There is nothing to fetch: everything that pipelines draw steps from is given.\n");
        }
        if !self.pins.is_empty() {
            let path = volary_engine::CONFIG_PATH;
            let before = session.text(path).unwrap_or_default();
            let lines: String = self.pins.iter().map(|pin| format!("  {}\n", pin.line())).collect();
            match added(&before, &self.pins) {
                Some(text) if write => {
                    session.write(path, &text)?;
                    let _ = writeln!(self.text, "\nwritten to {path}");
                }
                None if write => {
                    self.failed += 1;
                    let _ = write!(
                        self.text,
                        "\n{path} is written in a way that is not changed here; put this in it:\n\nsources:\n{lines}"
                    );
                }
                _ => {
                    let _ = write!(
                        self.text,
                        "\nWith this in {path}, `volary guardrails` reads them at these commits (--write puts it there):\n\nsources:\n{lines}"
                    );
                }
            }
        }
        print(&self.text)?;
        Ok(if self.failed > 0 { 2 } else { 0 })
    }
}

/// Text of pipelines without characters that act.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(host: &str, name: &str) -> SourceUse {
        let files = volary_model::Files::new(vec![std::sync::Arc::new(volary_model::SourceFile::new("a", "b"))]);
        let location = files.locate(volary_model::Span::new(volary_model::FileId(0), 0, 1)).expect("a place");
        SourceUse {
            name: name.into(),
            host: host.into(),
            reference: None,
            computed: false,
            files: Vec::new(),
            location,
            uses: 1,
            read: false,
            hidden: true,
            from: None,
        }
    }

    #[test]
    fn addresses_are_made_of_plain_names_only() {
        let of = |host: &str, name: &str| address(&uses(host, name));
        assert_eq!(of("github", "acme/t").as_deref(), Some("https://github.com/acme/t"));
        assert_eq!(of("gitlab", "a/b/c").as_deref(), Some("https://gitlab.com/a/b/c.git"));
        assert_eq!(of("gitlab", "git.example.com/a/b").as_deref(), Some("https://git.example.com/a/b.git"));
        for (host, name) in [
            ("azure", "p/r"),
            ("settings", "lib"),
            ("github", "../x"),
            ("github", "a/-x"),
            ("github", "a/b?c"),
            ("github", "a@evil.example/b"),
            ("github", "acme"),
        ] {
            assert_eq!(of(host, name), None, "{host} {name}");
        }
    }
}
