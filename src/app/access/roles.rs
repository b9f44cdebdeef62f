//! Roles (角色) of a book and their rights. What ships can be changed, within one line: money and administration never meet in a role.

use super::act;
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::access::{PERMISSIONS, Role, RoleReach, permission, permission_problems};
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::{StoreError, Tx};
use std::collections::BTreeSet;

pub use super::grants::{Grant, NewGrant, grant, grants, revoke, revoke_role};

/// All roles in order, with the rights they have now.
pub fn list(bureau: &mut Bureau) -> Result<Vec<Role>> {
    bureau.read(all)
}

pub(super) fn all(tx: &mut Tx<'_>, book: &Book) -> Result<Vec<Role>> {
    let sql = "SELECT code, title, reach, business, about FROM role WHERE book = $1 ORDER BY place, code";
    let mut roles = Vec::new();
    for row in tx.query(sql, params![book.id])? {
        let reach =
            RoleReach::from_code(row.text(2)?).ok_or_else(|| StoreError::Schema(format!("角色范围 {}", row.text(2).unwrap_or(""))))?;
        roles.push(Role {
            code: row.string(0)?,
            title: row.string(1)?,
            reach,
            business: row.int(3)? == 1,
            excludes: BTreeSet::new(),
            permissions: BTreeSet::new(),
            about: row.string(4)?,
        });
    }
    let excluded = tx.query("SELECT role, other FROM role_exclusion WHERE book = $1", params![book.id])?;
    let held = "SELECT p.role, p.permission FROM role_permission p WHERE p.book = $1 AND p.held = 1
                   AND p.seq = (SELECT MAX(l.seq) FROM role_permission l WHERE l.book = p.book AND l.role = p.role AND l.permission = p.permission)";
    let held = tx.query(held, params![book.id])?;
    for role in &mut roles {
        for row in excluded.iter().filter(|row| row.text(0).is_ok_and(|code| code == role.code)) {
            role.excludes.insert(row.string(1)?);
        }
        for row in held.iter().filter(|row| row.text(0).is_ok_and(|code| code == role.code)) {
            role.permissions.insert(row.string(1)?);
        }
    }
    Ok(roles)
}

/// The role of that code or title. Errors: there is none.
pub(super) fn must_find(tx: &mut Tx<'_>, book: &Book, name: &str) -> Result<Role> {
    let (roles, name) = (all(tx, book)?, name.trim());
    let known: Vec<String> = roles.iter().map(|role| format!("{}（{}）", role.code, role.title)).collect();
    match roles.into_iter().find(|role| role.code == name || role.title == name) {
        Some(role) => Ok(role),
        None => AppError::refuse("no_role", format!("没有“{name}”这个角色"), format!("可用：{}", known.join("、"))),
    }
}

/// Gives a role exactly these rights; it holds with the next request of everybody who has the role. Returns how many changed.
/// Errors: no such role; unknown rights; money beside administration; a role of one's own.
pub fn set_permissions(bureau: &mut Bureau, ctx: &Context, role: &str, permissions: &BTreeSet<String>) -> Result<usize> {
    act(bureau, ctx, "role.permissions", role, "", |tx, book| {
        let role = must_find(tx, book, role)?;
        let mut refusals: Vec<Refusal> = permission_problems(&role.title, role.business, permissions)
            .into_iter()
            .map(|problem| Refusal::new("permission", problem, "请用 ⟦role.list⟧ 查看可用的权限"))
            .collect();
        if super::grants::live(tx, book)?.iter().any(|grant| grant.role == role.code && grant.name == ctx.actor) {
            refusals.push(Refusal::new("self", "不能更改自己所任角色的权限", "请由其他安全管理员办理"));
        }
        if !refusals.is_empty() {
            return Err(AppError::Refused(refusals));
        }
        let given = permissions.difference(&role.permissions).map(|code| (code.as_str(), true));
        let taken = role.permissions.difference(permissions).map(|code| (code.as_str(), false));
        let changes: Vec<(&str, bool)> = given.chain(taken).collect();
        write_permissions(tx, book, &role.code, changes.iter().copied(), &ctx.actor, ctx.now())?;
        Ok(changes.len())
    })
}

pub(super) fn write_permissions<'p>(
    tx: &mut Tx<'_>,
    book: &Book,
    role: &str,
    changes: impl Iterator<Item = (&'p str, bool)>,
    actor: &str,
    at: i64,
) -> Result<()> {
    for (code, held) in changes {
        let last = "SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) FROM role_permission WHERE book = $1 AND role = $2 AND permission = $3";
        let seq = tx.one(last, params![book.id, role, code])?.int(0)? + 1;
        tx.execute(
            "INSERT INTO role_permission (book, role, permission, seq, held, actor, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![book.id, role, code, seq, i64::from(held), actor, at],
        )?;
    }
    Ok(())
}

/// Roles with their reach, rights and what they exclude.
pub fn table(roles: &[Role]) -> Table {
    let title = |code: &String| roles.iter().find(|role| role.code == *code).map_or(code.clone(), |role| role.title.clone());
    let mut table = Table::new("roles", "角色")
        .column("role", "角色", Kind::Text)
        .column("title", "名称", Kind::Text)
        .column("reach", "范围", Kind::Text)
        .column("about", "职责", Kind::Text)
        .column("permissions", "权限", Kind::Text)
        .column("excludes", "不得兼任", Kind::Text);
    for role in roles {
        let permissions: Vec<&str> = role.permissions.iter().map(String::as_str).collect();
        let excludes: Vec<String> = role.excludes.iter().map(title).collect();
        table.push(vec![
            Cell::text(&role.code),
            Cell::text(&role.title),
            Cell::text(role.reach.title()),
            Cell::text(&role.about),
            Cell::text(permissions.join(" ")),
            Cell::text(excludes.join("、")),
        ]);
    }
    table
}

/// Every permission, and which roles have it.
pub fn permissions_table(roles: &[Role]) -> Table {
    let mut table = Table::new("permissions", "权限")
        .column("permission", "权限", Kind::Text)
        .column("title", "名称", Kind::Text)
        .column("kind", "类别", Kind::Text)
        .column("roles", "角色", Kind::Text);
    for known in PERMISSIONS {
        let holders: Vec<&str> =
            roles.iter().filter(|role| role.permissions.contains(known.code)).map(|role| role.title.as_str()).collect();
        let kind = if known.business { "业务" } else { "管理" };
        table.push([known.code, known.title, kind, &holders.join("、")].map(Cell::text).to_vec());
    }
    table
}

/// What people read for the permissions of a person.
pub fn permission_title(code: &str) -> &str {
    permission(code).map_or(code, |permission| permission.title)
}
