//! Errors become cases (线索): each exception is handed over once, under the case's code. This is the one place where inspection
//! touches cases.

use super::plan::{self, Plan};
use crate::app::act::{Once, once};
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::params;
use crate::store::Tx;
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

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    pub plan: String,
    pub samples: Vec<i64>,
    pub case_code: String,
}

/// Hands exceptions over to a case. `samples` empty: all that are open. Errors: no such exception; handed over before.
pub fn hand_over(bureau: &mut Bureau, ctx: &Context, code: &str, samples: &[i64], case_code: &str) -> Result<Once<HandedOver>> {
    let case_code = case_code.trim();
    if case_code.is_empty() || case_code.chars().count() > 60 || case_code.chars().any(char::is_control) {
        return AppError::refuse("case_code", "线索编号应为 1 至 60 个字", "请写明线索编号（--code）");
    }
    bureau.write(|tx, book| {
        let key = format!("inspect-case:{code}:{case_code}:{samples:?}");
        once(tx, book, ctx, "inspect-case", &key, &[code, case_code], |tx| {
            let plan = plan::load(tx, book, code)?;
            let chosen = choose(tx, book, &plan, samples)?;
            for one in &chosen {
                tx.execute(
                    "UPDATE inspection_exception SET case_code = $5 WHERE book = $1 AND plan = $2 AND sample = $3 AND round = $4",
                    params![book.id, plan.id, one.sample, one.round, case_code],
                )?;
            }
            let samples = chosen.iter().map(|one| one.sample).collect();
            Ok(HandedOver { plan: code.to_string(), samples, case_code: case_code.to_string() })
        })
    })
}

fn choose(tx: &mut Tx<'_>, book: &Book, plan: &Plan, samples: &[i64]) -> Result<Vec<Open>> {
    let all = exceptions(tx, book, plan.id)?;
    for sample in samples {
        match all.iter().find(|one| one.sample == *sample) {
            None => {
                let message = format!("检查 {} 的样本 {sample} 没有已评价的差错", plan.code);
                return AppError::refuse("no_exception", message, format!("请用 sunledger inspect exceptions {} 查看", plan.code));
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
        return AppError::refuse("no_exception", format!("检查 {} 没有待转的差错", plan.code), "请先评价：sunledger inspect evaluate");
    }
    Ok(chosen)
}
