//! Voucher look-up (查凭证): by number, date, amount, account, words of the summary, or who made it; any of them together.

use crate::app::inquiry::voucher::{HEAD, VoucherHead, head};
use crate::app::{Bureau, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::money::Fen;
use crate::params;
use chrono::NaiveDate;

/// What is looked for; what is `None` does not matter.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// 凭证号 within its month.
    pub number: Option<i64>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// Some entry, or the whole voucher, has an amount within.
    pub least: Option<Fen>,
    pub most: Option<Fen>,
    /// Some entry is on this account or on one whose code begins with it.
    pub account: Option<i64>,
    /// Stands in the summary or the reference.
    pub words: Option<String>,
    /// Made or checked it.
    pub person: Option<String>,
    pub limit: usize,
}

/// The vouchers that are all of what is wanted, oldest first, at most `limit`; and whether there are more.
pub fn find(bureau: &mut Bureau, wanted: &Wanted) -> Result<(Vec<VoucherHead>, bool)> {
    bureau.read(|tx, book| {
        let day = |date: Option<NaiveDate>, none: i64| date.map_or(none, date_to_int);
        let mut sql = format!("SELECT {HEAD} FROM voucher v WHERE v.book = $1 AND v.date >= $2 AND v.date <= $3");
        sql.push_str(" AND ($4 = 0 OR v.number = $4) AND ($5 = '' OR v.maker = $5 OR v.checker = $5)");
        if wanted.least.is_some() || wanted.most.is_some() {
            let (least, most) = (wanted.least.map_or(0, Fen::get), wanted.most.map_or(i64::MAX, Fen::get));
            // an entry, or the voucher as a whole where its amount is made up of several funds
            sql.push_str(&format!(
                " AND (EXISTS (SELECT 1 FROM posting p WHERE p.book = v.book AND p.voucher = v.seq
                               AND ABS(p.debit + p.credit) >= {least} AND ABS(p.debit + p.credit) <= {most})
                    OR (SELECT ABS(SUM(p.debit)) FROM posting p JOIN account x ON x.book = p.book AND x.code = p.account AND x.grp = 'control'
                         WHERE p.book = v.book AND p.voucher = v.seq) BETWEEN {least} AND {most})"
            ));
        }
        if let Some(code) = wanted.account {
            let codes = beneath(code);
            sql.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM posting p WHERE p.book = v.book AND p.voucher = v.seq AND p.account IN ({codes}))"
            ));
        }
        sql.push_str(" ORDER BY v.date, v.seq");
        let person = wanted.person.as_deref().unwrap_or_default();
        let values = params![book.id, day(wanted.from, 0), day(wanted.to, 99_991_231), wanted.number.unwrap_or(0), person];
        let (mut found, mut more) = (Vec::new(), false);
        tx.for_each(&sql, values, |row| {
            let head = head(&row)?;
            let says = |words: &String| head.summary.contains(words.as_str()) || head.reference.contains(words.as_str());
            if wanted.words.as_ref().is_none_or(says) {
                more |= found.len() >= wanted.limit;
                if found.len() < wanted.limit {
                    found.push(head);
                }
            }
            Ok(())
        })?;
        Ok((found, more))
    })
}

/// Codes that begin with a code, as a query: account codes grow by two digits a level.
fn beneath(code: i64) -> String {
    format!("SELECT a.code FROM account a WHERE a.book = v.book AND (a.code = {code} OR a.code / 100 = {code} OR a.code / 10000 = {code})")
}
