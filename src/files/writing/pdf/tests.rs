//! What the writer decides by itself; rendered pages are in `tests/it/paper_pages.rs`.

use super::*;

#[test]
fn characters_that_no_font_has_are_listed_by_their_code_points() {
    assert_eq!(missing_note(&BTreeSet::new()), None);
    let note = missing_note(&BTreeSet::from(['\u{F12C}', '\u{3347A}'])).unwrap_or_default();
    assert!(note.contains("有2个字") && note.contains("U+F12C、U+3347A"), "{note}");
}
