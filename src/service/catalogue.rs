//! All operations, one file per feature. A new feature adds one line to [`FEATURES`].

mod account;
mod asked;
mod audit;
mod batches;
mod books;
mod cases;
mod control;
mod control_records;
pub mod lists;
mod log;
mod overview;
mod plan_work;
mod plans;
mod progress;
mod roles;
mod screening;
mod users;
mod way;

use super::Operation;

#[rustfmt::skip] // one a line: each feature adds its own
const FEATURES: &[&[Operation]] = &[
    account::OPERATIONS,
    batches::OPERATIONS,
    users::OPERATIONS,
    roles::OPERATIONS,
    log::OPERATIONS,
    overview::OPERATIONS,
    progress::OPERATIONS,
    books::OPERATIONS,
    way::OPERATIONS,
    control::OPERATIONS,
    control_records::OPERATIONS,
    screening::OPERATIONS,
    cases::OPERATIONS,
    plans::OPERATIONS,
    plan_work::OPERATIONS,
    audit::OPERATIONS,
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
