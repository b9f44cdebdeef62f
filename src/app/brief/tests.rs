//! The brief out of a small book.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::{Query, gather, write};
use crate::app::KnownAt;
use crate::app::book::county_and_bureau;
use crate::app::sample::{ROADS, Sample, day, wan};
use crate::app::specimen;
use crate::domain::calendar::Month;
use crate::domain::money::Fen;

fn query(month: u32) -> Query {
    Query { month: Month::new(2018, month).unwrap(), known_at: None, issued_on: None, doc_number: None }
}

#[test]
fn the_brief_says_what_the_books_say() {
    let mut s = Sample::year();
    let input = gather(&mut s.bureau, &query(6)).unwrap();
    assert_eq!((input.county.as_str(), input.issuer.as_str()), ("东方市", "东方市财政局"));
    assert_eq!((input.as_of, input.issued_on), (day(20180630), day(20180705)));
    assert_eq!((input.total.available, input.total.spent), (wan(1200), wan(420)));
    assert_eq!(input.previous.unwrap().spent, wan(430));
    let units: Vec<&str> = input.by_unit.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(units, ["东河镇", "交通局"], "what is not allocated is no unit");
    assert_eq!(input.by_program.unwrap().rows.len(), 1);
    assert_eq!(input.chain_head.len(), 64);
    assert_eq!(gather(&mut s.bureau, &query(1)).unwrap().previous, None);
}

#[test]
fn the_same_arguments_give_the_same_bytes_and_later_vouchers_do_not_matter() {
    let mut s = Sample::year();
    let directory = tempfile::tempdir().unwrap();
    let first = write(&mut s.bureau, &query(6), &directory.path().join("一")).unwrap();
    assert_eq!(first.docx.file_name().unwrap(), "支出进度通报-2018-06.docx");
    let head = s.head();
    s.post(20180801, "pay", "", ROADS, ROADS, wan(7));
    let second = write(&mut s.bureau, &query(6), &directory.path().join("二")).unwrap();
    let same = |a: &std::path::Path, b: &std::path::Path| std::fs::read(a).unwrap() == std::fs::read(b).unwrap();
    assert!(same(&first.docx, &second.docx) && same(&first.xlsx, &second.xlsx));
    // A correction with a date in June changes the brief, but not the one known before it.
    s.post(20180620, "pay", "", ROADS, ROADS, wan(9));
    let third = write(&mut s.bureau, &query(6), &directory.path().join("三")).unwrap();
    assert!(!same(&first.docx, &third.docx));
    let known = Query { known_at: Some(KnownAt::Seq(head)), ..query(6) };
    let fourth = write(&mut s.bureau, &known, &directory.path().join("四")).unwrap();
    assert!(same(&first.docx, &fourth.docx) && same(&first.xlsx, &fourth.xlsx));
}

#[test]
fn returned_payments_are_followed_as_of_the_month_and_as_known() {
    let mut s = specimen::build();
    assert_eq!(gather(&mut s.bureau, &query(3)).unwrap().returned, []);
    let line = gather(&mut s.bureau, &query(4)).unwrap().returned.remove(0);
    assert_eq!((line.unit.as_str(), line.batch.as_str(), line.count, line.amount), ("八所镇", "PC1", 1, Fen::new(10_000)));
    assert_eq!((line.reissued_count, line.reissued, line.outstanding_count), (1, Fen::new(10_000), 0));
    let before = Query { known_at: Some(KnownAt::Seq(6)), ..query(4) };
    let line = gather(&mut s.bureau, &before).unwrap().returned.remove(0);
    assert_eq!((line.reissued_count, line.outstanding_count, line.outstanding), (0, 1, Fen::new(10_000)));
}

#[test]
fn the_county_is_in_the_books_name() {
    let pair = |county: &str, issuer: &str| (county.to_string(), issuer.to_string());
    assert_eq!(county_and_bureau("东方市财政局"), pair("东方市", "东方市财政局"));
    assert_eq!(county_and_bureau("东方市（示范数据）"), pair("东方市", "东方市财政局（示范数据）"));
    assert_eq!(county_and_bureau("扶贫资金账套"), pair("扶贫资金账套", "扶贫资金账套"));
}
