//! The API keys: one file of names, scopes and digests, changed by the command and read by the
//! server, which notices each change. It never holds a key: a key is shown once, when it is made.
//!
//! A key is 256 random bits, so its SHA-256 cannot be searched for and needs no slow hash: those
//! make up for passwords that people choose.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

/// The file in the server's folder.
const FILE: &str = "keys.json";
/// Prefix of every key, so that scanners for leaked secrets know it.
const PREFIX: &str = "jieda_";
/// The longest name.
const MAX_NAME: usize = 64;

/// A permission of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Everything that reads: lookups, search, entries, MCP.
    Lookup,
    /// Sending feedback.
    Feedback,
    /// Signing in to the pages as a support agent.
    Agent,
}

impl Scope {
    /// All scopes, in the order of the help.
    pub const ALL: [Self; 3] = [Self::Lookup, Self::Feedback, Self::Agent];

    /// As it is written on the command line, in the file and on the wire.
    pub fn id(self) -> &'static str {
        match self {
            Self::Lookup => "lookup",
            Self::Feedback => "feedback",
            Self::Agent => "agent",
        }
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    /// Parses an id.
    fn from_str(id: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.id() == id)
            .ok_or_else(|| UnknownScope(id.to_owned()))
    }
}

/// A text that is not the id of a scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a scope")]
pub struct UnknownScope(String);

/// A key as it is stored: its name, scopes and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Lower-case letters, digits, `-`, `_` and `.`; at most 64.
    pub name: String,
    /// Its permissions.
    pub scopes: Vec<Scope>,
    sha256: String,
}

impl Key {
    /// True if it has this scope.
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// A secret that only the server and readers of its folder know; it ends with the key.
    pub(crate) fn secret(&self) -> &[u8] {
        self.sha256.as_bytes()
    }
}

/// Keys that cannot be changed or read.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Not a name.
    #[error("a key's name is 1 to {MAX_NAME} of a-z, 0-9, '-', '_' and '.', not {0:?}")]
    Name(String),
    /// The name is taken.
    #[error("there is a key named {0:?} already; revoke it first")]
    Taken(String),
    /// No such key.
    #[error("there is no key named {0:?}")]
    Unknown(String),
    /// The file is not one of keys.
    #[error("{}: {}", .0.display(), .1)]
    Malformed(PathBuf, serde_json::Error),
    /// The file or its folder cannot be used.
    #[error("{}: {}", .0.display(), .1)]
    Io(PathBuf, io::Error),
    /// The system gave no random bytes.
    #[error("no random bytes: {0}")]
    Random(getrandom::Error),
}

/// Makes a key and returns it; it cannot be shown again.
///
/// # Errors
/// [`KeyError`] says what stands in the way.
pub fn add(dir: &Path, name: &str, scopes: &[Scope]) -> Result<String, KeyError> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(plain) {
        return Err(KeyError::Name(name.to_owned()));
    }
    let mut bits = [0; 32];
    getrandom::fill(&mut bits).map_err(KeyError::Random)?;
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bits));
    change(dir, |keys| {
        if keys.iter().any(|k| k.name == name) {
            return Err(KeyError::Taken(name.to_owned()));
        }
        keys.push(Key {
            name: name.to_owned(),
            scopes: scopes.to_vec(),
            sha256: digest(&token),
        });
        Ok(())
    })?;
    Ok(token)
}

/// Takes a key out of use: a server notices at its next request.
///
/// # Errors
/// [`KeyError`] says what stands in the way.
pub fn revoke(dir: &Path, name: &str) -> Result<(), KeyError> {
    change(dir, |keys| {
        let at = keys.iter().position(|k| k.name == name);
        keys.remove(at.ok_or_else(|| KeyError::Unknown(name.to_owned()))?);
        Ok(())
    })
}

/// All keys, in the order they were made.
///
/// # Errors
/// [`KeyError`] when the file is there and cannot be read.
pub fn list(dir: &Path) -> Result<Vec<Key>, KeyError> {
    read(&dir.join(FILE))
}

fn digest(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

/// No file is no key.
fn read(path: &Path) -> Result<Vec<Key>, KeyError> {
    match fs::read(path) {
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map_err(|e| KeyError::Malformed(path.to_owned(), e))
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(KeyError::Io(path.to_owned(), e)),
    }
}

/// Reads, changes and writes the file while no other command does.
fn change(
    dir: &Path,
    change: impl FnOnce(&mut Vec<Key>) -> Result<(), KeyError>,
) -> Result<(), KeyError> {
    let io = |e| KeyError::Io(dir.to_owned(), e);
    fs::create_dir_all(dir).map_err(io)?;
    let folder = File::open(dir).map_err(io)?;
    folder.lock().map_err(io)?;
    let path = dir.join(FILE);
    let mut keys = read(&path)?;
    change(&mut keys)?;
    let mut bytes = serde_json::to_vec_pretty(&keys).expect("strings are JSON");
    bytes.push(b'\n');
    replace(&path, &bytes)
        .and_then(|()| folder.sync_all())
        .map_err(|e| KeyError::Io(path, e))
}

/// Replaces a file at once; only its owner may read the old one or the new one.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    // Left by a command that was killed; its mode may be any.
    match fs::remove_file(&beside) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
        _ => {}
    }
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(beside, path)
}

/// Identity of a state of the file: time of change, length, inode.
type Stamp = Option<(SystemTime, u64, u64)>;

/// The keys as the server knows them.
#[derive(Debug)]
pub(crate) struct Keyring {
    path: PathBuf,
    held: ArcSwap<(Stamp, Vec<Arc<Key>>)>,
}

impl Keyring {
    /// The keys of this folder, which need not exist yet.
    pub(crate) fn new(dir: &Path) -> Self {
        Self {
            path: dir.join(FILE),
            held: ArcSwap::from_pointee((None, Vec::new())),
        }
    }

    /// The key that a client sent, if it is one. Every key is compared, so that the time taken does
    /// not tell which one came close.
    pub(crate) fn find(&self, token: &str) -> Option<Arc<Key>> {
        self.reload();
        let sent = digest(token);
        let held = self.held.load();
        held.1.iter().fold(None, |found, key| {
            let same = bool::from(key.sha256.as_bytes().ct_eq(sent.as_bytes()));
            found.or_else(|| same.then(|| key.clone()))
        })
    }

    /// The key of this name, which is no secret.
    pub(crate) fn named(&self, name: &str) -> Option<Arc<Key>> {
        self.reload();
        let held = self.held.load();
        held.1.iter().find(|key| key.name == name).cloned()
    }

    /// One `stat` a request that brings a key; the file is read only when it has changed. A file
    /// that cannot be read changes nothing: a typing error neither locks out nor lets in.
    fn reload(&self) {
        let stamp = fs::metadata(&self.path)
            .ok()
            .and_then(|m| Some((m.modified().ok()?, m.len(), m.ino())));
        if self.held.load().0 == stamp {
            return;
        }
        let keys = match read(&self.path) {
            Ok(keys) => keys.into_iter().map(Arc::new).collect(),
            Err(error) => {
                tracing::error!(%error, "the keys stay as they were");
                self.held.load().1.clone()
            }
        };
        self.held.store(Arc::new((stamp, keys)));
    }
}
