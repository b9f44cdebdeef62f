//! Errors become cases (线索): each exception is handed over once, under the case's code. This is the one place where inspection
//! touches cases.

use super::plan::Plan;
use super::stored::{self, Stored};
use crate::app::cases::{NewCase, open};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::inspection::plan::Population;
use crate::params;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// An item in error that stands: of the last round of its visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    pub sample: i64,
    pub round: i64,
    pub what: String,
    pub amount: i64,
    pub case_code: Option<String>,
}

/// The standing exceptions of a plan. One whose visit was told again otherwise has passed away.
pub(super) fn exceptions(tx: &mut Tx<'_>, book: &Book, plan: i64) -> Result<Vec<Open>> {
    let sql = "SELECT x.sample, x.round, x.what, x.amount, x.case_code FROM inspection_exception x
                WHERE x.book = $1 AND x.plan = $2 AND x.round = (SELECT MAX(v.round) FROM inspection_visit v
                      WHERE v.book = x.book AND v.plan = x.plan AND v.sample = x.sample)
                ORDER BY x.sample";
    let mut found = Vec::new();
    for row in tx.query(sql, params![book.id, plan])? {
        found.push(Open {
            sample: row.int(0)?,
            round: row.int(1)?,
            what: row.string(2)?,
            amount: row.int(3)?,
            case_code: row.opt_string(4)?,
        });
    }
    Ok(found)
}

/// Those not yet handed over.
pub(super) fn open_exceptions(tx: &mut Tx<'_>, book: &Book, plan: i64) -> Result<Vec<Open>> {
    Ok(exceptions(tx, book, plan)?.into_iter().filter(|one| one.case_code.is_none()).collect())
}

/// What to hand over, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// Sample numbers; empty for all that are open.
    pub samples: Vec<i64>,
    /// A case that stands already; without it new ones are opened.
    pub into: Option<String>,
    /// A case for each exception rather than one for all.
    pub each: bool,
    pub date: NaiveDate,
}

/// A case and the samples that went into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    pub case_code: String,
    pub samples: Vec<i64>,
}

/// Hands exceptions over to cases. Errors: no such exception; handed over before; no such case.
pub fn hand_over(bureau: &mut Bureau, ctx: &Context, code: &str, how: &HandOver) -> Result<Vec<HandedOver>> {
    bureau.write(|tx, book| {
        let stored = stored::load(tx, book, code)?;
        let chosen = choose(tx, book, &stored.plan, &how.samples)?;
        let groups: Vec<Vec<Open>> = if how.each { chosen.into_iter().map(|one| vec![one]).collect() } else { vec![chosen] };
        let mut handed = Vec::new();
        for group in groups {
            let case_code = match &how.into {
                Some(standing) => standing_case(tx, book, standing)?,
                None => open(tx, book, ctx, &new_case(&stored, &group, how.date))?.code,
            };
            for one in &group {
                tx.execute(
                    "UPDATE inspection_exception SET case_code = $5 WHERE book = $1 AND plan = $2 AND sample = $3 AND round = $4",
                    params![book.id, stored.plan.id, one.sample, one.round, &case_code],
                )?;
            }
            handed.push(HandedOver { case_code, samples: group.iter().map(|one| one.sample).collect() });
        }
        Ok(handed)
    })
}

fn new_case(stored: &Stored, group: &[Open], date: NaiveDate) -> NewCase {
    let plan = &stored.plan;
    let title = match group {
        [one] => format!("检查 {} 样本 {}：{}", plan.code, one.sample, one.what),
        many => format!("检查 {} 查出差错 {} 项", plan.code, many.len()),
    };
    // a household is no payment: its case names none
    let is_payment = plan.population != Population::Households;
    let item = |one: &Open| usize::try_from(one.sample - 1).ok().and_then(|at| stored.chosen.get(at)).map(|chosen| chosen.at);
    let items = group.iter().filter_map(item).map(|at| stored.frame.items()[at].item.clone());
    NewCase {
        source: "inspection",
        reference: plan.code.clone(),
        title,
        opened: date,
        findings: Vec::new(),
        payments: items.filter(|_| is_payment).collect(),
        amount: group.iter().map(|one| one.amount).fold(0, i64::saturating_add),
    }
}

fn standing_case(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<String> {
    match tx.first("SELECT code FROM lead WHERE book = $1 AND code = $2", params![book.id, code.trim()])? {
        Some(row) => Ok(row.string(0)?),
        None => AppError::refuse("no_case", format!("没有线索“{code}”"), "请核对线索编号；不写 ⟦into⟧ 则新立线索"),
    }
}

fn choose(tx: &mut Tx<'_>, book: &Book, plan: &Plan, samples: &[i64]) -> Result<Vec<Open>> {
    let all = exceptions(tx, book, plan.id)?;
    for sample in samples {
        match all.iter().find(|one| one.sample == *sample) {
            None => {
                let message = format!("检查 {} 的样本 {sample} 没有已评价的差错", plan.code);
                return AppError::refuse("no_exception", message, format!("请用 ⟦plan.exceptions⟧ {} 查看", plan.code));
            }
            Some(Open { case_code: Some(standing), .. }) => {
                return AppError::refuse("handed_over", format!("样本 {sample} 已转为线索 {standing}"), "请在该线索下办理");
            }
            Some(_) => {}
        }
    }
    let wanted = |one: &Open| one.case_code.is_none() && (samples.is_empty() || samples.contains(&one.sample));
    let chosen: Vec<Open> = all.into_iter().filter(wanted).collect();
    if chosen.is_empty() {
        return AppError::refuse("no_exception", format!("检查 {} 没有待转的差错", plan.code), "请先评价：⟦plan.evaluate⟧");
    }
    Ok(chosen)
}
