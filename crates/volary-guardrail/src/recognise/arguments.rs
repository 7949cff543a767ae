//! Telling options, their values and operands apart.

use std::sync::Arc;

use volary_model::{Data, Value};

use super::invocation::{Argument, Words, partly_known, prefix};
use super::tool::{Command, Form, Tool};
use super::unwrap::tail;

/// The arguments of a command, told apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parsed {
    /// Options with their value; one without has none.
    pub(crate) options: Vec<Given>,
    /// The operands, the words of the sub-command among them.
    pub(crate) operands: Vec<Operand>,
    /// Words that may be options or several words.
    pub(crate) wild: Vec<Wild>,
}

/// An option.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) name: Arc<str>,
    pub(crate) value: Option<Value>,
    /// The word of the option itself.
    pub(crate) word: Value,
    pub(crate) at: usize,
}

/// An operand.
#[derive(Clone, Debug)]
pub(crate) struct Operand {
    pub(crate) value: Value,
    /// The word may as well be an option: nothing of it is known.
    pub(crate) open: bool,
    pub(crate) at: usize,
}

/// A word that may be anything.
#[derive(Clone, Debug)]
pub(crate) struct Wild {
    pub(crate) value: Value,
    pub(crate) at: usize,
}

/// Which options a command has.
pub(crate) struct Known<'t> {
    valued: Vec<&'t str>,
    flags: Vec<&'t str>,
    rest_valued: bool,
    powershell: bool,
}

impl<'t> Known<'t> {
    pub(crate) fn new(tool: &'t Tool, command: &'t Command, form: &'t Form) -> Self {
        let mut known = Self {
            valued: Vec::new(),
            flags: Vec::new(),
            rest_valued: command.rest_valued,
            powershell: command.powershell,
        };
        // The form's own settings win: what it calls a flag is none of the tool's options with a value.
        let mut add = |options: &'t [Arc<str>], flags: &'t [Arc<str>]| {
            for option in options {
                if !known.flags.contains(&&**option) {
                    known.valued.push(option);
                }
            }
            for flag in flags {
                if !known.valued.contains(&&**flag) {
                    known.flags.push(flag);
                }
            }
        };
        for setting in tool.settings_of(form) {
            add(&setting.options, &setting.flags);
        }
        add(&command.valued, &command.flags);
        add(&[], &command.info);
        known
    }

    fn find(&self, list: &[&'t str], name: &str) -> bool {
        list.iter().any(|known| *known == name || (self.powershell && known.eq_ignore_ascii_case(name)))
    }

    fn is_valued(&self, name: &str) -> bool {
        // A property (`-Dname=value`) never takes the next word.
        let property = name.len() > 2 && (name.starts_with("-D") || name.starts_with("-P"));
        (!property || self.powershell) && self.find(&self.valued, name)
    }

    fn is_flag(&self, name: &str) -> bool {
        self.find(&self.flags, name)
    }

    /// A declared option that does not start like one (`/p:Name`, `Name:`).
    fn odd(&self, text: &str) -> Option<(usize, usize)> {
        let mut found = None;
        for name in self.valued.iter().chain(&self.flags).filter(|name| !name.starts_with('-')) {
            let same = text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
            if !same {
                continue;
            }
            let rest = &text[name.len()..];
            let skip = match rest.bytes().next() {
                None => 0,
                Some(b'=' | b':') => 1,
                Some(_) if name.ends_with([':', '=']) => 0,
                Some(_) => continue,
            };
            found = Some((name.len(), name.len() + skip));
        }
        found
    }
}

/// Tells the arguments of a command apart.
pub(crate) fn parse(arguments: &[Argument], known: &Known<'_>) -> Parsed {
    let mut parsed = Parsed::default();
    let mut at = 0;
    let mut only_operands = false;
    while let Some(argument) = arguments.get(at) {
        let place = at;
        at += 1;
        let value = &argument.value;
        let start = prefix(value);
        let literal = value.as_text();
        if only_operands {
            parsed.operands.push(Operand { value: value.clone(), open: false, at: place });
            continue;
        }
        if literal == Some("--") || (known.powershell && literal == Some("--%")) {
            only_operands = true;
            continue;
        }
        if argument.words == Words::Any || (literal.is_none() && !partly_known(value)) {
            if argument.words == Words::Any {
                parsed.wild.push(Wild { value: value.clone(), at: place });
            } else {
                parsed.operands.push(Operand { value: value.clone(), open: true, at: place });
            }
            continue;
        }
        if let Some((name, skip)) = known.odd(start) {
            let given = start.get(skip..).unwrap_or_default();
            let inline = (start.len() > name).then(|| tail(value, skip, given));
            let name: Arc<str> = start[..name].trim_end_matches([':', '=']).into();
            parsed.options.push(Given { name, value: inline, word: value.clone(), at: place });
            continue;
        }
        if !start.starts_with('-') || (start == "-" && literal.is_some()) {
            parsed.operands.push(Operand { value: value.clone(), open: false, at: place });
            continue;
        }
        let separators: &[char] = if known.powershell { &['=', ':'] } else { &['='] };
        let (name, inline) = match start.split_once(separators) {
            Some((name, rest)) => (name, Some(tail(value, name.len() + 1, rest))),
            None if literal.is_none() => {
                // `--exit-$X`: an option, but which?
                match short_value(start, value, known) {
                    Some(given) => parsed.options.push(Given { at: place, ..given }),
                    None => parsed.wild.push(Wild { value: value.clone(), at: place }),
                }
                continue;
            }
            None => (start, None),
        };
        let mut push = |name: &str, value: Option<Value>| {
            let word = argument.value.clone();
            parsed.options.push(Given { name: name.into(), value, word, at: place });
        };
        if inline.is_some() {
            push(name, inline);
            continue;
        }
        let next = arguments.get(at);
        if known.is_valued(name) {
            push(name, next.map(|next| next.value.clone()));
            // The first of several words is the value, the others may be options.
            if let Some(next) = next.filter(|next| next.words == Words::Any) {
                parsed.wild.push(Wild { value: next.value.clone(), at });
            }
            at += 1;
        } else if known.is_flag(name) {
            push(name, None);
        } else if let Some(given) = short_value(name, value, known) {
            parsed.options.push(Given { at: place, ..given });
        } else if bundle(name, known) {
            for letter in name[1..].chars() {
                push(&format!("-{letter}"), None);
            }
        } else if known.rest_valued && next.is_some_and(may_be_value) {
            let next = arguments.get(at).map(|next| next.value.clone());
            if let Some(value) = next.clone().filter(|value| !partly_known(value)) {
                parsed.wild.push(Wild { value, at });
            }
            parsed.options.push(Given { name: name.into(), value: next, word: value.clone(), at: place });
            at += 1;
        } else {
            push(name, None);
            // An undeclared option: what follows and is not known may be its value, or options.
            if let Some(next) = next.filter(|next| next.value.as_text().is_none() && !partly_known(&next.value)) {
                parsed.wild.push(Wild { value: next.value.clone(), at });
                at += 1;
            }
        }
    }
    parsed
}

fn may_be_value(argument: &Argument) -> bool {
    let start = prefix(&argument.value);
    !start.starts_with('-') || start == "-"
}

/// `-sHIGH`, `-Dname=value` where `-s` is declared with a value.
fn short_value(name: &str, value: &Value, known: &Known<'_>) -> Option<Given> {
    if name.starts_with("--") || !name.is_char_boundary(2) || name.len() < 2 {
        return None;
    }
    let (short, rest) = name.split_at(2);
    let literal = value.as_text().is_some();
    if !known.is_valued(short) || (rest.is_empty() && literal) {
        return None;
    }
    Some(Given { name: short.into(), value: Some(tail(value, 2, rest)), word: value.clone(), at: 0 })
}

/// `-ys`: flags of one letter each, all declared.
fn bundle(name: &str, known: &Known<'_>) -> bool {
    let letters = name.strip_prefix('-').filter(|rest| !rest.starts_with('-') && rest.len() > 1);
    letters.is_some_and(|letters| letters.chars().all(|letter| known.is_flag(&format!("-{letter}"))))
}

impl Parsed {
    /// What an operand that is not known, and may be options, means for a form that takes at most `slots` operands behind
    /// the `skip` words of its sub-command: in a slot it is the operand, beyond them it is wild.
    pub(crate) fn settle(&mut self, skip: usize, least: usize, most: Option<usize>) {
        let closed = self.operands.iter().skip(skip).filter(|operand| !operand.open).count();
        let mut slots = most.unwrap_or(least).saturating_sub(closed);
        let mut at = 0;
        let wild = &mut self.wild;
        self.operands.retain(|operand| {
            at += 1;
            if !operand.open || at <= skip {
                return true;
            }
            if slots > 0 {
                slots -= 1;
                return true;
            }
            wild.push(Wild { value: operand.value.clone(), at: operand.at });
            false
        });
    }

    /// Puts the options of another command of `count` words before these.
    pub(crate) fn take_before(&mut self, mut other: Self, count: usize) {
        self.options.iter_mut().for_each(|given| given.at += count);
        self.operands.iter_mut().for_each(|operand| operand.at += count);
        self.wild.iter_mut().for_each(|wild| wild.at += count);
        other.options.append(&mut self.options);
        other.wild.append(&mut self.wild);
        self.options = other.options;
        self.wild = other.wild;
    }

    /// The occurrences of options by their names.
    pub(crate) fn given<'p>(&'p self, names: &'p [Arc<str>], powershell: bool) -> impl Iterator<Item = &'p Given> {
        self.options.iter().filter(move |given| {
            names.iter().any(|name| {
                let name = name.trim_end_matches([':', '=']);
                let odd = !name.starts_with('-');
                name == &*given.name || ((powershell || odd) && name.eq_ignore_ascii_case(&given.name))
            })
        })
    }
}

/// A truth for a flag that stands there.
pub(crate) fn present(word: &Value) -> Value {
    Value { data: Data::Bool(true), note: None, origin: word.origin.clone() }
}
