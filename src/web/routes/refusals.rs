//! What is not done, as a page: what is wrong, how to mend it, and where to go on.

use super::seat::{Desk, Visitor};
use super::{gate, html, is_for_programs, see};
use crate::api::auth;
use crate::api::pool::Lane;
use crate::api::problem::{Item, Problem};
use crate::api::state::AppState;
use crate::web::pages::{Refused, Wrong};
use crate::web::render::{self, RenderProblem};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use std::sync::Arc;

/// A page of ours with an error in it: said in the log.
pub fn unmade(error: &RenderProblem) -> HttpResponse {
    tracing::error!(cause = %error, "a page could not be made");
    bare(&Problem::internal())
}

impl From<RenderProblem> for Problem {
    fn from(error: RenderProblem) -> Problem {
        tracing::error!(cause = %error, "a page could not be made");
        Problem::internal()
    }
}

/// Whether a page is wanted there, not an answer for programs.
pub fn is_browser(path: &str, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    !is_for_programs(path) && accept.contains("text/html")
}

/// A page without a menu.
pub fn bare(problem: &Problem) -> HttpResponse {
    match render::bare("refused_bare.html", page(problem, "")) {
        Ok(text) => headed(html(problem.status, text), problem),
        // the template of last resort: said as to programs
        Err(_) => actix_web::ResponseError::error_response(problem),
    }
}

fn headed(mut response: HttpResponse, problem: &Problem) -> HttpResponse {
    if let Some(seconds) = problem.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// A refusal to somebody who is signed in: with their menu around it.
pub async fn refused(state: &Arc<AppState>, request: &HttpRequest, visitor: &Visitor, problem: Problem) -> HttpResponse {
    if problem.status == StatusCode::UNAUTHORIZED {
        return gate::gone(state, gate::turn_away(request, &problem));
    }
    if problem.code == "password_due" {
        return see("/account/password");
    }
    if problem.status == StatusCode::SERVICE_UNAVAILABLE {
        return bare(&problem); // another look into the books would only make it worse
    }
    let (shared, ticket, path) = (state.clone(), visitor.ticket.clone(), request.path().to_string());
    let told = page(&problem, back(request));
    let made = state.pool.run(Lane::Read, move |bureau| {
        let who = auth::seat(bureau, &ticket)?;
        let desk = Desk::new(&shared, bureau, who, shared.recall.mark()?)?;
        let frame = desk.frame(&path, told.title.clone());
        Ok(render::page("refused.html", &frame, told)?)
    });
    match made.await {
        Ok(text) => headed(html(problem.status, text), &problem),
        Err(_) => bare(&problem),
    }
}

/// The page before, where it was one of ours.
pub fn back(request: &HttpRequest) -> &str {
    let referer = request.headers().get(header::REFERER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = referer.split_once("://").and_then(|(_, rest)| rest.strip_prefix(host)).unwrap_or_default();
    match super::local(path) {
        "/" => "",
        path => path,
    }
}

fn page(problem: &Problem, back: &str) -> Refused {
    let items = problem.errors.iter().filter(|item| item.message != problem.title).map(wrong);
    Refused {
        status: problem.status.as_u16(),
        title: problem.title.clone(),
        mend: problem.detail.clone(),
        items: items.collect(),
        back: back.into(),
    }
}

pub fn wrong(item: &Item) -> Wrong {
    Wrong { field: item.field.clone(), message: item.message.clone(), mend: item.mend.clone() }
}
