//! A small bureau: the registry that a ledger test needs, put in with plain SQL, and helpers that post through the program.

use super::db::{TestDb, ctx};
use chrono::NaiveDate;
use sunledger::app::ledger::{Movement, Posted, Poster};
use sunledger::app::{AppError, Bureau, Context};
use sunledger::domain::money::Fen;
use sunledger::store::Backend;

pub const FUND: &str = "琼财农〔2018〕1号";
pub const UNALLOCATED: i64 = 9201;
pub const ALLOCATED: i64 = 9202;
pub const TREASURY: i64 = 1001;

/// Book 1: one file, two regions, two units, a programme, a project, two households with a person and a card each, one fund
/// and an allocation of it to each unit. No money has moved.
pub fn seed(bureau: &mut Bureau) {
    let digest = match bureau.store.backend() {
        Backend::Sqlite => "x'01'",
        Backend::Postgres => "decode('01', 'hex')",
    };
    for statement in SEED.replace("{digest}", digest).split(";\n").map(str::trim).filter(|s| !s.is_empty()) {
        bureau.store.batch(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

const SEED: &str = "
INSERT INTO file (book, id, kind, name, digest, data_rows, actor, received_at) VALUES (1, 1, 'fund', '指标.csv', {digest}, 1, '经办甲', 0);
INSERT INTO region (book, code, name, level, file, file_row) VALUES (1, '469007000000', '东方市', '县', 1, 1), (1, '469007100201', '报白村', '村', 1, 2);
INSERT INTO unit (book, code, name, kind, file, file_row) VALUES (1, 'U01', '市扶贫办', '主管部门', 1, 1), (1, 'U02', '板桥镇', '乡镇', 1, 2);
INSERT INTO program (book, code, name, department, subject, rate, measure, bound, valid_from, file, file_row)
VALUES (1, 'HX01', '生活补助', 'U01', '户', 50000, '户', '定额', 20180101, 1, 1);
INSERT INTO project (book, code, name, kind, department, region, planned, status, file, file_row)
VALUES (1, 'P01', '芒果基地', '产业', 'U01', '469007100201', 5000000, '实施', 1, 1);
INSERT INTO household (book, id, code, region, head, head_id, identified, status, file, file_row)
VALUES (1, 1, 'H1', '469007100201', '符亚明', '460007197001010013', 2014, '在册', 1, 1), (1, 2, 'H2', '469007100201', '吉才英', '460007198002020024', 2014, '在册', 1, 2);
INSERT INTO person (book, id, household, name, id_no, relation, status, file, file_row)
VALUES (1, 1, 'H1', '符亚明', '460007197001010013', '户主', '正常', 1, 1), (1, 2, 'H2', '吉才英', '460007198002020024', '户主', '正常', 1, 2);
INSERT INTO card (book, id, id_no, holder, bank, account, valid_from, file, file_row)
VALUES (1, 1, '460007197001010013', '符亚明', '农信社', '6210360000000000011', 20180101, 1, 1), (1, 2, '460007198002020024', '吉才英', '农信社', '6210360000000000029', 20180101, 1, 2);
INSERT INTO fund (book, doc_no, name, level, category, year, amount, received, function, carried_over, file, file_row)
VALUES (1, '琼财农〔2018〕1号', '财政专项扶贫资金', '省级', '发展', 2018, 10000000, 20180301, '2130599', 0, 1, 1);
INSERT INTO allocation (book, id, doc_no, fund, unit, project, program)
VALUES (1, 1, '东财农〔2018〕12号', '琼财农〔2018〕1号', 'U01', '', 'HX01'), (1, 2, '东财农〔2018〕12号', '琼财农〔2018〕1号', 'U02', 'P01', '');
INSERT INTO counter (book, name, next) VALUES (1, 'file', 2), (1, 'allocation', 3), (1, 'household', 3), (1, 'person', 3), (1, 'card', 3);
";

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, month, day).unwrap()
}

/// Posts an event by the book's template.
pub fn post(
    bureau: &mut Bureau,
    who: &Context,
    event: &str,
    variant: &str,
    date: NaiveDate,
    movements: &[Movement],
) -> Result<Posted, AppError> {
    bureau.write(|tx, book| {
        let mut poster = Poster::load(tx, book)?;
        let draft = poster.draft(event, variant, date, FUND, movements)?;
        poster.post(tx, who, draft)
    })
}

/// The seeded bureau with 100,000.00 yuan received (voucher 1, 1 March), 40,000.00 of it allocated to U01 (voucher 2, 5 March).
pub struct Books {
    pub bureau: Bureau,
    /// Dimension set of the fund, unallocated.
    pub fund: i64,
    /// That of its allocation to U01.
    pub u01: i64,
    /// That of its allocation to U02, where no money is yet.
    pub u02: i64,
}

impl Books {
    pub fn new(db: &TestDb) -> Books {
        let mut bureau = db.bureau();
        let (fund, u01, u02) = bureau
            .write(|tx, book| {
                let mut poster = Poster::load(tx, book)?;
                Ok((poster.dim(tx, FUND, 0)?, poster.dim(tx, FUND, 1)?, poster.dim(tx, FUND, 2)?))
            })
            .unwrap();
        let mut books = Books { bureau, fund, u01, u02 };
        books.receive(10_000_000).unwrap();
        books.allocate(4_000_000).unwrap();
        books
    }

    pub fn receive(&mut self, fen: i64) -> Result<Posted, AppError> {
        post(&mut self.bureau, &ctx("经办甲"), "receive", "upper", day(3, 1), &[Movement::within(self.fund, Fen::new(fen))])
    }

    pub fn allocate(&mut self, fen: i64) -> Result<Posted, AppError> {
        let movement = Movement { from: self.fund, to: self.u01, amount: Fen::new(fen) };
        post(&mut self.bureau, &ctx("经办甲").checked_by("复核乙"), "allocate", "", day(3, 5), &[movement])
    }

    /// Batch 1 of two lines of 500.00 from U01's money, made by 经办甲 and not yet reserved; and batch 2, with nothing in it.
    pub fn batch(&mut self) {
        let u01 = self.u01;
        let statements = [
            "INSERT INTO batch (book, id, code, unit, program, allocation, period_first, period_last, made, maker, file)
             VALUES (1, 1, 'B1', 'U01', 'HX01', '东财农〔2018〕12号', 201803, 201803, 20180306, '经办甲', 1),
                    (1, 2, 'B2', 'U01', 'HX01', '东财农〔2018〕12号', 201804, 201804, 20180306, '经办甲', 1)"
                .to_string(),
            "INSERT INTO payment (book, batch, line, person, household, card, quantity, rate, amount, start, file_row)
             VALUES (1, 1, 1, 1, 1, 1, 10000, 50000, 50000, 0, 1), (1, 1, 2, 2, 2, 2, 10000, 50000, 50000, 50000, 2)"
                .to_string(),
            format!("INSERT INTO batch_slice (book, batch, slice, dim, amount) VALUES (1, 1, 1, {u01}, 100000)"),
        ];
        for statement in statements {
            self.bureau.store.batch(&statement).unwrap();
        }
    }

    /// Writes a stage of a batch as it should be: on the digest `'d'` and two lines of 1,000.00 together.
    pub fn stage(&mut self, db: &TestDb, batch: i64, stage: &str, actor: &str) -> Result<(), String> {
        db.raw().transact(&stage_sql(db, batch, stage, actor))
    }
}

pub fn stage_sql(db: &TestDb, batch: i64, stage: &str, actor: &str) -> String {
    let digest = db.blob(b"d");
    format!(
        "INSERT INTO batch_stage (book, batch, stage, date, actor, voucher, lines, total, digest, at)
         VALUES (1, {batch}, '{stage}', 20180307, '{actor}', NULL, 2, 100000, {digest}, 0)"
    )
}
