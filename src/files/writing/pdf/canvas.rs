//! Sheets to draw on: texts, rules and frames at places given in hundredths of a point from the upper left corner. Papers and
//! books are set on it, and forms draw on it directly. What is drawn belongs to the element that was named last, so that
//! a screen reader meets it in order; rules and page numbers are decoration.
//!
//! ```no_run
//! # use sunledger::files::writing::pdf::canvas::*;
//! # fn form(created: chrono::NaiveDate) -> Result<Vec<u8>, sunledger::files::writing::WriteProblem> {
//! let mut sheets = Sheets::new("记账凭证")?;
//! sheets.page(Paper::A4);
//! sheets.text((mm(1050), mm(200)), Align::Centre, Font::new(Role::Title, 18 * PT), Ink::Black, "记账凭证");
//! sheets.rule((mm(200), mm(300)), (mm(1900), mm(300)), PT / 2, Ink::Black);
//! sheets.finish(created)
//! # }
//! ```

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use krilla::metadata::{DateTime, Metadata};
use krilla::page::PageSettings;

pub use super::breaking::Align;
use super::breaking::{Style, paragraph};
use super::draw::{self, Op, Thing};
use super::shape::{Line, Setter};
use super::tags::{self, Element, Kind, Tags};
pub use super::units::{Length, PT, mm};
use crate::files::fonts::Fonts;
pub use crate::files::fonts::Role;
use crate::files::writing::WriteProblem;

/// A sheet's width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paper {
    pub width: Length,
    pub height: Length,
}

impl Paper {
    pub const A4: Paper = Paper { width: mm(2_100), height: mm(2_970) };
    pub const A4_LANDSCAPE: Paper = Paper { width: mm(2_970), height: mm(2_100) };
}

/// Face and size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Font {
    pub role: Role,
    pub size: Length,
}

impl Font {
    pub const fn new(role: Role, size: Length) -> Font {
        Font { role, size }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ink {
    Black,
    Red,
    Grey,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    pub x: Length,
    pub y: Length,
    pub width: Length,
    pub height: Length,
}

/// Sheets of one file.
pub struct Sheets {
    pub(super) setter: Setter,
    pdf: krilla::Document,
    title: String,
    paper: Option<Paper>,
    pages: usize,
    ops: Vec<Op>,
    pub(super) tags: Tags,
}

impl Sheets {
    /// # Errors
    /// There are no fonts.
    pub fn new(title: &str) -> Result<Sheets, WriteProblem> {
        Ok(Sheets::with(Setter::new(Fonts::get()?), title))
    }

    pub(super) fn with(setter: Setter, title: &str) -> Sheets {
        let pdf = krilla::Document::new();
        Sheets { setter, pdf, title: title.replace('\n', ""), paper: None, pages: 0, ops: Vec::new(), tags: Tags::default() }
    }

    /// Begins a page; what is drawn now is a paragraph of its own.
    pub fn page(&mut self, paper: Paper) {
        self.flush();
        self.paper = Some(paper);
        self.pages += 1;
        let paragraph = self.tags.element(None, Kind::Paragraph);
        self.tags.within(Some(paragraph));
    }

    /// How many pages there are, with the one that is being drawn.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// How wide a text is on one line.
    pub fn width(&self, font: Font, text: &str) -> Length {
        self.setter.width(font.role, font.size, text)
    }

    /// A text on one line; `at` is the left end, the middle or the right end of its base line, as `align` says.
    pub fn text(&mut self, at: (Length, Length), align: Align, font: Font, ink: Ink, text: &str) {
        let line = self.setter.line(font.role, font.size, text);
        let x = match align {
            Align::Left | Align::Justify => at.0,
            Align::Centre => at.0 - line.width / 2,
            Align::Right => at.0 - line.width,
        };
        self.line((x, at.1), ink, line);
    }

    /// A text in a box, in the middle of its height: it wraps, and is set smaller where it would not fit, down to half its size.
    pub fn boxed(&mut self, area: Area, align: Align, font: Font, ink: Ink, text: &str) {
        let mut size = font.size;
        let set = |size| {
            let style = Style { role: font.role, size, tracking: 0, width: area.width, first: 0, rest: 0, align };
            paragraph(&self.setter, text, &style)
        };
        let mut lines = set(size);
        while size > font.size / 2 && lines.len() as Length * leading(size) > area.height {
            size -= PT / 2;
            lines = set(size);
        }
        let mut y = area.y + (area.height - lines.len() as Length * leading(size)) / 2;
        for set in lines {
            self.line((area.x + set.x, y + baseline(leading(size), size)), ink, set.line);
            y += leading(size);
        }
    }

    pub fn rule(&mut self, from: (Length, Length), to: (Length, Length), width: Length, ink: Ink) {
        self.decoration(Thing::Rule { from, to, width, ink });
    }

    pub fn frame(&mut self, area: Area, width: Length, ink: Ink) {
        let (right, bottom) = (area.x + area.width, area.y + area.height);
        let corners = [(area.x, area.y), (right, area.y), (right, bottom), (area.x, bottom)];
        self.decoration(Thing::Outline { corners, width, ink });
    }

    /// A line that was set before, at the left end of its base line.
    pub(super) fn line(&mut self, at: (Length, Length), ink: Ink, line: Line) {
        self.push(Thing::Text { at, ink, line, turned: false });
    }

    /// A text that runs downwards, for pages that are turned to be read.
    pub(super) fn turned(&mut self, at: (Length, Length), font: Font, ink: Ink, text: &str) {
        let line = self.setter.line(font.role, font.size, text);
        self.push(Thing::Text { at, ink, line, turned: true });
    }

    pub(super) fn picture(&mut self, area: Area, tree: resvg::usvg::Tree) {
        self.push(Thing::Picture { area, tree: Box::new(tree) });
    }

    fn push(&mut self, thing: Thing) {
        self.ops.push(Op { thing, element: self.tags.current() });
    }

    fn decoration(&mut self, thing: Thing) {
        self.ops.push(Op { thing, element: None });
    }

    /// What is drawn from now on belongs to this element, or is decoration.
    pub(super) fn within(&mut self, element: Option<Element>) {
        self.tags.within(element);
    }

    /// Characters met so far that no font has; 〓 is printed for them.
    pub fn missing(&self) -> BTreeSet<char> {
        self.setter.missing()
    }

    fn flush(&mut self) {
        let Some(paper) = self.paper.take() else { return };
        let size = PageSettings::from_wh(super::units::points(paper.width), super::units::points(paper.height));
        let mut page = self.pdf.start_page_with(size.unwrap_or_default());
        let mut surface = page.surface();
        draw::ops(&mut surface, self.setter.fonts, &self.ops, &mut self.tags);
        surface.finish();
        page.finish();
        self.ops.clear();
    }

    /// The file; `created` is its date.
    ///
    /// # Errors
    /// The PDF library refuses the document.
    pub fn finish(mut self, created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
        self.flush();
        let date = DateTime::new(created.year().clamp(0, 9999) as u16).month(created.month() as u8).day(created.day() as u8);
        let metadata = Metadata::new()
            .title(self.title)
            .language("zh-CN".into())
            .producer("Sunledger".into())
            .creation_date(date.hour(0).minute(0).second(0).utc_offset_hour(8).utc_offset_minute(0));
        self.pdf.set_metadata(metadata);
        self.pdf.set_tag_tree(tags::tree(self.tags));
        self.pdf.finish().map_err(|error| WriteProblem::Pdf(format!("{error:?}")))
    }
}

/// The height of a line of small print or of a table.
pub(super) fn leading(size: Length) -> Length {
    size * 27 / 20
}

/// Where the base line is in a line of so much height: the square of a Chinese character stands in the middle.
pub(super) fn baseline(height: Length, size: Length) -> Length {
    (height - size) / 2 + size * 22 / 25
}
