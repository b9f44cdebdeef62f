//! The integration tests, one binary. What concerns stored books runs on both databases: SQLite in a temporary directory
//! and PostgreSQL in a private server that starts with the first test and dies with the process.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod audit;
mod browser;
mod cases;
mod catalogue;
mod checker;
mod control;
mod crash;
mod faults;
mod hostile_files;
mod inspection;
mod invariants;
mod lists;
mod misuse;
mod office;
mod paper_pages;
mod posting;
mod projects;
mod races;
mod schema;
mod screening;
mod service;
mod service_money;
mod service_oversight;
mod service_schema;
mod support;
mod tidy;
mod way;
mod words;
mod workflow;
