//! Misuse in the demo county, planted so that the screening has something to find, and innocent look-alikes, so that finding
//! is worth something. It is woven into the finished plan of the honest county: lines, lists, later corrections of registers,
//! payments to projects. What is planted is known by its labels; nothing else in the county is misuse.
//!
//! Most of it is of the usual kind in life: when the money was paid nothing was known, and the list that tells came later.

mod accounts;
mod amounts;
mod delays;
mod flows;
mod hands;
mod labels;
mod lists;
mod lookalikes;
mod money;
mod natural;
mod payees;
mod posts;
mod projects;
mod stopped;
mod units;

pub use labels::write_labels;

use super::generate::Shape;
use super::plan::Plan;
use hands::Weaver;

/// Weaves misuse and look-alikes into the plan. The same plan and shape give the same result.
pub fn weave(plan: &mut Plan, shape: &Shape) {
    let mut weaver = Weaver::new(plan, shape);
    lists::ordinary(&mut weaver);
    accounts::mass_reissue(&mut weaver);
    stopped::plant(&mut weaver);
    payees::plant(&mut weaver);
    accounts::plant(&mut weaver);
    amounts::plant(&mut weaver);
    posts::plant(&mut weaver);
    projects::plant(&mut weaver);
    units::plant(&mut weaver);
    lookalikes::plant(&mut weaver);
    natural::label(&mut weaver);
    weaver.finish();
}
