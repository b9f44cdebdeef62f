//! The kinds that move money enter by [`crate::app::money::enter`]; this is their place in the frame.

use super::{ImportCtx, Outcome, Report, Warnings};
use crate::app::Result;
use crate::app::money::enter::{self, Prepared};
use crate::domain::kinds::RowErrors;
use crate::files::reading::{Source, Summary};
use crate::store::Tx;

pub use crate::app::money::enter::moves_money as has;

/// The importer of all kinds that move money.
pub fn import(
    tx: &mut Tx<'_>,
    at: &ImportCtx<'_>,
    source: &mut Source,
    errors: &mut RowErrors,
    report: &Report<'_>,
) -> Result<(Summary, Outcome)> {
    let prepared = at.prepared.take().unwrap_or(Prepared::Nothing);
    let (summary, entered) = enter::enter(tx, at.book, at.ctx, at.file, prepared, source, errors, report)?;
    let mut warnings = Warnings::default();
    for warning in entered.outcome.warnings {
        warnings.push(|| warning);
    }
    let outcome = Outcome {
        inserted: entered.outcome.inserted,
        updated: 0,
        unchanged: entered.outcome.unchanged,
        warnings,
        vouchers: entered.outcome.vouchers,
        differences: entered.differences,
    };
    Ok((summary, outcome))
}
