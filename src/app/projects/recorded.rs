//! What the register of projects would say with everything that was recorded here: for those who read the register's own rows
//! and must not miss a step, a notice or a result that no file brought (rules.md U01, U02, U13). Only projects and batches that
//! have something recorded are in the answers, so that they cost little beside a whole register.

use super::goals::indicators;
use super::records;
use crate::app::notices::list::published;
use crate::app::{Book, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::notices::{Kind, Window};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashSet};

/// A project as the register would have it. Days are 20180305; 0 where there is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// 储备, 在库, 实施, 竣工 or 退出
    pub status: String,
    /// 村级申报, 乡镇初审, 市县审定, 省级备案
    pub filed: [i64; 4],
    /// The longest entry notice.
    pub notice_from: i64,
    pub notice_to: i64,
    pub started: i64,
    pub finished: i64,
    /// The first day on which a completion notice hung.
    pub completion_notice: i64,
    /// The goal of the file, or the results measured, in words; empty where there is neither.
    pub goal: String,
}

/// By code, as of the end of a day: projects with an event, a published notice or a result.
pub fn recorded(tx: &mut Tx<'_>, book: &Book, day: NaiveDate) -> Result<BTreeMap<String, Recorded>> {
    let (entry, completion) = (published(tx, book, Kind::Entry)?, published(tx, book, Kind::Completion)?);
    let mut measured = HashSet::new();
    for row in tx.query(
        "SELECT DISTINCT g.project FROM project_goal g JOIN project_result r ON r.book = g.book AND r.goal = g.id
          WHERE g.book = $1 AND r.date <= $2",
        params![book.id, date_to_int(day)],
    )? {
        measured.insert(row.string(0)?);
    }
    let int = |day: Option<NaiveDate>| day.map_or(0, date_to_int);
    let mut found = BTreeMap::new();
    for record in records(tx, book)? {
        let facts = &record.facts;
        let code = &facts.code;
        let noticed = entry.contains_key(code) || completion.contains_key(code);
        if record.events.is_empty() && !noticed && !measured.contains(code) {
            continue;
        }
        let on = record.on(day);
        let hung =
            |windows: Option<&Vec<Window>>| windows.into_iter().flatten().filter(|window| window.from <= day).copied().collect::<Vec<_>>();
        let of_file = facts.notice.map(|(from, to)| Window { from, to });
        let longest = hung(entry.get(code)).into_iter().chain(of_file).max_by_key(|window| (window.days(), window.to));
        let completed = hung(completion.get(code)).into_iter().map(|window| window.from).min();
        let mut goal = facts.goal.clone();
        if measured.contains(code) {
            let results = indicators(tx, book, code)?.into_iter().filter_map(|(goal, ..)| {
                let result = goal.result?;
                Some(format!("{} {result}{}（目标 {}{}）", goal.indicator, goal.measure, goal.target, goal.measure))
            });
            goal = results.collect::<Vec<_>>().join("；");
        }
        let row = Recorded {
            status: on.state.title().to_string(),
            filed: [0, 1, 2, 3].map(|at: usize| on.filed[at].as_ref().map_or(0, |filed| date_to_int(filed.date))),
            notice_from: int(longest.map(|window| window.from)),
            notice_to: int(longest.map(|window| window.to)),
            started: int(record.started().filter(|started| *started <= day)),
            finished: int(record.finished().filter(|finished| *finished <= day)),
            completion_notice: int(facts.completion_notice.into_iter().chain(completed).min()),
            goal,
        };
        found.insert(code.clone(), row);
    }
    Ok(found)
}

/// First and last day of the notice of batches (by id) that were published here: of the village whose notice hung shortest,
/// for no village may be left out. A batch with a village whose notice was written and never hung is not in the answer.
pub fn batch_notices(tx: &mut Tx<'_>, book: &Book) -> Result<BTreeMap<i64, (i64, i64)>> {
    let mut by_village: BTreeMap<(i64, String), Option<Window>> = BTreeMap::new();
    for row in tx.query(
        "SELECT n.batch, n.region, p.date_from, p.date_to FROM notice n
           LEFT JOIN notice_publication p ON p.book = n.book AND p.notice = n.id
          WHERE n.book = $1 AND n.kind = 'batch' ORDER BY n.id, p.id",
        params![book.id],
    )? {
        let window = row.opt_int(2)?.and_then(date_from_int).zip(row.opt_int(3)?.and_then(date_from_int));
        let window = window.map(|(from, to)| Window { from, to });
        let best = by_village.entry((row.int(0)?, row.string(1)?)).or_default();
        *best = best.take().into_iter().chain(window).max_by_key(|window| window.days());
    }
    let mut shortest: BTreeMap<i64, Option<Window>> = BTreeMap::new();
    for ((batch, _), window) in by_village {
        shortest
            .entry(batch)
            .and_modify(|known| *known = (*known).zip(window).map(|(a, b)| if b.days() < a.days() { b } else { a }))
            .or_insert(window);
    }
    let hung = shortest.into_iter().filter_map(|(batch, window)| Some((batch, window?)));
    Ok(hung.map(|(batch, window)| (batch, (date_to_int(window.from), date_to_int(window.to)))).collect())
}
