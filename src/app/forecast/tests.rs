//! Forecasts out of a small book over two years (万元), and their back-test.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::{By, backtest, forecast};
use crate::app::Context;
use crate::app::close::close_year;
use crate::app::sample::{NEXT, ROADS, Sample, day, wan};
use crate::domain::forecast::Method;

/// The year 2018 as it stands in the sample, with 30 more paid to the builder in October; closed; and 300 received for 2019.
fn two_years() -> Sample {
    let mut s = Sample::year();
    s.post(20181010, "pay", "", ROADS, ROADS, wan(30));
    let ctx = Context::new("王主管").at(1_546_563_600_000_000); // 4 January 2019
    close_year(&mut s.bureau, &ctx, 2018).unwrap();
    s.post(20190110, "receive", "upper", NEXT, NEXT, wan(300));
    s
}

#[test]
fn the_season_of_the_year_before_is_the_units_own() {
    let mut s = two_years();
    s.post(20190301, "pay", "", ROADS, ROADS, wan(5));
    let outlook = forecast(&mut s.bureau, day(20190930), By::Unit, Some(Method::Seasonal)).unwrap();
    let roads = outlook.rows.iter().find(|row| row.key == "U2").unwrap();
    // In 2018, after 30 September, 30 of 500: 6%. In 2019: 330 carried over, 5 paid; 6% of 330 are 19.8
    assert_eq!((roads.available, roads.spent), (wan(330), wan(5)));
    assert_eq!(roads.forecast.get(), 24_800_000);
    assert!(roads.words.contains("2018 年 6.00%"), "{}", roads.words);
    // 东河镇 paid nothing after September
    let town = outlook.rows.iter().find(|row| row.key == "U1").unwrap();
    assert_eq!((town.forecast, town.spent), (town.spent, wan(0)));
    assert_eq!(outlook.total.unwrap().spent, wan(5));
}

#[test]
fn without_an_earlier_year_the_season_is_refused_and_what_is_scheduled_taken() {
    let mut s = Sample::year();
    let refused = forecast(&mut s.bureau, day(20180731), By::Unit, Some(Method::Seasonal)).unwrap_err();
    assert_eq!(refused.code(), Some("no_earlier_year"));
    let outlook = forecast(&mut s.bureau, day(20180731), By::Unit, None).unwrap();
    let town = outlook.rows.iter().find(|row| row.key == "U1").unwrap();
    // 50 reserved and 30 with the bank
    assert_eq!((town.method, town.forecast), (Method::Scheduled, wan(360)));
    assert!(town.words.contains("在办（占用、在途）800,000.00 元"), "{}", town.words);
}

#[test]
fn a_programme_is_expected_to_pay_what_it_paid_in_the_same_months() {
    let mut s = two_years();
    // in 2018 the programme paid 280 in March; by the end of February 2019 that is still to come, up to the 20 that are allocated
    let outlook = forecast(&mut s.bureau, day(20190228), By::Unit, Some(Method::Scheduled)).unwrap();
    let town = outlook.rows.iter().find(|row| row.key == "U1").unwrap();
    // carried over: 20 allocated, 50 reserved, 30 in transit, 20 returned; 80 on the way and 20 more
    assert_eq!((town.available, town.forecast), (wan(120), wan(100)));
    let after = forecast(&mut s.bureau, day(20190331), By::Unit, Some(Method::Scheduled)).unwrap();
    assert_eq!(after.rows.iter().find(|row| row.key == "U1").unwrap().forecast, wan(80));
}

#[test]
fn the_backtest_measures_closed_years_only() {
    let mut s = Sample::year();
    assert_eq!(backtest(&mut s.bureau, By::Unit).unwrap_err().code(), Some("no_closed_year"));
    let mut s = two_years();
    let found = backtest(&mut s.bureau, By::Unit).unwrap();
    assert_eq!(found.years, [2018]);
    assert!(found.scores.iter().all(|score| score.method != Method::Seasonal), "there is no year before 2018");
    let november = found.scores.iter().find(|score| score.method == Method::RunRate && score.month == 11).unwrap();
    // U1: 280 of 400 at the end and nothing recent: exact. U2: 170 of 500, 30 in the last 90 days × 31 days: 10.33 more, 2.07 points
    assert_eq!((november.count, november.mae_pp.unwrap().round_dp(2).to_string()), (2, "1.03".into()));
    let by_fund = backtest(&mut s.bureau, By::Fund).unwrap();
    assert!(by_fund.scores.iter().any(|score| score.count > 0));
}
