//! Periods and dates by the edges of the calendar.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

#[test]
fn reads_every_form_of_a_date() {
    for text in [
        "2018-03-05",
        "2018/3/5",
        "20180305",
        "2018年3月5日",
        "2018.3.5",
        "2018．３．５",
        " 2018年03月05日 ",
        "43164",
        "2018-03-05 00:00:00",
        "2018/3/5 0:00",
    ] {
        assert_eq!(parse_date(text), Ok(day(2018, 3, 5)), "{text}");
    }
}

#[test]
fn refuses_what_is_not_a_day() {
    use DateProblem::*;
    for (text, problem) in [
        ("", EmptyDate),
        ("2018-02-29", NoSuchDay),
        ("20181301", NoSuchDay),
        ("2018/3", NotDate),
        ("18-3-5", NotDate),
        ("2018-3-5-6", NotDate),
        ("1899-12-31", YearOutOfRange),
        ("9999", NotDate),
        ("99999", NotDate),
        ("昨天", NotDate),
        ("2018年３", NotDate),
    ] {
        assert_eq!(parse_date(text), Err(problem), "{text}");
    }
}

#[test]
fn reads_every_form_of_a_period() {
    for (text, shown, months) in [
        ("2018-03", "2018-03", 1),
        ("201803", "2018-03", 1),
        ("2018年3月", "2018-03", 1),
        ("2018.3", "2018-03", 1),
        ("2018Q1", "2018Q1", 3),
        ("2018q4", "2018Q4", 3),
        ("2018-Q2", "2018Q2", 3),
        ("2018年第二季度", "2018Q2", 3),
        ("2018", "2018", 12),
        ("2018年", "2018", 12),
        ("2018-03~2018-07", "2018-03~2018-07", 5),
    ] {
        let period = Period::parse(text).unwrap();
        assert_eq!((period.to_string().as_str(), period.month_count()), (shown, months), "{text}");
        assert_eq!(Period::parse(&period.to_string()), Ok(period));
    }
    for text in ["2018-13", "2018Q5", "201813", "20181", "三月", "2018-05~2018-03", "2018年3", "春季"] {
        assert_eq!(Period::parse(text), Err(DateProblem::NotPeriod), "{text}");
    }
}

#[test]
fn periods_know_their_days_and_overlap() {
    let quarter = Period::parse("2020Q1").unwrap();
    let february = Period::parse("2020-02").unwrap();
    assert_eq!(february.last_day(), day(2020, 2, 29));
    assert_eq!((quarter.first_day(), quarter.last_day()), (day(2020, 1, 1), day(2020, 3, 31)));
    assert!(quarter.overlaps(february) && february.overlaps(quarter));
    assert!(!february.overlaps(Period::parse("2020-03").unwrap()));
    assert!(february.contains(day(2020, 2, 29)) && !february.contains(day(2020, 3, 1)));
    assert_eq!(quarter.months().count(), 3);
    assert_eq!(Month::from_int(201_803).map(Month::to_int), Some(201_803));
    assert_eq!(Month::new(2199, 12).unwrap().last_day(), day(2199, 12, 31));
}

#[test]
fn reads_years() {
    assert_eq!(parse_year("2018年"), Ok(2018));
    assert_eq!(parse_year("２０１８"), Ok(2018));
    assert_eq!(parse_year("18"), Err(DateProblem::NotYear));
    assert_eq!(parse_year("3018"), Err(DateProblem::YearOutOfRange));
}

proptest! {
    #[test]
    fn every_day_reads_back(offset in 0_u64..109_000) {
        let date = day(1900, 1, 1).checked_add_days(Days::new(offset)).unwrap();
        prop_assert_eq!(date_from_int(date_to_int(date)), Some(date));
        prop_assert_eq!(parse_date(&date.to_string()), Ok(date));
        prop_assert_eq!(parse_date(&date.format("%Y年%-m月%-d日").to_string()), Ok(date));
        prop_assert_eq!(parse_date(&date.format("%Y%m%d").to_string()), Ok(date));
    }

    #[test]
    fn no_text_panics(text in "\\PC*") {
        let _ = parse_date(&text);
        let _ = Period::parse(&text);
        let _ = parse_year(&text);
    }
}
