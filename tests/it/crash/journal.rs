//! The acknowledgement journal: one line for each act that was answered with success, kept outside the database and forced
//! to disk before the next act begins. What stands here must stand in the book, whatever happens to the process.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

pub struct Journal(File);

impl Journal {
    pub fn open(path: &Path) -> Journal {
        Journal(OpenOptions::new().append(true).create(true).open(path).unwrap())
    }

    pub fn acknowledge(&mut self, key: &str) {
        self.0.write_all(format!("{key}\n").as_bytes()).unwrap();
        self.0.sync_data().unwrap();
    }
}

/// What was acknowledged, in order; a last line cut short by the kill was not.
pub fn acknowledged(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().map(str::to_string).collect()
}
