//! The ledger's own rules: the chart and posting templates as data, drafts that become vouchers only when each group of
//! lines balances, and the canonical form over which the hash chain runs.

pub mod chain;
pub mod chart;
pub mod place;
pub mod voucher;

pub use chart::{Account, Chart, Group, Template, Templates};
pub use place::Place;
pub use voucher::{Balanced, Draft, Line, Unbalanced};
