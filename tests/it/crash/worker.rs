//! The process that is killed: it opens the book, goes on from where the book stands, and acknowledges act after act. The
//! mutant acknowledges first and acts then, as a careless service would.

use super::acts::{ROUNDS, Round, STEPS};
use super::journal::Journal;
use crate::support::child::order;
use crate::support::people::Payee;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use sunledger::app::Bureau;
use sunledger::params;

pub const URL: &str = "SUNLEDGER_CRASH_URL";
pub const DIR: &str = "SUNLEDGER_CRASH_DIR";
pub const SEED: &str = "SUNLEDGER_CRASH_SEED";
pub const EARLY: &str = "SUNLEDGER_CRASH_EARLY";

/// A worker that nobody kills ends by itself.
const LONGEST: Duration = Duration::from_secs(60);

pub fn run() {
    let Some(url) = order(URL) else { return };
    let dir = PathBuf::from(order(DIR).unwrap());
    let (early, mut dice) = (order(EARLY).is_some(), ChaCha8Rng::seed_from_u64(order(SEED).unwrap().parse().unwrap()));
    let mut journal = Journal::open(&dir.join("journal"));
    let mut bureau = Bureau::open(&url, "东方").unwrap();
    let (people, mut number) = (people(&mut bureau), standing(&mut bureau));
    let end = Instant::now() + LONGEST;
    while Instant::now() < end && number < ROUNDS {
        let round = Round { number, people: &people };
        for step in 0..STEPS {
            let Some(act) = round.act(&mut bureau, step) else { continue };
            let key = act.key(&dir);
            if early {
                journal.acknowledge(&key);
                std::thread::sleep(Duration::from_micros(dice.random_range(0..5_000)));
                act.perform(&mut bureau, &dir);
            } else {
                act.perform(&mut bureau, &dir);
                journal.acknowledge(&key);
            }
        }
        number += 1;
    }
    std::thread::sleep(end.saturating_duration_since(Instant::now())); // all done: wait to be killed
}

pub fn people(bureau: &mut Bureau) -> Vec<Payee> {
    bureau
        .read(|tx, book| {
            let rows = tx.query(
                "SELECT p.name, p.id_no, c.account FROM person p JOIN card c ON c.book = p.book AND c.id_no = p.id_no AND c.valid_from = 20150101
                  WHERE p.book = $1 ORDER BY p.id",
                params![book.id],
            )?;
            Ok(rows.iter().map(|row| (row.string(0).unwrap(), row.string(1).unwrap(), row.string(2).unwrap())).collect())
        })
        .unwrap()
}

/// The round to go on from: the last that has begun, asked for once more from its beginning.
fn standing(bureau: &mut Bureau) -> i64 {
    let count = bureau
        .read(|tx, book| Ok(tx.one("SELECT COUNT(*) FROM batch WHERE book = $1 AND reissue_of IS NULL", params![book.id])?.int(0)?))
        .unwrap();
    (count - 1).max(0)
}
