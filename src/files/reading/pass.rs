//! One pass over the rows below the header: blank rows are counted, totals compared, faults
//! reported, and what is left is data.

use super::buffer::{RowBuffer, Rows};
use super::header::Layout;
use super::row::RowView;
use super::totals::{RowRole, Totals};
use super::{FileProblem, Limits};
use crate::domain::kinds::{Kind, RowErrors};
use crate::domain::money::Fen;
use crate::domain::problem::Problem;

/// What a pass over the rows has met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Rows of data, with and without errors.
    pub rows: u64,
    /// Blank rows between and below them.
    pub blank_rows: u64,
    pub unknown_columns: Vec<String>,
    /// The sum of the kind's money column, when every amount could be read.
    pub total: Option<Fen>,
    /// Whether a 合计 row was there and has been compared.
    pub total_checked: bool,
}

pub(super) struct Pass<'a> {
    pub kind: &'static Kind,
    pub layout: &'a Layout,
    pub limits: &'a Limits,
}

impl Pass<'_> {
    pub fn run<E, F>(&self, mut rows: impl Rows, errors: &mut RowErrors, mut visit: F) -> Result<Summary, E>
    where
        E: From<FileProblem>,
        F: FnMut(&RowView<'_>, &mut RowErrors) -> Result<(), E>,
    {
        let mut totals = Totals::new(self.kind, self.layout);
        let mut buffer = RowBuffer::default();
        let (mut count, mut last_number) = (0, self.layout.header_row);
        let mut blank_rows = 0;
        while rows.next_row(&mut buffer)? {
            if buffer.number <= self.layout.header_row {
                continue;
            }
            // A sheet leaves out blank rows altogether: their numbers are missing.
            blank_rows += buffer.number - last_number - 1;
            last_number = buffer.number;
            if buffer.is_blank() {
                blank_rows += 1;
                continue;
            }
            let role = totals.role_of(&buffer);
            if role == RowRole::Footer {
                continue;
            }
            self.report_faults(&buffer, errors);
            if role != RowRole::Data {
                totals.check(&buffer, role, self.kind, errors);
                continue;
            }
            count += 1;
            if count > self.limits.rows {
                return Err(FileProblem::TooManyRows { limit: self.limits.rows }.into());
            }
            totals.add(&buffer);
            self.check_width(&buffer, errors);
            visit(&RowView::new(&buffer, self.layout, self.kind), errors)?;
        }
        Ok(Summary {
            rows: count,
            blank_rows,
            unknown_columns: self.layout.unknown.clone(),
            total: totals.sum(),
            total_checked: totals.was_checked(),
        })
    }

    fn report_faults(&self, row: &RowBuffer, errors: &mut RowErrors) {
        for &(place, fault) in &row.faults {
            if let Some(at) = self.layout.columns.get(place).copied().flatten() {
                let column = &self.kind.columns[at];
                errors.cell(row.number, column, row.cell(place), &fault.to_string(), fault.mend());
            }
        }
    }

    /// Cells to the right of the header mean that a delimiter stands inside a value.
    fn check_width(&self, row: &RowBuffer, errors: &mut RowErrors) {
        let extra = row.iter().skip(self.layout.width).any(|cell| !cell.trim().is_empty());
        if extra {
            let problem = format!("本行有 {} 格，表头只有 {} 格", row.cells.len(), self.layout.width);
            errors.row(row.number, &problem, "请检查值里是否有逗号而没有加引号");
        }
    }
}
