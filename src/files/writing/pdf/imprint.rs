//! 版记 (GB/T 9704-2012, 7.4): copies, and who printed the paper on which day, in 四号仿宋 at the foot of the last page; the first and the
//! last rule are 0.35 mm, the middle one 0.25 mm, and the last one coincides with the lower edge of the text area. It stands on
//! whatever page is the last one: that this be an even page is left to whoever prints on both sides, for blank pages
//! would only stand in the way on a screen.

use super::breaking::{Align, SetLine, Style, paragraph};
use super::canvas::{Ink, Role, Sheets, baseline, mm};
use super::official::{FOURTH, Sheet};
use super::shape::Line;
use super::tags::{Element, Kind};
use super::units::Length;
use crate::domain::report::document::Imprint;
use crate::domain::report::figure::day_chinese;
use crate::files::writing::clean;

const OUTER: Length = mm(4) * 7 / 8;
const INNER: Length = mm(5) / 2;
const LINE: Length = FOURTH * 8 / 5;

pub(super) struct SetImprint {
    copies: Vec<SetLine>,
    by: Line,
    on: Line,
    element: Element,
}

impl SetImprint {
    /// A paper without copies has only the second line.
    pub fn new(sheets: &mut Sheets, imprint: &Imprint) -> SetImprint {
        let element = sheets.tags.element(None, Kind::Paragraph);
        let setter = &sheets.setter;
        let copies = imprint.copies.trim().trim_end_matches('。');
        let (width, lead) = (Sheet::PORTRAIT.width - FOURTH, setter.width(Role::FangSong, FOURTH, "抄送："));
        let style =
            Style { role: Role::FangSong, size: FOURTH, tracking: 0, width, first: FOURTH, rest: FOURTH + lead, align: Align::Justify };
        let copies = if copies.is_empty() { Vec::new() } else { paragraph(setter, &clean(&format!("抄送：{copies}。")), &style) };
        let by = setter.line(Role::FangSong, FOURTH, &clean(&imprint.printed_by));
        let on = setter.line(Role::FangSong, FOURTH, &format!("{}印发", day_chinese(imprint.printed_on)));
        SetImprint { copies, by, on, element }
    }

    pub fn height(&self) -> Length {
        (self.copies.len() as Length + 1) * LINE
    }

    /// Draws it at the foot of a page in portrait.
    pub fn draw(&self, sheets: &mut Sheets) {
        let sheet = Sheet::PORTRAIT;
        let (left, right) = (sheet.left, sheet.left + sheet.width);
        let bottom = sheet.top + sheet.height;
        let mut y = bottom - self.height();
        sheets.rule((left, y), (right, y), OUTER, Ink::Black);
        sheets.within(Some(self.element));
        for set in &self.copies {
            sheets.line((left + set.x, y + baseline(LINE, FOURTH)), Ink::Black, set.line.clone());
            y += LINE;
        }
        if !self.copies.is_empty() {
            sheets.rule((left, y), (right, y), INNER, Ink::Black);
        }
        let base = y + baseline(LINE, FOURTH);
        sheets.line((left + FOURTH, base), Ink::Black, self.by.clone());
        sheets.line((right - FOURTH - self.on.width, base), Ink::Black, self.on.clone());
        sheets.within(None);
        sheets.rule((left, bottom), (right, bottom), OUTER, Ink::Black);
    }
}
