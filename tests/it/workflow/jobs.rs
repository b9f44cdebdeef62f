//! Jobs: what a person sees of them, cancelling, and what a dead process left behind; an import that is told to stop leaves nothing.

use super::support::Office;
use crate::support::county::{BATCH_HEAD, allocate, batch_lines, count, settle};
use crate::support::db::ctx;
use crate::support::on_both;
use sunledger::app::import::{ImportOptions, import_file};
use sunledger::app::jobs::{self, End, NewJob};
use sunledger::domain::kinds::Kind;

fn new_job(person: i64) -> NewJob<'static> {
    NewJob { person, name: "甲", operation: "import.batch", title: "导入发放清册", file: "清册.csv" }
}

#[test]
fn a_job_is_its_person_s() {
    on_both(|db| {
        let (mut bureau, at) = (db.bureau(), ctx("甲"));
        let (id, progress) = jobs::create(&mut bureau, &at, &new_job(7)).unwrap();
        jobs::start(&mut bureau, &at, id).unwrap();
        progress.advance(40, 100);
        let job = jobs::get(&mut bureau, 7, id).unwrap();
        assert_eq!((job.state.as_str(), job.done, job.total), ("running", 40, 100));
        // 40 of 100 in 20 seconds: 30 seconds for the other 60
        assert_eq!(job.seconds_left(job.started.unwrap() + 20_000_000), Some(30));
        assert_eq!(jobs::get(&mut bureau, 8, id).unwrap_err().code(), Some("no_job"), "another's is not there");
        assert!(!progress.is_stopped());
        jobs::cancel(&mut bureau, &at, 7, id).unwrap();
        assert!(progress.is_stopped());
        jobs::finish(&mut bureau, &at, id, End::Cancelled, "").unwrap();
        let job = jobs::get(&mut bureau, 7, id).unwrap();
        assert_eq!((job.state.as_str(), job.done, job.total), ("cancelled", 40, 100));
        assert_eq!(jobs::cancel(&mut bureau, &at, 7, id).unwrap_err().code(), Some("job_over"));
        let (waiting, _) = jobs::create(&mut bureau, &at, &new_job(7)).unwrap();
        assert_eq!(jobs::cancel(&mut bureau, &at, 7, waiting).unwrap().state, "cancelled");
        assert_eq!(jobs::start(&mut bureau, &at, waiting).unwrap_err().code(), Some("cancelled"));
        assert_eq!(jobs::list(&mut bureau, 7, 10).unwrap().len(), 2);
    });
}

#[test]
fn what_a_dead_process_left_is_interrupted() {
    on_both(|db| {
        let (mut bureau, at) = (db.bureau(), ctx("甲"));
        let (own, _) = jobs::create(&mut bureau, &at, &new_job(7)).unwrap();
        db.raw().transact("INSERT INTO job VALUES (1, 99, 7, '甲', 'x', 'x', 'running', 0, 0, 0, 0, NULL, '', '', 'dead-1')").unwrap();
        assert_eq!(jobs::interrupt_dead(&mut bureau, &at).unwrap(), 1);
        assert_eq!(jobs::get(&mut bureau, 7, 99).unwrap().state, "interrupted");
        assert_eq!(jobs::get(&mut bureau, 7, own).unwrap().state, "queued");
    });
}

#[test]
fn an_import_told_to_stop_leaves_nothing() {
    on_both(|db| {
        let (office, people) = (Office::new(), settle(db, 3));
        allocate(db, 1_000, 100);
        let mut bureau = db.bureau();
        let path = office.put("清册.csv", &format!("{BATCH_HEAD}{}", batch_lines("PC01", &people)));
        let options = ImportOptions { cancelled: Some(&|| true), ..ImportOptions::default() };
        let report = import_file(&mut bureau, &ctx("甲"), Kind::find("batch").unwrap(), path.as_ref(), &options).unwrap();
        assert_eq!(report.refused.first().map(|refusal| refusal.code), Some("cancelled"));
        assert_eq!(count(&mut bureau, "SELECT COUNT(*) FROM batch WHERE book = $1"), 0);
        let again = ImportOptions { cancelled: Some(&|| false), ..ImportOptions::default() };
        assert!(import_file(&mut bureau, &ctx("甲"), Kind::find("batch").unwrap(), path.as_ref(), &again).unwrap().accepted());
    });
}
