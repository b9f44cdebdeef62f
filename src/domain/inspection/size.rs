//! How many to look at. Attributes (属性抽样): the smallest n at which no more than the expected errors would be rarer than the
//! risk, were the population as bad as can just be tolerated (hypergeometric for the population as it is; AICPA "Audit
//! Sampling", table A). Money units (货币单元抽样): factor ÷ tolerable share (the same, table C). Discovery (发现抽样): the
//! attribute size with nothing expected, 1 − (1 − p)ⁿ ≥ confidence for a large population.
//!
//! Worked: 95%, 5% tolerable, nothing expected: 59; 1% expected: one error allowed, 93 (large population). Money units at 5%:
//! 2.9958 ÷ 0.05 → 60; with 1% expected the factor at the ratio 0.2 is 4.6202 (printed as 4.63), 93. Discovery of 1% at 95%: 299, of 10 in 1,000: 258.

use super::stats;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// What a sample is to tell: shares of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aim {
    /// 可靠程度
    pub confidence: Decimal,
    /// 可容忍差错率, or share of the money
    pub tolerable: Decimal,
    /// 预计差错率
    pub expected: Decimal,
}

/// A size, and how it was come by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    pub size: u64,
    /// Errors at which the population can still be accepted; none of money units.
    pub allowed: Option<u64>,
    /// In words, with the source.
    pub how: String,
}

fn percent(share: Decimal) -> String {
    format!("{}%", (share * Decimal::ONE_HUNDRED).normalize())
}

/// Of attributes; `population` none for one that is as good as endless.
pub fn attribute(aim: &Aim, population: Option<u64>) -> Size {
    let mut allowed = 0;
    let found = loop {
        match stats::smallest_sample(aim.confidence, aim.tolerable, allowed, population) {
            None => break None,
            Some(n) if Decimal::from(n) * aim.expected <= Decimal::from(allowed) => break Some(n),
            // the number of errors that this size would bring, at the least
            Some(n) => {
                let expected = (Decimal::from(n) * aim.expected).ceil();
                allowed = u64::try_from(expected).unwrap_or(u64::MAX - 1).max(allowed + 1);
            }
        }
    };
    let law = if population.is_some() { "超几何分布" } else { "二项分布" };
    let (confidence, tolerable, expected) = (percent(aim.confidence), percent(aim.tolerable), percent(aim.expected));
    let terms = format!("可靠程度 {confidence}，可容忍差错率 {tolerable}，预计差错率 {expected}");
    match (found, population) {
        (Some(size), _) => {
            Size {
                size, allowed: Some(allowed), how: format!("按差错率推断：{terms}；按{law}，允许差错 {allowed} 个，样本量 {size}")
            }
        }
        (None, Some(all)) => {
            let how = format!("按差错率推断：{terms}；总体只有 {all} 个，不足以抽样推断，全部检查");
            Size { size: all, allowed: Some(stats::wrong_items(all, aim.tolerable) - 1), how }
        }
        (None, None) => Size {
            size: u64::MAX, allowed: None, how: format!("按差错率推断：{terms}；预计与可容忍过于接近，须全部检查")
        },
    }
}

/// Of discovery: at least one error is seen, were there as many as the tolerable rate.
pub fn discovery(aim: &Aim, population: Option<u64>) -> Size {
    let found = attribute(&Aim { expected: Decimal::ZERO, ..*aim }, population);
    let (confidence, rate) = (percent(aim.confidence), percent(aim.tolerable));
    let by = if population.is_some() { "超几何分布" } else { "1-(1-p)^n" };
    let how = format!("差错率达到 {rate} 时以 {confidence} 的可靠程度至少发现一个；按{by}，样本量 {}", found.size);
    Size { how, ..found }
}

/// Of money units: shares are shares of the total.
pub fn money_units(aim: &Aim) -> Size {
    let ratio = aim.expected.checked_div(aim.tolerable).unwrap_or_default();
    let factor = stats::expected_factor(aim.confidence, ratio);
    let size = factor.checked_div(aim.tolerable).map_or(u64::MAX, |n| u64::try_from(n.ceil()).unwrap_or(u64::MAX));
    let (confidence, tolerable, expected) = (percent(aim.confidence), percent(aim.tolerable), percent(aim.expected));
    let how = format!(
        "按差错金额推断：可靠程度 {confidence}，可容忍错报为总额的 {tolerable}，预计错报 {expected}；系数 {factor} ÷ {tolerable}，样本量 {size}"
    );
    Size { size, allowed: None, how }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn aim(confidence: i64, tolerable: i64, expected: i64) -> Aim {
        let share = |points| Decimal::new(points, 4);
        Aim { confidence: share(confidence), tolerable: share(tolerable), expected: share(expected) }
    }

    /// AICPA "Audit Sampling", sizes at 5% risk and (in brackets there) the errors allowed.
    #[test]
    fn attribute_sizes_are_those_of_the_table() {
        let published = [
            (500, 0, 59, 0),
            (500, 50, 93, 1),
            (500, 100, 93, 1),
            (500, 150, 124, 2),
            (500, 200, 181, 4),
            (500, 250, 234, 6),
            (300, 0, 99, 0),
            (400, 0, 74, 0),
            (1_000, 0, 29, 0),
            (1_000, 100, 46, 1),
            (200, 0, 149, 0),
        ];
        for (tolerable, expected, size, allowed) in published {
            let found = attribute(&aim(9_500, tolerable, expected), None);
            assert_eq!((found.size, found.allowed), (size, Some(allowed)), "{tolerable} {expected}: {}", found.how);
        }
        assert_eq!(attribute(&aim(9_000, 500, 0), None).size, 45);
    }

    #[test]
    fn discovery_sizes_are_those_of_the_formula_and_the_exact_count() {
        assert_eq!(discovery(&aim(9_500, 100, 0), None).size, 299);
        assert_eq!(discovery(&aim(9_500, 50, 0), None).size, 598);
        assert_eq!(discovery(&aim(9_900, 100, 0), None).size, 459);
        assert_eq!(discovery(&aim(9_500, 100, 0), Some(1_000)).size, 258);
        assert_eq!(discovery(&aim(9_500, 500, 0), Some(10)).size, 10, "one wrong of ten: nearly all must be seen");
    }

    #[test]
    fn money_unit_sizes() {
        assert_eq!(money_units(&aim(9_500, 500, 0)).size, 60);
        assert_eq!(money_units(&aim(9_500, 500, 100)).size, 93);
        assert_eq!(money_units(&aim(9_000, 300, 0)).size, 77);
    }

    #[test]
    fn a_population_too_small_is_looked_at_as_a_whole() {
        assert_eq!(attribute(&aim(9_500, 500, 400), Some(30)).size, 30);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Size and evaluation ask the same question of the same population.
        #[test]
        fn a_sample_of_the_size_passes_with_the_errors_allowed(
            confidence in 8_000i64..9_900,
            tolerable in 200i64..2_000,
            expected in 0i64..100,
            items in 10u64..5_000,
        ) {
            let base = aim(confidence, tolerable, expected);
            let Size { size, allowed, .. } = attribute(&base, Some(items));
            let allowed = allowed.unwrap();
            let limit = |errors| stats::upper_share(base.confidence, errors, size, items);
            prop_assert!(limit(allowed) <= base.tolerable || size == items, "{}", limit(allowed));
            prop_assert!(limit(allowed + 1) > base.tolerable || size == items);
        }

        #[test]
        fn sizes_follow_what_is_asked(confidence in 8_000i64..9_900, tolerable in 200i64..2_000, expected in 0i64..100, items in 50u64..20_000) {
            let base = aim(confidence, tolerable, expected);
            for population in [None, Some(items)] {
                let size = attribute(&base, population).size;
                prop_assert!(population.is_none_or(|all| size <= all));
                prop_assert!(attribute(&aim(confidence + 50, tolerable, expected), population).size >= size);
                prop_assert!(attribute(&aim(confidence, tolerable + 100, expected), population).size <= size);
                prop_assert!(attribute(&aim(confidence, tolerable, expected + 20), population).size >= size);
            }
            prop_assert!(attribute(&base, Some(items)).size <= attribute(&base, None).size.max(1));
            let units = money_units(&base).size;
            prop_assert!(money_units(&aim(confidence + 50, tolerable, expected)).size >= units);
            prop_assert!(money_units(&aim(confidence, tolerable + 100, expected)).size <= units);
            prop_assert!(money_units(&aim(confidence, tolerable, expected + 20)).size >= units);
        }
    }
}
