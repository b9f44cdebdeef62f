//! Registers and reference lists: any kind whose rows are facts, not money. Driven by the kind's table alone: cells are typed
//! by column, chunks go to a staging table, and set statements add what is new, log and replace what differs, and leave the
//! rest. Checks between registers are [`check`]; those within a row are [`row_rules`].

mod apply;
mod check;
mod chunk;
mod row_rules;
mod seen;
mod table;
mod tree;

use super::{ImportCtx, Outcome, Report};
use crate::app::{AppError, Result};
use crate::domain::kinds::{Kind, RowErrors};
use crate::files::reading::{RowView, Source, Summary};
use crate::store::Tx;
use apply::Stage;
use chunk::Chunk;
use seen::{Met, Seen};
use table::Table;
use tree::Tree;

/// Rows held at a time: what memory and the staging table have to bear.
const CHUNK_ROWS: usize = 5_000;

/// Whether the kind is a register or a reference list.
pub fn has(kind: &'static Kind) -> bool {
    Table::of(kind).is_some()
}

/// The importer of all registers and reference lists.
pub fn import(
    tx: &mut Tx<'_>,
    at: &ImportCtx<'_>,
    source: &mut Source,
    errors: &mut RowErrors,
    report: &Report<'_>,
) -> Result<(Summary, Outcome)> {
    let Some(table) = Table::of(at.kind) else {
        return AppError::refuse("no_register", format!("“{}”不是登记类文件", at.kind.title), "请使用相应的命令办理");
    };
    let mut run = Run {
        at,
        stage: Stage::create(tx, &table)?,
        chunk: Chunk::new(table.columns.len()),
        seen: Seen::default(),
        tree: Tree::of(at.kind),
        table: &table,
        outcome: Outcome::default(),
    };
    let summary = source.for_each_row::<AppError, _>(errors, |row, errors| {
        run.row(row, errors);
        if run.chunk.rows() >= CHUNK_ROWS {
            run.flush(tx, errors)?;
            report(row.byte_position())?;
        }
        Ok(())
    })?;
    run.flush(tx, errors)?;
    run.tree.check(tx, at, errors)?;
    run.stage.drop(tx)?;
    Ok((summary, run.outcome))
}

struct Run<'a> {
    at: &'a ImportCtx<'a>,
    table: &'a Table,
    stage: Stage,
    chunk: Chunk,
    seen: Seen,
    tree: Tree,
    outcome: Outcome,
}

impl Run<'_> {
    fn row(&mut self, row: &RowView<'_>, errors: &mut RowErrors) {
        self.tree.note(row);
        if !self.chunk.read(row, self.at.kind, errors) {
            return;
        }
        row_rules::check(row, self.at.kind, self.chunk.last(), self.table, errors, &mut self.outcome.warnings);
        match self.seen.meet(self.chunk.last(), &self.table.key, row.number()) {
            Met::New => {}
            Met::Same(first) => {
                self.outcome.warnings.push(|| format!("第 {} 行：与第 {first} 行完全相同，只取一次", row.number()));
                self.outcome.unchanged += 1;
                self.chunk.drop_last();
            }
            Met::Different(first) => {
                let keys: Vec<&str> = self.at.kind.key.iter().map(|&at| self.at.kind.columns[at].zh).collect();
                let problem = format!("与第 {first} 行的{}相同，但其他内容不同", keys.join("、"));
                row.refuse(self.at.kind.key[0], errors, &problem, "请核实后只保留其中一行");
                self.chunk.drop_last();
            }
        }
    }

    /// Checks the rows gathered, and applies them as long as the file has no error.
    fn flush(&mut self, tx: &mut Tx<'_>, errors: &mut RowErrors) -> Result<()> {
        if self.chunk.rows() == 0 {
            return Ok(());
        }
        self.stage.load(tx, &self.chunk)?;
        check::before(tx, self.at, &self.stage.name, errors, &mut self.outcome.warnings)?;
        if errors.is_empty() {
            self.stage.apply(tx, self.at, self.table, self.chunk.rows() as u64, &mut self.outcome)?;
            check::after(tx, self.at, &self.stage.name, &mut self.outcome.warnings)?;
        }
        self.stage.clear(tx)?;
        self.chunk.clear();
        Ok(())
    }
}
