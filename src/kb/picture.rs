//! Pictures beside the entries. A picture is served only where a public answer shows it, so that one
//! in the notes for support agents is nobody else's.

use std::collections::BTreeMap;
use std::sync::Arc;

use imagesize::ImageType;

use super::diagnostic::Rule;
use super::draft::Draft;
use super::findings::Findings;

/// The endings of files that are taken for pictures.
pub(super) const ENDINGS: [&str; 4] = ["png", "jpg", "jpeg", "webp"];

/// A picture of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Its file.
    pub bytes: Arc<[u8]>,
    /// What it is, such as `image/png`.
    pub media_type: &'static str,
    /// In pixels.
    pub width: usize,
    /// In pixels.
    pub height: usize,
}

/// Reads a picture; what the bytes say counts, not the ending.
pub(super) fn read(bytes: &[u8], findings: &mut Findings) -> Option<Picture> {
    let media_type = match imagesize::image_type(bytes) {
        Ok(ImageType::Png) => Some("image/png"),
        Ok(ImageType::Jpeg) => Some("image/jpeg"),
        Ok(ImageType::Webp) => Some("image/webp"),
        _ => None,
    };
    let Some((media_type, size)) = media_type.zip(imagesize::blob_size(bytes).ok()) else {
        let message = "this is no picture that a browser can show";
        let hint = "save it anew as PNG, JPEG or WebP";
        findings.error(Rule::BadPicture, 1, message, hint);
        return None;
    };
    Some(Picture {
        bytes: bytes.into(),
        media_type,
        width: size.width,
        height: size.height,
    })
}

/// Writes into each answer how large its pictures are, so that a page has their room before it has
/// them: `![…](/kb/a/b.png)` becomes `![…](/kb/a/b.png?800x600)`. Pictures that no answer shows are
/// let go.
pub(super) fn settle(drafts: &mut [Draft], pictures: &mut BTreeMap<String, Picture>) {
    let mut shown = BTreeMap::new();
    for draft in drafts {
        for path in draft.pictures.iter().map(|line| &line.text) {
            let Some(picture) = pictures.get(path) else {
                continue;
            };
            let (width, height) = (picture.width, picture.height);
            for section in &mut draft.entry.sections {
                // The end of the address, or the space before a title: nothing longer is meant.
                for end in [")", " "] {
                    let plain = format!("](/kb/{path}{end}");
                    let sized = format!("](/kb/{path}?{width}x{height}{end}");
                    section.markdown = section.markdown.replace(&plain, &sized);
                }
            }
            shown.insert(path.clone(), picture.clone());
        }
    }
    *pictures = shown;
}

/// The size that [`settle`] wrote into an address of a picture of ours.
pub(super) fn size(address: &str) -> Option<(usize, usize)> {
    let (path, size) = address.split_once('?')?;
    let (width, height) = size.split_once('x')?;
    let size = (width.parse().ok()?, height.parse().ok()?);
    path.starts_with("/kb/").then_some(size)
}
