//! The pages.

use crate::api::problem::Problem;
use actix_web::{HttpResponse, web};

pub fn configure(_: &mut web::ServiceConfig) {}

/// What no route knows.
pub async fn missing() -> HttpResponse {
    actix_web::ResponseError::error_response(&Problem::not_found())
}
