//! The risk score (风险分) of units, programmes or villages on a day, with its parts; and the points by which a targeted plan
//! draws.

pub use super::findings::By;
use super::measures;
use crate::app::book::number;
use crate::app::{Book, Bureau, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::inspection::risk::{self, Component, Scale, Score};
use crate::domain::report::Table;
use crate::domain::report::figure::serialize_day;
use crate::store::Tx;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::HashMap;

#[derive(Debug, Serialize)]
pub struct RiskReport {
    #[serde(serialize_with = "serialize_day")]
    pub as_of: NaiveDate,
    pub by: &'static str,
    pub scores: Vec<Score>,
    /// Measures that the book does not have: left out of the scores, not taken for nothing.
    pub not_measured: Vec<Component>,
}

impl By {
    pub const ALL: [By; 3] = [By::Unit, By::Program, By::Village];

    pub const fn code(self) -> &'static str {
        match self {
            By::Unit => "unit",
            By::Program => "program",
            By::Village => "village",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            By::Unit => "单位",
            By::Program => "补贴政策",
            By::Village => "村",
        }
    }
}

fn scales(tx: &mut Tx<'_>, book: &Book, day: NaiveDate) -> Result<Vec<Scale>> {
    let mut found = Vec::new();
    for component in Component::ALL {
        let mut read = |what: &str| number(tx, book, &format!("risk.{}.{what}", component.code()), date_to_int(day));
        found.push(Scale { component, weight: read("weight")?, full: read("full")? });
    }
    Ok(found)
}

fn scores(tx: &mut Tx<'_>, book: &Book, by: By, day: NaiveDate) -> Result<(Vec<Score>, Vec<Component>)> {
    let scales = scales(tx, book, day)?;
    let (rows, missing) = measures::measure(tx, book, by, day)?;
    Ok((Score::rank(&rows, &scales), missing))
}

/// Scores on a day, the riskiest first.
pub fn risk(bureau: &mut Bureau, by: By, as_of: NaiveDate) -> Result<RiskReport> {
    bureau.read(|tx, book| {
        let (scores, not_measured) = scores(tx, book, by, as_of)?;
        Ok(RiskReport { as_of, by: by.code(), scores, not_measured })
    })
}

/// Points for drawing, by village.
pub(super) fn village_points(tx: &mut Tx<'_>, book: &Book, day: NaiveDate) -> Result<HashMap<String, i64>> {
    let (scores, _) = scores(tx, book, By::Village, day)?;
    Ok(scores.into_iter().map(|score| (score.key.clone(), score.draw_weight())).collect())
}

impl RiskReport {
    pub fn table(&self, by: By) -> Table {
        let mut notes = vec![
            "风险分 0 至 100：每项指标按其值占满值的比例得分，不超过权重；没有数据的指标不计，其余按比例折算。权重和满值见设置 risk.*。"
                .to_string(),
        ];
        if !self.not_measured.is_empty() {
            let missing = self.not_measured.iter().map(|component| component.title()).collect::<Vec<_>>().join("、");
            notes.push(format!("本账簿尚无数据、未计入：{missing}。"));
        }
        let title = format!("{}风险分", by.title());
        risk::table(&self.scores, &title, &format!("截至 {}", self.as_of), &notes)
    }
}
