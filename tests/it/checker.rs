//! The independent checker: its own test, and its agreement with the program over a book written by the program.

use crate::support::builders::{UNALLOCATED, day, post};
use crate::support::checker::python_selftest;
use crate::support::db::ctx;
use crate::support::{Books, TestDb, on_both, python_checker};
use serde_json::{Map, Value as Json};
use std::path::Path;
use sunledger::app::ledger::Movement;
use sunledger::domain::money::Fen;

#[test]
fn the_checker_finds_what_was_tampered_with() {
    let output = python_selftest();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_checker_agrees_with_the_program() {
    on_both(|db| {
        let mut books = Books::new(db);
        let reserve = [Movement::within(books.u01, Fen::new(100_000))];
        post(&mut books.bureau, &ctx("经办甲"), "move", "", day(4, 2), &reserve).unwrap();
        let dir = tempfile::tempdir().unwrap();
        export(db, dir.path(), &[]);
        let sound = python_checker(dir.path());
        let said = String::from_utf8_lossy(&sound.stdout).into_owned();
        assert!(sound.status.success() && said.starts_with("OK 3 vouchers"), "{said}{}", String::from_utf8_lossy(&sound.stderr));

        // one fen more on either side of voucher 2
        export(db, dir.path(), &[(2, 4_000_001)]);
        let broken = python_checker(dir.path());
        let said = String::from_utf8_lossy(&broken.stdout).into_owned();
        assert!(!broken.status.success() && said.contains("voucher 2 "), "{said}");
    });
}

const VOUCHERS: &str = "SELECT b.code AS book, v.seq, v.number, v.date, v.closing, v.event, v.summary, v.reference, v.attachments, v.maker,
       v.checker, COALESCE(v.reverses, 0) AS reverses, '' AS file_digest, v.details, '' AS details_digest, v.recorded_at,
       v.prev_hash, v.hash FROM voucher v JOIN book b ON b.id = v.book ORDER BY v.seq";
const VOUCHER_KEYS: [&str; 18] = [
    "book",
    "seq",
    "number",
    "date",
    "closing",
    "event",
    "summary",
    "reference",
    "attachments",
    "maker",
    "checker",
    "reverses",
    "file_digest",
    "details",
    "details_digest",
    "recorded_at",
    "prev_hash",
    "hash",
];
const POSTING_KEYS: [&str; 11] =
    ["account", "grp", "place", "normal", "fund", "allocation", "unit", "project", "program", "debit", "credit"];

/// The least export that holds vouchers without payee lines; `altered` gives a voucher's amounts another value.
fn export(db: &TestDb, dir: &Path, altered: &[(i64, i64)]) {
    let mut raw = db.raw();
    let mut text = String::new();
    for row in raw.rows(VOUCHERS) {
        let mut voucher = object(&VOUCHER_KEYS, &row);
        let seq = voucher["seq"].as_i64().unwrap();
        let amount = altered.iter().find(|(of, _)| *of == seq).map(|(_, amount)| *amount);
        let postings = raw.rows(&format!(
            "SELECT p.account, a.grp, a.role, a.normal, d.fund, COALESCE(l.doc_no, ''), COALESCE(l.unit, ''), COALESCE(l.project, ''),
                    COALESCE(l.program, ''), p.debit, p.credit
               FROM posting p JOIN account a ON a.book = p.book AND a.code = p.account JOIN dim d ON d.book = p.book AND d.id = p.dim
               LEFT JOIN allocation l ON l.book = d.book AND l.id = d.allocation
              WHERE p.voucher = {seq} ORDER BY p.line"
        ));
        let postings = postings.iter().map(|row| {
            let mut posting = object(&POSTING_KEYS, row);
            if let Some(amount) = amount {
                let side = if posting["debit"] == 0 { "credit" } else { "debit" };
                posting.insert(side.into(), amount.into());
            }
            Json::Object(posting)
        });
        voucher.insert("postings".into(), Json::Array(postings.collect()));
        text.push_str(&format!("{}\n", Json::Object(voucher)));
    }
    assert!(text.contains(&UNALLOCATED.to_string()));
    std::fs::write(dir.join("vouchers.jsonl"), text).unwrap();
}

/// Whole numbers become numbers; everything else stays text.
fn object(keys: &[&str], row: &[String]) -> Map<String, Json> {
    const TEXT: [&str; 13] = [
        "book",
        "event",
        "summary",
        "reference",
        "maker",
        "checker",
        "file_digest",
        "details_digest",
        "prev_hash",
        "hash",
        "fund",
        "unit",
        "place",
    ];
    let value = |key: &str, cell: &String| match cell.parse::<i64>() {
        Ok(number) if !TEXT.contains(&key) => Json::from(number),
        _ => Json::from(cell.as_str()),
    };
    keys.iter().zip(row).map(|(key, cell)| (key.to_string(), value(key, cell))).collect()
}
