//! The tables of an audit export, written row by row: each row is cleaned and checked against its spec before it goes out,
//! and each file is counted, summed and digested on the way. CSV carries a byte order mark for Excel and disarms what a
//! spreadsheet would run as a formula; XML has one record on each line, and what an encoding lacks as a character reference.

use super::WriteProblem;
use crate::domain::audit::manifest::{FileEntry, TableEntry, fen, yuan};
use crate::domain::audit::spec::Kind;
use crate::domain::audit::{Checker, Container, Fault, Record, Spec, TableSpec, plain};
use crate::files::digest::Digesting;
use encoding_rs::{Encoding, UTF_8};
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Faults that are kept; an export with any is refused.
const KEPT: usize = 100;

enum Out {
    Csv(Box<csv::Writer<Digesting<File>>>),
    Xml(BufWriter<Digesting<File>>, &'static Encoding),
}

struct Open {
    file: String,
    out: Out,
    tables: Vec<TableEntry>,
}

pub struct Package {
    dir: PathBuf,
    spec: &'static Spec,
    container: Container,
    checker: Checker,
    open: Option<Open>,
    next: usize,
    rows: u64,
    sums: Vec<(usize, i128)>,
    done: Vec<FileEntry>,
    pub faults: Vec<Fault>,
    line: String,
}

impl Package {
    pub fn new(dir: &Path, spec: &'static Spec, container: Container) -> Package {
        Package {
            dir: dir.to_path_buf(),
            spec,
            container,
            checker: Checker::new(spec),
            open: None,
            next: 0,
            rows: 0,
            sums: Vec::new(),
            done: Vec::new(),
            faults: Vec::new(),
            line: String::new(),
        }
    }

    /// Begins the next table, which must be that one, and gives its empty row.
    pub fn table(&mut self, name: &str) -> Result<Record, WriteProblem> {
        self.end_table();
        let spec = self.spec;
        let Some(table) = spec.tables.get(self.next).filter(|table| table.name == name) else {
            return Err(WriteProblem::Io(format!("表 {name} 不在表结构说明中应有的位置")));
        };
        if self.open.as_ref().is_none_or(|open| open.file != table.file) {
            self.end_file()?;
            self.begin_file(table)?;
        }
        if let Some(Open { out: Out::Csv(out), .. }) = &mut self.open {
            out.write_record(table.columns.iter().map(|column| column.name.as_str()))?;
        }
        self.next += 1;
        self.rows = 0;
        self.sums = table.columns.iter().enumerate().filter(|(_, column)| column.kind == Kind::Money).map(|(at, _)| (at, 0)).collect();
        Ok(Record::new(self.next - 1, table))
    }

    /// Checks a row, writes it and empties it for the next.
    pub fn put(&mut self, record: &mut Record) -> Result<(), WriteProblem> {
        let Some(table) = self.spec.tables.get(record.table) else { return Ok(()) };
        self.rows += 1;
        if let Some(what) = record.defect.take() {
            self.fault(table, what);
        }
        for cell in &mut record.cells {
            let odd = |c: char| c.is_control() || ('\u{2000}'..='\u{2070}').contains(&c) || ('\u{fe00}'..='\u{ffff}').contains(&c);
            if cell.chars().any(odd) || cell.trim() != cell {
                *cell = plain(cell);
            }
        }
        let before = self.faults.len();
        if before < KEPT {
            self.checker.row(record.table, self.rows, &record.cells, &mut self.faults);
        }
        for (at, sum) in &mut self.sums {
            *sum += fen(&record.cells[*at]).unwrap_or_default();
        }
        self.write(table, &record.cells)?;
        record.clear();
        Ok(())
    }

    fn fault(&mut self, table: &TableSpec, what: String) {
        self.faults.push(Fault { file: format!("{} {}", table.file, table.name), row: self.rows, what });
    }

    fn write(&mut self, table: &TableSpec, cells: &[String]) -> Result<(), WriteProblem> {
        match &mut self.open {
            Some(Open { out: Out::Csv(out), .. }) => {
                let safe = table.columns.iter().zip(cells).map(|(column, cell)| match column.kind {
                    Kind::Text | Kind::Code => disarmed(cell),
                    _ => Cow::Borrowed(cell.as_str()),
                });
                for cell in safe {
                    out.write_field(cell.as_bytes())?;
                }
                out.write_record(None::<&[u8]>)?;
            }
            Some(Open { out: Out::Xml(out, encoding), .. }) => {
                xml_line(&mut self.line, table, cells);
                let (bytes, _, _) = encoding.encode(&self.line);
                out.write_all(&bytes)?;
            }
            None => {}
        }
        Ok(())
    }

    fn begin_file(&mut self, table: &TableSpec) -> Result<(), WriteProblem> {
        let path = self.dir.join(&table.file);
        let mut file = Digesting::new(File::create(path)?);
        let out = match self.container {
            Container::Csv => {
                file.write_all("\u{FEFF}".as_bytes())?;
                let writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).buffer_capacity(1 << 16).from_writer(file);
                Out::Csv(Box::new(writer))
            }
            Container::Xml { encoding, namespace, loc_id } => {
                let codec = Encoding::for_label(encoding.as_bytes()).unwrap_or(UTF_8);
                let mut out = BufWriter::with_capacity(1 << 16, file);
                let root = table.file.trim_end_matches(".xml");
                let location = if loc_id { format!(" xsi:schemaLocation=\"{namespace} {root}.xsd\"") } else { String::new() };
                let head = format!(
                    "<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n\
                     <{root} xmlns=\"{namespace}\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"{location}>\n"
                );
                out.write_all(&codec.encode(&head).0)?;
                Out::Xml(out, codec)
            }
        };
        self.open = Some(Open { file: table.file.clone(), out, tables: Vec::new() });
        Ok(())
    }

    fn end_table(&mut self) {
        if let (Some(open), true) = (&mut self.open, self.next > 0) {
            let table = &self.spec.tables[self.next - 1];
            let totals = self.sums.iter().map(|(at, sum)| (table.columns[*at].name.clone(), yuan(*sum)));
            open.tables.push(TableEntry { table: table.name.clone(), rows: self.rows, totals: totals.collect() });
        }
    }

    fn end_file(&mut self) -> Result<(), WriteProblem> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let digesting = match open.out {
            Out::Csv(out) => out.into_inner().map_err(|error| WriteProblem::from(std::io::Error::other(error.to_string())))?,
            Out::Xml(mut out, codec) => {
                let tail = format!("</{}>\n", open.file.trim_end_matches(".xml"));
                out.write_all(&codec.encode(&tail).0)?;
                out.into_inner().map_err(|error| WriteProblem::from(error.into_error()))?
            }
        };
        let (file, bytes, sm3) = digesting.finish();
        file.sync_all()?;
        self.done.push(FileEntry { path: open.file, bytes, sm3, tables: open.tables });
        Ok(())
    }

    /// The files written, and what was wrong with any row. Errors: a table of the spec was not written.
    pub fn finish(mut self) -> Result<(Vec<FileEntry>, Vec<Fault>), WriteProblem> {
        self.end_table();
        if self.next != self.spec.tables.len() {
            return Err(WriteProblem::Io(format!("还缺 {} 张表", self.spec.tables.len() - self.next)));
        }
        self.end_file()?;
        Ok((self.done, self.faults))
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe in front; so does one that begins with an
/// apostrophe, so that taking the first one away always gives the text back.
pub(crate) fn disarmed(text: &str) -> Cow<'_, str> {
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\'' | '＝' | '＋' | '－' | '＠') => Cow::Owned(format!("'{text}")),
        _ => Cow::Borrowed(text),
    }
}

fn xml_line(line: &mut String, table: &TableSpec, cells: &[String]) {
    line.clear();
    line.push('<');
    line.push_str(&table.name);
    if !table.loc_id.is_empty() {
        line.push_str(" locID=\"");
        line.push_str(&table.loc_id);
        line.push('"');
    }
    line.push('>');
    for (column, cell) in table.columns.iter().zip(cells) {
        line.push('<');
        line.push_str(&column.name);
        line.push('>');
        for c in cell.chars() {
            match c {
                '&' => line.push_str("&amp;"),
                '<' => line.push_str("&lt;"),
                '>' => line.push_str("&gt;"),
                c => line.push(c),
            }
        }
        line.push_str("</");
        line.push_str(&column.name);
        line.push('>');
    }
    line.push_str("</");
    line.push_str(&table.name);
    line.push_str(">\n");
}
