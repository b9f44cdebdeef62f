//! The endless list of acts of a small county: batch after batch is entered, approved, sent and answered; returned lines
//! are paid again to new cards, projects are paid, money comes back, months and years are closed. Any act may be asked for
//! again: its key says what it is, and the book must hold it once.

use crate::support::db::NOW;
use crate::support::people::{Payee, account};
use chrono::NaiveDate;
use std::path::Path;
use sunledger::app::import::{ImportOptions, import_file};
use sunledger::app::payout::{reissue, stage};
use sunledger::app::{Bureau, Context, close};
use sunledger::domain::kinds::Kind;
use sunledger::files::reading::{Limits, Source};
use sunledger::params;

/// Who enters files, sends to the bank, and closes; 乙 approves.
pub const MAKER: &str = "甲";
const ROUNDS_A_MONTH: i64 = 4;
/// Where the list ends: with the years for which the shipped chart stands.
pub const ROUNDS: i64 = 5 * 12 * ROUNDS_A_MONTH;

pub enum Act {
    File { kind: &'static str, text: String },
    Approve(String, NaiveDate),
    Send(String, NaiveDate),
    Reissue(String, NaiveDate),
    CloseMonth(i64, i64),
    CloseYear(i64),
}

pub fn ctx(actor: &str) -> Context {
    Context::new(actor).at(NOW)
}

impl Act {
    /// The name under which the act is acknowledged, and found in the book again.
    pub fn key(&self, dir: &Path) -> String {
        match self {
            Act::File { kind, text } => {
                format!("file {kind} {}", Source::open(&put(dir, kind, text), found(kind), &Limits::default()).unwrap().digest_hex())
            }
            Act::Approve(code, _) => format!("approved {code}"),
            Act::Send(code, _) => format!("sent {code}"),
            Act::Reissue(code, _) => format!("reserved {code}-R1"),
            Act::CloseMonth(year, month) => format!("month {year} {month}"),
            Act::CloseYear(year) => format!("year {year}"),
        }
    }

    /// Returns once the program says that it is done, now or before.
    pub fn perform(&self, bureau: &mut Bureau, dir: &Path) {
        let by = ctx(MAKER);
        match self {
            Act::File { kind, text } => {
                let report = import_file(bureau, &by, found(kind), &put(dir, kind, text), &ImportOptions::default()).unwrap();
                assert!(report.accepted(), "{kind}: {:?} {:?}\n{text}", report.refused, report.errors.kept().first());
                assert!(report.differences.is_empty(), "{kind}: {:?}\n{text}", report.differences);
            }
            Act::Approve(code, date) => drop(stage::approve(bureau, &ctx("乙"), code, *date).unwrap()),
            Act::Send(code, date) => drop(stage::send(bureau, &by, code, *date).unwrap()),
            Act::Reissue(code, date) => match reissue::reissue(bureau, &by, code, *date) {
                Ok(done) => assert_eq!(done.result.batch, format!("{code}-R1")),
                Err(error) => assert!(matches!(error.code(), Some("nothing_returned" | "no_card_yet")), "{error}"),
            },
            Act::CloseMonth(year, month) => drop(close::close_period(bureau, &by, *year, *month).unwrap()),
            Act::CloseYear(year) => drop(close::close_year(bureau, &by, *year).unwrap()),
        }
    }
}

fn found(kind: &str) -> &'static Kind {
    Kind::find(kind).unwrap()
}

fn put(dir: &Path, kind: &str, text: &str) -> std::path::PathBuf {
    let path = dir.join(format!("{kind}.csv"));
    std::fs::write(&path, text).unwrap();
    path
}

/// What is done in a round, step by step; a step may have nothing to do in this round.
pub struct Round<'p> {
    pub number: i64,
    pub people: &'p [Payee],
}

pub const STEPS: usize = 14;

impl Round<'_> {
    fn month(&self) -> (i64, i64) {
        let months = self.number / ROUNDS_A_MONTH;
        (2018 + months / 12, 1 + months % 12)
    }

    fn day(&self, after: i64) -> NaiveDate {
        let ((year, month), day) = (self.month(), 2 + self.number % ROUNDS_A_MONTH + after);
        NaiveDate::from_ymd_opt(year as i32, month as u32, day as u32).unwrap()
    }

    /// Money idle for two years is taken back by the year's close, so every year begins with its own.
    fn opens_year(&self) -> bool {
        self.number % (12 * ROUNDS_A_MONTH) == 0
    }

    fn budget(&self) -> String {
        let (year, day) = (self.month().0, self.day(-1));
        format!(
            "指标文号,资金名称,资金级次,资金类别,年度,金额,收文日期,功能科目\n\
             琼财〔{year}〕1号,中央专项,中央,财政专项扶贫资金,{year},9000000,{day},2130505\n"
        )
    }

    fn allocations(&self) -> String {
        let (year, day) = (self.month().0, self.day(-1));
        format!(
            "分配文号,类型,日期,指标文号,单位编码,项目编码,政策编码,金额\n\
             东财〔{year}〕1号,下达,{day},琼财〔{year}〕1号,D01,,ST01,8000000\n\
             东财〔{year}〕2号,下达,{day},琼财〔{year}〕1号,D02,XM01,,1000000\n"
        )
    }

    fn corrects(&self) -> bool {
        self.number % 3 == 0
    }

    pub fn act(&self, bureau: &mut Bureau, step: usize) -> Option<Act> {
        let (n, code) = (self.number, format!("PC{}", self.number));
        let again = format!("{code}-R1");
        let (year, month) = self.month();
        let file = |kind, text| Some(Act::File { kind, text });
        match step {
            0 if self.opens_year() => file("budgets", self.budget()),
            1 if self.opens_year() => file("allocations", self.allocations()),
            2 => file("batch", self.batch(&code)),
            3 => Some(Act::Approve(code, self.day(0))),
            4 => Some(Act::Send(code, self.day(1))),
            5 => file("returns", self.returns(bureau, &code, 2)),
            6 if self.corrects() => file("cards", self.card()),
            7 if self.corrects() => Some(Act::Reissue(code, self.day(3))),
            8 if self.corrects() => Some(Act::Approve(again, self.day(3))),
            9 if self.corrects() => Some(Act::Send(again, self.day(4))),
            10 if self.corrects() => file("returns", self.returns(bureau, &again, 5)),
            11 => file("disbursements", self.payment()),
            12 if n % 2 == 0 => file(
                "refunds",
                format!(
                    "退回凭证号,日期,原支付凭证号,金额,原因\nTH{n},{},ZF{n},10,核减\nTK{n},{},PC{n}+2,1.5,多发\n",
                    self.day(5),
                    self.day(5)
                ),
            ),
            13 if n % ROUNDS_A_MONTH == ROUNDS_A_MONTH - 1 => {
                Some(if month == 12 { Act::CloseYear(year) } else { Act::CloseMonth(year, month) })
            }
            _ => None,
        }
    }

    fn payee(&self, line: i64) -> &Payee {
        &self.people[((self.number + line) % self.people.len() as i64) as usize]
    }

    fn batch(&self, code: &str) -> String {
        let mut text = "批次号,单位编码,政策编码,分配文号,所属期,造表日期,序号,姓名,身份证号,银行账号,数量,标准,金额\n".to_string();
        let (year, period, made) = (self.month().0, self.day(0).format("%Y-%m"), self.day(0));
        for line in 1..=20 + self.number * 7 % 41 {
            let (name, id_no, account) = self.payee(line);
            text.push_str(&format!("{code},D01,ST01,东财〔{year}〕1号,{period},{made},{line},{name},{id_no},{account},3,50,150.00\n"));
        }
        text
    }

    /// The bank's answer to what the book sent: the first line of a batch that will be corrected fails, and one in 17.
    fn returns(&self, bureau: &mut Bureau, code: &str, after: i64) -> String {
        let mut text = "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n".to_string();
        let (day, first) = (self.day(after), !code.ends_with("-R1"));
        let fails = |line: i64| first && (line == 1 && self.corrects() || (line > 2 && (line + self.number) % 17 == 0));
        for row in sent_lines(bureau, code) {
            let (line, account) = (row.0, row.1);
            let (result, reason) = if fails(line) { ("失败", "账户已销户") } else { ("成功", "") };
            text.push_str(&format!("{code},{line},{account},150,{result},{reason},{day},LS{code}{line}\n"));
        }
        text
    }

    fn card(&self) -> String {
        let ((name, id_no, _), account) = (self.payee(1), account(800_000 + self.number));
        format!("身份证号,户名,开户银行,银行账号,启用日期,停用日期\n{id_no},{name},农信社,{account},{},\n", self.day(2))
    }

    fn payment(&self) -> String {
        format!(
            "支付凭证号,日期,单位编码,分配文号,项目编码,收款人,收款账号,收款人类型,用途,金额,支付方式,质保金\n\
             ZF{},{},D02,东财〔{}〕2号,XM01,示范建筑公司,46001234567890,施工单位,工程款,100,直接支付,否\n",
            self.number,
            self.day(3),
            self.month().0
        )
    }
}

fn sent_lines(bureau: &mut Bureau, code: &str) -> Vec<(i64, String)> {
    bureau
        .read(|tx, book| {
            let rows = tx.query(
                "SELECT p.line, c.account FROM batch b JOIN payment p ON p.book = b.book AND p.batch = b.id
                   JOIN card c ON c.book = p.book AND c.id = p.card WHERE b.book = $1 AND b.code = $2 ORDER BY p.line",
                params![book.id, code],
            )?;
            Ok(rows.iter().map(|row| (row.int(0).unwrap(), row.string(1).unwrap())).collect())
        })
        .unwrap()
}
