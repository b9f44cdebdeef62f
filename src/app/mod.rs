//! Use cases: load, decide in domain, store; one write transaction each. Every function here is what one command of the
//! command line does, and what the service will call.

pub mod act;
pub mod book;
pub mod close;
pub mod context;
pub mod demo;
pub mod error;
pub mod import;
pub mod ledger;
pub mod money;
pub mod payout;

pub use book::{Book, Bureau};
pub use context::{Clock, Context};
pub use error::{AppError, Refusal};

pub type Result<T> = std::result::Result<T, AppError>;
