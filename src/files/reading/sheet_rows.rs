//! Rows of an XLSX sheet, streamed cell by cell. Typed cells become the same texts that a CSV
//! would hold; the float of a number is turned into its shortest decimal and never calculated with.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxCellReader};

use super::buffer::{Fault, RowBuffer, Rows};
use super::{FileProblem, Limits, xlsx_guard};
use crate::domain::kinds::Type;

pub(in crate::files) type Workbook = Xlsx<BufReader<File>>;

/// Whole numbers from here on have lost digits in a spreadsheet (it keeps 15).
const EXACT: f64 = 1e15;

/// Measures and opens a workbook.
pub(in crate::files) fn open_workbook(mut file: File, limits: &Limits) -> Result<Workbook, FileProblem> {
    xlsx_guard::check(&mut file, limits)?;
    file.rewind()?;
    guarded(|| Xlsx::new(BufReader::new(file)))
}

/// The sheets a person sees, in their order.
pub(super) fn visible_sheets(workbook: &Workbook) -> Vec<String> {
    workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect()
}

/// Runs the parser; its errors, and should a hostile file make it panic that too, become ours.
fn guarded<T, E>(read: impl FnOnce() -> Result<T, E>) -> Result<T, FileProblem> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) | Err(_) => Err(FileProblem::Damaged("内容不合格式".into())),
    }
}

type Found<'a> = ((u32, u32), DataRef<'a>, bool);

pub(in crate::files) struct SheetRows<'a> {
    cells: XlsxCellReader<'a, BufReader<File>>,
    /// The first cell of the next row, met while the row before it was read.
    pending: Option<Found<'a>>,
    /// The parser must not be asked again after the last cell.
    ended: bool,
    types: Vec<Option<Type>>,
    limits: Limits,
    number: u64,
    /// XLSX has no bytes to count rows by: the sheet's declared last row stands in.
    last_row: u64,
    file_bytes: u64,
}

impl<'a> SheetRows<'a> {
    pub fn new(
        workbook: &'a mut Workbook,
        sheet: &str,
        types: Vec<Option<Type>>,
        limits: &Limits,
        file_bytes: u64,
    ) -> Result<SheetRows<'a>, FileProblem> {
        let cells = guarded(|| workbook.worksheet_cells_reader(sheet))?;
        let last_row = u64::from(cells.dimensions().end.0) + 1;
        Ok(SheetRows { cells, pending: None, ended: false, types, limits: limits.clone(), number: 0, last_row, file_bytes })
    }

    fn next_cell(&mut self) -> Result<Option<Found<'a>>, FileProblem> {
        if let Some(found) = self.pending.take() {
            return Ok(Some(found));
        }
        if self.ended {
            return Ok(None);
        }
        let cells = &mut self.cells;
        let record = guarded(|| cells.next_cell_with_formula_metadata())?;
        self.ended = record.is_none();
        Ok(record.map(|cell| (cell.pos, cell.value, cell.formula.is_some())))
    }

    fn put(&self, row: &mut RowBuffer, found: &Found<'_>) -> Result<(), FileProblem> {
        let ((_, column), value, is_formula) = found;
        let column = *column as usize;
        if matches!(value, DataRef::Empty) && !is_formula {
            return Ok(());
        }
        if column >= self.limits.columns {
            let limit = self.limits.columns;
            return Err(FileProblem::TooManyColumns { row: row.number, limit });
        }
        let ty = self.types.get(column).copied().flatten();
        let (text, fault) = cell_text(value, *is_formula, ty);
        row.put(column, &text);
        let too_long = text.len() > self.limits.cell_chars && text.chars().nth(self.limits.cell_chars).is_some();
        if let Some(fault) = if too_long { Some(Fault::TooLong) } else { fault } {
            row.faults.push((column, fault));
        }
        if row.text.len() > self.limits.record_bytes * 4 {
            return Err(FileProblem::RecordTooLong { row: row.number });
        }
        Ok(())
    }
}

impl Rows for SheetRows<'_> {
    fn next_row(&mut self, row: &mut RowBuffer) -> Result<bool, FileProblem> {
        row.clear();
        let Some(first) = self.next_cell()? else {
            return Ok(false);
        };
        let number = u64::from(first.0.0) + 1;
        if number <= self.number {
            return Err(FileProblem::Damaged(format!("第 {number} 行重复出现")));
        }
        self.number = number;
        row.number = number;
        row.position = (self.file_bytes * number.min(self.last_row)).checked_div(self.last_row).unwrap_or(self.file_bytes);
        self.put(row, &first)?;
        while let Some(found) = self.next_cell()? {
            if u64::from(found.0.0) + 1 != number {
                self.pending = Some(found);
                break;
            }
            self.put(row, &found)?;
        }
        Ok(true)
    }
}

/// A typed cell as the text that a CSV would hold, and what is wrong with it.
fn cell_text<'v>(value: &'v DataRef<'_>, is_formula: bool, ty: Option<Type>) -> (std::borrow::Cow<'v, str>, Option<Fault>) {
    let (text, fault) = match value {
        DataRef::String(text) => return (text.as_str().into(), None),
        DataRef::SharedString(text) => return ((*text).into(), None),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            return (text.as_str().into(), None);
        }
        DataRef::Int(number) => (number.to_string(), None),
        DataRef::Float(number) => number_text(*number, ty),
        DataRef::DateTime(moment) => moment_text(moment, ty),
        DataRef::Bool(yes) => (truth_text(*yes, ty).to_owned(), None),
        DataRef::Error(error) => (error.to_string(), Some(Fault::Error)),
        DataRef::Empty => (String::new(), is_formula.then_some(Fault::Formula)),
    };
    (text.into(), fault)
}

fn truth_text(yes: bool, ty: Option<Type>) -> &'static str {
    match (yes, ty) {
        (true, Some(Type::YesNo)) => "是",
        (false, Some(Type::YesNo)) => "否",
        (true, _) => "TRUE",
        (false, _) => "FALSE",
    }
}

/// `Display` of a float is its shortest decimal that reads back, without an exponent: 1234.5 stays
/// 1234.5, and 0.1 + 0.2 shows its sub-fen tail and is refused by the reader of money.
fn number_text(number: f64, ty: Option<Type>) -> (String, Option<Fault>) {
    if number.abs() < EXACT || !number.is_finite() {
        return (number.to_string(), None);
    }
    match ty {
        // The reader of these numbers knows this form and names the damage.
        Some(Type::IdNo | Type::Account) => (format!("{number:E}"), None),
        Some(Type::Money | Type::Quantity) | None => (number.to_string(), None),
        Some(_) => (number.to_string(), Some(Fault::LongNumber)),
    }
}

fn moment_text(moment: &ExcelDateTime, ty: Option<Type>) -> (String, Option<Fault>) {
    if moment.is_duration() || matches!(ty, Some(Type::Money | Type::Quantity | Type::Count)) {
        return number_text(moment.as_f64(), ty);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let text = match ty {
        // Excel turns a typed 2018-03 into the first day of March.
        Some(Type::Period) if day == 1 => format!("{year:04}-{month:02}"),
        _ if (hour, minute, second) == (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
    };
    (text, None)
}
