//! Ageing (账龄): money not yet spent, by the place where it stands and by how long ago it reached the county. Money carried
//! over is as old as the first of January of the year that it was carried from.

use crate::app::known_at::{KnownAt, horizon, known_daily};
use crate::app::progress::HOLDING;
use crate::app::{Bureau, Result, book};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::money::Fen;
use crate::domain::report::figure::serialize_day;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeMap;

/// Upper limits in days and titles; the last has no limit.
pub const BUCKETS: [(i64, &str); 6] =
    [(30, "30日内"), (90, "31至90日"), (180, "91至180日"), (365, "181至365日"), (730, "1至2年"), (i64::MAX, "2年以上")];
const KEYS: [&str; 6] = ["days_30", "days_90", "days_180", "days_365", "years_2", "over_2_years"];

/// Unspent money of one fund in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    pub place: i64,
    pub place_name: String,
    pub fund: String,
    pub fund_name: String,
    #[serde(serialize_with = "serialize_day")]
    pub since: NaiveDate,
    pub days: i64,
    pub amount: Fen,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aging {
    #[serde(serialize_with = "serialize_day")]
    pub as_of: NaiveDate,
    /// By place, then oldest first.
    pub held: Vec<Held>,
}

pub fn aging(bureau: &mut Bureau, as_of: NaiveDate, known_at: Option<KnownAt>) -> Result<Aging> {
    bureau.read(|tx, book| {
        let (chart, last) = (book::chart(tx, book)?, horizon(tx, book, known_at)?);
        let codes: Vec<i64> = HOLDING.iter().map(|place| chart.place(*place)).collect();
        let sql = format!(
            "SELECT x.account, d.fund, f.name, f.received, f.carried_from, CAST(SUM(x.debit - x.credit) AS BIGINT)
               FROM {} JOIN dim d ON d.book = $1 AND d.id = x.dim JOIN fund f ON f.book = $1 AND f.doc_no = d.fund
              GROUP BY x.account, d.fund, f.name, f.received, f.carried_from HAVING SUM(x.debit - x.credit) <> 0",
            known_daily(last, &codes)
        );
        let mut held = Vec::new();
        for row in tx.query(&sql, params![book.id, date_to_int(as_of), last.unwrap_or(0)])? {
            let received = row.int(3)?;
            let since = row.opt_int(4)?.map_or(received, |year| (year * 10_000 + 101).min(received));
            let since = date_from_int(since).unwrap_or(as_of);
            held.push(Held {
                place: row.int(0)?,
                place_name: chart.get(row.int(0)?).map(|account| account.name.clone()).unwrap_or_default(),
                fund: row.string(1)?,
                fund_name: row.string(2)?,
                since,
                days: as_of.signed_duration_since(since).num_days(),
                amount: Fen::new(row.int(5)?),
            });
        }
        held.sort_by(|a, b| (a.place, b.days, &a.fund).cmp(&(b.place, a.days, &b.fund)));
        Ok(Aging { as_of, held })
    })
}

impl Aging {
    /// Places by bucket, and what stands longest.
    pub fn tables(&self) -> Vec<Table> {
        vec![self.by_place(), self.oldest()]
    }

    fn by_place(&self) -> Table {
        let mut table = Table::new("aging", "未支出资金账龄表")
            .subtitle(format!("截至 {}　单位：元", self.as_of))
            .note("账龄自收文之日起算；上年结转的资金自所结转年度的 1 月 1 日起算。")
            .column("place", "资金所在", Kind::Text);
        for ((_, title), key) in BUCKETS.iter().zip(KEYS) {
            table = table.column(key, *title, Kind::Money);
        }
        table = table.column("total", "合计", Kind::Money);
        let mut rows: BTreeMap<(i64, &str), [i64; 7]> = BTreeMap::new();
        let mut all = [0_i64; 7];
        for held in &self.held {
            let bucket = BUCKETS.iter().position(|(limit, _)| held.days <= *limit).unwrap_or(BUCKETS.len() - 1);
            let row = rows.entry((held.place, &held.place_name)).or_default();
            for sums in [row, &mut all] {
                sums[bucket] = sums[bucket].saturating_add(held.amount.get());
                sums[6] = sums[6].saturating_add(held.amount.get());
            }
        }
        let cells = |name: &str, sums: &[i64; 7]| {
            let mut cells = vec![Cell::text(name)];
            cells.extend(sums.iter().map(|sum| Cell::Fen(Fen::new(*sum))));
            cells
        };
        for ((_, name), sums) in &rows {
            table.push(cells(name, sums));
        }
        table.push_total(cells("合计", &all));
        table
    }

    fn oldest(&self) -> Table {
        let mut table = Table::new("aging_funds", "未支出资金明细（由久到近）")
            .subtitle(format!("截至 {}　单位：元", self.as_of))
            .column("fund", "指标文号", Kind::Text)
            .column("fund_name", "资金名称", Kind::Text)
            .column("place", "资金所在", Kind::Text)
            .column("since", "起算日期", Kind::Date)
            .column("days", "天数", Kind::Count)
            .column("amount", "金额", Kind::Money);
        let mut held: Vec<&Held> = self.held.iter().collect();
        held.sort_by(|a, b| (b.days, &a.fund, a.place).cmp(&(a.days, &b.fund, b.place)));
        for held in held {
            let (fund, name) = (Cell::text(&held.fund), Cell::text(&held.fund_name));
            table.push(vec![fund, name, Cell::text(&held.place_name), Cell::Date(held.since), Cell::Count(held.days), held.amount.into()]);
        }
        table
    }
}
