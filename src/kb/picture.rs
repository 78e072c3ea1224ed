//! Pictures beside the entries: their files, and the address under which one is served. A picture
//! is served only if a public answer shows it, so one that only the notes for support agents name
//! stays private.

use std::collections::BTreeMap;
use std::sync::Arc;

use imagesize::ImageType;

use super::diagnostic::Rule;
use super::findings::Findings;

/// Endings of files that are read as pictures, without the dot.
pub(super) const ENDINGS: [&str; 4] = ["png", "jpg", "jpeg", "webp"];

/// A picture that an answer shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file's content.
    pub bytes: Arc<[u8]>,
    /// MIME type, such as `image/png`.
    pub media_type: &'static str,
    /// Width and height in pixels.
    pub size: Size,
}

/// Width and height in pixels.
pub type Size = (usize, usize);

/// Sizes of the pictures that an answer shows, by path relative to the knowledge base.
pub type Sizes = BTreeMap<String, Size>;

/// Reads a picture; its format is found from the bytes, not the ending.
pub(super) fn read(bytes: &[u8], findings: &mut Findings) -> Option<Picture> {
    let media_type = match imagesize::image_type(bytes) {
        Ok(ImageType::Png) => Some("image/png"),
        Ok(ImageType::Jpeg) => Some("image/jpeg"),
        Ok(ImageType::Webp) => Some("image/webp"),
        _ => None,
    };
    let Some((media_type, size)) = media_type.zip(imagesize::blob_size(bytes).ok()) else {
        let message = "this is not a picture that a browser can show";
        let hint = "save it as PNG, JPEG or WebP";
        findings.error(Rule::BadPicture, 1, message, hint);
        return None;
    };
    Some(Picture {
        bytes: bytes.into(),
        media_type,
        size: (size.width, size.height),
    })
}

/// The address of a picture, such as `/kb/a/b.png?800x600`. The size in it is for readers of the
/// address; the server ignores the query.
pub(super) fn address(path: &str, (width, height): Size) -> String {
    format!("/kb/{path}?{width}x{height}")
}

/// Markdown with the [`address`] of each picture in place of `/kb/` and its path.
pub(super) fn addressed(markdown: &str, sizes: &Sizes) -> String {
    let mut pieces = markdown.split("](/kb/");
    let mut addressed = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        // A path ends with the address, or at the space before a title.
        let (path, rest) = piece.split_at(piece.find([')', ' ']).unwrap_or(0));
        let address = match sizes.get(path) {
            Some(&size) => address(path, size),
            None => format!("/kb/{path}"),
        };
        addressed.extend(["](", &address, rest]);
    }
    addressed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_known_pictures_name_a_size() {
        let sizes = Sizes::from([("a/b.png".to_owned(), (80, 50))]);
        for (markdown, expected) in [
            ("![甲](/kb/a/b.png)。", "![甲](/kb/a/b.png?80x50)。"),
            (
                "![甲](/kb/a/b.png \"题\")",
                "![甲](/kb/a/b.png?80x50 \"题\")",
            ),
            (
                "![甲](/kb/a/c.png)[乙](/kb/a/b)",
                "![甲](/kb/a/c.png)[乙](/kb/a/b)",
            ),
            ("![甲](/kb/a/b.png", "![甲](/kb/a/b.png"),
            ("", ""),
        ] {
            assert_eq!(addressed(markdown, &sizes), expected);
        }
    }
}
