//! A score worked by hand.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::domain::report::table::Cell;
use crate::domain::screening::sample::Sample;
use crate::domain::screening::{List, ParamTable, screen};

const FIRST: &str = "469007196001010011";
const SECOND: &str = "469007196201010022";
const THIRD: &str = "469007196301010033";

/// Two people who died in January and were paid for March; the second one twice; a third whom nobody lists.
fn county() -> Sample {
    let mut s = Sample::new();
    for (name, id_no) in [("王示甲", FIRST), ("王示乙", SECOND), ("王示丙", THIRD)] {
        s.person("H1", name, id_no);
    }
    s.program("DB", "月", 30_000);
    s.death(FIRST, 20180110);
    s.death(SECOND, 20180110);
    s.batch("一", "DB", 201803, 201803);
    for id_no in [FIRST, SECOND, THIRD] {
        s.paid(id_no, 30_000);
    }
    s.batch("二", "DB", 201803, 201803);
    s.paid(SECOND, 30_000);
    s
}

fn label(rule: &str, verdict: Verdict, key: &str, payments: &[&str]) -> Label {
    let payments = payments.iter().map(|p| (*p).to_string()).collect();
    Label { rule: rule.into(), verdict, kind: "person".into(), key: key.into(), payments, note: format!("{rule} 的说明") }
}

fn scored(s: &mut Sample, labels: &[Label]) -> ScoreReport {
    s.finish();
    let outcomes = screen(&s.facts, &ParamTable::new([]).unwrap(), &|rule| ["P03", "M03"].contains(&rule.id));
    score(&s.facts, &outcomes, labels)
}

fn of<'a>(report: &'a ScoreReport, rule: &str) -> &'a RuleScore {
    report.rules.iter().find(|r| r.rule == rule).unwrap()
}

#[test]
fn recall_and_precision_are_shares_of_labels_and_of_findings() {
    let labels = [
        label("P03", Verdict::Misuse, FIRST, &[]),
        label("P03", Verdict::Misuse, THIRD, &[]), // no list says so: missed
        label("M03", Verdict::Misuse, SECOND, &["二+1"]),
    ];
    let report = scored(&mut county(), &labels);
    let deaths = of(&report, "P03");
    // two people are found, one of whom is labelled; one of two labels is found
    assert_eq!((deaths.labels, deaths.found, deaths.findings, deaths.true_findings), (2, 1, 2, 1));
    assert_eq!((deaths.recall, deaths.precision), (Some(Decimal::new(5, 1)), Some(Decimal::new(5, 1))));
    let twice = of(&report, "M03");
    assert_eq!((twice.recall, twice.precision), (Some(Decimal::ONE), Some(Decimal::ONE)));
    // of all: two of three labels, two of three findings
    assert_eq!((report.labels, report.found, report.findings, report.true_findings), (3, 2, 3, 2));
    assert_eq!((report.missed.len(), report.missed[0].note.as_str()), (1, "P03 的说明"));
    assert_eq!(report.false_findings.len(), 1);
    assert_eq!(report.false_findings[0].payments, ["一+2", "二+1"]);
    assert!(report.false_findings[0].innocent.is_none());
}

#[test]
fn a_label_with_a_payment_wants_that_payment() {
    let report = scored(&mut county(), &[label("M03", Verdict::Misuse, SECOND, &["三+9"])]);
    assert_eq!((of(&report, "M03").found, of(&report, "M03").true_findings), (0, 0));
}

#[test]
fn an_innocent_who_is_hit_is_named() {
    let report = scored(&mut county(), &[label("P03", Verdict::Innocent, FIRST, &[]), label("P03", Verdict::Misuse, SECOND, &[])]);
    let deaths = of(&report, "P03");
    assert_eq!((deaths.labels, deaths.innocents, deaths.innocents_hit), (1, 1, 1));
    assert_eq!(report.false_findings.iter().filter_map(|f| f.innocent.as_deref()).collect::<Vec<_>>(), ["P03 的说明"]);
    assert!(!report.false_findings[0].subject.contains(FIRST), "masked");
}

#[test]
fn a_rule_without_its_list_has_no_score() {
    let mut s = county();
    s.without(List::Deaths);
    let report = scored(&mut s, &[label("P03", Verdict::Misuse, FIRST, &[])]);
    let deaths = of(&report, "P03");
    assert!(!deaths.checked && deaths.recall.is_none() && deaths.precision.is_none());
    assert_eq!((report.labels, report.recall), (0, None), "only what was checked counts");
    assert!(report.missed.is_empty());
    let printed = table(&report);
    assert!(printed.rows.iter().any(|row| row.cells.last() == Some(&Cell::text("未查：没有比对名单：死亡（ref-deaths）"))));
}
