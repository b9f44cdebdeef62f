//! Posting a one-card batch on PostgreSQL, against a bare COPY of the same payment rows plus one balance upsert. Both write
//! one transaction into a copy of the same database, with the same indexes and foreign keys; the bare side has the guards'
//! triggers switched off. `cargo bench --bench posting_pg`; `SUNLEDGER_BENCH_LINES` (default 300,000);
//! `SUNLEDGER_BENCH_PG=postgres://user@host:port` uses a running server in place of a private one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_arithmetic)]

#[path = "../tests/it/support/debian.rs"]
mod debian;
#[path = "../tests/it/support/pg.rs"]
mod pg;
mod support;

use postgres::{Client, NoTls};
use std::io::{Read, Write};
use std::path::Path;
use sunledger::app::Bureau;
use support::timing::{median, seconds, size};

const COLUMNS: &str = "book, batch, line, person, household, card, quantity, rate, amount, start, file_row, memo";
/// COPY is fed in pieces of this many bytes.
const PIECE: usize = 1 << 20;

fn main() {
    let lines = size("SUNLEDGER_BENCH_LINES", 300_000);
    let dir = tempfile::tempdir().unwrap();
    let csv = dir.path().join("batch.csv");
    support::batch_csv(&csv, "PC01", "2018Q1", lines);
    let (seed, seed_url) = pg::create_database(None);
    drop(support::county(&seed_url, lines));
    client(&seed_url).batch_execute("VACUUM ANALYZE").unwrap();
    let rows = Rows::posted(&seed, &csv);
    println!("| 轮次 | 入账 笔/秒 | 裸 COPY 笔/秒 | 比值 |");
    println!("|---|---|---|---|");
    let mut ratios = Vec::new();
    for round in 1..=3 {
        let mut rates = [0.0; 2];
        // whoever comes second may find the disk still busy with the first: they take turns
        for side in if round % 2 == 1 { [0, 1] } else { [1, 0] } {
            let taken = on_fresh_copy(&seed, |url| if side == 0 { post(url, &csv) } else { rows.copy_bare(url) });
            rates[side] = lines as f64 / taken;
        }
        ratios.push(rates[0] / rates[1]);
        println!("| {round} | {:.0} | {:.0} | {:.2} |", rates[0], rates[1], rates[0] / rates[1]);
    }
    println!("\n{lines} 笔，比值中位数 {:.2}（目标 ≥ 0.35）", median(ratios));
    pg::drop_database(&seed);
}

fn client(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

/// Works on a copy of a database, settled before the work starts.
fn on_fresh_copy<T>(template: &str, work: impl FnOnce(&str) -> T) -> T {
    let (name, url) = pg::create_database(Some(template));
    client(&url).batch_execute("CHECKPOINT").unwrap();
    let done = work(&url);
    pg::drop_database(&name);
    done
}

fn post(url: &str, csv: &Path) -> f64 {
    let mut bureau = Bureau::open(url, "default").unwrap();
    seconds(|| support::import(&mut bureau, &sunledger::domain::kinds::batch::KIND, csv))
}

/// What posting writes for the payees, and the rows that these refer to, in COPY's text format.
struct Rows {
    file: Vec<u8>,
    batch: Vec<u8>,
    payment: Vec<u8>,
}

impl Rows {
    /// Out of a posting that is not measured.
    fn posted(seed: &str, csv: &Path) -> Rows {
        on_fresh_copy(seed, |url| {
            post(url, csv);
            let mut client = client(url);
            let mut copy_out = |query: &str| {
                let mut text = Vec::new();
                client.copy_out(&format!("COPY ({query}) TO STDOUT")).unwrap().read_to_end(&mut text).unwrap();
                text
            };
            Rows {
                file: copy_out("SELECT * FROM file WHERE id = 1"),
                batch: copy_out("SELECT * FROM batch"),
                payment: copy_out(&format!("SELECT {COLUMNS} FROM payment ORDER BY line")),
            }
        })
    }

    fn copy_bare(&self, url: &str) -> f64 {
        let mut client = client(url);
        client.batch_execute("ALTER TABLE payment DISABLE TRIGGER USER; ALTER TABLE balance DISABLE TRIGGER USER").unwrap();
        for (table, rows) in [("file", &self.file), ("batch", &self.batch)] {
            let mut tx = client.transaction().unwrap();
            copy_in(&mut tx, table, rows);
            tx.commit().unwrap();
        }
        seconds(|| {
            let mut tx = client.transaction().unwrap();
            copy_in(&mut tx, &format!("payment ({COLUMNS})"), &self.payment);
            tx.execute(
                "INSERT INTO balance (book, account, dim, sign, debit, credit, voucher, line)
                 SELECT book, account, dim, sign, 100, 100, voucher, line FROM balance WHERE sign <> 0 ORDER BY account, dim LIMIT 1
                 ON CONFLICT (book, account, dim) DO UPDATE SET debit = balance.debit + excluded.debit, credit = balance.credit + excluded.credit",
                &[],
            )
            .unwrap();
            tx.commit().unwrap();
        })
    }
}

fn copy_in(tx: &mut postgres::Transaction<'_>, table: &str, rows: &[u8]) {
    let mut writer = tx.copy_in(&format!("COPY {table} FROM STDIN")).unwrap();
    for piece in rows.chunks(PIECE) {
        writer.write_all(piece).unwrap();
    }
    writer.finish().unwrap();
}
