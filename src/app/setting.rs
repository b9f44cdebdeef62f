//! Settings as they were in force on a day and known at a moment, and their change. A value has the day from which it holds
//! and the instant at which it was recorded: a report "as known at" an earlier moment never sees a policy that came later,
//! so no change rewrites a bulletin. Values are added, never changed; where a book has none, the shipped one holds.

use super::known_at::Known;
use super::{AppError, Book, Context, Result, book};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::report::{Cell, Kind, Table};
use crate::domain::screening::{PARAM_PREFIX, check_param};
use crate::domain::setting;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Names and the values in force.
pub type Values = BTreeMap<String, String>;

/// The settings whose names begin with `prefix`. What came with the book counts at any moment.
pub(crate) fn in_force(tx: &mut Tx<'_>, book: &Book, prefix: &str, day: NaiveDate, known: &Known) -> Result<Values> {
    let shipped = setting::shipped_values().filter(|(name, _)| name.starts_with(prefix));
    let mut values: Values = shipped.map(|(name, value)| (name.to_string(), value.to_string())).collect();
    let rows = tx.query(
        "SELECT s.name, s.value FROM setting s JOIN book b ON b.id = s.book
          WHERE s.book = $1 AND s.valid_from <= $2 AND (s.at <= $3 OR s.at <= b.created_at) AND s.name LIKE $4 ORDER BY s.name, s.valid_from",
        params![book.id, date_to_int(day), known.time.unwrap_or(i64::MAX), format!("{prefix}%")],
    )?;
    for row in rows {
        values.insert(row.string(0)?, row.string(1)?); // the latest stands last
    }
    Ok(values)
}

/// Puts a known setting in force from a day on. Errors: no such setting; a value that means nothing; a value for that day
/// stands already (settings are never overwritten: bulletins of that day were made with it).
pub fn change(tx: &mut Tx<'_>, book: &Book, ctx: &Context, name: &str, from: i64, value: &str) -> Result<()> {
    refuse_value(name, value)?;
    let standing = "SELECT value FROM setting WHERE book = $1 AND name = $2 AND valid_from = $3";
    if let Some(row) = tx.first(standing, params![book.id, name, from])? {
        let message = format!("“{name}”自该日起已设为 {}，设置不能改写", row.text(0)?);
        return AppError::refuse("setting_stands", message, "请用较晚的生效日期另设新值，以往的通报才能照原样重现");
    }
    book::set(tx, book, ctx, name, from, value)?;
    let day = date_from_int(from).unwrap_or_default();
    // values that fit alone may not fit together: an error here takes the value back with the transaction
    super::progress::policy_in_force(tx, book, day, &Known::default())?;
    super::control::policy_in_force(tx, book, day, &Known::default())?;
    Ok(())
}

/// Parameters of screening rules are declared by the rules themselves.
fn refuse_value(name: &str, value: &str) -> Result<()> {
    if name.starts_with(PARAM_PREFIX) {
        return check_param(name, value).map_err(super::screening::refuse_param);
    }
    let Some(declared) = setting::find(name) else {
        return AppError::refuse("no_setting", format!("没有“{name}”这项设置"), "请用 ⟦setting.list⟧ 查看名称");
    };
    match declared.kind.problem(value) {
        Some(problem) => AppError::refuse("setting_value", format!("“{name}”的值“{value}”不对：{problem}"), declared.meaning),
        None => Ok(()),
    }
}

/// Every setting that the program knows, whether or not a book has a value for it.
pub fn names_table() -> Table {
    let mut table = Table::new("settings", "可以设置的参数")
        .column("name", "名称", Kind::Text)
        .column("kind", "值", Kind::Text)
        .column("meaning", "含义", Kind::Text)
        .column("source", "依据", Kind::Text)
        .column("shipped", "出厂值", Kind::Text);
    for declared in setting::all() {
        let shipped = setting::shipped_value(declared.name).unwrap_or_default();
        let cells = [declared.name, declared.kind.title(), declared.meaning, declared.source, shipped];
        table.push(cells.map(Cell::text).to_vec());
    }
    table
}
