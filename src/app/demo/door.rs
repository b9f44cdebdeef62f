//! The one door by which the demo's files enter the book.

use crate::app::import::{ImportOptions, import_file};
use crate::app::money::enter::{enter, moves_money};
use crate::app::{AppError, Bureau, Context, Refusal, Result};
use crate::domain::kinds::{Kind, RowErrors};
use crate::files::reading::{Limits, Source};
use crate::params;
use std::path::Path;

/// Row errors told of a refused file.
const SHOWN: usize = 5;

/// Sends a file in; gives the number of the bank's lines that do not match what was sent.
pub fn import(bureau: &mut Bureau, ctx: &Context, kind: &'static Kind, path: &Path) -> Result<usize> {
    if moves_money(kind) {
        return import_money(bureau, ctx, kind, path);
    }
    let report = import_file(bureau, ctx, kind, path, &ImportOptions::default())?;
    if report.accepted() { Ok(0) } else { Err(refused(path, report.refused, &report.errors)) }
}

fn refused(path: &Path, mut refusals: Vec<Refusal>, errors: &RowErrors) -> AppError {
    for error in errors.kept().iter().take(SHOWN) {
        let what = format!("{} 第 {} 行 {}“{}”：{}", path.display(), error.row, error.column, error.value, error.problem);
        refusals.push(Refusal::new("row", what, error.mend.clone()));
    }
    AppError::Refused(refusals)
}

/// Money files, until the importer's frame takes them: file row, steps, and nothing kept when a row is wrong.
fn import_money(bureau: &mut Bureau, ctx: &Context, kind: &'static Kind, path: &Path) -> Result<usize> {
    let mut source = Source::open(path, kind, &Limits::default())?;
    let digest = source.digest();
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    bureau.write(|tx, book| {
        let file = tx.take_ids(book.id, "file", 1)?;
        tx.execute(
            "INSERT INTO file (book, id, kind, name, digest, data_rows, actor, received_at) VALUES ($1, $2, $3, $4, $5, -1, $6, $7)",
            params![book.id, file, kind.name, &name, digest, &ctx.actor, ctx.now()],
        )?;
        let mut errors = RowErrors::new();
        let (summary, entered) = enter(tx, book, ctx, file, &mut source, &mut errors, &|_| {})?;
        if !errors.is_empty() {
            return Err(refused(path, Vec::new(), &errors));
        }
        tx.execute("UPDATE file SET data_rows = $3 WHERE book = $1 AND id = $2", params![book.id, file, summary.rows as i64])?;
        Ok(entered.differences.len())
    })
}
