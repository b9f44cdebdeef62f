//! Progress out of a small book, with figures computed by hand (万元).
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::{Query, progress};
use crate::app::KnownAt;
use crate::app::close::close_year;
use crate::app::sample::{A, B, NEXT, ROADS, Sample, TOWN, day, wan};
use crate::domain::money::Fen;
use crate::domain::progress::{GroupBy, ProgressReport, ProgressRow};

fn ask(s: &mut Sample, as_of: i64, by: GroupBy) -> ProgressReport {
    progress(&mut s.bureau, &Query { as_of: day(as_of), known_at: None, by }).unwrap()
}

fn known(s: &mut Sample, as_of: i64, by: GroupBy, at: KnownAt) -> ProgressReport {
    progress(&mut s.bureau, &Query { as_of: day(as_of), known_at: Some(at), by }).unwrap()
}

fn row<'r>(report: &'r ProgressReport, key: &str) -> &'r ProgressRow {
    report.rows.iter().find(|row| row.key == key).unwrap()
}

/// Available, then unallocated, allocated, reserved, in transit, returned, moved, retention, household, payee.
fn figures(row: &ProgressRow) -> [Fen; 10] {
    [
        row.available,
        row.unallocated,
        row.allocated,
        row.reserved,
        row.in_transit,
        row.returned,
        row.moved,
        row.retention,
        row.paid_household,
        row.paid_payee,
    ]
}

#[test]
fn every_place_holds_its_money_and_spent_is_what_arrived() {
    let mut s = Sample::year();
    let report = ask(&mut s, 20180831, GroupBy::Unit);
    let town = [400, 0, 20, 50, 30, 20, 0, 0, 280, 0].map(wan);
    let roads = [500, 0, 235, 0, 0, 0, 100, 25, 0, 140].map(wan);
    let nobody = [300, 300, 0, 0, 0, 0, 0, 0, 0, 0].map(wan);
    assert_eq!(figures(row(&report, "U1")), town);
    assert_eq!(figures(row(&report, "U2")), roads);
    assert_eq!(figures(row(&report, "")), nobody);
    assert_eq!(row(&report, "").name, "未分配");
    assert_eq!((row(&report, "").rank, row(&report, "U1").rank), (None, Some(1)));
    assert_eq!((report.total.available, report.total.spent), (wan(1200), wan(420)));
}

#[test]
fn an_earlier_day_shows_the_state_of_that_day() {
    let mut s = Sample::year();
    let sent = ask(&mut s, 20180307, GroupBy::Level).total;
    assert_eq!((sent.in_transit, sent.spent), (wan(300), Fen::ZERO));
    let answered = ask(&mut s, 20180331, GroupBy::Level).total;
    assert_eq!((answered.in_transit, answered.returned, answered.spent), (Fen::ZERO, wan(20), wan(280)));
    let before = ask(&mut s, 20180109, GroupBy::Fund);
    assert_eq!((before.rows.len(), before.total.available), (0, Fen::ZERO));
}

#[test]
fn every_grouping_shares_out_the_same_money() {
    let mut s = Sample::year();
    for by in GroupBy::ALL {
        let report = ask(&mut s, 20180831, by);
        assert_eq!((report.total.available, report.total.spent), (wan(1200), wan(420)), "{by:?}");
    }
    let names = |report: &ProgressReport| report.rows.iter().map(|r| (r.name.clone(), r.available)).collect::<Vec<_>>();
    let funds = ask(&mut s, 20180831, GroupBy::Fund);
    assert_eq!(names(&funds), [("中央专项资金".into(), wan(1000)), ("县级配套".into(), wan(200))]);
    let projects = ask(&mut s, 20180831, GroupBy::Project);
    assert_eq!(names(&projects), [("村道硬化".into(), wan(500)), ("（无项目）".into(), wan(700))]);
    let programs = ask(&mut s, 20180831, GroupBy::Program);
    assert_eq!(names(&programs), [("产业奖补".into(), wan(400)), ("（无政策）".into(), wan(800))]);
}

#[test]
fn the_forecast_looks_at_the_last_ninety_days() {
    let mut s = Sample::year();
    // 2 April to 30 June: 150 paid, 10 back; 184 days are left: 140 × 184 / 90 = 286.222222.
    let total = ask(&mut s, 20180630, GroupBy::Fund).total;
    assert_eq!(total.forecast, Fen::new(420_000_000 + 286_222_222));
    // From 3 June on only the 10 came back: no rate.
    assert_eq!(ask(&mut s, 20180831, GroupBy::Fund).total.forecast, wan(420));
}

#[test]
fn months_are_cumulative() {
    let mut s = Sample::year();
    let report = ask(&mut s, 20180815, GroupBy::Month);
    let spent: Vec<Fen> = report.rows.iter().map(|row| row.spent).collect();
    assert_eq!(spent, [0, 0, 280, 280, 430, 420, 420, 420].map(wan));
    assert_eq!((report.rows[0].available, report.rows[1].available), (wan(1000), wan(1200)));
    assert_eq!(report.rows[7].as_of, day(20180815));
    let june = ask(&mut s, 20180630, GroupBy::Fund).total;
    assert_eq!((report.rows[5].forecast, figures(&report.rows[5])), (june.forecast, figures(&june)));
}

#[test]
fn a_later_correction_leaves_last_months_figures_to_be_had() {
    let mut s = Sample::year();
    let printed = ask(&mut s, 20180831, GroupBy::Unit);
    let by_month = ask(&mut s, 20180831, GroupBy::Month);
    let head = s.head();
    // In September 40 turns out to have come back in August, and a new fund is entered late.
    s.post_at(20180820, 20180910, "refund_payee", "", ROADS, ROADS, wan(40));
    s.post_at(20180825, 20180911, "receive", "own", B, B, wan(60));
    s.post_at(20180912, 20180912, "allocate", "", A, TOWN, wan(100));
    let now = ask(&mut s, 20180831, GroupBy::Unit);
    assert_eq!((now.total.available, now.total.spent), (wan(1260), wan(380)));
    for at in [KnownAt::Seq(head), KnownAt::parse("2018-09-05").unwrap(), KnownAt::parse("2018-09-10 08:59:59").unwrap()] {
        let again = known(&mut s, 20180831, GroupBy::Unit, at);
        assert_eq!((&again.rows, &again.total), (&printed.rows, &printed.total));
        assert_eq!(again.known_at, Some(at.label()));
        assert_eq!(known(&mut s, 20180831, GroupBy::Month, at).rows, by_month.rows);
    }
    let half = known(&mut s, 20180831, GroupBy::Unit, KnownAt::parse("2018-09-10 09:00:00").unwrap());
    assert_eq!((half.total.available, half.total.spent), (wan(1200), wan(380)));
    assert_eq!(known(&mut s, 20180831, GroupBy::Unit, KnownAt::Seq(0)).rows.len(), 0);
}

#[test]
fn a_years_close_does_not_disturb_its_figures_and_carries_the_rest_over() {
    let mut s = Sample::year();
    s.post(20181120, "receive", "upper", NEXT, NEXT, wan(300));
    let december = ask(&mut s, 20181231, GroupBy::Unit);
    assert_eq!(december.total.available, wan(1200), "next year's early notice is not this year's money");
    let before = s.head();
    close_year(&mut s.bureau, &Sample::context(20190110), 2018).unwrap();
    let closed = ask(&mut s, 20181231, GroupBy::Unit);
    assert_eq!((&closed.rows, &closed.total), (&december.rows, &december.total));
    assert_eq!(ask(&mut s, 20181231, GroupBy::Month).total.spent, wan(420));

    // 1200 − 420 carried over and 300 of the new year's.
    let january = ask(&mut s, 20190131, GroupBy::Level);
    assert_eq!((january.total.available, january.total.spent), (wan(1080), Fen::ZERO));
    let unclosed = known(&mut s, 20190131, GroupBy::Level, KnownAt::Seq(before));
    assert_eq!(figures(&unclosed.total), figures(&january.total), "carry-over does not wait for the close");

    s.post(20190215, "onward", "", ROADS, ROADS, wan(60));
    s.post(20190220, "refund_payee", "prior_year", ROADS, ROADS, wan(5));
    let february = ask(&mut s, 20190228, GroupBy::Unit);
    assert_eq!((february.total.available, february.total.spent), (wan(1085), wan(60)));
    assert_eq!((row(&february, "U2").moved, row(&february, "U2").allocated), (wan(40), wan(240)));
    let months = ask(&mut s, 20190228, GroupBy::Month);
    assert_eq!((months.rows[1].available, months.rows[1].spent), (wan(1085), wan(60)));
}

#[test]
fn reclaimed_money_is_not_available() {
    let mut s = Sample::year();
    s.post(20180820, "reclaim", "own", B, B, wan(50));
    let report = ask(&mut s, 20180831, GroupBy::Fund);
    assert_eq!((report.total.available, row(&report, "B号").available), (wan(1150), wan(150)));
    s.post(20180821, "release", "", TOWN, TOWN, wan(20));
    let town = ask(&mut s, 20180831, GroupBy::Unit);
    assert_eq!((row(&town, "U1").returned, row(&town, "U1").allocated), (Fen::ZERO, wan(40)));
}

#[test]
fn a_policy_that_means_nothing_is_refused() {
    let mut s = Sample::year();
    let ctx = Sample::context(20180801);
    s.bureau.write(|tx, book| crate::app::book::set(tx, book, &ctx, "progress.curve", 20180701, "stairs:06-30=50,12-31=95")).unwrap();
    assert_eq!(ask(&mut s, 20180831, GroupBy::Fund).total.schedule, rust_decimal::Decimal::new(5, 1));
    assert_eq!(ask(&mut s, 20180630, GroupBy::Fund).policy.curve, "linear");
    s.bureau.write(|tx, book| crate::app::book::set(tx, book, &ctx, "progress.target", 20180801, "很多")).unwrap();
    let query = Query { as_of: day(20180831), known_at: None, by: GroupBy::Fund };
    assert_eq!(progress(&mut s.bureau, &query).unwrap_err().code(), Some("setting"));
}
