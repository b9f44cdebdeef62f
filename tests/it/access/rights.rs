//! Roles and grants: what excludes what, how far a role reaches, and that changes hold with the next request.

use super::*;
use crate::support::county::{self, BATCH_HEAD};
use crate::support::{Db, TestDb, on_both};
use std::collections::BTreeSet;
use sunledger::app::access::roles::{self, set_permissions};
use sunledger::app::access::signin::principal;
use sunledger::app::access::users::first_administrator;
use sunledger::app::payout::stage;
use sunledger::domain::access::{Principal, Scope};

fn as_seen(bureau: &mut Bureau, session: i64) -> Principal {
    principal(bureau, &later(0), session).unwrap().unwrap()
}

#[test]
fn the_first_administrators_come_by_the_command_line_and_once() {
    on_both(|db| {
        let mut bureau = db.bureau();
        let first = |bureau: &mut Bureau, login: &str, name: &str, role: &str| {
            first_administrator(bureau, &ctx("机房"), &NewUser { login, name, password: None }, role)
        };
        let made = first(&mut bureau, "anquan", "安全示", "security_admin").unwrap();
        let who = enter(&mut bureau, 0, "anquan", &made.secret.unwrap()).unwrap().principal;
        assert_eq!(who.permissions, BTreeSet::from(["role.grant".to_string()]));
        assert!(!who.scope.is_county() && !who.scope.has_unit("U01"), "an administrator sees no rows");
        assert_eq!(refused(first(&mut bureau, "anquan2", "安全样", "security_admin")), "administrator_there");
        assert_eq!(refused(first(&mut bureau, "kuaiji", "会计示", "accountant")), "not_administrator");
        assert_eq!(refused(first(&mut bureau, "xitong", "安全示", "system_admin")), "exclusive", "one person, two accounts");
        first(&mut bureau, "xitong", "系统示", "system_admin").unwrap();
        first(&mut bureau, "rizhi", "日志示", "log_admin").unwrap();
    });
}

#[test]
fn administrators_exclude_one_another_and_every_business_role() {
    on_both(|db| {
        let mut bureau = db.bureau();
        for (login, name) in [("zhao", "赵示一"), ("zhao2", "赵示一"), ("qian", "钱示二")] {
            new_user(&mut bureau, login, name);
        }
        give(&mut bureau, "zhao", "系统管理员", &[]).unwrap();
        for role in roles::list(&mut bureau).unwrap().iter().filter(|role| role.code != "system_admin") {
            let regions: &[&str] = if role.code == "township" || role.code == "department" { &["469007100201"] } else { &[] };
            for login in ["zhao", "zhao2"] {
                assert_eq!(refused(give(&mut bureau, login, &role.code, regions)), "exclusive", "{login} {}", role.code);
            }
        }
        give(&mut bureau, "qian", "accountant", &[]).unwrap();
        give(&mut bureau, "qian", "checker", &[]).unwrap();
        assert_eq!(refused(give(&mut bureau, "qian", "treasury", &[])), "exclusive", "the cashier keeps no books");
        assert_eq!(refused(give(&mut bureau, "qian", "accountant", &[])), "granted_already");
        let own = grants::NewGrant { login: "qian", role: "leader", units: &[], regions: &[], reason: "" };
        assert_eq!(refused(grants::grant(&mut bureau, &ctx("钱示二"), &own)), "self");
        assert_eq!(refused(grants::grant(&mut bureau, &ctx("安全示").checked_by("钱示二"), &own)), "self");
        assert_eq!(refused(grants::grant(&mut bureau, &ctx("安全示").checked_by("安全示"), &own)), "same_person");
    });
}

#[test]
fn a_scope_takes_what_lies_below_and_does_not_mix() {
    on_both(|db| {
        let mut bureau = db.bureau();
        db.raw()
            .batch(
                "INSERT INTO region (book, code, name, level, parent, file, file_row) VALUES (1, 'T1', '示镇', '乡镇', '469007000000', 1, 9),
                     (1, 'T2', '样镇', '乡镇', '469007000000', 1, 10), (1, 'V1', '示村', '村', 'T1', 1, 11), (1, 'V2', '样村', '村', 'T2', 1, 12);
                 INSERT INTO unit (book, code, name, kind, region, file, file_row) VALUES (1, 'UT1', '示镇政府', '乡镇', 'T1', 1, 9);
                 INSERT INTO unit (book, code, name, kind, parent, file, file_row) VALUES (1, 'UD', '示镇农服中心', '事业', 'UT1', 1, 10)",
            )
            .unwrap();
        for (login, name) in [("sun", "孙示三"), ("li", "李示四")] {
            settled_user(&mut bureau, login, name);
        }
        assert_eq!(refused(give(&mut bureau, "sun", "township", &[])), "reach");
        assert_eq!(refused(give(&mut bureau, "sun", "township", &["T9"])), "no_place");
        assert_eq!(refused(give(&mut bureau, "sun", "system_admin", &["T1"])), "reach");
        give(&mut bureau, "sun", "township", &["T1"]).unwrap();
        let session = enter(&mut bureau, 0, "sun", PASSWORD).unwrap().principal.session;
        let Scope::Within(within) = as_seen(&mut bureau, session).scope else { panic!("not the county") };
        assert_eq!(within.regions.iter().collect::<Vec<_>>(), ["T1", "V1"]);
        assert_eq!(within.units.iter().collect::<Vec<_>>(), ["UT1"]);
        assert_eq!(refused(give(&mut bureau, "sun", "briefing", &[])), "other_reach", "no role borrows another's reach");

        let units = ["UT1".to_string()];
        let asked = grants::NewGrant { login: "li", role: "department", units: &units, regions: &[], reason: "" };
        grants::grant(&mut bureau, &ctx("安全示"), &asked).unwrap();
        let session = enter(&mut bureau, 0, "li", PASSWORD).unwrap().principal.session;
        let Scope::Within(within) = as_seen(&mut bureau, session).scope else { panic!("not the county") };
        assert_eq!(within.units.iter().collect::<Vec<_>>(), ["UD", "UT1"]);
        assert!(within.regions.is_empty());

        // parents that run in a circle end nothing
        db.raw().batch("UPDATE region SET parent = 'V1' WHERE code = 'T1'").unwrap();
        let session = enter(&mut bureau, 0, "sun", PASSWORD).unwrap().principal.session;
        assert!(as_seen(&mut bureau, session).scope.has_region("V1"));
    });
}

#[test]
fn a_change_of_rights_holds_with_the_next_request() {
    on_both(|db| {
        let mut bureau = db.bureau();
        settled_user(&mut bureau, "zhao", "赵示一");
        let session = enter(&mut bureau, 0, "zhao", PASSWORD).unwrap().principal.session;
        assert!(as_seen(&mut bureau, session).permissions.is_empty());
        let grant = give(&mut bureau, "zhao", "briefing", &[]).unwrap();
        let who = as_seen(&mut bureau, session);
        assert!(who.may("brief.make") && who.scope.is_county() && !who.may("money.read"));

        let wanted: BTreeSet<String> = ["progress.read", "money.read"].map(String::from).into();
        assert_eq!(set_permissions(&mut bureau, &ctx("安全示"), "通报", &wanted).unwrap(), 2);
        let who = as_seen(&mut bureau, session);
        assert!(who.may("money.read") && !who.may("brief.make"));
        let mixed: BTreeSet<String> = ["progress.read", "user.manage"].map(String::from).into();
        assert_eq!(refused(set_permissions(&mut bureau, &ctx("安全示"), "briefing", &mixed)), "permission");
        assert_eq!(refused(set_permissions(&mut bureau, &ctx("安全示"), "log_admin", &wanted)), "permission");
        assert_eq!(refused(set_permissions(&mut bureau, &ctx("赵示一"), "briefing", &wanted)), "self");

        grants::revoke(&mut bureau, &ctx("安全示"), grant, "离岗").unwrap();
        let who = as_seen(&mut bureau, session);
        assert!(who.permissions.is_empty() && who.roles.is_empty() && !who.scope.is_county());
        assert_eq!(refused(grants::revoke(&mut bureau, &ctx("安全示"), grant, "再撤")), "no_grant");
        give(&mut bureau, "zhao", "briefing", &[]).unwrap();
        assert!(as_seen(&mut bureau, session).may("money.read"), "granted again after it was revoked");
        let history = grants::grants(&mut bureau, Some("zhao"), true).unwrap();
        assert_eq!(history.len(), 2);
        assert!(history[0].revoked.as_deref().is_some_and(|said| said.ends_with("安全示 离岗")));
    });
}

#[test]
fn two_accounts_of_one_person_are_one_person() {
    on_both(|db| {
        let people = county::settle(db, 1);
        county::allocate(db, 10_000, 1_000);
        let mut bureau = db.bureau();
        settled_user(&mut bureau, "zhao", "赵示一");
        settled_user(&mut bureau, "zhao.fuhe", "赵示一");
        give(&mut bureau, "zhao", "accountant", &[]).unwrap();
        give(&mut bureau, "zhao.fuhe", "checker", &[]).unwrap();
        let who = enter(&mut bureau, 0, "zhao.fuhe", PASSWORD).unwrap().principal;
        assert!(who.may("payout.check"), "has the right");
        let dir = tempfile::tempdir().unwrap();
        let path = county::put(dir.path(), "PC1", &format!("{BATCH_HEAD}{}", county::batch_lines("PC1", &people)));
        assert!(county::import(&mut bureau, "赵示一", "batch", &path).unwrap().accepted());
        let day = chrono::NaiveDate::from_ymd_opt(2018, 4, 3).unwrap();
        let approved = stage::approve_as_history(&mut bureau, &ctx(&who.name), "PC1", day);
        assert_eq!(refused(approved), "maker_is_checker", "and yet is the maker");
    });
}

#[test]
fn who_a_user_is_and_what_was_granted_stay() {
    on_both(|db: &TestDb| {
        let mut bureau = db.bureau();
        settled_user(&mut bureau, "zhao", "赵示一");
        settled_user(&mut bureau, "qian", "钱示二");
        let grant = give(&mut bureau, "zhao", "township", &["469007100201"]).unwrap();
        grants::revoke(&mut bureau, &ctx("安全示"), grant, "离岗").unwrap();
        let session = enter(&mut bureau, 0, "zhao", PASSWORD).unwrap().principal.session;
        sunledger::app::access::signin::sign_out(&mut bureau, &later(0), session).unwrap();
        let kept =
            ["append-only", "user: login and name stay", "session: ends once", "FOREIGN KEY", "foreign key", "truncate", "access log"];
        for table in [
            "role",
            "role_exclusion",
            "role_permission",
            "role_grant",
            "role_grant_place",
            "role_revocation",
            "password_history",
            "access_log",
        ] {
            db.refuses("update", &format!("UPDATE {table} SET book = book"), &kept);
            db.refuses("delete", &format!("DELETE FROM {table}"), &kept);
            db.refuses_on(Db::Postgres, "truncate", &format!("TRUNCATE {table} CASCADE"), &kept);
            db.refuses_on(Db::Sqlite, "replace", &format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"), &kept);
        }
        db.refuses("another name", "UPDATE user_account SET name = '钱示二' WHERE login = 'zhao'", &kept);
        db.refuses("a user goes", "DELETE FROM user_account", &kept);
        db.refuses("a session again", "UPDATE session SET ended = NULL", &kept);
        db.refuses("a session of another", "UPDATE session SET person = 2", &kept);
        db.refuses("a session goes", "DELETE FROM session", &kept);
    });
}
