//! Invariant 6: each voucher carries the hash of the one before, and the head moves only with a voucher.

use crate::support::builders::{ALLOCATED, UNALLOCATED};
use crate::support::raw::Raw;
use crate::support::{Books, Db, Forge, TestDb, on_both};
use std::time::Duration;

#[test]
fn the_chain_only_grows() {
    on_both(|db| {
        let books = Books::new(db);
        let good = [(ALLOCATED, books.u01, 100, 0), (UNALLOCATED, books.fund, 0, 100)];
        let next = Forge::next(db, &good);
        let chain = &["chain:"];
        for prev in [db.blob(&[0; 32]), db.blob(b""), "(SELECT hash FROM voucher WHERE seq = 1)".into()] {
            Forge { prev, ..next.clone() }.refused("a wrong link", chain);
        }
        for seq in [2, 4] {
            let sql = format!("{};\n{}", next.postings_sql(), Forge { seq, ..next.clone() }.voucher_sql());
            db.refuses("out of sequence", &sql, &["chain:", "append-only", "unbalanced"]);
        }
        let head = &["only a voucher moves the head"];
        for change in ["seq = 1", "seq = 1, hash = (SELECT hash FROM voucher WHERE seq = 1)", "seq = 3", "seq = 0", "book = 2"] {
            db.refuses("the head moved", &format!("UPDATE chain SET {change}"), head);
        }
        db.refuses("the head's hash changed", &format!("UPDATE chain SET hash = {}", db.blob(&[9; 32])), head);
        db.refuses("the head deleted", "DELETE FROM chain", &["append-only"]);
        let genesis = db.blob(&[0; 32]);
        let replaced = format!("INSERT OR REPLACE INTO chain (book, seq, hash) VALUES (1, 0, {genesis})");
        db.refuses_on(Db::Sqlite, "the chain begun again", &replaced, chain);
        for change in ["code = '西方'", "first_year = 2000", "created_by = '他人'", "id = 2"] {
            db.refuses("the book's identity", &format!("UPDATE book SET {change}"), &["only its name may change", "violates foreign key"]);
        }
        db.refuses("the book's secret", &format!("UPDATE book SET secret = {}", db.blob(&[1; 32])), &["only its name may change"]);
        let replaced = "INSERT OR REPLACE INTO book SELECT id, '西方', name, first_year, secret, created_at, created_by FROM book";
        db.refuses_on(Db::Sqlite, "the book replaced", replaced, &["append-only"]);
        db.raw().transact("UPDATE book SET name = '东方市财政局（本级）'").unwrap();
    });
}

#[test]
fn a_new_chain_begins_at_nothing() {
    on_both(|db| {
        let second = format!(
            "INSERT INTO book (id, code, name, first_year, secret, created_at, created_by) VALUES (2, '西方', '', 2018, {}, 0, '')",
            db.blob(&[1; 32])
        );
        for (seq, hash) in [(5, [0; 32]), (0, [3; 32])] {
            let sql = format!("{second};\nINSERT INTO chain (book, seq, hash) VALUES (2, {seq}, {})", db.blob(&hash));
            db.refuses("a chain that begins in the middle", &sql, &["from its beginning"]);
        }
    });
}

/// Two writers that both saw the same head: the second waits, and finds the voucher sealed.
#[test]
fn a_rival_cannot_add_to_a_voucher_on_its_way() {
    let db = TestDb::seeded(Db::Postgres);
    let books = Books::new(&db);
    let first = Forge::next(&db, &[(ALLOCATED, books.u01, 100, 0), (UNALLOCATED, books.fund, 0, 100)]);
    let mut rival = Forge::next(&db, &[]).postings_sql();
    rival.push_str(&format!("INSERT INTO posting VALUES (1, {}, 7, 20180320, 0, 1001, {}, 5, 0)", first.seq, books.u02));
    let mut writer = db.raw();
    writer.batch(&format!("BEGIN;\n{}", first.postings_sql())).unwrap();
    let url = db.url.clone();
    let waiting = std::thread::spawn(move || Raw::open(&url, true).transact(&rival));
    std::thread::sleep(Duration::from_millis(200));
    writer.batch(&format!("{};\nCOMMIT", first.voucher_sql())).unwrap();
    let refused = waiting.join().unwrap().unwrap_err();
    assert!(refused.contains("sealed voucher"), "{refused}");
}
