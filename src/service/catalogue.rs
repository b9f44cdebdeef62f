//! All operations, one file per feature. A new feature adds one line to [`FEATURES`].

mod account;
mod approvals;
mod asked;
mod audit;
mod batches;
mod books;
mod briefs;
mod cases;
mod common;
mod control;
mod control_records;
mod imports;
mod inbox;
mod jobs;
pub mod lists;
mod log;
mod money;
mod notices;
mod objections;
mod overview;
mod periods;
mod plan_work;
mod plans;
mod progress;
mod projects;
mod roles;
mod screening;
mod settings;
#[cfg(test)]
mod tests;
mod users;
mod way;

use super::Operation;

#[rustfmt::skip] // one a line: each feature adds its own
const FEATURES: &[&[Operation]] = &[
    overview::OPERATIONS,
    imports::TEMPLATES,
    batches::OPERATIONS,
    inbox::OPERATIONS,
    approvals::OPERATIONS,
    jobs::OPERATIONS,
    money::OPERATIONS,
    periods::OPERATIONS,
    books::OPERATIONS,
    way::OPERATIONS,
    projects::OPERATIONS,
    notices::OPERATIONS,
    objections::OPERATIONS,
    progress::OPERATIONS,
    control::OPERATIONS,
    control_records::OPERATIONS,
    screening::OPERATIONS,
    cases::OPERATIONS,
    plans::OPERATIONS,
    plan_work::OPERATIONS,
    audit::OPERATIONS,
    briefs::OPERATIONS,
    settings::OPERATIONS,
    account::OPERATIONS,
    users::OPERATIONS,
    roles::OPERATIONS,
    log::OPERATIONS,
];

/// Every operation in the order of the documents.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    imports::operations().iter().chain(FEATURES.iter().copied().flatten()).chain(lists::operations())
}

/// The operation of that id.
pub fn find(id: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.id == id)
}

/// Operations whose answer holds a secret that is shown once: the answer is kept nowhere, not for a repeated request either.
/// Those that may, with what others have proposed, are told by the answer ([`super::Answer::shows_secret`]).
pub const SECRET_ANSWERS: &[&str] = &["account.totp_enrol", "user.create"];
