//! The checker after a kill: what was acknowledged is in the book, once; at most one act is there beyond it, the one that
//! was under way; no money moved twice; and the book verifies from end to end.

use super::acts::MAKER;
use std::collections::{BTreeMap, BTreeSet};
use sunledger::app::{Bureau, verify};
use sunledger::params;

/// Keys of the acts that the book holds, as a worker acknowledges them, and how often each is there.
fn stored(bureau: &mut Bureau) -> BTreeMap<String, usize> {
    let mut acts: BTreeMap<String, usize> = BTreeMap::new();
    let found = bureau.read(|tx, book| {
        let mut keys = Vec::new();
        for row in tx.query("SELECT kind, digest FROM file WHERE book = $1 AND actor = $2 AND data_rows >= 0", params![book.id, MAKER])? {
            keys.push(format!("file {} {}", row.text(0)?, sunledger::domain::ledger::chain::hex(row.bytes(1)?)));
        }
        let stages = "SELECT s.stage, b.code FROM batch_stage s JOIN batch b ON b.book = s.book AND b.id = s.batch
                       WHERE s.book = $1 AND (s.stage <> 'reserved' OR b.reissue_of IS NOT NULL)";
        for row in tx.query(stages, params![book.id])? {
            keys.push(format!("{} {}", row.text(0)?, row.text(1)?));
        }
        for row in tx.query("SELECT year, month FROM period_event WHERE book = $1 AND reason = '月末结账'", params![book.id])? {
            keys.push(format!("month {} {}", row.int(0)?, row.int(1)?));
        }
        for row in tx.query("SELECT key FROM act WHERE book = $1 AND verb = 'year_close'", params![book.id])? {
            keys.push(format!("year {}", row.text(0)?.trim_start_matches("year_close:")));
        }
        Ok(keys)
    });
    for key in found.unwrap() {
        *acts.entry(key).or_default() += 1;
    }
    acts
}

/// What is wrong with the book, given what was acknowledged; the whole verification only if `deep`.
pub fn judge(bureau: &mut Bureau, acknowledged: &[String], deep: bool) -> Vec<String> {
    let (acts, acknowledged) = (stored(bureau), acknowledged.iter().cloned().collect::<BTreeSet<String>>());
    let mut wrong: Vec<String> = acknowledged.iter().filter(|key| !acts.contains_key(*key)).map(|key| format!("lost: {key}")).collect();
    wrong.extend(acts.iter().filter(|(_, count)| **count > 1).map(|(key, count)| format!("{count} times: {key}")));
    let beyond: Vec<&String> = acts.keys().filter(|key| !acknowledged.contains(*key)).collect();
    if beyond.len() > 1 {
        wrong.push(format!("more than the act under way was kept: {beyond:?}"));
    }
    wrong.extend(moved_twice(bureau));
    if deep {
        let report = verify::verify(bureau, &mut |_| {}).unwrap();
        wrong.extend(report.problems.iter().map(|problem| format!("verify: {problem:?}")));
    }
    wrong
}

/// Money moves once for each document: vouchers of the same event about the same paper; and files half entered.
fn moved_twice(bureau: &mut Bureau) -> Vec<String> {
    let found = bureau.read(|tx, book| {
        let mut wrong = Vec::new();
        let twice = "SELECT event, reference, COUNT(*) FROM voucher WHERE book = $1 AND event IN ('reserve', 'send', 'pay', 'refund')
                      GROUP BY event, reference HAVING COUNT(*) > 1";
        for row in tx.query(twice, params![book.id])? {
            wrong.push(format!("{} vouchers {} of {}", row.int(2)?, row.text(0)?, row.text(1)?));
        }
        for row in tx.query("SELECT id FROM file WHERE book = $1 AND data_rows < 0", params![book.id])? {
            wrong.push(format!("file {} is half entered", row.int(0)?));
        }
        Ok(wrong)
    });
    found.unwrap()
}
