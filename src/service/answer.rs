//! What operations answer. Pages and API show the same answer in their own ways.

use super::Imported;
use crate::domain::report::Table;
use serde::Serialize;
use std::path::PathBuf;

/// What came of an operation.
#[derive(Debug)]
pub enum Answer {
    /// Reports and looked-up objects: tables as they stand on paper, available as JSON, CSV and XLSX.
    Tables(Vec<Table>),
    /// One page of a long list.
    List(ListPage),
    /// Something was done.
    Done(Done),
    /// A document made of it.
    File(Download),
    /// What came of a file that was sent; it may be a refusal.
    Import(Box<Imported>),
}

impl Answer {
    /// Whether it shows what is shown once and kept nowhere.
    pub fn shows_secret(&self) -> bool {
        match self {
            Answer::Done(done) => done.facts.contains_key(SECRET),
            Answer::Tables(tables) => tables.iter().flat_map(|table| &table.columns).any(|column| column.key == SECRET),
            _ => false,
        }
    }

    /// Whether nothing was done after all: a file with errors.
    pub fn refused(&self) -> bool {
        matches!(self, Answer::Import(imported) if !imported.accepted)
    }
}

/// The fact of a [`Done`], or the column, that is shown once and kept nowhere, not for a repeated request either: a first secret.
pub const SECRET: &str = "secret";

/// What was done, in sentences and in facts for programs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// Sentences in Chinese, the most important first.
    pub messages: Vec<String>,
    /// Names and values that a program goes on with: `batch`, `voucher`, `lines`, `total` (元).
    pub facts: serde_json::Map<String, serde_json::Value>,
    /// The same was done before; nothing was done again.
    pub repeated: bool,
}

impl Done {
    pub fn new(message: impl Into<String>) -> Done {
        Done { messages: vec![message.into()], ..Done::default() }
    }

    pub fn also(mut self, message: impl Into<String>) -> Done {
        self.messages.push(message.into());
        self
    }

    pub fn fact(mut self, name: &str, value: impl Into<serde_json::Value>) -> Done {
        self.facts.insert(name.to_string(), value.into());
        self
    }

    pub fn repeated(mut self, repeated: bool) -> Done {
        self.repeated = repeated;
        self
    }
}

impl From<Done> for Answer {
    fn from(done: Done) -> Answer {
        Answer::Done(done)
    }
}

impl From<Table> for Answer {
    fn from(table: Table) -> Answer {
        Answer::Tables(vec![table])
    }
}

/// A page of a list: its rows as a table, how to go on, and what the whole filtered set comes to.
#[derive(Debug)]
pub struct ListPage {
    pub table: Table,
    /// Cursor of the following page, `None` on the last.
    pub next: Option<String>,
    /// Rows of the filtered set.
    pub count: i64,
    /// Sums of the filtered set by column key, in fen.
    pub totals: Vec<(String, i64)>,
}

pub const CSV: &str = "text/csv; charset=utf-8";
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
pub const ZIP: &str = "application/zip";

/// A file to be sent: in memory, or on disk and removed once sent.
#[derive(Debug)]
pub struct Download {
    pub name: String,
    pub media: &'static str,
    pub content: Content,
}

#[derive(Debug)]
pub enum Content {
    Bytes(Vec<u8>),
    Path(PathBuf),
}

impl Download {
    pub fn bytes(name: impl Into<String>, media: &'static str, bytes: Vec<u8>) -> Download {
        Download { name: name.into(), media, content: Content::Bytes(bytes) }
    }
}

impl From<Download> for Answer {
    fn from(download: Download) -> Answer {
        Answer::File(download)
    }
}
