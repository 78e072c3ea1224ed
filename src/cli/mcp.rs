//! `jieda mcp`: the Model Context Protocol on standard input and output.

use std::process::ExitCode;
use std::sync::Arc;

use jieda::journal::Journal;
use jieda::live::Live;
use jieda::web::{self, App};

use super::args::McpArgs;
use super::{JOURNAL_FLUSH, Misuse, print_diagnostics};

pub(crate) fn run(args: &McpArgs) -> anyhow::Result<ExitCode> {
    // Standard output carries the protocol, so the log goes to standard error.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .init();
    let place = args.record.place().map_err(Misuse::new)?;
    let (live, diagnostics) = Live::open(&args.kb.dir, false)?;
    print_diagnostics(&diagnostics);
    let Some(live) = live.map(Arc::new) else {
        return Ok(ExitCode::FAILURE);
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(async {
        let journal = place.map_or_else(Journal::off, |place| Journal::open(place, None));
        let app = App::new(live, journal.clone(), web::Options::default());
        let served = web::mcp_on_stdio(app).await;
        journal.close(JOURNAL_FLUSH).await;
        served
    });
    // A thread still reads standard input: do not wait for it.
    runtime.shutdown_background();
    served.map_err(|error| anyhow::anyhow!("the client does not speak MCP: {error}"))?;
    Ok(ExitCode::SUCCESS)
}
