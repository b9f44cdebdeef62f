//! The hash chain (invariant 6): SM3 (GM/T 0004) over the hash before it and the canonical form of a voucher.
//!
//! Canonical form, version 1. Integers are big-endian; `str` and `bytes` are a u32 length and the content (UTF-8).
//! ```text
//! u8 version = 1 | str book | u64 seq | u64 year | u64 month | u64 number | i64 date (20180305) | u8 closing
//! str event | str summary | str reference | i64 attachments | str maker | str checker | i64 reverses (0 = none)
//! bytes file digest (empty = none) | i64 details | bytes details digest (empty = none) | i64 recorded_at (µs)
//! u32 postings | each: i64 account | str fund | str allocation | str unit | str project | str program | i64 debit | i64 credit
//! hash = SM3(previous hash ‖ canonical form);   the first previous hash is 32 zero bytes
//! ```
//! Payee lines enter by a digest over their own canonical form, in line order, and persons only by a commitment
//! (SM3 keyed with the book's secret), so that personal data can be masked in an export and the chain still holds:
//! ```text
//! payment line:  i64 line | bytes commitment | i64 quantity | i64 rate | i64 amount
//! bank result:   i64 line | u8 paid | str reason | i64 booked | str bank_ref | i64 amount
//! commitment  =  SM3(bytes secret | str id_no | str account)
//! ```

use super::voucher::Draft;
use sm3::{Digest, Sm3};

pub const VERSION: u8 = 1;
pub const GENESIS: [u8; 32] = [0; 32];

/// The words of a dimension set as they enter the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DimKey {
    pub fund: String,
    pub allocation: String,
    pub unit: String,
    pub project: String,
    pub program: String,
}

/// What a voucher is given when it is written, beside its draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal<'a> {
    pub book: &'a str,
    pub seq: i64,
    pub number: i64,
    pub date: i64,
    pub maker: &'a str,
    pub checker: &'a str,
    pub file_digest: &'a [u8],
    pub recorded_at: i64,
}

/// Writes canonical fields into a digest.
pub struct Canonical(Sm3);

impl Default for Canonical {
    fn default() -> Self {
        Canonical(Sm3::new())
    }
}

impl Canonical {
    pub fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.update(bytes);
        self
    }

    pub fn byte(&mut self, byte: u8) -> &mut Self {
        self.raw(&[byte])
    }

    pub fn int(&mut self, number: i64) -> &mut Self {
        self.raw(&number.to_be_bytes())
    }

    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        // lengths are bounded by the readers' cell limit, far below u32
        self.raw(&(bytes.len() as u32).to_be_bytes()).raw(bytes)
    }

    pub fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The hash of a voucher; `dim` gives the words of a dimension set by id.
pub fn voucher_hash<'d>(previous: &[u8; 32], draft: &Draft, seal: &Seal<'_>, dim: impl Fn(i64) -> &'d DimKey) -> [u8; 32] {
    let mut c = Canonical::default();
    c.raw(previous).byte(VERSION).text(seal.book).int(seal.seq);
    c.int(seal.date / 10_000).int(seal.date / 100 % 100).int(seal.number).int(seal.date).byte(u8::from(draft.closing));
    c.text(&draft.event).text(&draft.summary).text(&draft.reference).int(draft.attachments);
    c.text(seal.maker).text(seal.checker).int(draft.reverses.unwrap_or(0)).bytes(seal.file_digest);
    match &draft.details {
        Some((count, digest)) => c.int(*count).bytes(digest),
        None => c.int(0).bytes(&[]),
    };
    c.int(seal.recorded_at).raw(&(draft.lines.len() as u32).to_be_bytes());
    for line in &draft.lines {
        let key = dim(line.dim);
        c.int(line.account).text(&key.fund).text(&key.allocation).text(&key.unit).text(&key.project).text(&key.program);
        c.int(line.debit.get()).int(line.credit.get());
    }
    c.finish()
}

/// Stands for a person and an account in the chain.
pub fn commitment(secret: &[u8], id_no: &str, account: &str) -> [u8; 32] {
    let mut c = Canonical::default();
    c.bytes(secret).text(id_no).text(account);
    c.finish()
}

/// Digest over payment lines, in line order.
#[derive(Default)]
pub struct PaymentDigest(Canonical);

impl PaymentDigest {
    pub fn line(&mut self, line: i64, commitment: &[u8; 32], quantity: i64, rate: i64, amount: i64) {
        self.0.int(line).bytes(commitment).int(quantity).int(rate).int(amount);
    }

    pub fn finish(self) -> [u8; 32] {
        self.0.finish()
    }
}

/// Digest over bank results, in line order.
#[derive(Default)]
pub struct ResultDigest(Canonical);

impl ResultDigest {
    pub fn line(&mut self, line: i64, paid: bool, reason: &str, booked: i64, bank_ref: &str, amount: i64) {
        self.0.int(line).byte(u8::from(paid)).text(reason).int(booked).text(bank_ref).int(amount);
    }

    pub fn finish(self) -> [u8; 32] {
        self.0.finish()
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ledger::Line;
    use crate::domain::money::Fen;
    use chrono::NaiveDate;

    /// GM/T 0004 annex A, example 1.
    #[test]
    fn sm3_is_the_standards() {
        let mut c = Canonical::default();
        c.raw(b"abc");
        assert_eq!(hex(&c.finish()), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    }

    /// Golden vector: computed apart from this code by `tests/check/chain.py --golden`.
    #[test]
    fn golden_voucher() {
        let mut draft = Draft::new(
            NaiveDate::from_ymd_opt(2018, 3, 5).unwrap(),
            "allocate",
            "分配下达 东财农〔2018〕12号".into(),
            "东财农〔2018〕12号",
        );
        draft.lines = vec![Line::debit(9202, 2, Fen::new(12_345)), Line::credit(9201, 1, Fen::new(12_345))];
        let keys = [
            DimKey { fund: "琼财农〔2018〕1号".into(), ..DimKey::default() },
            DimKey {
                fund: "琼财农〔2018〕1号".into(),
                allocation: "东财农〔2018〕12号".into(),
                unit: "U01".into(),
                program: "ST01".into(),
                ..DimKey::default()
            },
        ];
        let seal = Seal {
            book: "东方",
            seq: 2,
            number: 1,
            date: 20180305,
            maker: "经办甲",
            checker: "",
            file_digest: &[],
            recorded_at: 1_520_208_000_000_000,
        };
        let hash = voucher_hash(&GENESIS, &draft, &seal, |dim| &keys[(dim - 1) as usize]);
        assert_eq!(hex(&hash), "d6ce3f6f6bd4c2a708eec484df0c1e07df2a6f18b4c8d12a5d5f634614c4467e");
    }
}
