//! Puts the county together: people, what each year needs, its funds, its projects and payments, and all of it as steps in
//! order of days. No database is touched here.

use super::county::{County, row};
use super::dice::Dice;
use super::funds::{self, Funding, Met, Need};
use super::payments::{self, Desk};
use super::people::{FULL_HOUSEHOLDS, People, day};
use super::plan::{Act, Content, DemoFile, Look, Plan, Step, YearTotals, workday};
use super::programs;
use super::projects::{self, Pace, Paying, Project, pace};
use crate::domain::kinds::{self, Kind};
use crate::domain::money::Fen;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// A year's money at full size: about two hundred million yuan.
const FULL_YEAR: i64 = 20_000_000_000;
const FULL_PROJECTS: u64 = 60;

/// What county is wanted.
#[derive(Debug, Clone)]
pub struct Shape {
    pub seed: u64,
    pub households: u64,
    /// In order, without gaps.
    pub years: Vec<i32>,
}

struct Maker<'a> {
    county: &'a County,
    people: &'a People,
    shape: &'a Shape,
    dice: Dice,
    steps: Vec<Step>,
    totals: Vec<YearTotals>,
    /// Payments to projects, of all years.
    payings: Vec<Paying>,
}

/// The same shape gives the same plan.
pub fn generate(shape: &Shape) -> Plan {
    let county = County::new();
    let people = People::new(&county, shape.households, shape.seed);
    let mut desk = Desk::new(&people, shape.seed);
    let (steps, totals) = (Vec::new(), Vec::new());
    let mut maker = Maker { county: &county, people: &people, shape, dice: Dice::new(shape.seed, 2), steps, totals, payings: Vec::new() };
    maker.registers();
    for (at, year) in shape.years.iter().enumerate() {
        maker.year(*year, at == 0, &mut desk);
    }
    maker.project_payments();
    let Maker { mut steps, totals, .. } = maker;
    steps.extend(desk.steps);
    steps.sort_by_key(|step| (step.date, step.act.rank()));
    let batches = desk.batches;
    let mut plan = Plan { county, people, batches, steps, totals, given_up: Vec::new(), labels: Vec::new() };
    plan.recount();
    plan
}

impl Maker<'_> {
    fn import(&mut self, date: NaiveDate, kind: &'static Kind, name: &str, rows: Vec<Vec<String>>, look: Look) {
        if !rows.is_empty() {
            let file = DemoFile { kind, name: name.to_string(), content: Content::Rows(rows), look };
            self.steps.push(Step { date, act: Act::Import(file) });
        }
    }

    /// What stands before any money.
    fn registers(&mut self) {
        let first = day(self.shape.years.first().copied().unwrap_or(2018), 1, 2);
        self.import(first, &kinds::regions::KIND, "区划", self.county.region_rows(), Look::Marked);
        self.import(first, &kinds::units::KIND, "单位", self.county.unit_rows(), Look::Workbook);
        self.import(first, &kinds::programs::KIND, "补贴政策", programs::rows(), Look::Workbook);
        self.import(first, &kinds::households::KIND, "建档立卡户", self.people.household_rows(self.county, first), Look::Titled);
        self.import(first, &kinds::persons::KIND, "人员", self.people.person_rows(), Look::Titled);
        self.import(first, &kinds::cards::KIND, "一卡通", self.people.card_rows(), Look::Plain);
    }

    fn year(&mut self, year: i32, first_year: bool, desk: &mut Desk<'_>) {
        let jobs = payments::jobs(self.county, self.people, year, self.shape.households);
        let planned = payments::needs(&jobs);
        let projects = self.projects(year, first_year, &planned);
        let mut needs: Vec<Need> = planned.iter().map(|(need, _)| need.clone()).collect();
        needs.extend(projects.iter().map(Project::need));
        let mut funding = funds::fund_year(year, first_year, &needs, &mut self.dice);
        let (budgets, allocations) = (std::mem::take(&mut funding.budgets), std::mem::take(&mut funding.allocations));
        for (date, rows) in budgets {
            let look = if date.month() == 5 { Look::Workbook } else { Look::Spoken };
            self.import(date, &kinds::budgets::KIND, "指标", rows, look);
        }
        for (date, rows) in allocations {
            self.import(date, &kinds::allocations::KIND, "分配", rows, Look::Titled);
        }
        self.reductions(year, &planned, &funding);
        self.project_files(year, &projects);
        for (project, met) in projects.iter().zip(&funding.met[planned.len()..]) {
            self.payings.extend(project.payments(self.county, year, met, &mut self.dice));
        }
        let met: BTreeMap<(&'static str, String, u8), Met> =
            planned.iter().zip(&funding.met).map(|((need, _), met)| ((need.program, need.unit.clone(), need.half), met.clone())).collect();
        let begun = desk.batches.len();
        desk.year(jobs, &met);
        self.refunds(year, &desk.batches[begun..]);
        self.leaving(year);
        self.closing(year);
        self.total(year, &funding);
    }

    /// Projects take what the programmes leave of the year's money; the county's own money never falls from year to year.
    fn projects(&mut self, year: i32, first_year: bool, planned: &[(Need, i64)]) -> Vec<Project> {
        let households = self.shape.households;
        let programs: i64 = planned.iter().map(|(need, _)| need.amount).sum();
        let pot = FULL_YEAR / FULL_HOUSEHOLDS as i64 * households as i64 - programs;
        let count = (FULL_PROJECTS * households / FULL_HOUSEHOLDS).clamp(10, 400) as usize;
        let mut projects = projects::of_year(self.county, year, first_year, pot, count, &mut self.dice);
        let own = |projects: &[Project]| -> i64 {
            let programs: i64 = planned.iter().filter(|(need, _)| need.level == "县").map(|(need, _)| need.amount).sum();
            programs + projects.iter().filter(|p| p.level == "县").map(|p| p.amount).sum::<i64>()
        };
        let before = self.totals.last().map_or(0, |t| t.own);
        let missing = before + before / 50 - own(&projects);
        if missing > 0 {
            let number = projects.len();
            // the sort after the last is an industry project, its level made the county's
            let mut more = projects::ordinary(self.county, year, number, 1, funds::round_up(missing), false, &mut self.dice);
            more.level = "县";
            projects.push(more);
        }
        projects
    }

    fn reductions(&mut self, year: i32, planned: &[(Need, i64)], funding: &Funding) {
        let date = funds::reduction_day(year);
        let mut rows = Vec::new();
        for ((need, spare), met) in planned.iter().zip(&funding.met) {
            let back = spare / 10_000 * 10_000;
            if back > 0 {
                rows.push(funds::reduction(need, met, rows.len() + 1, date, back));
            }
        }
        self.import(date, &kinds::allocations::KIND, "调减", rows, Look::Plain);
    }

    fn project_files(&mut self, year: i32, projects: &[Project]) {
        let rows = |status: &str| projects.iter().map(|p| p.row(self.county, year, status)).collect();
        let done = projects.iter().filter(|p| pace(&p.unit) != Pace::Unfinished).map(|p| p.row(self.county, year, "竣工")).collect();
        let (filed, running) = (rows("在库"), rows("实施"));
        self.import(workday(day(year, 1, 7)), &kinds::projects::KIND, "项目库", filed, Look::Workbook);
        self.import(workday(day(year, 7, 3)), &kinds::projects::KIND, "项目库-实施", running, Look::Marked);
        self.import(workday(day(year, 12, 18)), &kinds::projects::KIND, "项目库-竣工", done, Look::Marked);
        // what a slow unit did not finish is finished in the next spring, before the last instalment
        if self.shape.years.contains(&(year + 1)) {
            let slow = projects.iter().filter(|p| pace(&p.unit) == Pace::Unfinished);
            let rows = slow.map(|p| p.finished_row(self.county, year, (day(year + 1, 5, 25), day(year + 1, 6, 1)))).collect();
            self.import(workday(day(year + 1, 6, 4)), &kinds::projects::KIND, "项目库-竣工", rows, Look::Marked);
        }
    }

    /// Some payments come back: of people who had died or were counted twice.
    fn refunds(&mut self, year: i32, batches: &[super::plan::Batch]) {
        let date = workday(day(year, 11, 21));
        let mut rows = Vec::new();
        for program in [programs::INDUSTRY, programs::ALLOWANCE, programs::ECOLOGY] {
            let early = batches.iter().find(|b| b.program == program && b.booked < date && !b.code.ends_with("-R1"));
            let Some((batch, line)) = early.and_then(|b| b.lines.iter().find(|l| l.failed.is_none()).map(|l| (b, l))) else { continue };
            let (doc, of) = (format!("TH{year}-{:03}", rows.len() + 1), format!("{}+{}", batch.code, line.number));
            rows.push(row(&[&doc, &date.to_string(), &of, &Fen::new(line.amount()).yuan(), "经核实不符合条件，已追回"]));
        }
        self.import(date, &kinds::refunds::KIND, "退回", rows, Look::Plain);
    }

    /// Households that leave the list at the year's end.
    fn leaving(&mut self, year: i32) {
        let date = workday(day(year, 12, 20));
        let out = self.people.households.iter().filter(|h| h.out_of_poverty.year() == year);
        let rows = out.map(|h| self.people.household_row(self.county, h, date)).collect();
        self.import(date, &kinds::households::KIND, "脱贫退出", rows, Look::Marked);
    }

    /// Each month is closed on the 6th of the next; December with the year, on 4 January.
    fn closing(&mut self, year: i32) {
        for month in 1..=11 {
            self.steps.push(Step { date: day(year, month + 1, 6), act: Act::CloseMonth(year, month) });
        }
        self.steps.push(Step { date: day(year + 1, 1, 4), act: Act::CloseYear(year) });
    }

    fn total(&mut self, year: i32, funding: &Funding) {
        let sums = YearTotals { year, received: funding.received, own: funding.own, allocated: funding.allocated, ..YearTotals::default() };
        self.totals.push(sums);
    }

    /// Numbers all payments to projects in order of days and puts them into files, three a month.
    fn project_payments(&mut self) {
        let last = self.shape.years.last().copied().unwrap_or(2018);
        let mut payings = std::mem::take(&mut self.payings);
        payings.retain(|p| p.date.year() <= last);
        payings.sort_by(|a, b| (a.date, !a.moved, &a.cells).cmp(&(b.date, !b.moved, &b.cells)));
        let mut files: BTreeMap<NaiveDate, Vec<Vec<String>>> = BTreeMap::new();
        for (at, mut paying) in payings.into_iter().enumerate() {
            let (date, doc) = (paying.date, format!("ZF{}-{:05}", paying.date.year(), at + 1));
            if let Some(total) = self.totals.iter_mut().find(|t| t.year == date.year() && !paying.retention && !paying.moved) {
                total.to_projects += paying.amount;
            }
            if paying.retention && date.year() < last {
                self.steps.push(Step { date: workday(day(date.year() + 1, 11, 20)), act: Act::PayRetention(doc.clone()) });
            }
            if at % 97 == 40 && !paying.retention && !paying.moved && paying.cells[10] != "实拨单位" {
                self.project_refund(&doc, date, paying.amount / 20);
            }
            paying.cells[0] = doc;
            files.entry(projects::file_day(date)).or_default().push(paying.cells);
        }
        for (at, (date, rows)) in files.into_iter().enumerate() {
            let look = if at % 4 == 0 { Look::Spoken } else { Look::Marked };
            self.import(date, &kinds::disbursements::KIND, "项目支付", rows, look);
        }
    }

    fn project_refund(&mut self, doc: &str, paid: NaiveDate, amount: i64) {
        let date = projects::file_day(paid);
        let amount = Fen::new(amount).yuan();
        let rows = vec![row(&[&format!("TH{doc}"), &date.to_string(), doc, &amount, "工程量核减，多付部分退回"])];
        self.import(date, &kinds::refunds::KIND, &format!("退回-{doc}"), rows, Look::Plain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(seed: u64) -> Plan {
        generate(&Shape { seed, households: 60, years: vec![2018, 2019] })
    }

    /// All files of a plan, byte for byte.
    fn files(plan: &Plan) -> Vec<u8> {
        let mut bytes = Vec::new();
        for step in &plan.steps {
            if let Act::Import(file) = &step.act {
                assert!(super::super::render(file, plan, &mut bytes).is_ok());
            }
        }
        bytes
    }

    #[test]
    fn the_same_seed_gives_the_same_plan() {
        let plan = small(5);
        let again = small(5);
        assert!(files(&plan) == files(&again), "the same bytes");
        assert_ne!(format!("{:?}", plan.batches), format!("{:?}", small(6).batches));
    }

    #[test]
    fn a_years_own_money_never_falls_and_everything_is_covered() {
        let plan = small(7);
        assert!(plan.totals.windows(2).all(|pair| pair[0].own <= pair[1].own));
        // a slow unit pays in spring what it was given the year before: over the years money covers everything
        let (mut received, mut paid) = (0, 0);
        for total in &plan.totals {
            assert!(total.allocated <= total.received);
            (received, paid) = (received + total.received, paid + total.to_cards + total.to_projects);
            assert!(paid <= received, "{total:?}");
        }
        assert!(plan.steps.is_sorted_by_key(|step| (step.date, step.act.rank())));
    }
}
