//! One row on its way into a table: values set by column name, in the table's order, checked before they are written.

use super::spec::TableSpec;
use crate::domain::money::Fen;
use std::fmt::Write;

/// How a value is written into a cell.
pub trait Put {
    fn put(&self, cell: &mut String);
}

impl Put for str {
    fn put(&self, cell: &mut String) {
        cell.push_str(self);
    }
}

impl Put for String {
    fn put(&self, cell: &mut String) {
        cell.push_str(self);
    }
}

impl Put for i64 {
    fn put(&self, cell: &mut String) {
        let _ = write!(cell, "{self}"); // writing to a String cannot fail
    }
}

impl Put for i32 {
    fn put(&self, cell: &mut String) {
        i64::from(*self).put(cell);
    }
}

/// Amounts in 元 with two decimals.
impl Put for Fen {
    fn put(&self, cell: &mut String) {
        let fen = self.get();
        let sign = if fen < 0 { "-" } else { "" };
        let _ = write!(cell, "{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
    }
}

impl<T: Put> Put for Option<T> {
    fn put(&self, cell: &mut String) {
        if let Some(value) = self {
            value.put(cell);
        }
    }
}

impl<T: Put + ?Sized> Put for &T {
    fn put(&self, cell: &mut String) {
        (**self).put(cell);
    }
}

/// The cells of a row.
#[derive(Debug, Clone)]
pub struct Record {
    pub table: usize,
    spec: &'static TableSpec,
    pub cells: Vec<String>,
    /// Where the last value went: the next one most often goes behind it.
    at: usize,
    /// A column that the table does not have, or a row of another width: a defect that the export refuses.
    pub defect: Option<String>,
}

impl Record {
    pub fn new(table: usize, spec: &'static TableSpec) -> Record {
        Record { table, spec, cells: vec![String::new(); spec.columns.len()], at: 0, defect: None }
    }

    /// Sets a column; what is not set stays empty.
    pub fn set(&mut self, column: &str, value: impl Put) -> &mut Record {
        let columns = &self.spec.columns;
        let found = (0..columns.len()).map(|step| (self.at + step) % columns.len()).find(|at| columns[*at].name == column);
        match found {
            Some(at) => {
                self.cells[at].clear();
                value.put(&mut self.cells[at]);
                self.at = at;
            }
            None => self.defect = Some(format!("{} 没有列 {column}", self.spec.name)),
        }
        self
    }

    /// Sets all columns in order.
    pub fn fill(&mut self, values: &[&dyn Put]) -> &mut Record {
        if values.len() != self.cells.len() {
            self.defect = Some(format!("{} 应有 {} 列，给了 {} 列", self.spec.name, self.cells.len(), values.len()));
        }
        for (cell, value) in self.cells.iter_mut().zip(values) {
            cell.clear();
            value.put(cell);
        }
        self
    }

    pub fn clear(&mut self) {
        self.at = 0;
        self.cells.iter_mut().for_each(String::clear);
    }
}
