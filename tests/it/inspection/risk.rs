//! Where to look first: the score with its reasons, findings as they stand, and plans that follow from them.

use super::{at, day, drawn, paid_county, planned, quarter};
use crate::support::on_both;
use rust_decimal::Decimal;
use sunledger::app::inspection::plan::{self, NewPlan};
use sunledger::app::inspection::risk::{By, risk};
use sunledger::app::inspection::{Scope, ScopeKind};
use sunledger::domain::inspection::plan::{Method, PlanKind};
use sunledger::domain::inspection::risk::Component;

/// A run of screening after the one of the batch's approval, which found nothing; it found: a block on line 1, a hold on the household of line 30, a note that has passed away, and a
/// hold on the unit that is set aside.
fn screened(db: &crate::support::TestDb) {
    let digest = db.blob(&[1; 32]);
    let household =
        db.raw().rows("SELECT h.code FROM payment p JOIN household h ON h.id = p.household WHERE p.line = 30").remove(0).remove(0);
    let run = db.raw().int("SELECT COALESCE(MAX(id), 0) + 1 FROM screen_run");
    let version = |finding: i64, present: i64, severity: &str, payments: &str| {
        format!("INSERT INTO finding_version VALUES (1, {finding}, {run}, {present}, '{severity}', 0, '{payments}', '{{}}', {digest})")
    };
    let sql = [
        format!("INSERT INTO screen_run VALUES (1, {run}, 20180630, NULL, 1, 1, {digest}, 40, 40, 4, '甲', 0)"),
        format!("INSERT INTO finding VALUES (1, 1, 'aaaa', 'P03', 'account', '621700', '', {run})"),
        format!("INSERT INTO finding VALUES (1, 2, 'bbbb', 'S04', 'household', '{household}', '', {run})"),
        format!("INSERT INTO finding VALUES (1, 3, 'cccc', 'P08', 'account', '621701', '', {run})"),
        format!("INSERT INTO finding VALUES (1, 4, 'dddd', 'U05', 'unit', 'D01', '', {run})"),
        version(1, 1, "block", "[\"PC01+1\"]"),
        version(2, 1, "hold", "[]"),
        version(3, 0, "note", "[\"PC01+2\"]"),
        version(4, 1, "hold", "[]"),
        "INSERT INTO finding_suppression VALUES (1, 1, 4, 20991231, '已核实', '甲', '乙', 0)".to_string(),
    ];
    for statement in sql {
        db.raw().transact(&statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

#[test]
fn scores_explain_themselves() {
    on_both(|db| {
        let before = risk(&mut db.bureau(), By::Village, day(6, 30)).unwrap();
        assert!(before.not_measured.contains(&Component::Findings), "never screened is not clean");
        let mut bureau = paid_county(db);
        screened(db);
        let villages = risk(&mut bureau, By::Village, day(6, 30)).unwrap();
        assert!(!villages.not_measured.contains(&Component::Findings));
        let of = |key: &str| villages.scores.iter().find(|score| score.key == key).unwrap();
        // 3 of 30 points earn 4 of 40; nothing returned, no error in inspections; weights there are 40, 15 and 10 (complaints: 5)
        let (first, second) = (of("469007101201"), of("469007102201"));
        let points = |score: &sunledger::domain::inspection::risk::Score| score.parts.iter().map(|part| part.points).sum::<Decimal>();
        assert_eq!((points(first), points(second).round_dp(2)), (Decimal::from(4), Decimal::new(267, 2)));
        assert_eq!(second.parts[0].value, 2);
        assert!(first.words().contains("疑点 3 分（满值 30 分）得 4/40 分"), "{}", first.words());
        let units = risk(&mut bureau, By::Unit, day(6, 30)).unwrap();
        let unit = units.scores.iter().find(|score| score.key == "D01").unwrap();
        let value = |component| unit.parts.iter().find(|part| part.component == component).map(|part| part.value);
        assert_eq!(value(Component::Findings), Some(3), "what is set aside does not count");
        assert_eq!(value(Component::Returns), Some(0));
        assert!(value(Component::Progress).is_some());
        let programs = risk(&mut bureau, By::Program, day(6, 30)).unwrap();
        assert!(programs.scores.iter().any(|score| score.key == "ST01" && score.parts[0].value == 3));
    });
}

#[test]
fn a_plan_may_follow_findings_and_risk() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        screened(db);
        let finding = |value: &str| Scope { kind: ScopeKind::Finding, value: value.into() };
        let targeted = NewPlan {
            code: Some("D1".into()),
            kind: PlanKind::Targeted,
            quarter: None,
            period: Some((day(1, 1), day(12, 31))),
            scope: vec![finding("aaaa"), finding("bbbb")],
            ..quarter(Method::Random, None)
        };
        planned(&mut bureau, &targeted);
        let drawing = drawn(&mut bureau, "D1", "种子").unwrap();
        assert_eq!((drawing.items, drawing.sampled), (2, 2), "the payment of one, the household of the other");
        let unknown = NewPlan { code: Some("D2".into()), scope: vec![finding("zzzz")], ..targeted.clone() };
        plan::create(&mut bureau, &at("主管", day(7, 2)), &unknown).unwrap();
        assert_eq!(drawn(&mut bureau, "D2", "种子").unwrap_err().code(), Some("no_finding"));

        planned(&mut bureau, &NewPlan { code: Some("D3".into()), ..quarter(Method::Risk, Some(6)) });
        drawn(&mut bureau, "D3", "种子").unwrap();
        // 4 of 70 points are 5.71 of 100, and one more; the other village 2.67 of 70, 3.81
        let weights = db.raw().rows(
            "SELECT village, MIN(weight), MAX(weight) FROM inspection_frame f JOIN inspection_plan p
            ON p.id = f.plan WHERE p.code = 'D3' GROUP BY village ORDER BY village",
        );
        assert!(weights.iter().all(|row| row[1] == row[2] && row[1].parse::<i64>().unwrap() > 1), "{weights:?}");
        assert_ne!(weights[0][1], weights[1][1]);
    });
}
