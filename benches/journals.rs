//! The same payments as plain-text journals: how long ledger, rustledger, hledger and beancount take to read them and print
//! one balance report, against Sunledger's posting of them from CSV (checked, chained, durable) and one progress report.
//! Whole processes are timed, start and end included. Tools that are not installed are left out.
//! `cargo bench --bench journals`; `SUNLEDGER_BENCH_PAYMENTS` (default 100,000).

#![allow(clippy::unwrap_used, clippy::float_arithmetic)]

mod support;

use chrono::NaiveDate;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use sunledger::app::Bureau;
use sunledger::app::progress::{Query, progress};
use sunledger::domain::progress::GroupBy;
use support::timing::{median, myself, output, seconds, size};

const ROUNDS: usize = 3;
const HOUSEHOLDS: u64 = 1_000;

struct Tool {
    name: &'static str,
    program: &'static str,
    /// What its `--version` says, so that another program of the same name is not taken for it.
    says: &'static str,
    report: &'static [&'static str],
    /// How many times as fast Sunledger is to be.
    target: f64,
}

/// In `report`, `ledger.journal` and `payments.beancount` are files in the directory where the tools run.
const TOOLS: [Tool; 4] = [
    Tool { name: "ledger", program: "ledger", says: "Ledger", report: &["-f", "ledger.journal", "bal"], target: 1.0 },
    Tool { name: "rustledger", program: "rledger", says: "rledger", report: &["report", "payments.beancount", "balances"], target: 1.0 },
    Tool { name: "hledger", program: "hledger", says: "hledger", report: &["-f", "ledger.journal", "bal"], target: 5.0 },
    Tool { name: "beancount", program: "bean-report", says: "Beancount", report: &["payments.beancount", "balances"], target: 10.0 },
];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("post") => post_and_report(&arguments[2], Path::new(&arguments[3])),
        _ => compare(),
    }
}

fn compare() {
    let payments = size("SUNLEDGER_BENCH_PAYMENTS", 100_000);
    let dir = tempfile::tempdir().unwrap();
    let (seed, csv) = (dir.path().join("seed.db"), dir.path().join("batch.csv"));
    support::county(&format!("sqlite://{}", seed.display()), payments).store.checkpoint().unwrap();
    support::batch_csv(&csv, "PC01", "2018Q1", payments);
    write_journals(dir.path(), payments);
    let versions = TOOLS.map(|tool| tool.version());
    let mut own = Vec::new();
    let mut theirs = TOOLS.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        own.push(post_once(dir.path(), &seed, &csv));
        for (index, tool) in TOOLS.iter().enumerate() {
            if versions[index].is_some() {
                theirs[index].push(tool.run(dir.path()));
            }
        }
    }
    let own = median(own);
    println!("| 程序 | 版本 | 秒 | 笔/秒 | 阳光账为其倍数 | 目标倍数 |");
    println!("|---|---|---|---|---|---|");
    println!("| 阳光账 | {} | {own:.2} | {:.0} | 1 | |", env!("CARGO_PKG_VERSION"), payments as f64 / own);
    for ((tool, version), taken) in TOOLS.iter().zip(versions).zip(theirs) {
        match version {
            None => println!("| {} | 未安装 | | | | ≥ {} |", tool.name, tool.target),
            Some(version) => {
                let taken = median(taken);
                println!(
                    "| {} | {version} | {taken:.2} | {:.0} | {:.1} | ≥ {} |",
                    tool.name,
                    payments as f64 / taken,
                    taken / own,
                    tool.target
                );
            }
        }
    }
    println!("\n{payments} 笔，{ROUNDS} 轮取中位数");
}

impl Tool {
    fn version(&self) -> Option<String> {
        let told = Command::new(self.program).arg("--version").output().ok().filter(|told| told.status.success())?;
        let first = String::from_utf8_lossy(&told.stdout).lines().next()?.to_string();
        first.contains(self.says).then_some(())?;
        let digits = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
        first.split([' ', ',']).find(digits).map(str::to_string)
    }

    fn run(&self, dir: &Path) -> f64 {
        let mut command = Command::new(self.program);
        // every round reads the file itself
        command.args(self.report).current_dir(dir).env("BEANCOUNT_DISABLE_LOAD_CACHE", "1");
        seconds(|| assert!(output(&mut command).contains("Household"), "{command:?} printed no balances"))
    }
}

fn post_once(dir: &Path, seed: &Path, csv: &Path) -> f64 {
    let book = tempfile::tempdir_in(dir).unwrap();
    let database = book.path().join("book.db");
    std::fs::copy(seed, &database).unwrap();
    File::open(&database).and_then(|file| file.sync_all()).unwrap(); // the copy's writing is not posting's
    let mut command = myself(&["post", &database.display().to_string(), &csv.display().to_string()]);
    seconds(|| assert!(!output(&mut command).is_empty()))
}

fn post_and_report(database: &str, csv: &Path) {
    let mut bureau = Bureau::open(&format!("sqlite://{database}"), "default").unwrap();
    support::import(&mut bureau, &sunledger::domain::kinds::batch::KIND, csv);
    let as_of = NaiveDate::from_ymd_opt(2018, 6, 30).unwrap();
    let report = progress(&mut bureau, &Query { as_of, known_at: None, by: GroupBy::Fund }).unwrap();
    println!("{report:?}");
}

/// Each payment is one transaction of two postings: ledger and hledger read one file, beancount and rustledger the other.
fn write_journals(dir: &Path, payments: u64) {
    let mut journal = BufWriter::new(File::create(dir.join("ledger.journal")).unwrap());
    let mut beans = BufWriter::new(File::create(dir.join("payments.beancount")).unwrap());
    writeln!(beans, "2018-01-01 open Assets:Treasury CNY").unwrap();
    for n in 0..HOUSEHOLDS.min(payments) {
        writeln!(beans, "2018-01-01 open {} CNY", household(n)).unwrap();
    }
    for n in 0..payments {
        let (to, yuan) = (household(n), support::AMOUNT_FEN / 100);
        writeln!(journal, "2018-04-02 示{n}\n    {to}    {yuan}.00 CNY\n    Assets:Treasury    -{yuan}.00 CNY\n").unwrap();
        writeln!(beans, "2018-04-02 * \"示{n}\"\n  {to}  {yuan}.00 CNY\n  Assets:Treasury  -{yuan}.00 CNY\n").unwrap();
    }
    journal.flush().unwrap();
    beans.flush().unwrap();
}

fn household(n: u64) -> String {
    format!("Expenses:Household:{:04}", n % HOUSEHOLDS)
}
