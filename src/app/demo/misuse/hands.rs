//! What every planting needs: people whom nothing else concerns, list rows that come at the next comparison (比对), later
//! corrections of registers, lines that are taken out, cards that are changed, and labels.

use super::labels::Labels;
use super::lists::Lists;
use super::money::Money;
use crate::app::demo::county::row;
use crate::app::demo::dice::Dice;
use crate::app::demo::generate::Shape;
use crate::app::demo::people::{Household, Person, card_number, card_row, day};
use crate::app::demo::plan::{Act, Batch, Content, DemoFile, Line, Look, Plan, Step, workday};
use crate::domain::identity::id_check_char;
use crate::domain::kinds::{self, Kind};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Cards of the misuse begin here, above those of the honest county.
const FIRST_CARD: u32 = 50_000_000;

pub struct Weaver<'a> {
    pub plan: &'a mut Plan,
    pub years: Vec<i32>,
    pub households: u64,
    pub dice: Dice,
    pub lists: Lists,
    pub labels: Labels,
    pub money: Money,
    /// Batches that pay each person, by index, in order of making.
    paid: Vec<Vec<u32>>,
    /// People in the order in which they are looked at.
    order: Vec<usize>,
    /// Households that a planting has taken.
    taken: BTreeSet<usize>,
    /// People whose payments came back from the bank, or were recovered: their lines are left alone.
    touched: BTreeSet<usize>,
    /// Rows for registers, to come on a day.
    pub register: BTreeMap<(NaiveDate, &'static str, &'static str), Vec<Vec<String>>>,
    /// Whose card the bank replaced, when, and by which.
    pub reissued: BTreeMap<usize, (NaiveDate, u32)>,
    strangers: u32,
    next_card: u32,
}

/// A payment line: which batch, which of its lines.
#[derive(Debug, Clone, Copy)]
pub struct Paid {
    pub batch: usize,
    pub line: Line,
}

impl<'a> Weaver<'a> {
    pub fn new(plan: &'a mut Plan, shape: &Shape) -> Weaver<'a> {
        let mut dice = Dice::new(shape.seed, 9);
        let mut paid = vec![Vec::new(); plan.people.persons.len()];
        let mut touched = BTreeSet::new();
        for (at, batch) in plan.batches.iter().enumerate() {
            for line in &batch.lines {
                paid[line.person as usize].push(at as u32);
                if line.failed.is_some() {
                    touched.insert(line.person as usize);
                }
            }
        }
        touched.extend(refunded(plan));
        let mut order: Vec<usize> = (0..plan.people.persons.len()).collect();
        dice.shuffle(&mut order);
        Weaver {
            years: shape.years.clone(),
            households: shape.households,
            dice,
            lists: Lists::default(),
            labels: Labels::default(),
            money: Money::default(),
            paid,
            order,
            taken: BTreeSet::new(),
            touched,
            register: BTreeMap::new(),
            reissued: BTreeMap::new(),
            strangers: 0,
            next_card: FIRST_CARD,
            plan,
        }
    }

    /// How often misuse of one kind is planted: once in a small county, four times in the full one.
    pub fn times(&self) -> usize {
        (1 + self.households as usize / 1_500).min(4)
    }

    /// The year of the n-th planting.
    pub fn year(&self, n: usize) -> i32 {
        self.years.get(n % self.years.len().max(1)).copied().unwrap_or(2018)
    }

    pub fn first_year(&self) -> i32 {
        self.year(0)
    }

    pub fn last_year(&self) -> i32 {
        self.years.last().copied().unwrap_or(2018)
    }

    pub fn person(&self, at: usize) -> &Person {
        &self.plan.people.persons[at]
    }

    pub fn household(&self, at: usize) -> &Household {
        &self.plan.people.households[self.plan.people.persons[at].household]
    }

    pub fn members(&self, household: usize) -> std::ops::Range<usize> {
        let h = &self.plan.people.households[household];
        h.head..h.head + h.size
    }

    pub fn village_code(&self, person: usize) -> String {
        self.plan.county.villages[self.plan.people.village_of(person)].code.clone()
    }

    /// Lines of a person in batches of a programme (any for an empty code), in order of making.
    pub fn lines(&self, person: usize, program: &str) -> Vec<Paid> {
        let batches = self.paid[person].iter().map(|at| *at as usize);
        let found = batches.filter(|at| program.is_empty() || self.plan.batches[*at].program == program);
        found
            .filter_map(|batch| {
                self.plan.batches[batch].lines.iter().find(|l| l.person as usize == person).map(|line| Paid { batch, line: *line })
            })
            .collect()
    }

    pub fn batch(&self, paid: Paid) -> &Batch {
        &self.plan.batches[paid.batch]
    }

    /// `批次号+序号`
    pub fn key(&self, paid: Paid) -> String {
        format!("{}+{}", self.plan.batches[paid.batch].code, paid.line.number)
    }

    /// All batches but those that were given up.
    pub fn paying(&self) -> impl Iterator<Item = &Batch> {
        self.plan.batches.iter().enumerate().filter(|(at, _)| !self.plan.given_up.contains(at)).map(|(_, batch)| batch)
    }

    /// The card that a person has on a day, by its serial.
    pub fn card_on(&self, person: usize, date: NaiveDate) -> u32 {
        let paid = self.lines(person, "").into_iter().filter(|l| self.batch(*l).made <= date);
        let last = paid.max_by_key(|l| self.batch(*l).made).map(|l| (self.batch(l).made, l.line.card));
        let replaced = self.reissued.get(&person).copied().filter(|(from, _)| *from <= date);
        match (last, replaced) {
            (Some((made, card)), Some((from, _))) if made >= from => card,
            (_, Some((_, card))) | (Some((_, card)), None) => card,
            (None, None) => person as u32 + 1,
        }
    }

    /// Somebody in a household of whom nothing is planted yet, all of whose payments arrived; the household is taken.
    pub fn take(&mut self, wanted: impl Fn(&Weaver<'_>, usize) -> bool) -> Option<usize> {
        let free = |at: &&usize| {
            let household = self.plan.people.persons[**at].household;
            !self.taken.contains(&household) && !self.members(household).any(|m| self.touched.contains(&m)) && wanted(self, **at)
        };
        let found = self.order.iter().find(free).copied()?;
        self.taken.insert(self.plan.people.persons[found].household);
        Some(found)
    }

    /// Takes a person's lines out of batches made after a day.
    pub fn stop(&mut self, person: usize, after: NaiveDate) {
        for at in std::mem::take(&mut self.paid[person]) {
            let batch = &mut self.plan.batches[at as usize];
            if batch.made > after {
                batch.lines.retain(|line| line.person as usize != person);
            } else {
                self.paid[person].push(at);
            }
        }
    }

    /// The same for all of the household.
    pub fn stop_household(&mut self, person: usize, after: NaiveDate) {
        for member in self.members(self.person(person).household) {
            self.stop(member, after);
        }
    }

    /// Takes a person out of a programme's batches for some periods.
    pub fn leave_out(&mut self, person: usize, program: &str, periods: &[String]) {
        for at in std::mem::take(&mut self.paid[person]) {
            let batch = &mut self.plan.batches[at as usize];
            if batch.program == program && periods.contains(&batch.period) {
                batch.lines.retain(|line| line.person as usize != person);
            } else {
                self.paid[person].push(at);
            }
        }
    }

    /// Gives a person another card from a day on, by its serial.
    pub fn change_card(&mut self, person: usize, serial: u32, from: NaiveDate, until: Option<NaiveDate>) {
        let cells = card_row(self.person(person), &card_number(serial as usize), from, until);
        self.register(workday(from), &kinds::cards::KIND, "一卡通-变更", cells);
        self.use_card(person, serial, from, until);
    }

    /// Lines of batches made within days go to that card.
    pub fn use_card(&mut self, person: usize, serial: u32, from: NaiveDate, until: Option<NaiveDate>) {
        for at in self.paid[person].clone() {
            let batch = &mut self.plan.batches[at as usize];
            if batch.made >= from && until.is_none_or(|until| batch.made <= until) {
                batch.lines.iter_mut().filter(|l| l.person as usize == person).for_each(|l| l.card = serial);
            }
        }
    }

    /// Whether a payment of a person came back.
    pub fn is_touched(&self, person: usize) -> bool {
        self.touched.contains(&person)
    }

    /// Adds somebody to a household: the index.
    pub fn add_person(&mut self, person: Person) -> usize {
        self.plan.people.persons.push(person);
        self.paid.push(Vec::new());
        self.plan.people.persons.len() - 1
    }

    pub fn new_card(&mut self) -> u32 {
        self.next_card += 1;
        self.next_card
    }

    /// A further batch of a programme by a unit, with money of its own; answered like the others.
    pub fn add_batch(&mut self, batch: Batch, function: &'static str) -> usize {
        let batch = self.with_money(batch, function);
        self.push_batch(batch, Act::Approve)
    }

    fn with_money(&mut self, mut batch: Batch, function: &'static str) -> Batch {
        let total: i64 = batch.lines.iter().map(Line::amount).sum();
        batch.allocation = self.allocate(batch.made, &batch.unit.clone(), "", batch.program, function, total);
        for (at, line) in batch.lines.iter_mut().enumerate() {
            (line.number, line.failed) = (at as u32 + 1, None);
        }
        batch
    }

    /// The same, paid past the book, which learns of it from the bank's answer.
    pub fn add_past_batch(&mut self, batch: Batch, function: &'static str) -> usize {
        let batch = self.with_money(batch, function);
        self.push_batch(batch, Act::Backfill)
    }

    fn push_batch(&mut self, batch: Batch, approval: fn(String) -> Act) -> usize {
        let (at, made, booked, code) = (self.plan.batches.len(), batch.made, batch.booked, batch.code.clone());
        for line in &batch.lines {
            self.paid[line.person as usize].push(at as u32);
        }
        self.plan.batches.push(batch);
        self.import(made, &kinds::batch::KIND, &code, Content::Batches(vec![at]));
        self.step(next_workday(made, 1), approval(code.clone()));
        self.step(next_workday(made, 3), Act::Send(code.clone()));
        self.import(next_workday(booked, 1), &kinds::returns::KIND, &code, Content::Answers(vec![at]));
        at
    }

    /// A household's or person's row of a register, to come on a day.
    pub fn register(&mut self, date: NaiveDate, kind: &'static Kind, name: &'static str, cells: Vec<String>) {
        self.register.entry((workday(date), kind.name, name)).or_default().push(cells);
    }

    pub fn import(&mut self, date: NaiveDate, kind: &'static Kind, name: &str, content: Content) {
        let file = DemoFile { kind, name: name.to_string(), content, look: Look::Plain };
        self.step(date, Act::Import(file));
    }

    pub fn step(&mut self, date: NaiveDate, act: Act) {
        self.plan.steps.push(Step { date, act });
    }

    /// Somebody who is not registered: name and ID number.
    pub fn stranger(&mut self) -> (String, String) {
        let name = ["赵", "钱", "孙", "周", "吴", "郑"][self.strangers as usize % 6];
        let other = ["山", "川", "江", "河", "平", "安", "宁"][self.strangers as usize % 7];
        (format!("{name}示{other}"), self.stranger_id())
    }

    /// A number of another county: never that of a registered person.
    pub fn stranger_id(&mut self) -> String {
        let n = self.strangers;
        self.strangers += 1;
        let birth = day(1958 + (n % 37) as i32, 1 + n / 37 % 12, 1 + n / 444 % 28);
        let first = format!("469006{}{:03}", birth.format("%Y%m%d"), n % 1_000);
        let check = <&[u8; 17]>::try_from(first.as_bytes()).map_or(b'0', id_check_char);
        format!("{first}{}", char::from(check))
    }

    /// A batch of which no line is left is not made at all.
    fn drop_empty(&mut self) {
        let empty: BTreeSet<usize> = (0..self.plan.batches.len()).filter(|at| self.plan.batches[*at].lines.is_empty()).collect();
        let codes: BTreeSet<String> = empty.iter().map(|at| self.plan.batches[*at].code.clone()).collect();
        self.plan.steps.retain_mut(|step| match &mut step.act {
            Act::Import(DemoFile { content: Content::Batches(batches) | Content::Answers(batches), .. }) => {
                batches.retain(|at| !empty.contains(at));
                !batches.is_empty()
            }
            Act::Approve(code) | Act::Send(code) | Act::Reissue(code) | Act::Release(code) => !codes.contains(code),
            _ => true,
        });
    }

    /// Puts everything that was gathered into the plan, in order of days.
    pub fn finish(mut self) {
        self.drop_empty();
        for ((date, kind, name), rows) in std::mem::take(&mut self.register) {
            if let Some(kind) = Kind::find(kind) {
                self.import(date, kind, name, Content::Rows(rows));
            }
        }
        let lists = std::mem::take(&mut self.lists);
        lists.into_steps(&mut self);
        let money = std::mem::take(&mut self.money);
        money.into_steps(&mut self);
        self.plan.labels = std::mem::take(&mut self.labels).into_rows();
        self.plan.steps.sort_by_key(|step| (step.date, step.act.rank()));
        self.plan.recount();
    }
}

/// The day some working days' margin later, never on a weekend.
pub fn next_workday(date: NaiveDate, days: i64) -> NaiveDate {
    workday(crate::app::demo::plan::after(date, days))
}

/// The two comparisons of a year (每年两次比对): in May and in November.
pub fn comparisons(year: i32) -> [NaiveDate; 2] {
    [workday(day(year, 5, 28)), workday(day(year, 11, 26))]
}

/// People of whom a payment came back in the honest county.
fn refunded(plan: &Plan) -> Vec<usize> {
    let mut people = Vec::new();
    for step in &plan.steps {
        let Act::Import(DemoFile { kind, content: Content::Rows(rows), .. }) = &step.act else { continue };
        if kind.name != "refunds" {
            continue;
        }
        for (code, number) in rows.iter().filter_map(|cells| cells[2].rsplit_once('+')) {
            let batch = plan.batches.iter().find(|b| b.code == code);
            people.extend(batch.and_then(|b| b.lines.iter().find(|l| l.number.to_string() == number)).map(|l| l.person as usize));
        }
    }
    people
}

/// A row of a household's register with another status.
pub fn household_row(weaver: &Weaver<'_>, person: usize, identified: NaiveDate, status: &str, since: Option<NaiveDate>) -> Vec<String> {
    let h = weaver.household(person);
    let head = weaver.person(h.head);
    let (identified, since) = (identified.to_string(), since.map_or_else(String::new, |d| d.to_string()));
    row(&[&h.code, &weaver.plan.county.villages[h.village].code, &head.name, &head.id_no, &identified, status, &since, h.kind, h.housing])
}

/// A row of a person's register.
pub fn person_row(weaver: &Weaver<'_>, person: usize, household: &str, name: &str, status: &str, since: Option<NaiveDate>) -> Vec<String> {
    let p = weaver.person(person);
    let since = since.map_or_else(String::new, |d| d.to_string());
    row(&[household, name, &p.id_no, p.relation, p.labour, p.school, p.health, status, &since])
}
