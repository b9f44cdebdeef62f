//! The only floor that names csv, xlsx and docx crates.
