//! A test's own database, on either backend. The schema, a book and a small registry are made once for each process and
//! backend; every test gets a copy.

use super::builders;
use super::pg;
use super::raw::Raw;
use std::path::PathBuf;
use std::sync::OnceLock;
use sunledger::app::book::NewBook;
use sunledger::app::{Bureau, Context};
use sunledger::store::Store;
use tempfile::TempDir;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Db {
    Sqlite,
    Postgres,
}

pub struct TestDb {
    pub url: String,
    pub backend: Db,
    _home: Home,
}

/// What goes when the test ends.
#[allow(dead_code)] // held for their Drop
enum Home {
    Dir(TempDir),
    Database(Dropped),
}

struct Dropped(String);

impl Drop for Dropped {
    fn drop(&mut self) {
        pg::drop_database(&self.0);
    }
}

pub const SECRET: [u8; 32] = [7; 32];
/// 2018-03-05 08:00 in China.
pub const NOW: i64 = 1_520_208_000_000_000;
pub const NEW_BOOK: NewBook<'static> = NewBook { code: "东方", name: "东方市财政局", first_year: 2018, secret: Some(SECRET) };

/// Runs a test on each database; a failure says on which.
pub fn on_both(test: impl Fn(&TestDb)) {
    for backend in [Db::Sqlite, Db::Postgres] {
        eprintln!("on {backend:?}");
        test(&TestDb::seeded(backend));
    }
}

impl TestDb {
    /// With the schema, a book and the registry of [`builders::seed`].
    pub fn seeded(backend: Db) -> TestDb {
        static SQLITE: OnceLock<PathBuf> = OnceLock::new();
        static POSTGRES: OnceLock<String> = OnceLock::new();
        match backend {
            Db::Sqlite => {
                let template = SQLITE.get_or_init(|| {
                    std::fs::create_dir_all(pg::own_dir()).unwrap();
                    let path = pg::own_dir().join("template.db");
                    make_template(&format!("sqlite://{}", path.display()));
                    path
                });
                let db = TestDb::empty(backend);
                std::fs::copy(template, db.url.trim_start_matches("sqlite://")).unwrap();
                db
            }
            Db::Postgres => {
                let template = POSTGRES.get_or_init(|| {
                    let (name, url) = pg::create_database(None);
                    make_template(&url);
                    name
                });
                TestDb::postgres(Some(template))
            }
        }
    }

    /// Another with the same content. Nobody may be working on this one.
    pub fn copied(&self) -> TestDb {
        match self.backend {
            Db::Sqlite => {
                self.bureau().store.checkpoint().unwrap();
                let db = TestDb::empty(self.backend);
                std::fs::copy(self.url.trim_start_matches("sqlite://"), db.url.trim_start_matches("sqlite://")).unwrap();
                db
            }
            Db::Postgres => TestDb::postgres(self.url.rsplit('/').next()),
        }
    }

    /// Without a schema.
    pub fn empty(backend: Db) -> TestDb {
        match backend {
            Db::Sqlite => {
                let dir = TempDir::new().unwrap();
                let url = format!("sqlite://{}", dir.path().join("book.db").display());
                TestDb { url, backend, _home: Home::Dir(dir) }
            }
            Db::Postgres => TestDb::postgres(None),
        }
    }

    fn postgres(template: Option<&str>) -> TestDb {
        let (name, url) = pg::create_database(template);
        TestDb { url, backend: Db::Postgres, _home: Home::Database(Dropped(name)) }
    }

    pub fn bureau(&self) -> Bureau {
        Bureau::open_or_create(&self.url, &ctx("系统"), &NEW_BOOK).unwrap()
    }

    pub fn store(&self) -> Store {
        Store::create(&self.url).unwrap()
    }

    /// A plain connection, with foreign keys on.
    pub fn raw(&self) -> Raw {
        Raw::open(&self.url, true)
    }

    /// Tries to break the books with plain SQL: it must be refused for one of the reasons `why`, and change nothing.
    /// On SQLite also from a connection that has switched its foreign keys off.
    pub fn refuses(&self, what: &str, sql: &str, why: &[&str]) {
        self.refuses_from(true, what, sql, why);
        if self.backend == Db::Sqlite {
            self.refuses_from(false, what, sql, why);
        }
    }

    /// The same, where a foreign key is the guard.
    pub fn refuses_by_key(&self, what: &str, sql: &str) {
        self.refuses_from(true, what, sql, &["FOREIGN KEY", "foreign key"]);
    }

    /// Only where the statement exists in that dialect.
    pub fn refuses_on(&self, backend: Db, what: &str, sql: &str, why: &[&str]) {
        if self.backend == backend {
            self.refuses(what, sql, why);
        }
    }

    fn refuses_from(&self, keys: bool, what: &str, sql: &str, why: &[&str]) {
        let mut raw = Raw::open(&self.url, keys);
        let before = raw.dump();
        match raw.transact(sql) {
            Ok(()) => panic!("{what}: was accepted (foreign keys {keys})\n{sql}"),
            Err(text) => assert!(why.iter().any(|word| text.contains(word)), "{what}: refused for another reason: {text}\n{sql}"),
        }
        assert!(before == raw.dump(), "{what}: the books have changed");
    }

    /// A byte string in this dialect.
    pub fn blob(&self, bytes: &[u8]) -> String {
        let hex = sunledger::domain::ledger::chain::hex(bytes);
        match self.backend {
            Db::Sqlite => format!("x'{hex}'"),
            Db::Postgres => format!("decode('{hex}', 'hex')"),
        }
    }
}

/// Someone at a fixed time.
pub fn ctx(actor: &str) -> Context {
    Context::new(actor).at(NOW)
}

fn make_template(url: &str) {
    let mut bureau = Bureau::open_or_create(url, &ctx("系统"), &NEW_BOOK).unwrap();
    builders::seed(&mut bureau);
    bureau.store.checkpoint().unwrap();
}
