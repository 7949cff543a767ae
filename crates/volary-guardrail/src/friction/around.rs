//! What a gate waits for, and what waits for it.

use std::collections::{BTreeMap, BTreeSet};

use volary_pipeline::{JobId, Needs};

use super::inventory::{Gate, Place};
use crate::execute::{Order, Point};
use crate::plan::{Act, ActId, Plan};
use crate::recognise::EffectKind;

/// What lies around each gate.
pub(super) struct Around {
    before: Vec<BTreeSet<Point>>,
    after: Vec<BTreeSet<Point>>,
    /// What ships behind each, nearest first: not behind a further gate where there is such.
    behind: Vec<Vec<ActId>>,
    /// Everything that ships behind each.
    all: Vec<Vec<ActId>>,
    /// What has shipped before each.
    shipped: Vec<Vec<ActId>>,
    places: Vec<Place>,
}

impl Around {
    pub(super) fn new(plan: &Plan<'_>, order: &Order, gates: &[Gate]) -> Self {
        let mut next: BTreeMap<Point, Vec<Point>> = BTreeMap::new();
        for point in &order.points {
            for before in order.before(*point) {
                next.entry(*before).or_default().push(*point);
            }
        }
        let forward = |point: Point| next.get(&point).map_or(&[][..], Vec::as_slice);
        let backward = |point: Point| order.before(point);
        let places: Vec<Place> = gates.iter().map(|gate| gate.place).collect();
        let before = places.iter().map(|place| closure(&[start(*place)], backward)).collect();
        let after = gates
            .iter()
            .map(|gate| match gate.place {
                Place::Job(job) if gate.optional => by_name(plan, job),
                place => closure(&[start(place)], forward),
            })
            .collect();
        let mut around = Self { before, after, behind: Vec::new(), all: Vec::new(), shipped: Vec::new(), places };
        let effects: Vec<(ActId, &Act)> = plan
            .acts()
            .filter(|(_, act)| act.effect().is_some_and(|effect| effect.effect != EffectKind::Destroy))
            .collect();
        let of = |test: &dyn Fn(&Act) -> bool| -> Vec<ActId> {
            effects.iter().filter(|(_, act)| test(act)).map(|(id, _)| *id).collect()
        };
        around.all = (0..gates.len()).map(|gate| of(&|act| around.is_behind(gate, act))).collect();
        around.shipped = (0..gates.len()).map(|gate| of(&|act| around.is_before(gate, act))).collect();
        around.behind = (0..gates.len())
            .map(|gate| {
                let further: Vec<usize> = (0..gates.len()).filter(|other| around.follows(gate, *other)).collect();
                let mine = |id: &&ActId| !further.iter().any(|other| around.all[*other].contains(*id));
                let nearest: Vec<ActId> = around.all[gate].iter().filter(mine).copied().collect();
                if nearest.is_empty() { around.all[gate].clone() } else { nearest }
            })
            .collect();
        around
    }

    /// What ships behind a gate and behind no further one.
    pub(super) fn behind(&self, gate: usize) -> &[ActId] {
        &self.behind[gate]
    }

    /// What has shipped before a gate.
    pub(super) fn shipped(&self, gate: usize) -> &[ActId] {
        &self.shipped[gate]
    }

    /// Whether something runs before a gate, always.
    pub(super) fn is_before(&self, gate: usize, act: &Act) -> bool {
        self.step_is_before(gate, act.job, act.step)
    }

    /// Whether a step runs before a gate, always.
    pub(super) fn step_is_before(&self, gate: usize, job: JobId, step: Option<volary_pipeline::StepId>) -> bool {
        match self.places[gate] {
            Place::Step(own, at) if own == job => step.is_some_and(|step| step < at),
            Place::Job(own) if own == job => false,
            _ => self.before[gate].contains(&Point::Job(job)),
        }
    }

    /// Whether something waits for a gate.
    pub(super) fn is_behind(&self, gate: usize, act: &Act) -> bool {
        match self.places[gate] {
            Place::Step(own, at) if own == act.job => act.step.is_some_and(|step| step > at),
            _ => self.after[gate].contains(&Point::Job(act.job)),
        }
    }

    /// Whether one gate waits for another.
    pub(super) fn follows(&self, gate: usize, other: usize) -> bool {
        if gate == other {
            return false;
        }
        match (self.places[gate], self.places[other]) {
            (Place::Step(job, at), Place::Step(own, step)) if own == job => step > at,
            (Place::Step(job, _), Place::Job(own)) if own == job => false,
            (_, place) => self.after[gate].contains(&start(place)),
        }
    }

    /// The gate before this one behind which nothing else has shipped since, where something ships behind both.
    pub(super) fn asked_before(&self, gate: usize) -> Option<usize> {
        let mine = &self.behind[gate];
        if mine.is_empty() {
            return None;
        }
        (0..self.places.len()).rev().find(|other| {
            self.follows(*other, gate)
                && mine.iter().all(|id| self.all[*other].contains(id))
                && !self.all[*other].iter().any(|id| self.shipped[gate].contains(id))
        })
    }
}

fn start(place: Place) -> Point {
    match place {
        Place::Stage(stage) => Point::StageStart(stage),
        Place::Job(job) | Place::Step(job, _) => Point::Job(job),
    }
}

fn closure<'o>(from: &[Point], next: impl Fn(Point) -> &'o [Point]) -> BTreeSet<Point> {
    let mut seen: BTreeSet<Point> = from.iter().copied().collect();
    let mut open: Vec<Point> = from.to_vec();
    while let Some(point) = open.pop() {
        for other in next(point) {
            if seen.insert(*other) {
                open.push(*other);
            }
        }
    }
    seen
}

/// The jobs that name a job as what they need, directly or through others, and the job itself.
fn by_name(plan: &Plan<'_>, job: JobId) -> BTreeSet<Point> {
    let mut names: BTreeMap<u32, Vec<JobId>> = BTreeMap::new();
    for (id, job) in plan.pipeline.jobs() {
        if let Needs::Named(needs) = &job.needs {
            for target in needs.iter().filter(|need| !need.optional).flat_map(|need| &need.targets) {
                names.entry(*target).or_default().push(id);
            }
        }
    }
    let mut seen = BTreeSet::from([Point::Job(job)]);
    let mut open = vec![job];
    while let Some(job) = open.pop() {
        for other in names.get(&job.0).into_iter().flatten() {
            if seen.insert(Point::Job(*other)) {
                open.push(*other);
            }
        }
    }
    seen
}
