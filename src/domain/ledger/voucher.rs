//! A draft becomes a voucher only by balancing: debits equal credits in each group of lines (平行记账), at least one line on
//! either side, no amount of zero, and no negative amount but in a red reversal (红字冲销).

use super::chart::{Chart, Group};
use crate::domain::money::Fen;
use chrono::NaiveDate;
use std::collections::BTreeMap;
use thiserror::Error;

/// One line: an account, a dimension set, and an amount on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    pub account: i64,
    pub dim: i64,
    pub debit: Fen,
    pub credit: Fen,
}

impl Line {
    pub fn debit(account: i64, dim: i64, amount: Fen) -> Line {
        Line { account, dim, debit: amount, credit: Fen::ZERO }
    }

    pub fn credit(account: i64, dim: i64, amount: Fen) -> Line {
        Line { account, dim, debit: Fen::ZERO, credit: amount }
    }
}

/// What an event wants to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub date: NaiveDate,
    pub event: String,
    pub summary: String,
    pub reference: String,
    pub closing: bool,
    pub attachments: i64,
    pub reverses: Option<i64>,
    pub lines: Vec<Line>,
    pub file: Option<i64>,
    /// How many payee lines stand under the voucher, and the SM3 over their canonical form.
    pub details: Option<(i64, [u8; 32])>,
}

impl Draft {
    pub fn new(date: NaiveDate, event: &str, summary: String, reference: &str) -> Draft {
        Draft {
            date,
            event: event.to_string(),
            summary,
            reference: reference.to_string(),
            closing: false,
            attachments: 1,
            reverses: None,
            lines: Vec::new(),
            file: None,
            details: None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unbalanced {
    #[error("凭证没有分录")]
    Empty,
    #[error("科目 {0} 不在会计科目表中，或不是末级科目，或在该日期已停用")]
    UnknownAccount(i64),
    #[error("{group}借方 {debit} 元，贷方 {credit} 元，借贷不平")]
    Group { group: &'static str, debit: String, credit: String },
    #[error("只有红字冲销凭证可以出现负数")]
    Negative,
    #[error("金额合计超出范围")]
    Overflow,
}

/// A draft whose groups balance; its lines are netted per account, dimension set and side, debits first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balanced(Draft);

impl Balanced {
    pub fn new(mut draft: Draft, chart: &Chart) -> Result<Balanced, Unbalanced> {
        draft.lines = net(&draft.lines)?;
        if draft.lines.is_empty() {
            return Err(Unbalanced::Empty);
        }
        let mut totals: BTreeMap<Group, (i64, i64)> = BTreeMap::new();
        for line in &draft.lines {
            let account = chart.leaf(line.account, draft.date).ok_or(Unbalanced::UnknownAccount(line.account))?;
            let total = totals.entry(account.group).or_default();
            total.0 = total.0.checked_add(line.debit.get()).ok_or(Unbalanced::Overflow)?;
            total.1 = total.1.checked_add(line.credit.get()).ok_or(Unbalanced::Overflow)?;
            if (line.debit.is_negative() || line.credit.is_negative()) && draft.reverses.is_none() {
                return Err(Unbalanced::Negative);
            }
        }
        match totals.into_iter().find(|(_, (debit, credit))| debit != credit) {
            None => Ok(Balanced(draft)),
            Some((group, (debit, credit))) => Err(Unbalanced::Group {
                group: group.title(),
                debit: Fen::new(debit).yuan_grouped(),
                credit: Fen::new(credit).yuan_grouped(),
            }),
        }
    }

    pub fn draft(&self) -> &Draft {
        &self.0
    }
}

/// One line per account, dimension set and side, so that a balance moves once; debits first, so that no place passes
/// below zero on the way.
fn net(lines: &[Line]) -> Result<Vec<Line>, Unbalanced> {
    let mut netted: BTreeMap<(bool, i64, i64), Fen> = BTreeMap::new();
    for line in lines {
        for (is_credit, amount) in [(false, line.debit), (true, line.credit)] {
            if !amount.is_zero() {
                let sum = netted.entry((is_credit, line.account, line.dim)).or_insert(Fen::ZERO);
                *sum = sum.checked_add(amount).ok_or(Unbalanced::Overflow)?;
            }
        }
    }
    Ok(netted
        .into_iter()
        .filter(|(_, amount)| !amount.is_zero())
        .map(
            |((is_credit, account, dim), amount)| {
                if is_credit { Line::credit(account, dim, amount) } else { Line::debit(account, dim, amount) }
            },
        )
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2018, 3, 5).unwrap()
    }

    fn draft(lines: Vec<Line>) -> Draft {
        Draft { lines, ..Draft::new(day(), "test", "测试".into(), "T") }
    }

    #[test]
    fn each_group_balances_by_itself() {
        let chart = Chart::shipped();
        let control = [Line::debit(9202, 2, Fen::new(100)), Line::credit(9201, 1, Fen::new(100))];
        assert!(Balanced::new(draft(control.to_vec()), &chart).is_ok());
        // equal over the whole voucher, but crosswise between the groups
        let crossed = vec![Line::debit(9202, 2, Fen::new(100)), Line::credit(1001, 1, Fen::new(100))];
        assert!(matches!(Balanced::new(draft(crossed), &chart), Err(Unbalanced::Group { .. })));
    }

    #[test]
    fn unknown_summary_and_not_yet_valid_accounts_are_refused() {
        let chart = Chart::shipped();
        for account in [9205, 4242] {
            let lines = vec![Line::debit(account, 1, Fen::new(1)), Line::credit(9201, 1, Fen::new(1))];
            assert_eq!(Balanced::new(draft(lines), &chart), Err(Unbalanced::UnknownAccount(account)));
        }
        let mut early = draft(vec![Line::debit(1001, 1, Fen::new(1)), Line::credit(4011, 1, Fen::new(1))]);
        early.date = NaiveDate::from_ymd_opt(2015, 12, 31).unwrap();
        assert_eq!(Balanced::new(early, &chart), Err(Unbalanced::UnknownAccount(1001)), "before the chart's first day");
    }

    #[test]
    fn red_amounts_only_in_a_reversal() {
        let chart = Chart::shipped();
        let lines = vec![Line::debit(9202, 2, Fen::new(-5)), Line::credit(9201, 1, Fen::new(-5))];
        assert_eq!(Balanced::new(draft(lines.clone()), &chart), Err(Unbalanced::Negative));
        let reversal = Draft { reverses: Some(1), ..draft(lines) };
        assert!(Balanced::new(reversal, &chart).is_ok());
    }

    proptest! {
        #[test]
        fn netting_keeps_every_balance(amounts in prop::collection::vec((0i64..4, 1i64..1_000_000), 1..40)) {
            let chart = Chart::shipped();
            let mut lines = Vec::new();
            for (dim, amount) in &amounts {
                lines.push(Line::debit(9202, *dim, Fen::new(*amount)));
                lines.push(Line::credit(9201, 9, Fen::new(*amount)));
            }
            let total: i64 = amounts.iter().map(|(_, amount)| amount).sum();
            let balanced = Balanced::new(draft(lines), &chart).unwrap();
            let debit: i64 = balanced.draft().lines.iter().map(|l| l.debit.get()).sum();
            let credit: i64 = balanced.draft().lines.iter().map(|l| l.credit.get()).sum();
            prop_assert_eq!((debit, credit), (total, total));
            prop_assert!(balanced.draft().lines.len() <= 5);
        }
    }
}
