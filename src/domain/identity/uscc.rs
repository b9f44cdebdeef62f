//! 统一社会信用代码 (GB 32100): 18 characters without I, O, S, V and Z, the last one a check.

use super::IdentityProblem;
use crate::domain::text;

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// A verified credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc([u8; 18]);

fn value_of(character: u8) -> Option<u32> {
    ALPHABET.iter().position(|&c| c == character).map(|at| at as u32)
}

/// The check character of the first 17; nothing when one of them is not allowed.
pub fn uscc_check_char(first17: &[u8; 17]) -> Option<u8> {
    let sum = first17.iter().zip(WEIGHTS).try_fold(0, |sum, (&c, weight)| value_of(c).map(|value| sum + value * weight))?;
    Some(ALPHABET[((31 - sum % 31) % 31) as usize])
}

impl Uscc {
    pub fn parse(text: &str) -> Result<Uscc, IdentityProblem> {
        let plain = text::squeeze(text::trim(text)).to_ascii_uppercase();
        if plain.chars().count() != 18 {
            return Err(IdentityProblem::UsccLength);
        }
        let bytes = <[u8; 18]>::try_from(plain.as_bytes()).map_err(|_| IdentityProblem::UsccCharacter)?;
        let (body, last) = bytes.split_at(17);
        let body = <&[u8; 17]>::try_from(body).map_err(|_| IdentityProblem::UsccLength)?;
        let check = uscc_check_char(body).ok_or(IdentityProblem::UsccCharacter)?;
        value_of(last[0]).ok_or(IdentityProblem::UsccCharacter)?;
        if check == last[0] { Ok(Uscc(bytes)) } else { Err(IdentityProblem::UsccCheck) }
    }

    pub fn as_str(&self) -> &str {
        // Characters of ALPHABET only: always valid UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}
