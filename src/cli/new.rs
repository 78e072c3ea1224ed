//! `jieda new`: writes the scaffold of an entry and prints its path.

use std::process::ExitCode;

use anyhow::Context as _;
use jieda::kb::scaffold;

use super::args::NewArgs;
use super::{Misuse, print};

pub(crate) fn run(args: &NewArgs) -> anyhow::Result<ExitCode> {
    let path = scaffold::path(&args.kb.dir, &args.id).map_err(Misuse::new)?;
    if path.exists() {
        return Err(Misuse(format!("{} exists already", path.display())).into());
    }
    std::fs::write(&path, scaffold::entry(&args.title))
        .with_context(|| path.display().to_string())?;
    print(&format!("{}\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}
