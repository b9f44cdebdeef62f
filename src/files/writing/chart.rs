//! Charts as SVG, for pages and papers: progress by month, a ranking in bars, shares in stacked bars, and the money's way as
//! a flow chart. They are drawn from the same plain rows as the tables beside them, with geometry in whole tenths of a pixel,
//! so that the same figures give the same bytes and no float comes near an amount.
//!
//! Colours are those of Okabe and Ito, which people with any kind of colour vision tell apart; meaning never rests on them
//! alone: series differ in dash or pattern and are named on the chart, so that a black-and-white print can be read. Parts may
//! be links. A chart with links is a `group` to assistive technology, one without an `img`, for what an image contains
//! cannot be reached by keyboard.
//!
//! Drawn by hand because a chart here is links, titles, patterns and a few shapes: the chart libraries at hand write none of
//! the first three, and no kept library lays out a flow chart.

mod bars;
mod line;
mod paper;
mod sankey;
mod stacked;
#[cfg(test)]
mod tests;

pub use crate::domain::report::chart::{Bar, Chart, Flow, FlowChart, Heading, MonthPoint, Node, Part, Ranking, Shares, Stack, Trend};

impl Chart {
    /// The picture.
    pub fn svg(&self) -> String {
        match self {
            Chart::Trend(chart) => chart.svg(),
            Chart::Ranking(chart) => chart.svg(),
            Chart::Shares(chart) => chart.svg(),
            Chart::Flow(chart) => chart.svg(),
        }
    }
}

/// Okabe and Ito's palette, in the order in which series take it.
pub(crate) const PALETTE: [&str; 7] = ["#0072B2", "#E69F00", "#009E73", "#56B4E9", "#D55E00", "#CC79A7", "#F0E442"];
pub(crate) const INK: &str = "#1F2933";
pub(crate) const MUTED: &str = "#52606D";
pub(crate) const GRID: &str = "#D9DEE5";
pub(crate) const VERMILION: &str = "#D55E00";
pub(crate) const BLUE: &str = "#0072B2";

/// `share` of `length`, in whole tenths of a pixel; what lies outside 0 and 1 is drawn at the edge.
pub(crate) fn part_of(length: i64, share: rust_decimal::Decimal) -> i64 {
    use rust_decimal::Decimal;
    use rust_decimal::prelude::ToPrimitive;
    let share = share.clamp(Decimal::ZERO, Decimal::ONE);
    (share * Decimal::from(length)).round().to_i64().unwrap_or(0)
}

/// `amount` of `whole`, in whole tenths of `length` pixels.
pub(crate) fn scaled(length: i64, amount: i64, whole: i64) -> i64 {
    if whole <= 0 || amount <= 0 {
        return 0;
    }
    let exact = i128::from(length) * i128::from(amount) / i128::from(whole);
    i64::try_from(exact).unwrap_or(length)
}
