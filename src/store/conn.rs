//! Opening a store by URL, and the two doors through which all reading and writing goes.

use super::pg::{self, Pg};
use super::twin::Twin;
use super::{Result, StoreError, Tx, migrate, sqlite};
use crate::params;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

pub(super) enum Conn {
    Sqlite(rusqlite::Connection),
    Pg(Box<Pg>),
}

/// One connection to a database that holds books.
pub struct Store {
    conn: Conn,
    /// Where a second connection for reading goes.
    url: String,
    /// Several transactions are made one, see [`Store::whole_begin`].
    whole: bool,
}

impl Store {
    /// Opens `sqlite://path` (must exist) or `postgres://…` and brings its schema up to date.
    pub fn open(url: &str) -> Result<Store> {
        Store::connect(url, false)
    }

    /// The same, but a missing SQLite file is created.
    pub fn create(url: &str) -> Result<Store> {
        Store::connect(url, true)
    }

    fn connect(url: &str, create: bool) -> Result<Store> {
        let conn = if let Some(path) = url.strip_prefix("sqlite://") {
            Conn::Sqlite(sqlite::open(path, create)?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Conn::Pg(Box::new(pg::open(url)?))
        } else {
            return Err(StoreError::Url(crate::store::conn::without_password(url)));
        };
        let mut store = Store { conn, url: url.to_string(), whole: false };
        migrate::up(&mut store)?;
        if let Conn::Sqlite(connection) = &store.conn {
            sqlite::plan_by_assumed_statistics(connection)?;
        }
        Ok(store)
    }

    /// Where it is, to tell databases apart within the program; may hold a password, so never to be shown.
    pub fn place(&self) -> &str {
        &self.url
    }

    pub fn backend(&self) -> Backend {
        match self.conn {
            Conn::Sqlite(_) => Backend::Sqlite,
            Conn::Pg(_) => Backend::Postgres,
        }
    }

    /// Runs `work` on one consistent view of the data.
    pub fn read<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.transaction(self.read_begin(), work)
    }

    /// The same with a second reader of the same view for another thread; `None` where somebody wrote in the moment between.
    pub fn read_by_two<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>, Option<&mut Tx<'_>>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        if self.whole {
            return self.read(|tx| work(tx, None)); // another connection would not see what is not committed yet
        }
        let mut twin = Twin::open(&self.url)?;
        self.transaction(self.read_begin(), |tx| {
            let same = twin.join(tx)?;
            let mut second = Tx::new(&mut twin.conn);
            work(tx, same.then_some(&mut second))
        })
    }

    fn read_begin(&self) -> &'static str {
        match self.conn {
            Conn::Sqlite(_) => "BEGIN",
            Conn::Pg(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Runs `work` as one transaction that holds the lock of `book`: all of it is durable on return, or nothing happened.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        book: i64,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.transaction(self.write_begin(), |tx| {
            tx.lock_book(book)?;
            work(tx)
        })
    }

    /// A write that belongs to no book yet: creating one, migrating.
    pub fn write_unbooked<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.transaction(self.write_begin(), work)
    }

    fn write_begin(&self) -> &'static str {
        match self.conn {
            Conn::Sqlite(_) => "BEGIN IMMEDIATE",
            Conn::Pg(_) => "BEGIN ISOLATION LEVEL READ COMMITTED",
        }
    }

    fn transaction<T, E: From<StoreError>>(
        &mut self,
        begin: &str,
        work: impl FnOnce(&mut Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let (begin, commit, rollback) = match self.whole {
            false => (begin, "COMMIT", "ROLLBACK"),
            true => ("SAVEPOINT act", "RELEASE act", "ROLLBACK TO act; RELEASE act"),
        };
        self.batch(begin)?;
        let outcome = work(&mut Tx::new(&mut self.conn));
        match outcome {
            Ok(value) => match self.batch(commit) {
                Ok(()) => Ok(value),
                Err(error) => {
                    let _ = self.batch(rollback); // the commit's own error is the one to tell
                    Err(error.into())
                }
            },
            Err(error) => {
                let _ = self.batch(rollback); // as above; a rollback that fails leaves nothing committed either
                Err(error)
            }
        }
    }

    /// Begins a transaction of `book` that several reads and writes belong to: each of them is a savepoint until
    /// [`Store::whole_end`] keeps all of them or none.
    pub fn whole_begin(&mut self, book: i64) -> Result<()> {
        self.batch(self.write_begin())?;
        if let Err(error) = Tx::new(&mut self.conn).lock_book(book) {
            let _ = self.batch("ROLLBACK"); // the lock's own error is the one to tell
            return Err(error);
        }
        self.whole = true;
        Ok(())
    }

    /// Ends it. On an error nothing is kept.
    pub fn whole_end(&mut self, keep: bool) -> Result<()> {
        self.whole = false;
        if !keep {
            return self.batch("ROLLBACK");
        }
        self.batch("COMMIT").inspect_err(|_| {
            let _ = self.batch("ROLLBACK"); // as in `transaction`
        })
    }

    /// Runs statements without parameters and outside any door: migrations, maintenance, tests.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        match &mut self.conn {
            Conn::Sqlite(connection) => connection.execute_batch(sql)?,
            Conn::Pg(pg) => pg.client.batch_execute(sql)?,
        }
        Ok(())
    }

    /// A number that moves whenever another connection of any process commits a change. On SQLite it is the database's own
    /// `data_version`, which leaves out this connection's own commits: ask a connection that never writes. On PostgreSQL it is
    /// a digest of which transactions can be seen (the highest number would not do: an older one may end after a newer), and
    /// moves with writers of other databases of the server, too.
    pub fn change_mark(&mut self) -> Result<i64> {
        match &mut self.conn {
            Conn::Sqlite(connection) => Ok(connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?),
            Conn::Pg(pg) => {
                let sql = "SELECT hashtextextended(pg_current_snapshot()::text, 0)";
                Ok(pg.client.query_one(sql, &[])?.get(0))
            }
        }
    }

    /// Writes what the write-ahead log holds into the database file (SQLite; nothing to do on PostgreSQL).
    pub fn checkpoint(&mut self) -> Result<()> {
        if let Conn::Sqlite(connection) = &self.conn {
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    /// The database's own check of its file (SQLite `integrity_check` and `foreign_key_check`): what it complains of.
    pub fn integrity(&mut self) -> Result<Vec<String>> {
        let mut complaints = Vec::new();
        if let Conn::Sqlite(connection) = &self.conn {
            let mut statement = connection.prepare("PRAGMA integrity_check")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let text: String = row.get(0)?;
                if text != "ok" {
                    complaints.push(text);
                }
            }
            let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let table: String = row.get(0)?;
                complaints.push(format!("{table} 表有记录缺少上级"));
            }
        }
        Ok(complaints)
    }

    pub(super) fn migrations_done(&mut self) -> Result<Vec<String>> {
        self.batch("CREATE TABLE IF NOT EXISTS migration (name TEXT NOT NULL PRIMARY KEY)")?;
        let mut tx = Tx::new(&mut self.conn);
        let rows = tx.query("SELECT name FROM migration ORDER BY name", params![])?;
        rows.iter().map(|row| row.string(0)).collect()
    }
}

/// A URL fit for messages: what stands between `://user:` and `@` is a secret.
pub(super) fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}://***{}", &url[..scheme], &url[at..]),
        _ => url.to_string(),
    }
}
