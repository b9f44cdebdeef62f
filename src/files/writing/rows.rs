//! Plain rows of text as a file of a kind: CSV in the encoding the sender's office uses, or a workbook of text cells; with a
//! title row above and a 合计 row below where that office writes them.

use std::io::Write;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::WriteProblem;
use super::csv_out::{Encoded, TextEncoding};

/// What stands in the file.
#[derive(Debug, Clone, Copy)]
pub struct PlainRows<'a> {
    pub title: Option<&'a str>,
    pub header: &'a [&'a str],
    pub rows: &'a [Vec<String>],
    pub total: Option<&'a [String]>,
}

/// Writes CSV. Cells go out as they are: these are files for this program, of its own making.
pub fn csv<W: Write>(file: &PlainRows<'_>, encoding: TextEncoding, out: W) -> Result<(), WriteProblem> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .buffer_capacity(1 << 16)
        .from_writer(Encoded::new(out, encoding)?);
    if let Some(title) = file.title {
        writer.write_record([title])?;
    }
    writer.write_record(file.header)?;
    for row in file.rows.iter().map(Vec::as_slice).chain(file.total) {
        writer.write_record(row)?;
    }
    writer.flush()?;
    Ok(())
}

/// A workbook of one sheet, all cells text. The same rows give the same bytes.
pub fn xlsx(file: &PlainRows<'_>) -> Result<Vec<u8>, WriteProblem> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2018, 1, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let text = Format::new().set_num_format("@");
    let sheet = book.add_worksheet();
    let mut line = 0;
    if let Some(title) = file.title {
        sheet.write_string(line, 0, title)?;
        line += 1;
    }
    for (at, title) in file.header.iter().enumerate() {
        sheet.write_string(line, at as u16, *title)?;
        sheet.set_column_width(at as u16, 16)?;
    }
    for row in file.rows.iter().map(Vec::as_slice).chain(file.total) {
        line += 1;
        for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string_with_format(line, at as u16, cell, &text)?;
        }
    }
    Ok(book.save_to_buffer()?)
}
