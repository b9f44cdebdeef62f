//! What goes wrong in the honest county by itself, as its plan knows: money handed out late, money left over, builders of a
//! slow unit who were paid before the work was done. It is labelled too, for it is true.

use super::hands::Weaver;
use super::{delays, flows};
use crate::app::demo::people::day;
use crate::app::demo::plan::{Act, Content};
use crate::domain::calendar::parse_date;
use crate::domain::money::Fen;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// A fund as the plan's files tell: what came, and what was paid out of it by the last day.
#[derive(Debug, Default)]
struct Account {
    received: Option<NaiveDate>,
    level: String,
    year: i32,
    carried: bool,
    amount: i64,
    last_handed_out: Option<NaiveDate>,
    paid: i64,
}

/// Hundredths of a fund that may be left over from sharing it out.
const SMALL: i64 = 2;

/// Funds by document.
type Accounts = BTreeMap<String, Account>;

pub fn label(weaver: &mut Weaver<'_>) {
    let accounts = accounts(weaver);
    late(weaver, &accounts);
    left_over(weaver, &accounts);
    fallen(weaver);
    flows::label(weaver);
    delays::label(weaver);
}

pub fn fen(cell: &str) -> i64 {
    Fen::parse(cell).map_or(0, Fen::get)
}

/// Rows of all files of a kind, those of the misuse among them.
pub fn rows_of<'a>(weaver: &'a Weaver<'_>, kind: &'a str) -> impl Iterator<Item = &'a Vec<String>> {
    let honest = weaver.plan.steps.iter().filter_map(move |step| match &step.act {
        Act::Import(file) if file.kind.name == kind => match &file.content {
            Content::Rows(rows) => Some(rows.as_slice()),
            _ => None,
        },
        _ => None,
    });
    honest.flatten().chain(weaver.money.rows(kind))
}

fn accounts(weaver: &Weaver<'_>) -> Accounts {
    let mut accounts = Accounts::new();
    for cells in rows_of(weaver, "budgets") {
        let account = accounts.entry(cells[0].clone()).or_default();
        (account.received, account.level) = (parse_date(&cells[6]).ok(), cells[2].clone());
        (account.year, account.amount, account.carried) = (cells[4].parse().unwrap_or(0), fen(&cells[5]), cells[8] == "是");
    }
    let mut fund_of: BTreeMap<&str, &str> = BTreeMap::new();
    for cells in rows_of(weaver, "allocations").filter(|cells| cells[1] == "下达") {
        fund_of.insert(&cells[0], &cells[3]);
        let date = parse_date(&cells[2]).ok();
        if let Some(account) = accounts.get_mut(&cells[3]) {
            account.last_handed_out = account.last_handed_out.max(date);
        }
    }
    // what a unit gives back (调减、收回) is still the fund's, and unspent
    let mut spent: BTreeMap<String, i64> = BTreeMap::new();
    let mut paid = |doc: &str, amount: i64| {
        if let Some(fund) = fund_of.get(doc) {
            *spent.entry((*fund).to_string()).or_default() += amount;
        }
    };
    let (mut of_payment, mut of_line): (BTreeMap<&str, &str>, BTreeMap<&str, &str>) = (BTreeMap::new(), BTreeMap::new());
    for batch in weaver.paying() {
        of_line.insert(&batch.code, &batch.allocation);
        paid(&batch.allocation, batch.lines.iter().filter(|l| l.failed.is_none()).map(super::super::plan::Line::amount).sum());
    }
    for cells in rows_of(weaver, "disbursements") {
        of_payment.insert(&cells[0], &cells[3]);
        if cells[7] != "预算单位" {
            paid(&cells[3], fen(&cells[9]));
        }
    }
    for cells in rows_of(weaver, "refunds") {
        let line = cells[2].rsplit_once('+').and_then(|(code, _)| of_line.get(code));
        if let Some(doc) = of_payment.get(cells[2].as_str()).or(line) {
            paid(doc, -fen(&cells[3]));
        }
    }
    for (fund, amount) in spent {
        accounts.entry(fund).or_default().paid += amount;
    }
    accounts
}

/// U09: upper-level money that was handed out after its thirty days.
fn late(weaver: &mut Weaver<'_>, accounts: &Accounts) {
    for (doc, account) in accounts.iter().filter(|(_, a)| !a.carried && a.level != "县") {
        let days = account.received.zip(account.last_handed_out).map(|(from, to)| to.signed_duration_since(from).num_days());
        if days.is_some_and(|days| days > 30) {
            weaver.guilty_of("U09", "资金", doc, &[], "收文三十日后才分配下达");
        }
    }
}

/// U08: what is left of earlier years' funds at the end of the last year.
fn left_over(weaver: &mut Weaver<'_>, accounts: &Accounts) {
    let last = weaver.last_year();
    for (doc, account) in accounts {
        let carried = account.year - i32::from(account.carried);
        // what is older than two years is taken back when the year is closed
        let old = carried > last - 2 && (day(last, 12, 31) - day(carried, 12, 31)).num_days() > 365;
        // a few hundredths left over are nothing idle
        let left = account.amount - account.paid;
        if old && left >= 100_000 && left * 100 > account.amount * SMALL {
            weaver.guilty_of("U08", "资金", doc, &[], "以前年度结余，一年以上未用");
        }
    }
}

/// The county's own special money of a year, in fen: what it arranged.
pub fn own_special(weaver: &Weaver<'_>, year: i32) -> i64 {
    let of_year = rows_of(weaver, "budgets").filter(|cells| cells[2] == "县" && cells[3] == "财政专项扶贫资金" && cells[8] != "是");
    of_year.filter(|cells| cells[4] == year.to_string()).map(|cells| fen(&cells[5])).sum()
}

/// U14: years in which the county put in less of its own than in the year before.
fn fallen(weaver: &mut Weaver<'_>) {
    for year in weaver.years.clone() {
        if weaver.years.contains(&(year - 1)) && own_special(weaver, year) < own_special(weaver, year - 1) {
            weaver.guilty_of("U14", "年度", &year.to_string(), &[], "本级专项资金少于上年");
        }
    }
}
