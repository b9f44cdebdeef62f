//! The one door by which the demo's files enter the book.

use crate::app::import::{ImportOptions, import_file};
use crate::app::{AppError, Bureau, Context, Refusal, Result};
use crate::domain::kinds::{Kind, RowErrors};
use std::path::Path;

/// Row errors told of a refused file.
const SHOWN: usize = 5;

/// Sends a file in; gives the number of the bank's lines that do not match what was sent.
pub fn import(bureau: &mut Bureau, ctx: &Context, kind: &'static Kind, path: &Path) -> Result<usize> {
    let report = import_file(bureau, ctx, kind, path, &ImportOptions::default())?;
    if report.accepted() { Ok(report.differences.len()) } else { Err(refused(path, report.refused, &report.errors)) }
}

fn refused(path: &Path, mut refusals: Vec<Refusal>, errors: &RowErrors) -> AppError {
    for error in errors.kept().iter().take(SHOWN) {
        let what = format!("{} 第 {} 行 {}“{}”：{}", path.display(), error.row, error.column, error.value, error.problem);
        refusals.push(Refusal::new("row", what, error.mend.clone()));
    }
    AppError::Refused(refusals)
}
