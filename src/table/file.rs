//! Files to tables, by what is in them and not by their names: workbooks (XLSX), web pages that are
//! named like workbooks, and text in UTF-8, UTF-16 or GBK.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

pub use super::content::{Content, FileError};
use super::{html, sheet, text};

/// First bytes of a ZIP archive, which an XLSX workbook is.
const ZIP: &[u8] = b"PK\x03\x04";
/// First bytes of the container that XLS workbooks and encrypted XLSX workbooks are in.
const COMPOUND: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Bytes by which UTF-16 without a mark is told. Chosen.
const SAMPLE: usize = 4096;

/// Reads a file.
///
/// # Errors
/// [`FileError`]; a text never fails.
pub fn read(bytes: &[u8]) -> Result<Content, FileError> {
    if bytes.starts_with(ZIP) {
        return sheet::xlsx(bytes);
    }
    if bytes.starts_with(COMPOUND) {
        return Err(FileError::OldOrEncrypted);
    }
    let text = decoded(bytes);
    let parts = html::read(&text).unwrap_or_else(|| text::read(&text));
    Ok(Content {
        parts,
        ..Content::default()
    })
}

/// The text of a file in UTF-8, UTF-16 or GBK, without the mark of its encoding.
pub fn decoded(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return text.into_owned();
    }
    if let Some(encoding) = utf_16(bytes) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// The byte order of UTF-16 without a mark: every other byte of ASCII is zero.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |from: usize| {
        let bytes = sample.iter().skip(from).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    // A few separators and line ends are in any table.
    let most = sample.len() / 50 + 1;
    match (even > most, odd > most) {
        (false, true) if even == 0 => Some(UTF_16LE),
        (true, false) if odd == 0 => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "订单号,失败原因\n3456789012345678901,寄件电话未登记 #E17\n";

    #[test]
    fn a_text_is_read_in_its_encoding() {
        let mut utf_16: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&utf_16), TEXT);
        assert_eq!(decoded(&big), TEXT);
        utf_16.splice(..0, [0xFF, 0xFE]);
        let (gbk, ..) = GB18030.encode(TEXT);
        for bytes in [
            &utf_16,
            TEXT.as_bytes(),
            &gbk,
            format!("\u{feff}{TEXT}").as_bytes(),
        ] {
            assert_eq!(decoded(bytes), TEXT);
            let content = read(bytes).expect("a text");
            assert_eq!(content.parts, text::read(TEXT));
        }
    }

    #[test]
    fn a_container_is_told() {
        assert_eq!(read(COMPOUND), Err(FileError::OldOrEncrypted));
        assert!(matches!(read(b"PK\x03\x04abc"), Err(FileError::Broken(_))));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..600), zip: bool) {
            let start: &[u8] = if zip { ZIP } else { b"" };
            let _ = read(&[start, &bytes].concat());
        }
    }
}
