//! Looking objections up: the list with its deadlines, and one with all its stages. Who complained is masked.

use super::stored_stage;
use crate::app::act::digest;
use crate::app::context::china_time;
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result, book};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::identity::{mask_account, mask_name};
use crate::domain::ledger::chain::hex;
use crate::domain::notices::due;
use crate::domain::objections::Stage;
use crate::domain::report::{Cell, Kind, Table, figure};
use crate::params;
use crate::store::{Row, Tx};
use chrono::NaiveDate;
use serde::Serialize;

/// A stage that was passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passed {
    pub stage: Stage,
    #[serde(serialize_with = "figure::serialize_day")]
    pub date: NaiveDate,
    pub finding: String,
    pub text: String,
    pub proof: String,
    /// SM3 of the proof, in hexadecimal; empty where there is none.
    pub proof_digest: String,
    pub actor: String,
    pub at: String,
}

/// An objection as stored.
pub(super) struct Found {
    pub id: i64,
    pub code: String,
    pub against: String,
    pub received: NaiveDate,
    pub channel: String,
    pub complainant: String,
    pub contact: String,
    pub subject: String,
    pub content: String,
    pub recorded_by: String,
    pub passed: Vec<Passed>,
    pub latest: NaiveDate,
}

impl Found {
    pub fn stage(&self) -> Stage {
        self.passed.iter().map(|passed| passed.stage).max().unwrap_or(Stage::Recorded)
    }

    pub fn actor_of(&self, stage: Stage) -> Option<&str> {
        self.passed.iter().find(|passed| passed.stage == stage).map(|passed| passed.actor.as_str())
    }
}

const SELECT: &str =
    "SELECT o.id, o.code, COALESCE('项目 ' || o.project, '批次 ' || b.code, ''), o.received, o.channel, o.complainant, o.contact,
       o.subject, o.content, o.actor FROM objection o LEFT JOIN batch b ON b.book = o.book AND b.id = o.batch WHERE o.book = $1";

fn read(tx: &mut Tx<'_>, book: &Book, row: &Row) -> Result<Found> {
    let id = row.int(0)?;
    let received = date_from_int(row.int(3)?).unwrap_or_default();
    let mut passed = Vec::new();
    for event in tx.query(
        "SELECT stage, date, finding, body, proof_name, COALESCE(proof_digest, $3), actor, at FROM objection_event
          WHERE book = $1 AND objection = $2",
        params![book.id, id, Vec::<u8>::new()],
    )? {
        passed.push(Passed {
            stage: stored_stage(event.text(0)?)?,
            date: date_from_int(event.int(1)?).unwrap_or_default(),
            finding: event.string(2)?,
            text: event.string(3)?,
            proof: event.string(4)?,
            proof_digest: hex(event.bytes(5)?),
            actor: event.string(6)?,
            at: china_time(event.int(7)?),
        });
    }
    passed.sort_by_key(|passed| passed.stage);
    Ok(Found {
        id,
        code: row.string(1)?,
        against: row.string(2)?,
        received,
        channel: row.string(4)?,
        complainant: row.string(5)?,
        contact: row.string(6)?,
        subject: row.string(7)?,
        content: row.string(8)?,
        recorded_by: row.string(9)?,
        latest: passed.iter().map(|passed| passed.date).max().unwrap_or(received),
        passed,
    })
}

pub(super) fn find(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Found> {
    match tx.first(&format!("{SELECT} AND o.code = $2"), params![book.id, code])? {
        Some(row) => read(tx, book, &row),
        None => Err(Refusal::new("no_objection", format!("没有投诉 {code}"), "请用 ⟦objection.list⟧ 查看").into()),
    }
}

/// An objection as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Objection {
    pub code: String,
    pub against: String,
    #[serde(serialize_with = "figure::serialize_day")]
    pub received: NaiveDate,
    pub channel: String,
    /// Masked, unless asked for with a reason.
    pub complainant: String,
    pub contact: String,
    pub subject: String,
    pub content: String,
    pub recorded_by: String,
    pub stage: Stage,
    #[serde(serialize_with = "figure::serialize_day")]
    pub due: NaiveDate,
    /// Days beyond the limit while open, or at closing.
    pub days_late: i64,
    pub stages: Vec<Passed>,
}

/// Whether the complainant is shown, and why.
#[derive(Debug, Clone, Copy)]
pub enum Seen<'a> {
    Masked,
    Open(&'a str),
}

fn shown(tx: &mut Tx<'_>, book: &Book, found: Found, on: NaiveDate, seen: Seen<'_>) -> Result<Objection> {
    let limit = book::number(tx, book, "objection.days", date_to_int(found.received))?;
    let due = due(found.received, limit);
    let closed = found.passed.iter().find(|passed| passed.stage == Stage::Published).map(|passed| passed.date);
    let masked = matches!(seen, Seen::Masked);
    let complainant = match found.complainant.as_str() {
        "" => "匿名".to_string(),
        name if masked => mask_name(name),
        name => name.to_string(),
    };
    Ok(Objection {
        stage: found.stage(),
        due,
        days_late: (closed.unwrap_or(on) - due).num_days().max(0),
        complainant,
        contact: if masked { mask_account(&found.contact) } else { found.contact },
        code: found.code,
        against: found.against,
        received: found.received,
        channel: found.channel,
        subject: found.subject,
        content: found.content,
        recorded_by: found.recorded_by,
        stages: found.passed,
    })
}

/// All objections by number, as of a day; `open` leaves out those that are closed.
pub fn list(tx: &mut Tx<'_>, book: &Book, on: NaiveDate, open: bool) -> Result<Vec<Objection>> {
    let mut all = Vec::new();
    for row in tx.query(&format!("{SELECT} ORDER BY o.id"), params![book.id])? {
        let found = read(tx, book, &row)?;
        if !open || found.stage().is_open() {
            all.push(shown(tx, book, found, on, Seen::Masked)?);
        }
    }
    Ok(all)
}

/// One objection. Showing who complained is recorded. Errors: no such objection; no reason.
pub fn show(bureau: &mut Bureau, ctx: &Context, code: &str, seen: Seen<'_>) -> Result<Objection> {
    if let Seen::Open(reason) = seen {
        if reason.trim().is_empty() {
            return AppError::refuse("no_reason", "显示投诉人须写明理由", "请加 ⟦reason⟧ 理由");
        }
        bureau.write(|tx, book| {
            find(tx, book, code)?;
            let key = format!("unmask:{}", tx.take_ids(book.id, "unmask", 1)?);
            let result = serde_json::json!({ "subject": format!("投诉 {code}"), "reason": reason }).to_string();
            tx.execute(
                "INSERT INTO act (book, key, digest, verb, result, actor, at) VALUES ($1, $2, $3, 'unmask', $4, $5, $6)",
                params![book.id, &key, digest(&[code, reason]), result, &ctx.actor, ctx.now()],
            )?;
            Ok(())
        })?;
    }
    bureau.read(|tx, book| {
        let found = find(tx, book, code)?;
        shown(tx, book, found, ctx.today(), seen)
    })
}

/// The list as a table.
pub fn list_table(rows: &[Objection]) -> Table {
    let mut table = Table::new("objections", "信访投诉目录")
        .column("code", "编号", Kind::Text)
        .column("against", "针对", Kind::Text)
        .column("received", "收到日期", Kind::Date)
        .column("complainant", "投诉人", Kind::Text)
        .column("subject", "被反映人", Kind::Text)
        .column("content", "内容", Kind::Text)
        .column("stage", "环节", Kind::Text)
        .column("finding", "结论", Kind::Text)
        .column("due", "办结期限", Kind::Date)
        .column("days_late", "逾期(天)", Kind::Count);
    for row in rows {
        let finding = row.stages.iter().find(|passed| passed.stage == Stage::Investigated).map_or("", |passed| &passed.finding);
        table.push(vec![
            Cell::text(&row.code),
            Cell::text(&row.against),
            Cell::Date(row.received),
            Cell::text(&row.complainant),
            Cell::text(&row.subject),
            Cell::text(&row.content),
            Cell::text(row.stage.title()),
            Cell::text(finding),
            Cell::Date(row.due),
            Cell::Count(row.days_late),
        ]);
    }
    table
}

impl Objection {
    /// The stages, one a row, below the head.
    pub fn tables(&self) -> Vec<Table> {
        let mut stages = Table::new("objection_stages", format!("投诉 {} 办理过程", self.code))
            .column("stage", "环节", Kind::Text)
            .column("date", "日期", Kind::Date)
            .column("finding", "结论", Kind::Text)
            .column("text", "内容", Kind::Text)
            .column("proof", "佐证", Kind::Text)
            .column("actor", "办理人", Kind::Text)
            .column("at", "记录时间", Kind::Text);
        stages.push(vec![
            Cell::text(Stage::Recorded.title()),
            Cell::Date(self.received),
            Cell::Empty,
            Cell::text(&self.content),
            Cell::text(&self.channel),
            Cell::text(&self.recorded_by),
            Cell::Empty,
        ]);
        for passed in &self.stages {
            stages.push(vec![
                Cell::text(passed.stage.title()),
                Cell::Date(passed.date),
                Cell::text(&passed.finding),
                Cell::text(&passed.text),
                Cell::text(&passed.proof),
                Cell::text(&passed.actor),
                Cell::text(&passed.at),
            ]);
        }
        vec![list_table(std::slice::from_ref(self)), stages]
    }
}
