//! The measures of GB/T 9704-2012: A4 with a head margin of 37 mm and a binding margin of 28 mm, a text area of 156 by 225 mm with
//! 22 lines of 28 characters of 三号. A page in landscape is the same sheet turned, head to the binding edge, its page number where
//! the other pages have theirs (10, "A4横排表格").

use super::breaking::{Align, Style};
use super::canvas::{Font, Ink, Paper, Role, Sheets, mm};
use super::units::Length;

/// 三号, 二号, 四号, 小四 and 五号.
pub(super) const BODY: Length = 1_600;
pub(super) const TITLE: Length = 2_200;
pub(super) const FOURTH: Length = 1_400;
pub(super) const CAPTION: Length = 1_200;
pub(super) const SMALL: Length = 1_050;
/// A line of the grid: 22 of them are 225 mm.
pub(super) const PITCH: Length = mm(2_250) / 22;

/// Where text stands on a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sheet {
    pub landscape: bool,
    pub paper: Paper,
    pub left: Length,
    pub top: Length,
    pub width: Length,
    pub height: Length,
}

impl Sheet {
    pub const PORTRAIT: Sheet =
        Sheet { landscape: false, paper: Paper::A4, left: mm(280), top: mm(370), width: mm(1_560), height: mm(2_250) };
    pub const LANDSCAPE: Sheet =
        Sheet { landscape: true, paper: Paper::A4_LANDSCAPE, left: mm(350), top: mm(280), width: mm(2_250), height: mm(1_560) };

    pub fn of(landscape: bool) -> Sheet {
        if landscape { Sheet::LANDSCAPE } else { Sheet::PORTRAIT }
    }

    /// What the grid adds to a character of 三号 (it takes a little away: 28 of them are 448 pt, the text area is 442 pt).
    pub fn tracking(&self) -> Length {
        self.width / (self.width + BODY - 1).div_euclid(BODY) - BODY
    }

    /// A character's place on the grid.
    pub fn em(&self) -> Length {
        BODY + self.tracking()
    }

    /// Body text: the first line two characters in.
    pub fn body(&self, role: Role) -> Style {
        let (size, tracking) = (BODY, self.tracking());
        Style { role, size, tracking, width: self.width, first: 2 * self.em(), rest: 0, align: Align::Justify }
    }

    /// A text of another size across the text area.
    pub fn across(&self, role: Role, size: Length, align: Align) -> Style {
        Style { role, size, tracking: 0, width: self.width, first: 0, rest: 0, align }
    }
}

/// — 1 —, 四号 half-width 宋体, its dash 7 mm below the text area; odd pages to the right, even ones to the left, one character in.
pub(super) fn page_number(sheets: &mut Sheets, sheet: &Sheet, number: usize) {
    let font = Font::new(Role::Song, FOURTH);
    let text = format!("— {number} —");
    let width = sheets.width(font, &text);
    let upright = Sheet::PORTRAIT;
    // the dash stands some three tenths of its size above the base line
    let y = upright.top + upright.height + mm(70) + FOURTH * 3 / 10;
    let x = if number % 2 == 1 { upright.left + upright.width - FOURTH - width } else { upright.left + FOURTH };
    sheets.within(None);
    if sheet.landscape {
        sheets.turned((upright.paper.height - y, x), font, Ink::Black, &text);
    } else {
        sheets.text((x, y), Align::Left, font, Ink::Black, &text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_is_that_of_the_standard() {
        assert_eq!(Sheet::PORTRAIT.width / Sheet::PORTRAIT.em(), 28);
        assert_eq!(Sheet::PORTRAIT.height / PITCH, 22);
        assert!(Sheet::PORTRAIT.width - 28 * Sheet::PORTRAIT.em() < 28);
        assert_eq!(Sheet::PORTRAIT.tracking(), -21);
    }
}
