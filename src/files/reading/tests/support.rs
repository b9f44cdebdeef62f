//! Files made in memory for the reader's tests, and what was read of them.

use std::io::Write;

use tempfile::NamedTempFile;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::domain::kinds::{Kind, RowError, RowErrors, batch, cards};
use crate::files::reading::{FileProblem, Limits, Source, Summary};

pub const ID: &str = "11010519491231002X";
pub const ACCOUNT: &str = "6217000000000000019";

/// 身份证号, 户名, 开户银行, 银行账号, 启用日期
pub const CARD_HEADER: &str = "身份证号,户名,开户银行,银行账号,启用日期";

pub const BATCH_HEADER: &str = "批次号,单位编码,政策编码,分配文号,所属期,造表日期,序号,姓名,身份证号,银行账号,数量,标准,金额";

pub fn card_row() -> String {
    format!("{ID},张三,农信社,{ACCOUNT},2018-03-05")
}

pub fn batch_row(line: u32, amount: &str) -> String {
    format!("P1,U1,G1,D1,2018-03,2018-04-01,{line},张三,{ID},{ACCOUNT},1,{amount},{amount}")
}

pub struct Read {
    pub summary: Summary,
    pub errors: Vec<RowError>,
    /// Every data row: number and all texts by column of the kind.
    pub rows: Vec<(u64, Vec<String>)>,
    pub source: Source,
}

pub fn file_of(content: impl AsRef<[u8]>) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(content.as_ref()).unwrap();
    file.flush().unwrap();
    file
}

pub fn read_with(content: impl AsRef<[u8]>, kind: &'static Kind, limits: &Limits) -> Result<Read, FileProblem> {
    let file = file_of(content);
    let mut source = Source::open(file.path(), kind, limits)?;
    let mut errors = RowErrors::new();
    let mut rows = Vec::new();
    let summary = source.for_each_row(&mut errors, |row, errors| {
        row.check_all(errors);
        let texts = (0..kind.columns.len()).map(|at| row.text(at).to_owned()).collect();
        rows.push((row.number(), texts));
        Ok::<(), FileProblem>(())
    })?;
    Ok(Read { summary, errors: errors.into_kept(), rows, source })
}

pub fn read(content: impl AsRef<[u8]>, kind: &'static Kind) -> Result<Read, FileProblem> {
    read_with(content, kind, &Limits::default())
}

pub fn read_cards(content: impl AsRef<[u8]>) -> Read {
    read(content, &cards::KIND).unwrap()
}

pub fn read_batch(content: impl AsRef<[u8]>) -> Read {
    read(content, &batch::KIND).unwrap()
}

/// The one row that all well-formed card files of these tests hold.
pub fn assert_one_card(read: &Read) {
    assert_eq!(read.errors, []);
    assert_eq!(read.rows.len(), 1);
    assert_eq!(read.rows[0].1[..5], [ID, "张三", "农信社", ACCOUNT, "2018-03-05"]);
}

pub fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook with one sheet whose rows are this XML.
pub fn book_of(rows: &str) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let root = format!(r#"<Relationships><Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#);
    let workbook = format!(r#"<workbook xmlns:r="{OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#);
    let links =
        format!(r#"<Relationships><Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#);
    let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
    zip_of(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}
