//! Invariant 8: maker is not checker, across all the stages of one piece of money; and those stages in their order, on the
//! same lines.

use crate::support::builders::{ALLOCATED, UNALLOCATED, day, post, stage_sql};
use crate::support::db::ctx;
use crate::support::{Books, Db, Forge, TestDb, on_both};
use crate::way;
use sunledger::app::ledger::Movement;
use sunledger::app::payout::stage;
use sunledger::domain::money::Fen;

#[test]
fn nobody_checks_their_own_voucher() {
    on_both(|db| {
        let mut books = Books::new(db);
        let next = Forge::next(db, &[(ALLOCATED, books.u01, 100, 0), (UNALLOCATED, books.fund, 0, 100)]);
        Forge { checker: "经办甲", ..next.clone() }.refused("maker is checker", &["maker_is_not_checker"]);
        Forge { maker: "", checker: "乙", ..next.clone() }.refused("no maker", &["voucher_maker_check", "maker <> ''"]);
        let movement = [Movement::within(books.fund, Fen::new(100))];
        for who in [ctx("经办甲").checked_by("经办甲"), ctx("")] {
            let refused = post(&mut books.bureau, &who, "receive", "upper", day(3, 6), &movement).unwrap_err();
            assert_eq!(refused.code(), Some("maker_is_checker"));
        }
    });
}

#[test]
fn a_batch_passes_through_different_hands_in_order() {
    on_both(|db| {
        let mut books = Books::new(db);
        books.batch();
        let stage = |stage: &str, actor: &str| stage_sql(db, 1, stage, actor);
        let order = &["wrong order, same person, or other lines"];
        for early in ["approved", "sent", "cancelled"] {
            db.refuses("before it is reserved", &stage(early, "审批丙"), order);
        }
        let incomplete = &["lines, total and slices differ"];
        db.refuses("reserved without lines", &stage_sql(db, 2, "reserved", "经办甲"), incomplete);
        db.refuses("another total", &stage("reserved", "经办甲").replace("100000", "99999"), incomplete);
        db.refuses("another count", &stage("reserved", "经办甲").replace("2, 100000", "3, 100000"), incomplete);
        db.refuses("by nobody", &stage("reserved", ""), &["actor"]);
        books.stage(db, 1, "reserved", "经办甲").unwrap();
        after_reserved(db, &books);

        db.refuses("sent unapproved", &stage("sent", "送办丁"), order);
        db.refuses("approved by its maker", &stage("approved", "经办甲"), order);
        db.refuses("approved on other lines", &stage("approved", "审批丙").replace(&db.blob(b"d"), &db.blob(b"e")), order);
        db.refuses(
            "approved on another total",
            &stage("approved", "审批丙").replace("100000", "100001"),
            &["wrong order", "lines, total and slices differ"],
        );
        books.stage(db, 1, "approved", "审批丙").unwrap();
        db.refuses("sent by its approver", &stage("sent", "审批丙"), order);
        db.refuses("sent on other lines", &stage("sent", "送办丁").replace(&db.blob(b"d"), &db.blob(b"e")), order);
        db.refuses("answered before it is sent", &result(1, 1), &["not sent"]);
        books.stage(db, 1, "sent", "送办丁").unwrap();
        db.refuses("sent again", &stage("sent", "送办丁"), &["wrong order", "duplicate key", "append-only"]);
        db.refuses("cancelled after it was sent", &stage("cancelled", "经办甲"), order);
        answers(db);
    });
}

#[test]
fn a_cancelled_batch_stays_cancelled() {
    on_both(|db| {
        let mut books = Books::new(db);
        books.batch();
        books.stage(db, 1, "reserved", "经办甲").unwrap();
        books.stage(db, 1, "cancelled", "经办甲").unwrap();
        for later in ["approved", "sent"] {
            db.refuses("after it was cancelled", &stage_sql(db, 1, later, "审批丙"), &["wrong order"]);
        }
    });
}

/// SQLite guards the lines of a batch by count and total only, at the next stage (see batch_reserved_complete). A card swapped
/// for another leaves both as they were: only the digest over the lines can tell, so the program works it out again.
#[test]
fn a_card_swapped_after_reservation_is_found() {
    let db = TestDb::seeded(Db::Sqlite);
    let mut bureau = db.bureau();
    let people = db.people(&mut bureau, 5);
    for (kind, text) in [("budgets", way::BUDGETS), ("allocations", way::ALLOCATIONS), ("batch", &way::batch_text(&people))] {
        way::enter_text(&mut bureau, "甲", kind, text).unwrap();
    }
    let swap = "INSERT OR REPLACE INTO payment SELECT book, batch, line, person, household,
                  (SELECT card FROM payment WHERE line = 1), quantity, rate, amount, start, file_row, memo FROM payment WHERE line = 2";
    db.raw().transact(swap).unwrap();
    let approved = stage::approve(&mut bureau, &way::ctx("乙"), "PC01", way::day("2018-04-03"));
    assert!(approved.is_err(), "approved on lines that were not reserved");
}

/// Lines and slices are complete once they are reserved.
fn after_reserved(db: &TestDb, books: &Books) {
    let line = "INSERT INTO payment (book, batch, line, person, household, card, quantity, rate, amount, start, file_row)
                VALUES (1, 1, 3, 1, 1, 1, 10000, 50000, 50000, 100000, 3)";
    let complete = &["lines are complete"];
    db.refuses_on(Db::Postgres, "one line more", line, complete);
    // on SQLite the next stage finds it
    let approved = stage_sql(db, 1, "approved", "审批丙");
    let differ = &["lines, total and slices differ", "lines are complete"];
    db.refuses("one line more, then approved", &format!("{line};\n{approved}"), differ);
    let dearer = line
        .replace("INSERT", "INSERT OR REPLACE")
        .replace("1, 1, 3, 1, 1, 1, 10000, 50000, 50000", "1, 1, 2, 1, 1, 1, 10000, 50000, 50001");
    db.refuses_on(Db::Sqlite, "a line replaced, then approved", &format!("{dearer};\n{approved}"), differ);
    let slice = format!("INSERT INTO batch_slice (book, batch, slice, dim, amount) VALUES (1, 1, 2, {}, 100)", books.fund);
    db.refuses("one slice more", &slice, &["slices are complete"]);
}

fn result(line: i64, paid: i64) -> String {
    format!(
        "INSERT INTO payment_result (book, batch, line, paid, reason, booked, bank_ref, voucher, file, file_row)
         VALUES (1, 1, {line}, {paid}, '', 20180308, '', 1, 1, 1)"
    )
}

/// Each line is answered once, and only a returned one goes on.
fn answers(db: &TestDb) {
    db.raw().transact(&format!("{};\n{}", result(1, 1), result(2, 0))).unwrap();
    let once = &["append-only", "duplicate key", "is answered"];
    db.refuses("answered twice", &result(1, 0), once);
    db.refuses_on(Db::Sqlite, "an answer replaced", &result(1, 0).replace("INSERT", "INSERT OR REPLACE"), once);
    db.refuses_by_key("the answer of no line", &result(3, 0));
    let exit = |line: i64| format!("INSERT INTO payment_exit (book, batch, line, into_batch, voucher) VALUES (1, 1, {line}, NULL, 1)");
    db.refuses("a paid line released", &exit(1), &["was not returned"]);
    db.refuses("an unanswered line released", &exit(3), &["was not returned"]);
    db.raw().transact(&exit(2)).unwrap();
    db.refuses("released twice", &exit(2), once);
}
