//! Workbooks: the same rows as from text.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::support::*;
use crate::domain::kinds::{batch, cards, units};

fn headers(sheet: &mut rust_xlsxwriter::Worksheet, row: u32, names: &str) {
    for (at, name) in names.split(',').enumerate() {
        sheet.write_string(row, at as u16, name).unwrap();
    }
}

/// A batch row in cells of the types that a person's spreadsheet has.
fn typed_row(sheet: &mut rust_xlsxwriter::Worksheet, row: u32, amount: f64) {
    let date = ExcelDateTime::from_ymd(2018, 4, 1).unwrap();
    let month = ExcelDateTime::from_ymd(2018, 3, 1).unwrap();
    let shown = Format::new().set_num_format("yyyy/m/d");
    for (at, text) in [(0, "P1"), (1, "U1"), (2, "G1"), (3, "D1"), (7, "张三"), (8, ID), (9, ACCOUNT)] {
        sheet.write_string(row, at, text).unwrap();
    }
    sheet.write_datetime_with_format(row, 4, &month, &Format::new().set_num_format("yyyy-mm")).unwrap();
    sheet.write_datetime_with_format(row, 5, &date, &shown).unwrap();
    sheet.write_number(row, 6, row).unwrap();
    sheet.write_number(row, 10, 1.5).unwrap();
    sheet.write_number(row, 11, amount).unwrap();
    sheet.write_number(row, 12, amount).unwrap();
}

#[test]
fn a_spreadsheet_reads_as_the_same_csv_does() {
    let mut book = Workbook::new();
    let hidden = book.add_worksheet();
    hidden.set_hidden(true);
    headers(hidden, 0, BATCH_HEADER);
    book.add_worksheet().write_string(0, 0, "说明").unwrap();
    let sheet = book.add_worksheet().set_name("清册").unwrap();
    sheet.set_active(true);
    sheet.write_string(0, 0, "东方市发放清册").unwrap();
    headers(sheet, 1, BATCH_HEADER);
    typed_row(sheet, 2, 1234.5);
    typed_row(sheet, 4, 0.1);
    sheet.write_string(5, 0, "合计").unwrap();
    sheet.write_formula(5, 12, Formula::new("=SUM(M3:M5)").set_result("1234.6")).unwrap();
    let read = read_batch(book.save_to_buffer().unwrap());
    assert_eq!(read.errors, []);
    assert!(read.summary.total_checked);
    assert_eq!((read.source.header_row(), read.summary.blank_rows), (2, 1));
    let csv = read_batch(format!(
        "东方市发放清册\n{BATCH_HEADER}\nP1,U1,G1,D1,2018-03,2018-04-01,2,张三,{ID},{ACCOUNT},1.5,1234.5,1234.5\n\n\
         P1,U1,G1,D1,2018-03,2018-04-01,4,张三,{ID},{ACCOUNT},1.5,0.1,0.1\n合计,,,,,,,,,,,,1234.6\n"
    ));
    assert_eq!(csv.errors, []);
    assert_eq!(csv.rows, read.rows);
}

#[test]
fn numbers_that_excel_has_damaged_are_named() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    headers(sheet, 0, CARD_HEADER);
    sheet.write_number(1, 0, 460_007_198_001_010_011_f64).unwrap();
    sheet.write_string(1, 1, "张三").unwrap();
    sheet.write_string(1, 2, "农信社").unwrap();
    sheet.write_number(1, 3, 6_217_000_000_000_000_000_f64).unwrap();
    sheet.write_number(1, 4, 43_164).unwrap();
    let read = read(book.save_to_buffer().unwrap(), &cards::KIND).unwrap();
    assert_eq!(read.errors.len(), 2);
    for (error, column) in read.errors.iter().zip(["身份证号", "银行账号"]) {
        assert_eq!(error.column, column);
        assert!(error.problem.contains("Excel"), "{}", error.problem);
    }
}

#[test]
fn long_numbers_damaged_in_text_columns_are_named() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    headers(sheet, 0, "单位编码,单位名称,单位类型");
    sheet.write_number(1, 0, 1e18).unwrap();
    sheet.write_string(1, 1, "财政局").unwrap();
    sheet.write_string(1, 2, "财政").unwrap();
    let read = read(book.save_to_buffer().unwrap(), &units::KIND).unwrap();
    assert_eq!(read.errors.len(), 1);
    assert!(read.errors[0].problem.contains("15 位"));
}

#[test]
fn float_dust_is_a_sub_fen_error_and_formula_errors_are_named() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    headers(sheet, 0, BATCH_HEADER);
    typed_row(sheet, 1, 0.1 + 0.2);
    typed_row(sheet, 2, 5.0);
    sheet.write_formula(2, 12, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    let read = read(book.save_to_buffer().unwrap(), &batch::KIND).unwrap();
    let found: Vec<_> = read.errors.iter().map(|e| (e.row, e.column.as_str())).collect();
    assert_eq!(found, [(2, "标准"), (2, "金额"), (3, "金额")]);
    assert!(read.errors[0].problem.contains("分以下"));
    assert!(read.errors[2].problem.contains("公式"), "{}", read.errors[2].problem);
}

#[test]
fn formulas_without_a_stored_result_are_named() {
    let cells = |row: u32, texts: &[&str]| -> String {
        let cell = |(at, text): (usize, &&str)| {
            let column = char::from(b'A' + at as u8);
            match text.strip_prefix('=') {
                Some(formula) => format!("<c r=\"{column}{row}\"><f>{formula}</f></c>"),
                None => {
                    format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
                }
            }
        };
        let cells: String = texts.iter().enumerate().map(cell).collect();
        format!("<row r=\"{row}\">{cells}</row>")
    };
    let header: Vec<_> = CARD_HEADER.split(',').collect();
    let rows = cells(1, &header) + &cells(2, &[ID, "=A1", "农信社", ACCOUNT, "2018年3月5日"]);
    let read = read(book_of(&rows), &cards::KIND).unwrap();
    assert_eq!(read.errors.len(), 1);
    assert_eq!((read.errors[0].row, read.errors[0].column.as_str()), (2, "户名"));
    assert!(read.errors[0].problem.contains("公式"));
}
