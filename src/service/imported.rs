//! What came of a file that was sent: taken, taken before, or refused with everything that is wrong in it, at once.

use super::answer::Done;
use super::{Answer, Content, Download};
use crate::app::Refusal;
use crate::app::import::ImportReport;
use crate::app::money::enter::Difference;
use crate::domain::kinds::{RowError, RowErrors};
use crate::domain::report::{Cell, Kind, Table};
use serde::Serialize;

/// The result of an import. Where it is refused nothing was kept, and `refused` or `errors` say why.
#[derive(Debug, Serialize)]
pub struct Imported {
    /// The file was taken, or would be were this not a trial run.
    pub accepted: bool,
    /// Sentences, and facts: `file`, `kind`, `digest`, `rows`, `inserted`, `updated`, `unchanged`, `vouchers`, `dry_run`.
    #[serde(flatten)]
    pub done: Done,
    /// Why the file as a whole is refused.
    pub refused: Vec<Refusal>,
    /// What is wrong with its rows, in the order of rows; personal numbers masked. At most so many as the program keeps.
    pub errors: Vec<RowError>,
    /// How many there are, also those that were not kept.
    pub error_count: u64,
    pub warnings: Vec<String>,
    pub warning_count: u64,
    /// Of the bank's answers: lines that do not match what was sent, and are not posted.
    pub differences: Vec<Difference>,
    pub unknown_columns: Vec<String>,
    /// The same file with a column 错误, to be mended and sent again. It lies in the call's scratch directory: whoever keeps
    /// the answer longer than the call keeps the file, too.
    #[serde(skip)]
    pub annotated: Option<Download>,
}

impl Imported {
    pub fn of(report: ImportReport) -> Imported {
        let accepted = report.accepted();
        let done = Done::new(report.said())
            .fact("file", report.file.as_str())
            .fact("kind", report.kind.name)
            .fact("digest", report.digest.as_str())
            .fact("rows", report.rows)
            .fact("inserted", report.inserted)
            .fact("updated", report.updated)
            .fact("unchanged", report.unchanged)
            .fact("vouchers", report.vouchers.clone())
            .fact("dry_run", report.dry_run)
            .repeated(report.repeated);
        let annotated = report.errors_file.map(|path| Download {
            name: format!("错误-{}", report.file),
            media: media_of(&report.file),
            content: Content::Path(path),
        });
        Imported {
            accepted,
            done,
            refused: report.refused,
            error_count: report.errors.count(),
            errors: report.errors.into_kept(),
            warnings: report.warnings.kept,
            warning_count: report.warnings.count,
            differences: report.differences,
            unknown_columns: report.unknown_columns,
            annotated,
        }
    }

    /// The same with errors found before the import, which was then not begun.
    pub fn with_errors(mut report: ImportReport, errors: RowErrors) -> Imported {
        report.errors = errors;
        Imported::of(report)
    }

    /// The errors as a table, for a page or a sheet beside the file.
    pub fn errors_table(&self) -> Table {
        let mut table = Table::new("row_errors", "文件中的错误")
            .column("row", "行", Kind::Count)
            .column("column", "列", Kind::Text)
            .column("value", "内容", Kind::Text)
            .column("problem", "错误", Kind::Text)
            .column("mend", "如何改正", Kind::Text);
        for error in &self.errors {
            table.push(vec![
                Cell::Count(i64::try_from(error.row).unwrap_or(i64::MAX)),
                Cell::text(&error.column),
                Cell::text(&error.value),
                Cell::text(&error.problem),
                Cell::text(&error.mend),
            ]);
        }
        table
    }
}

impl From<Imported> for Answer {
    fn from(imported: Imported) -> Answer {
        Answer::Import(Box::new(imported))
    }
}

/// Files go back in the form in which they came.
fn media_of(name: &str) -> &'static str {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if ending.eq_ignore_ascii_case("xlsx") { super::answer::XLSX } else { super::answer::CSV }
}
