//! `jieda lookup --batch`: looks every row of a table up and prints a line a row, or a line of the
//! API's JSON a group.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use jieda::journal::Channel;
use jieda::live::{Generation, Live};
use jieda::lookup::Outcome;
use jieda::lookup::batch::{self, Bounded, Group, LeftOut};
use jieda::service::{Recorded, Service};
use jieda::table;
use jieda::{web, wording};

use super::args::LookupArgs;
use super::{Misuse, load_engine, print, recorded};

/// Head of the table, its columns between tabs.
const HEAD: &str = "行\t订单号\t结论\t条目\t编号\n";

pub(super) fn run(args: &LookupArgs, file: &Path) -> anyhow::Result<ExitCode> {
    let content = table::file::read(&read(file)?).map_err(Misuse::new)?;
    let place = args.record.place().map_err(Misuse::new)?;
    let Some(engine) = load_engine(&args.kb.dir)? else {
        return Ok(ExitCode::FAILURE);
    };
    let texts = batch::of_parts(&engine, &content.parts);
    let bounded = batch::group_bounded(&engine, &texts, args.platform.as_deref());
    let bounded = Bounded {
        other_sheets: content.other_sheets,
        ..bounded.map_err(Misuse::new)?
    };
    for left in &bounded.left_out {
        eprintln!("jieda: left out: {}", left_out(left));
    }
    for sheet in &bounded.other_sheets {
        eprintln!("jieda: left out: the sheet {sheet}");
    }
    let whole = bounded.left_out.is_empty() && bounded.other_sheets.is_empty();
    let live = Arc::new(Live::new(Arc::new(engine)));
    let now = live.current();
    let limit = usize::from(args.limit);
    recorded(live, place, |service| match args.json {
        true => print_json(service, &now, bounded, limit),
        false => print(&rows(service, &now, bounded.groups, limit)),
    })??;
    Ok(if whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file.as_os_str() != "-" {
        let bytes = std::fs::read(file);
        return Ok(bytes.map_err(|e| Misuse(format!("{}: {e}", file.display())))?);
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut bytes);
    read.context("standard input")?;
    Ok(bytes)
}

fn left_out(left: &LeftOut) -> String {
    let LeftOut {
        first, last, count, ..
    } = left;
    let reason = left.reason.as_str();
    format!("{count} of the rows {first} to {last}: {reason}")
}

/// Prints each line as it is ready.
fn print_json(
    service: &Service,
    now: &Generation,
    batch: Bounded,
    limit: usize,
) -> anyhow::Result<()> {
    let mut printed = Ok(());
    let mut out = std::io::stdout().lock();
    web::batch_lines((service, Channel::Command), now, batch, limit, |line| {
        printed = writeln!(out, "{line}");
        printed.is_ok()
    })?;
    match printed {
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output"),
    }
}

/// A line a row, in the order of the rows.
fn rows(service: &Service, now: &Generation, groups: Vec<Group>, limit: usize) -> String {
    let mut rows: Vec<(usize, String)> = Vec::new();
    for group in groups {
        let recorded = service.turn(now, &group.paste, None, limit, Channel::Command);
        let answer = told(now, &recorded);
        let mut orders = group.orders.into_iter().peekable();
        for line in group.lines {
            let order = orders.next_if(|(at, _)| *at == line);
            let order = order.map_or(String::new(), |(_, order)| match order.damaged {
                true => format!("{}（已损坏）", order.text),
                false => order.text,
            });
            rows.push((line, format!("{line}\t{order}\t{answer}\n")));
        }
    }
    rows.sort_by_key(|(line, _)| *line);
    rows.into_iter()
        .fold(HEAD.to_owned(), |mut text, (_, row)| {
            let _ = text.write_str(&row);
            text
        })
}

/// The outcome, and the first result where it is the answer or one of a few.
fn told(now: &Generation, recorded: &Recorded) -> String {
    let verdict = &recorded.answer.verdict;
    let word = wording::outcome(verdict.outcome, verdict.confidence);
    let first = verdict.results.first();
    match first.filter(|_| verdict.outcome != Outcome::None) {
        Some(hit) => {
            let entry = &now.engine.kb().entries[hit.entry];
            format!("{word}\t{}\t{}", entry.title, entry.id)
        }
        None => format!("{word}\t\t"),
    }
}
