//! `jieda eval`: measures the lookup on labelled queries and prints tables.

use std::process::ExitCode;

use jieda::eval::{perturb, table};

use super::args::EvalArgs;
use super::{load_engine, print, read_labelled};

pub(crate) fn run(args: &EvalArgs) -> anyhow::Result<ExitCode> {
    let queries = read_labelled(&args.files)?;
    let Some(engine) = load_engine(&args.kb.dir)? else {
        return Ok(ExitCode::FAILURE);
    };
    if args.perturb {
        print(&perturb::table(&engine, &queries))?;
        return Ok(ExitCode::SUCCESS);
    }
    let rows = match args.folds {
        Some(folds) => table::cross_validate(engine, &queries, usize::from(folds)),
        None => table::evaluate(&engine, &queries),
    };
    print(&table::render(&rows))?;
    if args.misses {
        print(&format!("\n{}", table::misses(&rows)))?;
    }
    Ok(ExitCode::SUCCESS)
}
