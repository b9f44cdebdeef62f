//! The reading rules of formats.md, one test each, and the files that nobody means well with.

#![allow(clippy::unwrap_used)]

mod hostile;
mod rules;
mod spreadsheet;
pub mod support;
