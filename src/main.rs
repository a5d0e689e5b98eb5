//! The `poolsmith` command: brings in the outside world as plain values.

use clap::Parser;
use poolsmith::cli::{self, Cli, Surroundings};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let mut stdout = std::io::BufWriter::new(std::io::stdout().lock());
    let mut stderr = std::io::BufWriter::new(std::io::stderr().lock());
    let mut surroundings = Surroundings {
        working_directory: std::env::current_dir().unwrap_or_default(),
        stderr_is_styled: !no_color && std::io::stderr().is_terminal(),
        stdout_is_styled: !no_color && std::io::stdout().is_terminal(),
        variables: cli::cmp::DECLARED_VARIABLES
            .into_iter()
            // What is not UTF-8 names nothing that there is, but it is not unset either.
            .filter_map(|name| {
                Some((name.to_owned(), std::env::var_os(name)?.to_string_lossy().into_owned()))
            })
            .collect(),
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        stdout: &mut stdout,
        stderr: &mut stderr,
    };
    let exit = cli::run(cli, &mut surroundings);
    // Findings first, so that a closed stdout takes nothing of them away.
    let _ = stderr.flush();
    match stdout.flush() {
        Ok(()) => exit.into(),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => exit.into(),
        Err(_) => ExitCode::from(2),
    }
}
