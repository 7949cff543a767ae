//! Images: names that point at contents, followed through builds, tags, pulls and pushes.
//!
//! The same text is not the same image: a build, tag, pull or patch in between makes the name point at something else.
//! So every name is followed to the content that it stands for at that point of the run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use volary_model::Value;
use volary_pipeline::{JobId, Pipeline};

use super::Identity;
use crate::execute::{Order, Point};
use crate::plan::{Act, ActId, Plan};
use crate::recognise::{self, ArtifactKind, ChangeKind, Covers, EffectKind, Role};

/// A content: what a name pointed at.
type Content = usize;

/// The contents that the acts of a pipeline see.
#[derive(Debug, Default)]
pub struct Images {
    /// The contents that a control looks at or an effect ships.
    of: BTreeMap<ActId, Vec<Content>>,
    /// The names, as they are written.
    names: BTreeMap<ActId, Vec<Arc<str>>>,
    /// The job in which a content was made; none of what comes from elsewhere.
    made: BTreeMap<Content, JobId>,
    /// Contents that an act took from a registry by a name that others may move, with the name.
    fetched: BTreeMap<ActId, Arc<str>>,
    /// Names that are not known at all.
    open: BTreeSet<ActId>,
}

struct Walk<'p> {
    pipeline: &'p Pipeline,
    images: Images,
    next: Content,
    /// Names in this job, in registries, in archives.
    local: BTreeMap<Arc<str>, Content>,
    registry: BTreeMap<Arc<str>, Content>,
    saved: BTreeMap<Arc<str>, Content>,
    /// The content that was last made without a name, in this job.
    unnamed: Option<Content>,
    /// The content that was made last, in this job.
    last: Option<Content>,
    /// Outputs of steps and jobs that stand for a content: `steps.build.outputs`.
    outputs: BTreeMap<String, Content>,
}

impl Images {
    /// Follows the names of images through a pipeline.
    pub fn new(plan: &Plan<'_>, order: &Order) -> Self {
        let mut walk = Walk {
            pipeline: plan.pipeline,
            images: Self::default(),
            next: 0,
            local: BTreeMap::new(),
            registry: BTreeMap::new(),
            saved: BTreeMap::new(),
            unnamed: None,
            last: None,
            outputs: BTreeMap::new(),
        };
        let circular = order.circular.iter();
        for point in order.points.iter().chain(circular) {
            let Point::Job(id) = point else { continue };
            // The stages of a Jenkins pipeline share the machine's images.
            if plan.pipeline.platform != volary_pipeline::Platform::Jenkins {
                walk.local.clear();
                walk.unnamed = None;
                walk.last = None;
            }
            let steps = plan.pipeline.job(*id).map_or(0, |job| job.steps.len());
            for step in 0..steps {
                let step_id = volary_pipeline::StepId(step as u32);
                let acts: Vec<(ActId, &Act)> = plan.of_step(*id, step_id).collect();
                walk.step(*id, &acts);
            }
            let acts: Vec<(ActId, &Act)> = plan.of_job(*id).collect();
            walk.step(*id, &acts);
        }
        walk.images
    }

    /// Whether a control looks at what an effect ships.
    pub fn identity(&self, control: ActId, effect: ActId) -> Identity {
        let empty = Vec::new();
        let scanned = self.of.get(&control).unwrap_or(&empty);
        let shipped = self.of.get(&effect).unwrap_or(&empty);
        let names = self.names.get(&control).cloned().unwrap_or_default();
        if shipped.is_empty() || scanned.is_empty() {
            return if self.open.contains(&control) || self.open.contains(&effect) {
                Identity::Hidden("the name of the image is not known".into())
            } else {
                Identity::Hidden("the files do not say which image".into())
            };
        }
        if shipped.iter().all(|content| scanned.contains(content)) {
            return match self.fetched.get(&control) {
                Some(name) if !is_per_run(name) => Identity::Name(repository(name).into()),
                _ => Identity::Same,
            };
        }
        let name = names.first().map(|name| shown(name)).unwrap_or_default();
        Identity::Other(format!("`{name}`").into())
    }

    /// Whether a push is only on the way to something else that ships.
    pub fn is_staging(&self, plan: &Plan<'_>, order: &Order, effect: ActId) -> bool {
        let act = plan.act(effect);
        let Some(ships) = act.effect() else { return false };
        if ships.kind != ArtifactKind::Image || ships.effect != EffectKind::Push {
            return false;
        }
        let Some(contents) = self.of.get(&effect) else { return false };
        plan.acts().any(|(other, later)| {
            let Some(further) = later.effect() else { return false };
            let moves = matches!(
                further.effect,
                EffectKind::Deploy | EffectKind::Retag | EffectKind::Promote | EffectKind::Apply
            );
            if !moves || further.kind != ArtifactKind::Image || other == effect {
                return false;
            }
            let shares = self.of.get(&other).is_some_and(|theirs| theirs.iter().any(|one| contents.contains(one)));
            let behind = if later.job == act.job {
                other > effect
            } else {
                order.waits(Point::Job(later.job), Point::Job(act.job))
            };
            shares && behind
        })
    }

    /// Whether what an effect ships was made in the job that ships it.
    pub fn made_in_job(&self, plan: &Plan<'_>, effect: ActId) -> bool {
        let job = plan.act(effect).job;
        self.of.get(&effect).is_some_and(|contents| {
            !contents.is_empty() && contents.iter().all(|content| self.made.get(content) == Some(&job))
        })
    }

    /// Whether what an effect ships was made in a stage.
    pub fn made_in_stage(&self, plan: &Plan<'_>, effect: ActId, stage: volary_pipeline::StageId) -> bool {
        let stage_of = |job: &JobId| plan.pipeline.job(*job).and_then(|job| job.stage);
        self.of.get(&effect).is_some_and(|contents| {
            !contents.is_empty()
                && contents.iter().all(|content| self.made.get(content).and_then(stage_of) == Some(stage))
        })
    }
}

impl Walk<'_> {
    fn fresh(&mut self, job: Option<JobId>) -> Content {
        self.next += 1;
        if let Some(job) = job {
            self.images.made.insert(self.next, job);
        }
        self.next
    }

    fn step(&mut self, job: JobId, acts: &[(ActId, &Act)]) {
        // A step that builds and pushes at once builds first.
        let rank = |act: &Act| match act.role() {
            Role::Change(_) => 0,
            _ => 1,
        };
        let mut commands: Vec<Vec<(ActId, &Act)>> = Vec::new();
        for (id, act) in acts {
            match commands.last_mut() {
                Some(last) if last[0].1.command == act.command => last.push((*id, act)),
                _ => commands.push(vec![(*id, act)]),
            }
        }
        for mut command in commands {
            command.sort_by_key(|(id, act)| (rank(act), *id));
            for (id, act) in command {
                self.act(job, id, act);
            }
        }
    }

    fn act(&mut self, job: JobId, id: ActId, act: &Act) {
        match act.role() {
            Role::Change(change) if change.kind == ArtifactKind::Image => {
                let names = self.names(job, &change.reference);
                let from = self.names(job, &change.from);
                self.change(job, act, change.change, &names, &from);
            }
            Role::Control(control) if matches!(control.covers, Covers::Image | Covers::Artifact) => {
                let names = self.names(job, &control.target);
                self.look(id, &names, control.target.is_empty());
            }
            Role::Effect(effect) if effect.kind == ArtifactKind::Image => {
                let names = self.names(job, &effect.reference);
                let from = self.names(job, &effect.from);
                let to = self.names(job, &effect.to);
                let sources = if from.is_empty() { &names } else { &from };
                let nothing = sources.is_empty();
                let mut contents = self.look(id, sources, nothing);
                if nothing && let Some(content) = self.unnamed {
                    contents = vec![content];
                    self.images.of.insert(id, contents.clone());
                }
                for name in names.iter().chain(&to) {
                    if let Some(content) = contents.first() {
                        self.registry.insert(name.clone(), *content);
                    }
                }
            }
            _ => {}
        }
    }

    fn change(&mut self, job: JobId, act: &Act, change: ChangeKind, names: &[Arc<str>], from: &[Arc<str>]) {
        match change {
            ChangeKind::Build | ChangeKind::Patch => {
                let content = self.fresh(Some(job));
                self.last = Some(content);
                if names.is_empty() {
                    self.unnamed = Some(content);
                }
                for name in names {
                    self.local.insert(name.clone(), content);
                }
                self.output(job, act, content);
            }
            ChangeKind::Tag => {
                let content = match from.first() {
                    Some(source) => self.local_content(source),
                    None => match self.unnamed {
                        Some(content) => content,
                        None => self.fresh(None),
                    },
                };
                for name in names {
                    self.local.insert(name.clone(), content);
                }
            }
            ChangeKind::Pull => {
                for name in names {
                    let content = match self.registry.get(name) {
                        Some(content) => *content,
                        None => self.fresh(None),
                    };
                    self.local.insert(name.clone(), content);
                }
            }
            ChangeKind::Load => {
                let saved: Vec<(Arc<str>, Content)> =
                    self.saved.iter().map(|(name, content)| (name.clone(), *content)).collect();
                self.local.extend(saved);
            }
            ChangeKind::Save => {
                // An archive holds what it was made from, or what was built last.
                let content = match from.first() {
                    Some(source) => Some(self.local_content(source)),
                    None => names.iter().find_map(|name| self.local.get(name).copied()).or(self.last),
                };
                for name in from.iter().chain(names) {
                    if let Some(content) = content {
                        self.saved.insert(name.clone(), content);
                    }
                }
            }
            ChangeKind::Plan => {}
        }
    }

    /// The contents that names stand for here, remembered for an act.
    fn look(&mut self, id: ActId, names: &[Arc<str>], nothing: bool) -> Vec<Content> {
        let mut contents = Vec::new();
        for name in names {
            if let Some(content) = self.by_output(name) {
                contents.push(content);
            } else if let Some(content) = known(&self.local, name) {
                contents.push(content);
            } else if let Some(content) = self.saved.get(name) {
                contents.push(*content);
            } else if let Some(content) = known(&self.registry, name) {
                contents.push(content);
                self.images.fetched.insert(id, name.clone());
            } else {
                let content = self.outside(name);
                contents.push(content);
            }
        }
        if nothing {
            self.images.open.insert(id);
        }
        contents.sort_unstable();
        contents.dedup();
        self.images.of.insert(id, contents.clone());
        self.images.names.insert(id, names.to_vec());
        contents
    }

    /// The content of a name that nothing here gave one: the same for everybody who uses the name in this job until it is
    /// given another one.
    fn outside(&mut self, name: &Arc<str>) -> Content {
        let content = self.fresh(None);
        self.local.insert(name.clone(), content);
        content
    }

    fn local_content(&mut self, name: &Arc<str>) -> Content {
        if let Some(content) = self.by_output(name) {
            return content;
        }
        if let Some(content) = self.local.get(name).or_else(|| self.registry.get(name)) {
            return *content;
        }
        self.outside(name)
    }

    /// A step that makes an image may be asked for its digest, id or name.
    fn output(&mut self, job: JobId, act: &Act, content: Content) {
        let Some(job_model) = self.pipeline.job(job) else { return };
        let id = act.step.and_then(|step| job_model.steps.get(step.0 as usize)).and_then(|step| step.id.as_ref());
        if let Some(id) = id.and_then(|id| id.known()) {
            self.outputs.insert(format!("{}:steps.{id}.outputs.", job.0), content);
        }
    }

    /// The content that an output of an earlier step stands for, where a name is one or ends with one as its digest.
    fn by_output(&self, name: &str) -> Option<Content> {
        let (job, text) = name.split_once('\u{1}').map_or((None, name), |(job, text)| (Some(job), text));
        let job = job?;
        let at = text.find("steps.")?;
        let rest = &text[at..];
        self.outputs.iter().find_map(|(prefix, content)| {
            let (of, prefix) = prefix.split_once(':')?;
            let output = rest.strip_prefix(prefix)?;
            let word: String =
                output.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
            let is_identity = matches!(
                word.to_ascii_lowercase().as_str(),
                "digest"
                    | "imageid"
                    | "image-id"
                    | "image"
                    | "image-uri"
                    | "image_uri"
                    | "imageuri"
                    | "metadata"
                    | "images"
            );
            (of == job && is_identity).then_some(*content)
        })
    }

    /// Names of images in one form. Outputs of steps carry their job, outputs of jobs stand for what they were made of.
    fn names(&self, job: JobId, values: &[Value]) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        for value in values {
            let written = recognise::written(value);
            for piece in written.split(['\n', ',']) {
                let piece = piece.trim();
                if piece.is_empty() {
                    continue;
                }
                names.push(self.normal(job, piece));
            }
        }
        names.sort();
        names.dedup();
        names
    }

    fn normal(&self, job: JobId, name: &str) -> Arc<str> {
        let mut job = job;
        let mut name = name.trim().trim_matches(['"', '\'']).to_owned();
        // `needs.build.outputs.image`: what that job says it is.
        for _ in 0..8 {
            let Some((other, text)) = self.job_output(&name) else { break };
            job = other;
            name = text;
        }
        let mut name = name
            .trim_start_matches("docker://")
            .trim_start_matches("docker-daemon:")
            .trim_start_matches("docker:")
            .trim_start_matches("registry:")
            .trim_start_matches("podman:")
            .trim_start_matches("oci-archive:")
            .trim_start_matches("docker.io/")
            .trim_start_matches("index.docker.io/")
            .trim_start_matches("library/")
            .to_owned();
        // `--set image.repository=NAME`
        let mut any_tag = false;
        if let Some((key, value)) = name.split_once('=')
            && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '[' | ']'))
        {
            any_tag = true;
            name = value.to_owned();
        }
        // `$NAME` and `${NAME}` are the same.
        name = braces(&name);
        if name.contains("steps.") && name.contains(".outputs.") {
            return format!("{}\u{1}{name}", job.0).into();
        }
        let last = name.rsplit('/').next().unwrap_or(&name);
        if !last.contains(':') && !last.contains('@') && !last.contains('}') && !last.contains(')') {
            // The tag is given apart.
            name.push_str(if any_tag { ANY_TAG } else { ":latest" });
        }
        name.into()
    }

    /// The text behind a hole that is an output of a job, with the job.
    fn job_output(&self, name: &str) -> Option<(JobId, String)> {
        let at = name.find("needs.")?;
        let open = name[..at].rfind("${{")?;
        let close = name[at..].find("}}")? + at;
        let inner = name[at..close].trim();
        let mut parts = inner.split('.');
        let (_, job, outputs, output) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if outputs != "outputs" || parts.next().is_some() {
            return None;
        }
        let (id, found) = self.pipeline.jobs().find(|(_, known)| known.name.is(job))?;
        let text = found.outputs.iter().find(|known| known.name.eq_ignore_ascii_case(output))?;
        let value = text.text.canonical();
        Some((id, format!("{}{value}{}", &name[..open], &name[close + 2..])))
    }
}

/// Stands for a tag that is written elsewhere.
const ANY_TAG: &str = ":\u{2}";

/// The content of a name: of the very name, of the same one with the host of its registry or without, of the only one of
/// its repository where the name has no tag.
fn known(names: &BTreeMap<Arc<str>, Content>, name: &str) -> Option<Content> {
    if let Some(content) = names.get(name) {
        return Some(*content);
    }
    let plain = hostless(name);
    let same =
        names.iter().find(|(known, _)| hostless(known) == plain && (hostless(known) == &***known) != (plain == name));
    if let Some((_, content)) = same {
        return Some(*content);
    }
    let without = name.strip_suffix(ANY_TAG)?;
    let mut of_repository = names.iter().filter(|(known, _)| repository(known) == without).map(|(_, content)| *content);
    let first = of_repository.next()?;
    of_repository.all(|other| other == first).then_some(first)
}

/// A name without the host of its registry.
fn hostless(name: &str) -> &str {
    match name.split_once('/') {
        Some((host, rest)) if host.contains(['.', ':', '$']) || host == "localhost" => rest,
        _ => name,
    }
}

/// `$NAME` as `${NAME}`.
fn braces(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let word: usize = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').map(char::len_utf8).sum();
        if word > 0 {
            out.push_str("${");
            out.push_str(&rest[..word]);
            out.push('}');
            rest = &rest[word..];
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    out
}

/// Whether a name has a tag that only this run uses: a commit, a number of the run, a digest.
fn is_per_run(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    if lower.contains("@sha256:") || lower.contains("digest") {
        return true;
    }
    let tag = lower.rsplit(':').next().unwrap_or("");
    const WORDS: &[&str] = &[
        "sha",
        "git_commit",
        "build",
        "run_id",
        "run_number",
        "runid",
        "pipeline_id",
        "pipeline_iid",
        "ci_job_id",
        "revision",
        "steps.",
        "number",
        "sourceversion",
    ];
    tag.contains('$') && WORDS.iter().any(|word| tag.contains(word))
}

/// A name as people write it.
fn shown(name: &str) -> String {
    name.rsplit('\u{1}').next().unwrap_or(name).replace(ANY_TAG, "")
}

/// A name without its tag.
fn repository(name: &str) -> &str {
    let name = name.rsplit('\u{1}').next().unwrap_or(name);
    match name.rfind(':') {
        Some(at) if !name[at..].contains('/') => &name[..at],
        _ => name,
    }
}
