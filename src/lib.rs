//! Sunledger 阳光账. The map of the crate is written here.

pub mod app;
pub mod cli;
pub mod domain;
pub mod files;
pub mod store;
