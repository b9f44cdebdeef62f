//! Reports without files: figures come in as rows, tables and papers go out as plain data. The
//! writers under `files/writing` turn that data into text, CSV, JSON, XLSX, DOCX, PDF or HTML, so a figure is
//! computed and worded once, whatever it is printed on.

pub mod chart;
pub mod document;
pub mod figure;
pub mod table;
pub mod trial_balance;

pub use document::{Block, Document};
pub use table::{Cell, Column, Formula, Kind, Row, RowStyle, Table};
