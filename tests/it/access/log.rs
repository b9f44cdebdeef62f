//! The access log: in the act's own transaction, one row an act, and nothing of it can be changed unnoticed.

use super::*;
use crate::support::{Db, TestDb, on_both};
use sunledger::app::access::log::{LogFilter, check, export, list, note};
use sunledger::app::act::record_unmasking;
use sunledger::app::{Caller, Clock, verify};

fn caller(operation: &str, target: &str) -> Caller {
    Caller {
        user: 7,
        name: "赵示一".into(),
        session: 3,
        ip: "10.0.0.8".into(),
        operation: operation.into(),
        target: target.into(),
        reason: String::new(),
        request: None,
    }
}

fn book_with_log(db: &TestDb) -> Bureau {
    let mut bureau = db.bureau();
    bureau.clock = Clock::Fixed(NOW);
    for target in ["PC1", "PC2", "100%_真"] {
        bureau.caller = Some(caller("batch.approve", target));
        bureau.write(|_, _| Ok(())).unwrap();
    }
    bureau.caller = None;
    bureau
}

fn problems(bureau: &mut Bureau) -> Vec<String> {
    check(bureau, &later(0)).unwrap().problems
}

#[test]
fn an_act_and_its_row_stand_or_fall_together() {
    on_both(|db| {
        let mut bureau = book_with_log(db);
        assert_eq!(list(&mut bureau, &LogFilter::default(), None, 100).unwrap().len(), 3);
        bureau.caller = Some(caller("batch.approve", "PC9"));
        let failed: Result<(), AppError> = bureau.write(|_, _| AppError::refuse("no", "不行", ""));
        assert_eq!(refused(failed), "no");
        assert_eq!(list(&mut bureau, &LogFilter::default(), None, 100).unwrap().len(), 3, "nothing was done");
        note(&mut bureau, &caller("batch.approve", "PC9\r\n伪造的一行"), "no", NOW).unwrap();
        let rows = list(&mut bureau, &LogFilter { outcome: "no".into(), ..LogFilter::default() }, None, 100).unwrap();
        assert_eq!((rows.len(), rows[0].target.as_str(), rows[0].at.as_str()), (1, "PC9  伪造的一行", "2018-03-05 08:00:00"));
        assert!(problems(&mut bureau).is_empty());
    });
}

#[test]
fn a_look_at_full_personal_data_is_logged_with_its_reason() {
    on_both(|db| {
        let mut bureau = db.bureau();
        assert_eq!(refused(record_unmasking(&mut bureau, &ctx("审计示"), &["户 H1".into()], " ")), "no_reason");
        record_unmasking(&mut bureau, &ctx("审计示"), &["户 H1".into()], "核对身份").unwrap();
        bureau.caller = Some(caller("trace.show", "H1"));
        record_unmasking(&mut bureau, &ctx("赵示一"), &["户 H1".into(), "户 H2".into()], "信访核实").unwrap();
        let rows = list(&mut bureau, &LogFilter { operation: "personal.unmask".into(), ..LogFilter::default() }, None, 9).unwrap();
        let said: Vec<_> = rows.iter().map(|row| (row.name.as_str(), row.user, row.target.as_str(), row.reason.as_str())).collect();
        assert_eq!(said, [("赵示一", 7, "户 H1、户 H2", "信访核实"), ("审计示", 0, "户 H1", "核对身份")]);
    });
}

#[test]
fn rows_are_found_by_person_time_operation_and_object() {
    on_both(|db| {
        let mut bureau = book_with_log(db);
        let found = |bureau: &mut Bureau, filter: LogFilter| list(bureau, &filter, None, 100).unwrap().len();
        let any = LogFilter::default;
        assert_eq!(found(&mut bureau, LogFilter { person: "示".into(), ..any() }), 3);
        assert_eq!(found(&mut bureau, LogFilter { person: "钱".into(), ..any() }), 0);
        assert_eq!(found(&mut bureau, LogFilter { operation: "batch".into(), ..any() }), 3);
        assert_eq!(found(&mut bureau, LogFilter { operation: "approve".into(), ..any() }), 0);
        assert_eq!(found(&mut bureau, LogFilter { target: "PC".into(), ..any() }), 2);
        assert_eq!(found(&mut bureau, LogFilter { target: "%_".into(), ..any() }), 1, "signs stand for themselves");
        assert_eq!(found(&mut bureau, LogFilter { from: Some(NOW + 1), ..any() }), 0);
        assert_eq!(found(&mut bureau, LogFilter { to: Some(NOW), ..any() }), 3);
        let newest = list(&mut bureau, &any(), None, 2).unwrap();
        assert_eq!(newest.iter().map(|row| row.seq).collect::<Vec<_>>(), [3, 2]);
        assert_eq!(list(&mut bureau, &any(), Some(2), 2).unwrap()[0].seq, 1);
        let (table, rows) = export(&mut bureau, &ctx("日志示"), &any()).unwrap();
        assert_eq!((table.rows.len(), rows[3].operation.as_str()), (4, "log.export"), "taking it out is in it");
    });
}

#[test]
fn the_database_refuses_to_forge_the_log() {
    on_both(|db| {
        let _ = book_with_log(db);
        let zero = db.blob(&[0; 32]);
        let row = |seq: i64, prev: &str| {
            format!(
                "INSERT INTO access_log (book, seq, at, person, name, session, ip, operation, target, reason, outcome, prev_hash, hash)
                     VALUES (1, {seq}, 0, 0, '某示', 0, '', 'x', '', '', 'done', {prev}, {zero})"
            )
        };
        let head = "(SELECT hash FROM access_head WHERE book = 1)";
        db.refuses("a row between", &row(2, head), &["access log", "append-only"]);
        db.refuses("a gap", &row(5, head), &["access log"]);
        db.refuses("beside the head", &row(4, &zero), &["access log"]);
        db.refuses("the head back", "UPDATE access_head SET seq = seq - 1", &["access log"]);
        db.refuses("the head on", &format!("UPDATE access_head SET seq = seq + 1, hash = {zero}"), &["access log"]);
        db.refuses("the head goes", "DELETE FROM access_head", &["append-only"]);
        db.refuses(
            "another beginning",
            &format!("INSERT INTO access_head VALUES (1, 0, {zero})"),
            &["access log", "duplicate", "append-only"],
        );
    });
}

/// Whoever owns the file can take the guards off; the chain still tells.
#[test]
fn each_way_of_tampering_is_told() {
    on_both(|db| {
        let mut bureau = book_with_log(db);
        assert!(problems(&mut bureau).is_empty());
        let off: Vec<String> = match db.backend {
            Db::Sqlite => ["access_log_no_update", "access_log_no_delete", "access_head_only_advances"]
                .map(|name| format!("DROP TRIGGER {name}"))
                .into(),
            Db::Postgres => ["access_log", "access_head"].map(|table| format!("ALTER TABLE {table} DISABLE TRIGGER USER")).into(),
        };
        db.raw().batch(&off.join(";")).unwrap();
        let mut tried = |what: &str, sql: &str, back: &str, says: &str| {
            db.raw().batch(sql).unwrap();
            let told = problems(&mut bureau);
            assert!(told.iter().any(|problem| problem.contains(says)), "{what}: {told:?}");
            db.raw().batch(back).unwrap();
            assert!(problems(&mut bureau).is_empty(), "{what}: put back");
        };
        tried(
            "edit",
            "UPDATE access_log SET name = '钱示二' WHERE seq = 2",
            "UPDATE access_log SET name = '赵示一' WHERE seq = 2",
            "第 2 行的内容",
        );
        tried(
            "time",
            "UPDATE access_log SET at = at + 1 WHERE seq = 1",
            "UPDATE access_log SET at = at - 1 WHERE seq = 1",
            "第 1 行的内容",
        );
        let swap = "UPDATE access_log SET seq = 9 WHERE seq = 1; UPDATE access_log SET seq = 1 WHERE seq = 2; UPDATE access_log SET seq = 2 WHERE seq = 9";
        tried("swap", swap, swap, "接不上");
        let keep = "CREATE TABLE kept AS SELECT * FROM access_log WHERE seq = {n}; DELETE FROM access_log WHERE seq = {n}";
        let back = match db.backend {
            Db::Sqlite => {
                "DROP TRIGGER IF EXISTS access_log_follows; DROP TRIGGER IF EXISTS access_log_advances; INSERT INTO access_log SELECT * FROM kept; DROP TABLE kept"
            }
            Db::Postgres => "INSERT INTO access_log SELECT * FROM kept; DROP TABLE kept",
        };
        tried("delete", &keep.replace("{n}", "2"), back, "不见了");
        tried("cut off", &keep.replace("{n}", "3"), back, "被截断");
        db.raw().batch("UPDATE access_log SET reason = '改' WHERE seq = 1").unwrap();
        let report = verify::verify(&mut bureau, &mut |_| ()).unwrap();
        assert!(report.problems.iter().any(|problem| problem.code == "access_log"), "the book's own check tells it too");
    });
}
