//! The command line's form. Help texts, completions and manual pages all come from here.

use super::accepting::{BaselineArgs, Today};
use super::rule_choice::RuleChoice;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Renders OpenShift node pools for Argo CD, offline and with the safety rules enforced
///
/// A project is a directory with a file `poolsmith.yaml`, which is looked for upwards from the working
/// directory. Data goes to stdout, everything else to stderr.
#[derive(Parser, Debug)]
#[command(name = "poolsmith", version, propagate_version = true, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 clean; 1 findings, or a difference; 2 usage, or input that cannot be read; 3 a fault of poolsmith's own."
)]
pub struct Cli {
    /// The project: its directory, or its poolsmith.yaml
    #[arg(long, global = true, value_name = "PATH")]
    pub project: Option<PathBuf>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Render manifests to stdout, or with --out into each environment's output directory
    Render(RenderArgs),
    /// Run every rule and compare the committed manifests with what would be rendered; writes only what
    /// --fix and --write-baseline ask for
    Check(CheckArgs),
    /// Print what the pools take of the cloud account's limits
    ///
    /// A row for each quota that is stated or in use: the limit, what is reserved, what the pools take at
    /// their minimum and maximum, what is left, and the largest instance type that still fits. Findings of
    /// the rules about quotas go to stderr. Without --env it is about all environments.
    Quota(QuotaArgs),
    /// Print the JSON Schema of a file in the spec language, or of what a command prints
    Schema {
        /// Which file
        #[arg(value_enum)]
        name: SchemaArg,
    },
    /// Print the pool classes, the project's own among them
    Classes,
    /// List the rules
    Rules {
        /// How to list them
        #[arg(long, value_enum, default_value_t = ListFormat::Human)]
        format: ListFormat,
    },
    /// Explain a rule: what it does, why, and what to write instead
    Explain {
        /// The rule's code, such as MCH001, or its name
        code: String,
    },
    /// Answer Argo CD as a config-management plugin
    ///
    /// Argo CD's sidecar runs these in the path of an Application. docs/argocd.md has the installation.
    Cmp {
        #[command(subcommand)]
        command: CmpCommand,
    },
    /// Print a completion script
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page with those of all subcommands, or write each as a file
    Man {
        /// Write the pages into this directory, one for each command
        #[arg(long, value_name = "DIRECTORY")]
        out: Option<PathBuf>,
    },
}

#[derive(Subcommand, Debug)]
pub(super) enum CmpCommand {
    /// Render one bundle of one environment, both named by the plugin's parameters
    ///
    /// The parameters are `env` and `bundle`, from ARGOCD_APP_PARAMETERS or PARAM_ENV and PARAM_BUNDLE; or
    /// the plugin's environment POOLSMITH_ENV and POOLSMITH_BUNDLE, with or without the prefix ARGOCD_ENV_.
    /// What contradicts itself is an error. stdout holds the whole bundle or nothing, and an empty bundle is
    /// an error, because Argo CD would take it for the wish to remove everything.
    Generate,
    /// Announce the parameters, with the environments and bundles that there are
    Parameters,
    /// Print the plugin.yaml that belongs to this version
    Plugin,
}

/// Which environments a command works on.
#[derive(Args, Debug, Clone)]
pub(super) struct Selection {
    /// An environment; may be repeated. Without it a project's only environment is meant
    #[arg(long, value_name = "NAME")]
    pub env: Vec<String>,
    /// All environments
    #[arg(long, conflicts_with = "env")]
    pub all: bool,
    /// Use at most so many threads; by default one for each processor. The output is the same
    #[arg(long, value_name = "NUMBER")]
    pub threads: Option<std::num::NonZeroUsize>,
}

#[derive(Args, Debug)]
pub(super) struct RenderArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// Only this bundle; may be repeated
    #[arg(long, value_enum, value_name = "BUNDLE", conflicts_with = "out")]
    pub bundle: Vec<BundleArg>,
    /// Write each environment's output directory instead of stdout
    #[arg(long)]
    pub out: bool,
    /// With --out, for hooks: fail when a file was written or removed, and leave out environments that
    /// Argo CD renders by itself and that keep no output directory
    #[arg(long, requires = "out")]
    pub refresh: bool,
    /// The form of the manifests on stdout
    #[arg(long, value_enum, default_value_t = ManifestFormat::Yaml, conflicts_with = "out")]
    pub format: ManifestFormat,
    /// How findings are shown on stderr
    #[arg(long, value_enum, default_value_t = MessageFormat::Human, value_name = "FORMAT")]
    pub message_format: MessageFormat,
    #[command(flatten)]
    pub today: Today,
}

#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// How findings are shown: human and concise on stderr, the others on stdout
    #[arg(long, value_enum, default_value_t = CheckFormat::Human)]
    pub format: CheckFormat,
    /// Which findings fail the run
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub deny: Option<Deny>,
    #[command(flatten)]
    pub rules: RuleChoice,
    #[command(flatten)]
    pub today: Today,
    #[command(flatten)]
    pub baseline: BaselineArgs,
    #[command(flatten)]
    pub fixing: FixArgs,
}

/// What becomes of the fixes that are certain.
#[derive(Args, Debug, Clone, Copy)]
pub(super) struct FixArgs {
    /// Write the certain fixes into the project's files, then show what is left
    #[arg(long)]
    pub fix: bool,
    /// Print what --fix would write as a unified diff on stdout; writes nothing
    #[arg(long)]
    pub diff: bool,
}

#[derive(Args, Debug)]
pub(super) struct QuotaArgs {
    #[command(flatten)]
    pub selection: Selection,
    /// The limits as the cloud's command prints them, instead of the file that the values name
    #[arg(long, value_name = "FILE")]
    pub quotas: Option<PathBuf>,
    /// How to print them
    #[arg(long, value_enum, default_value_t = QuotaFormat::Human)]
    pub format: QuotaFormat,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QuotaFormat {
    /// A table
    Human,
    /// JSON; `poolsmith schema quota` prints its schema
    Json,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SchemaArg {
    Project,
    ClusterPools,
    PoolClasses,
    Waivers,
    Baseline,
    Findings,
    Rules,
    Objects,
    Quota,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BundleArg {
    Rbac,
    Accelerators,
    Capacity,
    Argocd,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ManifestFormat {
    Yaml,
    Json,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MessageFormat {
    Human,
    Concise,
    Json,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CheckFormat {
    /// For people, with the source lines
    Human,
    /// One line a finding
    Concise,
    /// JSON; `poolsmith schema findings` prints its schema
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// A JUnit report
    Junit,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ListFormat {
    Human,
    Json,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deny {
    /// Warnings fail the run too
    Warnings,
}
