//! Every shipped value fits its kind, and what does not fit is told.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::*;

#[test]
fn every_shipped_value_is_of_its_kind() {
    assert!(shipped_values().count() > 30);
    for (name, value) in shipped_values() {
        let declared = find(name).unwrap();
        assert_eq!(declared.kind.problem(value), None, "{name} = {value}");
    }
}

#[test]
fn every_declared_setting_ships_a_value_or_is_a_family() {
    for declared in all().iter().filter(|declared| declared.name.starts_with("control.")) {
        assert!(shipped_value(declared.name).is_some(), "{}", declared.name);
        assert!(!declared.meaning.is_empty() && !declared.source.is_empty());
    }
}

#[test]
fn a_family_covers_its_names_and_nothing_else() {
    assert_eq!(find("progress.target.level.中央").unwrap().kind, Kind::Share);
    assert_eq!(find("progress.target.fund.琼财农〔2018〕7号").unwrap().name, "progress.target.fund.*");
    assert_eq!(find("progress.target.level."), None);
    assert_eq!(find("progress.targets"), None);
    assert_eq!(find("nobody.knows"), None);
}

#[test]
fn values_of_another_kind_are_told() {
    let problem = |name: &str, value: &str| find(name).unwrap().kind.problem(value);
    assert!(problem("progress.target.level.中央", "92").unwrap().contains("0 至 1"));
    assert!(problem("control.interview.points", "-1").is_some());
    assert!(problem("control.from_month", "13").is_some());
    assert!(problem("control.split.works", "四百万").is_some());
    assert!(problem("control.categories", "财政专项扶贫资金、彩票").is_some());
    assert!(problem("control.categories", "").is_some());
    assert!(problem("progress.curve", "straight").is_some());
    assert_eq!(problem("control.leaders", ""), None);
    assert_eq!(problem("control.categories", "财政专项扶贫资金，其他"), None);
    assert_eq!(names("甲、乙, 丙；").collect::<Vec<_>>(), ["甲", "乙", "丙"]);
}
