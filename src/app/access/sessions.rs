//! Sessions (会话): who is signed in, from where, since when; ended by their owner or an administrator.

use super::{act, signin};
use crate::app::context::china_time;
use crate::app::{AppError, Book, Bureau, Context, Result};
use crate::domain::report::{Cell, Kind, Table};
use crate::params;
use crate::store::{Row, Tx};
use serde::Serialize;

/// Most sessions of one list: the newest.
const LONGEST_LIST: i64 = 500;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    pub session: i64,
    pub user: i64,
    pub login: String,
    pub name: String,
    pub started: String,
    pub last_seen: String,
    pub ip: String,
    pub agent: String,
    /// Whether it still stands at the moment of asking.
    pub live: bool,
    /// Who ended it and why, where it was ended.
    pub ended: String,
}

/// Sessions of one user (by login) or of all, the newest first; `live` leaves out those that have ended.
pub fn list(bureau: &mut Bureau, ctx: &Context, login: Option<&str>, live: bool) -> Result<Vec<Session>> {
    let now = ctx.now();
    bureau.read(|tx, book| {
        let user = login.map(|login| super::users::must_find(tx, book, login)).transpose()?.map_or(0, |user| user.id);
        let sql =
            "SELECT s.id, s.person, u.login, u.name, s.started, s.last_seen, s.ip, s.agent, s.ended, s.ended_by, s.end_why, s.idle, s.ends,
                          u.state
                     FROM session s JOIN user_account u ON u.book = s.book AND u.id = s.person
                    WHERE s.book = $1 AND ($2 = 0 OR s.person = $2)
                      AND ($3 = 0 OR (s.ended IS NULL AND s.ends > $4 AND s.last_seen + s.idle >= $4 AND u.state = 'active'))
                    ORDER BY s.id DESC LIMIT $5";
        let rows = tx.query(sql, params![book.id, user, i64::from(live), now, LONGEST_LIST])?;
        rows.iter().map(|row| read(row, now)).collect()
    })
}

fn read(row: &Row, now: i64) -> Result<Session> {
    let ended = row.opt_int(8)?;
    let over = now >= row.int(12)? || now - row.int(5)? > row.int(11)?;
    let said = match ended {
        Some(at) => format!("{} {}：{}", china_time(at), row.text(9)?, row.text(10)?),
        None if over => "到期或长时间没有操作".into(),
        None => String::new(),
    };
    Ok(Session {
        session: row.int(0)?,
        user: row.int(1)?,
        login: row.string(2)?,
        name: row.string(3)?,
        started: china_time(row.int(4)?),
        last_seen: china_time(row.int(5)?),
        ip: row.string(6)?,
        agent: row.string(7)?,
        live: ended.is_none() && !over && row.text(13)? == "active",
        ended: said,
    })
}

pub fn table(sessions: &[Session]) -> Table {
    let mut table = Table::new("sessions", "会话")
        .column("session", "会话", Kind::Count)
        .column("login", "登录名", Kind::Text)
        .column("name", "姓名", Kind::Text)
        .column("started", "登录时间", Kind::Text)
        .column("last_seen", "最近操作", Kind::Text)
        .column("ip", "来源", Kind::Text)
        .column("agent", "浏览器", Kind::Text)
        .column("state", "状态", Kind::Text)
        .column("ended", "结束", Kind::Text);
    for session in sessions {
        table.push(vec![
            Cell::Count(session.session),
            Cell::text(&session.login),
            Cell::text(&session.name),
            Cell::text(&session.started),
            Cell::text(&session.last_seen),
            Cell::text(&session.ip),
            Cell::text(&session.agent),
            Cell::text(if session.live { "在线" } else { "已结束" }),
            Cell::text(&session.ended),
        ]);
    }
    table
}

/// Ends a session; `of` limits it to those of one user, for whom others do not exist. Errors: no such session; ended already.
pub fn end(bureau: &mut Bureau, ctx: &Context, session: i64, of: Option<i64>, reason: &str) -> Result<()> {
    act(bureau, ctx, "session.end", &session.to_string(), reason, |tx, book| {
        let row = tx.first("SELECT person, ended FROM session WHERE book = $1 AND id = $2", params![book.id, session])?;
        let row = match row {
            Some(row) if of.is_none_or(|user| row.int(0).is_ok_and(|owner| owner == user)) => row,
            _ => return AppError::refuse("no_session", format!("没有会话 {session}"), "请先查看会话列表"),
        };
        if row.opt_int(1)?.is_some() {
            return AppError::refuse("session_over", format!("会话 {session} 已经结束"), "");
        }
        let why = if reason.trim().is_empty() { "由本人或管理员结束" } else { reason.trim() };
        signin::end(tx, book, session, &ctx.actor, why, ctx.now())
    })
}

/// Ends all sessions of a user but one.
pub(super) fn end_all(tx: &mut Tx<'_>, book: &Book, ctx: &Context, user: i64, but: Option<i64>, why: &str) -> Result<()> {
    tx.execute(
        "UPDATE session SET ended = $3, ended_by = $4, end_why = $5 WHERE book = $1 AND person = $2 AND ended IS NULL AND id <> $6",
        params![book.id, user, ctx.now(), &ctx.actor, why, but.unwrap_or(0)],
    )?;
    Ok(())
}
