//! How scripts ended: remembered with everything that they asked for, so that equal questions are answered once.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use volary_pipeline::{JobId, StepId};

use crate::script::{Analysed, CommandId, Execution, Scenario, Taint};

/// So many different answers of one script are remembered.
const MOST: usize = 64;

/// One execution, with what it was told.
#[derive(Debug)]
struct Entry {
    finding: Vec<CommandId>,
    before: Taint,
    asked: Vec<(String, Option<Arc<str>>)>,
    chosen: Vec<(usize, Option<bool>)>,
    execution: Arc<Execution>,
    after: Taint,
}

/// The executions of a pipeline's scripts.
#[derive(Debug, Default)]
pub(super) struct Memo(Mutex<BTreeMap<(JobId, StepId), Vec<Entry>>>);

impl Memo {
    /// Executes a script, or says how it ended when it was told the same.
    pub(super) fn execute(
        &self,
        key: (JobId, StepId),
        analysed: &Analysed,
        scenario: &Scenario<'_>,
        taint: &mut Taint,
    ) -> Arc<Execution> {
        if let Ok(known) = self.0.lock()
            && let Some(entries) = known.get(&key)
        {
            let same = |entry: &&Entry| {
                entry.finding == scenario.finding
                    && entry.before == *taint
                    && entry.chosen.iter().all(|(index, truth)| (scenario.choices)(*index) == *truth)
                    && entry.asked.iter().all(|(name, value)| (scenario.value)(name) == *value)
            };
            if let Some(entry) = entries.iter().find(same) {
                *taint = entry.after.clone();
                return entry.execution.clone();
            }
        }
        let before = taint.clone();
        let asked: RefCell<Vec<(String, Option<Arc<str>>)>> = RefCell::default();
        let chosen: RefCell<Vec<(usize, Option<bool>)>> = RefCell::default();
        let choices = |index: usize| {
            let truth = (scenario.choices)(index);
            let mut chosen = chosen.borrow_mut();
            if !chosen.iter().any(|(known, _)| *known == index) {
                chosen.push((index, truth));
            }
            truth
        };
        let value = |name: &str| {
            let value = (scenario.value)(name);
            let mut asked = asked.borrow_mut();
            if !asked.iter().any(|(known, _)| known == name) {
                asked.push((name.to_owned(), value.clone()));
            }
            value
        };
        let watched = Scenario { finding: scenario.finding, choices: &choices, value: &value };
        let execution = Arc::new(analysed.execute(&watched, taint));
        let entry = Entry {
            finding: scenario.finding.to_vec(),
            before,
            asked: asked.into_inner(),
            chosen: chosen.into_inner(),
            execution: execution.clone(),
            after: taint.clone(),
        };
        if let Ok(mut known) = self.0.lock() {
            let entries = known.entry(key).or_default();
            if entries.len() < MOST {
                entries.push(entry);
            }
        }
        execution
    }
}
