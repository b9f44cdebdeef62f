//! The rows of a progress report, ranked, with a total. The total is computed from raw figures,
//! never from rounded rows. Months are different from every other grouping: each row is the
//! cumulative state at a month's end, so they are neither ranked nor added up, and the total is
//! the last of them.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::holding::{Holding, MoneyOverflow, RecentSpend, sum};
use super::measure::ProgressRow;
use super::policy::{Policy, PolicyFacts};
use crate::domain::report::figure::serialize_day;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    Fund,
    Level,
    Category,
    Unit,
    Project,
    Program,
    Month,
}

impl GroupBy {
    pub const ALL: [GroupBy; 7] =
        [GroupBy::Fund, GroupBy::Level, GroupBy::Category, GroupBy::Unit, GroupBy::Project, GroupBy::Program, GroupBy::Month];

    /// The word of the command line and of JSON.
    pub const fn code(self) -> &'static str {
        match self {
            GroupBy::Fund => "fund",
            GroupBy::Level => "level",
            GroupBy::Category => "category",
            GroupBy::Unit => "unit",
            GroupBy::Project => "project",
            GroupBy::Program => "program",
            GroupBy::Month => "month",
        }
    }

    pub const fn chinese(self) -> &'static str {
        match self {
            GroupBy::Fund => "指标",
            GroupBy::Level => "资金级次",
            GroupBy::Category => "资金类别",
            GroupBy::Unit => "单位",
            GroupBy::Project => "项目",
            GroupBy::Program => "补贴政策",
            GroupBy::Month => "月份",
        }
    }

    pub fn from_code(code: &str) -> Option<GroupBy> {
        GroupBy::ALL.into_iter().find(|by| by.code() == code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgressReport {
    #[serde(serialize_with = "serialize_day")]
    pub as_of: NaiveDate,
    /// The recording time up to which vouchers were known, as the caller words it.
    pub known_at: Option<String>,
    pub by: GroupBy,
    pub policy: PolicyFacts,
    pub rows: Vec<ProgressRow>,
    pub total: ProgressRow,
}

impl ProgressReport {
    /// Groups that share the money out among them. Rows come back best first; equals keep the
    /// order they came in, and those without money stand last, unranked.
    pub fn by_group(
        by: GroupBy,
        as_of: NaiveDate,
        holdings: &[Holding],
        recent: &[RecentSpend],
        policy: &Policy,
    ) -> Result<ProgressReport, MoneyOverflow> {
        let recent_of: HashMap<&str, &RecentSpend> = recent.iter().map(|recent| (recent.key.as_str(), recent)).collect();
        let mut rows = holdings
            .iter()
            .map(|holding| {
                let recent = recent_of.get(holding.key.as_str()).copied();
                ProgressRow::measure(holding, recent, as_of, policy)
            })
            .collect::<Result<Vec<_>, _>>()?;
        rank(&mut rows);
        let all = Holding::total("合计", holdings)?;
        let recent_of_all = RecentSpend {
            key: all.key.clone(),
            days: recent.iter().map(|r| r.days).max().unwrap_or(policy.recent_days(as_of)),
            paid: sum(recent.iter().map(|recent| recent.paid))?,
        };
        let total = ProgressRow::measure(&all, Some(&recent_of_all), as_of, policy)?;
        Ok(ProgressReport { as_of, known_at: None, by, policy: policy.facts(), rows, total })
    }

    /// Cumulative figures at the end of each month, in the order given. `as_of` is the day asked
    /// for; without any month the report is empty but for a total of nothing.
    pub fn by_month(
        as_of: NaiveDate,
        months: &[(NaiveDate, Holding)],
        recent: &[RecentSpend],
        policy: &Policy,
    ) -> Result<ProgressReport, MoneyOverflow> {
        let rows = months
            .iter()
            .map(|(day, holding)| {
                let recent = recent.iter().find(|recent| recent.key == holding.key);
                ProgressRow::measure(holding, recent, *day, policy)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut total = match rows.last() {
            Some(last) => last.clone(),
            None => ProgressRow::measure(&Holding::default(), None, as_of, policy)?,
        };
        total.key = "total".to_owned();
        total.name = "累计".to_owned();
        let facts = policy.facts();
        Ok(ProgressReport { as_of, known_at: None, by: GroupBy::Month, policy: facts, rows, total })
    }

    pub fn known_at(mut self, known_at: impl Into<String>) -> ProgressReport {
        self.known_at = Some(known_at.into());
        self
    }
}

/// Sorts by progress, best first, and numbers the rows as competitions do: equals share a rank
/// and the next rank is skipped accordingly (1, 2, 2, 4). A row without a key is money that
/// belongs to no group (未分配): it stands last and competes with nobody.
fn rank(rows: &mut [ProgressRow]) {
    rows.sort_by(|a, b| {
        let last = |row: &ProgressRow| row.key.is_empty();
        last(a).cmp(&last(b)).then_with(|| compare(a, b))
    });
    let mut given = 0;
    for index in 0..rows.len() {
        if rows[index].progress.is_none() || rows[index].key.is_empty() {
            break;
        }
        let tied = index > 0 && compare(&rows[index - 1], &rows[index]) == Ordering::Equal;
        if !tied {
            given = index as u32 + 1;
        }
        rows[index].rank = Some(given);
    }
}

/// Higher progress first, by exact cross-multiplication; rows without money last.
fn compare(a: &ProgressRow, b: &ProgressRow) -> Ordering {
    match (a.progress, b.progress) {
        (Some(_), Some(_)) => {
            let cross = |x: &ProgressRow, y: &ProgressRow| i128::from(x.spent.get()) * i128::from(y.available.get());
            cross(b, a).cmp(&cross(a, b))
        }
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
