//! Arguments about folders: the knowledge base, and the server's own data.

use std::path::PathBuf;

use clap::Args;

/// The folder that every command reads.
#[derive(Debug, Args)]
pub(crate) struct KbDir {
    /// The knowledge base's folder.
    #[arg(
        long = "kb",
        env = "JIEDA_KB",
        default_value = "kb",
        value_name = "DIR"
    )]
    pub(crate) dir: PathBuf,
}

/// The folder that the server writes to.
#[derive(Debug, Args)]
pub(crate) struct DataDir {
    /// The server's own folder: what it writes.
    #[arg(
        id = "data",
        long,
        env = "JIEDA_DATA",
        default_value = "data",
        value_name = "DIR"
    )]
    pub(crate) dir: PathBuf,
}
