//! Reading what is done, and what happens on findings.

use volary_model::{Entry, Value};

use super::{BEHAVIOUR, Loader, keys};
use crate::reader::span;
use crate::recognise::condition::Condition;
use crate::recognise::tool::{
    ArtifactKind, Behaviour, ChangeKind, Covers, Does, EffectKind, ExitCode, Findings, FloorForm, FloorRule, Pick,
    PickBase, What,
};

const DOES: &[&str] = &[
    "control",
    "effect",
    "change",
    "kind",
    "breaker",
    "upload",
    "approval",
    "script",
    "credential",
    "when",
    "unless",
    "target",
    "otherwise",
    "covers",
    "from",
    "to",
];
impl Loader<'_> {
    pub(super) fn behaviour(&mut self, entry: &Entry, behaviour: &mut Behaviour) {
        let value = &entry.value;
        match &*entry.key {
            "findings" => {
                behaviour.findings = match &*self.reader.text(value, "`findings`") {
                    "stops" => Some(Findings::Stops),
                    "reports" => Some(Findings::Reports),
                    "depends" => Some(Findings::Depends),
                    "nothing" => Some(Findings::Nothing),
                    _ => {
                        self.reader.problem(
                            span(value),
                            "`findings` is `stops`, `reports`, `depends` or `nothing`",
                            "",
                        );
                        None
                    }
                }
            }
            "stops-when" => behaviour.stops_when = Some(self.conditions(value)),
            "softened-by" => behaviour.softened_by = Some(self.conditions(value)),
            "narrowed-by" => behaviour.narrowed_by = Some(self.conditions(value)),
            "floor" => behaviour.floor = Some(self.floors(value)),
            "report" => behaviour.report = Some(self.picks(value)),
            "gate" => behaviour.gate = Some(self.reader.text(value, "`gate`")),
            "server" => behaviour.server = Some(self.reader.text(value, "`server`")),
            "exit" => behaviour.exit = self.exit(value),
            "leaves-out" => behaviour.leaves_out = Some(self.picks(value)),
            "unstable-when" => behaviour.unstable_when = Some(self.conditions(value)),
            "failed-when" => behaviour.failed_when = Some(self.conditions(value)),
            _ => {}
        }
    }

    fn exit(&mut self, value: &Value) -> Option<ExitCode> {
        let text = self.reader.text(value, "`exit`");
        match text.parse::<u32>() {
            Ok(code) if (1..256).contains(&code) => Some(ExitCode::Is(code)),
            Ok(_) => {
                self.reader.problem(span(value), "`exit` is a code from 1 to 255, or a setting", "");
                None
            }
            Err(_) => Some(ExitCode::Setting(text)),
        }
    }

    fn floors(&mut self, value: &Value) -> Vec<FloorRule> {
        let texts = self.reader.texts(value, "`floor`");
        let mut rules = Vec::new();
        for text in texts {
            let (setting, form) = text.split_once(" as ").unwrap_or((&text, "minimum"));
            let form = match form {
                "minimum" => FloorForm::Minimum,
                "list" => FloorForm::List,
                "cvss" => FloorForm::Cvss,
                _ => {
                    self.reader.problem(
                        span(value),
                        format!("`{form}` is no form of a floor"),
                        "There are `minimum`, `list` and `cvss`.",
                    );
                    continue;
                }
            };
            rules.push(FloorRule { setting: setting.into(), form });
        }
        rules
    }

    pub(super) fn conditions(&mut self, value: &Value) -> Vec<Condition> {
        let texts = self.reader.texts(value, "a condition");
        let mut conditions = Vec::new();
        for text in texts {
            match Condition::parse(&text) {
                Ok(condition) => conditions.push(condition),
                Err(message) => self.reader.problem(span(value), message, ""),
            }
        }
        conditions
    }

    fn picks(&mut self, value: &Value) -> Vec<Pick> {
        let texts = self.reader.texts(value, "a place");
        texts.iter().filter_map(|text| self.pick(value, text)).collect()
    }

    fn pick(&mut self, value: &Value, text: &str) -> Option<Pick> {
        if text.contains('{') {
            return Some(Pick { base: PickBase::Template(text.into()), after: None, with: None });
        }
        let (text, with) = text.split_once(" with ").map_or((text, None), |(text, with)| (text, Some(with.into())));
        let (text, after) = text.split_once(" after ").map_or((text, None), |(text, after)| (text, Some(after.into())));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|number| *number > 0);
        let base = match text.split_once(' ').unwrap_or((text, "")) {
            ("operand", "last") => PickBase::LastOperand,
            ("operand", "") => PickBase::Operands { from: 0, to: Some(1) },
            ("operand", at) => {
                let at = number(at)?;
                PickBase::Operands { from: at - 1, to: Some(at) }
            }
            ("operands", "") => PickBase::Operands { from: 0, to: None },
            ("operands", range) => {
                let (from, to) = range.split_once("..")?;
                PickBase::Operands { from: number(from)? - 1, to: number(to) }
            }
            (name, "") => PickBase::Setting(name.into()),
            _ => {
                self.reader.problem(span(value), format!("`{text}` is no place of a value"), "");
                return None;
            }
        };
        Some(Pick { base, after, with })
    }

    pub(super) fn does(&mut self, value: &Value) -> Vec<Does> {
        let elements = self.reader.list(value);
        elements.into_iter().filter_map(|element| self.one(element)).collect()
    }

    fn one(&mut self, value: &Value) -> Option<Does> {
        let entries = self.reader.entries(value, "`does`", &keys(&[DOES, BEHAVIOUR]));
        let text = |loader: &mut Self, key: &str| {
            let entry = entries.iter().find(|entry| &*entry.key == key)?;
            Some(loader.reader.text(&entry.value, "a word"))
        };
        let kind = text(self, "kind");
        let parsed = kind.as_deref().and_then(ArtifactKind::parse);
        if kind.is_some() && parsed.is_none() {
            self.reader.problem(span(value), "this is no kind of artifact", "");
        }
        let kind = parsed.unwrap_or(ArtifactKind::Unknown);
        let what = if let Some(id) = text(self, "control") {
            if !self.controls.has(&id) {
                self.reader.problem(
                    span(value),
                    format!("there is no control `{id}`"),
                    "The controls are in catalog/controls.yaml.",
                );
            }
            Some(What::Control(id))
        } else if let Some(word) = text(self, "effect") {
            EffectKind::parse(&word).map(|effect| What::Effect { effect, kind })
        } else if let Some(word) = text(self, "change") {
            ChangeKind::parse(&word).map(|change| What::Change { change, kind })
        } else if let Some(entry) = entries.iter().find(|entry| &*entry.key == "breaker") {
            Some(What::Breaker(
                self.reader.texts(&entry.value, "`breaker`").into_iter().filter(|id| &**id != "all").collect(),
            ))
        } else if let Some(word) = text(self, "upload") {
            Some(What::Upload(word))
        } else if text(self, "approval").is_some() {
            Some(What::Approval)
        } else {
            text(self, "script")
                .map(|shell| What::Script { shell, credential: text(self, "credential").unwrap_or_default() })
        };
        let Some(what) = what else {
            self.reader.problem(
                span(value),
                "what is done is missing or unknown",
                "Write `control`, `effect`, `change`, `breaker`, `upload`, `approval` or `script`.",
            );
            return None;
        };
        let mut does = Does {
            what,
            when: Vec::new(),
            unless: Vec::new(),
            target: Vec::new(),
            otherwise: None,
            covers: None,
            from: Vec::new(),
            to: Vec::new(),
            behaviour: Behaviour::default(),
        };
        for entry in entries {
            let value = &entry.value;
            match &*entry.key {
                "when" => does.when = self.conditions(value),
                "unless" => does.unless = self.conditions(value),
                "target" => does.target = self.picks(value),
                "otherwise" => does.otherwise = Some(self.reader.text(value, "`otherwise`")),
                "from" => does.from = self.picks(value),
                "to" => does.to = self.picks(value),
                "covers" => {
                    let word = self.reader.text(value, "`covers`");
                    does.covers = Covers::parse(&word);
                    if does.covers.is_none() {
                        self.reader.problem(span(value), format!("`{word}` is nothing that a control covers"), "");
                    }
                }
                _ => self.behaviour(entry, &mut does.behaviour),
            }
        }
        Some(does)
    }
}
