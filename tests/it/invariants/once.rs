//! Invariant 7: the same request twice has the effect of once, by its key or by its file's digest.

use crate::support::db::ctx;
use crate::support::{Books, Db, on_both};
use sunledger::app::AppError;
use sunledger::app::act::once;
use sunledger::params;

#[test]
fn keys_and_digests_are_used_once() {
    on_both(|db| {
        let _books = Books::new(db);
        let digest = db.blob(&[5; 32]);
        let act =
            format!("INSERT INTO act (book, key, digest, verb, result, actor, at) VALUES (1, 'k', {digest}, 'test', '1', '经办甲', 0)");
        let file = |id: i64, kind: &str| {
            format!(
                "INSERT INTO file (book, id, kind, name, digest, data_rows, actor, received_at)
                 VALUES (1, {id}, '{kind}', '二.csv', {digest}, 1, '经办甲', 0)"
            )
        };
        db.raw().transact(&format!("{act};\n{}", file(5, "fund"))).unwrap();
        let twice = &["append-only", "duplicate key"];
        db.refuses("the same key", &act, twice);
        db.refuses("the same content", &file(6, "fund"), twice);
        db.refuses_on(Db::Sqlite, "the key taken over", &act.replace("INSERT", "INSERT OR REPLACE"), twice);
        db.refuses_on(Db::Sqlite, "the file taken over", &file(6, "fund").replace("INSERT", "INSERT OR REPLACE"), twice);
        db.raw().transact(&file(6, "unit")).unwrap();
    });
}

#[test]
fn a_repeated_request_gets_the_stored_result() {
    on_both(|db| {
        let mut bureau = db.bureau();
        let mut ask = |body: &str, answer: i64| {
            bureau.write(|tx, book| {
                once(tx, book, &ctx("经办甲"), "count", "编号1", &[body], |tx| {
                    tx.execute("INSERT INTO counter (book, name, next) VALUES ($1, $2, 1)", params![book.id, format!("n{answer}")])?;
                    Ok(answer)
                })
            })
        };
        let first = ask("甲", 41).unwrap();
        assert_eq!((first.result, first.repeated), (41, false));
        let again = ask("甲", 42).unwrap();
        assert_eq!((again.result, again.repeated), (41, true));
        let other: AppError = ask("乙", 43).unwrap_err();
        assert_eq!(other.code(), Some("key_reused"));
        assert!(other.to_string().contains("经办甲"), "{other}");
        assert_eq!(db.raw().int("SELECT count(*) FROM counter WHERE name LIKE 'n4%'"), 1);
    });
}
