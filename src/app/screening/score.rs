//! Scores the screening of a book against a file of labels: nothing is kept.

use super::run::look;
use crate::app::{AppError, Bureau, Refusal, Result};
use crate::domain::kinds::RowErrors;
use crate::domain::screening::score::{ScoreReport, score};
use crate::files::labels;
use chrono::NaiveDate;
use std::path::Path;

/// Row errors told of a refused file.
const TOLD: usize = 50;

/// Errors: a file of labels that cannot be read, or whose rows are wrong, all of them told.
pub fn run(bureau: &mut Bureau, as_of: NaiveDate, file: &Path) -> Result<ScoreReport> {
    let mut errors = RowErrors::new();
    let labels = labels::read(file, &mut errors)?;
    if !errors.is_empty() {
        let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let told = errors.kept().iter().take(TOLD).map(|error| {
            let what = format!("{} 第 {} 行 {}“{}”：{}", name, error.row, error.column, error.value, error.problem);
            Refusal::new("row", what, error.mend.clone())
        });
        return Err(AppError::Refused(told.collect()));
    }
    let (facts, outcomes) = look(bureau, as_of, Ok)?;
    Ok(score(&facts, &outcomes, &labels))
}
