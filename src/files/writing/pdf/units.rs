//! Lengths on paper, in whole hundredths of a point (1/7200 inch, 3.5 µm): exact enough for print, and no float in the layout.
//! Floats appear only here and where glyphs are handed to the PDF library.

#![allow(clippy::float_arithmetic, reason = "the PDF library takes lengths in points as floats; no amount of money is near")]

use krilla::geom::Point;

/// 1/100 pt.
pub type Length = i32;

/// A point.
pub const PT: Length = 100;

/// So many tenths of a millimetre.
pub const fn mm(tenths: i32) -> Length {
    (tenths * 7_200 + 127) / 254
}

pub(super) fn points(length: Length) -> f32 {
    length as f32 / PT as f32
}

pub(super) fn point(x: Length, y: Length) -> Point {
    Point::from_xy(points(x), points(y))
}

/// An advance in ems: the face's own, and what the line adds to it.
pub(super) fn ems(advance: u16, units: u16, extra: Length, size: Length) -> f32 {
    let own = f32::from(advance) / f32::from(units.max(1));
    if extra == 0 { own } else { own + extra as f32 / size.max(1) as f32 }
}
