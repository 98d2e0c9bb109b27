//! The page's Content-Security-Policy names its script and its style by their digests, so that these two may be used and
//! nothing else.

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// `sha256-...`, the source that allows just this text (Content Security Policy Level 3, section 2.3.1).
pub(super) fn source(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    format!("sha256-{}", Base64::encode_string(&digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_the_digest_in_base64() {
        assert_eq!(
            source(""),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        assert_eq!(
            source("abc"),
            "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="
        );
    }
}
