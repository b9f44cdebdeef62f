//! A paragraph into lines. Where a line may end follows UAX 14, with Chinese quotation marks taken as brackets: no closing mark
//! begins a line, no opening one ends it, words and numbers stay whole. A closing mark that just does not fit is drawn in by
//! squeezing the blank halves of the line's other marks, or else takes the character before it along to the next line; what
//! is left over is spread between the characters, so that both edges are straight.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::shape::{Line, Placed, Setter, attach, is_invisible, scaled};
use super::units::Length;
use crate::files::fonts::Role;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Both edges straight, the last line to the left.
    Justify,
    Left,
    Centre,
    Right,
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub role: Role,
    pub size: Length,
    /// Added to each character as wide as the size, to meet the grid.
    pub tracking: Length,
    pub width: Length,
    /// Indent of the first line and of the others.
    pub first: Length,
    pub rest: Length,
    pub align: Align,
}

/// A line and where it begins, from the left edge of the column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SetLine {
    pub x: Length,
    pub line: Line,
}

struct Item {
    c: char,
    at: usize,
    placed: Placed,
    width: Length,
    /// A line may begin here.
    may_begin: bool,
}

/// Sets a paragraph; line breaks in the text are kept.
pub(super) fn paragraph(setter: &Setter, text: &str, style: &Style) -> Vec<SetLine> {
    let mut lines = Vec::new();
    for part in text.split('\n') {
        let items = items(setter, part, style);
        let mut start = 0;
        while start < items.len() {
            let indent = if lines.is_empty() { style.first } else { style.rest };
            let room = (style.width - indent).max(style.size);
            let end = end_of_line(&items, start, room);
            let last = end == items.len();
            lines.push(set(part, &items[start..end], style, indent, room, last));
            start = end;
            while start < items.len() && items[start].c == ' ' {
                start += 1;
            }
        }
        if items.is_empty() {
            lines.push(SetLine { x: style.first, line: Line { size: style.size, ..Line::default() } });
        }
    }
    lines
}

fn items(setter: &Setter, text: &str, style: &Style) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::with_capacity(text.len() / 2);
    for (at, c) in text.char_indices() {
        if is_invisible(c) {
            if let Some(last) = items.last_mut() {
                attach(std::slice::from_mut(&mut last.placed), c);
            }
            continue;
        }
        let glyph = setter.glyph(style.role, c);
        let extra = if glyph.width >= 9_900 { style.tracking } else { 0 };
        let width = scaled(i64::from(glyph.width), style.size) + extra;
        items.push(Item { c, at, placed: Placed { glyph, bytes: c.len_utf8() as u8, extra }, width, may_begin: false });
    }
    let bracketed = bracketed(text);
    let mut next = 0;
    for (at, opportunity) in linebreaks(&bracketed) {
        while next < items.len() && items[next].at < at {
            next += 1;
        }
        if let Some(item) = items.get_mut(next).filter(|item| item.at == at) {
            item.may_begin = matches!(opportunity, BreakOpportunity::Allowed | BreakOpportunity::Mandatory);
        }
    }
    for at in 1..items.len() {
        if keeps_together(items[at - 1].c, items[at].c) {
            items[at].may_begin = false;
        }
    }
    items
}

/// Chinese quotation marks as brackets of the same length in bytes, for UAX 14 cannot tell opening from closing ones.
fn bracketed(text: &str) -> String {
    let mut before = ' ';
    let swap = |c: char| {
        let swapped = match c {
            '“' | '‘' => '「',
            '’' if before.is_ascii_alphanumeric() => '’',
            '”' | '’' => '」',
            other => other,
        };
        before = c;
        swapped
    };
    text.chars().map(swap).collect()
}

/// A number stays with what it counts: 14号, 30日, 5万.
fn keeps_together(before: char, after: char) -> bool {
    (before.is_ascii_digit() && matches!(after, '年' | '月' | '日' | '号' | '万' | '亿' | '元' | '%' | '％'))
        || (before == '第' && after.is_ascii_digit())
        || is_pair(before, after)
}

/// Dashes and dots that are one mark.
fn is_pair(before: char, after: char) -> bool {
    before == after && matches!(before, '—' | '…')
}

/// Marks whose right half is blank.
fn closes(c: char) -> bool {
    matches!(c, '，' | '。' | '、' | '；' | '：' | '！' | '？' | '）' | '》' | '〉' | '」' | '』' | '】' | '〕' | '”' | '’')
}

/// Marks whose left half is blank.
fn opens(c: char) -> bool {
    matches!(c, '（' | '《' | '〈' | '「' | '『' | '【' | '〔' | '“' | '‘')
}

fn is_mark(c: char) -> bool {
    closes(c) || opens(c)
}

/// How much of a mark may be taken away: a quarter of its width inside a line, so that it still parts what stands beside it.
fn give(items: &[Item], start: usize, at: usize) -> Length {
    let item = &items[at];
    if closes(item.c) || (opens(item.c) && at > start) { item.width / 4 } else { 0 }
}

/// What hangs out when this item ends a line: a space, or the blank half of a closing mark.
fn blank(item: &Item) -> Length {
    match item.c {
        ' ' => item.width,
        c if closes(c) => item.width / 2,
        _ => 0,
    }
}

fn end_of_line(items: &[Item], start: usize, room: Length) -> usize {
    let mut width = 0;
    let mut spare = 0;
    let mut best = None;
    let mut fits = start;
    for (at, item) in items.iter().enumerate().skip(start) {
        width += item.width;
        let over = width - blank(item) - room;
        if over <= 0 {
            fits = at + 1;
        }
        let may_end = items.get(at + 1).is_none_or(|next| next.may_begin);
        // only a mark that would otherwise drag its character along is worth squeezing the others
        let squeezes = closes(item.c) && over <= spare;
        if may_end && (over <= 0 || squeezes) {
            best = Some(at + 1);
        }
        spare += give(items, start, at);
        if over > spare.max(item.width) {
            break;
        }
    }
    best.unwrap_or_else(|| fits.max(start + 1))
}

fn set(text: &str, items: &[Item], style: &Style, indent: Length, room: Length, last: bool) -> SetLine {
    let kept = items.iter().rposition(|item| item.c != ' ').map_or(0, |at| at + 1);
    let items = &items[..kept];
    let mut line = Line { size: style.size, ..Line::default() };
    if let (Some(first), Some(end)) = (items.first(), items.last()) {
        line.text = text[first.at..end.at + usize::from(end.placed.bytes)].to_owned();
    }
    line.glyphs = items.iter().map(|item| item.placed).collect();
    let natural: Length = items.iter().map(|item| item.width).sum();
    let hang = items.last().map_or(0, blank);
    let left = room - natural;
    if left + hang < 0 {
        squeeze(&mut line.glyphs, items, -(left + hang));
    } else if left > 0 && !last && style.align == Align::Justify {
        stretch(&mut line.glyphs, items, left, style.size);
    }
    let extras: Length = line.glyphs.iter().zip(items).map(|(placed, item)| placed.extra - item.placed.extra).sum();
    line.width = natural + extras;
    let x = match style.align {
        Align::Justify | Align::Left => indent,
        Align::Centre => indent + (room - line.width) / 2,
        Align::Right => indent + room - line.width,
    };
    SetLine { x, line }
}

/// Takes `over` off the blank halves of a line's marks but the last, evenly.
fn squeeze(glyphs: &mut [Placed], items: &[Item], over: Length) {
    let inner = items.len().saturating_sub(1);
    let marks = (0..inner).filter(|&at| give(items, 0, at) > 0);
    // the blank of an opening mark is before it
    let gaps: Vec<usize> = marks.map(|at| if opens(items[at].c) { at - 1 } else { at }).collect();
    spread(glyphs, &gaps, -over);
}

/// Spreads `left` over the gaps of a line: beside Chinese characters and after spaces, never within a word or number.
fn stretch(glyphs: &mut [Placed], items: &[Item], left: Length, size: Length) {
    let wide = |item: &Item| item.c > '\u{2E7F}' || is_mark(item.c);
    let gap = |at: &usize| {
        let (before, after) = (&items[*at], &items[*at + 1]);
        before.c == ' ' || ((wide(before) || wide(after)) && !is_pair(before.c, after.c))
    };
    let gaps: Vec<usize> = (0..items.len().saturating_sub(1)).filter(gap).collect();
    let count = Length::try_from(gaps.len()).unwrap_or(Length::MAX);
    // a line that a long word left half empty looks better ragged
    if count == 0 || left / count > size * 2 / 5 {
        return;
    }
    spread(glyphs, &gaps, left);
}

fn spread(glyphs: &mut [Placed], at: &[usize], amount: Length) {
    let count = at.len().max(1) as i64;
    let mut done = 0;
    for (n, &index) in at.iter().enumerate() {
        let so_far = (i64::from(amount) * (n as i64 + 1) / count) as Length;
        glyphs[index].extra += so_far - done;
        done = so_far;
    }
}
