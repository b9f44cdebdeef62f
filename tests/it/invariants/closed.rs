//! Invariant 5: a closed period takes no voucher, and is opened again only with a trace.

use crate::support::builders::{ALLOCATED, UNALLOCATED};
use crate::support::{Books, Db, Forge, on_both};

fn event(id: i64, month: i64, state: &str) -> String {
    format!(
        "INSERT INTO period_event (book, id, year, month, state, actor, reason, at) VALUES (1, {id}, 2018, {month}, '{state}', '主管丙', '理由', 0)"
    )
}

#[test]
fn a_closed_period_takes_no_voucher() {
    on_both(|db| {
        let mut books = Books::new(db);
        let good = [(ALLOCATED, books.u01, 100, 0), (UNALLOCATED, books.fund, 0, 100)];
        let next = Forge::next(db, &good);
        let period = &["period:"];
        let april = Forge { number: 1, date: 20180401, posting_date: 20180401, ..next.clone() };
        april.refused("a month not begun", &["period:", "number:"]);
        db.raw().transact("INSERT INTO period VALUES (1, 2018, 4, 'open', 0)").unwrap();
        let disguised = april.sql().replace("20180401", "20180331");
        db.refuses("a date of another month", &disguised, &["period:", "number:"]);

        db.refuses("closed without trace", "UPDATE period SET state = 'closed'", &["only by an event"]);
        db.raw().transact(&event(5, 3, "closed")).unwrap();
        next.refused("into the closed month", period);
        assert_eq!(books.allocate(100).unwrap_err().code(), Some("period_closed"));

        for sql in ["UPDATE period SET state = 'open'", "UPDATE period SET state = 'open', vouchers = 0 WHERE month = 3"] {
            db.refuses("opened without trace", sql, &["only by an event"]);
        }
        db.refuses("opened by an event of the past", &event(4, 3, "open"), &["must follow the last"]);
        db.refuses("the same event again", &event(5, 3, "open"), &["must follow the last", "duplicate key"]);
        db.refuses("the period deleted", "DELETE FROM period", &["append-only"]);
        db.refuses("the trace deleted", "DELETE FROM period_event", &["append-only"]);
        db.refuses("the trace changed", "UPDATE period_event SET state = 'open'", &["append-only"]);
        let anew = "INSERT OR REPLACE INTO period VALUES (1, 2018, 3, 'open', 2)";
        db.refuses_on(Db::Sqlite, "the period begun again", anew, &["starts open"]);
        db.refuses("a period that begins closed", "INSERT INTO period VALUES (1, 2018, 5, 'closed', 0)", &["starts open"]);
        db.refuses_by_key("an event of no period", &event(6, 9, "closed"));

        db.raw().transact(&event(6, 3, "open")).unwrap();
        next.accepted();
    });
}
