//! A year of payments handed over to audit: how long each format takes to write and to verify offline, how large it is, and
//! the most memory that either needs (a process each; Linux tells its peak).
//! `cargo bench --bench audit`; `SUNLEDGER_BENCH_PAYMENTS` (default 1,000,000).

#![allow(clippy::unwrap_used, clippy::float_arithmetic)]

mod support;

use std::path::Path;
use std::time::Instant;
use sunledger::app::Bureau;
use sunledger::app::audit::Personal;
use sunledger::app::audit::export::{Options, write};
use sunledger::app::audit::verify::verify;
use sunledger::domain::audit::AuditFormat;
use support::timing::{child, size, tell};

const PERIODS: [&str; 4] = ["2018Q1", "2018Q2", "2018Q3", "2018Q4"];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("write") => write_one(&arguments[2], &arguments[3], Path::new(&arguments[4])),
        Some("verify") => verify_one(Path::new(&arguments[2])),
        _ => measure(),
    }
}

fn measure() {
    let payments = size("SUNLEDGER_BENCH_PAYMENTS", 1_000_000);
    let dir = tempfile::tempdir().unwrap();
    let (database, csv) = (dir.path().join("book.db"), dir.path().join("batch.csv"));
    let people = payments.div_ceil(PERIODS.len() as u64);
    let mut bureau = support::county(&format!("sqlite://{}", database.display()), people);
    for (code, period) in ["PC01", "PC02", "PC03", "PC04"].into_iter().zip(PERIODS) {
        support::batch_csv(&csv, code, period, people);
        support::import(&mut bureau, &sunledger::domain::kinds::batch::KIND, &csv);
        support::pay(&mut bureau, dir.path(), code, people);
    }
    drop(bureau);
    println!("| 格式 | 导出 秒 | 导出 峰值 MiB | 核验 秒 | 核验 峰值 MiB | 大小 MiB |");
    println!("|---|---|---|---|---|---|");
    for format in AuditFormat::ALL {
        let out = dir.path().join(format.code());
        let (book, place) = (database.display().to_string(), out.display().to_string());
        let (written, write_peak) = child(&["write", &book, format.code(), &place]);
        let (verified, verify_peak) = child(&["verify", &place]);
        let bytes = folder_size(&out) >> 20;
        println!("| {} | {written:.1} | {} | {verified:.1} | {} | {bytes} |", format.code(), write_peak >> 10, verify_peak >> 10);
        std::fs::remove_dir_all(&out).unwrap();
    }
    println!("\n{} 笔发放明细", people * PERIODS.len() as u64);
}

fn write_one(database: &str, format: &str, out: &Path) {
    let begun = Instant::now();
    let mut bureau = Bureau::open(&format!("sqlite://{database}"), "default").unwrap();
    let options = Options {
        year: 2018,
        known_at: None,
        format: AuditFormat::named(format).unwrap(),
        out: out.to_path_buf(),
        personal: Personal::Pseudonymised,
        reason: String::new(),
        sign_with: None,
    };
    write(&mut bureau, &support::ctx(), &options, &mut |_, _| {}).unwrap();
    tell(begun);
}

fn verify_one(out: &Path) {
    let begun = Instant::now();
    let checked = verify(out, &[], None).unwrap();
    assert!(checked.holds(), "{:?}", checked.faults);
    tell(begun);
}

fn folder_size(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { folder_size(&path) } else { path.metadata().unwrap().len() }).sum()
}
