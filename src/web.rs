//! The pages: what the service offers, in Chinese, for people at a desk. They are made on the server from the declared
//! operations and their answers, so a new operation has its menu entry, list, form and result page at once; only what needs a
//! look of its own has a page of its own.
//!
//! Making a page is apart from answering a request: everything here but `routes` takes plain data (the person, the operation,
//! the answer, what was asked) and gives a text. In reading order: [`menu`] (sections and what a person may), [`ways`] (from an
//! address to an operation and on from an object), [`links`] (what a figure opens), [`grid`] (a table), [`listing`], [`report`],
//! [`pages`] (form, done, job, refused), [`charts`], [`render`] (templates), [`routes`] (requests).
//!
//! A page runs no script and no style but our own two files, fetches nothing from elsewhere, and can be used without script,
//! without mouse and on paper.

pub mod address;
pub mod assets;
pub mod batch;
pub mod charts;
pub mod doors;
pub mod fields;
pub mod frame;
pub mod grid;
pub mod inbox;
pub mod links;
pub mod listing;
pub mod menu;
pub mod outcome;
pub mod overview;
pub mod pages;
pub mod render;
pub mod report;
pub mod routes;
#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests;
pub mod tree;
pub mod turns;
pub mod voucher;
pub mod ways;

use crate::api::problem::Problem;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};

pub fn configure(config: &mut web::ServiceConfig) {
    config.route("/assets/{name}", web::get().to(asset)).configure(routes::configure);
}

/// Our own files carry their version in the address, so browsers may keep them.
async fn asset(name: web::Path<String>) -> HttpResponse {
    match assets::asset(&name) {
        Some(file) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, file.media))
            .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
            .body(file.bytes.into_owned()),
        None => actix_web::ResponseError::error_response(&Problem::not_found()),
    }
}

pub use routes::page as anything_else;
pub use routes::refusals::{bare as refused, is_browser};
