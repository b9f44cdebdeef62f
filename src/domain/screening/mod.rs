//! Screening (数据比对、疑点筛查): small declared rules look for misuse in the facts of a book.
//!
//! A rule is one file under [`rules`]: what it is called, what it means and which document it comes from, which lists it
//! needs, its parameters with their defaults, how severe a hit is, and one function over [`Facts`]. Adding a rule is adding a
//! file and naming it in the list there. The facts are sets read once from the book (`app::screening::load`): all of it for a
//! retrospective screening, or what concerns the people of one batch before it is approved; a rule need not know which.
//!
//! A hit is a lead (疑点), never a verdict: it carries the rows and figures that led to it, so that it stands alone, and an
//! identity made of rule, subject and occasion, so that the same facts give the same finding on every run.

mod benford;
mod engine;
pub mod evidence;
pub mod facts;
mod hits;
mod params;
mod rule;
pub mod rules;
#[cfg(test)]
pub(crate) mod sample;
pub mod score;
mod statistics;

pub use engine::{Availability, Checked, Outcome, screen};
pub use evidence::{Evidence, Origin, Says};
pub use facts::{Facts, NONE};
pub use hits::{Hit, Hits, Subject};
pub use params::{PREFIX as PARAM_PREFIX, ParamProblem, ParamTable, Params, all as all_params, check as check_param};
pub use rule::{List, Param, ParamKind, Pass, Rule, Severity};
