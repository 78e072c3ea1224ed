//! The command: parses, dispatches, prints, and sets the exit status.

mod serve;

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser as _;
use jieda::config::{
    Check, Cli, Command, Eval, Fit, Format, KbDir, KeyChange, Keys, Lookup, Mcp, New,
};
use jieda::eval::{fit, labelled, perturb, table};
use jieda::index::all_threads;
use jieda::journal::{Face, Journal, Looked, Place};
use jieda::kb::{Diagnostic, Kb, Severity};
use jieda::live::Live;
use jieda::lookup::self_check::find_itself;
use jieda::lookup::{Engine, Exclude, Paste};
use jieda::web::keys::KeyError;
use jieda::{terminal, web};

/// A lookup makes many short-lived lists: glibc's allocator takes a tenth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Something was found wrong.
const WRONG: u8 = 1;
/// The command was used wrongly.
const MISUSED: u8 = 2;

/// How long a single lookup waits for the journal.
const LAST_WRITES: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(options) => serve::serve(&options),
        Command::Check(options) => check(&options),
        Command::Lookup(options) => lookup(&options),
        Command::Eval(options) => eval(&options),
        Command::Fit(options) => fit(&options),
        Command::New(options) => new(&options),
        Command::Mcp(options) => mcp(&options),
        Command::Keys(options) => keys(&options),
    };
    done.unwrap_or_else(|error| {
        eprintln!("jieda: {error:#}");
        ExitCode::from(if error.is::<Misuse>() { MISUSED } else { WRONG })
    })
}

/// What the caller did wrong, as opposed to what was found wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Misuse(String);

fn say(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        // The reader has seen enough (`jieda check | head`).
        Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("standard output"),
    }
}

/// Loads a knowledge base and builds its engine; prints every diagnostic and gives none on an error.
fn engine(kb: &KbDir) -> anyhow::Result<Option<Engine>> {
    let sources = Kb::read(&kb.dir)?;
    let (base, diagnostics) = Kb::parse(&sources);
    complain(&diagnostics);
    if failed(&diagnostics) {
        return Ok(None);
    }
    Ok(Some(Engine::new(base, Kb::digest(&sources))?))
}

/// Prints every diagnostic on standard error.
fn complain(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        eprintln!("{diagnostic}");
    }
}

fn failed(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|d| d.severity == Severity::Error)
}

fn mcp(options: &Mcp) -> anyhow::Result<ExitCode> {
    // Standard output speaks the protocol: the log goes to standard error.
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .init();
    let place = options.keep.place().map_err(|e| Misuse(e.to_string()))?;
    let (live, diagnostics) = Live::open(&options.kb.dir, false)?;
    complain(&diagnostics);
    let Some(live) = live.map(Arc::new) else {
        return Ok(ExitCode::from(WRONG));
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let done = runtime.block_on(async {
        let journal = place.map_or_else(Journal::off, |place| Journal::open(place, None));
        let app = web::App::new(live, journal.clone(), web::Options::default());
        let done = web::mcp_on_stdio(app).await;
        journal.close(LAST_WRITES).await;
        done
    });
    // A thread still reads standard input.
    runtime.shutdown_background();
    done.map_err(|error| anyhow::anyhow!("the client does not speak MCP: {error}"))?;
    Ok(ExitCode::SUCCESS)
}

fn check(options: &Check) -> anyhow::Result<ExitCode> {
    let dir = options.path.as_ref().unwrap_or(&options.kb.dir);
    let sources = Kb::read(dir)?;
    let (base, mut diagnostics) = Kb::parse(&sources);
    let entries = base.entries.len();
    if !failed(&diagnostics) {
        let engine = Engine::new(base, Kb::digest(&sources))?;
        diagnostics.extend(find_itself(&engine, all_threads()));
    }
    let errors = diagnostics
        .iter()
        .filter(|d| d.severity == Severity::Error)
        .count();
    match options.format {
        Format::Json => say(&format!(
            "{}\n",
            serde_json::to_string_pretty(&diagnostics)?
        ))?,
        Format::Text => {
            let shown: String = diagnostics.iter().map(|d| format!("{d}\n")).collect();
            say(&shown)?;
            let warnings = diagnostics.len() - errors;
            say(&format!(
                "{}: {entries} entries, {errors} errors, {warnings} warnings\n",
                dir.display()
            ))?;
        }
    }
    Ok(ExitCode::from(if errors > 0 { WRONG } else { 0 }))
}

fn lookup(options: &Lookup) -> anyhow::Result<ExitCode> {
    let text = match options.text.as_deref() {
        Some(text) if text != "-" => text.to_owned(),
        _ => {
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .read_to_end(&mut bytes)
                .context("standard input")?;
            String::from_utf8(bytes)
                .map_err(|e| Misuse(format!("standard input is no UTF-8: {e}")))?
        }
    };
    let place = options.keep.place().map_err(|e| Misuse(e.to_string()))?;
    let Some(engine) = engine(&options.kb)? else {
        return Ok(ExitCode::from(WRONG));
    };
    let paste = Paste::new(engine.kb(), text, options.platform.as_deref())
        .map_err(|e| Misuse(e.to_string()))?;
    if options.explain {
        let considered = engine.consider(paste.text(), paste.platform(), Exclude::Nothing);
        say(&terminal::explanation(
            &engine,
            &considered,
            usize::from(options.limit),
        ))?;
        return Ok(ExitCode::SUCCESS);
    }
    let looked = look_up(&engine, &paste, usize::from(options.limit), place)?;
    if options.json {
        say(&format!("{}\n", web::lookup_json(&engine, &looked)?))?;
    } else {
        let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        say(&terminal::answer(
            &engine,
            paste.text(),
            &looked.answer,
            colour,
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Looks up, and keeps that it was asked where a place for it was named.
fn look_up(
    engine: &Engine,
    paste: &Paste,
    limit: usize,
    place: Option<Place>,
) -> anyhow::Result<Looked> {
    let Some(place) = place else {
        return Ok(Journal::off().lookup(engine, paste, limit, Face::Command));
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(runtime.block_on(async {
        let journal = Journal::open(place, None);
        let looked = journal.lookup(engine, paste, limit, Face::Command);
        journal.close(LAST_WRITES).await;
        if let Some(trouble) = journal.trouble() {
            eprintln!("jieda: the journal: {}", trouble.as_str());
        }
        looked
    }))
}

fn eval(options: &Eval) -> anyhow::Result<ExitCode> {
    let queries = labels(&options.files)?;
    let Some(engine) = engine(&options.kb)? else {
        return Ok(ExitCode::from(WRONG));
    };
    if options.perturb {
        say(&perturb::table(&engine, &queries))?;
        return Ok(ExitCode::SUCCESS);
    }
    let rows = match options.folds {
        Some(folds) => table::cross_validate(engine, &queries, usize::from(folds)),
        None => table::evaluate(&engine, &queries),
    };
    say(&table::render(&rows))?;
    if options.misses {
        say(&format!("\n{}", table::misses(&rows)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn labels(files: &[std::path::PathBuf]) -> anyhow::Result<Vec<labelled::Labelled>> {
    let mut all = Vec::new();
    for file in files {
        all.extend(labelled::read(file).map_err(|e| Misuse(e.to_string()))?);
    }
    Ok(all)
}

fn fit(options: &Fit) -> anyhow::Result<ExitCode> {
    let queries = labels(&options.labels)?;
    let sources = Kb::read(&options.kb.dir)?;
    let (base, diagnostics) = Kb::parse(&sources);
    if failed(&diagnostics) {
        complain(&diagnostics);
        return Ok(ExitCode::from(WRONG));
    }
    // The old decision may have been fitted for other features: it is not looked at.
    let engine = Engine::with_decision(
        base,
        Kb::digest(&sources),
        jieda::lookup::judge::Decision::built_in(),
    )?;
    let generated = fit::generated_examples(&engine);
    let labelled = fit::labelled_examples(&engine, &queries.iter().collect::<Vec<_>>());
    let decision = fit::fit(&generated, &labelled);
    let text = format!(
        "# Written by `jieda fit` from {} generated and {} labelled lines. Do not edit.\n{}",
        generated.len(),
        labelled.len(),
        toml::to_string(&decision)?
    );
    let path = options
        .output
        .clone()
        .unwrap_or_else(|| options.kb.dir.join("_decision.toml"));
    if path.as_os_str() == "-" {
        say(&text)?;
    } else {
        std::fs::write(&path, text).with_context(|| path.display().to_string())?;
        say(&format!(
            "{}: fitted on {} generated and {} labelled lines\n",
            path.display(),
            generated.len(),
            labelled.len()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn new(options: &New) -> anyhow::Result<ExitCode> {
    let path = jieda::kb::scaffold::path(&options.kb.dir, &options.id)
        .map_err(|e| Misuse(e.to_string()))?;
    if path.exists() {
        return Err(Misuse(format!("{} exists already", path.display())).into());
    }
    std::fs::write(&path, jieda::kb::scaffold::entry(&options.title))
        .with_context(|| path.display().to_string())?;
    say(&format!("{}\n", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

fn keys(options: &Keys) -> anyhow::Result<ExitCode> {
    let misused = |error: KeyError| match error {
        KeyError::Name(_) => anyhow::Error::from(Misuse(error.to_string())),
        _ => error.into(),
    };
    match &options.change {
        KeyChange::Add { name, scope, data } => {
            let token = web::keys::add(&data.dir, name, scope).map_err(misused)?;
            say(&format!("{token}\n"))?;
            eprintln!("jieda: keep it now, it cannot be shown again");
        }
        KeyChange::List { data } => {
            for key in web::keys::list(&data.dir)? {
                let scopes: Vec<&str> = key.scopes.iter().map(|s| s.id()).collect();
                say(&format!("{}  {}\n", key.name, scopes.join(",")))?;
            }
        }
        KeyChange::Revoke { name, data } => {
            web::keys::revoke(&data.dir, name)?;
            say(&format!("{name}: revoked\n"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
