//! The questions that auditors ask first, with answers worked out by hand.

use super::book;
use crate::support::on_both;
use crate::way::day;
use sunledger::app::audit::{aging, cross, find, unusual, who, year_end};
use sunledger::domain::money::Fen;

#[test]
fn auditors_get_their_answers() {
    on_both(|db| {
        let (mut bureau, _) = book(db);
        let found = cross::cross(&mut bureau, 2018, None).unwrap();
        assert_eq!(found.unexplained(), 0, "{:#?}", found.rows);
        let spent = found.rows.iter().find(|row| row.month == 5 && row.fund == "琼财〔2018〕1号" && row.item == "本年支出").unwrap();
        // 700 + 1,000 + 2,000 booked; 450 + 1,000 + 500 arrived; 1,500 with the township, 250 returned of this fund
        assert_eq!((spent.statutory, spent.control, spent.explained), (Fen::new(370_000), Fen::new(195_000), Fen::new(175_000)));
        let aged = aging::aging(&mut bureau, day("2018-05-31"), None).unwrap();
        let unspent: i64 = aged.held.iter().map(|held| held.amount.get()).sum();
        assert_eq!(unspent, 1_500_000 - 195_000);
        assert!(aged.held.iter().all(|held| (145..=146).contains(&held.days)), "received on 5 and 6 January");
        let moved = find::Wanted { account: Some(9208), limit: 10, ..find::Wanted::default() };
        let (vouchers, more) = find::find(&mut bureau, &moved).unwrap();
        assert_eq!((vouchers.len(), more), (2, false), "moved to the township, and on from there");
        let exact = find::Wanted { least: Some(Fen::new(75_000)), most: Some(Fen::new(75_000)), limit: 10, ..find::Wanted::default() };
        assert_eq!(find::find(&mut bureau, &exact).unwrap().0.len(), 2, "reserved and sent");
        let words = find::Wanted { words: Some("退票".into()), person: Some("甲".into()), limit: 10, ..find::Wanted::default() };
        assert_eq!(find::find(&mut bureau, &words).unwrap().0.len(), 1);
        let odd = unusual::unusual(&mut bureau, 2018, 3).unwrap();
        let of = |kind: &str| odd.leads.iter().filter(|lead| lead.kind == kind).count();
        assert_eq!(of("大额"), 3);
        assert!(odd.leads.iter().any(|lead| lead.kind == "非工作日" && lead.why == "星期六"), "5 May 2018 is a Saturday");
        assert!(of("补记") > 0, "recorded on 26 June");
        let end = year_end::year_end(&mut bureau, 2018, 10).unwrap();
        assert!(end.vouchers.is_empty() && end.units.iter().any(|rush| rush.event == "pay" && rush.year == Fen::new(100_000)));
        let acts = who::who(&mut bureau, None).unwrap();
        assert!(acts.acts.iter().any(|act| act.person == "乙" && act.kind == "审批清册" && act.count == 1));
        assert!(acts.incompatible.iter().all(|both| both.same == 0));
    });
}
