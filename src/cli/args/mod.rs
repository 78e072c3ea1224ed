//! The command line as clap reads it: commands, flags, environment names, defaults and help. The
//! subcommands turn these raw arguments into settings; nothing here opens a file.

mod access;
mod folders;
mod journal;
mod keys;
mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use folders::KbDir;

pub(crate) use journal::RecordArgs;
pub(crate) use keys::{KeysArgs, KeysCommand};
pub(crate) use serve::{LogFormat, ServeArgs};

/// Finds the entry of a knowledge base that solves a pasted error, or says that there is none.
#[derive(Debug, Parser)]
#[command(name = "jieda", version, args_conflicts_with_subcommands = true)]
#[command(
    after_help = "Exit status: 0 fine, 1 something was found wrong, 2 used wrongly.\n\nExamples:\n  jieda                                  serve kb/ on http://127.0.0.1:8080\n  jieda lookup '拆单校验未通过#P38'      find the entry that solves an error\n  jieda check                            check every entry of kb/"
)]
struct Cli {
    /// The command; without one: serve.
    #[command(subcommand)]
    command: Option<Command>,
    /// How to serve when no command is given.
    #[command(flatten)]
    serve: ServeArgs,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the pages and the API (the default).
    #[command(
        after_help = "Examples:\n  jieda serve --listen 0.0.0.0:8080\n  JIEDA_KB=/srv/kb jieda serve --listen 127.0.0.1:0"
    )]
    Serve(ServeArgs),
    /// Check the knowledge base; exit status 1 when there is an error.
    #[command(after_help = "Examples:\n  jieda check\n  jieda check --kb /srv/kb --format json")]
    Check(CheckArgs),
    /// Look up one text, from the argument or standard input.
    #[command(
        after_help = "Examples:\n  jieda lookup '拆单校验未通过#P38'\n  pbpaste | jieda lookup --json\n  jieda lookup --explain '发货方式不匹配 #B98'\n  jieda lookup --batch export.xlsx\n  pbpaste | jieda lookup --batch - --json > groups.ndjson\n\nExit status of a batch: 0 every row was looked up, 1 some were left out, 2 used wrongly or not readable"
    )]
    Lookup(LookupArgs),
    /// Measure the lookup on labelled queries, one JSON object a line.
    #[command(
        after_help = "Each line: {\"id\": …, \"kind\": …, \"text\": …, \"gold\": [source or entry ids; empty: no answer here]}\n\nExamples:\n  jieda eval queries.jsonl --misses\n  jieda eval dev.jsonl wild.jsonl --folds 5"
    )]
    Eval(EvalArgs),
    /// Fit the decision to the knowledge base and write kb/_decision.toml.
    #[command(
        after_help = "Examples:\n  jieda fit                        from the content alone\n  jieda fit --labels dev.jsonl     with labelled queries too"
    )]
    Fit(FitArgs),
    /// Write a new entry for an author to fill in.
    #[command(
        after_help = "Example:\n  jieda new logistics/sync/jd-account-frozen --title '商家账号已冻结'"
    )]
    New(NewArgs),
    /// Make, list and revoke keys of the API and of support agents.
    #[command(
        after_help = "Examples:\n  jieda keys add wecom-bot --scope lookup,feedback\n  jieda keys add xiaoli --scope agent\n  jieda keys list\n  jieda keys revoke wecom-bot"
    )]
    Keys(KeysArgs),
    /// Offer the lookup to a language model as tools: the Model Context Protocol on standard input
    /// and output. A running server offers the same at /mcp.
    #[command(
        after_help = "Example, as a client's configuration has it:\n  {\"mcpServers\": {\"jieda\": {\"command\": \"jieda\", \"args\": [\"mcp\", \"--kb\", \"/srv/kb\"]}}}"
    )]
    Mcp(McpArgs),
}

impl Command {
    /// Parses the arguments of this process; without a subcommand it is `serve`. Help, the version
    /// and usage errors (status 2) are printed by clap, which then exits.
    pub(crate) fn parse() -> Self {
        let cli = Cli::parse();
        cli.command.unwrap_or(Self::Serve(cli.serve))
    }
}

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// The knowledge base; also accepted as a bare argument.
    #[arg(value_name = "DIR")]
    pub(crate) path: Option<PathBuf>,
    /// The knowledge base.
    #[command(flatten)]
    pub(crate) kb: KbDir,
    /// How to print.
    #[arg(long, env = "JIEDA_FORMAT", value_enum, default_value = "text")]
    pub(crate) format: CheckFormat,
}

/// Output format of `check`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CheckFormat {
    /// As a compiler does.
    Text,
    /// One JSON array.
    Json,
}

/// Arguments of `lookup`.
#[derive(Debug, Args)]
pub(crate) struct LookupArgs {
    /// The text; standard input when left out or `-`.
    #[arg(conflicts_with = "batch")]
    pub(crate) text: Option<String>,
    /// Look up every row of a table instead: CSV, TSV, XLSX, a page named .xls, JSON or plain lines;
    /// `-` is standard input.
    #[arg(
        long,
        env = "JIEDA_BATCH",
        value_name = "FILE",
        conflicts_with = "explain"
    )]
    pub(crate) batch: Option<PathBuf>,
    /// The knowledge base.
    #[command(flatten)]
    pub(crate) kb: KbDir,
    /// Where the order was sold, such as `pdd`.
    #[arg(long, env = "JIEDA_PLATFORM")]
    pub(crate) platform: Option<String>,
    /// How many results at most.
    #[arg(long, env = "JIEDA_LIMIT", default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=20))]
    pub(crate) limit: u8,
    /// Print the API's JSON.
    #[arg(long, env = "JIEDA_JSON")]
    pub(crate) json: bool,
    /// Print each candidate's features, weights and result.
    #[arg(long, env = "JIEDA_EXPLAIN", conflicts_with = "json")]
    pub(crate) explain: bool,
    /// The journal, if any.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
}

/// Arguments of `eval`.
#[derive(Debug, Args)]
pub(crate) struct EvalArgs {
    /// Files of labelled queries.
    #[arg(required = true, value_name = "FILE.jsonl")]
    pub(crate) files: Vec<PathBuf>,
    /// The knowledge base.
    #[command(flatten)]
    pub(crate) kb: KbDir,
    /// Measure by cross-validation in this many folds instead of by the decision in force.
    #[arg(long, env = "JIEDA_FOLDS", value_parser = clap::value_parser!(u8).range(2..=50))]
    pub(crate) folds: Option<u8>,
    /// Print what is still found when the queries are cut, worn, wrapped or written otherwise.
    #[arg(long, env = "JIEDA_PERTURB", conflicts_with = "folds")]
    pub(crate) perturb: bool,
    /// List each miss with why.
    #[arg(long, env = "JIEDA_MISSES")]
    pub(crate) misses: bool,
}

/// Arguments of `fit`.
#[derive(Debug, Args)]
pub(crate) struct FitArgs {
    /// The knowledge base.
    #[command(flatten)]
    pub(crate) kb: KbDir,
    /// Files of labelled queries to learn from beside the content.
    #[arg(long, env = "JIEDA_LABELS", num_args = 1.., value_delimiter = ',', value_name = "FILE.jsonl")]
    pub(crate) labels: Vec<PathBuf>,
    /// Where to write; the knowledge base's `_decision.toml` when left out, `-` is standard output.
    #[arg(long, env = "JIEDA_OUTPUT", value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Arguments of `new`.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The entry's id: its category, then a name of lower-case ASCII words joined by hyphens.
    pub(crate) id: String,
    /// The knowledge base.
    #[command(flatten)]
    pub(crate) kb: KbDir,
    /// The entry's title.
    #[arg(
        long,
        env = "JIEDA_TITLE",
        default_value = "（写上报错信息，或一句话说清问题）"
    )]
    pub(crate) title: String,
}

/// Arguments of `mcp`.
#[derive(Debug, Args)]
pub(crate) struct McpArgs {
    /// The knowledge base.
    #[command(flatten)]
    pub(crate) kb: KbDir,
    /// The journal, if any; without one, gaps cannot be reported.
    #[command(flatten)]
    pub(crate) record: RecordArgs,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Cli::command().debug_assert();
    }
}
