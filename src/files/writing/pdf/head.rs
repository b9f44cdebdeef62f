//! What a paper begins with (GB/T 9704-2012, 7.2 and 7.3): 发文机关标志 in red, its upper edge 35 mm below that of the text area; two
//! lines below it 发文字号; 4 mm below that the red rule across the text area; two lines below the rule the title; a line below the
//! title 主送机关, from the left edge with a colon.

use super::breaking::{Align, SetLine, Style};
use super::canvas::{Ink, Role, mm};
use super::compose::Composer;
use super::flow::{Piece, What};
use super::official::{BODY, PITCH, Sheet};
use super::tags::Kind;
use super::units::{Length, PT};
use crate::domain::report::document::Document;
use crate::files::writing::clean;

/// A character of the red head is smaller than 22 by 15 mm.
const MARK: Length = mm(149);
const RED_RULE: Length = PT * 3 / 2;

pub(super) fn head(composer: &mut Composer, document: &Document) {
    let sheet = Sheet::PORTRAIT;
    if let Some(name) = &document.mark {
        mark(composer, &clean(name));
    }
    let number = Style { first: 0, ..sheet.across(Role::FangSong, BODY, Align::Centre) };
    match (&document.doc_number, &document.mark) {
        (Some(text), Some(_)) => {
            composer.push(Piece::blank(2 * PITCH));
            composer.lines(text, &number, BODY * 6 / 5, Kind::Paragraph);
        }
        (Some(text), None) => composer.lines(text, &number, PITCH, Kind::Paragraph),
        (None, _) => {}
    }
    if document.mark.is_some() {
        composer.push(Piece::blank(mm(40)));
        let what = What::Rule(RED_RULE, Ink::Red);
        composer.push(Piece { height: RED_RULE, snap: false, keep: true, element: None, what });
        composer.push(Piece::blank(2 * PITCH));
    }
    composer.title(&document.title, 1);
    composer.push(Piece { snap: document.mark.is_some(), ..Piece::blank(PITCH) });
    if let Some(recipients) = &document.recipients {
        let style = Style { first: 0, ..sheet.body(Role::FangSong) };
        composer.body(&format!("{recipients}："), style, Kind::Paragraph);
    }
}

/// One line, as large as the standard and the text area allow, spread a little.
fn mark(composer: &mut Composer, name: &str) {
    let sheet = Sheet::PORTRAIT;
    let count = Length::try_from(name.chars().count()).unwrap_or(1).max(1);
    let size = MARK.min(sheet.width / count);
    let spread = ((sheet.width - count * size) / count).min(size / 8);
    let line = composer.sheets.setter.tracked(Role::Title, size, name, spread);
    let x = (sheet.width - line.width) / 2;
    let element = Some(composer.sheets.tags.element(None, Kind::Paragraph));
    composer.push(Piece::blank(mm(350)));
    composer.push(Piece { height: size, snap: false, keep: true, element, what: What::Text(SetLine { x, line }, Ink::Red) });
}
