//! The two databases hold the same schema: tables, columns, keys, checks and guards are twins, every key begins with the
//! book, and every migration can be undone.

use crate::support::db::{Db, TestDb};
use crate::support::raw::Raw;
use std::collections::{BTreeMap, BTreeSet};

/// Tables by name, each a sorted list of facts such as `column 02 code TEXT NOT NULL` and `UNIQUE (book, code)`.
type Schema = BTreeMap<String, BTreeSet<String>>;

fn sqlite() -> TestDb {
    TestDb::seeded(Db::Sqlite)
}

fn postgres() -> TestDb {
    TestDb::seeded(Db::Postgres)
}

fn nullable(not_null: bool) -> &'static str {
    if not_null { "NOT NULL" } else { "NULL" }
}

fn sqlite_schema(raw: &mut Raw) -> Schema {
    let mut schema = Schema::new();
    for table in raw.tables() {
        let mut facts = BTreeSet::new();
        let columns = raw.rows(&format!("SELECT cid, name, type, \"notnull\", pk FROM pragma_table_info('{table}')"));
        for column in &columns {
            let number: i64 = column[0].parse().unwrap();
            facts.insert(format!("column {number:02} {} {} {}", column[1], column[2], nullable(column[3] == "1")));
        }
        facts.insert(format!("PRIMARY KEY ({})", primary_key(&columns).join(", ")));
        for index in raw.rows(&format!("SELECT name, origin FROM pragma_index_list('{table}') WHERE origin <> 'pk'")) {
            let columns: Vec<String> = raw
                .rows(&format!("SELECT name FROM pragma_index_info('{}') ORDER BY seqno", index[0]))
                .into_iter()
                .map(|mut row| row.remove(0))
                .collect();
            let kind = if index[1] == "u" { "UNIQUE".to_string() } else { format!("INDEX {}", index[0]) };
            let sql = raw.rows(&format!("SELECT COALESCE(sql, '') FROM sqlite_master WHERE name = '{}'", index[0])).remove(0).remove(0);
            let part = sql.split_once(" WHERE ").map_or_else(String::new, |(_, rows)| format!(" WHERE ({rows})"));
            facts.insert(format!("{kind} ({}){part}", columns.join(", ")));
        }
        facts.extend(sqlite_foreign_keys(raw, &table));
        let sql = raw.rows(&format!("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'")).remove(0).remove(0);
        facts.insert(format!("checks: {}", sql.matches("CHECK (").count()));
        facts.insert(format!("deferred keys: {}", sql.matches("INITIALLY DEFERRED").count()));
        schema.insert(table, facts);
    }
    schema
}

fn primary_key(columns: &[Vec<String>]) -> Vec<String> {
    let mut key: Vec<(i64, String)> =
        columns.iter().map(|c| (c[4].parse().unwrap(), c[1].clone())).filter(|(place, _)| *place > 0).collect();
    key.sort();
    key.into_iter().map(|(_, name)| name).collect()
}

fn sqlite_foreign_keys(raw: &mut Raw, table: &str) -> Vec<String> {
    let mut keys: BTreeMap<String, (String, Vec<String>, Vec<String>)> = BTreeMap::new();
    for row in raw.rows(&format!("SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list('{table}') ORDER BY id, seq")) {
        let key = keys.entry(row[0].clone()).or_insert_with(|| (row[1].clone(), Vec::new(), Vec::new()));
        key.1.push(row[2].clone());
        key.2.push(row[3].clone());
    }
    keys.into_values()
        .map(|(to, from, columns)| format!("FOREIGN KEY ({}) REFERENCES {to}({})", from.join(", "), columns.join(", ")))
        .collect()
}

fn postgres_schema(raw: &mut Raw) -> Schema {
    let mut schema: Schema = raw.tables().into_iter().map(|table| (table, BTreeSet::new())).collect();
    let columns = "SELECT table_name, ordinal_position - 1, column_name, data_type, is_nullable FROM information_schema.columns
                    WHERE table_schema = 'public'";
    for row in raw.rows(columns) {
        let kind = match row[3].as_str() {
            "bigint" => "INTEGER",
            "text" => "TEXT",
            "bytea" => "BLOB",
            other => other,
        };
        let number: i64 = row[1].parse().unwrap();
        let fact = format!("column {number:02} {} {kind} {}", row[2], nullable(row[4] == "NO"));
        schema.get_mut(&row[0]).unwrap().insert(fact);
    }
    let (mut checks, mut deferred) = (BTreeMap::<String, usize>::new(), BTreeMap::<String, usize>::new());
    for row in raw.rows(
        "SELECT conrelid::regclass, contype, pg_get_constraintdef(oid), condeferred FROM pg_constraint
                          WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c')",
    ) {
        if row[1] == "c" {
            *checks.entry(row[0].clone()).or_default() += 1;
        } else {
            schema.get_mut(&row[0]).unwrap().insert(row[2].replace(" DEFERRABLE INITIALLY DEFERRED", ""));
        }
        *deferred.entry(row[0].clone()).or_default() += usize::from(row[3] == "t");
    }
    let indexes = "SELECT tablename, indexname, regexp_replace(indexdef, '^.*USING btree ', '') FROM pg_indexes
                    WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)";
    for row in raw.rows(indexes) {
        schema.get_mut(&row[0]).unwrap().insert(format!("INDEX {} {}", row[1], row[2]));
    }
    for (table, facts) in &mut schema {
        facts.insert(format!("checks: {}", checks.get(table).copied().unwrap_or(0)));
        facts.insert(format!("deferred keys: {}", deferred.get(table).copied().unwrap_or(0)));
    }
    schema
}

#[test]
fn both_databases_have_the_same_schema() {
    let (sqlite, postgres) = (sqlite_schema(&mut sqlite().raw()), postgres_schema(&mut postgres().raw()));
    let names = |schema: &Schema| schema.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&sqlite), names(&postgres), "tables");
    assert!(sqlite.len() > 25, "{} tables are too few to mean anything", sqlite.len());
    for (table, facts) in &sqlite {
        let twin = &postgres[table];
        let only_here: Vec<_> = facts.difference(twin).collect();
        let only_there: Vec<_> = twin.difference(facts).collect();
        assert!(only_here.is_empty() && only_there.is_empty(), "{table}: only SQLite {only_here:#?}; only PostgreSQL {only_there:#?}");
    }
}

#[test]
fn every_key_begins_with_the_book() {
    for (table, facts) in sqlite_schema(&mut sqlite().raw()) {
        if ["book", "migration"].contains(&table.as_str()) {
            continue;
        }
        for key in facts.iter().filter(|f| f.contains(" KEY (") || f.starts_with("UNIQUE (") || f.starts_with("INDEX ")) {
            let first = key.split_once('(').unwrap().1;
            assert!(first.starts_with("book,") || first.starts_with("book)"), "{table}: {key}");
        }
    }
}

/// SQLite triggers that PostgreSQL holds in another one. Beside these, a name is its own twin; `x_no_delete` may be part of
/// `x_no_update`; and `x_no_replace` has none, since no statement of PostgreSQL replaces rows.
const TWINS: [(&str, &str); 7] = [
    ("posting_on_leaf", "posting_before_voucher"),
    ("voucher_continues_chain", "voucher_seals"),
    ("voucher_in_open_period", "voucher_seals"),
    ("voucher_number_runs_on", "voucher_seals"),
    ("voucher_balances", "voucher_seals"),
    ("voucher_reversal_mirrors", "voucher_seals"),
    ("batch_reserved_complete", "batch_stage_order"),
];

/// On SQLite a trigger for each payment line costs too much; there the next stage finds the line that came late.
const DEARER: &str = "payment_before_reserved";

fn twin(trigger: &str, there: &BTreeSet<String>) -> Option<String> {
    if trigger.ends_with("_no_replace") {
        return None;
    }
    if let Some((_, twin)) = TWINS.iter().find(|(here, _)| *here == trigger) {
        return Some(twin.to_string());
    }
    match trigger.strip_suffix("_no_delete") {
        Some(table) if !there.contains(trigger) => Some(format!("{table}_no_update")),
        _ => Some(trigger.to_string()),
    }
}

fn column(rows: Vec<Vec<String>>) -> BTreeSet<String> {
    rows.into_iter().map(|mut row| row.remove(0)).collect()
}

#[test]
fn every_guard_has_its_twin() {
    let here = column(sqlite().raw().rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"));
    let there = column(postgres().raw().rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"));
    assert!(here.len() > 60, "{} guards are too few to mean anything", here.len());
    let mut matched = BTreeSet::new();
    for trigger in &here {
        if let Some(twin) = twin(trigger, &there) {
            assert!(there.contains(&twin), "{trigger} has no twin {twin} on PostgreSQL");
            matched.insert(twin);
        }
    }
    let unmatched: Vec<_> = there.difference(&matched).filter(|name| !name.ends_with("_no_truncate") && *name != DEARER).collect();
    assert!(unmatched.is_empty(), "only on PostgreSQL: {unmatched:?}");
    for name in here.iter().filter(|name| name.ends_with("_no_delete")) {
        let truncate = name.replace("_no_delete", "_no_truncate");
        assert!(there.contains(&truncate), "{truncate} is missing");
    }
}

/// Everything that a migration makes, in the database's own words.
fn definitions(raw: &mut Raw) -> String {
    let sql = match raw.backend() {
        Db::Sqlite => vec!["SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite%'"],
        Db::Postgres => vec![
            "SELECT table_name, ordinal_position, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
            "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        ],
    };
    let mut lines: Vec<String> = sql.iter().flat_map(|sql| raw.rows(sql)).map(|row| row.join("|")).collect();
    lines.sort();
    lines.join("\n")
}

#[test]
fn migrations_go_down_and_up_again() {
    for backend in [Db::Sqlite, Db::Postgres] {
        let db = TestDb::empty(backend);
        let mut store = db.store();
        let up = definitions(&mut db.raw());
        store.migrate_down().unwrap();
        assert_eq!(db.raw().tables(), ["migration"], "{backend:?}: tables left behind");
        let left = definitions(&mut db.raw());
        assert!(!left.contains("TRIGGER") && !left.contains("FUNCTION"), "{backend:?}: left behind\n{left}");
        store.migrate_up().unwrap();
        assert_eq!(up, definitions(&mut db.raw()), "{backend:?}");
        store.migrate_up().unwrap();
        assert_eq!(up, definitions(&mut db.raw()), "{backend:?}: a second run changes nothing");
    }
}
