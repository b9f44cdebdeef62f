//! Worked examples with figures computed by hand from published bulletins.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

mod properties;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::*;
use crate::domain::money::Fen;
use crate::domain::report::figure::{percent, points};

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Hundredths of 万元, the precision bulletins print, as fen.
fn wan(hundredths: i64) -> Fen {
    Fen::new(hundredths * 10_000)
}

fn yuan(yuan: i64) -> Fen {
    Fen::new(yuan * 100)
}

/// A group that has spent `spent` of `available`, the rest unallocated.
fn group(key: &str, available: Fen, spent: Fen) -> Holding {
    Holding { unallocated: Fen::new(available.get() - spent.get()), paid_household: spent, ..Holding::new(key, format!("单位{key}")) }
}

fn measured(available: Fen, spent: Fen, as_of: NaiveDate, policy: &Policy) -> ProgressRow {
    ProgressRow::measure(&group("a", available, spent), None, as_of, policy).unwrap()
}

#[test]
fn bortala_2019_bulletin() {
    // 26,147 万元 → 4,115.15 万元 by 31 July 2019 = 15.74%.
    let row = measured(wan(2_614_700), wan(411_515), date(2019, 7, 31), &Policy::default());
    assert_eq!(row.available.wan(), "26147.00");
    assert_eq!(row.spent.wan(), "4115.15");
    assert_eq!(percent(row.progress.unwrap()), "15.74%");
    // Day 212 of 365: 0.95 × 212/365 = 55.178%; 15.7385 − 55.1781 = −39.44 points.
    assert_eq!(percent(row.schedule), "55.18%");
    assert_eq!(points(row.gap_pp.unwrap()), "-39.44");
    assert_eq!(row.state, State::Serious);
    // 26147 × 0.95 − 4115.15 = 20724.50 万元 over 153 days = 1,354,542.483… 元 a day.
    assert_eq!(row.still_to_spend, wan(2_072_450));
    assert_eq!(row.days_left, 153);
    assert_eq!(row.needed_per_day, Fen::new(135_454_249));
}

#[test]
fn zhongshan_april_is_ahead_by_14_55_points() {
    let policy = Policy { target: Decimal::ONE, curve: Curve::Monthly, ..Policy::default() };
    let row = measured(wan(1_000_000), wan(478_800), date(2019, 4, 30), &policy);
    assert_eq!(percent(row.progress.unwrap()), "47.88%");
    assert_eq!(percent(row.schedule), "33.33%");
    assert_eq!(points(row.gap_pp.unwrap()), "14.55");
    assert_eq!(row.state, State::OnSchedule);
}

#[test]
fn money_on_its_way_is_available_but_not_spent() {
    let holding = Holding {
        unallocated: Fen::new(1),
        allocated: Fen::new(20),
        reserved: Fen::new(300),
        in_transit: Fen::new(4_000),
        returned: Fen::new(50_000),
        moved: Fen::new(600_000),
        retention: Fen::new(7_000_000),
        paid_household: Fen::new(80_000_000),
        paid_payee: Fen::new(900_000_000),
        ..Holding::new("a", "甲")
    };
    assert_eq!(holding.available(), Ok(Fen::new(987_654_321)));
    assert_eq!(holding.spent(), Ok(Fen::new(980_000_000)));
}

#[test]
fn without_money_there_is_no_progress_rank_or_state() {
    let day = date(2018, 9, 30);
    let holdings = [group("none", Fen::ZERO, Fen::ZERO), group("some", Fen::new(100), Fen::ZERO)];
    let report = ProgressReport::by_group(GroupBy::Unit, day, &holdings, &[], &Policy::default()).unwrap();
    let [some, none] = &report.rows[..] else { panic!("two rows") };
    assert_eq!((some.progress, some.rank), (Some(Decimal::ZERO), Some(1)));
    assert_eq!((none.progress, none.rank, none.state), (None, None, State::NoFunds));
    assert_eq!(none.gap_pp, None);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["rows"][1]["progress"], serde_json::Value::Null);
    assert_eq!(json["rows"][0]["progress"], "0.0000");
}

#[test]
fn equals_share_a_rank_and_the_next_is_skipped() {
    // 2/3 three ways is one and the same progress, though no decimal ends.
    let holdings = [
        group("low", Fen::new(300), Fen::new(1)),
        group("b", Fen::new(3), Fen::new(2)),
        group("top", Fen::new(10), Fen::new(10)),
        group("c", Fen::new(900), Fen::new(600)),
    ];
    let day = date(2018, 6, 30);
    let report = ProgressReport::by_group(GroupBy::Unit, day, &holdings, &[], &Policy::default()).unwrap();
    let ranks: Vec<_> = report.rows.iter().map(|row| (row.key.as_str(), row.rank)).collect();
    assert_eq!(ranks, [("top", Some(1)), ("b", Some(2)), ("c", Some(2)), ("low", Some(4))]);
}

#[test]
fn money_of_no_group_is_listed_last_without_a_rank() {
    let holdings = [group("", Fen::new(100), Fen::new(100)), group("u1", Fen::new(100), Fen::new(1))];
    let day = date(2018, 6, 30);
    let report = ProgressReport::by_group(GroupBy::Unit, day, &holdings, &[], &Policy::default()).unwrap();
    let ranks: Vec<_> = report.rows.iter().map(|row| (row.key.as_str(), row.rank)).collect();
    assert_eq!(ranks, [("u1", Some(1)), ("", None)]);
}

#[test]
fn the_gap_decides_the_state_at_its_edges() {
    // On 31 December the schedule is 95.00%.
    let day = date(2018, 12, 31);
    let state = |spent| measured(Fen::new(10_000), Fen::new(spent), day, &Policy::default()).state;
    assert_eq!(state(9_500), State::OnSchedule);
    assert_eq!(state(9_499), State::Behind);
    assert_eq!(state(8_501), State::Behind);
    assert_eq!(state(8_500), State::Serious);
    let lenient = Policy { behind_pp: Decimal::from(2), ..Policy::default() };
    let lenient = |spent| measured(Fen::new(10_000), Fen::new(spent), day, &lenient).state;
    assert_eq!(lenient(9_300), State::OnSchedule);
    assert_eq!(lenient(9_299), State::Behind);
}

#[test]
fn the_last_day_still_leaves_one_day_to_spend() {
    let row = measured(wan(10_000), Fen::ZERO, date(2018, 12, 31), &Policy::default());
    assert_eq!(row.days_left, 0);
    assert_eq!(row.needed_per_day, wan(9_500));
    assert_eq!(row.forecast, Fen::ZERO);
}

#[test]
fn the_forecast_runs_the_recent_rate_on_and_says_how() {
    let holding = group("a", yuan(1_000_000), yuan(400_000));
    let recent = |paid| RecentSpend { key: "a".into(), days: 90, paid: yuan(paid) };
    let row = |paid| {
        let policy = Policy::default();
        ProgressRow::measure(&holding, Some(&recent(paid)), date(2018, 9, 30), &policy).unwrap()
    };
    // 90,000 元 in 90 days is 1,000 a day; 92 days are left: 400,000 + 92,000.
    let usual = row(90_000);
    assert_eq!(usual.forecast, yuan(492_000));
    assert_eq!(percent(usual.forecast_progress.unwrap()), "49.20%");
    assert_eq!(usual.forecast_method, "近90日日均支出 1,000.00 元 × 剩余 92 日 + 已支出 400,000.00 元");
    let fast = row(900_000);
    assert_eq!(fast.forecast, yuan(1_000_000));
    assert!(fast.forecast_method.ends_with("，以可用资金为限"));
    // More came back than was paid: the rate is taken as nil, not as negative.
    assert_eq!(row(-5_000).forecast, yuan(400_000));
}

#[test]
fn a_refund_of_an_earlier_year_may_turn_the_net_negative() {
    let holding = Holding { unallocated: Fen::new(1_100), paid_payee: Fen::new(-100), ..Holding::new("a", "甲") };
    let day = date(2018, 1, 31);
    let row = ProgressRow::measure(&holding, None, day, &Policy::default()).unwrap();
    assert_eq!(row.available, Fen::new(1_000));
    assert_eq!(percent(row.progress.unwrap()), "-10.00%");
    assert_eq!(row.still_to_spend, Fen::new(1_050));
}

#[test]
fn months_are_cumulative_unranked_and_not_added_up() {
    let months = [(date(2018, 1, 31), group("2018-01", wan(100), wan(5))), (date(2018, 2, 28), group("2018-02", wan(200), wan(30)))];
    let day = date(2018, 2, 28);
    let report = ProgressReport::by_month(day, &months, &[], &Policy::default()).unwrap();
    assert_eq!(report.total.available, wan(200));
    assert!(report.rows.iter().all(|row| row.rank.is_none()));
    assert_eq!(percent(report.rows[0].schedule), "8.07%"); // 0.95 × 31/365
    assert_eq!(report.table().rows.len(), 2);
}

#[test]
fn json_keys_are_stable() {
    let day = date(2018, 9, 30);
    let holdings = [group("u1", wan(10_000), wan(5_000))];
    let report = ProgressReport::by_group(GroupBy::Unit, day, &holdings, &[], &Policy::default()).unwrap();
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["as_of"], "2018-09-30");
    assert_eq!(json["by"], "unit");
    assert_eq!(json["policy"]["target"], "0.9500");
    let row = &json["rows"][0];
    assert_eq!(row["available"], "1000000.00");
    assert_eq!(row["spent"], "500000.00");
    assert_eq!(row["progress"], "0.5000");
    assert_eq!(row["schedule"], "0.7105");
    assert_eq!(row["gap_pp"], "-21.05");
    assert_eq!(row["state"], "serious");
    assert_eq!(row["moved_unspent"], "0.00");
    assert_eq!(row["rank"], 1);
}

#[test]
fn needs_of_a_later_day_follow_its_schedule() {
    // 31 October is day 304: 0.95 × 304/365 = 79.1233% of 1,000,000 元, less 500,000.
    let row = measured(wan(10_000), wan(5_000), date(2018, 9, 30), &Policy::default());
    let need = row.needed_by(date(2018, 10, 31), &Policy::default());
    assert_eq!(need, Ok(Fen::new(29_123_288)));
}

#[test]
fn the_short_sheet_keeps_the_total() {
    let holdings = [group("u1", wan(10_000), wan(5_000))];
    let day = date(2018, 9, 30);
    let report = ProgressReport::by_group(GroupBy::Unit, day, &holdings, &[], &Policy::default()).unwrap();
    let short = report.short_table();
    assert_eq!(short.columns.len(), 9);
    assert_eq!(short.rows.len(), 2);
    assert_eq!(short.columns[1].key, "name");
}
