//! Objections (信访投诉): recorded, investigated, answered, published, each stage once and by the right hands. The complainant
//! is stored to be answered and shown masked; showing the name leaves a record with a reason. Open ones stop entry and approval.

mod list;

pub use list::{Objection, Seen, list, list_table, show};

use crate::app::act::{Once, once};
use crate::app::notices::proof::Proof;
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result, projects};
use crate::domain::calendar::date_to_int;
use crate::domain::objections::{FINDINGS, Hands, Stage, may};
use crate::params;
use crate::store::{StoreError, Tx, Value};
use chrono::NaiveDate;

/// What an objection is against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against<'a> {
    Project(&'a str),
    /// By the batch's id.
    Batch(i64),
}

impl Against<'_> {
    fn condition(self) -> (&'static str, Value) {
        match self {
            Against::Project(code) => ("o.project", Value::from(code)),
            Against::Batch(id) => ("o.batch", Value::from(id)),
        }
    }
}

/// Codes of the objections that are not yet published.
pub fn open(tx: &mut Tx<'_>, book: &Book, against: Against<'_>) -> Result<Vec<String>> {
    let (column, value) = against.condition();
    let sql = format!(
        "SELECT o.code FROM objection o WHERE o.book = $1 AND {column} = $2
            AND NOT EXISTS (SELECT 1 FROM objection_event e WHERE e.book = o.book AND e.objection = o.id AND e.stage = 'published')
          ORDER BY o.id"
    );
    let rows = tx.query(&sql, &[Value::Int(book.id), value])?;
    rows.iter().map(|row| Ok(row.string(0)?)).collect()
}

/// The same as refusals; `name` is the project or batch in words.
pub(in crate::app) fn open_refusals(tx: &mut Tx<'_>, book: &Book, against: Against<'_>, name: &str) -> Result<Vec<Refusal>> {
    let open = open(tx, book, against)?;
    let refusal = |code: &String| {
        let message = format!("{name} 有未办结的信访投诉 {code}");
        let mend = format!("请先调查、答复并公开结果（⟦objection.show⟧ {code}）");
        Refusal::new("open_objection", message, mend)
    };
    Ok(open.iter().map(refusal).collect())
}

/// Refuses while there is an open objection.
pub(in crate::app) fn refuse_open(tx: &mut Tx<'_>, book: &Book, against: Against<'_>, name: &str) -> Result<()> {
    let found = open_refusals(tx, book, against, name)?;
    if found.is_empty() { Ok(()) } else { Err(AppError::Refused(found)) }
}

/// An objection as it comes in. Exactly one of project and batch is named, by its code.
#[derive(Debug, Clone, Default)]
pub struct NewObjection {
    pub code: String,
    pub project: Option<String>,
    pub batch: Option<String>,
    pub received: NaiveDate,
    pub channel: String,
    /// Empty: anonymous.
    pub complainant: String,
    pub contact: String,
    pub subject: String,
    pub content: String,
}

/// Records an objection. Errors: against nothing, or something unknown; no content; recorded by the person complained of.
pub fn record(bureau: &mut Bureau, ctx: &Context, new: &NewObjection) -> Result<Once<String>> {
    let date = new.received.to_string();
    let (project, batch) = (new.project.clone().unwrap_or_default(), new.batch.clone().unwrap_or_default());
    let parts = [project.as_str(), &batch, &date, &new.channel, &new.complainant, &new.contact, &new.subject, &new.content];
    bureau.write(|tx, book| {
        once(tx, book, ctx, "objection", &format!("objection:{}", new.code), &parts, |tx| {
            let batch = target(tx, book, new)?;
            if new.code.trim().is_empty() || new.content.trim().is_empty() {
                return AppError::refuse("no_words", "没有写明投诉编号或内容", "请写明编号，并用 ⟦content⟧ 写明内容");
            }
            if !new.subject.is_empty() && new.subject == ctx.actor {
                let message = format!("{} 是被反映人，应当回避", ctx.actor);
                return AppError::refuse("conflict_of_interest", message, "请由另一人登记（⟦actor⟧）");
            }
            let id = tx.take_ids(book.id, "objection", 1)?;
            tx.execute(
                "INSERT INTO objection (book, id, code, project, batch, received, channel, complainant, contact, subject, content, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                params![
                    book.id,
                    id,
                    &new.code,
                    new.project.clone(),
                    batch,
                    date_to_int(new.received),
                    &new.channel,
                    &new.complainant,
                    &new.contact,
                    &new.subject,
                    &new.content,
                    &ctx.actor,
                    ctx.now()
                ],
            )?;
            Ok(new.code.clone())
        })
    })
}

/// Looks the target up; gives the batch's id.
fn target(tx: &mut Tx<'_>, book: &Book, new: &NewObjection) -> Result<Option<i64>> {
    match (&new.project, &new.batch) {
        (Some(code), None) => projects::known(tx, book, code).map(|_| None),
        (None, Some(code)) => match tx.first("SELECT id FROM batch WHERE book = $1 AND code = $2", params![book.id, code])? {
            Some(row) => Ok(Some(row.int(0)?)),
            None => AppError::refuse("no_batch", format!("没有批次 {code}"), "请用 ⟦batch.list⟧ 查看"),
        },
        _ => AppError::refuse("no_target", "没有写明投诉针对哪个项目或批次", "请用 ⟦project⟧ 或 ⟦batch⟧ 写明其中一个"),
    }
}

/// What a stage says.
#[derive(Debug, Clone)]
pub struct Said {
    pub stage: Stage,
    pub date: NaiveDate,
    /// 属实、部分属实、不属实: of the investigation.
    pub finding: String,
    pub body: String,
    pub proof: Option<Proof>,
}

/// Brings an objection to its next stage. Errors: all that stands against it.
pub fn advance(bureau: &mut Bureau, ctx: &Context, code: &str, said: &Said) -> Result<Once<String>> {
    let date = said.date.to_string();
    let parts = [code, said.stage.code(), &date, &said.finding, &said.body];
    bureau.write(|tx, book| {
        once(tx, book, ctx, "objection", &format!("objection:{code}:{}", said.stage.code()), &parts, |tx| {
            let found = list::find(tx, book, code)?;
            refuse_stage(&found, &ctx.actor, said)?;
            let (proof_name, proof_digest) = Proof::stored(said.proof.as_ref());
            tx.execute(
                "INSERT INTO objection_event (book, objection, stage, date, finding, body, proof_name, proof_digest, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                params![
                    book.id,
                    found.id,
                    said.stage.code(),
                    date_to_int(said.date),
                    &said.finding,
                    &said.body,
                    proof_name,
                    proof_digest,
                    &ctx.actor,
                    ctx.now()
                ],
            )?;
            Ok(code.to_string())
        })
    })
}

fn refuse_stage(found: &list::Found, actor: &str, said: &Said) -> Result<()> {
    let mut refusals = Vec::new();
    let hands = Hands { subject: &found.subject, investigator: found.actor_of(Stage::Investigated) };
    if let Err(why) = may(found.stage(), said.stage, actor, hands) {
        refusals.push(Refusal::new("objection_order", format!("投诉 {}：{why}", found.code), "请由合适的人按 调查、答复、公开 的次序办理"));
    }
    if said.body.trim().is_empty() {
        refusals.push(Refusal::new("no_words", "没有写明调查、答复或公开的内容", "请用 ⟦text⟧ 写明"));
    }
    let needs_finding = said.stage == Stage::Investigated;
    if needs_finding && !FINDINGS.contains(&said.finding.as_str()) {
        refusals.push(Refusal::new("no_finding", "没有写明调查结论", format!("请用 ⟦finding⟧ 写明：{}", FINDINGS.join("、"))));
    }
    if said.date < found.latest {
        let message = format!("投诉 {}：日期 {} 早于上一步的日期 {}", found.code, said.date, found.latest);
        refusals.push(Refusal::new("date_order", message, "请核对日期"));
    }
    if refusals.is_empty() { Ok(()) } else { Err(AppError::Refused(refusals)) }
}

fn stored_stage(text: &str) -> std::result::Result<Stage, StoreError> {
    Stage::find(text).ok_or_else(|| StoreError::Schema(format!("投诉环节“{text}”")))
}
