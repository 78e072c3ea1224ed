//! Arguments of `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::access::{AccessArgs, public_url};
use super::folders::{DataDir, KbDir};
use super::journal::JournalUrl;

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The knowledge base.
    #[command(flatten)]
    pub(crate) kb: KbDir,
    /// Address and port; port 0 takes any free one, and the address is printed once it is bound.
    #[arg(
        long,
        env = "JIEDA_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR"
    )]
    pub(crate) listen: SocketAddr,
    /// The folder of the keys and the journal.
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Keys, rate, proxies, origins and concurrency.
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    /// Read the knowledge base every so many seconds instead of watching it: for file systems that
    /// tell nothing, such as a network mount.
    #[arg(long, env = "JIEDA_POLL", value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) poll: Option<u64>,
    /// Start even if the knowledge base has errors, without the entries that have them.
    #[arg(long, env = "JIEDA_LENIENT")]
    pub(crate) lenient: bool,
    /// Seconds that requests under way may take to end at shutdown.
    #[arg(
        long,
        env = "JIEDA_GRACE",
        default_value_t = 10,
        value_name = "SECONDS"
    )]
    pub(crate) grace: u64,
    /// How the log on standard error is written.
    #[arg(long, env = "JIEDA_LOG_FORMAT", value_enum, default_value = "text")]
    pub(crate) log_format: LogFormat,
    /// Filter of the log, such as `warn` or `info,jieda=debug`; RUST_LOG when left out, else `info`.
    #[arg(long, env = "JIEDA_LOG_LEVEL", value_name = "FILTER")]
    pub(crate) log_level: Option<String>,
    /// Where people find the pages, such as `https://help.example`: for links in other places, and
    /// the host that `/mcp` answers under beside this machine's own names.
    #[arg(long, env = "JIEDA_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub(crate) public_url: Option<String>,
    /// The file that configures the callbacks of chat platforms; without it there are none.
    #[arg(long, env = "JIEDA_HOOKS", value_name = "FILE.toml")]
    pub(crate) hooks: Option<PathBuf>,
    /// The journal's database, if it is one.
    #[command(flatten)]
    pub(crate) journal: JournalUrl,
    /// Days after which rows of the journal are deleted; 0 is never.
    #[arg(long, env = "JIEDA_KEEP_DAYS", default_value_t = 180, value_name = "N")]
    pub(crate) keep_days: u32,
}

/// Format of the log.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}
