//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Boundaries as code: judges infrastructure and delivery against policies that Security defines once.
#[derive(Debug, Parser)]
#[command(
    name = "volary",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(after_help = "Examples:\n  \
    volary check                         judge the repository you stand in\n  \
    volary check infra --details         one folder, with the code of every finding\n  \
    volary check --since origin/main     only what your change introduces\n  \
    volary explain azure-storage-min-tls why a policy exists and how to comply\n  \
    volary exceptions request 1f0c3a     accept the risk of one finding for a while\n\n\
    Exit codes: 0 nothing to stop for, 1 a blocking finding, 2 something could not be judged or the arguments are wrong.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge files against the policies and report what is outside of the boundaries
    #[command(display_order = 1)]
    Check(CheckArguments),
    /// Explain a policy, or one finding: which values decided and where they come from
    #[command(display_order = 2)]
    Explain(ExplainArguments),
    /// Request and list recorded risk acceptances
    #[command(display_order = 3, subcommand)]
    Exceptions(ExceptionsCommand),
    /// Prove for everything that ships whether the required scans are there, really stop it, and cannot be switched off
    #[command(display_order = 4)]
    Guardrails(GuardrailArguments),
    /// Show what ships against the scans that look at it, and the gaps
    #[command(display_order = 5)]
    Coverage(GuardrailArguments),
    /// Show what is demanded of a kind of thing before you write code, and a pipeline that does it
    #[command(display_order = 6)]
    Require(RequireArguments),
    /// Fetch and list the other repositories that pipelines draw on
    #[command(display_order = 7, subcommand)]
    Sources(SourcesCommand),
    /// Record what is there now, so that only what is new fails
    #[command(display_order = 10)]
    Baseline(BaselineArguments),
    /// List, test, write and compare policies
    #[command(display_order = 11, subcommand)]
    Policy(PolicyCommand),
    /// Print the JSON Schema of the JSON report, or what a policy can see of a kind
    #[command(display_order = 12)]
    Schema(SchemaArguments),
    /// Print shell completions
    #[command(display_order = 20)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    #[command(display_order = 21)]
    Man,
}

/// What is judged, by which policies. Shared by the commands that judge.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Judging {
    /// Files or folders to judge [default: the current folder]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Policies of this tier and those before it: default, recommended or strict
    #[arg(long, value_name = "TIER")]
    pub(crate) tier: Option<volary_model::Tier>,
    /// A folder with policies of your own (YAML or Rego); they add to the pack
    #[arg(long, value_name = "DIR")]
    pub(crate) policies: Vec<PathBuf>,
    /// Read the pack from a folder that holds `policies` and `catalog`, instead of the built-in one
    #[arg(long, value_name = "DIR")]
    pub(crate) pack: Option<PathBuf>,
    /// Judge expiry dates as of this day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) at: Option<jiff::civil::Date>,
    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) threads: usize,
}

#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  \
    volary check\n  \
    volary check --tier recommended infra modules/network\n  \
    volary check --format sarif --output volary.sarif\n  \
    volary check --format text --format sarif=volary.sarif --format markdown=summary.md\n  \
    volary check --since origin/main --fail-on high")]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Output format, several at once as FORMAT=FILE: text, json, sarif, junit, gitlab, github, azure, markdown
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub(crate) format: Vec<String>,
    /// Write the report to a file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Show every finding with its code
    #[arg(long)]
    pub(crate) details: bool,
    /// SARIF: keep only the worst so many results and say how many were left out (GitHub takes 25000)
    #[arg(long, value_name = "N")]
    pub(crate) max_results: Option<usize>,
    /// Fail on blocking findings of this severity and above: info, low, medium, high or critical
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<volary_model::Severity>,
    /// Fail when a judgement depends on something that is not known
    #[arg(long)]
    pub(crate) fail_on_undecided: bool,
    /// Report only what changed since this git revision introduces
    #[arg(long, value_name = "REF")]
    pub(crate) since: Option<String>,
    /// Colour: auto, always or never
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  \
    volary guardrails\n  \
    volary guardrails --details\n  \
    volary guardrails --source acme/pipeline-templates=../pipeline-templates\n  \
    volary guardrails --since origin/main\n  \
    volary guardrails --contract templates\n  \
    volary guardrails --expanded azure-pipelines.yml=preview.json\n  \
    volary guardrails --format html --output guardrails.html")]
pub(crate) struct GuardrailArguments {
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Where another repository lies whose templates, actions or libraries the pipelines use; with @COMMIT behind the
    /// path, its files at that commit
    #[arg(long, value_name = "NAME=PATH")]
    pub(crate) source: Vec<String>,
    /// Report only what changed since this git revision weakens
    #[arg(long, value_name = "REF")]
    pub(crate) since: Option<String>,
    /// Output format, several at once as FORMAT=FILE: text, json, sarif, markdown, html
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub(crate) format: Vec<String>,
    /// Write the report to a file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// For each pipeline what ships, which scans look at it, and why they stop it or not
    #[arg(long)]
    pub(crate) details: bool,
    /// List one by one what is otherwise told once
    #[arg(long)]
    pub(crate) all: bool,
    /// Show where people are waited for, and what could decide instead
    #[arg(long)]
    pub(crate) gates: bool,
    /// Show what the templates here guarantee to those who use them (text or json)
    #[arg(long, conflicts_with_all = ["since", "gates", "expanded", "details"])]
    pub(crate) contract: bool,
    /// What the platform expands a pipeline to (Azure DevOps' preview run, GitLab's merged YAML), instead of its file here or
    /// by itself
    #[arg(long, value_name = "[PIPELINE=]FILE", conflicts_with = "since")]
    pub(crate) expanded: Vec<String>,
    /// Fail on blocking findings of this severity and above: info, low, medium, high or critical
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<volary_model::Severity>,
    /// Colour: auto, always or never
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  \
    volary require image\n  \
    volary require terraform --platform azure")]
pub(crate) struct RequireArguments {
    /// What is going to ship: image, iac, manifests, chart, app, package, binary, ...
    #[arg(value_name = "KIND")]
    pub(crate) kind: String,
    /// The platform of the pipeline [default: that of the pipelines here]
    #[arg(long, value_name = "PLATFORM")]
    pub(crate) platform: Option<PlatformName>,
    /// Output format: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: String,
    /// Where another repository lies whose templates may be used
    #[arg(long, value_name = "NAME=PATH")]
    pub(crate) source: Vec<String>,
    /// Colour: auto, always or never
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum PlatformName {
    /// GitHub Actions
    #[value(alias = "github-actions")]
    Github,
    /// Azure Pipelines
    #[value(alias = "azure-pipelines", alias = "azure-devops")]
    Azure,
    /// GitLab CI
    #[value(alias = "gitlab-ci")]
    Gitlab,
    /// Jenkins
    Jenkins,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SourcesCommand {
    /// List the repositories that pipelines draw on, at which reference, and whether they were read
    List(SourcesListArguments),
    /// Fetch what was not read with your own git, into your cache folder; nothing in the tree changes
    Fetch(SourcesFetchArguments),
}

#[derive(Args, Clone, Debug)]
pub(crate) struct SourcesListArguments {
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Where another repository lies
    #[arg(long, value_name = "NAME=PATH")]
    pub(crate) source: Vec<String>,
    /// Also the actions that are programs of their own
    #[arg(long)]
    pub(crate) all: bool,
    /// Output format: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: String,
    /// Colour: auto, always or never
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorWhen,
}

#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  \
    volary sources fetch\n  \
    volary sources fetch acme/pipeline-templates --write\n  \
    volary sources fetch --source platform/templates=https://dev.azure.com/acme/platform/_git/templates")]
pub(crate) struct SourcesFetchArguments {
    /// Only these repositories, as the pipelines name them; also those of actions that are programs
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// The address of a repository whose host the pipelines do not tell (https, ssh or file)
    #[arg(long, value_name = "NAME=URL")]
    pub(crate) source: Vec<String>,
    /// Fetch what the references name now, also where the configuration pins a commit
    #[arg(long)]
    pub(crate) update: bool,
    /// Add the commits to `sources` in .volary/config.yaml
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct ExplainArguments {
    /// A policy id, another tool's id (CKV_AZURE_44), the fingerprint of a finding or its place (FILE:LINE)
    pub(crate) what: String,
    #[command(flatten)]
    pub(crate) judging: Judging,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExceptionsCommand {
    /// Write the record that accepts one finding until a day, to be reviewed like code
    Request(RequestArguments),
    /// List the recorded exceptions and what they cover
    List {
        #[command(flatten)]
        judging: Judging,
    },
}

#[derive(Args, Clone, Debug)]
pub(crate) struct RequestArguments {
    /// The fingerprint of the finding, or its first digits
    pub(crate) fingerprint: String,
    /// Why the risk is acceptable
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// Who answers for it
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Until when (at most a year) [default: 30 days]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) until: Option<jiff::civil::Date>,
    #[command(flatten)]
    pub(crate) judging: Judging,
}

#[derive(Args, Clone, Debug)]
pub(crate) struct BaselineArguments {
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Only remove what is no longer there; never add
    #[arg(long)]
    pub(crate) shrink: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List the policies
    List {
        /// Policies of this tier and those before it
        #[arg(long, value_name = "TIER")]
        tier: Option<volary_model::Tier>,
        /// As JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        source: PolicySource,
    },
    /// Run the examples that lie beside policies
    Test {
        /// Folders or policy files [default: the whole pack]
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        source: PolicySource,
    },
    /// Start a policy with its examples
    New {
        /// The id: provider-service-property
        id: String,
        /// The kind that it judges, such as azurerm_storage_account
        #[arg(long)]
        judges: String,
        /// The folder to write to
        #[arg(long, default_value = ".", value_name = "DIR")]
        folder: PathBuf,
    },
    /// Say what another version of the pack would newly report here
    Diff {
        /// The folder of the other pack; it holds `policies` and `catalog`
        #[arg(long, value_name = "DIR")]
        pack: PathBuf,
        /// Files or folders to judge
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
        /// Policies of this tier and those before it
        #[arg(long, value_name = "TIER")]
        tier: Option<volary_model::Tier>,
    },
}

/// Which policies a command is about.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct PolicySource {
    /// A folder with policies of your own
    #[arg(long, value_name = "DIR")]
    pub(crate) policies: Vec<PathBuf>,
    /// Read the pack from a folder that holds `policies` and `catalog`
    #[arg(long, value_name = "DIR")]
    pub(crate) pack: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct SchemaArguments {
    #[command(subcommand)]
    pub(crate) what: Option<SchemaCommand>,
}

#[derive(Clone, Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// The JSON Schema of another JSON report
    Report {
        /// check, guardrails, contracts, require or sources
        name: String,
    },
    /// What a policy can see of a kind, or the JSON Schema of a file under .volary
    Input {
        /// The kind, such as azurerm_storage_account or k8s.container; or config, exception or platform
        kind: String,
    },
}
