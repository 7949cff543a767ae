//! Scripts of `package.json`.

use std::sync::Arc;

use volary_document::json;
use volary_model::{Map, Span, Value};
use volary_pipeline::Document;

use super::calls::{Called, clean};
use super::lower::Lowerer;
use super::places::Places;
use super::tree::{FrameKind, Language, NodeId};
use crate::recognise::{Argument, written};

/// Commands of package managers that are no scripts.
const COMMANDS: &[&str] = &[
    "add",
    "audit",
    "bin",
    "cache",
    "ci",
    "config",
    "create",
    "dedupe",
    "dist-tag",
    "dlx",
    "exec",
    "explain",
    "fund",
    "global",
    "help",
    "i",
    "import",
    "info",
    "init",
    "install",
    "link",
    "list",
    "login",
    "logout",
    "ls",
    "npm",
    "outdated",
    "pack",
    "patch",
    "plugin",
    "prune",
    "publish",
    "rebuild",
    "remove",
    "set",
    "store",
    "tag",
    "team",
    "unlink",
    "up",
    "update",
    "upgrade",
    "version",
    "view",
    "whoami",
    "why",
    "workspace",
    "workspaces",
    "x",
    "deploy",
    "store",
    "node",
    "constraints",
    "stage",
    "pm",
    "build",
    "fetch",
];

impl Lowerer<'_> {
    /// `npm run NAME`, `npm test`, `yarn NAME`, and the scripts that publishing runs.
    pub(super) fn package_script(
        &mut self,
        manager: &str,
        arguments: &[Argument],
        at: Span,
        shown: &Arc<str>,
    ) -> Called {
        let mut folder = Some(self.scope.folder.as_deref().unwrap_or("").to_owned());
        let mut operands: Vec<String> = Vec::new();
        let mut extra = String::new();
        let mut recursive = false;
        let mut words = arguments.iter().map(|argument| written(&argument.value));
        while let Some(word) = words.next() {
            if &*word == "--" || !operands.is_empty() && operands[0] == "run" && operands.len() > 1 && manager != "npm"
            {
                if &*word != "--" {
                    extra.push(' ');
                    extra.push_str(&word);
                }
                words.by_ref().for_each(|word| {
                    extra.push(' ');
                    extra.push_str(&word);
                });
                break;
            }
            let (option, value) = word.split_once('=').map_or((&*word, None), |(option, value)| (option, Some(value)));
            if matches!(option, "--prefix" | "-C" | "--cwd" | "--dir") {
                let value = value.map(str::to_owned).or_else(|| words.next().map(|word| word.to_string()));
                folder = value.and_then(|value| {
                    (!value.contains('$')).then(|| clean(self.scope.folder.as_deref().unwrap_or(""), &value))?
                });
            } else if matches!(
                option,
                "-w" | "--workspace" | "--filter" | "-F" | "-r" | "--recursive" | "--workspaces" | "-ws"
            ) {
                recursive = true;
                if value.is_none() && matches!(option, "-w" | "--workspace" | "--filter" | "-F") {
                    words.next();
                }
            } else if !word.starts_with('-') {
                operands.push(word.to_string());
            }
        }
        let first = operands.first().map(String::as_str).unwrap_or_default();
        let (name, asked) = match first {
            "run" | "run-script" | "rum" => (operands.get(1).cloned().unwrap_or_default(), true),
            "test" | "t" | "tst" => ("test".to_owned(), true),
            "start" | "stop" | "restart" => (first.to_owned(), true),
            "publish" => return self.publishing(folder.as_deref(), at, shown),
            "" => return Called::No,
            "workspace" if manager == "yarn" => {
                recursive = true;
                (operands.get(2).cloned().unwrap_or_default(), true)
            }
            name if manager != "npm" && !COMMANDS.contains(&name) => (name.to_owned(), false),
            _ => return Called::No,
        };
        if name.is_empty() {
            return Called::No;
        }
        if recursive {
            return Called::Opaque(format!("the script `{name}` of the workspaces is not read").into());
        }
        let Some(folder) = folder else {
            return Called::Opaque(format!("the folder of the script `{name}` is not known").into());
        };
        let Some((document, scripts)) = self.scripts(&folder) else {
            return if asked {
                Called::Opaque(format!("`{}` is not in the tree", file(&folder)).into())
            } else {
                Called::No
            };
        };
        let hooks = [format!("pre{name}"), name.clone(), format!("post{name}")];
        if scripts.get(&name).is_none() {
            return if asked {
                Called::Opaque(format!("`{}` has no script `{name}`", file(&folder)).into())
            } else {
                Called::No
            };
        }
        self.chain(&document, &scripts, &folder, &hooks, &extra, at, shown).map_or(Called::No, Called::Frame)
    }

    /// What `npm publish` runs before it publishes.
    fn publishing(&mut self, folder: Option<&str>, at: Span, shown: &Arc<str>) -> Called {
        let Some((folder, (document, scripts))) = folder.and_then(|folder| Some((folder, self.scripts(folder)?)))
        else {
            return Called::No;
        };
        let hooks = ["prepublishOnly", "prepack", "prepare"].map(str::to_owned);
        self.chain(&document, &scripts, folder, &hooks, "", at, shown).map_or(Called::No, Called::Before)
    }

    fn scripts(&mut self, folder: &str) -> Option<(Arc<Document>, Map)> {
        let document = self.read(&file(folder))?;
        let (value, _) = json::parse(document.file, &document.text);
        let scripts = value?.as_map()?.get("scripts")?.as_map()?.clone();
        Some((document, scripts))
    }

    /// Those of these scripts that there are, one after the other.
    #[allow(clippy::too_many_arguments)]
    fn chain(
        &mut self,
        document: &Arc<Document>,
        scripts: &Map,
        folder: &str,
        names: &[String],
        extra: &str,
        at: Span,
        shown: &Arc<str>,
    ) -> Option<NodeId> {
        let mut made = None;
        for (index, name) in names.iter().enumerate() {
            let Some(script) = scripts.get(name) else { continue };
            let key: Arc<str> = format!("{}#{name}", document.path).into();
            if self.open.contains(&key) {
                continue;
            }
            if self.through.len() >= self.limits.calls {
                self.cut = true;
                break;
            }
            let extra = if index == 1 { extra } else { "" };
            self.open.push(key);
            self.through.push((shown.clone(), at));
            let outer = self.scope.clone();
            self.scope = outer.for_process(None);
            self.scope.folder = Some(folder.into());
            let one = self.one_script(document, script, extra, at);
            self.scope = outer;
            self.through.pop();
            self.open.pop();
            made = Some(match made {
                Some(before) => self.and(before, one, at, shown),
                None => one,
            });
        }
        made
    }

    fn one_script(&mut self, document: &Document, script: &Value, extra: &str, at: Span) -> NodeId {
        let text = script.as_text().unwrap_or_default();
        let span = script.origin.span().unwrap_or(at);
        let written = document.text.get(span.start as usize + 1..(span.end as usize).saturating_sub(1));
        let places = match written {
            Some(written) if written == text => Places::File(document.file, span.start as usize + 1),
            _ => Places::One(span),
        };
        let kind = FrameKind::Process { language: Language::Posix, errexit: false, pipefail: false };
        self.inner_script(&format!("{text}{extra}"), places, Some(kind), at)
    }
}

fn file(folder: &str) -> String {
    if folder.is_empty() { "package.json".to_owned() } else { format!("{folder}/package.json") }
}
