//! One row of data, asked column by column. A typed question either has its answer or pushes a row
//! error and answers nothing, so that a reader asks for all columns before it gives up on a row.

use chrono::NaiveDate;

use super::buffer::RowBuffer;
use super::header::Layout;
use crate::domain::calendar::{Period, parse_date, parse_year};
use crate::domain::identity::{AccountNo, IdNumber, ParsedId, RegionCode, Uscc};
use crate::domain::kinds::{Column, Kind, RowErrors};
use crate::domain::money::{Fen, Quantity};
use crate::domain::problem::Problem;
use crate::domain::text;

pub struct RowView<'a> {
    buffer: &'a RowBuffer,
    layout: &'a Layout,
    kind: &'static Kind,
}

/// The typed questions: `x` for a required cell, `opt_x` for one that may be empty. The latter
/// answer `Some(None)` for an empty cell and `None` only after pushing an error.
macro_rules! typed {
    ($( $(#[$doc:meta])* $name:ident $opt_name:ident -> $ty:ty { $parse:expr } )+) => {$(
        $(#[$doc])*
        pub fn $name(&self, column: usize, errors: &mut RowErrors) -> Option<$ty> {
            self.parsed(column, errors, $parse)
        }

        pub fn $opt_name(&self, column: usize, errors: &mut RowErrors) -> Option<Option<$ty>> {
            match self.is_empty(column) {
                true => Some(None),
                false => self.parsed(column, errors, $parse).map(Some),
            }
        }
    )+};
}

impl<'a> RowView<'a> {
    pub(super) fn new(buffer: &'a RowBuffer, layout: &'a Layout, kind: &'static Kind) -> RowView<'a> {
        RowView { buffer, layout, kind }
    }

    /// 1-based row of the file, as a spreadsheet shows it.
    pub fn number(&self) -> u64 {
        self.buffer.number
    }

    /// Bytes of the file read so far, for progress.
    pub fn byte_position(&self) -> u64 {
        self.buffer.position
    }

    /// The cell of a column of the kind, trimmed; empty when the file has no such column.
    pub fn text(&self, column: usize) -> &'a str {
        match self.layout.places[column] {
            Some(place) => text::trim(self.buffer.cell(place)),
            None => "",
        }
    }

    /// Nothing in the cell, and nothing wrong with it either.
    pub fn is_empty(&self, column: usize) -> bool {
        self.text(column).is_empty() && !self.is_faulty(column)
    }

    fn is_faulty(&self, column: usize) -> bool {
        self.layout.places[column].is_some_and(|place| self.buffer.is_faulty(place))
    }

    fn column(&self, column: usize) -> &'static Column {
        &self.kind.columns[column]
    }

    /// Refuses a cell for a reason only the caller knows.
    pub fn refuse(&self, column: usize, errors: &mut RowErrors, problem: &str, mend: &str) {
        errors.cell(self.number(), self.column(column), self.text(column), problem, mend);
    }

    fn parsed<T, P: Problem>(&self, column: usize, errors: &mut RowErrors, parse: impl FnOnce(&str) -> Result<T, P>) -> Option<T> {
        // The fault has been reported when the row was met.
        if self.is_faulty(column) {
            return None;
        }
        let text = self.text(column);
        match parse(text) {
            Ok(value) => Some(value),
            Err(_) if text.is_empty() => {
                self.refuse_empty(column, errors);
                None
            }
            Err(problem) => {
                errors.refuse(self.number(), self.column(column), text, &problem);
                None
            }
        }
    }

    fn refuse_empty(&self, column: usize, errors: &mut RowErrors) {
        let problem = format!("{}为空", self.column(column).zh);
        self.refuse(column, errors, &problem, "此列必填");
    }

    /// A text that must be there.
    pub fn required_text(&self, column: usize, errors: &mut RowErrors) -> Option<&'a str> {
        if self.is_faulty(column) {
            return None;
        }
        let text = self.text(column);
        if text.is_empty() {
            self.refuse_empty(column, errors);
            return None;
        }
        Some(text)
    }

    /// A text that may be absent; `None` also for a cell whose fault has been reported.
    pub fn opt_text(&self, column: usize) -> Option<&'a str> {
        let text = self.text(column);
        (!text.is_empty() && !self.is_faulty(column)).then_some(text)
    }

    typed! {
        fen opt_fen -> Fen { Fen::parse }
        quantity opt_quantity -> Quantity { Quantity::parse }
        date opt_date -> NaiveDate { parse_date }
        period opt_period -> Period { Period::parse }
        year opt_year -> i32 { parse_year }
        count opt_count -> u32 { parse_count }
        id_no opt_id_no -> IdNumber { IdNumber::parse }
        /// With the mark of a first-generation number.
        id_no_flagged opt_id_no_flagged -> ParsedId { IdNumber::parse_flagged }
        account opt_account -> AccountNo { AccountNo::parse }
        uscc opt_uscc -> Uscc { Uscc::parse }
        region opt_region -> RegionCode { RegionCode::parse }
    }

    /// One of the column's allowed values.
    pub fn choice(&self, column: usize, errors: &mut RowErrors) -> Option<&'static str> {
        let given = self.required_text(column, errors)?;
        let values = self.column(column).ty.choices().unwrap_or_default();
        let same = |value: &&'static str| *value == given || *value == text::squeeze(given);
        let found = values.iter().copied().find(same);
        if found.is_none() {
            let mend = format!("请填写其中之一：{}", values.join("、"));
            self.refuse(column, errors, "不在允许的值之内", &mend);
        }
        found
    }

    pub fn opt_choice(&self, column: usize, errors: &mut RowErrors) -> Option<Option<&'static str>> {
        match self.is_empty(column) {
            true => Some(None),
            false => self.choice(column, errors).map(Some),
        }
    }

    /// 是 or 否.
    pub fn yes_no(&self, column: usize, errors: &mut RowErrors) -> Option<bool> {
        match self.required_text(column, errors)? {
            "是" | "Y" | "y" | "√" | "TRUE" | "true" | "1" => Some(true),
            "否" | "N" | "n" | "×" | "FALSE" | "false" | "0" => Some(false),
            _ => {
                self.refuse(column, errors, "应为是或否", "请填写“是”或“否”");
                None
            }
        }
    }

    pub fn opt_yes_no(&self, column: usize, errors: &mut RowErrors) -> Option<Option<bool>> {
        match self.is_empty(column) {
            true => Some(None),
            false => self.yes_no(column, errors).map(Some),
        }
    }

    /// Asks every cell for what its column's type wants; true when nothing is wrong with the row.
    pub fn check_all(&self, errors: &mut RowErrors) -> bool {
        use crate::domain::kinds::Type::*;
        let before = errors.count();
        for (at, column) in self.kind.columns.iter().enumerate() {
            if !column.required && self.is_empty(at) {
                continue;
            }
            match column.ty {
                Text => drop(self.required_text(at, errors)),
                Money => drop(self.fen(at, errors)),
                Date => drop(self.date(at, errors)),
                Period => drop(self.period(at, errors)),
                Year => drop(self.year(at, errors)),
                Count => drop(self.count(at, errors)),
                Quantity => drop(self.quantity(at, errors)),
                IdNo => drop(self.id_no(at, errors)),
                Uscc => drop(self.uscc(at, errors)),
                Region => drop(self.region(at, errors)),
                Account => drop(self.account(at, errors)),
                Choice(_) => drop(self.choice(at, errors)),
                YesNo => drop(self.yes_no(at, errors)),
            }
        }
        errors.count() == before && self.buffer.faults.is_empty()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("应为不带小数的数字")]
struct NotCount;

impl Problem for NotCount {
    fn mend(&self) -> &'static str {
        "请填写 0 至 4294967295 之间的整数，如 15"
    }
}

fn parse_count(text: &str) -> Result<u32, NotCount> {
    let digits = |text: &str| match text.bytes().all(|b| b.is_ascii_digit()) {
        true => text.parse().map_err(|_| NotCount),
        false => Err(NotCount),
    };
    digits(text).or_else(|_| digits(&text::squeeze(text)))
}
