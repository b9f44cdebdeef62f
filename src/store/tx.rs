//! A transaction: queries, statements, ids, and the lock of a book.

use super::conn::{Backend, Conn};
use super::value::{Field, Row, Value};
use super::{Result, StoreError, sqlite};
use crate::params;

/// Borrowed for the length of one [`super::Store::read`] or [`super::Store::write`].
pub struct Tx<'c> {
    pub(super) conn: &'c mut Conn,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c mut Conn) -> Self {
        Tx { conn }
    }

    pub fn backend(&self) -> Backend {
        match self.conn {
            Conn::Sqlite(_) => Backend::Sqlite,
            Conn::Pg(_) => Backend::Postgres,
        }
    }

    /// Hands over the rows one by one, so that a result of any size needs little memory.
    pub fn for_each(&mut self, sql: &str, params: &[Value], mut each: impl FnMut(Row) -> Result<()>) -> Result<()> {
        match self.conn {
            Conn::Sqlite(connection) => sqlite::query(connection, sql, params, &mut each),
            Conn::Pg(pg) => pg.query(sql, params, &mut each),
        }
    }

    /// As [`Tx::for_each`] for large results on a hot path: the values (at most 16 columns) are lent, not copied.
    pub fn scan(&mut self, sql: &str, params: &[Value], mut each: impl FnMut(&[Field<'_>]) -> Result<()>) -> Result<()> {
        match self.conn {
            Conn::Sqlite(connection) => sqlite::scan(connection, sql, params, &mut each),
            Conn::Pg(pg) => pg.query(sql, params, &mut |row| {
                let fields: Vec<Field<'_>> = row.0.iter().map(Value::as_field).collect();
                each(&fields)
            }),
        }
    }

    pub fn query(&mut self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.for_each(sql, params, |row| {
            rows.push(row);
            Ok(())
        })?;
        Ok(rows)
    }

    /// The first row, if there is one.
    pub fn first(&mut self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// The one row that must be there, such as an aggregate's.
    pub fn one(&mut self, sql: &str, params: &[Value]) -> Result<Row> {
        self.first(sql, params)?.ok_or_else(|| StoreError::Schema("查询没有返回结果".into()))
    }

    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        match self.conn {
            Conn::Sqlite(connection) => sqlite::execute(connection, sql, params),
            Conn::Pg(pg) => pg.execute(sql, params),
        }
    }

    /// Runs several statements without parameters.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(connection) => connection.execute_batch(sql)?,
            Conn::Pg(pg) => pg.client.batch_execute(sql)?,
        }
        Ok(())
    }

    /// Waits for the other writers of this book. On SQLite `BEGIN IMMEDIATE` has already done so.
    pub(super) fn lock_book(&mut self, book: i64) -> Result<()> {
        if self.backend() == Backend::Postgres {
            self.one("SELECT seq FROM chain WHERE book = $1 FOR UPDATE", params![book])?;
        }
        Ok(())
    }

    /// For the rest of the transaction, joins of a small staging table with a large register go by the register's key.
    /// PostgreSQL has no statistics of a staging table and would read the whole register for each chunk.
    pub fn prefer_lookups(&mut self) -> Result<()> {
        if self.backend() == Backend::Postgres {
            self.batch(
                "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off;
                 SET LOCAL jit = off; SET LOCAL plan_cache_mode = force_custom_plan",
            )?;
        }
        Ok(())
    }

    /// Takes `count` fresh ids of a table of a book; returns the first.
    pub fn take_ids(&mut self, book: i64, name: &str, count: i64) -> Result<i64> {
        let row = self.one(
            "INSERT INTO counter (book, name, next) VALUES ($1, $2, $3 + 1)
             ON CONFLICT (book, name) DO UPDATE SET next = counter.next + $3 RETURNING next",
            params![book, name, count],
        )?;
        Ok(row.int(0)? - count)
    }
}
