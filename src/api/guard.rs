//! What stands before every request: how many one client may make, how long they may take, and the headers that keep a
//! browser from doing more with an answer than showing it.

use super::auth;
use super::problem::Problem;
use super::state::AppState;
use crate::app::access::Origin;
use crate::config::Limits;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counts requests by client and attempts to sign in by address.
pub struct Limiter {
    requests: DefaultKeyedRateLimiter<String>,
    sign_ins: DefaultKeyedRateLimiter<String>,
    seen: AtomicU64,
}

/// Clients that have been quiet are forgotten after so many requests.
const SWEEP: u64 = 10_000;

impl Limiter {
    pub fn new(limits: &Limits) -> Limiter {
        let at_least = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Limiter {
            requests: RateLimiter::keyed(Quota::per_second(at_least(limits.per_second)).allow_burst(at_least(limits.burst))),
            sign_ins: RateLimiter::keyed(Quota::per_minute(at_least(limits.sign_in_per_minute))),
            seen: AtomicU64::new(0),
        }
    }

    /// Errors: too many, with the seconds to wait.
    pub fn request(&self, client: &str) -> Result<(), Problem> {
        if self.seen.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP) {
            self.requests.retain_recent();
            self.sign_ins.retain_recent();
        }
        check(&self.requests, client)
    }

    pub fn sign_in(&self, origin: &Origin) -> Result<(), Problem> {
        check(&self.sign_ins, &origin.ip)
    }
}

fn check(limiter: &DefaultKeyedRateLimiter<String>, client: &str) -> Result<(), Problem> {
    limiter.check_key(&client.to_string()).map_err(|until| {
        let wait = until.wait_time_from(DefaultClock::default().now());
        Problem::too_many(wait.as_secs().saturating_add(1))
    })
}

/// How a refusal is put into words.
pub type Words = fn(&Problem) -> HttpResponse;

/// How refusals are told before any route is asked: programs read problem+json; how browsers are told, the floor of pages knows.
pub struct Told {
    pub is_browser: fn(&str, &HeaderMap) -> bool,
    pub page: Words,
}

impl Told {
    fn words(&self, path: &str, headers: &HeaderMap) -> Words {
        if (self.is_browser)(path, headers) { self.page } else { actix_web::ResponseError::error_response }
    }
}

/// Middleware: limit, time, headers.
pub async fn stand(
    state: web::Data<AppState>,
    told: web::Data<Told>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let path = request.path().to_string();
    let asset = path.starts_with("/assets/") || path == "/health" || path == "/ready";
    let words = told.words(&path, request.headers());
    let client = auth::origin(&state, request.request()).ip;
    if !asset && let Err(problem) = state.limits.request(&client) {
        let response = words(&problem);
        let mut response = request.into_response(response);
        set_headers(response.headers_mut(), &path);
        return Ok(response);
    }
    // streams (progress) and uploads take as long as they take; they have limits of their own
    let seconds = if path.ends_with("/events") { 86_400 } else { state.config.limits.seconds * 20 };
    // the request goes on whole: its router would not take one that somebody else holds, too
    let done = tokio::time::timeout(Duration::from_secs(seconds), next.call(request)).await;
    let mut refused = match done {
        Ok(Ok(response)) => {
            let mut response = response.map_into_boxed_body();
            set_headers(response.headers_mut(), &path);
            return Ok(response);
        }
        Ok(Err(error)) => error.error_response(),
        Err(_) => words(&Problem::busy()),
    };
    set_headers(refused.headers_mut(), &path);
    Err(InternalError::from_response("refused before the routes", refused).into())
}

/// Only what our own pages bring may run or load; nothing may frame them.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The viewer of the API's description brings styles of its own within its page.
const VIEWER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                             connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";
pub const VIEWER: &str = "/api/docs";

fn set_headers(headers: &mut HeaderMap, path: &str) {
    let policy = if path.starts_with(VIEWER) { VIEWER_POLICY } else { POLICY };
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
