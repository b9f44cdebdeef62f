//! Pieces of a paper, one below the other, shared out among pages. A piece may ask to stay with the next one: headings with what
//! they head, the closing lines with the signature, the last row with the total. A table goes on under its header.

use super::breaking::SetLine;
use super::canvas::Ink;
use super::tags::Element;
use super::units::Length;

#[derive(Debug)]
pub(super) enum What {
    Blank,
    Text(SetLine, Ink),
    Rule(Length, Ink),
    /// The header of a table, and a row of one, by their numbers.
    Header(usize),
    Row(usize, usize),
    /// A chart by its number.
    Picture(usize),
}

#[derive(Debug)]
pub(super) struct Piece {
    pub height: Length,
    /// Stands on a line of the grid.
    pub snap: bool,
    /// Stays on the page of the next piece.
    pub keep: bool,
    pub element: Option<Element>,
    pub what: What,
}

impl Piece {
    pub fn blank(height: Length) -> Piece {
        Piece { height, snap: false, keep: false, element: None, what: What::Blank }
    }

    pub fn keep(mut self) -> Piece {
        self.keep = true;
        self
    }
}

/// Something on a page and its upper edge, from that of the text area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spot {
    Piece(usize),
    /// The header of a table that goes on.
    Header(usize),
}

#[derive(Debug, Default)]
pub(super) struct Page {
    pub spots: Vec<(Length, Spot)>,
    /// Where the next piece would stand.
    pub end: Length,
}

/// The text area's height, the grid's pitch, and how high each table's header is.
pub(super) struct Frame<'a> {
    pub height: Length,
    pub pitch: Length,
    pub headers: &'a [Length],
}

/// Shares pieces out.
pub(super) fn pages(pieces: &[Piece], frame: &Frame) -> Vec<Page> {
    let mut pages = vec![Page::default()];
    let mut at = 0;
    while at < pieces.len() {
        let chain = chain(pieces, at);
        let page = pages.last().map_or(0, |page| page.end);
        if page > 0 && page + extent(&pieces[at..chain], page, frame) > frame.height {
            pages.push(Page::default());
        }
        for index in at..chain {
            put(&mut pages, pieces, index, frame);
        }
        at = chain;
    }
    pages
}

/// The end of what stays together, from `at` on.
fn chain(pieces: &[Piece], at: usize) -> usize {
    let length = pieces[at..].iter().position(|piece| !piece.keep).map_or(pieces.len() - at, |length| length + 1);
    at + length
}

/// How much room pieces take from `from` on, with what the grid makes them leave out.
fn extent(pieces: &[Piece], from: Length, frame: &Frame) -> Length {
    let end = pieces.iter().fold(from, |y, piece| begin(piece, y, frame) + piece.height);
    // blanks at the end of a chain may fall off the page
    end - from
}

fn begin(piece: &Piece, y: Length, frame: &Frame) -> Length {
    if piece.snap { (y + frame.pitch - 1 - frame.pitch / 60).div_euclid(frame.pitch) * frame.pitch } else { y }
}

fn put(pages: &mut Vec<Page>, pieces: &[Piece], index: usize, frame: &Frame) {
    let piece = &pieces[index];
    let Some(mut page) = pages.last_mut() else { return };
    let mut y = begin(piece, page.end, frame);
    if page.end > 0 && y + piece.height > frame.height {
        pages.push(Page::default());
        let last = pages.len() - 1;
        page = &mut pages[last];
        y = 0;
    }
    // a page does not begin with a gap, but for the first
    if y == 0 && index > 0 && matches!(piece.what, What::Blank) && page.spots.is_empty() {
        return;
    }
    if let (What::Row(table, row), true) = (&piece.what, page.spots.is_empty())
        && *row > 0
    {
        page.spots.push((y, Spot::Header(*table)));
        y += frame.headers.get(*table).copied().unwrap_or(0);
    }
    page.spots.push((y, Spot::Piece(index)));
    page.end = y + piece.height;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(keep: bool) -> Piece {
        Piece { keep, snap: true, ..Piece::blank(10) }
    }

    fn row(row: usize) -> Piece {
        Piece { what: What::Row(0, row), ..Piece::blank(10) }
    }

    fn text(piece: Piece) -> Piece {
        Piece { what: What::Rule(1, Ink::Black), ..piece }
    }

    fn counts(pages: &[Page]) -> Vec<usize> {
        pages.iter().map(|page| page.spots.len()).collect()
    }

    #[test]
    fn a_heading_goes_with_what_it_heads() {
        let frame = Frame { height: 50, pitch: 10, headers: &[] };
        let mut pieces: Vec<Piece> = (0..4).map(|_| text(line(false))).collect();
        pieces.push(text(line(true)));
        pieces.push(text(line(false)));
        assert_eq!(counts(&pages(&pieces, &frame)), [4, 2]);
    }

    #[test]
    fn a_table_goes_on_under_its_header() {
        let frame = Frame { height: 50, pitch: 10, headers: &[10] };
        let mut pieces = vec![Piece { keep: true, what: What::Header(0), ..Piece::blank(10) }];
        pieces.extend((0..9).map(row));
        let pages = pages(&pieces, &frame);
        assert_eq!(counts(&pages), [5, 5, 2]);
        assert_eq!(pages[1].spots[0], (0, Spot::Header(0)));
        assert_eq!(pages[1].spots[1], (10, Spot::Piece(5)));
    }

    #[test]
    fn text_after_a_table_stands_on_the_grid_again() {
        let frame = Frame { height: 5_000, pitch: 1_000, headers: &[] };
        let pieces =
            vec![Piece { what: What::Rule(1, Ink::Black), ..Piece::blank(1_234) }, text(Piece { snap: true, ..Piece::blank(1_000) })];
        assert_eq!(pages(&pieces, &frame)[0].spots[1].0, 2_000);
    }

    #[test]
    fn a_gap_falls_off_between_pages() {
        let frame = Frame { height: 30, pitch: 10, headers: &[] };
        let mut pieces: Vec<Piece> = (0..3).map(|_| text(line(false))).collect();
        pieces.push(Piece::blank(10));
        pieces.push(text(line(false)));
        assert_eq!(counts(&pages(&pieces, &frame)), [3, 1]);
    }
}
