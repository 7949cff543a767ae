//! Commands that run another command: what really runs.

use std::ops::Range;

use super::Word;

/// A command without its wrappers.
#[derive(Clone, Debug)]
pub struct Effective<'w> {
    /// The wrappers' names, outermost first.
    pub wrappers: Vec<String>,
    /// The name and the arguments of what runs. Empty where a wrapper runs nothing.
    pub words: Vec<Word>,
    /// The script that a shell is given (`sh -c '...'`); then `words` are the shell and its own arguments.
    pub inner: Option<Inner>,
    /// The words that were looked at.
    pub all: &'w [Word],
}

/// A script inside of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inner {
    /// The script. What the outer shell substitutes is in it as an unknown variable.
    pub text: String,
    /// Where it is written.
    pub range: Range<usize>,
    /// It is written exactly so, one byte behind the start of `range`: offsets carry over.
    pub exact: bool,
    /// The shell's options: `errexit`, `pipefail`, ...
    pub options: Vec<String>,
}

/// How a wrapper's own arguments are told from the command that it runs.
struct Wrapper {
    name: &'static str,
    /// Options that take their value as the next word.
    valued: &'static [&'static str],
    /// Words before the command that are no options (`timeout 5 cmd`).
    operands: usize,
    /// `NAME=value` words may stand before the command.
    assignments: bool,
}

const fn wrapper(name: &'static str, valued: &'static [&'static str], operands: usize, assignments: bool) -> Wrapper {
    Wrapper { name, valued, operands, assignments }
}

const WRAPPERS: &[Wrapper] = &[
    wrapper(
        "sudo",
        &[
            "-u",
            "-g",
            "-h",
            "-p",
            "-C",
            "-r",
            "-t",
            "-T",
            "-U",
            "-D",
            "-R",
            "--user",
            "--group",
            "--host",
            "--prompt",
            "--close-from",
            "--role",
            "--type",
            "--other-user",
            "--chdir",
            "--chroot",
            "--command-timeout",
        ],
        0,
        true,
    ),
    wrapper("doas", &["-u", "-C"], 0, false),
    wrapper("env", &["-u", "-C", "--unset", "--chdir"], 0, true),
    wrapper("time", &["-f", "-o", "--format", "--output"], 0, false),
    wrapper("nice", &["-n", "--adjustment"], 0, false),
    wrapper("ionice", &["-c", "-n", "-p", "--class", "--classdata"], 0, false),
    wrapper("nohup", &[], 0, false),
    wrapper("setsid", &[], 0, false),
    wrapper("stdbuf", &["-i", "-o", "-e", "--input", "--output", "--error"], 0, false),
    wrapper("timeout", &["-s", "-k", "--signal", "--kill-after"], 1, false),
    wrapper(
        "xargs",
        &[
            "-I",
            "-n",
            "-P",
            "-L",
            "-d",
            "-E",
            "-s",
            "-a",
            "--max-args",
            "--max-procs",
            "--max-lines",
            "--delimiter",
            "--arg-file",
            "--replace",
            "--max-chars",
        ],
        0,
        false,
    ),
    wrapper("exec", &["-a"], 0, false),
    wrapper("command", &[], 0, false),
    wrapper("builtin", &[], 0, false),
    wrapper("busybox", &[], 0, false),
    wrapper("chroot", &[], 1, false),
    wrapper("gosu", &[], 1, false),
    wrapper("su-exec", &[], 1, false),
    wrapper("fakeroot", &[], 0, false),
    wrapper("tini", &["-p", "-e"], 0, false),
    wrapper("dumb-init", &["--rewrite", "-r"], 0, false),
];

const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh"];

/// Most wrappers around one command that are looked through.
const MAX_WRAPPERS: usize = 16;

/// What a command really runs: `sudo -u x env A=b apt-get update` runs `apt-get update`. The words are the command's
/// name and its arguments.
pub fn effective(words: &[Word]) -> Effective<'_> {
    let mut wrappers = Vec::new();
    let mut rest = words;
    while wrappers.len() < MAX_WRAPPERS {
        let Some(name) = rest.first().and_then(base_name) else { break };
        if SHELLS.contains(&name.as_str()) {
            if let Some(inner) = shell_script(&rest[1..]) {
                wrappers.push(name);
                return Effective { wrappers, words: rest.to_vec(), inner: Some(inner), all: words };
            }
            break;
        }
        if let Some(inner) = given_script(&name, &rest[1..]) {
            wrappers.push(name);
            return Effective { wrappers, words: rest.to_vec(), inner: Some(inner), all: words };
        }
        if is_python(&name) && rest.get(1).and_then(Word::literal).as_deref() == Some("-m") && rest.len() > 2 {
            wrappers.push(name);
            rest = &rest[2..];
            continue;
        }
        let Some(wrapper) = WRAPPERS.iter().find(|wrapper| wrapper.name == name) else { break };
        match behind(wrapper, &rest[1..]) {
            Some(command) if !command.is_empty() => {
                wrappers.push(name);
                rest = command;
            }
            // A wrapper that runs nothing (`sudo -l`, `command -v x`) is what runs.
            _ => break,
        }
    }
    Effective { wrappers, words: rest.to_vec(), inner: None, all: words }
}

/// Whether a program of this name may run another command, so that [`effective`] looks behind it.
pub fn is_wrapper(name: &str) -> bool {
    let given = matches!(name, "su" | "runuser" | "env" | "eval");
    given || is_python(name) || SHELLS.contains(&name) || WRAPPERS.iter().any(|wrapper| wrapper.name == name)
}

/// The last part of a path; nothing where the name is not literal.
fn base_name(word: &Word) -> Option<String> {
    let text = word.literal()?;
    Some(text.rsplit('/').next().unwrap_or(&text).to_owned())
}

fn is_python(name: &str) -> bool {
    name.strip_prefix("python")
        .or_else(|| name.strip_prefix("pypy"))
        .is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// The words behind a wrapper's own; nothing where it runs no command.
fn behind<'w>(wrapper: &Wrapper, words: &'w [Word]) -> Option<&'w [Word]> {
    let mut at = 0;
    let mut operands = wrapper.operands;
    while let Some(word) = words.get(at) {
        let text = word.literal();
        let start = word.prefix();
        if start == "--" && text.is_some() {
            at += 1;
            return Some(words.get(at + operands..).unwrap_or_default());
        }
        if start.starts_with('-') && start.len() > 1 {
            if wrapper.name == "command" && matches!(start, "-v" | "-V") {
                return None;
            }
            // `-u root` takes the next word, `-uroot` and `--user=root` do not.
            at += if text.as_deref().is_some_and(|text| wrapper.valued.contains(&text)) { 2 } else { 1 };
            continue;
        }
        if wrapper.assignments && is_assignment(start) {
            at += 1;
            continue;
        }
        if operands > 0 {
            operands -= 1;
            at += 1;
            continue;
        }
        return Some(&words[at..]);
    }
    None
}

fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !name.as_bytes()[0].is_ascii_digit()
    })
}

fn inner(word: &Word, options: Vec<String>) -> Inner {
    let text = word.script();
    Inner { text, range: word.range.clone(), exact: word.verbatim, options }
}

/// The script of `sh -ec '...'`.
fn shell_script(words: &[Word]) -> Option<Inner> {
    let mut options = Vec::new();
    let mut at = 0;
    let mut given = false;
    while let Some(word) = words.get(at) {
        let Some(text) = word.literal() else { break };
        let long = text.strip_prefix("--");
        let short = text.strip_prefix('-').or_else(|| text.strip_prefix('+')).filter(|_| long.is_none());
        match (long, short) {
            (Some(_), _) => at += 1,
            (_, Some(letters)) if !letters.is_empty() => {
                let on = text.starts_with('-');
                for letter in letters.chars() {
                    match letter {
                        'c' => given = true,
                        'e' if on => options.push("errexit".to_owned()),
                        'x' if on => options.push("xtrace".to_owned()),
                        'u' if on => options.push("nounset".to_owned()),
                        'o' => {
                            at += 1;
                            if let Some(name) = words.get(at).and_then(Word::literal).filter(|_| on) {
                                options.push(name);
                            }
                        }
                        _ => {}
                    }
                }
                at += 1;
            }
            _ => break,
        }
    }
    given.then(|| words.get(at).map(|word| inner(word, options))).flatten()
}

/// The script of `su -c '...'`, `eval '...'` and `env -S '...'`.
fn given_script(name: &str, words: &[Word]) -> Option<Inner> {
    let behind = |option: &str, long: &str| {
        let at = words.iter().position(|word| word.literal().is_some_and(|text| text == option || text == long))?;
        words.get(at + 1).map(|word| inner(word, Vec::new()))
    };
    match name {
        "su" | "runuser" => behind("-c", "--command"),
        "env" => behind("-S", "--split-string"),
        "eval" => match words {
            [word] => Some(inner(word, Vec::new())),
            [first, .., last] => {
                let text = words.iter().map(Word::script).collect::<Vec<_>>().join(" ");
                let range = first.range.start..last.range.end;
                Some(Inner { text, range, exact: false, options: Vec::new() })
            }
            [] => None,
        },
        _ => None,
    }
}
