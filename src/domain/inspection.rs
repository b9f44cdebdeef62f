//! Inspection (检查): which of the payments, projects or households a working group looks at, how many and by what chance, what
//! it asks at the door, and what may be said of all of them from what it saw. [`size`] says how many, [`frame`] freezes what
//! could be drawn, [`draw`] draws so that anyone can draw it again, [`question`] reads the answers, [`evaluate`] projects them,
//! [`risk`] says where to look first. Sources stand where each formula does; the plan's own order is that every quarter a
//! working group checks the use of the money (东发〔2018〕14号 五（一）), and Hainan's special inspection of 2017 looked at one
//! township or more in every county and at a tenth or more of the households supported.

pub mod draw;
pub mod evaluate;
mod evaluate_limits;
pub mod frame;
pub mod plan;
pub mod question;
pub mod report;
pub mod risk;
pub mod size;
pub mod stats;
pub mod worksheet;
