//! Files of the tree, and paths.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use globset::GlobBuilder;
use volary_model::{Data, FileId, TextAt, Value, may_be_document};

use super::args::{self, Answer, Args, Outcome, Stop};
use super::stretch::Stretches;
use super::{FileAnswer, FileLookup, convert};

fn lookup<'a>(args: &Args<'a>) -> Result<&'a dyn FileLookup, Stop> {
    args.context.files.ok_or_else(|| Stop::not_evaluated(&format!("{}()", args.name)))
}

/// The bytes of the file that an argument names.
pub(super) fn bytes(args: &Args<'_>, index: usize) -> Result<Arc<[u8]>, Stop> {
    let path = args.text(index)?;
    match lookup(args)?.read(&path) {
        FileAnswer::Bytes(bytes) if bytes.len() > args.context.limits.text => Err(Stop::limit("a file is too long")),
        FileAnswer::Bytes(bytes) => Ok(bytes),
        FileAnswer::Absent => Stop::error(format!("there is no file {path}")),
        FileAnswer::NotKnown(reason) => Err(Stop::Unknown(reason)),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, Stop> {
    std::str::from_utf8(bytes).or_else(|_| Stop::error("the file is no UTF-8"))
}

pub(super) fn file(args: &Args<'_>) -> Outcome {
    let bytes = bytes(args, 0)?;
    let text = utf8(&bytes)?;
    match in_tree(args, text)?.and_then(|file| TextAt::whole(file, 0, text.len())) {
        Some(at) => Ok(Answer::Written(Data::Text(text.into()), at)),
        None => args::text(text),
    }
}

/// The file of the run that the first argument names, where its text may hold a document.
fn in_tree(args: &Args<'_>, text: &str) -> Result<Option<FileId>, Stop> {
    if !may_be_document(text) {
        return Ok(None);
    }
    Ok(lookup(args)?.file(&args.text(0)?, text))
}

pub(super) fn filebase64(args: &Args<'_>) -> Outcome {
    args::text(STANDARD.encode(bytes(args, 0)?))
}

pub(super) fn fileexists(args: &Args<'_>) -> Outcome {
    match lookup(args)?.read(&args.text(0)?) {
        FileAnswer::Bytes(_) => args::truth(true),
        FileAnswer::Absent => args::truth(false),
        FileAnswer::NotKnown(reason) => Err(Stop::Unknown(reason)),
    }
}

pub(super) fn fileset(args: &Args<'_>) -> Outcome {
    let (folder, pattern) = (args.text(0)?, args.text(1)?);
    let Some(paths) = lookup(args)?.below(&folder) else { return Err(Stop::not_evaluated("fileset()")) };
    let Ok(glob) = GlobBuilder::new(&pattern).literal_separator(true).build() else {
        return Stop::error("the pattern cannot be used");
    };
    let matcher = glob.compile_matcher();
    let mut found: Vec<String> = paths.into_iter().filter(|path| matcher.is_match(path)).collect();
    args.within(found.len())?;
    found.sort();
    found.dedup();
    let found = found.into_iter().map(|path| args.fresh(Data::Text(path.into())));
    Ok(Answer::Made(Data::List(Arc::new(found.collect()))))
}

pub(super) fn templatefile(args: &Args<'_>) -> Outcome {
    let template = bytes(args, 0)?;
    let template = utf8(&template)?;
    render(args, template, in_tree(args, template)?)
}

pub(super) fn templatestring(args: &Args<'_>) -> Outcome {
    let template = args.text(0)?;
    render(args, &template, None)
}

fn render(args: &Args<'_>, template: &str, file: Option<FileId>) -> Outcome {
    let variables = args.at(1)?;
    convert::as_map(variables)?;
    match lookup(args)?.render(template, file, variables) {
        // The values in it bring their own notes; the call adds those of its arguments.
        Ok(Value { data, note, .. }) => {
            let note = note.as_deref();
            match (note.and_then(|note| note.decoded.clone()), note.and_then(|note| note.text_at.clone())) {
                (Some(decoded), _) => Ok(Answer::Encoded(data, decoded)),
                (None, Some(at)) => Ok(Answer::Written(data, at)),
                (None, None) => Ok(Answer::Made(data)),
            }
        }
        Err(error) => Stop::error(error.about.to_string()),
    }
}

/// A path without `.`, `..` and double slashes, as Go cleans it.
fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

pub(super) fn abspath(args: &Args<'_>) -> Outcome {
    let path = args.text(0)?;
    if path.starts_with('/') { args::text(clean(&path)) } else { Err(Stop::not_evaluated("abspath()")) }
}

pub(super) fn basename(args: &Args<'_>) -> Outcome {
    let path = args.stretches(0)?;
    let Some(path) = path.known() else {
        // What follows the last slash is the end of the name.
        let suffix = path.suffix().trim_end_matches('/');
        let mut result = Stretches::new();
        let name = match suffix.rsplit_once('/') {
            Some((_, name)) if !name.is_empty() => return args::text(name),
            Some(_) => "",
            None => suffix,
        };
        result.push_hole(&path.why(), true);
        result.push(name);
        return Ok(Answer::Made(result.into_data()));
    };
    let trimmed = path.trim_end_matches('/');
    args::text(match trimmed.rsplit('/').next() {
        _ if path.is_empty() => ".",
        None | Some("") => "/",
        Some(name) => name,
    })
}

pub(super) fn dirname(args: &Args<'_>) -> Outcome {
    let path = args.text(0)?;
    match path.rfind('/') {
        Some(at) => args::text(clean(&path[..=at])),
        None => args::text("."),
    }
}

pub(super) fn pathexpand(args: &Args<'_>) -> Outcome {
    let path = args.stretches(0)?;
    let prefix = path.prefix();
    if prefix.starts_with('~') || (prefix.is_empty() && path.known().is_none()) {
        return Err(Stop::not_evaluated("pathexpand()"));
    }
    Ok(Answer::Made(path.into_data()))
}
