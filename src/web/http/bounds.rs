//! The largest requests that are read.

/// The largest body that is read, in bytes: the longest paste takes 768 KiB when every byte of it is
/// percent-encoded, and less with `\u` pairs.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// The longest text that is taken from an address, in characters: percent-encoded it stays below
/// what HTTP servers and proxies accept.
pub(crate) const MAX_ADDRESS_CHARS: usize = 4_000;

/// The largest batch or file that is read, in bytes. Chosen: ten thousand rows of 800 bytes.
pub(crate) const MAX_BATCH: usize = 8 << 20;
