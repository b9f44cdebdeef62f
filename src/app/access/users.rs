//! Users (用户): made with a first secret that must be changed at the first sign-in, disabled and enabled, never deleted. A secret is
//! shown once, to whoever asked for it, and kept only as a hash.

use super::{act, policy, secrets, sessions};
use crate::app::context::china_time;
use crate::app::{AppError, Book, Bureau, Context, Refusal, Result};
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::{Row, Tx};
use serde::Serialize;

/// A user as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub id: i64,
    pub login: String,
    pub name: String,
    pub active: bool,
    pub password: String,
    pub must_change: bool,
    pub password_set_at: i64,
    pub secret_ends: Option<i64>,
    pub failed: i64,
    pub wait_until: i64,
    /// The secret of the second step, sealed; empty where there is none.
    pub totp: Vec<u8>,
    pub totp_confirmed: bool,
    pub totp_step: i64,
}

impl Stored {
    /// The sealed secret of the second step, where it is on.
    pub fn second_step(&self) -> Option<&[u8]> {
        (self.totp_confirmed && !self.totp.is_empty()).then_some(self.totp.as_slice())
    }
}

/// A login as it is kept and looked up.
pub(super) fn login_form(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

pub(super) fn find(tx: &mut Tx<'_>, book: &Book, login: &str) -> Result<Option<Stored>> {
    let sql =
        "SELECT id, login, name, state, password, must_change, password_set_at, secret_ends, failed, wait_until, totp, totp_confirmed,
                      totp_step FROM user_account WHERE book = $1 AND login = $2";
    let Some(row) = tx.first(sql, params![book.id, login_form(login)])? else { return Ok(None) };
    let stored = Stored {
        id: row.int(0)?,
        login: row.string(1)?,
        name: row.string(2)?,
        active: row.text(3)? == "active",
        password: row.string(4)?,
        must_change: row.int(5)? == 1,
        password_set_at: row.int(6)?,
        secret_ends: row.opt_int(7)?,
        failed: row.int(8)?,
        wait_until: row.int(9)?,
        totp: row.bytes(10).map(<[u8]>::to_vec).unwrap_or_default(), // NULL: none
        totp_confirmed: row.int(11)? == 1,
        totp_step: row.int(12)?,
    };
    Ok(Some(stored))
}

/// The user of a login. Errors: there is none.
pub(super) fn must_find(tx: &mut Tx<'_>, book: &Book, login: &str) -> Result<Stored> {
    match find(tx, book, login)? {
        Some(user) => Ok(user),
        None => AppError::refuse("no_user", format!("没有登录名为“{}”的用户", login.trim()), "请用 ⟦user.list⟧ 查看"),
    }
}

#[derive(Debug, Clone, Copy)]
pub struct NewUser<'a> {
    pub login: &'a str,
    /// 姓名: the same for all accounts of one person.
    pub name: &'a str,
    /// A first secret chosen by whoever makes the user; drawn where there is none.
    pub password: Option<&'a str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Created {
    pub user: i64,
    pub login: String,
    /// The first secret where it was drawn: to be shown once and handed over.
    pub secret: Option<String>,
    /// Until when it may be used, microseconds since 1970 UTC.
    pub secret_ends: i64,
}

/// Makes a user. Errors: login or name not fit, login taken, password not fit; all at once.
pub fn create(bureau: &mut Bureau, ctx: &Context, new: &NewUser<'_>) -> Result<Created> {
    let (first, policy) = prepare(bureau, ctx, new)?;
    let login = login_form(new.login);
    act(bureau, ctx, "user.create", &login, "", |tx, book| insert(tx, book, ctx, new, &first, policy.first_secret_lasts))
}

/// A first secret, hashed before the transaction begins.
pub(super) struct First {
    hash: String,
    drawn: Option<String>,
}

pub(super) fn prepare(bureau: &mut Bureau, ctx: &Context, new: &NewUser<'_>) -> Result<(First, policy::AccessPolicy)> {
    let policy = bureau.read(|tx, book| policy::in_force(tx, book, ctx.today()))?;
    let (login, name) = (login_form(new.login), new.name.trim());
    let mut refusals = Vec::new();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !(2..=32).contains(&login.len()) || !login.chars().all(fits) {
        refusals.push(Refusal::new("login", format!("登录名“{login}”不合适"), "登录名为 2 至 32 个字母、数字或 . _ -"));
    }
    if name.is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
        refusals.push(Refusal::new("name", format!("姓名“{name}”不合适"), "请填写真实姓名，最多 40 个字"));
    }
    if let Some(password) = new.password {
        refusals.extend(password_refusals(&policy, password, &login, name));
    }
    if !refusals.is_empty() {
        return Err(AppError::Refused(refusals));
    }
    let first = match new.password {
        Some(password) => First { hash: secrets::hash(password)?, drawn: None },
        None => {
            let drawn = secrets::first_secret()?;
            First { hash: secrets::hash(&drawn)?, drawn: Some(drawn) }
        }
    };
    Ok((first, policy))
}

pub(super) fn password_refusals(policy: &policy::AccessPolicy, password: &str, login: &str, name: &str) -> Vec<Refusal> {
    let problems = policy.password.problems(password, login, name);
    problems.into_iter().map(|problem| Refusal::new("password", problem, "可用几个不相干的词连成一句，越长越好")).collect()
}

pub(super) fn insert(tx: &mut Tx<'_>, book: &Book, ctx: &Context, new: &NewUser<'_>, first: &First, lasts: i64) -> Result<Created> {
    let login = login_form(new.login);
    if let Some(taken) = find(tx, book, &login)? {
        return AppError::refuse("login_taken", format!("登录名“{login}”已由 {} 使用", taken.name), "请换一个登录名");
    }
    let (user, now) = (tx.take_ids(book.id, "user_account", 1)?, ctx.now());
    tx.execute(
        "INSERT INTO user_account (book, id, login, name, state, password, must_change, password_set_at, secret_ends, failed, wait_until,
             totp, totp_confirmed, totp_step, created_at, created_by)
         VALUES ($1, $2, $3, $4, 'active', $5, 1, $6, $7, 0, 0, NULL, 0, 0, $6, $8)",
        params![book.id, user, &login, new.name.trim(), &first.hash, now, now + lasts, &ctx.actor],
    )?;
    Ok(Created { user, login, secret: first.drawn.clone(), secret_ends: now + lasts })
}

/// Shuts a user out at once: their sessions end. Errors: no such user; oneself.
pub fn disable(bureau: &mut Bureau, ctx: &Context, login: &str, reason: &str) -> Result<()> {
    act(bureau, ctx, "user.disable", &login_form(login), reason, |tx, book| {
        let user = must_find(tx, book, login)?;
        if user.name == ctx.actor {
            return AppError::refuse("self", "不能停用自己的用户", "请由其他管理员办理");
        }
        set_state(tx, book, &user, "disabled")?;
        sessions::end_all(tx, book, ctx, user.id, None, "用户停用")
    })
}

/// Lets a user in again.
pub fn enable(bureau: &mut Bureau, ctx: &Context, login: &str, reason: &str) -> Result<()> {
    act(bureau, ctx, "user.enable", &login_form(login), reason, |tx, book| {
        let user = must_find(tx, book, login)?;
        set_state(tx, book, &user, "active")
    })
}

fn set_state(tx: &mut Tx<'_>, book: &Book, user: &Stored, state: &str) -> Result<()> {
    tx.execute("UPDATE user_account SET state = $3 WHERE book = $1 AND id = $2", params![book.id, user.id, state])?;
    Ok(())
}

/// Gives a user a new first secret, ends their sessions and takes the second step off, which may be what was lost.
pub fn reset_password(bureau: &mut Bureau, ctx: &Context, login: &str, password: Option<&str>) -> Result<Created> {
    let user = bureau.read(|tx, book| must_find(tx, book, login))?;
    let new = NewUser { login: &user.login, name: &user.name, password };
    let (first, policy) = prepare(bureau, ctx, &new)?;
    act(bureau, ctx, "user.reset_password", &user.login, "", |tx, book| {
        let ends = ctx.now() + policy.first_secret_lasts;
        super::account::keep(tx, book, user.id, &user.password, ctx.now())?;
        tx.execute(
            "UPDATE user_account SET password = $3, must_change = 1, password_set_at = $4, secret_ends = $5, failed = 0, wait_until = 0,
                    totp = NULL, totp_confirmed = 0 WHERE book = $1 AND id = $2",
            params![book.id, user.id, &first.hash, ctx.now(), ends],
        )?;
        sessions::end_all(tx, book, ctx, user.id, None, "口令重置")?;
        Ok(Created { user: user.id, login: user.login.clone(), secret: first.drawn.clone(), secret_ends: ends })
    })
}

/// The first of the three administrators, by the command line: only while nobody holds that role.
pub fn first_administrator(bureau: &mut Bureau, ctx: &Context, new: &NewUser<'_>, role: &str) -> Result<Created> {
    let (first, policy) = prepare(bureau, ctx, new)?;
    let login = login_form(new.login);
    act(bureau, ctx, "user.first_administrator", &format!("{login} {role}"), "", |tx, book| {
        let known = super::roles::must_find(tx, book, role)?;
        if known.business {
            return AppError::refuse(
                "not_administrator",
                format!("“{}”不是管理员角色", known.title),
                "可用 system_admin、security_admin、log_admin",
            );
        }
        let held = super::grants::live(tx, book)?.into_iter().find(|grant| grant.role == known.code);
        if let Some(held) = held {
            let message = format!("已有{}：{}", known.title, held.name);
            return AppError::refuse("administrator_there", message, "请由现有的管理员办理，或用 ⟦role.grant⟧");
        }
        let created = insert(tx, book, ctx, new, &first, policy.first_secret_lasts)?;
        let asked = super::grants::NewGrant { login: &login, role: &known.code, units: &[], regions: &[], reason: "首任管理员" };
        super::grants::grant_in(tx, book, ctx, &asked)?;
        Ok(created)
    })
}

/// A user as they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    pub id: i64,
    pub login: String,
    pub name: String,
    /// `active` or `disabled`.
    pub state: String,
    /// Titles of the roles held, with their scope.
    pub roles: Vec<String>,
    pub must_change: bool,
    pub second_step: bool,
    pub created_at: String,
    /// The last sign-in, if there was one.
    pub last_signed_in: Option<String>,
}

/// All users by login.
pub fn list(bureau: &mut Bureau) -> Result<Vec<User>> {
    bureau.read(|tx, book| {
        let sql = "SELECT u.id, u.login, u.name, u.state, u.must_change, u.totp_confirmed, u.created_at,
                          (SELECT MAX(s.started) FROM session s WHERE s.book = u.book AND s.person = u.id)
                     FROM user_account u WHERE u.book = $1 ORDER BY u.login";
        let mut users = tx.query(sql, params![book.id])?.iter().map(read).collect::<Result<Vec<User>>>()?;
        let grants = super::grants::live(tx, book)?;
        for user in &mut users {
            user.roles = grants.iter().filter(|grant| grant.user == user.id).map(super::grants::Grant::words).collect();
        }
        Ok(users)
    })
}

/// One user by login. Errors: there is none.
pub fn show(bureau: &mut Bureau, login: &str) -> Result<User> {
    let wanted = bureau.read(|tx, book| must_find(tx, book, login))?;
    match list(bureau)?.into_iter().find(|user| user.id == wanted.id) {
        Some(user) => Ok(user),
        None => AppError::refuse("no_user", "没有这个用户", "请用 ⟦user.list⟧ 查看"),
    }
}

fn read(row: &Row) -> Result<User> {
    Ok(User {
        id: row.int(0)?,
        login: row.string(1)?,
        name: row.string(2)?,
        state: row.string(3)?,
        roles: Vec::new(),
        must_change: row.int(4)? == 1,
        second_step: row.int(5)? == 1,
        created_at: china_time(row.int(6)?),
        last_signed_in: row.opt_int(7)?.map(china_time),
    })
}

pub fn table(users: &[User]) -> Table {
    let mut table = Table::new("users", "用户")
        .column("user", "编号", Kind::Count)
        .column("login", "登录名", Kind::Text)
        .column("name", "姓名", Kind::Text)
        .column("state", "状态", Kind::Text)
        .column("roles", "角色", Kind::Text)
        .column("password", "口令", Kind::Text)
        .column("second_step", "动态验证码", Kind::Text)
        .column("created_at", "建立时间", Kind::Text)
        .column("last_signed_in", "最近登录", Kind::Text);
    for user in users {
        table.push(vec![
            Cell::Count(user.id),
            Cell::text(&user.login),
            Cell::text(&user.name),
            Cell::text(if user.state == "active" { "启用" } else { "停用" }),
            Cell::text(user.roles.join("；")),
            Cell::text(if user.must_change { "须更换" } else { "已设" }),
            Cell::text(if user.second_step { "已启用" } else { "未启用" }),
            Cell::text(&user.created_at),
            Cell::text(user.last_signed_in.clone().unwrap_or_default()),
        ]);
    }
    table
}
