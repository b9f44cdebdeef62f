//! A trial run (试算): other parameters over the same facts. What would newly be found, what would clear; nothing is kept.

use super::findings::Finding;
use super::load::{Scope, facts_by_two};
use super::lookup::{FileName, files, parameters, refuse};
use crate::app::{Bureau, Result};
use crate::domain::screening::screen;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug)]
pub struct Trial {
    /// Found with the trial's parameters and not with those in force.
    pub newly: Vec<Finding>,
    /// Found with those in force and not with the trial's.
    pub cleared: Vec<Finding>,
    /// Found with both.
    pub both: usize,
    pub files: BTreeMap<i64, FileName>,
}

/// Errors: a name or value that means nothing.
pub fn trial(bureau: &mut Bureau, as_of: NaiveDate, changed: &[(String, String)]) -> Result<Trial> {
    let (facts, params, files) = bureau.read_by_two(|tx, second, book| {
        Ok((facts_by_two(tx, second, book, as_of, Scope::Book)?, parameters(tx, book)?, files(tx, book)?))
    })?;
    let other = params.clone().with(changed.iter().map(|(name, value)| (name.as_str(), value.as_str()))).map_err(refuse)?;
    // rules that the change does not touch find the same both times, but those that look at others' findings may not
    let now = Finding::all(&facts, &screen(&facts, &params, &|_| true));
    let then = Finding::all(&facts, &screen(&facts, &other, &|_| true));
    let keys = |findings: &[Finding]| findings.iter().map(|f| f.key.clone()).collect::<BTreeSet<_>>();
    let (before, after) = (keys(&now), keys(&then));
    Ok(Trial {
        both: before.intersection(&after).count(),
        newly: then.into_iter().filter(|finding| !before.contains(&finding.key)).collect(),
        cleared: now.into_iter().filter(|finding| !after.contains(&finding.key)).collect(),
        files,
    })
}
