//! Words into glyphs. Chinese needs no shaping beyond one glyph for one character, and neither do the Latin letters and figures
//! of official papers; so widths come from tables, and a list of thousands of rows is set in a moment. Characters that no font
//! has are remembered, so that the paper can say so.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::units::Length;
use crate::files::fonts::{Fonts, Glyph, Role};

/// A glyph in a line, and what is added to its width: tracking, justification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    pub glyph: Glyph,
    /// Bytes of the text that it stands for.
    pub bytes: u8,
    pub extra: Length,
}

/// A line of one size, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Line {
    pub text: String,
    pub size: Length,
    pub glyphs: Vec<Placed>,
    pub width: Length,
}

/// Sets characters with the fonts of this machine.
pub(super) struct Setter {
    pub fonts: &'static Fonts,
    missing: RefCell<BTreeSet<char>>,
}

impl Setter {
    pub fn new(fonts: &'static Fonts) -> Setter {
        Setter { fonts, missing: RefCell::default() }
    }

    pub fn glyph(&self, role: Role, c: char) -> Glyph {
        let glyph = self.fonts.glyph(role, c);
        if glyph.stand_in {
            self.missing.borrow_mut().insert(c);
        }
        glyph
    }

    /// Characters met so far that no font has; 〓 is printed for them.
    pub fn missing(&self) -> BTreeSet<char> {
        self.missing.borrow().clone()
    }

    /// How wide a text is on one line.
    pub fn width(&self, role: Role, size: Length, text: &str) -> Length {
        scaled(text.chars().filter(|&c| !is_invisible(c)).map(|c| i64::from(self.glyph(role, c).width)).sum(), size)
    }

    /// A text on one line as it is.
    pub fn line(&self, role: Role, size: Length, text: &str) -> Line {
        self.tracked(role, size, text, 0)
    }

    /// A text on one line, with something added after each character but the last.
    pub fn tracked(&self, role: Role, size: Length, text: &str, extra: Length) -> Line {
        let mut line = Line { text: text.to_owned(), size, ..Line::default() };
        let mut width = 0;
        let mut extras = 0;
        for c in text.chars() {
            if is_invisible(c) {
                attach(&mut line.glyphs, c);
                continue;
            }
            let glyph = self.glyph(role, c);
            width += i64::from(glyph.width);
            extras += extra;
            line.glyphs.push(Placed { glyph, bytes: c.len_utf8() as u8, extra });
        }
        if let Some(last) = line.glyphs.last_mut() {
            extras -= extra;
            last.extra = 0;
        }
        line.width = scaled(width, size) + extras;
        line
    }
}

/// What takes no room of its own goes with the glyph before it.
pub(super) fn attach(glyphs: &mut [Placed], c: char) {
    if let Some(last) = glyphs.last_mut() {
        last.bytes += c.len_utf8() as u8;
    }
}

/// Variation selectors: the base character is drawn as it is.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// A width in 1/10000 of a size.
pub(super) fn scaled(width: i64, size: Length) -> Length {
    let exact = width * i64::from(size);
    Length::try_from((exact + 5_000).div_euclid(10_000)).unwrap_or(Length::MAX)
}
