//! The addresses of the pages: signing in and out, forms at `/do/{operation}`, and everything that can be read at the path that
//! the API has it at. Reading order: [`seat`] (who is at the browser), [`gate`] (signing in and out), [`show`] (what can be read),
//! [`compose`] (which page an answer becomes), [`act`] (what is done), [`refusals`] (what is not).

pub mod account;
pub mod act;
pub mod choices;
pub mod compose;
pub mod gate;
pub mod refusals;
pub mod seat;
pub mod show;
pub mod work;

use crate::api::problem::Problem;
use crate::api::state::AppState;
use actix_web::http::Method;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use seat::Visitor;

pub fn configure(config: &mut web::ServiceConfig) {
    let sign_in = web::resource("/sign-in").route(web::get().to(gate::ask)).route(web::post().to(gate::sign_in));
    let sign_out = web::resource("/sign-out").route(web::post().to(gate::sign_out));
    let act = web::resource("/do/{operation}").route(web::get().to(act::ask)).route(web::post().to(act::send));
    for resource in [sign_in, sign_out, act] {
        config.service(resource.default_service(web::to(wrong_method)));
    }
}

/// Every other address: a page that can be read, or none.
pub async fn page(state: web::Data<AppState>, request: HttpRequest) -> HttpResponse {
    let state = state.into_inner();
    if is_for_programs(request.path()) {
        return actix_web::ResponseError::error_response(&Problem::not_found());
    }
    let visitor = match seat::enter(&state, &request).await {
        Ok(visitor) => visitor,
        Err(problem) => return gate::turn_away(&request, &problem),
    };
    let answer = match *request.method() {
        Method::GET | Method::HEAD => show::page(&state, &request, &visitor).await,
        _ => Err(wrong()),
    };
    leave(&state, &request, visitor, answer).await
}

/// What programs ask is answered to programs.
pub fn is_for_programs(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/") || path == "/metrics"
}

/// Sends an answer with the cookies that the visitor got on the way; a refusal becomes a page that says so.
async fn leave(
    state: &std::sync::Arc<AppState>,
    request: &HttpRequest,
    visitor: Visitor,
    answer: Result<HttpResponse, Problem>,
) -> HttpResponse {
    match answer {
        Ok(response) => visitor.dress(response),
        Err(problem) => {
            let response = refusals::refused(state, request, &visitor, problem).await;
            visitor.dress(response)
        }
    }
}

fn wrong() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "这个地址不能这样打开", "请从菜单进入")
}

async fn wrong_method() -> HttpResponse {
    refusals::bare(&wrong())
}

pub fn html(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status).content_type("text/html; charset=utf-8").insert_header((CACHE_CONTROL, "no-store")).body(text)
}

pub fn see(to: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, to)).insert_header((CACHE_CONTROL, "no-store")).finish()
}

/// An address within these pages; whatever else is asked for leads to the first page.
pub fn local(to: &str) -> &str {
    let plain = to.starts_with('/') && !to.starts_with("//") && to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let path = to.split(['?', '#']).next().unwrap_or_default();
    if plain && to.len() <= 2_000 && !matches!(path, "/sign-in" | "/sign-out") && !is_for_programs(path) { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_sent_only_to_pages_of_ours() {
        for good in ["/", "/batches?unit=201", "/batches/PC%2F1?a=b#x"] {
            assert_eq!(local(good), good);
        }
        for bad in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nSet-Cookie: x", "/sign-in?next=/", "/api/v1/x", "/示"]
        {
            assert_eq!(local(bad), "/", "{bad}");
        }
    }
}
