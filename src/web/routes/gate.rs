//! Signing in (登录) and out (退出) at a page.

use super::seat::{self, admitted};
use super::{html, local, refusals, see};
use crate::api::auth;
use crate::api::intake;
use crate::api::problem::Problem;
use crate::api::session::{self, Credentials};
use crate::api::state::AppState;
use crate::web::address::{Query, encode};
use crate::web::render;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;

#[derive(Debug, Default, Serialize)]
struct Gate {
    book: String,
    next: String,
    login: String,
    problem: String,
    notice: String,
    /// The second step is asked for.
    second: bool,
}

/// Whoever is not signed in goes to the gate and then on to where they wanted.
pub fn turn_away(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    if problem.status.is_server_error() || problem.status == StatusCode::TOO_MANY_REQUESTS {
        return refusals::bare(problem);
    }
    if auth::is_foreign(request) && request.method().is_safe() {
        return pass(request);
    }
    let wanted = if request.method().is_safe() { request.uri().to_string() } else { request.path().to_string() };
    match local(&wanted) {
        "/" => see("/sign-in"),
        wanted => see(&format!("/sign-in?next={}", encode(wanted))),
    }
}

/// Browsers send no cookies with what a page of another site leads to. The page asks for itself once more, now from here.
fn pass(request: &HttpRequest) -> HttpResponse {
    #[derive(Serialize)]
    struct Onward<'a> {
        to: &'a str,
    }
    let wanted = request.uri().to_string();
    match render::bare("onward.html", Onward { to: local(&wanted) }) {
        Ok(text) => html(StatusCode::OK, text),
        Err(error) => refusals::unmade(&error),
    }
}

/// The form. Whoever is signed in already goes on.
pub async fn ask(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    let query = Query::new(intake::query(request.query_string()).unwrap_or_default());
    let next = local(query.get("next").unwrap_or("/")).to_string();
    if query.get("out").is_none()
        && let Ok(visitor) = seat::enter(&state, &request).await
        && seated(&state, &visitor).await
    {
        return visitor.dress(see(&next));
    }
    let notice = if query.get("out").is_some() { "已退出" } else { "" };
    show(&state, StatusCode::OK, Gate { next, notice: notice.into(), ..Gate::default() })
}

/// Whether the session of a good token still stands.
async fn seated(state: &AppState, visitor: &seat::Visitor) -> bool {
    let ticket = visitor.ticket.clone();
    state.pool.run(crate::api::pool::Lane::Read, move |bureau| auth::seat(bureau, &ticket)).await.is_ok()
}

fn show(state: &AppState, status: StatusCode, gate: Gate) -> HttpResponse {
    match render::bare("sign_in.html", Gate { book: state.book_name.clone(), ..gate }) {
        Ok(text) => html(status, text),
        Err(error) => refusals::unmade(&error),
    }
}

pub async fn sign_in(state: web::Data<AppState>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    if auth::is_foreign(&request) {
        return show(&state, StatusCode::FORBIDDEN, Gate { problem: "请在本页登录".into(), ..Gate::default() });
    }
    let fields = match intake::body(&state, payload).await.and_then(|body| session::form(&body)) {
        Ok(fields) => fields,
        Err(problem) => return show(&state, problem.status, Gate { problem: problem.title, ..Gate::default() }),
    };
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone());
    let (login, next) = (field("login").unwrap_or_default(), field("next").unwrap_or_default());
    let next = local(&next).to_string();
    let asked = field("code");
    let credentials = Credentials { login: login.clone(), password: field("password").unwrap_or_default(), code: asked.clone() };
    let signed = match session::admit(&state, auth::origin(&state, &request), credentials).await {
        Ok(signed) => signed,
        Err(problem) => return again(&state, problem, Gate { next, login, second: asked.is_some(), ..Gate::default() }),
    };
    let to = if signed.principal.must_change_password { "/account/password" } else { next.as_str() };
    match admitted(&state, &signed) {
        Ok(visitor) => visitor.dress(see(to)),
        Err(problem) => refusals::bare(&problem),
    }
}

/// The form again, with what is wrong; of what was typed only the login.
fn again(state: &AppState, problem: Problem, gate: Gate) -> HttpResponse {
    let login: String = gate.login.chars().filter(|c| !c.is_control()).take(64).collect();
    let second = gate.second || problem.code == "second_step";
    let (words, notice) = match problem.code {
        "second_step" => (String::new(), "已启用动态验证码：请再输入一次口令和六位验证码".to_string()),
        _ => (format!("{}。{}", problem.title, problem.detail), String::new()),
    };
    let mut response = show(state, problem.status, Gate { login, second, problem: words, notice, ..gate });
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// Ends the session. A session that has ended already is left as well.
pub async fn sign_out(state: web::Data<AppState>, request: HttpRequest, payload: web::Payload) -> HttpResponse {
    let state = state.into_inner();
    let visitor = match seat::enter(&state, &request).await {
        Ok(visitor) => visitor,
        Err(_) => return gone(&state, see("/sign-in?out=1")),
    };
    let left = async {
        let fields = session::form(&intake::body(&state, payload).await?)?;
        let token = fields.iter().find(|(name, _)| name == "_csrf").map(|(_, value)| value.as_str()).unwrap_or_default();
        auth::no_forgery(&state, &request, &visitor.ticket, Some(token))?;
        session::leave(&state, &visitor.ticket).await
    };
    match left.await {
        Ok(()) => gone(&state, see("/sign-in?out=1")),
        Err(problem) if problem.status == StatusCode::UNAUTHORIZED => gone(&state, see("/sign-in?out=1")),
        Err(problem) => visitor.dress(refusals::refused(&state, &request, &visitor, problem).await),
    }
}

/// Takes the cookies away.
pub fn gone(state: &AppState, mut response: HttpResponse) -> HttpResponse {
    for name in [auth::ACCESS, auth::REFRESH] {
        if let Err(error) = response.add_cookie(&auth::cookie(state, name, String::new(), 0)) {
            tracing::error!(cause = %error, "a cookie could not be taken away");
        }
    }
    response
}
