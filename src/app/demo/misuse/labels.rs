//! The labels: what is planted, and what only looks like it. They go into `labels.csv` beside the county's files.

use super::hands::Weaver;
use crate::app::{AppError, Result};
use crate::domain::kinds::screen_labels;
use crate::domain::screening::rules;
use crate::files::writing::TextEncoding;
use crate::files::writing::rows::{PlainRows, csv};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

const TITLE: &str = "示范数据筛查标注：所列人员、单位和事项全部为虚构，仅用于检验筛查规则";

/// Rows of `labels.csv`, without a row that says the same twice.
#[derive(Debug, Default)]
pub struct Labels(BTreeSet<[String; 6]>);

impl Labels {
    pub fn add(&mut self, rule: &str, misuse: bool, subject: (&str, &str), payments: &[String], note: &str) {
        // a label of a rule that there is not would be a fault of the file
        if rules::find(rule).is_some() {
            let verdict = if misuse { "违规" } else { "无辜" };
            self.0.insert([rule, verdict, subject.0, subject.1, &payments.join("；"), note].map(str::to_string));
        }
    }

    pub fn into_rows(self) -> Vec<Vec<String>> {
        self.0.into_iter().map(|row| row.to_vec()).collect()
    }
}

impl Weaver<'_> {
    /// Misuse by a person.
    pub fn guilty(&mut self, rule: &str, person: usize, note: &str) {
        let id_no = self.person(person).id_no.clone();
        self.labels.add(rule, true, ("人员", &id_no), &[], note);
    }

    /// Somebody who only looks like it.
    pub fn innocent(&mut self, rule: &str, person: usize, note: &str) {
        let id_no = self.person(person).id_no.clone();
        self.labels.add(rule, false, ("人员", &id_no), &[], note);
    }

    /// Misuse of something else than a person.
    pub fn guilty_of(&mut self, rule: &str, kind: &str, key: &str, payments: &[String], note: &str) {
        self.labels.add(rule, true, (kind, key), payments, note);
    }

    pub fn innocent_of(&mut self, rule: &str, kind: &str, key: &str, payments: &[String], note: &str) {
        self.labels.add(rule, false, (kind, key), payments, note);
    }
}

/// Writes `labels.csv` into the directory and tells where.
pub fn write_labels(dir: &Path, rows: &[Vec<String>]) -> Result<PathBuf> {
    let path = dir.join("labels.csv");
    let header: Vec<&str> = screen_labels::KIND.columns.iter().map(|column| column.zh).collect();
    let plain = PlainRows { title: Some(TITLE), header: &header, rows, total: None };
    let mut out = std::io::BufWriter::new(File::create(&path)?);
    csv(&plain, TextEncoding::Utf8Bom, &mut out).map_err(|problem| AppError::Output(format!("文件没有写成：{problem}")))?;
    std::io::Write::flush(&mut out)?;
    Ok(path)
}
