//! Pure rules: no I/O, no clock. Time, ids and policy come in as arguments.

pub mod access;
pub mod audit;
pub mod brief;
pub mod calendar;
pub mod cases;
pub mod control;
pub mod forecast;
pub mod identity;
pub mod inspection;
pub mod kinds;
pub mod ledger;
pub mod money;
pub mod notices;
pub mod objections;
pub mod problem;
pub mod progress;
pub mod projects;
pub mod report;
pub mod screening;
pub mod setting;
pub mod text;
pub mod wording;
pub mod workflow;
