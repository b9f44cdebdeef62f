//! 公民身份号码 (GB 11643). The first six digits name a region as it was at birth: they are never
//! compared with today's codes (东方 has been 460032, 460007 and 469007).

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::IdentityProblem;
use crate::domain::{calendar, text};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [u8; 11] = *b"10X98765432";

/// A verified number of 18 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNumber([u8; 18]);

/// A number as read, with the mark that it was a first-generation number of 15 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedId {
    pub number: IdNumber,
    pub from_fifteen: bool,
}

/// The check character of 17 ASCII digits. Anything but a digit counts as 0.
pub fn id_check_char(first17: &[u8; 17]) -> u8 {
    let digit = |b: u8| {
        if b.is_ascii_digit() { u32::from(b - b'0') } else { 0 }
    };
    let sum: u32 = first17.iter().zip(WEIGHTS).map(|(&b, weight)| digit(b) * weight).sum();
    CHECKS[(sum % 11) as usize]
}

impl IdNumber {
    pub fn parse(text: &str) -> Result<IdNumber, IdentityProblem> {
        IdNumber::parse_flagged(text).map(|parsed| parsed.number)
    }

    /// Reads 18 characters, or 15 digits of the first generation, which are lengthened and marked.
    pub fn parse_flagged(text: &str) -> Result<ParsedId, IdentityProblem> {
        if let Ok(bytes) = <[u8; 18]>::try_from(text.as_bytes())
            && let Ok(number) = verified(bytes)
        {
            return Ok(ParsedId { number, from_fifteen: false });
        }
        parse_dressed(text)
    }

    pub fn as_str(&self) -> &str {
        // Digits and X only, see `verified`: always valid UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub fn birth(&self) -> NaiveDate {
        // `verified` has found this day on the calendar.
        birth_of(&self.0).unwrap_or_default()
    }

    /// Digit 17 is odd for men and even for women.
    pub fn is_female(&self) -> bool {
        self.0[16].is_multiple_of(2)
    }

    /// The six digits of the region at birth.
    pub fn region(&self) -> &str {
        &self.as_str()[..6]
    }

    /// A compact key: the 17 digits × 16 + the check digit (X = 10). Fits in 63 bits.
    pub fn packed(&self) -> u64 {
        let check = if self.0[17] == b'X' { 10 } else { u64::from(self.0[17] - b'0') };
        decimal(&self.0[..17]) * 16 + check
    }

    /// The number of a key; nothing when the key is not one of ours.
    pub fn from_packed(key: u64) -> Option<IdNumber> {
        let body = format!("{:017}", key / 16);
        let check = match key % 16 {
            10 => 'X',
            digit => char::from_digit(digit as u32, 10)?,
        };
        let bytes = <[u8; 18]>::try_from(format!("{body}{check}").as_bytes()).ok()?;
        verified(bytes).ok()
    }
}

fn verified(mut bytes: [u8; 18]) -> Result<IdNumber, IdentityProblem> {
    bytes[17] = bytes[17].to_ascii_uppercase();
    let (body, check) = bytes.split_at(17);
    let body = <&[u8; 17]>::try_from(body).map_err(|_| IdentityProblem::IdLength)?;
    if !body.iter().all(u8::is_ascii_digit) || !(check[0].is_ascii_digit() || check[0] == b'X') {
        return Err(IdentityProblem::IdCharacter);
    }
    if birth_of(&bytes).is_none() {
        return Err(IdentityProblem::IdBirth);
    }
    if id_check_char(body) != check[0] {
        // A spreadsheet keeps 15 digits of a number and fills up with zeros.
        let rounded = bytes.ends_with(b"000");
        return Err(if rounded { IdentityProblem::IdRounded } else { IdentityProblem::IdCheck });
    }
    Ok(IdNumber(bytes))
}

fn parse_dressed(text: &str) -> Result<ParsedId, IdentityProblem> {
    let plain = text::squeeze(text::trim(text));
    let plain = plain.strip_prefix('\'').unwrap_or(&plain);
    if plain.is_empty() {
        return Err(IdentityProblem::IdEmpty);
    }
    if text::is_scientific(plain) {
        return Err(IdentityProblem::IdDamaged);
    }
    match plain.len() {
        18 => {
            let bytes = plain.as_bytes().try_into().map_err(|_| IdentityProblem::IdLength)?;
            verified(bytes).map(|number| ParsedId { number, from_fifteen: false })
        }
        15 => lengthened(plain.as_bytes()).map(|number| ParsedId { number, from_fifteen: true }),
        _ => Err(IdentityProblem::IdLength),
    }
}

/// 15 digits carry a year of two digits, always of the last century, and no check character.
fn lengthened(fifteen: &[u8]) -> Result<IdNumber, IdentityProblem> {
    if !fifteen.iter().all(u8::is_ascii_digit) {
        return Err(IdentityProblem::IdCharacter);
    }
    let mut bytes = [b'0'; 18];
    bytes[..6].copy_from_slice(&fifteen[..6]);
    bytes[6..8].copy_from_slice(b"19");
    bytes[8..17].copy_from_slice(&fifteen[6..]);
    let body = <&[u8; 17]>::try_from(&bytes[..17]).map_err(|_| IdentityProblem::IdLength)?;
    bytes[17] = id_check_char(body);
    verified(bytes)
}

fn birth_of(bytes: &[u8; 18]) -> Option<NaiveDate> {
    calendar::date_from_int(i64::try_from(decimal(&bytes[6..14])).ok()?)
}

fn decimal(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, &b| number * 10 + u64::from(b.saturating_sub(b'0')))
}

/// Shown masked: a log line must not carry a whole identity number.
impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({})", super::mask_id(self.as_str()))
    }
}

impl Serialize for IdNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for IdNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<IdNumber, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        IdNumber::parse(&text).map_err(de::Error::custom)
    }
}
