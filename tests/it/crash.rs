//! `kill -9` at random moments while files are entered, batches posted, the bank's answers taken in and months closed. After
//! every kill the book is opened again: all that was acknowledged is there, nothing is there twice, and it verifies. A worker
//! that acknowledges too early must be caught by the same check. `SUNLEDGER_CRASH_KILLS` asks for more kills than 200.

mod acts;
mod journal;
mod judge;
mod kill;
mod worker;

use crate::support::{Db, TestDb};
use kill::Killer;

fn kills(default: u32) -> u32 {
    std::env::var("SUNLEDGER_CRASH_KILLS").ok().and_then(|text| text.parse().ok()).map_or(default, |more: u32| more.max(default))
}

#[test]
fn nothing_acknowledged_is_lost_on_sqlite() {
    let mut left = kills(200);
    while left > 0 {
        let db = TestDb::seeded(Db::Sqlite);
        let (killed, acts) = Killer::new(&db, 20180301 + u64::from(left), false).kill(left, 10).unwrap();
        eprintln!("{killed} kills, {acts} acknowledgements");
        left -= killed;
    }
}

#[test]
fn nothing_acknowledged_is_lost_on_postgres() {
    let db = TestDb::seeded(Db::Postgres);
    let (killed, acts) = Killer::new(&db, 20180302, false).kill(30, 10).unwrap();
    eprintln!("{killed} kills, {acts} acknowledgements");
}

#[test]
fn the_mutant_that_acknowledges_early_is_caught() {
    let db = TestDb::seeded(Db::Sqlite);
    let caught = Killer::new(&db, 20180303, true).kill(40, 1_000).unwrap_err();
    assert!(caught.contains("lost: "), "{caught}");
}

#[test]
fn an_act_that_was_never_done_is_seen() {
    assert!(kill::invented_act_is_seen(&TestDb::seeded(Db::Sqlite)));
}

/// The program of the process that is killed; does nothing without its orders.
#[test]
#[ignore = "run by the other tests as a process of its own"]
fn worker() {
    worker::run();
}
