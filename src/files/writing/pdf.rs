//! Papers as PDF: a [`Document`] laid out by GB/T 9704-2012, books and lists as tables on A4, and a canvas for forms. Glyphs, rules
//! and charts are vectors; fonts are those that stand in for the standard's on this machine, embedded as far as used. The
//! same input and the same fonts give the same bytes. Headings, paragraphs, tables and pictures are tagged for screen readers.
//!
//! A character that no installed font has is printed as 〓, keeps its code point for search and copy, and a note at the end
//! of the paper says which they are: a list of thousands does not fail for one rare name, and nobody overlooks it.

mod book;
mod breaking;
pub mod canvas;
mod compose;
mod draw;
mod flow;
mod head;
mod imprint;
mod official;
mod picture;
mod shape;
mod table;
mod tags;
#[cfg(test)]
mod tests;
mod units;

use std::collections::BTreeSet;

use chrono::NaiveDate;

pub use book::{Volume, stream, write_tables};

use super::WriteProblem;
use crate::domain::report::document::Document;
use canvas::{Area, Sheets, baseline};
use compose::Composer;
use flow::{Frame, Page, Spot, What};
use imprint::SetImprint;
use official::{PITCH, Sheet, page_number};
use picture::Picture;
use table::{Grid, Tagged};
use units::Length;

/// Writes the paper; `created` becomes the date in the file's properties.
///
/// # Errors
/// No Chinese font is installed, or the PDF library refuses the paper.
pub fn write(document: &Document, created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
    compose(Sheets::new(&document.title)?, document, created)
}

fn compose(mut sheets: Sheets, document: &Document, created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
    let mut composer = Composer::new(&mut sheets);
    composer.document(document)?;
    let imprint = document.imprint.as_ref().map(|imprint| SetImprint::new(composer.sheets, imprint));
    if let Some(note) = missing_note(&composer.sheets.missing()) {
        composer.small(&note, breaking::Align::Left, tags::Kind::Note);
    }
    composer.end();
    let Composer { sections, grids, pictures, .. } = composer;
    let headers: Vec<Length> = grids.iter().map(|grid| grid.header.height).collect();
    let (mut number, mut end) = (0, (true, 0));
    for section in &sections {
        let frame = Frame { height: section.sheet.height, pitch: PITCH, headers: &headers };
        let content = Content { sheet: section.sheet, pieces: &section.pieces, grids: &grids, pictures: &pictures };
        for page in flow::pages(&section.pieces, &frame) {
            number += 1;
            end = (section.sheet.landscape, page.end);
            content.page(&mut sheets, &page);
            page_number(&mut sheets, &section.sheet, number);
        }
    }
    if let Some(imprint) = imprint {
        let sheet = Sheet::PORTRAIT;
        // a page that has nothing else bears no number (GB/T 9704-2012, 7.5)
        if end.0 || end.1 + PITCH / 2 + imprint.height() > sheet.height {
            sheets.page(sheet.paper);
        }
        imprint.draw(&mut sheets);
    }
    sheets.finish(created)
}

/// What is said at the end of a paper with characters that no font has.
fn missing_note(missing: &BTreeSet<char>) -> Option<String> {
    if missing.is_empty() {
        return None;
    }
    let codes: Vec<String> = missing.iter().map(|&c| format!("U+{:04X}", u32::from(c))).collect();
    Some(format!(
        "提示：有{}个字所装字体都没有，印作“〓”：{}。请手工补写，或加装有这些字的字体（SUNLEDGER_FONTS）后重新生成。",
        missing.len(),
        codes.join("、")
    ))
}

/// What the pages of a section are drawn from.
struct Content<'a> {
    sheet: Sheet,
    pieces: &'a [flow::Piece],
    grids: &'a [Grid],
    pictures: &'a [Picture],
}

impl Content<'_> {
    fn page(&self, sheets: &mut Sheets, page: &Page) {
        sheets.page(self.sheet.paper);
        sheets.within(None);
        // the table that is being drawn, and the edges of its rows
        let mut open: Option<(usize, Vec<Length>)> = None;
        for &(y, spot) in &page.spots {
            let y = self.sheet.top + y;
            let row = match spot {
                Spot::Header(table) => Some((table, None, Tagged::Decoration)),
                Spot::Piece(index) => match self.pieces[index].what {
                    What::Header(table) => Some((table, None, Tagged::Header)),
                    What::Row(table, row) => Some((table, Some(row), Tagged::Row)),
                    _ => {
                        self.piece(sheets, index, y);
                        None
                    }
                },
            };
            let Some((table, row, tagged)) = row else { continue };
            let grid = &self.grids[table];
            let set = row.map_or(&grid.header, |row| &grid.rows[row]);
            grid.draw(sheets, set, (self.sheet.left, y), tagged);
            match &mut open {
                Some((number, edges)) if *number == table => edges.push(y + set.height),
                _ => {
                    self.close(sheets, open.take());
                    open = Some((table, vec![y, y + set.height]));
                }
            }
        }
        self.close(sheets, open);
    }

    fn close(&self, sheets: &mut Sheets, table: Option<(usize, Vec<Length>)>) {
        if let Some((number, edges)) = table {
            self.grids[number].rules(sheets, self.sheet.left, &edges);
        }
    }

    fn piece(&self, sheets: &mut Sheets, index: usize, y: Length) {
        let piece = &self.pieces[index];
        let left = self.sheet.left;
        sheets.within(piece.element);
        match &piece.what {
            What::Text(set, ink) => {
                let base = y + baseline(piece.height, set.line.size);
                sheets.line((left + set.x, base), *ink, set.line.clone());
            }
            What::Rule(width, ink) => {
                let middle = y + width / 2;
                sheets.rule((left, middle), (left + self.sheet.width, middle), *width, *ink);
            }
            What::Picture(number) => {
                let Picture { tree, width, height } = &self.pictures[*number];
                let x = left + (self.sheet.width - width) / 2;
                sheets.picture(Area { x, y, width: *width, height: *height }, tree.clone());
            }
            What::Blank | What::Header(_) | What::Row(..) => {}
        }
        sheets.within(None);
    }
}
