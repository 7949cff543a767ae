//! POSIX shells and bash: from the syntax to the tree.

use std::rc::Rc;
use std::sync::Arc;

use volary_document::shell::{self, Kind as Syntax, Operator, Role};
use volary_model::Span;

use super::lower::{Body, Function, Lowerer, Unit};
use super::places::one_line;
use super::tree::{Act, Arm, FrameKind, Kind, Language, Member, NodeId, Piece, Simple, Word};
use super::words::word;
use crate::recognise::Words;

impl Lowerer<'_> {
    /// A script as a whole.
    pub(super) fn unit(&mut self, unit: &Rc<Unit>) -> NodeId {
        self.cut |= unit.script.cut;
        self.posix(unit, shell::NodeId(0))
    }

    pub(super) fn written(&self, unit: &Unit, range: std::ops::Range<usize>) -> Arc<str> {
        one_line(&self.shown(unit.text.get(range).unwrap_or_default()))
    }

    /// A statement.
    pub(super) fn posix(&mut self, unit: &Rc<Unit>, id: shell::NodeId) -> NodeId {
        let node = unit.script.node(id);
        let at = unit.places.span(node.range.clone());
        if !self.room() {
            return self.nothing(at);
        }
        self.depth += 1;
        let written = self.written(unit, node.range.clone());
        let simple = matches!(node.kind, Syntax::Command(_));
        let mut made = self.statement(unit, id, at, &written);
        if !simple && !node.redirects.is_empty() {
            let how = redirections(node, &[], Simple::default());
            made = self.add(Kind::Redirected { body: made, how }, at, written.clone());
        }
        if node.background {
            made = self.add(Kind::Background(made), at, written);
        }
        self.depth -= 1;
        made
    }

    fn statement(&mut self, unit: &Rc<Unit>, id: shell::NodeId, at: Span, written: &Arc<str>) -> NodeId {
        let node = unit.script.node(id);
        let kind = match &node.kind {
            Syntax::Command(command) => return self.simple(unit, id, command, at, written),
            Syntax::Sequence | Syntax::Group => Kind::Sequence(self.all(unit, &node.children)),
            Syntax::Pipeline => Kind::Pipeline(self.apart(unit, &node.children)),
            Syntax::Negation => match node.children.first() {
                Some(child) => Kind::Negated(self.posix(unit, *child)),
                None => Kind::Sequence(Vec::new()),
            },
            Syntax::AndOr => self.joined(unit, node),
            Syntax::Subshell | Syntax::Substitution | Syntax::ProcessSubstitution => {
                let scope = self.scope.clone();
                let statements = self.all(unit, &node.children);
                self.scope = scope;
                let body = self.add(Kind::Sequence(statements), at, written.clone());
                Kind::Subshell(body)
            }
            Syntax::If => self.conditional(unit, node, at),
            Syntax::Loop => self.looped(unit, node, at),
            Syntax::For { variable, words } => self.each(unit, node, variable, words, at),
            Syntax::Case { word } => self.case(unit, node, word.as_ref(), at),
            Syntax::Function { name } => {
                if let Some(body) = node.children.first() {
                    let function = Function { unit: unit.clone(), body: Body::Posix(*body) };
                    Rc::make_mut(&mut self.scope.functions).insert(name.as_str().into(), function);
                }
                Kind::Sequence(Vec::new())
            }
        };
        self.add(kind, at, written.clone())
    }

    fn all(&mut self, unit: &Rc<Unit>, children: &[shell::NodeId]) -> Vec<NodeId> {
        children.iter().map(|child| self.posix(unit, *child)).collect()
    }

    /// Members of a pipe, each of which is a process.
    fn apart(&mut self, unit: &Rc<Unit>, children: &[shell::NodeId]) -> Vec<NodeId> {
        let one = |child: &shell::NodeId| {
            let scope = self.scope.clone();
            let made = self.posix(unit, *child);
            self.scope = scope;
            made
        };
        children.iter().map(one).collect()
    }

    fn joined(&mut self, unit: &Rc<Unit>, node: &shell::Node) -> Kind {
        let Some((first, rest)) = node.children.split_first() else { return Kind::Sequence(Vec::new()) };
        let made = self.posix(unit, *first);
        let mut end = unit.script.node(*first).range.end;
        let mut members = Vec::new();
        for child in rest {
            let scope = self.scope.clone();
            let range = unit.script.node(*child).range.clone();
            // From the operator on.
            let between = unit.text.get(end..range.start).unwrap_or_default();
            let from = end + between.find(['&', '|']).unwrap_or(0);
            end = range.end;
            let made = self.posix(unit, *child);
            self.scope.join(&scope);
            members.push(Member {
                and: unit.script.node(*child).after == Some(Operator::And),
                node: made,
                at: unit.places.span(from..range.end),
                written: self.written(unit, from..range.end),
            });
        }
        Kind::Joined { first: made, rest: members }
    }

    fn conditional(&mut self, unit: &Rc<Unit>, node: &shell::Node, at: Span) -> Kind {
        let mut arms: Vec<(NodeId, Option<NodeId>)> = Vec::new();
        let mut otherwise = None;
        let mut ends = Vec::new();
        for child in &node.children {
            match unit.script.node(*child).role {
                Role::Condition => arms.push((self.posix(unit, *child), None)),
                Role::Then => {
                    let before = self.scope.clone();
                    let body = self.posix(unit, *child);
                    ends.push(std::mem::replace(&mut self.scope, before));
                    if let Some(arm) = arms.last_mut() {
                        arm.1 = Some(body);
                    }
                }
                _ => otherwise = Some(self.posix(unit, *child)),
            }
        }
        ends.iter().for_each(|end| self.scope.join(end));
        let arms =
            arms.into_iter().map(|(condition, body)| (condition, body.unwrap_or_else(|| self.nothing(at)))).collect();
        Kind::If { arms, otherwise }
    }

    fn looped(&mut self, unit: &Rc<Unit>, node: &shell::Node, at: Span) -> Kind {
        let source = unit.text.get(node.range.clone()).unwrap_or_default();
        let shifts = source.split_whitespace().any(|word| word.trim_end_matches(';') == "shift");
        let until = source.trim_start().starts_with("until");
        if shifts {
            // The parameters are others in each round.
            self.scope.arguments = None;
        }
        let before = self.scope.clone();
        let (mut condition, mut body) = (None, None);
        for child in &node.children {
            match unit.script.node(*child).role {
                Role::Condition => condition = Some(self.posix(unit, *child)),
                _ => body = Some(self.posix(unit, *child)),
            }
        }
        self.scope.join(&before);
        let condition = condition.unwrap_or_else(|| self.nothing(at));
        let body = body.unwrap_or_else(|| self.nothing(at));
        Kind::Loop { condition, body, until, shifts }
    }

    fn each(&mut self, unit: &Rc<Unit>, node: &shell::Node, variable: &str, words: &[shell::Word], at: Span) -> Kind {
        let body = node.children.iter().find(|child| unit.script.node(**child).role == Role::Body);
        let variable: Option<Arc<str>> = (!variable.is_empty()).then(|| variable.into());
        let (outputs, before) = self.substitutions(unit, node);
        let Some(body) = body else { return Kind::Sequence(before) };
        let all = [shell::Word {
            parts: vec![shell::Part::Variable { name: "@".to_owned(), quoted: true }],
            range: node.range.start..node.range.start,
            ..shell::Word::default()
        }];
        let words = if words.is_empty() && variable.is_some() { &all } else { words };
        let command = shell::Command { arguments: words.to_vec(), ..shell::Command::default() };
        let values = self.invocation(&command, &unit.places).words;
        let listed = |word: &crate::recognise::Argument| {
            word.words == Words::One && !word.value.as_text().is_some_and(|text| text.contains(['*', '?', '{']))
        };
        let short = !values.is_empty() && values.len() <= self.limits.items && values.iter().all(listed);
        let mut items = Vec::new();
        if let (true, Some(name)) = (short, &variable) {
            for (at, argument) in values.iter().enumerate() {
                self.scope.set(name, argument.value.clone());
                let item = match argument.value.as_text() {
                    Some(text) => Word::text(text),
                    None => words.get(at).map(|one| word(one, &|text| find(&outputs, text))).unwrap_or_default(),
                };
                items.push((item, self.posix(unit, *body)));
            }
        } else {
            if let Some(name) = &variable {
                let reason = volary_model::Reason::new(volary_model::ReasonKind::NotEvaluated, format!("${{{name}}}"));
                let origin = volary_model::Origin::at(at, volary_model::Role::Attribute);
                self.scope.set(name, volary_model::Value::unknown(reason, origin));
            }
            // One body stands for all items: it sees what any of them depends on.
            let mut pieces: Vec<Piece> =
                words.iter().flat_map(|one| word(one, &|text| find(&outputs, text)).pieces).collect();
            pieces.push(Piece::Computed(Vec::new()));
            items.push((Word { pieces }, self.posix(unit, *body)));
        }
        Kind::Each { variable, items, before }
    }

    fn case(&mut self, unit: &Rc<Unit>, node: &shell::Node, subject: Option<&shell::Word>, _at: Span) -> Kind {
        let (outputs, before) = self.substitutions(unit, node);
        let subject_word = subject.map(|one| word(one, &|text| find(&outputs, text))).unwrap_or_default();
        // The grammar's tree has the bodies; the patterns stand before them in the text.
        let mut arms = Vec::new();
        let mut ends = Vec::new();
        let start = self.scope.clone();
        let mut from = subject.map_or(node.range.start, |word| word.range.end);
        let header = unit.text.get(from..node.range.end).unwrap_or_default();
        from += header.find("in").map_or(0, |at| at + 2);
        for child in &node.children {
            let child_node = unit.script.node(*child);
            if child_node.role != Role::Then {
                continue;
            }
            let between = unit.text.get(from..child_node.range.start).unwrap_or_default().to_owned();
            from = child_node.range.end;
            self.scope = start.clone();
            let body = self.posix(unit, *child);
            ends.push(std::mem::replace(&mut self.scope, start.clone()));
            let mut heads = patterns(&between);
            let last = heads.pop().unwrap_or_default();
            for patterns in heads {
                let body = self.nothing(unit.places.span(node.range.clone()));
                arms.push(Arm { patterns, body });
            }
            arms.push(Arm { patterns: last, body });
        }
        let rest = unit.text.get(from..node.range.end).unwrap_or_default().trim_end();
        let rest = rest.strip_suffix("esac").unwrap_or(rest).to_owned();
        for patterns in patterns(&rest) {
            let body = self.nothing(unit.places.span(node.range.clone()));
            arms.push(Arm { patterns, body });
        }
        ends.iter().for_each(|end| self.scope.join(end));
        Kind::Case { subject: subject_word, arms, before }
    }

    /// The substitutions in the words of a node: their texts, and what they run.
    pub(super) fn substitutions(&mut self, unit: &Rc<Unit>, node: &shell::Node) -> (Vec<Arc<str>>, Vec<NodeId>) {
        let mut texts = Vec::new();
        let mut before = Vec::new();
        for child in &node.children {
            let inner = unit.script.node(*child);
            if inner.role == Role::Word {
                texts.push(unit.text.get(inner.range.clone()).unwrap_or_default().into());
                before.push(self.posix(unit, *child));
            }
        }
        (texts, before)
    }

    /// A script inside of a command: `sh -c '...'`.
    pub(super) fn inner_script(
        &mut self,
        text: &str,
        places: super::places::Places,
        kind: Option<FrameKind>,
        at: Span,
    ) -> NodeId {
        if self.open.len() >= self.limits.calls * 4 {
            self.cut = true;
            return self.nothing(at);
        }
        let language = match &kind {
            Some(FrameKind::Process { language, .. }) => *language,
            _ => Language::Posix,
        };
        let script = if language == Language::Posix { shell::parse(text) } else { shell::Script::default() };
        let unit = Rc::new(Unit { text: text.into(), places, script, path: None });
        let Some(kind) = kind else { return self.unit(&unit) };
        self.open.push("-c".into());
        let scope = self.scope.clone();
        let body = match language {
            Language::Posix => self.unit(&unit),
            Language::PowerShell(_) => self.powershell(&unit),
            Language::Cmd => self.batch(&unit),
        };
        self.scope = scope;
        self.open.pop();
        self.frame(kind, None, body, at)
    }

    /// A call of a function.
    pub(super) fn call_function(
        &mut self,
        name: &str,
        words: &[Word],
        unit: &Unit,
        command: &shell::Command,
        at: Span,
    ) -> Option<NodeId> {
        let function = self.scope.functions.get(name)?.clone();
        let Body::Posix(body) = function.body else { return None };
        let key: Arc<str> = format!("{name}()").into();
        if self.open.contains(&key) {
            self.cut = true;
            return Some(self.nothing(at));
        }
        let values = self.invocation(command, &unit.places).words;
        let certain = values.iter().skip(1).all(|word| word.words != Words::Any);
        let arguments = values.into_iter().skip(1).map(|word| word.value).collect();
        let outer = std::mem::replace(&mut self.scope.arguments, certain.then(|| Rc::new(arguments)));
        self.open.push(key);
        let body = self.posix(&function.unit, body);
        self.open.pop();
        self.scope.arguments = outer;
        let words = words.iter().skip(1).cloned().collect();
        Some(self.frame(FrameKind::Function, Some(words), body, at))
    }

    /// `trap 'code' EXIT`
    pub(super) fn trap(&mut self, unit: &Rc<Unit>, command: &shell::Command, at: Span) -> Act {
        let literals: Vec<Option<String>> = command.arguments.iter().map(shell::Word::literal).collect();
        let exits = literals.iter().skip(1).flatten().any(|name| matches!(name.as_str(), "EXIT" | "0"));
        let Some(Some(code)) = literals.first().filter(|_| exits) else { return Act::Plain };
        let places = match command.arguments.first().filter(|word| word.verbatim) {
            Some(word) => super::places::Places::Part(Box::new(unit.places.clone()), word.range.start + 1),
            None => super::places::Places::One(at),
        };
        let code = if code == "-" { String::new() } else { code.clone() };
        let scope = self.scope.clone();
        let script = shell::parse(&code);
        let inner = Rc::new(Unit { text: code.into(), places, script, path: unit.path.clone() });
        let node = self.unit(&inner);
        self.scope = scope;
        Act::TrapExit(node)
    }
}

/// The redirections of a node: files and texts that it reads, and where its output goes.
pub(super) fn redirections(node: &shell::Node, outputs: &[Arc<str>], mut into: Simple) -> Simple {
    for redirect in &node.redirects {
        let Some(target) = &redirect.target else { continue };
        let made = word(target, &|text| find(outputs, text));
        match redirect.operator.as_str() {
            "<" => into.reads.push(made),
            "<<" | "<<-" | "<<<" => into.texts.push(made),
            _ => {
                let stdout = redirect.descriptor.as_deref() != Some("2");
                match target.literal().as_deref() {
                    Some("/dev/null" | "2" | "/dev/stderr") => into.silent |= stdout,
                    Some("1" | "/dev/stdout" | "-") => {}
                    _ => {
                        into.silent |= stdout;
                        into.writes.push(made);
                    }
                }
            }
        }
    }
    into
}

pub(super) fn find(outputs: &[Arc<str>], text: &str) -> Option<usize> {
    outputs.iter().position(|output| **output == *text)
}

/// The patterns of the branches of a `case` in the text before a body: `;; a|b)`, `;; c) ;; d)`.
fn patterns(text: &str) -> Vec<Vec<Word>> {
    let mut heads = Vec::new();
    for piece in text.split(";;").flat_map(|piece| piece.split(";&")) {
        let lines = piece.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let joined = lines.collect::<Vec<_>>().join(" ");
        let Some(end) = joined.find(')') else { continue };
        let head = joined[..end].trim().trim_start_matches(['(', '&']);
        let one = |pattern: &str| Word::text(pattern.trim().replace(['"', '\''], ""));
        heads.push(head.split('|').map(one).collect());
    }
    heads
}
