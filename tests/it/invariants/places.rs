//! Invariant 2: no place of the control book goes below zero, and every unknown key is refused rather than ignored.

use crate::support::builders::{ALLOCATED, UNALLOCATED};
use crate::support::{Books, Db, Forge, on_both};

#[test]
fn no_place_goes_below_zero() {
    on_both(|db| {
        let books = Books::new(db);
        let (fund, u01, u02) = (books.fund, books.u01, books.u02);
        let below = &["place_not_below_zero"];
        let overdrawn = [(ALLOCATED, u01, 6_000_001, 0), (UNALLOCATED, fund, 0, 6_000_001)];
        let nothing_there = [(ALLOCATED, u01, 1, 0), (ALLOCATED, u02, 0, 1)];
        for verb in ["INSERT", "INSERT OR IGNORE", "INSERT OR REPLACE"] {
            if db.backend == Db::Sqlite || verb == "INSERT" {
                Forge { verb, ..Forge::next(db, &overdrawn) }.refused("more than there is", below);
                Forge { verb, ..Forge::next(db, &nothing_there) }.refused("from where nothing was", below);
            }
        }
        Forge::next(db, &[(ALLOCATED, u01, 6_000_000, 0), (UNALLOCATED, fund, 0, 6_000_000)]).accepted();
    });
}

#[test]
fn balances_move_only_by_postings() {
    on_both(|db| {
        let books = Books::new(db);
        let (fund, u02) = (books.fund, books.u02);
        let moves = &["moves only by a posting"];
        for table in ["balance", "daily"] {
            db.refuses("a figure raised", &format!("UPDATE {table} SET debit = debit + 100"), moves);
            db.refuses("a posting counted twice", &format!("UPDATE {table} SET debit = debit, voucher = voucher"), moves);
            db.refuses("figures deleted", &format!("DELETE FROM {table}"), &["append-only"]);
        }
        db.refuses("unguarded", "UPDATE balance SET sign = 0", moves);
        let insert = "INSERT INTO balance (book, account, dim, sign, debit, credit, voucher, line)";
        let start = &["starts at zero"];
        db.refuses("money from nowhere", &format!("{insert} VALUES (1, 9202, {u02}, 1, 100, 0, 0, 0)"), start);
        db.refuses("unguarded from the start", &format!("{insert} VALUES (1, 9202, {u02}, 0, 0, 0, 0, 0)"), start);
        let reset = insert.replace("INSERT", "INSERT OR REPLACE");
        db.refuses_on(Db::Sqlite, "reset", &format!("{reset} VALUES (1, 9201, {fund}, 1, 0, 0, 0, 0)"), start);
        let reset = "INSERT OR REPLACE INTO daily SELECT book, account, dim, date, closing, 0, 0, 0, 0 FROM daily";
        db.refuses_on(Db::Sqlite, "reset", reset, start);
    });
}

#[test]
fn accounts_keep_their_guard() {
    on_both(|db| {
        let _books = Books::new(db);
        let used = &["in use"];
        for change in ["guarded = 0", "normal = -1", "grp = 'statutory', guarded = 0", "role = 'x'", "leaf = 0", "code = 4242"] {
            db.refuses("an account in use", &format!("UPDATE account SET {change} WHERE code = 9201"), used);
        }
        db.refuses("deleted", "DELETE FROM account WHERE code = 9201", &["append-only"]);
        let unguarded = "INSERT INTO account (book, code, name, grp, normal, guarded, role, leaf, valid_from)
                         VALUES (1, 9299, '漏洞', 'control', 1, 0, '', 1, 20000101)";
        db.refuses("a place without guard", unguarded, &["control_is_guarded"]);
        let replaced = unguarded.replace("INSERT", "INSERT OR REPLACE").replace("9299", "9201").replace("'control'", "'statutory'");
        db.refuses_on(Db::Sqlite, "replaced", &replaced, used);
        let pushed = "UPDATE OR REPLACE account SET code = 9201 WHERE code = 1036";
        db.refuses_on(Db::Sqlite, "pushed aside", pushed, used);
    });
}

#[test]
fn unknown_keys_are_refused() {
    on_both(|db| {
        let _books = Books::new(db);
        let allocation = |fund: &str, unit: &str, project: &str, program: &str| {
            format!(
                "INSERT INTO allocation (book, id, doc_no, fund, unit, project, program)
                 VALUES (1, 9, '东财农〔2018〕99号', '{fund}', '{unit}', '{project}', '{program}')"
            )
        };
        let fund = crate::support::builders::FUND;
        let unknown = &["unknown"];
        db.refuses("project", &allocation(fund, "U01", "P99", ""), unknown);
        db.refuses("programme", &allocation(fund, "U01", "", "ST99"), unknown);
        db.refuses("unit", &allocation(fund, "U99", "", ""), unknown);
        db.refuses("fund", &allocation("无此文", "U01", "", ""), unknown);
        let dim =
            |fund: &str, allocation: i64| format!("INSERT INTO dim (book, id, fund, allocation) VALUES (1, 99, '{fund}', {allocation})");
        db.refuses("allocation", &dim(fund, 77), unknown);
        db.refuses("fund", &dim("无此文", 0), unknown);
        db.refuses("another fund's allocation", &dim("无此文", 1), unknown);
    });
}
