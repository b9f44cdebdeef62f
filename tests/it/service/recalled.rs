//! Answers are remembered at one state of the books: what another process commits is in the next answer, an ended session is
//! refused with the next request, and how far a job has come is never remembered.

use crate::support::db::{Db, NEW_BOOK, TestDb};
use crate::support::service::on_both_served;
use std::process::Command;
use sunledger::params;
use sunledger::store::{Store, StoreError};

const BINARY: &str = env!("CARGO_BIN_EXE_sunledger");

#[test]
fn what_another_process_commits_is_in_the_next_answer() {
    on_both_served(|county, service| {
        let auditor = service.signed_in("auditor");
        let before = auditor.get("/units");
        let tag = before.header("etag").to_string();
        let same = auditor.send("GET", "/units", &[("If-None-Match", &tag)], None);
        assert_eq!((same.status, same.body.len()), (304, 0), "nothing has changed");
        assert_eq!(auditor.get("/units").body, before.body, "as remembered");

        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("units.csv");
        std::fs::write(&file, "单位编码,单位名称,单位类型\nT88,示样新设镇,乡镇\n").unwrap();
        let mut import = Command::new(BINARY);
        import.args(["--db", &county.db.url, "--book", NEW_BOOK.code, "--actor", "示会计", "import", "units"]).arg(&file);
        let output = import.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

        let after = auditor.send("GET", "/units", &[("If-None-Match", &tag)], None);
        assert_eq!(after.json()["count"].as_i64(), before.json()["count"].as_i64().map(|count| count + 1));
        assert!(after.text().contains("示样新设镇"));
    });
}

#[test]
fn an_ended_session_is_refused_although_its_answers_are_remembered() {
    on_both_served(|county, service| {
        let (one, other) = (service.signed_in("auditor"), service.signed_in("auditor"));
        for client in [&one, &other, &one] {
            assert_eq!(client.get("/units").status, 200);
        }
        assert_eq!(one.send("DELETE", "/session", &[], None).status, 204);
        assert_eq!(one.get("/units").status, 401);
        assert_eq!(other.get("/units").status, 200);
        // by whatever hand, such as another process
        county.db.raw().transact("UPDATE session SET ended = 1, ended_by = '示', end_why = '示' WHERE ended IS NULL").unwrap();
        assert_eq!(other.get("/units").status, 401);
        let third = service.signed_in("auditor");
        assert_eq!(third.get("/units").status, 200);
        county.db.raw().transact("UPDATE user_account SET state = 'disabled' WHERE login = 'auditor'").unwrap();
        assert_eq!(third.get("/units").status, 401);
    });
}

/// The mark of a state moves with each commit, in whatever order transactions began, and with nothing else.
#[test]
fn the_mark_of_a_state_moves_with_each_commit() {
    for backend in [Db::Sqlite, Db::Postgres] {
        let db = TestDb::seeded(backend);
        let mut watch = Store::open(&db.url).unwrap();
        let mut old = Store::open(&db.url).unwrap();
        let take = |store: &mut Store| store.write::<_, StoreError>(1, |tx| tx.take_ids(1, "job", 1)).unwrap();
        let first = watch.change_mark().unwrap();
        assert_eq!(watch.change_mark().unwrap(), first, "{backend:?}: reading changes nothing");
        old.whole_begin(1).unwrap();
        take(&mut old);
        if backend == Db::Postgres {
            // a younger transaction ends before the older one
            Store::open(&db.url).unwrap().batch("BEGIN; CREATE TABLE younger (x bigint); COMMIT").unwrap();
        }
        let held = watch.change_mark().unwrap();
        assert_eq!(held == first, backend == Db::Sqlite, "{backend:?}");
        let seen = |store: &mut Store| {
            store.read::<_, StoreError>(|tx| tx.one("SELECT next FROM counter WHERE name = $1", params!["job"])?.int(0)).ok()
        };
        let before = seen(&mut watch);
        old.whole_end(true).unwrap();
        assert_ne!(watch.change_mark().unwrap(), held, "{backend:?}: the commit of the older one");
        assert_ne!(seen(&mut watch), before, "{backend:?}");
    }
}
