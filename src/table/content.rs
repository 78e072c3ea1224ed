//! Content of a file, and why there may be none.

use super::cells::Part;

/// The content of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// Its tables and lines; lines are counted as the program that shows the file counts them.
    pub parts: Vec<Part>,
    /// Names of sheets that are not read: only the first that is not empty is.
    pub other_sheets: Vec<String>,
}

/// A file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// It is larger than may be when it is unpacked; holds the bound in bytes.
    #[error("the file has more than {0} bytes when it is unpacked")]
    TooLarge(usize),
    /// It is in the container of old or encrypted workbooks, which is not read.
    #[error("the file is an old or an encrypted workbook: save it as .xlsx or .csv")]
    OldOrEncrypted,
    /// It is broken, or no workbook; holds the reader's own words.
    #[error("the file is no workbook that can be read: {0}")]
    Broken(String),
}
