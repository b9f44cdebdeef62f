//! The nine invariants of the ledger, one test each: every way around the program that plain SQL offers is tried on both
//! databases, must be refused by the database itself, and must leave the books as they were.

mod append_only;
mod as_of;
mod balanced;
mod chain;
mod closed;
mod numbers;
mod once;
mod people;
mod places;
