//! What was put on a page, handed to the PDF library: glyphs face by face, rules of one kind as one path, pictures as vectors.

#![allow(clippy::float_arithmetic, reason = "lengths leave for the PDF library as floats here")]

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Size, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, Paint, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag};
use krilla::text::{GlyphId, KrillaGlyph};
use krilla_svg::{SurfaceExt, SvgSettings};

use super::canvas::{Area, Ink};
use super::shape::Line;
use super::tags::{Element, Tags};
use super::units::{Length, ems, point, points};
use crate::files::fonts::Fonts;

pub(super) struct Op {
    pub thing: Thing,
    /// Whose content it is; `None` is decoration.
    pub element: Option<Element>,
}

pub(super) enum Thing {
    /// `at` is the left end of the base line; a turned text runs downwards.
    Text {
        at: (Length, Length),
        ink: Ink,
        line: Line,
        turned: bool,
    },
    Rule {
        from: (Length, Length),
        to: (Length, Length),
        width: Length,
        ink: Ink,
    },
    Outline {
        corners: [(Length, Length); 4],
        width: Length,
        ink: Ink,
    },
    Picture {
        area: Area,
        tree: Box<resvg::usvg::Tree>,
    },
}

/// Draws a page. What belongs together is marked as one piece of content.
pub(super) fn ops(surface: &mut Surface, fonts: &Fonts, ops: &[Op], tags: &mut Tags) {
    let mut at = 0;
    while at < ops.len() {
        let element = ops[at].element;
        let end = ops[at..].iter().position(|op| op.element != element).map_or(ops.len(), |length| at + length);
        let tag = match element {
            Some(_) => ContentTag::Span(SpanTag::empty()),
            None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
        };
        let identifier = surface.start_tagged(tag);
        if let Some(element) = element {
            tags.content(element, identifier);
        }
        things(surface, fonts, &ops[at..end]);
        surface.end_tagged();
        at = end;
    }
}

fn things(surface: &mut Surface, fonts: &Fonts, ops: &[Op]) {
    let mut at = 0;
    while at < ops.len() {
        match &ops[at].thing {
            Thing::Text { at: place, ink, line, turned } => text(surface, fonts, *place, *ink, line, *turned),
            Thing::Outline { corners, width, ink } => outline(surface, corners, *width, *ink),
            Thing::Picture { area, tree } => picture(surface, area, tree),
            Thing::Rule { width, ink, .. } => {
                let kind = (*width, *ink);
                let same = |op: &Op| matches!(&op.thing, Thing::Rule { width, ink, .. } if (*width, *ink) == kind);
                let end = ops[at..].iter().position(|op| !same(op)).map_or(ops.len(), |length| at + length);
                rules(surface, &ops[at..end], kind);
                at = end;
                continue;
            }
        }
        at += 1;
    }
}

fn text(surface: &mut Surface, fonts: &Fonts, at: (Length, Length), ink: Ink, line: &Line, turned: bool) {
    if line.glyphs.is_empty() {
        return;
    }
    let colour = Fill { paint: paint(ink), opacity: NormalizedF32::ONE, rule: Default::default() };
    surface.set_fill(Some(colour));
    surface.set_stroke(None);
    if turned {
        surface.push_transform(&Transform::from_row(0.0, 1.0, -1.0, 0.0, points(at.0), points(at.1)));
        glyphs(surface, fonts, Point::from_xy(0.0, 0.0), line);
        surface.pop();
    } else {
        glyphs(surface, fonts, point(at.0, at.1), line);
    }
}

/// One run for each face, one after the other.
fn glyphs(surface: &mut Surface, fonts: &Fonts, start: Point, line: &Line) {
    let size = points(line.size);
    let mut pen = start.x;
    let mut byte = 0;
    for run in line.glyphs.chunk_by(|a, b| a.glyph.face == b.glyph.face) {
        let Some(face) = run.first().and_then(|placed| fonts.face(placed.glyph.face)) else { continue };
        let begin = pen;
        let mut set = Vec::with_capacity(run.len());
        for placed in run {
            let advance = ems(placed.glyph.advance, face.units, placed.extra, line.size);
            let range = byte..byte + usize::from(placed.bytes);
            byte = range.end;
            pen += advance * size;
            set.push(KrillaGlyph::new(GlyphId::new(u32::from(placed.glyph.id)), advance, 0.0, 0.0, 0.0, range, None));
        }
        surface.draw_glyphs(Point::from_xy(begin, start.y), &set, face.font.clone(), &line.text, size, false);
    }
}

fn rules(surface: &mut Surface, ops: &[Op], (width, ink): (Length, Ink)) {
    let mut path = PathBuilder::new();
    for op in ops {
        if let Thing::Rule { from, to, .. } = &op.thing {
            path.move_to(points(from.0), points(from.1));
            path.line_to(points(to.0), points(to.1));
        }
    }
    stroke(surface, path, width, ink);
}

fn outline(surface: &mut Surface, corners: &[(Length, Length); 4], width: Length, ink: Ink) {
    let mut path = PathBuilder::new();
    path.move_to(points(corners[0].0), points(corners[0].1));
    for corner in &corners[1..] {
        path.line_to(points(corner.0), points(corner.1));
    }
    path.close();
    stroke(surface, path, width, ink);
}

fn stroke(surface: &mut Surface, path: PathBuilder, width: Length, ink: Ink) {
    let Some(path) = path.finish() else { return };
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: paint(ink), width: points(width), ..Stroke::default() }));
    surface.draw_path(&path);
    surface.set_stroke(None);
}

fn picture(surface: &mut Surface, area: &Area, tree: &resvg::usvg::Tree) {
    let Some(size) = Size::from_wh(points(area.width), points(area.height)) else { return };
    surface.push_transform(&Transform::from_translate(points(area.x), points(area.y)));
    surface.draw_svg(tree, size, SvgSettings::default());
    surface.pop();
}

fn paint(ink: Ink) -> Paint {
    match ink {
        Ink::Black => rgb::Color::black().into(),
        Ink::Red => rgb::Color::new(230, 0, 18).into(),
        Ink::Grey => rgb::Color::new(96, 96, 96).into(),
    }
}
