//! The six classes of GB/T 42940-2023, one XML file each: 基础, 项目, 预算, 收入, 支出, 决算与报告. The classes are the
//! standard's; element names are ours where its text could not be had (see `reports/audit/gbt42940/README.md`).

use super::ledger_tables::{entries, month_days};
use super::scope::{Scope, credit, debit};
use super::standard::SOFTWARE;
use super::{Personal, business, documents};
use crate::app::{Book, Result};
use crate::domain::money::Fen;
use crate::files::writing::package::Package;
use crate::params;
use crate::store::Tx;

pub(super) fn write(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, personal: Personal) -> Result<()> {
    basics(out, tx, book, scope)?;
    chart(out, scope)?;
    documents::projects(out, tx, book, scope, "项目")?;
    funds(out, tx, book, scope)?;
    business::disbursements(out, tx, book, scope, personal, ("项目支付", true))?;
    business::batches(out, tx, book, scope, "发放批次")?;
    business::lines(out, tx, book, scope, personal, "发放明细")?;
    business::results(out, tx, book, scope, "银行回盘")?;
    business::exits(out, tx, book, scope, "退票处理")?;
    business::refunds(out, tx, book, scope, "退回")?;
    business::progress_table(out, tx, book, scope, "支出进度")?;
    balances(out, scope)?;
    journal(out, tx, book, scope)
}

fn basics(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let head = &scope.head;
    let mut rec = out.table("账簿信息")?;
    rec.fill(&[
        &head.region,
        &head.region_name,
        &head.unit,
        &head.unit_name,
        &head.book,
        &head.book_name,
        &scope.year,
        &SOFTWARE,
        &env!("CARGO_PKG_VERSION"),
        &"人民币",
    ]);
    out.put(&mut rec)?;
    let mut rec = out.table("行政区划")?;
    for (code, name, parent, level) in regions(tx, book)? {
        rec.fill(&[&code, &name, &parent, &level]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("预算单位")?;
    for [code, name, kind, parent, region, uscc] in documents::units(tx, book, scope)? {
        rec.fill(&[&code, &name, &kind, &parent, &region, &uscc]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("补贴政策")?;
    let rows = tx.query(
        "SELECT code, name, department, subject, rate, measure, bound, valid_from, valid_to FROM program WHERE book = $1",
        params![book.id],
    )?;
    let used = scope.items(3);
    let mut programs: Vec<_> = rows.iter().filter(|row| row.text(0).is_ok_and(|code| used.contains_key(code))).collect();
    programs.sort_by_key(|row| (row.string(0).unwrap_or_default(), row.int(7).unwrap_or_default()));
    for row in programs {
        let (rate, from, to) = (Fen::new(row.int(4)?), row.int(7)?, row.opt_int(8)?);
        rec.fill(&[&row.text(0)?, &row.text(1)?, &row.text(2)?, &row.text(3)?, &rate, &row.text(5)?, &row.text(6)?, &from, &to]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("会计期间")?;
    for month in 1..=12 {
        let (first, last) = month_days(scope.year, month);
        rec.fill(&[&month, &first, &last]);
        out.put(&mut rec)?;
    }
    Ok(())
}

fn regions(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<(String, String, String, String)>> {
    let mut regions = Vec::new();
    for row in tx.query("SELECT code, name, parent, level FROM region WHERE book = $1", params![book.id])? {
        regions.push((row.string(0)?, row.string(1)?, row.opt_string(2)?.unwrap_or_default(), row.string(3)?));
    }
    regions.sort();
    Ok(regions)
}

fn chart(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("会计科目")?;
    for account in scope.accounts.values() {
        let group = if account.control { "指标账" } else { "资金账" };
        let side = if account.normal == 1 { "借" } else { "贷" };
        rec.fill(&[&account.code, &account.name, &account.parent, &group, &side, &i64::from(account.leaf)]);
        out.put(&mut rec)?;
    }
    Ok(())
}

fn funds(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let funds = documents::funds(tx, book, scope)?;
    let mut rec = out.table("指标")?;
    for f in &funds {
        rec.fill(&[&f.doc_no, &f.name, &f.level, &f.category, &f.year, &f.function, &f.carried_over, &f.carried_from, &f.amount, &f.memo]);
        out.put(&mut rec)?;
    }
    documents::allocations(out, tx, book, scope, "指标分配")?;
    let mut rec = out.table("资金到账")?;
    for f in &funds {
        rec.fill(&[&f.doc_no, &f.received, &f.level, &f.amount, &f.voucher]);
        out.put(&mut rec)?;
    }
    Ok(())
}

fn balances(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("科目余额")?;
    for (month, code, at) in scope.balances() {
        rec.fill(&[
            &month,
            &code,
            &debit(at.opening),
            &credit(at.opening),
            &Fen::new(at.debit),
            &Fen::new(at.credit),
            &Fen::new(at.year_debit),
            &Fen::new(at.year_credit),
            &debit(at.closing()),
            &credit(at.closing()),
        ]);
        out.put(&mut rec)?;
    }
    Ok(())
}

fn journal(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("记账凭证")?;
    entries(tx, book, scope, |v, line, words| {
        let [fund, unit, project, program] = words;
        rec.fill(&[
            &v.month,
            &v.number,
            &line.line,
            &v.date,
            &v.summary,
            &line.account,
            fund,
            unit,
            project,
            program,
            &Fen::new(line.debit),
            &Fen::new(line.credit),
            &v.maker,
            &v.checker,
        ]);
        Ok(out.put(&mut rec)?)
    })
}
