//! Control: the 95% rule enforced (通报约谈制度). Each month a ladder of five rungs is decided by rule for every unit and every
//! fund: 提醒, 通报, 约谈, 暂停新增分配, 收回. A rung from 约谈 up stays until its subject has caught up, and is then lifted. Beside
//! the ladder stand what is looked for against gaming the rate, and the checks of a day: deadlines, the year rule, inspections
//! due, idle money.
//!
//! `settings` names what a bureau may set, `policy` is that in force, `standing` the figures of one subject at a month's end,
//! `decide` the rules, `spare` what is proposed to be taken back; `gaming` and `checks` are the two lists, `table` the sheets.

pub mod checks;
pub mod decide;
pub mod gaming;
pub mod idle;
pub mod policy;
pub mod rung;
pub mod settings;
pub mod spare;
pub mod standing;
pub mod table;
pub mod table_checks;
pub mod table_gaming;
#[cfg(test)]
mod tests;

pub use decide::{Decision, decide};
pub use policy::{ControlPolicy, PolicyProblem};
pub use rung::{Rung, SubjectKind};
pub use spare::{Proposal, Spare};
pub use standing::{Facts, Part, Standing};

/// Version of the rules: a run says by which it was decided, and is worked out again only by the same. To be raised with any
/// change of `decide`, `standing` or `spare` that may change an answer.
pub const RULES: &str = "1";
