//! Somebody was left out; and those who only seem to have been.

use crate::domain::screening::Subject;
use crate::domain::screening::facts::{Cadre, HouseholdStatus, Hukou, Payroll, PersonStatus, School, Student};
use crate::domain::screening::sample::Sample;

const QUARTERS: [(i64, i64); 4] = [(201801, 201803), (201804, 201806), (201807, 201809), (201810, 201812)];
/// The one who is left out, in the tests that leave somebody out.
const ONE: &str = "469007198001010011";

/// Ten neighbours in ten households; `paid` says whom a quarter (0–3) leaves out or pays how many months.
fn county(paid: impl Fn(usize, &str) -> Option<i64>) -> Sample {
    let mut s = Sample::new();
    let ids: Vec<String> = (0..10).map(|n| format!("46900719800101{n:03}1")).collect();
    assert_eq!(ids[1], ONE);
    for (n, id) in ids.iter().enumerate() {
        s.person(&format!("H{n}"), "王示甲", id);
    }
    let program = s.program("STBC", "月", 5_000);
    (program.name, program.eligibility) = ("生态补偿".into(), "保护区内的建档立卡人口".into());
    for (quarter, (first, last)) in QUARTERS.into_iter().enumerate() {
        s.batch(&format!("{first}"), "STBC", first, last);
        for id in &ids {
            if let Some(months) = paid(quarter, id) {
                let line = s.paid(id, 5_000 * months);
                (line.quantity, line.rate) = (10_000 * months, 5_000);
            }
        }
    }
    s
}

fn all_but(quarters: &'static [usize]) -> impl Fn(usize, &str) -> Option<i64> {
    move |quarter, id| (id != ONE || !quarters.contains(&quarter)).then_some(3)
}

#[test]
fn left_out_between_at_the_end_or_always() {
    for quarters in [&[1, 2][..], &[2, 3], &[1, 3], &[0, 1, 2, 3]] {
        let found = county(all_but(quarters)).hits("M07");
        assert_eq!((found.len(), found[0].amount), (1, 15_000 * quarters.len() as i64), "{quarters:?}");
    }
}

#[test]
fn one_quarter_is_no_pattern_and_nobody_left_out_is_none() {
    assert!(county(all_but(&[1])).hits("M07").is_empty());
    assert!(county(all_but(&[])).hits("M07").is_empty());
    assert_eq!(county(all_but(&[1])).hits_with("M07", &[("screen.M07.periods", "1")]).len(), 1);
}

#[test]
fn whoever_came_from_another_household_was_not_here_before() {
    // nothing of the programme, ever, but other money in September, under the household of today or under another
    for (elsewhere, found) in [(false, 1), (true, 0)] {
        let mut s = county(all_but(&[0, 1, 2, 3]));
        s.person("H99", "陈样二", "469007196001019999");
        s.program("CYFC", "年", 150_000).name = "产业扶持资金".into();
        s.batch("CYFC1", "CYFC", 201801, 201809);
        let other = s.household("H99");
        let line = s.paid(ONE, 150_000);
        if elsewhere {
            line.household = other;
        }
        let one = s.at(ONE);
        let of_one = s.hits("M07").into_iter().filter(|hit| hit.subject == Subject::Person(one));
        assert_eq!(of_one.count(), found, "one quarter since then is no pattern");
    }
}

#[test]
fn two_months_instead_of_three_are_short() {
    let found = county(|quarter, id| Some(if id == ONE && quarter < 2 { 2 } else { 3 })).hits("M07");
    assert_eq!((found.len(), found[0].amount), (1, 10_000));
}

#[test]
fn nobody_is_short_where_all_are() {
    assert!(county(|_, _| Some(2)).hits("M07").is_empty());
}

#[test]
fn who_is_gone_or_not_yet_here_is_not_left_out() {
    let ended = &[2, 3];
    let mut s = county(all_but(ended));
    s.death(ONE, 20180620);
    assert!(s.hits("M07").is_empty(), "died");
    let mut s = county(all_but(ended));
    (s.facts.people[1].status, s.facts.people[1].status_date) = (PersonStatus::MovedOut, 20180620);
    assert!(s.hits("M07").is_empty(), "moved out");
    let mut s = county(all_but(ended));
    (s.facts.households[1].status, s.facts.households[1].status_date) = (HouseholdStatus::Removed, 20180620);
    assert!(s.hits("M07").is_empty(), "removed");
    let mut s = county(all_but(&[0, 1]));
    s.facts.households[1].identified = 20180615;
    assert!(s.hits("M07").is_empty(), "recognised in June");
    let mut s = county(all_but(&[0, 1]));
    s.facts.cards[1].from = 20180615;
    assert!(s.hits("M07").is_empty(), "no card before");
}

#[test]
fn a_returned_line_waits_and_is_not_left_out() {
    let mut s = county(all_but(&[2, 3]));
    for (first, last) in [(201807, 201809), (201810, 201812)] {
        s.batch(&format!("退{first}"), "STBC", first, last);
        s.returned(ONE, 15_000).quantity = 30_000;
    }
    assert!(s.hits("M07").is_empty());
}

#[test]
fn whom_a_list_names_was_perhaps_stopped() {
    let mut s = county(all_but(&[2, 3]));
    s.rows.payroll.push((ONE.into(), Payroll { from: 20180601, to: 99991231, ..Payroll::default() }));
    assert!(s.hits("M07").is_empty());
    let mut s = county(all_but(&[2, 3]));
    s.rows.hukou.push((ONE.into(), Hukou { change: "分户".into(), changed: 20151101, ..Hukou::default() }));
    assert!(s.hits("M07").is_empty());
    let mut s = county(all_but(&[2, 3]));
    s.rows.cadres.push(("469007198001010001".into(), Cadre::default()));
    s.rows.kin.push((ONE.into(), "469007198001010001".into(), "兄弟".into()));
    assert!(s.hits("M07").is_empty());
}

#[test]
fn a_wage_is_for_those_who_were_chosen() {
    let mut s = county(all_but(&[1, 2]));
    s.facts.programs[0].name = "生态护林员工资".into();
    assert!(s.hits("M07").is_empty());
}

#[test]
fn where_half_of_the_village_is_paid_the_other_half_is_not_left_out() {
    let half = |_: usize, id: &str| id.as_bytes()[16].is_multiple_of(2).then_some(3);
    assert!(county(half).hits_with("M07", &[("screen.M07.minimum", "1")]).is_empty());
}

#[test]
fn a_pupil_is_not_left_out_of_what_no_pupil_has() {
    let mut s = county(all_but(&[0, 1, 2, 3]));
    s.facts.people[1].school = School::Junior;
    assert!(s.hits("M07").is_empty(), "the programme is for those who work, though its words do not say so");
}

#[test]
fn allowances_are_for_their_kind_of_household() {
    let mut s = county(all_but(&[0, 1, 2, 3]));
    s.facts.programs[0].eligibility = "建档立卡低保、特困人员".into();
    for (at, household) in s.facts.households.iter_mut().enumerate() {
        household.kind = if at == 1 { "一般" } else { "低保" }.into();
    }
    assert!(s.hits("M07").is_empty());
    s.facts.households[1].kind = "特困".into();
    assert_eq!(s.hits("M07").len(), 1);
}

#[test]
fn pupils_are_those_whom_the_list_has_at_that_stage() {
    let pupils = |s: &mut Sample, of_one: &str| {
        s.facts.programs[0].measure = "学期".into();
        s.facts.programs[0].eligibility = "小学".into();
        for n in 0..10 {
            let id = format!("46900719800101{n:03}1");
            for term in ["2018春", "2018秋"] {
                let stage = if n == 1 { of_one } else { "小学" };
                let row = Student { stage: stage.into(), term: term.into(), status: "在读".into(), ..Student::default() };
                s.rows.students.push((id.clone(), row));
            }
        }
    };
    let mut s = county(all_but(&[0, 1, 2, 3]));
    pupils(&mut s, "小学");
    assert_eq!(s.hits("M07").len(), 1);
    let mut s = county(all_but(&[0, 1, 2, 3]));
    pupils(&mut s, "初中");
    assert!(s.hits("M07").is_empty());
}
