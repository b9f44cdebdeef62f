//! Charts in a paper: the SVG that pages show too, drawn as vectors, its words in the paper's own sans.

#![allow(clippy::float_arithmetic, reason = "pictures have their size in floats; no amount of money is near")]

use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb::{Database, ID};
use resvg::usvg::{self, FontResolver, Options, Tree};

use super::units::Length;
use crate::files::fonts::{Fonts, Role};
use crate::files::writing::WriteProblem;

pub(super) struct Picture {
    pub tree: Tree,
    pub width: Length,
    pub height: Length,
}

/// Reads a picture.
pub(super) fn tree(fonts: &Fonts, svg: &str) -> Result<Tree, WriteProblem> {
    let database = sans(fonts);
    let regular = id(&database, fonts, 400);
    let bold = id(&database, fonts, 700);
    let select_font: usvg::FontSelectionFn = Box::new(move |font, _| if font.weight() >= 600 { bold } else { regular });
    let font_resolver = FontResolver { select_font, select_fallback: FontResolver::default_fallback_selector() };
    let options = Options { fontdb: database, font_resolver, ..Options::default() };
    Tree::from_str(svg, &options).map_err(|error| WriteProblem::Pdf(error.to_string()))
}

/// The faces of 黑体 and those for rare characters, apart from all others of the machine.
fn sans(fonts: &Fonts) -> Arc<Database> {
    static SANS: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut database = Database::new();
        let mut files: Vec<_> = [Role::Rare, Role::Hei].into_iter().flat_map(|role| fonts.files(role)).map(|(path, _)| path).collect();
        files.dedup();
        for path in files {
            // a file that has gone is missed like a font that was never there
            let _ = database.load_font_file(path);
        }
        Arc::new(database)
    };
    SANS.get_or_init(load).clone()
}

fn id(database: &Database, fonts: &Fonts, weight: u16) -> Option<ID> {
    let families: Vec<&str> = [Role::Hei, Role::Rare].into_iter().flat_map(|role| fonts.files(role)).map(|(_, family)| family).collect();
    families.iter().find_map(|family| {
        let query = usvg::fontdb::Query {
            families: &[usvg::fontdb::Family::Name(family)],
            weight: usvg::fontdb::Weight(weight),
            ..Default::default()
        };
        database.query(&query)
    })
}

/// As wide as `width`, or less where it would be higher than `height`.
pub(super) fn fitted(tree: &Tree, width: Length, height: Length) -> (Length, Length) {
    let size = tree.size();
    let across = (width as f32 * size.height() / size.width()) as Length;
    if across <= height { (width, across) } else { ((height as f32 * size.width() / size.height()) as Length, height) }
}
