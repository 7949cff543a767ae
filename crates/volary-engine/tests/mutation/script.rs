//! The command of a scan in its script, and edits of scripts wherever they are written.

use std::ops::Range;

use volary_document::shell::{self, Command, Kind, NodeId, Operator, Role};
use volary_pipeline::{Segment, Step};

use crate::files::{Edit, Files, hang_before, indent_at, line_of, line_range};
use crate::read::Read;
use crate::yaml::{Yaml, range};

/// What a script is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// A scalar of YAML.
    Yaml,
    /// A text of Groovy, with its quotes.
    Groovy(&'static str),
    /// A file of its own.
    File,
    /// A line of a Makefile.
    Recipe,
    /// A text of JSON.
    Json,
}

/// A command in a script.
pub(crate) struct ScriptSite {
    pub(crate) path: String,
    pub(crate) host: Host,
    pub(crate) text: String,
    pub(crate) script: shell::Script,
    pub(crate) id: NodeId,
    segments: Vec<Part>,
    /// The shell ends at the first command that fails.
    pub(crate) errexit: bool,
    /// A pipe fails when any of its commands does.
    pub(crate) pipefail: bool,
}

/// A stretch of a script and where it is written.
struct Part {
    script: Range<usize>,
    file: usize,
    file_end: usize,
    /// Byte by byte.
    exact: bool,
}

impl Part {
    /// The place of a byte of the script; within a stretch that is written otherwise only its ends have one.
    fn position(&self, at: usize) -> Option<usize> {
        if self.exact {
            return Some(self.file + at - self.script.start);
        }
        if at == self.script.start {
            return Some(self.file);
        }
        (at == self.script.end).then_some(self.file_end)
    }
}

impl ScriptSite {
    /// The command of a step's script that is written at a line.
    pub(crate) fn of_step(
        read: &Read,
        files: &Files,
        step: &Step,
        line: usize,
        is_scan: &dyn Fn(&str) -> bool,
    ) -> Option<Self> {
        let script = step.script()?;
        if !script.shell.kind.is_posix() {
            return None;
        }
        let (text, parsed) = script.parsed();
        let first = text.segments.first()?;
        let path = read.path(first.at).to_owned();
        let file = files.get(&path)?;
        let segments = parts(&text.segments, &path, read);
        let host = if path.ends_with(".yml") || path.ends_with(".yaml") {
            Host::Yaml
        } else {
            Host::Groovy(quotes(file, segments.first()?.file)?)
        };
        let mut site = Self {
            path,
            host,
            text: text.text.clone(),
            script: parsed.clone(),
            id: NodeId(0),
            segments,
            errexit: script.shell.errexit,
            pipefail: script.shell.pipefail,
        };
        site.find(file, line, is_scan)?;
        site.switches();
        Some(site)
    }

    /// The command at a line of a file that is run by a step.
    pub(crate) fn of_file(files: &Files, path: &str, line: usize, is_scan: &dyn Fn(&str) -> bool) -> Option<Self> {
        let file = files.get(path)?;
        let name = path.rsplit('/').next()?;
        let (host, range) = if name.starts_with("Makefile") || name.ends_with(".mk") {
            (Host::Recipe, recipe(file, line)?)
        } else if name.ends_with(".json") {
            (Host::Json, json_text(file, line)?)
        } else if name.ends_with(".sh") || name.ends_with(".bash") || file.starts_with("#!/bin/") {
            (Host::File, 0..file.len())
        } else {
            return None;
        };
        let text = file[range.clone()].to_owned();
        let script = shell::parse(&text);
        let segments = vec![Part { script: 0..text.len(), file: range.start, file_end: range.end, exact: true }];
        let errexit = host == Host::Recipe;
        let mut site =
            Self { path: path.to_owned(), host, text, script, id: NodeId(0), segments, errexit, pipefail: false };
        site.find(file, line, is_scan)?;
        site.switches();
        Some(site)
    }

    fn find(&mut self, file: &str, line: usize, is_scan: &dyn Fn(&str) -> bool) -> Option<()> {
        let mut best: Option<(bool, usize, NodeId)> = None;
        for (id, command) in self.script.commands() {
            let node = self.script.node(id);
            let Some(place) = self.place(&node.range) else { continue };
            let lines = line_of(file, place.start)..=line_of(file, place.end.max(place.start + 1) - 1);
            if !lines.contains(&line) || command.name.is_none() {
                continue;
            }
            let scan = is_scan(self.text.get(node.range.clone())?);
            let size = node.range.len();
            // A scan wins over its neighbours, the innermost over what holds it.
            if best.is_none_or(|(had, length, _)| (scan, usize::MAX - size) > (had, usize::MAX - length)) {
                best = Some((scan, size, id));
            }
        }
        self.id = best?.2;
        Some(())
    }

    /// What the script itself switches before the command.
    fn switches(&mut self) {
        let before = &self.text[..self.node().range.start];
        let first = self.text.lines().next().unwrap_or_default();
        for line in before.lines() {
            let line = line.trim();
            if let Some(options) = line.strip_prefix("set -") {
                self.pipefail |= options.contains("pipefail");
                let flags = options.split(' ').next().unwrap_or_default();
                self.errexit |= flags.contains('e') || options.contains("errexit");
            }
            if line.starts_with("set +e") {
                self.errexit = false;
            }
        }
        self.errexit |= first.starts_with("#!") && first.contains(" -e");
    }

    pub(crate) fn node(&self) -> &shell::Node {
        self.script.node(self.id)
    }

    pub(crate) fn command(&self) -> &Command {
        match &self.node().kind {
            Kind::Command(command) => command,
            _ => unreachable!("found among commands"),
        }
    }

    /// The words of the command as they are written.
    pub(crate) fn written(&self) -> &str {
        &self.text[self.node().range.clone()]
    }

    /// The place of some bytes of the script, where they are written byte by byte in one file.
    pub(crate) fn place(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        let start = self.segments.iter().find(|part| part.script.contains(&bytes.start))?;
        let end = self.segments.iter().find(|part| part.script.start < bytes.end && bytes.end <= part.script.end)?;
        let place = start.position(bytes.start)?..end.position(bytes.end)?;
        (place.start <= place.end).then_some(place)
    }

    /// The pipe that the command is in, or the command itself.
    pub(crate) fn unit(&self) -> NodeId {
        let mut id = self.id;
        while let Some(parent) = self.script.node(id).parent {
            if !matches!(self.script.node(parent).kind, Kind::Pipeline | Kind::Negation) {
                break;
            }
            id = parent;
        }
        id
    }

    /// The statement that the command is in.
    pub(crate) fn statement(&self) -> NodeId {
        let mut id = self.unit();
        while let Some(parent) = self.script.node(id).parent {
            if !matches!(self.script.node(parent).kind, Kind::AndOr) {
                break;
            }
            id = parent;
        }
        id
    }

    /// Whether the exit code of the command goes on to its statement: it is no condition, not behind `||`, not put into a
    /// text, and nothing reads its status.
    pub(crate) fn is_plain(&self) -> bool {
        let unit = self.unit();
        let statement = self.statement();
        let nodes: Vec<NodeId> = self.script.ancestors(self.id).collect();
        let hidden = nodes.iter().any(|id| {
            let node = self.script.node(*id);
            matches!(node.role, Role::Condition | Role::Word)
                || node.background
                || matches!(node.kind, Kind::Negation | Kind::Function { .. } | Kind::Case { .. })
        });
        let caught = unit != statement && {
            let list = self.script.node(statement);
            let at = list.children.iter().position(|child| *child == unit).unwrap_or(0);
            list.children[at..].iter().skip(1).any(|id| self.script.node(*id).after == Some(Operator::Or))
        };
        let after = &self.text[self.script.node(statement).range.end..];
        !hidden && !caught && !after.contains("$?") && !after.contains("PIPESTATUS")
    }

    /// Whether nothing follows the statement in the script.
    pub(crate) fn is_last(&self) -> bool {
        let end = self.script.node(self.statement()).range.end;
        self.text[end..].lines().all(|line| line.trim().is_empty() || line.trim().starts_with('#'))
    }

    /// Whether the statement stands at the top of the script.
    pub(crate) fn is_top(&self) -> bool {
        self.script.node(self.statement()).parent == Some(NodeId(0)) || self.script.nodes.len() == 1
    }

    /// The quote that may be put into the script.
    pub(crate) fn quote(&self) -> &'static str {
        match self.host {
            Host::Groovy(quotes) if quotes.starts_with('\'') => "\"",
            Host::Json => "'",
            Host::Groovy(_) => "'",
            _ => "\"",
        }
    }

    /// Edits of the script as edits of its file.
    pub(crate) fn edits(&self, files: &Files, edits: Vec<Edit>) -> Option<Vec<Edit>> {
        let file = files.get(&self.path)?;
        let lines = edits.iter().any(|edit| edit.text.contains('\n'));
        let mut placed = Vec::new();
        for edit in &edits {
            placed.push(Edit::new(self.file_range(&edit.range)?, edit.text.clone()));
        }
        match self.host {
            Host::File => {
                for edit in &mut placed {
                    let indent = indent_at(file, edit.range.start);
                    edit.text = hang_before(&edit.text, indent);
                    if edit.text.is_empty() && edit.range.is_empty() {
                        return None;
                    }
                }
                Some(placed)
            }
            Host::Recipe | Host::Json => (!lines).then_some(placed),
            Host::Groovy(quotes) => {
                if edits.iter().any(|edit| edit.text.contains(quotes)) {
                    return None;
                }
                if lines && quotes.len() == 1 {
                    // A text of one line cannot hold several: it gets three quotes.
                    let (start, end) = (self.segments.first()?, self.segments.last()?);
                    placed.insert(0, Edit::insert(start.file, quotes.repeat(2)));
                    placed.push(Edit::insert(end.file_end, quotes.repeat(2)));
                    placed.sort_by_key(|edit| edit.range.start);
                    return merged(placed);
                }
                Some(placed)
            }
            Host::Yaml => in_yaml(file, placed),
        }
    }

    fn file_range(&self, bytes: &Range<usize>) -> Option<Range<usize>> {
        if bytes.is_empty() {
            let at = bytes.start;
            // Between two stretches: behind a command the first counts, before one the second, which may start behind an
            // indentation or in the next item of a list.
            let ends = self.text[at..].is_empty() || self.text[at..].starts_with('\n');
            let mut found = self.segments.iter().filter(|part| part.script.contains(&at) || part.script.end == at);
            let first = found.next()?;
            let part = if ends { first } else { found.next().unwrap_or(first) };
            let at = part.position(at)?;
            return Some(at..at);
        }
        self.place(bytes)
    }
}

/// Edits at one place become one, in their order.
fn merged(edits: Vec<Edit>) -> Option<Vec<Edit>> {
    let mut out: Vec<Edit> = Vec::new();
    for edit in edits {
        match out.last_mut() {
            Some(last) if last.range == edit.range && edit.range.is_empty() => last.text.push_str(&edit.text),
            _ => out.push(edit),
        }
    }
    Some(out)
}

fn parts(segments: &[Segment], path: &str, read: &Read) -> Vec<Part> {
    segments
        .iter()
        .filter(|segment| read.path(segment.at) == path)
        .map(|segment| Part {
            script: segment.start..segment.end,
            file: segment.at.start as usize,
            file_end: segment.at.end as usize,
            exact: segment.exact,
        })
        .collect()
}

/// The quotes of the text of Groovy that starts at a byte.
fn quotes(file: &str, at: usize) -> Option<&'static str> {
    let before = &file[..at];
    ["'''", "\"\"\"", "'", "\""].into_iter().find(|quotes| before.ends_with(quotes))
}

/// The command of a recipe at a line, over lines that go on.
fn recipe(file: &str, line: usize) -> Option<Range<usize>> {
    let mut first = line_range(file, line)?;
    let mut number = line;
    while number > 1 && file[..first.start].trim_end_matches('\n').ends_with('\\') {
        number -= 1;
        first = line_range(file, number)?;
    }
    let lead = file[first.clone()].len() - file[first.clone()].trim_start_matches(['\t', ' ', '@', '-']).len();
    let mut end = first.end;
    while file[..end].ends_with('\\') && end < file.len() {
        end = crate::files::line_end(file, end + 1);
    }
    Some(first.start + lead..end)
}

/// The value of `"key": "value"` at a line, without escapes.
fn json_text(file: &str, line: usize) -> Option<Range<usize>> {
    let range = line_range(file, line)?;
    let text = &file[range.clone()];
    let colon = text.find("\":")?;
    let open = text[colon + 2..].find('"')? + colon + 3;
    let close = text.rfind('"').filter(|close| *close > open)?;
    (!text[open..close].contains('\\')).then(|| range.start + open..range.start + close)
}

/// Edits within scalars of YAML. A scalar of one line that cannot hold its new text becomes a block.
fn in_yaml(file: &str, edits: Vec<Edit>) -> Option<Vec<Edit>> {
    let yaml = Yaml::new(file);
    let mut out = Vec::new();
    let mut scalars: Vec<(Range<usize>, Vec<Edit>)> = Vec::new();
    for edit in edits {
        let scalar =
            yaml.scalar_at(edit.range.start).or_else(|| yaml.scalar_at(edit.range.start.checked_sub(1)?)).map(range)?;
        match scalars.iter_mut().find(|(range, _)| *range == scalar) {
            Some((_, edits)) => edits.push(edit),
            None => scalars.push((scalar, vec![edit])),
        }
    }
    for (scalar, edits) in scalars {
        let raw = &file[scalar.clone()];
        let before = file[..scalar.start].trim_end();
        let block = before.ends_with(['|', '>']) || before.ends_with("|-") || before.ends_with(">-");
        if block {
            if before.ends_with('>') || before.ends_with(">-") {
                return None;
            }
            for edit in edits {
                let indent = indent_at(file, edit.range.start).to_owned();
                out.push(Edit::new(edit.range, hang_before(&edit.text, &indent)));
            }
            continue;
        }
        let quoted = raw.starts_with(['"', '\'']);
        if raw.trim_end().contains('\n') || quoted && raw[1..raw.len() - 1].contains(['\\', raw.chars().next()?]) {
            return None;
        }
        let inner =
            if quoted { scalar.start + 1..scalar.end - 1 } else { scalar.start..scalar.start + raw.trim_end().len() };
        let moved = edits
            .into_iter()
            .map(|edit| Edit::new(edit.range.start - inner.start..edit.range.end - inner.start, edit.text));
        let new = crate::files::apply(&file[inner.clone()], moved.collect())?;
        let plain = !new.contains('\n')
            && !new.contains(": ")
            && !new.ends_with(':')
            && !new.contains(" #")
            && !new.starts_with(['"', '\'', '[', '{', '!', '&', '*', '%', '@', '`', '|', '>']);
        if plain && !quoted {
            out.push(Edit::new(inner, new));
        } else {
            let indent = format!("{}  ", " ".repeat(key_column(file, scalar.start)));
            let lines: Vec<String> = new.lines().map(|line| format!("{indent}{line}")).collect();
            let end = scalar.start + raw.trim_end().len();
            out.push(Edit::new(scalar.start..end, format!("|\n{}", lines.join("\n"))));
        }
    }
    Some(out)
}

/// The column of the key or dash that a scalar belongs to.
fn key_column(file: &str, at: usize) -> usize {
    let start = crate::files::line_start(file, at);
    let line = &file[start..at];
    let mut column = line.len() - line.trim_start().len();
    // `- run: x`: the key stands behind the dash, `- x`: the dash itself.
    while line[column..].starts_with("- ") && line[column + 2..].contains(':') {
        column += 2;
    }
    column
}
