//! How a paper ends: 附件说明 one line below the text, who signs and the day under it, four characters from the right edge where the
//! seal has its place, and the imprint (版记) between its rules at the foot of the last page (GB/T 9704-2012, 7.3.4 to 7.3.6, 7.4).

use chrono::NaiveDate;

use super::story::{Indent, Paragraph, Story};
use super::{CHARACTER, TEXT_WIDTH};
use crate::domain::report::document::Imprint;
use crate::domain::report::figure::day_chinese;
use crate::files::writing::display_width;
use crate::files::writing::markup::Markup;

/// Where the text of 附件： begins, and how far the names of several stand from their numbers.
const NAMES: usize = 5 * CHARACTER;
const NUMBER: usize = 400;

/// One annex stands by its name, several are numbered; a name that goes on does so below its beginning.
pub(super) fn attachments(story: &mut Story, titles: &[String], signed_next: bool) {
    if titles.is_empty() {
        return;
    }
    story.add(Paragraph::new("Normal").keep_next(true));
    let first = 3 * CHARACTER;
    for (index, title) in titles.iter().enumerate() {
        let keep = signed_next || index + 1 < titles.len();
        let paragraph = match (titles.len(), index) {
            (1, _) => Paragraph::new("Attachments")
                .indent(Indent { left: NAMES, hanging: first, ..Indent::default() })
                .words(&format!("附件：{title}")),
            (_, 0) => {
                let indent = Indent { left: NAMES + NUMBER, hanging: first + NUMBER, ..Indent::default() };
                Paragraph::new("Attachments").indent(indent).words("附件：1.").tab().words(title)
            }
            _ => {
                let indent = Indent { left: NAMES + NUMBER, hanging: NUMBER, ..Indent::default() };
                Paragraph::new("Attachments").indent(indent).words(&format!("{}.", index + 1)).tab().words(title)
            }
        };
        story.add(paragraph.keep_next(keep));
    }
}

/// The day four characters from the edge, who signs centred above it; a longer name keeps two characters from the edge.
pub(super) fn signature(story: &mut Story, by: &str, on: NaiveDate) {
    let day = day_chinese(on);
    let (name_width, day_width) = (width(by), width(&day));
    let from_edge = 4 * CHARACTER;
    let name_right = (from_edge + day_width / 2).saturating_sub(name_width / 2).max(2 * CHARACTER);
    let day_right = if name_width > day_width { name_right + name_width / 2 - day_width / 2 } else { from_edge };
    let right = |right: usize| Indent { right, ..Indent::default() };
    story.add(Paragraph::new("Normal").keep_next(true));
    story.add(Paragraph::new("Signature").keep_next(true).indent(right(name_right)).words(by));
    story.add(Paragraph::new("Signature").indent(right(day_right)).words(&day));
}

/// What a text of 三号 takes.
fn width(text: &str) -> usize {
    display_width(text) * CHARACTER / 2
}

/// A table at the foot of the text area: rules of 0.35 mm above and below, of 0.25 mm between. Its left edge is measured from the
/// page's: LibreOffice lets tables as wide as the text float only then.
pub(super) fn imprint(story: &mut Story, imprint: &Imprint) {
    if story.turn(false) {
        // a page needs a line of its own to be one
        story.add(Paragraph::new("Normal"));
    }
    let copies = imprint.copies.trim_end_matches('。');
    let mut table = Markup::default();
    table
        .fixed("<w:tbl><w:tblPr><w:tblpPr w:vertAnchor=\"margin\" w:horzAnchor=\"page\" w:tblpX=\"1587\" w:tblpYSpec=\"bottom\"/>")
        .fixed("<w:tblOverlap w:val=\"never\"/>")
        .leaf("w:tblW", &[("w:w", &TEXT_WIDTH.to_string()), ("w:type", "dxa")])
        .fixed("<w:tblBorders><w:top w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/>")
        .fixed("<w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/>")
        .fixed("<w:insideH w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"/></w:tblBorders>")
        .fixed("<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/>")
        .fixed("</w:tblCellMar></w:tblPr><w:tblGrid>")
        .leaf("w:gridCol", &[("w:w", &TEXT_WIDTH.to_string())])
        .close("w:tblGrid");
    if !copies.is_empty() {
        row(&mut table, &Paragraph::new("ImprintCopies").words(&format!("抄送：{copies}。")));
    }
    let day = format!("{}印发", day_chinese(imprint.printed_on));
    row(&mut table, &Paragraph::new("Imprint").words(&imprint.printed_by).tab().words(&day));
    table.close("w:tbl");
    story.add_markup(&table);
    // the table hangs on the paragraph after it
    story.add(Paragraph::new("Nothing"));
}

fn row(table: &mut Markup, paragraph: &Paragraph) {
    table.fixed("<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr>");
    table.leaf("w:tcW", &[("w:w", &TEXT_WIDTH.to_string()), ("w:type", "dxa")]).close("w:tcPr");
    paragraph.write(table, None);
    table.close("w:tc").close("w:tr");
}
