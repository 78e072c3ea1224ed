//! The sealed envelope that 企业微信 and 钉钉 share: a SHA-1 over the sorted parts, AES-256-CBC whose
//! initialisation vector is the key's beginning, PKCS #7 to 32 bytes, and the receiver's id inside.
//! Their choices; nothing here is kept secret by them alone, since callbacks come over TLS.

use aes::Aes256;
use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;

/// The padding's block.
const BLOCK: usize = 32;
/// Random bytes before the length, the length's four bytes after them.
const RANDOM: usize = 16;

/// The platforms cut the last character's spare bits off no key.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Encrypts and decrypts messages, with the platform's keys.
pub(super) struct Envelope {
    token: String,
    key: [u8; 32],
    receiver: String,
}

impl Envelope {
    /// From what the platform's console shows: the token, the key of 43 characters, and the id of
    /// the company or application that messages are sealed for.
    pub(super) fn new(
        token: String,
        aes_key: &str,
        receiver: String,
    ) -> Result<Self, &'static str> {
        let key = LENIENT.decode(aes_key).ok();
        let key = key.and_then(|key| <[u8; 32]>::try_from(key).ok());
        Ok(Self {
            token,
            key: key.ok_or("aes_key is 43 characters of Base64")?,
            receiver,
        })
    }

    /// The signature of a sealed text.
    pub(super) fn signature(&self, timestamp: &str, nonce: &str, sealed: &str) -> String {
        let mut parts = [self.token.as_str(), timestamp, nonce, sealed];
        parts.sort_unstable();
        hex(&Sha1::digest(parts.concat()))
    }

    /// The text of a sealed one whose signature is right and that is for us.
    pub(super) fn open(
        &self,
        signature: &str,
        timestamp: &str,
        nonce: &str,
        sealed: &str,
    ) -> Option<String> {
        let right = self.signature(timestamp, nonce, sealed);
        if !bool::from(right.as_bytes().ct_eq(signature.as_bytes())) {
            return None;
        }
        let bytes = STANDARD.decode(sealed).ok()?;
        let mut bytes = decrypt(&self.key, &self.key[..16], &bytes)?;
        let padding = usize::from(*bytes.last()?);
        if !(1..=BLOCK).contains(&padding) {
            return None;
        }
        bytes.truncate(bytes.len().checked_sub(padding)?);
        let length = bytes.get(RANDOM..RANDOM + 4)?.try_into().ok()?;
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        let rest = bytes.get(RANDOM + 4..)?;
        let (text, receiver) = rest.split_at_checked(length)?;
        (receiver == self.receiver.as_bytes())
            .then(|| String::from_utf8(text.to_vec()).ok())
            .flatten()
    }

    /// Seals a text; nothing when the system gives no random bytes.
    pub(super) fn seal(&self, text: &str) -> Option<String> {
        let mut bytes = vec![0; RANDOM];
        getrandom::fill(&mut bytes).ok()?;
        bytes.extend(u32::try_from(text.len()).ok()?.to_be_bytes());
        bytes.extend(text.as_bytes());
        bytes.extend(self.receiver.as_bytes());
        let padding = BLOCK - bytes.len() % BLOCK;
        bytes.resize(bytes.len() + padding, u8::try_from(padding).ok()?);
        let cipher = cbc::Encryptor::<Aes256>::new_from_slices(&self.key, &self.key[..16]).ok()?;
        Some(STANDARD.encode(cipher.encrypt_padded_vec::<NoPadding>(&bytes)))
    }
}

/// AES-256-CBC, the padding left on.
pub(super) fn decrypt(key: &[u8; 32], iv: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(key, iv).ok()?;
    cipher.decrypt_padded_vec::<NoPadding>(bytes).ok()
}

/// In lower case.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(key: &str, receiver: &str) -> Envelope {
        Envelope::new("QDG6eK".to_owned(), key, receiver.to_owned()).expect("a key")
    }

    /// The example of 企业微信's own documentation of the URL check.
    #[test]
    fn the_documented_example_opens() {
        let envelope = envelope(
            "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
            "wx5823bf96d3bd56c7",
        );
        let sealed = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
        let signature = "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3";
        let open = |signature: &str, sealed: &str| {
            envelope.open(signature, "1409659589", "263014780", sealed)
        };
        assert_eq!(
            open(signature, sealed).as_deref(),
            Some("1616140317555161061")
        );
        assert_eq!(open(&signature.replace("5c", "5d"), sealed), None);
        assert_eq!(open("", sealed), None);
        assert_eq!(open(signature, &sealed.replace("P9", "Q9")), None);
    }

    /// The example of 钉钉's own documentation of the check of a suite's address.
    #[test]
    fn the_documented_example_of_dingtalk_opens() {
        let key = "4g5j64qlyl3zvetqxz5jiocdr586fn2zvjpa8zls3ij";
        let suite = "suite4xxxxxxxxxxxxxxx";
        let sealed = "1a3NBxmCFwkCJvfoQ7WhJHB+iX3qHPsc9JbaDznE1i03peOk1LaOQoRz3+nlyGNhwmwJ3vDMG+OzrHMeiZI7gTRWVdUBmfxjZ8Ej23JVYa9VrYeJ5as7XM/ZpulX8NEQis44w53h1qAgnC3PRzM7Zc/D6Ibr0rgUathB6zRHP8PYrfgnNOS9PhSBdHlegK+AGGanfwjXuQ9+0pZcy0w9lQ==";
        let signature = "5a65ceeef9aab2d149439f82dc191dd6c5cbe2c0";
        let open = |token: &str, receiver: &str| {
            let envelope = Envelope::new(token.to_owned(), key, receiver.to_owned());
            let envelope = envelope.expect("a key");
            envelope.open(signature, "1445827045067", "nEXhMP4r", sealed)
        };
        assert_eq!(
            open("123456", suite).as_deref(),
            Some(
                r#"{"EventType":"check_create_suite_url","Random":"LPIdSnlF","TestSuiteKey":"suite4xxxxxxxxxxxxxxx"}"#
            )
        );
        assert_eq!(open("123457", suite), None);
        assert_eq!(open("123456", "suite5xxxxxxxxxxxxxxx"), None);
    }

    #[test]
    fn what_is_sealed_opens_for_its_receiver_alone() {
        let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
        let (ours, theirs) = (envelope(key, "corp"), envelope(key, "other"));
        let open = |by: &Envelope, sealed: &str| {
            by.open(&by.signature("1", "2", sealed), "1", "2", sealed)
        };
        for length in 0..70 {
            let text = "错".repeat(length);
            let sealed = ours.seal(&text).expect("sealed");
            assert_eq!(open(&ours, &sealed), Some(text));
            assert_eq!(open(&theirs, &sealed), None);
        }
    }

    /// Rightly signed, as only the platform or a thief of the token can; nothing of it panics.
    #[test]
    fn rubbish_does_not_open() {
        let envelope = envelope("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "corp");
        for length in 0..200_usize {
            let bytes: Vec<u8> = (0..length).map(|i| (i * 7 + length) as u8).collect();
            let sealed = STANDARD.encode(bytes);
            let signature = envelope.signature("1", "2", &sealed);
            assert_eq!(envelope.open(&signature, "1", "2", &sealed), None);
        }
        let signature = envelope.signature("1", "2", "no Base64!");
        assert_eq!(envelope.open(&signature, "1", "2", "no Base64!"), None);
        for key in ["", "short", &"x".repeat(44), &"错".repeat(43)] {
            assert!(
                Envelope::new(String::new(), key, String::new()).is_err(),
                "{key}"
            );
        }
    }
}
