//! What a hostile sender may put into a file of a kind. Every one of these must be refused, whatever the kind.

use std::io::{Cursor, Write};
use sunledger::domain::kinds::Kind;
use zip::write::{SimpleFileOptions, ZipWriter};

pub struct Hostile {
    pub name: String,
    pub content: Vec<u8>,
}

pub fn header(kind: &Kind) -> String {
    let names: Vec<&str> = kind.columns.iter().map(|column| column.zh).collect();
    names.join(",")
}

/// A row with the same text in every cell.
fn row(kind: &Kind, cell: &str) -> String {
    vec![cell; kind.columns.len()].join(",")
}

/// A workbook with the kind's header and a row of the same text.
pub fn workbook(kind: &Kind, text: &str) -> Vec<u8> {
    sheet(kind, |sheet, column| {
        sheet.write_string(1, column, text).unwrap();
    })
}

fn sheet(kind: &Kind, fill: impl Fn(&mut rust_xlsxwriter::Worksheet, u16)) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (at, column) in kind.columns.iter().enumerate() {
        sheet.write_string(0, at as u16, column.zh).unwrap();
        fill(sheet, at as u16);
    }
    book.save_to_buffer().unwrap()
}

/// All the small ones.
pub fn hostile(kind: &Kind) -> Vec<Hostile> {
    let mut all = texts(kind);
    all.extend(cells(kind));
    all.extend(workbooks(kind));
    all
}

fn hostile_one(name: &str, content: impl Into<Vec<u8>>) -> Hostile {
    Hostile { name: name.into(), content: content.into() }
}

/// Files that are wrong as a whole.
fn texts(kind: &Kind) -> Vec<Hostile> {
    let head = header(kind);
    let utf16: Vec<u8> = head.encode_utf16().flat_map(u16::to_be_bytes).collect();
    vec![
        hostile_one("empty.csv", ""),
        hostile_one("mark.csv", "\u{feff}"),
        hostile_one("blank.csv", "\r\n".repeat(50)),
        hostile_one("another header.csv", "a,b,c\n1,2,3\n"),
        hostile_one("the same column twice.csv", format!("{head},{}\n{}\n", kind.columns[0].zh, row(kind, "甲"))),
        hostile_one("nul.csv", format!("{head}\n{}\n", row(kind, "a\0b"))),
        hostile_one("utf-16 without a mark.csv", utf16),
        hostile_one("broken utf-8.csv", [head.as_bytes(), b"\n\xe5\xff\xff\x81\n"].concat()),
        hostile_one("a million columns.csv", format!("{head}\n{}\n", ",".repeat(1_000_000))),
        hostile_one("huge cell.csv", format!("{head}\n{}\n", "长".repeat(700_000))),
        hostile_one("deep quotes.csv", format!("{head}\n{}\n", "\"".repeat(100_001))),
        hostile_one("quote never closed.csv", format!("{head}\n\"{}", "甲\n".repeat(1_000))),
        hostile_one("line ends.csv", format!("{head}\r\r\n\n\r甲\r乙\n\r丙,丁\r\r\n")),
    ]
}

/// Rows under the right header whose cells are not what they should be.
fn cells(kind: &Kind) -> Vec<Hostile> {
    let bad = [
        "=cmd|' /C calc'!A0",
        "'; DROP TABLE voucher; --",
        "9223372036854775808",
        "-0.001",
        "NaN",
        "1E+308",
        "../../../etc/passwd",
        "<script>alert(1)</script>",
        "\u{202e}甲\u{200b}",
        "１２３．４５",
    ];
    let file = |cell: &str| hostile_one("cells.csv", format!("{}\n{}\n", header(kind), row(kind, cell)));
    bad.into_iter().map(file).collect()
}

fn workbooks(kind: &Kind) -> Vec<Hostile> {
    let formulas = sheet(kind, |sheet, column| {
        sheet.write_formula(1, column, "=1/0").unwrap();
    });
    let far = sheet(kind, |sheet, _| {
        sheet.write_string(1_048_575, 16_383, "远").unwrap();
    });
    let good = workbook(kind, "甲");
    vec![
        hostile_one("formulas.xlsx", formulas),
        hostile_one("the farthest cell.xlsx", far),
        hostile_one("cut off.xlsx", &good[..good.len() * 2 / 3]),
        hostile_one("cut at the front.xlsx", &good[40..]),
        hostile_one("a workbook named csv.csv", good),
    ]
}

/// Small to send, a gigabyte and more once unpacked: one part of zeros under many names.
pub fn bomb() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("zeros", SimpleFileOptions::default()).unwrap();
    for _ in 0..64 {
        zip.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let mut one = zip.finish_into_readable().unwrap();
    let mut bomb = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [("[Content_Types].xml", "<Types/>"), ("_rels/.rels", "<Relationships/>")] {
        bomb.start_file(name, SimpleFileOptions::default()).unwrap();
        bomb.write_all(content.as_bytes()).unwrap();
    }
    for n in 0..20 {
        bomb.raw_copy_file_rename(one.by_index(0).unwrap(), format!("xl/worksheets/sheet{n}.xml")).unwrap();
    }
    bomb.finish().unwrap().into_inner()
}
