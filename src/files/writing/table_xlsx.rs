//! Tables as a workbook, one sheet each: title and subtitle above, a header that stays in sight
//! and repeats on paper, real numbers with a number format, notes below. Text is always written
//! as text. The creation date is an argument, so the same tables give the same bytes.

mod layout;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

use super::{WriteProblem, clean};
use crate::domain::report::table::{Cell, Kind, RowStyle, Table, display};
use layout::Formats;

/// Excel shows 15 significant digits; an amount beyond that is written as text, not bent.
const EXACT_FEN: u64 = 999_999_999_999_999;

/// Writes the tables as sheets in their order. `created` becomes the workbook's date.
pub fn write(tables: &[Table], created: NaiveDate) -> Result<Vec<u8>, WriteProblem> {
    let mut workbook = Workbook::new();
    let created = excel_date(created)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let formats = Formats::new();
    let mut taken = HashSet::new();
    for table in tables {
        let sheet = workbook.add_worksheet();
        sheet.set_name(layout::sheet_name(&table.title, &mut taken))?;
        write_sheet(sheet, table, &formats)?;
    }
    if tables.is_empty() {
        // A workbook without a sheet does not open.
        workbook.add_worksheet().set_name("空表")?;
    }
    Ok(workbook.save_to_buffer()?)
}

fn write_sheet(sheet: &mut Worksheet, table: &Table, formats: &Formats) -> Result<(), WriteProblem> {
    let last = (table.columns.len().max(1) - 1) as u16;
    let mut row = 0;
    write_across(sheet, row, last, &table.title, &formats.title)?;
    sheet.set_row_height(row, 26)?;
    row += 1;
    if let Some(subtitle) = &table.subtitle {
        write_across(sheet, row, last, subtitle, &formats.subtitle)?;
        row += 1;
    }
    let header = row;
    for (index, column) in table.columns.iter().enumerate() {
        let title = clean(&column.title);
        sheet.write_string_with_format(header, index as u16, title, &formats.header)?;
        sheet.set_column_width(index as u16, layout::column_width(table, index))?;
    }
    write_rows(sheet, table, header + 1)?;
    row = header + 1 + table.rows.len() as u32;
    for note in &table.notes {
        write_across(sheet, row, last, note, &formats.note)?;
        sheet.set_row_height(row, 30)?;
        row += 1;
    }
    sheet.set_freeze_panes(header + 1, 0)?;
    sheet.set_repeat_rows(header, header)?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

fn write_rows(sheet: &mut Worksheet, table: &Table, first: u32) -> Result<(), WriteProblem> {
    let of_style = |style| -> Vec<Format> { table.columns.iter().map(|column| Formats::cell(column.kind, style)).collect() };
    let (normal, total) = (of_style(RowStyle::Normal), of_style(RowStyle::Total));
    for (offset, row) in table.rows.iter().enumerate() {
        let formats = if row.style == RowStyle::Total { &total } else { &normal };
        for (index, cell) in row.cells.iter().enumerate() {
            let kind = table.columns[index].kind;
            let at = (first + offset as u32, index as u16);
            write_cell(sheet, at, cell, kind, &formats[index])?;
        }
    }
    Ok(())
}

fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), cell: &Cell, kind: Kind, format: &Format) -> Result<(), WriteProblem> {
    let number = match cell {
        Cell::Fen(fen) if fen.get().unsigned_abs() > EXACT_FEN => None,
        Cell::Fen(fen) => Some(Decimal::new(fen.get(), if kind == Kind::Wan { 6 } else { 2 })),
        Cell::Ratio(value) | Cell::Points(value) => Some(*value),
        Cell::Count(count) => Some(Decimal::from(*count)),
        Cell::Text(_) | Cell::Date(_) | Cell::Empty => None,
    };
    match (cell, number.and_then(file_number)) {
        (_, Some(number)) => sheet.write_number_with_format(row, column, number, format)?,
        (Cell::Date(date), _) => sheet.write_datetime_with_format(row, column, excel_date(*date)?, format)?,
        (Cell::Empty, _) => sheet.write_blank(row, column, format)?,
        (cell, _) => {
            let text = display(cell, kind);
            sheet.write_string_with_format(row, column, clean(&text), format)?
        }
    };
    Ok(())
}

/// The number a spreadsheet file stores. XLSX knows only floats; the decimal goes through its
/// text, which gives the float that prints as that decimal again, and nothing is computed with it.
fn file_number(value: Decimal) -> Option<f64> {
    value.normalize().to_string().parse().ok()
}

fn excel_date(date: NaiveDate) -> Result<ExcelDateTime, WriteProblem> {
    // A year outside Excel's calendar becomes 0, which from_ymd refuses.
    let year = u16::try_from(date.year()).unwrap_or(0);
    Ok(ExcelDateTime::from_ymd(year, date.month() as u8, date.day() as u8)?)
}

/// Text in the first cell, merged over the width of the table.
fn write_across(sheet: &mut Worksheet, row: u32, last: u16, text: &str, format: &Format) -> Result<(), WriteProblem> {
    let text = clean(text);
    if last == 0 {
        sheet.write_string_with_format(row, 0, text, format)?;
    } else {
        sheet.merge_range(row, 0, row, last, &text, format)?;
    }
    Ok(())
}
