//! From a command or a reference to what it does.

use std::sync::Arc;

use volary_model::{Data, Map, Origin, Value};

use super::Recognisers;
use super::arguments::{Known, Parsed, parse};
use super::condition::fits;
use super::fit::{Fit, fit, reachable};
use super::invocation::{Argument, Invocation, Reference, Surroundings, Words, written};
use super::recognised::{Fact, Recognised, Role, Unclear};
use super::roles::roles;
use super::settings::{Context, Truth};
use super::tool::{Command, Does, Form, Tool, Uses, What};
use super::unwrap::{Program, plain_name, unwrap};

/// Options with which every tool only tells something.
const INFO: &[&str] = &["--help", "--version"];

impl Recognisers {
    /// What a command does. Of `sh -c '...'` that is nothing: its script, which [`unwrap`] gives, does.
    pub fn command(&self, invocation: &Invocation, surroundings: &dyn Surroundings) -> Vec<Recognised> {
        // Most commands of a script are none of ours.
        if invocation.words.is_empty() || plain_name(invocation).is_some_and(|name| !self.knows(&name)) {
            return Vec::new();
        }
        self.program(&unwrap(invocation), surroundings)
    }

    /// What an unwrapped command does.
    pub fn program(&self, program: &Program, surroundings: &dyn Surroundings) -> Vec<Recognised> {
        let mut recognised = Vec::new();
        if program.script.is_some() {
            return recognised;
        }
        let image = program
            .images
            .last()
            .and_then(|image| repository(&image.as_text().map_or_else(|| written(image).to_string(), str::to_owned)));
        let image =
            image.zip(program.image_arguments.as_ref()).map(|(image, arguments)| (self.by_image(&image), arguments));
        if let Some((found, arguments)) = image.filter(|(found, _)| !found.is_empty()) {
            let own = |command: &Command| program.name.as_ref().is_some_and(|name| command.run.contains(name));
            for (tool, command) in found {
                let arguments = if own(command) { &program.arguments } else { arguments };
                let origin = program.images.last().map(|image| image.origin.clone());
                let origin = origin.unwrap_or_else(|| nowhere(arguments));
                let matching = Matching {
                    tool,
                    environment: &program.environment,
                    surroundings,
                    origin: &origin,
                    uses: None,
                    version: None,
                };
                matching.command(command, arguments, &mut recognised);
            }
            return recognised;
        }
        let Some(name) = &program.name else { return recognised };
        let origin = nowhere(&program.arguments);
        for (tool, command) in self.by_name(name, program.package.as_deref()) {
            let matching = Matching {
                tool,
                environment: &program.environment,
                surroundings,
                origin: &origin,
                uses: None,
                version: None,
            };
            matching.command(command, &program.arguments, &mut recognised);
        }
        one_unclear(&mut recognised);
        recognised
    }

    /// What a use by name does.
    pub fn reference(&self, reference: &Reference<'_>, surroundings: &dyn Surroundings) -> Vec<Recognised> {
        let mut recognised = Vec::new();
        for (tool, uses) in self.by_reference(reference.platform, reference.name) {
            let matching = Matching {
                tool,
                environment: &[],
                surroundings,
                origin: &reference.origin,
                uses: Some((uses, reference.inputs, reference.open)),
                version: reference.version,
            };
            matching.uses(uses, reference.inputs, &mut recognised);
        }
        for (tool, uses) in self.runners(reference.platform, reference.name) {
            let matching = Matching {
                tool,
                environment: &[],
                surroundings,
                origin: &reference.origin,
                uses: Some((uses, reference.inputs, reference.open)),
                version: reference.version,
            };
            let context = matching.context(&uses.form, None, false);
            let (Some(doubts), Some(template)) = (runs(uses, &context), &uses.command) else { continue };
            let words = expand(template, &context, reference.inputs);
            let mut found = self.program(&unwrap(&Invocation { words, environment: Vec::new() }), surroundings);
            found.iter_mut().for_each(|it| it.doubts.extend(doubts.iter().cloned()));
            recognised.extend(found);
        }
        recognised
    }
}

/// Several tools that share a program do not know the same word: said once.
fn one_unclear(recognised: &mut Vec<Recognised>) {
    let mut all: Option<(usize, Unclear)> = None;
    for (at, it) in recognised.iter().enumerate() {
        let Role::Unclear(unclear) = &it.role else { continue };
        let Some((_, all)) = &mut all else {
            all = Some((at, unclear.clone()));
            continue;
        };
        all.controls
            .extend(unclear.controls.iter().filter(|id| !all.controls.contains(id)).cloned().collect::<Vec<_>>());
        all.effects.extend(unclear.effects.iter().filter(|it| !all.effects.contains(it)).copied().collect::<Vec<_>>());
    }
    let Some((first, unclear)) = all else { return };
    let mut at = 0;
    recognised.retain(|it| {
        at += 1;
        at - 1 == first || !matches!(it.role, Role::Unclear(_))
    });
    if let Some(it) = recognised.get_mut(first) {
        it.role = Role::Unclear(unclear);
    }
}

/// The place of a command that has no words.
fn nowhere(arguments: &[Argument]) -> Origin {
    let none = || Value::at(Data::Null, volary_model::Span::new(volary_model::FileId(0), 0, 0)).origin;
    arguments.first().map_or_else(none, |argument| argument.value.origin.clone())
}

/// An image without tag, digest and the registry that is meant when none is written.
fn repository(image: &str) -> Option<String> {
    let image = image.split('@').next()?.to_ascii_lowercase();
    let end = image.rfind('/').map_or(0, |slash| slash + 1);
    let image = match image[end..].find(':') {
        Some(colon) => &image[..end + colon],
        None => &image,
    };
    let image =
        image.trim_start_matches("docker.io/").trim_start_matches("index.docker.io/").trim_start_matches("library/");
    (!image.is_empty()).then(|| image.to_owned())
}

/// One tool against one use.
struct Matching<'a> {
    tool: &'a Arc<Tool>,
    environment: &'a [(Arc<str>, Value)],
    surroundings: &'a dyn Surroundings,
    origin: &'a Origin,
    uses: Option<(&'a Uses, &'a Map, bool)>,
    version: Option<&'a str>,
}

impl<'a> Matching<'a> {
    fn command(&self, command: &'a Command, arguments: &[Argument], recognised: &mut Vec<Recognised>) {
        let mut best: Vec<(&Form, Parsed, usize)> = Vec::new();
        let mut unclear: Option<Value> = None;
        let mut possible: Vec<&Form> = Vec::new();
        for form in command.forms.iter().filter(|form| reachable(form, arguments)) {
            let mut parsed = parse(arguments, &Known::new(self.tool, command, form));
            let asks = |name: &str| INFO.contains(&name) || command.info.iter().any(|info| &**info == name);
            if parsed.options.iter().any(|given| given.value.is_none() && asks(&given.name)) {
                continue;
            }
            let (skip, words) = match fit(form, &mut parsed) {
                Fit::Yes(skip) => (skip, skip),
                Fit::No => continue,
                Fit::Maybe(word) => {
                    unclear.get_or_insert(word);
                    possible.push(form);
                    continue;
                }
            };
            parsed.settle(skip, form.least, form.most);
            let operands = parsed.operands.len().saturating_sub(skip);
            if !form.anywhere && operands < form.least && parsed.wild.is_empty() {
                continue;
            }
            // A program that takes no operands does something else when it gets one: an unlisted sub-command.
            if form.sub.is_empty() && form.most == Some(0) && operands > 0 {
                continue;
            }
            match best.first() {
                Some((_, _, longest)) if !form.anywhere && *longest > words => continue,
                Some((first, _, longest)) if !form.anywhere && !first.anywhere && *longest < words => best.clear(),
                _ => {}
            }
            best.push((form, parsed, skip));
        }
        // A program that needs no sub-command has one all the same when the word that may be it comes first.
        let first =
            unclear.as_ref().is_some_and(|word| arguments.first().is_some_and(|it| it.value.origin == word.origin));
        if first && possible.iter().any(|form| !self.does(form).is_empty()) {
            best.retain(|(form, ..)| !form.sub.is_empty());
        }
        let before = recognised.len();
        for (form, parsed, _) in &mut best {
            if !form.after.is_empty() {
                self.lend(command, form, parsed);
            }
        }
        for (form, parsed, skip) in &best {
            let context = self.context(form, Some((parsed, *skip)), command.powershell);
            roles(self.tool, &context, self.does(form), recognised);
        }
        if let (true, Some(word)) = (recognised.len() == before, unclear) {
            recognised.push(self.unclear(&possible, word));
        }
    }

    fn context<'c>(&'c self, form: &'c Form, arguments: Option<(&'c Parsed, usize)>, powershell: bool) -> Context<'c> {
        Context {
            tool: self.tool,
            form,
            uses: self.uses.map(|(uses, ..)| &uses.form),
            arguments,
            powershell,
            inputs: self.uses.map(|(_, inputs, open)| (inputs, open)),
            environment: self.environment,
            surroundings: self.surroundings,
            version: self.version,
            calm: false,
            ships: false,
            origin: self.origin,
        }
    }

    /// The options of earlier commands count here too; those of the command itself win.
    fn lend(&self, command: &Command, form: &Form, parsed: &mut Parsed) {
        for earlier in self.surroundings.earlier_commands(&form.after) {
            let arguments = earlier.words.get(1..).unwrap_or_default();
            let lent = parse(arguments, &Known::new(self.tool, command, form));
            parsed.take_before(lent, arguments.len());
        }
    }

    fn does<'f>(&'f self, form: &'f Form) -> &'f [Does] {
        form.does.as_ref().unwrap_or(&self.tool.does)
    }

    fn uses(&self, uses: &'a Uses, inputs: &Map, recognised: &mut Vec<Recognised>) {
        let mut context = self.context(&uses.form, None, false);
        // The inputs of an earlier step count here too; those of the step itself win.
        let lent = (!uses.form.after.is_empty()).then(|| self.surroundings.earlier_step(&uses.form.after)).flatten();
        let both = lent.map(|lent| lent.entries().iter().chain(inputs.entries()).cloned().collect::<Map>());
        let inputs = both.as_ref().unwrap_or(inputs);
        context.inputs = context.inputs.map(|(_, open)| (inputs, open));
        let Some(template) = &uses.command else {
            roles(self.tool, &context, self.does(&uses.form), recognised);
            return;
        };
        if let Some(does) = &uses.form.does {
            roles(self.tool, &context, does, recognised);
        }
        let Some(doubts) = runs(uses, &context) else { return };
        let before = recognised.len();
        let words = expand(template, &context, inputs);
        let mut words = words.into_iter();
        let Some(name) = words.next().and_then(|word| word.value.as_text().map(str::to_ascii_lowercase)) else {
            return;
        };
        let arguments: Vec<Argument> = words.collect();
        for command in self.tool.commands.iter().filter(|command| command.run.iter().any(|run| fits(run, &name))) {
            self.command(command, &arguments, recognised);
        }
        recognised.iter_mut().skip(before).for_each(|it| it.doubts.extend(doubts.iter().cloned()));
    }

    fn unclear(&self, forms: &[&Form], word: Value) -> Recognised {
        let does = forms.iter().flat_map(|form| self.does(form));
        let (mut controls, mut effects) = (Vec::new(), Vec::new());
        for does in does {
            match &does.what {
                What::Control(id) if !controls.contains(id) => controls.push(id.clone()),
                What::Effect { effect, kind } if !effects.contains(&(*effect, *kind)) => effects.push((*effect, *kind)),
                _ => {}
            }
        }
        let doubt = Fact { setting: "sub-command".into(), written: written(&word), value: word.clone() };
        let role = Role::Unclear(Unclear { controls, effects, word });
        Recognised { tool: self.tool.clone(), role, doubts: vec![doubt] }
    }
}

/// What it depends on whether a use by name runs its command; nothing where it does not.
fn runs(uses: &Uses, context: &Context<'_>) -> Option<Vec<Fact>> {
    let mut doubts = Vec::new();
    for condition in &uses.when {
        match context.holds(condition) {
            Truth::Yes(_) => {}
            Truth::No => return None,
            Truth::Unknown(fact) => doubts.push(fact),
        }
    }
    Some(doubts)
}

/// The words of a command that a task runs: `{name}` is a setting or an input, split as a shell splits it. What stands in
/// square brackets is left out where nothing is put in.
fn expand(template: &str, context: &Context<'_>, inputs: &Map) -> Vec<Argument> {
    let mut words = Vec::new();
    // Where the words of an open bracket start.
    let mut open = None;
    for piece in template.split_ascii_whitespace() {
        let piece = match piece.strip_prefix('[') {
            Some(rest) => {
                open = Some(words.len());
                rest
            }
            None => piece,
        };
        let (piece, closes) = piece.strip_suffix(']').map_or((piece, false), |rest| (rest, true));
        let before = words.len();
        put(piece, context, inputs, &mut words);
        if closes && let Some(from) = open.take().filter(|_| words.len() == before) {
            words.truncate(from);
        }
    }
    words
}

/// Puts one piece of the words of a command in.
fn put(piece: &str, context: &Context<'_>, inputs: &Map, words: &mut Vec<Argument>) {
    let Some(name) = piece.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
        words.push(Argument { value: Value::text(piece, context.origin.clone()), words: Words::One });
        return;
    };
    let setting = context.setting(name).and_then(|_| context.find(name).values.pop());
    let input =
        || inputs.entries().iter().rfind(|entry| entry.key.eq_ignore_ascii_case(name)).map(|entry| entry.value.clone());
    let Some(value) = setting.or_else(input) else { return };
    match super::invocation::scalar(&value) {
        Some(text) => words.extend(
            split(&text)
                .into_iter()
                .map(|word| Argument { value: Value::text(word, value.origin.clone()), words: Words::One }),
        ),
        None if value.is_null() => {}
        None => words.push(Argument { value, words: Words::Likely }),
    }
}

/// A text as the words of a command.
pub(crate) fn split(text: &str) -> Vec<String> {
    let script = volary_document::shell::parse(&format!("x {}", text.replace(['\n', '\r'], " ")));
    let first = script.commands().next();
    first.map_or_else(Vec::new, |(_, command)| {
        command.arguments.iter().map(volary_document::shell::Word::text).collect()
    })
}
