//! Big and unusual (大额和异常): leads for an auditor, none of them proof. The largest vouchers of a year, round sums paid to
//! projects, days on which offices are closed, entries recorded long after their date, reversals, payments just below a
//! tender threshold, pairs of accounts that hardly ever meet; and a note on first digits where there are enough amounts.

use crate::app::context::china_day;
use crate::app::ledger::voucher_label;
use crate::app::{Book, Bureau, Result, book};
use crate::domain::audit::{benford, holidays};
use crate::domain::calendar::date_from_int;
use crate::domain::money::Fen;
use crate::domain::report::figure::serialize_day;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// A voucher and why it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lead {
    pub kind: &'static str,
    pub seq: i64,
    pub voucher: String,
    #[serde(serialize_with = "serialize_day")]
    pub date: NaiveDate,
    pub summary: String,
    pub amount: Fen,
    pub maker: String,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unusual {
    pub year: i64,
    pub leads: Vec<Lead>,
    pub notes: Vec<String>,
}

/// Pairs of accounts that meet this often in a year or less are rare.
const RARE: i64 = 2;

struct Voucher {
    seq: i64,
    label: String,
    date: NaiveDate,
    closing: bool,
    summary: String,
    amount: i64,
    maker: String,
    reverses: Option<i64>,
    recorded: NaiveDate,
}

/// The year's leads, by kind, then largest or latest first; `top` of the largest.
pub fn unusual(bureau: &mut Bureau, year: i64, top: usize) -> Result<Unusual> {
    bureau.read(|tx, book| {
        let vouchers = read(tx, book, year)?;
        let mut found = Unusual { year, leads: Vec::new(), notes: Vec::new() };
        largest(&vouchers, top, &mut found);
        days(tx, book, year, &vouchers, &mut found)?;
        reversals(&vouchers, &mut found);
        payments(tx, book, year, &vouchers, &mut found)?;
        rare_pairs(tx, book, year, &vouchers, &mut found)?;
        Ok(found)
    })
}

fn read(tx: &mut Tx<'_>, book: &Book, year: i64) -> Result<BTreeMap<i64, Voucher>> {
    let sql = "SELECT v.seq, v.year, v.month, v.number, v.date, v.event, v.closing, v.summary, v.maker, v.reverses, v.recorded_at,
                      CAST(SUM(CASE WHEN a.grp = 'control' THEN p.debit ELSE 0 END) AS BIGINT), CAST(SUM(p.debit) AS BIGINT)
                 FROM voucher v JOIN posting p ON p.book = v.book AND p.voucher = v.seq JOIN account a ON a.book = p.book AND a.code = p.account
                WHERE v.book = $1 AND v.year = $2
                GROUP BY v.seq, v.year, v.month, v.number, v.date, v.event, v.closing, v.summary, v.maker, v.reverses, v.recorded_at";
    let mut vouchers = BTreeMap::new();
    tx.for_each(sql, params![book.id, year], |row| {
        let control = row.int(11)?;
        let voucher = Voucher {
            seq: row.int(0)?,
            label: voucher_label(row.int(1)?, row.int(2)?, row.int(3)?),
            date: date_from_int(row.int(4)?).unwrap_or_default(),
            closing: row.int(6)? == 1,
            summary: row.string(7)?,
            maker: row.string(8)?,
            reverses: row.opt_int(9)?,
            recorded: china_day(row.int(10)?),
            amount: if control == 0 { row.int(12)? } else { control },
        };
        vouchers.insert(voucher.seq, voucher);
        Ok(())
    })?;
    Ok(vouchers)
}

impl Unusual {
    fn add(&mut self, kind: &'static str, voucher: &Voucher, why: String) {
        self.leads.push(Lead {
            kind,
            seq: voucher.seq,
            voucher: voucher.label.clone(),
            date: voucher.date,
            summary: voucher.summary.clone(),
            amount: Fen::new(voucher.amount),
            maker: voucher.maker.clone(),
            why,
        });
    }

    pub fn table(&self) -> Table {
        let mut table = Table::new("unusual", format!("{} 年大额和异常凭证", self.year))
            .subtitle("单位：元")
            .note("各项只是线索，不是结论。")
            .column("kind", "类别", Kind::Text)
            .column("voucher", "凭证号", Kind::Text)
            .column("date", "日期", Kind::Date)
            .column("summary", "摘要", Kind::Text)
            .column("amount", "金额", Kind::Money)
            .column("maker", "制单", Kind::Text)
            .column("why", "原因", Kind::Text);
        for note in &self.notes {
            table = table.note(note);
        }
        for lead in &self.leads {
            table.push(vec![
                Cell::text(lead.kind),
                Cell::text(&lead.voucher),
                Cell::Date(lead.date),
                Cell::text(&lead.summary),
                lead.amount.into(),
                Cell::text(&lead.maker),
                Cell::text(&lead.why),
            ]);
        }
        table
    }
}

fn largest(vouchers: &BTreeMap<i64, Voucher>, top: usize, found: &mut Unusual) {
    let mut by_amount: Vec<&Voucher> = vouchers.values().filter(|voucher| !voucher.closing).collect();
    by_amount.sort_by_key(|voucher| (-voucher.amount, voucher.seq));
    for (rank, voucher) in by_amount.into_iter().take(top).enumerate() {
        found.add("大额", voucher, format!("全年第 {} 大", rank + 1));
    }
}

/// Offices were closed; or the entry came long after its date.
fn days(tx: &mut Tx<'_>, book: &Book, year: i64, vouchers: &BTreeMap<i64, Voucher>, found: &mut Unusual) -> Result<()> {
    let late = number(tx, book, "audit.late_days", year, 15)?;
    for voucher in vouchers.values().filter(|voucher| !voucher.closing) {
        if let Some(name) = holidays::closed(voucher.date) {
            found.add("非工作日", voucher, name.to_string());
        }
    }
    for voucher in vouchers.values().filter(|voucher| !voucher.closing) {
        let after = voucher.recorded.signed_duration_since(voucher.date).num_days();
        if after > late {
            found.add("补记", voucher, format!("业务日期后 {after} 日（{}）入账", voucher.recorded));
        }
    }
    Ok(())
}

fn reversals(vouchers: &BTreeMap<i64, Voucher>, found: &mut Unusual) {
    for voucher in vouchers.values() {
        if let Some(original) = voucher.reverses {
            found.add("红字冲销", voucher, format!("冲销序号 {original} 的凭证"));
        }
    }
}

/// A setting that is a whole number, as of the year's end.
pub(super) fn number(tx: &mut Tx<'_>, book: &Book, name: &str, year: i64, shipped: i64) -> Result<i64> {
    let value = book::setting(tx, book, name, year * 10_000 + 1231)?;
    Ok(value.and_then(|text| text.parse().ok()).unwrap_or(shipped))
}

/// Payments to projects: round sums, and sums just below a tender threshold.
fn payments(tx: &mut Tx<'_>, book: &Book, year: i64, vouchers: &BTreeMap<i64, Voucher>, found: &mut Unusual) -> Result<()> {
    let round = number(tx, book, "audit.round_yuan", year, 10_000)?.saturating_mul(100);
    let near = number(tx, book, "audit.near_percent", year, 10)?;
    let mut limits = Vec::new();
    for (name, shipped) in
        [("audit.threshold_service", 1_000_000), ("audit.threshold_goods", 2_000_000), ("audit.threshold_works", 4_000_000)]
    {
        limits.push(number(tx, book, name, year, shipped)?);
    }
    let rows = tx.query(
        "SELECT d.voucher, d.amount, d.payee, d.payee_kind FROM disbursement d
           JOIN voucher v ON v.book = d.book AND v.seq = d.voucher WHERE d.book = $1 AND v.year = $2 ORDER BY d.id",
        params![book.id, year],
    )?;
    let mut below = Vec::new();
    for row in &rows {
        let (amount, payee) = (row.int(1)?, row.text(2)?);
        let payee = if row.text(3)? == "个人" { crate::domain::identity::mask_name(payee) } else { payee.to_string() };
        let Some(voucher) = vouchers.get(&row.int(0)?) else { continue };
        if round > 0 && amount % round == 0 {
            found.add("整数金额", voucher, format!("{payee}，{} 元的整倍数", round / 100));
        }
        for limit in &limits {
            let least = limit.saturating_mul(100 - near);
            if (least..limit.saturating_mul(100)).contains(&amount) {
                below.push((voucher.seq, format!("{payee}，低于限额 {limit} 元不足 {near}%")));
            }
        }
    }
    for (seq, why) in below {
        if let Some(voucher) = vouchers.get(&seq) {
            found.add("临近限额", voucher, why);
        }
    }
    let amounts: Vec<i64> = rows.iter().map(|row| row.int(1)).collect::<std::result::Result<_, _>>()?;
    found.notes.push(match benford::first_two_digits(amounts.iter().copied()) {
        Some(b) => format!(
            "项目支付 {} 笔的前两位数字与本福特分布{}（平均绝对偏差 {:.4}），最突出的是 {}，多出 {:.0} 笔。",
            b.count,
            b.verdict(),
            b.deviation,
            b.digits,
            b.excess
        ),
        None => format!("项目支付 {} 笔，不足 {} 笔，不做首位数字分析；定额补贴不适用这一方法。", amounts.len(), benford::LEAST),
    });
    Ok(())
}

/// Debit and credit accounts that hardly ever stand in one voucher.
fn rare_pairs(tx: &mut Tx<'_>, book: &Book, year: i64, vouchers: &BTreeMap<i64, Voucher>, found: &mut Unusual) -> Result<()> {
    let sql = "SELECT DISTINCT v.seq, d.account, a.name, c.account, b.name FROM voucher v
           JOIN posting d ON d.book = v.book AND d.voucher = v.seq AND d.debit <> 0
           JOIN posting c ON c.book = v.book AND c.voucher = v.seq AND c.credit <> 0
           JOIN account a ON a.book = d.book AND a.code = d.account
           JOIN account b ON b.book = c.book AND b.code = c.account AND b.grp = a.grp
          WHERE v.book = $1 AND v.year = $2 AND v.closing = 0 ORDER BY v.seq, d.account, c.account";
    let mut pairs: BTreeMap<(i64, i64), (String, Vec<i64>)> = BTreeMap::new();
    tx.for_each(sql, params![book.id, year], |row| {
        let pair = pairs.entry((row.int(1)?, row.int(3)?)).or_default();
        if pair.1.is_empty() {
            pair.0 = format!("借 {} 贷 {}", row.text(2)?, row.text(4)?);
        }
        pair.1.push(row.int(0)?);
        Ok(())
    })?;
    for (name, seqs) in pairs.into_values().filter(|(_, seqs)| i64::try_from(seqs.len()).is_ok_and(|n| n <= RARE)) {
        for voucher in seqs.iter().filter_map(|seq| vouchers.get(seq)) {
            found.add("罕见对应科目", voucher, format!("{name}，全年 {} 次", seqs.len()));
        }
    }
    Ok(())
}
