//! The auditors' own tables (财务数据标准表: DZZBXX, KJKM, KMYE, JZPZ, PZFZMX …) and the business tables, one CSV file each.
//! 会计体系 01 is 资金账, the statutory book; 02 is 指标账, the budget control book.

use super::ledger_tables::{counterparts, entries, month_days, vouchers};
use super::scope::{AccountFacts, Figures, Month, Scope, credit, debit};
use super::{Personal, business, cases, documents, findings, ladder};
use crate::app::context::china_time;
use crate::app::{Book, Result};
use crate::domain::audit::Record;
use crate::domain::audit::truth::AUX_TYPES;
use crate::domain::ledger::chain::hex;
use crate::domain::money::Fen;
use crate::files::writing::package::Package;
use crate::store::Tx;

pub(super) const SOFTWARE: &str = "阳光账 Sunledger";
const KIND: (&str, &str) = ("记", "记账");

pub(super) fn write(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope, personal: Personal) -> Result<()> {
    basics(out, scope)?;
    accounts(out, scope)?;
    items(out, scope)?;
    openings(out, scope)?;
    balances(out, scope)?;
    journal(out, tx, book, scope)?;
    auxiliary_entries(out, tx, book, scope)?;
    auxiliary_openings(out, scope)?;
    auxiliary_balances(out, scope)?;
    units(out, tx, book, scope)?;
    voucher_list(out, tx, book, scope)?;
    funds(out, tx, book, scope)?;
    documents::allocations(out, tx, book, scope, "FP")?;
    documents::projects(out, tx, book, scope, "XM")?;
    business::disbursements(out, tx, book, scope, personal, ("ZF", true))?;
    business::batches(out, tx, book, scope, "YKT")?;
    business::lines(out, tx, book, scope, personal, "YKTMX")?;
    business::results(out, tx, book, scope, "HP")?;
    business::exits(out, tx, book, scope, "TPCL")?;
    business::refunds(out, tx, book, scope, "TH")?;
    business::progress_table(out, tx, book, scope, "JD")?;
    let known = cases::write(out, tx, book, scope, personal)?;
    findings::write(out, tx, book, scope, personal, &known)?;
    ladder::runs(out, tx, book, scope)?;
    ladder::inspections(out, tx, book, scope, personal)
}

/// The seven columns at the head of each ledger table.
fn head<'r>(rec: &'r mut Record, scope: &Scope) -> &'r mut Record {
    let head = &scope.head;
    rec.set("XZQHDM", &head.region).set("XZQHMC", &head.region_name).set("KJND", scope.year).set("DWMC", &head.unit_name);
    rec.set("DWDM", &head.unit).set("KJDZZBBH", &head.book).set("KJDZZBMC", &head.book_name)
}

fn system(account: &AccountFacts) -> &'static str {
    if account.control { "02" } else { "01" }
}

/// 1 借, -1 贷, 0 平
fn side(net: i64) -> i64 {
    net.signum()
}

fn class(account: &AccountFacts) -> (&'static str, &'static str) {
    if account.control {
        return ("9", "预算指标");
    }
    match account.code.to_string().as_bytes().first() {
        Some(b'1') => ("1", "资产"),
        Some(b'2') => ("2", "负债"),
        Some(b'3') => ("3", "净资产"),
        Some(b'4') => ("4", "收入"),
        Some(b'5') => ("5", "支出"),
        _ => ("8", "其他"),
    }
}

fn is_cash(account: &AccountFacts) -> i64 {
    i64::from(["1001", "1002", "1011", "1021"].contains(&account.code.to_string().as_str()))
}

fn basics(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("DZZBXX")?;
    head(&mut rec, scope).set("DWXZ", "行政单位").set("HYFL", "财政").set("KFDW", SOFTWARE).set("BBH", env!("CARGO_PKG_VERSION"));
    rec.set("BWB", "人民币").set("KJKMJG", "4-2").set("SFHYYSZ", 1);
    out.put(&mut rec)?;
    let mut rec = out.table("KJQJDY")?;
    for month in 1..=12 {
        let (first, last) = month_days(scope.year, month);
        head(&mut rec, scope).set("KJYF", month).set("KSRQ", first).set("JZRQ", last);
        out.put(&mut rec)?;
    }
    Ok(())
}

fn accounts(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("KJKM")?;
    for account in scope.accounts.values() {
        let class = class(account);
        head(&mut rec, scope).set("KJTX", system(account)).set("KJKMBM", account.code).set("KJKMMC", &account.name);
        rec.set("KMQC", &account.full).set("KJKMJC", account.level).set("FZHSBZ", i64::from(account.leaf));
        rec.set("FZHSX", if account.leaf { "指标;预算单位;项目;补贴政策" } else { "" }).set("KMLBBH", class.0).set("KMLBMC", class.1);
        rec.set("YEFX", account.normal).set("SJKMBM", account.parent).set("SFZDJKM", i64::from(account.leaf));
        rec.set("SFXJHXJDJW", is_cash(account));
        out.put(&mut rec)?;
    }
    Ok(())
}

fn items(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("FZLX")?;
    for (code, name) in AUX_TYPES {
        head(&mut rec, scope).set("FZLX", code).set("FZLXMC", name);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("FZXX")?;
    for (kind, (code, _)) in AUX_TYPES.iter().enumerate() {
        for (item, name) in scope.items(kind) {
            head(&mut rec, scope).set("FZLX", *code).set("FZBM", item).set("FZMC", name).set("FZQC", name).set("FZJC", 1);
            rec.set("SFWYSFZ", 1);
            out.put(&mut rec)?;
        }
    }
    Ok(())
}

/// The columns that say which account a row is about.
fn subject<'r>(rec: &'r mut Record, account: &AccountFacts) -> &'r mut Record {
    rec.set("KJTX", system(account)).set("KJKMBM", account.code).set("KJKMMC", &account.name).set("KMQC", &account.full)
}

fn openings(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("KMNCS")?;
    for (code, figures) in &scope.totals {
        let Some(account) = scope.accounts.get(code) else { continue };
        subject(head(&mut rec, scope).set("KJYF", 0), account).set("KJKMJC", account.level).set("SFZDJKM", i64::from(account.leaf));
        rec.set("SJKMBM", account.parent).set("SFXJHXJDJW", is_cash(account)).set("BZMC", "人民币");
        rec.set("YEFX", side(figures.opening)).set("BBQCYE", Fen::new(figures.opening.saturating_abs()));
        out.put(&mut rec)?;
    }
    Ok(())
}

/// The figures of an account in a month, debit and credit balances apart.
fn figures(rec: &mut Record, at: &Month) {
    rec.set("NCJFYE", debit(at.year_opening)).set("NCDFYE", credit(at.year_opening)).set("NCYEFX", side(at.year_opening));
    rec.set("QCJFYE", debit(at.opening)).set("QCDFYE", credit(at.opening)).set("QCYEFX", side(at.opening));
    rec.set("JFFSE", Fen::new(at.debit)).set("JFLJFSE", Fen::new(at.year_debit));
    rec.set("DFFSE", Fen::new(at.credit)).set("DFLJFSE", Fen::new(at.year_credit));
    rec.set("QMJFYE", debit(at.closing())).set("QMDFYE", credit(at.closing())).set("QMYEFX", side(at.closing())).set("FLS", at.entries);
}

fn balances(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("KMYE")?;
    for month in 1..=scope.last_month {
        for (code, sums) in &scope.totals {
            let Some(account) = scope.accounts.get(code) else { continue };
            subject(head(&mut rec, scope).set("KJYF", month), account);
            figures(&mut rec, &sums.month(month));
            rec.set("KJKMJB", account.level).set("SFZDJKM", i64::from(account.leaf)).set("SJKMBM", account.parent);
            rec.set("SFXJHXJDJW", is_cash(account)).set("BZMC", "人民币").set("BZDM", "CNY");
            out.put(&mut rec)?;
        }
    }
    Ok(())
}

/// `2019-08-记-7-952-01`: year, month, kind, number, line and system.
fn entry_key(voucher: &crate::app::stored::Stored, line: i64, account: &AccountFacts) -> String {
    format!("{}-{:02}-{}-{}-{line}-{}", voucher.year, voucher.month, KIND.0, voucher.number, system(account))
}

fn book_kind(account: &AccountFacts) -> &'static str {
    if account.control { "预记" } else { "财记" }
}

fn journal(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("JZPZ")?;
    entries(tx, book, scope, |v, line, words| {
        let Some(account) = scope.accounts.get(&line.account) else { return Ok(()) };
        let (codes, names) = counterparts(scope, v, line);
        head(&mut rec, scope).set("KJYF", v.month).set("JZPZRQ", v.date).set("JZLXBH", KIND.0).set("JZLXMC", KIND.1);
        rec.set("JZPZZL", book_kind(account)).set("JZPZBH", v.number).set("JZPZHH", line.line);
        rec.set("FLXH", entry_key(v, line.line, account)).set("JZPZZY", &v.summary);
        subject(&mut rec, account).set("JFFSE", Fen::new(line.debit)).set("DFFSE", Fen::new(line.credit));
        rec.set("DFKMBM", codes).set("DFKMMC", names).set("BZ", "人民币").set("FJS", v.attachments);
        rec.set("ZDRY", &v.maker).set("FHRY", &v.checker).set("JZRY", &v.maker).set("YPZH", &v.reference);
        rec.set("JZBZ", 1).set("ZFBZ", 0).set("SFJZ", v.closing).set("SFWYSZ", i64::from(account.control));
        if matches!(v.event.as_str(), "pay" | "move" | "onward" | "retain" | "retention_pay" | "send") {
            rec.set("ZFDJBH", &v.reference);
        }
        let fund = scope.funds.get(&words[0]).cloned().unwrap_or_default();
        rec.set("GNKMDM", fund.function).set("ZJXZMC", fund.category).set("ZBLYMC", fund.level);
        let (kind, code) = if words[2].is_empty() { (3, &words[3]) } else { (2, &words[2]) };
        rec.set("YSXMDM", code).set("YSXMMC", if code.is_empty() { "" } else { scope.name(kind, code) }).set("ZBWHMC", &words[0]);
        Ok(out.put(&mut rec)?)
    })
}

fn auxiliary_entries(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("PZFZMX")?;
    entries(tx, book, scope, |v, line, words| {
        let Some(account) = scope.accounts.get(&line.account) else { return Ok(()) };
        for (kind, (code, _)) in AUX_TYPES.iter().enumerate().filter(|(kind, _)| !words[*kind].is_empty()) {
            let (item, name) = (&words[kind], scope.name(kind, &words[kind]));
            head(&mut rec, scope).set("KJYF", v.month).set("PZLXBH", KIND.0).set("JZPZZL", book_kind(account));
            rec.set("JZPZBH", v.number).set("JZPZHH", line.line).set("FLXH", entry_key(v, line.line, account)).set("JZPZZY", &v.summary);
            rec.set("KJTX", system(account)).set("KJKMBM", account.code).set("KJKMMC", &account.name);
            rec.set("FZLX", *code).set("FZBM", item).set("FZMC", name).set("FZQC", name).set("YJFZBM", item);
            rec.set("JFFSE", Fen::new(line.debit)).set("DFFSE", Fen::new(line.credit)).set("BZ", "人民币");
            out.put(&mut rec)?;
        }
        Ok(())
    })
}

/// Each account and item of each kind, in order.
fn by_items(scope: &Scope, mut each: impl FnMut(&AccountFacts, usize, &str, &Figures) -> Result<()>) -> Result<()> {
    for kind in 0..AUX_TYPES.len() {
        for ((code, item), sums) in scope.by_item(kind) {
            if let Some(account) = scope.accounts.get(&code) {
                each(account, kind, item, &sums)?;
            }
        }
    }
    Ok(())
}

fn auxiliary_openings(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("FZNCS")?;
    by_items(scope, |account, kind, item, sums| {
        subject(head(&mut rec, scope).set("KJYF", 0), account).set("FZLX", AUX_TYPES[kind].0).set("FZBM", item);
        rec.set("FZMC", scope.name(kind, item)).set("YEFX", side(sums.opening)).set("BBQCYE", Fen::new(sums.opening.saturating_abs()));
        Ok(out.put(&mut rec)?)
    })
}

fn auxiliary_balances(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("FZYE")?;
    for month in 1..=scope.last_month {
        by_items(scope, |account, kind, item, sums| {
            subject(head(&mut rec, scope).set("KJYF", month), account).set("FZLX", AUX_TYPES[kind].0).set("FZBM", item);
            rec.set("FZMC", scope.name(kind, item)).set("FZJB", 1);
            figures(&mut rec, &sums.month(month));
            rec.set("BZMC", "人民币").set("BZDM", "CNY");
            Ok(out.put(&mut rec)?)
        })?;
    }
    Ok(())
}

fn units(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("YSDW")?;
    for [code, name, kind, parent, region, uscc] in documents::units(tx, book, scope)? {
        head(&mut rec, scope).set("YSDWBM", code).set("YSDWMC", name).set("DWLX", kind).set("SJDWBM", parent);
        rec.set("XZQH", region).set("TYSHXYDM", uscc);
        out.put(&mut rec)?;
    }
    Ok(())
}

fn voucher_list(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("PZML")?;
    vouchers(tx, book, scope, |v| {
        let time = china_time(v.recorded_at);
        rec.fill(&[
            &scope.year,
            &v.month,
            &v.number,
            &v.seq,
            &v.date,
            &v.event,
            &v.summary,
            &v.reference,
            &v.attachments,
            &v.maker,
            &v.checker,
            &v.reverses,
            &v.details,
            &time,
            &hex(&v.hash),
        ]);
        Ok(out.put(&mut rec)?)
    })
}

fn funds(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("ZB")?;
    for f in documents::funds(tx, book, scope)? {
        rec.fill(&[
            &f.doc_no,
            &f.name,
            &f.level,
            &f.category,
            &f.year,
            &f.amount,
            &f.received,
            &f.function,
            &f.carried_over,
            &f.carried_from,
            &f.memo,
            &f.voucher,
        ]);
        out.put(&mut rec)?;
    }
    Ok(())
}
