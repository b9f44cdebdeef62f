//! Who asks: a bearer token (programs) or the cookies of a page. What changes something and comes with cookies must also carry
//! the session's CSRF token and come from our own pages. The session itself is looked up with every request, so that an ended
//! session, a disabled user or a changed role holds at once.

use super::problem::Problem;
use super::state::AppState;
use super::tokens::Claims;
use crate::app::access::Origin;
use crate::app::access::signin;
use crate::app::{Bureau, Context};
use crate::domain::access::Principal;
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::http::header::{AUTHORIZATION, USER_AGENT};

/// The access token of pages.
pub const ACCESS: &str = "sunledger_access";
/// The refresh secret of pages.
pub const REFRESH: &str = "sunledger_refresh";
pub const CSRF_HEADER: &str = "X-CSRF-Token";

/// A token that was good; whether its session still stands is asked in [`seat`].
#[derive(Debug, Clone)]
pub struct Ticket {
    pub claims: Claims,
    pub by_cookie: bool,
}

/// The token of a request. Errors: none, or none that is good.
pub fn ticket(state: &AppState, request: &HttpRequest) -> Result<Ticket, Problem> {
    let header = request.headers().get(AUTHORIZATION);
    let bearer = match header.map(|value| value.to_str().unwrap_or_default()) {
        Some(value) => match value.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("Bearer") => Some(token.trim().to_string()),
            _ => return Err(Problem::unauthorized()),
        },
        None => None,
    };
    let by_cookie = bearer.is_none();
    let token = bearer.or_else(|| request.cookie(ACCESS).map(|cookie| cookie.value().to_string()));
    let claims = token.and_then(|token| state.tokens.check(&token, state.now())).ok_or_else(Problem::unauthorized)?;
    state.presence.note(claims.sid);
    Ok(Ticket { claims, by_cookie })
}

/// Refuses a change that a foreign page could have sent with our cookies.
pub fn no_forgery(state: &AppState, request: &HttpRequest, ticket: &Ticket, form_token: Option<&str>) -> Result<(), Problem> {
    if !ticket.by_cookie {
        return Ok(());
    }
    let header = request.headers().get(CSRF_HEADER).and_then(|value| value.to_str().ok());
    let given = form_token.or(header).unwrap_or_default();
    if is_foreign(request) || !same(given, &state.tokens.csrf(ticket.claims.sid)) {
        return Err(forged());
    }
    Ok(())
}

/// Whether the browser says that a page of another site sends this.
pub fn is_foreign(request: &HttpRequest) -> bool {
    let site = request.headers().get("Sec-Fetch-Site").and_then(|value| value.to_str().ok());
    site.is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

pub fn forged() -> Problem {
    let title = "页面已过期，或请求不是从本系统的页面发出的";
    Problem::new(actix_web::http::StatusCode::FORBIDDEN, "csrf", title, "请刷新页面后再办")
}

/// Compares in time that does not tell where the difference is.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differs, (x, y)| differs | (x ^ y)) == 0
}

/// The person of a ticket, as of now.
pub fn seat(bureau: &mut Bureau, ticket: &Ticket) -> Result<Principal, Problem> {
    signin::principal(bureau, &Context::new(""), ticket.claims.sid)?.ok_or_else(Problem::unauthorized)
}

/// Where a request comes from. `X-Forwarded-For` counts only where one of our own proxies has sent it.
pub fn origin(state: &AppState, request: &HttpRequest) -> Origin {
    let peer = request.peer_addr().map(|address| address.ip());
    let forwarded = request.headers().get("X-Forwarded-For").and_then(|value| value.to_str().ok());
    let believed = peer.is_some_and(|peer| state.config.proxies.contains(&peer));
    let last = forwarded.filter(|_| believed).and_then(|list| list.rsplit(',').next()).and_then(|last| last.trim().parse().ok());
    let ip = last.or(peer).map_or_else(String::new, |ip: std::net::IpAddr| ip.to_string());
    let agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin { ip, agent: agent.chars().filter(|c| !c.is_control()).take(200).collect() }
}

/// A cookie that scripts cannot read and that other sites cannot send.
pub fn cookie(state: &AppState, name: &'static str, value: String, seconds: i64) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(state.config.https)
        .max_age(Duration::seconds(seconds))
        .finish()
}
