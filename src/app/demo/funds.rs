//! Where the money of a year comes from. What the year will need is known first, so each fund is exactly what its needs add
//! up to: everything is covered. Half of a year's money is announced early (提前下达), in December before it,
//! the other half comes in May. 东方 is a city of county rank directly under the province: it has no funds of a 市 level.

use super::county::row;
use super::dice::Dice;
use super::people::day;
use super::plan::{after, workday, workday_after};
use crate::domain::money::Fen;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Money that a unit needs for a programme or a project in a half of a year.
#[derive(Debug, Clone)]
pub struct Need {
    pub half: u8,
    pub level: &'static str,
    pub function: &'static str,
    pub unit: String,
    pub project: String,
    pub program: &'static str,
    pub amount: i64,
    /// Of the year before, brought over into the first year.
    pub carried: bool,
}

/// Where a need was met: the allocation document and its day.
#[derive(Debug, Clone)]
pub struct Met {
    pub doc: String,
    pub fund: String,
    pub date: NaiveDate,
}

/// A year's budget documents and allocations, each a dated file of rows.
#[derive(Debug, Default)]
pub struct Funding {
    pub budgets: BTreeMap<NaiveDate, Vec<Vec<String>>>,
    pub allocations: BTreeMap<NaiveDate, Vec<Vec<String>>>,
    /// In the order of the needs.
    pub met: Vec<Met>,
    pub received: i64,
    pub own: i64,
    pub allocated: i64,
}

fn fund_name(function: &str) -> &'static str {
    match function {
        "2050299" => "贫困家庭学生资助资金",
        "2210105" => "农村危房改造补助资金",
        "2130209" => "森林生态效益补偿资金",
        "2130504" => "扶贫发展资金（农村基础设施建设）",
        "2130505" => "扶贫发展资金（生产发展）",
        "2130506" => "扶贫发展资金（社会发展）",
        _ => "扶贫发展资金（其他扶贫支出）",
    }
}

fn category(function: &str) -> &'static str {
    match function {
        "2050299" => "其他",
        "2130209" | "2210105" => "统筹整合涉农资金",
        _ => "财政专项扶贫资金",
    }
}

fn doc_no(level: &str, year: i32, number: usize) -> String {
    let office = match level {
        "中央" => "财农",
        "省" => "琼财农",
        _ => "东财预",
    };
    format!("{office}〔{year}〕{number}号")
}

/// When the fund of a half arrives. In the book's first year nothing can have arrived before it.
fn arrival(year: i32, half: u8, first_year: bool, dice: &mut Dice) -> NaiveDate {
    let date = match (half, first_year) {
        (1, true) => day(year, 1, dice.between(8, 15) as u32),
        (1, false) => day(year - 1, 12, dice.between(12, 18) as u32),
        _ => day(year, 5, dice.between(8, 24) as u32),
    };
    workday(date)
}

/// Days from receipt to allocation: within 30, now and then a late one.
fn handed_out(received: NaiveDate, year: i32, half: u8, first_year: bool, dice: &mut Dice) -> NaiveDate {
    let late = dice.chance(800);
    let days = match (half, first_year) {
        _ if late => dice.between(34, 41),
        (1, false) => dice.between(24, 28), // after the new year has begun
        _ => dice.between(10, 26),
    };
    workday_after(received, days).max(day(year, 1, 8))
}

/// Funds and allocations of a year for its needs.
pub fn fund_year(year: i32, first_year: bool, needs: &[Need], dice: &mut Dice) -> Funding {
    let mut groups: BTreeMap<(bool, u8, &str, &str), Vec<usize>> = BTreeMap::new();
    for (at, need) in needs.iter().enumerate() {
        groups.entry((!need.carried, need.half, need.function, need.level)).or_default().push(at);
    }
    let mut funding = Funding::default();
    let mut met: Vec<Option<Met>> = vec![None; needs.len()];
    for (number, ((fresh, half, function, level), members)) in groups.into_iter().enumerate() {
        let carried = !fresh;
        let total: i64 = members.iter().map(|at| needs[*at].amount).sum();
        let amount = total; // nothing of it is left to be handed out late
        let received = if carried { day(year, 1, 8) } else { arrival(year, half, first_year, dice) };
        let date = handed_out(received, year, half, first_year || carried, dice);
        let of = if carried { year - 1 } else { year };
        let fund = doc_no(level, of, number + if carried { 81 } else { 1 });
        let doc = format!("东财农〔{year}〕{}号", number + 1);
        let name = format!("{of}年{level}{}", fund_name(function));
        let early = if half == 1 && !first_year { "提前下达" } else { "" };
        let (yes, from) = if carried { ("是", of.to_string()) } else { ("", String::new()) };
        funding.budgets.entry(received).or_default().push(row(&[
            &fund,
            &name,
            level,
            category(function),
            &year.to_string(),
            &Fen::new(amount).yuan(),
            &received.to_string(),
            function,
            yes,
            &from,
            early,
        ]));
        funding.received += amount;
        funding.own += if level == "县" { amount } else { 0 };
        for at in members {
            let need = &needs[at];
            let amount = Fen::new(need.amount).yuan();
            let cells = [&doc, "下达", &date.to_string(), &fund, &need.unit, &need.project, need.program, &amount, &name];
            funding.allocations.entry(date).or_default().push(row(&cells));
            funding.allocated += need.amount;
            met[at] = Some(Met { doc: doc.clone(), fund: fund.clone(), date });
        }
    }
    // every need is in exactly one group
    funding.met = met.into_iter().flatten().collect();
    funding
}

/// A row that takes back what a programme will not need (调减).
pub fn reduction(need: &Need, met: &Met, number: usize, date: NaiveDate, amount: i64) -> Vec<String> {
    let doc = format!("{}-调{number}", met.doc);
    let amount = Fen::new(amount).yuan();
    let kind = if number % 2 == 1 { "调减" } else { "收回" };
    row(&[&doc, kind, &date.to_string(), &met.fund, &need.unit, &need.project, need.program, &amount, "结余指标调整"])
}

/// Rounded up to a hundred yuan.
pub fn round_up(fen: i64) -> i64 {
    (fen + 9_999) / 10_000 * 10_000
}

/// The day when a year's reductions are made.
pub fn reduction_day(year: i32) -> NaiveDate {
    after(workday(day(year, 12, 14)), 1)
}
