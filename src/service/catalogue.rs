//! All operations, one file per feature. A new feature adds one line to [`FEATURES`].

mod asked;
mod audit;
mod batches;
mod books;
mod cases;
mod control;
mod control_records;
mod plan_work;
mod plans;
mod progress;
mod screening;
mod way;

use super::Operation;

#[rustfmt::skip] // one a line: each feature adds its own
const FEATURES: &[&[Operation]] = &[
    batches::OPERATIONS,
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
    FEATURES.iter().copied().flatten()
}

/// The operation of that id.
pub fn find(id: &str) -> Option<&'static Operation> {
    all().find(|operation| operation.id == id)
}
