//! A table as CSV: Chinese headers, ungrouped figures in the column's own unit, nothing above the
//! header and nothing below the last row. Text that a spreadsheet would run as a formula gets an
//! apostrophe in front.

use std::borrow::Cow;

use super::{WriteProblem, clean};
use crate::domain::report::figure;
use crate::domain::report::table::{Cell, Kind, Table, display};

/// Whether the file begins with a byte order mark, without which Chinese Excel reads UTF-8 as GBK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bom {
    With,
    Without,
}

pub fn write(table: &Table, bom: Bom) -> Result<Vec<u8>, WriteProblem> {
    let mut bytes = Vec::new();
    if bom == Bom::With {
        bytes.extend_from_slice("\u{FEFF}".as_bytes());
    }
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    writer.write_record(table.columns.iter().map(|column| safe(&column.title).into_owned()))?;
    writer.flush()?;
    drop(writer);
    bytes.extend(rows(table)?);
    Ok(bytes)
}

/// Several tables below one another, an empty line between them; only the first may begin with the mark.
pub fn write_all(tables: &[Table], bom: Bom) -> Result<Vec<u8>, WriteProblem> {
    let mut bytes = Vec::new();
    for (at, table) in tables.iter().enumerate() {
        if at > 0 {
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend(write(table, if at == 0 { bom } else { Bom::Without })?);
    }
    Ok(bytes)
}

/// The rows alone, to go on with where a long table is written piece by piece.
pub fn rows(table: &Table) -> Result<Vec<u8>, WriteProblem> {
    let mut bytes = Vec::new();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut bytes);
    for row in &table.rows {
        let cells = row.cells.iter().zip(&table.columns);
        writer.write_record(cells.map(|(cell, column)| field(cell, column.kind)))?;
    }
    writer.flush()?;
    drop(writer);
    Ok(bytes)
}

fn field(cell: &Cell, kind: Kind) -> String {
    match cell {
        Cell::Text(text) => safe(text).into_owned(),
        Cell::Fen(fen) if kind != Kind::Wan => fen.yuan(),
        // A percentage is read back as one by every spreadsheet.
        Cell::Ratio(ratio) => figure::percent(*ratio),
        Cell::Empty => String::new(),
        other => display(other, kind),
    }
}

/// Text that stays text: a leading sign of a formula, half or full width, is disarmed.
fn safe(text: &str) -> Cow<'_, str> {
    let text = clean(text);
    let armed = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    if text.trim_start().starts_with(armed) { Cow::Owned(format!("'{text}")) } else { text }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use crate::files::writing::sample;

    #[test]
    fn figures_are_plain_and_formulas_disarmed() {
        let bytes = write(&sample::table(), Bom::Without).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        assert_eq!(lines[0], "名称,金额,金额(万元),进度,差距,笔数,日期");
        assert_eq!(lines[1], "东河镇,1234567.89,123.46,95.12%,-1.21,3,2018-09-30");
        assert_eq!(lines[2], "\"'=HYPERLINK(\"\"http://x\"\")\",0.00,0.00,,,3,2018-09-30");
        assert_eq!(lines.len(), 5);
    }

    #[test]
    fn the_mark_comes_on_demand() {
        let table = sample::table();
        let marked = write(&table, Bom::With).unwrap();
        assert_eq!(&marked[..3], b"\xEF\xBB\xBF");
        assert_eq!(&marked[3..], write(&table, Bom::Without).unwrap());
    }

    #[test]
    fn leading_space_does_not_hide_a_formula() {
        assert_eq!(safe(" \t＝1+1"), "'  ＝1+1");
        assert_eq!(safe("八所镇"), "八所镇");
    }
}
