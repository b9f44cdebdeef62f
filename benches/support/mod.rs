//! A synthetic county of any size, made straight in the database, and its batch as a CSV file. Names and numbers are invented.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::float_arithmetic, dead_code)]

pub mod client;
pub mod duckdb;
pub mod payments;
pub mod projects;
pub mod screening;
pub mod timing;

use chrono::NaiveDate;
use std::io::Write;
use std::path::Path;
use sunledger::app::book::NewBook;
use sunledger::app::import::{ImportOptions, import_file};
use sunledger::app::money::allocation::{AllocationRow, allocate};
use sunledger::app::money::fund::{BudgetRow, receive};
use sunledger::app::payout::stage;
use sunledger::app::{AppError, Bureau, Context};
use sunledger::domain::identity::{id_check_char, luhn_check_digit};
use sunledger::domain::kinds::{Kind, RowErrors, returns};
use sunledger::domain::money::Fen;
use sunledger::params;
use sunledger::store::Field;
use sunledger::store::bulk::Bulk;

pub const PROGRAM: &str = "ST01";
pub const UNIT: &str = "D01";
pub const ALLOCATION: &str = "东财〔2018〕1号";
pub const AMOUNT_FEN: i64 = 15_000;

pub fn ctx() -> Context {
    Context::new("经办甲").at(1_520_000_000_000_000)
}

pub fn id_no(n: u64) -> String {
    let first17 = format!("46900719{:02}{:02}{:02}{:03}", 40 + n / 336_000 % 60, 1 + n / 28_000 % 12, 1 + n / 1_000 % 28, n % 1_000);
    let digits: &[u8; 17] = first17.as_bytes().try_into().unwrap();
    format!("{first17}{}", id_check_char(digits) as char)
}

pub fn account(n: u64) -> String {
    let body = format!("621700{n:012}");
    format!("{body}{}", luhn_check_digit(body.as_bytes()) as char)
}

const RELATIONS: [&str; 4] = ["户主", "配偶", "子女", "父母"];

/// The village of a household: a thousand of them in twenty townships.
pub fn village(household: u64) -> String {
    let number = household / 7 % 1_000;
    format!("469007{}{}", 100 + number / 50, 200 + number % 50)
}

/// A book with `people` in households of four, each with a card, and one allocation that covers them all.
pub fn county(url: &str, people: u64) -> Bureau {
    let new = NewBook { code: "default", name: "基准测试县", first_year: 2018, secret: Some([7; 32]) };
    let mut bureau = Bureau::open_or_create(url, &ctx(), &new).unwrap();
    bureau
        .write(|tx, book| {
            let b = Field::Int(book.id);
            tx.execute("INSERT INTO file (book, id, kind, name, digest, data_rows, actor, received_at) VALUES ($1, 0, 'seed', 'seed', $2, 0, '', 0)", params![book.id, [0u8; 32]])?;
            tx.execute("INSERT INTO unit (book, code, name, kind, file, file_row) VALUES ($1, $2, '林业局', '主管部门', 0, 0)", params![book.id, UNIT])?;
            tx.execute(
                "INSERT INTO program (book, code, name, department, subject, rate, measure, bound, valid_from, file, file_row)
                 VALUES ($1, $2, '生态补偿', $3, '人', 5000, '月', '固定', 20180101, 0, 0)",
                params![book.id, PROGRAM, UNIT],
            )?;
            let mut households = Bulk::into("household", &["book", "id", "code", "region", "head", "head_id", "identified", "status", "file", "file_row"]);
            for n in 0..people.div_ceil(4) {
                let (code, head) = (format!("H{n:07}"), id_no(n * 4));
                let region = village(n);
                let fields = [b, Field::Int(n as i64 + 1), Field::Text(&code), Field::Text(&region), Field::Text("示例"), Field::Text(&head), Field::Int(20140101), Field::Text("未脱贫"), Field::Int(0), Field::Int(0)];
                households.push(tx, &fields)?;
            }
            households.finish(tx)?;
            let mut persons = Bulk::into("person", &["book", "id", "household", "name", "id_no", "relation", "status", "file", "file_row"]);
            for n in 0..people {
                let (code, name, id) = (format!("H{:07}", n / 4), format!("示{n}"), id_no(n));
                let fields = [b, Field::Int(n as i64 + 1), Field::Text(&code), Field::Text(&name), Field::Text(&id), Field::Text(RELATIONS[n as usize % 4]), Field::Text("正常"), Field::Int(0), Field::Int(0)];
                persons.push(tx, &fields)?;
            }
            persons.finish(tx)?;
            let mut cards = Bulk::into("card", &["book", "id", "id_no", "holder", "bank", "account", "valid_from", "file", "file_row"]);
            for n in 0..people {
                let (id, holder, account) = (id_no(n), format!("示{n}"), account(n));
                let fields = [b, Field::Int(n as i64 + 1), Field::Text(&id), Field::Text(&holder), Field::Text("农信社"), Field::Text(&account), Field::Int(20150101), Field::Int(0), Field::Int(0)];
                cards.push(tx, &fields)?;
            }
            cards.finish(tx)?;
            for (name, next) in [("household", people as i64), ("person", people as i64), ("card", people as i64)] {
                tx.take_ids(book.id, name, next)?;
            }
            Ok::<_, AppError>(())
        })
        .unwrap();
    fund(&mut bureau, people);
    bureau
}

fn fund(bureau: &mut Bureau, people: u64) {
    let day = NaiveDate::from_ymd_opt(2018, 1, 5).unwrap();
    let amount = Fen::new(people as i64 * AMOUNT_FEN * 400);
    bureau
        .write(|tx, book| {
            let mut errors = RowErrors::new();
            let budget = BudgetRow {
                row: 1,
                doc_no: "琼财〔2018〕1号".into(),
                name: "专项扶贫资金".into(),
                level: "省".into(),
                category: "财政专项扶贫资金".into(),
                year: 2018,
                amount,
                received: day,
                function: "2130505".into(),
                carried_over: false,
                carried_from: None,
                memo: None,
            };
            receive(tx, book, &ctx(), 0, &[budget], &mut errors)?;
            let allocation = AllocationRow {
                row: 1,
                doc_no: ALLOCATION.into(),
                kind: "下达".into(),
                date: day,
                fund: "琼财〔2018〕1号".into(),
                unit: UNIT.into(),
                project: String::new(),
                program: PROGRAM.into(),
                amount,
                memo: None,
            };
            allocate(tx, book, &ctx(), 0, &[allocation], &mut errors)?;
            assert!(errors.is_empty(), "{:?}", errors.kept());
            Ok::<_, AppError>(())
        })
        .unwrap();
}

/// Writes a batch of `lines` lines: three months at 50 yuan for each person.
pub fn batch_csv(path: &Path, code: &str, period: &str, lines: u64) {
    let mut out = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(
        out,
        "批次号,单位编码,政策编码,分配文号,所属期,造表日期,公示开始,公示结束,序号,户编号,姓名,身份证号,银行账号,数量,标准,金额,备注"
    )
    .unwrap();
    for n in 0..lines {
        writeln!(
            out,
            "{code},{UNIT},{PROGRAM},{ALLOCATION},{period},2018-04-02,2018-03-20,2018-03-30,{},H{:07},示{n},{},{},3,50.00,150.00,",
            n + 1,
            n / 4,
            id_no(n),
            account(n)
        )
        .unwrap();
    }
}

/// Sends a file the way a clerk does; it must be accepted.
pub fn import(bureau: &mut Bureau, kind: &'static Kind, path: &Path) {
    let report = import_file(bureau, &ctx(), kind, path, &ImportOptions::default()).unwrap();
    assert!(report.accepted(), "{report:?}");
}

/// Signs a batch at each level that its amount needs, each by another person; the last of them approves it.
pub fn approve(bureau: &mut Bureau, code: &str, day: NaiveDate) {
    for name in ["复核乙", "审批丁", "领导戊", "领导己"] {
        let signed = stage::sign(bureau, &Context::new(name).at(ctx().now()), code, day, &|_| true).unwrap();
        if signed.result.missing.is_empty() {
            return;
        }
    }
    panic!("{code} 仍未审批");
}

/// Takes a batch of [`batch_csv`] the rest of its way: approved, sent, and paid by the bank in full.
pub fn pay(bureau: &mut Bureau, dir: &Path, code: &str, lines: u64) {
    let day = |day| NaiveDate::from_ymd_opt(2018, 4, day).unwrap();
    approve(bureau, code, day(3));
    stage::send(bureau, &Context::new("出纳丙").at(ctx().now()), code, day(4)).unwrap();
    let path = dir.join("returns.csv");
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    writeln!(out, "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号").unwrap();
    for n in 0..lines {
        writeln!(out, "{code},{},{},150.00,成功,,2018-04-05,L{n}", n + 1, account(n)).unwrap();
    }
    out.flush().unwrap();
    drop(out);
    import(bureau, &returns::KIND, &path);
}
