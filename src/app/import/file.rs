//! The frame around every importer: recognise the file, look whether it was here before, write its row, let the importer
//! read, and commit only when nothing at all is wrong.

use super::{Import, ImportCtx, ImportOptions, ImportReport, Outcome, Progress, importer_for};
use crate::app::access;
use crate::app::context::china_time;
use crate::app::money::enter::{self, Prepared};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::kinds::{Kind, RowErrors};
use crate::files::reading::{Limits, Source, Summary};
use crate::files::writing::write_annotated;
use crate::params;
use crate::store::{StoreError, Tx};
use std::cell::Cell;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Why the transaction is not committed.
enum Stop {
    /// Errors in rows, or a trial run: what was found is still to be told.
    Undo(Box<(Summary, Outcome)>),
    Repeated(String),
    Failed(AppError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Stop {
        Stop::Failed(error.into())
    }
}

impl From<AppError> for Stop {
    fn from(error: AppError) -> Stop {
        Stop::Failed(error)
    }
}

/// Sends one file. What is wrong with the file is in the report; an error is a failure of the system.
pub fn import_file(
    bureau: &mut Bureau,
    ctx: &Context,
    kind: &'static Kind,
    path: &Path,
    options: &ImportOptions<'_>,
) -> Result<ImportReport> {
    let mut report = ImportReport::new(kind, path, options);
    let Some(import) = importer_for(kind) else {
        report.refused.push(Refusal::new("no_importer", format!("“{}”尚不能导入", kind.title), "请使用相应的命令办理"));
        return Ok(report);
    };
    if ctx.actor.trim().is_empty() {
        report.refused.push(Refusal::new("no_actor", "没有写明经办人", "请用 ⟦actor⟧ 写明经办人"));
        return Ok(report);
    }
    let mut errors = RowErrors::new();
    let mut opened = None;
    let Bureau { store, book, caller, clock, keyed, .. } = bureau;
    let done = std::thread::scope(|scope| {
        let recognising = scope.spawn(|| Source::open(path, kind, &Limits::default()));
        store.write(book.id, |tx| {
            let prepared = enter::prepare(tx, book, kind)?;
            let source = recognising.join().map_err(|_| AppError::Output("识别文件时程序内部出错".into()))?;
            let source = opened.insert(source.map_err(AppError::from)?);
            let found = transact(tx, book, ctx, import, prepared, source, &report.file, options, &mut errors)?;
            access::log::seal(tx, book, caller.as_ref(), keyed, clock.now())?;
            Ok(found)
        })
    });
    if done.is_ok() {
        keyed.wrote(caller.as_ref());
    }
    let Some(mut source) = opened else {
        return match done {
            Err(Stop::Failed(error)) => refuse(report, error),
            _ => Ok(report), // not reached: without a source nothing but a failure ends the transaction
        };
    };
    report.digest = source.digest_hex();
    report.unknown_columns = source.unknown_columns().to_vec();
    errors.sort_by_row();
    match done {
        Ok((summary, outcome)) => fill(&mut report, summary, outcome),
        Err(Stop::Undo(found)) => fill(&mut report, found.0, found.1),
        Err(Stop::Repeated(earlier)) => {
            report.repeated = true;
            report.earlier = Some(earlier);
        }
        Err(Stop::Failed(error)) => report = refuse(report, error)?,
    }
    if let (false, Some(to)) = (errors.is_empty(), options.errors_to) {
        report.errors_file = Some(annotate(&mut source, &errors, &report.file, to, options.words)?);
    }
    report.errors = errors;
    Ok(report)
}

#[allow(clippy::too_many_arguments)] // all of them are the frame's own state
fn transact(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    import: Import,
    prepared: Prepared,
    source: &mut Source,
    name: &str,
    options: &ImportOptions<'_>,
    errors: &mut RowErrors,
) -> std::result::Result<(Summary, Outcome), Stop> {
    let kind = source.kind();
    let digest = source.digest();
    let known = tx.first(
        "SELECT name, actor, received_at FROM file WHERE book = $1 AND kind = $2 AND digest = $3",
        params![book.id, kind.name, digest],
    )?;
    if let Some(row) = known {
        let earlier = format!("{} 由 {} 以“{}”报送", china_time(row.int(2)?), row.text(1)?, row.text(0)?);
        return Err(Stop::Repeated(earlier));
    }
    let file = tx.take_ids(book.id, "file", 1)?;
    tx.execute(
        "INSERT INTO file (book, id, kind, name, digest, data_rows, actor, received_at) VALUES ($1, $2, $3, $4, $5, -1, $6, $7)",
        params![book.id, file, kind.name, name, digest, &ctx.actor, ctx.now()],
    )?;
    let at = ImportCtx { book, ctx, kind, file, prepared: Cell::new(Some(prepared)) };
    let of = source.byte_size();
    let told = |bytes| {
        if let Some(progress) = options.progress {
            progress(Progress { bytes, of });
        }
        match options.cancelled {
            Some(cancelled) if cancelled() => AppError::refuse("cancelled", "已按要求停止导入，没有写入任何数据", "需要时重新导入即可"),
            _ => Ok(()),
        }
    };
    let found = import(tx, &at, source, errors, &told)?;
    told(of)?;
    if !errors.is_empty() || options.dry_run {
        return Err(Stop::Undo(Box::new(found)));
    }
    tx.execute("UPDATE file SET data_rows = $3 WHERE book = $1 AND id = $2", params![book.id, file, found.0.rows as i64])?;
    Ok(found)
}

/// A refusal belongs into the report; a failure of the system is an error.
fn refuse(mut report: ImportReport, error: AppError) -> Result<ImportReport> {
    match error {
        AppError::Refused(refusals) => {
            report.refused.extend(refusals);
            Ok(report)
        }
        error => Err(error),
    }
}

fn fill(report: &mut ImportReport, summary: Summary, outcome: Outcome) {
    report.rows = summary.rows;
    report.inserted = outcome.inserted;
    report.updated = outcome.updated;
    report.unchanged = outcome.unchanged;
    report.warnings = outcome.warnings;
    report.differences = outcome.differences;
    report.vouchers = outcome.vouchers.iter().map(|voucher| voucher.label()).collect();
}

fn annotate(source: &mut Source, errors: &RowErrors, name: &str, to: &Path, words: Option<fn(&str) -> String>) -> Result<PathBuf> {
    let path = if to.is_dir() { to.join(format!("错误-{name}")) } else { to.to_path_buf() };
    let out = File::create(&path)?;
    write_annotated(source, &errors.worded(words), out).map_err(|problem| AppError::Output(format!("错误文件没有写成：{problem}")))?;
    Ok(path)
}
