//! A table as JSON: an object with the table's name, its notes and its rows as objects under
//! stable English keys. Amounts are decimal strings in 元 whatever unit the column prints, ratios
//! are shares of one, a missing figure is null.

use serde_json::{Map, Value, json};

use super::WriteProblem;
use crate::domain::report::table::{Cell, Row, RowStyle, Table, plain};

pub fn write(table: &Table) -> Result<Vec<u8>, WriteProblem> {
    let mut bytes = serde_json::to_vec_pretty(&value(table))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The same as a value, for callers that put several tables into one answer.
pub fn value(table: &Table) -> Value {
    let of_style = |style| table.rows.iter().filter(move |row| row.style == style);
    json!({
        "name": table.name,
        "title": table.title,
        "subtitle": table.subtitle,
        "rows": of_style(RowStyle::Normal).map(|row| object(table, row)).collect::<Vec<_>>(),
        "total": of_style(RowStyle::Total).next_back().map(|row| object(table, row)),
        "notes": table.notes,
    })
}

fn object(table: &Table, row: &Row) -> Value {
    let pairs = table.columns.iter().zip(&row.cells).map(|(column, cell)| {
        let value = match cell {
            Cell::Count(count) => json!(count),
            other => plain(other).map_or(Value::Null, Value::String),
        };
        (column.key.clone(), value)
    });
    Value::Object(pairs.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::writing::sample;

    #[test]
    fn keys_are_english_and_money_is_yuan() {
        let value = value(&sample::table());
        let first = &value["rows"][0];
        assert_eq!(first["amount"], "1234567.89");
        assert_eq!(first["wan"], "1234567.89");
        assert_eq!(first["progress"], "0.9512");
        assert_eq!(first["gap_pp"], "-1.21");
        assert_eq!(first["count"], 3);
        assert_eq!(first["on"], "2018-09-30");
        assert_eq!(value["rows"][1]["progress"], Value::Null);
        assert_eq!(value["rows"].as_array().map(Vec::len), Some(3));
        assert_eq!(value["total"]["name"], "合计");
    }
}
