//! Rows of a CSV, streamed. Written here rather than taken from the csv crate because that one
//! drops blank lines (row numbers would drift) and lets a row grow without bound. A row without
//! quotes, nearly every row, is one line cut at the delimiters in place.

use std::fs::File;
use std::io::{BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::buffer::{Fault, RowBuffer, Rows};
use super::{Encoding, FileProblem, Limits, decode};

pub(in crate::files) struct CsvRows {
    input: Box<dyn BufRead + Send>,
    counter: Arc<AtomicU64>,
    delimiter: u8,
    line_end: u8,
    number: u64,
    limits: Limits,
    unquoted: String,
}

impl CsvRows {
    pub fn new(file: File, encoding: Encoding, delimiter: u8, line_end: u8, limits: &Limits) -> Result<CsvRows, FileProblem> {
        let (input, counter) = decode::text_of(file, encoding)?;
        Ok(CsvRows { input, counter, delimiter, line_end, number: 0, limits: limits.clone(), unquoted: String::new() })
    }

    /// Appends one physical line, without its end, to `text`; false when the input has ended.
    fn append_line(&mut self, text: &mut Vec<u8>) -> Result<bool, FileProblem> {
        let room = self.limits.record_bytes.saturating_sub(text.len()) as u64 + 1;
        let count = (&mut self.input).take(room).read_until(self.line_end, text)? as u64;
        if count == 0 {
            return Ok(false);
        }
        if text.last() == Some(&self.line_end) {
            text.pop();
            if self.line_end == b'\n' && text.last() == Some(&b'\r') {
                text.pop();
            }
        } else if count == room {
            return Err(FileProblem::RecordTooLong { row: self.number });
        }
        Ok(true)
    }

    fn cut(&self, row: &mut RowBuffer) {
        let mut from = 0_u32;
        for (at, &b) in row.text.as_bytes().iter().enumerate() {
            if b == self.delimiter {
                row.cells.push((from, at as u32));
                from = at as u32 + 1;
            }
        }
        row.cells.push((from, row.text.len() as u32));
    }

    /// Cuts a row that has quotes; when a quoted cell runs over the line's end, reads on.
    fn cut_quoted(&mut self, row: &mut RowBuffer) -> Result<(), FileProblem> {
        let mut cutter = QuotedCutter { delimiter: char::from(self.delimiter), inside: false, from: 0 };
        self.unquoted.clear();
        loop {
            cutter.feed(&row.text, &mut self.unquoted, &mut row.cells);
            if !cutter.inside {
                break;
            }
            self.unquoted.push('\n');
            let mut bytes = std::mem::take(&mut row.text).into_bytes();
            bytes.clear();
            if self.unquoted.len() > self.limits.record_bytes || !self.append_line(&mut bytes)? {
                return Err(FileProblem::RecordTooLong { row: self.number });
            }
            row.text = String::from_utf8(bytes).map_err(|_| FileProblem::Encoding)?;
        }
        std::mem::swap(&mut row.text, &mut self.unquoted);
        Ok(())
    }

    fn mark_long_cells(&self, row: &mut RowBuffer) {
        // Bytes first: a row shorter than the limit cannot hold a cell beyond it.
        if row.text.len() <= self.limits.cell_chars {
            return;
        }
        for column in 0..row.cells.len() {
            if row.cell(column).chars().nth(self.limits.cell_chars).is_some() {
                row.faults.push((column, Fault::TooLong));
            }
        }
    }
}

/// Where the cutting stands between two physical lines of one row.
struct QuotedCutter {
    delimiter: char,
    inside: bool,
    from: u32,
}

impl QuotedCutter {
    /// Cuts one physical line; `inside` afterwards tells that the row goes on in the next.
    fn feed(&mut self, line: &str, out: &mut String, cells: &mut Vec<(u32, u32)>) {
        let mut rest = line;
        loop {
            if !self.inside {
                self.from = out.len() as u32;
                if let Some(quoted) = rest.trim_start_matches(' ').strip_prefix('"') {
                    self.inside = true;
                    rest = quoted;
                }
            }
            while self.inside {
                let Some((text, after)) = rest.split_once('"') else {
                    out.push_str(rest);
                    return;
                };
                out.push_str(text);
                match after.strip_prefix('"') {
                    Some(doubled) => {
                        out.push('"');
                        rest = doubled;
                    }
                    None => {
                        self.inside = false;
                        rest = after;
                    }
                }
            }
            // What follows the closing quote up to the delimiter belongs to the cell, as in Excel.
            let (tail, next) = match rest.split_once(self.delimiter) {
                Some((tail, next)) => (tail, Some(next)),
                None => (rest, None),
            };
            out.push_str(tail);
            cells.push((self.from, out.len() as u32));
            match next {
                Some(next) => rest = next,
                None => return,
            }
        }
    }
}

impl Rows for CsvRows {
    fn next_row(&mut self, row: &mut RowBuffer) -> Result<bool, FileProblem> {
        row.clear();
        self.number += 1;
        let mut bytes = std::mem::take(&mut row.text).into_bytes();
        if !self.append_line(&mut bytes)? {
            return Ok(false);
        }
        row.number = self.number;
        row.text = String::from_utf8(bytes).map_err(|_| FileProblem::Encoding)?;
        if row.text.as_bytes().contains(&b'"') {
            self.cut_quoted(row)?;
        } else {
            self.cut(row);
        }
        row.position = self.counter.load(Ordering::Relaxed);
        if row.cells.len() > self.limits.columns {
            return Err(FileProblem::TooManyColumns { row: self.number, limit: self.limits.columns });
        }
        self.mark_long_cells(row);
        Ok(true)
    }
}
