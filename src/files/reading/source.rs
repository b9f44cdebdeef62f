//! A file that has been recognised as one of a kind, ready to give its rows: any number of times,
//! the same way, without ever being whole in memory.

use std::fs::File;
use std::path::Path;

use super::buffer::{RowBuffer, Rows};
use super::csv_rows::CsvRows;
use super::header::{Layout, Search};
use super::pass::{Pass, Summary};
use super::row::RowView;
use super::sheet_rows::{SheetRows, Workbook, open_workbook, visible_sheets};
use super::survey::{Content, Encoding, survey};
use super::{FileProblem, Limits};
use crate::domain::kinds::{Kind, RowErrors};

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    Csv { encoding: Encoding, delimiter: u8 },
    Xlsx { sheet: String },
}

enum Reader {
    Csv { file: File, line_end: u8 },
    Xlsx(Box<Workbook>),
}

pub struct Source {
    kind: &'static Kind,
    limits: Limits,
    format: Format,
    layout: Layout,
    digest: [u8; 32],
    bytes: u64,
    reader: Reader,
}

impl Source {
    /// Recognises the file and finds its header; reads no data yet.
    pub fn open(path: &Path, kind: &'static Kind, limits: &Limits) -> Result<Source, FileProblem> {
        let mut file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(FileProblem::Io("这是一个文件夹".into()));
        }
        let survey = survey(&mut file, limits)?;
        let (format, layout, reader) = match survey.content {
            Content::Text { encoding, line_end } => {
                let (delimiter, layout) = csv_layout(&file, encoding, line_end, kind, limits)?;
                (Format::Csv { encoding, delimiter }, layout, Reader::Csv { file, line_end })
            }
            Content::Zip => {
                let mut workbook = open_workbook(file, limits)?;
                let (sheet, layout) = sheet_layout(&mut workbook, kind, limits)?;
                (Format::Xlsx { sheet }, layout, Reader::Xlsx(Box::new(workbook)))
            }
        };
        let limits = limits.clone();
        Ok(Source { kind, limits, format, layout, digest: survey.digest, bytes: survey.bytes, reader })
    }

    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    pub fn format(&self) -> &Format {
        &self.format
    }

    /// SM3 of the file as it came: the same digest is the same file.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    pub fn digest_hex(&self) -> String {
        self.digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn byte_size(&self) -> u64 {
        self.bytes
    }

    pub fn header_row(&self) -> u64 {
        self.layout.header_row
    }

    /// Headers that the kind does not know; their cells are ignored.
    pub fn unknown_columns(&self) -> &[String] {
        &self.layout.unknown
    }

    /// Whether the file has this column of the kind.
    pub fn has_column(&self, column: usize) -> bool {
        self.layout.places[column].is_some()
    }

    /// Gives every row of data to `visit`, also those in which cells are already known to be
    /// faulty, so that all errors come at once. Stops at a file problem or the visitor's error.
    pub fn for_each_row<E, F>(&mut self, errors: &mut RowErrors, visit: F) -> Result<Summary, E>
    where
        E: From<FileProblem>,
        F: FnMut(&RowView<'_>, &mut RowErrors) -> Result<(), E>,
    {
        let pass = Pass { kind: self.kind, layout: &self.layout, limits: &self.limits };
        match (&mut self.reader, &self.format) {
            (Reader::Csv { file, line_end }, Format::Csv { encoding, delimiter }) => {
                let file = file.try_clone().map_err(FileProblem::from)?;
                let rows = CsvRows::new(file, *encoding, *delimiter, *line_end, &self.limits)?;
                pass.run(rows, errors, visit)
            }
            (Reader::Xlsx(workbook), Format::Xlsx { sheet }) => {
                let types = self.layout.types(self.kind);
                let rows = SheetRows::new(workbook, sheet, types, &self.limits, self.bytes)?;
                pass.run(rows, errors, visit)
            }
            // `open` builds reader and format together.
            _ => Err(FileProblem::Empty.into()),
        }
    }
}

impl Source {
    /// Gives every row as it stands, titles, header and totals included.
    pub(in crate::files) fn for_each_raw_row<E: From<FileProblem>>(
        &mut self,
        mut visit: impl FnMut(&RowBuffer) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut buffer = RowBuffer::default();
        match (&mut self.reader, &self.format) {
            (Reader::Csv { file, line_end }, Format::Csv { encoding, delimiter }) => {
                let file = file.try_clone().map_err(FileProblem::from)?;
                let mut rows = CsvRows::new(file, *encoding, *delimiter, *line_end, &self.limits)?;
                while rows.next_row(&mut buffer)? {
                    visit(&buffer)?;
                }
                Ok(())
            }
            (Reader::Xlsx(workbook), Format::Xlsx { sheet }) => {
                let types = self.layout.types(self.kind);
                let mut rows = SheetRows::new(workbook, sheet, types, &self.limits, self.bytes)?;
                while rows.next_row(&mut buffer)? {
                    visit(&buffer)?;
                }
                Ok(())
            }
            // `open` builds reader and format together.
            _ => Err(FileProblem::Empty.into()),
        }
    }

    /// How many cells the header has.
    pub(in crate::files) fn width(&self) -> usize {
        self.layout.width
    }
}

/// Tries comma, then tab.
fn csv_layout(file: &File, encoding: Encoding, line_end: u8, kind: &'static Kind, limits: &Limits) -> Result<(u8, Layout), FileProblem> {
    let mut best = None;
    let mut broken = None;
    for delimiter in [b',', b'\t'] {
        let rows = CsvRows::new(file.try_clone()?, encoding, delimiter, line_end, limits)?;
        let mut search = Search::new(kind);
        match find_header(rows, &mut search, limits) {
            Ok(Some(layout)) => return Ok((delimiter, layout)),
            Ok(None) => best = Some(search.better(best)),
            Err(problem) => broken = broken.or(Some(problem)),
        }
    }
    Err(match (broken, best) {
        (Some(problem), _) => problem,
        (None, best) => Search::new(kind).better(best).into_problem(),
    })
}

/// The first visible sheet that has the header.
fn sheet_layout(workbook: &mut Workbook, kind: &'static Kind, limits: &Limits) -> Result<(String, Layout), FileProblem> {
    let mut best = None;
    for sheet in visible_sheets(workbook) {
        let rows = SheetRows::new(workbook, &sheet, Vec::new(), limits, 0)?;
        let mut search = Search::new(kind);
        if let Some(layout) = find_header(rows, &mut search, limits)? {
            return Ok((sheet, layout));
        }
        best = Some(search.better(best));
    }
    Err(Search::new(kind).better(best).into_problem())
}

fn find_header(mut rows: impl Rows, search: &mut Search, limits: &Limits) -> Result<Option<Layout>, FileProblem> {
    let mut buffer = RowBuffer::default();
    while rows.next_row(&mut buffer)? && buffer.number <= limits.header_rows as u64 {
        if let Some(layout) = search.try_row(&buffer)? {
            return Ok(Some(layout));
        }
    }
    Ok(None)
}
