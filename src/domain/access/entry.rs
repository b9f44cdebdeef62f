//! A row of the access log (操作日志) and its hash: SM3 (GM/T 0004) over the hash before it and the row's canonical form, as the chain
//! of vouchers is made (`ledger/chain.rs`).
//!
//! Canonical form, version 1; integers are big-endian, `str` is a u32 length and the content (UTF-8):
//! ```text
//! u8 version = 1 | str book | i64 seq | i64 at (µs) | i64 user | str name | i64 session | str ip
//! str operation | str target | str reason | str outcome;   hash = SM3(previous hash ‖ canonical form)
//! ```

use crate::domain::ledger::chain::Canonical;

pub const VERSION: u8 = 1;
/// Longest text of one field, in characters: a log cannot be filled by one request.
const LONGEST: usize = 2_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub seq: i64,
    /// Microseconds since 1970 UTC.
    pub at: i64,
    /// Number of the user; 0 for the command line, or where nobody is known.
    pub user: i64,
    pub name: String,
    /// 0 where there is none.
    pub session: i64,
    pub ip: String,
    pub operation: String,
    pub target: String,
    pub reason: String,
    /// `done`, or the code of a refusal.
    pub outcome: String,
}

impl Entry {
    pub fn hash(&self, previous: &[u8], book: &str) -> [u8; 32] {
        let mut c = Canonical::default();
        c.raw(previous).byte(VERSION).text(book).int(self.seq).int(self.at).int(self.user).text(&self.name).int(self.session);
        c.text(&self.ip).text(&self.operation).text(&self.target).text(&self.reason).text(&self.outcome);
        c.finish()
    }
}

/// A text fit for the log: one line, so that nobody can forge a second row, and not without end.
pub fn clean(text: &str) -> String {
    text.trim().chars().take(LONGEST).map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            seq: 1,
            at: 1_520_208_000_000_000,
            user: 3,
            name: "赵示一".into(),
            session: 9,
            ip: "10.0.0.8".into(),
            operation: "batch.approve".into(),
            target: "PC1".into(),
            reason: String::new(),
            outcome: "done".into(),
        }
    }

    #[test]
    fn every_field_is_in_the_hash() {
        let first = entry().hash(&[0; 32], "东方");
        assert_ne!(first, entry().hash(&[1; 32], "东方"), "previous");
        assert_ne!(first, entry().hash(&[0; 32], "东"), "book");
        let changes: [fn(&mut Entry); 10] = [
            |e| e.seq = 2,
            |e| e.at += 1,
            |e| e.user = 4,
            |e| e.name = "钱示二".into(),
            |e| e.session = 8,
            |e| e.ip = "10.0.0.9".into(),
            |e| e.operation = "batch.cancel".into(),
            |e| e.target = "PC2".into(),
            |e| e.reason = "x".into(),
            |e| e.outcome = "refused".into(),
        ];
        for (at, change) in changes.iter().enumerate() {
            let mut other = entry();
            change(&mut other);
            assert_ne!(first, other.hash(&[0; 32], "东方"), "field {at}");
        }
    }

    #[test]
    fn line_ends_are_inert() {
        assert_eq!(clean("a\r\n2018-01-01 伪造\u{2028}b\t"), "a  2018-01-01 伪造 b");
        assert_eq!(clean(&"长".repeat(5_000)).chars().count(), LONGEST);
    }
}
