//! Bank accounts: digits as text. Cards (62…, 16 to 19 digits) carry a Luhn digit, passbooks and
//! old co-operative accounts carry none, so a wrong one is a warning and never a refusal.

use std::fmt;

use super::IdentityProblem;
use crate::domain::text;

const SHORTEST: usize = 6;
const LONGEST: usize = 32;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountNo {
    // Unused places stay 0, so that equal accounts are equal bytes.
    digits: [u8; LONGEST],
    length: u8,
}

impl AccountNo {
    pub fn parse(text: &str) -> Result<AccountNo, IdentityProblem> {
        let plain = text::squeeze(text::trim(text));
        let plain = plain.strip_prefix('\'').unwrap_or(&plain).as_bytes();
        if plain.is_empty() {
            return Err(IdentityProblem::AccountEmpty);
        }
        if !plain.iter().all(u8::is_ascii_digit) {
            let damaged = std::str::from_utf8(plain).is_ok_and(text::is_scientific);
            return Err(if damaged { IdentityProblem::AccountDamaged } else { IdentityProblem::AccountCharacter });
        }
        if !(SHORTEST..=LONGEST).contains(&plain.len()) {
            return Err(IdentityProblem::AccountLength);
        }
        let mut digits = [0; LONGEST];
        digits[..plain.len()].copy_from_slice(plain);
        Ok(AccountNo { digits, length: plain.len() as u8 })
    }

    pub fn as_str(&self) -> &str {
        // Digits only: always valid UTF-8.
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }

    fn bytes(&self) -> &[u8] {
        &self.digits[..usize::from(self.length)]
    }

    /// A card number by its form: 62…, 16 to 19 digits.
    pub fn is_card(&self) -> bool {
        self.bytes().starts_with(b"62") && (16..=19).contains(&self.length)
    }

    /// A card number whose check digit is wrong: worth a warning, not a refusal.
    pub fn is_suspect(&self) -> bool {
        let Some((&last, body)) = self.bytes().split_last() else {
            return false;
        };
        self.is_card() && luhn_check_digit(body) != last
    }
}

/// The Luhn digit (ASCII) that follows these ASCII digits.
pub fn luhn_check_digit(body: &[u8]) -> u8 {
    let doubled = |digit: u32| if digit >= 5 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = body
        .iter()
        .rev()
        .map(|b| u32::from(b.saturating_sub(b'0').min(9)))
        .enumerate()
        .map(|(i, digit)| if i % 2 == 0 { doubled(digit) } else { digit })
        .fold(0, |sum, value| (sum + value) % 10);
    b'0' + ((10 - sum) % 10) as u8
}

impl fmt::Debug for AccountNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountNo({})", super::mask_account(self.as_str()))
    }
}
