//! The project library and publicity, on both databases: the way into the library, every door of money, notices and their
//! masks, objections, and that none of it can be changed afterwards.

mod documents;
mod doors;
mod guards;
mod library;
mod objections;
pub mod support;
