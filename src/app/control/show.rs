//! What runs have decided, for lists: a month's run in a version, and the versions that a month has.

use super::stored::{self, Run};
use crate::app::context::china_time;
use crate::app::{AppError, Bureau, Result};
use crate::domain::calendar::Month;
use crate::domain::control::Decision;
use crate::domain::control::table::{self, Line};
use crate::domain::ledger::chain::hex;
use crate::domain::report::Table;
use serde::Serialize;
use std::collections::BTreeMap;

/// A run as it is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    pub run: Run,
    pub decisions: Vec<Decision>,
    /// Versions that the month has.
    pub versions: i64,
}

/// The JSON of a run.
#[derive(Debug, Serialize)]
pub struct RunFacts<'a> {
    month: String,
    version: i64,
    known_seq: i64,
    chain_head: String,
    recorded_at: String,
    actor: &'a str,
    checker: &'a str,
    digest: String,
    changes: &'a [String],
    policy: &'a BTreeMap<String, String>,
    rows: Vec<Line>,
}

impl Shown {
    /// The sheet as a terminal has room for it.
    pub fn narrow_table(&self, all: bool) -> Table {
        table::narrow(&self.table(all))
    }

    pub fn table(&self, all: bool) -> Table {
        let run = &self.run;
        let mut table = table::decisions(run.month, run.version, &self.decisions, all).note(format!(
            "按凭证序号 {} 及以前已入账记录（链头 {}），{} 由 {} 运行{}，考核摘要 {}。",
            run.seq,
            &hex(&run.head)[..16],
            china_time(run.at),
            run.actor,
            if run.checker.is_empty() { String::new() } else { format!("、{} 复核", run.checker) },
            &hex(&run.digest)[..16]
        ));
        for change in &run.changes {
            table = table.note(format!("较上一版：{change}"));
        }
        table
    }

    pub fn facts(&self, all: bool) -> RunFacts<'_> {
        let run = &self.run;
        RunFacts {
            month: run.month.to_string(),
            version: run.version,
            known_seq: run.seq,
            chain_head: hex(&run.head),
            recorded_at: china_time(run.at),
            actor: &run.actor,
            checker: &run.checker,
            digest: hex(&run.digest),
            changes: &run.changes,
            policy: &run.policy,
            rows: table::shown(&self.decisions, all).into_iter().map(Line::from).collect(),
        }
    }
}

/// A month's run, the newest version unless one is given; the latest month where none is given.
pub fn show(bureau: &mut Bureau, month: Option<Month>, version: Option<i64>) -> Result<Shown> {
    bureau.read(|tx, book| {
        let latest = match month {
            Some(month) => stored::latest_of(tx, book, month, None)?,
            None => stored::latest_before(tx, book, None)?,
        };
        let Some(latest) = latest else {
            return AppError::refuse("no_run", "还没有考核记录", "请先 ⟦control.run⟧ ⟦month⟧ 2018-09");
        };
        let versions = latest.version;
        let run = match version {
            None => latest,
            Some(version) => {
                let all = stored::runs(tx, book)?;
                let found = all.into_iter().find(|run| run.month == latest.month && run.version == version);
                let Some(found) = found else {
                    return AppError::refuse("no_run", format!("{} 没有第 {version} 版考核", latest.month), "请核对版本号");
                };
                found
            }
        };
        Ok(Shown { decisions: stored::decisions(tx, book, run.id)?, run, versions })
    })
}
