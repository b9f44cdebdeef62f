//! Screening a county with long reference lists: all rules over all payments, against what DuckDB needs for the plain join
//! queries of the same rules over the same tables (`screening.sql`), and a batch of 10,000 lines before its approval.
//!
//! Each run of ours is a process of its own that opens the book, reads the facts, judges, and writes the findings down.
//! DuckDB (Python package `duckdb`, two threads) has its tables in memory before its clock starts. Without it only our own
//! figures are told. `cargo bench --bench screening`; `SUNLEDGER_BENCH_LINES`, `SUNLEDGER_BENCH_LIST` (default 1,000,000).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_arithmetic)]

mod support;

use chrono::NaiveDate;
use std::path::Path;
use std::time::Instant;
use sunledger::app::screening::load::{Scope, facts_by_two};
use sunledger::app::screening::{Wanted, gate, run};
use sunledger::app::{AppError, Bureau, Context};
use sunledger::domain::kinds::batch::KIND;
use sunledger::domain::screening::rules::RULES;
use sunledger::domain::screening::{Facts, ParamTable, screen};
use sunledger::params;
use support::duckdb::DuckDb;
use support::projects::batch_csv;
use support::screening::{AS_OF, CLEAN, screened};
use support::timing::{child, median, seconds, size, tell};

/// Batches that wait for their approval: one in order, one of people whom lists name.
const WAITING: [&str; 2] = ["SP01", "SP02"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let given = |at: usize| arguments.get(at).map_or("", String::as_str);
    match given(1) {
        "make" => make(Path::new(given(2))),
        "fill" => drop(screened(given(2), lines(), list())),
        "facts" => with_facts(given(2), |_, _| {}),
        "rules" => rules(given(2)),
        "each" => each(given(2)),
        "run" => whole(given(2)),
        "held" => held(given(2), given(3)),
        "approve" => approve(given(2), given(3)),
        _ => compare(),
    }
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(AS_OF.0, AS_OF.1, AS_OF.2).unwrap()
}

fn open(database: &str) -> Bureau {
    let url = if database.contains("://") { database.to_string() } else { format!("sqlite://{database}") };
    Bureau::open(&url, "default").unwrap()
}

fn lines() -> u64 {
    size("SUNLEDGER_BENCH_LINES", 1_000_000)
}

fn list() -> u64 {
    size("SUNLEDGER_BENCH_LIST", 1_000_000)
}

fn ctx(actor: &str) -> Context {
    Context::new(actor).at(1_549_000_000_000_000)
}

/// The county in a directory: `screening make DIR`, then `screening run DIR/seed.db` for a profiler. On PostgreSQL:
/// `screening fill URL`, then `screening run URL`.
fn make(dir: &Path) {
    let mut bureau = screened(&format!("sqlite://{}", dir.join("seed.db").display()), lines(), list());
    let waiting = CLEAN.min(lines() / 8);
    for (number, code) in (0..).zip(WAITING) {
        let csv = dir.join(format!("{code}.csv"));
        batch_csv(&csv, code, number * waiting, waiting);
        support::import(&mut bureau, &KIND, &csv);
    }
    bureau.store.checkpoint().unwrap();
}

fn compare() {
    let dir = tempfile::tempdir().unwrap();
    make(dir.path());
    let (seed, copy) = (dir.path().join("seed.db").display().to_string(), dir.path().join("copy.db").display().to_string());
    let fresh = || {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{copy}{suffix}"));
        }
        std::fs::copy(&seed, &copy).unwrap();
    };
    let mut duckdb = DuckDb::start(&seed);
    println!("| 轮次 | 读取 秒 | 规则 秒 | 写入 秒 | 合计 秒 | 峰值内存 MiB | DuckDB 秒 | 比值 |\n|---|---|---|---|---|---|---|---|");
    let mut ratios = Vec::new();
    for round in 1..=3 {
        fresh();
        let (reading, _) = child(&["facts", &seed]);
        let (judging, _) = child(&["rules", &seed]);
        let (total, memory) = child(&["run", &copy]);
        let joins = duckdb.as_mut().map(DuckDb::round);
        let (writing, memory) = ((total - reading - judging).max(0.0), memory as f64 / 1024.0);
        let (theirs, ratio) = joins.map_or(("—".into(), "—".into()), |joins| (format!("{joins:.2}"), format!("{:.2}", total / joins)));
        println!("| {round} | {reading:.2} | {judging:.2} | {writing:.2} | {total:.2} | {memory:.0} | {theirs} | {ratio} |");
        ratios.extend(joins.map(|joins| total / joins));
    }
    match duckdb {
        Some(duckdb) => println!("\n比值中位数 {:.2}（应小于 3）\n\n{}", median(ratios), duckdb.per_rule()),
        None => println!("\n没有安装 DuckDB（pip install duckdb），只有本程序的数字"),
    }
    println!("\n| 审批前筛查 10,000 笔 | 秒 | 峰值内存 MiB |\n|---|---|---|");
    for (what, batch) in [("held", WAITING[0]), ("held", WAITING[1]), ("approve", WAITING[0])] {
        let runs: Vec<(f64, u64)> = (0..3)
            .map(|_| {
                if what == "approve" {
                    fresh();
                }
                child(&[what, &copy, batch])
            })
            .collect();
        let seconds = median(runs.iter().map(|run| run.0).collect());
        println!("| {what} {batch} | {seconds:.2} | {:.0} |", runs[0].1 as f64 / 1024.0);
    }
}

/// Reads the facts with the clock running until `then` is told to begin.
fn with_facts(database: &str, then: impl FnOnce(&Facts, &ParamTable)) {
    let mut bureau = open(database);
    let start = Instant::now();
    let facts = bureau.read_by_two(|tx, second, book| facts_by_two(tx, second, book, day(), Scope::Book)).unwrap();
    tell(start);
    then(&facts, &ParamTable::new([]).unwrap());
}

fn rules(database: &str) {
    let mut bureau = open(database);
    let facts = bureau.read_by_two(|tx, second, book| facts_by_two(tx, second, book, day(), Scope::Book)).unwrap();
    let params = ParamTable::new([]).unwrap();
    let start = Instant::now();
    let outcomes = screen(&facts, &params, &|_| true);
    tell(start);
    assert!(!outcomes.is_empty());
}

/// Each rule alone: its time and what it finds.
fn each(database: &str) {
    with_facts(database, |facts, params| {
        for rule in RULES {
            let mut found = 0;
            let took = seconds(|| {
                found = screen(facts, params, &|one| one.id == rule.id).iter().map(|outcome| outcome.hits.len()).sum();
            });
            println!("{} {took:.3} {found} {}", rule.id, rule.name);
        }
    });
}

fn whole(database: &str) {
    let mut bureau = open(database);
    let start = Instant::now();
    let screened = run(&mut bureau, &ctx("筛查"), &Wanted { as_of: day(), ..Wanted::default() }).unwrap();
    tell(start);
    assert!(!screened.findings.is_empty());
}

fn held(database: &str, code: &str) {
    let mut bureau = open(database);
    let start = Instant::now();
    let held = bureau.read(|tx, book| {
        let batch = tx.one("SELECT id FROM batch WHERE book = $1 AND code = $2", params![book.id, code])?.int(0)?;
        gate::held(tx, book, batch, day())
    });
    tell(start);
    eprintln!("{}", held.map_err(|error: AppError| error.to_string()).unwrap().len());
}

fn approve(database: &str, code: &str) {
    let mut bureau = open(database);
    let start = Instant::now();
    support::approve(&mut bureau, code, day());
    tell(start);
}
