//! `jieda check`: prints the diagnostics of a knowledge base, and whether each entry finds itself.

use std::process::ExitCode;

use jieda::index::all_threads;
use jieda::kb::Kb;
use jieda::lookup::Engine;
use jieda::lookup::self_check::find_itself;

use super::args::{CheckArgs, CheckFormat};
use super::{count_errors, print};

pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let dir = args.path.as_ref().unwrap_or(&args.kb.dir);
    let sources = Kb::read(dir)?;
    let (base, mut diagnostics) = Kb::parse(&sources);
    let entries = base.entries.len();
    if count_errors(&diagnostics) == 0 {
        let engine = Engine::new(base, Kb::digest(&sources))?;
        diagnostics.extend(find_itself(&engine, all_threads()));
    }
    let errors = count_errors(&diagnostics);
    match args.format {
        CheckFormat::Json => print(&format!(
            "{}\n",
            serde_json::to_string_pretty(&diagnostics)?
        ))?,
        CheckFormat::Text => {
            let lines: String = diagnostics.iter().map(|d| format!("{d}\n")).collect();
            print(&lines)?;
            let warnings = diagnostics.len() - errors;
            print(&format!(
                "{}: {entries} entries, {errors} errors, {warnings} warnings\n",
                dir.display()
            ))?;
        }
    }
    Ok(if errors == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
