//! A voucher written by hand with plain SQL. As it comes from [`Forge::next`] it would be taken; each test spoils one thing.

use super::db::TestDb;
use super::raw::Raw;

/// Account, dimension set, debit, credit.
pub type Entry = (i64, i64, i64, i64);

#[derive(Clone)]
pub struct Forge<'d> {
    pub db: &'d TestDb,
    /// `INSERT` or, on SQLite, `INSERT OR REPLACE` and `INSERT OR IGNORE`.
    pub verb: &'static str,
    pub seq: i64,
    pub prev: String,
    pub number: i64,
    pub date: i64,
    pub posting_date: i64,
    pub event: &'static str,
    pub maker: &'static str,
    pub checker: &'static str,
    pub reverses: String,
    pub postings: Vec<Entry>,
}

impl<'d> Forge<'d> {
    /// The next voucher of the book, dated in March 2018.
    pub fn next(db: &'d TestDb, postings: &[Entry]) -> Forge<'d> {
        let mut raw: Raw = db.raw();
        let seq = raw.int("SELECT seq FROM chain WHERE book = 1") + 1;
        let number = raw.int("SELECT vouchers FROM period WHERE book = 1 AND year = 2018 AND month = 3") + 1;
        Forge {
            db,
            verb: "INSERT",
            seq,
            prev: "(SELECT hash FROM chain WHERE book = 1)".into(),
            number,
            date: 20180320,
            posting_date: 20180320,
            event: "allocate",
            maker: "经办甲",
            checker: "复核乙",
            reverses: "NULL".into(),
            postings: postings.to_vec(),
        }
    }

    pub fn postings_sql(&self) -> String {
        let (verb, seq, date) = (self.verb, self.seq, self.posting_date);
        let each = self.postings.iter().enumerate().map(|(index, (account, dim, debit, credit))| {
            let line = index + 1;
            format!(
                "{verb} INTO posting (book, voucher, line, date, closing, account, dim, debit, credit)
                 VALUES (1, {seq}, {line}, {date}, 0, {account}, {dim}, {debit}, {credit})"
            )
        });
        each.collect::<Vec<_>>().join(";\n")
    }

    pub fn voucher_sql(&self) -> String {
        let Forge { verb, seq, number, date, event, maker, checker, reverses, prev, .. } = self;
        let (year, month) = (date / 10_000, date / 100 % 100);
        let (none, hash) = (self.db.blob(b""), self.db.blob(&[*seq as u8; 32]));
        format!(
            "{verb} INTO voucher (book, seq, year, month, number, date, closing, event, summary, attachments, maker, checker, reverses,
               reference, file, details, details_digest, recorded_at, prev_hash, hash)
             VALUES (1, {seq}, {year}, {month}, {number}, {date}, 0, '{event}', '伪造', 1, '{maker}', '{checker}', {reverses},
               '', NULL, 0, {none}, 0, {prev}, {hash})"
        )
    }

    pub fn sql(&self) -> String {
        format!("{};\n{}", self.postings_sql(), self.voucher_sql())
    }

    /// Refused, and nothing changed.
    pub fn refused(&self, what: &str, why: &[&str]) {
        self.db.refuses(what, &self.sql(), why);
    }

    pub fn accepted(&self) {
        let sql = self.sql();
        self.db.raw().transact(&sql).unwrap_or_else(|error| panic!("{error}\n{sql}"));
    }
}
