//! Progress and trial balance on a small and a large book: they read daily totals, so their time should not depend on how
//! many payments there are. Both books hold ten batches entered by the importer; the first was sent and confirmed by the bank.
//! `cargo bench --bench progress`; `SUNLEDGER_BENCH_PAYMENTS` (default 1,000,000) against `SUNLEDGER_BENCH_FEW` (default 10,000).

#![allow(clippy::unwrap_used, clippy::float_arithmetic)]

mod support;

use chrono::NaiveDate;
use std::path::Path;
use sunledger::app::Bureau;
use sunledger::app::progress::{self, progress};
use sunledger::app::trial_balance::{self, trial_balance};
use sunledger::domain::kinds::batch;
use sunledger::domain::progress::GroupBy;
use support::timing::{median, seconds, size};

const BATCHES: u64 = 10;
const SAMPLES: usize = 20;

type Query = fn(&mut Bureau);

const QUERIES: [(&str, Query); 5] = [
    ("支出进度 按资金", |bureau| ask_progress(bureau, GroupBy::Fund)),
    ("支出进度 按单位", |bureau| ask_progress(bureau, GroupBy::Unit)),
    ("支出进度 按政策", |bureau| ask_progress(bureau, GroupBy::Program)),
    ("支出进度 按月", |bureau| ask_progress(bureau, GroupBy::Month)),
    ("科目余额表", ask_trial_balance),
];

fn main() {
    let (few, many) = (size("SUNLEDGER_BENCH_FEW", 10_000), size("SUNLEDGER_BENCH_PAYMENTS", 1_000_000));
    let dir = tempfile::tempdir().unwrap();
    let mut books = [few, many].map(|payments| book(dir.path(), payments));
    println!("| 查询 | {few} 笔 毫秒 | {many} 笔 毫秒 | 比值 |");
    println!("|---|---|---|---|");
    let (mut worst, mut slowest) = (0.0_f64, 0.0_f64);
    for (name, query) in QUERIES {
        let [of_few, of_many] = measure(&mut books, query);
        println!("| {name} | {of_few:.2} | {of_many:.2} | {:.2} |", of_many / of_few);
        worst = worst.max(of_many / of_few);
        slowest = slowest.max(of_many);
    }
    println!("\n最大比值 {worst:.2}（目标 ≤ 2），最慢 {slowest:.2} 毫秒（目标 < 10）");
}

/// Median milliseconds on each book, asked in turn.
fn measure(books: &mut [Bureau; 2], query: Query) -> [f64; 2] {
    let mut taken = [const { Vec::new() }; 2];
    for _ in 0..SAMPLES {
        for (bureau, taken) in books.iter_mut().zip(&mut taken) {
            taken.push(seconds(|| query(bureau)) * 1_000.0);
        }
    }
    taken.map(median)
}

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, month, day).unwrap()
}

fn ask_progress(bureau: &mut Bureau, by: GroupBy) {
    let report = progress(bureau, &progress::Query { as_of: day(6, 30), known_at: None, by }).unwrap();
    assert!(!report.rows.is_empty());
}

fn ask_trial_balance(bureau: &mut Bureau) {
    let query = trial_balance::Query { from: day(4, 1), to: day(6, 30), known_at: None, before_closing: false };
    assert!(trial_balance(bureau, &query).unwrap().statutory.balanced);
}

fn book(dir: &Path, payments: u64) -> Bureau {
    let people = payments / BATCHES;
    let mut bureau = support::county(&format!("sqlite://{}", dir.join(format!("{payments}.db")).display()), people);
    for number in 1..=BATCHES {
        let csv = dir.join("batch.csv");
        support::batch_csv(&csv, &format!("PC{number:02}"), "2018Q1", people);
        support::import(&mut bureau, &batch::KIND, &csv);
    }
    support::pay(&mut bureau, dir, "PC01", people);
    bureau.store.checkpoint().unwrap();
    bureau
}
