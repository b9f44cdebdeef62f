//! The manifest (清单) of an export: which book, year and state of knowledge, the chain's head, and of every file its size,
//! SM3 digest, rows and control totals. Its text is canonical, so that the same book at the same time gives the same bytes,
//! and it is what the signature stands under.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Grows when the layout of an export changes.
pub const VERSION: u32 = 1;
pub const MANIFEST: &str = "manifest.json";
/// SM3 of the manifest, so that a slip in the manifest itself is seen without a key.
pub const MANIFEST_DIGEST: &str = "manifest.sm3";
pub const SIGNATURE: &str = "manifest.sig";
pub const PUBLIC_KEY: &str = "public.key";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub version: u32,
    pub software: String,
    pub format: String,
    pub book: BookName,
    pub year: i64,
    pub known_at: KnownAt,
    pub chain: Chain,
    /// `pseudonymised`, `masked` or `full`
    pub personal: String,
    /// Hex of the public key whose owner signs, or empty.
    pub signer: String,
    pub totals: Totals,
    pub files: Vec<FileEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BookName {
    pub code: String,
    pub name: String,
}

/// The last voucher that counts, and when it was recorded (microseconds since 1970 UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownAt {
    pub seq: i64,
    pub recorded_at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chain {
    pub canonical: u8,
    pub seq: i64,
    pub hash: String,
}

/// Control totals of the year, amounts in 元.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    pub vouchers: u64,
    pub debits: String,
    pub credits: String,
    pub lines: u64,
    pub line_amount: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    pub path: String,
    pub bytes: u64,
    pub sm3: String,
    pub tables: Vec<TableEntry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableEntry {
    pub table: String,
    pub rows: u64,
    /// Sum of each amount column, in 元.
    pub totals: BTreeMap<String, String>,
}

impl Manifest {
    /// The text that is written and signed.
    pub fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

/// Fen as 元; wide enough for any sum.
pub fn yuan(fen: i128) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

/// 元 with two decimals as fen.
pub fn fen(yuan: &str) -> Option<i128> {
    let (whole, part) = yuan.split_once('.')?;
    let negative = whole.starts_with('-');
    let (whole, part): (i128, i128) = (whole.parse().ok()?, part.parse().ok().filter(|_| part.len() == 2)?);
    let sum = whole.checked_mul(100)?;
    Some(if negative { sum - part } else { sum + part })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_go_there_and_back() {
        for amount in [0, 1, -1, 99, -100, 123_456_789, -5] {
            assert_eq!(fen(&yuan(amount)), Some(amount));
        }
        assert_eq!((fen("1.5"), fen("x.00"), fen("7")), (None, None, None));
    }
}
