//! Checks the lines of a batch file one by one against the registers, on a thread of its own, and hands over those that
//! stand. After the first error nothing more is handed over, but all lines are still checked, so that all errors come at once.

use super::header::{Catalog, Header, Standard};
use super::registry::{Person, Registry};
use crate::app::{AppError, Context, Refusal};
use crate::domain::identity::{AccountNo, IdNumber};
use crate::domain::kinds::{RowErrors, batch as col};
use crate::domain::ledger::chain::{self, PaymentDigest};
use crate::domain::money::{Fen, Quantity};
use crate::files::reading::{RowView, Source, Summary};
use std::collections::HashMap;
use std::sync::mpsc::SyncSender;

/// A line that stands. `start` is the sum of the batch's lines before it.
pub(super) struct Line {
    pub batch: u32,
    pub line: i64,
    pub person: i64,
    pub household: i64,
    pub card: i64,
    pub quantity: i64,
    pub rate: i64,
    pub amount: i64,
    pub start: i64,
    pub row: i64,
    pub memo: Option<Box<str>>,
}

/// From the checking thread to the writing one.
pub(super) enum Message {
    /// A batch new to the book, and its place in the file's order of batches.
    Batch(u32, Box<Header>),
    Lines(Vec<Line>),
}

const NOT_THEN: &str = "该账户在造表日期未启用或已停用";
const NOT_OWN: &str = "账户不是本人（或同户监护人）登记的一卡通账户";

const CHUNK: usize = 4_096;
/// 序号 beyond this is a slip of the pen.
const MOST_LINES: i64 = 10_000_000;

/// A batch in the file.
pub(super) struct Seen {
    pub header: Header,
    /// `None` where the header is wrong: its lines are checked as far as they go.
    pub dims: Option<Vec<i64>>,
    standard: Option<Standard>,
    /// The batch that the book already holds under this code.
    pub known: Option<i64>,
    pub lines: i64,
    pub total: i64,
    pub digest: PaymentDigest,
    numbers: Numbers,
    /// A history that is taken over: what was paid against the registers' present state is kept as it was, and remarked on.
    past: bool,
    pub remarks: Remarks,
}

/// What was not in order with lines that are taken over; screening finds it again.
#[derive(Default)]
pub(super) struct Remarks {
    kept: Vec<String>,
    count: u64,
}

/// Remarks of one batch that are told word for word.
const TOLD: usize = 5;

impl Remarks {
    fn add(&mut self, row: u64, column: usize, problem: &str) {
        self.count += 1;
        if self.kept.len() < TOLD {
            self.kept.push(format!("第 {row} 行“{}”：{problem}", col::KIND.columns[column].zh));
        }
    }

    pub fn told(&self, code: &str) -> Option<String> {
        let more = if self.count > TOLD as u64 { format!(" 等 {} 处", self.count) } else { String::new() };
        (self.count > 0).then(|| format!("批次 {code} 按历史资料原样接受，留待疑点筛查：{}{more}", self.kept.join("；")))
    }
}

/// Line numbers met; the usual case of numbers that go up costs nothing.
#[derive(Default)]
struct Numbers {
    last: i64,
    bits: Vec<u64>,
}

impl Numbers {
    /// False if it was met before.
    fn add(&mut self, number: i64) -> bool {
        let (word, bit) = ((number / 64) as usize, 1u64 << (number % 64));
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        let fresh = number > self.last || self.bits[word] & bit == 0;
        self.bits[word] |= bit;
        self.last = self.last.max(number);
        fresh
    }
}

pub(super) struct Checker<'a> {
    pub registry: Registry,
    pub catalog: Catalog,
    pub secret: &'a [u8],
    ctx: Context,
    pub out: SyncSender<Message>,
    pub seen: Vec<Seen>,
    by_code: HashMap<String, u32>,
    current: usize,
    /// Where in the register the next payee most likely stands.
    after: usize,
    chunk: Vec<Line>,
}

impl<'a> Checker<'a> {
    pub fn new(registry: Registry, catalog: Catalog, secret: &'a [u8], ctx: Context, out: SyncSender<Message>) -> Checker<'a> {
        let by_code = HashMap::new();
        Checker { registry, catalog, secret, ctx, out, seen: Vec::new(), by_code, current: 0, after: 0, chunk: Vec::with_capacity(CHUNK) }
    }

    /// Reads the whole file. Stops early only where the file cannot be read or the writer has given up.
    pub fn run(
        mut self,
        source: &mut Source,
        errors: &mut RowErrors,
        progress: &(dyn Fn(u64) -> Result<(), AppError> + Sync),
    ) -> Result<(Vec<Seen>, Summary), AppError> {
        let mut rows = 0u64;
        let summary = source.for_each_row(errors, |row, errors| {
            rows += 1;
            if rows.is_multiple_of(4_096) {
                progress(row.byte_position())?;
            }
            self.row(row, errors)
        })?;
        if errors.is_empty() {
            self.send()?;
        }
        Ok((self.seen, summary))
    }

    fn row(&mut self, row: &RowView<'_>, errors: &mut RowErrors) -> Result<(), AppError> {
        let Some(at) = self.batch_of(row, errors)? else { return Ok(()) };
        let before = errors.count();
        let line = self.line(at, row, errors);
        let seen = &mut self.seen[at];
        if let (Some((mut line, (id_no, account))), true) = (line, errors.count() == before) {
            line.start = seen.total;
            let Some(total) = seen.total.checked_add(line.amount) else {
                row.refuse(col::AMOUNT, errors, "批次金额合计超出范围", "请核对金额");
                return Ok(());
            };
            seen.total = total;
            seen.lines += 1;
            let commitment = chain::commitment(self.secret, id_no.as_str(), account.as_str());
            seen.digest.line(line.line, &commitment, line.quantity, line.rate, line.amount);
            if errors.is_empty() && seen.known.is_none() {
                self.chunk.push(line);
                if self.chunk.len() == CHUNK {
                    return self.send();
                }
            }
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), AppError> {
        let chunk = std::mem::replace(&mut self.chunk, Vec::with_capacity(CHUNK));
        self.hand_over(Message::Lines(chunk))
    }

    fn hand_over(&self, message: Message) -> Result<(), AppError> {
        // the writer hangs up only when it has failed; its own error is the one that is told
        self.out.send(message).map_err(|_| Refusal::new("writer_gone", "写入中断", "").into())
    }

    /// The batch that the row belongs to; its header is read and checked at its first row.
    fn batch_of(&mut self, row: &RowView<'_>, errors: &mut RowErrors) -> Result<Option<usize>, AppError> {
        let code = row.text(col::BATCH);
        let known = match self.seen.get(self.current) {
            Some(seen) if seen.header.code == code => Some(self.current),
            _ => self.by_code.get(code).map(|at| *at as usize),
        };
        if let Some(at) = known {
            self.current = at;
            let _ = self.seen[at].header.refuse_difference(row, errors);
            return Ok(Some(at));
        }
        let Some(header) = Header::read(row, errors) else { return Ok(None) };
        let standard = self.catalog.standard(&header, errors);
        let dims = self.catalog.dims(&header, errors);
        let known = self.catalog.batch(&header.code);
        if !self.chunk.is_empty() && errors.is_empty() {
            self.send()?;
        }
        if known.is_none() && errors.is_empty() {
            self.hand_over(Message::Batch(self.seen.len() as u32, Box::new(header.clone())))?;
        }
        self.current = self.seen.len();
        self.by_code.insert(header.code.clone(), self.current as u32);
        let (numbers, digest) = (Numbers::default(), PaymentDigest::default());
        let (past, remarks) = (self.ctx.takes_over(header.made), Remarks::default());
        self.seen.push(Seen { header, dims, standard, known, lines: 0, total: 0, digest, numbers, past, remarks });
        Ok(Some(self.current))
    }

    /// One line's own columns, all checked even if the first is wrong. With it, what its commitment is made of.
    fn line(&mut self, at: usize, row: &RowView<'_>, errors: &mut RowErrors) -> Option<(Line, (IdNumber, AccountNo))> {
        let number = row.count(col::LINE, errors).map(i64::from);
        let quantity = row.quantity(col::QUANTITY, errors);
        let rate = row.fen(col::RATE, errors);
        let amount = row.fen(col::AMOUNT, errors);
        let account = row.account(col::ACCOUNT, errors);
        let id_no = row.id_no(col::ID_NO, errors);
        if let Some(number) = number {
            self.check_number(at, number, row, errors);
        }
        if let (Some(quantity), Some(rate), Some(amount)) = (quantity, rate, amount) {
            self.check_amount(at, quantity, rate, amount, row, errors);
        }
        let person = id_no.and_then(|id_no| self.person(at, &id_no, row, errors));
        let card = match (&person, account) {
            (Some(person), Some(account)) => self.card(at, person, account.as_str(), row, errors),
            _ => None,
        };
        let (person, card) = (person?, card?);
        let line = Line {
            batch: at as u32,
            line: number?,
            household: self.registry.household_id(&person),
            person: person.id,
            card,
            quantity: quantity?.get(),
            rate: rate?.get(),
            amount: amount?.get(),
            start: 0,
            row: row.number() as i64,
            memo: row.opt_text(col::MEMO).map(Into::into),
        };
        Some((line, (id_no?, account?)))
    }

    fn check_number(&mut self, at: usize, number: i64, row: &RowView<'_>, errors: &mut RowErrors) {
        if !(1..=MOST_LINES).contains(&number) {
            row.refuse(col::LINE, errors, "序号应在 1 至 10,000,000 之间", "请从 1 起顺序编号");
        } else if !self.seen[at].numbers.add(number) {
            row.refuse(col::LINE, errors, "同一批次内序号重复", "请从 1 起顺序编号，每行一个序号");
        }
    }

    /// An error of the line; a remark where a history is taken over.
    fn objection(&mut self, at: usize, row: &RowView<'_>, column: usize, errors: &mut RowErrors, problem: &str, mend: &str) {
        let seen = &mut self.seen[at];
        if seen.past {
            seen.remarks.add(row.number(), column, problem);
        } else {
            row.refuse(column, errors, problem, mend);
        }
    }

    fn check_amount(&mut self, at: usize, quantity: Quantity, rate: Fen, amount: Fen, row: &RowView<'_>, errors: &mut RowErrors) {
        match Fen::times(rate, quantity) {
            Some(due) if due == amount => {}
            Some(due) => {
                let problem = format!("金额不等于 数量×标准，应为 {} 元", due.yuan());
                self.objection(at, row, col::AMOUNT, errors, &problem, "请核对数量、标准和金额（四舍五入到分）");
            }
            None => row.refuse(col::AMOUNT, errors, "数量×标准超出范围", "请核对数量和标准"),
        }
        if amount.is_zero() {
            row.refuse(col::AMOUNT, errors, "金额为零", "不发放的人请从清册中删去");
        }
        if let Some(standard) = &self.seen[at].standard
            && let Some(problem) = standard.problem(rate.get())
        {
            let problem = format!("{problem} {} 元", Fen::new(standard.rate).yuan());
            self.objection(at, row, col::RATE, errors, &problem, "请按政策标准填写；政策已调整的请先导入新标准");
        }
    }

    fn person(&mut self, at: usize, id_no: &IdNumber, row: &RowView<'_>, errors: &mut RowErrors) -> Option<Person> {
        let Some(person) = self.registry.person(id_no, &mut self.after) else {
            row.refuse(col::ID_NO, errors, "查无此人：不在建档立卡人员中", "请核对身份证号，或先导入人员（persons）");
            return None;
        };
        let person = *person;
        let name = self.registry.name(&person);
        if row.text(col::NAME) != name {
            let problem = format!("姓名与登记的“{name}”不一致");
            self.objection(at, row, col::NAME, errors, &problem, "请核对姓名和身份证号；改名的请先更新人员信息");
        }
        let household = row.text(col::HOUSEHOLD);
        if !household.is_empty() && household != self.registry.household_code(&person) {
            let problem = format!("此人登记在户 {}", self.registry.household_code(&person));
            self.objection(at, row, col::HOUSEHOLD, errors, &problem, "请核对户编号；户已变动的请先更新人员信息");
        }
        Some(person)
    }

    fn card(&mut self, at: usize, person: &Person, account: &str, row: &RowView<'_>, errors: &mut RowErrors) -> Option<i64> {
        let day = self.seen[at].header.made_int();
        let own = self.registry.own_card(person, account, day);
        let at_other_time = match own {
            Ok(card) => return Some(card),
            Err(at_other_time) => at_other_time,
        };
        if let Some(card) = self.registry.household_card(person, account, day) {
            return Some(card);
        }
        let problem = if at_other_time { NOT_THEN } else { NOT_OWN };
        if self.seen[at].past
            && let Some(card) = self.registry.any_card(person, account)
        {
            self.seen[at].remarks.add(row.number(), col::ACCOUNT, problem);
            return Some(card);
        }
        if at_other_time {
            row.refuse(col::ACCOUNT, errors, problem, "请改用当前有效的一卡通账户");
        } else {
            row.refuse(col::ACCOUNT, errors, problem, "请核对账号，或先导入一卡通信息（cards）");
        }
        None
    }
}
