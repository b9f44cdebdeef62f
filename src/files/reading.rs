//! Reading a bureau's file: what it is (by content), where its header stands, and then its rows,
//! one at a time, with every error collected. CSV streams in bounded memory; XLSX is measured
//! before it is opened. The rules are those of formats.md.

pub mod archive;
mod buffer;
mod csv_rows;
mod decode;
mod frame;
mod header;
mod limits;
pub mod package;
mod pass;
mod problem;
mod row;
mod sheet_rows;
mod source;
mod survey;
#[cfg(test)]
mod tests;
mod totals;
mod xlsx_guard;

pub use frame::read_frame;
pub use limits::Limits;
pub use pass::Summary;
pub use problem::FileProblem;
pub use row::RowView;
pub use source::{Format, Source};
pub use survey::Encoding;

pub(in crate::files) use buffer::RowBuffer;
pub(in crate::files) use header::ERROR_HEADER;
pub(in crate::files) use problem::system_code;
