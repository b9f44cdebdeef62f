//! Shares of a whole in stacked bars, one bar a group: how much of each level's money is where. Each part has its own
//! pattern and, where there is room, its percentage written in it.

use super::paper::{Anchor, Paper, Style, cut, px, text_width};
use super::{MUTED, Shares, Stack, scaled};
use crate::domain::money::Fen;

const WIDTH: i64 = 6_400;
const LEFT: i64 = 1_000;
const RIGHT: i64 = WIDTH - 1_250;
const STEP: i64 = 360;
const THICK: i64 = 230;
const LEGEND_ROW: i64 = 200;

impl Shares {
    pub fn svg(&self) -> String {
        let (places, top) = self.legend_places();
        let rows = i64::try_from(self.stacks.len()).unwrap_or(0);
        let linked = self.stacks.iter().flat_map(|stack| &stack.amounts).any(|part| part.href.is_some());
        let mut paper = Paper::open(&self.head, WIDTH, top + rows * STEP + 40, linked);
        paper.patterns(self.names.len());
        for (index, (name, (x, y))) in self.names.iter().zip(places).enumerate() {
            let fill = paper.pattern(index);
            swatch(&mut paper, (x, y - 95), (140, 110), fill);
            paper.text(x + 190, y, Style::new(12).colour(MUTED), name);
        }
        for (row, stack) in (0..).zip(&self.stacks) {
            self.bar(&mut paper, stack, top + row * STEP);
        }
        paper.finish()
    }

    /// Where each name of the legend stands, and where the bars begin.
    fn legend_places(&self) -> (Vec<(i64, i64)>, i64) {
        let (mut x, mut y) = (LEFT, 150);
        let mut places = Vec::new();
        for name in &self.names {
            let width = 190 + text_width(name, 12) + 260;
            if x + width > WIDTH && x > LEFT {
                (x, y) = (LEFT, y + LEGEND_ROW);
            }
            places.push((x, y));
            x += width;
        }
        (places, y + 90)
    }

    fn bar(&self, paper: &mut Paper, stack: &Stack, top: i64) {
        let middle = top + STEP / 2;
        let whole = Fen::try_sum(stack.amounts.iter().map(|part| part.amount)).unwrap_or_default().get();
        paper.text(LEFT - 90, middle + 45, Style::new(12).anchor(Anchor::End), &cut(&stack.label, 12, LEFT - 120));
        paper.text(WIDTH - 40, middle + 45, Style::new(12).anchor(Anchor::End), &format!("{} 万元", Fen::new(whole).wan()));
        let mut before = 0;
        for (index, (part, name)) in stack.amounts.iter().zip(&self.names).enumerate() {
            let start = LEFT + scaled(RIGHT - LEFT, before, whole);
            before += part.amount.get().max(0);
            let width = LEFT + scaled(RIGHT - LEFT, before, whole) - start;
            if width <= 0 {
                continue;
            }
            let share = percent_of(part.amount.get(), whole);
            let says = format!("{} {name}：{} 元，{share}", stack.label, part.amount.yuan_grouped());
            let fill = paper.pattern(index);
            paper.linked(part.href.as_deref(), &says, |paper| {
                swatch(paper, (start, middle - THICK / 2), (width, THICK), fill);
                if text_width(&share, 11) + 80 < width {
                    paper.text(start + width / 2, middle + 40, Style::new(11).anchor(Anchor::Middle).bold().rim(), &share);
                }
            });
        }
    }
}

fn swatch(paper: &mut Paper, at: (i64, i64), size: (i64, i64), fill: String) {
    paper.shape(
        "rect",
        &[
            ("x", px(at.0)),
            ("y", px(at.1)),
            ("width", px(size.0)),
            ("height", px(size.1)),
            ("fill", fill),
            ("stroke", "#3E4C59".into()),
            ("stroke-width", "0.8".into()),
        ],
    );
}

/// `63.4%`, rounded half up.
fn percent_of(amount: i64, whole: i64) -> String {
    if whole <= 0 {
        return "—".into();
    }
    let thousandths = (i128::from(amount) * 2_000 + i128::from(whole)) / (2 * i128::from(whole));
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}
