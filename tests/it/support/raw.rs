//! A plain connection beside the program, for breaking things: any SQL, errors as text, every table as text.

use super::db::Db;
use postgres::{Client, NoTls, SimpleQueryMessage};
use rusqlite::Connection;

pub enum Raw {
    Sqlite(Connection),
    Postgres(Box<Client>),
}

impl Raw {
    /// `keys` is SQLite's `foreign_keys`, which every connection chooses for itself.
    pub fn open(url: &str, keys: bool) -> Raw {
        match url.strip_prefix("sqlite://") {
            Some(path) => {
                let connection = Connection::open(path).unwrap();
                connection.pragma_update(None, "foreign_keys", keys).unwrap();
                connection.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
                Raw::Sqlite(connection)
            }
            None => Raw::Postgres(Box::new(Client::connect(url, NoTls).unwrap())),
        }
    }

    pub fn backend(&self) -> Db {
        match self {
            Raw::Sqlite(_) => Db::Sqlite,
            Raw::Postgres(_) => Db::Postgres,
        }
    }

    pub fn batch(&mut self, sql: &str) -> Result<(), String> {
        match self {
            Raw::Sqlite(connection) => connection.execute_batch(sql).map_err(|error| error.to_string()),
            Raw::Postgres(client) => client.batch_execute(sql).map_err(|error| match error.as_db_error() {
                Some(db) => db.message().to_string(),
                None => error.to_string(),
            }),
        }
    }

    /// All of it or nothing.
    pub fn transact(&mut self, sql: &str) -> Result<(), String> {
        let outcome = self.batch(&format!("BEGIN;\n{sql};\nCOMMIT;"));
        if outcome.is_err() {
            let _ = self.batch("ROLLBACK"); // the commit may have rolled back already
        }
        outcome
    }

    /// Rows of text; NULL is `∅`, bytes are hexadecimal.
    pub fn rows(&mut self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Raw::Sqlite(connection) => sqlite_rows(connection, sql),
            Raw::Postgres(client) => {
                let messages = client.simple_query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
                let rows = messages.iter().filter_map(|message| match message {
                    SimpleQueryMessage::Row(row) => Some(row),
                    _ => None,
                });
                let text = |cell: Option<&str>| cell.map_or("∅", |text| text.strip_prefix("\\x").unwrap_or(text)).to_string();
                rows.map(|row| (0..row.len()).map(|column| text(row.get(column))).collect()).collect()
            }
        }
    }

    pub fn int(&mut self, sql: &str) -> i64 {
        self.rows(sql)[0][0].parse().unwrap_or_else(|_| panic!("{sql}: not a number"))
    }

    pub fn tables(&mut self) -> Vec<String> {
        let sql = match self {
            Raw::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
            Raw::Postgres(_) => "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename",
        };
        self.rows(sql).into_iter().map(|mut row| row.remove(0)).collect()
    }

    /// Every row of every table.
    pub fn dump(&mut self) -> String {
        let mut text = String::new();
        for table in self.tables() {
            let mut rows: Vec<String> = self.rows(&format!("SELECT * FROM \"{table}\"")).iter().map(|row| row.join("|")).collect();
            rows.sort();
            text.push_str(&format!("{table}\n  {}\n", rows.join("\n  ")));
        }
        text
    }
}

fn sqlite_rows(connection: &Connection, sql: &str) -> Vec<Vec<String>> {
    use rusqlite::types::ValueRef;
    let mut statement = connection.prepare(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let columns = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut all = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let text = |column| match row.get_ref(column).unwrap() {
            ValueRef::Null => "∅".to_string(),
            ValueRef::Integer(n) => n.to_string(),
            ValueRef::Real(x) => x.to_string(),
            ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
            ValueRef::Blob(b) => sunledger::domain::ledger::chain::hex(b),
        };
        all.push((0..columns).map(text).collect());
    }
    all
}
