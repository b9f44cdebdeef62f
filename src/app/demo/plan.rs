//! What happens in the county and on which day: files that come in, and acts of the bureau's people between them. Payee lines
//! are kept small and become rows only when their file is written.

use super::county::County;
use super::people::People;
use crate::domain::kinds::Kind;
use chrono::{Datelike, Days, NaiveDate, Weekday};

/// How a file looks: offices differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Plain,
    /// With the byte order mark that Excel writes.
    Marked,
    /// GB18030, with a title row above the header and a 合计 row below.
    Titled,
    /// Thousands separators and dates as 2018年3月5日.
    Spoken,
    Workbook,
}

/// What a file holds.
#[derive(Debug, Clone)]
pub enum Content {
    Rows(Vec<Vec<String>>),
    /// Batches by their place in [`Plan::batches`].
    Batches(Vec<usize>),
    /// The bank's answers to these batches.
    Answers(Vec<usize>),
}

#[derive(Debug, Clone)]
pub struct DemoFile {
    pub kind: &'static Kind,
    pub name: String,
    pub content: Content,
    pub look: Look,
}

#[derive(Debug, Clone)]
pub enum Act {
    Import(DemoFile),
    /// With a reviewer's decisions on what the rules hold.
    Approve(String),
    /// The rules block it, and it is given up.
    GiveUp(String),
    /// Paid past the book: its approval is only written down.
    Backfill(String),
    Send(String),
    /// Returned lines are paid again, to the corrected cards.
    Reissue(String),
    /// Returned lines that nobody corrected go back to their allocation.
    Release(String),
    PayRetention(String),
    CloseMonth(i32, u32),
    CloseYear(i32),
}

#[derive(Debug, Clone)]
pub struct Step {
    pub date: NaiveDate,
    pub act: Act,
}

/// A line of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    pub number: u32,
    pub person: u32,
    /// Serial of the card, see `people::card_number`.
    pub card: u32,
    pub quantity: i64,
    pub rate: i64,
    /// Why the bank sends it back, by its place in `payments::REASONS`.
    pub failed: Option<u8>,
}

impl Line {
    pub fn amount(&self) -> i64 {
        self.rate * self.quantity / 10_000
    }
}

#[derive(Debug, Clone)]
pub struct Batch {
    pub code: String,
    pub unit: String,
    pub program: &'static str,
    pub allocation: String,
    pub period: String,
    pub made: NaiveDate,
    pub booked: NaiveDate,
    /// How many days before it was made its notice began, and how many before it ended.
    pub notice: (u64, u64),
    pub lines: Vec<Line>,
}

/// Notice of ten days that ends before the batch is made.
pub const NOTICE: (u64, u64) = (11, 2);

/// Sums of a year, in fen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct YearTotals {
    pub year: i32,
    pub received: i64,
    /// Of which the county's own.
    pub own: i64,
    pub allocated: i64,
    pub to_cards: i64,
    pub payments: usize,
    pub student_aid: i64,
    pub to_projects: i64,
}

#[derive(Debug, Clone)]
pub struct Plan {
    pub county: County,
    pub people: People,
    pub batches: Vec<Batch>,
    pub steps: Vec<Step>,
    pub totals: Vec<YearTotals>,
    /// Batches that were given up, by index: they pay nobody.
    pub given_up: Vec<usize>,
    /// Rows of `labels.csv`: what is misuse in the county, and what only looks like it.
    pub labels: Vec<Vec<String>>,
}

impl Plan {
    /// Counts anew what goes to cards, after batches have changed.
    pub fn recount(&mut self) {
        for total in &mut self.totals {
            (total.payments, total.to_cards, total.student_aid) = (0, 0, 0);
            let paying = self.batches.iter().enumerate().filter(|(at, _)| !self.given_up.contains(at));
            for (_, batch) in paying.filter(|(_, batch)| batch.made.year() == total.year) {
                total.payments += batch.lines.len();
                for line in batch.lines.iter().filter(|line| line.failed.is_none()) {
                    total.to_cards += line.amount();
                    total.student_aid += if batch.program.starts_with("XSZZ") { line.amount() } else { 0 };
                }
            }
        }
    }
}

impl Act {
    /// Of one day, what others need comes first.
    pub fn rank(&self) -> u8 {
        match self {
            Act::CloseMonth(..) | Act::CloseYear(_) => 0,
            Act::Import(file) => match file.kind.name {
                "regions" => 1,
                "units" => 2,
                "programs" => 3,
                "households" => 4,
                "persons" => 5,
                "cards" => 6,
                "budgets" => 7,
                "projects" => 8,
                "allocations" => 9,
                list if list.starts_with("ref-") => 7,
                "batch" => 10,
                "returns" => 14,
                "disbursements" => 15,
                _ => 16,
            },
            Act::Reissue(_) => 11,
            Act::Approve(_) | Act::GiveUp(_) | Act::Backfill(_) => 12,
            Act::Send(_) => 13,
            Act::PayRetention(_) => 17,
            Act::Release(_) => 18,
        }
    }
}

/// The day some days later.
pub fn after(date: NaiveDate, days: i64) -> NaiveDate {
    date.checked_add_days(Days::new(days.max(0) as u64)).unwrap_or(date)
}

pub fn before(date: NaiveDate, days: u64) -> NaiveDate {
    date.checked_sub_days(Days::new(days)).unwrap_or(date)
}

/// That day, or the Monday after it.
pub fn workday(date: NaiveDate) -> NaiveDate {
    match date.weekday() {
        Weekday::Sat => after(date, 2),
        Weekday::Sun => after(date, 1),
        _ => date,
    }
}

pub fn workday_after(date: NaiveDate, days: i64) -> NaiveDate {
    workday(after(date, days))
}
