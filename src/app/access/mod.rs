//! Who may enter and what they may do: signing in ([`signin`]), users, roles and grants, sessions, the access log (操作日志) and the keys
//! of requests. Whatever changes rights takes hold at once, for the person is read anew with each request ([`person`]).

pub mod account;
pub mod grants;
pub mod log;
pub mod person;
pub mod policy;
pub mod requests;
pub mod roles;
mod second_step;
mod secrets;
pub mod sessions;
pub mod signin;
pub mod users;

use super::{Book, Bureau, Caller, Context, Result};
use crate::domain::access::shipped_roles;
use crate::domain::ledger::chain::GENESIS;
use crate::params;
use crate::store::{Store, Tx};

/// From where somebody signs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    pub ip: String,
    pub agent: String,
}

/// The name under which the program itself writes what ships.
const PROGRAM: &str = "系统";

/// Gives a book the beginning of its log and the shipped roles, where it has none: a new one, or one made before there were any.
pub(crate) fn establish(store: &mut Store, book: &Book) -> Result<()> {
    let there =
        |tx: &mut Tx<'_>| Ok::<_, super::AppError>(tx.first("SELECT 1 FROM access_head WHERE book = $1", params![book.id])?.is_some());
    if store.read(there)? {
        return Ok(());
    }
    store.write(book.id, |tx| {
        if there(tx)? {
            return Ok(()); // two programs opened an older book together: the one that waited finds the work done
        }
        tx.execute("INSERT INTO access_head (book, seq, hash) VALUES ($1, 0, $2)", params![book.id, GENESIS])?;
        let at = tx.one("SELECT created_at FROM book WHERE id = $1", params![book.id])?.int(0)?;
        load_roles(tx, book, at)
    })
}

fn load_roles(tx: &mut Tx<'_>, book: &Book, at: i64) -> Result<()> {
    let roles = shipped_roles();
    for (place, role) in (1i64..).zip(&roles) {
        tx.execute(
            "INSERT INTO role (book, code, place, title, reach, business, about) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![book.id, &role.code, place, &role.title, role.reach.code(), i64::from(role.business), &role.about],
        )?;
        roles::write_permissions(tx, book, &role.code, role.permissions.iter().map(|code| (code.as_str(), true)), PROGRAM, at)?;
    }
    for role in &roles {
        for other in &role.excludes {
            tx.execute("INSERT INTO role_exclusion (book, role, other) VALUES ($1, $2, $3)", params![book.id, &role.code, other])?;
        }
    }
    Ok(())
}

/// A write of this feature. The service's caller is logged by [`Bureau::write`]; without one, whoever works at the command line is.
fn act<T>(
    bureau: &mut Bureau,
    ctx: &Context,
    operation: &str,
    target: &str,
    reason: &str,
    work: impl FnOnce(&mut Tx<'_>, &Book) -> Result<T>,
) -> Result<T> {
    if bureau.caller.is_some() {
        return bureau.write(work);
    }
    bureau.write(|tx, book| {
        let done = work(tx, book)?;
        log::record(tx, book, &Caller::at_desk(ctx, operation, target, reason), ctx.now())?;
        Ok(done)
    })
}
