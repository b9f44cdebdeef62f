//! The paper's sentences, word by word, for an ordinary month and for the months in which there
//! is nothing, or only one thing, to report.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use chrono::NaiveDate;

use super::*;
use crate::domain::progress::{GroupBy, Holding, RecentSpend};
use crate::domain::report::Block;

fn wan(wan: i64) -> Fen {
    Fen::new(wan * 1_000_000)
}

fn holding(name: &str, available: i64, spent: i64) -> Holding {
    Holding { allocated: wan(available - spent), paid_household: wan(spent), ..Holding::new(name, name) }
}

fn report(by: GroupBy, as_of: NaiveDate, groups: &[(&str, i64, i64)]) -> ProgressReport {
    let holdings: Vec<_> = groups.iter().map(|g| holding(g.0, g.1, g.2)).collect();
    let recent: Vec<_> = groups.iter().map(|g| RecentSpend { key: g.0.into(), days: 90, paid: wan(g.2 / 2) }).collect();
    ProgressReport::by_group(by, as_of, &holdings, &recent, &Policy::default()).unwrap()
}

/// A month of 东方市 with the units given as (name, available, spent) in 万元.
pub(crate) fn input(year: i32, month: u32, units: &[(&str, i64, i64)]) -> BriefInput {
    let month = Month::new(year, month).unwrap();
    let as_of = month.last_day();
    let by_unit = report(GroupBy::Unit, as_of, units);
    let (all, spent) = units.iter().fold((0, 0), |sum, unit| (sum.0 + unit.1, sum.1 + unit.2));
    let one = [("中央", all, spent)];
    let funded: &[_] = if all > 0 { &one } else { &[] };
    BriefInput {
        county: "东方市".into(),
        issuer: "东方市财政局".into(),
        doc_number: None,
        month,
        as_of,
        issued_on: as_of,
        total: by_unit.total.clone(),
        previous: None,
        by_level: report(GroupBy::Level, as_of, funded),
        by_category: report(GroupBy::Category, as_of, &[]),
        by_unit,
        by_program: None,
        returned: Vec::new(),
        ladder: None,
        chain_head: "66c7f0f4".into(),
        policy: Policy::default(),
    }
}

fn text(input: &BriefInput) -> String {
    let brief = Brief::compose(input).unwrap();
    let lines = brief.document.blocks.iter().filter_map(|block| match block {
        Block::Heading(_, text) => Some(text.clone()),
        Block::Paragraph(text) | Block::Note(text) => Some(text.plain()),
        Block::Table(table) => Some(format!("[{}]", table.name)),
        Block::Chart(_) | Block::Attachments(_) | Block::Annex { .. } | Block::Signature { .. } => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn an_ordinary_month() {
    let units = [("东河镇", 1000, 800), ("大田镇", 1000, 650), ("板桥镇", 2000, 1000), ("局", 0, 0)];
    let mut input = input(2018, 9, &units);
    // At the end of August: 2,000 of 4,000 万元.
    let august = NaiveDate::from_ymd_opt(2018, 8, 31).unwrap();
    input.previous = Some(report(GroupBy::Unit, august, &[("x", 4000, 2000)]).total);
    let text = text(&input);
    // 2450/4000 = 61.25%; schedule 0.95 × 273/365 = 71.0548%; gap −9.80.
    assert!(text.contains(
        "截至2018年9月30日，东方市2018年财政扶贫资金4000.00万元，累计支出2450.00万元，支出进度61.25%，\
         慢于序时进度（71.05%）9.80个百分点。"
    ));
    assert!(text.contains("支出进度较上月末（50.00%）提高11.25个百分点，本月支出450.00万元，可用资金较上月末无变化。"));
    assert!(text.contains("尚未支出1550.00万元，其中：已下达未支付1550.00万元。"));
    assert!(text.contains("距12月31日95.00%的支出目标尚需支出1350.00万元，剩余92日，日均需支出14.67万元。"));
    assert!(text.contains("有资金的3个单位中，达序时1个，滞后1个，严重滞后1个。"));
    assert!(text.contains("支出进度从高到低依次为：东河镇80.00%、大田镇65.00%、板桥镇50.00%。"));
    assert!(text.contains("另有1个单位本年度无资金，不参加排名。"));
    // Still to spend: 大田 300, 板桥 900.
    assert!(text.contains("以下2个单位支出进度滞后，距全年支出目标合计尚需支出1200.00万元。"));
    // By 31 October 79.1233%: 3164.93 − 2450 for the city.
    assert!(text.contains("2018年10月31日支出进度应达到79.12%。以现有资金测算，10月全市至少需支出714.93万元。"));
    assert!(text.contains("SM3）：66c7f0f4"));
}

#[test]
fn sections_are_numbered_in_order() {
    let text = text(&input(2018, 9, &[("东河镇", 1000, 800)]));
    for heading in [
        "一、总体情况",
        "二、分资金支出情况",
        "（一）按资金级次",
        "三、单位支出进度排名",
        "四、支出进度滞后单位",
        "五、退票及处理情况",
        "六、下月支出需求",
    ] {
        assert!(text.contains(heading), "{heading}");
    }
}

#[test]
fn nothing_behind_and_nothing_returned_is_said_plainly() {
    let text = text(&input(2018, 9, &[("东河镇", 1000, 800)]));
    assert!(text.contains("各单位支出进度均达到序时要求，无滞后单位。"));
    assert!(text.contains("本年度无银行退票。"));
    assert!(text.contains("东方市2018年财政扶贫资金1000.00万元"));
    assert!(text.contains("全市已提前达到下月末序时进度，请继续保持。"));
    assert!(!text.contains("[brief_behind]"));
    assert!(!text.contains("较上月末"));
}

#[test]
fn one_unit_behind_needs_no_table() {
    let text = text(&input(2018, 9, &[("东河镇", 1000, 700), ("大田镇", 100, 90)]));
    assert!(text.contains("东河镇支出进度70.00%，慢于序时进度（71.05%）1.05个百分点，属滞后；距全年支出目标尚需支出250.00万元"));
    assert!(text.contains("其中东河镇至少需支出91.23万元。"));
}

#[test]
fn a_year_without_money_is_not_zero_percent() {
    let text = text(&input(2018, 1, &[("东河镇", 0, 0)]));
    assert!(text.contains("截至2018年1月31日，东方市2018年尚无可用财政扶贫资金。"));
    assert!(text.contains("本年度尚无资金到位。"));
    assert!(text.contains("本年度尚无单位分配到资金，不作排名。"));
    assert!(!text.contains('—') && !text.contains("0.00%，"), "{text}");
}

#[test]
fn december_has_no_next_month_and_a_reached_target_says_so() {
    let text = text(&input(2018, 12, &[("东河镇", 1000, 960)]));
    assert!(text.contains("快于序时进度（95.00%）1.00个百分点"));
    assert!(text.contains("已达到全年95.00%的支出目标。"));
    assert!(text.contains("本年度支出已截止"));
}

#[test]
fn level_with_schedule_and_all_spent() {
    assert!(text(&input(2018, 12, &[("甲", 100, 95)])).contains("与序时进度（95.00%）持平"));
    assert!(text(&input(2018, 12, &[("甲", 100, 100)])).contains("资金已全部支出。"));
}

#[test]
fn returns_are_counted_and_what_is_open_is_asked_for() {
    let mut input = input(2018, 9, &[("东河镇", 1000, 800)]);
    input.returned = vec![ReturnedLine {
        unit: "东河镇".into(),
        batch: "DH-2018-07".into(),
        count: 3,
        amount: Fen::new(180_000),
        reissued_count: 2,
        reissued: Fen::new(120_000),
        outstanding_count: 1,
        outstanding: Fen::new(60_000),
    }];
    assert!(text(&input).contains("本年累计银行退票3笔、1,800.00元，已更正重发2笔、1,200.00元，尚有1笔、600.00元待处理"));
    input.returned[0].reissued_count = 0;
    assert!(text(&input).contains("均未重发，尚有1笔"));
    input.returned[0].reissued_count = 3;
    input.returned[0].outstanding_count = 0;
    assert!(text(&input).contains("已全部处理完毕。"));
}

#[test]
fn many_units_are_named_by_their_ends() {
    let names: Vec<String> = (1..=12).map(|n| format!("单位{n}")).collect();
    let units: Vec<_> = names.iter().zip(1..).map(|(name, n)| (name.as_str(), 100, n * 8)).collect();
    let text = text(&input(2018, 9, &units));
    assert!(text.contains("排名前三的单位是：单位12 96.00%".replace(' ', "").as_str()));
    assert!(text.contains("排名后三的单位是：单位324.00%、单位216.00%、单位18.00%。"));
}

#[test]
fn the_workbook_holds_every_sheet() {
    let brief = Brief::compose(&input(2018, 9, &[("东河镇", 1000, 100)])).unwrap();
    let names: Vec<_> = brief.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(
        names,
        ["progress_by_level", "progress_by_category", "progress_by_unit", "brief_behind", "brief_returned", "brief_next_month"]
    );
}
