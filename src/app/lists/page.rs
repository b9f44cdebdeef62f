//! One page of a list, with the count and the sums of the whole filtered set, all of one transaction.

use super::query::{Ask, Query};
use super::spec::{Col, ListSpec, Show};
use super::{cursor, sql, totals};
use crate::app::act::record_unmasking;
use crate::app::context::china_time;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::access::Scope;
use crate::domain::calendar::{Month, date_from_int};
use crate::domain::identity::{mask_account, mask_id, mask_name};
use crate::domain::money::{Fen, Quantity};
use crate::domain::report::{Cell, Table};
use crate::store::{Row, Tx, Value};

/// A page, and what the filtered set comes to.
#[derive(Debug, Clone)]
pub struct Page {
    pub table: Table,
    /// The following page begins after this; `None` on the last.
    pub next: Option<String>,
    pub count: i64,
    /// By column, in the column's own unit (fen, or a count).
    pub totals: Vec<(&'static str, i64)>,
}

/// Rows as read: the cells' raw values, the place of each row, the person it is about.
pub(super) struct Raw {
    pub cells: Vec<Value>,
    pub place: Vec<Value>,
    pub person: Option<String>,
}

/// A page of a list within a scope. Errors: something asked that the list does not have; unmasking without a reason.
pub fn page(bureau: &mut Bureau, ctx: &Context, spec: &'static ListSpec, scope: &Scope, ask: &Ask, reason: Option<&str>) -> Result<Page> {
    let query = Query::understand(spec, &bureau.book, scope, ask)?;
    let place = bureau.store.place().to_string();
    let (mut raw, totals) = bureau.read(|tx, book| {
        let raw = fetch(tx, book, &query, query.after.as_deref(), query.limit + 1)?;
        Ok((raw, totals::of(tx, book, &place, &query)?))
    })?;
    let more = raw.len() as i64 > query.limit;
    raw.truncate(usize::try_from(query.limit).unwrap_or(0));
    let next = raw.last().filter(|_| more).map(|row| cursor::seal(&bureau.book.secret, &query, &row.place));
    if query.unmask {
        let mut people: Vec<String> = raw.iter().filter_map(|row| row.person.as_deref().map(mask_id)).collect();
        people.sort();
        people.dedup();
        record_unmasking(bureau, ctx, &people, reason.unwrap_or_default())?;
    }
    let mut table = head(&query);
    for row in &raw {
        table.push(cells(&query, row)?);
    }
    let sums = spec.summed().map(|column| column.key).zip(totals.sums).collect();
    Ok(Page { table, next, count: totals.count, totals: sums })
}

/// At most `limit` rows after a place.
pub(super) fn fetch(tx: &mut Tx<'_>, book: &Book, query: &Query, after: Option<&[Value]>, limit: i64) -> Result<Vec<Raw>> {
    let columns = query.columns.len();
    let keys = query.terms().len();
    let mut rows = Vec::new();
    for mut statement in sql::rows(query, book, after) {
        let wanted = limit - rows.len() as i64;
        if wanted <= 0 {
            break;
        }
        let name = statement.value(wanted);
        statement.text.push_str(&name);
        tx.for_each(&statement.text, &statement.values, |Row(mut values)| {
            let person = if query.unmask { values.pop() } else { None };
            let place = values.split_off(columns);
            debug_assert_eq!(place.len(), keys);
            let person = match person {
                Some(Value::Text(id_no)) => Some(id_no),
                _ => None,
            };
            rows.push(Raw { cells: values, place, person });
            Ok(())
        })?;
    }
    Ok(rows)
}

/// The table without rows.
pub(super) fn head(query: &Query) -> Table {
    query
        .columns
        .iter()
        .fold(Table::new(query.spec.name, query.spec.title), |table, column| table.column(column.key, column.title, column.show.kind()))
}

pub(super) fn cells(query: &Query, row: &Raw) -> Result<Vec<Cell>> {
    query.columns.iter().zip(&row.cells).map(|(column, value)| cell(column, value, query.unmask)).collect()
}

fn cell(column: &Col, value: &Value, unmask: bool) -> Result<Cell> {
    Ok(match (column.show, value) {
        (_, Value::Null) => Cell::Empty,
        (Show::Money, Value::Int(fen)) => Cell::Fen(Fen::new(*fen)),
        (Show::Count, Value::Int(count)) => Cell::Count(*count),
        (Show::Quantity, Value::Int(number)) => Cell::Text(Quantity::new(*number).to_string()),
        (Show::Date, Value::Int(day)) => date_from_int(*day).map_or(Cell::Empty, Cell::Date),
        (Show::Month, Value::Int(month)) => Month::from_int(*month).map_or(Cell::Empty, |month| Cell::Text(month.to_string())),
        (Show::Time, Value::Int(micros)) => Cell::Text(china_time(*micros)),
        (Show::YesNo, Value::Int(yes)) => Cell::text(if *yes == 0 { "否" } else { "是" }),
        (Show::Name, Value::Text(text)) if !unmask => Cell::Text(mask_name(text)),
        (Show::IdNo, Value::Text(text)) if !unmask => Cell::Text(mask_id(text)),
        (Show::Account, Value::Text(text)) if !unmask => Cell::Text(mask_account(text)),
        (Show::Digits, Value::Text(text)) if !unmask => Cell::Text(mask_digits(text)),
        (Show::Words(words), Value::Text(code)) => {
            Cell::text(words.iter().find(|(known, _)| known == code).map_or(code.as_str(), |(_, title)| title))
        }
        (_, Value::Text(text)) => Cell::Text(text.clone()),
        (_, Value::Int(number)) => Cell::Text(number.to_string()),
        (_, Value::Bytes(_)) => return Err(AppError::Output(format!("列“{}”不是文字或数字", column.title))),
    })
}

/// Runs of fifteen and more digits (with a closing X), such as ID numbers and accounts in free text, are masked.
fn mask_digits(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    for c in text.chars().chain(['\0']) {
        if c.is_ascii_digit() || (c == 'X' && run.len() >= 14) {
            run.push(c);
            continue;
        }
        if run.len() >= 15 {
            out.push_str(&mask_id(&run))
        } else {
            out.push_str(&run)
        }
        run.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_digits_in_words_are_masked() {
        assert_eq!(mask_digits("460007197001010013 与 46000719700101001X"), "4600**********0013 与 4600**********001X");
        assert_eq!(mask_digits("PC2018-03 第 12 笔"), "PC2018-03 第 12 笔");
    }
}
