//! Invariant 9: figures can be had as of any accounting date and as known at any commit, whatever is recorded later.

use crate::support::builders::{ALLOCATED, UNALLOCATED};
use crate::support::raw::Raw;
use crate::support::{Books, Forge, on_both};

/// Balance of an account on a day, from the days kept.
fn as_of(raw: &mut Raw, account: i64, date: i64) -> i64 {
    raw.int(&format!("SELECT COALESCE(sum(debit - credit), 0) FROM daily WHERE account = {account} AND date <= {date}"))
}

/// The same as it was known when voucher `seq` was the last.
fn known_at(raw: &mut Raw, account: i64, date: i64, seq: i64) -> i64 {
    raw.int(&format!(
        "SELECT COALESCE(sum(debit - credit), 0) FROM posting WHERE account = {account} AND date <= {date} AND voucher <= {seq}"
    ))
}

#[test]
fn later_records_leave_earlier_figures_standing() {
    on_both(|db| {
        let books = Books::new(db);
        let mut raw = db.raw();
        assert_eq!(as_of(&mut raw, UNALLOCATED, 20180304), 10_000_000);
        assert_eq!(as_of(&mut raw, UNALLOCATED, 20180305), 6_000_000);
        // a voucher of an earlier date comes in late
        let late = Forge::next(db, &[(ALLOCATED, books.u01, 700, 0), (UNALLOCATED, books.fund, 0, 700)]);
        Forge { date: 20180302, posting_date: 20180302, ..late }.accepted();
        for (date, now, before) in [(20180301, 10_000_000, 10_000_000), (20180304, 9_999_300, 10_000_000), (20180331, 5_999_300, 6_000_000)]
        {
            assert_eq!(as_of(&mut raw, UNALLOCATED, date), now, "as of {date}");
            assert_eq!(known_at(&mut raw, UNALLOCATED, date, 3), now, "as of {date}, by its vouchers");
            assert_eq!(known_at(&mut raw, UNALLOCATED, date, 2), before, "as of {date}, known before");
        }
        for change in ["recorded_at = 1", "date = 20180301", "seq = 9", "closing = 1"] {
            db.refuses("when it was recorded", &format!("UPDATE voucher SET {change} WHERE seq = 3"), &["append-only"]);
        }
        db.refuses("a day's figures", "UPDATE daily SET date = 20180301", &["moves only by a posting"]);
        db.refuses("a posting's day", "UPDATE posting SET date = 20180301", &["append-only"]);
        assert_eq!(
            raw.rows("SELECT account, dim, sum(debit), sum(credit) FROM posting GROUP BY account, dim ORDER BY account, dim"),
            raw.rows("SELECT account, dim, debit, credit FROM balance ORDER BY account, dim"),
        );
        assert_eq!(
            raw.rows("SELECT account, dim, sum(debit), sum(credit) FROM daily GROUP BY account, dim ORDER BY account, dim"),
            raw.rows("SELECT account, dim, debit, credit FROM balance ORDER BY account, dim"),
        );
    });
}
