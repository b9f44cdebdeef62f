//! A county ready to pay: the seeded fund received, invented people with cards, a fund with money for batches under
//! 东财〔2018〕1号 and for the project under 东财〔2018〕2号; and the files that such a county sends.

use super::builders::{FUND, day, post};
use super::db::{TestDb, ctx};
use super::people::Payee;
use std::path::{Path, PathBuf};
use sunledger::app::import::{ImportOptions, ImportReport, import_file};
use sunledger::app::ledger::{Movement, Poster};
use sunledger::app::verify::verify;
use sunledger::app::{AppError, Bureau};
use sunledger::domain::kinds::Kind;
use sunledger::domain::money::Fen;
use sunledger::params;

/// People with cards, and the fund that every test's database has received, so that the whole book verifies.
pub fn settle(db: &TestDb, people: i64) -> Vec<Payee> {
    let mut bureau = db.bureau();
    let dim = bureau.write(|tx, book| Poster::load(tx, book)?.dim(tx, FUND, 0)).unwrap();
    post(&mut bureau, &ctx("财政"), "receive", "upper", day(3, 1), &[Movement::within(dim, Fen::new(10_000_000))]).unwrap();
    db.people(&mut bureau, people)
}

/// Allocates whole yuan to batches and to the project, out of a fund just as large.
pub fn allocate(db: &TestDb, batches: i64, project: i64) {
    let mut bureau = db.bureau();
    let budget = format!(
        "指标文号,资金名称,资金级次,资金类别,年度,金额,收文日期,功能科目\n\
         琼财〔2018〕1号,中央专项,中央,财政专项扶贫资金,2018,{},2018-01-01,2130505\n",
        batches + project
    );
    let allocations = format!(
        "分配文号,类型,日期,指标文号,单位编码,项目编码,政策编码,金额\n\
         东财〔2018〕1号,下达,2018-01-02,琼财〔2018〕1号,D01,,ST01,{batches}\n\
         东财〔2018〕2号,下达,2018-01-02,琼财〔2018〕1号,D02,XM01,,{project}\n"
    );
    let dir = tempfile::tempdir().unwrap();
    for (kind, text) in [("budgets", budget), ("allocations", allocations)] {
        let report = import(&mut bureau, "财政", kind, &put(dir.path(), kind, &text)).unwrap();
        assert!(report.accepted(), "{report:?}");
    }
}

pub const BATCH_HEAD: &str = "批次号,单位编码,政策编码,分配文号,所属期,造表日期,序号,姓名,身份证号,银行账号,数量,标准,金额\n";

/// Lines of a batch at 150 yuan each, one for each payee.
pub fn batch_lines(code: &str, people: &[Payee]) -> String {
    let line = |(index, (name, id_no, account)): (usize, &Payee)| {
        format!("{code},D01,ST01,东财〔2018〕1号,2018Q1,2018-04-02,{},{name},{id_no},{account},3,50,150.00\n", index + 1)
    };
    people.iter().enumerate().map(line).collect()
}

pub fn put(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(format!("{name}.csv"));
    std::fs::write(&path, text).unwrap();
    path
}

pub fn import(bureau: &mut Bureau, actor: &str, kind: &str, path: &Path) -> Result<ImportReport, AppError> {
    import_file(bureau, &ctx(actor), Kind::find(kind).unwrap(), path, &ImportOptions::default())
}

pub fn count(bureau: &mut Bureau, sql: &str) -> i64 {
    bureau.read(|tx, book| Ok(tx.one(sql, params![book.id])?.int(0)?)).unwrap()
}

/// The whole verification; panics with what is wrong.
pub fn assert_holds(bureau: &mut Bureau) {
    let report = verify(bureau, &mut |_| {}).unwrap();
    assert!(report.holds(), "{:?}", report.problems);
}
