//! What every drawing must be: without doubles, of the size asked, the same again; and figures worked by hand.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::*;
use crate::domain::inspection::frame::{self, Frame, FrameItem};
use proptest::prelude::*;

fn frame(values: &[(u8, i64)]) -> Frame {
    let item = |(at, (stratum, value)): (usize, &(u8, i64))| FrameItem {
        stratum: format!("乡{stratum}"),
        village: "村".into(),
        household: format!("H{at:05}"),
        item: format!("P{at:05}"),
        value: *value,
        weight: 1 + *value % 7,
    };
    Frame::new(values.iter().enumerate().map(item).collect())
}

/// SM3("甲" LF "P1") and the start below 1,000, reckoned by another SM3 (Python's hashlib).
#[test]
fn chance_is_that_of_sm3() {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hex(&key("甲", "P1")), "b134a58f3476d64f462708d4d7929c5c7c3f7cbced1c1fc58e6c9d4a0c6ba490");
    assert_eq!(below("甲", 1_000), 617);
    assert_eq!((below("甲", 0), below("甲", 1)), (0, 0));
}

#[test]
fn shares_by_largest_remainder() {
    // 10 of 100: 5.5, 3.3, 1.2 → 5, 3, 1 and one more to the largest remainder
    assert_eq!(allocate(&[55, 33, 12], &[55, 33, 12], 10), [5, 3, 2]);
    assert_eq!(allocate(&[90, 5, 5], &[90, 5, 5], 10), [6, 2, 2], "two each at the least");
    assert_eq!(allocate(&[3, 100], &[1_000, 1], 50), [3, 47], "nobody gives more than it has");
    assert_eq!(allocate(&[4, 4], &[0, 0], 4), [2, 2], "no spread anywhere");
    assert_eq!(allocate(&[2, 2], &[2, 2], 99), [2, 2]);
}

/// Items of 10, 20, 30, 200, 40: n = 3, T = 300, J = 100; 200 is taken whole, the rest of 100 has one unit.
#[test]
fn the_top_stratum_is_taken_whole() {
    let frame = frame(&[(1, 10), (1, 20), (1, 30), (1, 200), (1, 40)]);
    let drawing = draw(Method::Mus, &frame, 3, "种子");
    assert_eq!(drawing.interval, Some(100));
    let whole: Vec<usize> = drawing.chosen.iter().filter(|chosen| chosen.whole).map(|chosen| chosen.at).collect();
    assert_eq!((whole, drawing.chosen.len()), (vec![3], 2));
    let start = drawing.start.unwrap();
    let hit = [10, 30, 60, 60, 100].iter().position(|end| start < *end).unwrap();
    assert_eq!(drawing.chosen.iter().find(|chosen| !chosen.whole).unwrap().at, hit);
}

/// Over many seeds an item is drawn as often as its money says: 30 of 100 units with J = 50, so 3 in 5.
#[test]
fn money_decides_how_often_an_item_is_drawn() {
    let frame = frame(&[(1, 30), (1, 20), (1, 25), (1, 25)]);
    let times = |at: usize| {
        (0..2_000).filter(|seed| draw(Method::Mus, &frame, 2, &seed.to_string()).chosen.iter().any(|chosen| chosen.at == at)).count()
    };
    assert!((1_130..1_270).contains(&times(0)), "{}", times(0)); // 1,200 ± 3.2 standard deviations
    assert!((730..870).contains(&times(1)), "{}", times(1)); // 800
}

const METHODS: [Method; 7] =
    [Method::Random, Method::Stratified, Method::Neyman, Method::Systematic, Method::Mus, Method::Discovery, Method::Risk];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_sample_is_sound(values in prop::collection::vec((0u8..4, 1i64..5_000_000), 1..120), size in 1u64..60, seed in "[a-z0-9]{1,12}") {
        let frame = frame(&values);
        for method in METHODS {
            let drawing = draw(method, &frame, size, &seed);
            let places: Vec<usize> = drawing.chosen.iter().map(|chosen| chosen.at).collect();
            prop_assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{method:?}: in order, without doubles");
            prop_assert!(places.iter().all(|at| *at < values.len()));
            prop_assert_eq!(&draw(method, &frame, size, &seed), &drawing);
            let asked = size.min(values.len() as u64);
            match method {
                Method::Mus | Method::Risk => {
                    let units = |at: usize| { let i = &frame.items()[at]; if method == Method::Mus { i.value } else { i.weight } };
                    let interval = drawing.interval.unwrap();
                    for at in 0..values.len() {
                        prop_assert!(units(at) < interval || places.contains(&at), "every large item is in");
                    }
                    let rest: i64 = (0..values.len()).map(units).filter(|value| *value < interval).sum();
                    let drawn = drawing.chosen.iter().filter(|chosen| !chosen.whole).count() as i64;
                    prop_assert!(drawn == rest / interval || drawn == rest / interval + 1, "{drawn} of {rest} by {interval}");
                }
                _ => prop_assert_eq!(places.len() as u64, asked),
            }
            if matches!(method, Method::Stratified | Method::Neyman) && asked >= least_for_strata(&frame) {
                prop_assert!(drawing.shares.iter().all(|share| share.drawn >= share.items.min(2) && share.drawn <= share.items));
            }
        }
    }

    #[test]
    fn the_written_form_tells_frames_apart(values in prop::collection::vec((0u8..4, 1i64..5_000), 2..40), at in 0usize..40) {
        let mut other = values.clone();
        let at = at % values.len();
        other[at].1 += 1;
        prop_assert_ne!(frame::digest(&frame(&values).to_csv()), frame::digest(&frame(&other).to_csv()));
    }
}
