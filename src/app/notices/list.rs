//! `notice list`: what was written and where it hung, and what should hang and does not: projects finished without a completion
//! notice, projects filed without an entry notice, batches paid without one; with those that hung too short (rules.md U02).

use super::least_days;
use crate::app::{Book, Result, book, projects};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::ledger::chain::hex;
use crate::domain::notices::{Kind, Window, due};
use crate::domain::projects::State;
use crate::domain::report::table::Kind as Column;
use crate::domain::report::{Cell, Table, figure};
use crate::params;
use crate::store::{StoreError, Tx};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{HashMap, HashSet};

/// A notice where it hung, or one that is missing (then without a number).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hung {
    pub id: Option<i64>,
    pub kind: Kind,
    /// Project or batch.
    pub subject: String,
    pub name: String,
    pub level: String,
    pub place: String,
    #[serde(serialize_with = "figure::serialize_day_option")]
    pub from: Option<NaiveDate>,
    #[serde(serialize_with = "figure::serialize_day_option")]
    pub to: Option<NaiveDate>,
    pub days: Option<i64>,
    pub least: i64,
    pub proof: String,
    /// SM3 in hexadecimal.
    pub proof_digest: String,
    pub by: String,
    /// What is wrong with it; empty if nothing is.
    pub flag: String,
}

/// Notices by number, then what is missing; `flagged`: only those with something wrong. As of a day.
pub fn list(tx: &mut Tx<'_>, book: &Book, on: NaiveDate, flagged: bool) -> Result<Vec<Hung>> {
    let mut rows = written(tx, book, on)?;
    rows.extend(missing_of_projects(tx, book, on)?);
    rows.extend(missing_of_batches(tx, book, on)?);
    rows.retain(|row| !flagged || !row.flag.is_empty());
    Ok(rows)
}

fn written(tx: &mut Tx<'_>, book: &Book, on: NaiveDate) -> Result<Vec<Hung>> {
    let mut rows = Vec::new();
    for row in tx.query(
        "SELECT n.id, n.kind, COALESCE(n.project, b.code, ''), n.name, n.written, n.actor, p.place, p.date_from, p.date_to, p.proof_name,
                p.proof_digest, p.actor,
                (SELECT g.notice_days FROM program g WHERE g.book = b.book AND g.code = b.program ORDER BY g.valid_from DESC LIMIT 1), p.level
           FROM notice n LEFT JOIN batch b ON b.book = n.book AND b.id = n.batch
           LEFT JOIN notice_publication p ON p.book = n.book AND p.notice = n.id
          WHERE n.book = $1 ORDER BY n.id, p.id",
        params![book.id],
    )? {
        let kind = Kind::find(row.text(1)?).ok_or_else(|| StoreError::Schema("公示类型".into()))?;
        let day = date_from_int(row.int(4)?).unwrap_or(on);
        let least = least_days(tx, book, kind, row.opt_int(12)?, day)?;
        let from = row.opt_int(7)?.and_then(date_from_int);
        let to = row.opt_int(8)?.and_then(date_from_int);
        let window = from.zip(to).map(|(from, to)| Window { from, to });
        let flag = match window {
            None => "未张贴".to_string(),
            Some(window) if window.days() < least => format!("不足 {least} 天"),
            Some(_) => String::new(),
        };
        rows.push(Hung {
            id: Some(row.int(0)?),
            kind,
            subject: row.string(2)?,
            name: row.string(3)?,
            level: row.opt_string(13)?.unwrap_or_default(),
            place: row.opt_string(6)?.unwrap_or_default(),
            from,
            to,
            days: window.map(Window::days),
            least,
            proof: row.opt_string(9)?.unwrap_or_default(),
            proof_digest: if window.is_some() { hex(row.bytes(10)?) } else { String::new() },
            by: row.opt_string(11)?.unwrap_or(row.string(5)?),
            flag,
        });
    }
    Ok(rows)
}

/// A notice that is not there.
fn absent(kind: Kind, subject: &str, name: &str, least: i64, flag: String) -> Hung {
    let text = String::new;
    Hung {
        id: None,
        kind,
        subject: subject.to_string(),
        name: name.to_string(),
        level: text(),
        place: text(),
        from: None,
        to: None,
        days: None,
        least,
        proof: text(),
        proof_digest: text(),
        by: text(),
        flag,
    }
}

/// By when a project's completion notice is due, if it is finished and has none: the day, and by how many days it is late.
pub(in crate::app) fn completion_due(
    tx: &mut Tx<'_>,
    book: &Book,
    finished: NaiveDate,
    hung: bool,
    on: NaiveDate,
) -> Result<Option<(NaiveDate, i64)>> {
    if hung {
        return Ok(None);
    }
    let day = due(finished, book::number(tx, book, "notice.completion_days", date_to_int(finished))?);
    Ok(Some((day, (on - day).num_days().max(0))))
}

/// Projects that have a published notice of a kind.
pub(in crate::app) fn published(tx: &mut Tx<'_>, book: &Book, kind: Kind) -> Result<HashMap<String, Vec<Window>>> {
    let mut found: HashMap<String, Vec<Window>> = HashMap::new();
    for row in tx.query(
        "SELECT n.project, p.date_from, p.date_to FROM notice n JOIN notice_publication p ON p.book = n.book AND p.notice = n.id
          WHERE n.book = $1 AND n.kind = $2 ORDER BY p.id",
        params![book.id, kind.code()],
    )? {
        if let (Some(from), Some(to)) = (date_from_int(row.int(1)?), date_from_int(row.int(2)?)) {
            found.entry(row.opt_string(0)?.unwrap_or_default()).or_default().push(Window { from, to });
        }
    }
    Ok(found)
}

fn missing_of_projects(tx: &mut Tx<'_>, book: &Book, on: NaiveDate) -> Result<Vec<Hung>> {
    let (entry, completion) = (published(tx, book, Kind::Entry)?, published(tx, book, Kind::Completion)?);
    let least = [least_days(tx, book, Kind::Entry, None, on)?, least_days(tx, book, Kind::Completion, None, on)?];
    let mut rows = Vec::new();
    for record in projects::records(tx, book)? {
        let (code, name) = (&record.facts.code, &record.facts.name);
        let now = record.now();
        let filed = now.position().missing(projects::required_steps(tx, book, on)?).is_empty();
        let window = record.facts.notice.map(|(from, to)| Window { from, to });
        let inside = now.state.takes_money();
        match window {
            _ if entry.contains_key(code) => {}
            None if inside => rows.push(absent(Kind::Entry, code, name, least[0], "入库前没有公示".into())),
            None if filed && now.state == State::Reserve => {
                rows.push(absent(Kind::Entry, code, name, least[0], "四个流程已走完，待公示".into()))
            }
            Some(window) if inside && window.days() < least[0] => {
                let flag = format!("入库公示 {} 天，不足 {} 天", window.days(), least[0]);
                rows.push(absent(Kind::Entry, code, name, least[0], flag));
            }
            _ => {}
        }
        let hung = completion.contains_key(code) || record.facts.completion_notice.is_some();
        let Some(finished) = record.finished().filter(|_| now.state == State::Done) else { continue };
        if let Some((day, late)) = completion_due(tx, book, finished, hung, on)? {
            let flag = if late > 0 {
                format!("竣工公告应于 {day} 前张贴，逾期 {late} 天")
            } else {
                format!("竣工公告应于 {day} 前张贴")
            };
            rows.push(absent(Kind::Completion, code, name, least[1], flag));
        }
    }
    Ok(rows)
}

/// Batches whose file gives no notice, or a short one, and that have none published here. Money paid again needs no new one.
fn missing_of_batches(tx: &mut Tx<'_>, book: &Book, on: NaiveDate) -> Result<Vec<Hung>> {
    let mut hung = HashSet::new();
    for row in tx.query(
        "SELECT DISTINCT n.batch FROM notice n JOIN notice_publication p ON p.book = n.book AND p.notice = n.id
          WHERE n.book = $1 AND n.kind = 'batch'",
        params![book.id],
    )? {
        hung.insert(row.int(0)?);
    }
    let general = least_days(tx, book, Kind::Batch, None, on)?;
    let mut rows = Vec::new();
    for row in tx.query(
        "SELECT b.id, b.code, b.notice_from, b.notice_to,
                (SELECT g.notice_days FROM program g WHERE g.book = b.book AND g.code = b.program ORDER BY g.valid_from DESC LIMIT 1),
                (SELECT g.name FROM program g WHERE g.book = b.book AND g.code = b.program ORDER BY g.valid_from DESC LIMIT 1)
           FROM batch b WHERE b.book = $1 AND b.reissue_of IS NULL
            AND NOT EXISTS (SELECT 1 FROM batch_stage s WHERE s.book = b.book AND s.batch = b.id AND s.stage = 'cancelled') ORDER BY b.id",
        params![book.id],
    )? {
        if hung.contains(&row.int(0)?) {
            continue;
        }
        let least = row.opt_int(4)?.unwrap_or(general);
        let window = row.opt_int(2)?.and_then(date_from_int).zip(row.opt_int(3)?.and_then(date_from_int));
        let flag = match window.map(|(from, to)| Window { from, to }.days()) {
            None => "没有发放公示".to_string(),
            Some(days) if days < least => format!("发放公示 {days} 天，不足 {least} 天"),
            Some(_) => continue,
        };
        rows.push(absent(Kind::Batch, row.text(1)?, &row.opt_string(5)?.unwrap_or_default(), least, flag));
    }
    Ok(rows)
}

/// The list as a table.
pub fn table(rows: &[Hung]) -> Table {
    let mut table = Table::new("notices", "公示公告目录")
        .column("id", "编号", Column::Text)
        .column("kind", "类型", Column::Text)
        .column("subject", "项目/批次", Column::Text)
        .column("name", "名称", Column::Text)
        .column("level", "级别", Column::Text)
        .column("place", "张贴地点", Column::Text)
        .column("from", "公示开始", Column::Date)
        .column("to", "公示结束", Column::Date)
        .column("days", "天数", Column::Count)
        .column("proof", "佐证", Column::Text)
        .column("proof_digest", "佐证摘要", Column::Text)
        .column("flag", "问题", Column::Text);
    for row in rows {
        table.push(vec![
            Cell::text(row.id.map_or_else(String::new, |id| id.to_string())),
            Cell::text(row.kind.title()),
            Cell::text(&row.subject),
            Cell::text(&row.name),
            Cell::text(&row.level),
            Cell::text(&row.place),
            row.from.map(Cell::Date).into(),
            row.to.map(Cell::Date).into(),
            row.days.map(Cell::Count).into(),
            Cell::text(&row.proof),
            Cell::text(row.proof_digest.chars().take(12).collect::<String>()),
            Cell::text(&row.flag),
        ]);
    }
    table
}
