//! 公共档案.xml and 总账.xml in the order of elements that GB/T 24589.1 has as commercial systems write it. The four
//! auxiliary items of a line are fund, unit, project and programme; leaf accounts have one balance for each combination.

use super::ledger_tables::{entries, month_days};
use super::scope::{AccountFacts, Month, Scope};
use super::standard::SOFTWARE;
use super::{business, documents};
use crate::app::{Book, Result};
use crate::domain::audit::Record;
use crate::domain::audit::truth::{AUX_TYPES, Words};
use crate::domain::money::Fen;
use crate::files::writing::package::Package;
use crate::store::Tx;
use std::collections::BTreeSet;

const NO_DATE: &str = "00000000";
const KIND: &str = "记";

pub(super) fn write(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    basics(out, scope)?;
    registers(out, tx, book, scope)?;
    values(out, scope)?;
    chart(out, scope)?;
    out.table("现金流量项目")?;
    balances(out, scope)?;
    journal(out, tx, book, scope)?;
    out.table("现金流量凭证项目数据")?;
    reports(out, tx, book, scope)
}

fn basics(out: &mut Package, scope: &Scope) -> Result<()> {
    let head = &scope.head;
    let mut rec = out.table("电子账簿")?;
    rec.fill(&[
        &head.book,
        &head.book_name,
        &head.unit_name,
        &"",
        &"行政单位",
        &"财政",
        &SOFTWARE,
        &env!("CARGO_PKG_VERSION"),
        &"人民币",
        &scope.year,
        &"GB/T 24589.1-2010",
    ]);
    out.put(&mut rec)?;
    let mut rec = out.table("会计期间")?;
    for month in 1..=12 {
        let (first, last) = month_days(scope.year, month);
        rec.fill(&[&scope.year, &month, &first, &last]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("记账凭证类型")?;
    rec.fill(&[&KIND, &"记账凭证", &KIND]);
    out.put(&mut rec)?;
    let mut rec = out.table("汇率类型")?;
    rec.fill(&[&"1", &"固定汇率"]);
    out.put(&mut rec)?;
    let mut rec = out.table("币种")?;
    rec.fill(&[&"CNY", &"人民币"]);
    out.put(&mut rec)?;
    out.table("结算方式")?;
    Ok(())
}

fn registers(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("部门档案")?;
    for [code, name, _, parent, _, _] in documents::units(tx, book, scope)? {
        rec.fill(&[&code, &name, &parent]);
        out.put(&mut rec)?;
    }
    let mut people: BTreeSet<String> = BTreeSet::new();
    super::ledger_tables::vouchers(tx, book, scope, |voucher| {
        people.extend([&voucher.maker, &voucher.checker].into_iter().filter(|name| !name.is_empty()).cloned());
        Ok(())
    })?;
    let mut rec = out.table("员工档案")?;
    for name in &people {
        rec.fill(&[name, name, &"", &"", &"", &NO_DATE, &scope.head.unit, &NO_DATE, &NO_DATE]);
        out.put(&mut rec)?;
    }
    out.table("供应商档案")?;
    out.table("客户档案")?;
    Ok(())
}

fn values(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("自定义档案项")?;
    for (code, name) in AUX_TYPES {
        rec.fill(&[&code, &name, &"", &0, &""]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("自定义档案项值")?;
    for (kind, (code, _)) in AUX_TYPES.iter().enumerate() {
        for (item, name) in scope.items(kind) {
            rec.fill(&[code, &item, &name, &scope.fund_year(kind, item), &"", &1]);
            out.put(&mut rec)?;
        }
    }
    Ok(())
}

fn chart(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("总账基础信息")?;
    rec.fill(&[&"-", &"4-2", &"", &"", &"", &"", &""]);
    out.put(&mut rec)?;
    let mut rec = out.table("会计科目")?;
    for account in scope.accounts.values() {
        rec.fill(&[&account.code, &account.name, &account.level, &class(account), &if account.normal == 1 { "借" } else { "贷" }]);
        out.put(&mut rec)?;
    }
    let mut rec = out.table("科目辅助核算")?;
    for account in scope.accounts.values().filter(|account| account.leaf) {
        for (at, (code, name)) in AUX_TYPES.iter().enumerate() {
            rec.fill(&[&account.code, &format!("辅助项{}编号", at + 1), name, code, &""]);
            out.put(&mut rec)?;
        }
    }
    Ok(())
}

fn class(account: &AccountFacts) -> &'static str {
    if account.control {
        return "预算指标";
    }
    match account.code.to_string().as_bytes().first() {
        Some(b'1') => "资产",
        Some(b'2') => "负债",
        Some(b'3') => "净资产",
        Some(b'4') => "收入",
        _ => "支出",
    }
}

fn set_items(rec: &mut Record, words: &Words) {
    for (at, word) in words.iter().enumerate() {
        rec.set(["辅助项1编号", "辅助项2编号", "辅助项3编号", "辅助项4编号"][at], word);
    }
}

fn side(net: i64) -> &'static str {
    match net.signum() {
        1 => "借",
        -1 => "贷",
        _ => "平",
    }
}

fn balances(out: &mut Package, scope: &Scope) -> Result<()> {
    let mut rec = out.table("科目余额及发生额")?;
    let none = Words::default();
    for month in 1..=scope.last_month {
        for (code, total) in &scope.totals {
            let Some(account) = scope.accounts.get(code) else { continue };
            if !account.leaf {
                balance(out, &mut rec, scope, (*code, &none), &total.month(month), month)?;
                continue;
            }
            for ((_, at), sums) in scope.leaves.range((*code, 0)..=(*code, usize::MAX)) {
                balance(out, &mut rec, scope, (*code, &scope.words[*at]), &sums.month(month), month)?;
            }
        }
    }
    Ok(())
}

fn balance(out: &mut Package, rec: &mut Record, scope: &Scope, (account, words): (i64, &Words), at: &Month, month: i64) -> Result<()> {
    rec.set("科目编号", account);
    set_items(rec, words);
    let amount = |net: i64| Fen::new(net.saturating_abs());
    rec.set("期初余额方向", side(at.opening)).set("期末余额方向", side(at.closing())).set("币种编码", "CNY");
    rec.set("会计年度", scope.year).set("会计期间号", month);
    rec.set("期初原币余额", amount(at.opening)).set("期初本币余额", amount(at.opening));
    rec.set("借方原币金额", Fen::new(at.debit)).set("借方本币金额", Fen::new(at.debit));
    rec.set("贷方原币金额", Fen::new(at.credit)).set("贷方本币金额", Fen::new(at.credit));
    rec.set("期末原币余额", amount(at.closing())).set("期末本币余额", amount(at.closing()));
    Ok(out.put(rec)?)
}

fn journal(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("记账凭证")?;
    entries(tx, book, scope, |v, line, words| {
        rec.set("记账凭证日期", v.date).set("会计年度", v.year).set("会计期间号", v.month).set("记账凭证类型编号", KIND);
        rec.set("记账凭证编号", v.number).set("记账凭证行号", line.line).set("记账凭证摘要", &v.summary).set("科目编号", line.account);
        set_items(&mut rec, words);
        rec.set("币种编码", "CNY");
        rec.set("借方原币金额", Fen::new(line.debit)).set("借方本币金额", Fen::new(line.debit));
        rec.set("贷方原币金额", Fen::new(line.credit)).set("贷方本币金额", Fen::new(line.credit));
        rec.set("汇率类型编号", "1")
            .set("汇率", "1.000000")
            .set("票据号", &v.reference)
            .set("票据日期", NO_DATE)
            .set("附件数", v.attachments);
        rec.set("制单人", &v.maker).set("审核人", &v.checker).set("记账人", &v.maker).set("记账标志", 1).set("作废标志", 0);
        rec.set("凭证来源系统", "GL");
        Ok(out.put(&mut rec)?)
    })
}

/// Progress of each fund as items of one report.
fn reports(out: &mut Package, tx: &mut Tx<'_>, book: &Book, scope: &Scope) -> Result<()> {
    let mut rec = out.table("报表集")?;
    let day = scope.year * 10_000 + 1231;
    rec.fill(&[&"ZCJD", &"扶贫资金支出进度表", &day, &scope.year, &scope.head.unit_name, &"元"]);
    out.put(&mut rec)?;
    let mut rec = out.table("报表项数据")?;
    for (fund, _, available, spent) in business::progress(tx, book, scope)? {
        for (name, amount) in [("可用金额", available), ("已支出金额", spent)] {
            rec.fill(&[&"ZCJD", &fund, &name, &"", &amount]);
            out.put(&mut rec)?;
        }
    }
    Ok(())
}
