//! SHA-256 as text.

use sha2::{Digest, Sha256};

/// The digest of all bytes that `hash` has received, in hexadecimal digits.
pub(crate) fn hexadecimal(hash: Sha256) -> String {
    let digest = hash.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
