//! Vouchers of the year in the order of their numbers, handed over one by one, each entry with what the tables say of it.

use super::scope::Scope;
use crate::app::stored::{self, Stored, StoredLine};
use crate::app::{Book, Result};
use crate::domain::audit::truth::Words;
use crate::store::Tx;
use chrono::{Datelike, NaiveDate};

/// Every voucher of the scope with its lines.
pub(super) fn vouchers(tx: &mut Tx<'_>, book: &Book, scope: &Scope, mut each: impl FnMut(&Stored) -> Result<()>) -> Result<()> {
    let mut after = (0, 0);
    loop {
        let page = stored::page_of_year(tx, book, scope.year, scope.last, after)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = (last.month, last.number);
        for voucher in &page {
            each(voucher)?;
        }
    }
}

/// Every entry with its voucher and the words of its dimension set.
pub(super) fn entries(
    tx: &mut Tx<'_>,
    book: &Book,
    scope: &Scope,
    mut each: impl FnMut(&Stored, &StoredLine, &Words) -> Result<()>,
) -> Result<()> {
    let none = Words::default();
    vouchers(tx, book, scope, |voucher| {
        for line in &voucher.lines {
            each(voucher, line, scope.words_of(line.dim).unwrap_or(&none))?;
        }
        Ok(())
    })
}

/// First and last day of a month, as digits.
pub(super) fn month_days(year: i64, month: i64) -> (i64, i64) {
    let first = year * 10_000 + month * 100 + 1;
    let (y, m) = (i32::try_from(year).unwrap_or(1900), u32::try_from(month).unwrap_or(1));
    let next = if m == 12 { NaiveDate::from_ymd_opt(y + 1, 1, 1) } else { NaiveDate::from_ymd_opt(y, m + 1, 1) };
    (first, year * 10_000 + month * 100 + next.and_then(|day| day.pred_opt()).map_or(28, |day| i64::from(day.day())))
}

/// The accounts on the other side of a line in its group, codes and names, each joined by "/".
pub(super) fn counterparts(scope: &Scope, voucher: &Stored, line: &StoredLine) -> (String, String) {
    let control = |code: i64| scope.accounts.get(&code).is_some_and(|account| account.control);
    let side = |of: &StoredLine| of.debit != 0;
    let mut codes: Vec<i64> = Vec::new();
    for other in voucher.lines.iter().filter(|other| side(other) != side(line) && control(other.account) == control(line.account)) {
        if !codes.contains(&other.account) {
            codes.push(other.account);
        }
    }
    let names = codes.iter().filter_map(|code| scope.accounts.get(code)).map(|account| account.name.as_str());
    (codes.iter().map(i64::to_string).collect::<Vec<_>>().join("/"), names.collect::<Vec<_>>().join("/"))
}
