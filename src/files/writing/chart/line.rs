//! Progress by month against the schedule (序时) and the year's target: three lines that differ in dash as well as colour,
//! each named at its end.

use super::paper::{Anchor, Paper, Style, px};
use super::{BLUE, MUTED, MonthPoint, Trend, VERMILION, part_of};
use crate::domain::report::figure::percent;
use rust_decimal::Decimal;

const WIDTH: i64 = 6_400;
const HEIGHT: i64 = 2_800;
const LEFT: i64 = 440;
const RIGHT: i64 = WIDTH - 900;
const TOP: i64 = 340;
const BOTTOM: i64 = HEIGHT - 300;
const SLOTS: i64 = 12;

impl Trend {
    pub fn svg(&self) -> String {
        let linked = self.months.iter().any(|month| month.href.is_some());
        let mut paper = Paper::open(&self.head, WIDTH, HEIGHT, linked);
        self.axes(&mut paper);
        if let Some(target) = self.target {
            let y = height(target);
            paper.rule((LEFT, y), (RIGHT, y), (VERMILION, "1.5"), "2 3");
            paper.text(RIGHT + 80, y + 40, Style::new(12).colour(MUTED), &format!("目标 {}", short(target)));
        }
        let schedule = self.points(|month| month.schedule);
        polyline(&mut paper, &schedule, "#6B7785", "1.5", "7 4");
        let actual = self.points(|month| month.actual);
        polyline(&mut paper, &actual, BLUE, "2.5", "");
        self.forecast_line(&mut paper, &actual);
        self.markers(&mut paper);
        self.legend(&mut paper);
        paper.finish()
    }

    fn axes(&self, paper: &mut Paper) {
        for step in 0..=5 {
            let share = Decimal::new(step * 2, 1);
            let y = height(share);
            paper.grid_line((LEFT, y), (RIGHT, y));
            paper.text(LEFT - 80, y + 40, Style::new(11).anchor(Anchor::End).colour(MUTED), &format!("{}%", step * 20));
        }
        for slot in 0..SLOTS {
            let named = usize::try_from(slot).ok().and_then(|index| self.months.get(index));
            let label = named.map_or_else(|| format!("{}月", slot + 1), |month| month.label.clone());
            paper.text(across(slot), BOTTOM + 190, Style::new(11).anchor(Anchor::Middle).colour(MUTED), &label);
        }
    }

    fn points(&self, of: impl Fn(&MonthPoint) -> Option<Decimal>) -> Vec<(i64, i64)> {
        self.months.iter().zip(0..SLOTS).filter_map(|(month, slot)| of(month).map(|share| (across(slot), height(share)))).collect()
    }

    fn forecast_line(&self, paper: &mut Paper, actual: &[(i64, i64)]) {
        let (Some(forecast), Some(last)) = (self.forecast, actual.last()) else { return };
        let end = (across(SLOTS - 1), height(forecast));
        if end.0 > last.0 {
            paper.rule(*last, end, (BLUE, "1.5"), "1 4");
        }
        let says = format!("预计年底 {}", percent(forecast));
        paper.linked(None, &says, |paper| {
            let size = 45;
            let diamond = format!(
                "M{} {}L{} {}L{} {}L{} {}Z",
                px(end.0),
                px(end.1 - size),
                px(end.0 + size),
                px(end.1),
                px(end.0),
                px(end.1 + size),
                px(end.0 - size),
                px(end.1)
            );
            paper.shape("path", &[("d", diamond), ("fill", "#fff".into()), ("stroke", BLUE.into()), ("stroke-width", "1.5".into())]);
        });
        let near_target = self.target.is_some_and(|target| (height(target) - end.1).abs() < 140);
        let below = near_target && self.target.is_some_and(|target| height(target) <= end.1);
        let shift = if below {
            180
        } else if near_target {
            -100
        } else {
            40
        };
        paper.text(RIGHT + 80, end.1 + shift, Style::new(12).colour(MUTED), &format!("预计 {}", short(forecast)));
    }

    fn markers(&self, paper: &mut Paper) {
        let last = self.months.iter().rposition(|month| month.actual.is_some());
        for (index, (month, slot)) in self.months.iter().zip(0..SLOTS).enumerate() {
            let Some(actual) = month.actual else { continue };
            let (x, y) = (across(slot), height(actual));
            let scheduled = month.schedule.map_or_else(String::new, |share| format!("，序时 {}", percent(share)));
            paper.linked(month.href.as_deref(), &format!("{}：支出进度 {}{scheduled}", month.label, percent(actual)), |paper| {
                paper.shape(
                    "circle",
                    &[("cx", px(x)), ("cy", px(y)), ("r", "4.5".into()), ("fill", BLUE.into()), ("stroke", "#fff".into())],
                );
                if Some(index) == last {
                    let style = Style::new(13).anchor(Anchor::Middle).bold().rim();
                    let above = month.schedule.is_none_or(|share| actual >= share);
                    paper.text(x, if above { y - 100 } else { y + 190 }, style, &percent(actual));
                }
            });
        }
    }

    fn legend(&self, paper: &mut Paper) {
        let y = 150;
        let words = Style::new(12).colour(MUTED);
        paper.rule((LEFT, y - 40), (LEFT + 260, y - 40), (BLUE, "2.5"), "");
        paper.text(LEFT + 320, y, words, "实际支出进度");
        paper.rule((LEFT + 1_240, y - 40), (LEFT + 1_500, y - 40), ("#6B7785", "1.5"), "7 4");
        paper.text(LEFT + 1_560, y, words, "序时进度");
        if self.target.is_some() {
            paper.rule((LEFT + 2_240, y - 40), (LEFT + 2_500, y - 40), (VERMILION, "1.5"), "2 3");
            paper.text(LEFT + 2_560, y, words, "年度目标");
        }
        if self.forecast.is_some() {
            paper.rule((LEFT + 3_240, y - 40), (LEFT + 3_500, y - 40), (BLUE, "1.5"), "1 4");
            paper.text(LEFT + 3_560, y, words, "预计年底");
        }
    }
}

fn across(slot: i64) -> i64 {
    LEFT + 200 + (RIGHT - LEFT - 400) * slot / (SLOTS - 1)
}

fn height(share: Decimal) -> i64 {
    BOTTOM - part_of(BOTTOM - TOP, share)
}

/// 95%, 63.4%: as short as it stays true.
fn short(share: Decimal) -> String {
    let text = percent(share);
    let digits = text.trim_end_matches('%').trim_end_matches('0').trim_end_matches('.');
    format!("{digits}%")
}

fn polyline(paper: &mut Paper, points: &[(i64, i64)], colour: &str, width: &str, dash: &str) {
    if points.len() < 2 {
        return;
    }
    let path: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", px(*x), px(*y))).collect();
    let mut attributes = vec![
        ("points", path.join(" ")),
        ("fill", "none".to_string()),
        ("stroke", colour.to_string()),
        ("stroke-width", width.to_string()),
        ("stroke-linejoin", "round".to_string()),
    ];
    if !dash.is_empty() {
        attributes.push(("stroke-dasharray", dash.to_string()));
    }
    paper.shape("polyline", &attributes);
}
