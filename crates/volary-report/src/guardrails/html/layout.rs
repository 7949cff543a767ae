//! Where the jobs of a pipeline are drawn: in layers, each right of what it waits for; the jobs of a stage in one frame.

use std::collections::{BTreeMap, BTreeSet};

use volary_model::{JobView, StepView};

/// Jobs beyond are not drawn: nobody could read the picture.
const MAX_JOBS: usize = 120;
/// Edges beyond are not drawn.
const MAX_EDGES: usize = 1000;
/// Steps of a job beyond are not drawn.
pub(super) const MAX_STEPS: usize = 40;

pub(super) const BOX_WIDTH: i32 = 250;
pub(super) const HEAD: i32 = 30;
const FOOT: i32 = 8;
const ROW: i32 = 16;
const ROW_GAP: i32 = 14;
/// Between the layers, wide enough for a few words on a line.
pub(super) const LAYER_GAP: i32 = 130;
const FRAME_PAD: i32 = 14;
const FRAME_HEAD: i32 = 26;
pub(super) const MARGIN: i32 = 12;

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// A job with its place.
#[derive(Debug)]
pub(super) struct Drawn<'a> {
    pub(super) job: &'a JobView,
    pub(super) rect: Rect,
}

/// A stage with its place.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) name: &'a str,
    pub(super) rect: Rect,
}

/// A picture without its ink.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) jobs: Vec<Drawn<'a>>,
    pub(super) frames: Vec<Frame<'a>>,
    /// From the first to the second.
    pub(super) edges: Vec<(Rect, Rect)>,
    /// Jobs that are not drawn.
    pub(super) left_out: usize,
}

/// Whether a step has a second line that says what it is worth.
pub(super) fn is_tall(step: &StepView) -> bool {
    matches!(&*step.role, "scan" | "ships")
}

/// The height of a step.
pub(super) fn step_height(step: &StepView) -> i32 {
    if is_tall(step) { 2 * ROW + 8 } else { ROW + 8 }
}

fn job_height(job: &JobView) -> i32 {
    let more = if job.steps.len() > MAX_STEPS { ROW + 8 } else { 0 };
    HEAD + job.steps.iter().take(MAX_STEPS).map(step_height).sum::<i32>() + more + FOOT
}

/// Lays out the jobs.
pub(super) fn layout(jobs: &[JobView]) -> Layout<'_> {
    let kept = kept(jobs);
    let left_out = jobs.len() - kept.len();
    let number: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(at, job)| (*job, at)).collect();
    let needs: Vec<Vec<usize>> = kept
        .iter()
        .enumerate()
        .map(|(at, job)| {
            let needs: BTreeSet<usize> = jobs[*job].needs.iter().filter_map(|need| number.get(need)).copied().collect();
            needs.into_iter().filter(|need| *need != at).collect()
        })
        .collect();
    let kept: Vec<&JobView> = kept.into_iter().map(|job| &jobs[job]).collect();

    let groups = groups(&kept);
    let group_of: BTreeMap<usize, usize> = groups
        .iter()
        .enumerate()
        .flat_map(|(group, (_, members))| members.iter().map(move |job| (*job, group)))
        .collect();
    let inner: Vec<Placed> = groups.iter().map(|(name, members)| place_group(name, members, &kept, &needs)).collect();
    let group_needs: Vec<Vec<usize>> = groups
        .iter()
        .enumerate()
        .map(|(group, (_, members))| {
            let outer = members.iter().flat_map(|job| &needs[*job]).filter_map(|need| group_of.get(need)).copied();
            outer.filter(|other| *other != group).collect::<BTreeSet<usize>>().into_iter().collect()
        })
        .collect();
    let sizes: Vec<(i32, i32)> = inner.iter().map(|group| (group.width, group.height)).collect();
    let (spots, width, height) = columns(&sizes, &group_needs);

    let mut rects = vec![Rect::default(); kept.len()];
    let mut frames = Vec::new();
    for ((group, (name, _)), (x, y)) in inner.iter().zip(&groups).zip(&spots) {
        for (job, rect) in &group.jobs {
            rects[*job] = Rect { x: rect.x + x + MARGIN, y: rect.y + y + MARGIN, ..*rect };
        }
        if !name.is_empty() {
            let rect = Rect { x: x + MARGIN, y: y + MARGIN, width: group.width, height: group.height };
            frames.push(Frame { name, rect });
        }
    }
    let frame_of = |group: usize| {
        let (x, y) = spots[group];
        Rect { x: x + MARGIN, y: y + MARGIN, width: inner[group].width, height: FRAME_HEAD * 2 }
    };
    let edges = edges(&needs, &rects, &groups, &group_of, &group_needs, frame_of);
    Layout {
        width: width + 2 * MARGIN,
        height: height + 2 * MARGIN,
        jobs: kept.into_iter().zip(rects).map(|(job, rect)| Drawn { job, rect }).collect(),
        frames,
        edges,
        left_out,
    }
}

/// The jobs that are drawn, in order: all where they are few, else those in which something matters.
fn kept(jobs: &[JobView]) -> Vec<usize> {
    if jobs.len() <= MAX_JOBS {
        return (0..jobs.len()).collect();
    }
    (0..jobs.len()).filter(|job| !jobs[*job].steps.is_empty()).take(MAX_JOBS).collect()
}

/// Jobs by stage, in order of first appearance; a job without a stage stands alone.
fn groups<'a>(jobs: &[&'a JobView]) -> Vec<(&'a str, Vec<usize>)> {
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<(&str, Vec<usize>)> = Vec::new();
    for (index, job) in jobs.iter().enumerate() {
        let name = &*job.stage;
        match by_name.get(name).filter(|_| !name.is_empty()) {
            Some(group) => groups[*group].1.push(index),
            None => {
                by_name.insert(name, groups.len());
                groups.push((name, vec![index]));
            }
        }
    }
    groups
}

/// A group with the places of its jobs in it.
struct Placed {
    width: i32,
    height: i32,
    jobs: Vec<(usize, Rect)>,
}

fn place_group(name: &str, members: &[usize], jobs: &[&JobView], needs: &[Vec<usize>]) -> Placed {
    let local: BTreeMap<usize, usize> = members.iter().enumerate().map(|(at, job)| (*job, at)).collect();
    let inner: Vec<Vec<usize>> =
        members.iter().map(|job| needs[*job].iter().filter_map(|need| local.get(need)).copied().collect()).collect();
    let sizes: Vec<(i32, i32)> = members.iter().map(|job| (BOX_WIDTH, job_height(jobs[*job]))).collect();
    let (spots, width, height) = columns(&sizes, &inner);
    let (pad, head) = if name.is_empty() { (0, 0) } else { (FRAME_PAD, FRAME_HEAD) };
    let rect = |(at, job): (usize, &usize)| {
        let (x, y) = spots[at];
        (*job, Rect { x: x + pad, y: y + pad + head, width: BOX_WIDTH, height: sizes[at].1 })
    };
    Placed {
        width: width + 2 * pad,
        height: height + 2 * pad + head,
        jobs: members.iter().enumerate().map(rect).collect(),
    }
}

/// Places boxes in columns: each right of what it needs, in a column by the height of what it needs. Gives the places
/// and the size of the whole.
fn columns(sizes: &[(i32, i32)], needs: &[Vec<usize>]) -> (Vec<(i32, i32)>, i32, i32) {
    let layers = layers(needs);
    let mut columns: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, layer) in layers.iter().enumerate() {
        columns.entry(*layer).or_default().push(index);
    }
    let mut spots = vec![(0, 0); sizes.len()];
    let (mut x, mut height) = (0, 0);
    for members in columns.values_mut() {
        // By the mean height of what is needed; what needs nothing stays in order.
        let middle = |index: &usize| {
            let needs = needs.get(*index).map(Vec::as_slice).unwrap_or_default();
            let sum: i32 = needs.iter().map(|need| spots[*need].1 + sizes[*need].1 / 2).sum();
            sum / i32::try_from(needs.len()).unwrap_or(i32::MAX).max(1)
        };
        let mut order: Vec<(i32, usize)> = members.iter().map(|index| (middle(index), *index)).collect();
        order.sort_unstable();
        let mut y = 0;
        for (_, index) in &order {
            spots[*index] = (x, y);
            y += sizes[*index].1 + ROW_GAP;
        }
        height = height.max(y - ROW_GAP);
        x += members.iter().map(|index| sizes[*index].0).max().unwrap_or(0) + LAYER_GAP;
    }
    (spots, (x - LAYER_GAP).max(0), height.max(0))
}

/// The length of the longest way to each node; of nodes in a circle, the way to where the circle closes.
fn layers(needs: &[Vec<usize>]) -> Vec<usize> {
    let mut open: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); needs.len()];
    for (index, list) in needs.iter().enumerate() {
        for need in list {
            users[*need].push(index);
        }
    }
    let mut layers = vec![0; needs.len()];
    let mut done = vec![false; needs.len()];
    let mut ready: Vec<usize> = (0..needs.len()).filter(|index| open[*index] == 0).rev().collect();
    let mut circle = 0;
    loop {
        while let Some(index) = ready.pop() {
            if std::mem::replace(&mut done[index], true) {
                continue;
            }
            for user in &users[index] {
                layers[*user] = layers[*user].max(layers[index] + 1);
                open[*user] = open[*user].saturating_sub(1);
                if open[*user] == 0 && !done[*user] {
                    ready.push(*user);
                }
            }
        }
        // What is left waits for itself: the platform would refuse it, and it is drawn all the same.
        match (circle..needs.len()).find(|index| !done[*index]) {
            Some(index) => {
                circle = index + 1;
                ready.push(index);
            }
            None => return layers,
        }
    }
}

/// The lines between jobs. Where every job of a stage waits for every job of another, one line between the two stages
/// says so, and none where a way over a third says it already.
fn edges(
    needs: &[Vec<usize>],
    rects: &[Rect],
    groups: &[(&str, Vec<usize>)],
    group_of: &BTreeMap<usize, usize>,
    group_needs: &[Vec<usize>],
    frame: impl Fn(usize) -> Rect,
) -> Vec<(Rect, Rect)> {
    let mut between: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let groups_of = |from: usize, to: usize| Some((*group_of.get(&from)?, *group_of.get(&to)?));
    for (to, list) in needs.iter().enumerate() {
        for key in list.iter().filter_map(|from| groups_of(*from, to)) {
            *between.entry(key).or_default() += 1;
        }
    }
    let whole = |key: &(usize, usize)| {
        let ((from_name, from), (to_name, to)) = (&groups[key.0], &groups[key.1]);
        let all = key.0 != key.1 && between.get(key).copied() == Some(from.len() * to.len());
        all && !from_name.is_empty() && !to_name.is_empty()
    };
    let mut edges = Vec::new();
    for key in between.keys().filter(|key| whole(key)) {
        let shorter = group_needs[key.1].iter().any(|other| *other != key.0 && reaches(group_needs, *other, key.0));
        if !shorter {
            edges.push((frame(key.0), frame(key.1)));
        }
    }
    for (to, list) in needs.iter().enumerate() {
        for from in list {
            if groups_of(*from, to).is_some_and(|key| !whole(&key)) {
                edges.push((rects[*from], rects[to]));
            }
        }
    }
    edges.truncate(MAX_EDGES);
    edges
}

/// Whether a way of needs leads from one node to another.
fn reaches(needs: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(index) = open.pop() {
        if index == to {
            return true;
        }
        if seen.insert(index) {
            open.extend(needs.get(index).into_iter().flatten());
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stands_right_of_what_it_needs() {
        assert_eq!(layers(&[vec![], vec![0], vec![0, 1], vec![]]), [0, 1, 2, 0]);
    }

    #[test]
    fn circles_end() {
        let layers = layers(&[vec![1], vec![0], vec![1]]);
        assert_eq!(layers.len(), 3);
        assert!(layers[2] > 0);
    }

    #[test]
    fn boxes_do_not_overlap() {
        let sizes: Vec<(i32, i32)> = (0..20).map(|index| (BOX_WIDTH, 40 + index * 7)).collect();
        let needs: Vec<Vec<usize>> =
            (0..20).map(|index| if index < 3 { vec![] } else { vec![index - 3, index / 2] }).collect();
        let (spots, width, height) = columns(&sizes, &needs);
        for (a, (x, y)) in spots.iter().enumerate() {
            assert!(x + sizes[a].0 <= width && y + sizes[a].1 <= height);
            for (b, (other_x, other_y)) in spots.iter().enumerate().skip(a + 1) {
                let apart = x + sizes[a].0 <= *other_x
                    || other_x + sizes[b].0 <= *x
                    || y + sizes[a].1 <= *other_y
                    || other_y + sizes[b].1 <= *y;
                assert!(apart, "{a} and {b}");
            }
        }
    }
}
