//! Use cases: load, decide in domain, store; one write transaction each. Every function here is what one command of the
//! command line does, and what the service will call.

pub mod access;
pub mod account_ledger;
pub mod act;
pub mod audit;
pub mod book;
pub mod brief;
pub mod caller;
pub mod cases;
pub mod close;
pub mod context;
pub mod control;
pub mod demo;
pub mod error;
pub mod export;
pub mod forecast;
pub mod import;
pub mod inquiry;
pub mod inspection;
pub mod jobs;
pub mod known_at;
pub mod ledger;
pub mod lists;
pub mod money;
pub mod notices;
pub mod objections;
pub mod overview;
pub mod payout;
pub mod progress;
pub mod projects;
pub mod reach;
mod said;
#[cfg(test)]
pub(crate) mod sample;
pub mod screening;
pub mod setting;
#[cfg(test)]
pub(crate) mod specimen;
pub mod stored;
pub mod trace;
pub mod trial_balance;
pub mod vault;
pub mod verify;
pub mod workflow;

pub use book::{Book, Bureau};
pub use caller::{Caller, RequestKey};
pub use context::{Clock, Context};
pub use error::{AppError, Refusal};
pub use known_at::KnownAt;

pub type Result<T> = std::result::Result<T, AppError>;
