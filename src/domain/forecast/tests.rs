//! Each method with figures computed by hand, and the scores of a back-test.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::backtest::{Trial, scores};
use super::*;

/// 1,000,000 yuan, of which 400,000 are spent; 92 days are left.
fn group() -> Group {
    Group {
        key: "201".into(),
        name: "八所镇".into(),
        available: 100_000_000,
        spent: 40_000_000,
        target: Decimal::new(95, 2),
        recent: 9_000_000,
        window: 90,
        days_left: 92,
        ..Group::default()
    }
}

#[test]
fn the_run_rate_carries_the_last_days_on() {
    let forecast = group().forecast(Method::RunRate).unwrap();
    // 90,000 in 90 days: 1,000 a day for 92 days
    assert_eq!(forecast.forecast, Fen::new(49_200_000));
    assert_eq!(forecast.words, "已支出 400,000.00 元 + 近 90 日日均支出 1,000.00 元 × 剩余 92 日");
    assert_eq!(forecast.to_target_pp, Some(Decimal::new(-458, 1))); // 49.2 − 95
    let fast = Group { recent: 900_000_000, ..group() }.forecast(Method::RunRate).unwrap();
    assert_eq!(fast.forecast, Fen::new(100_000_000));
    assert!(fast.words.ends_with("，以可用资金为限"));
    let back = Group { recent: -500, ..group() }.forecast(Method::RunRate).unwrap();
    assert_eq!(back.forecast, Fen::new(40_000_000), "more returned than paid does not run on");
}

#[test]
fn the_season_adds_what_earlier_years_paid_after_the_day() {
    assert_eq!(group().forecast(Method::Seasonal), None, "no earlier year");
    let season = |year, share| Season { year, share: Decimal::new(share, 2) };
    let seasons = vec![season(2018, 40), season(2019, 50)];
    let forecast = Group { seasons, own_seasons: true, ..group() }.forecast(Method::Seasonal).unwrap();
    // 45% of 1,000,000 after the day
    assert_eq!((forecast.forecast, forecast.forecast_progress), (Fen::new(85_000_000), Some(Decimal::new(85, 2))));
    assert!(forecast.words.contains("45.00%（2018 年 40.00%、2019 年 50.00%）"), "{}", forecast.words);
}

#[test]
fn what_is_scheduled_is_on_its_way_periodic_or_at_its_rate() {
    let scheduled = Scheduled { on_the_way: 5_000_000, periodic: 20_000_000, others: 1_000_000 };
    let forecast = Group { scheduled, ..group() }.forecast(Method::Scheduled).unwrap();
    assert_eq!(forecast.forecast, Fen::new(66_000_000));
    assert!(forecast.words.contains("在办（占用、在途）50,000.00 元 + 周期性发放按上年同期以后 200,000.00 元"));
}

#[test]
fn without_money_nothing_is_said_of_progress() {
    let none = Group { available: 0, spent: 0, ..group() }.forecast(Method::RunRate).unwrap();
    assert_eq!((none.progress, none.forecast_progress, none.to_target_pp), (None, None, None));
}

#[test]
fn errors_are_averaged_by_method_and_month() {
    let trial = |month, whole, forecast, actual| Trial {
        method: Method::RunRate,
        month,
        whole,
        forecast: Decimal::new(forecast, 2),
        actual: Decimal::new(actual, 2),
    };
    let trials = [trial(9, false, 90, 95), trial(9, false, 98, 95), trial(10, false, 95, 95), trial(9, true, 91, 95)];
    let scores = scores(&trials);
    let points = |value: i64| Some(Decimal::from(value));
    // September: 5 below and 3 above: 4 points off, 1 below on average
    assert_eq!((scores[0].month, scores[0].count, scores[0].mae_pp, scores[0].bias_pp), (9, 2, points(4), points(-1)));
    assert_eq!((scores[0].whole_mae_pp, scores[1].whole_mae_pp), (points(4), None));
    assert_eq!((scores[1].month, scores[1].mae_pp), (10, points(0)));
    let total = &scores[2];
    assert_eq!((total.month, total.count, total.mae_pp.unwrap().round_dp(2)), (0, 3, Decimal::new(267, 2)));
}
