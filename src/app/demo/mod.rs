//! A synthetic county (示范县): the public shape of the plan of 东方市 with invented people, as the files that a bureau
//! exchanges, and a walk of those files through the real way, month by month. Everything follows from a seed.

pub mod audit;
pub mod closing;
pub mod county;
mod dice;
mod door;
mod findings;
pub mod funds;
pub mod generate;
mod inspections;
mod ladder;
pub mod library;
mod misuse;
pub mod payments;
pub mod people;
pub mod plan;
pub mod programs;
pub mod projects;
mod review;
pub mod run;
pub mod seats;
mod write;

pub use run::{DemoReport, Options, left_in, run};
pub use write::{path_of, render, write_file};
