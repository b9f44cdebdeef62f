//! SQLite: opening with the settings that durability asks for, and values in and out.

use super::value::{Field, Row, Value};
use super::{Result, StoreError};
use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};
use std::path::Path;
use std::time::Duration;

/// First version without the WAL-reset defect that can corrupt a book which two connections write; 3.52.0 has it again.
const OLDEST: i32 = 3_051_003;
const DEFECTIVE: i32 = 3_052_000;

pub(super) fn open(path: &str, create: bool) -> Result<Connection> {
    let version = rusqlite::version_number();
    if version < OLDEST || version == DEFECTIVE {
        return Err(StoreError::OldSqlite(rusqlite::version().to_string()));
    }
    if !create && !Path::new(path).exists() {
        return Err(StoreError::Open {
            what: format!("没有找到账簿文件 {path}"),
            detail: "请先运行 ⟦book.init⟧，或用 ⟦db⟧ 指明位置。".into(),
        });
    }
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(60))?;
    // Plans depend on the statement alone: else one that compares by LIKE or a range is planned anew for each value it is given.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(256);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "cache_size", -65_536)?; // KiB
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    Ok(connection)
}

/// What the planner should think of an index: that its first column, the book, tells nearly nothing apart, and each further
/// one much more. Without any statistics it takes `book = ?` alone on a primary key for as good as two columns of another
/// index, and reads a whole register for one lookup. Of an index whose name ends in `_trait` the second column tells little, too. A table as a whole is said to be out of all proportion: were it not larger
/// than what a join may come to, the planner would read all of it first to make a Bloom filter, for a page of fifty rows. Figures
/// are the same for every book, so that plans are too.
const STATISTICS: &str = "INSERT INTO sqlite_stat1 (tbl, idx, stat)
    SELECT m.name, CASE i.origin WHEN 'pk' THEN m.name ELSE i.name END,
           (SELECT '1000000000000000000' || group_concat(' ' || CASE
                WHEN c.seqno = 0 THEN 100000000
                WHEN i.\"unique\" AND c.seqno = (SELECT MAX(seqno) FROM pragma_index_info(i.name)) THEN 1
                WHEN c.seqno = 1 AND substr(i.name, -6) = '_trait' THEN 1000000
                WHEN c.seqno = 1 THEN 20 ELSE 5 END, '')
              FROM (SELECT seqno FROM pragma_index_info(i.name) ORDER BY seqno) c)
      FROM sqlite_schema m, pragma_index_list(m.name) i
     WHERE m.type = 'table' AND (SELECT name FROM pragma_index_info(i.name) WHERE seqno = 0) = 'book'";

/// Gives the planner its figures, where the schema has tables that it has none of.
pub(super) fn plan_by_assumed_statistics(connection: &Connection) -> Result<()> {
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let indexes = "SELECT COUNT(*) FROM sqlite_schema m, pragma_index_list(m.name) i
                    WHERE m.type = 'table' AND (SELECT name FROM pragma_index_info(i.name) WHERE seqno = 0) = 'book'";
    let told = count("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'sqlite_stat1'")? > 0
        && count("SELECT COUNT(*) FROM sqlite_stat1 WHERE stat LIKE '1000000000000000000 %'")? == count(indexes)?;
    if told {
        return Ok(());
    }
    let work = format!(
        "PRAGMA analysis_limit = 1; BEGIN IMMEDIATE; ANALYZE; DELETE FROM sqlite_stat1; {STATISTICS}; COMMIT; ANALYZE sqlite_schema"
    );
    connection.execute_batch(&work).inspect_err(|_| {
        let _ = connection.execute_batch("ROLLBACK"); // the first error is the one to tell
    })?;
    Ok(())
}

pub(super) fn query(connection: &Connection, sql: &str, params: &[Value], each: &mut dyn FnMut(Row) -> Result<()>) -> Result<()> {
    let mut statement = connection.prepare_cached(&numbered(sql))?;
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    while let Some(row) = rows.next()? {
        let mut values = Vec::with_capacity(columns);
        for column in 0..columns {
            values.push(from_ref(row.get_ref(column)?)?);
        }
        each(Row(values))?;
    }
    Ok(())
}

/// As [`query`], but the values are lent: nothing is copied.
pub(super) fn scan(connection: &Connection, sql: &str, params: &[Value], each: &mut dyn FnMut(&[Field<'_>]) -> Result<()>) -> Result<()> {
    let mut statement = connection.prepare_cached(&numbered(sql))?;
    let columns = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(params))?;
    while let Some(row) = rows.next()? {
        let mut fields = [Field::Null; 16];
        for (column, field) in fields.iter_mut().enumerate().take(columns) {
            *field = match row.get_ref(column)? {
                ValueRef::Null => Field::Null,
                ValueRef::Integer(n) => Field::Int(n),
                ValueRef::Text(t) => Field::Text(std::str::from_utf8(t).unwrap_or("")),
                ValueRef::Blob(b) => Field::Bytes(b),
                ValueRef::Real(_) => return Err(StoreError::Schema("账簿中不应有浮点数".into())),
            };
        }
        each(&fields[..columns.min(16)])?;
    }
    Ok(())
}

pub(super) fn execute(connection: &Connection, sql: &str, params: &[Value]) -> Result<u64> {
    let changed = connection.prepare_cached(&numbered(sql))?.execute(rusqlite::params_from_iter(params))?;
    Ok(changed as u64)
}

/// SQLite numbers `?1` as written, but `$1` by order of appearance; our SQL means the number.
fn numbered(sql: &str) -> String {
    sql.replace('$', "?")
}

fn from_ref(value: ValueRef<'_>) -> Result<Value> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Text(t) => Value::Text(String::from_utf8_lossy(t).into_owned()),
        ValueRef::Blob(b) => Value::Bytes(b.to_vec()),
        ValueRef::Real(x) => return Err(StoreError::Schema(format!("账簿中不应有浮点数 {x}"))),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.as_field().to_output()
    }
}

impl ToSql for Field<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.to_output()
    }
}

impl<'a> Field<'a> {
    fn to_output(self) -> rusqlite::Result<ToSqlOutput<'a>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Field::Null => ValueRef::Null,
            Field::Int(n) => ValueRef::Integer(n),
            Field::Text(s) => ValueRef::Text(s.as_bytes()),
            Field::Bytes(b) => ValueRef::Blob(b),
        }))
    }
}
