//! Statements made of statements.

use std::sync::Arc;

use volary_model::Span;

use super::super::tree::{Arm, FrameKind, Kind, Language, Member, NodeId, PowerEnd, Word};
use super::super::{FlowKind, test};
use super::state::{Code, Exit, Mark, Outcome, State, Value, either};
use super::{MAX_DEPTH, Run};
use crate::tri::Tri;

/// Most rounds of a loop over parameters.
const MAX_ROUNDS: usize = 24;

/// A branch of the execution.
type Way<'w, 'a> = &'w mut dyn FnMut(&mut Run<'a>, State) -> Outcome;

impl<'a> Run<'a> {
    /// Runs a statement. `tested`: its failure does not end the script.
    pub(super) fn node(&mut self, id: NodeId, state: State, tested: bool) -> Outcome {
        let tree = self.tree;
        let Some(node) = tree.nodes.get(id as usize) else { return Outcome::next(state) };
        if self.depth >= MAX_DEPTH {
            return Outcome::next(state);
        }
        self.depth += 1;
        let outcome = match &node.kind {
            Kind::Sequence(all) => self.sequence(all, state, tested),
            Kind::Joined { first, rest } => self.joined(*first, rest, state, tested),
            Kind::Pipeline(members) => self.pipeline(id, members, state, tested),
            Kind::Negated(inner) => {
                let mut outcome = self.node(*inner, state, true);
                if let Some(next) = &mut outcome.next {
                    if next.exit.found() && next.exit.code == Code::NonZero {
                        let text = format!("`!` turns the exit code of {} around", self.name_of(*inner));
                        self.fact(FlowKind::Swallowed, node.at, &node.written, text);
                        next.pending = None;
                    }
                    next.exit.code = match next.exit.code {
                        Code::Zero => Code::NonZero,
                        Code::NonZero => Code::Zero,
                        code => code,
                    };
                    next.exit.leaning = next.exit.leaning.map(|truth| !truth);
                }
                outcome
            }
            Kind::Subshell(inner) => {
                let next = self.process(*inner, state, |_| {}, tested);
                self.checked(id, next, tested)
            }
            Kind::Background(inner) => {
                let mut next = self.process(*inner, state, |_| {}, true);
                if next.exit.found() {
                    let text = format!("{} runs in the background; nobody asks how it ended", self.name_of(*inner));
                    self.fact(FlowKind::Background, node.at, &node.written, text);
                }
                next.background = Some(match &next.background {
                    Some(known) => known.join(&next.exit),
                    None => next.exit,
                });
                next.exit = Exit::ZERO;
                Outcome::next(next)
            }
            Kind::If { arms, otherwise } => self.conditional(arms, *otherwise, state, tested),
            Kind::Loop { condition, body, until, shifts } => {
                let rounds = match &state.arguments {
                    Some(arguments) if *shifts => arguments.len().min(MAX_ROUNDS) + 1,
                    _ => 1,
                };
                self.looped(*condition, *body, *until, rounds, state, tested)
            }
            Kind::Each { variable, items, before } => {
                let (state, outputs) = self.substitutions(before, state);
                self.each(variable.as_ref(), items, &outputs, state, tested)
            }
            Kind::Case { subject, arms, before } => {
                let (state, outputs) = self.substitutions(before, state);
                self.case(subject, arms, &outputs, state, tested)
            }
            Kind::Frame { kind, arguments, body } => self.frame(id, *kind, arguments.as_deref(), *body, state, tested),
            Kind::Redirected { body, how } => self.redirected(*body, how, state, tested),
            Kind::Try { body, catch, finally } => self.attempt(*body, *catch, *finally, state, tested),
            Kind::Simple(simple) => self.simple(id, simple, state, tested),
        };
        self.depth -= 1;
        outcome
    }

    /// What a statement is called in sentences.
    pub(super) fn name_of(&self, id: NodeId) -> String {
        match self.tree.nodes.get(id as usize) {
            Some(node) if !node.written.is_empty() => format!("`{}`", node.written),
            _ => "a scan".to_owned(),
        }
    }

    pub(super) fn sequence(&mut self, all: &[NodeId], state: State, tested: bool) -> Outcome {
        let mut outcome = Outcome::default();
        let mut open = Some(state);
        let certain = self.certain;
        for id in all {
            let Some(state) = open.take() else { break };
            let one = self.node(*id, state, tested);
            // After a statement that may have ended the script it is not certain that the next one runs.
            if one.splits() && one.next.is_some() {
                self.certain = false;
            }
            open = outcome.absorb(one);
            if let Some(next) = &mut open
                && next.exit.found()
                && next.pending.is_none()
            {
                let (at, written) = match self.tree.nodes.get(*id as usize) {
                    Some(node) => (node.at, node.written.clone()),
                    None => continue,
                };
                next.pending = Some(super::state::Pending { at, written });
            }
        }
        outcome.next = open;
        self.certain = certain;
        outcome
    }

    /// Applies errexit to a command that ended.
    pub(super) fn checked(&mut self, id: NodeId, mut state: State, tested: bool) -> Outcome {
        if tested || !state.errexit || !matches!(state.language, Language::Posix) {
            return Outcome::next(state);
        }
        match (state.exit.code, state.exit.mark) {
            (Code::NonZero, _) => Outcome { exit: Some(state), ..Outcome::default() },
            (Code::Judged, Mark::Dirty) if state.exit.leaning != Some(true) => {
                self.gate(id);
                state.exit.code = Code::NonZero;
                Outcome { exit: Some(state), ..Outcome::default() }
            }
            (Code::Unknown, Mark::Dirty) => {
                let mut next = state.clone();
                next.exit = Exit::new(Code::Zero, Mark::Dirty);
                Outcome { next: Some(next), exit: Some(state), ..Outcome::default() }
            }
            _ => Outcome::next(state),
        }
    }

    /// Runs what depends on how a command ended. `then` is for success.
    pub(super) fn decide(&mut self, exit: &Exit, state: State, then: Way<'_, 'a>, other: Way<'_, 'a>) -> Outcome {
        let control = state.control;
        let mut inner = state;
        inner.control = control.max(exit.mark);
        let mut outcome = match exit.code {
            Code::Zero => then(self, inner),
            Code::NonZero => other(self, inner),
            Code::Judged if exit.leaning.is_some() => {
                if exit.leaning == Some(true) {
                    then(self, inner)
                } else {
                    other(self, inner)
                }
            }
            Code::Judged | Code::Unknown => self.ways(exit, &inner, &mut [then, other]),
        };
        for state in [&mut outcome.next, &mut outcome.leave, &mut outcome.back].into_iter().flatten() {
            state.control = control;
        }
        outcome
    }

    /// Runs every way that is possible. Where some fail and others do not, what was found decides; without anything
    /// found, and for whatever else is asked, it turns out well.
    fn ways(&mut self, exit: &Exit, state: &State, ways: &mut [Way<'_, 'a>]) -> Outcome {
        let certain = self.certain;
        let mut made = Vec::new();
        for way in ways.iter_mut() {
            let (ran, facts) = (self.ran.len(), self.facts.len());
            let outcome = way(self, state.clone());
            made.push((outcome, self.ran.split_off(ran), self.facts.split_off(facts)));
            self.certain = certain;
        }
        // What fails because of a finding stays: only other failures are taken not to happen.
        let other = exit.mark == Mark::None;
        let fails = |outcome: &Outcome| outcome.fails() && !(other && outcome.found());
        let failing = made.iter().filter(|(outcome, ..)| fails(outcome)).count();
        let judged = exit.code != Code::Unknown || exit.mark == Mark::None;
        if judged && failing > 0 && failing < made.len() {
            let wanted = exit.mark == Mark::Dirty;
            made.retain(|(outcome, ..)| fails(outcome) == wanted);
        }
        let one = made.len() == 1;
        let mut joined: Option<Outcome> = None;
        let mut splits = 0;
        let count = made.len();
        for (outcome, ran, facts) in made {
            let unsure = |(id, truth): (super::CommandId, Tri)| (id, if one { truth } else { truth.and(Tri::Unknown) });
            self.ran.extend(ran.into_iter().map(unsure));
            self.facts.extend(facts);
            splits += usize::from(outcome.splits());
            joined = Some(match joined {
                Some(known) => known.join(outcome, exit.mark),
                None => outcome,
            });
        }
        // What follows is certain only where every way leads there.
        if splits > 0 && splits < count {
            self.certain = false;
        }
        joined.unwrap_or_default()
    }

    fn joined(&mut self, first: NodeId, rest: &'a [Member], state: State, tested: bool) -> Outcome {
        let certain = self.certain;
        let mut outcome = Outcome::default();
        let mut open = {
            let one = self.node(first, state, tested || !rest.is_empty());
            outcome.absorb(one)
        };
        let mut before = first;
        for (at, member) in rest.iter().enumerate() {
            let Some(mut state) = open.take() else { break };
            let exit = state.exit;
            state.pending = None;
            let last = tested || at + 1 < rest.len();
            let mut run = |run: &mut Run<'a>, state: State| run.node(member.node, state, last);
            let mut skip = |_: &mut Run<'a>, state: State| Outcome::next(state);
            let one = if member.and {
                self.decide(&exit, state, &mut run, &mut skip)
            } else {
                self.decide(&exit, state, &mut skip, &mut run)
            };
            // What was found is answered by something that does not fail.
            let lost =
                exit.found() && !member.and && one.next.as_ref().is_some_and(|next| next.exit.code == Code::Zero);
            if lost {
                let text = format!("`{}` swallows the exit code of {}", member.written, self.name_of(before));
                self.fact(FlowKind::Swallowed, member.at, &member.written, text);
            }
            open = outcome.absorb(one);
            before = member.node;
        }
        outcome.next = open;
        self.certain = certain;
        outcome
    }

    /// The parts of a pipe in PowerShell: one after the other in the same shell, so that what they assign stays, and an
    /// exit in one of them ends the script.
    fn joined_by_objects(&mut self, members: &[NodeId], state: State, tested: bool) -> Outcome {
        let (outer, input) = (state.output, state.input);
        let certain = self.certain;
        let mut outcome = Outcome::default();
        let mut open = Some(state);
        for member in members {
            let Some(mut state) = open.take() else { break };
            state.output = Mark::None;
            let mut one = self.node(*member, state, tested);
            if one.exit.is_some() && one.next.is_some() {
                self.certain = false;
            }
            // `return` ends the block for one item.
            one.next = either(one.next.take(), one.back.take(), Mark::None);
            open = outcome.absorb(one);
            if let Some(next) = &mut open {
                next.input = next.output;
            }
        }
        if let Some(next) = &mut open {
            next.input = input;
            next.output = next.output.max(outer);
        }
        outcome.next = open;
        self.certain = certain;
        outcome
    }

    fn pipeline(&mut self, id: NodeId, members: &[NodeId], state: State, tested: bool) -> Outcome {
        if matches!(state.language, Language::PowerShell(_)) {
            return self.joined_by_objects(members, state, tested);
        }
        let outer = state.output;
        let input = state.input;
        let mut state = state;
        state.output = Mark::None;
        let mut exits = Vec::new();
        for member in members {
            state.output = Mark::None;
            let next = self.process(*member, state.clone(), |_| {}, true);
            exits.push(next.exit);
            state.take(&next);
            state.output = next.output;
            state.input = next.output;
            state.pending = None;
        }
        state.input = input;
        state.output = state.output.max(outer);
        let last = exits.last().cloned().unwrap_or(Exit::ZERO);
        let early = exits.iter().take(exits.len().saturating_sub(1)).find(|exit| exit.found()).cloned();
        state.exit = match early {
            Some(early) if state.pipefail && last.code == Code::Zero => early,
            Some(early) if state.pipefail => early.join(&last),
            Some(early) => {
                if !last.found()
                    && let Some(node) = self.tree.nodes.get(id as usize)
                {
                    let name = self
                        .name_of(members.iter().zip(&exits).find(|(_, exit)| exit.found()).map_or(id, |(id, _)| *id));
                    let text = format!("the last command of the pipe decides, not {name}");
                    self.fact(FlowKind::NoPipefail, node.at, &node.written, text);
                }
                let _ = early;
                last
            }
            None => last,
        };
        state.pipe = Arc::new(exits);
        self.checked(id, state, tested)
    }

    /// Runs something in a process of its own; the state after it, with its exit code.
    pub(super) fn process(&mut self, body: NodeId, state: State, with: impl FnOnce(&mut State), tested: bool) -> State {
        let mut inner = state.clone();
        inner.trap = None;
        inner.pending = None;
        with(&mut inner);
        let certain = self.certain;
        let outcome = self.node(body, inner, tested);
        let explicit = outcome.exit.is_some() && outcome.next.is_none();
        let mut end = self.end(outcome);
        if let Some(trap) = end.trap.take() {
            let before = end.exit;
            let outcome = self.node(trap, end.clone(), true);
            let forced = outcome.exit.is_some();
            let after = self.end(outcome);
            end.take(&after);
            if forced {
                if before.found() && after.exit.code == Code::Zero {
                    let node = self.tree.nodes.get(trap as usize);
                    let (at, written) = node.map_or((Span::new(volary_model::FileId(0), 0, 0), "".into()), |node| {
                        (node.at, node.written.clone())
                    });
                    self.fact(
                        FlowKind::ForcedResult,
                        at,
                        &written,
                        "the trap at the end sets the exit code".to_owned(),
                    );
                }
                end.exit = after.exit;
            }
        }
        self.certain = certain;
        let mut after = state;
        after.take(&end);
        let thrown = end.exit.code == Code::NonZero && end.exit.leaning == Some(false);
        after.exit = match end.language {
            Language::Posix => end.exit,
            Language::PowerShell(_) if thrown => end.exit,
            Language::PowerShell(PowerEnd::Success) if !explicit => Exit::ZERO,
            Language::PowerShell(PowerEnd::LastStatement) if !explicit => end.exit,
            Language::PowerShell(_) | Language::Cmd => end.program,
        };
        after
    }

    fn conditional(
        &mut self,
        arms: &'a [(NodeId, NodeId)],
        otherwise: Option<NodeId>,
        state: State,
        tested: bool,
    ) -> Outcome {
        let certain = self.certain;
        let control = state.control;
        let mut outcome = Outcome::default();
        let mut open = Some(state);
        // The branches that may run, and what decides between them.
        let mut possible: Vec<Option<NodeId>> = Vec::new();
        let mut decided = Exit::ZERO;
        let mut taken = None;
        let mut settled = false;
        for (condition, body) in arms {
            let Some(state) = open.take() else { break };
            let asked = self.node(*condition, state, true);
            open = outcome.absorb(asked);
            let Some(state) = &mut open else { break };
            let exit = state.exit;
            state.pending = None;
            state.control = state.control.max(exit.mark);
            if exit.found() && exit.code != Code::Judged {
                taken = Some(*condition);
            }
            let truth = match exit.code {
                Code::Zero => Some(true),
                Code::NonZero => Some(false),
                _ => exit.leaning.filter(|_| exit.code == Code::Judged),
            };
            match truth {
                Some(false) => {}
                Some(true) => {
                    possible.push(Some(*body));
                    settled = true;
                    break;
                }
                None => {
                    possible.push(Some(*body));
                    decided = if possible.len() == 1 { exit } else { decided.join(&exit) };
                    self.certain = false;
                }
            }
        }
        self.certain = certain;
        if !settled {
            possible.push(otherwise);
        }
        if let Some(state) = open {
            let mut run = |body: Option<NodeId>| {
                move |run: &mut Run<'a>, state: State| match body {
                    Some(body) => run.node(body, state, tested),
                    None => Outcome::next(state.ended(Exit::ZERO)),
                }
            };
            let mut bodies: Vec<_> = possible.into_iter().map(&mut run).collect();
            let mut one = match bodies.as_mut_slice() {
                [only] => only(self, state),
                several => {
                    let mut ways: Vec<Way<'_, 'a>> = several.iter_mut().map(|way| way as Way<'_, 'a>).collect();
                    self.ways(&decided, &state, &mut ways)
                }
            };
            if let (Some(condition), false) = (taken, one.fails())
                && let Some(node) = self.tree.nodes.get(condition as usize)
            {
                let text = format!("`if` takes the exit code of `{}`, and no branch fails", node.written);
                let (at, written) = (node.at, node.written.clone());
                self.fact(FlowKind::Swallowed, at, &written, text);
            }
            for state in [&mut one.next, &mut one.leave, &mut one.back].into_iter().flatten() {
                state.control = control;
            }
            outcome.next = outcome.absorb(one);
        }
        self.certain = certain;
        outcome
    }

    /// A loop. One round stands for all, unless it takes one known parameter after the other.
    fn looped(
        &mut self,
        condition: NodeId,
        body: NodeId,
        until: bool,
        rounds: usize,
        state: State,
        tested: bool,
    ) -> Outcome {
        let certain = self.certain;
        let mut outcome = Outcome::default();
        let mut open = Some(state);
        let mut left: Option<State> = None;
        for round in 0..rounds {
            let Some(state) = open.take() else { break };
            let asked = self.node(condition, state, true);
            let Some(mut state) = outcome.absorb(asked) else { break };
            let mut exit = state.exit;
            state.pending = None;
            if until {
                exit.code = match exit.code {
                    Code::Zero => Code::NonZero,
                    Code::NonZero => Code::Zero,
                    code => code,
                };
                exit.leaning = exit.leaning.map(|truth| !truth);
            }
            if round > 0 && exit.code != Code::Zero {
                open = Some(state.ended(Exit::ZERO));
                break;
            }
            let mut then = |run: &mut Run<'a>, state: State| run.node(body, state, tested);
            let mut skip = |_: &mut Run<'a>, state: State| Outcome::next(state.ended(Exit::ZERO));
            let mut one = self.decide(&exit, state, &mut then, &mut skip);
            left = either(left, one.leave.take(), Mark::None);
            if exit.found()
                && let Some(node) = self.tree.nodes.get(condition as usize)
            {
                let text = format!("the loop takes the exit code of `{}`", node.written);
                let (at, written) = (node.at, node.written.clone());
                self.fact(FlowKind::Swallowed, at, &written, text);
            }
            open = outcome.absorb(one);
            if exit.code != Code::Zero {
                break;
            }
        }
        outcome.next = either(open, left, Mark::None);
        self.certain = certain;
        outcome
    }

    fn each(
        &mut self,
        variable: Option<&Arc<str>>,
        items: &[(Word, NodeId)],
        outputs: &[Value],
        state: State,
        tested: bool,
    ) -> Outcome {
        let mut outcome = Outcome::default();
        let mut open = Some(state.ended(Exit::ZERO));
        let mut left: Option<State> = None;
        let certain = self.certain;
        for (word, body) in items {
            let Some(mut state) = open.take() else { break };
            if let Some(name) = variable {
                let value = self.word(word, outputs, &state);
                state.set(name, value);
            }
            let one = self.sequence(std::slice::from_ref(body), state, tested);
            let mut one = one;
            if one.splits() && one.next.is_some() {
                self.certain = false;
            }
            left = either(left, one.leave.take(), Mark::None);
            open = outcome.absorb(one);
        }
        self.certain = certain;
        outcome.next = either(open, left, Mark::None);
        outcome
    }

    fn case(&mut self, subject: &Word, arms: &'a [Arm], outputs: &[Value], mut state: State, tested: bool) -> Outcome {
        let value = self.word(subject, outputs, &state);
        let text = test::plain(subject);
        let control = state.control;
        state.control = control.max(value.mark);
        let mut possible: Vec<Option<NodeId>> = Vec::new();
        let mut settled = false;
        for arm in arms {
            let pattern = |pattern: &Word| pattern.literal();
            let known = value.text.as_deref().map(|value| {
                arm.patterns.iter().filter_map(pattern).any(|pattern| super::values::fits(&pattern, value))
            });
            // What is known not to be zero is none of the zeros.
            let zeros = arm.patterns.iter().all(|word| pattern(word).as_deref() == Some("0"));
            let none = (value.zero == Some(false) && zeros).then_some(false);
            let chosen = || {
                let index = self.tree.conditions.get(&test::case_key(&text, &arm.patterns))?;
                (self.scenario.choices)(*index)
            };
            let known = known.or(test::is_rest(&arm.patterns).then_some(true)).or(none);
            match known.or_else(|| if value.mark == Mark::None { chosen() } else { None }) {
                Some(false) => {}
                Some(true) => {
                    possible.push(Some(arm.body));
                    settled = true;
                    break;
                }
                None => possible.push(Some(arm.body)),
            }
        }
        if !settled {
            possible.push(None);
        }
        let code = if value.mark == Mark::None { Code::Unknown } else { Code::Judged };
        let exit = Exit::new(code, value.mark);
        let mut run = |body: Option<NodeId>| {
            move |run: &mut Run<'a>, state: State| match body {
                Some(body) => run.node(body, state.ended(Exit::ZERO), tested),
                None => Outcome::next(state.ended(Exit::ZERO)),
            }
        };
        let mut bodies: Vec<_> = possible.into_iter().map(&mut run).collect();
        let mut outcome = match bodies.as_mut_slice() {
            [only] => only(self, state),
            several => {
                let mut ways: Vec<Way<'_, 'a>> = several.iter_mut().map(|way| way as Way<'_, 'a>).collect();
                self.ways(&exit, &state, &mut ways)
            }
        };
        for state in [&mut outcome.next, &mut outcome.leave, &mut outcome.back].into_iter().flatten() {
            state.control = control;
        }
        outcome
    }

    fn frame(
        &mut self,
        id: NodeId,
        kind: FrameKind,
        arguments: Option<&[Word]>,
        body: NodeId,
        state: State,
        tested: bool,
    ) -> Outcome {
        let values =
            arguments.map(|words| Arc::new(words.iter().map(|word| self.word(word, &[], &state)).collect::<Vec<_>>()));
        match kind {
            FrameKind::Process { language, errexit, pipefail } => {
                let next = self.process(
                    body,
                    state,
                    |inner| {
                        inner.language = language;
                        inner.errexit = errexit;
                        inner.pipefail = pipefail;
                        inner.arguments = values;
                        inner.exit = Exit::ZERO;
                        inner.program = Exit::ZERO;
                    },
                    false,
                );
                let mut next = next;
                if next.language != Language::Posix {
                    next.program = next.exit;
                }
                self.checked(id, next, tested)
            }
            FrameKind::Function | FrameKind::Sourced => {
                let mut state = state;
                let outer = state.arguments.clone();
                if values.is_some() {
                    state.arguments = values;
                }
                let certain = self.certain;
                let mut outcome = self.node(body, state, tested);
                let back = outcome.back.take();
                let mut next = either(outcome.next.take(), back, Mark::None);
                if let Some(next) = &mut next {
                    next.arguments = outer;
                }
                self.certain = certain;
                match next {
                    Some(next) => {
                        let checked = self.checked(id, next, tested);
                        outcome.next = outcome.absorb(checked);
                    }
                    None => outcome.next = None,
                }
                outcome
            }
        }
    }

    fn attempt(
        &mut self,
        body: NodeId,
        catch: Option<NodeId>,
        finally: Option<NodeId>,
        state: State,
        tested: bool,
    ) -> Outcome {
        let mut outcome = self.node(body, state, tested);
        // What is thrown inside is an end that `catch` takes.
        if let (Some(catch), Some(thrown)) = (catch, outcome.exit.take_if(|state| state.exit.leaning == Some(false))) {
            let mut state = thrown;
            state.exit = Exit::ZERO;
            let caught = self.node(catch, state, tested);
            outcome = outcome.join(caught, Mark::None);
        }
        if let (Some(finally), Some(next)) = (finally, outcome.next.take()) {
            let last = self.node(finally, next, tested);
            outcome.next = outcome.absorb(last);
        }
        outcome
    }
}
