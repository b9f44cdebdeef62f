//! 统计用区划代码: 12 digits; the trailing zeros tell the level.

use super::IdentityProblem;
use crate::domain::text;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode([u8; 12]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegionLevel {
    Province,
    City,
    County,
    Township,
    Village,
}

impl RegionLevel {
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Province => "省",
            Self::City => "市",
            Self::County => "县",
            Self::Township => "乡",
            Self::Village => "村",
        }
    }

    /// How many leading digits tell one region of this level from another.
    const fn digits(self) -> usize {
        match self {
            Self::Province => 2,
            Self::City => 4,
            Self::County => 6,
            Self::Township => 9,
            Self::Village => 12,
        }
    }
}

impl RegionCode {
    pub fn parse(text: &str) -> Result<RegionCode, IdentityProblem> {
        let plain = text::squeeze(text::trim(text));
        let bytes = <[u8; 12]>::try_from(plain.as_bytes()).map_err(|_| IdentityProblem::Region)?;
        let valid = bytes.iter().all(u8::is_ascii_digit) && bytes[0] != b'0';
        if valid { Ok(RegionCode(bytes)) } else { Err(IdentityProblem::Region) }
    }

    pub fn as_str(&self) -> &str {
        // Digits only: always valid UTF-8.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub fn level(&self) -> RegionLevel {
        use RegionLevel::*;
        let zeros = self.0.iter().rev().take_while(|&&b| b == b'0').count();
        match zeros {
            10.. => Province,
            8.. => City,
            6.. => County,
            3.. => Township,
            _ => Village,
        }
    }

    /// The region of that level in which this one lies (itself when it is of that level).
    pub fn ancestor(&self, level: RegionLevel) -> RegionCode {
        let mut bytes = self.0;
        bytes[level.digits()..].fill(b'0');
        RegionCode(bytes)
    }

    /// Whether this region is `other` or lies inside it.
    pub fn within(&self, other: &RegionCode) -> bool {
        let digits = other.level().digits();
        self.0[..digits] == other.0[..digits]
    }
}
