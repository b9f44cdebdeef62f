//! Where to look first: a score from 0 to 100 for a unit, a programme or a village, out of measures that anyone can look up.
//! Each measure earns points in proportion, up to its full weight at a stated value; measures that are not there for a row
//! (a village has no budget progress, a list was not checked) are left out and the rest is scaled to 100, and that is said.
//! Weights and full values are settings with dates (`risk.*`).

use crate::domain::report::figure::round_half_up;
use crate::domain::report::{Cell, Kind, Table};
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

/// A measure of risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// 疑点: open findings of screening, a block counting 3, a hold 2, a note 1.
    Findings,
    /// 退票率: share of lines that the bank returned, in 1/10000.
    Returns,
    /// 进度差距: how far spending is behind schedule, in 1/100 of a percentage point.
    Progress,
    /// 闲置资金: money of earlier years not yet spent, in 1/10000 of the money available.
    Idle,
    /// 以往检查差错: items in error in inspections.
    Errors,
    /// 信访投诉: objections recorded.
    Objections,
}

impl Component {
    pub const ALL: [Component; 6] =
        [Component::Findings, Component::Returns, Component::Progress, Component::Idle, Component::Errors, Component::Objections];

    pub fn code(self) -> &'static str {
        match self {
            Component::Findings => "findings",
            Component::Returns => "returns",
            Component::Progress => "progress",
            Component::Idle => "idle",
            Component::Errors => "errors",
            Component::Objections => "objections",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Component::Findings => "疑点",
            Component::Returns => "退票率",
            Component::Progress => "进度差距",
            Component::Idle => "闲置资金",
            Component::Errors => "以往检查差错",
            Component::Objections => "信访投诉",
        }
    }

    /// A value as people read it.
    pub fn words(self, value: i64) -> String {
        let hundredths = || format!("{}.{:02}", value.abs() / 100, value.abs() % 100);
        match self {
            Component::Findings => format!("{value} 分"),
            Component::Returns | Component::Idle => format!("{}%", hundredths()),
            Component::Progress => format!("{} {} 个百分点", if value < 0 { "领先" } else { "落后" }, hundredths()),
            Component::Errors => format!("{value} 项"),
            Component::Objections => format!("{value} 件"),
        }
    }
}

/// Weight and full value of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    pub component: Component,
    /// Points that the full value earns.
    pub weight: i64,
    /// The value that earns all points, in the measure's own unit.
    pub full: i64,
}

/// What is known of one row; a measure that is not there is left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured {
    pub key: String,
    pub name: String,
    pub values: Vec<(Component, i64)>,
}

/// One measure's share of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    pub component: Component,
    pub value: i64,
    pub full: i64,
    pub weight: i64,
    #[serde(serialize_with = "two_places")]
    pub points: Decimal,
}

fn two_places<S: Serializer>(value: &Decimal, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("{:.2}", round_half_up(*value, 2)))
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Score {
    pub key: String,
    pub name: String,
    /// 0 to 100.
    #[serde(serialize_with = "two_places")]
    pub score: Decimal,
    pub parts: Vec<Part>,
    /// Sum of the weights that there were measures for; below 100 the points are scaled up.
    pub weighed: i64,
}

impl Score {
    pub fn of(row: &Measured, scales: &[Scale]) -> Score {
        let mut parts = Vec::new();
        for scale in scales.iter().filter(|scale| scale.weight > 0) {
            let Some((_, value)) = row.values.iter().find(|(component, _)| *component == scale.component) else { continue };
            let share = Decimal::from((*value).max(0)).checked_div(Decimal::from(scale.full)).unwrap_or_default().min(Decimal::ONE);
            let points = Decimal::from(scale.weight) * share;
            parts.push(Part { component: scale.component, value: *value, full: scale.full, weight: scale.weight, points });
        }
        let weighed: i64 = parts.iter().map(|part| part.weight).sum();
        let points: Decimal = parts.iter().map(|part| part.points).sum();
        let score = (points * Decimal::ONE_HUNDRED).checked_div(Decimal::from(weighed)).unwrap_or_default();
        Score { key: row.key.clone(), name: row.name.clone(), score: round_half_up(score, 2), parts, weighed }
    }

    /// Scores of all rows, the riskiest first; equals by key.
    pub fn rank(rows: &[Measured], scales: &[Scale]) -> Vec<Score> {
        let mut scores: Vec<Score> = rows.iter().map(|row| Score::of(row, scales)).collect();
        scores.sort_by(|a, b| b.score.cmp(&a.score).then_with(|| a.key.cmp(&b.key)));
        scores
    }

    /// Points for drawing: 1 to 101, so that whatever scores nothing can still be drawn.
    pub fn draw_weight(&self) -> i64 {
        1 + i64::try_from(round_half_up(self.score, 0)).unwrap_or(0)
    }

    /// Why the score is what it is, part by part.
    pub fn words(&self) -> String {
        let told = |part: &Part| {
            let component = part.component;
            let (value, full) = (component.words(part.value), component.words(part.full));
            format!("{} {value}（满值 {full}）得 {}/{} 分", component.title(), round_half_up(part.points, 2).normalize(), part.weight)
        };
        let mut parts: Vec<String> = self.parts.iter().map(told).collect();
        if self.weighed < 100 {
            parts.push(format!("有数据的权重合计 {}，按比例折算", self.weighed));
        }
        parts.join("；")
    }
}

/// The scores as a sheet: one column for each measure's points, and the reasons.
pub fn table(scores: &[Score], title: &str, subtitle: &str, notes: &[String]) -> Table {
    let mut table = Table::new("risk", title).subtitle(subtitle);
    table = table.column("rank", "名次", Kind::Count).column("key", "编码", Kind::Text).column("name", "名称", Kind::Text);
    table = table.column("score", "风险分", Kind::Points);
    for component in Component::ALL {
        table = table.column(component.code(), component.title(), Kind::Points);
    }
    table = table.column("why", "构成", Kind::Text);
    for (score, rank) in scores.iter().zip(1..) {
        let mut cells = vec![Cell::Count(rank), Cell::text(&score.key), Cell::text(&score.name), Cell::Points(score.score)];
        for component in Component::ALL {
            let part = score.parts.iter().find(|part| part.component == component);
            cells.push(part.map_or(Cell::Empty, |part| Cell::Points(part.points)));
        }
        cells.push(Cell::text(score.words()));
        table.push(cells);
    }
    notes.iter().fold(table, |table, note| table.note(note))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALES: [Scale; 3] = [
        Scale { component: Component::Findings, weight: 50, full: 20 },
        Scale { component: Component::Returns, weight: 30, full: 1_000 },
        Scale { component: Component::Progress, weight: 20, full: 2_000 },
    ];

    fn row(key: &str, values: &[(Component, i64)]) -> Measured {
        Measured { key: key.into(), name: key.into(), values: values.to_vec() }
    }

    /// 10 of 20 findings earn 25 of 50; 2.5% of 10% returned earns 7.5 of 30; ahead of schedule earns nothing.
    #[test]
    fn points_add_up_and_explain_themselves() {
        let rows = [row("甲", &[(Component::Findings, 10), (Component::Returns, 250), (Component::Progress, -300)])];
        let score = &Score::rank(&rows, &SCALES)[0];
        assert_eq!((score.score, score.weighed, score.draw_weight()), (Decimal::new(325, 1), 100, 34));
        assert_eq!(
            score.words(),
            "疑点 10 分（满值 20 分）得 25/50 分；退票率 2.50%（满值 10.00%）得 7.5/30 分；进度差距 领先 3.00 个百分点（满值 落后 20.00 个百分点）得 0/20 分"
        );
    }

    #[test]
    fn what_is_not_measured_is_left_out_and_said() {
        let rows = [row("乙", &[(Component::Returns, 5_000)]), row("丙", &[]), row("甲", &[(Component::Returns, 5_000)])];
        let scores = Score::rank(&rows, &SCALES);
        assert_eq!(scores.iter().map(|score| score.key.as_str()).collect::<Vec<_>>(), ["乙", "甲", "丙"].map(|key| key));
        assert_eq!((scores[0].score, scores[2].score), (Decimal::ONE_HUNDRED, Decimal::ZERO));
        assert!(scores[0].words().ends_with("有数据的权重合计 30，按比例折算"));
    }
}
