//! The workbook read back with another library.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

use super::*;
use crate::domain::money::Fen;
use crate::files::writing::sample;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, 9, 30).unwrap()
}

#[test]
fn a_spreadsheet_reads_numbers_as_numbers_and_text_as_text() {
    let bytes = write(&[sample::table(), sample::table()], day()).unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["样表：各种列", "样表：各种列(2)"]);
    let sheet = book.worksheet_range("样表：各种列").unwrap();
    let rows: Vec<_> = sheet.rows().collect();
    assert_eq!(rows[2][0], Data::String("名称".into()));
    assert_eq!(rows[3][1], Data::Float(1_234_567.89));
    assert_eq!(rows[3][2], Data::Float(123.456789));
    assert_eq!(rows[3][3], Data::Float(0.951245));
    assert_eq!(rows[4][0], Data::String("=HYPERLINK(\"http://x\")".into()));
    assert_eq!(rows[4][3], Data::Empty);
    assert!(book.worksheet_formula("样表：各种列").unwrap().is_empty());
}

#[test]
fn the_same_tables_give_the_same_bytes() {
    let table = [sample::table()];
    assert_eq!(write(&table, day()).unwrap(), write(&table, day()).unwrap());
}

#[test]
fn an_amount_too_long_for_a_float_stays_exact_as_text() {
    let mut table = Table::new("t", "大额").column("amount", "金额", Kind::Money);
    table.push(vec![Cell::Fen(Fen::new(1_000_000_000_000_000))]);
    let bytes = write(&[table], day()).unwrap();
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let sheet = book.worksheet_range("大额").unwrap();
    assert_eq!(sheet.get_value((2, 0)), Some(&Data::String("10,000,000,000,000.00".into())));
}

#[test]
fn sheet_names_are_legal() {
    let mut taken = HashSet::new();
    assert_eq!(layout::sheet_name("a/b:c?[d]", &mut taken), "a_b_c__d_");
    assert_eq!(layout::sheet_name("", &mut taken), "表");
    let long = "长".repeat(40);
    assert_eq!(layout::sheet_name(&long, &mut taken).chars().count(), 31);
    assert_eq!(layout::sheet_name(&long, &mut taken).chars().count(), 31);
}
