//! What the running service tells its keepers: one structured line for each request, and figures for Prometheus. A line has
//! the route's pattern, not the path, and no query: paths and queries may name persons.

use crate::app::{AppError, Result};
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Instant;

/// Seconds; the targets of the pages (50 ms) lie within.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Lines as JSON on standard error; a second call (tests) changes nothing.
pub fn log_to_stderr() {
    let lines = tracing_subscriber::fmt().json().with_writer(std::io::stderr).with_max_level(tracing::Level::INFO).finish();
    let _ = tracing::subscriber::set_global_default(lines);
}

/// The recorder of this process.
pub fn recorder() -> Result<PrometheusHandle> {
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full("sunledger_http_seconds".into()), BUCKETS)
        .map_err(|error| AppError::Output(error.to_string()))?;
    let recorder = builder.build_recorder();
    let handle = HANDLE.get_or_init(|| recorder.handle()).clone();
    let _ = metrics::set_global_recorder(recorder); // a second service of the process shares the first's
    Ok(handle)
}

/// Middleware: a number for the request, a line, the figures.
pub async fn request(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> std::result::Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let started = Instant::now();
    let number = super::state::unguessable();
    let method = request.method().to_string();
    let mut response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "-".into());
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    if let Ok(value) = HeaderValue::from_str(&number) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    let took = started.elapsed();
    if let Ok(value) = HeaderValue::from_str(&format!("app;dur={}.{:03}", took.as_millis(), took.subsec_micros() % 1_000)) {
        response.headers_mut().insert(HeaderName::from_static("server-timing"), value);
    }
    let labels = [("method", method.clone()), ("route", route.clone()), ("status", status.to_string())];
    metrics::counter!("sunledger_http_requests_total", &labels).increment(1);
    metrics::histogram!("sunledger_http_seconds", "method" => method.clone(), "route" => route.clone()).record(seconds);
    let micros = started.elapsed().as_micros() as u64;
    tracing::info!(request = %number, %method, %route, status, micros, "request");
    Ok(response)
}
