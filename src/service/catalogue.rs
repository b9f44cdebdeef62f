//! All operations, one file per feature. A new feature adds one line to [`FEATURES`].

mod account;
mod batches;
mod log;
mod roles;
mod users;
pub mod lists;
mod overview;

use super::Operation;

#[rustfmt::skip] // one a line: each feature adds its own
const FEATURES: &[&[Operation]] = &[
    account::OPERATIONS,
    batches::OPERATIONS,
    users::OPERATIONS,
    roles::OPERATIONS,
    log::OPERATIONS,
    overview::OPERATIONS,
];

/// Every operation in the order of the documents.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    FEATURES.iter().copied().flatten().chain(lists::operations())
}

/// The operation of that id.
pub fn find(id: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.id == id)
}

/// Operations whose answer holds a secret that is shown once: the answer is kept nowhere, not for a repeated request either.
pub const SECRET_ANSWERS: &[&str] = &["account.totp_enrol", "user.create", "user.reset"];
