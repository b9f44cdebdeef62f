//! All operations, one file per feature. A new feature adds one line to [`FEATURES`].

mod approvals;
mod batches;
mod inbox;
mod jobs;

use super::Operation;

#[rustfmt::skip] // one a line: each feature adds its own
const FEATURES: &[&[Operation]] = &[
    batches::OPERATIONS,
    inbox::OPERATIONS,
    approvals::OPERATIONS,
    jobs::OPERATIONS,
];

/// Every operation in the order of the documents.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    FEATURES.iter().copied().flatten()
}

/// The operation of that id.
pub fn find(id: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.id == id)
}
