//! Pure rules: no I/O, no clock. Time, ids and policy come in as arguments.

pub mod brief;
pub mod calendar;
pub mod cases;
pub mod identity;
pub mod kinds;
pub mod ledger;
pub mod money;
pub mod problem;
pub mod progress;
pub mod report;
pub mod screening;
pub mod text;
