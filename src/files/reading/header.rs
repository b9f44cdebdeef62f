//! Finding the header: the first row among the first twenty that holds every required column, in
//! any order, in Chinese or English. From then on a column of the kind is a number of the file.

use super::FileProblem;
use super::buffer::RowBuffer;
use crate::domain::kinds::{Column, Kind, Type};
use crate::domain::text;

/// The column that an annotated copy adds. When such a copy comes back mended, it is no news.
pub(in crate::files) const ERROR_HEADER: &str = "错误";

/// Where each column of the kind stands in the file.
#[derive(Debug)]
pub(in crate::files) struct Layout {
    pub header_row: u64,
    /// How many cells the header has.
    pub width: usize,
    /// By column of the kind: the column of the file.
    pub places: Vec<Option<usize>>,
    /// By column of the file: the column of the kind.
    pub columns: Vec<Option<usize>>,
    pub unknown: Vec<String>,
}

impl Layout {
    /// The type of each column of the file, for reading typed cells.
    pub fn types(&self, kind: &Kind) -> Vec<Option<Type>> {
        self.columns.iter().map(|at| at.map(|at| kind.columns[at].ty)).collect()
    }
}

/// The best that has been found so far among the first rows.
pub(super) struct Search {
    kind: &'static Kind,
    matched: usize,
    problem: FileProblem,
}

impl Search {
    pub fn new(kind: &'static Kind) -> Search {
        let required = kind.required().map(|column| column.zh.to_owned()).collect();
        Search { kind, matched: 0, problem: FileProblem::NoHeader { title: kind.title, required } }
    }

    /// Tries a row. A row that holds all required columns ends the search, well or badly.
    pub fn try_row(&mut self, row: &RowBuffer) -> Result<Option<Layout>, FileProblem> {
        let found = Matched::of(row, self.kind);
        let missing = found.missing(self.kind);
        if missing.is_empty() {
            if !found.doubled.is_empty() {
                return Err(FileProblem::DuplicateHeaders { row: row.number, columns: found.doubled });
            }
            return Ok(Some(found.layout));
        }
        let matched = found.layout.places.iter().flatten().count();
        if matched > self.matched {
            self.matched = matched;
            self.problem = FileProblem::MissingColumns {
                row: row.number,
                missing: missing.iter().map(|column| column.zh.to_owned()).collect(),
                found: row.iter().map(shown).filter(|name| !name.is_empty()).take(40).collect(),
            };
        }
        Ok(None)
    }

    /// The more hopeful of two searches that found no header.
    pub fn better(self, other: Option<Search>) -> Search {
        match other {
            Some(other) if other.matched >= self.matched => other,
            _ => self,
        }
    }

    pub fn into_problem(self) -> FileProblem {
        self.problem
    }
}

struct Matched {
    layout: Layout,
    doubled: Vec<String>,
}

impl Matched {
    fn of(row: &RowBuffer, kind: &Kind) -> Matched {
        let mut layout = Layout {
            header_row: row.number,
            width: row.cells.len(),
            places: vec![None; kind.columns.len()],
            columns: vec![None; row.cells.len()],
            unknown: Vec::new(),
        };
        let mut doubled = Vec::new();
        for (place, cell) in row.iter().enumerate() {
            let header = plain(cell);
            if header.is_empty() {
                continue;
            }
            match kind.columns.iter().position(|column| is_named(column, &header)) {
                Some(at) if layout.places[at].is_some() => doubled.push(shown(cell)),
                Some(at) => {
                    layout.places[at] = Some(place);
                    layout.columns[place] = Some(at);
                }
                None if header == ERROR_HEADER => {}
                None => layout.unknown.push(shown(cell)),
            }
        }
        Matched { layout, doubled }
    }

    fn missing(&self, kind: &'static Kind) -> Vec<&'static Column> {
        let absent = |(at, column): (usize, &'static Column)| (column.required && self.layout.places[at].is_none()).then_some(column);
        kind.columns.iter().enumerate().filter_map(absent).collect()
    }
}

fn is_named(column: &Column, header: &str) -> bool {
    column.zh == header || column.en == header || column.also.contains(&header)
}

/// A header without what does not count: blanks, `*`, case, width, a unit of 元 in brackets.
fn plain(header: &str) -> String {
    if header.len() > 400 {
        return String::new();
    }
    let plain: String =
        header.chars().map(text::half_width).filter(|c| !matches!(c, ' ' | '*' | '\'')).flat_map(char::to_lowercase).collect();
    plain.strip_suffix("(元)").map(str::to_owned).unwrap_or(plain)
}

/// A header as it is shown in messages.
fn shown(header: &str) -> String {
    text::trim(header).chars().take(40).collect()
}
