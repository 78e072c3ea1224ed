//! `jieda keys`: makes, lists and revokes the keys in a server's folder.

use std::process::ExitCode;

use jieda::web::http::keys::{self, KeyError};

use super::args::{KeysArgs, KeysCommand};
use super::{Misuse, print};

pub(crate) fn run(args: &KeysArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        KeysCommand::Add { name, scope, data } => {
            let token = keys::add(&data.dir, name, scope).map_err(|error| match error {
                KeyError::Name(_) => Misuse::new(error).into(),
                _ => anyhow::Error::from(error),
            })?;
            print(&format!("{token}\n"))?;
            eprintln!("jieda: keep it now, it cannot be shown again");
        }
        KeysCommand::List { data } => {
            for key in keys::list(&data.dir)? {
                let scopes: Vec<&str> = key.scopes.iter().map(|s| s.id()).collect();
                print(&format!("{}  {}\n", key.name, scopes.join(",")))?;
            }
        }
        KeysCommand::Revoke { name, data } => {
            keys::revoke(&data.dir, name)?;
            print(&format!("{name}: revoked\n"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
