//! Signing in (登录) and staying so: a password and, where it is switched on, a code; then a session with a refresh token that is
//! replaced at each use. Wrong tries wait longer and longer; unknown logins get the same answer after the same work.

use super::person::{Who, principal as build};
use super::policy::AccessPolicy;
use super::users::Stored;
use super::{Origin, log, policy, second_step, secrets, users};
use crate::app::{AppError, Book, Bureau, Caller, Context, Result};
use crate::domain::access::entry::clean;
use crate::domain::access::{Principal, totp};
use crate::params;
use crate::store::Tx;

/// How long a replaced token is still taken, for requests of one page that came together, microseconds.
const GRACE: i64 = 10_000_000;
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    pub login: &'a str,
    pub password: &'a str,
    /// The code of the second step, where it is known.
    pub code: Option<&'a str>,
    pub origin: &'a Origin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub principal: Principal,
    /// The refresh token: 256 bits, to be kept secret.
    pub refresh: String,
    /// When the session ends in any case, microseconds since 1970 UTC.
    pub ends_at: i64,
}

/// Why somebody is not let in. What is counted or ended with it stays, so it is no error of the transaction.
struct Denied {
    /// What the log says.
    why: &'static str,
    said: Said,
}

enum Said {
    /// The one answer for whatever was wrong, so that it tells nothing.
    Refused,
    /// Password right, code missing.
    NeedsCode,
    FirstSecretExpired,
    /// The secret of the second step cannot be read: nobody is let in without it.
    KeyLost,
}

/// Errors: `sign_in_refused` (one answer for unknown login, wrong password or code, waiting, disabled), `second_step` (the password is
/// right and a code is asked for), `second_step_lost` (its secret was sealed with another key), `first_secret_expired`.
pub fn sign_in(bureau: &mut Bureau, ctx: &Context, given: &SignIn<'_>) -> Result<SignedIn> {
    let login = users::login_form(given.login);
    let (policy, found) = bureau.read(|tx, book| Ok((policy::in_force(tx, book, ctx.today())?, users::find(tx, book, &login)?)))?;
    let right = secrets::matches(given.password, found.as_ref().map(|user| user.password.as_str()))?;
    let refresh = secrets::token()?;
    let Bureau { store, book, data_key, .. } = bureau;
    let outcome = store.write(book.id, |tx| {
        // whoever tried at the same time may have used up the tries, the code, or changed the password
        let user = users::find(tx, book, &login)?;
        let right = right && user.as_ref().map(|user| &user.password) == found.as_ref().map(|user| &user.password);
        let unsealed = |user: &Stored, sealed: &[u8]| second_step::opened(data_key.as_ref(), book, user.id, sealed);
        let decided = decide(user.as_ref(), right, given.code, &policy, ctx.now(), &unsealed);
        let (session, why) = match (&decided, &user) {
            (Ok(step), Some(user)) => (open(tx, book, ctx, user, *step, &policy, given.origin, &refresh)?, log::DONE),
            (Ok(_), None) => (0, "unknown_login"), // not reached: nobody is not let in
            (Err(denied), user) => {
                if let (Some(user), "wrong_password" | "wrong_code") = (user, denied.why) {
                    count_failure(tx, book, user, &policy, ctx.now())?;
                }
                (0, denied.why)
            }
        };
        log::record_outcome(tx, book, &caller(user.as_ref(), session, given.origin), why, ctx.now())?;
        match (decided, user) {
            (Ok(_), Some(user)) => {
                let must_change = user.must_change || expired(&user, &policy, ctx.now());
                let who = Who { user: user.id, login: user.login, name: user.name, must_change };
                let ends_at = ctx.now() + policy.session_lasts;
                Ok::<_, AppError>(Ok(SignedIn { principal: build(tx, book, who, session)?, refresh: refresh.clone(), ends_at }))
            }
            (Ok(_), None) => Ok(Err(Said::Refused)),
            (Err(denied), _) => Ok(Err(denied.said)),
        }
    })?;
    outcome.or_else(|said| match said {
        Said::Refused => AppError::refuse(
            "sign_in_refused",
            "登录名、口令或验证码不正确，或因多次出错须等待",
            "请核对后再试；多次出错后请稍等片刻；忘记口令请与系统管理员联系",
        ),
        Said::NeedsCode => AppError::refuse("second_step", "请输入动态验证码", "请打开验证器，输入当前的六位数字"),
        Said::KeyLost => {
            AppError::refuse("second_step_lost", "动态验证码已经失效（数据密钥已更换）", "请与系统管理员联系，重置口令后重新启用动态验证码")
        }
        Said::FirstSecretExpired => AppError::refuse("first_secret_expired", "首次口令已过期", "请与系统管理员联系，重新取得首次口令"),
    })
}

/// Opens the sealed secret of somebody's second step; `None` where the key is another.
type Open<'a> = dyn Fn(&Stored, &[u8]) -> Option<Vec<u8>> + 'a;

/// The step whose code was used, where the second step is on.
fn decide(
    user: Option<&Stored>,
    right: bool,
    code: Option<&str>,
    policy: &AccessPolicy,
    now: i64,
    open: &Open<'_>,
) -> std::result::Result<Option<i64>, Denied> {
    let refused = |why| Err(Denied { why, said: Said::Refused });
    let Some(user) = user else { return refused("unknown_login") };
    if user.wait_until > now && user.failed >= policy.lockout.free {
        return refused("waiting");
    }
    if !right {
        return refused("wrong_password");
    }
    if !user.active {
        return refused("disabled");
    }
    if user.secret_ends.is_some_and(|ends| ends < now) {
        return Err(Denied { why: "first_secret_expired", said: Said::FirstSecretExpired });
    }
    let Some(sealed) = user.second_step() else { return Ok(None) };
    let Some(secret) = open(user, sealed) else { return Err(Denied { why: "second_step_sealed", said: Said::KeyLost }) };
    match code.map(|code| totp::step_of(&secret, code, now)) {
        None => Err(Denied { why: "second_step", said: Said::NeedsCode }),
        Some(Some(step)) if step > user.totp_step => Ok(Some(step)),
        Some(_) => refused("wrong_code"),
    }
}

fn expired(user: &Stored, policy: &AccessPolicy, now: i64) -> bool {
    policy.password_lasts > 0 && now - user.password_set_at > policy.password_lasts
}

fn caller(user: Option<&Stored>, session: i64, origin: &Origin) -> Caller {
    Caller {
        user: user.map_or(0, |user| user.id),
        name: user.map_or_else(String::new, |user| user.name.clone()),
        session,
        ip: origin.ip.clone(),
        operation: "session.sign_in".into(),
        // what was typed for an unknown login may be a password typed into the wrong field
        target: user.map_or_else(|| "（未知登录名）".into(), |user| user.login.clone()),
        reason: String::new(),
        request: None,
    }
}

pub(super) fn count_failure(tx: &mut Tx<'_>, book: &Book, user: &Stored, policy: &AccessPolicy, now: i64) -> Result<()> {
    let failed = user.failed + 1;
    tx.execute(
        "UPDATE user_account SET failed = $3, wait_until = $4 WHERE book = $1 AND id = $2",
        params![book.id, user.id, failed, now + policy.lockout.wait(failed)],
    )?;
    Ok(())
}

#[allow(clippy::too_many_arguments)] // all of them are written into the session
fn open(
    tx: &mut Tx<'_>,
    book: &Book,
    ctx: &Context,
    user: &Stored,
    step: Option<i64>,
    policy: &AccessPolicy,
    origin: &Origin,
    refresh: &str,
) -> Result<i64> {
    let now = ctx.now();
    let must_change = user.must_change || expired(user, policy, now);
    tx.execute(
        "UPDATE user_account SET failed = 0, wait_until = 0, must_change = $3, totp_step = $4 WHERE book = $1 AND id = $2",
        params![book.id, user.id, i64::from(must_change), step.unwrap_or(user.totp_step)],
    )?;
    let session = tx.take_ids(book.id, "session", 1)?;
    tx.execute(
        "INSERT INTO session (book, id, person, started, last_seen, idle, ends, ip, agent, ended, ended_by, end_why)
         VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, NULL, '', '')",
        params![book.id, session, user.id, now, policy.idle, now + policy.session_lasts, clean(&origin.ip), clean(&origin.agent)],
    )?;
    insert_token(tx, book, session, refresh, now)?;
    Ok(session)
}

fn insert_token(tx: &mut Tx<'_>, book: &Book, session: i64, token: &str, now: i64) -> Result<()> {
    tx.execute(
        "INSERT INTO session_token (book, digest, session, issued, replaced) VALUES ($1, $2, $3, $4, NULL)",
        params![book.id, secrets::token_digest(token), session, now],
    )?;
    Ok(())
}

/// A session with its user.
struct Live {
    session: i64,
    who: Who,
    ends: i64,
}

/// The session, unless it has ended, was idle too long, or its user is disabled.
fn live(tx: &mut Tx<'_>, book: &Book, session: i64, now: i64) -> Result<Option<Live>> {
    let sql = "SELECT s.ended, s.last_seen, s.idle, s.ends, u.state, u.id, u.login, u.name, u.must_change
                 FROM session s JOIN user_account u ON u.book = s.book AND u.id = s.person WHERE s.book = $1 AND s.id = $2";
    let Some(row) = tx.first(sql, params![book.id, session])? else { return Ok(None) };
    let (last_seen, ends) = (row.int(1)?, row.int(3)?);
    let over = row.opt_int(0)?.is_some() || now - last_seen > row.int(2)? || now >= ends;
    if over || row.text(4)? != "active" {
        return Ok(None);
    }
    let who = Who { user: row.int(5)?, login: row.string(6)?, name: row.string(7)?, must_change: row.int(8)? == 1 };
    Ok(Some(Live { session, who, ends }))
}

/// Replaces a refresh token and gives the person as they now are. A token that was replaced before and comes again was stolen, from
/// one side or the other: the whole session ends. Errors: `session_ended`.
pub fn refresh(bureau: &mut Bureau, ctx: &Context, refresh: &str, origin: &Origin) -> Result<SignedIn> {
    let now = ctx.now();
    let next = secrets::token()?;
    let Bureau { store, book, .. } = bureau;
    let found = store.write(book.id, |tx| {
        let digest = secrets::token_digest(refresh);
        let sql = "SELECT session, replaced FROM session_token WHERE book = $1 AND digest = $2";
        let Some(row) = tx.first(sql, params![book.id, digest])? else { return Ok(None) };
        let (session, replaced) = (row.int(0)?, row.opt_int(1)?);
        let Some(live) = live(tx, book, session, now)? else { return Ok(None) };
        if replaced.is_some_and(|at| now - at > GRACE) {
            end(tx, book, session, "系统", "旧的刷新令牌再次使用", now)?;
            let caller = Caller {
                user: live.who.user,
                name: live.who.name,
                session,
                ip: origin.ip.clone(),
                operation: "session.refresh".into(),
                target: live.who.login,
                reason: String::new(),
                request: None,
            };
            log::record_outcome(tx, book, &caller, "token_reused", now)?;
            return Ok(None);
        }
        let replace = "UPDATE session_token SET replaced = $3 WHERE book = $1 AND digest = $2 AND replaced IS NULL";
        tx.execute(replace, params![book.id, digest, now])?;
        insert_token(tx, book, session, &next, now)?;
        seen(tx, book, session, now)?;
        let ends_at = live.ends;
        Ok::<_, AppError>(Some(SignedIn { principal: build(tx, book, live.who, session)?, refresh: next.clone(), ends_at }))
    })?;
    match found {
        Some(signed_in) => Ok(signed_in),
        None => AppError::refuse("session_ended", "登录已结束", "请重新登录"),
    }
}

/// The person of a session as they now are; `None` where it has ended, was idle too long, or the user is disabled.
pub fn principal(bureau: &mut Bureau, ctx: &Context, session: i64) -> Result<Option<Principal>> {
    bureau.read(|tx, book| match live(tx, book, session, ctx.now())? {
        Some(live) => Ok(Some(build(tx, book, live.who, live.session)?)),
        None => Ok(None),
    })
}

/// Writes down when sessions (numbers and instants) were last in use, all in one transaction. One that had ended by then, or had
/// been idle too long, stays as it is.
pub fn touch(bureau: &mut Bureau, used: &[(i64, i64)]) -> Result<()> {
    if used.is_empty() {
        return Ok(());
    }
    let Bureau { store, book, .. } = bureau;
    store.write(book.id, |tx| used.iter().try_for_each(|(session, at)| seen(tx, book, *session, *at)))
}

fn seen(tx: &mut Tx<'_>, book: &Book, session: i64, now: i64) -> Result<()> {
    let sql = "UPDATE session SET last_seen = $3
                WHERE book = $1 AND id = $2 AND last_seen < $3 AND $3 - last_seen <= idle AND $3 < ends AND ended IS NULL";
    tx.execute(sql, params![book.id, session, now])?;
    Ok(())
}

/// Ends one's own session. One that has ended already stays as it is.
pub fn sign_out(bureau: &mut Bureau, ctx: &Context, session: i64) -> Result<()> {
    let now = ctx.now();
    let Bureau { store, book, .. } = bureau;
    store.write(book.id, |tx| {
        let Some(live) = live(tx, book, session, now)? else { return Ok(()) };
        end(tx, book, session, &live.who.name, "退出登录", now)?;
        let ip = tx.one("SELECT ip FROM session WHERE book = $1 AND id = $2", params![book.id, session])?.string(0)?;
        let caller = Caller {
            user: live.who.user,
            name: live.who.name,
            session,
            ip,
            operation: "session.sign_out".into(),
            target: live.who.login,
            reason: String::new(),
            request: None,
        };
        log::record(tx, book, &caller, now)
    })
}

pub(super) fn end(tx: &mut Tx<'_>, book: &Book, session: i64, by: &str, why: &str, now: i64) -> Result<()> {
    tx.execute(
        "UPDATE session SET ended = $3, ended_by = $4, end_why = $5 WHERE book = $1 AND id = $2 AND ended IS NULL",
        params![book.id, session, now, by, why],
    )?;
    Ok(())
}
