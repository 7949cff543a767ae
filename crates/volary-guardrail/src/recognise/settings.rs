//! What a setting is in one use of a tool, and whether conditions on it hold.

use std::sync::Arc;

use volary_model::{Data, Map, Origin, TextPart, Value};

use super::arguments::{Parsed, present};
use super::condition::{Condition, Subject, Term, Test, fits};
use super::invocation::{Invocation, Surroundings, partly_known, scalar, written};
use super::recognised::Fact;
use super::tool::{Form, Setting, Tool};

/// One use of a tool: everything that its settings may come from.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) tool: &'a Tool,
    pub(crate) form: &'a Form,
    /// The form of the use that runs the command.
    pub(crate) uses: Option<&'a Form>,
    /// The arguments of the command, and how many words of its operands are the sub-command.
    pub(crate) arguments: Option<(&'a Parsed, usize)>,
    pub(crate) powershell: bool,
    /// The inputs, and whether there may be others.
    pub(crate) inputs: Option<(&'a Map, bool)>,
    pub(crate) environment: &'a [(Arc<str>, Value)],
    pub(crate) surroundings: &'a dyn Surroundings,
    pub(crate) version: Option<&'a str>,
    /// Words that may be anything are taken for nothing.
    pub(crate) calm: bool,
    /// The conditions are those of something that ships: what may be, ships. Else an operand of which nothing is known is
    /// what such operands usually are, no special form of it.
    pub(crate) ships: bool,
    /// Where the use is written.
    pub(crate) origin: &'a Origin,
}

/// What a setting is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// Every value that is given; the last one counts.
    pub(crate) values: Vec<Value>,
    /// How the last one is written.
    pub(crate) written: String,
    /// Something that is not known may say otherwise.
    pub(crate) doubt: Option<Fact>,
}

/// Yes, no, or what would have to be known.
#[derive(Clone, Debug)]
pub(crate) enum Truth {
    Yes(Option<Fact>),
    No,
    Unknown(Fact),
}

impl<'a> Context<'a> {
    /// The operands behind the sub-command.
    pub(crate) fn operands(&self) -> Vec<&'a Value> {
        let Some((parsed, skip)) = self.arguments else { return Vec::new() };
        parsed.operands.iter().skip(skip).map(|operand| &operand.value).collect()
    }

    /// The words that may be anything.
    pub(crate) fn wild(&self) -> impl Iterator<Item = Fact> + use<'a> {
        let wild = self.arguments.map_or(&[][..], |(parsed, _)| &parsed.wild);
        wild.iter().map(|wild| Fact {
            setting: "argument".into(),
            written: written(&wild.value),
            value: wild.value.clone(),
        })
    }

    pub(crate) fn setting(&self, name: &str) -> Option<&'a Setting> {
        let own = self.uses.and_then(|form| form.settings.iter().find(|setting| &*setting.name == name));
        own.or_else(|| self.tool.setting(self.form, name))
    }

    /// Looks a setting up: options, inputs, environment, configuration, default.
    pub(crate) fn find(&self, name: &str) -> Found {
        let Some(setting) = self.setting(name) else { return Found::default() };
        let mut found = Found::default();
        if let Some((parsed, _)) = self.arguments {
            let mut last = None;
            let mut flag = false;
            for given in parsed.given(&setting.options, self.powershell) {
                found.values.push(given.value.clone().unwrap_or_else(|| present(&given.word)));
                found.written = match &given.value {
                    Some(value) => format!("{} {}", given.name, written(value)),
                    None => given.name.to_string(),
                };
                last = Some(given.at);
            }
            for given in parsed.given(&setting.flags, self.powershell) {
                found.values.push(given.value.clone().unwrap_or_else(|| present(&given.word)));
                found.written = written(&given.word).to_string();
                flag |= given.value.is_none();
                last = last.max(Some(given.at));
            }
            let says = !setting.options.is_empty() || !setting.flags.is_empty();
            let wild = parsed.wild.iter().rfind(|wild| last.is_none_or(|last| wild.at > last));
            if let (true, false, Some(wild)) = (says && !self.calm, flag, wild) {
                let fact =
                    Fact { setting: setting.name.clone(), written: written(&wild.value), value: wild.value.clone() };
                found.doubt = Some(fact);
            }
            if !found.values.is_empty() {
                return found;
            }
        }
        if let Some((inputs, open)) = self.inputs {
            // Without regard to case; an empty input is none.
            let input = setting.inputs.iter().find_map(|name| {
                inputs.entries().iter().rfind(|entry| entry.key.eq_ignore_ascii_case(name) && !is_empty(&entry.value))
            });
            if let Some(entry) = input {
                found.values.push(entry.value.clone());
                found.written = format!("{}: {}", entry.key, written(&entry.value));
                return found;
            }
            if open && !setting.inputs.is_empty() && found.doubt.is_none() {
                let value = Value::new(Data::Null, self.origin.clone());
                found.doubt = Some(Fact { setting: setting.name.clone(), written: "inputs".into(), value });
            }
        }
        for name in &setting.env {
            let own = self.environment.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.clone());
            if let Some(value) = own.or_else(|| self.surroundings.environment(name)) {
                found.written = format!("{name}={}", written(&value));
                found.values.push(value);
                return found;
            }
        }
        for key in &setting.config {
            let Some(file) = self.surroundings.config(&key.file) else { continue };
            let mut value = Some(&file);
            for step in &key.at {
                value = value.and_then(|value| value.get(step));
            }
            if let Some(value) = value {
                found.written = format!("{}: {}", key.at.join("."), written(value));
                found.values.push(value.clone());
                return found;
            }
            if file.as_unknown().is_some() {
                let fact = Fact { setting: setting.name.clone(), written: key.file.clone(), value: file };
                found.doubt.get_or_insert(fact);
            }
        }
        let defaults = self.uses.iter().flat_map(|form| &form.defaults).chain(&self.form.defaults);
        let default = defaults.into_iter().find(|(name, _)| *name == setting.name).map(|(_, value)| value);
        if let Some(default) = default.or(setting.default.as_ref()) {
            found.values.push(Value::text(default.clone(), self.origin.clone()));
        }
        found
    }

    /// Whether a condition holds. Where it does, the fact is that of its first term on something that is written.
    pub(crate) fn holds(&self, condition: &Condition) -> Truth {
        let mut fact = None;
        let mut unknown = None;
        for term in &condition.terms {
            match self.term(term) {
                Truth::No => return Truth::No,
                Truth::Unknown(doubt) => {
                    unknown.get_or_insert(doubt);
                }
                Truth::Yes(found) => {
                    if fact.is_none() {
                        fact = found;
                    }
                }
            }
        }
        unknown.map_or(Truth::Yes(fact), Truth::Unknown)
    }

    /// The earlier commands that start as the patterns of a test do, each as one text.
    fn earlier(&self, test: &Test) -> Vec<Value> {
        let Test::Like(patterns) = test else { return Vec::new() };
        let programs: Vec<Arc<str>> = patterns
            .iter()
            .filter_map(|pattern| pattern.split([' ', '*']).next())
            .filter(|program| !program.is_empty())
            .map(Arc::from)
            .collect();
        let commands = self.surroundings.earlier_commands(&programs);
        let text = |invocation: &Invocation| {
            let words: Vec<Arc<str>> = invocation.words.iter().map(|word| written(&word.value)).collect();
            let origin = invocation.words.first().map_or(self.origin, |word| &word.value.origin).clone();
            Value::text(words.join(" "), origin)
        };
        commands.iter().map(text).collect()
    }

    fn term(&self, term: &Term) -> Truth {
        let operands = self.operands();
        let (setting, found) = match &term.subject {
            Subject::Setting(name) => (name.clone(), self.find(name)),
            Subject::Operand(at) => ("argument".into(), Found::of(operands.get(*at).copied())),
            Subject::LastOperand => ("argument".into(), Found::of(operands.last().copied())),
            Subject::AnyOperand => {
                let values = operands.into_iter().cloned().collect();
                ("argument".into(), Found { values, ..Found::default() })
            }
            Subject::Earlier => {
                let values = self.earlier(&term.test);
                ("earlier command".into(), Found { values, ..Found::default() })
            }
            Subject::Version => {
                let version = self.version.map(|version| Value::text(version, self.origin.clone()));
                ("version".into(), Found::of(version.as_ref()))
            }
        };
        let truth = if matches!(term.subject, Subject::AnyOperand | Subject::Earlier) {
            any(found.values.iter().map(|value| tests(&term.test, std::slice::from_ref(value))))
        } else {
            tests(&term.test, &found.values)
        };
        let fact = |value: Option<&Value>| {
            let value = value.cloned().unwrap_or_else(|| Value::new(Data::Null, self.origin.clone()));
            let text = if found.written.is_empty() { written(&value) } else { found.written.clone().into() };
            Fact { setting: setting.clone(), written: text, value }
        };
        if let Some(doubt) = &found.doubt {
            return Truth::Unknown(doubt.clone());
        }
        let operand = matches!(term.subject, Subject::Operand(_) | Subject::LastOperand | Subject::AnyOperand);
        // Whatever the text is: an image, a folder that is named is named. Of truths and of what decides about findings the
        // value matters.
        let text = |name: &Arc<str>| self.setting(name).is_some_and(|it| it.flags.is_empty() && !it.options.is_empty());
        let named = self.ships && matches!(&term.subject, Subject::Setting(name) if text(name));
        let truth = match (&term.test, truth) {
            (Test::Set, None) if named => Some(true),
            (_, truth) => truth,
        };
        let usual = !self.ships && operand && !matches!(term.test, Test::Set);
        let truth = if usual && !found.values.iter().any(partly_known) { Some(false) } else { truth };
        match truth {
            None => Truth::Unknown(fact(found.values.iter().rfind(|value| !value.is_known()).or(found.values.last()))),
            Some(truth) if truth == term.negated => Truth::No,
            Some(_) => Truth::Yes((!found.values.is_empty()).then(|| fact(found.values.last()))),
        }
    }
}

impl Found {
    fn of(value: Option<&Value>) -> Self {
        Self { values: value.into_iter().cloned().collect(), ..Self::default() }
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_text().is_some_and(|text| text.trim().is_empty())
}

/// Three-valued or.
fn any(truths: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut answer = Some(false);
    for truth in truths {
        match truth {
            Some(true) => return Some(true),
            None => answer = None,
            Some(false) => {}
        }
    }
    answer
}

fn tests(test: &Test, values: &[Value]) -> Option<bool> {
    let Some(last) = values.last() else { return Some(false) };
    let equal = |values: &[Arc<str>]| any(values.iter().map(|value| equals(last, value)));
    match test {
        Test::Set => set(last),
        Test::Is(values) => equal(values),
        Test::IsNot(values) => equal(values).map(|equal| !equal),
        Test::Has(wanted) => any(values.iter().map(|value| has(value, wanted))),
        Test::Like(patterns) => any(patterns.iter().map(|pattern| like(last, pattern))),
    }
}

fn set(value: &Value) -> Option<bool> {
    match &value.data {
        Data::Null => Some(false),
        Data::Bool(truth) => Some(*truth),
        Data::Text(text) => Some(!matches!(text.trim().to_ascii_lowercase().as_str(), "" | "false" | "no" | "off")),
        Data::List(list) => Some(!list.is_empty()),
        Data::Unknown(unknown) => {
            let literal = unknown.text.iter().any(|part| matches!(part, TextPart::Known(text) if text.len() > 5));
            literal.then_some(true)
        }
        _ => Some(true),
    }
}

fn equals(value: &Value, text: &str) -> Option<bool> {
    if let Some(own) = scalar(value) {
        let own = own.trim();
        // `1` and `1.0` are one number; everything else is compared as text.
        let numbers = own.parse::<f64>().ok().zip(text.parse::<f64>().ok());
        return Some(own.eq_ignore_ascii_case(text) || numbers.is_some_and(|(a, b)| a == b));
    }
    let unknown = value.as_unknown();
    unknown.map_or(Some(false), |unknown| {
        let begins =
            text.get(..unknown.prefix().len()).is_some_and(|start| start.eq_ignore_ascii_case(unknown.prefix()));
        let at = text.len().saturating_sub(unknown.suffix().len());
        let ends = text.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(unknown.suffix()));
        if begins && ends { None } else { Some(false) }
    })
}

fn has(value: &Value, wanted: &[Arc<str>]) -> Option<bool> {
    if let Data::List(list) = &value.data {
        return any(list.iter().map(|element| any(wanted.iter().map(|text| equals(element, text)))));
    }
    let Some(text) = scalar(value) else {
        return value.as_unknown().map_or(Some(false), |_| None);
    };
    let split = |c: char| c == ',' || c == ';' || c.is_ascii_whitespace();
    Some(text.split(split).any(|piece| wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(piece))))
}

fn like(value: &Value, pattern: &str) -> Option<bool> {
    if let Data::List(list) = &value.data {
        return any(list.iter().map(|element| scalar(element).map(|text| fits(pattern, &text))));
    }
    if let Some(text) = scalar(value) {
        return Some(fits(pattern, text.trim()));
    }
    let unknown = value.as_unknown()?;
    // Enough of it may be known: `docker://${IMAGE}` is like `docker://*`.
    let start = pattern.strip_suffix('*').filter(|start| !start.contains('*'));
    if start.is_some_and(|start| unknown.prefix().len() >= start.len()) {
        return Some(fits(pattern, unknown.prefix()));
    }
    let inner = pattern.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')).filter(|inner| !inner.contains('*'));
    let known =
        |inner: &str| unknown.text.iter().any(|part| matches!(part, TextPart::Known(text) if text.contains(inner)));
    let inner = inner?;
    if known(inner) {
        return Some(true);
    }
    // Lines of `key=value`: what is put in behind a key is no other line.
    let mut before: Option<&str> = None;
    let mut lines = false;
    for part in &unknown.text {
        match part {
            TextPart::Known(text) => {
                lines |= text.contains('=');
                before = Some(text);
            }
            TextPart::Hole => {
                let in_value = before.and_then(|text| text.rsplit('\n').next()).is_some_and(|line| line.contains('='));
                if !in_value {
                    return None;
                }
            }
        }
    }
    (lines && inner.contains('=')).then_some(false)
}
