//! Grants (授权): a role given to a user for the county or for some units and regions. Grants are added and revoked, never changed.
//! Exclusions hold for the person, across all accounts that carry one name; and all roles of an account reach equally far, because
//! a request has one scope and no role may borrow the reach of another.

use super::{act, roles, users};
use crate::app::context::china_time;
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::access::{Role, RoleReach};
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::Tx;
use serde::Serialize;
use std::collections::BTreeSet;

/// A grant as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Grant {
    pub id: i64,
    pub user: i64,
    pub login: String,
    pub name: String,
    pub role: String,
    pub title: String,
    /// `county`, `part` or `none`.
    pub scope: String,
    pub units: BTreeSet<String>,
    pub regions: BTreeSet<String>,
    pub granted_by: String,
    pub checker: String,
    pub reason: String,
    pub at: String,
    /// Who revoked it, when and why, where it was.
    pub revoked: Option<String>,
}

impl Grant {
    /// `会计（全县）`, `乡镇经办（469007100000）`.
    pub fn words(&self) -> String {
        let places: Vec<&str> = self.units.iter().chain(&self.regions).map(String::as_str).collect();
        match self.scope.as_str() {
            "county" => format!("{}（全县）", self.title),
            "part" => format!("{}（{}）", self.title, places.join("、")),
            _ => self.title.clone(),
        }
    }
}

/// What is to be granted. Without units and regions it is for the county, where the role may be.
#[derive(Debug, Clone, Copy)]
pub struct NewGrant<'a> {
    pub login: &'a str,
    /// Code or title.
    pub role: &'a str,
    pub units: &'a [String],
    pub regions: &'a [String],
    pub reason: &'a str,
}

/// Grants a role; it holds with the user's next request. Errors, all at once: no such user, role, unit or region; oneself; maker and
/// checker one person; reach not that of the role; roles that exclude one another; a reach other than that of the user's other roles.
pub fn grant(bureau: &mut Bureau, ctx: &Context, asked: &NewGrant<'_>) -> Result<i64> {
    let target = format!("{} {}", users::login_form(asked.login), asked.role.trim());
    act(bureau, ctx, "role.grant", &target, asked.reason, |tx, book| grant_in(tx, book, ctx, asked))
}

pub(super) fn grant_in(tx: &mut Tx<'_>, book: &Book, ctx: &Context, asked: &NewGrant<'_>) -> Result<i64> {
    let user = users::must_find(tx, book, asked.login)?;
    let role = roles::must_find(tx, book, asked.role)?;
    let scope = match role.reach {
        RoleReach::None => "none",
        _ if asked.units.is_empty() && asked.regions.is_empty() => "county",
        _ => "part",
    };
    let mut refusals = people(ctx, &user.name);
    refusals.extend(places(tx, book, &role, asked)?);
    let held: Vec<Grant> = live(tx, book)?.into_iter().filter(|grant| grant.name == user.name).collect();
    for other in held.iter().filter(|grant| role.excludes.contains(&grant.role)) {
        let message = format!("{} 已任“{}”（登录名 {}），不得兼任“{}”", other.name, other.title, other.login, role.title);
        refusals.push(Refusal::new("exclusive", message, "请先撤销原来的角色，或授予他人"));
    }
    let wanted = (asked.units.iter().cloned().collect::<BTreeSet<_>>(), asked.regions.iter().cloned().collect::<BTreeSet<_>>());
    for own in held.iter().filter(|grant| grant.user == user.id) {
        let same = own.scope == scope && (&own.units, &own.regions) == (&wanted.0, &wanted.1);
        if own.role == role.code && same {
            refusals.push(Refusal::new("granted_already", format!("“{}”已任 {}", user.login, own.words()), "不必再授"));
        } else if own.role != role.code && !same {
            let message = format!("“{}”已任 {}，同一用户各角色的范围须一致", user.login, own.words());
            refusals.push(Refusal::new("other_reach", message, "范围不同的请用另一个登录名（姓名相同，不相容职责照样限制）"));
        }
    }
    if !refusals.is_empty() {
        return Err(AppError::Refused(refusals));
    }
    let id = tx.take_ids(book.id, "role_grant", 1)?;
    tx.execute(
        "INSERT INTO role_grant (book, id, person, role, scope, granted_by, checker, reason, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![book.id, id, user.id, &role.code, scope, &ctx.actor, &ctx.checker, asked.reason.trim(), ctx.now()],
    )?;
    for (kind, codes) in [("unit", &wanted.0), ("region", &wanted.1)] {
        for code in codes {
            let sql = "INSERT INTO role_grant_place (book, role_grant, kind, code) VALUES ($1, $2, $3, $4)";
            tx.execute(sql, params![book.id, id, kind, code])?;
        }
    }
    Ok(id)
}

/// Nobody grants to themselves, and who signs is another person than who asks.
fn people(ctx: &Context, name: &str) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    if ctx.actor == name || ctx.checker == name {
        refusals.push(Refusal::new("self", format!("{name} 不能给自己授权"), "请由其他人办理"));
    }
    if !ctx.checker.is_empty() && ctx.checker == ctx.actor {
        refusals.push(Refusal::new("same_person", "经办人和复核人不能是同一人", "请由另一人复核"));
    }
    refusals
}

fn places(tx: &mut Tx<'_>, book: &Book, role: &Role, asked: &NewGrant<'_>) -> Result<Vec<Refusal>> {
    let mut refusals = Vec::new();
    let none = asked.units.is_empty() && asked.regions.is_empty();
    match role.reach {
        RoleReach::Part if none => {
            refusals.push(Refusal::new("reach", format!("“{}”须指明单位或区划", role.title), "请写明 units 或 regions"));
        }
        RoleReach::None if !none => {
            refusals.push(Refusal::new("reach", format!("“{}”没有业务数据的范围", role.title), "请不要写单位和区划"));
        }
        _ => {}
    }
    for (what, table, codes) in [("单位", "unit", asked.units), ("区划", "region", asked.regions)] {
        for code in codes {
            if tx.first(&format!("SELECT 1 FROM {table} WHERE book = $1 AND code = $2"), params![book.id, code])?.is_none() {
                refusals.push(Refusal::new("no_place", format!("没有{what}“{code}”"), "请核对编码"));
            }
        }
    }
    Ok(refusals)
}

/// Takes a grant back; it holds with the user's next request. Errors: no such grant; revoked already.
pub fn revoke(bureau: &mut Bureau, ctx: &Context, grant: i64, reason: &str) -> Result<Grant> {
    act(bureau, ctx, "role.revoke", &grant.to_string(), reason, |tx, book| {
        let Some(found) = live(tx, book)?.into_iter().find(|found| found.id == grant) else {
            return AppError::refuse("no_grant", format!("没有授权 {grant}，或已撤销"), "请先查看授权列表");
        };
        revoke_in(tx, book, ctx, &found, reason)?;
        Ok(found)
    })
}

/// Takes back whatever grants of a role a user has. Errors: there are none.
pub fn revoke_role(bureau: &mut Bureau, ctx: &Context, login: &str, role: &str, reason: &str) -> Result<Vec<Grant>> {
    let target = format!("{} {}", users::login_form(login), role.trim());
    act(bureau, ctx, "role.revoke", &target, reason, |tx, book| {
        let (user, role) = (users::must_find(tx, book, login)?, roles::must_find(tx, book, role)?);
        let found: Vec<Grant> = live(tx, book)?.into_iter().filter(|g| g.user == user.id && g.role == role.code).collect();
        if found.is_empty() {
            return AppError::refuse("no_grant", format!("“{}”没有“{}”这个角色", user.login, role.title), "请先查看授权列表");
        }
        for grant in &found {
            revoke_in(tx, book, ctx, grant, reason)?;
        }
        Ok(found)
    })
}

fn revoke_in(tx: &mut Tx<'_>, book: &Book, ctx: &Context, grant: &Grant, reason: &str) -> Result<()> {
    let sql = "INSERT INTO role_revocation (book, role_grant, revoked_by, reason, at) VALUES ($1, $2, $3, $4, $5)";
    tx.execute(sql, params![book.id, grant.id, &ctx.actor, reason.trim(), ctx.now()])?;
    Ok(())
}

/// All grants, those revoked too where `history` is asked for; of one user by login.
pub fn grants(bureau: &mut Bureau, login: Option<&str>, history: bool) -> Result<Vec<Grant>> {
    bureau.read(|tx, book| {
        let user = login.map(|login| users::must_find(tx, book, login)).transpose()?.map(|user| user.id);
        let all = stored(tx, book)?;
        Ok(all.into_iter().filter(|grant| (history || grant.revoked.is_none()) && user.is_none_or(|user| grant.user == user)).collect())
    })
}

/// Grants that stand.
pub(super) fn live(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<Grant>> {
    Ok(stored(tx, book)?.into_iter().filter(|grant| grant.revoked.is_none()).collect())
}

fn stored(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<Grant>> {
    let sql = "SELECT g.id, g.person, u.login, u.name, g.role, r.title, g.scope, g.granted_by, g.checker, g.reason, g.at, v.revoked_by,
                      COALESCE(v.reason, ''), COALESCE(v.at, 0)
                 FROM role_grant g
                 JOIN user_account u ON u.book = g.book AND u.id = g.person
                 JOIN role r ON r.book = g.book AND r.code = g.role
                 LEFT JOIN role_revocation v ON v.book = g.book AND v.role_grant = g.id
                WHERE g.book = $1 ORDER BY g.id";
    let mut grants = Vec::new();
    for row in tx.query(sql, params![book.id])? {
        let by = row.opt_string(11)?;
        let revoked = match by {
            Some(by) => Some(format!("{} {by} {}", china_time(row.int(13)?), row.text(12)?).trim_end().to_string()),
            None => None,
        };
        grants.push(Grant {
            id: row.int(0)?,
            user: row.int(1)?,
            login: row.string(2)?,
            name: row.string(3)?,
            role: row.string(4)?,
            title: row.string(5)?,
            scope: row.string(6)?,
            units: BTreeSet::new(),
            regions: BTreeSet::new(),
            granted_by: row.string(7)?,
            checker: row.string(8)?,
            reason: row.string(9)?,
            at: china_time(row.int(10)?),
            revoked,
        });
    }
    for row in tx.query("SELECT role_grant, kind, code FROM role_grant_place WHERE book = $1", params![book.id])? {
        let id = row.int(0)?;
        if let Ok(at) = grants.binary_search_by_key(&id, |grant| grant.id) {
            let grant = &mut grants[at];
            let places = if row.text(1)? == "unit" { &mut grant.units } else { &mut grant.regions };
            places.insert(row.string(2)?);
        }
    }
    Ok(grants)
}

pub fn table(grants: &[Grant]) -> Table {
    let mut table = Table::new("grants", "授权")
        .column("grant", "编号", Kind::Count)
        .column("login", "登录名", Kind::Text)
        .column("name", "姓名", Kind::Text)
        .column("role", "角色", Kind::Text)
        .column("scope", "角色和范围", Kind::Text)
        .column("granted_by", "授权人", Kind::Text)
        .column("checker", "复核人", Kind::Text)
        .column("at", "时间", Kind::Text)
        .column("reason", "理由", Kind::Text)
        .column("revoked", "撤销", Kind::Text);
    for grant in grants {
        table.push(vec![
            Cell::Count(grant.id),
            Cell::text(&grant.login),
            Cell::text(&grant.name),
            Cell::text(&grant.role),
            Cell::text(grant.words()),
            Cell::text(&grant.granted_by),
            Cell::text(&grant.checker),
            Cell::text(&grant.at),
            Cell::text(&grant.reason),
            Cell::text(grant.revoked.clone().unwrap_or_default()),
        ]);
    }
    table
}
