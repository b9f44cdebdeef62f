//! The files that are opened together, each with words that must stand on its pages.

use super::specimen::{day, docx, projects, units};
use crate::inspection::{at, drawn, filled, handed_in, paid_county, planned, quarter, saved};
use crate::projects::support::{CODE, Library};
use crate::support::{Db, Desk, TestDb, county};
use std::io::{Cursor, Read, Write};
use std::ops::RangeInclusive;
use std::path::Path;
use sunledger::app::inspection::evaluate::evaluate;
use sunledger::app::inspection::report::{self, ReportOptions};
use sunledger::app::notices::write::Of;
use sunledger::domain::identity::AccountNo;
use sunledger::domain::inspection::plan::Method;
use sunledger::domain::kinds::{KINDS, RowErrors, cards};
use sunledger::domain::money::Fen;
use sunledger::domain::notices::Kind;
use sunledger::domain::report::Document;
use sunledger::files::reading::{FileProblem, Limits, Source};
use sunledger::files::writing::{BankFile, BankFormat, BankLine, ooxml, picture::Picture, table_xlsx};
use sunledger::files::writing::{write_annotated, write_bank_file, write_template};

pub struct Expected {
    pub name: String,
    pub bytes: Vec<u8>,
    pub says: Vec<&'static str>,
    pub pages: RangeInclusive<usize>,
}

/// Without blanks, as the text of pages is compared.
fn file(name: impl Into<String>, bytes: Vec<u8>, pages: RangeInclusive<usize>, says: &[&'static str]) -> Expected {
    Expected { name: name.into(), bytes, pages, says: says.to_vec() }
}

pub fn all() -> Vec<Expected> {
    [papers(), tables(), templates(), briefs_and_notices(), inspections()].into_iter().flatten().collect()
}

fn papers() -> Vec<Expected> {
    let bare = sunledger::files::writing::docx::write(&Document::new("空"), day()).unwrap();
    vec![file("通报.docx", docx(), 6..=8, &["东财〔2018〕14号", "4115.15", "附件2"]), file("空.docx", bare, 1..=1, &["空", "—1—"])]
}

fn tables() -> Vec<Expected> {
    let list = table_xlsx::write(&[units(), projects()], day()).unwrap();
    let mut bank = Cursor::new(Vec::new());
    let account = AccountNo::parse("6217000000000000019").unwrap();
    let line = BankLine { line: 1, account, holder: "示范一", amount: Fen::new(15_000), summary: "生态补偿" };
    write_bank_file(&BankFile { batch: "PC01", title: "示范批次" }, BankFormat::Xlsx, [line], &mut bank).unwrap();
    vec![
        file("列表.xlsx", list, 1..=9, &["各乡镇支出进度", "示范项目60号"]),
        file("银行.xlsx", bank.into_inner(), 1..=3, &["示范一", "6217000000000000019", "150.00"]),
        file("错误.xlsx", annotated(), 1..=2, &["户名", "错误"]),
        file("图.xlsx", drawing(), 1..=2, &["图"]),
    ]
}

/// A file of cards with a bad row, and its errors beside it.
fn annotated() -> Vec<u8> {
    let mut template = Cursor::new(Vec::new());
    write_template(&cards::KIND, &mut template).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("卡号.xlsx");
    std::fs::write(&path, template.into_inner()).unwrap();
    let mut source = Source::open(&path, &cards::KIND, &Limits::default()).unwrap();
    let mut errors = RowErrors::new();
    source
        .for_each_row(&mut errors, |row, errors| {
            row.check_all(errors);
            Ok::<(), FileProblem>(())
        })
        .unwrap();
    let mut out = Cursor::new(Vec::new());
    write_annotated(&mut source, errors.kept(), &mut out).unwrap();
    out.into_inner()
}

/// A workbook with a vector picture.
fn drawing() -> Vec<u8> {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='80' height='40'><text x='5' y='20' font-size='12'>图</text></svg>";
    let picture = Picture::of(svg).unwrap();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "图").unwrap();
    sheet.insert_image(1, 1, &rust_xlsxwriter::Image::new_from_buffer(&picture.png).unwrap()).unwrap();
    ooxml::with_vectors(&book.save_to_buffer().unwrap(), &[picture]).unwrap()
}

fn templates() -> Vec<Expected> {
    let template = |kind: &&'static sunledger::domain::kinds::Kind| {
        let mut out = Cursor::new(Vec::new());
        write_template(kind, &mut out).unwrap();
        file(format!("模板-{}.xlsx", kind.title), out.into_inner(), 1..=60, &[])
    };
    KINDS.iter().map(template).collect()
}

fn briefs_and_notices() -> Vec<Expected> {
    let mut library = Library::new(&TestDb::seeded(Db::Sqlite));
    let people = people(&mut library);
    let batch = format!("{}{}", county::BATCH_HEAD, county::batch_lines("PC1", &people));
    assert_eq!(library.refused("batch", &batch), "");
    let desk = Desk::of("经办样", 1_538_700_000_000_000);
    let mut found = Vec::new();
    for (format, says) in [("docx", &["支出进度通报", "—1—"][..]), ("xlsx", &["支出"])] {
        let (name, bytes) = desk.file(&mut library.bureau, "brief.make", &[("month", "2018-03"), ("format", format)]);
        found.push(file(name, bytes, 1..=20, says));
    }
    let mut written = library.write(Of::Batch("PC1"), "2018-04-03").unwrap();
    library.file_all();
    written.extend(library.write(Of::Project(CODE, Kind::Entry), "2018-01-06").unwrap());
    for notice in written {
        found.push(read(&notice.docx, &["公示"]));
        found.push(read(&notice.xlsx, &["公示"]));
    }
    found
}

fn people(library: &mut Library) -> Vec<(String, String, String)> {
    let sql = "SELECT p.name, p.id_no, c.account FROM person p JOIN card c ON c.book = p.book AND c.id_no = p.id_no
        WHERE p.book = $1 AND p.household LIKE 'D%' ORDER BY p.id";
    let found = library.bureau.read(|tx, book| {
        let rows = tx.query(sql, sunledger::params![book.id])?;
        rows.iter().map(|row| Ok((row.string(0)?, row.string(1)?, row.string(2)?))).collect::<Result<Vec<_>, sunledger::app::AppError>>()
    });
    found.unwrap()
}

fn inspections() -> Vec<Expected> {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, dir) = (paid_county(&db), tempfile::tempdir().unwrap());
    let code = planned(&mut bureau, &quarter(Method::Stratified, None));
    drawn(&mut bureau, &code, "开奖 20180703").unwrap();
    let sheet = saved(&filled(&mut bureau, &code, |_, _| {}), dir.path(), "核查表");
    handed_in(&mut bureau, &sheet, None).unwrap();
    let date = crate::inspection::day(7, 10);
    evaluate(&mut bureau, &at("甲", date), &code, date).unwrap();
    let options = ReportOptions { doc_number: Some("东财监〔2018〕9号".into()), issued_on: date, demands: Vec::new() };
    let report = report::write(&mut bureau, &at("甲", date), &code, &options, dir.path()).unwrap();
    vec![read(&sheet, &["核查", "李样"]), read(&report.docx, &["东财监〔2018〕9号", "—1—"]), read(&report.xlsx, &[])]
}

fn read(path: &Path, says: &[&'static str]) -> Expected {
    file(path.file_name().unwrap().to_str().unwrap(), std::fs::read(path).unwrap(), 1..=20, says)
}

/// The package with a part changed, once.
pub fn changed(package: &[u8], part: &str, from: &str, to: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if file.name() == part {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains(from), "{part} has no {from}");
            content = text.replacen(from, to, 1).into_bytes();
        }
        out.start_file(file.name(), zip::write::SimpleFileOptions::default()).unwrap();
        out.write_all(&content).unwrap();
    }
    out.finish().unwrap().into_inner()
}
