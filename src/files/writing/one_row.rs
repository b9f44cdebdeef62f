//! A file of one row, for what is entered by hand and goes the way of every file.

use std::io::Write;

use super::WriteProblem;

/// Writes headers and values as CSV in UTF-8.
pub fn write_one_row(cells: &[(String, String)], out: impl Write) -> Result<(), WriteProblem> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(cells.iter().map(|(header, _)| header))?;
    writer.write_record(cells.iter().map(|(_, value)| value))?;
    writer.flush()?;
    Ok(())
}
