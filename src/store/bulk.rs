//! Bulk loading, the one place where the two databases are fed differently: a cached prepared statement a row on SQLite,
//! COPY in chunks on PostgreSQL. Both run inside the caller's transaction.

use super::conn::Conn;
use super::value::Field;
use super::{Result, Tx};
use std::io::Write;

/// PostgreSQL rows are gathered up to this many bytes before they are sent.
const CHUNK: usize = 1 << 20;

/// Rows on their way into one table. Call [`Bulk::finish`]: rows not finished may not have been sent.
pub struct Bulk {
    insert: String,
    copy: String,
    buffer: Vec<u8>,
    pub rows: u64,
}

impl Bulk {
    pub fn into(table: &str, columns: &[&str]) -> Bulk {
        let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
        Bulk {
            insert: format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), places.join(", ")),
            copy: format!("COPY {table} ({}) FROM STDIN", columns.join(", ")),
            buffer: Vec::new(),
            rows: 0,
        }
    }

    pub fn push(&mut self, tx: &mut Tx<'_>, row: &[Field<'_>]) -> Result<()> {
        self.rows += 1;
        match tx.conn {
            Conn::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&self.insert)?;
                for (index, field) in row.iter().enumerate() {
                    statement.raw_bind_parameter(index + 1, field)?;
                }
                statement.raw_execute()?;
                Ok(())
            }
            Conn::Pg(_) => {
                copy_line(&mut self.buffer, row);
                if self.buffer.len() >= CHUNK { self.send(tx) } else { Ok(()) }
            }
        }
    }

    /// Pushes many rows of the same width that lie one after the other in `fields`; quicker than one by one.
    pub fn push_all(&mut self, tx: &mut Tx<'_>, fields: &[Field<'_>], width: usize) -> Result<()> {
        match tx.conn {
            Conn::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(&self.insert)?;
                for row in fields.chunks_exact(width) {
                    for (index, field) in row.iter().enumerate() {
                        statement.raw_bind_parameter(index + 1, field)?;
                    }
                    statement.raw_execute()?;
                    self.rows += 1;
                }
                Ok(())
            }
            Conn::Pg(_) => {
                for row in fields.chunks_exact(width) {
                    self.push(tx, row)?;
                }
                Ok(())
            }
        }
    }

    pub fn finish(mut self, tx: &mut Tx<'_>) -> Result<u64> {
        self.send(tx)?;
        Ok(self.rows)
    }

    fn send(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        if let Conn::Pg(pg) = &mut *tx.conn
            && !self.buffer.is_empty()
        {
            let mut writer = pg.client.copy_in(&self.copy)?;
            writer.write_all(&self.buffer).map_err(|error| super::StoreError::Io(error.to_string()))?;
            writer.finish()?;
            self.buffer.clear();
        }
        Ok(())
    }
}

/// One line of COPY's text format: tabs between fields, `\N` for null, backslash escapes.
fn copy_line(out: &mut Vec<u8>, row: &[Field<'_>]) {
    for (index, field) in row.iter().enumerate() {
        if index > 0 {
            out.push(b'\t');
        }
        match field {
            Field::Null => out.extend_from_slice(b"\\N"),
            Field::Int(n) => {
                let _ = write!(out, "{n}"); // writing to a Vec cannot fail
            }
            Field::Text(text) => escape(out, text),
            Field::Bytes(bytes) => {
                out.extend_from_slice(b"\\\\x");
                for byte in *bytes {
                    let _ = write!(out, "{byte:02x}"); // as above
                }
            }
        }
    }
    out.push(b'\n');
}

fn escape(out: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0 => {} // PostgreSQL text holds no NUL; the readers refuse it earlier
            other => out.push(other),
        }
    }
}
