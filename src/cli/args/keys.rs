//! Arguments of `keys`.

use std::str::FromStr as _;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use jieda::web::http::keys::Scope;

use super::folders::DataDir;

/// Arguments of `keys`.
#[derive(Debug, Args)]
pub(crate) struct KeysArgs {
    /// The change, or the list.
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

/// The subcommands of `keys`.
#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key and print it, this once.
    Add {
        /// Name of the key: a-z, 0-9, `-`, `_` and `.`.
        name: String,
        /// Scopes of the key.
        #[arg(
            long,
            env = "JIEDA_SCOPE",
            value_parser = scope_parser(),
            value_delimiter = ',',
            required = true
        )]
        scope: Vec<Scope>,
        /// The folder of the keys' file.
        #[command(flatten)]
        data: DataDir,
    },
    /// Print the names of the keys and what they allow.
    List {
        /// The folder of the keys' file.
        #[command(flatten)]
        data: DataDir,
    },
    /// Take a key out of use; a running server notices at its next request.
    Revoke {
        /// Name of the key.
        name: String,
        /// The folder of the keys' file.
        #[command(flatten)]
        data: DataDir,
    },
}

/// Parses a scope by its id, and lists all scopes in the help.
fn scope_parser() -> impl TypedValueParser<Value = Scope> {
    let values = Scope::ALL.map(|scope| PossibleValue::new(scope.id()).help(scope_help(scope)));
    PossibleValuesParser::new(values).try_map(|id| Scope::from_str(&id))
}

fn scope_help(scope: Scope) -> &'static str {
    match scope {
        Scope::Lookup => "Everything that reads: lookups, search, entries, MCP",
        Scope::Feedback => "Sending feedback",
        Scope::Agent => "Signing in to the pages as a support agent",
    }
}
