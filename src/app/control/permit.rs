//! Leave to pass a hold (突破暂停): asked for by one with an amount, a last day, a reason and a document; granted or refused by
//! another who is of the leading role (`control.leaders`). All of it is kept, and so is every use.

use super::hold;
use super::policy_in_force;
use crate::app::act::{Once, once};
use crate::app::known_at::Known;
use crate::app::{AppError, Bureau, Context, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::control::SubjectKind;
use crate::domain::money::Fen;
use crate::domain::report::{Cell, Kind, Table, figure};
use crate::params;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub kind: SubjectKind,
    pub subject: String,
    pub amount: Fen,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub reason: String,
    pub document: String,
}

/// A leave with its ruling and its uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Override {
    pub id: i64,
    pub kind: SubjectKind,
    pub subject: String,
    pub name: String,
    pub amount: Fen,
    pub used: Fen,
    #[serde(serialize_with = "figure::serialize_day")]
    pub from: NaiveDate,
    #[serde(serialize_with = "figure::serialize_day")]
    pub to: NaiveDate,
    pub reason: String,
    pub document: String,
    pub asked_by: String,
    /// `None` while nobody has ruled.
    pub granted: Option<bool>,
    pub ruled_by: String,
    pub note: String,
    /// Documents and batches that passed under it.
    pub references: Vec<String>,
}

impl Override {
    pub fn state(&self, day: NaiveDate) -> &'static str {
        match self.granted {
            None => "待批准",
            Some(false) => "未批准",
            Some(true) if self.used >= self.amount => "已用完",
            Some(true) if self.to < day => "已过期",
            Some(true) => "有效",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub id: i64,
}

/// Asks for leave. Errors: the unit or fund is not held; no amount; days in the wrong order; no reason or document.
pub fn ask(bureau: &mut Bureau, ctx: &Context, ask: &Ask) -> Result<Once<Asked>> {
    bureau.write(|tx, book| {
        let key = format!("override:{}:{}:{}", ask.document, ask.kind.code(), ask.subject);
        let (amount, from, to) = (ask.amount.to_string(), ask.from.to_string(), ask.to.to_string());
        once(tx, book, ctx, "override_ask", &key, &[&amount, &from, &to, &ask.reason], |tx| {
            let subject = (ask.kind, ask.subject.clone());
            if !hold::Holds::load(tx, book)?.is_held(&subject) {
                let message = format!("{}“{}”没有被暂停，无需突破", ask.kind.chinese(), ask.subject);
                return AppError::refuse("not_held", message, "请用 ⟦control.show⟧ 查看");
            }
            if ask.amount.get() <= 0 || ask.to < ask.from {
                return AppError::refuse(
                    "override_bounds",
                    "突破应有大于零的金额和不早于起始日的截止日",
                    "请核对 ⟦amount⟧、⟦from⟧、⟦until⟧",
                );
            }
            if [&ask.reason, &ask.document].iter().any(|text| text.trim().is_empty()) || ctx.actor.is_empty() {
                return AppError::refuse("override_words", "突破应写明申请人、理由和依据文件", "请补齐 ⟦reason⟧、⟦document⟧");
            }
            let id = tx.take_ids(book.id, "control_override", 1)?;
            tx.execute(
                "INSERT INTO control_override (book, id, kind, subject, amount, valid_from, valid_to, reason, document, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                params![
                    book.id,
                    id,
                    ask.kind.code(),
                    &ask.subject,
                    ask.amount.get(),
                    date_to_int(ask.from),
                    date_to_int(ask.to),
                    &ask.reason,
                    &ask.document,
                    &ctx.actor,
                    ctx.now()
                ],
            )?;
            Ok(Asked { id })
        })
    })
}

/// Grants or refuses. Errors: none such; ruled before; who rules asked for it, or is not of the leading role.
pub fn rule(bureau: &mut Bureau, ctx: &Context, id: i64, granted: bool, note: &str) -> Result<Once<Asked>> {
    bureau.write(|tx, book| {
        let parts = [if granted { "granted" } else { "refused" }, note];
        once(tx, book, ctx, "override_ruling", &format!("override_ruling:{id}"), &parts, |tx| {
            let found = tx.first("SELECT actor FROM control_override WHERE book = $1 AND id = $2", params![book.id, id])?;
            let Some(asked_by) = found.map(|row| row.string(0)).transpose()? else {
                return AppError::refuse("no_override", format!("没有编号为 {id} 的突破申请"), "请用 ⟦override.list⟧ 查看");
            };
            let known = Known { seq: None, time: Some(ctx.now()) };
            let leaders = policy_in_force(tx, book, ctx.today(), &known)?.leaders;
            if !leaders.contains(&ctx.actor) {
                let message = format!("“{}”不在可批准突破的领导名单内（{}）", ctx.actor, leaders.join("、"));
                let mend = "请由名单内的领导批准（⟦actor⟧）；名单用 ⟦setting.set⟧ control.leaders 姓名 ⟦from⟧ 日期 设置";
                return AppError::refuse("not_leader", message, mend);
            }
            if asked_by == ctx.actor {
                let message = format!("突破 {id} 由 {asked_by} 申请，不能由本人批准");
                return AppError::refuse("maker_is_checker", message, "请由另一位领导批准（⟦actor⟧）");
            }
            tx.execute(
                "INSERT INTO control_override_ruling (book, override, granted, asked_by, actor, note, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
                params![book.id, id, i64::from(granted), asked_by, &ctx.actor, note, ctx.now()],
            )?;
            Ok(Asked { id })
        })
    })
}

/// All leaves in order of number.
pub fn list(bureau: &mut Bureau) -> Result<Vec<Override>> {
    bureau.read(|tx, book| {
        let rows = tx.query(
            "SELECT o.id, o.kind, o.subject,
                    COALESCE((SELECT u.name FROM unit u WHERE u.book = o.book AND u.code = o.subject AND o.kind = 'unit'),
                             (SELECT f.name FROM fund f WHERE f.book = o.book AND f.doc_no = o.subject AND o.kind = 'fund'), o.subject),
                    o.amount, o.valid_from, o.valid_to, o.reason, o.document, o.actor, r.granted, COALESCE(r.actor, ''), COALESCE(r.note, '')
               FROM control_override o LEFT JOIN control_override_ruling r ON r.book = o.book AND r.override = o.id
              WHERE o.book = $1 ORDER BY o.id",
            params![book.id],
        )?;
        let mut found = Vec::new();
        for row in rows {
            let id = row.int(0)?;
            let uses = tx.query(
                "SELECT reference, amount FROM control_override_use WHERE book = $1 AND override = $2 ORDER BY id",
                params![book.id, id],
            )?;
            let mut used = 0;
            let mut references: Vec<String> = Vec::new();
            for one in uses {
                used += one.int(1)?;
                let reference = one.string(0)?;
                if !references.contains(&reference) {
                    references.push(reference);
                }
            }
            found.push(Override {
                id,
                kind: SubjectKind::from_code(row.text(1)?).unwrap_or(SubjectKind::Unit),
                subject: row.string(2)?,
                name: row.string(3)?,
                amount: Fen::new(row.int(4)?),
                used: Fen::new(used),
                from: hold::day(row.int(5)?),
                to: hold::day(row.int(6)?),
                reason: row.string(7)?,
                document: row.string(8)?,
                asked_by: row.string(9)?,
                granted: row.opt_int(10)?.map(|granted| granted == 1),
                ruled_by: row.string(11)?,
                note: row.string(12)?,
                references,
            });
        }
        Ok(found)
    })
}

/// The leaves as a sheet, with their states on a day.
pub fn list_table(list: &[Override], today: NaiveDate) -> Table {
    let mut table = Table::new("control_overrides", "突破暂停目录")
        .subtitle("单位：元")
        .column("id", "编号", Kind::Count)
        .column("kind", "对象", Kind::Text)
        .column("name", "名称", Kind::Text)
        .column("amount", "金额上限", Kind::Money)
        .column("used", "已使用", Kind::Money)
        .column("from", "自", Kind::Date)
        .column("to", "至", Kind::Date)
        .column("reason", "理由", Kind::Text)
        .column("document", "依据", Kind::Text)
        .column("asked_by", "申请人", Kind::Text)
        .column("ruled_by", "批准人", Kind::Text)
        .column("state", "状态", Kind::Text)
        .column("references", "用于", Kind::Text);
    for one in list {
        table.push(vec![
            Cell::Count(one.id),
            Cell::text(one.kind.chinese()),
            Cell::text(&one.name),
            one.amount.into(),
            one.used.into(),
            Cell::Date(one.from),
            Cell::Date(one.to),
            Cell::text(&one.reason),
            Cell::text(&one.document),
            Cell::text(&one.asked_by),
            Cell::text(&one.ruled_by),
            Cell::text(one.state(today)),
            Cell::text(one.references.join("、")),
        ]);
    }
    table
}

/// One leave. Errors: none such.
pub fn show(bureau: &mut Bureau, id: i64) -> Result<Override> {
    match list(bureau)?.into_iter().find(|one| one.id == id) {
        Some(found) => Ok(found),
        None => AppError::refuse("no_override", format!("没有编号为 {id} 的突破申请"), "请用 ⟦override.list⟧ 查看"),
    }
}

pub fn asked(id: i64, ask: &Ask) -> String {
    format!("突破申请 {id} 已登记：{} 元，{} 至 {}", ask.amount.yuan_grouped(), ask.from, ask.to)
}

pub fn ruled(id: i64, granted: bool, by: &str) -> String {
    if granted { format!("突破 {id} 已由 {by} 批准") } else { format!("突破 {id} 未获批准（{by}）") }
}
