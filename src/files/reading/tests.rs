//! The reader, by subject.

#![allow(clippy::unwrap_used)]

//! The reading rules of formats.md, one test each, and the files that nobody means well with.

mod hostile;
mod rules;
mod spreadsheet;
mod support;
