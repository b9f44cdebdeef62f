//! What the reader does with hostile bytes.

use proptest::prelude::*;

use super::support::*;
use crate::domain::kinds::{batch, cards};
use crate::files::reading::{FileProblem, Limits};

fn small() -> Limits {
    Limits { inflated_bytes: 1 << 20, record_bytes: 1 << 16, ..Limits::default() }
}

const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");
const RELS: (&str, &[u8]) = ("_rels/.rels", b"<Relationships/>");

fn card_book() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in [CARD_HEADER.to_owned(), card_row()].iter().enumerate() {
        for (at, cell) in line.split(',').enumerate() {
            sheet.write_string(row as u32, at as u16, cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn problem_of(content: impl AsRef<[u8]>) -> FileProblem {
    read_with(content, &cards::KIND, &small()).err().unwrap()
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_opened() {
    let zeros = vec![b' '; 3 << 20];
    let bomb = zip_of(&[TYPES, RELS, ("xl/media/a.bin", &zeros)]);
    assert!(bomb.len() < 1 << 16);
    assert_eq!(problem_of(&bomb), FileProblem::Bomb { limit: 1 << 20 });
    let mut lying = bomb.clone();
    // The central directory's word on the size of the large part: make it say 1.
    let size = (3_u32 << 20).to_le_bytes();
    let places: Vec<_> = (0..lying.len() - 4).filter(|&at| lying[at..at + 4] == size).collect();
    assert!(!places.is_empty());
    for at in places {
        lying[at..at + 4].copy_from_slice(&1_u32.to_le_bytes());
    }
    assert!(matches!(problem_of(&lying), FileProblem::Bomb { .. } | FileProblem::Damaged(_)));
}

#[test]
fn lies_about_shared_strings_and_endless_texts_are_refused() {
    let strings = b"<sst uniqueCount=\"99999999999999\"><si/></sst>";
    let counted = zip_of(&[TYPES, RELS, ("xl/sharedStrings.xml", strings)]);
    assert!(matches!(problem_of(counted), FileProblem::Damaged(_)));
    let long = vec![b'x'; 1 << 17];
    let endless = zip_of(&[TYPES, RELS, ("xl/worksheets/sheet1.xml", &long)]);
    assert!(matches!(problem_of(endless), FileProblem::Damaged(_)));
}

#[test]
fn what_is_not_a_table_is_named() {
    for (content, expected) in [
        (b"\xd0\xcf\x11\xe0rest".to_vec(), FileProblem::OldOrLocked),
        (b"%PDF-1.7".to_vec(), FileProblem::WrongFormat("PDF")),
        (b"  <HTML><table>".to_vec(), FileProblem::WrongFormat("网页或 XML")),
        (b"a,b\0c".to_vec(), FileProblem::Binary),
        (vec![b'a', 0xff, 0xff, b'\n'], FileProblem::Encoding),
        (zip_of(&[("a.txt", b"a")]), FileProblem::WrongFormat("ZIP 压缩")),
        (zip_of(&[TYPES, RELS, ("xl/vbaProject.bin", b"a")]), FileProblem::Macros),
        (zip_of(&[TYPES, RELS, ("word/document.xml", b"a")]), FileProblem::WrongFormat("Word")),
    ] {
        assert_eq!(problem_of(content), expected);
    }
}

#[test]
fn endless_rows_cells_and_columns_are_refused() {
    let header = format!("{CARD_HEADER}\n");
    let columns = format!("{header}{}\n", ",".repeat(1_000_000));
    assert!(matches!(read(&columns, &cards::KIND).err(), Some(FileProblem::TooManyColumns { row: 2, .. })));
    let unclosed = format!("{header}\"{}", "a\n".repeat(1 << 20));
    assert_eq!(problem_of(unclosed), FileProblem::RecordTooLong { row: 2 });
    assert_eq!(problem_of(format!("{header}{}", "a".repeat(1 << 17))), FileProblem::RecordTooLong { row: 2 });
    assert_eq!(problem_of(format!("{header}\"abc")), FileProblem::RecordTooLong { row: 2 });
    let tiny = Limits { file_bytes: 10, ..Limits::default() };
    assert_eq!(read_with(&header, &cards::KIND, &tiny).err(), Some(FileProblem::TooLarge { limit: 10 }));
}

#[test]
fn a_cut_off_spreadsheet_is_damaged_not_a_panic() {
    let book = card_book();
    assert_one_card(&read_cards(&book));
    for cut in (0..book.len()).step_by(97) {
        assert!(read(&book[..cut], &cards::KIND).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read_with(&bytes, &cards::KIND, &small());
    }

    #[test]
    fn random_cells_never_panic(text in "[\"',\t\n\r=张①2．E+\\-]{0,300}") {
        let _ = read_with(format!("{BATCH_HEADER}\n{text}"), &batch::KIND, &small());
        let _ = read_with(format!("{CARD_HEADER}\n{text}").replace(',', "\t"), &cards::KIND, &small());
    }

    #[test]
    fn a_damaged_spreadsheet_never_panics(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..6)) {
        let mut book = card_book();
        for (at, byte) in changes {
            let at = at % book.len();
            book[at] = byte;
        }
        let _ = read_with(&book, &cards::KIND, &small());
    }

    #[test]
    fn hostile_sheets_never_panic(xml in "(<row( r=\"[0-9A-Z]{1,12}\")?>|</row>|<c( r=\"[A-Z]{1,8}[0-9]{1,12}\")?( t=\"(s|str|b|e|n|d|inlineStr)\")?>|</c>|<v>[0-9.eE+-]{0,12}</v>|<f>1</f>|<is><t>a</t></is>){0,12}") {
        let book = book_of(&xml);
        let _ = read_with(&book, &cards::KIND, &small());
    }
}
