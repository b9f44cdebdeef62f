//! One's own account (我的账户): changing the password, which needs the old one, and the second step (动态验证码).

pub use super::second_step::{Enrolment, confirm, enrol, remove};
use super::users::{must_find, password_refusals};
use super::{act, policy, secrets, sessions};
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::params;
use crate::store::Tx;

/// Changes one's own password; one's other sessions end. Errors: the old one is wrong (which counts as a wrong try), the new one is not
/// fit or was used before.
pub fn change_password(bureau: &mut Bureau, ctx: &Context, login: &str, session: i64, old: &str, new: &str) -> Result<()> {
    let (policy, user, earlier) = bureau.read(|tx, book| {
        let policy = policy::in_force(tx, book, ctx.today())?;
        let user = must_find(tx, book, login)?;
        let sql = "SELECT password FROM password_history WHERE book = $1 AND person = $2 ORDER BY seq DESC LIMIT $3";
        let rows = tx.query(sql, params![book.id, user.id, policy.history])?;
        let earlier = rows.iter().map(|row| row.string(0)).collect::<std::result::Result<Vec<_>, _>>()?;
        Ok((policy, user, earlier))
    })?;
    check(bureau, ctx, login, old)?;
    let mut refusals: Vec<Refusal> = password_refusals(&policy, new, &user.login, &user.name);
    let current = if policy.history > 0 { vec![user.password.clone()] } else { Vec::new() };
    for hash in current.iter().chain(&earlier) {
        if secrets::matches(new, Some(hash))? {
            refusals.push(Refusal::new("password", format!("不能与最近 {} 次的口令相同", policy.history), "请换一个新的口令"));
            break;
        }
    }
    if !refusals.is_empty() {
        return Err(AppError::Refused(refusals));
    }
    let hash = secrets::hash(new)?;
    act(bureau, ctx, "account.change_password", &user.login, "", |tx, book| {
        keep(tx, book, user.id, &user.password, ctx.now())?;
        let changed = tx.execute(
            "UPDATE user_account SET password = $3, must_change = 0, password_set_at = $4, secret_ends = NULL
              WHERE book = $1 AND id = $2 AND password = $5",
            params![book.id, user.id, &hash, ctx.now(), &user.password],
        )?;
        if changed == 0 {
            return AppError::refuse("changed_meanwhile", "口令刚刚已被更换", "请重新登录");
        }
        sessions::end_all(tx, book, ctx, user.id, Some(session), "口令更换")
    })
}

/// Whether a person is who they say, asked again before something weighty. Wrong tries count as at signing in.
/// Errors: `wrong_password`, also while waiting.
pub fn check(bureau: &mut Bureau, ctx: &Context, login: &str, password: &str) -> Result<()> {
    let (policy, user) = bureau.read(|tx, book| Ok((policy::in_force(tx, book, ctx.today())?, must_find(tx, book, login)?)))?;
    let right = secrets::matches(password, Some(&user.password))?;
    let Bureau { store, book, .. } = bureau;
    let right = store.write(book.id, |tx| {
        let user = must_find(tx, book, login)?;
        if user.wait_until > ctx.now() {
            return Ok::<_, AppError>(false);
        }
        if !right {
            super::signin::count_failure(tx, book, &user, &policy, ctx.now())?;
        }
        Ok(right)
    })?;
    if right {
        Ok(())
    } else {
        AppError::refuse("wrong_password", "原口令不正确，或因多次出错须等待", "请核对后再试")
    }
}

/// Keeps a password that goes out of use.
pub(super) fn keep(tx: &mut Tx<'_>, book: &Book, user: i64, hash: &str, now: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO password_history (book, person, seq, password, at)
         SELECT $1, $2, COALESCE(MAX(seq), 0) + 1, $3, $4 FROM password_history WHERE book = $1 AND person = $2",
        params![book.id, user, hash, now],
    )?;
    Ok(())
}
