//! The kind of a file, from its path.

use super::picture;

/// The kind of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// `<category>/<name>.md`
    Entry,
    /// `<category>/_index.md`, with the category's id.
    Category(&'a str),
    /// `_neighbours/<name>.md`: out-of-scope topics, with the file's name.
    OutOfScope(&'a str),
    /// `_vocabulary/platforms.toml`
    Platforms,
    /// `_vocabulary/dictionary.txt`
    Dictionary,
    /// `_vocabulary/synonyms.txt`
    Synonyms,
    /// `_vocabulary/transport.txt`: boilerplate phrases.
    Boilerplate,
    /// `_decision.toml`
    Decision,
    /// A picture, anywhere.
    Picture,
    /// Any other file.
    Unknown,
}

impl<'a> Kind<'a> {
    /// The kind of the file at a path relative to the knowledge base.
    pub(super) fn of(path: &'a str) -> Self {
        match path {
            "_decision.toml" => return Self::Decision,
            "_vocabulary/platforms.toml" => return Self::Platforms,
            "_vocabulary/dictionary.txt" => return Self::Dictionary,
            "_vocabulary/synonyms.txt" => return Self::Synonyms,
            "_vocabulary/transport.txt" => return Self::Boilerplate,
            _ => {}
        }
        let Some(stem) = path.strip_suffix(".md") else {
            let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
            return if picture::ENDINGS.contains(&ending) {
                Self::Picture
            } else {
                Self::Unknown
            };
        };
        if let Some(name) = stem.strip_prefix("_neighbours/") {
            return if name.contains('/') {
                Self::Unknown
            } else {
                Self::OutOfScope(name)
            };
        }
        match stem.strip_suffix("/_index") {
            _ if stem.starts_with('_') => Self::Unknown,
            Some(id) => Self::Category(id),
            None => Self::Entry,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_what_a_file_is() {
        for (path, kind) in [
            ("a/b/x.md", Kind::Entry),
            ("x.md", Kind::Entry),
            ("a/b/_index.md", Kind::Category("a/b")),
            ("_neighbours/print.md", Kind::OutOfScope("print")),
            ("_neighbours/a/print.md", Kind::Unknown),
            ("_vocabulary/synonyms.txt", Kind::Synonyms),
            ("_vocabulary/other.txt", Kind::Unknown),
            ("_draft/x.md", Kind::Unknown),
            ("_decision.toml", Kind::Decision),
            ("a/b/x.png", Kind::Picture),
            ("a/X.MD", Kind::Unknown),
        ] {
            assert_eq!(Kind::of(path), kind, "{path}");
        }
    }
}
