//! Look-ups in small books.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]

use super::{batch, fund, voucher};
use crate::app::inquiry::batch::BatchState;
use crate::app::sample::{Sample, wan};
use crate::app::specimen;
use crate::domain::calendar::Month;
use crate::domain::money::Fen;

#[test]
fn vouchers_are_listed_newest_first_and_shown_with_both_groups() {
    let mut s = Sample::year();
    let filter = voucher::VoucherFilter { month: None, before: None, limit: 3 };
    let seqs = |list: Vec<voucher::VoucherHead>| list.iter().map(|v| v.seq).collect::<Vec<_>>();
    assert_eq!(seqs(voucher::list(&mut s.bureau, &filter).unwrap()), [14, 13, 12]);
    assert_eq!(seqs(voucher::list(&mut s.bureau, &voucher::VoucherFilter { before: Some(12), ..filter }).unwrap()), [11, 10, 9]);
    let march = voucher::VoucherFilter { month: Month::new(2018, 3), ..filter };
    let march = voucher::list(&mut s.bureau, &march).unwrap();
    assert_eq!((march[0].label.as_str(), march[0].amount), ("记-2018-03-0004", wan(20)));

    for name in ["6", "#6", "记-2018-03-0002", "2018-03-2"] {
        let found = voucher::show(&mut s.bureau, name).unwrap();
        assert_eq!((found.head.seq, found.lines.len(), found.hash.len()), (6, 4, 64));
        assert_eq!(found.lines[0].dimension, "A号 东河镇 P1");
        assert_eq!(found.recorded_at, "2018-03-05 09:00:00");
        let table = found.table();
        assert_eq!(table.rows.len(), 6);
        assert_eq!(table.notes[1], "制单：张会计　复核：李复核　记录时间：2018-03-05 09:00:00");
    }
    assert_eq!(voucher::show(&mut s.bureau, "99").unwrap_err().code(), Some("no_voucher"));
    assert_eq!(voucher::show(&mut s.bureau, "三月").unwrap_err().code(), Some("voucher_name"));
}

#[test]
fn a_batch_shows_its_way_and_masks_its_people() {
    let mut s = specimen::build();
    let list = batch::list(&mut s.bureau, None).unwrap();
    let states: Vec<_> = list.iter().map(|b| (b.code.as_str(), b.state)).collect();
    assert_eq!(states, [("PC1", BatchState::Sent), ("PC1-R1", BatchState::Reserved)], "one line is not answered yet");
    assert_eq!((list[0].paid_lines, list[0].paid, list[0].returned_lines, list[0].returned), (2, Fen::new(20_000), 1, Fen::new(10_000)));
    assert_eq!(list[1].reissue_of.as_deref(), Some("PC1"));
    assert_eq!(batch::list(&mut s.bureau, Some(BatchState::Approved)).unwrap().len(), 0);
    let shown = batch::show(&mut s.bureau, "PC1").unwrap();
    let stages: Vec<&str> = shown.stages.iter().map(|stage| stage.stage.as_str()).collect();
    assert_eq!(stages, ["reserved", "approved", "sent"]);
    assert_eq!(shown.open_returns, [], "the returned line is paid again");
    s.tamper("DELETE FROM payment_exit");
    let open = batch::show(&mut s.bureau, "PC1").unwrap().open_returns;
    assert_eq!((open[0].name.as_str(), open[0].account.as_str()), ("李*", "6217***********0027"));
    assert_eq!(batch::show(&mut s.bureau, "PC9").unwrap_err().code(), Some("no_batch"));
}

#[test]
fn funds_say_what_is_left() {
    let mut s = Sample::year();
    let funds = fund::list(&mut s.bureau).unwrap();
    let left: Vec<_> = funds.iter().map(|f| (f.doc_no.as_str(), f.unallocated, f.held)).collect();
    assert_eq!(left, [("A号", wan(100), wan(580)), ("B号", wan(200), wan(200)), ("C号", Fen::ZERO, Fen::ZERO)]);
}
