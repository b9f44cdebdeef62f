//! A long notice on paper: a table of 5,000 payments as PDF, against the same table as CSV and XLSX in the same run, each in
//! a process of its own, so that loading fonts counts and peak memory is the paper's.
//! `cargo bench --bench papers`; `SUNLEDGER_BENCH_ROWS` (default 5,000).

#![allow(clippy::unwrap_used, clippy::float_arithmetic, reason = "a bench measures")]

mod support;

use chrono::NaiveDate;
use std::io::Write as _;
use std::time::Instant;
use sunledger::domain::money::Fen;
use sunledger::domain::report::document::Document;
use sunledger::domain::report::{Cell, Kind, Row, RowStyle, Table};
use sunledger::files::writing::table_csv::Bom;
use sunledger::files::writing::{WriteProblem, pdf, table_csv, table_xlsx};
use support::timing::{child, size, tell};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("--bench") | None => measure(),
        Some(form) => write(form, arguments[2].parse().unwrap(), &arguments[3]),
    }
}

fn measure() {
    let rows = size("SUNLEDGER_BENCH_ROWS", 5_000).to_string();
    let dir = tempfile::tempdir().unwrap();
    println!("| 写成 | 秒 | 为 CSV 的倍数 | 峰值 MiB | 大小 KiB |");
    println!("|---|---|---|---|---|");
    let mut base = None;
    for form in ["csv", "xlsx", "notice", "book", "stream"] {
        let out = dir.path().join(form).display().to_string();
        let mut runs: Vec<(f64, u64)> = (0..5).map(|_| child(&[form, &rows, &out])).collect();
        runs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (seconds, peak) = runs[runs.len() / 2];
        let base = *base.get_or_insert(seconds);
        let bytes = std::fs::metadata(&out).unwrap().len();
        println!("| {form} | {seconds:.3} | {:.0} | {} | {} |", seconds / base, peak >> 10, bytes >> 10);
    }
    println!("\n{rows} 行");
}

fn write(form: &str, rows: i64, out: &str) {
    let table = table(rows);
    let created = NaiveDate::from_ymd_opt(2018, 9, 30).unwrap();
    let begun = Instant::now();
    let bytes = match form {
        "csv" => table_csv::write(&table, Bom::Without).unwrap(),
        "xlsx" => table_xlsx::write(&[table], created).unwrap(),
        "book" => pdf::write_tables(&[table], created).unwrap(),
        "stream" => stream(table, created),
        _ => {
            let mut paper = Document::new("示范市2018年9月惠民补贴发放公示");
            paper.paragraph("现将2018年9月惠民补贴发放名单予以公示，公示期10天。对公示内容有异议的，请向市财政局反映。");
            paper.table(table);
            paper.signature("示范市财政局", created);
            pdf::write(&paper, created).unwrap()
        }
    };
    tell(begun);
    std::fs::File::create(out).unwrap().write_all(&bytes).unwrap();
}

fn stream(mut table: Table, created: NaiveDate) -> Vec<u8> {
    let rows = std::mem::take(&mut table.rows);
    let mut bytes = Vec::new();
    let rows = rows.into_iter().map(Ok::<Row, WriteProblem>);
    pdf::stream(&table, rows, created, |volume| {
        bytes = volume.bytes;
        Ok(())
    })
    .unwrap();
    bytes
}

/// Invented people: a common surname, 示 and a letter of a thousand.
fn table(rows: i64) -> Table {
    let mut table = Table::new("payments", "发放公示表")
        .subtitle("2018年9月　　单位：元")
        .column("line", "序号", Kind::Count)
        .column("name", "姓名", Kind::Text)
        .column("village", "村（居）委会", Kind::Text)
        .column("program", "补贴政策", Kind::Text)
        .column("rate", "标准", Kind::Money)
        .column("quantity", "数量", Kind::Count)
        .column("amount", "金额", Kind::Money)
        .column("note", "备注", Kind::Text);
    for at in 0..rows {
        let letter = char::from_u32(0x4E00 + (at as u32 * 17) % 1_000).unwrap();
        table.push(vec![
            Cell::Count(at + 1),
            Cell::text(format!("示{letter}")),
            Cell::text(format!("示范镇第{}样板村民委员会", at % 40 + 1)),
            Cell::text("农村最低生活保障金（示）"),
            Cell::Fen(Fen::new(15_000)),
            Cell::Count(at % 5 + 1),
            Cell::Fen(Fen::new(15_000 * (at % 5 + 1))),
            Cell::text(if at % 9 == 0 { "户主已变更，按变更后的人数核定，自本月起执行" } else { "" }),
        ]);
    }
    let total = (0..rows).map(|at| 15_000 * (at % 5 + 1)).sum();
    let cells = vec![
        Cell::Empty,
        Cell::text("合计"),
        Cell::text(""),
        Cell::text(""),
        Cell::Empty,
        Cell::Empty,
        Cell::Fen(Fen::new(total)),
        Cell::text(""),
    ];
    table.rows.push(Row { cells, style: RowStyle::Total });
    table
}
