//! The only floor that names csv, xlsx and docx crates.

pub mod digest;
pub mod labels;
pub mod reading;
pub mod writing;
