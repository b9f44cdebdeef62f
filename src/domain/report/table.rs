//! A table as plain data: typed columns, typed cells and what is said above and below them. A
//! column has a stable English key for machines and a Chinese title for people; a cell keeps its
//! exact value, and only the writer decides how the value looks.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::figure;
use crate::domain::money::Fen;

/// What a column holds, hence how its cells are aligned and printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Amounts printed in 元.
    Money,
    /// Amounts printed in 万元 with two decimals; the cells still hold exact fen.
    Wan,
    /// A ratio printed as a percentage.
    Percent,
    /// Percentage points.
    Points,
    Count,
    Date,
}

impl Kind {
    /// Figures stand right so that their digits line up.
    pub fn is_figure(self) -> bool {
        !matches!(self, Kind::Text | Kind::Date)
    }
}

/// How a column follows from others of its row, by their keys: where an accountant expects a formula, a workbook has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// The columns added, each as often as its sign says: `[("available", 1), ("spent", -1)]`.
    Sum(Vec<(String, i8)>),
    /// The first divided by the second.
    Share(String, String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub key: String,
    pub title: String,
    pub kind: Kind,
    pub formula: Option<Formula>,
    /// A total row holds the sum of the rows above it, back to the total before.
    pub summed: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Text(String),
    Fen(Fen),
    /// A share of one: `0.9512` is 95.12%.
    Ratio(Decimal),
    Points(Decimal),
    Count(i64),
    Date(NaiveDate),
    /// A figure that does not exist, which is something other than zero.
    Empty,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }
}

impl From<Fen> for Cell {
    fn from(fen: Fen) -> Cell {
        Cell::Fen(fen)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Cell {
        value.map_or(Cell::Empty, Into::into)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowStyle {
    Normal,
    Total,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub cells: Vec<Cell>,
    pub style: RowStyle,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// English name, stable: file names and JSON keys are made of it.
    pub name: String,
    pub title: String,
    /// Said above the header: the day, the unit of the amounts.
    pub subtitle: Option<String>,
    /// Said below the last row.
    pub notes: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Keys of figures (see [`super::document::Source`]), by row and column counted from 0.
    pub keys: BTreeMap<(usize, usize), String>,
}

impl Table {
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Table {
        Table {
            name: name.into(),
            title: title.into(),
            subtitle: None,
            notes: Vec::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            keys: BTreeMap::new(),
        }
    }

    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Table {
        self.subtitle = Some(subtitle.into());
        self
    }

    pub fn note(mut self, note: impl Into<String>) -> Table {
        self.notes.push(note.into());
        self
    }

    pub fn column(mut self, key: &str, title: impl Into<String>, kind: Kind) -> Table {
        self.columns.push(Column { key: key.to_owned(), title: title.into(), kind, formula: None, summed: false });
        self
    }

    /// The last column follows from others.
    pub fn formula(mut self, formula: Formula) -> Table {
        if let Some(column) = self.columns.last_mut() {
            column.formula = Some(formula);
        }
        self
    }

    /// The last column is summed in total rows.
    pub fn summed(mut self) -> Table {
        if let Some(column) = self.columns.last_mut() {
            column.summed = true;
        }
        self
    }

    /// Names the figure in a column of the row pushed last.
    pub fn key(&mut self, column: usize, key: impl Into<String>) {
        if let Some(row) = self.rows.len().checked_sub(1) {
            self.keys.insert((row, column), key.into());
        }
    }

    pub fn push(&mut self, cells: Vec<Cell>) {
        self.push_row(cells, RowStyle::Normal);
    }

    pub fn push_total(&mut self, cells: Vec<Cell>) {
        self.push_row(cells, RowStyle::Total);
    }

    fn push_row(&mut self, mut cells: Vec<Cell>, style: RowStyle) {
        debug_assert_eq!(cells.len(), self.columns.len(), "table {}: row width", self.name);
        // Writers index cells by column; a ragged row must not be able to exist.
        cells.resize(self.columns.len(), Cell::Empty);
        self.rows.push(Row { cells, style });
    }
}

/// A cell as people read it: grouped 元, 万元, percent; a missing figure is a dash.
pub fn display(cell: &Cell, kind: Kind) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Fen(fen) if kind == Kind::Wan => fen.wan(),
        Cell::Fen(fen) => fen.yuan_grouped(),
        Cell::Ratio(ratio) => figure::percent(*ratio),
        Cell::Points(points) => figure::points(*points),
        Cell::Count(count) => count.to_string(),
        Cell::Date(date) => figure::day(*date),
        Cell::Empty if kind == Kind::Text => String::new(),
        Cell::Empty => "—".to_owned(),
    }
}

/// A cell as a machine reads it: ungrouped, always 元, ratios as shares; `None` when missing.
pub fn plain(cell: &Cell) -> Option<String> {
    Some(match cell {
        Cell::Text(text) => text.clone(),
        Cell::Fen(fen) => fen.yuan(),
        Cell::Ratio(ratio) => figure::share(*ratio),
        Cell::Points(points) => figure::points(*points),
        Cell::Count(count) => count.to_string(),
        Cell::Date(date) => figure::day(*date),
        Cell::Empty => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_machines_read_the_same_cell_differently() {
        let cell = Cell::Fen(Fen::new(4_115_150_000 * 100 / 100));
        assert_eq!(display(&cell, Kind::Wan), "4115.15");
        assert_eq!(plain(&cell), Some("41151500.00".to_owned()));
        assert_eq!(display(&Cell::Empty, Kind::Percent), "—");
        assert_eq!(display(&Cell::Empty, Kind::Text), "");
        assert_eq!(plain(&Cell::Empty), None);
    }

    #[test]
    fn an_absent_value_becomes_an_empty_cell() {
        assert_eq!(Cell::from(None::<Fen>), Cell::Empty);
        assert_eq!(Cell::from(Some(Fen::new(1))), Cell::Fen(Fen::new(1)));
    }
}
