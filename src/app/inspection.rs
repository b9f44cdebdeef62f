//! Inspection (检查) in the books: plans and their steps, the frame out of the payments, the drawing and its proof, worksheets
//! out and in, evaluation, report, and where the risk is. What may be said and how it is reckoned is
//! [`crate::domain::inspection`]; here it is loaded, decided and kept, one write transaction an act.

pub mod aim;
pub mod cases;
pub mod draw;
pub mod evaluate;
mod findings;
pub mod frame;
mod measures;
pub mod plan;
pub mod plan_view;
pub mod read;
mod read_row;
pub mod redraw;
pub mod report;
pub mod risk;
mod sheet_rows;
pub mod sheets;
pub mod steps;
pub mod stored;
pub mod words;

pub use draw::{DrawOptions, Drawn};
pub use plan::{Member, NewPlan, Plan, Scope, ScopeKind};
