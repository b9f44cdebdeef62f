//! A document into pieces, section by section: a section begins on a new page and has one orientation. Red head, title and
//! recipients come first (`head`), then the blocks in their order.

use resvg::usvg;

use super::breaking::{Align, SetLine, Style, paragraph};
use super::canvas::{Ink, Role, Sheets, leading};
use super::flow::{Piece, What};
use super::official::{BODY, CAPTION, PITCH, SMALL, Sheet, TITLE};
use super::picture::{self, Picture};
use super::table::{Grid, SIZES, fitting};
use super::tags::{Element, Kind};
use super::units::{Length, PT};
use crate::domain::report::document::{Block, Document, HeadingLevel};
use crate::domain::report::figure::day_chinese;
use crate::domain::report::table::{RowStyle, Table};
use crate::files::writing::{WriteProblem, clean};

pub(super) struct Section {
    pub sheet: Sheet,
    pub pieces: Vec<Piece>,
}

/// What has been laid out so far.
pub(super) struct Composer<'a> {
    pub sheets: &'a mut Sheets,
    pub sections: Vec<Section>,
    pub grids: Vec<Grid>,
    pub pictures: Vec<Picture>,
    sheet: Sheet,
    pieces: Vec<Piece>,
    /// The title of the annex that has just begun.
    headed: String,
}

impl<'a> Composer<'a> {
    pub fn new(sheets: &'a mut Sheets) -> Composer<'a> {
        let sheet = Sheet::PORTRAIT;
        Composer { sheets, sections: Vec::new(), grids: Vec::new(), pictures: Vec::new(), sheet, pieces: Vec::new(), headed: String::new() }
    }

    pub fn document(&mut self, document: &Document) -> Result<(), WriteProblem> {
        super::head::head(self, document);
        for block in &document.blocks {
            self.block(block)?;
        }
        Ok(())
    }

    /// The last section ends.
    pub fn end(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        self.sections.push(Section { sheet: self.sheet, pieces });
    }

    fn block(&mut self, block: &Block) -> Result<(), WriteProblem> {
        let headed = std::mem::take(&mut self.headed);
        match block {
            Block::Heading(level, text) => self.heading(*level, text),
            Block::Paragraph(text) => self.body(&text.plain(), self.sheet.body(Role::FangSong), Kind::Paragraph),
            Block::Note(text) => self.note(&text.plain()),
            Block::Table(table) => self.table(table, table.title == headed),
            Block::Chart(chart) => return self.chart(chart),
            Block::Attachments(titles) => self.attachments(titles),
            Block::Signature { by, on } => self.signature(by, &day_chinese(*on)),
            Block::Annex { mark, title, landscape } => self.annex(mark, title, *landscape),
        }
        Ok(())
    }

    fn heading(&mut self, level: HeadingLevel, text: &str) {
        let (role, depth) = match level {
            HeadingLevel::One => (Role::Hei, 2),
            HeadingLevel::Two => (Role::Kai, 3),
            HeadingLevel::Three => (Role::FangSong, 4),
        };
        let at = self.pieces.len();
        self.body(text, self.sheet.body(role), Kind::Heading(depth, clean(text).into_owned()));
        self.pieces[at..].iter_mut().for_each(|piece| piece.keep = true);
    }

    /// A paragraph on the grid.
    pub fn body(&mut self, text: &str, style: Style, kind: Kind) {
        self.set(text, &style, Piece { snap: true, ..Piece::blank(PITCH) }, kind);
    }

    /// The lines of a text, each a piece like `model`.
    fn set(&mut self, text: &str, style: &Style, model: Piece, kind: Kind) {
        let Piece { height, snap, keep, .. } = model;
        let element = Some(self.sheets.tags.element(None, kind));
        for part in text.split('\n') {
            let lines = paragraph(&self.sheets.setter, &clean(part), style);
            self.pieces.extend(lines.into_iter().map(|line| Piece { height, snap, keep, element, what: What::Text(line, Ink::Black) }));
        }
    }

    fn text(&mut self, line: SetLine, height: Length, snap: bool, element: Option<Element>) {
        self.pieces.push(Piece { height, snap, keep: false, element, what: What::Text(line, Ink::Black) });
    }

    pub fn push(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }

    /// Lines of so much height in a style of their own, none parted from the next.
    pub fn lines(&mut self, text: &str, style: &Style, height: Length, kind: Kind) {
        self.set(text, style, Piece::blank(height).keep(), kind);
    }

    /// The piece laid last stays with the next one.
    pub fn keep(&mut self) {
        if let Some(last) = self.pieces.last_mut() {
            last.keep = true;
        }
    }

    fn note(&mut self, text: &str) {
        self.small(text, Align::Justify, Kind::Note);
    }

    pub fn small(&mut self, text: &str, align: Align, kind: Kind) {
        let style = self.sheet.across(Role::FangSong, SMALL, align);
        self.set(text, &style, Piece::blank(leading(SMALL) + 2 * PT), kind);
    }

    /// 附件说明: a line below the text, two characters in; several are numbered, and a name that wraps goes on under itself.
    fn attachments(&mut self, titles: &[String]) {
        self.push(Piece { snap: true, ..Piece::blank(PITCH) });
        let em = self.sheet.em();
        for (at, title) in titles.iter().enumerate() {
            let lead = if at == 0 { "附件：" } else { "" };
            let number = if titles.len() > 1 { format!("{}.", at + 1) } else { String::new() };
            let first = if at == 0 { 2 * em } else { 5 * em };
            let rest = 5 * em + self.sheets.setter.width(Role::FangSong, BODY, &number);
            let style = Style { first, rest, ..self.sheet.body(Role::FangSong) };
            self.body(&format!("{lead}{number}{title}"), style, Kind::Paragraph);
        }
    }

    /// 署名 and 成文日期: the date four characters from the edge, where the seal goes, the name in the middle above it. They
    /// stay with the last two lines of the text, for a signature does not stand alone on a page.
    fn signature(&mut self, by: &str, on: &str) {
        let lines = self.pieces.iter_mut().rev().take_while(|piece| matches!(piece.what, What::Text(..)));
        lines.take(2).for_each(|piece| piece.keep = true);
        for _ in 0..2 {
            self.push(Piece { snap: true, ..Piece::blank(PITCH) }.keep());
        }
        let element = self.sheets.tags.element(None, Kind::Paragraph);
        let (tracking, right) = (self.sheet.tracking(), self.sheet.width);
        let setter = &self.sheets.setter;
        let date = setter.line(Role::FangSong, BODY, on);
        let middle = right - 4 * self.sheet.em() - date.width / 2;
        let names = by.lines().map(|name| setter.tracked(Role::FangSong, BODY, &clean(name), tracking)).collect::<Vec<_>>();
        for line in names {
            let x = (middle - line.width / 2).min(right - line.width).max(0);
            self.text(SetLine { x, line }, PITCH, true, Some(element));
            self.keep();
        }
        self.text(SetLine { x: middle - date.width / 2, line: date }, PITCH, true, Some(element));
    }

    /// An annex on a page of its own: its mark in 黑体 at the left of the first line, its title on the third.
    fn annex(&mut self, mark: &str, title: &str, landscape: bool) {
        self.end();
        self.sheet = Sheet::of(landscape);
        let style = Style { first: 0, ..self.sheet.body(Role::Hei) };
        self.body(mark, style, Kind::Heading(2, clean(mark).into_owned()));
        self.keep();
        self.push(Piece { snap: true, ..Piece::blank(PITCH) }.keep());
        self.title(title, 2);
        self.push(Piece::blank(PITCH / 2));
        self.headed = title.to_owned();
    }

    /// 小标宋 二号 in the middle; the lines of the text are kept.
    pub fn title(&mut self, title: &str, level: u8) {
        let style = self.sheet.across(Role::Title, TITLE, Align::Centre);
        self.lines(title, &style, TITLE * 8 / 5, Kind::Heading(level, clean(&title.replace('\n', "")).into_owned()));
    }

    /// The only table of an annex does not say the annex's title again.
    fn table(&mut self, table: &Table, headed: bool) {
        self.push(Piece::blank(6 * PT));
        if !headed {
            let caption = self.sheet.across(Role::Hei, CAPTION, Align::Centre);
            self.lines(&table.title, &caption, CAPTION * 5 / 3, Kind::Paragraph);
        }
        if let Some(subtitle) = &table.subtitle {
            self.small(subtitle, Align::Right, Kind::Paragraph);
            self.keep();
        }
        self.grid(table);
        for (at, note) in table.notes.iter().enumerate() {
            if at == 0 {
                self.keep();
                self.push(Piece::blank(2 * PT).keep());
            }
            self.small(note, Align::Justify, Kind::Note);
        }
        self.push(Piece::blank(6 * PT));
    }

    fn grid(&mut self, table: &Table) {
        let (size, demands, _) = fitting(&self.sheets.setter, &table.columns, &table.rows, self.sheet.width, &SIZES);
        let mut grid = Grid::new(self.sheets, &table.columns, (size, &demands), self.sheet.width, table.rows.len());
        grid.rows = table.rows.iter().map(|row| grid.row(&self.sheets.setter, row)).collect();
        let number = self.grids.len();
        let piece = |height, keep, what| Piece { height, snap: false, keep, element: None, what };
        self.pieces.push(piece(grid.header.height, true, What::Header(number)));
        for (at, row) in grid.rows.iter().enumerate() {
            let total_next = table.rows.get(at + 1).is_some_and(|next| next.style == RowStyle::Total);
            self.pieces.push(piece(row.height, total_next, What::Row(number, at)));
        }
        self.grids.push(grid);
    }

    fn chart(&mut self, chart: &crate::domain::report::chart::Chart) -> Result<(), WriteProblem> {
        let tree: usvg::Tree = picture::tree(self.sheets.setter.fonts, &chart.svg())?;
        self.push(Piece::blank(6 * PT));
        let caption = self.sheet.across(Role::Hei, CAPTION, Align::Centre);
        self.lines(&chart.head().title, &caption, CAPTION * 5 / 3, Kind::Paragraph);
        let (width, height) = picture::fitted(&tree, self.sheet.width, self.sheet.height - 3 * PITCH);
        let element = Some(self.sheets.tags.element(None, Kind::Figure(chart.head().description.clone())));
        self.pieces.push(Piece { height, snap: false, keep: false, element, what: What::Picture(self.pictures.len()) });
        self.pictures.push(Picture { tree, width, height });
        self.push(Piece::blank(6 * PT));
        Ok(())
    }
}
