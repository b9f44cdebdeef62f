//! Rungs: each rule at its edge.

use super::policy;
use crate::domain::calendar::Month;
use crate::domain::control::*;
use crate::domain::money::Fen;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// 万元 as fen.
fn wan(wan: i64) -> Fen {
    Fen::new(wan * 1_000_000)
}

/// A standing of 1,000 万元 that should have spent `due` hundredths of a percent of it and has spent `spent` hundredths.
fn standing(due: i64, spent: i64) -> Standing {
    let part = Part {
        available: wan(1000),
        spent: Fen::new(100_000 * spent),
        unallocated: Fen::ZERO,
        target: Decimal::new(95, 2),
        due: Decimal::new(due, 4),
    };
    let mut standing = Standing::default();
    standing.add(&part).unwrap();
    standing
}

/// A unit with a gap, in hundredths of a point, at the end of each month.
fn unit(key: &str, gaps: &[i64]) -> Facts {
    let months = gaps.iter().map(|gap| standing(5000, 5000 + gap)).collect();
    Facts { kind: SubjectKind::Unit, key: key.into(), name: format!("单位{key}"), months, idle_days: None }
}

fn fund(facts: Facts) -> Facts {
    Facts { kind: SubjectKind::Fund, ..facts }
}

fn judge_after(facts: &[Facts], before: Rung) -> Decision {
    let month = Month::new(2018, facts[0].months.len() as u32).unwrap();
    let before = BTreeMap::from([((facts[0].kind, facts[0].key.clone()), before)]);
    let key = facts[0].key.clone();
    decide(month, facts, &before, &policy()).into_iter().find(|decision| decision.key == key).unwrap()
}

fn rung(gaps: &[i64]) -> Rung {
    judge_after(&[unit("a", gaps)], Rung::None).rung
}

#[test]
fn on_schedule_is_no_rung_and_just_behind_is_a_reminder() {
    assert_eq!(rung(&[0, 0, 0]), Rung::None);
    assert_eq!(rung(&[0, 0, -1]), Rung::Remind);
    assert_eq!(rung(&[0, 0, -499]), Rung::Remind);
}

#[test]
fn before_march_there_are_only_reminders() {
    assert_eq!(rung(&[-4000]), Rung::Remind);
    assert_eq!(rung(&[-4000, -4000]), Rung::Remind);
    assert_eq!(rung(&[-4000, -4000, -1]), Rung::Remind, "and they count in no row of months");
}

#[test]
fn five_points_or_two_months_in_a_row_are_named_in_the_bulletin() {
    assert_eq!(rung(&[0, 0, -500]), Rung::Notice);
    assert_eq!(rung(&[0, 0, -1, -1]), Rung::Notice);
    assert_eq!(rung(&[0, 0, -1, 0, -1]), Rung::Remind, "a month on schedule breaks the row");
}

#[test]
fn ten_points_call_for_an_interview() {
    assert_eq!(rung(&[0, 0, -999]), Rung::Notice);
    let decision = judge_after(&[unit("a", &[0, 0, -1000])], Rung::None);
    assert_eq!(decision.rung, Rung::Interview);
    assert_eq!(decision.reasons, ["低于序时 10.00 个百分点（界线 10.00）"]);
    // 1,000 万元, due 50%, spent 40%
    assert_eq!((decision.due, decision.spent), (wan(500), wan(400)));
}

#[test]
fn the_last_three_of_six_two_months_in_a_row_are_interviewed_when_behind() {
    let county = |own: &[i64]| {
        let mut all = vec![unit("z", own)];
        all.extend([100, 90, 80, 10, 5].iter().enumerate().map(|(at, gap)| unit(&format!("u{at}"), &[0, 0, *gap, *gap])));
        all
    };
    // z is the last of six in March and in April
    let decision = judge_after(&county(&[0, 0, -10, -10]), Rung::None);
    assert_eq!((decision.rung, decision.rank, decision.bottom_months), (Rung::Interview, Some(6), 2));
    // the last in April only
    assert_eq!(judge_after(&county(&[0, 0, 200, -10]), Rung::None).rung, Rung::Remind);
    // at the bottom, but on schedule
    assert_eq!(judge_after(&county(&[0, 0, 2, 2]), Rung::None).rung, Rung::None);
    // of five units three are no bottom
    let mut few = county(&[0, 0, -10, -10]);
    few.truncate(5);
    assert_eq!(judge_after(&few, Rung::None).rung, Rung::Notice);
}

#[test]
fn money_idle_for_a_year_is_interviewed_and_for_two_taken_back() {
    let idle = |days| judge_after(&[Facts { idle_days: Some(days), ..unit("a", &[500]) }], Rung::None);
    assert_eq!(idle(364).rung, Rung::None);
    assert_eq!((idle(365).rung, idle(365).reasons.clone()), (Rung::Interview, vec!["资金 365 天没有支出（界线 365 天）".to_string()]));
    assert_eq!(idle(730).rung, Rung::Reclaim);
}

#[test]
fn a_year_that_ends_below_target_is_interviewed() {
    let ended = |spent| {
        let mut facts = unit("a", &[0; 12]);
        facts.months[11] = standing(9500, spent);
        judge_after(&[facts], Rung::None)
    };
    assert_eq!(ended(9500).rung, Rung::None);
    assert_eq!(ended(9499).rung, Rung::Interview);
    assert!(ended(9499).reasons.contains(&"年末支出进度 94.99% 低于目标 95.00%".to_string()));
}

#[test]
fn six_months_at_the_interview_line_and_25_points_stop_new_allocations() {
    let gaps = |deep: usize, last: i64| {
        let mut gaps = vec![0; 2];
        gaps.extend(vec![-1000; deep - 1]);
        gaps.push(last);
        gaps
    };
    assert_eq!(rung(&gaps(5, -2500)), Rung::Interview);
    assert_eq!(rung(&gaps(6, -2499)), Rung::Interview);
    assert_eq!(rung(&gaps(6, -2500)), Rung::Hold);
    let mut broken = gaps(6, -2500);
    broken[4] = -999;
    assert_eq!(rung(&broken), Rung::Interview, "a month above the line breaks the row");
}

#[test]
fn eight_months_and_30_points_from_october_on_give_back() {
    let months = |count: usize, last: i64| {
        let mut gaps = vec![-1000; count];
        gaps[count - 1] = last;
        rung(&gaps)
    };
    assert_eq!(months(10, -3000), Rung::Reclaim);
    assert_eq!(months(10, -2999), Rung::Hold);
    assert_eq!(months(9, -3000), Rung::Hold, "not before October");
}

#[test]
fn a_fund_that_lies_unallocated_is_not_stopped_but_called_for() {
    let mut facts = fund(unit("琼财农〔2018〕1号", &[0, 0, -3000, -3000, -3000, -3000, -3000, -3000]));
    assert_eq!(judge_after(&[facts.clone()], Rung::None).rung, Rung::Hold);
    for month in &mut facts.months {
        month.unallocated = wan(400); // of 800 unspent
    }
    let decision = judge_after(&[facts], Rung::None);
    assert_eq!((decision.rung, decision.rank), (Rung::Interview, None));
    assert!(decision.reasons.last().unwrap().contains("应尽快分配"));
}

#[test]
fn from_the_interview_up_a_rung_stays_until_its_subject_has_caught_up() {
    let after = |before, gap| judge_after(&[unit("a", &[0, 0, gap])], before);
    for before in [Rung::Interview, Rung::Hold, Rung::Reclaim] {
        let kept = after(before, -1);
        assert_eq!((kept.rung, kept.by_rule, kept.lifted), (before, Rung::Remind, false));
        assert!(kept.reasons.last().unwrap().starts_with("尚未赶上序时"));
        let lifted = after(before, 0);
        assert_eq!((lifted.rung, lifted.before, lifted.lifted), (Rung::None, before, true));
        assert_eq!(lifted.reasons, [format!("已赶上序时，解除“{}”", before.chinese())]);
    }
    // a reminder or a notice does not stay
    assert_eq!((after(Rung::Notice, 0).rung, after(Rung::Notice, 0).lifted), (Rung::None, false));
    // a hold is not lowered to an interview by being less behind
    assert_eq!(after(Rung::Hold, -1200).rung, Rung::Hold);
}

#[test]
fn who_has_only_a_remainder_left_or_no_money_is_lifted() {
    let mut facts = unit("a", &[0, 0, 0]);
    let mut left = Standing::default();
    let part = Part { available: Fen::new(999_999), spent: Fen::ZERO, unallocated: Fen::ZERO, target: Decimal::ONE, due: Decimal::ONE };
    left.add(&part).unwrap();
    facts.months[2] = left; // 9,999.99 yuan of which nothing is spent
    assert_eq!((judge_after(&[facts], Rung::Hold).rung, rung(&[0])), (Rung::None, Rung::None));
    let gone = Facts { months: Vec::new(), ..unit("a", &[]) };
    let month = Month::new(2018, 3).unwrap();
    let before = BTreeMap::from([((SubjectKind::Unit, "a".to_string()), Rung::Hold)]);
    let decision = decide(month, &[gone], &before, &policy()).remove(0);
    assert_eq!((decision.rung, decision.lifted, decision.gap), (Rung::None, true, None));
}

#[test]
fn targets_are_weighed_by_money_and_new_funds_ask_for_nothing_yet() {
    let mut unit = Standing::default();
    let part = |available, spent, target: i64, due: i64| Part {
        available: wan(available),
        spent: wan(spent),
        unallocated: Fen::ZERO,
        target: Decimal::new(target, 2),
        due: Decimal::new(due, 2),
    };
    // 300 万元 towards 95%, due 60%; 100 towards 92%, due 58%; 100 received lately, of which 5 are spent
    for one in [part(300, 150, 95, 60), part(100, 40, 92, 58), part(100, 5, 95, 0)] {
        unit.add(&one).unwrap();
    }
    assert_eq!((unit.available, unit.spent, unit.due()), (wan(500), wan(195), wan(238)));
    assert_eq!(unit.target(), Some(Decimal::new(944, 3))); // (285 + 92 + 95) / 500
    assert_eq!(unit.schedule(), Some(Decimal::new(476, 3)));
    assert_eq!(unit.gap(), Some(Decimal::new(-86, 1))); // 39% − 47.6%
}

#[test]
fn back_goes_the_oldest_first_up_to_what_is_short() {
    let decision = judge_after(&[unit("a", &[-1000, -1000, -1000, -1000, -1000, -1000, -1000, -1000, -1000, -3000])], Rung::None);
    assert_eq!((decision.rung, decision.due.get() - decision.spent.get()), (Rung::Reclaim, wan(300).get()));
    let spare = |project: &str, amount, untouched_days| Spare {
        fund: "F1".into(),
        unit: "a".into(),
        project: project.into(),
        program: String::new(),
        amount,
        untouched_days,
    };
    let spares = [spare("X1", wan(200), 120), spare("X2", wan(150), 300), spare("X3", wan(500), 89), spare("X4", Fen::new(999_999), 400)];
    let proposed = spare::proposals(&decision, &spares, &policy());
    let amounts: Vec<(&str, Fen)> = proposed.iter().map(|p| (p.project.as_str(), p.amount)).collect();
    assert_eq!(amounts, [("X2", wan(150)), ("X1", wan(150))], "X3 was touched lately, X4 is a remainder, X1 only in part");
    let held = Decision { rung: Rung::Hold, ..decision.clone() };
    assert_eq!(spare::proposals(&held, &spares, &policy()), []);
    let idle = Decision { idle_days: Some(730), ..decision };
    let all: i64 = spare::proposals(&idle, &spares, &policy()).iter().map(|p| p.amount.get()).sum();
    assert_eq!(all, wan(350).get(), "money past its limit goes back whole");
}
