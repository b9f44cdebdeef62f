//! DuckDB as a measure: a Python process that has the tables in memory and runs the queries of `screening.sql` when told.

#![allow(clippy::unwrap_used, dead_code)]

use super::timing::median;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub struct DuckDb {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    /// Seconds of each rule, round by round, and rows that it found.
    rules: BTreeMap<String, (Vec<f64>, u64)>,
}

impl DuckDb {
    /// Loads the tables of a book; `None` where there is no Python with DuckDB.
    pub fn start(database: &str) -> Option<DuckDb> {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/");
        let found = Command::new("python3").args(["-c", "import duckdb"]).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            return None;
        }
        let mut child = Command::new("python3")
            .args([&format!("{here}support/duckdb_joins.py"), database, &format!("{here}screening.sql")])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, mut from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut ready = String::new();
        from.read_line(&mut ready).unwrap();
        assert_eq!(ready.trim(), "ready");
        Some(DuckDb { child, to, from, rules: BTreeMap::new() })
    }

    /// Runs all queries once; returns the seconds that they took together.
    pub fn round(&mut self) -> f64 {
        writeln!(self.to, "go").unwrap();
        let mut total = 0.0;
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "DuckDB stopped");
            let words: Vec<&str> = line.split_whitespace().collect();
            let [rule, seconds, rows] = words[..] else { return total };
            let seconds: f64 = seconds.parse().unwrap();
            total += seconds;
            let known = self.rules.entry(rule.to_string()).or_default();
            known.0.push(seconds);
            known.1 = rows.parse().unwrap();
        }
    }

    /// Median seconds and rows of each query.
    pub fn per_rule(&self) -> String {
        let row = |(rule, (seconds, rows)): (&String, &(Vec<f64>, u64))| format!("{rule} {:.3} {rows}", median(seconds.clone()));
        self.rules.iter().map(row).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for DuckDb {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended already
        let _ = self.child.wait();
    }
}
