//! Statutory against control book (账账核对), by fund and month. Four things must agree, or differ by what can be named:
//!
//! 1. 国库存款 = money that the control book has in the treasury: unallocated, allocated, reserved, returned, retained.
//! 2. 其他应付款 = returned lines, and those that a reissue has reserved again but not yet sent.
//! 3. 支出 of the year = spent to cards and payees, and what has left the treasury but not arrived: in transit, moved to
//!    units, owed for returned lines; less what belongs to earlier years and went to 结转结余 directly.
//! 4. 收入 of the year = upper-level and own sources of the year, less what was taken back by the higher level.

use crate::app::known_at::{KnownAt, horizon, known_daily};
use crate::app::{Book, Bureau, Result};
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::Tx;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    pub month: i64,
    pub fund: String,
    pub item: &'static str,
    pub statutory: Fen,
    pub control: Fen,
    pub difference: Fen,
    /// The part of the difference that has a reason, and the reasons.
    pub explained: Fen,
    pub reasons: String,
    /// Must be zero.
    pub unexplained: Fen,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cross {
    pub year: i64,
    pub rows: Vec<Compared>,
}

impl Cross {
    pub fn unexplained(&self) -> usize {
        self.rows.iter().filter(|row| !row.unexplained.is_zero()).count()
    }
}

/// Sums by fund, role (or event) and month 0 to 12; month 0 is all before the year.
#[derive(Default)]
struct Sums(BTreeMap<(String, String), [i64; 13]>);

impl Sums {
    fn add(&mut self, fund: &str, what: &str, month: i64, amount: i64) {
        let of = self.0.entry((fund.to_string(), what.to_string())).or_default();
        if let Some(sum) = usize::try_from(month).ok().and_then(|month| of.get_mut(month)) {
            *sum = sum.saturating_add(amount);
        }
    }

    /// All up to a month, from the beginning or from January.
    fn up_to(&self, fund: &str, whats: &[&str], month: i64, from: usize) -> i64 {
        let of = |what: &&str| self.0.get(&(fund.to_string(), what.to_string()));
        let end = usize::try_from(month).unwrap_or(0);
        whats.iter().filter_map(of).map(|sums| sums[from..=end].iter().sum::<i64>()).sum()
    }
}

pub fn cross(bureau: &mut Bureau, year: i64, known_at: Option<KnownAt>) -> Result<Cross> {
    bureau.read(|tx, book| {
        let last = horizon(tx, book, known_at)?;
        let (sums, end) = read(tx, book, year, last)?;
        let funds: BTreeSet<&String> = sums.0.keys().map(|(fund, _)| fund).collect();
        let mut rows = Vec::new();
        for month in 1..=end {
            for fund in &funds {
                rows.extend(compare(&sums, month, fund));
            }
        }
        Ok(Cross { year, rows })
    })
}

/// The last month that has anything comes with the sums.
fn read(tx: &mut Tx<'_>, book: &Book, year: i64, last: Option<i64>) -> Result<(Sums, i64)> {
    let (mut sums, mut end) = (Sums::default(), 0);
    let new_year = year * 10_000 + 101;
    let sql = format!(
        "SELECT d.fund, a.role, CASE WHEN x.date < $4 THEN 0 ELSE x.date / 100 % 100 END, x.closing,
                CAST(SUM(x.debit - x.credit) AS BIGINT)
           FROM {} JOIN account a ON a.book = $1 AND a.code = x.account JOIN dim d ON d.book = $1 AND d.id = x.dim
          WHERE a.role <> '' GROUP BY d.fund, a.role, CASE WHEN x.date < $4 THEN 0 ELSE x.date / 100 % 100 END, x.closing",
        known_daily(last, &[])
    );
    for row in tx.query(&sql, params![book.id, year * 10_000 + 1231, last.unwrap_or(0), new_year])? {
        let (fund, role, month, net) = (row.text(0)?, row.text(1)?, row.int(2)?, row.int(4)?);
        end = end.max(month);
        sums.add(fund, role, month, net);
        if row.int(3)? == 0 {
            sums.add(fund, &format!("{role} open"), month, net);
        }
    }
    let of_event = "SELECT d.fund, a.role, COALESCE(o.event, v.event), v.month, CAST(SUM(p.debit - p.credit) AS BIGINT) FROM voucher v
           LEFT JOIN voucher o ON o.book = v.book AND o.seq = v.reverses
           JOIN posting p ON p.book = v.book AND p.voucher = v.seq
           JOIN account a ON a.book = p.book AND a.code = p.account JOIN dim d ON d.book = p.book AND d.id = p.dim
          WHERE v.book = $1 AND v.year = $2 AND v.seq <= $3 AND v.closing = 0
            AND COALESCE(o.event, v.event) IN ('release', 'refund_moved', 'reclaim') AND a.role IN ('surplus', 'income')
          GROUP BY d.fund, a.role, COALESCE(o.event, v.event), v.month";
    for row in tx.query(of_event, params![book.id, year, last.unwrap_or(i64::MAX)])? {
        let what = match (row.text(1)?, row.text(2)?) {
            ("surplus", "release" | "refund_moved") => "earlier years",
            ("income", "reclaim") => "taken back",
            _ => continue,
        };
        sums.add(row.text(0)?, what, row.int(3)?, row.int(4)?);
    }
    let reissues = "SELECT d.fund, CASE WHEN v.year < $2 THEN 0 ELSE v.month END, CAST(SUM(p.debit - p.credit) AS BIGINT) FROM voucher v
           JOIN batch b ON b.book = v.book AND b.code = v.reference AND b.reissue_of IS NOT NULL
           JOIN posting p ON p.book = v.book AND p.voucher = v.seq
           JOIN account a ON a.book = p.book AND a.code = p.account JOIN dim d ON d.book = p.book AND d.id = p.dim
          WHERE v.book = $1 AND v.year <= $2 AND v.seq <= $3 AND a.role = 'reserved'
          GROUP BY d.fund, CASE WHEN v.year < $2 THEN 0 ELSE v.month END";
    for row in tx.query(reissues, params![book.id, year, last.unwrap_or(i64::MAX)])? {
        sums.add(row.text(0)?, "reissue", row.int(1)?, row.int(2)?);
    }
    Ok((sums, end))
}

fn compare(sums: &Sums, month: i64, fund: &str) -> Vec<Compared> {
    let at = |roles: &[&str]| sums.up_to(fund, roles, month, 0);
    let of_year = |whats: &[&str]| sums.up_to(fund, whats, month, 1);
    let row = |item, statutory: i64, control: i64, reasons: &[(&str, i64)]| {
        let explained: i64 = reasons.iter().map(|(_, amount)| amount).sum();
        let named =
            reasons.iter().filter(|(_, amount)| *amount != 0).map(|(name, amount)| format!("{name} {}", Fen::new(*amount).yuan_grouped()));
        Compared {
            month,
            fund: fund.to_string(),
            item,
            statutory: Fen::new(statutory),
            control: Fen::new(control),
            difference: Fen::new(statutory - control),
            explained: Fen::new(explained),
            reasons: named.collect::<Vec<_>>().join("；"),
            unexplained: Fen::new(statutory - control - explained),
        }
    };
    let paid = of_year(&["paid_household open", "paid_payee open"]);
    let left = [
        ("在途", of_year(&["in_transit"])),
        ("拨付单位尚未支出", of_year(&["moved"])),
        ("退票应付", -of_year(&["payable"])),
        ("以前年度款项直接计入结转结余", -of_year(&["earlier years"])),
    ];
    let income = -of_year(&["income open"]);
    let sources = -of_year(&["source_upper open", "source_own open"]);
    vec![
        row("国库存款", at(&["treasury"]), at(&["unallocated", "allocated", "reserved", "returned", "retention"]), &[]),
        row("其他应付款（退票）", -at(&["payable"]), at(&["returned"]), &[("重发占用尚未送银行", at(&["reissue"]))]),
        row("本年支出", of_year(&["expenditure open"]), paid, &left),
        row("本年收入", income, sources, &[("上级或本级收回", -of_year(&["taken back"]))]),
    ]
}

impl Cross {
    /// Rows that differ, or all.
    pub fn table(&self, all: bool) -> Table {
        let differ = |row: &&Compared| all || !row.difference.is_zero() || !row.unexplained.is_zero();
        let shown: Vec<&Compared> = self.rows.iter().filter(differ).collect();
        let mut table = Table::new("cross", format!("{} 年资金账与指标账核对表", self.year))
            .subtitle("单位：元")
            .note(format!("共核对 {} 项，相符 {} 项；差额无法说明的 {} 项。", self.rows.len(), self.agreeing(), self.unexplained()))
            .note("应相符：国库存款＝未出库指标；其他应付款＝退票待处理；本年支出＝已支付；本年收入＝指标来源。")
            .column("month", "月份", Kind::Count)
            .column("fund", "指标文号", Kind::Text)
            .column("item", "核对项目", Kind::Text)
            .column("statutory", "资金账", Kind::Money)
            .column("control", "指标账", Kind::Money)
            .column("difference", "差额", Kind::Money)
            .column("reasons", "差额构成", Kind::Text)
            .column("unexplained", "无法说明", Kind::Money);
        for row in shown {
            table.push(vec![
                Cell::Count(row.month),
                Cell::text(&row.fund),
                Cell::text(row.item),
                row.statutory.into(),
                row.control.into(),
                row.difference.into(),
                Cell::text(&row.reasons),
                row.unexplained.into(),
            ]);
        }
        table
    }

    fn agreeing(&self) -> usize {
        self.rows.iter().filter(|row| row.difference.is_zero()).count()
    }
}
