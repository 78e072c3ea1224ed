//! The files of a knowledge base as bytes, and the one place that reads them from the disk. Their
//! content is not parsed here.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::diagnostic::Rule;
use super::findings::Findings;
use super::picture;

/// Endings of text files that are read. Upper case counts, too: `X.MD` is then reported as
/// misnamed.
const ENDINGS: [&str; 3] = ["md", "toml", "txt"];

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path relative to the knowledge base, `/` between folders.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A folder that cannot be read as a knowledge base.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The folder does not exist.
    #[error("there is no folder {}: give the knowledge base's with --kb", .0.display())]
    Missing(PathBuf),
    /// The path is not a folder.
    #[error("{} is not a folder: give the knowledge base's with --kb", .0.display())]
    NotAFolder(PathBuf),
    /// The folder has no `.md` file.
    #[error("{} has no .md file: is it the folder of a knowledge base?", .0.display())]
    Empty(PathBuf),
    /// The operating system reports an error.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder that cannot be read.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
}

impl ReadError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

/// See [`super::Kb::read`].
pub(super) fn read(dir: &Path) -> Result<Vec<Source>, ReadError> {
    if !dir.exists() {
        return Err(ReadError::Missing(dir.to_owned()));
    }
    if !dir.is_dir() {
        return Err(ReadError::NotAFolder(dir.to_owned()));
    }
    let mut sources = Vec::new();
    walk(dir, "", &mut BTreeSet::new(), &mut sources)?;
    if !sources.iter().any(|source| source.path.ends_with(".md")) {
        return Err(ReadError::Empty(dir.to_owned()));
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// Reads a folder into `sources`. `above` has the real paths of the folders that it is in; a
/// symbolic link back to one of them is skipped.
fn walk(
    dir: &Path,
    relative: &str,
    above: &mut BTreeSet<PathBuf>,
    sources: &mut Vec<Source>,
) -> Result<(), ReadError> {
    let real = fs::canonicalize(dir).map_err(ReadError::io(dir))?;
    if !above.insert(real.clone()) {
        return Ok(());
    }
    for item in fs::read_dir(dir).map_err(ReadError::io(dir))? {
        let path = item.map_err(ReadError::io(dir))?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('.') {
            continue;
        }
        let relative = if relative.is_empty() {
            name
        } else {
            format!("{relative}/{name}")
        };
        // Follows symbolic links.
        let kind = fs::metadata(&path).map_err(ReadError::io(&path))?;
        if kind.is_dir() {
            walk(&path, &relative, above, sources)?;
        } else if kind.is_file() && has_known_ending(&path) {
            let bytes = fs::read(&path).map_err(ReadError::io(&path))?;
            sources.push(Source {
                path: relative,
                bytes,
            });
        }
    }
    above.remove(&real);
    Ok(())
}

fn has_known_ending(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ENDINGS
        .iter()
        .chain(&picture::ENDINGS)
        .any(|known| ending.eq_ignore_ascii_case(known))
}

impl Source {
    /// The text without a byte order mark. Reports a file that is not UTF-8 or has a NUL character.
    pub(super) fn text(&self, findings: &mut Findings) -> Option<&str> {
        let line_at = |at: usize| newlines(&self.bytes[..at]).saturating_add(1);
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => {
                if let Some(at) = text.find('\0') {
                    let message = "the file has a NUL character, so it is ignored";
                    findings.error(
                        Rule::NulCharacter,
                        line_at(at),
                        message,
                        "remove it, or save the file as UTF-8",
                    );
                    return None;
                }
                Some(text.strip_prefix('\u{feff}').unwrap_or(text))
            }
            Err(error) => {
                let line = line_at(error.valid_up_to());
                let message = "the file is not UTF-8, so it is ignored";
                findings.error(
                    Rule::NotUtf8,
                    line,
                    message,
                    "save it as UTF-8; it may be GBK now",
                );
                None
            }
        }
    }

    /// Its lines as bytes, without a byte order mark.
    pub(super) fn lines(&self) -> impl Iterator<Item = &[u8]> {
        let bytes = self
            .bytes
            .strip_prefix("\u{feff}".as_bytes())
            .unwrap_or(&self.bytes);
        bytes.split(|b| *b == b'\n')
    }
}

/// The number of line ends (`\n`).
pub(super) fn newlines(text: &[u8]) -> u32 {
    let newlines = text.iter().filter(|b| **b == b'\n').count();
    u32::try_from(newlines).unwrap_or(u32::MAX)
}

/// See [`super::Kb::digest`]. FNV-1a, 64 bits folded to 32
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>): fast, and the same everywhere.
pub(super) fn digest(sources: &[Source]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for source in sources {
        // Lengths keep `ab` + `c` apart from `a` + `bc`.
        for part in [source.path.as_bytes(), &source.bytes] {
            add(&(part.len() as u64).to_le_bytes());
            add(part);
        }
    }
    format!("{:08x}", (hash >> 32) ^ (hash & 0xffff_ffff))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own for each test, gone at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("jieda-kb-{name}-{}", std::process::id()));
            fs::create_dir_all(dir.join("a")).expect("the temporary folder can be written");
            Self(dir)
        }

        fn write(&self, path: &str, text: &str) {
            fs::write(self.0.join(path), text).expect("the temporary folder can be written");
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn files_are_read_by_path() {
        let folder = Folder::new("files");
        for path in [
            "a/x.md",
            "a/Y.MD",
            "b.txt",
            ".hidden.md",
            "a/c.gif",
            "a/d.toml",
            "a/e.png",
        ] {
            folder.write(path, path);
        }
        fs::create_dir_all(folder.0.join(".git")).expect("writable");
        folder.write(".git/x.md", "");
        let sources = read(&folder.0).expect("a folder");
        let paths: Vec<&str> = sources.iter().map(|s| s.path.as_str()).collect();
        assert_eq!(paths, ["a/Y.MD", "a/d.toml", "a/e.png", "a/x.md", "b.txt"]);
        assert_eq!(sources[3].bytes, b"a/x.md");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_a_circle_ends() {
        use std::os::unix::fs::symlink;
        let folder = Folder::new("links");
        folder.write("a/x.md", "x");
        symlink(&folder.0, folder.0.join("a/up")).expect("writable");
        symlink(folder.0.join("a"), folder.0.join("b")).expect("writable");
        let sources = read(&folder.0).expect("a folder");
        let paths: Vec<&str> = sources.iter().map(|s| s.path.as_str()).collect();
        assert_eq!(paths, ["a/x.md", "b/x.md"]);
    }

    #[test]
    fn what_is_no_knowledge_base_is_said_to_be_none() {
        let folder = Folder::new("none");
        folder.write("x.txt", "");
        assert!(matches!(read(&folder.0), Err(ReadError::Empty(_))));
        assert!(matches!(
            read(&folder.0.join("x.txt")),
            Err(ReadError::NotAFolder(_))
        ));
        let missing = read(&folder.0.join("no")).expect_err("nothing is there");
        assert!(
            missing.to_string().starts_with("there is no folder "),
            "{missing}"
        );
    }

    #[test]
    fn the_digest_changes_with_paths_and_bytes() {
        let source = |path: &str, bytes: &str| Source {
            path: path.into(),
            bytes: bytes.into(),
        };
        let digests = [
            digest(&[]),
            digest(&[source("ab", "c")]),
            digest(&[source("a", "bc")]),
            digest(&[source("a", "b"), source("c", "")]),
            digest(&[source("a", "bc"), source("", "")]),
        ];
        let distinct: BTreeSet<&String> = digests.iter().collect();
        assert_eq!(distinct.len(), digests.len());
        assert!(digests.iter().all(|d| d.len() == 8));
        // The known value of the offset basis, folded: it must never change.
        assert_eq!(digests[0], "4fd0bfc1");
    }
}
