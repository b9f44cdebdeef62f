//! Some thousand typed rows in two flat buffers, so that a million rows cost no allocation each.

use crate::domain::calendar::date_to_int;
use crate::domain::kinds::{Kind, RowErrors, Type};
use crate::files::reading::RowView;
use crate::store::Field;
use std::ops::Range;

#[derive(Debug, Clone)]
enum Cell {
    Null,
    Int(i64),
    Text(Range<usize>),
}

/// Typed rows, each with its number in the file.
pub struct Chunk {
    width: usize,
    cells: Vec<Cell>,
    text: String,
    numbers: Vec<u64>,
}

/// One row of a chunk.
#[derive(Clone, Copy)]
pub struct Typed<'c> {
    cells: &'c [Cell],
    text: &'c str,
}

impl<'c> Typed<'c> {
    pub fn field(&self, at: usize) -> Field<'c> {
        match &self.cells[at] {
            Cell::Null => Field::Null,
            Cell::Int(n) => Field::Int(*n),
            Cell::Text(range) => Field::Text(&self.text[range.clone()]),
        }
    }

    pub fn int(&self, at: usize) -> Option<i64> {
        match self.cells[at] {
            Cell::Int(n) => Some(n),
            _ => None,
        }
    }

    pub fn fields(self) -> impl Iterator<Item = Field<'c>> {
        (0..self.cells.len()).map(move |at| self.field(at))
    }
}

impl Chunk {
    pub fn new(width: usize) -> Chunk {
        Chunk { width, cells: Vec::new(), text: String::new(), numbers: Vec::new() }
    }

    pub fn rows(&self) -> usize {
        self.numbers.len()
    }

    /// The row read last. There is one: callers ask after [`Chunk::read`] said so.
    pub fn last(&self) -> Typed<'_> {
        Typed { cells: &self.cells[self.cells.len().saturating_sub(self.width)..], text: &self.text }
    }

    pub fn drop_last(&mut self) {
        self.numbers.pop();
        self.cells.truncate(self.numbers.len() * self.width);
    }

    pub fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
        self.numbers.clear();
    }

    /// All rows one after the other, each followed by its number in the file.
    pub fn fields(&self) -> Vec<Field<'_>> {
        let mut fields = Vec::with_capacity(self.numbers.len() * (self.width + 1));
        for (cells, &number) in self.cells.chunks_exact(self.width).zip(&self.numbers) {
            fields.extend(Typed { cells, text: &self.text }.fields());
            fields.push(Field::Int(number as i64));
        }
        fields
    }

    /// Takes a row when every cell is what its column wants; otherwise all that is wrong is told and nothing taken.
    pub fn read(&mut self, row: &RowView<'_>, kind: &'static Kind, errors: &mut RowErrors) -> bool {
        let mut fine = true;
        for at in 0..kind.columns.len() {
            fine &= self.cell(row, kind, at, errors).is_some();
        }
        if fine {
            self.numbers.push(row.number());
        } else {
            self.cells.truncate(self.numbers.len() * self.width);
        }
        fine
    }

    /// Types one cell. Nothing means that an error was told.
    fn cell(&mut self, row: &RowView<'_>, kind: &'static Kind, at: usize, errors: &mut RowErrors) -> Option<()> {
        let column = &kind.columns[at];
        if !column.required && row.is_empty(at) {
            self.cells.push(Cell::Null);
            if column.ty == Type::Period {
                self.cells.push(Cell::Null);
            }
            return Some(());
        }
        match column.ty {
            Type::Text => self.push_text(row.required_text(at, errors)?),
            Type::IdNo => self.push_text(row.id_no(at, errors)?.as_str()),
            Type::Uscc => self.push_text(row.uscc(at, errors)?.as_str()),
            Type::Region => self.push_text(row.region(at, errors)?.as_str()),
            Type::Account => self.push_text(row.account(at, errors)?.as_str()),
            Type::Choice(_) => self.push_text(row.choice(at, errors)?),
            Type::Money => self.push_int(row.fen(at, errors)?.get()),
            Type::Quantity => self.push_int(row.quantity(at, errors)?.get()),
            Type::Date => self.push_int(date_to_int(row.date(at, errors)?)),
            Type::Year => self.push_int(i64::from(row.year(at, errors)?)),
            Type::Count => self.push_int(i64::from(row.count(at, errors)?)),
            Type::YesNo => self.push_int(i64::from(row.yes_no(at, errors)?)),
            Type::Period => {
                let period = row.period(at, errors)?;
                self.push_int(date_to_int(period.first_day()) / 100);
                self.push_int(date_to_int(period.last_day()) / 100);
            }
        }
        Some(())
    }

    fn push_int(&mut self, value: i64) {
        self.cells.push(Cell::Int(value));
    }

    fn push_text(&mut self, value: &str) {
        let start = self.text.len();
        self.text.push_str(value);
        self.cells.push(Cell::Text(start..self.text.len()));
    }
}
