//! 科目余额表, the trial balance: for each account its balance when the year opened, what passed in the period,
//! what passed since the year began, and its closing balance, on both sides. A parent account
//! repeats the sum of its children, so totals are taken over root rows only; if the two sides of
//! any pair differ the table says so in words rather than leaving it to the reader's arithmetic.

use serde::Serialize;

use super::table::{Cell, Kind, Table};
use crate::domain::money::Fen;

/// One account of the trial balance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TrialBalanceRow {
    pub code: String,
    pub name: String,
    /// 1 for a general account, 2 and more for its sub-accounts.
    pub level: u32,
    #[serde(flatten)]
    pub sums: Sides,
}

/// The four pairs of figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Sides {
    pub opening_debit: Fen,
    pub opening_credit: Fen,
    pub period_debit: Fen,
    pub period_credit: Fen,
    pub cumulative_debit: Fen,
    pub cumulative_credit: Fen,
    pub closing_debit: Fen,
    pub closing_credit: Fen,
}

impl Sides {
    fn figures(&self) -> [Fen; 8] {
        [
            self.opening_debit,
            self.opening_credit,
            self.period_debit,
            self.period_credit,
            self.cumulative_debit,
            self.cumulative_credit,
            self.closing_debit,
            self.closing_credit,
        ]
    }

    /// `None` when a column no longer fits the money type.
    pub fn plus(&self, other: &Sides) -> Option<Sides> {
        let add = Fen::checked_add;
        Some(Sides {
            opening_debit: add(self.opening_debit, other.opening_debit)?,
            opening_credit: add(self.opening_credit, other.opening_credit)?,
            period_debit: add(self.period_debit, other.period_debit)?,
            period_credit: add(self.period_credit, other.period_credit)?,
            cumulative_debit: add(self.cumulative_debit, other.cumulative_debit)?,
            cumulative_credit: add(self.cumulative_credit, other.cumulative_credit)?,
            closing_debit: add(self.closing_debit, other.closing_debit)?,
            closing_credit: add(self.closing_credit, other.closing_credit)?,
        })
    }

    /// The pairs whose two sides differ, by their Chinese name.
    pub fn unequal_pairs(&self) -> Vec<&'static str> {
        let pairs = [
            ("年初余额", self.opening_debit, self.opening_credit),
            ("本期发生额", self.period_debit, self.period_credit),
            ("本年累计发生额", self.cumulative_debit, self.cumulative_credit),
            ("期末余额", self.closing_debit, self.closing_credit),
        ];
        pairs.into_iter().filter(|(_, debit, credit)| debit != credit).map(|pair| pair.0).collect()
    }
}

/// A trial balance with its totals; serialises with stable English keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrialBalance {
    pub rows: Vec<TrialBalanceRow>,
    pub total: Sides,
    pub balanced: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("科目余额表合计超出金额范围")]
pub struct TotalTooLarge;

impl TrialBalance {
    /// Sorts the rows by account code and adds up the root rows.
    pub fn build(mut rows: Vec<TrialBalanceRow>) -> Result<TrialBalance, TotalTooLarge> {
        rows.sort_by(|a, b| a.code.cmp(&b.code));
        let mut total = Sides::default();
        // In code order a parent stands directly before its children: what does not begin with
        // the last root's code is a root itself.
        let mut root: Option<&TrialBalanceRow> = None;
        for row in &rows {
            let inside = root.is_some_and(|r| row.level > r.level && row.code.starts_with(&r.code));
            if !inside {
                total = total.plus(&row.sums).ok_or(TotalTooLarge)?;
                root = Some(row);
            }
        }
        let balanced = total.unequal_pairs().is_empty();
        Ok(TrialBalance { rows, total, balanced })
    }

    /// The 科目余额表. `subtitle` names the book and the period.
    pub fn table(&self, subtitle: &str) -> Table {
        let mut table = Table::new("trial_balance", "科目余额表")
            .subtitle(format!("{subtitle}　　单位：元"))
            .column("code", "科目编码", Kind::Text)
            .column("name", "科目名称", Kind::Text)
            .column("level", "级次", Kind::Count)
            .column("opening_debit", "年初借方余额", Kind::Money)
            .column("opening_credit", "年初贷方余额", Kind::Money)
            .column("period_debit", "本期借方发生额", Kind::Money)
            .column("period_credit", "本期贷方发生额", Kind::Money)
            .column("cumulative_debit", "本年累计借方", Kind::Money)
            .column("cumulative_credit", "本年累计贷方", Kind::Money)
            .column("closing_debit", "期末借方余额", Kind::Money)
            .column("closing_credit", "期末贷方余额", Kind::Money);
        for row in &self.rows {
            let head = [Cell::text(&row.code), Cell::text(&row.name), Cell::Count(i64::from(row.level))];
            table.push(head.into_iter().chain(row.sums.figures().map(Cell::Fen)).collect());
        }
        let head = [Cell::text("合计"), Cell::Empty, Cell::Empty];
        table.push_total(head.into_iter().chain(self.total.figures().map(Cell::Fen)).collect());
        let verdict = if self.balanced {
            "借贷平衡。".to_owned()
        } else {
            format!("借贷不平：{}。", self.total.unequal_pairs().join("、"))
        };
        table.note(verdict)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use crate::domain::report::table::RowStyle;

    fn row(code: &str, level: u32, debit: i64, credit: i64) -> TrialBalanceRow {
        let sums = Sides {
            period_debit: Fen::new(debit),
            period_credit: Fen::new(credit),
            cumulative_debit: Fen::new(debit),
            cumulative_credit: Fen::new(credit),
            closing_debit: Fen::new((debit - credit).max(0)),
            closing_credit: Fen::new((credit - debit).max(0)),
            ..Sides::default()
        };
        TrialBalanceRow { code: code.into(), name: format!("科目{code}"), level, sums }
    }

    #[test]
    fn children_are_not_added_twice() {
        let rows = vec![row("400102", 2, 0, 300), row("1001", 1, 1000, 0), row("4001", 1, 0, 1000), row("400101", 2, 0, 700)];
        let balance = TrialBalance::build(rows).unwrap();
        assert_eq!(balance.total.period_debit, Fen::new(1000));
        assert_eq!(balance.total.period_credit, Fen::new(1000));
        assert!(balance.balanced);
        assert_eq!(balance.rows[1].code, "4001");
    }

    #[test]
    fn a_child_without_its_parent_counts() {
        let rows = vec![row("1001", 1, 500, 0), row("400101", 2, 0, 500)];
        assert!(TrialBalance::build(rows).unwrap().balanced);
    }

    #[test]
    fn an_imbalance_is_said_in_words() {
        let table = TrialBalance::build(vec![row("1001", 1, 5, 0)]).unwrap().table("2018年9月");
        assert_eq!(table.notes, ["借贷不平：本期发生额、本年累计发生额、期末余额。"]);
        assert_eq!(table.rows.last().map(|r| r.style), Some(RowStyle::Total));
    }

    #[test]
    fn totals_beyond_the_money_type_are_refused() {
        let rows = vec![row("1001", 1, i64::MAX, 0), row("1002", 1, 1, 0)];
        assert_eq!(TrialBalance::build(rows), Err(TotalTooLarge));
    }
}
