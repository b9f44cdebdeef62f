//! Evaluations with figures worked by hand.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::*;
use crate::domain::inspection::draw;
use crate::domain::inspection::frame::FrameItem;

fn aim(tolerable: i64) -> Aim {
    Aim { confidence: Decimal::new(95, 2), tolerable: Decimal::new(tolerable, 4), expected: Decimal::ZERO }
}

/// `count` items of `value` fen in two townships, in turn.
fn frame(count: usize, value: i64) -> Frame {
    let item = |at: usize| FrameItem {
        stratum: format!("乡{}", at % 2),
        village: String::new(),
        household: format!("H{at}"),
        item: format!("P{at:04}"),
        value,
        weight: 1,
    };
    Frame::new((0..count).map(item).collect())
}

fn outcome(over: i64) -> Option<Outcome> {
    Some(Outcome { over: Fen::new(over), in_error: over > 0, ..Outcome::default() })
}

fn looked(frame: &Frame, method: Method, size: u64, wrong: usize, over: i64, missing: usize) -> (Vec<Looked>, Option<i64>) {
    let drawing = draw::draw(method, frame, size, "种子");
    let all = drawing.chosen.len();
    let found = |(at, chosen): (usize, &Chosen)| Looked {
        chosen: *chosen,
        outcome: if at >= all - missing { None } else { outcome(if at < wrong { over } else { 0 }) },
    };
    (drawing.chosen.iter().enumerate().map(found).collect(), drawing.interval)
}

fn evaluated(frame: &Frame, method: Method, tolerable: i64, size: u64, wrong: usize, over: i64, missing: usize) -> Evaluation {
    let (looked, interval) = looked(frame, method, size, wrong, over, missing);
    evaluate(&Basis { method, aim: aim(tolerable), frame, interval }, &looked).unwrap()
}

#[test]
fn none_in_59_is_just_below_five_percent() {
    let frame = frame(2_000, 10_000);
    let e = evaluated(&frame, Method::Random, 500, 59, 0, 0, 0);
    assert_eq!(e.figures.upper_rate, Decimal::new(485, 4), "97 of 2,000");
    assert_eq!((e.verdict, e.figures.projected), (Verdict::Acceptable, Fen::ZERO));
    // 4.85% of 200,000 yuan may be wrong with none found
    assert_eq!(e.figures.upper, Fen::new(970_000));
    let e = evaluated(&frame, Method::Random, 500, 59, 1, 10_000, 0);
    assert_eq!((e.verdict, e.in_error), (Verdict::NotAcceptable, 1));
    // one of 59 wholly wrong: 200,000 ÷ 59 = 3,389.83
    assert_eq!((e.figures.projected, e.figures.difference), (Fen::new(338_983), Some(Fen::new(338_983))));
    assert!(e.words[1].contains("超过可容忍的 5.00%"), "{:?}", e.words);
}

/// Worked in the head of `evaluate_limits`: 39 items, 10% tolerable: 20 suffice, and 20 without an error are accepted. Were 4
/// wrong (10.26%), none among 19 would still have the chance 20·19·18·17 ÷ 39·38·37·36 = 5.89%: 19 are too few.
#[test]
fn a_sample_sized_for_a_small_population_can_pass() {
    let frame = frame(39, 10_000);
    let size = crate::domain::inspection::size::attribute(&aim(1_000), Some(39));
    assert_eq!((size.size, size.allowed), (20, Some(0)));
    for method in [Method::Random, Method::Stratified, Method::Systematic, Method::Discovery] {
        let e = evaluated(&frame, method, 1_000, 20, 0, 0, 0);
        assert_eq!((e.figures.upper_rate, e.verdict), (Decimal::new(76_924, 6), Verdict::Acceptable), "{method:?}");
    }
    let e = evaluated(&frame, Method::Random, 1_000, 19, 0, 0, 0);
    assert_eq!((e.figures.upper_rate, e.verdict), (Decimal::new(102_565, 6), Verdict::NotAcceptable));
}

#[test]
fn what_is_missing_is_counted_as_wrong() {
    let frame = frame(2_000, 10_000);
    let e = evaluated(&frame, Method::Random, 500, 124, 0, 0, 2);
    assert_eq!((e.verdict, e.missing), (Verdict::Acceptable, 2), "two of 124 could be borne: {:?}", e.words);
    let e = evaluated(&frame, Method::Random, 500, 124, 0, 0, 3);
    assert_eq!(e.verdict, Verdict::Incomplete, "three could not");
    let e = evaluated(&frame, Method::Random, 500, 60, 0, 0, 60);
    assert_eq!((e.verdict, e.examined), (Verdict::Incomplete, 0));
}

/// 2,000 items of 100 yuan: T = 200,000; n = 60, J = 3,333.33. One item half wrong: projected 1,666.67; basic 2.9958·3,333.33 =
/// 9,986.00; increment (4.7439 − 2.9958 − 1)·1,666.665 = 1,246.84; each rounded up to the fen.
#[test]
fn money_units_by_stringer() {
    let e = evaluated(&frame(2_000, 10_000), Method::Mus, 1_000, 60, 1, 5_000, 0);
    assert_eq!(e.figures.projected, Fen::new(166_667));
    assert_eq!((e.figures.basic, e.figures.increments), (Some(Fen::new(998_600)), Some(Fen::new(124_684))));
    assert_eq!(e.figures.upper, Fen::new(166_667 + 998_600 + 124_684));
    assert_eq!((e.tolerable_amount, e.verdict), (Fen::new(2_000_000), Verdict::Acceptable));
}

#[test]
fn discovery_fails_with_the_first_error() {
    let frame = frame(1_000, 10_000);
    assert_eq!(evaluated(&frame, Method::Discovery, 100, 299, 0, 0, 0).verdict, Verdict::Acceptable);
    assert_eq!(evaluated(&frame, Method::Discovery, 100, 299, 1, 1, 0).verdict, Verdict::NotAcceptable);
}

#[test]
fn a_whole_population_leaves_nothing_to_chance() {
    let e = evaluated(&frame(20, 10_000), Method::Stratified, 500, 20, 1, 4_000, 0);
    assert_eq!((e.figures.rate, e.figures.upper_rate), (Decimal::new(5, 2), Decimal::new(5, 2)));
    assert_eq!((e.figures.projected, e.figures.upper, e.verdict), (Fen::new(4_000), Fen::new(4_000), Verdict::Acceptable));
    let e = evaluated(&frame(6, 10_000), Method::Mus, 1_000, 60, 1, 4_000, 0);
    assert_eq!((e.sampled, e.figures.upper, e.verdict), (6, Fen::new(4_000), Verdict::Acceptable));
}

#[test]
fn every_method_gives_its_figures_and_the_limit_is_above_the_projection() {
    let frame = frame(500, 12_345);
    for method in Method::ALL {
        let e = evaluated(&frame, *method, 500, 80, 3, 6_000, 0);
        assert!(e.figures.upper >= e.figures.projected && e.figures.upper_rate >= e.figures.rate, "{method:?}");
        assert_eq!(e.strata.iter().map(|stratum| stratum.sampled).sum::<u64>(), e.sampled);
        let again: Evaluation = serde_json::from_str(&serde_json::to_string(&e).unwrap()).unwrap();
        assert_eq!((again.verdict, again.figures.upper, again.words), (e.verdict, e.figures.upper, e.words));
    }
}
