//! The recogniser data as types. `docs/recognisers.md` explains the form in which it is written.

use std::sync::Arc;

use super::condition::Condition;

/// What is known of one tool.
#[derive(Clone, Debug, Default)]
pub struct Tool {
    /// The id: the name of its file.
    pub id: Arc<str>,
    /// The name as people write it.
    pub name: Arc<str>,
    /// Where the facts come from.
    pub references: Vec<Arc<str>>,
    /// Files of the repository that configure it, and with that may neutralise it; `*` and `**` as in ignore files.
    pub files: Vec<Arc<str>>,
    /// Comments in the scanned files that suppress its findings (`nosec`).
    pub comments: Vec<Arc<str>>,
    /// What it can be told, by name.
    pub(crate) settings: Vec<Setting>,
    pub(crate) behaviour: Behaviour,
    pub(crate) does: Vec<Does>,
    pub(crate) commands: Vec<Command>,
    pub(crate) uses: Vec<Uses>,
    /// What the tests hold it to.
    pub(crate) examples: Vec<super::examples::Example>,
}

/// Something that a tool can be told, whatever the way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setting {
    pub(crate) name: Arc<str>,
    /// Options with a value.
    pub(crate) options: Vec<Arc<str>>,
    /// Options without.
    pub(crate) flags: Vec<Arc<str>>,
    /// Environment variables.
    pub(crate) env: Vec<Arc<str>>,
    /// Inputs of actions, tasks and steps.
    pub(crate) inputs: Vec<Arc<str>>,
    /// Keys of configuration files of the repository.
    pub(crate) config: Vec<ConfigKey>,
    /// What holds when nobody says anything.
    pub(crate) default: Option<Arc<str>>,
    /// The value that makes findings stop the step.
    pub(crate) hard: Option<Arc<str>>,
}

/// A key of a configuration file: `trivy.yaml#exit-code`, `.tfsec/config.yml#severity.minimum`.
#[derive(Clone, Debug)]
pub(crate) struct ConfigKey {
    pub(crate) file: Arc<str>,
    pub(crate) at: Vec<Arc<str>>,
}

/// The commands of a program.
#[derive(Clone, Debug, Default)]
pub(crate) struct Command {
    /// Names, lower case; with `*` where a version is in it (`detect-*.jar`).
    pub(crate) run: Vec<Arc<str>>,
    /// Images whose entry point it is, without registry alias and tag.
    pub(crate) images: Vec<Arc<str>>,
    /// Further options with a value.
    pub(crate) valued: Vec<Arc<str>>,
    /// Further options without.
    pub(crate) flags: Vec<Arc<str>>,
    /// Options with which it only tells something.
    pub(crate) info: Vec<Arc<str>>,
    /// Options that nobody declared take the next word.
    pub(crate) rest_valued: bool,
    /// Names and parameters are read without regard to case, `-Name:value` is one.
    pub(crate) powershell: bool,
    pub(crate) forms: Vec<Form>,
}

impl Tool {
    /// Whether an image, without its tag, is one of those that the tool comes in.
    pub fn has_image(&self, image: &str) -> bool {
        self.commands.iter().flat_map(|command| &command.images).any(|known| known.eq_ignore_ascii_case(image))
    }

    /// Whether the tool can be this control, however it is used.
    pub fn can(&self, control: &str) -> bool {
        let forms =
            self.commands.iter().flat_map(|command| &command.forms).chain(self.uses.iter().map(|uses| &uses.form));
        let does = forms.filter_map(|form| form.does.as_ref()).flatten().chain(&self.does);
        does.into_iter().any(|does| matches!(&does.what, What::Control(id) if &**id == control))
    }
}

/// Where a tool is named instead of called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Platform {
    /// `uses: owner/name/path@ref`
    GithubAction,
    /// `task: Name@1`
    AzureTask,
    /// `include: template: Jobs/SAST.gitlab-ci.yml`
    GitlabTemplate,
    /// `include: component: host/project/name@version`, given as `project/name`
    GitlabComponent,
    /// A job of a template, by its name.
    GitlabJob,
    /// A step of a Jenkins pipeline.
    JenkinsStep,
}

/// A use by name on a platform.
#[derive(Clone, Debug)]
pub(crate) struct Uses {
    pub(crate) platform: Platform,
    /// Names, lower case; `*` stands for any text.
    pub(crate) names: Vec<Arc<str>>,
    /// The command that it runs, with `{input}`.
    pub(crate) command: Option<Arc<str>>,
    /// All of these hold: it runs the command.
    pub(crate) when: Vec<Condition>,
    pub(crate) form: Form,
}

/// One way of using a tool.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form {
    /// Sub-commands, each as its words; none: the program itself.
    pub(crate) sub: Vec<Vec<Arc<str>>>,
    /// The sub-command may stand anywhere among the operands, with `*` (goals of Maven, tasks of Gradle).
    pub(crate) anywhere: bool,
    /// Fewest operands.
    pub(crate) least: usize,
    /// Most operands that it takes, as far as that is known.
    pub(crate) most: Option<usize>,
    /// Settings that are different here.
    pub(crate) settings: Vec<Setting>,
    /// Defaults that are different here.
    pub(crate) defaults: Vec<(Arc<str>, Arc<str>)>,
    pub(crate) behaviour: Behaviour,
    /// Earlier steps or commands of the job whose inputs or options count for this use too.
    pub(crate) after: Vec<Arc<str>>,
    /// What it does; not written: what the tool does.
    pub(crate) does: Option<Vec<Does>>,
}

/// What a step does with what it finds. What is not written is taken from the form, then from the tool.
#[derive(Clone, Debug, Default)]
pub(crate) struct Behaviour {
    pub(crate) findings: Option<Findings>,
    /// One of these holds: findings stop it.
    pub(crate) stops_when: Option<Vec<Condition>>,
    /// One of these holds: they do not.
    pub(crate) softened_by: Option<Vec<Condition>>,
    /// Each of these leaves something out.
    pub(crate) narrowed_by: Option<Vec<Condition>>,
    /// The least severity that counts.
    pub(crate) floor: Option<Vec<FloorRule>>,
    /// The files that it writes its findings to.
    pub(crate) report: Option<Vec<Pick>>,
    /// A gate elsewhere that would stop what it finds.
    pub(crate) gate: Option<Arc<str>>,
    /// What findings are called where a breaker looks for them (`sonar`).
    pub(crate) server: Option<Arc<str>>,
    /// The exit code of findings.
    pub(crate) exit: Option<ExitCode>,
    /// The places that it does not look at.
    pub(crate) leaves_out: Option<Vec<Pick>>,
    /// One of these holds: it goes on, and findings make the build unstable.
    pub(crate) unstable_when: Option<Vec<Condition>>,
    /// One of these holds: it goes on, and findings make the build a failed one.
    pub(crate) failed_when: Option<Vec<Condition>>,
}

/// The exit code of findings.
#[derive(Clone, Debug)]
pub(crate) enum ExitCode {
    /// Always this one.
    Is(u32),
    /// The one that a setting says.
    Setting(Arc<str>),
}

/// What happens on findings when nothing is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Findings {
    Stops,
    Reports,
    Depends,
    Nothing,
}

/// How a setting is a least severity.
#[derive(Clone, Debug)]
pub(crate) struct FloorRule {
    pub(crate) setting: Arc<str>,
    pub(crate) form: FloorForm,
}

/// Forms of severity settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FloorForm {
    /// This and worse.
    Minimum,
    /// The severities that count.
    List,
    /// A CVSS score.
    Cvss,
}

/// One thing that a tool does.
#[derive(Clone, Debug)]
pub(crate) struct Does {
    pub(crate) what: What,
    pub(crate) when: Vec<Condition>,
    pub(crate) unless: Vec<Condition>,
    /// What it is done to.
    pub(crate) target: Vec<Pick>,
    /// What it is done to when nothing is written.
    pub(crate) otherwise: Option<Arc<str>>,
    /// What that is: an image, a directory, ...
    pub(crate) covers: Option<Covers>,
    /// What it is made or taken from.
    pub(crate) from: Vec<Pick>,
    /// Where it goes: an environment, a registry, an app.
    pub(crate) to: Vec<Pick>,
    pub(crate) behaviour: Behaviour,
}

/// What is done.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Control(Arc<str>),
    Effect { effect: EffectKind, kind: ArtifactKind },
    Change { change: ChangeKind, kind: ArtifactKind },
    Breaker(Vec<Arc<str>>),
    Upload(Arc<str>),
    Approval,
    Script { shell: Arc<str>, credential: Arc<str> },
}

/// Where a value is found: an operand, a setting, a text with several of them.
#[derive(Clone, Debug)]
pub(crate) struct Pick {
    pub(crate) base: PickBase,
    /// Only what stands behind this text, where it occurs.
    pub(crate) after: Option<Arc<str>>,
    /// Only what holds this text.
    pub(crate) with: Option<Arc<str>>,
}

/// What a pick starts from.
#[derive(Clone, Debug)]
pub(crate) enum PickBase {
    /// Operands behind the sub-command, from 0.
    Operands { from: usize, to: Option<usize> },
    /// The last operand.
    LastOperand,
    /// A setting.
    Setting(Arc<str>),
    /// `{repository}:{tags}`
    Template(Arc<str>),
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that the data and JSON use.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// From its word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// What happens to the world.
    EffectKind {
        /// An artifact becomes available where others fetch it.
        Push = "push",
        /// Another name is given to what is already there.
        Retag = "retag",
        /// What is already there is copied to where more may fetch it.
        Promote = "promote",
        /// A package becomes available in a package registry or store.
        Publish = "publish",
        /// A release is made or gets files.
        Release = "release",
        /// It is signed: others trust it from here on.
        Sign = "sign",
        /// It runs somewhere.
        Deploy = "deploy",
        /// Configuration becomes real.
        Apply = "apply",
        /// What is there is taken away.
        Destroy = "destroy",
    }
}

words! {
    /// What ships.
    ArtifactKind {
        /// A container image.
        Image = "image",
        /// Infrastructure as code.
        Iac = "iac",
        /// Kubernetes manifests.
        Manifests = "manifests",
        /// A Helm chart.
        Chart = "chart",
        /// An application: web, function, mobile, desktop.
        App = "app",
        /// A package of a package registry.
        Package = "package",
        /// Binaries and archives of a release.
        Binary = "binary",
        /// An image of a machine.
        MachineImage = "machine-image",
        /// A change of a database.
        Database = "database",
        /// A machine learning model.
        Model = "model",
        /// A site of static pages.
        Site = "site",
        /// Not to be told.
        Unknown = "unknown",
    }
}

words! {
    /// What happens to an artifact before it ships.
    ChangeKind {
        /// It is made.
        Build = "build",
        /// A name points at something else.
        Tag = "tag",
        /// It is fetched: a name here points at what the registry has.
        Pull = "pull",
        /// It is read from a file.
        Load = "load",
        /// It is written to a file.
        Save = "save",
        /// Its content is changed.
        Patch = "patch",
        /// A plan is made that an apply carries out.
        Plan = "plan",
    }
}

words! {
    /// What a control looks at.
    Covers {
        /// A container image by reference, or as an archive.
        Image = "image",
        /// A folder.
        Directory = "directory",
        /// A file.
        File = "file",
        /// A plan of infrastructure as code.
        Plan = "plan",
        /// The lock files or manifests of a folder.
        Dependencies = "dependencies",
        /// A project that is known to a server.
        Project = "project",
        /// The history of a repository.
        History = "history",
        /// What a pull request changes.
        Change = "change",
        /// A bill of materials.
        Sbom = "sbom",
        /// A running site or service.
        Url = "url",
        /// A cluster.
        Cluster = "cluster",
        /// A file with a signature or attestation.
        Artifact = "artifact",
    }
}

impl Command {
    /// Adds the options that its programs have wherever they are used. What is written with the command wins.
    pub(crate) fn share(&mut self, programs: &[Command]) {
        for program in programs.iter().filter(|program| program.run.iter().any(|name| self.run.contains(name))) {
            let new = |known: &[Arc<str>], options: &[Arc<str>]| -> Vec<Arc<str>> {
                options.iter().filter(|option| !known.contains(option)).cloned().collect()
            };
            let (valued, flags) = (new(&self.flags, &program.valued), new(&self.valued, &program.flags));
            self.valued.extend(valued);
            self.flags.extend(flags);
            self.rest_valued |= program.rest_valued;
        }
    }
}

impl Tool {
    /// A setting as a form knows it.
    pub(crate) fn setting<'t>(&'t self, form: &'t Form, name: &str) -> Option<&'t Setting> {
        let own = form.settings.iter().find(|setting| &*setting.name == name);
        own.or_else(|| self.settings.iter().find(|setting| &*setting.name == name))
    }

    /// Every setting of a form, its own first.
    pub(crate) fn settings_of<'t>(&'t self, form: &'t Form) -> impl Iterator<Item = &'t Setting> {
        form.settings.iter().chain(&self.settings)
    }
}
