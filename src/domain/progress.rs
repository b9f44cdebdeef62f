//! Expenditure progress: how much of the money that reached the county has arrived where it was
//! meant to go. Spent is what the bank confirmed on a household's card or what a contractor,
//! supplier, co-op or village received; money merely moved to a unit or a township, in transit,
//! returned or kept back as retention is not spent. Every figure is computed from raw fen and
//! rounded only when it is written down.
//!
//! `holding` is what comes in, `policy` the bureau's targets, `measure` the arithmetic of one row,
//! `report` the rows with rank and total, `table` the sheet that people read.

pub mod holding;
pub mod measure;
pub mod policy;
pub mod report;
pub mod table;

pub use holding::{Holding, MoneyOverflow, RecentSpend};
pub use measure::{ProgressRow, State};
pub use policy::{Curve, Milestone, Policy, PolicyError};
pub use report::{GroupBy, ProgressReport};

#[cfg(test)]
mod tests;
