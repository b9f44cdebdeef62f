//! The way of the money, one file per step: received, allocated, paid to projects, refunded, reclaimed. Payment to cards is
//! [`super::payout`]. Each step checks its rows against what is there, tells everything that is wrong, and posts.

pub mod allocation;
pub mod disbursement;
pub mod enter;
pub mod fund;
pub mod refund;
pub mod slices;
