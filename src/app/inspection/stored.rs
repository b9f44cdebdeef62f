//! A drawing as it was kept: frame, sample, seed and digests.

use super::draw::DrawSteps;
use super::plan::{self, Plan};
use crate::app::{AppError, Book, Result};
use crate::domain::inspection::draw::Chosen;
use crate::domain::inspection::frame::{Frame, FrameItem};
use crate::params;
use crate::store::{StoreError, Tx};

pub struct Drawing {
    pub known_to: i64,
    pub households: i64,
    pub frame_digest: [u8; 32],
    pub seed: String,
    pub steps: DrawSteps,
    pub sample_digest: [u8; 32],
    pub at: i64,
}

pub struct Stored {
    pub plan: Plan,
    pub drawing: Drawing,
    pub frame: Frame,
    /// Sample numbers run from 1 in this order.
    pub chosen: Vec<Chosen>,
}

/// The seed of a plan that has been drawn.
pub(super) fn seed_of(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Option<String>> {
    let sql = "SELECT d.seed FROM inspection_drawing d JOIN inspection_plan p ON p.book = d.book AND p.id = d.plan
                WHERE d.book = $1 AND p.code = $2";
    Ok(tx.first(sql, params![book.id, code])?.map(|row| row.string(0)).transpose()?)
}

/// All of a drawing. Errors: no such plan; not drawn yet.
pub fn load(tx: &mut Tx<'_>, book: &Book, code: &str) -> Result<Stored> {
    let plan = plan::load(tx, book, code)?;
    let sql =
        "SELECT known_to, households, frame_digest, seed, steps, sample_digest, at FROM inspection_drawing WHERE book = $1 AND plan = $2";
    let Some(row) = tx.first(sql, params![book.id, plan.id])? else {
        return AppError::refuse("not_drawn", format!("检查 {code} 尚未抽样"), format!("请先运行 ⟦plan.draw⟧ {code}"));
    };
    let drawing = Drawing {
        known_to: row.int(0)?,
        households: row.int(1)?,
        frame_digest: row.digest(2)?,
        seed: row.string(3)?,
        steps: serde_json::from_str(row.text(4)?).map_err(|e| StoreError::Schema(e.to_string()))?,
        sample_digest: row.digest(5)?,
        at: row.int(6)?,
    };
    let mut items = Vec::new();
    let sql = "SELECT item, stratum, village, household, value, weight FROM inspection_frame WHERE book = $1 AND plan = $2 ORDER BY seq";
    tx.scan(sql, params![book.id, plan.id], |row| {
        let text = |at: usize| row[at].text().map(str::to_string);
        items.push(FrameItem {
            item: text(0)?,
            stratum: text(1)?,
            village: text(2)?,
            household: text(3)?,
            value: row[4].int()?,
            weight: row[5].int()?,
        });
        Ok(())
    })?;
    let mut chosen = Vec::new();
    let sql = "SELECT frame, hits, whole FROM inspection_sample WHERE book = $1 AND plan = $2 ORDER BY seq";
    for row in tx.query(sql, params![book.id, plan.id])? {
        let at = usize::try_from(row.int(0)? - 1).map_err(|_| StoreError::Schema("样本的抽样框序号不对".into()))?;
        if at >= items.len() {
            return Err(StoreError::Schema("样本不在抽样框内".into()).into());
        }
        chosen.push(Chosen { at, hits: row.int(1)?, whole: row.int(2)? == 1 });
    }
    Ok(Stored { plan, drawing, frame: Frame::in_order(items), chosen })
}
