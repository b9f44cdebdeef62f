//! From the staging table into the register, by set statements that are the same for every kind and both databases. Joins are
//! written `CROSS JOIN … WHERE`, by which SQLite keeps to their order: the few staged rows first, then the register by its key.

use super::chunk::Chunk;
use super::table::Table;
use crate::app::Result;
use crate::app::import::{ImportCtx, Outcome};
use crate::params;
use crate::store::bulk::Bulk;
use crate::store::{Row, Tx, Value};
use serde_json::{Map, Value as Json};

const LOG_COLUMNS: [&str; 9] = ["book", "id", "kind", "record_key", "before", "actor", "at", "file", "file_row"];

/// The staging table of one file, and the statements that empty it into the register.
pub struct Stage {
    pub name: String,
    columns: Vec<&'static str>,
    count_known: String,
    insert: String,
    insert_unknown: String,
    select_changed: String,
    update_changed: String,
}

impl Stage {
    pub fn create(tx: &mut Tx<'_>, table: &Table) -> Result<Stage> {
        let stage = Stage::plan(table);
        let columns: Vec<String> =
            table.columns.iter().map(|place| format!("{} {}", place.name, if place.is_text { "TEXT" } else { "BIGINT" })).collect();
        tx.batch(&format!("CREATE TEMP TABLE IF NOT EXISTS {} ({}, file_row BIGINT NOT NULL)", stage.name, columns.join(", ")))?;
        tx.prefer_lookups()?;
        Ok(stage)
    }

    fn plan(table: &Table) -> Stage {
        let (main, name) = (&table.name, format!("stage_{}", table.name));
        let list = |names: &mut dyn Iterator<Item = &'static str>, form: &dyn Fn(&str) -> String, between: &str| {
            names.map(form).collect::<Vec<_>>().join(between)
        };
        let same_key = list(&mut table.key_names(), &|c| format!("m.{c} = s.{c}"), " AND ");
        let differs = list(&mut table.value_names(), &|c| format!("m.{c} IS DISTINCT FROM s.{c}"), " OR ");
        let differs = if differs.is_empty() { "1 = 0".to_string() } else { differs };
        let sets = list(&mut table.value_names(), &|c| format!("{c} = s.{c}, "), "");
        let names = list(&mut table.names(), &|c| c.to_string(), ", ");
        let staged = list(&mut table.names(), &|c| format!("s.{c}"), ", ");
        let held = list(&mut table.names(), &|c| format!("m.{c}"), ", ");
        let (id, number) = match table.has_id {
            true => ("id, ", "CAST($3 AS BIGINT) + ROW_NUMBER() OVER (ORDER BY s.file_row) - 1, "),
            false => ("", ""),
        };
        let insert = format!(
            "INSERT INTO {main} (book, {id}{names}, file, file_row)
             SELECT CAST($1 AS BIGINT), {number}{staged}, CAST($2 AS BIGINT), s.file_row FROM {name} s"
        );
        Stage {
            columns: table.names().chain(["file_row"]).collect(),
            count_known: format!("SELECT CAST(COUNT(*) AS BIGINT) FROM {name} s CROSS JOIN {main} m WHERE m.book = $1 AND {same_key}"),
            insert_unknown: format!("{insert} WHERE NOT EXISTS (SELECT 1 FROM {main} m WHERE m.book = $1 AND {same_key})"),
            insert,
            select_changed: format!(
                "SELECT {held}, m.file, m.file_row, s.file_row FROM {name} s CROSS JOIN {main} m
                  WHERE m.book = $1 AND {same_key} AND ({differs}) ORDER BY s.file_row"
            ),
            update_changed: format!(
                "UPDATE {main} AS m SET {sets}file = CAST($2 AS BIGINT), file_row = s.file_row FROM {name} AS s
                  WHERE m.book = $1 AND {same_key} AND ({differs})"
            ),
            name,
        }
    }

    pub fn load(&self, tx: &mut Tx<'_>, chunk: &Chunk) -> Result<()> {
        let mut bulk = Bulk::into(&self.name, &self.columns);
        bulk.push_all(tx, &chunk.fields(), self.columns.len())?;
        bulk.finish(tx)?;
        Ok(())
    }

    pub fn clear(&self, tx: &mut Tx<'_>) -> Result<()> {
        tx.execute(&format!("DELETE FROM {}", self.name), params![])?;
        Ok(())
    }

    pub fn drop(&self, tx: &mut Tx<'_>) -> Result<()> {
        tx.batch(&format!("DROP TABLE {}", self.name))?;
        Ok(())
    }

    /// Adds what is new, logs and replaces what differs. Keys within the staging table are unique.
    pub fn apply(&self, tx: &mut Tx<'_>, at: &ImportCtx<'_>, table: &Table, rows: u64, outcome: &mut Outcome) -> Result<()> {
        let book = at.book.id;
        let known = tx.one(&self.count_known, params![book])?.int(0)? as u64;
        let changed = if known > 0 { self.replace(tx, at, table)? } else { 0 };
        let new = rows.saturating_sub(known);
        if new > 0 {
            let insert = if known == 0 { &self.insert } else { &self.insert_unknown };
            if table.has_id {
                let first = tx.take_ids(book, &table.name, new as i64)?;
                tx.execute(insert, params![book, at.file, first])?;
            } else {
                tx.execute(insert, params![book, at.file])?;
            }
        }
        outcome.inserted += new;
        outcome.updated += changed;
        outcome.unchanged += known - changed;
        Ok(())
    }

    fn replace(&self, tx: &mut Tx<'_>, at: &ImportCtx<'_>, table: &Table) -> Result<u64> {
        let book = at.book.id;
        let changed = tx.query(&self.select_changed, params![book])?;
        if changed.is_empty() {
            return Ok(0);
        }
        let first = tx.take_ids(book, "change_log", changed.len() as i64)?;
        let mut log = Bulk::into("change_log", &LOG_COLUMNS);
        for (at_row, row) in changed.iter().enumerate() {
            let (key, before, file_row) = described(table, row)?;
            let entry = params![book, first + at_row as i64, at.kind.name, key, before, &at.ctx.actor, at.ctx.now(), at.file, file_row];
            let fields: Vec<_> = entry.iter().map(Value::as_field).collect();
            log.push(tx, &fields)?;
        }
        log.finish(tx)?;
        Ok(tx.execute(&self.update_changed, params![book, at.file])?)
    }
}

/// Key, former content as JSON, and the row of the file that replaces it.
fn described(table: &Table, row: &Row) -> Result<(String, String, i64)> {
    let width = table.columns.len();
    let key: Vec<String> = table.key.iter().map(|&at| plain(&row.0[at])).collect();
    let mut before = Map::new();
    for (name, value) in table.names().chain(["file", "file_row"]).zip(&row.0) {
        let value = match value {
            Value::Int(n) => Json::from(*n),
            Value::Text(text) => Json::from(text.as_str()),
            Value::Null | Value::Bytes(_) => Json::Null,
        };
        before.insert(name.to_string(), value);
    }
    Ok((key.join(" "), Json::Object(before).to_string(), row.int(width + 2)?))
}

fn plain(value: &Value) -> String {
    match value {
        Value::Int(n) => n.to_string(),
        Value::Text(text) => text.clone(),
        Value::Null | Value::Bytes(_) => String::new(),
    }
}
