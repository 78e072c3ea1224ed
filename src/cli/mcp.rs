//! `jieda mcp`: the Model Context Protocol on standard input and output.

use std::process::ExitCode;

use jieda::journal::Journal;
use jieda::service::Service;
use jieda::web::{self, App};

use super::args::McpArgs;
use super::{JOURNAL_FLUSH, Misuse, open_live};

pub(crate) fn run(args: &McpArgs) -> anyhow::Result<ExitCode> {
    // Standard output carries the protocol, so the log goes to standard error.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .init();
    let place = args.record.place().map_err(Misuse::new)?;
    let Some(live) = open_live(&args.kb.dir, false)? else {
        return Ok(ExitCode::FAILURE);
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(async {
        let journal = place.map_or_else(Journal::off, |place| Journal::open(place, None));
        let service = Service::new(live, journal.clone());
        let app = App::new(service, web::Options::default());
        let served = web::mcp_on_stdio(app).await;
        journal.close(JOURNAL_FLUSH).await;
        served
    });
    // A thread still reads standard input: do not wait for it.
    runtime.shutdown_background();
    served.map_err(|error| anyhow::anyhow!("the client does not speak MCP: {error}"))?;
    Ok(ExitCode::SUCCESS)
}
