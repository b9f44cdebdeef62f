//! Files enter here, whole or not at all: one transaction a file, every error told at once, every row with its origin, and
//! the same content twice has the effect of once. [`import_file`] is the frame; what a kind's rows become is an
//! [`Import`] found by [`importer_for`]: [`register`] for registers and reference lists, the money's own for the rest.

mod dir;
mod file;
mod history;
mod money;
mod register;
mod scope;
#[cfg(test)]
mod tests;

pub use dir::{DirPlan, import_dir, plan_dir};
pub use file::import_file;
pub use history::HISTORY_REVIEWER;
pub use scope::foreign_units;

use crate::app::ledger::Posted;
use crate::app::money::enter::{Difference, Prepared};
use crate::app::{Book, Context, Refusal, Result};
use crate::domain::kinds::{Kind, RowErrors};
use crate::files::reading::{Source, Summary};
use crate::store::Tx;
use std::cell::Cell;
use std::path::{Path, PathBuf};

/// How many warnings of a file are kept word for word.
const KEPT_WARNINGS: usize = 1_000;

/// What an importer knows of the file it reads.
pub struct ImportCtx<'a> {
    pub book: &'a Book,
    pub ctx: &'a Context,
    pub kind: &'static Kind,
    /// Its row in `file` stands when the importer is called: `file` and `file_row` are the origin of every row.
    pub file: i64,
    /// What was fetched from the book while the file was being recognised.
    pub prepared: Cell<Option<Prepared>>,
}

/// Where the reader tells how many bytes of the file it has passed. An error: the work is to stop.
pub type Report<'a> = dyn Fn(u64) -> Result<()> + Sync + 'a;

/// Reads all rows of a file into the open transaction. It finds every error before it gives up, and posts nothing once
/// there is one; the frame rolls back then, and for a trial run.
pub type Import = fn(&mut Tx<'_>, &ImportCtx<'_>, &mut Source, &mut RowErrors, &Report<'_>) -> Result<(Summary, Outcome)>;

/// The importer of a kind.
pub fn importer_for(kind: &'static Kind) -> Option<Import> {
    match kind {
        kind if register::has(kind) => Some(register::import),
        kind if money::has(kind) => Some(money::import),
        _ => None,
    }
}

/// What became of the rows of a file.
#[derive(Debug, Default)]
pub struct Outcome {
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub warnings: Warnings,
    pub vouchers: Vec<Posted>,
    pub differences: Vec<Difference>,
}

/// Remarks that do not stop a file; many are only counted.
#[derive(Debug, Default, Clone)]
pub struct Warnings {
    pub kept: Vec<String>,
    pub count: u64,
}

impl Warnings {
    pub fn push(&mut self, warning: impl FnOnce() -> String) {
        self.count += 1;
        if self.kept.len() < KEPT_WARNINGS {
            self.kept.push(warning());
        }
    }
}

/// How far a file has been read.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    pub bytes: u64,
    pub of: u64,
}

#[derive(Default, Clone, Copy)]
pub struct ImportOptions<'a> {
    /// Everything is checked as if in earnest, and nothing is kept.
    pub dry_run: bool,
    /// The file's name as sent, where it lies under another.
    pub name: Option<&'a str>,
    /// Where the same file with an added 错误 column goes when there are errors; a directory, or a file's path.
    pub errors_to: Option<&'a Path>,
    /// How that copy's errors are put into words (`domain::wording`); as they are without it.
    pub words: Option<fn(&str) -> String>,
    pub progress: Option<&'a (dyn Fn(Progress) + Sync)>,
    /// Asked where progress is told: whether to stop. Then nothing is kept, and the refusal's code is `cancelled`.
    pub cancelled: Option<&'a (dyn Fn() -> bool + Sync)>,
}

/// What came of sending a file.
#[derive(Debug)]
pub struct ImportReport {
    pub kind: &'static Kind,
    pub file: String,
    /// SM3 of the content, in hexadecimal; empty when the file could not be read.
    pub digest: String,
    pub rows: u64,
    pub inserted: u64,
    pub updated: u64,
    pub unchanged: u64,
    /// The same content was sent before: nothing has changed.
    pub repeated: bool,
    /// Who sent it then, and when.
    pub earlier: Option<String>,
    pub dry_run: bool,
    /// Why the file as a whole is refused.
    pub refused: Vec<Refusal>,
    /// What is wrong with its rows, in the order of rows.
    pub errors: RowErrors,
    pub warnings: Warnings,
    pub unknown_columns: Vec<String>,
    /// Numbers of the vouchers written.
    pub vouchers: Vec<String>,
    /// Of the bank's answers: lines that do not match what was sent, and are not posted.
    pub differences: Vec<Difference>,
    /// The annotated copy, where one was asked for and written.
    pub errors_file: Option<PathBuf>,
}

impl ImportReport {
    pub(crate) fn new(kind: &'static Kind, path: &Path, options: &ImportOptions<'_>) -> ImportReport {
        let name = options.name.map_or(path, Path::new).file_name();
        ImportReport {
            kind,
            file: name.map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            digest: String::new(),
            rows: 0,
            inserted: 0,
            updated: 0,
            unchanged: 0,
            repeated: false,
            earlier: None,
            dry_run: options.dry_run,
            refused: Vec::new(),
            errors: RowErrors::new(),
            warnings: Warnings::default(),
            unknown_columns: Vec::new(),
            vouchers: Vec::new(),
            differences: Vec::new(),
            errors_file: None,
        }
    }

    /// Whether the file was taken, or would be were this not a trial run.
    pub fn accepted(&self) -> bool {
        self.refused.is_empty() && self.errors.is_empty()
    }
}
