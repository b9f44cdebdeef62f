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
    begin: Begin,
}

/// Whether a line may begin with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begin {
    No,
    /// Only where the line before would else be too loose.
    Unwillingly,
    Yes,
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
        items.push(Item { c, at, placed: Placed { glyph, bytes: c.len_utf8() as u8, extra }, width, begin: Begin::No });
    }
    let bracketed = bracketed(text);
    let mut next = 0;
    for (at, opportunity) in linebreaks(&bracketed) {
        while next < items.len() && items[next].at < at {
            next += 1;
        }
        if let Some(item) = items.get_mut(next).filter(|item| item.at == at) {
            item.begin = match opportunity {
                BreakOpportunity::Allowed | BreakOpportunity::Mandatory => Begin::Yes,
            };
        }
    }
    for at in 1..items.len() {
        let (before, after) = (items[at - 1].c, items[at].c);
        if is_pair(before, after) {
            items[at].begin = Begin::No;
        } else if keeps_together(before, after) {
            items[at].begin = Begin::Unwillingly;
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

/// A number stays with what it counts (14号, 30日, 5万) and a code in one piece (JZ-2018-09), if it can.
fn keeps_together(before: char, after: char) -> bool {
    (before.is_ascii_digit() && matches!(after, '年' | '月' | '日' | '号' | '万' | '亿' | '元' | '%' | '％'))
        || (before == '第' && after.is_ascii_digit())
        || (before == '-' && after.is_ascii_alphanumeric())
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
    let (mut width, mut spare) = (0, 0);
    // the last good end with its width, the last unwilling one, and the last item that fits at all
    let (mut good, mut other, mut fits) = (None, None, start);
    for (at, item) in items.iter().enumerate().skip(start) {
        width += item.width;
        let over = width - blank(item) - room;
        if over <= 0 {
            fits = at + 1;
        }
        let next = items.get(at + 1).map_or(Begin::Yes, |next| next.begin);
        // only a mark that would otherwise drag its character along is worth squeezing the others
        if over <= 0 || (closes(item.c) && over <= spare) {
            match next {
                Begin::Yes => good = Some((at + 1, width)),
                Begin::Unwillingly => other = Some(at + 1),
                Begin::No => {}
            }
        }
        spare += give(items, start, at);
        if over > spare.max(item.width) {
            break;
        }
    }
    match (good, other) {
        (Some((end, width)), Some(other)) if other > end && room - width > room / LOOSE => other,
        (Some((end, _)), _) => end,
        (None, other) => other.unwrap_or_else(|| fits.max(start + 1)),
    }
}

/// A line is loose where more than this part of it is missing: two characters of 28.
const LOOSE: Length = 14;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::fonts::Fonts;

    /// 10 characters of 16 pt.
    fn broken(text: &str) -> Vec<String> {
        let setter = Setter::new(Fonts::get().unwrap());
        let style = Style { role: Role::FangSong, size: 1_600, tracking: 0, width: 16_000, first: 0, rest: 0, align: Align::Justify };
        let lines = paragraph(&setter, text, &style);
        for set in &lines {
            assert!(set.line.width <= 16_000 + 800, "{}: {}", set.line.text, set.line.width);
        }
        lines.into_iter().map(|set| set.line.text).collect()
    }

    #[test]
    fn no_mark_begins_or_ends_a_line_that_may_not() {
        // the eleventh is a comma and nothing in the line can give way: the tenth goes along
        assert_eq!(broken("一二三四五六七八九十，甲乙"), ["一二三四五六七八九", "十，甲乙"]);
        // two commas before it can: it is drawn in
        assert_eq!(broken("一二，四五，七八九十，甲乙"), ["一二，四五，七八九十，", "甲乙"]);
        assert_eq!(broken("一二三四五六七八九（甲）"), ["一二三四五六七八九", "（甲）"]);
        assert_eq!(broken("一二三四五六七八九“甲”"), ["一二三四五六七八九", "“甲”"]);
        assert_eq!(broken("一二三四五六七八九……甲"), ["一二三四五六七八", "九……甲"]);
        assert_eq!(broken("一二三四五六七八九——甲"), ["一二三四五六七八九", "——甲"]);
    }

    #[test]
    fn words_and_numbers_stay_whole() {
        assert_eq!(broken("一二三四五六七八12345.67万元"), ["一二三四五六七八", "12345.67万元"]);
        assert_eq!(broken("一二三四五六七八 Sunledger 甲"), ["一二三四五六七八", "Sunledger 甲"]);
        // but what is longer than a line is cut
        assert_eq!(broken(&"6".repeat(25)), ["6".repeat(20), "6".repeat(5)]);
    }

    #[test]
    fn both_edges_are_straight_but_for_the_last_line() {
        let setter = Setter::new(Fonts::get().unwrap());
        let style = Style { role: Role::FangSong, size: 1_600, tracking: 0, width: 16_000, first: 3_200, rest: 0, align: Align::Justify };
        let lines = paragraph(&setter, "一二三四五12345六七八九十（甲乙丙丁戊己庚辛壬癸）", &style);
        let right: Vec<_> = lines.iter().map(|set| set.x + set.line.width).collect();
        assert_eq!(right[..right.len() - 1], vec![16_000; right.len() - 1]);
        assert!(right[right.len() - 1] < 16_000);
        assert_eq!(lines[0].x, 3_200);
    }

    #[test]
    fn lines_of_the_text_are_kept() {
        assert_eq!(broken("甲乙\n丙\n\n丁"), ["甲乙", "丙", "", "丁"]);
        assert_eq!(broken(""), [""]);
    }
}
