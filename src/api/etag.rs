//! Entity tags: the digest (SM3) of a representation, so that a change can be made on the condition that nobody made another
//! in between.

use crate::domain::ledger::chain::{Canonical, hex};
use actix_web::HttpRequest;
use actix_web::http::header::HeaderName;

/// The strong tag of a representation.
pub fn of(bytes: &[u8]) -> String {
    let mut digest = Canonical::default();
    digest.raw(bytes);
    format!("\"{}\"", &hex(&digest.finish())[..32])
}

/// Whether a header that lists tags names this one (`*` names any).
pub fn listed(request: &HttpRequest, header: HeaderName, tag: &str) -> Option<bool> {
    let value = request.headers().get(header)?.to_str().unwrap_or_default();
    Some(names(value, tag))
}

pub fn names(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}
