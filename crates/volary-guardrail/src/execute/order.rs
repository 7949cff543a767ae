//! The order in which stages and jobs run: who waits for whom.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use volary_pipeline::{JobId, Needs, Pipeline, Platform, StageId};

/// A point in the life of a stage or job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Point {
    /// A stage starts.
    StageStart(StageId),
    /// A job runs; of a call it starts.
    Job(JobId),
    /// A call has ended.
    CallEnd(JobId),
    /// A stage has ended.
    StageEnd(StageId),
}

/// All points, everything behind what it waits for.
#[derive(Clone, Debug)]
pub struct Order {
    /// The points in order.
    pub points: Vec<Point>,
    /// What each waits for, as indices into `points`' first numbering.
    before: BTreeMap<Point, Vec<Point>>,
    /// Points that wait for each other: the platform refuses such a file.
    pub circular: Vec<Point>,
    /// Everything that a point waits for, directly or through others, where that was asked for.
    closures: Arc<Mutex<BTreeMap<Point, Arc<BTreeSet<Point>>>>>,
}

impl Order {
    /// The order of a pipeline.
    pub fn new(pipeline: &Pipeline) -> Self {
        let mut before: BTreeMap<Point, Vec<Point>> = BTreeMap::new();
        for (id, stage) in pipeline.stages() {
            let mut starts: Vec<Point> = Vec::new();
            if pipeline.platform != Platform::GitLab {
                starts.extend(pipeline.stages_before(id).into_iter().map(Point::StageEnd));
                starts.extend(stage.within.map(Point::StageStart));
            }
            before.insert(Point::StageStart(id), starts);
            before.entry(Point::StageEnd(id)).or_default().push(Point::StageStart(id));
            if let Some(parent) = stage.within {
                before.entry(Point::StageEnd(parent)).or_default().push(Point::StageEnd(id));
            }
        }
        let calls: Vec<bool> = {
            let mut calls = vec![false; pipeline.jobs.len()];
            for job in &pipeline.jobs {
                if let Some(call) = job.within
                    && let Some(slot) = calls.get_mut(call.0 as usize)
                {
                    *slot = true;
                }
            }
            calls
        };
        let is_call = |id: JobId| calls.get(id.0 as usize).copied().unwrap_or(false);
        let end = |id: JobId| if is_call(id) { Point::CallEnd(id) } else { Point::Job(id) };
        for (id, job) in pipeline.jobs() {
            let mut starts: Vec<Point> = Vec::new();
            let waits_for_stages = pipeline.platform == Platform::GitLab && matches!(job.needs, Needs::Before);
            match job.stage {
                Some(stage) if waits_for_stages => {
                    starts.extend((0..stage.0).map(|earlier| Point::StageEnd(StageId(earlier))));
                }
                Some(stage) if pipeline.platform != Platform::GitLab => starts.push(Point::StageStart(stage)),
                _ => {}
            }
            if !waits_for_stages {
                starts.extend(pipeline.jobs_before(id).into_iter().filter(|other| *other != id).map(end));
            }
            if let Some(call) = job.within {
                starts.push(Point::Job(call));
                before.entry(Point::CallEnd(call)).or_default().push(end(id));
            }
            if is_call(id) {
                before.entry(Point::CallEnd(id)).or_default().push(Point::Job(id));
            }
            before.insert(Point::Job(id), starts);
            if let Some(stage) = job.stage {
                before.entry(Point::StageEnd(stage)).or_default().push(end(id));
            }
        }
        // The post section of a stage comes behind everything else in it.
        for (id, job) in pipeline.jobs() {
            if !matches!(job.kind, volary_pipeline::JobKind::Post) {
                continue;
            }
            let others: Vec<Point> = match job.stage {
                Some(stage) => pipeline
                    .stages()
                    .filter(|(_, other)| other.within == Some(stage))
                    .map(|(other, _)| Point::StageEnd(other))
                    .chain(
                        pipeline
                            .jobs_of(stage)
                            .filter(|(other, of)| *other != id && !matches!(of.kind, volary_pipeline::JobKind::Post))
                            .map(|(other, _)| Point::Job(other)),
                    )
                    .collect(),
                None => pipeline
                    .stages()
                    .filter(|(_, stage)| stage.within.is_none())
                    .map(|(stage, _)| Point::StageEnd(stage))
                    .collect(),
            };
            before.entry(Point::Job(id)).or_default().extend(others);
        }
        let (points, circular) = sort(&before);
        Self { points, before, circular, closures: Arc::default() }
    }

    /// What a point waits for.
    pub fn before(&self, point: Point) -> &[Point] {
        self.before.get(&point).map_or(&[], Vec::as_slice)
    }

    /// Whether one point waits for another, directly or through others.
    pub fn waits(&self, point: Point, other: Point) -> bool {
        point == other || self.closure(point).contains(&other)
    }

    /// Everything that a point waits for, directly or through others.
    pub fn closure(&self, point: Point) -> Arc<BTreeSet<Point>> {
        if let Ok(known) = self.closures.lock()
            && let Some(known) = known.get(&point)
        {
            return known.clone();
        }
        let mut found: BTreeSet<Point> = BTreeSet::new();
        let mut open = vec![point];
        while let Some(at) = open.pop() {
            for next in self.before(at) {
                if found.insert(*next) {
                    open.push(*next);
                }
            }
        }
        let found = Arc::new(found);
        if let Ok(mut known) = self.closures.lock() {
            known.insert(point, found.clone());
        }
        found
    }

    /// The points between two, both included, along the way on which one waits for the other.
    pub fn path(&self, from: Point, to: Point) -> Option<Vec<Point>> {
        let mut came: BTreeMap<Point, Point> = BTreeMap::new();
        let mut open = VecDeque::from([to]);
        while let Some(point) = open.pop_front() {
            if point == from {
                let mut path = vec![from];
                let mut at = from;
                while at != to {
                    at = *came.get(&at)?;
                    path.push(at);
                }
                return Some(path);
            }
            for next in self.before(point) {
                if *next != to && !came.contains_key(next) {
                    came.insert(*next, point);
                    open.push_back(*next);
                }
            }
        }
        None
    }
}

/// Everything behind what it waits for; what waits for itself apart.
fn sort(before: &BTreeMap<Point, Vec<Point>>) -> (Vec<Point>, Vec<Point>) {
    let mut count: BTreeMap<Point, usize> = BTreeMap::new();
    let mut after: BTreeMap<Point, Vec<Point>> = BTreeMap::new();
    for (point, waits) in before {
        let known = waits.iter().filter(|other| before.contains_key(other));
        let mut number = 0;
        for other in known {
            after.entry(*other).or_default().push(*point);
            number += 1;
        }
        count.insert(*point, number);
    }
    let mut ready: VecDeque<Point> =
        count.iter().filter(|(_, number)| **number == 0).map(|(point, _)| *point).collect();
    let mut points = Vec::with_capacity(before.len());
    while let Some(point) = ready.pop_front() {
        points.push(point);
        for next in after.get(&point).into_iter().flatten() {
            if let Some(number) = count.get_mut(next) {
                *number -= 1;
                if *number == 0 {
                    ready.push_back(*next);
                }
            }
        }
    }
    let circular = if points.len() == before.len() {
        Vec::new()
    } else {
        before.keys().filter(|p| !points.contains(p)).copied().collect()
    };
    (points, circular)
}
