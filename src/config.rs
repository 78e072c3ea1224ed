//! Flags and environment to one checked struct.

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::access::{Access, public_url};
use crate::journal::{NoPostgres, Place};
use crate::keep::{JournalUrl, Keep};
use crate::web::http::keys::Scope;
use crate::web::{Options, Patience};

/// Finds the entry of a knowledge base that solves a pasted error, or says that there is none.
#[derive(Debug, Parser)]
#[command(name = "jieda", version, args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Exit status: 0 fine, 1 something was found wrong, 2 used wrongly.\n\nExamples:\n  jieda                                  serve kb/ on http://127.0.0.1:8080\n  jieda lookup '拆单校验未通过#P38'      find the entry that solves an error\n  jieda check                            check every entry of kb/"
)]
pub struct Cli {
    /// What to do; without a command: serve.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to serve when no command is given.
    #[command(flatten)]
    pub serve: Serve,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages and the API (the default).
    #[command(
        after_help = "Examples:\n  jieda serve --listen 0.0.0.0:8080\n  JIEDA_KB=/srv/kb jieda serve --listen 127.0.0.1:0"
    )]
    Serve(Serve),
    /// Check the knowledge base; exit status 1 when there is an error.
    #[command(after_help = "Examples:\n  jieda check\n  jieda check --kb /srv/kb --format json")]
    Check(Check),
    /// Look up one text, from the argument or standard input.
    #[command(
        after_help = "Examples:\n  jieda lookup '拆单校验未通过#P38'\n  pbpaste | jieda lookup --json\n  jieda lookup --explain '发货方式不匹配 #B98'"
    )]
    Lookup(Lookup),
    /// Measure the lookup on labelled queries, one JSON object a line.
    #[command(
        after_help = "Each line: {\"id\": …, \"kind\": …, \"text\": …, \"gold\": [source or entry ids; empty: no answer here]}\n\nExamples:\n  jieda eval queries.jsonl --misses\n  jieda eval dev.jsonl wild.jsonl --folds 5"
    )]
    Eval(Eval),
    /// Fit the decision to the knowledge base and write kb/_decision.toml.
    #[command(
        after_help = "Examples:\n  jieda fit                        from the content alone\n  jieda fit --labels dev.jsonl     with labelled queries too"
    )]
    Fit(Fit),
    /// Write a new entry for an author to fill in.
    #[command(
        after_help = "Example:\n  jieda new logistics/sync/jd-account-frozen --title '商家账号已冻结'"
    )]
    New(New),
    /// Make, list and revoke keys of the API and of support agents.
    #[command(
        after_help = "Examples:\n  jieda keys add wecom-bot --scope lookup,feedback\n  jieda keys add xiaoli --scope agent\n  jieda keys list\n  jieda keys revoke wecom-bot"
    )]
    Keys(Keys),
    /// Offer the lookup to a language model as tools: the Model Context Protocol on standard input
    /// and output. A running server offers the same at /mcp.
    #[command(
        after_help = "Example, as a client's configuration has it:\n  {\"mcpServers\": {\"jieda\": {\"command\": \"jieda\", \"args\": [\"mcp\", \"--kb\", \"/srv/kb\"]}}}"
    )]
    Mcp(Mcp),
}

/// The folder that every command reads.
#[derive(Debug, Clone, Args)]
pub struct KbDir {
    /// The knowledge base's folder.
    #[arg(
        long = "kb",
        env = "JIEDA_KB",
        default_value = "kb",
        value_name = "DIR"
    )]
    pub dir: PathBuf,
}

/// The folder that the server keeps its own things in.
#[derive(Debug, Clone, Args)]
pub struct DataDir {
    /// The server's own folder: what it writes.
    #[arg(
        id = "data",
        long,
        env = "JIEDA_DATA",
        default_value = "data",
        value_name = "DIR"
    )]
    pub dir: PathBuf,
}

/// Options of `serve`.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// The knowledge base.
    #[command(flatten)]
    pub kb: KbDir,
    /// Address and port; port 0 takes any free one, and the address is printed once it is bound.
    #[arg(
        long,
        env = "JIEDA_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR"
    )]
    pub listen: SocketAddr,
    /// What it writes.
    #[command(flatten)]
    pub data: DataDir,
    /// Who may ask, and how much.
    #[command(flatten)]
    pub access: Access,
    /// Read the knowledge base every so many seconds instead of watching it: for file systems that
    /// tell nothing, such as a network mount.
    #[arg(long, env = "JIEDA_POLL", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub poll: Option<u64>,
    /// Start even if the knowledge base has errors, without the entries that have them.
    #[arg(long, env = "JIEDA_LENIENT")]
    pub lenient: bool,
    /// How long requests under way may take to end once the server is told to leave.
    #[arg(
        long,
        env = "JIEDA_GRACE",
        default_value_t = 10,
        value_name = "SECONDS"
    )]
    pub grace: u64,
    /// How the log on standard error is written.
    #[arg(long, env = "JIEDA_LOG_FORMAT", value_enum, default_value = "text")]
    pub log_format: LogFormat,
    /// What is logged, such as `warn` or `info,jieda=debug`; RUST_LOG when left out, else `info`.
    #[arg(long, env = "JIEDA_LOG_LEVEL", value_name = "FILTER")]
    pub log_level: Option<String>,
    /// Where people find the pages, such as `https://help.example`: for links in other places, and the
    /// host that `/mcp` answers under beside this machine's own names.
    #[arg(long, env = "JIEDA_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// The file that configures the callbacks of chat platforms; without it there are none.
    #[arg(long, env = "JIEDA_HOOKS", value_name = "FILE.toml")]
    pub hooks: Option<PathBuf>,
    /// Where the journal lies.
    #[command(flatten)]
    pub journal: JournalUrl,
    /// Delete what the journal keeps after this many days; 0 keeps it for ever.
    #[arg(long, env = "JIEDA_KEEP_DAYS", default_value_t = 180, value_name = "N")]
    pub keep_days: u32,
}

impl Serve {
    /// Where the journal lies.
    ///
    /// # Errors
    /// When its address is none.
    pub fn place(&self) -> Result<Place, NoPostgres> {
        let folder = &self.data.dir;
        let place = self.journal.place(Some(folder))?;
        Ok(place.unwrap_or_else(|| Place::Folder(folder.clone())))
    }

    /// How long the journal keeps what it has; for ever without an answer.
    pub fn keep(&self) -> Option<Duration> {
        let days = u64::from(self.keep_days);
        (days > 0).then(|| Duration::from_secs(days * 24 * 60 * 60))
    }

    /// What the faces are told.
    pub fn options(&self) -> Options {
        let access = &self.access;
        Options {
            data: self.data.dir.clone(),
            require_key: access.require_key,
            rate: NonZeroU32::new(access.rate),
            trusted_proxies: access.trusted_proxy.clone(),
            cors_origins: access.cors_origin.clone(),
            max_concurrent: access.max_concurrent,
            public_url: self.public_url.clone(),
            patience: Patience::default(),
        }
    }
}

/// Options of `mcp`.
#[derive(Debug, Args)]
pub struct Mcp {
    /// The knowledge base.
    #[command(flatten)]
    pub kb: KbDir,
    /// Where to keep what was asked; without a place gaps cannot be reported.
    #[command(flatten)]
    pub keep: Keep,
}

/// What `keys` does.
#[derive(Debug, Args)]
pub struct Keys {
    /// To the keys.
    #[command(subcommand)]
    pub change: KeyChange,
}

/// What `keys` does.
#[derive(Debug, Subcommand)]
pub enum KeyChange {
    /// Make a key and print it, this once.
    Add {
        /// What it is called: a-z, 0-9, `-`, `_` and `.`.
        name: String,
        /// What it allows.
        #[arg(
            long,
            env = "JIEDA_SCOPE",
            value_enum,
            value_delimiter = ',',
            required = true
        )]
        scope: Vec<Scope>,
        /// Where the keys are kept.
        #[command(flatten)]
        data: DataDir,
    },
    /// Print the names of the keys and what they allow.
    List {
        /// Where the keys are kept.
        #[command(flatten)]
        data: DataDir,
    },
    /// Take a key out of use; a running server notices at its next request.
    Revoke {
        /// What it is called.
        name: String,
        /// Where the keys are kept.
        #[command(flatten)]
        data: DataDir,
    },
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// How `check` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// As a compiler does.
    Text,
    /// One JSON array.
    Json,
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The knowledge base; also accepted as a bare argument.
    #[arg(value_name = "DIR")]
    pub path: Option<PathBuf>,
    /// The knowledge base.
    #[command(flatten)]
    pub kb: KbDir,
    /// How to print.
    #[arg(long, env = "JIEDA_FORMAT", value_enum, default_value = "text")]
    pub format: Format,
}

/// Options of `lookup`.
#[derive(Debug, Args)]
pub struct Lookup {
    /// The text; standard input when left out or `-`.
    pub text: Option<String>,
    /// The knowledge base.
    #[command(flatten)]
    pub kb: KbDir,
    /// Where the order was sold, such as `pdd`.
    #[arg(long, env = "JIEDA_PLATFORM")]
    pub platform: Option<String>,
    /// How many results at most.
    #[arg(long, env = "JIEDA_LIMIT", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub limit: u8,
    /// Print the API's JSON.
    #[arg(long, env = "JIEDA_JSON")]
    pub json: bool,
    /// Print each candidate's features, weights and result.
    #[arg(long, env = "JIEDA_EXPLAIN", conflicts_with = "json")]
    pub explain: bool,
    /// Where to keep that it was asked.
    #[command(flatten)]
    pub keep: Keep,
}

/// Options of `eval`.
#[derive(Debug, Args)]
pub struct Eval {
    /// Files of labelled queries.
    #[arg(required = true, value_name = "FILE.jsonl")]
    pub files: Vec<PathBuf>,
    /// The knowledge base.
    #[command(flatten)]
    pub kb: KbDir,
    /// Measure by cross-validation in this many folds instead of by the decision in force.
    #[arg(long, env = "JIEDA_FOLDS", value_parser = clap::value_parser!(u8).range(2..=50))]
    pub folds: Option<u8>,
    /// Print what is still found when the queries are cut, worn, wrapped or written otherwise.
    #[arg(long, env = "JIEDA_PERTURB", conflicts_with = "folds")]
    pub perturb: bool,
    /// List each miss with why.
    #[arg(long, env = "JIEDA_MISSES")]
    pub misses: bool,
}

/// Options of `fit`.
#[derive(Debug, Args)]
pub struct Fit {
    /// The knowledge base.
    #[command(flatten)]
    pub kb: KbDir,
    /// Files of labelled queries to learn from beside the content.
    #[arg(long, env = "JIEDA_LABELS", num_args = 1.., value_delimiter = ',', value_name = "FILE.jsonl")]
    pub labels: Vec<PathBuf>,
    /// Where to write; the knowledge base's `_decision.toml` when left out, `-` is standard output.
    #[arg(long, env = "JIEDA_OUTPUT", value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Options of `new`.
#[derive(Debug, Args)]
pub struct New {
    /// The entry's id: its category, then a name of lower-case ASCII words joined by hyphens.
    pub id: String,
    /// The knowledge base.
    #[command(flatten)]
    pub kb: KbDir,
    /// The entry's title.
    #[arg(
        long,
        env = "JIEDA_TITLE",
        default_value = "（写上报错信息，或一句话说清问题）"
    )]
    pub title: String,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
