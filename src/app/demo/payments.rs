//! Payments to cards: which batches a year has, who fails at the bank and why, the corrected cards, the reissues, and what is
//! never corrected and goes back in December.

use super::county::County;
use super::dice::Dice;
use super::funds::{Met, Need, round_up};
use super::people::{People, card_row, day};
use super::plan::{Act, Batch, Content, DemoFile, Line, Look, NOTICE, Plan, Step, before, workday, workday_after};
use super::programs::{self, Claim, Cycle, PROGRAMS, Payer, Program};
use super::projects::{Pace, pace};
use crate::domain::kinds;
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// Why a bank sends a payment back.
pub const REASONS: [&str; 6] = ["账户已销户", "户名不符", "账号不存在", "账户冻结", "证件号不符", "超限额"];

/// A batch to be made.
pub struct Job {
    pub program: usize,
    pub unit: String,
    pub period: String,
    pub made: NaiveDate,
    pub half: u8,
    pub claims: Vec<Claim>,
}

impl Job {
    fn program(&self) -> &'static Program {
        &PROGRAMS[self.program]
    }

    fn sum(&self) -> i64 {
        self.claims.iter().map(Claim::amount).sum()
    }
}

/// All batches of a year.
pub fn jobs(county: &County, people: &People, year: i32, households: u64) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (at, program) in PROGRAMS.iter().enumerate() {
        // houses are planned for 2018, 2019 and 2020
        let claims = programs::claims(program, county, people, (year - 2018).max(0) as usize, households);
        for (unit, claims) in by_payer(program, county, people, claims) {
            for (period, made, half, part) in cycles(program, year, pace(&unit) != Pace::Steady) {
                let claims = match part {
                    Some((part, parts)) => claims.iter().copied().enumerate().filter(|(n, _)| n % parts == part).map(|(_, c)| c).collect(),
                    None => claims.clone(),
                };
                if !claims.is_empty() {
                    jobs.push(Job { program: at, unit: unit.clone(), period, made, half, claims });
                }
            }
        }
    }
    jobs
}

fn by_payer(program: &Program, county: &County, people: &People, claims: Vec<Claim>) -> BTreeMap<String, Vec<Claim>> {
    let mut units: BTreeMap<String, Vec<Claim>> = BTreeMap::new();
    for claim in claims {
        let unit = match program.payer {
            Payer::Department => program.department.to_string(),
            Payer::Township => county.townships[county.villages[people.village_of(claim.person)].township].unit.clone(),
        };
        units.entry(unit).or_default().push(claim);
    }
    units
}

/// Period, day of making, half of the year, and which part of the claims, for each payment of a year.
type Turn = (String, NaiveDate, u8, Option<(usize, usize)>);
fn cycles(program: &Program, year: i32, slow: bool) -> Vec<Turn> {
    let on = |month, date| workday(day(year, month, date));
    match program.cycle {
        Cycle::Quarter => {
            let days = if slow { [(6, 20), (8, 20), (11, 6), (12, 4)] } else { [(4, 9), (7, 9), (10, 10), (12, 3)] };
            let turn = |(at, (month, date))| (format!("{year}Q{}", at + 1), on(month, date), if at < 2 { 1 } else { 2 }, None);
            days.into_iter().enumerate().map(turn).collect()
        }
        Cycle::Term => vec![(format!("{year}-03"), on(4, 12), 1, None), (format!("{year}-09"), on(10, 15), 2, None)],
        Cycle::Once(month) => {
            let half = if month <= 6 { 1 } else { 2 };
            vec![(format!("{year}"), on(if slow { (month + 2).min(11) } else { month }, 14), half, None)]
        }
        Cycle::Spread => {
            let turn =
                |month: u32| (format!("{year}-{month:02}"), on(month, 18), if month <= 7 { 1 } else { 2 }, Some((month as usize - 5, 7)));
            (5..=11).map(turn).collect()
        }
    }
}

/// Which level pays for a programme in a half of the year.
fn level(program: &Program, half: u8) -> &'static str {
    match (program.code, half) {
        (programs::HOUSE | programs::INDUSTRY, 1) => "中央",
        (programs::HOUSE | programs::ECOLOGY | programs::RANGER | programs::TRAVEL | programs::INDUSTRY, _) => "省",
        (programs::ALLOWANCE, 1) => "省",
        _ => "县",
    }
}

/// What the batches need, one need for each unit, programme and half; with what is expected to be left over of each.
pub fn needs(jobs: &[Job]) -> Vec<(Need, i64)> {
    let mut sums: BTreeMap<(usize, &str, u8), i64> = BTreeMap::new();
    for job in jobs {
        *sums.entry((job.program, &job.unit, job.half)).or_default() += job.sum();
    }
    let need = |((program, unit, half), sum): ((usize, &str, u8), i64)| {
        let program = &PROGRAMS[program];
        // those who claim the ecology payment change over the year: a little more is planned and taken back later
        let amount = round_up(if program.code == programs::ECOLOGY { sum + sum / 50 } else { sum });
        let need = Need {
            half,
            level: level(program, half),
            function: program.function,
            unit: unit.to_string(),
            project: String::new(),
            program: program.code,
            amount,
            carried: false,
        };
        (need, amount - sum)
    };
    sums.into_iter().map(need).collect()
}

/// The cards of the county over time, and the batches as they come about.
pub struct Desk<'a> {
    people: &'a People,
    dice: Dice,
    /// Cards of those whose first card was replaced: from which day, which serial.
    cards: BTreeMap<usize, Vec<(NaiveDate, u32)>>,
    next_serial: u32,
    /// Whose card is never corrected.
    lost: BTreeSet<usize>,
    pub batches: Vec<Batch>,
    pub steps: Vec<Step>,
}

/// Days of a group of batches on their way.
struct Way {
    booked: NaiveDate,
    corrected: NaiveDate,
    again_booked: NaiveDate,
}

impl<'a> Desk<'a> {
    pub fn new(people: &'a People, seed: u64) -> Desk<'a> {
        let next_serial = people.persons.len() as u32 + 1;
        let (cards, lost) = (BTreeMap::new(), BTreeSet::new());
        Desk { people, dice: Dice::new(seed, 3), cards, next_serial, lost, batches: Vec::new(), steps: Vec::new() }
    }

    /// Makes all batches of a year. `met` finds the allocation of a programme, unit and half.
    pub fn year(&mut self, jobs: Vec<Job>, met: &BTreeMap<(&'static str, String, u8), Met>) {
        let mut groups: BTreeMap<(NaiveDate, usize), Vec<Job>> = BTreeMap::new();
        for job in jobs {
            groups.entry((job.made, job.program)).or_default().push(job);
        }
        for ((made, program), jobs) in groups {
            self.group(made, &PROGRAMS[program], jobs, met);
        }
    }

    /// Batches of one programme made on one day: one file, one bank answer.
    fn group(&mut self, made: NaiveDate, program: &'static Program, jobs: Vec<Job>, met: &BTreeMap<(&'static str, String, u8), Met>) {
        let sent = workday_after(made, 3);
        let booked = workday_after(sent, self.dice.between(2, 4));
        let corrected = workday_after(booked, self.dice.between(13, 19));
        let way = Way { booked, corrected, again_booked: workday_after(corrected, 7) };
        let first = self.batches.len();
        for job in jobs {
            let Some(found) = met.get(&(program.code, job.unit.clone(), job.half)) else { continue };
            let batch = self.batch(&job, &found.doc, &way);
            self.step(workday_after(made, 1), Act::Approve(batch.code.clone()));
            self.step(sent, Act::Send(batch.code.clone()));
            self.batches.push(batch);
        }
        let range: Vec<usize> = (first..self.batches.len()).collect();
        let (year, name) = (made.year(), format!("{}-{}", program.code, made.format("%m%d")));
        let look = self.look();
        self.import(made, &kinds::batch::KIND, name.clone(), Content::Batches(range.clone()), look);
        self.import(workday_after(booked, 1), &kinds::returns::KIND, name.clone(), Content::Answers(range.clone()), Look::Plain);
        self.correct(&name, &range, &way);
        for at in range {
            let open = self.batches[at].lines.iter().any(|l| l.failed.is_some() && self.lost.contains(&(l.person as usize)));
            if open {
                self.step(day(year, 12, 28), Act::Release(self.batches[at].code.clone()));
            }
        }
    }

    fn batch(&mut self, job: &Job, allocation: &str, way: &Way) -> Batch {
        // a correction that would not be answered within the year is not begun
        let in_time = way.again_booked < day(job.made.year(), 12, 26);
        let mut lines = Vec::with_capacity(job.claims.len());
        for (at, claim) in job.claims.iter().enumerate() {
            let (card, newest) = self.card(claim.person, job.made);
            let fails = newest && !self.lost.contains(&claim.person) && self.dice.chance(70);
            if fails && (!in_time || self.dice.chance(800)) {
                self.lost.insert(claim.person);
            }
            let failed = fails.then(|| self.dice.index(REASONS.len()) as u8);
            let (number, person) = (at as u32 + 1, claim.person as u32);
            lines.push(Line { number, person, card, quantity: claim.quantity, rate: claim.rate, failed });
            if fails && !self.lost.contains(&claim.person) {
                let serial = self.next_serial;
                self.next_serial += 1;
                self.cards.entry(claim.person).or_default().push((way.corrected, serial));
            }
        }
        Batch {
            code: format!("PC{}-{}-{}", job.period, job.program().code, job.unit),
            unit: job.unit.clone(),
            program: job.program().code,
            allocation: allocation.to_string(),
            period: job.period.clone(),
            made: job.made,
            booked: way.booked,
            notice: NOTICE,
            lines,
        }
    }

    /// The card that holds on a day, and whether it is the newest of all.
    fn card(&self, person: usize, date: NaiveDate) -> (u32, bool) {
        let first = person as u32 + 1;
        let Some(list) = self.cards.get(&person) else { return (first, true) };
        let now = list.iter().rev().find(|(from, _)| *from <= date).map_or(first, |(_, serial)| *serial);
        (now, list.last().is_some_and(|(_, serial)| *serial == now))
    }

    /// New cards for those who failed, and a second batch for each first one.
    fn correct(&mut self, name: &str, range: &[usize], way: &Way) {
        let mut rows = Vec::new();
        let mut again = Vec::new();
        let (reissued, sent) = (workday_after(way.corrected, 1), workday_after(way.corrected, 4));
        for at in range {
            let mut lines = Vec::new();
            let batch = &self.batches[*at];
            for line in batch.lines.iter().filter(|l| l.failed.is_some()) {
                let Some((_, serial)) = self.cards.get(&(line.person as usize)).and_then(|list| list.last()) else { continue };
                if self.lost.contains(&(line.person as usize)) || *serial == line.card {
                    continue;
                }
                rows.extend(self.replaced(line, *serial, way.corrected));
                lines.push(Line { card: *serial, failed: None, ..*line });
            }
            if lines.is_empty() {
                continue;
            }
            let (root, code) = (batch.code.clone(), format!("{}-R1", batch.code));
            again.push(self.batches.len());
            let batch = Batch { code: code.clone(), made: reissued, booked: way.again_booked, lines, ..batch.clone() };
            self.batches.push(batch);
            self.step(reissued, Act::Reissue(root));
            self.step(workday_after(reissued, 1), Act::Approve(code.clone()));
            self.step(sent.max(workday_after(reissued, 1)), Act::Send(code));
        }
        if !again.is_empty() {
            self.import(way.corrected, &kinds::cards::KIND, format!("{name}-gz"), Content::Rows(rows), Look::Plain);
            let answered = workday_after(way.again_booked, 1);
            self.import(answered, &kinds::returns::KIND, format!("{name}-R1"), Content::Answers(again), Look::Marked);
        }
    }

    /// Rows of `cards`: the old one ends, the new one begins.
    fn replaced(&self, line: &Line, serial: u32, from: NaiveDate) -> [Vec<String>; 2] {
        let person = &self.people.persons[line.person as usize];
        let list = self.cards.get(&(line.person as usize));
        let began = list.and_then(|list| list.iter().find(|(_, known)| *known == line.card)).map_or(day(2017, 1, 1), |(from, _)| *from);
        let number = |serial: u32| super::people::card_number(serial as usize);
        [card_row(person, &number(line.card), began, Some(before(from, 1))), card_row(person, &number(serial), from, None)]
    }

    fn look(&mut self) -> Look {
        match self.dice.below(10) {
            0..3 => Look::Marked,
            3..6 => Look::Titled,
            6..8 => Look::Spoken,
            _ => Look::Plain,
        }
    }

    fn import(&mut self, date: NaiveDate, kind: &'static kinds::Kind, name: String, content: Content, look: Look) {
        self.step(date, Act::Import(DemoFile { kind, name, content, look }));
    }

    fn step(&mut self, date: NaiveDate, act: Act) {
        self.steps.push(Step { date, act });
    }
}

impl Plan {
    /// Rows of `batch`.
    pub fn batch_rows(&self, batches: &[usize]) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for batch in batches.iter().map(|at| &self.batches[*at]) {
            let (from, to) = batch.notice;
            let (made, from, to) = (batch.made.to_string(), before(batch.made, from).to_string(), before(batch.made, to).to_string());
            let shared = [&batch.code, &batch.unit, batch.program, &batch.allocation, &batch.period, &made, &from, &to];
            for line in &batch.lines {
                let person = &self.people.persons[line.person as usize];
                let yuan = |fen: i64| crate::domain::money::Fen::new(fen).yuan();
                let mut cells = super::county::row(&shared);
                cells.extend([line.number.to_string(), self.people.households[person.household].code.clone()]);
                cells.extend([person.name.clone(), person.id_no.clone(), super::people::card_number(line.card as usize)]);
                cells.extend([(line.quantity / 10_000).to_string(), yuan(line.rate), yuan(line.amount()), String::new()]);
                rows.push(cells);
            }
        }
        rows
    }

    /// Rows of `returns`.
    pub fn answer_rows(&self, batches: &[usize]) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        for at in batches {
            let batch = &self.batches[*at];
            for line in &batch.lines {
                let (result, reason) = line.failed.map_or(("成功", ""), |why| ("失败", REASONS[usize::from(why)]));
                let amount = crate::domain::money::Fen::new(line.amount()).yuan();
                let reference = format!("{}{at:05}{:06}", batch.booked.format("%Y%m%d"), line.number);
                let (number, account) = (line.number.to_string(), super::people::card_number(line.card as usize));
                rows.push(super::county::row(&[
                    &batch.code,
                    &number,
                    &account,
                    &amount,
                    result,
                    reason,
                    &batch.booked.to_string(),
                    &reference,
                ]));
            }
        }
        rows
    }
}
