//! Settings of inspection: whole numbers, as the book has them on a day, else as they ship (for books older than the setting).

use crate::app::book::setting;
use crate::app::{Book, Result};
use crate::domain::ledger::chart;
use crate::store::{StoreError, Tx};

pub(super) fn number(tx: &mut Tx<'_>, book: &Book, name: &str, day: i64) -> Result<i64> {
    let value = match setting(tx, book, name, day)? {
        Some(value) => value,
        None => shipped(name).unwrap_or_default(),
    };
    value.trim().parse().map_err(|_| StoreError::Schema(format!("设置 {name} 的值“{value}”不是整数")).into())
}

fn shipped(name: &str) -> Option<String> {
    let rows = chart::rows(chart::SHIPPED_SETTINGS, 4).ok()?;
    rows.into_iter().find(|(_, cells)| cells[0] == name).map(|(_, cells)| cells[2].to_string())
}
