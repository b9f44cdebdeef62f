//! Migrations, run by the program when it opens a store: each in one transaction, in order, once.

use super::{Backend, Result, Store, StoreError};
use crate::params;

struct Migration {
    name: &'static str,
    sqlite: [&'static str; 2],
    postgres: [&'static str; 2],
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        &[$(Migration {
            name: $name,
            sqlite: [
                include_str!(concat!("../../migrations/sqlite/", $name, "/up.sql")),
                include_str!(concat!("../../migrations/sqlite/", $name, "/down.sql")),
            ],
            postgres: [
                include_str!(concat!("../../migrations/postgres/", $name, "/up.sql")),
                include_str!(concat!("../../migrations/postgres/", $name, "/down.sql")),
            ],
        }),*]
    };
}

#[rustfmt::skip] // one a line: each feature adds its own
const MIGRATIONS: &[Migration] = migrations![
    "01_book",
    "02_registry",
    "03_ledger",
    "04_money",
    "05_reference",
    "06_guards",
    "11_inspection",
    "08_screening",
    "09_cases",
    "10_projects",
    "07_control",
    "12_access",
    "14_lists",
    "15_speed",
    "13_workflow",
];

/// Serialises programs that open a new PostgreSQL database at the same moment; any constant does.
const MIGRATION_LOCK: i64 = 4_690_070_001;

pub(super) fn up(store: &mut Store) -> Result<()> {
    if store.backend() == Backend::Postgres {
        store.batch(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
    }
    let outcome = up_locked(store);
    if store.backend() == Backend::Postgres {
        store.batch(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
    }
    outcome
}

fn up_locked(store: &mut Store) -> Result<()> {
    let done = store.migrations_done()?;
    if let Some(unknown) = done.iter().find(|name| MIGRATIONS.iter().all(|m| m.name != name.as_str())) {
        return Err(StoreError::Schema(format!("数据库含有本程序不认识的升级 {unknown}，请换用更新的程序。")));
    }
    let backend = store.backend();
    for migration in MIGRATIONS.iter().filter(|m| !done.iter().any(|name| name == m.name)) {
        store.write_unbooked(|tx| {
            // two programs may open a new SQLite file together: the one that waited finds the work done
            if tx.first("SELECT name FROM migration WHERE name = $1", params![migration.name])?.is_some() {
                return Ok(());
            }
            tx.batch(migration.text(backend)[0])?;
            tx.execute("INSERT INTO migration (name) VALUES ($1)", params![migration.name])?;
            Ok::<_, StoreError>(())
        })?;
    }
    Ok(())
}

impl Store {
    /// Takes the whole schema down again. Only for tests: it proves that every step can be undone.
    pub fn migrate_down(&mut self) -> Result<()> {
        let backend = self.backend();
        for migration in MIGRATIONS.iter().rev() {
            self.write_unbooked(|tx| {
                tx.batch(migration.text(backend)[1])?;
                tx.execute("DELETE FROM migration WHERE name = $1", params![migration.name])?;
                Ok::<_, StoreError>(())
            })?;
        }
        Ok(())
    }

    pub fn migrate_up(&mut self) -> Result<()> {
        up(self)
    }
}

impl Migration {
    fn text(&self, backend: Backend) -> [&'static str; 2] {
        match backend {
            Backend::Sqlite => self.sqlite,
            Backend::Postgres => self.postgres,
        }
    }
}
