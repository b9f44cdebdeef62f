//! What was planned, drawn, seen and concluded stays, also for whoever writes with plain SQL.

use super::{at, day, drawn, filled, handed_in, paid_county, planned, quarter, saved};
use crate::support::{Db, on_both};
use sunledger::app::inspection::evaluate::evaluate;
use sunledger::domain::inspection::plan::Method;
use sunledger::domain::kinds::visit_payments as v;
use sunledger::domain::report::Cell;
use tempfile::TempDir;

const TABLES: [&str; 11] = [
    "inspection_plan",
    "inspection_scope",
    "inspection_member",
    "inspection_event",
    "inspection_frame",
    "inspection_drawing",
    "inspection_sample",
    "inspection_visit",
    "inspection_answer",
    "inspection_evaluation",
    "inspection_exception",
];

#[test]
fn what_was_inspected_stays() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let dir = TempDir::new().unwrap();
        let code = planned(&mut bureau, &quarter(Method::Random, Some(5)));
        drawn(&mut bureau, &code, "种子").unwrap();
        bureau.store.batch("INSERT INTO inspection_scope VALUES (1, 1, 'program', 'ST01')").unwrap();
        let sheet = filled(&mut bureau, &code, |sample, row| {
            if sample == 1 {
                row[v::CARD] = Cell::text("村干部代管")
            }
        });
        handed_in(&mut bureau, &saved(&sheet, dir.path(), "all"), None).unwrap();
        evaluate(&mut bureau, &at("甲", day(7, 12)), &code, day(7, 12)).unwrap();
        for table in TABLES {
            assert!(db.raw().int(&format!("SELECT count(*) FROM {table}")) > 0, "{table} is empty: nothing would be tried");
            db.refuses(table, &format!("UPDATE {table} SET book = book"), &["append-only"]);
            db.refuses(table, &format!("DELETE FROM {table}"), &["append-only"]);
            let again = format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}");
            db.refuses_on(Db::Sqlite, table, &again, &["append-only", "run on"]);
            db.refuses_on(Db::Postgres, table, &format!("TRUNCATE {table} CASCADE"), &["append-only"]);
        }
        let event = |state: &str, actor: &str| {
            format!(
                "INSERT INTO inspection_event SELECT 1, 1, MAX(seq) + 1, '{state}', 20180713, '{actor}', '', 0 FROM inspection_event WHERE plan = 1"
            )
        };
        db.refuses("closed before it is reported", &event("closed", "主管"), &["run on"]);
        db.refuses("drawn twice", &event("drawn", "主管"), &["run on"]);
        db.raw().transact(&event("reported", "甲")).unwrap();
        db.refuses("closed by who evaluated", &event("closed", "甲"), &["someone other"]);
        let case = |code: &str| format!("UPDATE inspection_exception SET case_code = {code}");
        db.raw().transact(&case("'XS1'")).unwrap();
        db.refuses("handed over twice", &case("'XS2'"), &["append-only"]);
        db.refuses("taken back", &case("NULL"), &["append-only"]);
        db.raw().transact(&event("closed", "主管")).unwrap();
    });
}
