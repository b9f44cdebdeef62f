//! A ranking in horizontal bars with the yardsticks drawn across: who has come how far. Bars short of the schedule are
//! hatched, so that they stand out in black and white too.

use super::paper::{Anchor, Paper, Style, cut, px};
use super::{BLUE, Bar, MUTED, Ranking, VERMILION, part_of};
use crate::domain::report::figure::percent;
use rust_decimal::Decimal;

const WIDTH: i64 = 6_400;
const LEFT: i64 = 1_700;
const RIGHT: i64 = WIDTH - 1_150;
const TOP: i64 = 340;
const STEP: i64 = 240;
const THICK: i64 = 150;

impl Ranking {
    pub fn svg(&self) -> String {
        let rows = i64::try_from(self.bars.len()).unwrap_or(0);
        let bottom = TOP + rows * STEP;
        let linked = self.bars.iter().any(|bar| bar.href.is_some());
        let mut paper = Paper::open(&self.head, WIDTH, bottom + 60, linked);
        paper.patterns(2);
        for (row, bar) in (0..).zip(&self.bars) {
            bar.draw(&mut paper, TOP + row * STEP);
        }
        self.yardsticks(&mut paper, bottom);
        paper.finish()
    }

    fn yardsticks(&self, paper: &mut Paper, bottom: i64) {
        paper.rule((LEFT, TOP - 60), (LEFT, bottom), (MUTED, "1"), "");
        let near = match (self.schedule, self.target) {
            (Some(a), Some(b)) => (a - b).abs() < Decimal::new(16, 2),
            _ => false,
        };
        if let Some(share) = self.schedule {
            let x = LEFT + part_of(RIGHT - LEFT, share);
            paper.rule((x, TOP - 60), (x, bottom), ("#3E4C59", "1.5"), "7 4");
            let anchor = if near { Anchor::End } else { Anchor::Middle };
            paper.text(x, TOP - 100, Style::new(11).anchor(anchor).colour(MUTED), &format!("序时 {}", percent(share)));
        }
        if let Some(share) = self.target {
            let x = LEFT + part_of(RIGHT - LEFT, share);
            paper.rule((x, TOP - 60), (x, bottom), (VERMILION, "1.5"), "2 3");
            let (shift, anchor) = if near { (60, Anchor::Start) } else { (0, Anchor::Middle) };
            paper.text(x + shift, TOP - 100, Style::new(11).anchor(anchor).colour(MUTED), &format!("目标 {}", percent(share)));
        }
    }
}

impl Bar {
    fn draw(&self, paper: &mut Paper, top: i64) {
        let middle = top + STEP / 2;
        let value = self.value.map_or_else(|| "—".to_string(), percent);
        let behind = if self.behind { "，滞后" } else { "" };
        let remark = if self.remark.is_empty() { String::new() } else { format!("，{}", self.remark) };
        paper.linked(self.href.as_deref(), &format!("{}：{value}{behind}{remark}", self.label), |paper| {
            let rank = self.rank.map_or_else(|| "—".to_string(), |rank| rank.to_string());
            paper.text(250, middle + 40, Style::new(11).anchor(Anchor::End).colour(MUTED), &rank);
            paper.text(360, middle + 42, Style::new(12), &cut(&self.label, 12, LEFT - 430));
            let length = self.value.map_or(0, |share| part_of(RIGHT - LEFT, share));
            if length > 0 {
                let fill = if self.behind { paper.pattern(1) } else { BLUE.to_string() };
                let stroke = if self.behind { "#8A5F00" } else { "#004B75" };
                paper.shape(
                    "rect",
                    &[
                        ("x", px(LEFT)),
                        ("y", px(middle - THICK / 2)),
                        ("width", px(length)),
                        ("height", px(THICK)),
                        ("fill", fill),
                        ("stroke", stroke.into()),
                        ("stroke-width", "0.8".into()),
                    ],
                );
            }
            let style = Style::new(12).anchor(Anchor::End);
            paper.text(WIDTH - 60, middle + 42, if self.behind { style.bold() } else { style }, &value);
            if self.behind {
                paper.text(RIGHT + 60, middle + 40, Style::new(11).colour(MUTED), "滞后");
            }
        });
    }
}
