//! Hostile files of every kind, sent as a user would send them: each is refused, or its rows are, in Chinese, nothing panics,
//! and the book does not change by a byte. `SUNLEDGER_FUZZ_CASES` asks for more random files than 64 a kind.

pub mod content;

use crate::support::{Db, TestDb};
use content::{Hostile, header, hostile, workbook};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use std::path::{Path, PathBuf};
use sunledger::app::Bureau;
use sunledger::app::import::{ImportOptions, ImportReport, import_file};
use sunledger::domain::kinds::{KINDS, Kind};

/// A book that nothing is ever accepted into.
struct Target {
    db: TestDb,
    bureau: Bureau,
    before: String,
    dir: tempfile::TempDir,
}

impl Target {
    fn new() -> Target {
        let db = TestDb::seeded(Db::Sqlite);
        let (bureau, before) = (db.bureau(), db.raw().dump());
        Target { db, bureau, before, dir: tempfile::tempdir().unwrap() }
    }

    fn put(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn send(&mut self, kind: &'static Kind, path: &Path) -> ImportReport {
        let ctx = crate::support::db::ctx("甲");
        import_file(&mut self.bureau, &ctx, kind, path, &ImportOptions::default())
            .unwrap_or_else(|error| panic!("{}: {error:?}", kind.name))
    }

    /// Sends a file as a trial where it may turn out to be good, and looks at what is said of it.
    fn try_out(&mut self, kind: &'static Kind, content: &[u8]) {
        let path = self.put("random.csv", content);
        let options = ImportOptions { dry_run: true, ..ImportOptions::default() };
        let report = import_file(&mut self.bureau, &crate::support::db::ctx("甲"), kind, &path, &options).unwrap();
        in_chinese(kind, "random", &report);
    }

    fn unchanged(&self, what: &str) {
        assert!(self.before == self.db.raw().dump(), "{what}: the book has changed");
    }
}

fn chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

fn in_chinese(kind: &Kind, name: &str, report: &ImportReport) {
    for refusal in &report.refused {
        assert!(chinese(&refusal.message), "{} {name}: {refusal:?}", kind.name);
    }
    for error in report.errors.kept() {
        assert!(chinese(&error.problem) && !error.mend.is_empty(), "{} {name}: {error:?}", kind.name);
    }
}

#[test]
fn every_kind_refuses_every_hostile_file() {
    let mut target = Target::new();
    for kind in KINDS {
        for Hostile { name, content } in hostile(kind) {
            let path = target.put(&name, &content);
            let report = target.send(kind, &path);
            assert!(!report.accepted(), "{} {name} was accepted: {report:?}", kind.name);
            in_chinese(kind, &name, &report);
        }
        let dir = target.dir.path().join("directory.csv");
        std::fs::create_dir_all(&dir).unwrap();
        assert!(!target.send(kind, &dir).accepted());
        assert!(!target.send(kind, &target.dir.path().join("missing.csv")).accepted());
        target.unchanged(kind.name);
    }
}

#[test]
fn a_zip_bomb_is_refused_at_once() {
    let mut target = Target::new();
    let path = target.put("bomb.xlsx", &content::bomb());
    for kind in KINDS {
        assert!(!target.send(kind, &path).accepted(), "{}", kind.name);
    }
    target.unchanged("bomb");
}

fn runner() -> TestRunner {
    let cases = std::env::var("SUNLEDGER_FUZZ_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(64);
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn random_bytes_never_panic() {
    let mut target = Target::new();
    for kind in KINDS {
        let cell = std::cell::RefCell::new(&mut target);
        let bytes = proptest::collection::vec(any::<u8>(), 0..1_500);
        let send = |bytes: Vec<u8>| {
            cell.borrow_mut().try_out(kind, &bytes);
            Ok(())
        };
        runner().run(&bytes, send).unwrap();
    }
    target.unchanged("random bytes");
}

#[test]
fn random_rows_under_the_right_header_never_panic() {
    let mut target = Target::new();
    const CELLS: &str = "([0-9]{1,20}|[-+]?[0-9]{1,19}\\.[0-9]{1,9}|20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}|20[0-9]{4}|[\"'=@\u{0}-\u{1f}]{0,4}|[张王符]{1,3}|NaN|1E\\+17|是|否){1}";
    for kind in KINDS {
        let cell = std::cell::RefCell::new(&mut target);
        let rows = proptest::collection::vec(proptest::collection::vec(CELLS, 0..kind.columns.len() + 2), 1..6);
        let send = |rows: Vec<Vec<String>>| {
            let text: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
            cell.borrow_mut().try_out(kind, format!("{}\n{}\n", header(kind), text.join("\n")).as_bytes());
            Ok(())
        };
        runner().run(&rows, send).unwrap();
    }
    target.unchanged("random rows");
}

#[test]
fn damaged_workbooks_never_panic() {
    let mut target = Target::new();
    for kind in KINDS {
        let (cell, good) = (std::cell::RefCell::new(&mut target), workbook(kind, "甲"));
        let changes = proptest::collection::vec((any::<usize>(), any::<u8>()), 1..6);
        let send = |changes: Vec<(usize, u8)>| {
            let mut bad = good.clone();
            for (at, byte) in changes {
                let at = at % bad.len();
                bad[at] = byte;
            }
            cell.borrow_mut().try_out(kind, &bad);
            Ok(())
        };
        runner().run(&changes, send).unwrap();
    }
    target.unchanged("damaged workbooks");
}
