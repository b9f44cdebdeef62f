//! Papers as DOCX in the shape of GB/T 9704-2012: A4 with a text area of 156 × 225 mm for 22 lines of 28 characters, the red head with
//! its rule, title in 小标宋, body in 仿宋, headings in 黑体, 楷体 and 仿宋, annexes on pages of their own, lying where asked, page
//! numbers — 1 — outside, the imprint (版记) at the foot of the last page. Fonts are named as the standard names them, never
//! embedded. How text looks lies in named styles (`docx::styles`), so that a clerk who edits the paper finds them in Word.
//!
//! The markup is written here and not by a crate: what the standard asks for (grid, repeated header rows, lying annexes, bookmarks,
//! vector pictures) is a third of it, and every element stands where the schema wants it.

mod foot;
mod head;
mod parts;
mod picture;
mod story;
mod styles;
mod table;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;

use self::story::{Paragraph, Story};
use super::{WriteProblem, ooxml};
use crate::domain::report::document::{Block, Document, HeadingLevel};

/// Lengths are in twips, 1/20 of a point; 56.7 of them make a millimetre. The text area is 156 mm wide.
const TEXT_WIDTH: usize = 8845;
/// On a page that lies: 297 mm less 35 and 37.
const LYING_WIDTH: usize = 12756;
/// A character of the grid: 156 mm / 28.
const CHARACTER: usize = 316;

/// Writes the paper. `created` becomes the date in the file's properties. Errors: a chart cannot be drawn, for want of fonts.
pub fn write(document: &Document, created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
    let mut story = Story::default();
    head::write(&mut story, document);
    let blocks = &document.blocks;
    for (index, block) in blocks.iter().enumerate() {
        let (before, next) = (index.checked_sub(1).map(|before| &blocks[before]), blocks.get(index + 1));
        match (block, before) {
            // an annex that is one table bears its title already
            (Block::Table(table), Some(Block::Annex { title, .. })) if *title == table.title => table::write(&mut story, table, false),
            _ => write_block(&mut story, block, next)?,
        }
    }
    if let Some(imprint) = &document.imprint {
        foot::imprint(&mut story, imprint);
    }
    let (body, pictures) = story.finish();
    let mut package = parts::package(document, created, body, &pictures);
    for picture in &pictures {
        ooxml::add_vector(&mut package, picture)?;
    }
    ooxml::pack(&package)
}

/// What the signature follows, and what the names of annexes follow, must not leave them alone on a page.
fn write_block(story: &mut Story, block: &Block, next: Option<&Block>) -> Result<(), WriteProblem> {
    let signed_next = matches!(next, Some(Block::Signature { .. } | Block::Attachments(_)));
    match block {
        Block::Heading(level, text) => story.add(Paragraph::new(heading(*level)).words(text)),
        Block::Paragraph(text) => story.add_text(Paragraph::new("Body").keep_next(signed_next), text),
        Block::Note(text) => story.add_text(Paragraph::new("Note").keep_next(signed_next), text),
        Block::Table(table) => table::write(story, table, true),
        Block::Chart(chart) => picture::write(story, chart)?,
        Block::Attachments(titles) => foot::attachments(story, titles, signed_next),
        Block::Annex { mark, title, landscape } => head::annex(story, mark, title, *landscape),
        Block::Signature { by, on } => foot::signature(story, by, *on),
    }
    Ok(())
}

fn heading(level: HeadingLevel) -> &'static str {
    match level {
        HeadingLevel::One => "Heading1",
        HeadingLevel::Two => "Heading2",
        HeadingLevel::Three => "Heading3",
    }
}
