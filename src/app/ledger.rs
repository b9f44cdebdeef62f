//! Posting: the one way in which vouchers come to be. An event and its movements become lines by the book's templates, the
//! draft is balanced, shortages are told all at once, and the voucher takes its number and its link in the chain.

use super::{AppError, Book, Context, Refusal, Result, book};
use crate::domain::calendar::date_to_int;
use crate::domain::ledger::chain::{self, DimKey, Seal};
use crate::domain::ledger::{Balanced, Chart, Draft, Line, Templates};
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Money that moves from one dimension set to another (often the same).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    pub from: i64,
    pub to: i64,
    pub amount: Fen,
}

impl Movement {
    pub fn within(dim: i64, amount: Fen) -> Movement {
        Movement { from: dim, to: dim, amount }
    }
}

/// A voucher as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    pub seq: i64,
    pub year: i64,
    pub month: i64,
    pub number: i64,
}

impl Posted {
    /// 凭证号 as people write it: `2018-09-12`, the twelfth of September 2018.
    pub fn label(&self) -> String {
        voucher_label(self.year, self.month, self.number)
    }
}

pub fn voucher_label(year: i64, month: i64, number: i64) -> String {
    format!("记-{year}-{month:02}-{number:04}")
}

/// Writes vouchers within one transaction.
pub struct Poster<'b> {
    book: &'b Book,
    pub chart: Chart,
    templates: Templates,
    dims: HashMap<i64, DimKey>,
}

impl<'b> Poster<'b> {
    pub fn load(tx: &mut Tx<'_>, book: &'b Book) -> Result<Poster<'b>> {
        Ok(Poster { book, chart: book::chart(tx, book)?, templates: book::templates(tx, book)?, dims: HashMap::new() })
    }

    /// The dimension set of a fund, unallocated (`allocation` 0) or under an allocation; made where missing.
    pub fn dim(&mut self, tx: &mut Tx<'_>, fund: &str, allocation: i64) -> Result<i64> {
        let known =
            tx.first("SELECT id FROM dim WHERE book = $1 AND fund = $2 AND allocation = $3", params![self.book.id, fund, allocation])?;
        if let Some(row) = known {
            return Ok(row.int(0)?);
        }
        let id = tx.take_ids(self.book.id, "dim", 1)?;
        tx.execute("INSERT INTO dim (book, id, fund, allocation) VALUES ($1, $2, $3, $4)", params![self.book.id, id, fund, allocation])?;
        Ok(id)
    }

    /// Draft of an event: its template's lines for each movement; debits at `to`, credits at `from`.
    /// Errors: the book has no template for it on that day.
    pub fn draft(&self, event: &str, variant: &str, date: NaiveDate, reference: &str, movements: &[Movement]) -> Result<Draft> {
        let template = self.templates.of(event, variant, date_to_int(date));
        let Some(first) = template.first() else {
            return AppError::refuse(
                "no_template",
                format!("账套没有 {date} 生效的记账模板“{event} {variant}”"),
                "请用 ⟦chart.load⟧ 装入当年的记账模板",
            );
        };
        let mut draft = Draft::new(date, event, first.summary.replace("{reference}", reference), reference);
        for movement in movements {
            for line in &template {
                draft.lines.push(if line.debit {
                    Line::debit(line.account, movement.to, movement.amount)
                } else {
                    Line::credit(line.account, movement.from, movement.amount)
                });
            }
        }
        Ok(draft)
    }

    /// Writes the voucher. Errors: unbalanced, short of money (every shortage), period closed, maker is checker.
    pub fn post(&mut self, tx: &mut Tx<'_>, ctx: &Context, draft: Draft) -> Result<Posted> {
        if ctx.actor.is_empty() || ctx.actor == ctx.checker {
            return AppError::refuse("maker_is_checker", "制单人与复核人不能是同一人，且不能为空", "请由另一人复核（⟦checker⟧）");
        }
        let balanced = Balanced::new(draft, &self.chart)?;
        let draft = balanced.draft();
        self.refuse_shortages(tx, draft)?;
        let number = self.next_number(tx, draft.date)?;
        let head = tx.one("SELECT seq, hash FROM chain WHERE book = $1", params![self.book.id])?;
        let (seq, previous) = (head.int(0)? + 1, head.digest(1)?);
        self.load_dims(tx, draft)?;
        let file_digest = match draft.file {
            Some(file) => tx.one("SELECT digest FROM file WHERE book = $1 AND id = $2", params![self.book.id, file])?.bytes(0)?.to_vec(),
            None => Vec::new(),
        };
        let date = date_to_int(draft.date);
        let seal = Seal {
            book: &self.book.code,
            seq,
            number,
            date,
            maker: &ctx.actor,
            checker: &ctx.checker,
            file_digest: &file_digest,
            recorded_at: ctx.now(),
        };
        let none = DimKey::default();
        let hash = chain::voucher_hash(&previous, draft, &seal, |dim| self.dims.get(&dim).unwrap_or(&none));
        self.insert(tx, draft, &seal, &previous, &hash)?;
        Ok(Posted { seq, year: date / 10_000, month: date / 100 % 100, number })
    }

    fn insert(&self, tx: &mut Tx<'_>, draft: &Draft, seal: &Seal<'_>, previous: &[u8; 32], hash: &[u8; 32]) -> Result<()> {
        let book = self.book.id;
        for (index, line) in draft.lines.iter().enumerate() {
            tx.execute(
                "INSERT INTO posting (book, voucher, line, date, closing, account, dim, debit, credit)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                params![
                    book,
                    seal.seq,
                    index as i64 + 1,
                    seal.date,
                    i64::from(draft.closing),
                    line.account,
                    line.dim,
                    line.debit.get(),
                    line.credit.get()
                ],
            )?;
        }
        let (details, digest) = draft.details.map_or((0, Vec::new()), |(count, digest)| (count, digest.to_vec()));
        tx.execute(
            "INSERT INTO voucher (book, seq, year, month, number, date, closing, event, summary, attachments, maker, checker,
               reverses, reference, file, details, details_digest, recorded_at, prev_hash, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
            params![
                book,
                seal.seq,
                seal.date / 10_000,
                seal.date / 100 % 100,
                seal.number,
                seal.date,
                i64::from(draft.closing),
                &draft.event,
                &draft.summary,
                draft.attachments,
                seal.maker,
                seal.checker,
                draft.reverses,
                &draft.reference,
                draft.file,
                details,
                digest,
                seal.recorded_at,
                *previous,
                *hash
            ],
        )?;
        Ok(())
    }

    /// Number that the next voucher of the date's month takes; the period is made when first used.
    fn next_number(&self, tx: &mut Tx<'_>, date: NaiveDate) -> Result<i64> {
        let day = date_to_int(date);
        let (year, month) = (day / 10_000, day / 100 % 100);
        if year < self.book.first_year {
            return AppError::refuse(
                "before_book",
                format!("日期 {date} 早于账套启用年度 {}", self.book.first_year),
                "请核对日期；启用前的资金请作为上年结转导入",
            );
        }
        let row = tx
            .first("SELECT state, vouchers FROM period WHERE book = $1 AND year = $2 AND month = $3", params![self.book.id, year, month])?;
        match row {
            Some(row) if row.text(0)? == "open" => Ok(row.int(1)? + 1),
            Some(_) => AppError::refuse(
                "period_closed",
                format!("{year} 年 {month} 月已结账，不能再记 {date} 的凭证"),
                format!("请改用未结账月份的日期，或由主管 ⟦period.reopen⟧ {year}-{month:02} 并写明理由"),
            ),
            None => {
                tx.execute(
                    "INSERT INTO period (book, year, month, state, vouchers) VALUES ($1, $2, $3, 'open', 0)",
                    params![self.book.id, year, month],
                )?;
                Ok(1)
            }
        }
    }

    fn load_dims(&mut self, tx: &mut Tx<'_>, draft: &Draft) -> Result<()> {
        for line in &draft.lines {
            if !self.dims.contains_key(&line.dim) {
                let key = dim_key(tx, self.book, line.dim)?;
                self.dims.insert(line.dim, key);
            }
        }
        Ok(())
    }

    /// Tells every place that would go below zero: what is short, by how much, where.
    fn refuse_shortages(&mut self, tx: &mut Tx<'_>, draft: &Draft) -> Result<()> {
        let mut net: HashMap<(i64, i64), i64> = HashMap::new();
        for line in &draft.lines {
            if self.chart.get(line.account).is_some_and(|a| a.guarded) {
                *net.entry((line.account, line.dim)).or_default() += line.debit.get() - line.credit.get();
            }
        }
        let mut refusals = Vec::new();
        let mut keys: Vec<_> = net.into_iter().collect();
        keys.sort_unstable();
        for ((code, dim), change) in keys {
            let Some(account) = self.chart.get(code) else { continue };
            let sign = if account.debit_normal { 1 } else { -1 };
            if sign * change >= 0 {
                continue;
            }
            let have = sign * balance(tx, self.book, code, dim)?;
            let need = -(sign * change);
            if have < need {
                let key = dim_key(tx, self.book, dim)?;
                refusals.push(shortage(&account.name, &key, have, need));
            }
        }
        if refusals.is_empty() { Ok(()) } else { Err(AppError::Refused(refusals)) }
    }
}

fn shortage(place: &str, key: &DimKey, have: i64, need: i64) -> Refusal {
    let mut at = format!("指标 {}", key.fund);
    for (title, value) in [("分配文", &key.allocation), ("单位", &key.unit), ("项目", &key.project), ("政策", &key.program)] {
        if !value.is_empty() {
            at.push_str(&format!("、{title} {value}"));
        }
    }
    let yuan = |fen: i64| Fen::new(fen).yuan_grouped();
    Refusal::new(
        "short_of_money",
        format!("“{place}”余额不足：{at}，现有 {} 元，需要 {} 元，差 {} 元", yuan(have), yuan(need), yuan(need - have)),
        "请先下达或调增，或减少本次金额",
    )
}

/// Debit minus credit of an account and dimension set, in fen.
pub fn balance(tx: &mut Tx<'_>, book: &Book, account: i64, dim: i64) -> Result<i64> {
    let row =
        tx.first("SELECT debit - credit FROM balance WHERE book = $1 AND account = $2 AND dim = $3", params![book.id, account, dim])?;
    row.map_or(Ok(0), |row| row.int(0)).map_err(Into::into)
}

/// The words of a dimension set.
pub fn dim_key(tx: &mut Tx<'_>, book: &Book, dim: i64) -> Result<DimKey> {
    let row = tx.one(
        "SELECT d.fund, COALESCE(a.doc_no, ''), COALESCE(a.unit, ''), COALESCE(a.project, ''), COALESCE(a.program, '')
           FROM dim d LEFT JOIN allocation a ON a.book = d.book AND a.id = d.allocation
          WHERE d.book = $1 AND d.id = $2",
        params![book.id, dim],
    )?;
    Ok(DimKey { fund: row.string(0)?, allocation: row.string(1)?, unit: row.string(2)?, project: row.string(3)?, program: row.string(4)? })
}
