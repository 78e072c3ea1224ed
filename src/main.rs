//! The `jieda` command: parses the arguments, dispatches, and sets the exit status.

mod cli;

use std::process::ExitCode;

use crate::cli::Misuse;
use crate::cli::args::Command;

/// A lookup makes many short-lived lists: glibc's allocator takes a tenth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit status of a command that was used wrongly; 1 is any other failure.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Serve(args) => cli::serve::run(args),
        Command::Check(args) => cli::check::run(&args),
        Command::Lookup(args) => cli::lookup::run(args),
        Command::Eval(args) => cli::eval::run(&args),
        Command::Fit(args) => cli::fit::run(&args),
        Command::New(args) => cli::new::run(&args),
        Command::Keys(args) => cli::keys::run(&args),
        Command::Mcp(args) => cli::mcp::run(&args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("jieda: {error:#}");
        if error.is::<Misuse>() {
            ExitCode::from(MISUSED)
        } else {
            ExitCode::FAILURE
        }
    })
}
