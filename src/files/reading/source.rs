//! A file that has been recognised as one of a kind, ready to give its rows: any number of times,
//! the same way, without ever being whole in memory.

use std::fs::File;
use std::path::Path;

use super::buffer::{RowBuffer, Rows};
use super::csv_rows::CsvRows;
use super::header::{Layout, Search};
use super::row::RowView;
use super::sheet_rows::{SheetRows, Workbook, open_workbook, visible_sheets};
use super::survey::{Content, Encoding, survey};
use super::totals::{RowRole, Totals};
use super::{FileProblem, Limits};
use crate::domain::kinds::{Kind, RowErrors};
use crate::domain::money::Fen;
use crate::domain::problem::Problem;

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    Csv { encoding: Encoding, delimiter: u8 },
    Xlsx { sheet: String },
}

/// What a pass over the rows has met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Rows of data, with and without errors.
    pub rows: u64,
    /// Blank rows between and below them.
    pub blank_rows: u64,
    pub unknown_columns: Vec<String>,
    /// The sum of the kind's money column, when every amount could be read.
    pub total: Option<Fen>,
    /// Whether a 合计 row was there and has been compared.
    pub total_checked: bool,
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
                (
                    Format::Csv {
                        encoding,
                        delimiter,
                    },
                    layout,
                    Reader::Csv { file, line_end },
                )
            }
            Content::Zip => {
                let mut workbook = open_workbook(file, limits)?;
                let (sheet, layout) = sheet_layout(&mut workbook, kind, limits)?;
                (
                    Format::Xlsx { sheet },
                    layout,
                    Reader::Xlsx(Box::new(workbook)),
                )
            }
        };
        let limits = limits.clone();
        Ok(Source {
            kind,
            limits,
            format,
            layout,
            digest: survey.digest,
            bytes: survey.bytes,
            reader,
        })
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
        self.digest
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
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
        let pass = Pass {
            kind: self.kind,
            layout: &self.layout,
            limits: &self.limits,
        };
        match (&mut self.reader, &self.format) {
            (
                Reader::Csv { file, line_end },
                Format::Csv {
                    encoding,
                    delimiter,
                },
            ) => {
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
            (
                Reader::Csv { file, line_end },
                Format::Csv {
                    encoding,
                    delimiter,
                },
            ) => {
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

struct Pass<'a> {
    kind: &'static Kind,
    layout: &'a Layout,
    limits: &'a Limits,
}

impl Pass<'_> {
    fn run<E, F>(
        &self,
        mut rows: impl Rows,
        errors: &mut RowErrors,
        mut visit: F,
    ) -> Result<Summary, E>
    where
        E: From<FileProblem>,
        F: FnMut(&RowView<'_>, &mut RowErrors) -> Result<(), E>,
    {
        let mut totals = Totals::new(self.kind, self.layout);
        let mut buffer = RowBuffer::default();
        let (mut count, mut last_number) = (0, self.layout.header_row);
        let mut blank_rows = 0;
        while rows.next_row(&mut buffer)? {
            if buffer.number <= self.layout.header_row {
                continue;
            }
            // A sheet leaves out blank rows altogether: their numbers are missing.
            blank_rows += buffer.number - last_number - 1;
            last_number = buffer.number;
            if buffer.is_blank() {
                blank_rows += 1;
                continue;
            }
            let role = totals.role_of(&buffer);
            if role == RowRole::Footer {
                continue;
            }
            self.report_faults(&buffer, errors);
            if role != RowRole::Data {
                totals.check(&buffer, role, self.kind, errors);
                continue;
            }
            count += 1;
            if count > self.limits.rows {
                return Err(FileProblem::TooManyRows {
                    limit: self.limits.rows,
                }
                .into());
            }
            totals.add(&buffer);
            self.check_width(&buffer, errors);
            visit(&RowView::new(&buffer, self.layout, self.kind), errors)?;
        }
        Ok(Summary {
            rows: count,
            blank_rows,
            unknown_columns: self.layout.unknown.clone(),
            total: totals.sum(),
            total_checked: totals.was_checked(),
        })
    }

    fn report_faults(&self, row: &RowBuffer, errors: &mut RowErrors) {
        for &(place, fault) in &row.faults {
            if let Some(at) = self.layout.columns.get(place).copied().flatten() {
                let column = &self.kind.columns[at];
                errors.cell(
                    row.number,
                    column,
                    row.cell(place),
                    &fault.to_string(),
                    fault.mend(),
                );
            }
        }
    }

    /// Cells to the right of the header mean that a delimiter stands inside a value.
    fn check_width(&self, row: &RowBuffer, errors: &mut RowErrors) {
        let extra = row
            .iter()
            .skip(self.layout.width)
            .any(|cell| !cell.trim().is_empty());
        if extra {
            let problem = format!(
                "本行有 {} 格，表头只有 {} 格",
                row.cells.len(),
                self.layout.width
            );
            errors.row(row.number, &problem, "请检查值里是否有逗号而没有加引号");
        }
    }
}

/// Tries comma, then tab.
fn csv_layout(
    file: &File,
    encoding: Encoding,
    line_end: u8,
    kind: &'static Kind,
    limits: &Limits,
) -> Result<(u8, Layout), FileProblem> {
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
fn sheet_layout(
    workbook: &mut Workbook,
    kind: &'static Kind,
    limits: &Limits,
) -> Result<(String, Layout), FileProblem> {
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

fn find_header(
    mut rows: impl Rows,
    search: &mut Search,
    limits: &Limits,
) -> Result<Option<Layout>, FileProblem> {
    let mut buffer = RowBuffer::default();
    while rows.next_row(&mut buffer)? && buffer.number <= limits.header_rows as u64 {
        if let Some(layout) = search.try_row(&buffer)? {
            return Ok(Some(layout));
        }
    }
    Ok(None)
}
