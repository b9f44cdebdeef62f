//! Signing in, going on and signing out. Programs get a short-lived access token; the refresh secret travels only in a cookie
//! that scripts cannot read and other sites cannot send.

use super::auth::{self, REFRESH};
use super::intake::{self, query};
use super::pool::Lane;
use super::problem::Problem;
use super::routes::not_allowed;
use super::state::AppState;
use super::tokens::LIFE;
use crate::app::Context;
use crate::app::access::Origin;
use crate::app::access::signin::{self, SignIn, SignedIn};
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

/// What a person signs in with.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    pub login: String,
    pub password: String,
    /// The second step's six digits.
    #[serde(default)]
    pub code: Option<String>,
}

const LONGEST: usize = 256;

pub fn configure(config: &mut web::ServiceConfig) {
    let session = web::resource("/session").route(web::post().to(sign_in)).route(web::delete().to(sign_out));
    let refresh = web::resource("/session/refresh").route(web::post().to(refresh));
    config.service(session.default_service(not_allowed("POST, DELETE"))).service(refresh.default_service(not_allowed("POST")));
}

/// Signs somebody in, counting attempts by address.
pub async fn admit(state: &AppState, origin: Origin, credentials: Credentials) -> Result<SignedIn, Problem> {
    state.limits.sign_in(&origin)?;
    let longest = [&credentials.login, &credentials.password].iter().any(|text| text.chars().count() > LONGEST);
    if longest || credentials.login.chars().any(char::is_control) {
        return Err(wrong());
    }
    let admitted = state.pool.run(Lane::Write, move |bureau| {
        let code = credentials.code.as_deref().map(str::trim).filter(|code| !code.is_empty());
        let asked = SignIn { login: credentials.login.trim(), password: &credentials.password, code, origin: &origin };
        signin::sign_in(bureau, &Context::new("登录"), &asked).map_err(Problem::from)
    });
    admitted.await.map_err(|mut problem| {
        // whatever of the three was wrong, one answer; only a request for the second step differs
        if !problem.status.is_server_error() {
            problem.status = StatusCode::UNAUTHORIZED;
        }
        problem
    })
}

fn wrong() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "wrong_credentials", "用户名或密码不对", "请核对后重试")
}

async fn sign_in(state: web::Data<AppState>, request: HttpRequest, payload: web::Payload) -> Result<HttpResponse, Problem> {
    let body = intake::body(&state, payload).await?;
    intake::must_be_json(&request)?; // a form of another site cannot send JSON
    let credentials: Credentials = serde_json::from_slice(&body).map_err(|error| {
        if error.is_data() {
            Problem::invalid_field("", "应为含 login、password（和 code）的 JSON 对象")
        } else {
            Problem::bad_request("请求内容不是 JSON")
        }
    })?;
    let signed = admit(&state, auth::origin(&state, &request), credentials).await?;
    token_answer(&state, signed)
}

fn token_answer(state: &AppState, signed: SignedIn) -> Result<HttpResponse, Problem> {
    let who = &signed.principal;
    let token = state.tokens.issue(who.user, who.session, state.now())?;
    let body = serde_json::json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": LIFE,
        "name": who.name,
        "roles": who.roles,
        "must_change_password": who.must_change_password,
    });
    let mut response = HttpResponse::Ok();
    response.insert_header(("Cache-Control", "no-store")).cookie(refresh_cookie(state, &signed));
    Ok(response.json(body))
}

/// The refresh secret as a cookie, as long as the session may last.
pub fn refresh_cookie(state: &AppState, signed: &SignedIn) -> Cookie<'static> {
    let seconds = (signed.ends_at / 1_000_000 - state.now()).max(0);
    auth::cookie(state, REFRESH, signed.refresh.clone(), seconds)
}

async fn refresh(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let signed = renew(&state, &request).await?;
    token_answer(&state, signed)
}

/// A new access token and a new secret for the one in the cookie.
pub async fn renew(state: &AppState, request: &HttpRequest) -> Result<SignedIn, Problem> {
    if auth::is_foreign(request) {
        return Err(auth::forged());
    }
    let secret = request.cookie(REFRESH).map(|cookie| cookie.value().to_string()).ok_or_else(Problem::unauthorized)?;
    let origin = auth::origin(state, request);
    let renewed =
        state.pool.run(Lane::Write, move |bureau| signin::refresh(bureau, &Context::new("登录"), &secret, &origin).map_err(Problem::from));
    renewed.await.map_err(|problem| if problem.status.is_server_error() { problem } else { Problem::unauthorized() })
}

async fn sign_out(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let ticket = auth::ticket(&state, &request)?;
    auth::no_forgery(&state, &request, &ticket, None)?;
    leave(&state, &ticket).await?;
    let mut response = HttpResponse::NoContent();
    for gone in [auth::ACCESS, REFRESH] {
        response.cookie(auth::cookie(&state, gone, String::new(), 0));
    }
    Ok(response.finish())
}

/// Ends the session of a ticket.
pub async fn leave(state: &AppState, ticket: &auth::Ticket) -> Result<(), Problem> {
    let ticket = ticket.clone();
    let left = state.pool.run(Lane::Write, move |bureau| {
        let who = auth::seat(bureau, &ticket)?;
        signin::sign_out(bureau, &Context::new(&who.name), who.session).map_err(Problem::from)
    });
    left.await
}

/// Pairs of a form body.
pub fn form(body: &[u8]) -> Result<Vec<(String, String)>, Problem> {
    query(std::str::from_utf8(body).map_err(|_| Problem::bad_request("表单不是 UTF-8"))?)
}
