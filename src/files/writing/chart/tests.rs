//! What every chart must keep: the same bytes for the same figures, no markup out of names, links inside only, breadths that
//! add up.

use super::*;
use crate::domain::money::Fen;
use rust_decimal::Decimal;

fn head(id: &str) -> Heading {
    Heading::new(id, "资金<流向>", "样例\"")
}

fn way() -> FlowChart {
    let node = |label: &str, column, colour| Node { label: label.into(), column, colour, href: Some(format!("/x?of={column}&c={colour}")) };
    let flow = |from, to, fen| Flow { from, to, amount: Fen::new(fen), href: None };
    FlowChart {
        head: head("way"),
        nodes: vec![
            node("中央", 0, 0),
            node("省", 0, 3),
            node("可用资金", 1, 0),
            node("待分配", 2, 1),
            node("已到卡", 2, 2),
            node("无", 2, 4),
        ],
        flows: vec![
            flow(0, 2, 6_000_000),
            flow(1, 2, 4_000_000),
            flow(2, 3, 100),
            flow(2, 4, 9_999_900),
            flow(2, 5, 0),
            flow(9, 2, 5),
            flow(4, 0, 5),
        ],
    }
}

fn trend() -> Trend {
    let month = |number: i64, actual: Option<i64>| MonthPoint {
        label: format!("{number}月"),
        actual: actual.map(|share| Decimal::new(share, 4)),
        schedule: Some(Decimal::new(95 * number, 2) / Decimal::from(12)),
        href: actual.map(|_| format!("/progress?as_of=2018-{number:02}")),
    };
    Trend {
        head: head("trend"),
        months: vec![month(1, Some(210)), month(2, Some(1_500)), month(3, None)],
        target: Some(Decimal::new(95, 2)),
        forecast: Some(Decimal::new(9_967, 4)),
    }
}

fn ranking() -> Ranking {
    let bar = |label: &str, value: Option<i64>, behind| Bar {
        rank: value.map(|_| 1),
        label: label.into(),
        value: value.map(|share| Decimal::new(share, 4)),
        behind,
        remark: String::new(),
        href: Some("/funds".into()),
    };
    let bars = vec![bar("市民政局", Some(10_000), false), bar("<script>alert(1)</script>", Some(12_000), true), bar("无资金", None, false)];
    Ranking { head: head("rank"), bars, schedule: Some(Decimal::new(7_105, 4)), target: Some(Decimal::new(95, 2)) }
}

fn shares() -> Shares {
    let part = |fen| Part { amount: Fen::new(fen), href: None };
    let stack = |label: &str, fen: [i64; 3]| Stack { label: label.into(), amounts: fen.map(part).to_vec() };
    let names = ["已支出", "在途", "待分配"].map(String::from).to_vec();
    Shares { head: head("shares"), names, stacks: vec![stack("中央", [500, 300, 200]), stack("市", [0, 0, 0])] }
}

fn all() -> [String; 4] {
    [way().svg(), trend().svg(), ranking().svg(), shares().svg()]
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    assert_eq!(all(), all());
}

#[test]
fn names_never_become_markup_and_every_tag_closes() {
    for svg in all() {
        assert!(svg.contains("资金&lt;流向&gt;") && svg.contains("样例&quot;"), "{svg}");
        assert!(!svg.contains("<script"), "{svg}");
        assert!(!svg.contains(" style="), "a strict policy forbids inline styles");
        assert!(!svg.contains("NaN"));
        for tag in ["svg", "a", "g", "text", "title", "defs", "pattern"] {
            let opened = svg.matches(&format!("<{tag}>")).count() + svg.matches(&format!("<{tag} ")).count();
            assert_eq!(opened, svg.matches(&format!("</{tag}>")).count(), "{tag} in {svg}");
        }
    }
}

#[test]
fn a_chart_with_links_is_a_group_and_one_without_an_image() {
    assert!(way().svg().contains("role=\"group\"") && way().svg().contains("href=\"/x?of=2&amp;c=2\""));
    assert!(shares().svg().contains("role=\"img\"") && !shares().svg().contains("<a "));
}

#[test]
fn links_lead_to_this_service_only() {
    let mut chart = way();
    for (node, href) in
        chart.nodes.iter_mut().zip(["javascript:alert(1)", "//evil.example", "https://evil.example", "/\\evil", "", "data:x"])
    {
        node.href = Some(href.into());
    }
    assert!(!chart.svg().contains("<a "));
}

#[test]
fn flows_of_nothing_and_to_nowhere_are_left_out() {
    let svg = way().svg();
    assert_eq!(svg.matches("fill-opacity").count(), 4);
    assert!(!svg.contains("无：") && svg.contains("待分配：1.00 元，占 0.0%"));
    assert!(svg.contains("已到卡：99,999.00 元，占 100.0%"));
}

#[test]
fn shares_are_written_where_there_is_room_and_halves_round_up() {
    let svg = shares().svg();
    assert!(svg.contains("中央 已支出：5.00 元，50.0%") && svg.contains(">30.0%</text>"));
    assert!(!svg.contains("市 已支出"));
    assert_eq!(scaled(5_000, i64::MAX, i64::MAX), 5_000);
    assert_eq!(part_of(100, Decimal::new(15, 1)), 100);
    assert_eq!(part_of(100, Decimal::new(-1, 0)), 0);
}

#[test]
fn behind_is_told_by_hatching_and_by_word() {
    let svg = ranking().svg();
    assert_eq!(svg.matches("url(#rank-p1)").count(), 1);
    assert!(svg.contains(">滞后</text>") && svg.contains("序时 71.05%") && svg.contains("目标 95.00%"));
}
