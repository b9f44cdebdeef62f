//! Periods and the year's end. A month is closed (结账), and reopened only with a reason that stays on record. The year's
//! close takes back money idle past its limit (收回存量), closes what was paid against where the money came from, carries the
//! rest over (结转), closes income and expenditure to 结转结余, and closes the twelve months.

use super::act::{Once, once};
use super::control::hold::{self, Holds};
use super::ledger::{Movement, Posted, Poster};
use super::money::fund::reclaim_in_tx;
use super::projects::gate;
use super::{AppError, Book, Bureau, Context, Result, book};
use crate::domain::calendar::date_to_int;
use crate::domain::ledger::{Draft, Line, Place};
use crate::domain::money::Fen;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a year's close did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearClose {
    pub year: i64,
    /// 结转下年, fen
    pub carried: i64,
    /// 收回, fen, and from which documents
    pub reclaimed: i64,
    pub reclaimed_funds: Vec<String>,
    pub vouchers: Vec<Posted>,
}

/// Closes a month: it takes no more vouchers. Errors: an earlier month of the year is open.
pub fn close_period(bureau: &mut Bureau, ctx: &Context, year: i64, month: i64) -> Result<bool> {
    bureau.write(|tx, book| {
        let open_before = tx.first(
            "SELECT month FROM period WHERE book = $1 AND year = $2 AND month < $3 AND state = 'open' ORDER BY month LIMIT 1",
            params![book.id, year, month],
        )?;
        if let Some(earlier) = open_before {
            let earlier = earlier.int(0)?;
            return AppError::refuse("earlier_open", format!("{year} 年 {earlier} 月尚未结账"), "请按月份顺序结账");
        }
        set_period(tx, book, ctx, year, month, "closed", "月末结账")
    })
}

/// Opens a closed month again; who, when and why stay on record. Errors: no reason; month not closed; year closed.
pub fn reopen_period(bureau: &mut Bureau, ctx: &Context, year: i64, month: i64, reason: &str) -> Result<bool> {
    bureau.write(|tx, book| {
        if reason.trim().is_empty() {
            return AppError::refuse("no_reason", "反结账必须写明理由", "请用 ⟦reason⟧ 写明");
        }
        if year_closed(tx, book, year)? {
            return AppError::refuse("year_closed", format!("{year} 年度已年终结账，不能再打开"), "以前年度差错请在本年度更正");
        }
        set_period(tx, book, ctx, year, month, "open", reason)
    })
}

/// True if the state changed, false if it was so already.
fn set_period(tx: &mut Tx<'_>, book: &Book, ctx: &Context, year: i64, month: i64, state: &str, reason: &str) -> Result<bool> {
    let known = tx.first("SELECT state FROM period WHERE book = $1 AND year = $2 AND month = $3", params![book.id, year, month])?;
    match known {
        Some(row) if row.text(0)? == state => return Ok(false),
        Some(_) => {}
        None => {
            tx.execute(
                "INSERT INTO period (book, year, month, state, vouchers) VALUES ($1, $2, $3, 'open', 0)",
                params![book.id, year, month],
            )?;
            if state == "open" {
                return Ok(false);
            }
        }
    }
    let id = tx.take_ids(book.id, "period_event", 1)?;
    tx.execute(
        "INSERT INTO period_event (book, id, year, month, state, actor, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![book.id, id, year, month, state, &ctx.actor, reason, ctx.now()],
    )?;
    Ok(true)
}

pub fn year_closed(tx: &mut Tx<'_>, book: &Book, year: i64) -> Result<bool> {
    let row = tx.first(
        "SELECT seq FROM voucher WHERE book = $1 AND year = $2 AND month = 12 AND event = 'year_close' LIMIT 1",
        params![book.id, year],
    )?;
    Ok(row.is_some())
}

/// Closes a year. Errors: the year before is not closed; December is closed already.
pub fn close_year(bureau: &mut Bureau, ctx: &Context, year: i64) -> Result<Once<YearClose>> {
    bureau.write(|tx, book| {
        once(tx, book, ctx, "year_close", &format!("year_close:{year}"), &[&year.to_string()], |tx| {
            let earlier =
                tx.first("SELECT year FROM voucher WHERE book = $1 AND year < $2 ORDER BY year DESC LIMIT 1", params![book.id, year])?;
            if let Some(row) = earlier
                && !year_closed(tx, book, row.int(0)?)?
            {
                let open = row.int(0)?;
                return AppError::refuse("year_order", format!("{open} 年度尚未年终结账"), format!("请先 ⟦year.close⟧ {open}"));
            }
            let Some(day) = i32::try_from(year).ok().and_then(|y| NaiveDate::from_ymd_opt(y, 12, 31)) else {
                return AppError::refuse("year", format!("年度 {year} 无效"), "请写四位年度");
            };
            let mut done = YearClose { year, carried: 0, reclaimed: 0, reclaimed_funds: Vec::new(), vouchers: Vec::new() };
            let mut poster = Poster::load(tx, book)?;
            reclaim_idle(tx, book, ctx, &mut poster, day, &mut done)?;
            close_control(tx, book, ctx, &mut poster, day, &mut done)?;
            close_statutory(tx, book, ctx, &mut poster, day, &mut done)?;
            for month in 1..=12 {
                set_period(tx, book, ctx, year, month, "closed", "年终结账")?;
            }
            Ok(done)
        })
    })
}

/// A balance at the end of a day, debit minus credit.
struct Held {
    account: i64,
    dim: i64,
    fund: String,
    amount: i64,
}

fn held(tx: &mut Tx<'_>, book: &Book, roles: &[&str], day: i64) -> Result<Vec<Held>> {
    let mut found = Vec::new();
    for role in roles {
        let rows = tx.query(
            "SELECT y.account, y.dim, d.fund, CAST(SUM(y.debit - y.credit) AS BIGINT)
               FROM account a
               JOIN daily y ON y.book = a.book AND y.account = a.code
               JOIN dim d ON d.book = y.book AND d.id = y.dim
              WHERE a.book = $1 AND a.role = $2 AND y.date <= $3
              GROUP BY y.account, y.dim, d.fund HAVING SUM(y.debit - y.credit) <> 0 ORDER BY d.fund, y.account, y.dim",
            params![book.id, *role, day],
        )?;
        for row in rows {
            found.push(Held { account: row.int(0)?, dim: row.int(1)?, fund: row.string(2)?, amount: row.int(3)? });
        }
    }
    Ok(found)
}

/// Takes back what has been carried over for `idle.reclaim_years` years (预算法第四十二条): first from units, then from the fund.
fn reclaim_idle(tx: &mut Tx<'_>, book: &Book, ctx: &Context, poster: &mut Poster<'_>, day: NaiveDate, done: &mut YearClose) -> Result<()> {
    let limit = book::setting(tx, book, "idle.reclaim_years", date_to_int(day))?;
    let Some(years) = limit.and_then(|text| text.parse::<i64>().ok()) else { return Ok(()) };
    let old: Vec<String> = tx
        .query(
            "SELECT doc_no FROM fund WHERE book = $1 AND COALESCE(carried_from, year) + $2 <= $3 ORDER BY doc_no",
            params![book.id, years, done.year],
        )?
        .iter()
        .map(|row| row.string(0))
        .collect::<std::result::Result<_, _>>()?;
    let idle = held(tx, book, &[Place::Allocated.role()], date_to_int(day))?;
    for fund in old {
        let home = poster.dim(tx, &fund, 0)?;
        let back: Vec<Movement> =
            idle.iter().filter(|h| h.fund == fund).map(|h| Movement { from: h.dim, to: home, amount: Fen::new(h.amount) }).collect();
        if !back.is_empty() {
            let draft = poster.draft("adjust", "", day, &fund, &back)?;
            done.vouchers.push(poster.post(tx, ctx, draft)?);
        }
        let unspent: i64 =
            held(tx, book, &[Place::Unallocated.role()], date_to_int(day))?.iter().filter(|h| h.dim == home).map(|h| h.amount).sum();
        if unspent > 0 {
            done.vouchers.push(reclaim_in_tx(tx, book, ctx, poster, "", &fund, Fen::new(unspent), day)?);
            done.reclaimed += unspent;
            done.reclaimed_funds.push(fund);
        }
    }
    Ok(())
}

/// Paid and reclaimed money goes out against its sources; what the sources still hold becomes 上年结转来源.
fn close_control(tx: &mut Tx<'_>, book: &Book, ctx: &Context, poster: &mut Poster<'_>, day: NaiveDate, done: &mut YearClose) -> Result<()> {
    let date = date_to_int(day);
    let gone = held(tx, book, &[Place::PaidHousehold.role(), Place::PaidPayee.role(), Place::Reclaimed.role()], date)?;
    let sources = held(tx, book, &[Place::SourceCarried.role(), Place::SourceUpper.role(), Place::SourceOwn.role()], date)?;
    let carried = poster.chart.place(Place::SourceCarried);
    let mut leaving: BTreeMap<&str, i64> = BTreeMap::new();
    let mut lines = Vec::new();
    for held in &gone {
        *leaving.entry(&held.fund).or_default() += held.amount;
        lines.push(Line::credit(held.account, held.dim, Fen::new(held.amount)));
    }
    for source in &sources {
        let have = -source.amount;
        let left = leaving.entry(&source.fund).or_default();
        let closed = have.min(*left);
        *left -= closed;
        lines.push(Line::debit(source.account, source.dim, Fen::new(closed)));
        let rest = have - closed;
        done.carried += rest;
        if source.account != carried {
            lines.push(Line::debit(source.account, source.dim, Fen::new(rest)));
            lines.push(Line::credit(carried, source.dim, Fen::new(rest)));
        }
    }
    post_closing(tx, ctx, poster, day, format!("{} 年度指标结转", done.year), lines, done)
}

/// Income and expenditure go to 结转结余 (财政总预算会计制度).
fn close_statutory(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    poster: &mut Poster<'_>,
    day: NaiveDate,
    done: &mut YearClose,
) -> Result<()> {
    let Some(surplus) = poster.chart.with_role("surplus").first().map(|account| account.code) else { return Ok(()) };
    let mut lines = Vec::new();
    for held in held(tx, book, &["income", "expenditure"], date_to_int(day))? {
        let amount = Fen::new(held.amount.abs());
        if held.amount > 0 {
            lines.push(Line::credit(held.account, held.dim, amount));
            lines.push(Line::debit(surplus, held.dim, amount));
        } else {
            lines.push(Line::debit(held.account, held.dim, amount));
            lines.push(Line::credit(surplus, held.dim, amount));
        }
    }
    post_closing(tx, ctx, poster, day, format!("{} 年度收支结转", done.year), lines, done)
}

fn post_closing(
    tx: &mut Tx<'_>,
    ctx: &Context,
    poster: &mut Poster<'_>,
    day: NaiveDate,
    summary: String,
    lines: Vec<Line>,
    done: &mut YearClose,
) -> Result<()> {
    if lines.iter().all(|line| line.debit.is_zero() && line.credit.is_zero()) {
        return Ok(());
    }
    let draft = Draft { closing: true, lines, ..Draft::new(day, "year_close", summary, &done.year.to_string()) };
    done.vouchers.push(poster.post(tx, ctx, draft)?);
    Ok(())
}

/// Takes a voucher back in red (红字冲销), with its own date in an open period.
/// Errors: no such voucher; reversed before; a closing entry; it has payee lines or would take a place below zero.
pub fn reverse(bureau: &mut Bureau, ctx: &Context, seq: i64, date: NaiveDate, reason: &str) -> Result<Once<Posted>> {
    bureau.write(|tx, book| {
        let parts = [seq.to_string(), date.to_string(), reason.to_string()];
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        once(tx, book, ctx, "reverse", &format!("reverse:{seq}"), &parts, |tx| reverse_in_tx(tx, book, ctx, seq, date, reason))
    })
}

fn reverse_in_tx(tx: &mut Tx<'_>, book: &Book, ctx: &Context, seq: i64, date: NaiveDate, reason: &str) -> Result<Posted> {
    let found = tx.first(
        "SELECT v.event, v.reference, v.date, v.reverses, (SELECT r.seq FROM voucher r WHERE r.book = v.book AND r.reverses = v.seq)
           FROM voucher v WHERE v.book = $1 AND v.seq = $2",
        params![book.id, seq],
    )?;
    let Some(found) = found else {
        return AppError::refuse("no_voucher", format!("没有序号为 {seq} 的凭证"), "请用 ⟦voucher.list⟧ 查看");
    };
    if let Some(reversal) = found.opt_int(4)? {
        return AppError::refuse("reversed", format!("该凭证已由序号 {reversal} 的凭证冲销"), "一张凭证只能冲销一次");
    }
    let event = found.string(0)?;
    if found.opt_int(3)?.is_some()
        || !matches!(event.as_str(), "receive" | "allocate" | "adjust" | "reclaim" | "pay" | "move" | "onward" | "retain")
    {
        let mend = "发放类业务请用 撤销、退票释放 或 退回 更正；冲销凭证和结账凭证不能再冲销";
        return AppError::refuse("not_reversible", format!("“{event}”类凭证不能直接冲销"), mend);
    }
    if found.int(2)? > date_to_int(date) {
        return AppError::refuse("date_order", "冲销日期早于原凭证日期", "请用原凭证当日或之后的日期");
    }
    let lines =
        tx.query("SELECT account, dim, debit, credit FROM posting WHERE book = $1 AND voucher = $2 ORDER BY line", params![book.id, seq])?;
    if event == "adjust" {
        // gives back what was taken from a project: that is an allocation
        let dims = lines.iter().map(|line| line.int(1)).collect::<std::result::Result<Vec<_>, _>>()?;
        for project in gate::projects_of_dims(tx, book, &dims)? {
            gate::refuse(tx, book, ctx, &project, date)?;
        }
    }
    let mut draft = Draft::new(date, &event, format!("红字冲销 序号 {seq}：{reason}"), found.text(1)?);
    draft.reverses = Some(seq);
    for line in &lines {
        draft.lines.push(Line {
            account: line.int(0)?,
            dim: line.int(1)?,
            debit: Fen::new(-line.int(2)?),
            credit: Fen::new(-line.int(3)?),
        });
    }
    let passed = if event == "adjust" { refuse_held(tx, book, &draft)? } else { Vec::new() };
    hold::record(tx, book, ctx, "reversal", &seq.to_string(), &passed)?;
    Poster::load(tx, book)?.post(tx, ctx, draft)
}

/// To reverse what was taken down is to allocate anew: not to a unit or fund that is held.
fn refuse_held(tx: &mut Tx<'_>, book: &Book, draft: &Draft) -> Result<Vec<hold::Use>> {
    let (mut holds, chart) = (Holds::load(tx, book)?, book::chart(tx, book)?);
    let mut passed = Vec::new();
    for line in draft.lines.iter().filter(|line| line.account == chart.place(Place::Allocated)) {
        let (key, amount) = (super::ledger::dim_key(tx, book, line.dim)?, Fen::new(-line.credit.get()));
        match holds.admit(&key.unit, &key.fund, amount, draft.date) {
            Ok(uses) => passed.extend(uses),
            Err(stopped) => return AppError::refuse("held", stopped.problem, stopped.mend),
        }
    }
    Ok(passed)
}
