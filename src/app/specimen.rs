//! A small book for tests: a fund from its document to cards, with a return, its correction, a project payment and a refund.

use super::book::NewBook;
use super::money::allocation::{AllocationRow, allocate};
use super::money::disbursement::{DisbursementRow, disburse};
use super::money::fund::{BudgetRow, receive};
use super::money::refund::{RefundRow, refund};
use super::payout::{register, reissue, result, stage};
use super::{Book, Bureau, Context, Result};
use crate::domain::kinds::{RowErrors, batch, returns};
use crate::domain::money::Fen;
use crate::files::reading::{Limits, Source};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::io::Write;
use tempfile::{NamedTempFile, TempDir};

pub const FUND: &str = "琼财农〔2018〕1号";
pub const ALLOCATION: &str = "东财农〔2018〕12号";
pub const ID_NO: &str = "11010519491231002X";

pub struct Specimen {
    pub bureau: Bureau,
    path: std::path::PathBuf,
    _dir: TempDir,
}

const REGISTRY: &str = "
INSERT INTO file VALUES (1, 1, 'budgets', '指标.csv', x'0101010101010101010101010101010101010101010101010101010101010101', 1, '甲', 0);
INSERT INTO file VALUES (1, 2, 'batch', '清册.csv', x'0202020202020202020202020202020202020202020202020202020202020202', 4, '甲', 0);
INSERT INTO file VALUES (1, 3, 'returns', '回盘.csv', x'0303030303030303030303030303030303030303030303030303030303030303', 4, '甲', 0);
INSERT INTO unit (book, code, name, kind, file, file_row) VALUES (1, 'U01', '八所镇', '乡镇', 1, 2), (1, 'U00', '财政局', '财政', 1, 3);
INSERT INTO program (book, code, name, department, subject, rate, measure, bound, valid_from, file, file_row)
  VALUES (1, 'ST01', '教育补助', 'U01', '人', 10000, '月', '固定', 20180101, 1, 2);
INSERT INTO project (book, code, name, kind, department, region, planned, village_applied, township_reviewed, county_approved,
    province_filed, status, file, file_row)
  VALUES (1, 'X01', '村道硬化', '基础设施', 'U01', '469007100000', 100000000, 20171001, 20171101, 20171201, 20180101, '在库', 1, 2);
INSERT INTO household (book, id, code, region, head, head_id, identified, status, file, file_row)
  VALUES (1, 1, 'H1', '469007100001', '张三', '11010519491231002X', 20160101, '在册', 1, 2), (1, 2, 'H2', '469007100001', '李四', '440524198001010013', 20160101, '在册', 1, 3);
INSERT INTO person (book, id, household, name, id_no, relation, status, file, file_row)
  VALUES (1, 1, 'H1', '张三', '11010519491231002X', '户主', '在册', 1, 2), (1, 2, 'H2', '李四', '440524198001010013', '户主', '在册', 1, 3);
INSERT INTO card (book, id, id_no, holder, bank, account, valid_from, file, file_row)
  VALUES (1, 1, '11010519491231002X', '张三', '农信社', '6217000000000000019', 20180101, 1, 2), (1, 2, '440524198001010013', '李四', '农信社', '6217000000000000027', 20180101, 1, 3);
INSERT INTO counter VALUES (1, 'file', 4);
";

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, month, day).unwrap()
}

fn source(kind: &'static crate::domain::kinds::Kind, text: &str) -> (NamedTempFile, Source) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let source = Source::open(file.path(), kind, &Limits::default()).unwrap();
    (file, source)
}

fn post<T>(bureau: &mut Bureau, work: impl FnOnce(&mut Tx<'_>, &Book, &mut RowErrors) -> Result<T>) -> T {
    bureau
        .write(|tx, book| {
            let mut errors = RowErrors::new();
            let done = work(tx, book, &mut errors)?;
            assert!(errors.is_empty(), "{:#?}", errors.into_kept());
            Ok(done)
        })
        .unwrap()
}

/// 10,000 yuan received, 5,000 allocated to a programme and 3,000 to a project; four lines of 100, one of them returned and
/// paid again; 1,000 paid to a builder; 50 back from a household.
pub fn build() -> Specimen {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("book.db");
    let ctx = Context::new("甲").checked_by("乙").at(1_525_000_000_000_000);
    let new = NewBook { code: "df", name: "东方", first_year: 2018, secret: Some([7; 32]) };
    let mut bureau = Bureau::open_or_create(&format!("sqlite://{}", path.display()), &ctx, &new).unwrap();
    bureau.store.batch(REGISTRY).unwrap();
    money_in(&mut bureau, &ctx);
    pay_out(&mut bureau, &ctx);
    projects(&mut bureau, &ctx);
    Specimen { bureau, path, _dir: dir }
}

fn money_in(bureau: &mut Bureau, ctx: &Context) {
    let budget = BudgetRow {
        row: 2,
        doc_no: FUND.into(),
        name: "扶贫专项".into(),
        level: "省".into(),
        category: "财政专项扶贫资金".into(),
        year: 2018,
        amount: Fen::new(1_000_000),
        received: day(1, 5),
        function: "21305".into(),
        carried_over: false,
        carried_from: None,
        memo: None,
    };
    post(bureau, |tx, book, errors| receive(tx, book, ctx, 1, &[budget], errors));
    let row = |row, project: &str, program: &str, amount| AllocationRow {
        row,
        doc_no: ALLOCATION.into(),
        kind: "下达".into(),
        date: day(2, 1),
        fund: FUND.into(),
        unit: "U01".into(),
        project: project.into(),
        program: program.into(),
        amount: Fen::new(amount),
        memo: None,
    };
    let rows = [row(2, "", "ST01", 500_000), row(3, "X01", "", 300_000)];
    post(bureau, |tx, book, errors| allocate(tx, book, ctx, 1, &rows, errors));
}

fn pay_out(bureau: &mut Bureau, ctx: &Context) {
    let mut text = "批次号,单位编码,政策编码,分配文号,所属期,造表日期,序号,姓名,身份证号,银行账号,数量,标准,金额\n".to_string();
    let people = [("张三", ID_NO, "6217000000000000019"), ("李四", "440524198001010013", "6217000000000000027")];
    for (line, payee) in [(1, 0), (2, 1), (4, 0), (3, 1)] {
        let (name, id_no, account) = people[payee];
        text.push_str(&format!("PC1,U01,ST01,{ALLOCATION},2018-03,2018-04-01,{line},{name},{id_no},{account},1,100,100\n"));
    }
    let (_file, mut lines) = source(&batch::KIND, &text);
    post(bureau, |tx, book, errors| {
        let payees = register::Payees::load(tx, book)?;
        register::register(tx, book, ctx, 2, payees, &mut lines, errors, &|_| Ok(()))
    });
    let approver = Context { actor: "乙".into(), checker: String::new(), ..ctx.clone() };
    // each payee stands on two lines, which the rules of screening would stop
    stage::approve_as_history(bureau, &approver, "PC1", day(4, 2)).unwrap();
    stage::send(bureau, &Context { checker: String::new(), ..ctx.clone() }, "PC1", day(4, 3)).unwrap();
    let mut text = "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n".to_string();
    for (line, account, outcome) in [(1, 0, "成功,"), (2, 1, "失败,账户已销户"), (3, 1, "成功,")] {
        text.push_str(&format!("PC1,{line},{},100,{outcome},2018-04-05,B{line}\n", people[account].2));
    }
    let (_file, mut answers) = source(&returns::KIND, &text);
    post(bureau, |tx, book, errors| result::reconcile(tx, book, ctx, 3, &mut answers, errors, &|_| Ok(())));
    let card = "INSERT INTO card (book, id, id_no, holder, bank, account, valid_from, file, file_row)
                VALUES (1, 3, '440524198001010013', '李四', '农信社', '6217000000000000035', 20180406, 1, 4)";
    bureau.store.batch(card).unwrap();
    reissue::reissue(bureau, ctx, "PC1", day(4, 10)).unwrap();
}

fn projects(bureau: &mut Bureau, ctx: &Context) {
    let paid = DisbursementRow {
        row: 2,
        doc_no: "ZF-1".into(),
        date: day(5, 2),
        unit: "U01".into(),
        allocation: ALLOCATION.into(),
        project: "X01".into(),
        payee: "路桥公司".into(),
        account: "6228480000000000001".into(),
        payee_kind: "施工单位".into(),
        purpose: "进度款".into(),
        amount: Fen::new(100_000),
        method: "直接支付".into(),
        retention: false,
    };
    post(bureau, |tx, book, errors| disburse(tx, book, ctx, 1, &[paid], errors));
    let back = RefundRow {
        row: 2,
        doc_no: "TH-1".into(),
        date: day(5, 10),
        of: "PC1+1".into(),
        amount: Fen::new(5_000),
        reason: "重复享受".into(),
    };
    post(bureau, |tx, book, errors| refund(tx, book, ctx, 1, &[back], errors));
}

impl Specimen {
    pub fn int(&mut self, sql: &str) -> i64 {
        self.bureau.read(|tx, _| Ok(tx.one(sql, params![])?.int(0)?)).unwrap()
    }

    /// Writes past every guard, as whoever owns the file can.
    pub fn tamper(&mut self, sql: &str) {
        let raw = rusqlite::Connection::open(&self.path).unwrap();
        raw.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        let mut statement = raw.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").unwrap();
        let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(|name| name.unwrap()).collect();
        for name in names {
            raw.execute_batch(&format!("DROP TRIGGER {name}")).unwrap();
        }
        raw.execute_batch(sql).unwrap();
    }
}
