//! Tables on paper: columns as wide as what stands in them, thin rules, figures to the right. A text too long wraps; a figure
//! too wide for its column is set smaller, never broken. Where a table has many columns, all of it is set smaller.

use std::borrow::Cow;

use super::breaking::{Align, Style, paragraph};
use super::canvas::{Ink, Role, Sheets, baseline, leading};
use super::shape::Setter;
use super::tags::{Element, Kind as Tag};
use super::units::{Length, PT};
use crate::domain::report::table::{Column, Kind, Row, RowStyle, display};
use crate::files::writing::clean;
use crate::files::writing::columns::{Demand, share};

/// 五号, 小五 and 六号: the largest that fits is taken.
pub(super) const SIZES: [Length; 3] = [1_050, 900, 750];
/// Beside and above what stands in a cell.
const SIDE: Length = 3 * PT;
const ABOVE: Length = PT * 5 / 2;
const THIN: Length = PT / 2;

/// A cell as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Set {
    lines: Vec<String>,
    size: Length,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SetRow {
    cells: Vec<Set>,
    role: Role,
    pub height: Length,
    pub total: bool,
}

/// A table whose columns have their widths.
#[derive(Debug)]
pub(super) struct Grid {
    widths: Vec<Length>,
    aligns: Vec<Align>,
    kinds: Vec<Kind>,
    pub size: Length,
    pub header: SetRow,
    pub rows: Vec<SetRow>,
    element: Element,
    plain: bool,
}

/// Rows from which on a table is read out as text, page by page: a structure of its cells would be larger than all else in the file.
const LONG: usize = 1_000;

/// What the columns of a table ask for at a size; `rows` may be a sample of a long table.
pub(super) fn demands(setter: &Setter, columns: &[Column], rows: &[Row], size: Length) -> Vec<Demand> {
    let padding = 2 * SIDE;
    let mut most = vec![[0, 0]; columns.len()];
    for row in rows {
        let role = role_of(row.style);
        for (at, (cell, column)) in row.cells.iter().zip(columns).enumerate() {
            let text = printed(cell, column.kind);
            let wide = setter.width(role, size, &text);
            most[at][0] = most[at][0].max(wide);
            if column.kind == Kind::Text && wide > most[at][1] {
                most[at][1] = most[at][1].max(longest_word(setter, role, size, &text));
            }
        }
    }
    let ask = |(column, most): (&Column, [Length; 2])| {
        let title = setter.width(Role::Hei, size, &clean(&column.title));
        let halved = title / 2 + if title > 2 * size { size / 2 } else { title / 2 };
        let least = most[0].max(halved).max(2 * size) + padding;
        let wrapped = most[1].max(5 * size).min(20 * size) + padding;
        let floor = if column.kind == Kind::Text { least.min(wrapped) } else { least };
        let wanted = least.max(title.min(8 * size) + padding);
        let all = [wanted, least, floor].map(|length| usize::try_from(length).unwrap_or(0));
        Demand { wanted: all[0], least: all[1], floor: all[2] }
    };
    columns.iter().zip(most).map(ask).collect()
}

/// Accounts and ID numbers are not broken.
fn longest_word(setter: &Setter, role: Role, size: Length, text: &str) -> Length {
    let words = text.split(|c: char| !c.is_ascii_graphic()).filter(|word| !word.is_empty());
    words.map(|word| setter.width(role, size, word)).max().unwrap_or(0)
}

pub(super) fn printed(cell: &crate::domain::report::table::Cell, kind: Kind) -> String {
    let text = display(cell, kind);
    match clean(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(cleaned) => cleaned,
    }
}

fn role_of(style: RowStyle) -> Role {
    if style == RowStyle::Total { Role::Hei } else { Role::FangSong }
}

/// The largest size at which the columns fit into `width`, and whether they do.
pub(super) fn fitting(setter: &Setter, columns: &[Column], rows: &[Row], width: Length, sizes: &[Length]) -> (Length, Vec<Demand>, bool) {
    let mut last = (SIZES[0], Vec::new(), false);
    for &size in sizes {
        let demands = demands(setter, columns, rows, size);
        let needed: usize = demands.iter().map(|demand| demand.floor).sum();
        let fits = Length::try_from(needed).is_ok_and(|needed| needed <= width);
        last = (size, demands, fits);
        if fits {
            break;
        }
    }
    last
}

impl Grid {
    /// `rows` is how many there will be, as far as is known.
    pub fn new(sheets: &mut Sheets, columns: &[Column], (size, demands): (Length, &[Demand]), width: Length, rows: usize) -> Grid {
        let plain = rows > LONG;
        let element = sheets.tags.element(None, if plain { Tag::Paragraph } else { Tag::Table });
        let widths = share(demands, usize::try_from(width).unwrap_or(0));
        let mut widths: Vec<Length> = widths.iter().map(|&width| Length::try_from(width).unwrap_or(0)).collect();
        let rest = width - widths.iter().sum::<Length>();
        if let Some(last) = widths.last_mut() {
            *last += rest;
        }
        let header = SetRow { cells: Vec::new(), role: Role::Hei, height: 0, total: false };
        let (aligns, kinds) = (aligns(columns), columns.iter().map(|column| column.kind).collect());
        let mut grid = Grid { widths, aligns, kinds, size, header, rows: Vec::new(), element, plain };
        let titles = columns.iter().map(|column| clean(&column.title).into_owned());
        grid.header = grid.set(&sheets.setter, titles.collect(), Role::Hei, true);
        grid
    }

    /// Sets a row; it is not kept.
    pub fn row(&self, setter: &Setter, row: &Row) -> SetRow {
        let texts = row.cells.iter().zip(&self.kinds).map(|(cell, &kind)| printed(cell, kind)).collect();
        let mut set = self.set(setter, texts, role_of(row.style), false);
        set.total = row.style == RowStyle::Total;
        set
    }

    fn set(&self, setter: &Setter, texts: Vec<String>, role: Role, header: bool) -> SetRow {
        let mut height = 0;
        let cell = |(at, text): (usize, String)| {
            let room = self.widths.get(at).copied().unwrap_or(0) - 2 * SIDE;
            let wide = setter.width(role, self.size, &text);
            let set = if wide <= room {
                Set { lines: vec![text], size: self.size }
            } else if header {
                Set { lines: balanced(setter, &text, (role, self.size), room), size: self.size }
            } else if self.kinds.get(at) == Some(&Kind::Text) {
                Set { lines: wrapped(setter, &text, (role, self.size), room), size: self.size }
            } else {
                let size = i64::from(self.size) * i64::from(room.max(PT)) / i64::from(wide);
                Set { lines: vec![text], size: Length::try_from(size).unwrap_or(self.size) - 1 }
            };
            height = height.max(set.lines.len() as Length * leading(set.size));
            set
        };
        let cells = texts.into_iter().enumerate().map(cell).collect();
        SetRow { cells, role, height: height.max(leading(self.size)) + 2 * ABOVE, total: false }
    }

    /// Draws a row with its left upper corner at `at`; its rules come with [`Grid::rules`].
    pub fn draw(&self, sheets: &mut Sheets, row: &SetRow, at: (Length, Length), tagged: Tagged) {
        let structured = tagged != Tagged::Decoration && !self.plain;
        let line_of = structured.then(|| sheets.tags.element(Some(self.element), Tag::Row));
        let all_in_one = (tagged != Tagged::Decoration && self.plain).then_some(self.element);
        let mut x = at.0;
        for (index, set) in row.cells.iter().enumerate() {
            let width = self.widths.get(index).copied().unwrap_or(0);
            let kind = if tagged == Tagged::Header { Tag::Header } else { Tag::Cell };
            let element = line_of.map(|line| sheets.tags.element(Some(line), kind)).or(all_in_one);
            sheets.within(element);
            let align = if row.role == Role::Hei && !row.total { Align::Centre } else { self.aligns[index] };
            let pitch = leading(set.size);
            let mut y = at.1 + (row.height - pitch * set.lines.len() as Length) / 2;
            for text in &set.lines {
                let line = sheets.setter.line(row.role, set.size, text);
                let left = match align {
                    Align::Left | Align::Justify => x + SIDE,
                    Align::Centre => x + (width - line.width) / 2,
                    Align::Right => x + width - SIDE - line.width,
                };
                sheets.line((left, y + baseline(pitch, set.size)), Ink::Black, line);
                y += pitch;
            }
            x += width;
        }
        sheets.within(None);
    }

    /// Rules of rows that stand below each other: `edges` are their upper edges and the last one's lower edge.
    pub fn rules(&self, sheets: &mut Sheets, x: Length, edges: &[Length]) {
        let (Some(&top), Some(&bottom)) = (edges.first(), edges.last()) else { return };
        let right = x + self.widths.iter().sum::<Length>();
        for &y in edges {
            sheets.rule((x, y), (right, y), THIN, Ink::Black);
        }
        let mut at = x;
        for width in [0].iter().chain(&self.widths) {
            at += width;
            sheets.rule((at, top), (at, bottom), THIN, Ink::Black);
        }
    }
}

fn wrapped(setter: &Setter, text: &str, (role, size): (Role, Length), width: Length) -> Vec<String> {
    let style = Style { role, size, tracking: 0, width, first: 0, rest: 0, align: Align::Left };
    paragraph(setter, text, &style).into_iter().map(|set| set.line.text).collect()
}

/// Lines as even as they can be without one more of them.
fn balanced(setter: &Setter, text: &str, font: (Role, Length), width: Length) -> Vec<String> {
    let mut best = wrapped(setter, text, font, width);
    let mut narrower = width;
    while narrower > 2 * font.1 {
        narrower -= font.1 / 2;
        let lines = wrapped(setter, text, font, narrower);
        if lines.len() > best.len() {
            break;
        }
        best = lines;
    }
    best
}

/// What a row is to a screen reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tagged {
    Header,
    Row,
    /// A header that is repeated.
    Decoration,
}

/// Figures to the right so that their digits line up, dates in the middle; so do the numbers that a list begins with.
fn aligns(columns: &[Column]) -> Vec<Align> {
    let align = |(at, column): (usize, &Column)| match column.kind {
        Kind::Date => Align::Centre,
        Kind::Count if at == 0 => Align::Centre,
        kind if kind.is_figure() => Align::Right,
        _ => Align::Left,
    };
    columns.iter().enumerate().map(align).collect()
}
