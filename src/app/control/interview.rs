//! 约谈 records: opened by a run with the day by which to hold it; held and written down (whom, who was there, what was promised,
//! by when); closed with its result by another person than who wrote it down.

use crate::app::act::{Once, once};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::control::{Decision, Rung, SubjectKind};
use crate::domain::report::{Cell, Kind, Table, figure};
use crate::params;
use crate::store::{Row, Tx};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// An interview with what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interview {
    pub id: i64,
    pub month: String,
    pub kind: SubjectKind,
    pub subject: String,
    pub name: String,
    pub reasons: String,
    #[serde(serialize_with = "figure::serialize_day")]
    pub opened: NaiveDate,
    #[serde(serialize_with = "figure::serialize_day")]
    pub due: NaiveDate,
    pub held: Option<Held>,
    pub closed: Option<Closed>,
    /// Where the subject stands in the latest run.
    pub now: Rung,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    #[serde(serialize_with = "figure::serialize_day")]
    pub date: NaiveDate,
    pub who: String,
    pub attendees: String,
    pub commitments: String,
    #[serde(serialize_with = "figure::serialize_day")]
    pub deadline: NaiveDate,
    pub actor: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Closed {
    #[serde(serialize_with = "figure::serialize_day")]
    pub date: NaiveDate,
    pub result: String,
    pub actor: String,
}

impl Interview {
    /// Where it stands on a day, in Chinese.
    pub fn state(&self, day: NaiveDate) -> &'static str {
        match (&self.held, &self.closed) {
            (_, Some(_)) => "已销号",
            (Some(held), None) if held.deadline < day => "整改逾期",
            (Some(_), None) => "整改中",
            (None, None) if self.due < day => "逾期未约谈",
            (None, None) => "待约谈",
        }
    }
}

/// What is written down of an interview that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub date: NaiveDate,
    pub who: String,
    pub attendees: String,
    pub commitments: String,
    pub deadline: NaiveDate,
}

/// Opens an interview unless one of the subject's is open.
pub(super) fn open(tx: &mut Tx<'_>, book: &Book, ctx: &Context, run: i64, decision: &Decision, days: u32) -> Result<Option<i64>> {
    let open = tx.first(
        "SELECT i.id FROM control_interview i
          WHERE i.book = $1 AND i.kind = $2 AND i.subject = $3
            AND NOT EXISTS (SELECT 1 FROM control_interview_closed c WHERE c.book = i.book AND c.interview = i.id)",
        params![book.id, decision.kind.code(), &decision.key],
    )?;
    if open.is_some() {
        return Ok(None);
    }
    let opened = ctx.today();
    let due = opened.checked_add_days(Days::new(u64::from(days))).unwrap_or(opened);
    let id = tx.take_ids(book.id, "control_interview", 1)?;
    tx.execute(
        "INSERT INTO control_interview (book, id, run, kind, subject, opened, due) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        params![book.id, id, run, decision.kind.code(), &decision.key, date_to_int(opened), date_to_int(due)],
    )?;
    Ok(Some(id))
}

/// The answer to both steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    pub id: i64,
}

fn find(tx: &mut Tx<'_>, book: &Book, id: i64) -> Result<(NaiveDate, Option<(NaiveDate, String)>)> {
    let row = tx.first(
        "SELECT i.opened, h.date, h.actor FROM control_interview i
           LEFT JOIN control_interview_held h ON h.book = i.book AND h.interview = i.id
          WHERE i.book = $1 AND i.id = $2",
        params![book.id, id],
    )?;
    let Some(row) = row else {
        return AppError::refuse("no_interview", format!("没有编号为 {id} 的约谈"), "请用 ⟦interview.list⟧ 查看");
    };
    let held = match row.opt_int(1)? {
        Some(date) => Some((date_from_int(date).unwrap_or_default(), row.string(2)?)),
        None => None,
    };
    Ok((date_from_int(row.int(0)?).unwrap_or_default(), held))
}

/// Writes down that an interview was held. Errors: none such; before it was opened; written down before; words missing.
pub fn record(bureau: &mut Bureau, ctx: &Context, id: i64, held: &Record) -> Result<Once<Noted>> {
    bureau.write(|tx, book| {
        let (date, deadline) = (held.date.to_string(), held.deadline.to_string());
        let parts = [&date, &held.who, &held.attendees, &held.commitments, &deadline].map(|part| part.as_str());
        once(tx, book, ctx, "interview_held", &format!("interview_held:{id}"), &parts, |tx| {
            let (opened, before) = find(tx, book, id)?;
            if let Some((day, actor)) = before {
                return AppError::refuse("held", format!("约谈 {id} 已由 {actor} 记录于 {day}"), "记录不能改写；再次约谈待下次考核另开");
            }
            if ctx.actor.is_empty() || held.who.trim().is_empty() || held.commitments.trim().is_empty() {
                return AppError::refuse("interview_words", "约谈记录应写明记录人、约谈对象和整改承诺", "请补齐 ⟦who⟧、⟦commitments⟧");
            }
            if held.date < opened || held.deadline < held.date {
                let message = format!("日期次序不对：开出 {opened}，约谈 {}，整改期限 {}", held.date, held.deadline);
                return AppError::refuse("date_order", message, "请核对日期");
            }
            tx.execute(
                "INSERT INTO control_interview_held (book, interview, date, who, attendees, commitments, deadline, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                params![
                    book.id,
                    id,
                    date_to_int(held.date),
                    &held.who,
                    &held.attendees,
                    &held.commitments,
                    date_to_int(held.deadline),
                    &ctx.actor,
                    ctx.now()
                ],
            )?;
            Ok(Noted { id })
        })
    })
}

/// Closes an interview with its result. Errors: not held yet; closed by who wrote it down; before it was held.
pub fn close(bureau: &mut Bureau, ctx: &Context, id: i64, date: NaiveDate, result: &str) -> Result<Once<Noted>> {
    bureau.write(|tx, book| {
        once(tx, book, ctx, "interview_closed", &format!("interview_closed:{id}"), &[&date.to_string(), result], |tx| {
            let (_, held) = find(tx, book, id)?;
            let Some((day, holder)) = held else {
                let mend = format!("请先 ⟦interview.record⟧ {id}");
                return AppError::refuse("not_held", format!("约谈 {id} 还没有记录，不能销号"), mend);
            };
            if holder == ctx.actor || ctx.actor.is_empty() {
                let message = format!("约谈 {id} 由 {holder} 记录，不能由本人销号");
                return AppError::refuse("maker_is_checker", message, "请由另一人销号（⟦actor⟧）");
            }
            if result.trim().is_empty() || date < day {
                return AppError::refuse("interview_words", "销号应写明整改结果，日期不早于约谈日期", "请补齐 ⟦result⟧，核对 ⟦date⟧");
            }
            tx.execute(
                "INSERT INTO control_interview_closed (book, interview, date, result, held_by, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                params![book.id, id, date_to_int(date), result, holder, &ctx.actor, ctx.now()],
            )?;
            Ok(Noted { id })
        })
    })
}

/// All interviews in order of number.
pub fn list(bureau: &mut Bureau) -> Result<Vec<Interview>> {
    bureau.read(all)
}

pub(crate) fn all(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<Interview>> {
    let latest = super::stored::latest_before(tx, book, None)?;
    let stands = super::stored::rungs(tx, book, latest.map(|run| run.id))?;
    let rows = tx.query(
        "SELECT i.id, r.month, i.kind, i.subject, d.name, d.reasons, i.opened, i.due,
                h.date, h.who, h.attendees, h.commitments, h.deadline, h.actor, c.date, c.result, c.actor
           FROM control_interview i
           JOIN control_run r ON r.book = i.book AND r.id = i.run
           JOIN control_decision d ON d.book = i.book AND d.run = i.run AND d.kind = i.kind AND d.subject = i.subject
           LEFT JOIN control_interview_held h ON h.book = i.book AND h.interview = i.id
           LEFT JOIN control_interview_closed c ON c.book = i.book AND c.interview = i.id
          WHERE i.book = $1 ORDER BY i.id",
        params![book.id],
    )?;
    let mut found = Vec::new();
    for row in rows {
        let kind = SubjectKind::from_code(row.text(2)?).unwrap_or(SubjectKind::Unit);
        let subject = row.string(3)?;
        let month = row.int(1)?;
        found.push(Interview {
            id: row.int(0)?,
            month: format!("{}-{:02}", month / 100, month % 100),
            now: stands.get(&(kind, subject.clone())).map(|(rung, _)| *rung).unwrap_or_default(),
            kind,
            subject,
            name: row.string(4)?,
            reasons: row.text(5)?.replace('\n', "；"),
            opened: day(&row, 6)?,
            due: day(&row, 7)?,
            held: held_of(&row)?,
            closed: closed_of(&row)?,
        });
    }
    Ok(found)
}

fn day(row: &Row, column: usize) -> Result<NaiveDate> {
    Ok(date_from_int(row.int(column)?).unwrap_or_default())
}

fn held_of(row: &Row) -> Result<Option<Held>> {
    if row.opt_int(8)?.is_none() {
        return Ok(None);
    }
    Ok(Some(Held {
        date: day(row, 8)?,
        who: row.string(9)?,
        attendees: row.string(10)?,
        commitments: row.string(11)?,
        deadline: day(row, 12)?,
        actor: row.string(13)?,
    }))
}

fn closed_of(row: &Row) -> Result<Option<Closed>> {
    if row.opt_int(14)?.is_none() {
        return Ok(None);
    }
    Ok(Some(Closed { date: day(row, 14)?, result: row.string(15)?, actor: row.string(16)? }))
}

/// The interviews as a sheet, with their states on a day.
pub fn list_table(list: &[Interview], today: NaiveDate) -> Table {
    let mut table = Table::new("control_interviews", "约谈目录")
        .column("id", "编号", Kind::Count)
        .column("month", "考核月份", Kind::Text)
        .column("kind", "对象", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("reasons", "依据", Kind::Text)
        .column("due", "应约谈日期", Kind::Date)
        .column("date", "约谈日期", Kind::Date)
        .column("who", "约谈对象", Kind::Text)
        .column("commitments", "整改承诺", Kind::Text)
        .column("deadline", "整改期限", Kind::Date)
        .column("result", "结果", Kind::Text)
        .column("state", "状态", Kind::Text)
        .column("now", "目前等次", Kind::Text);
    for one in list {
        let held = one.held.as_ref();
        table.push(vec![
            Cell::Count(one.id),
            Cell::text(&one.month),
            Cell::text(one.kind.chinese()),
            Cell::text(&one.name),
            Cell::text(&one.reasons),
            Cell::Date(one.due),
            held.map_or(Cell::Empty, |held| Cell::Date(held.date)),
            Cell::text(held.map_or("", |held| &held.who)),
            Cell::text(held.map_or("", |held| &held.commitments)),
            held.map_or(Cell::Empty, |held| Cell::Date(held.deadline)),
            Cell::text(one.closed.as_ref().map_or("", |closed| &closed.result)),
            Cell::text(one.state(today)),
            Cell::text(one.now.chinese()),
        ]);
    }
    table
}

/// One interview. Errors: none such.
pub fn show(bureau: &mut Bureau, id: i64) -> Result<Interview> {
    match list(bureau)?.into_iter().find(|one| one.id == id) {
        Some(found) => Ok(found),
        None => AppError::refuse("no_interview", format!("没有编号为 {id} 的约谈"), "请用 ⟦interview.list⟧ 查看"),
    }
}

pub fn recorded(id: i64, held: &Record, repeated: bool) -> String {
    let again = if repeated { "（此前已记录，未重复）" } else { "" };
    format!("约谈 {id} 已记录：{}，整改期限 {}{again}", held.who, held.deadline)
}

pub fn closed(id: i64, result: &str, repeated: bool) -> String {
    let again = if repeated { "（此前已办理，未重复）" } else { "" };
    format!("约谈 {id} 已销号：{result}{again}")
}
