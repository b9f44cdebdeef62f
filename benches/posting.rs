//! Posting a one-card batch from CSV on disk to durable, checked, hash-chained rows, against a bare prepared-statement loop
//! that writes the same rows into the same schema. Each run is a process of its own, so that its peak memory is its own.
//! `cargo bench --bench posting`; `SUNLEDGER_BENCH_LINES` (default 1,000,000).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_arithmetic)]

mod support;

use std::path::Path;
use std::time::Instant;
use sunledger::app::Bureau;
use support::timing::{child, median, size, tell};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("post") => post(&arguments[2], Path::new(&arguments[3])),
        Some("bare") => bare(&arguments[2], &arguments[3]),
        Some("make") => make(Path::new(&arguments[2])),
        _ => compare(),
    }
}

fn lines() -> u64 {
    size("SUNLEDGER_BENCH_LINES", 1_000_000)
}

/// The county and its batch in a directory, for a profiler: `posting make DIR`, then `posting post DIR/seed.db DIR/batch.csv`.
fn make(dir: &Path) {
    support::county(&format!("sqlite://{}", dir.join("seed.db").display()), lines()).store.checkpoint().unwrap();
    support::batch_csv(&dir.join("batch.csv"), "PC01", "2018Q1", lines());
}

fn compare() {
    let lines = lines();
    let dir = tempfile::tempdir().unwrap();
    let (seed, csv) = (dir.path().join("seed.db"), dir.path().join("batch.csv"));
    make(dir.path());
    let (posted, bare) = (dir.path().join("posted.db"), dir.path().join("bare.db"));
    println!("| 轮次 | 入账 笔/秒 | 裸循环 笔/秒 | 比值 | 入账峰值内存 MiB | 字节/笔 |");
    println!("|---|---|---|---|---|---|");
    let mut ratios = Vec::new();
    for round in 1..=3 {
        for copy in [&posted, &bare] {
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{suffix}", copy.display()));
            }
            std::fs::copy(&seed, copy).unwrap();
        }
        let before = std::fs::metadata(&seed).unwrap().len();
        let (seconds, memory) = child(&["post", &posted.display().to_string(), &csv.display().to_string()]);
        let grown = std::fs::metadata(&posted).unwrap().len() - before;
        let (bare_seconds, _) = child(&["bare", &posted.display().to_string(), &bare.display().to_string()]);
        let (rate, bare_rate) = (lines as f64 / seconds, lines as f64 / bare_seconds);
        ratios.push(rate / bare_rate);
        println!(
            "| {round} | {rate:.0} | {bare_rate:.0} | {:.2} | {:.0} | {:.0} |",
            rate / bare_rate,
            memory as f64 / 1024.0,
            grown as f64 / lines as f64
        );
    }
    println!("\n{lines} 笔，比值中位数 {:.2}", median(ratios));
}

fn post(database: &str, csv: &Path) {
    let mut bureau = Bureau::open(&format!("sqlite://{database}"), "default").unwrap();
    let start = Instant::now();
    support::import(&mut bureau, &sunledger::domain::kinds::batch::KIND, csv);
    tell(start);
    bureau.store.checkpoint().unwrap();
}

/// The same rows with nothing around them: read from the posted book before the clock starts, written in one transaction.
fn bare(posted: &str, database: &str) {
    let from = rusqlite::Connection::open(posted).unwrap();
    let mut select = from
        .prepare("SELECT book, batch, line, person, household, card, quantity, rate, amount, start, file_row FROM payment ORDER BY line")
        .unwrap();
    let rows: Vec<[i64; 11]> = select
        .query_map([], |row| {
            let mut values = [0i64; 11];
            for (column, value) in values.iter_mut().enumerate() {
                *value = row.get(column)?;
            }
            Ok(values)
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let to = rusqlite::Connection::open(database).unwrap();
    to.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;")
        .unwrap();
    to.execute_batch(&format!("ATTACH '{posted}' AS posted; INSERT INTO file SELECT * FROM posted.file WHERE id = 1; INSERT INTO batch SELECT * FROM posted.batch; DETACH posted")).unwrap();
    let start = Instant::now();
    to.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut insert = to
        .prepare("INSERT INTO payment (book, batch, line, person, household, card, quantity, rate, amount, start, file_row) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")
        .unwrap();
    for row in &rows {
        for (index, value) in row.iter().enumerate() {
            insert.raw_bind_parameter(index + 1, value).unwrap();
        }
        insert.raw_execute().unwrap();
    }
    to.execute_batch("COMMIT").unwrap();
    tell(start);
}
