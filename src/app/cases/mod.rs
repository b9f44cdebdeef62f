//! Cases (线索): opened from findings, an inspection or a complaint; assigned, checked on site, confirmed or refuted with proof,
//! put right by a day, and closed (销号) by somebody other than who checked. Recoveries are postings tied to the case.

mod open;
mod show;
mod step;

pub use open::{NewCase, Opened, open, open_from_findings, opened_words};
pub(crate) use show::by_finding;
pub use show::{Case, CaseEvent, CaseFilter, CaseSummary, list, list_table, show};
pub use step::{Act, act, step_words};
