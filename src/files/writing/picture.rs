//! A drawing for files of Word and Excel: the SVG with its letters as outlines, so that it looks the same wherever it is opened, and a
//! PNG of twice its size for programs that show no SVG. Both are made from the same drawing.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Indent, Options, Tree, WriteOptions, fontdb};

use super::WriteProblem;

/// How many pixels of the PNG stand for one of the drawing.
const FINE: u32 = 2;
/// Places after the point that a print cannot show any more.
const PRECISION: u8 = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub png: Vec<u8>,
    pub svg: String,
    /// In pixels of 1/96 inch, as the drawing gives them; the PNG has twice as many.
    pub width: u32,
    pub height: u32,
}

impl Picture {
    /// Errors: the drawing cannot be read; there is no font with Chinese letters on this machine.
    pub fn of(svg: &str) -> Result<Picture, WriteProblem> {
        let fonts = fonts();
        if svg.contains("<text") && !has_chinese(&fonts) {
            return Err(WriteProblem::Picture("找不到有汉字的字体".to_owned()));
        }
        let options = Options { fontdb: fonts, ..Options::default() };
        let tree = Tree::from_str(&without_rims(svg), &options).map_err(|error| WriteProblem::Picture(error.to_string()))?;
        let size = tree.size().to_int_size();
        let mut canvas = Pixmap::new(size.width() * FINE, size.height() * FINE)
            .ok_or_else(|| WriteProblem::Picture(format!("图的大小不对：{}×{}", size.width(), size.height())))?;
        canvas.fill(Color::WHITE);
        resvg::render(&tree, Transform::from_scale(2.0, 2.0), &mut canvas.as_mut());
        let png = canvas.encode_png().map_err(|error| WriteProblem::Picture(error.to_string()))?;
        let outlines = WriteOptions {
            indent: Indent::None,
            attributes_indent: Indent::None,
            coordinates_precision: PRECISION,
            transforms_precision: PRECISION,
            ..WriteOptions::default()
        };
        Ok(Picture { png, svg: tree.to_string(&outlines), width: size.width(), height: size.height() })
    }
}

/// The fonts of this machine, read once.
fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let read = || {
        let mut fonts = fontdb::Database::new();
        fonts.load_system_fonts();
        Arc::new(fonts)
    };
    FONTS.get_or_init(read).clone()
}

fn has_chinese(fonts: &fontdb::Database) -> bool {
    const KNOWN: [&str; 8] = ["YaHei", "PingFang", "CJK", "Source Han", "WenQuanYi", "SimSun", "SimHei", "WenKai"];
    fonts.faces().any(|face| face.families.iter().any(|(name, _)| KNOWN.iter().any(|known| name.contains(known))))
}

/// A text with a rim becomes two, the rim below and the letters above: Office draws the rim over the letters otherwise.
fn without_rims(svg: &str) -> String {
    const ORDER: &str = " paint-order=\"stroke\"";
    const END: &str = "</text>";
    let mut out = String::with_capacity(svg.len() + 1_024);
    let mut rest = svg;
    while let Some(start) = rest.find("<text ") {
        let Some(end) = rest[start..].find(END).map(|end| start + end + END.len()) else { break };
        let text = &rest[start..end];
        out.push_str(&rest[..start]);
        if text.contains(ORDER) {
            let rim = text.replacen(ORDER, "", 1);
            out.push_str(&rim);
            let letters = ["stroke", "stroke-width", "stroke-linejoin"].iter().fold(rim, |text, name| without(&text, name));
            out.push_str(&letters);
        } else {
            out.push_str(text);
        }
        rest = &rest[end..];
    }
    out + rest
}

/// The first element without that attribute.
fn without(element: &str, name: &str) -> String {
    let sought = format!(" {name}=\"");
    let Some(start) = element.find(&sought) else { return element.to_owned() };
    let value = start + sought.len();
    let Some(end) = element[value..].find('"').map(|end| value + end + 1) else { return element.to_owned() };
    format!("{}{}", &element[..start], &element[end..])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    const DRAWING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"80\" height=\"40\"><text x=\"5\" y=\"20\" font-size=\"12\" \
                           paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"3\" stroke-linejoin=\"round\">序时</text><path d=\"M0 1H80\" stroke=\"#000\"/></svg>";

    #[test]
    fn letters_become_outlines_above_their_rim() {
        let once = without_rims(DRAWING);
        assert_eq!(once.matches("<text").count(), 2);
        assert!(once.contains("stroke-linejoin=\"round\">序时</text><text x=\"5\" y=\"20\" font-size=\"12\">序时</text>"), "{once}");
        let picture = Picture::of(DRAWING).unwrap();
        assert!(!picture.svg.contains("<text") && picture.svg.contains("<path"));
        assert_eq!((picture.width, picture.height), (80, 40));
        assert!(picture.png.starts_with(b"\x89PNG"));
        // width and height as the PNG's head has them
        assert_eq!(picture.png[16..24], [0, 0, 0, 160, 0, 0, 0, 80]);
    }

    #[test]
    fn the_same_drawing_gives_the_same_picture() {
        assert_eq!(Picture::of(DRAWING).unwrap(), Picture::of(DRAWING).unwrap());
    }
}
