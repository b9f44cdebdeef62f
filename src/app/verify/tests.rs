//! A small book with every kind of event; it stands, and each way of tampering is told by name.

use super::{VerifyReport, verify, verify_against};
use crate::app::specimen::{self, Specimen};

fn check(book: &mut Specimen) -> VerifyReport {
    verify(&mut book.bureau, &mut |_| ()).unwrap()
}

/// Breaks a copy of the book with plain SQL, its guards taken down, and verifies it.
fn tampered(sql: &str) -> VerifyReport {
    let mut book = specimen::build();
    book.tamper(sql);
    check(&mut book)
}

#[track_caller]
fn assert_first(sql: &str, seq: i64, code: &str) {
    let report = tampered(sql);
    let first = report.first_broken.as_ref().map(|first| first.seq);
    assert_eq!(first, Some(seq), "{sql}\n{:#?}", report.problems);
    assert!(report.problems.iter().any(|p| p.voucher == Some(seq) && p.code == code), "{sql}\n{:#?}", report.problems);
}

#[track_caller]
fn assert_told(sql: &str, code: &str) {
    let report = tampered(sql);
    assert!(report.problems.iter().any(|p| p.code == code), "{sql}\n{:#?}", report.problems);
}

fn seq_of(event: &str) -> i64 {
    let mut book = specimen::build();
    book.int(&format!("SELECT MIN(seq) FROM voucher WHERE event = '{event}'"))
}

#[test]
fn a_sound_book_stands() {
    let mut book = specimen::build();
    let mut phases = Vec::new();
    let report = verify(&mut book.bureau, &mut |p| phases.push(p)).unwrap();
    assert!(report.holds(), "{:#?}", report.problems);
    assert_eq!(report.head_seq, report.vouchers as i64);
    assert_eq!(report.payments, 4 + 1); // four lines, one paid again
    assert!(phases.iter().all(|p| p.done <= p.total));
}

#[test]
fn changed_vouchers_and_postings_are_named() {
    assert_first("UPDATE voucher SET summary = summary || '。' WHERE seq = 2", 2, "chain_hash");
    assert_first("UPDATE voucher SET maker = '他人' WHERE seq = 3", 3, "chain_hash");
    assert_first("UPDATE voucher SET checker = maker WHERE seq = 3", 3, "two_people");
    assert_first("UPDATE voucher SET recorded_at = recorded_at + 1 WHERE seq = 4", 4, "chain_hash");
    assert_first("UPDATE posting SET debit = debit + 1 WHERE voucher = 2 AND debit > 0", 2, "unbalanced");
    assert_first("UPDATE posting SET debit = debit + (debit > 0), credit = credit + (credit > 0) WHERE voucher = 2", 2, "chain_hash");
    assert_first("UPDATE posting SET date = date + 1 WHERE voucher = 3", 3, "posting_date");
    assert_first("UPDATE allocation SET unit = 'U00' WHERE id = 1", seq_of("allocate"), "chain_hash");
    assert_first("UPDATE file SET digest = zeroblob(32) WHERE id = 1", 1, "chain_hash");
    assert_first("UPDATE voucher SET number = number + 40 WHERE seq = 2", 2, "number");
}

#[test]
fn a_rehashed_voucher_breaks_the_link_after_it() {
    assert_first("UPDATE voucher SET hash = zeroblob(32) WHERE seq = 3", 3, "chain_hash");
    let report = tampered("UPDATE voucher SET hash = zeroblob(32) WHERE seq = 3");
    assert!(report.problems.iter().any(|p| p.voucher == Some(4) && p.code == "chain_link"));
}

#[test]
fn missing_swapped_and_truncated_vouchers_are_named() {
    assert_first("DELETE FROM posting WHERE voucher = 3; DELETE FROM voucher WHERE seq = 3", 3, "chain_gap");
    assert_first(
        "UPDATE voucher SET seq = 1003 WHERE seq = 3; UPDATE voucher SET seq = 3 WHERE seq = 4; UPDATE voucher SET seq = 4 WHERE seq = 1003",
        3,
        "chain_link",
    );
    let mut book = specimen::build();
    let last = book.int("SELECT MAX(seq) FROM voucher");
    let rewind = "UPDATE chain SET seq = seq - 1, hash = (SELECT v.hash FROM voucher v WHERE v.seq = chain.seq - 1)";
    let cut = format!("DELETE FROM posting WHERE voucher = {last}; DELETE FROM voucher WHERE seq = {last}");
    assert_first(&cut, last, "chain_head");
    assert_first(&format!("{cut}; {rewind}"), last, "number");
    assert_first(&format!("DELETE FROM voucher WHERE seq = {last}; {rewind}"), last, "orphan");
}

#[test]
fn an_end_cut_off_without_trace_is_told_by_a_head_kept_elsewhere() {
    let mut book = specimen::build();
    let head = check(&mut book).head_hash;
    let kept = verify_against(&mut book.bureau, std::slice::from_ref(&head), &mut |_| ()).unwrap();
    assert!(kept.holds());
    let other = verify_against(&mut book.bureau, &["00".repeat(32)], &mut |_| ()).unwrap();
    assert_eq!(other.problems[0].code, "expected_head");
}

#[test]
fn changed_payee_lines_name_the_voucher_that_sealed_them() {
    let (reserve, confirm, failed) = (seq_of("reserve"), seq_of("confirm"), seq_of("return"));
    assert_first("UPDATE payment SET amount = amount + 100 WHERE batch = 1 AND line = 1", reserve, "details");
    assert_first("UPDATE payment SET person = 3 WHERE batch = 1 AND line = 1", reserve, "details");
    assert_first("UPDATE payment SET card = 3 WHERE batch = 1 AND line = 1", reserve, "details");
    assert_first("UPDATE card SET account = '6217000000000000999' WHERE id = 1", reserve, "details");
    assert_first("UPDATE person SET id_no = '469007197001010017' WHERE id = 2", reserve, "details");
    assert_first("UPDATE payment SET start = start + 1 WHERE batch = 1 AND line = 2", reserve, "details");
    assert_first("UPDATE batch_stage SET digest = zeroblob(32) WHERE batch = 1 AND stage = 'reserved'", reserve, "details");
    assert_first("UPDATE payment_result SET reason = '改过' WHERE batch = 1 AND paid = 0", failed, "details");
    assert_first("UPDATE payment_result SET paid = 1 WHERE batch = 1 AND paid = 0", failed, "details");
    assert_first("UPDATE payment_result SET bank_ref = 'X' WHERE batch = 1 AND line = 1", confirm, "details");
    assert_first("DELETE FROM payment_result WHERE batch = 1 AND line = 1", confirm, "details");
    assert_first("DELETE FROM payment_result WHERE batch = 1 AND paid = 1", confirm, "details");
}

#[test]
fn a_renamed_holder_or_moved_person_is_no_tampering() {
    let report = tampered("UPDATE person SET name = '改名', household = 'H2'; UPDATE card SET holder = '改名', valid_to = 20190101");
    assert!(report.holds(), "{:#?}", report.problems);
}

#[test]
fn changed_sums_are_told() {
    assert_told("UPDATE balance SET debit = debit + 1 WHERE account = 9202", "balance");
    assert_told("UPDATE balance SET sign = 0 WHERE account = 9202", "below_zero");
    assert_told("DELETE FROM balance WHERE account = 920501", "balance");
    assert_told("UPDATE daily SET credit = credit + 1 WHERE account = 9201", "daily");
    assert_told("UPDATE daily SET date = date + 1 WHERE account = 9201", "daily");
    assert_told("UPDATE period SET vouchers = vouchers - 1 WHERE month = 5", "number");
    assert_told("PRAGMA foreign_keys = OFF; INSERT INTO posting VALUES (7, 1, 1, 20180101, 0, 9201, 1, 5, 0)", "orphan");
}

#[test]
fn changed_documents_name_their_voucher() {
    assert_first("UPDATE fund SET amount = amount + 1", seq_of("receive"), "document");
    assert_first("UPDATE allocation_act SET amount = amount + 1 WHERE id = 1", seq_of("allocate"), "document");
    assert_first("UPDATE disbursement SET amount = amount + 1", seq_of("pay"), "document");
    assert_first("DELETE FROM disbursement_slice", seq_of("pay"), "document");
    assert_first("UPDATE refund SET amount = amount + 1", seq_of("refund_household"), "document");
    assert_first("DELETE FROM refund", seq_of("refund_household"), "document");
    assert_first("UPDATE batch_slice SET dim = 1 WHERE batch = 1", seq_of("reserve"), "document");
    assert_told("UPDATE batch_stage SET actor = (SELECT maker FROM batch WHERE id = 1) WHERE stage = 'approved'", "two_people");
}
