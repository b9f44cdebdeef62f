//! The one row error: where, what was found, what is wrong, how to mend it. A file's errors are
//! collected all together, so that its keeper mends it once.

use serde::{Deserialize, Serialize};

use super::{Column, Type};
use crate::domain::identity::{mask_account, mask_id};
use crate::domain::problem::Problem;

/// How many errors of one file are kept word for word; the rest are only counted.
pub const KEPT_ERRORS: usize = 100_000;

/// Longest value repeated in an error, in characters.
const SHOWN: usize = 60;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// 1-based row in the file, as a spreadsheet shows it.
    pub row: u64,
    /// The Chinese header; empty when the whole row is meant.
    pub column: String,
    /// What was found; personal numbers masked.
    pub value: String,
    pub problem: String,
    pub mend: String,
}

/// All errors of one file, in the order of rows as they are found.
#[derive(Debug, Default, Clone)]
pub struct RowErrors {
    kept: Vec<RowError>,
    count: u64,
}

impl RowErrors {
    pub fn new() -> RowErrors {
        RowErrors::default()
    }

    /// The errors kept, in the words of whoever reads them.
    pub fn worded(&self, words: Option<fn(&str) -> String>) -> Vec<RowError> {
        let mut worded = self.kept.clone();
        if let Some(words) = words {
            worded.iter_mut().for_each(|error| (error.problem, error.mend) = (words(&error.problem), words(&error.mend)));
        }
        worded
    }

    pub fn push(&mut self, error: RowError) {
        self.count += 1;
        if self.kept.len() < KEPT_ERRORS {
            self.kept.push(error);
        }
    }

    /// An error in a cell. The value is shortened, and masked in personal columns.
    pub fn cell(&mut self, row: u64, column: &Column, value: &str, problem: &str, mend: &str) {
        if self.kept.len() >= KEPT_ERRORS {
            self.count += 1;
            return;
        }
        self.push(RowError {
            row,
            column: column.zh.to_owned(),
            value: shown(column.ty, value),
            problem: problem.to_owned(),
            mend: mend.to_owned(),
        });
    }

    /// An error in a cell, told by one of the domain's problems.
    pub fn refuse(&mut self, row: u64, column: &Column, value: &str, problem: &impl Problem) {
        self.cell(row, column, value, &problem.to_string(), problem.mend());
    }

    /// An error of a whole row.
    pub fn row(&mut self, row: u64, problem: &str, mend: &str) {
        self.push(RowError { row, column: String::new(), value: String::new(), problem: problem.to_owned(), mend: mend.to_owned() });
    }

    /// How many there are, also those that were not kept.
    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Puts those kept in the order of rows, as people look for them.
    pub fn sort_by_row(&mut self) {
        self.kept.sort_by_key(|error| error.row);
    }

    pub fn kept(&self) -> &[RowError] {
        &self.kept
    }

    pub fn into_kept(self) -> Vec<RowError> {
        self.kept
    }
}

fn shown(ty: Type, value: &str) -> String {
    match ty {
        Type::IdNo => mask_id(value),
        Type::Account => mask_account(value),
        _ if value.chars().nth(SHOWN).is_some() => value.chars().take(SHOWN).chain(['…']).collect(),
        _ => value.to_owned(),
    }
}
