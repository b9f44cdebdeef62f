//! Many at once: two processes post to one SQLite book, sixteen connections race for the last fen of an allocation on
//! PostgreSQL, and eight clients send the same request. Nothing is lost, nothing is done twice, no place goes below zero.

use crate::support::child::{Reaped, again, order};
use crate::support::county::{BATCH_HEAD, allocate, assert_holds, batch_lines, count, import, put, settle};
use crate::support::{Db, TestDb, on_both};
use crate::way::place;
use std::path::{Path, PathBuf};
use std::sync::Barrier;
use sunledger::app::import::ImportReport;
use sunledger::app::{AppError, Bureau};
use sunledger::domain::ledger::Place;

const URL: &str = "SUNLEDGER_RACE_URL";
const DIR: &str = "SUNLEDGER_RACE_DIR";
const NAME: &str = "SUNLEDGER_RACE_NAME";
const EACH: i64 = 50;

/// The program of the process that races; does nothing without its orders.
#[test]
#[ignore = "run by the other tests as a process of its own"]
fn child() {
    let (Some(url), Some(dir), Some(name)) = (order(URL), order(DIR), order(NAME)) else { return };
    let mut bureau = Bureau::open(&url, "东方").unwrap();
    for n in 1..=EACH {
        let report = import(&mut bureau, &name, "batch", &Path::new(&dir).join(format!("{name}{n}.csv"))).unwrap();
        assert!(report.accepted() && !report.repeated, "{report:?}");
    }
}

#[test]
fn two_processes_post_to_one_sqlite_book() {
    let (db, dir) = (TestDb::seeded(Db::Sqlite), tempfile::tempdir().unwrap());
    let people = settle(&db, 5);
    allocate(&db, 1_000_000, 1_000);
    let names = ["A", "B"];
    for name in names {
        for n in 1..=EACH {
            put(dir.path(), &format!("{name}{n}"), &format!("{BATCH_HEAD}{}", batch_lines(&format!("PC{name}{n}"), &people)));
        }
    }
    let racers: Vec<Reaped> = names
        .map(|name| Reaped(again("races::child").env(URL, &db.url).env(DIR, dir.path()).env(NAME, name).spawn().unwrap()))
        .into_iter()
        .collect();
    for mut racer in racers {
        assert!(racer.0.wait().unwrap().success());
    }
    let mut bureau = db.bureau();
    assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM batch WHERE book = $1"), 2 * EACH);
    assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM payment WHERE book = $1"), 2 * EACH * 5);
    assert_eq!(count(&mut bureau, "SELECT COUNT(DISTINCT reference) FROM voucher WHERE book = $1 AND event = 'reserve'"), 2 * EACH);
    assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM voucher WHERE book = $1 AND event = 'reserve'"), 2 * EACH);
    assert_eq!(place(&mut bureau, Place::Reserved), 2 * EACH * 5 * 15_000);
    assert_holds(&mut bureau);
}

/// Sends one file for each connection at the same moment; returns what each was told.
fn at_once(db: &TestDb, kind: &str, files: &[PathBuf]) -> Vec<Result<ImportReport, AppError>> {
    let ready = Barrier::new(files.len());
    std::thread::scope(|scope| {
        let racers: Vec<_> = files
            .iter()
            .map(|file| {
                let ready = &ready;
                scope.spawn(move || {
                    let mut bureau = Bureau::open(&db.url, "东方").unwrap();
                    ready.wait();
                    import(&mut bureau, "甲", kind, file)
                })
            })
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    })
}

fn accepted(reports: &[Result<ImportReport, AppError>]) -> usize {
    reports.iter().filter(|report| report.as_ref().is_ok_and(ImportReport::accepted)).count()
}

/// Every refusal is one of money, told at a row.
fn assert_short_of_money(reports: &[Result<ImportReport, AppError>]) {
    for report in reports {
        let report = report.as_ref().unwrap_or_else(|error| panic!("{error}"));
        assert!(report.refused.is_empty(), "{:?}", report.refused);
        let told = report.errors.kept().iter().all(|error| error.problem.contains("可用余额不足") && error.row == 2);
        assert!(told && report.errors.count() <= 1, "{:?}", report.errors);
    }
}

#[test]
fn one_of_sixteen_reserves_all_that_is_left() {
    let (db, dir) = (TestDb::seeded(Db::Postgres), tempfile::tempdir().unwrap());
    let people = settle(&db, 10);
    allocate(&db, 1_500, 1_000);
    let file = |n: i64| put(dir.path(), &format!("P{n}"), &format!("{BATCH_HEAD}{}", batch_lines(&format!("PC{n}"), &people)));
    let reports = at_once(&db, "batch", &(1..=16).map(file).collect::<Vec<_>>());
    assert_eq!(accepted(&reports), 1);
    assert_short_of_money(&reports);
    let mut bureau = db.bureau();
    assert_eq!(place(&mut bureau, Place::Reserved), 150_000);
    assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM batch WHERE book = $1"), 1);
    assert_holds(&mut bureau);
}

#[test]
fn forty_of_a_hundred_payments_find_money() {
    let (db, dir) = (TestDb::seeded(Db::Postgres), tempfile::tempdir().unwrap());
    settle(&db, 1);
    allocate(&db, 1_500, 1_000);
    const HEAD: &str = "支付凭证号,日期,单位编码,分配文号,项目编码,收款人,收款账号,收款人类型,用途,金额,支付方式,质保金\n";
    let row = |n: i64| format!("ZF{n},2018-05-02,D02,东财〔2018〕2号,XM01,示范建筑公司,46001234567890,施工单位,工程款,25,直接支付,否\n");
    let files: Vec<PathBuf> = (1..=100).map(|n| put(dir.path(), &format!("Z{n}"), &format!("{HEAD}{}", row(n)))).collect();
    let mut paid = 0;
    for sixteen in files.chunks(16) {
        let reports = at_once(&db, "disbursements", sixteen);
        assert_short_of_money(&reports);
        paid += accepted(&reports);
    }
    assert_eq!(paid, 40);
    let mut bureau = db.bureau();
    assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM disbursement WHERE book = $1"), 40);
    assert_eq!(place(&mut bureau, Place::PaidPayee), 100_000);
    assert_holds(&mut bureau);
}

#[test]
fn the_same_file_from_eight_clients_has_the_effect_of_once() {
    on_both(|db| {
        let dir = tempfile::tempdir().unwrap();
        let people = settle(db, 10);
        allocate(db, 100_000, 1_000);
        let file = put(dir.path(), "P", &format!("{BATCH_HEAD}{}", batch_lines("PC1", &people)));
        let reports = at_once(db, "batch", &vec![file; 8]);
        assert_eq!(accepted(&reports), 8);
        let first: Vec<bool> = reports.iter().map(|report| !report.as_ref().unwrap().repeated).collect();
        assert_eq!(first.iter().filter(|first| **first).count(), 1, "{first:?}");
        let mut bureau = db.bureau();
        assert_eq!(place(&mut bureau, Place::Reserved), 150_000);
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM file WHERE book = $1 AND kind = 'batch'"), 1);
        assert_holds(&mut bureau);
    });
}
