//! The file as it came, with one more column: 错误. Whoever keeps it mends the rows in place and
//! sends the same file again; the column is then ignored. Of an XLSX only the sheet that was read
//! comes back, its cells as texts.

use std::collections::HashMap;
use std::io::{Seek, Write};

use rust_xlsxwriter::{Format as CellFormat, Workbook, Worksheet};

use super::WriteProblem;
use super::csv_out::{Encoded, TextEncoding};
use crate::domain::kinds::RowError;
use crate::domain::text;
use crate::files::reading::{ERROR_HEADER, Encoding, FileProblem, Format, RowBuffer, Source};

/// Writes the annotated copy: CSV in the source's encoding (UTF-16 as UTF-8 with BOM), or XLSX.
pub fn write_annotated<W>(source: &mut Source, errors: &[RowError], out: W) -> Result<(), WriteProblem>
where
    W: Write + Seek + Send,
{
    let notes = notes_by_row(errors);
    match source.format().clone() {
        Format::Csv { encoding, delimiter } => write_csv(source, &notes, encoding, delimiter, out),
        Format::Xlsx { sheet } => write_xlsx(source, &notes, &sheet, out),
    }
}

fn notes_by_row(errors: &[RowError]) -> HashMap<u64, String> {
    let mut notes: HashMap<u64, String> = HashMap::new();
    for error in errors {
        let note = notes.entry(error.row).or_default();
        if !note.is_empty() {
            note.push('；');
        }
        if !error.column.is_empty() {
            note.push_str(&error.column);
            note.push('：');
        }
        note.push_str(&error.problem);
        note.push('，');
        note.push_str(&error.mend);
    }
    notes
}

/// What stands in the added column of a row: a header, a note, or nothing.
fn note_of<'n>(row: &RowBuffer, header_row: u64, notes: &'n HashMap<u64, String>) -> &'n str {
    if row.number == header_row {
        return ERROR_HEADER;
    }
    notes.get(&row.number).map_or("", String::as_str)
}

/// The header row, the place of the notes, and whether an earlier copy's 错误 column gives way to
/// them; otherwise they stand right after the header.
fn place_of_notes(source: &mut Source) -> Result<(u64, usize, bool), FileProblem> {
    let (header_row, width) = (source.header_row(), source.width());
    let mut earlier = None;
    source.for_each_raw_row(|row| {
        if row.number == header_row {
            earlier = row.iter().position(|cell| text::trim(cell) == ERROR_HEADER);
        }
        Ok::<(), FileProblem>(())
    })?;
    Ok((header_row, earlier.unwrap_or(width), earlier.is_some()))
}

fn write_csv<W: Write>(
    source: &mut Source,
    notes: &HashMap<u64, String>,
    encoding: Encoding,
    delimiter: u8,
    out: W,
) -> Result<(), WriteProblem> {
    let encoding = match encoding {
        Encoding::Utf8 => TextEncoding::Utf8,
        Encoding::Gb18030 => TextEncoding::Gb18030,
        Encoding::Utf8Bom | Encoding::Utf16Le | Encoding::Utf16Be => TextEncoding::Utf8Bom,
    };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Encoded::new(out, encoding)?);
    let (header_row, place, replaces) = place_of_notes(source)?;
    source.for_each_raw_row(|row| {
        let note = note_of(row, header_row, notes);
        for at in 0..place {
            // Rows without a note stay as short as they were.
            if at < row.cells.len() || !note.is_empty() {
                writer.write_field(row.cell(at))?;
            }
        }
        if !note.is_empty() || row.cells.len() > place {
            writer.write_field(note)?;
        }
        for at in place + usize::from(replaces)..row.cells.len() {
            writer.write_field(row.cell(at))?;
        }
        writer.write_record(None::<&[u8]>)?;
        Ok::<(), WriteProblem>(())
    })?;
    writer.flush()?;
    Ok(())
}

/// Cells are written as texts: every reader of ours takes them so, and nothing is rounded again.
fn write_xlsx<W: Write + Seek + Send>(
    source: &mut Source,
    notes: &HashMap<u64, String>,
    sheet_name: &str,
    out: W,
) -> Result<(), WriteProblem> {
    let (header_row, place, replaces) = place_of_notes(source)?;
    let mut book = Workbook::new();
    let sheet: &mut Worksheet = book.add_worksheet();
    sheet.set_name(sheet_name)?;
    let red = CellFormat::new().set_font_color("C00000").set_text_wrap();
    sheet.set_column_width(place as u16, 60)?;
    source.for_each_raw_row(|row| {
        let line = (row.number - 1) as u32;
        for (at, cell) in row.iter().enumerate() {
            let moved = at + usize::from(at >= place && !replaces);
            if !(cell.is_empty() || replaces && at == place) {
                sheet.write_string(line, moved as u16, cell)?;
            }
        }
        let note = note_of(row, header_row, notes);
        if !note.is_empty() {
            let kept: String = note.chars().take(32_000).collect();
            sheet.write_string_with_format(line, place as u16, &kept, &red)?;
        }
        Ok::<(), WriteProblem>(())
    })?;
    book.save_to_writer(out)?;
    Ok(())
}
