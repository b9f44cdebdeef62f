//! Secrets: drawn from the system, passwords as Argon2id (19 MiB, two passes, one lane: OWASP's least), tokens by their digest. None is
//! ever stored or logged as it is.

use crate::app::{AppError, Result};
use crate::domain::ledger::chain::Canonical;
use crate::store::StoreError;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng;
use rand::rngs::SysRng;
use std::sync::OnceLock;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Signs that are not taken for one another when read aloud or typed from paper.
const SIGNS: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

pub(super) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0u8; N];
    SysRng.try_fill_bytes(&mut bytes).map_err(|e| StoreError::Other(format!("系统随机数不可用：{e}")))?;
    Ok(bytes)
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(unusable)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn unusable(what: impl std::fmt::Display) -> AppError {
    AppError::Output(format!("口令算法不可用：{what}"))
}

/// The hash of a password with a salt of its own (PHC string).
pub(super) fn hash(password: &str) -> Result<String> {
    let salt = random::<16>()?;
    let hash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(unusable)?;
    Ok(hash.to_string())
}

/// Whether a password is that of a hash. Without a hash (nobody has that login) as much is reckoned, and the answer is no: the time
/// tells nothing.
pub(super) fn matches(password: &str, hash_of: Option<&str>) -> Result<bool> {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let against = match (hash_of, NOBODY.get()) {
        (Some(hash), _) => hash,
        (None, Some(nobody)) => nobody,
        (None, None) => {
            let made = hash(&token()?)?;
            NOBODY.get_or_init(|| made)
        }
    };
    let stored = PasswordHash::new(against).map_err(unusable)?;
    let same = argon2()?.verify_password(password.as_bytes(), &stored).is_ok();
    Ok(same && hash_of.is_some())
}

/// A refresh token: 256 bits.
pub(super) fn token() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// What is stored of a token.
pub(super) fn token_digest(token: &str) -> [u8; 32] {
    let mut c = Canonical::default();
    c.text("sunledger refresh").text(token);
    c.finish()
}

/// A first secret (首次口令) for a new user: four groups of four signs, some 79 bits.
pub(super) fn first_secret() -> Result<String> {
    let mut groups: Vec<String> = Vec::new();
    let mut group = String::new();
    while groups.len() < 4 {
        for byte in random::<16>()? {
            // bytes beyond the last whole multiple would favour the first signs
            if let (true, Some(sign)) = (byte < 248, SIGNS.get(usize::from(byte) % SIGNS.len())) {
                group.push(char::from(*sign));
            }
            if group.len() == 4 {
                groups.push(std::mem::take(&mut group));
            }
        }
    }
    groups.truncate(4);
    Ok(groups.join("-"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a failed example fails its test")]
    use super::*;

    #[test]
    fn a_hash_says_how_it_was_made_and_knows_its_password() {
        let hash = hash("芒果树下三只白鹅过河").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(matches("芒果树下三只白鹅过河", Some(&hash)).unwrap());
        assert!(!matches("芒果树下三只白鹅", Some(&hash)).unwrap());
        assert!(!matches("芒果树下三只白鹅过河", None).unwrap());
    }

    #[test]
    fn secrets_differ() {
        assert_ne!(token().unwrap(), token().unwrap());
        let secret = first_secret().unwrap();
        assert_eq!(secret.len(), 19, "{secret}");
        assert_ne!(secret, first_secret().unwrap());
    }
}
