//! Fen, yuan as text and in capitals, and quantities.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

#[test]
fn reads_the_forms_that_offices_write() {
    for (text, fen) in [
        ("0", 0),
        ("1234.5", 123_450),
        ("1,234.50", 123_450),
        ("1,234,567", 123_456_700),
        ("￥１２３４．５", 123_450),
        (" 100元 ", 10_000),
        ("￥ 100 元", 10_000),
        ("¥1，000.00", 100_000),
        ("'88.00", 8_800),
        ("92233720368547758.07", i64::MAX),
    ] {
        assert_eq!(Fen::parse(text), Ok(Fen::new(fen)), "{text}");
    }
}

#[test]
fn refuses_each_fault_by_its_own_name() {
    use MoneyProblem::*;
    for (text, problem) in [
        ("", Empty),
        ("　", Empty),
        ("1.234", SubFen),
        ("1.230", SubFen),
        ("1e3", Exponent),
        ("1.5E+10", Exponent),
        ("∞", Infinite),
        ("inf", Infinite),
        ("NaN", Infinite),
        ("-1", Negative),
        ("(1,000.00)", Negative),
        ("－5", Negative),
        ("1,23", Grouping),
        ("1234,567", Grouping),
        (",123", Grouping),
        ("12万", Scaled),
        ("1.2万元", Scaled),
        ("92233720368547758.08", Overflow),
        ("99999999999999999999", Overflow),
        ("abc", NotNumber),
        ("1.2.3", NotNumber),
        (".", NotNumber),
        ("1.", NotNumber),
        ("1 元 2", NotNumber),
        ("1 234", NotNumber),
        ("-", NotNumber),
    ] {
        assert_eq!(Fen::parse(text), Err(problem), "{text}");
        assert!(!problem.mend().is_empty());
    }
}

#[test]
fn writes_words_by_the_cheque_rules() {
    for (fen, words) in [
        (168_032, "壹仟陆佰捌拾元零叁角贰分"),
        (1_005, "壹拾元零伍分"),
        (30, "叁角整"),
        (5, "伍分"),
        (1_000_000, "壹万元整"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (0, "零元整"),
        (-100, "负壹元整"),
        (10_000_000_500, "壹亿零伍元整"),
        (10_001_000_000, "壹亿零壹万元整"),
        (100_000_000_000_000, "壹万亿元整"),
    ] {
        assert_eq!(Fen::new(fen).in_words(), words);
    }
}

#[test]
fn writes_figures() {
    assert_eq!(Fen::new(-123_450).yuan(), "-1234.50");
    assert_eq!(Fen::new(-5).yuan(), "-0.05");
    assert_eq!(Fen::new(123_456_789).yuan_grouped(), "1,234,567.89");
    assert_eq!(Fen::new(123_456_789).wan(), "123.46");
    assert_eq!(Fen::new(5_000).wan(), "0.01");
    assert_eq!(Fen::new(4_999).wan(), "0.00");
    assert_eq!(Fen::new(-5_000).wan(), "-0.01");
    assert_eq!(Fen::new(i64::MIN).yuan(), "-92233720368547758.08");
    assert_eq!(Quantity::parse("1.50").unwrap().to_string(), "1.5");
    assert_eq!(Quantity::parse("3").unwrap().to_string(), "3");
    assert_eq!(Quantity::parse("0.00001"), Err(MoneyProblem::TooFine));
}

#[test]
fn multiplies_half_up_and_never_runs_over() {
    let times = |rate, quantity| Fen::times(Fen::new(rate), Quantity::new(quantity)).map(Fen::get);
    assert_eq!(times(30_000, 30_000), Some(90_000));
    assert_eq!(times(1, 5_000), Some(1));
    assert_eq!(times(1, 4_999), Some(0));
    assert_eq!(times(i64::MAX, 20_000), None);
    assert_eq!(Fen::try_sum([Fen::new(i64::MAX), Fen::new(1)]), None);
    assert_eq!(Fen::new(i64::MIN).checked_neg(), None);
}

proptest! {
    #[test]
    fn what_is_written_reads_back(fen in 0..=i64::MAX) {
        let amount = Fen::new(fen);
        prop_assert_eq!(Fen::parse(&amount.yuan()), Ok(amount));
        prop_assert_eq!(Fen::parse(&amount.yuan_grouped()), Ok(amount));
    }

    #[test]
    fn json_reads_back(fen in -i64::MAX..=i64::MAX) {
        let json = serde_json::to_string(&Fen::new(fen)).unwrap();
        prop_assert_eq!(serde_json::from_str::<Fen>(&json).unwrap(), Fen::new(fen));
    }

    #[test]
    fn quantities_read_back(units in 0..=i64::MAX) {
        let quantity = Quantity::new(units);
        prop_assert_eq!(Quantity::parse(&quantity.to_string()), Ok(quantity));
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = Fen::parse(&text);
        let _ = Quantity::parse(&text);
    }

    #[test]
    fn words_never_double_a_zero(fen in any::<i64>()) {
        let words = Fen::new(fen).in_words();
        prop_assert!(!words.contains("零零"));
        prop_assert!(!words.contains("零元") || fen == 0);
    }
}
