//! One face of a font file: which glyph a character has and how wide it is, read once into tables, so that setting a line
//! asks no font file.

use std::collections::HashMap;
use std::sync::Arc;

use krilla::text::{Font, Tag};
use resvg::usvg::fontdb::{Database, ID};

use super::Glyph;

type Bytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

pub struct Face {
    /// As the PDF library wants it.
    pub font: Font,
    /// Units of an em.
    pub units: u16,
    /// Glyphs of the Basic Multilingual Plane by code point; 0 is none.
    plane: Vec<u16>,
    beyond: HashMap<char, u16>,
    /// By glyph, in the face's units.
    advances: Vec<u16>,
}

/// Maps a face's file into memory.
#[allow(unsafe_code, reason = "a memory map is how the font library shares a face of 20 MB without copying it")]
pub(super) fn map(database: &mut Database, id: ID) -> Option<(Bytes, u32)> {
    // SAFETY: the file must not be cut short or rewritten in place while it is mapped. Package managers put a new file in the
    // place of the old one, which leaves the mapped one whole; README of `reports/fonts` asks the same of people.
    unsafe { database.make_shared_face_data(id) }
}

impl Face {
    /// `None` when the file is no font that can be read.
    pub(super) fn read(data: Bytes, index: u32, weight: u16) -> Option<Face> {
        let bytes: &[u8] = data.as_ref().as_ref();
        let mut face = ttf_parser::Face::parse(bytes, index).ok()?;
        let axis = face.variation_axes().into_iter().find(|axis| axis.tag == ttf_parser::Tag::from_bytes(b"wght"));
        let coordinates: Vec<(Tag, f32)> = match axis {
            Some(axis) => {
                let weight = f32::from(weight).clamp(axis.min_value, axis.max_value);
                face.set_variation(axis.tag, weight);
                vec![(Tag::new(b"wght"), weight)]
            }
            None => Vec::new(),
        };
        let (plane, beyond) = characters(&face);
        let advances = (0..face.number_of_glyphs()).map(|id| face.glyph_hor_advance(ttf_parser::GlyphId(id)).unwrap_or(0)).collect();
        let units = face.units_per_em();
        let font = Font::new_variable(data.clone().into(), index, &coordinates)?;
        Some(Face { font, units, plane, beyond, advances })
    }

    /// The glyph of a character, if the face has one; `at` is this face's number.
    pub(super) fn glyph(&self, at: u16, c: char) -> Option<Glyph> {
        let id = match u16::try_from(u32::from(c)) {
            Ok(code) => self.plane[usize::from(code)],
            Err(_) => self.beyond.get(&c).copied().unwrap_or(0),
        };
        if id == 0 {
            return None;
        }
        let advance = self.advances.get(usize::from(id)).copied()?;
        let units = i32::from(self.units.max(1));
        Some(Glyph { face: at, id, advance, width: (i32::from(advance) * 10_000 + units / 2) / units, stand_in: false })
    }
}

fn characters(face: &ttf_parser::Face) -> (Vec<u16>, HashMap<char, u16>) {
    let mut plane = vec![0; 0x1_0000];
    let mut beyond = HashMap::new();
    let Some(table) = face.tables().cmap else { return (plane, beyond) };
    for subtable in table.subtables.into_iter().filter(|subtable| subtable.is_unicode()) {
        subtable.codepoints(|code| {
            let Some(id) = subtable.glyph_index(code).filter(|id| id.0 != 0) else { return };
            match (u16::try_from(code), char::from_u32(code)) {
                (Ok(code), _) => plane[usize::from(code)] = id.0,
                (Err(_), Some(c)) => {
                    beyond.insert(c, id.0);
                }
                _ => {}
            }
        });
    }
    (plane, beyond)
}
