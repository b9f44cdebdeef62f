//! Invariant 3: vouchers, and all that money did, are never changed or deleted; a correction is a red reversal that names
//! and mirrors its original, once.

use crate::support::builders::{ALLOCATED, FUND, UNALLOCATED};
use crate::support::{Books, Db, Forge, TestDb, on_both};

/// What no statement may change.
pub const APPEND_ONLY: [&str; 20] = [
    "file",
    "act",
    "setting",
    "change_log",
    "period_event",
    "voucher",
    "posting",
    "fund",
    "allocation",
    "dim",
    "allocation_act",
    "batch",
    "batch_slice",
    "batch_stage",
    "payment",
    "payment_result",
    "payment_exit",
    "disbursement",
    "disbursement_slice",
    "refund",
];
/// What moves, but is never deleted.
const KEPT: [&str; 6] = ["book", "chain", "period", "balance", "daily", "account"];

/// A row in every table.
fn fill(db: &TestDb) {
    let mut books = Books::new(db);
    books.batch();
    for (stage, actor) in [("reserved", "经办甲"), ("approved", "审批丙"), ("sent", "送办丁")] {
        books.stage(db, 1, stage, actor).unwrap();
    }
    let sql = format!(
        "INSERT INTO act VALUES (1, 'k', {blob}, 'test', '1', '经办甲', 0);
         INSERT INTO change_log VALUES (1, 1, 'unit', 'U01', '{{}}', '经办甲', 0, 1, 1);
         INSERT INTO period_event VALUES (1, 1, 2018, 3, 'open', '主管丙', '核对', 0);
         INSERT INTO allocation_act VALUES (1, 1, '东财农〔2018〕12号', '下达', 20180305, '{FUND}', 'U01', '', 'HX01', 4000000, NULL, 2, 1, 1);
         INSERT INTO payment_result VALUES (1, 1, 1, 0, '户名不符', 20180308, 'R1', 2, 1, 1);
         INSERT INTO payment_exit VALUES (1, 1, 1, NULL, 2);
         INSERT INTO disbursement VALUES (1, 1, '支1', 20180310, 'U02', '东财农〔2018〕12号', 'P01', '某公司', '1', '施工单位', '进度款', 5, '直接', 0, 'paid', 2, 1, 1);
         INSERT INTO disbursement_slice VALUES (1, 1, 1, 1, 5);
         INSERT INTO refund VALUES (1, 1, '退1', 20180311, 1, NULL, NULL, 1, '多付', 2, 1, 1)",
        blob = db.blob(&[5; 32])
    );
    db.raw().transact(&sql).unwrap();
}

#[test]
fn what_was_recorded_stays() {
    on_both(|db| {
        fill(db);
        for table in APPEND_ONLY {
            assert!(db.raw().int(&format!("SELECT count(*) FROM {table}")) > 0, "{table} is empty: nothing would be tried");
            let gone = &["append-only"];
            db.refuses(table, &format!("UPDATE {table} SET book = book"), gone);
            db.refuses(table, &format!("UPDATE {table} SET book = 9"), gone);
            db.refuses(table, &format!("DELETE FROM {table}"), gone);
            if table == "payment" {
                continue; // guarded by the stages of its batch: see `people`
            }
            let again = format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}");
            let held = &["append-only", "sealed voucher", "must follow the last", "complete", "is answered"];
            db.refuses_on(Db::Sqlite, table, &again, held);
            db.refuses_on(Db::Sqlite, table, &format!("UPDATE OR REPLACE {table} SET book = book"), gone);
        }
        for table in APPEND_ONLY.iter().chain(&KEPT) {
            db.refuses(table, &format!("DELETE FROM {table}"), &["append-only"]);
            db.refuses_on(Db::Postgres, table, &format!("TRUNCATE {table} CASCADE"), &["append-only"]);
        }
        let upsert = "INSERT INTO payment_exit VALUES (1, 1, 1, NULL, 1) ON CONFLICT (book, batch, line) DO UPDATE SET voucher = 1";
        db.refuses("by upsert", upsert, &["append-only"]);
    });
}

#[test]
fn a_reversal_mirrors_its_original_once() {
    on_both(|db| {
        let books = Books::new(db);
        let (fund, u01) = (books.fund, books.u01);
        let mirror = [(ALLOCATED, u01, -4_000_000, 0), (UNALLOCATED, fund, 0, -4_000_000)];
        let red = Forge { reverses: "2".into(), ..Forge::next(db, &mirror) };
        let wrong = &["reversal:"];
        Forge { reverses: "NULL".into(), ..red.clone() }.refused("red without an original", wrong);
        Forge { reverses: "1".into(), ..red.clone() }.refused("of another voucher", wrong);
        Forge { reverses: "77".into(), ..red.clone() }.refused("of no voucher", wrong);
        Forge { reverses: "3".into(), ..red.clone() }.refused("of itself", &["reversal"]);
        let part = vec![(ALLOCATED, u01, -1, 0), (UNALLOCATED, fund, 0, -1)];
        Forge { postings: part, ..red.clone() }.refused("of a part", wrong);
        let swapped = vec![(ALLOCATED, u01, 0, 4_000_000), (UNALLOCATED, fund, 4_000_000, 0)];
        Forge { postings: swapped, ..red.clone() }.refused("by the other side instead of red", wrong);
        red.accepted();

        // money again for a second reversal, which would otherwise be short of it
        Forge::next(db, &[(ALLOCATED, u01, 4_000_000, 0), (UNALLOCATED, fund, 0, 4_000_000)]).accepted();
        let second = Forge { reverses: "2".into(), ..Forge::next(db, &mirror) };
        second.refused("a second reversal", &["append-only", "duplicate key"]);
        if db.backend == Db::Sqlite {
            Forge { verb: "INSERT OR REPLACE", ..second }.refused("in place of the first", &["append-only"]);
        }
    });
}
