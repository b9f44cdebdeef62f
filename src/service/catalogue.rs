//! All operations, one file per feature. A new feature adds one line to [`FEATURES`].

mod approvals;
mod batches;
mod briefs;
mod common;
mod imports;
mod inbox;
mod jobs;
mod money;
mod notices;
mod objections;
mod periods;
mod projects;
mod settings;
#[cfg(test)]
mod tests;

use super::Operation;

#[rustfmt::skip] // one a line: each feature adds its own
const FEATURES: &[&[Operation]] = &[
    imports::TEMPLATES,
    batches::OPERATIONS,
    inbox::OPERATIONS,
    approvals::OPERATIONS,
    jobs::OPERATIONS,
    money::OPERATIONS,
    periods::OPERATIONS,
    projects::OPERATIONS,
    notices::OPERATIONS,
    objections::OPERATIONS,
    settings::OPERATIONS,
    briefs::OPERATIONS,
];

/// Every operation in the order of the documents.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    imports::operations().iter().chain(FEATURES.iter().copied().flatten())
}

/// The operation of that id.
pub fn find(id: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.id == id)
}
