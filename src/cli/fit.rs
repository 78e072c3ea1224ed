//! `jieda fit`: fits the decision to a knowledge base and writes it as TOML.

use std::process::ExitCode;

use anyhow::Context as _;
use jieda::eval::fit;
use jieda::kb::Kb;
use jieda::lookup::Engine;
use jieda::lookup::judge::Decision;

use super::args::FitArgs;
use super::{count_errors, print, print_diagnostics, read_labelled};

pub(crate) fn run(args: &FitArgs) -> anyhow::Result<ExitCode> {
    let queries = read_labelled(&args.labels)?;
    let sources = Kb::read(&args.kb.dir)?;
    let (base, diagnostics) = Kb::parse(&sources);
    if count_errors(&diagnostics) > 0 {
        print_diagnostics(&diagnostics);
        return Ok(ExitCode::FAILURE);
    }
    // The present decision is not read: it may have been fitted for other features.
    let engine = Engine::with_decision(base, Kb::digest(&sources), Decision::built_in())?;
    let generated = fit::generated_examples(&engine);
    let labelled = fit::labelled_examples(&engine, &queries.iter().collect::<Vec<_>>());
    let decision = fit::fit(&generated, &labelled);
    let lines = format!(
        "{} generated and {} labelled lines",
        generated.len(),
        labelled.len()
    );
    let text = format!(
        "# Written by `jieda fit` from {lines}. Do not edit.\n{}",
        toml::to_string(&decision)?
    );
    let path = match &args.output {
        Some(path) if path.as_os_str() == "-" => {
            print(&text)?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(path) => path.clone(),
        None => args.kb.dir.join("_decision.toml"),
    };
    std::fs::write(&path, text).with_context(|| path.display().to_string())?;
    print(&format!("{}: fitted on {lines}\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}
