//! The commands that print what poolsmith knows: schemas, pages of rules, completions, manuals.

use super::args::{Cli, SchemaArg};
use super::output::{complain, data};
use super::{Exit, Surroundings};
use crate::rules as registry;
use clap::CommandFactory;
use std::path::Path;

/// Prints a JSON Schema.
pub(super) fn schema(name: SchemaArg, surroundings: &mut Surroundings<'_>) -> Exit {
    data(super::published::text(name), surroundings)
}

/// Prints a rule's page.
pub(super) fn explain(code: &str, surroundings: &mut Surroundings<'_>) -> Exit {
    match registry::find(code) {
        Some(rule) => data(&registry::faults::readable(rule.page), surroundings),
        None => {
            let known = registry::all();
            let wanted = code.to_ascii_uppercase();
            let near = crate::diag::nearest(&wanted, known.iter().map(|rule| rule.code));
            let hint = near.map(|near| format!(", did you mean {near}")).unwrap_or_default();
            complain(&format!("there is no rule `{code}`{hint}; `poolsmith rules` lists them"), surroundings);
            Exit::Usage
        }
    }
}

/// Prints a completion script.
pub(super) fn completions(shell: clap_complete::Shell, surroundings: &mut Surroundings<'_>) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "poolsmith", &mut script);
    data(&String::from_utf8_lossy(&script), surroundings)
}

/// Prints the manual page with those of all subcommands, or writes each into the directory `out`.
pub(super) fn man(out: Option<&Path>, surroundings: &mut Surroundings<'_>) -> Exit {
    if let Some(directory) = out {
        let written = std::fs::create_dir_all(directory)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), directory));
        return match written {
            Ok(()) => Exit::Clean,
            Err(error) => {
                let place = directory.display();
                complain(
                    &format!("the manual pages cannot be written to `{place}`: {}", error.kind()),
                    surroundings,
                );
                Exit::Usage
            }
        };
    }
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    match pages(&command, &mut page) {
        Ok(()) => data(&String::from_utf8_lossy(&page), surroundings),
        Err(error) => {
            complain(&format!("the manual page cannot be made: {error}"), surroundings);
            Exit::Internal
        }
    }
}

/// The page of `command`, then those of its subcommands, however deep.
fn pages(command: &clap::Command, into: &mut Vec<u8>) -> std::io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(into)?;
    command.get_subcommands().try_for_each(|command| pages(command, into))
}
