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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn on_sqlite_a_write_in_the_moment_between_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("book.db").display());
        let (mut reader, mut writer) = (Store::create(&url).unwrap(), Store::open(&url).unwrap());
        for (writes, same) in [(false, true), (true, false)] {
            let mut twin = Twin::open(&url).unwrap();
            if writes {
                writer.batch("CREATE TABLE other (n INTEGER)").unwrap();
            }
            let joined = reader.read(|tx| twin.join(tx)).unwrap();
            assert_eq!(joined, same);
        }
    }

    #[test]
    fn a_second_reader_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", dir.path().join("book.db").display());
        let outcome = Store::create(&url).unwrap().read_by_two(|_, second| match second {
            Some(second) => second.batch("CREATE TABLE new (n INTEGER)"),
            None => Ok(()),
        });
        assert!(outcome.unwrap_err().to_string().contains("readonly"));
    }
}
