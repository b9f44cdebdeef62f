//! The only floor that names csv, xlsx, docx and pdf crates.

pub mod digest;
pub mod fonts;
pub mod labels;
pub mod reading;
pub mod writing;
