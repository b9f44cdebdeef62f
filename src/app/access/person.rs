//! The signed-in person as one request sees them: their roles, permissions and scope, read anew each time so that whatever changes
//! takes hold at once. Units and regions come with everything below them, and a region with the units that sit in it.

use crate::app::{Book, Result};
use crate::domain::access::{Principal, Scope, Within};
use crate::params;
use crate::store::Tx;

/// Who a session or a login stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Who {
    pub user: i64,
    pub login: String,
    pub name: String,
    pub must_change: bool,
}

/// Grants of a user (`$1` book, `$2` user) that were not revoked.
const LIVE: &str = "role_grant g WHERE g.book = $1 AND g.person = $2
    AND NOT EXISTS (SELECT 1 FROM role_revocation v WHERE v.book = g.book AND v.role_grant = g.id)";

pub(super) fn principal(tx: &mut Tx<'_>, book: &Book, who: Who, session: i64) -> Result<Principal> {
    let mut principal = Principal {
        user: who.user,
        login: who.login,
        name: who.name,
        roles: Vec::new(),
        permissions: Default::default(),
        scope: Scope::Within(Within::default()),
        session,
        must_change_password: who.must_change,
    };
    let (mut county, mut part) = (false, false);
    let grants = format!(
        "SELECT l.role, l.scope FROM (SELECT g.role, g.scope, g.book FROM {LIVE}) l JOIN role r ON r.book = l.book AND r.code = l.role ORDER BY r.place"
    );
    for row in tx.query(&grants, params![book.id, who.user])? {
        let role = row.string(0)?;
        county |= row.text(1)? == "county";
        part |= row.text(1)? == "part";
        if !principal.roles.contains(&role) {
            principal.roles.push(role);
        }
    }
    let permissions = format!(
        "SELECT DISTINCT p.permission FROM role_permission p
          WHERE p.book = $1 AND p.held = 1 AND p.role IN (SELECT g.role FROM {LIVE})
            AND p.seq = (SELECT MAX(l.seq) FROM role_permission l WHERE l.book = p.book AND l.role = p.role AND l.permission = p.permission)"
    );
    for row in tx.query(&permissions, params![book.id, who.user])? {
        principal.permissions.insert(row.string(0)?);
    }
    // a mixture cannot be granted; if there were one, the narrower would hold
    if part {
        principal.scope = Scope::Within(within(tx, book, who.user)?);
    } else if county {
        principal.scope = Scope::County;
    }
    Ok(principal)
}

/// The places of a user's grants and what lies below them. `UNION` (not ALL) ends even where parents run in a circle.
fn within(tx: &mut Tx<'_>, book: &Book, user: i64) -> Result<Within> {
    let mut within = Within::default();
    let granted =
        format!("SELECT p.code FROM role_grant_place p WHERE p.book = $1 AND p.kind = $3 AND p.role_grant IN (SELECT g.id FROM {LIVE})");
    let regions = format!(
        "WITH RECURSIVE below (code) AS ({granted} UNION SELECT r.code FROM region r JOIN below b ON r.parent = b.code WHERE r.book = $1)
         SELECT code FROM below"
    );
    for row in tx.query(&regions, params![book.id, user, "region"])? {
        within.regions.insert(row.string(0)?);
    }
    let units = format!(
        "WITH RECURSIVE below (code) AS ({granted} UNION SELECT u.code FROM unit u JOIN below b ON u.parent = b.code WHERE u.book = $1)
         SELECT code FROM below"
    );
    for row in tx.query(&units, params![book.id, user, "unit"])? {
        within.units.insert(row.string(0)?);
    }
    if !within.regions.is_empty() {
        for row in tx.query("SELECT code, region FROM unit WHERE book = $1 AND region IS NOT NULL", params![book.id])? {
            if within.regions.contains(row.text(1)?) {
                within.units.insert(row.string(0)?);
            }
        }
    }
    Ok(within)
}
