//! The whole filtered set, in the order asked for: rows are read and handed on in chunks, so that memory stays small however
//! long the list is. All chunks are of one view of the book.

use super::page::{cells, fetch, head};
use super::query::{Ask, Query};
use super::spec::ListSpec;
use crate::app::{Bureau, Refusal, Result};
use crate::domain::access::Scope;
use crate::domain::report::{Cell, Table};
use crate::files::writing::table_csv::{self, Bom};
use std::io::Write;

const CHUNK: i64 = 2_000;
/// A workbook is made in memory; a longer list goes out as CSV.
pub const MOST_ROWS_OF_A_WORKBOOK: i64 = 200_000;

/// Hands over the head (a table without rows), then each row. Cursor and limit of `ask` are left aside; columns stay masked.
/// Returns the number of rows.
pub fn export(
    bureau: &mut Bureau,
    spec: &'static ListSpec,
    scope: &Scope,
    ask: &Ask,
    mut begin: impl FnMut(&Table) -> Result<()>,
    mut row: impl FnMut(Vec<Cell>) -> Result<()>,
) -> Result<i64> {
    let whole = Ask { cursor: None, limit: None, unmask: false, ..ask.clone() };
    let query = Query::understand(spec, &bureau.book, scope, &whole)?;
    begin(&head(&query))?;
    bureau.read(|tx, book| {
        let (mut after, mut count) = (None, 0);
        loop {
            let rows = fetch(tx, book, &query, after.as_deref(), CHUNK)?;
            let read = rows.len() as i64;
            for raw in &rows {
                row(cells(&query, raw)?)?;
            }
            count += read;
            after = rows.into_iter().next_back().map(|raw| raw.place);
            if read < CHUNK {
                return Ok(count);
            }
        }
    })
}

/// The same as CSV with a byte order mark, formulas disarmed.
pub fn export_csv(bureau: &mut Bureau, spec: &'static ListSpec, scope: &Scope, ask: &Ask, out: &mut dyn Write) -> Result<i64> {
    let table = std::cell::RefCell::new(None::<Table>);
    let out = std::cell::RefCell::new(out);
    let count = export(
        bureau,
        spec,
        scope,
        ask,
        |head| {
            out.borrow_mut().write_all(&table_csv::write(head, Bom::With)?)?;
            *table.borrow_mut() = Some(head.clone());
            Ok(())
        },
        |cells| {
            if let Some(table) = table.borrow_mut().as_mut() {
                table.push(cells);
                if table.rows.len() as i64 >= CHUNK {
                    out.borrow_mut().write_all(&table_csv::rows(table)?)?;
                    table.rows.clear();
                }
            }
            Ok(())
        },
    )?;
    if let Some(table) = table.into_inner() {
        out.borrow_mut().write_all(&table_csv::rows(&table)?)?;
    }
    Ok(count)
}

/// The same as one table, for a workbook. Errors: more rows than a workbook should have.
pub fn export_table(bureau: &mut Bureau, spec: &'static ListSpec, scope: &Scope, ask: &Ask) -> Result<Table> {
    let table = std::cell::RefCell::new(Table::new(spec.name, spec.title));
    export(
        bureau,
        spec,
        scope,
        ask,
        |head| {
            *table.borrow_mut() = head.clone();
            Ok(())
        },
        |cells| {
            let mut table = table.borrow_mut();
            if table.rows.len() as i64 >= MOST_ROWS_OF_A_WORKBOOK {
                let what = format!("“{}”筛选后超过 {MOST_ROWS_OF_A_WORKBOOK} 行，不宜导出为 XLSX", spec.title);
                return Err(Refusal::new("too_many_rows", what, "请增加筛选条件，或导出为 CSV").into());
            }
            table.push(cells);
            Ok(())
        },
    )?;
    Ok(table.into_inner())
}
