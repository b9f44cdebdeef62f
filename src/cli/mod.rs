//! One file per verb; prints, never decides.

pub mod demo;
