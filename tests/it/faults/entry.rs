//! One entry of a file of forty batches by a process of its own, which writes what came of it beside the file; and what must
//! hold in the book afterwards.

use crate::support::child::order;
use crate::support::county::{BATCH_HEAD, allocate, assert_holds, batch_lines, count, import, put, settle};
use crate::support::{Db, TestDb};
use std::path::{Path, PathBuf};
use std::process::Command;
use sunledger::app::{AppError, Bureau};
use sunledger::store::StoreError;
use tempfile::TempDir;

pub const URL: &str = "SUNLEDGER_FAULT_URL";
pub const FILE: &str = "SUNLEDGER_FAULT_FILE";
/// No file may grow beyond so many bytes.
pub const LARGEST: &str = "SUNLEDGER_FAULT_LARGEST";
/// The process dies as soon as it was told of the error.
pub const DIE: &str = "SUNLEDGER_FAULT_DIE";

const BATCHES: usize = 40;
const LINES: i64 = 60;

pub fn run() {
    let (Some(url), Some(file)) = (order(URL), order(FILE)) else { return };
    if let Some(bytes) = order(LARGEST) {
        limit_files(bytes.parse().unwrap());
    }
    let said = match Bureau::open(&url, "东方") {
        Ok(mut bureau) => {
            let said = tell(import(&mut bureau, "甲", "batch", Path::new(&file)).map(|report| report.accepted()));
            if order(DIE).is_some() {
                println!("{said}");
                std::process::abort();
            }
            said
        }
        Err(error) => tell(Err(error)),
    };
    println!("{said}");
}

/// `said: ` and the class of what happened.
pub fn tell(outcome: Result<bool, AppError>) -> String {
    match outcome {
        Ok(true) => "said: entered".into(),
        Ok(false) => "said: refused".into(),
        Err(AppError::Store(error @ StoreError::DiskFull(_))) => format!("said: full {error}"),
        Err(AppError::Store(error @ StoreError::Io(_))) => format!("said: io {error}"),
        Err(error) => format!("said: other {error:?}"),
    }
}

#[allow(unsafe_code)]
fn limit_files(bytes: u64) {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
    // SAFETY: plain calls with valid arguments, in a process with nothing else to do.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        assert_eq!(libc::setrlimit(libc::RLIMIT_FSIZE, &limit), 0);
    }
}

/// A book ready for the file of forty batches, and the file.
pub struct Desk {
    pub db: TestDb,
    pub dir: TempDir,
    pub file: PathBuf,
}

impl Desk {
    pub fn new() -> Desk {
        let (db, dir) = (TestDb::seeded(Db::Sqlite), TempDir::new().unwrap());
        let people = settle(&db, LINES);
        allocate(&db, 1_000_000, 1_000);
        let text: String = (1..=BATCHES).map(|n| batch_lines(&format!("PC{n}"), &people)).collect();
        let file = put(dir.path(), "batch", &format!("{BATCH_HEAD}{text}"));
        Desk { db, dir, file }
    }

    /// Has a child enter the file; returns what it was told.
    pub fn enter(&self, mut command: Command) -> String {
        let output = command.env(URL, &self.db.url).env(FILE, &self.file).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = text.lines().find_map(|line| line.find("said: ").map(|at| line[at..].to_string()));
        said.unwrap_or_else(|| panic!("no word: {text}{}", String::from_utf8_lossy(&output.stderr)))
    }

    /// The book has all of the file or nothing of it, and verifies; true if it has all.
    pub fn whole_or_nothing(&self) -> bool {
        whole_or_nothing(&mut self.db.bureau())
    }

    pub fn mend(&self) {
        enter_again(&mut self.db.bureau(), &self.file);
    }
}

pub fn whole_or_nothing(bureau: &mut Bureau) -> bool {
    assert_holds(bureau);
    let batches = count(bureau, "SELECT COUNT(*) FROM batch WHERE book = $1");
    let lines = count(bureau, "SELECT COUNT(*) FROM payment WHERE book = $1");
    let files = count(bureau, "SELECT COUNT(*) FROM file WHERE book = $1 AND kind = 'batch'");
    match (batches as usize, lines, files) {
        (0, 0, 0) => false,
        (BATCHES, lines, 1) if lines == BATCHES as i64 * LINES => true,
        part => panic!("half of the file is in the book: {part:?}"),
    }
}

/// With the disk well again the same file is taken, or was taken before.
pub fn enter_again(bureau: &mut Bureau, file: &Path) {
    assert_eq!(tell(import(bureau, "甲", "batch", file).map(|report| report.accepted())), "said: entered");
    assert!(whole_or_nothing(bureau), "the file was taken");
}
