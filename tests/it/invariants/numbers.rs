//! Invariant 4: voucher numbers run on without gaps, per book, year and month.

use crate::support::builders::{ALLOCATED, UNALLOCATED};
use crate::support::{Books, Db, Forge, on_both};

#[test]
fn numbers_run_on_without_gaps() {
    on_both(|db| {
        let mut books = Books::new(db);
        let good = [(ALLOCATED, books.u01, 100, 0), (UNALLOCATED, books.fund, 0, 100)];
        let next = Forge::next(db, &good);
        for (what, number) in [("a gap", 4), ("a duplicate", 2), ("the first again", 1), ("zero", 0), ("backwards", -1)] {
            Forge { number, ..next.clone() }.refused(what, &["number:", "append-only"]);
        }
        let counter = &["changes only by an event or a voucher"];
        for vouchers in [0, 1, 3] {
            db.refuses("the counter moved", &format!("UPDATE period SET vouchers = {vouchers}"), counter);
        }
        db.refuses("the month renamed", "UPDATE period SET month = 4 WHERE month = 3", counter);
        db.refuses("a month that starts in the middle", "INSERT INTO period VALUES (1, 2018, 7, 'open', 5)", &["starts open"]);
        let again = "INSERT OR REPLACE INTO period VALUES (1, 2018, 3, 'open', 0)";
        db.refuses_on(Db::Sqlite, "the month begun again", again, &["starts open"]);

        // what was refused has used no number
        assert_eq!(books.allocate(100).unwrap().number, 3);
        assert_eq!(books.allocate(100).unwrap().label(), "记-2018-03-0004");
    });
}
