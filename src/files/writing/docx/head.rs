//! How a paper and its annexes begin: 发文机关标志 in red, 35 mm below the upper edge of the text area, 发文字号 two lines below it, the red
//! rule 4 mm below that, the title two lines further down, and to whom the paper goes (GB/T 9704-2012, 7.2, 7.3 and 7.3.8).

use super::story::{Face, Paragraph, Story};
use crate::domain::report::document::Document;

/// The biggest size of the mark in points, and the smallest before it takes two lines.
const BIGGEST: usize = 52;
const SMALLEST: usize = 26;
/// Points across the text area, less a little on both sides.
const ACROSS: usize = 424;

pub(super) fn write(story: &mut Story, document: &Document) {
    match (&document.mark, &document.doc_number) {
        (Some(mark), number) => red_head(story, mark, number.as_deref().unwrap_or("")),
        (None, Some(number)) => story.add(Paragraph::new("Centred").words(number)),
        (None, None) => {}
    }
    for line in document.title.lines() {
        story.add(Paragraph::new("Title").words(line));
    }
    story.add(Paragraph::new("Normal").keep_next(true));
    if let Some(recipients) = &document.recipients {
        story.add(Paragraph::new("Recipients").words(&format!("{recipients}：")));
    }
}

fn red_head(story: &mut Story, mark: &str, number: &str) {
    for (index, line) in mark.lines().enumerate() {
        let size = (ACROSS / line.chars().count().max(1)).clamp(SMALLEST, BIGGEST);
        let style = if index == 0 { "RedHead" } else { "RedHeadMore" };
        story.add(Paragraph::new(style).words_as(Face { size: Some(size * 2), ..Face::default() }, line));
    }
    for _ in 0..2 {
        story.add(Paragraph::new("Normal").keep_next(true));
    }
    story.add(Paragraph::new("DocNumber").words(number));
    for _ in 0..2 {
        story.add(Paragraph::new("Normal").keep_next(true));
    }
}

/// 附件 and its number at the upper left in 黑体, the annex's title on the third line.
pub(super) fn annex(story: &mut Story, mark: &str, title: &str, landscape: bool) {
    let turned = story.turn(landscape);
    story.add(Paragraph::new("AnnexMark").new_page(!turned).words(mark));
    story.add(Paragraph::new("Normal").keep_next(true));
    for line in title.lines() {
        story.add(Paragraph::new("Title").words(line));
    }
    story.add(Paragraph::new("Normal").keep_next(true));
}
