//! The only floor that names a database driver. One `Store` is one connection to SQLite (the default) or PostgreSQL,
//! with two doors: [`Store::read`] and [`Store::write`]. A write is one transaction that first takes the book's lock,
//! so that acts on one book come one after the other on both databases and never half.
//!
//! SQL is written once and runs on both: `$1` parameters, whole numbers for dates and money, `CAST(SUM(x) AS BIGINT)`.
//! Where the two must differ (bulk loading) the difference stays in [`bulk`]. The drivers are `rusqlite` and `postgres`
//! rather than an ORM over both: on the hot path a prepared statement per row was measured at 1.4 times the rate that
//! the ORM reached, and set queries over ledger tables gain nothing from a query builder.

pub mod bulk;
mod conn;
pub mod error;
mod migrate;
mod pg;
mod sqlite;
mod twin;
mod tx;
pub mod value;

pub use conn::{Backend, Store};
pub use error::StoreError;
pub use tx::Tx;
pub use value::{Field, Row, Value};

pub type Result<T> = std::result::Result<T, StoreError>;
