//! Phrases of the brief that depend on a figure: faster or slower, up or down, and how amounts
//! and places are called.

use rust_decimal::Decimal;

use crate::domain::money::Fen;
use crate::domain::progress::ProgressRow;
use crate::domain::report::figure;

/// `26147.00万元`.
pub fn wan(fen: Fen) -> String {
    format!("{}万元", fen.wan())
}

/// A ratio as a percentage, a dash where there is none.
pub fn percent(ratio: Option<Decimal>) -> String {
    ratio.map_or_else(|| "—".to_owned(), figure::percent)
}

/// 快于序时进度（71.05%）1.20个百分点. A gap that prints as 0.00 is level.
pub fn against_schedule(gap: Decimal, schedule: Decimal) -> String {
    let schedule = figure::percent(schedule);
    let gap = figure::round_half_up(gap, 2);
    if gap.is_zero() {
        return format!("与序时进度（{schedule}）持平");
    }
    let word = if gap > Decimal::ZERO { "快于" } else { "慢于" };
    format!("{word}序时进度（{schedule}）{}个百分点", figure::points(gap.abs()))
}

/// 较上月末（60.00%）提高3.21个百分点.
pub fn against_last_month(now: Decimal, before: Decimal) -> String {
    let last = figure::percent(before);
    let change = figure::round_half_up((now - before) * Decimal::ONE_HUNDRED, 2);
    if change.is_zero() {
        return format!("与上月末（{last}）持平");
    }
    let word = if change > Decimal::ZERO { "提高" } else { "下降" };
    format!("较上月末（{last}）{word}{}个百分点", figure::points(change.abs()))
}

/// 全市, 全区, 全县 by the last character of the name.
pub fn whole(county: &str) -> &'static str {
    match county.chars().last() {
        Some('市') => "全市",
        Some('区') => "全区",
        Some('州') => "全州",
        _ => "全县",
    }
}

/// Where the money that is not spent stands; places that hold nothing are not mentioned.
pub fn places(row: &ProgressRow) -> String {
    let places = [
        ("未分配", row.unallocated),
        ("已下达未支付", row.allocated),
        ("已报批占用", row.reserved),
        ("银行在途", row.in_transit),
        ("退票待处理", row.returned),
        ("拨至单位或乡镇尚未实际支出", row.moved),
        ("质保金", row.retention),
    ];
    let held = places.into_iter().filter(|(_, fen)| !fen.is_zero());
    held.map(|(name, fen)| format!("{name}{}", wan(fen))).collect::<Vec<_>>().join("、")
}
