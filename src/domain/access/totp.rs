//! The second step (动态验证码): RFC 6238 with SHA-1, six digits and steps of 30 seconds, as every authenticator app knows it. One step
//! either way is forgiven for clocks that differ; each step's code is taken once, which the caller keeps.

use totp_rs::{Builder, Secret, Totp};

/// Bytes of a secret (RFC 4226 asks for 160 bits).
pub const SECRET_BYTES: usize = 20;
const MICROS: i64 = 1_000_000;

fn totp(secret: &[u8], login: &str, issuer: &str) -> Option<Totp> {
    let issuer: String = issuer.chars().filter(|c| *c != ':').collect();
    Builder::new().with_secret(secret.to_vec()).with_skew(1).with_account_name(login).with_issuer(Some(issuer)).build().ok()
}

/// The step whose code this is, at an instant (microseconds since 1970 UTC); `None` where it is none.
pub fn step_of(secret: &[u8], code: &str, now: i64) -> Option<i64> {
    let seconds = u64::try_from(now / MICROS).ok()?;
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = totp(secret, "", "")?.check(&code, seconds)?;
    i64::try_from(step).ok()
}

/// The code at an instant, as the person's device shows it.
pub fn code_at(secret: &[u8], now: i64) -> Option<String> {
    Some(totp(secret, "", "")?.generate(u64::try_from(now / MICROS).ok()?).to_string())
}

/// The address that a device reads from a square code (otpauth://…), which holds the secret.
pub fn address(secret: &[u8], login: &str, issuer: &str) -> Option<String> {
    totp(secret, login, issuer)?.to_url().ok()
}

/// The secret as people type it (base32).
pub fn typed(secret: &[u8]) -> String {
    Secret::from(secret).to_base32()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, SHA-1, last six digits.
    #[test]
    fn codes_are_the_standards() {
        let secret = b"12345678901234567890";
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            assert_eq!(code_at(secret, seconds * MICROS).as_deref(), Some(code));
            assert_eq!(step_of(secret, code, seconds * MICROS), Some(seconds / 30));
            assert_eq!(step_of(secret, code, (seconds + 30) * MICROS), Some(seconds / 30), "a clock 30 s ahead");
            assert_eq!(step_of(secret, code, (seconds + 90) * MICROS), None);
        }
        assert_eq!(step_of(secret, "28708", 59 * MICROS), None);
        assert_eq!(step_of(secret, "+87082", 59 * MICROS), None);
    }

    #[test]
    fn the_address_names_book_and_login() {
        let address = address(&[7; SECRET_BYTES], "zhao", "东方市财政局").unwrap_or_default();
        assert!(address.starts_with("otpauth://totp/"), "{address}");
        assert!(address.contains(&typed(&[7; SECRET_BYTES])) && address.contains("zhao"), "{address}");
    }
}
