//! A second connection that sees the very data that the first one sees, so that two threads can read at once. PostgreSQL
//! hands its snapshot over; SQLite cannot, but tells whether anybody has written between the two beginnings.

use super::conn::Conn;
use super::{Result, Tx, pg, sqlite};
use crate::params;

pub(super) struct Twin {
    pub(super) conn: Conn,
    /// What SQLite counted of others' writing when the connection was opened.
    version: i64,
}

impl Twin {
    /// Opened before the first one's transaction begins.
    pub(super) fn open(url: &str) -> Result<Twin> {
        let Some(path) = url.strip_prefix("sqlite://") else {
            return Ok(Twin { conn: Conn::Pg(Box::new(pg::open(url)?)), version: 0 });
        };
        let mut twin = Twin { conn: Conn::Sqlite(sqlite::open(path, false)?), version: 0 };
        twin.version = twin.written()?;
        Ok(twin)
    }

    fn written(&mut self) -> Result<i64> {
        Tx::new(&mut self.conn).one("PRAGMA data_version", params![])?.int(0)
    }

    /// Begins on the data of `first`, whose transaction has begun; tells whether it is the same data.
    pub(super) fn join(&mut self, first: &mut Tx<'_>) -> Result<bool> {
        if let Conn::Pg(second) = &mut self.conn {
            let snapshot = first.one("SELECT pg_export_snapshot()", params![])?.string(0)?;
            second
                .client
                .batch_execute(&format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '{snapshot}'"))?;
            return Ok(true);
        }
        // a transaction of SQLite begins with its first reading
        first.first("SELECT name FROM sqlite_schema LIMIT 1", params![])?;
        Tx::new(&mut self.conn).batch("BEGIN; PRAGMA query_only = ON")?;
        Ok(self.written()? == self.version)
    }
}
