//! The last days of a year (年末几天): what was paid, moved or retained then, against the whole year, by unit; and the vouchers
//! themselves, with what of them came back after the year's end.

use crate::app::inquiry::voucher::{HEAD, VoucherHead, head};
use crate::app::{AppError, Bureau, Result};
use crate::domain::audit::ratio;
use crate::domain::calendar::date_to_int;
use crate::domain::money::Fen;
use crate::domain::report::figure::serialize_day;
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// What a unit did of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rush {
    pub unit: String,
    pub unit_name: String,
    pub event: String,
    pub year: Fen,
    pub last_days: Fen,
    pub vouchers: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct YearEnd {
    pub year: i64,
    #[serde(serialize_with = "serialize_day")]
    pub from: NaiveDate,
    pub units: Vec<Rush>,
    pub vouchers: Vec<VoucherHead>,
    /// By voucher sequence, what was refunded of it in a later year.
    pub came_back: BTreeMap<i64, Fen>,
}

/// Events by which money leaves, and their names.
const EVENTS: [(&str, &str); 5] =
    [("send", "一卡通发放送银行"), ("pay", "项目支付"), ("move", "拨付单位"), ("retain", "预留质保金"), ("retention_pay", "支付质保金")];

/// Errors: no such year; days not within it.
pub fn year_end(bureau: &mut Bureau, year: i64, days: u64) -> Result<YearEnd> {
    let last = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
    let Some(from) = last.filter(|_| (1..=366).contains(&days)).and_then(|last| last.checked_sub_days(Days::new(days - 1))) else {
        return AppError::refuse("days", format!("年度 {year}、天数 {days} 无效"), "天数应在 1 至 366 之间");
    };
    let first = date_to_int(from);
    let events = EVENTS.map(|(event, _)| format!("'{event}'")).join(", ");
    bureau.read(|tx, book| {
        // one side of the control group: what the voucher moved, by unit
        let sql = format!(
            "SELECT COALESCE(l.unit, ''), COALESCE(u.name, ''), v.event, CAST(SUM(p.debit) AS BIGINT),
                    CAST(SUM(CASE WHEN v.date >= $3 THEN p.debit ELSE 0 END) AS BIGINT),
                    COUNT(DISTINCT CASE WHEN v.date >= $3 THEN v.seq END)
               FROM voucher v JOIN posting p ON p.book = v.book AND p.voucher = v.seq
               JOIN account a ON a.book = p.book AND a.code = p.account AND a.grp = 'control'
               JOIN dim d ON d.book = p.book AND d.id = p.dim
               LEFT JOIN allocation l ON l.book = d.book AND l.id = d.allocation
               LEFT JOIN unit u ON u.book = l.book AND u.code = l.unit
              WHERE v.book = $1 AND v.year = $2 AND v.closing = 0 AND v.event IN ({events})
              GROUP BY COALESCE(l.unit, ''), COALESCE(u.name, ''), v.event"
        );
        let mut units = Vec::new();
        for row in tx.query(&sql, params![book.id, year, first])? {
            units.push(Rush {
                unit: row.string(0)?,
                unit_name: row.string(1)?,
                event: row.string(2)?,
                year: Fen::new(row.int(3)?),
                last_days: Fen::new(row.int(4)?),
                vouchers: row.int(5)?,
            });
        }
        units.sort_by(|a, b| (b.last_days, &a.unit, &a.event).cmp(&(a.last_days, &b.unit, &b.event)));
        let sql = format!(
            "SELECT {HEAD} FROM voucher v WHERE v.book = $1 AND v.year = $2 AND v.date >= $3 AND v.event IN ({events}) ORDER BY v.date, v.seq"
        );
        let rows = tx.query(&sql, params![book.id, year, first])?;
        let vouchers: Vec<VoucherHead> = rows.iter().map(head).collect::<std::result::Result<_, _>>()?;
        let mut came_back = BTreeMap::new();
        let sql = "SELECT d.voucher, CAST(SUM(r.amount) AS BIGINT) FROM disbursement d
               JOIN voucher v ON v.book = d.book AND v.seq = d.voucher
               JOIN refund r ON r.book = d.book AND r.disbursement = d.id
              WHERE d.book = $1 AND v.year = $2 AND v.date >= $3 AND r.date > $4 GROUP BY d.voucher";
        for row in tx.query(sql, params![book.id, year, first, year * 10_000 + 1231])? {
            came_back.insert(row.int(0)?, Fen::new(row.int(1)?));
        }
        Ok(YearEnd { year, from, units, vouchers, came_back })
    })
}

fn event_name(event: &str) -> &str {
    EVENTS.iter().find(|(code, _)| *code == event).map_or(event, |(_, name)| name)
}

impl YearEnd {
    pub fn tables(&self) -> Vec<Table> {
        vec![self.by_unit(), self.list()]
    }

    fn by_unit(&self) -> Table {
        let mut table = Table::new("year_end_units", format!("{} 年末几天支付占全年比重", self.year))
            .subtitle(format!("自 {} 起　单位：元", self.from))
            .column("unit", "单位", Kind::Text)
            .column("event", "业务", Kind::Text)
            .column("year_amount", "全年金额", Kind::Money)
            .column("last_days", "年末金额", Kind::Money)
            .column("share", "占全年", Kind::Percent)
            .column("vouchers", "年末凭证", Kind::Count);
        for rush in &self.units {
            let share: Option<Decimal> = ratio(rush.last_days.get().into(), rush.year.get().into()).parse().ok();
            let unit = if rush.unit_name.is_empty() { &rush.unit } else { &rush.unit_name };
            let (year, last_days) = (rush.year.into(), rush.last_days.into());
            let share = share.map_or(Cell::Empty, Cell::Ratio);
            table.push(vec![Cell::text(unit), Cell::text(event_name(&rush.event)), year, last_days, share, Cell::Count(rush.vouchers)]);
        }
        table
    }

    fn list(&self) -> Table {
        let mut table = Table::new("year_end_vouchers", format!("{} 年末几天的支付凭证", self.year))
            .subtitle(format!("自 {} 起　单位：元", self.from))
            .column("label", "凭证号", Kind::Text)
            .column("date", "日期", Kind::Date)
            .column("event", "业务", Kind::Text)
            .column("summary", "摘要", Kind::Text)
            .column("amount", "金额", Kind::Money)
            .column("maker", "制单", Kind::Text)
            .column("came_back", "次年起退回", Kind::Money);
        for voucher in &self.vouchers {
            table.push(vec![
                Cell::text(&voucher.label),
                Cell::Date(voucher.date),
                Cell::text(event_name(&voucher.event)),
                Cell::text(&voucher.summary),
                voucher.amount.into(),
                Cell::text(&voucher.maker),
                self.came_back.get(&voucher.seq).map_or(Cell::Empty, |amount| (*amount).into()),
            ]);
        }
        table
    }
}
