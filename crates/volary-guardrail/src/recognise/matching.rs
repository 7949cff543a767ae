//! From a command or a reference to what it does.

use std::sync::Arc;

use volary_model::{Data, Map, Origin, Value};

use super::Recognisers;
use super::arguments::{Known, Parsed, Wild, parse};
use super::condition::fits;
use super::findings::{findings, sort};
use super::invocation::{Argument, Invocation, Reference, Surroundings, Words, written};
use super::recognised::{Approval, Breaker, Change, Control, Effect, Fact, Recognised, Role, Script, Unclear, Upload};
use super::settings::{Context, Truth};
use super::tool::{Command, Covers, Does, Form, Tool, Uses, What};
use super::unwrap::{Program, unwrap};

/// Options with which every tool only tells something.
const INFO: &[&str] = &["--help", "--version"];

impl Recognisers {
    /// What a command does. Of `sh -c '...'` that is nothing: its script, which [`unwrap`] gives, does.
    pub fn command(&self, invocation: &Invocation, surroundings: &dyn Surroundings) -> Vec<Recognised> {
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
        recognised
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

/// How a form's sub-command fits.
enum Fit {
    /// So many operands are the sub-command, counted with what stands before them.
    Yes(usize),
    No,
    /// A word of it is not known.
    Maybe(Value),
}

impl<'a> Matching<'a> {
    fn command(&self, command: &'a Command, arguments: &[Argument], recognised: &mut Vec<Recognised>) {
        let mut best: Vec<(&Form, Parsed, usize)> = Vec::new();
        let mut unclear: Option<Value> = None;
        let mut possible: Vec<&Form> = Vec::new();
        for form in &command.forms {
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
        if best.is_empty() {
            if let Some(word) = unclear {
                recognised.push(self.unclear(&possible, word));
            }
            return;
        }
        for (form, parsed, skip) in &best {
            let context = self.context(form, Some((parsed, *skip)), command.powershell);
            self.roles(&context, self.does(form), recognised);
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
            usual: false,
            origin: self.origin,
        }
    }

    fn does<'f>(&'f self, form: &'f Form) -> &'f [Does] {
        form.does.as_ref().unwrap_or(&self.tool.does)
    }

    fn uses(&self, uses: &'a Uses, inputs: &Map, recognised: &mut Vec<Recognised>) {
        let context = self.context(&uses.form, None, false);
        let Some(template) = &uses.command else {
            self.roles(&context, self.does(&uses.form), recognised);
            return;
        };
        if let Some(does) = &uses.form.does {
            self.roles(&context, does, recognised);
        }
        let words = expand(template, &context, inputs);
        let mut words = words.into_iter();
        let Some(name) = words.next().and_then(|word| word.value.as_text().map(str::to_ascii_lowercase)) else {
            return;
        };
        let arguments: Vec<Argument> = words.collect();
        for command in self.tool.commands.iter().filter(|command| command.run.iter().any(|run| fits(run, &name))) {
            self.command(command, &arguments, recognised);
        }
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

    fn roles(&self, context: &Context<'_>, does: &[Does], recognised: &mut Vec<Recognised>) {
        for does in does {
            let mut doubts: Vec<Fact> = Vec::new();
            let mut holds = true;
            let is_control = matches!(does.what, What::Control(_));
            let context = &Context { usual: is_control, ..*context };
            let calm = Context { calm: true, ..*context };
            for condition in &does.when {
                match context.holds(condition) {
                    Truth::Yes(_) => {}
                    Truth::No => holds = false,
                    // That a scan may be asked for in a word that is not known is no scan.
                    Truth::Unknown(_) if is_control && matches!(calm.holds(condition), Truth::No) => holds = false,
                    Truth::Unknown(fact) => doubts.push(fact),
                }
            }
            for condition in &does.unless {
                match context.holds(condition) {
                    Truth::Yes(_) => holds = false,
                    Truth::No => {}
                    Truth::Unknown(fact) => doubts.push(fact),
                }
            }
            if holds {
                let mut seen: Vec<Fact> = Vec::new();
                for fact in doubts {
                    if !seen.iter().any(|known| known.written == fact.written) {
                        seen.push(fact);
                    }
                }
                recognised.push(Recognised { tool: self.tool.clone(), role: role(context, does), doubts: seen });
            }
        }
    }
}

/// Whether the operands begin with the sub-command of a form, or have it anywhere.
fn fit(form: &Form, parsed: &mut Parsed) -> Fit {
    if form.sub.is_empty() {
        return Fit::Yes(0);
    }
    if form.anywhere {
        let literal = |sub: &[Arc<str>]| {
            let sub = sub.first().map_or("", |word| &**word);
            parsed.operands.iter().any(|operand| operand.value.as_text().is_some_and(|text| fits(sub, text)))
        };
        if form.sub.iter().any(|sub| literal(sub)) {
            return Fit::Yes(0);
        }
        let open = parsed.operands.iter().find(|operand| operand.value.as_text().is_none());
        return open.map_or(Fit::No, |operand| Fit::Maybe(operand.value.clone()));
    }
    // Words before the sub-command of which nothing is known are options or nothing, if the sub-command follows.
    let open = parsed.operands.iter().take_while(|operand| operand.open).count();
    let begins = |sub: &[Arc<str>], skip: usize| {
        sub.iter().enumerate().all(|(at, word)| {
            parsed.operands.get(skip + at).is_some_and(|operand| operand.value.as_text() == Some(word))
        })
    };
    let longest = form.sub.iter().filter(|sub| begins(sub, open)).map(Vec::len).max();
    if let Some(length) = longest {
        for operand in parsed.operands.drain(..open) {
            parsed.wild.insert(0, Wild { value: operand.value, at: operand.at });
        }
        return Fit::Yes(length);
    }
    for sub in &form.sub {
        for (at, word) in sub.iter().enumerate() {
            match parsed.operands.get(at) {
                Some(operand) if operand.value.as_text() == Some(word) => {}
                Some(operand)
                    if operand.value.as_text().is_none()
                        && operand.value.as_unknown().is_some_and(|unknown| {
                            word.starts_with(unknown.prefix()) && word.ends_with(unknown.suffix())
                        }) =>
                {
                    return Fit::Maybe(operand.value.clone());
                }
                _ => break,
            }
        }
    }
    // Any number of words stands where the sub-command should.
    match (parsed.operands.first(), parsed.wild.first()) {
        (None, Some(wild)) => Fit::Maybe(wild.value.clone()),
        _ => Fit::No,
    }
}

/// The words of a command that a task runs: `{name}` is a setting or an input, split as a shell splits it.
fn expand(template: &str, context: &Context<'_>, inputs: &Map) -> Vec<Argument> {
    let mut words = Vec::new();
    for piece in template.split_ascii_whitespace() {
        let Some(name) = piece.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            words.push(Argument { value: Value::text(piece, context.origin.clone()), words: Words::One });
            continue;
        };
        let setting = context.setting(name).and_then(|_| context.find(name).values.pop());
        let input = || {
            inputs.entries().iter().rfind(|entry| entry.key.eq_ignore_ascii_case(name)).map(|entry| entry.value.clone())
        };
        let Some(value) = setting.or_else(input) else { continue };
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
    words
}

/// A text as the words of a command.
fn split(text: &str) -> Vec<String> {
    let script = volary_document::shell::parse(&format!("x {}", text.replace(['\n', '\r'], " ")));
    let first = script.commands().next();
    first.map_or_else(Vec::new, |(_, command)| {
        command.arguments.iter().map(volary_document::shell::Word::text).collect()
    })
}

/// What kind of thing a control looks at when the data does not say.
fn usual(control: &str) -> Covers {
    match control {
        "image-scan" => Covers::Image,
        "dependency-scan" | "license-check" => Covers::Dependencies,
        "dast" => Covers::Url,
        "sbom" | "provenance" | "signature" | "verification" => Covers::Artifact,
        _ => Covers::Directory,
    }
}

fn role(context: &Context<'_>, does: &Does) -> Role {
    let target = context.picks(&does.target, does.otherwise.as_deref());
    let from = context.picks(&does.from, None);
    let to = context.picks(&does.to, None);
    match &does.what {
        What::Control(id) => {
            let covers = does.covers.unwrap_or_else(|| usual(id));
            Role::Control(Control { id: id.clone(), covers, target, findings: findings(context, does) })
        }
        What::Effect { effect, kind } => {
            Role::Effect(Effect { effect: *effect, kind: *kind, reference: target, from, to })
        }
        What::Change { change, kind } => Role::Change(Change { change: *change, kind: *kind, reference: target, from }),
        What::Breaker(joins) => Role::Breaker(Breaker { joins: joins.clone(), findings: findings(context, does) }),
        What::Upload(what) => Role::Upload(Upload { what: what.clone(), reference: target }),
        What::Approval => {
            let softened = does.behaviour.softened_by.as_deref().unwrap_or_default();
            let softened = sort(context, softened);
            Role::Approval(Approval { softened_by: softened.yes.into_iter().chain(softened.unknown).collect() })
        }
        What::Script { shell, credential } => {
            let shell = match context.setting(shell) {
                Some(_) => context.find(shell).values.last().map_or_else(|| shell.clone(), written),
                None => shell.clone(),
            };
            Role::Script(Script { shell, text: target, credential: credential.clone(), to })
        }
    }
}
