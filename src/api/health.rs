//! Is it alive, is it ready, and how is it doing: for whoever keeps the service running. Nothing of the books.

use super::pool::Lane;
use super::problem::Problem;
use super::routes::not_allowed;
use super::state::AppState;
use actix_web::{HttpRequest, HttpResponse, web};
use std::sync::atomic::Ordering;

pub fn configure(config: &mut web::ServiceConfig) {
    let health = web::resource("/health").route(web::get().to(health));
    let ready = web::resource("/ready").route(web::get().to(ready));
    let figures = web::resource("/metrics").route(web::get().to(figures));
    for resource in [health, ready, figures] {
        config.service(resource.default_service(not_allowed("GET")));
    }
}

async fn health() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "alive", "version": env!("CARGO_PKG_VERSION") }))
}

/// Ready while the books can be read and nobody has asked to stop.
async fn ready(state: web::Data<AppState>) -> Result<HttpResponse, Problem> {
    if !state.ready.load(Ordering::Relaxed) {
        return Err(Problem::busy());
    }
    state.pool.run(Lane::Read, |bureau| bureau.read(|_, _| Ok(())).map_err(Problem::from)).await?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "status": "ready" })))
}

/// Figures for Prometheus, to collectors on this machine only.
async fn figures(state: web::Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let near = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    if !near || request.headers().contains_key("X-Forwarded-For") {
        return Err(Problem::not_found());
    }
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(state.metrics.render()))
}
