//! Runs a script abstractly.

mod command;
mod condition;
mod flow;
mod state;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use volary_model::Span;

use super::tree::{Language, NodeId, Tree};
use super::{Analysed, CommandId, Execution, FlowFact, FlowKind, Scenario, Status, Taint};
use crate::tri::Tri;
use state::{Code, Mark, State, Value};

/// One abstract execution.
struct Run<'a> {
    analysed: &'a Analysed,
    tree: &'a Tree,
    scenario: &'a Scenario<'a>,
    earlier: &'a Taint,
    /// What ran, in order; may be taken back.
    ran: Vec<(CommandId, Tri)>,
    facts: Vec<FlowFact>,
    /// The way to here is certain.
    certain: bool,
    depth: usize,
}

/// Deeper than any tree that is built.
const MAX_DEPTH: usize = 400;

pub(super) fn execute(analysed: &Analysed, scenario: &Scenario<'_>, taint: &mut Taint) -> Execution {
    let earlier = taint.clone();
    let mut run = Run {
        analysed,
        tree: &analysed.tree,
        scenario,
        earlier: &earlier,
        ran: Vec::new(),
        facts: Vec::new(),
        certain: true,
        depth: 0,
    };
    let mut state = State::new(Language::Posix);
    let files: BTreeMap<Arc<str>, Mark> = earlier.files.iter().map(|file| (file.clone(), Mark::Dirty)).collect();
    state.files = Arc::new(files);
    let outcome = run.node(analysed.tree.root, state, false);
    let end = run.end(outcome);
    let mut ran = vec![Tri::No; analysed.commands.len()];
    for (id, truth) in &run.ran {
        if let Some(known) = ran.get_mut(id.0 as usize) {
            *known = known.or(*truth);
        }
    }
    let mut status = match (end.exit.code, end.exit.mark) {
        _ if end.failed => Status::NonZero,
        (Code::Zero, _) => Status::Zero,
        (Code::NonZero, _) => Status::NonZero,
        (Code::Judged, Mark::Dirty) => {
            run.gate(analysed.tree.root);
            Status::NonZero
        }
        (Code::Unknown, Mark::Dirty) => Status::Unknown,
        // Whatever else is asked turns out well.
        (Code::Judged | Code::Unknown, _) => Status::Zero,
    };
    if let (Some((at, written)), true) = (&analysed.tree.returns_status, status != Status::Zero) {
        status = Status::Zero;
        let text = "the exit code is returned instead of failing the step";
        run.fact(FlowKind::ReturnStatus, *at, written, text.to_owned());
    }
    for (path, mark) in end.files.iter() {
        if *mark == Mark::Dirty {
            taint.files.insert(path.clone());
        }
    }
    let mut variables = Vec::new();
    for (name, value) in end.outputs.iter() {
        if value.mark == Mark::Dirty {
            taint.variables.insert(name.clone());
        }
        variables.push((name.clone(), value.text.clone()));
    }
    let mut why: Vec<FlowFact> = Vec::new();
    for fact in run.facts {
        let fits = match status {
            Status::NonZero => fact.kind.helps(),
            Status::Zero => !fact.kind.helps(),
            Status::Unknown => true,
        };
        if fits && !why.contains(&fact) {
            why.push(fact);
        }
    }
    Execution { ran, status, why, variables }
}

impl Run<'_> {
    fn fact(&mut self, kind: FlowKind, at: Span, written: &Arc<str>, text: String) {
        self.facts.push(FlowFact { kind, at, written: written.clone(), text: text.into() });
    }

    /// The place where what was found makes the script fail.
    fn gate(&mut self, id: NodeId) {
        let Some(node) = self.tree.nodes.get(id as usize) else { return };
        let (at, written) = (node.at, node.written.clone());
        // What replaced the shell ends it without a test.
        if written.is_empty() {
            return;
        }
        self.fact(FlowKind::Gate, at, &written, format!("`{written}` fails because of what was found"));
    }

    /// The one state in which a process ends.
    fn end(&mut self, outcome: state::Outcome) -> State {
        let next = state::either(outcome.next, outcome.leave, Mark::None);
        let next = state::either(next, outcome.back, Mark::None);
        state::either(next, outcome.exit, Mark::None).unwrap_or_else(|| State::new(Language::Posix))
    }

    /// The value that a variable has before the script assigns it.
    fn outer(&self, name: &str) -> Value {
        let asked = self.tree.holes.get(name).map_or(name, |hole| hole);
        if self.earlier.variables.contains(asked) {
            return Value::unknown(Mark::Dirty);
        }
        if let Some(text) = (self.scenario.value)(asked) {
            return Value::known(text);
        }
        match self.tree.initial.get(name) {
            Some(text) => Value::known(text.clone()),
            None => Value::unknown(Mark::None),
        }
    }
}
