//! What each unit had and spent by the plan's own files, for the labels of slow units: low years and rushes at the year's end.

use super::hands::Weaver;
use super::natural::{fen, rows_of};
use crate::app::demo::people::day;
use crate::app::demo::projects::{Pace, pace};
use crate::domain::calendar::parse_date;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// What a movement of money does to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Handed out to it, or taken back (negative).
    Given,
    /// On cards or with a final payee; negative where it came back.
    Spent,
    /// To a unit's own account.
    Moved,
    /// Paid on out of what was moved.
    Onward,
    /// Retention money set aside, and paid out.
    Kept,
    Released,
}

#[derive(Debug)]
struct Flow {
    unit: String,
    fund: String,
    date: NaiveDate,
    way: Way,
    amount: i64,
}

/// The year whose money a fund is, before it was carried over.
type FundYears = BTreeMap<String, i32>;

pub fn label(weaver: &mut Weaver<'_>) {
    let (flows, funds) = flows(weaver);
    let mut units: Vec<String> = flows.iter().map(|f| f.unit.clone()).filter(|unit| pace(unit) != Pace::Steady).collect();
    units.sort_unstable();
    units.dedup();
    for unit in units {
        let own: Vec<&Flow> = flows.iter().filter(|f| f.unit == unit).collect();
        let years = weaver.years.clone();
        if years.iter().any(|year| rushes(&own, *year)) {
            weaver.guilty_of("M09", "单位", &unit, &[], "进度慢的单位，年底集中支出");
        }
        if years.len() >= 3 && years.iter().all(|year| low(&own, &funds, *year)) {
            weaver.guilty_of("U15", "单位", &unit, &[], "进度慢的单位，连续三年支出率偏低");
        }
    }
}

fn flows(weaver: &Weaver<'_>) -> (Vec<Flow>, FundYears) {
    let mut funds = FundYears::new();
    for cells in rows_of(weaver, "budgets") {
        funds.insert(cells[0].clone(), cells[4].parse().unwrap_or(0) - i32::from(cells[8] == "是"));
    }
    let (mut flows, mut of_doc, mut of_payment) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    let date = |cell: &str| parse_date(cell).unwrap_or_default();
    for cells in rows_of(weaver, "allocations") {
        let amount = if cells[1] == "下达" { fen(&cells[7]) } else { -fen(&cells[7]) };
        of_doc.insert(cells[0].clone(), cells[3].clone());
        let (unit, fund) = (cells[4].clone(), cells[3].clone());
        flows.push(Flow { unit, fund, date: date(&cells[2]), way: Way::Given, amount });
    }
    let fund = |doc: &str| of_doc.get(doc).cloned().unwrap_or_default();
    for batch in weaver.paying() {
        let amount = batch.lines.iter().filter(|l| l.failed.is_none()).map(crate::app::demo::plan::Line::amount).sum();
        let from = (batch.unit.clone(), fund(&batch.allocation));
        of_payment.insert(batch.code.clone(), from.clone());
        flows.push(Flow { unit: from.0, fund: from.1, date: batch.booked, way: Way::Spent, amount });
    }
    let last = weaver.last_year();
    for cells in rows_of(weaver, "disbursements") {
        let (from, paid, amount) = ((cells[2].clone(), fund(&cells[3])), date(&cells[1]), fen(&cells[9]));
        of_payment.insert(cells[0].clone(), from.clone());
        let way = match (cells[7].as_str(), cells[10].as_str(), cells[11].as_str()) {
            (_, _, "是") => Way::Kept,
            ("预算单位", ..) => Way::Moved,
            (_, "实拨单位", _) => Way::Onward,
            _ => Way::Spent,
        };
        flows.push(Flow { unit: from.0.clone(), fund: from.1.clone(), date: paid, way, amount });
        if way == Way::Kept && paid.year() < last {
            flows.push(Flow { unit: from.0, fund: from.1, date: day(paid.year() + 1, 11, 20), way: Way::Released, amount });
        }
    }
    for cells in rows_of(weaver, "refunds") {
        let code = cells[2].rsplit_once('+').map_or(cells[2].as_str(), |(code, _)| code);
        if let Some((unit, fund)) = of_payment.get(code).cloned() {
            flows.push(Flow { unit, fund, date: date(&cells[1]), way: Way::Spent, amount: -fen(&cells[3]) });
        }
    }
    (flows, funds)
}

/// Whether two fifths of a year went in December, or a quarter in its last ten days.
fn rushes(flows: &[&Flow], year: i32) -> bool {
    let gross = |from: NaiveDate| -> i64 {
        let of = |f: &&&Flow| matches!(f.way, Way::Spent | Way::Moved | Way::Released) && f.amount > 0;
        flows.iter().filter(of).filter(|f| f.date.year() == year && f.date >= from).map(|f| f.amount).sum()
    };
    let all = gross(day(year, 1, 1));
    all >= 50_000_000 && (gross(day(year, 12, 1)) * 10 >= all * 4 || gross(day(year, 12, 22)) * 4 >= all)
}

/// Whether less than four fifths of what a unit had in a year was spent. What is two years old is taken back at the year's close
/// and had been there until then; what is older is gone.
fn low(flows: &[&Flow], funds: &FundYears, year: i32) -> bool {
    let end = day(year, 12, 31);
    let year_of = |f: &Flow| funds.get(&f.fund).copied().unwrap_or(year);
    let of_year = |f: &&&Flow| f.date.year() == year && matches!(f.way, Way::Spent | Way::Onward | Way::Released);
    let spent: i64 = flows.iter().filter(of_year).map(|f| f.amount).sum();
    let held = flows.iter().filter(|f| f.date <= end && year_of(f) <= year && year_of(f) >= year - 2);
    let left: i64 = held
        .map(|f| match f.way {
            Way::Given => f.amount,
            Way::Spent | Way::Onward | Way::Kept => -f.amount,
            Way::Moved | Way::Released => 0,
        })
        .sum();
    let available = spent + left;
    available >= 1_000_000 && spent * 10 < available * 8
}
