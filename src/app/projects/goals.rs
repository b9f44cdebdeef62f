//! Performance goals and results (绩效, 国办发〔2018〕35号): indicators with targets, what was measured (who, when, with which
//! proof), the self-evaluation's score, and the table that sets one against the other. Rows are only added; the latest counts.

use super::{known, records};
use crate::app::act::{Once, once};
use crate::app::notices::proof::Proof;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::calendar::{date_from_int, date_to_int};
use crate::domain::money::Quantity;
use crate::domain::projects::goal::Indicator;
use crate::domain::report::{Cell, Kind, Table, figure};
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

/// A target to be set.
#[derive(Debug, Clone)]
pub struct NewGoal {
    pub code: String,
    pub indicator: String,
    pub at_most: bool,
    pub target: Quantity,
    pub measure: String,
    pub doc_no: String,
    pub date: NaiveDate,
}

impl NewGoal {
    pub fn said(&self) -> String {
        let sign = if self.at_most { "不超过" } else { "不少于" };
        format!("项目 {} 绩效指标“{}”：目标{sign} {}{}", self.code, self.indicator, self.target, self.measure)
    }
}

/// Sets a target, or a new one for the same indicator. Errors: no such project; no name, no measure.
pub fn set(bureau: &mut Bureau, ctx: &Context, new: &NewGoal) -> Result<Once<i64>> {
    let (target, date) = (new.target.to_string(), new.date.to_string());
    let key = format!("goal:{}:{}:{date}:{target}", new.code, new.indicator);
    let parts = [new.code.as_str(), &new.indicator, &target, &new.measure, if new.at_most { "≤" } else { "≥" }, &new.doc_no];
    bureau.write(|tx, book| {
        once(tx, book, ctx, "goal", &key, &parts, |tx| {
            known(tx, book, &new.code)?;
            if new.indicator.trim().is_empty() || new.measure.trim().is_empty() {
                return AppError::refuse("no_words", "绩效指标没有写明名称或计量单位", "请写明，如 ⟦indicator⟧ 受益户数 ⟦measure⟧ 户");
            }
            let id = tx.take_ids(book.id, "project_goal", 1)?;
            tx.execute(
                "INSERT INTO project_goal (book, id, project, indicator, at_most, target, measure, date, doc_no, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                params![
                    book.id,
                    id,
                    &new.code,
                    new.indicator.trim(),
                    i64::from(new.at_most),
                    new.target.get(),
                    new.measure.trim(),
                    date_to_int(new.date),
                    &new.doc_no,
                    &ctx.actor,
                    ctx.now()
                ],
            )?;
            Ok(id)
        })
    })
}

/// A measurement to be recorded.
#[derive(Debug, Clone)]
pub struct NewResult {
    pub code: String,
    pub indicator: String,
    pub value: Quantity,
    pub date: NaiveDate,
    pub remark: String,
    pub proof: Option<Proof>,
}

impl NewResult {
    pub fn said(&self) -> String {
        format!("项目 {} 绩效指标“{}”：实际 {}", self.code, self.indicator, self.value)
    }
}

/// Records what was measured. Errors: no such project or indicator.
pub fn measure(bureau: &mut Bureau, ctx: &Context, new: &NewResult) -> Result<Once<i64>> {
    let (value, date) = (new.value.to_string(), new.date.to_string());
    let key = format!("result:{}:{}:{date}:{value}", new.code, new.indicator);
    let parts = [new.code.as_str(), &new.indicator, &value, &date, &new.remark];
    bureau.write(|tx, book| {
        once(tx, book, ctx, "result", &key, &parts, |tx| {
            known(tx, book, &new.code)?;
            let goal = tx.first(
                "SELECT id FROM project_goal WHERE book = $1 AND project = $2 AND indicator = $3 ORDER BY id DESC LIMIT 1",
                params![book.id, &new.code, new.indicator.trim()],
            )?;
            let Some(goal) = goal else {
                let message = format!("项目 {} 没有绩效指标“{}”", new.code, new.indicator);
                return AppError::refuse("no_goal", message, format!("请先 ⟦project.goal⟧ {} ⟦indicator⟧ …", new.code));
            };
            let id = tx.take_ids(book.id, "project_result", 1)?;
            let (proof_name, proof_digest) = Proof::stored(new.proof.as_ref());
            tx.execute(
                "INSERT INTO project_result (book, id, goal, value, date, proof_name, proof_digest, remark, actor, at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                params![
                    book.id,
                    id,
                    goal.int(0)?,
                    new.value.get(),
                    date_to_int(new.date),
                    proof_name,
                    proof_digest,
                    &new.remark,
                    &ctx.actor,
                    ctx.now()
                ],
            )?;
            Ok(id)
        })
    })
}

/// Records a self-evaluation (绩效自评). Errors: no such project; a score beyond 100; not finished yet.
pub fn score(bureau: &mut Bureau, ctx: &Context, code: &str, score: Quantity, date: NaiveDate, opinion: &str) -> Result<Once<i64>> {
    let text = score.to_string();
    let key = format!("score:{code}:{date}:{text}");
    bureau.write(|tx, book| {
        once(tx, book, ctx, "score", &key, &[code, &text, &date.to_string(), opinion], |tx| {
            let record = known(tx, book, code)?;
            if !(0..=1_000_000).contains(&score.get()) {
                return AppError::refuse("score", format!("自评得分 {text} 不在 0 至 100 之间"), "请核对得分");
            }
            if record.finished().is_none_or(|finished| finished > date) {
                return AppError::refuse(
                    "not_finished",
                    format!("项目 {code} 在 {date} 尚未竣工，不能自评"),
                    "请先登记竣工（project finish）",
                );
            }
            let id = tx.take_ids(book.id, "project_score", 1)?;
            tx.execute(
                "INSERT INTO project_score (book, id, project, score, date, opinion, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                params![book.id, id, code, score.get(), date_to_int(date), opinion, &ctx.actor, ctx.now()],
            )?;
            Ok(id)
        })
    })
}

/// An indicator of a project with its latest result, and the project's latest score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    pub code: String,
    pub name: String,
    pub state: String,
    #[serde(serialize_with = "figure::serialize_day_option")]
    pub finished: Option<NaiveDate>,
    /// `None`: the project has no indicators.
    #[serde(flatten)]
    pub indicator: Option<Indicator>,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub achieved: Option<Decimal>,
    pub reached: Option<bool>,
    #[serde(serialize_with = "figure::serialize_day_option")]
    pub measured: Option<NaiveDate>,
    pub by: String,
    pub proof: String,
    pub score: Option<Quantity>,
}

/// The table's name.
pub const TITLE: &str = "绩效目标完成情况表";

/// What is asked of the table.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    pub code: Option<&'a str>,
    /// Only finished projects that have no result at all.
    pub missing: bool,
}

impl Wanted<'_> {
    pub fn title(&self) -> &'static str {
        if self.missing { "已竣工而没有绩效结果的项目" } else { TITLE }
    }
}

/// Goals against results, by project. Errors: no such project.
pub fn compare(tx: &mut Tx<'_>, book: &Book, wanted: Wanted<'_>) -> Result<Vec<Comparison>> {
    let all = match wanted.code {
        Some(code) => vec![known(tx, book, code)?],
        None => records(tx, book)?,
    };
    let mut rows = Vec::new();
    for record in all {
        let code = &record.facts.code;
        let measured = indicators(tx, book, code)?;
        let finished = record.finished();
        let empty = measured.iter().all(|(found, ..)| found.result.is_none());
        if wanted.missing && !(finished.is_some() && empty) || wanted.code.is_none() && measured.is_empty() && finished.is_none() {
            continue;
        }
        let score =
            tx.first("SELECT score FROM project_score WHERE book = $1 AND project = $2 ORDER BY id DESC LIMIT 1", params![book.id, code])?;
        let score = score.map(|row| row.int(0)).transpose()?.map(Quantity::new);
        let row = |found: Option<(Indicator, Option<NaiveDate>, String, String)>| {
            let (indicator, measured, by, proof) = match found {
                Some((indicator, measured, by, proof)) => (Some(indicator), measured, by, proof),
                None => (None, None, String::new(), String::new()),
            };
            Comparison {
                code: code.clone(),
                name: record.facts.name.clone(),
                state: record.now().state.title().to_string(),
                finished,
                achieved: indicator.as_ref().and_then(Indicator::achieved),
                reached: indicator.as_ref().and_then(Indicator::reached),
                indicator,
                measured,
                by,
                proof,
                score,
            }
        };
        if measured.is_empty() {
            rows.push(row(None));
        }
        rows.extend(measured.into_iter().map(|found| row(Some(found))));
    }
    Ok(rows)
}

/// An indicator with the day of its latest result, who measured it, and the proof.
pub(in crate::app) type Measured = (Indicator, Option<NaiveDate>, String, String);

/// The indicators of a project in the order of their first setting: latest target, latest result.
pub(in crate::app) fn indicators(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Vec<Measured>> {
    let mut found: Vec<Measured> = Vec::new();
    let goals = "SELECT id, indicator, at_most, target, measure FROM project_goal WHERE book = $1 AND project = $2 ORDER BY id";
    for row in tx.query(goals, params![book.id, code])? {
        let goal = Indicator {
            indicator: row.string(1)?,
            at_most: row.int(2)? == 1,
            target: Quantity::new(row.int(3)?),
            measure: row.string(4)?,
            result: None,
        };
        match found.iter_mut().find(|(known, ..)| known.indicator == goal.indicator) {
            Some((known, ..)) => *known = Indicator { result: known.result, ..goal },
            None => found.push((goal, None, String::new(), String::new())),
        }
    }
    let results = "SELECT g.indicator, r.value, r.date, r.actor, r.proof_name FROM project_result r
          JOIN project_goal g ON g.book = r.book AND g.id = r.goal WHERE g.book = $1 AND g.project = $2 ORDER BY r.id";
    for row in tx.query(results, params![book.id, code])? {
        if let Some((goal, day, by, proof)) = found.iter_mut().find(|(known, ..)| row.text(0).is_ok_and(|name| name == known.indicator)) {
            goal.result = Some(Quantity::new(row.int(1)?));
            (*day, *by, *proof) = (date_from_int(row.int(2)?), row.string(3)?, row.string(4)?);
        }
    }
    Ok(found)
}

/// The comparison as a table (绩效目标完成情况表).
pub fn table(rows: &[Comparison], title: &str) -> Table {
    let mut table = Table::new("performance", title)
        .column("code", "项目编码", Kind::Text)
        .column("name", "项目名称", Kind::Text)
        .column("finished", "竣工日期", Kind::Date)
        .column("indicator", "绩效指标", Kind::Text)
        .column("target", "目标值", Kind::Text)
        .column("result", "实际值", Kind::Text)
        .column("measure", "单位", Kind::Text)
        .column("achieved", "完成率", Kind::Percent)
        .column("reached", "达标", Kind::Text)
        .column("measured", "核实日期", Kind::Date)
        .column("by", "核实人", Kind::Text)
        .column("proof", "佐证", Kind::Text)
        .column("score", "自评得分", Kind::Text);
    for row in rows {
        let of = |pick: fn(&Indicator) -> String| Cell::text(row.indicator.as_ref().map(pick).unwrap_or_default());
        let reached = match row.reached {
            Some(true) => "是",
            Some(false) => "否",
            None => "未核实",
        };
        table.push(vec![
            Cell::text(&row.code),
            Cell::text(&row.name),
            row.finished.map(Cell::Date).into(),
            row.indicator.as_ref().map_or_else(|| Cell::text("（未设指标）"), |found| Cell::text(&found.indicator)),
            of(|found| format!("{}{}", if found.at_most { "≤" } else { "≥" }, found.target)),
            of(|found| found.result.map_or_else(String::new, |result| result.to_string())),
            of(|found| found.measure.clone()),
            row.achieved.map(Cell::Ratio).into(),
            Cell::text(reached),
            row.measured.map(Cell::Date).into(),
            Cell::text(&row.by),
            Cell::text(&row.proof),
            Cell::text(row.score.map_or_else(String::new, |score| score.to_string())),
        ]);
    }
    table
}
