//! Files written and read back.

#![allow(clippy::unwrap_used)]

use std::io::{Cursor, Write};

use super::*;
use crate::domain::identity::AccountNo;
use crate::domain::kinds::{KINDS, Kind, RowErrors, cards};
use crate::domain::money::Fen;
use crate::files::reading::{Limits, Source};

const HEADER: &str = "身份证号,户名,开户银行,银行账号,启用日期";
const GOOD: &str = "11010519491231002X,张三,农信社,6217000000000000019,2018-03-05";
const BAD: &str = "4.60007E+17,=李四,\"农,信\",6217000000000000019,昨天";

fn source_of(content: &[u8], kind: &'static Kind) -> (tempfile::NamedTempFile, Source) {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content).unwrap();
    let source = Source::open(file.path(), kind, &Limits::default()).unwrap();
    (file, source)
}

fn annotated(content: &[u8]) -> (Vec<u8>, u64) {
    let (_file, mut source) = source_of(content, &cards::KIND);
    let mut errors = RowErrors::new();
    source
        .for_each_row(&mut errors, |row, errors| {
            row.check_all(errors);
            Ok::<(), FileProblem>(())
        })
        .unwrap();
    let mut out = Cursor::new(Vec::new());
    write_annotated(&mut source, errors.kept(), &mut out).unwrap();
    (out.into_inner(), errors.count())
}

#[test]
fn the_annotated_copy_is_the_file_with_one_more_column() {
    let text = format!("卡号表\n{HEADER}\n{GOOD}\n\n{BAD}\n合计\n");
    let (copy, count) = annotated(text.as_bytes());
    assert_eq!(count, 2);
    let copy = String::from_utf8(copy).unwrap();
    let lines: Vec<_> = copy.split("\r\n").collect();
    assert_eq!(lines[0], "卡号表");
    assert_eq!(lines[1], format!("{HEADER},错误"));
    assert_eq!(lines[2], GOOD);
    assert!(lines[4].starts_with(BAD) && lines[4].contains("身份证号：") && lines[4].contains("；启用日期："));
    assert_eq!(lines[5], "合计");
    // The copy itself, unmended, gives the same errors, and its column is replaced, not doubled.
    assert_eq!(annotated(copy.as_bytes()), (copy.clone().into_bytes(), 2));
}

#[test]
fn the_annotated_copy_keeps_encoding_and_format() {
    let text = format!("{HEADER}\n{GOOD}\n{BAD}\n");
    let (gbk, _, _) = encoding_rs::GB18030.encode(&text);
    let (copy, _) = annotated(&gbk);
    let (decoded, _, failed) = encoding_rs::GB18030.decode(&copy);
    assert!(!failed && decoded.contains("错误") && decoded.contains("身份证号："));

    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in [HEADER, GOOD, &BAD.replace("农,信", "农信")].iter().enumerate() {
        for (at, cell) in line.split(',').enumerate() {
            sheet.write_string(row as u32, at as u16, cell).unwrap();
        }
    }
    let (copy, count) = annotated(&book.save_to_buffer().unwrap());
    let (again, count_again) = annotated(&copy);
    assert_eq!((count, count_again), (2, 2));
    assert!(again.starts_with(b"PK"));
}

#[test]
fn every_template_is_recognised_as_its_kind() {
    for kind in KINDS {
        let mut out = Cursor::new(Vec::new());
        write_template(kind, &mut out).unwrap();
        let (_file, mut source) = source_of(&out.into_inner(), kind);
        let mut errors = RowErrors::new();
        let summary = source.for_each_row(&mut errors, |_, _| Ok::<(), FileProblem>(())).unwrap();
        assert_eq!((summary.rows, errors.count()), (0, 0), "{}", kind.name);
        assert!(summary.unknown_columns.is_empty());
        assert!((0..kind.columns.len()).all(|at| source.has_column(at)));
    }
}

fn bank(format: BankFormat) -> (Vec<u8>, BankTotals) {
    let account = AccountNo::parse("6217000000000000019").unwrap();
    let lines = [("张三", 123_450, "2018年3月低保金发放补助资金"), ("=1+1", 5, "@补助")];
    let lines =
        lines.iter().zip(1..).map(|(&(holder, fen, summary), line)| BankLine { line, account, holder, amount: Fen::new(fen), summary });
    let mut out = Cursor::new(Vec::new());
    let file = BankFile { batch: "P1", title: "东方市代发" };
    let totals = write_bank_file(&file, format, lines, &mut out).unwrap();
    (out.into_inner(), totals)
}

#[test]
fn the_bank_file_carries_its_control_totals() {
    let (content, totals) = bank(BankFormat::CsvUtf8Bom);
    let text = String::from_utf8(content).unwrap();
    let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().collect();
    assert!(text.starts_with('\u{feff}'));
    assert_eq!(lines[0], "批次号,序号,户名,银行账号,金额,摘要");
    assert_eq!(lines[1], "P1,1,张三,6217000000000000019,1234.50,2018年3月低保金发放");
    assert_eq!(lines[2], "P1,2,'=1+1,6217000000000000019,0.05,'@补助");
    assert_eq!(lines[3], format!("合计,2,,,1234.55,SM3:{}", totals.digest));
    assert_eq!((totals.count, totals.amount), (2, Fen::new(123_455)));
    let (gbk, same) = bank(BankFormat::CsvGb18030);
    assert_eq!(encoding_rs::GB18030.decode(&gbk).0, text.trim_start_matches('\u{feff}'));
    assert_eq!(same, totals);
}

#[test]
fn the_bank_spreadsheet_holds_accounts_as_text_and_amounts_as_numbers() {
    use calamine::{Data, Reader};
    let (content, totals) = bank(BankFormat::Xlsx);
    let mut book = calamine::Xlsx::new(Cursor::new(content)).unwrap();
    let range = book.worksheet_range("代发清单").unwrap();
    let cell = |row, column| range.get_value((row, column)).cloned().unwrap();
    assert_eq!(cell(0, 0), Data::String("东方市代发".into()));
    assert_eq!(cell(2, 3), Data::String("6217000000000000019".into()));
    assert_eq!(cell(2, 4), Data::Float(1234.5));
    assert_eq!(cell(3, 2), Data::String("=1+1".into()));
    assert_eq!(cell(4, 5), Data::String(format!("SM3:{}", totals.digest)));
    assert_eq!(totals, bank(BankFormat::CsvUtf8Bom).1);
}
