//! One-card payment (一卡通发放): a batch file is checked and reserved, approved by a second person, sent to the bank by a
//! third act, answered line by line; returned lines are corrected and reissued, or released.

mod check;
mod header;
pub mod register;
mod registry;
pub mod reissue;
mod remake;
pub mod result;
pub mod stage;
pub mod strip;
