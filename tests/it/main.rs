//! The integration tests, one binary. What concerns stored books runs on both databases: SQLite in a temporary directory
//! and PostgreSQL in a private server that starts with the first test and dies with the process.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cases;
mod checker;
mod crash;
mod faults;
mod hostile_files;
mod invariants;
mod misuse;
mod posting;
mod races;
mod schema;
mod screening;
mod support;
mod tidy;
mod way;
