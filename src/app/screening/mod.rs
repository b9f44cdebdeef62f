//! Screening (数据比对、疑点筛查): reads the facts, runs the rules of [`crate::domain::screening`], keeps what they found, and
//! stands before a batch's approval.
//!
//! A run on the whole book is kept: each finding once, with a version for each change of what it rests on, and one more when
//! the facts no longer show it. A look back on an earlier day, a trial of other parameters and a look at one batch are not
//! kept: they answer and leave no trace in the findings.

pub mod findings;
pub mod gate;
pub mod history;
mod keep;
pub mod load;
mod lookup;
pub mod run;
pub mod score;
mod stored;
mod suppress;
pub mod trial;
pub mod words;

pub use findings::{Check, Finding, State};
pub use lookup::{files, refuse as refuse_param};
pub use run::{Screened, Wanted, run, standing};
pub use suppress::{find as find_finding, suppress, suppressed};
