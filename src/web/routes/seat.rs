//! Who is at the browser: the access cookie where it still holds, else a new one for the refresh secret, so that nobody is asked
//! for a password while the session lasts. And what stands around every page of theirs: roles, and how much waits.

use crate::api::auth::{self, Ticket};
use crate::api::problem::Problem;
use crate::api::session;
use crate::api::state::AppState;
use crate::api::tokens::LIFE;
use crate::app::access::roles;
use crate::app::access::signin::SignedIn;
use crate::app::workflow::inbox;
use crate::app::{Bureau, Context};
use crate::domain::access::Principal;
use crate::service::door::Refused;
use crate::web::frame::{Frame, Seat};
use actix_web::cookie::Cookie;
use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use std::sync::Arc;

/// A browser that is signed in, and the cookies that it is to be given.
pub struct Visitor {
    pub ticket: Ticket,
    cookies: Vec<Cookie<'static>>,
}

impl Visitor {
    pub fn dress(&self, mut response: HttpResponse) -> HttpResponse {
        for cookie in &self.cookies {
            if let Err(error) = response.add_cookie(cookie) {
                tracing::error!(cause = %error, "a cookie could not be written");
            }
        }
        response
    }
}

/// Errors: nobody is signed in there, or not any more.
pub async fn enter(state: &AppState, request: &HttpRequest) -> Result<Visitor, Problem> {
    if let Ok(ticket) = auth::ticket(state, request) {
        return Ok(Visitor { ticket, cookies: Vec::new() });
    }
    let signed = session::renew(state, request).await?;
    admitted(state, &signed)
}

/// Somebody who has just signed in, or whose session goes on.
pub fn admitted(state: &AppState, signed: &SignedIn) -> Result<Visitor, Problem> {
    let who = &signed.principal;
    let token = state.tokens.issue(who.user, who.session, state.now())?;
    let claims = state.tokens.check(&token, state.now()).ok_or_else(Problem::internal)?;
    let cookies = vec![auth::cookie(state, auth::ACCESS, token, LIFE), session::refresh_cookie(state, signed)];
    Ok(Visitor { ticket: Ticket { claims, by_cookie: true }, cookies })
}

/// A person at their desk: all that a page needs to know beside what it shows.
pub struct Desk {
    pub state: Arc<AppState>,
    pub who: Principal,
    pub ctx: Context,
    /// State of the database at which the page is made.
    pub mark: i64,
    csrf: String,
    roles: Vec<String>,
    waiting: i64,
}

impl Desk {
    pub fn new(state: &Arc<AppState>, bureau: &mut Bureau, who: Principal, mark: i64) -> Result<Desk, Problem> {
        let ctx = Context::new(&who.name);
        let csrf = state.tokens.csrf(who.session);
        let (roles, waiting) = around(state, bureau, &who, &ctx, mark)?;
        Ok(Desk { state: state.clone(), who, ctx, mark, csrf, roles, waiting })
    }

    pub fn today(&self) -> NaiveDate {
        self.ctx.today()
    }

    /// Nothing but one's own account is open while the password must be changed.
    pub fn must_be_free(&self) -> Result<(), Problem> {
        if self.who.must_change_password { Err(Refused::MustChangePassword.into()) } else { Ok(()) }
    }

    pub fn frame(&self, path: &str, title: impl Into<String>) -> Frame {
        let seat = Seat {
            book: &self.state.book_name,
            who: &self.who,
            roles: &self.roles,
            today: self.today(),
            csrf: &self.csrf,
            waiting: self.waiting,
        };
        Frame::new(&seat, path, title)
    }
}

/// Titles of roles, and the number of things that wait; read once at each state of the books.
fn around(state: &AppState, bureau: &mut Bureau, who: &Principal, ctx: &Context, mark: i64) -> Result<(Vec<String>, i64), Problem> {
    let key = format!("around|{}|{}", who.session, ctx.today());
    state.recall.look(mark, key, || {
        let known = roles::list(bureau)?;
        let titles: Vec<String> = known.into_iter().filter(|role| who.roles.contains(&role.code)).map(|role| role.title).collect();
        let waiting = if who.must_change_password { 0 } else { inbox::list(bureau, ctx, who)?.len() };
        Ok((titles, i64::try_from(waiting).unwrap_or(i64::MAX)))
    })
}
