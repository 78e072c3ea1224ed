//! `jieda lookup`: looks one text up and prints the outcome as text, as the API's JSON, or with the
//! features of each candidate.

use std::io::{IsTerminal as _, Read as _};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use jieda::journal::{Channel, Place};
use jieda::live::Live;
use jieda::lookup::Exclude;
use jieda::lookup::Paste;
use jieda::service::Recorded;
use jieda::web;

use super::args::LookupArgs;
use super::{Misuse, batch, load_engine, print, recorded, terminal};

pub(crate) fn run(args: LookupArgs) -> anyhow::Result<ExitCode> {
    if let Some(file) = &args.batch {
        return batch::run(&args, file);
    }
    let text = match args.text {
        Some(text) if text != "-" => text,
        _ => read_stdin()?,
    };
    let place = args.record.place().map_err(Misuse::new)?;
    let Some(engine) = load_engine(&args.kb.dir)? else {
        return Ok(ExitCode::FAILURE);
    };
    let paste = Paste::new(engine.kb(), text, args.platform.as_deref()).map_err(Misuse::new)?;
    let limit = usize::from(args.limit);
    let output = if args.explain {
        let scored = engine.consider(paste.text(), paste.platform(), Exclude::Nothing);
        terminal::explanation(&engine, &scored, limit)
    } else {
        let live = Arc::new(Live::new(Arc::new(engine)));
        let now = live.current();
        let recorded = look_up(live, &paste, limit, place)?;
        if args.json {
            format!("{}\n", web::lookup_json(&now, &recorded)?)
        } else {
            let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
            terminal::answer(&now.engine, paste.text(), &recorded.answer, colour)
        }
    };
    print(&output)?;
    Ok(ExitCode::SUCCESS)
}

fn read_stdin() -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .context("standard input")?;
    let text = String::from_utf8(bytes);
    Ok(text.map_err(|e| Misuse(format!("standard input is no UTF-8: {e}")))?)
}

/// Looks a paste up, and records it if there is a place for the journal.
fn look_up(
    live: Arc<Live>,
    paste: &Paste,
    limit: usize,
    place: Option<Place>,
) -> anyhow::Result<Recorded> {
    let now = live.current();
    recorded(live, place, |service| {
        let recorded = service.turn(&now, paste, None, limit, Channel::Command);
        // A command has no next turn.
        Recorded {
            next: None,
            ..recorded
        }
    })
}
