//! Who acts, with whose review, and at what time. The clock is injected so that a year can be replayed in a minute.

use crate::domain::calendar::Month;
use chrono::{DateTime, Days, NaiveDate, Utc};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    System,
    /// A fixed instant, microseconds since 1970 UTC.
    Fixed(i64),
}

impl Clock {
    /// Microseconds since 1970 UTC.
    pub fn now(self) -> i64 {
        match self {
            Clock::System => Utc::now().timestamp_micros(),
            Clock::Fixed(micros) => micros,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// 制单（经办）
    pub actor: String,
    /// 稽核（复核）; empty where nobody has reviewed yet
    pub checker: String,
    pub clock: Clock,
    /// A whole history is taken over (`import --dir`): what was paid in earlier months is recorded as it was, with a remark
    /// where it was not in order, for nothing is decided any more.
    pub history: bool,
}

/// China Standard Time is UTC+8 all year.
const CHINA_OFFSET_MICROS: i64 = 8 * 3_600 * 1_000_000;
const DAY_MICROS: i64 = 86_400 * 1_000_000;

impl Context {
    pub fn new(actor: &str) -> Context {
        Context { actor: actor.to_string(), checker: String::new(), clock: Clock::System, history: false }
    }

    pub fn checked_by(mut self, checker: &str) -> Context {
        self.checker = checker.to_string();
        self
    }

    pub fn taking_over(mut self) -> Context {
        self.history = true;
        self
    }

    pub fn at(mut self, micros: i64) -> Context {
        self.clock = Clock::Fixed(micros);
        self
    }

    /// Whether what is dated so belongs to a history that is taken over: it lies in a month before this one.
    pub fn takes_over(&self, date: NaiveDate) -> bool {
        self.history && Month::of(date) < Month::of(self.today())
    }

    /// Microseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Today in China.
    pub fn today(&self) -> NaiveDate {
        china_day(self.now())
    }
}

/// The day in China of an instant.
pub fn china_day(micros: i64) -> NaiveDate {
    DateTime::from_timestamp_micros(micros + CHINA_OFFSET_MICROS).map_or(NaiveDate::MIN, |t| t.date_naive())
}

/// The first microsecond of a day in China.
pub fn start_of_china_day(day: NaiveDate) -> i64 {
    end_of_china_day(day) + 1 - DAY_MICROS
}

/// The last microsecond of a day in China.
pub fn end_of_china_day(day: NaiveDate) -> i64 {
    let days = day.signed_duration_since(NaiveDate::default()).num_days();
    (days + 1) * DAY_MICROS - CHINA_OFFSET_MICROS - 1
}

/// An instant as people in China read it: `2018-10-05 09:00:00`.
pub fn china_time(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros + CHINA_OFFSET_MICROS)
        .map_or_else(|| micros.to_string(), |t| t.format("%Y-%m-%d %H:%M:%S").to_string())
}

/// The day after, for ranges that exclude their end.
pub fn next_day(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(1)).unwrap_or(day)
}
