//! Tables of ISO 21378:2019 (BAS_…, GL_…, AP_…), one CSV file each, and three tables of our own (EXT_…) for what the
//! standard has no table for: the one-card lines, the bank's answers and progress.

use super::ledger_tables::{entries, month_days, vouchers};
use super::scope::{Scope, credit, debit};
use super::standard::SOFTWARE;
use super::{Personal, business, documents};
use crate::app::context::china_time;
use crate::app::{Book, Result};
use crate::domain::audit::truth::AUX_TYPES;
use crate::domain::money::Fen;
use crate::files::writing::package::Package;
use crate::store::Tx;
use std::collections::BTreeSet;

const KIND: &str = "记";

pub(super) fn write(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, personal: Personal) -> Result<()> {
    basics(out, tx, book, scope)?;
    registers(out, tx, book, scope)?;
    balances(out, scope)?;
    journal(out, tx, book, scope)?;
    business::disbursements(out, tx, book, scope, personal, ("AP_Payments_Made", false))?;
    business::lines(out, tx, book, scope, personal, "EXT_Card_Payment_Lines")?;
    business::results(out, tx, book, scope, "EXT_Card_Payment_Results")?;
    business::progress_table(out, tx, book, scope, "EXT_Expenditure_Progress")
}

fn basics(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let head = &scope.head;
    let mut rec = out.table("BAS_Profile")?;
    rec.fill(&[&head.book, &head.book_name, &head.unit_name, &scope.year, &SOFTWARE, &env!("CARGO_PKG_VERSION"), &"CNY"]);
    out.put(&mut rec)?;
    let mut rec = out.table("BAS_Accounting_Period")?;
    for month in 1..=12 {
        let (first, last) = month_days(scope.year, month);
        rec.fill(&[&scope.year, &month, &first, &last]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("BAS_Currency")?;
    rec.fill(&[&"CNY", &"人民币"]);
    out.put(&mut rec)?;
    let mut rec = out.table("BAS_Journal_Entry_Type")?;
    rec.fill(&[&KIND, &"记账凭证"]);
    out.put(&mut rec)?;
    let mut people: BTreeSet<String> = BTreeSet::new();
    vouchers(tx, book, scope, |voucher| {
        people.extend([&voucher.maker, &voucher.checker].into_iter().filter(|name| !name.is_empty()).cloned());
        Ok(())
    })?;
    let mut rec = out.table("BAS_User")?;
    for name in &people {
        rec.fill(&[name, name]);
        out.put(&mut rec)?;
    }
    Ok(())
}

fn registers(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("BAS_Business_Segment")?;
    for [code, name, kind, parent, _, _] in documents::units(tx, book, scope)? {
        rec.fill(&[&code, &name, &kind, &parent]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("BAS_Project")?;
    for row in documents::project_rows(tx, book, scope)? {
        let (started, finished) = (row.opt_int(13)?, row.opt_int(14)?);
        rec.fill(&[&row.text(0)?, &row.text(1)?, &row.text(2)?, &Fen::new(row.int(6)?), &started, &finished, &row.text(17)?]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("BAS_Chart_Of_Accounts")?;
    for account in scope.accounts.values() {
        let group = if account.control { "指标账" } else { "资金账" };
        let side = if account.normal == 1 { "D" } else { "C" };
        rec.fill(&[&account.code, &account.name, &group, &side, &account.parent, &i64::from(account.leaf)]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("BAS_Customized_ACC_Segment")?;
    for (code, name) in AUX_TYPES {
        rec.fill(&[&code, &name]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("BAS_Customized_ACC_Value")?;
    for (kind, (code, _)) in AUX_TYPES.iter().enumerate() {
        for (item, name) in scope.items(kind) {
            rec.fill(&[code, &item, &name, &scope.fund_year(kind, item)]);
            out.put(&mut rec)?;
        }
    }
    Ok(())
}

fn balances(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("GL_Trial_Balance")?;
    for (month, code, at) in scope.balances() {
        rec.fill(&[
            &scope.year,
            &month,
            &code,
            &"CNY",
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
    let mut rec = out.table("GL_Details")?;
    entries(tx, book, scope, |v, line, words| {
        let [fund, unit, project, program] = words;
        let (time, reversal) = (china_time(v.recorded_at), i64::from(v.reverses.is_some()));
        rec.fill(&[
            &v.year,
            &v.month,
            &v.number,
            &line.line,
            &KIND,
            &v.date,
            &time,
            &v.summary,
            &line.account,
            &Fen::new(line.debit),
            &Fen::new(line.credit),
            &"CNY",
            &v.maker,
            &v.checker,
            &reversal,
            &v.reverses,
            &v.seq,
            fund,
            unit,
            project,
            program,
        ]);
        Ok(out.put(&mut rec)?)
    })
}
