//! Books and lists: each table on A4, upright where its columns fit at 小五 and turned where not, the header on every page, at the
//! foot the table's title and "第 x 页 共 y 页". A table of any length can be written from rows that come one by one: it is bound
//! in volumes (册), each a file of its own, so that memory holds one volume at a time.

use chrono::NaiveDate;

use super::breaking::{Align, paragraph};
use super::canvas::{Font, Ink, Paper, Role, Sheets, leading, mm};
use super::flow::{self, Frame, Piece, What};
use super::official::Sheet;
use super::table::{Grid, SIZES, fitting};
use super::tags::Kind;
use super::units::{Length, PT};
use super::{Content, missing_note};
use crate::domain::report::table::{Row, RowStyle, Table};
use crate::files::writing::{WriteProblem, clean};

const TITLE: Length = 1_600;
const SMALL: Length = 900;

const UPRIGHT: Sheet = Sheet { landscape: false, paper: Paper::A4, left: mm(250), top: mm(200), width: mm(1_700), height: mm(2_520) };
const TURNED: Sheet =
    Sheet { landscape: true, paper: Paper::A4_LANDSCAPE, left: mm(200), top: mm(250), width: mm(2_570), height: mm(1_620) };

/// Rows by which a long table's columns are measured.
const SAMPLE: usize = 2_000;
/// How high a volume's rows are at most, in pages.
const VOLUME: Length = 400;

/// Writes tables one after another, each from a page of its own.
///
/// # Errors
/// As [`super::write`].
pub fn write_tables(tables: &[Table], created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
    let title = tables.first().map_or("", |table| table.title.as_str());
    let mut sheets = Sheets::new(title)?;
    for (at, table) in tables.iter().enumerate() {
        let mut book = Book::open(&mut sheets, table, &table.rows);
        for row in &table.rows {
            book.push(&sheets, row);
        }
        let last = at + 1 == tables.len();
        book.close(&mut sheets, &table.notes, last, &table.title);
    }
    sheets.finish(created)
}

/// A volume of a long table.
pub struct Volume {
    /// From 1.
    pub number: u32,
    pub bytes: Vec<u8>,
    pub pages: usize,
    pub rows: usize,
}

/// Writes a table whose rows come one by one, in as many volumes as it takes; each is handed out when it is full. `head` gives
/// title, columns and notes; its own rows are left out.
///
/// # Errors
/// What the rows and `volume` fail with, and as [`super::write`].
pub fn stream<E: From<WriteProblem>>(
    head: &Table,
    rows: impl IntoIterator<Item = Result<Row, E>>,
    created: NaiveDate,
    mut volume: impl FnMut(Volume) -> Result<(), E>,
) -> Result<(), E> {
    let mut rows = rows.into_iter();
    let sample = rows.by_ref().take(SAMPLE).collect::<Result<Vec<Row>, E>>()?;
    let measured = sample.clone();
    let mut waiting = sample.into_iter().map(Ok).chain(rows).peekable();
    let mut number = 0;
    loop {
        number += 1;
        let mut sheets = Sheets::new(&head.title)?;
        let mut book = Book::open(&mut sheets, head, &measured);
        while !book.is_full() {
            let Some(row) = waiting.next() else { break };
            book.push(&sheets, &row?);
        }
        let last = waiting.peek().is_none();
        let rows = book.grid.rows.len();
        let foot = if last && number == 1 { head.title.clone() } else { format!("{}　第{number}册", head.title) };
        let notes: &[String] = if last { &head.notes } else { &[] };
        book.close(&mut sheets, notes, true, &foot);
        let pages = sheets.pages();
        let bytes = sheets.finish(created)?;
        volume(Volume { number, bytes, pages, rows })?;
        if last {
            return Ok(());
        }
    }
}

/// A table being laid out.
struct Book {
    sheet: Sheet,
    pieces: Vec<Piece>,
    grid: Grid,
    height: Length,
}

impl Book {
    fn open(sheets: &mut Sheets, table: &Table, measured: &[Row]) -> Book {
        let (sheet, size, demands) = {
            let fit = |sheet: Sheet, sizes: &[Length]| {
                let (size, demands, fits) = fitting(&sheets.setter, &table.columns, measured, sheet.width, sizes);
                fits.then_some((sheet, size, demands))
            };
            let found = fit(UPRIGHT, &SIZES[..2]).or_else(|| fit(TURNED, &SIZES));
            found.unwrap_or_else(|| {
                let (size, demands, _) = fitting(&sheets.setter, &table.columns, measured, TURNED.width, &SIZES);
                (TURNED, size, demands)
            })
        };
        let mut pieces = Vec::new();
        let mut lines = |role, size, align, text: &str, kind, height| {
            let element = Some(sheets.tags.element(None, kind));
            for line in paragraph(&sheets.setter, &clean(text), &sheet.across(role, size, align)) {
                pieces.push(Piece { height, snap: false, keep: true, element, what: What::Text(line, Ink::Black) });
            }
        };
        let heading = Kind::Heading(1, clean(&table.title).into_owned());
        lines(Role::Title, TITLE, Align::Centre, &table.title, heading, TITLE * 7 / 4);
        if let Some(subtitle) = &table.subtitle {
            lines(Role::Song, SMALL, Align::Right, subtitle, Kind::Paragraph, leading(SMALL) + 3 * PT);
        }
        let grid = Grid::new(sheets, &table.columns, (size, &demands), sheet.width, measured.len());
        let height = grid.header.height;
        pieces.push(Piece { height, snap: false, keep: true, element: None, what: What::Header(0) });
        Book { sheet, pieces, grid, height: 0 }
    }

    fn push(&mut self, sheets: &Sheets, row: &Row) {
        let set = self.grid.row(&sheets.setter, row);
        if row.style == RowStyle::Total
            && !self.grid.rows.is_empty()
            && let Some(last) = self.pieces.last_mut()
        {
            last.keep = true;
        }
        let what = What::Row(0, self.grid.rows.len());
        self.pieces.push(Piece { height: set.height, snap: false, keep: false, element: None, what });
        self.height = self.height.saturating_add(set.height);
        self.grid.rows.push(set);
    }

    fn is_full(&self) -> bool {
        self.height >= VOLUME * self.sheet.height
    }

    fn close(mut self, sheets: &mut Sheets, notes: &[String], last: bool, foot: &str) {
        let missing = if last { missing_note(&sheets.missing()) } else { None };
        let style = self.sheet.across(Role::Song, SMALL, Align::Justify);
        for note in notes.iter().chain(&missing) {
            let element = Some(sheets.tags.element(None, Kind::Note));
            for line in paragraph(&sheets.setter, &clean(note), &style) {
                let height = leading(SMALL) + 2 * PT;
                self.pieces.push(Piece { height, snap: false, keep: false, element, what: What::Text(line, Ink::Black) });
            }
        }
        let headers = [self.grid.header.height];
        let frame = Frame { height: self.sheet.height, pitch: PT, headers: &headers };
        let pages = flow::pages(&self.pieces, &frame);
        let content = Content { sheet: self.sheet, pieces: &self.pieces, grids: std::slice::from_ref(&self.grid), pictures: &[] };
        for (at, page) in pages.iter().enumerate() {
            content.page(sheets, page);
            footer(sheets, &self.sheet, foot, at + 1, pages.len());
        }
    }
}

fn footer(sheets: &mut Sheets, sheet: &Sheet, title: &str, number: usize, count: usize) {
    let font = Font::new(Role::Song, SMALL);
    let base = sheet.top + sheet.height + mm(60);
    sheets.within(None);
    sheets.text((sheet.left, base), Align::Left, font, Ink::Black, &clean(title));
    let text = format!("第 {number} 页　共 {count} 页");
    sheets.text((sheet.left + sheet.width, base), Align::Right, font, Ink::Black, &text);
}
