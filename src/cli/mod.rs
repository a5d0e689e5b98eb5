//! The command line: what was typed, and which command answers it.
//!
//! Data goes to stdout, everything else to stderr. Exit codes: 0 clean; 1 findings at or above the
//! gate, or a difference; 2 usage, or input that cannot be read; 3 a fault of ours.

mod accepting;
mod args;
mod catalogue;
mod check;
mod classes;
pub mod cmp;
mod fix;
mod output;
pub mod published;
mod quota;
mod render;
mod rule_choice;
mod rules;
mod selection;

pub use args::Cli;
use args::Command;

/// The process's exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Clean,
    /// There are findings, or the committed output differs.
    Findings,
    /// The command line is wrong, or the input cannot be read.
    Usage,
    /// A fault of poolsmith's own.
    Internal,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> std::process::ExitCode {
        std::process::ExitCode::from(match exit {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Internal => 3,
        })
    }
}

/// What the process brings in from outside, as plain values.
pub struct Surroundings<'a> {
    /// Where the project is looked for, upwards.
    pub working_directory: std::path::PathBuf,
    /// Where data goes.
    pub stdout: &'a mut dyn std::io::Write,
    /// Where everything else goes.
    pub stderr: &'a mut dyn std::io::Write,
    /// Whether stderr takes colours.
    pub stderr_is_styled: bool,
    /// Whether stdout takes colours.
    pub stdout_is_styled: bool,
    /// The declared environment variables that are set (see [`cmp::DECLARED_VARIABLES`]).
    pub variables: std::collections::BTreeMap<String, String>,
    /// How many threads may work at once.
    pub threads: usize,
}

/// Runs the command that was typed.
pub fn run(cli: Cli, surroundings: &mut Surroundings<'_>) -> Exit {
    match cli.command {
        Command::Render(arguments) => render::run(&cli.project, &arguments, surroundings),
        Command::Check(arguments) => check::run(&cli.project, &arguments, surroundings),
        Command::Quota(arguments) => quota::run(&cli.project, &arguments, surroundings),
        Command::Schema { name } => catalogue::schema(name, surroundings),
        Command::Classes => classes::run(&cli.project, surroundings),
        Command::Rules { format } => rules::run(format, surroundings),
        Command::Explain { code } => catalogue::explain(&code, surroundings),
        Command::Cmp { command } => cmp::run(&cli.project, &command, surroundings),
        Command::Completions { shell } => catalogue::completions(shell, surroundings),
        Command::Man { out } => catalogue::man(out.as_deref(), surroundings),
    }
}
