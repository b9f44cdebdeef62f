//! Invariant 1: debits equal credits, per voucher and group.

use crate::support::builders::{ALLOCATED, TREASURY, UNALLOCATED};
use crate::support::forge::Entry;
use crate::support::{Books, Db, Forge, TestDb, on_both};

#[test]
fn every_voucher_balances_in_each_group() {
    on_both(|db| {
        let books = Books::new(db);
        let (fund, u01) = (books.fund, books.u01);
        let good = [(ALLOCATED, u01, 100, 0), (UNALLOCATED, fund, 0, 100)];
        // the forger's hand is good enough: what follows is refused for what is wrong with it
        Forge::next(db, &good).accepted();

        let unbalanced: &[(&str, &[Entry])] = &[
            ("sides differ", &[(ALLOCATED, u01, 100, 0), (UNALLOCATED, fund, 0, 99)]),
            ("crosswise between the groups", &[(ALLOCATED, u01, 100, 0), (TREASURY, fund, 0, 100)]),
            (
                "each group off, the whole balanced",
                &[(ALLOCATED, u01, 100, 0), (UNALLOCATED, fund, 0, 99), (4011, fund, 5, 0), (TREASURY, fund, 0, 6)],
            ),
            ("one posting", &[(TREASURY, fund, 100, 0)]),
            ("no posting", &[]),
        ];
        for (what, postings) in unbalanced {
            let forge = Forge::next(db, postings);
            let sql = if postings.is_empty() { forge.voucher_sql() } else { forge.sql() };
            db.refuses(what, &sql, &["unbalanced"]);
        }
        Forge { posting_date: 20180321, ..Forge::next(db, &good) }.refused("postings of another day", &["unbalanced"]);
        let both = [(ALLOCATED, u01, 100, 100), (UNALLOCATED, fund, 0, 0)];
        Forge::next(db, &both).refused("both sides of one posting", &["one_side"]);
        let unknown = [(9205, u01, 100, 0), (UNALLOCATED, fund, 0, 100)];
        Forge::next(db, &unknown).refused("an account above the leaves", &["leaf"]);
        let unknown = [(ALLOCATED, 999, 100, 0), (UNALLOCATED, fund, 0, 100)];
        Forge::next(db, &unknown).refused("an unknown dimension set", &["dimension set"]);
    });
}

#[test]
fn postings_enter_only_under_their_own_voucher() {
    on_both(|db| {
        let books = Books::new(db);
        let good = [(ALLOCATED, books.u01, 100, 0), (UNALLOCATED, books.fund, 0, 100)];
        let next = Forge::next(db, &good);
        for seq in [1, 2, 4, 9] {
            let stray = Forge { seq, ..next.clone() };
            db.refuses("postings under another voucher", &stray.postings_sql(), &["sealed voucher", "append-only"]);
        }
        db.refuses_by_key("postings without a voucher", &next.postings_sql());
        let twice = format!("{};\n{}", next.postings_sql(), next.sql().replace("INSERT INTO posting", "INSERT OR REPLACE INTO posting"));
        db.refuses_on(Db::Sqlite, "a posting replaced before it is sealed", &twice, &["append-only"]);
    });
}

/// SQLite lets a connection switch foreign keys off, and has no guard at commit. Postings left without a voucher then do
/// get in; they cannot pass unseen, since the next voucher cannot be written over them.
#[test]
fn orphans_of_a_keyless_connection_stop_the_book() {
    let db = TestDb::seeded(Db::Sqlite);
    let mut books = Books::new(&db);
    let orphans = Forge::next(&db, &[(TREASURY, books.fund, 100, 0), (4011, books.fund, 0, 100)]);
    crate::support::raw::Raw::open(&db.url, false).transact(&orphans.postings_sql()).unwrap();
    let refused = books.allocate(100).unwrap_err();
    assert!(matches!(&refused, sunledger::app::AppError::Store(error) if error.is_guard()), "{refused}");
    assert!(!books.bureau.store.integrity().unwrap().is_empty(), "the database's own check sees them");
}
