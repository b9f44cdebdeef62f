//! The monthly 通报 out of the books: gathers everything the paper says as of the month's end, composes it, and writes it as
//! DOCX with the workbook beside it. The same arguments over the same books give the same bytes.

mod returned;
#[cfg(test)]
mod tests;

use super::control::stored;
use super::known_at::{Known, KnownAt, known};
use super::progress::Snapshot;
use super::{AppError, Book, Bureau, Result};
use crate::app::book::county_and_bureau;
use crate::domain::brief::{Brief, BriefInput, Ladder};
use crate::domain::calendar::{Month, date_to_int};
use crate::domain::ledger::chain::hex;
use crate::domain::progress::{GroupBy, ProgressRow};
use crate::files::writing::{docx, table_xlsx};
use crate::params;
use crate::store::Tx;
use chrono::{Days, NaiveDate};
use std::path::{Path, PathBuf};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Query {
    pub month: Month,
    pub known_at: Option<KnownAt>,
    /// The day on the paper; without it the fifth of the next month, by which the brief is due.
    pub issued_on: Option<NaiveDate>,
    /// 发文字号
    pub doc_number: Option<String>,
}

/// Where the paper and the workbook lie.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Written {
    pub docx: PathBuf,
    pub xlsx: PathBuf,
}

/// The brief is due by the fifth of the next month.
const DUE_DAYS: Days = Days::new(5);

/// Gathers what the brief of a month says. Errors: a policy among the settings that could not mean anything.
pub fn gather(bureau: &mut Bureau, query: &Query) -> Result<BriefInput> {
    bureau.read(|tx, book| {
        let as_of = query.month.last_day();
        let known = known(tx, book, query.known_at)?;
        let horizon = known.seq;
        let snapshot = Snapshot::load(tx, book, as_of, &known)?;
        let by_level = snapshot.report(GroupBy::Level)?;
        let by_program = snapshot.report_of_named(GroupBy::Program)?;
        let (county, issuer) = county_and_bureau(&book.name);
        Ok(BriefInput {
            county,
            issuer,
            doc_number: query.doc_number.clone(),
            month: query.month,
            as_of,
            issued_on: query.issued_on.unwrap_or_else(|| as_of.checked_add_days(DUE_DAYS).unwrap_or(as_of)),
            total: by_level.total.clone(),
            previous: previous(tx, book, query.month, &known)?,
            by_level,
            by_category: snapshot.report(GroupBy::Category)?,
            by_unit: snapshot.report_of_named(GroupBy::Unit)?,
            by_program: (!by_program.rows.is_empty()).then_some(by_program),
            returned: returned::lines(tx, book, as_of, horizon)?,
            ladder: ladder(tx, book, query.month, &known)?,
            chain_head: seal(tx, book, as_of, horizon)?,
            policy: snapshot.policy,
        })
    })
}

/// The total at the end of the month before; none in January, when the year begins anew.
fn previous(tx: &mut Tx<'_>, book: &Book, month: Month, known: &Known) -> Result<Option<ProgressRow>> {
    let before = month.plus(-1).filter(|before| before.year() == month.year());
    let Some(before) = before else { return Ok(None) };
    let report = Snapshot::load(tx, book, before.last_day(), known)?.report(GroupBy::Level)?;
    Ok((!report.rows.is_empty()).then_some(report.total))
}

/// The month's run of the ladder as known then.
fn ladder(tx: &mut Tx<'_>, book: &Book, month: Month, known: &Known) -> Result<Option<Ladder>> {
    let Some(run) = stored::latest_of(tx, book, month, known.time)? else { return Ok(None) };
    Ok(Some(Ladder { decisions: stored::decisions(tx, book, run.id)? }))
}

/// Seal of the last voucher in the figures: it does not move with vouchers of later months.
fn seal(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, horizon: Option<i64>) -> Result<String> {
    let row = tx.first(
        "SELECT hash FROM voucher WHERE book = $1 AND +date <= $2 AND seq <= $3 ORDER BY seq DESC LIMIT 1",
        params![book.id, date_to_int(as_of), horizon.unwrap_or(i64::MAX)],
    )?;
    Ok(match row {
        Some(row) => hex(row.bytes(0)?),
        None => String::new(),
    })
}

/// Writes `支出进度通报-2018-09.docx` and `.xlsx` into a directory, which is made where missing.
pub fn write(bureau: &mut Bureau, query: &Query, directory: &Path) -> Result<Written> {
    let input = gather(bureau, query)?;
    let brief = Brief::compose(&input)?;
    std::fs::create_dir_all(directory).map_err(|error| unwritable(directory, &error))?;
    let path = |extension: &str| directory.join(format!("支出进度通报-{}.{extension}", query.month));
    let written = Written { docx: path("docx"), xlsx: path("xlsx") };
    for (path, bytes) in [
        (&written.docx, docx::write(&brief.document, input.issued_on)?),
        (&written.xlsx, table_xlsx::write(&brief.tables, input.issued_on)?),
    ] {
        std::fs::write(path, bytes).map_err(|error| unwritable(path, &error))?;
    }
    Ok(written)
}

fn unwritable(path: &Path, error: &std::io::Error) -> AppError {
    AppError::Output(format!("写不了 {}：{error}（请检查目录权限和磁盘空间）", path.display()))
}
