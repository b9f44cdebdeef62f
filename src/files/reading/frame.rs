//! A frame of an inspection (抽样框) read back from its written form. It must be exactly that form: a frame that was opened and
//! saved by a spreadsheet is another file, and its digest says so.

use std::path::Path;

use super::{FileProblem, Limits};
use crate::domain::inspection::frame::{FRAME_HEADER, Frame, FrameItem};

/// Reads the file. Errors: too large, not UTF-8, another header, a line that does not fit.
pub fn read_frame(path: &Path, limits: &Limits) -> Result<Frame, FileProblem> {
    let size = std::fs::metadata(path)?.len();
    if size > limits.file_bytes {
        return Err(FileProblem::TooLarge { limit: limits.file_bytes });
    }
    let bytes = std::fs::read(path)?;
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes)).map_err(|_| FileProblem::Encoding)?;
    let header = || FRAME_HEADER.split(',');
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let found = reader.headers().map_err(|_| FileProblem::Encoding)?.clone();
    if !found.iter().eq(header()) {
        return Err(FileProblem::NoHeader { title: "抽样框", required: header().map(str::to_owned).collect() });
    }
    let mut items = Vec::new();
    for (record, row) in reader.into_records().zip(2u64..) {
        let bad = || FileProblem::Damaged(format!("抽样框第 {row} 行不合格式"));
        let record = record.map_err(|_| bad())?;
        let cell = |at: usize| record.get(at).ok_or_else(bad);
        let number = |at: usize| cell(at)?.parse::<i64>().map_err(|_| bad());
        if record.len() != header().count() || number(0)? != row as i64 - 1 {
            return Err(bad());
        }
        items.push(FrameItem {
            item: cell(1)?.to_string(),
            stratum: cell(2)?.to_string(),
            village: cell(3)?.to_string(),
            household: cell(4)?.to_string(),
            value: number(5)?,
            weight: number(6)?,
        });
    }
    Ok(Frame::in_order(items))
}
