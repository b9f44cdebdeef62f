//! How fast rows are read: a batch of a million lines, every column asked for its type.
//! `cargo bench --bench reading [rows]`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Instant;

use sunledger::domain::identity::id_check_char;
use sunledger::domain::kinds::{RowErrors, batch};
use sunledger::files::reading::{FileProblem, Limits, Source};

const HEADER: &str =
    "批次号,单位编码,政策编码,分配文号,所属期,造表日期,公示开始,公示结束,序号,户编号,姓名,身份证号,银行账号,数量,标准,金额,备注\n";

fn generated(rows: u32) -> String {
    let mut text = String::from(HEADER);
    for line in 1..=rows {
        let day = 1 + line % 28;
        let body = format!("46000719{:02}03{day:02}{:03}", 50 + line % 50, line % 1_000);
        let check = body.as_bytes().try_into().map_or('0', |bytes| char::from(id_check_char(bytes)));
        let _ = writeln!(
            text,
            "P2018-03,U0103,DB01,东财〔2018〕14号,2018-03,2018-04-01,2018-04-02,2018-04-09,{line},H{line:08},张三丰,{body}{check},6217{line:015},1,350.00,350.00,低保"
        );
    }
    text
}

fn main() {
    let rows = std::env::args().find_map(|arg| arg.parse().ok()).unwrap_or(1_000_000_u32);
    let text = generated(rows);
    let (gbk, _, _) = encoding_rs::GB18030.encode(&text);
    measure("UTF-8", text.as_bytes(), rows);
    measure("GB18030", &gbk, rows);
}

fn measure(name: &str, content: &[u8], rows: u32) {
    let path = std::env::temp_dir().join(format!("sunledger-bench-{}.csv", std::process::id()));
    let run = || -> Result<(), FileProblem> {
        std::fs::File::create(&path)?.write_all(content)?;
        let begun = Instant::now();
        let mut source = Source::open(&path, &batch::KIND, &Limits::default())?;
        let opened = begun.elapsed();
        for (what, typed) in [("texts only", false), ("every column typed", true)] {
            let mut errors = RowErrors::new();
            let begun = Instant::now();
            let mut bytes = 0;
            let summary = source.for_each_row(&mut errors, |row, errors| {
                match typed {
                    true => bytes += usize::from(row.check_all(errors)),
                    false => bytes += row.text(batch::AMOUNT).len() + row.text(batch::ID_NO).len(),
                }
                Ok::<(), FileProblem>(())
            })?;
            let per_second = u128::from(rows) * 1_000_000 / begun.elapsed().as_micros().max(1);
            println!("{name}: {what}: {} rows, {} errors, {per_second} rows/s ({bytes})", summary.rows, errors.count());
        }
        println!("{name}: {} MB opened, surveyed and digested in {opened:?}", content.len() >> 20);
        Ok(())
    };
    if let Err(problem) = run() {
        eprintln!("{problem}");
    }
    let _ = std::fs::remove_file(&path);
}
