//! What ships and what was scanned: whether the two are the same thing.

mod image;
mod path;

use std::sync::Arc;

use volary_pipeline::Pipeline;

use crate::plan::{Act, ActId, Plan};
use crate::recognise::{ArtifactKind, Covers, Role};
pub use image::Images;
pub use path::{Paths, folder_covers};

/// Whether a control looks at what ships.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// At the very thing.
    Same,
    /// At the same name in a registry, where others may move it.
    Name(Arc<str>),
    /// At something else; what it looks at.
    Other(Arc<str>),
    /// The files do not say.
    Hidden(Arc<str>),
}

/// What the acts of a pipeline look at and ship.
pub struct Subjects<'a> {
    plan: &'a Plan<'a>,
    order: crate::execute::Order,
    images: Images,
}

impl<'a> Subjects<'a> {
    /// Follows names of images and folders through a pipeline.
    pub fn new(plan: &'a Plan<'a>, order: &crate::execute::Order) -> Self {
        Self { plan, order: order.clone(), images: Images::new(plan, order) }
    }

    /// Whether a control of this pipeline looks at what an effect of it ships.
    pub fn identity(&self, control: ActId, effect: ActId, exists: &dyn Fn(&str) -> bool) -> Identity {
        let (Some(scan), Some(ships)) = (self.plan.act(control).control(), self.plan.act(effect).effect()) else {
            return Identity::Other("".into());
        };
        let looks_at_images = matches!(scan.covers, Covers::Image) || &*scan.id == "image-scan";
        if ships.kind == ArtifactKind::Image && (looks_at_images || matches!(scan.covers, Covers::Artifact)) {
            return self.images.identity(control, effect);
        }
        if looks_at_images {
            return Identity::Other(looks_at(self.plan.act(control)));
        }
        Paths::of(self.plan.act(control)).identity(&self.shipped(effect, exists), exists)
    }

    /// The places of the repository that ship: of a package, a chart or a plan those that it was made from.
    pub fn shipped(&self, effect: ActId, exists: &dyn Fn(&str) -> bool) -> Paths {
        let act = self.plan.act(effect);
        let own = Paths::of(act);
        let Some(ships) = act.effect() else { return own };
        if own.is_there(exists) {
            return own;
        }
        let made = self.plan.acts().filter(|(id, other)| {
            let before = if other.job == act.job { *id < effect } else { self.waits(act.job, other.job) };
            let of_kind = matches!(other.role(), Role::Change(change) if change.kind == ships.kind
                && matches!(change.change, crate::recognise::ChangeKind::Build | crate::recognise::ChangeKind::Plan));
            before && of_kind
        });
        let sources: Vec<Paths> = made.map(|(_, other)| Paths::of(other)).collect();
        if sources.is_empty() { own.without_place() } else { Paths::all(sources) }
    }

    fn waits(&self, job: volary_pipeline::JobId, other: volary_pipeline::JobId) -> bool {
        self.order.waits(crate::execute::Point::Job(job), crate::execute::Point::Job(other))
    }

    /// Whether an image that is pushed here is deployed, retagged or promoted later: then that is what counts.
    pub fn is_staging(&self, effect: ActId, order: &crate::execute::Order) -> bool {
        self.images.is_staging(self.plan, order, effect)
    }

    /// Whether the image that ships is made in the job that ships it, so that nothing else can look at it before.
    pub fn made_and_shipped_in_one_job(&self, effect: ActId) -> bool {
        self.images.made_in_job(self.plan, effect)
    }

    /// Whether the image that ships is made and pushed in a stage, so that there is none without it.
    pub fn made_in_stage(&self, effect: ActId, stage: volary_pipeline::StageId) -> bool {
        self.images.made_in_stage(self.plan, effect, stage)
    }

    /// The pipeline.
    pub fn pipeline(&self) -> &Pipeline {
        self.plan.pipeline
    }
}

/// What a control looks at, for people.
pub fn looks_at(act: &Act) -> Arc<str> {
    let targets = match act.role() {
        Role::Control(control) => Act::texts(&control.target),
        _ => Vec::new(),
    };
    match targets.first() {
        Some(first) if !first.is_empty() && &**first != "." => format!("`{first}`").into(),
        _ => match act.control().map(|control| control.covers) {
            Some(Covers::Image) => "another image".into(),
            _ => "the files of the repository".into(),
        },
    }
}
