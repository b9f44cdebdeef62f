//! The demo county's misuse is found: all of what is planted, and hardly anything else.

use sunledger::app::Bureau;
use sunledger::app::book::DEFAULT_BOOK;
use sunledger::app::demo::generate::Shape;
use sunledger::app::demo::{Options, run};
use sunledger::app::screening::score;
use sunledger::domain::calendar::parse_date;
use sunledger::domain::screening::score::ScoreReport;

fn scored(seed: u64, households: u64) -> ScoreReport {
    let dir = tempfile::tempdir().unwrap();
    let shape = Shape { seed, households, years: vec![2018, 2019] };
    let report = run(&Options { dir: dir.path().to_path_buf(), shape, seats: false }, &mut |_| {}).unwrap();
    assert!(report.closing.verified.as_ref().is_some_and(|verified| verified.holds()));
    let mut bureau = Bureau::open(&format!("sqlite://{}", report.database.display()), DEFAULT_BOOK).unwrap();
    score::run(&mut bureau, parse_date("2019-12-31").unwrap(), &report.labels).unwrap()
}

#[test]
fn all_that_is_planted_is_found_and_little_else() {
    let report = scored(2018, 120);
    assert!(report.missed.is_empty(), "{:#?}", report.missed);
    assert_eq!(report.found, report.labels);
    assert!(report.true_findings * 100 >= report.findings * 95, "{:#?}", report.false_findings);
    // every rule has looked, and all but the one that entry itself enforces (M01) have something to find in two years
    assert!(report.rules.iter().all(|rule| rule.checked && rule.why.is_empty()), "every list is there and fresh");
    let nothing: Vec<&str> = report.rules.iter().filter(|rule| rule.labels == 0).map(|rule| rule.rule).collect();
    assert!(nothing.iter().all(|rule| ["M01", "U08", "U15"].contains(rule)), "{nothing:?}");
    assert!(report.rules.iter().map(|rule| rule.innocents).sum::<usize>() >= 30, "look-alikes of all kinds");
}
