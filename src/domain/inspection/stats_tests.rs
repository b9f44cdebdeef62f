//! Published tables, to the places in which they are printed.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::*;
use rust_decimal::prelude::FromStr;

fn d(text: &str) -> Decimal {
    Decimal::from_str(text).unwrap()
}

/// As the tables print a factor: two places, rounded up.
fn printed(value: Decimal) -> String {
    format!("{:.2}", value.round_dp_with_strategy(2, RoundingStrategy::ToPositiveInfinity))
}

/// AICPA "Audit Sampling", confidence factors for 0, 1, 2 … overstatements.
#[test]
fn poisson_factors_are_those_of_the_tables() {
    let row = |confidence: &str| (0..8).map(|k| printed(poisson_factor(d(confidence), k))).collect::<Vec<_>>();
    assert_eq!(row("0.95"), ["3.00", "4.75", "6.30", "7.76", "9.16", "10.52", "11.85", "13.15"]);
    assert_eq!(row("0.90"), ["2.31", "3.89", "5.33", "6.69", "8.00", "9.28", "10.54", "11.78"]);
    assert_eq!(row("0.99")[..4], ["4.61", "6.64", "8.41", "10.05"]);
    assert_eq!(poisson_factor(d("0.95"), 0), d("2.9958"));
}

/// The same guide, table C-2: factors with expected misstatement, by expected ÷ tolerable in steps of 0.05.
#[test]
fn factors_with_expected_misstatement_are_those_of_the_table() {
    let published = ["3.00", "3.31", "3.68", "4.11", "4.63", "5.24", "6.00", "6.92", "8.09", "9.59", "11.54"];
    for (at, factor) in published.iter().enumerate() {
        let ratio = Decimal::new(at as i64 * 5, 2);
        let difference = (expected_factor(d("0.95"), ratio) - d(factor)).abs();
        assert!(difference < d("0.01"), "{ratio}: {} against {factor}", expected_factor(d("0.95"), ratio));
    }
}

/// Both sides of the 95% interval, from the tables of Clopper and Pearson and those that print them since.
#[test]
fn clopper_pearson_limits_are_those_of_the_tables() {
    let two_sided = |x: i64, n: i64| {
        let (x, n) = (Decimal::from(x), Decimal::from(n));
        (lower_rate(d("0.975"), x, n).round_dp(4), upper_rate(d("0.975"), x, n).round_dp(4))
    };
    assert_eq!(two_sided(1, 10), (d("0.0025"), d("0.4450")));
    assert_eq!(two_sided(5, 10), (d("0.1871"), d("0.8129")));
    assert_eq!(two_sided(0, 20), (d("0"), d("0.1684")));
    let one_sided = |x: i64, n: i64| (upper_rate(d("0.95"), x.into(), n.into()) * d("100")).round_dp(1);
    // AICPA table of evaluation at 5% risk: 25, 60, 100 and 200 examined
    assert_eq!([one_sided(0, 25), one_sided(0, 60), one_sided(1, 60), one_sided(2, 100)], [d("11.3"), d("4.9"), d("7.7"), d("6.2")]);
    assert_eq!([one_sided(0, 100), one_sided(1, 100), one_sided(3, 200)], [d("3.0"), d("4.7"), d("3.8")]);
    assert_eq!(upper_rate(d("0.95"), d("5"), d("5")), Decimal::ONE);
}

#[test]
fn normal_factors_are_those_of_the_tables() {
    assert_eq!([normal_factor(d("0.95")), normal_factor(d("0.975")), normal_factor(d("0.99"))], [d("1.6449"), d("1.9600"), d("2.3264")]);
}

/// Of 10 items 3 drawn, none wrong: were 6 wrong, 4·3·2 ÷ 10·9·8 = 3.33%; were 5, 8.33%.
#[test]
fn limits_of_a_known_population() {
    assert_eq!(upper_share(d("0.95"), 0, 3, 10), d("0.5"));
    assert_eq!(upper_share(d("0.90"), 0, 3, 10), d("0.4"), "at 90% also 5 is too rare; 4 have 16.67%");
    assert_eq!(upper_share(d("0.95"), 2, 10, 10), d("0.2"), "all were seen");
    assert_eq!(upper_share(d("0.95"), 3, 3, 10), d("1"));
    assert_eq!(upper_share(d("0.95"), 0, 0, 10), d("1"));
    assert!(upper_share(d("0.95"), 1, 60, 1_000_000) <= upper_rate(d("0.95"), d("1"), d("60")));
}

/// Worked exactly with whole numbers: 2 wrong of 10, none among 3 drawn, has 8·7·6 ÷ 10·9·8 = 7/15.
#[test]
fn the_hypergeometric_is_exact() {
    assert!((hypergeometric_cdf(0, 10, 2, 3) - 7.0 / 15.0).abs() < 1e-12);
    assert!((hypergeometric_cdf(1, 10, 2, 3) - 14.0 / 15.0).abs() < 1e-12);
    assert!((hypergeometric_cdf(2, 10, 2, 3) - 1.0).abs() < 1e-12);
    assert!((binomial_cdf(1, 93, 0.05) - 0.05).abs() < 1e-4);
}
