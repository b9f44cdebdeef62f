//! Work that more than one person does: proposals (送审件) that others sign before they are done ([`proposals`], [`steps`]),
//! batches signed by amount band on their way to approval ([`batches`]), the levels of signature ([`levels`]), files kept while
//! they wait ([`kept`]), and what waits for a person ([`inbox`]).

pub mod batches;
pub mod inbox;
pub mod kept;
pub mod levels;
pub mod proposals;
pub mod steps;
mod table;

pub use table::{inbox_table, levels_table, list_table, show_tables, signatures_table};

use super::{AppError, Refusal};
use crate::domain::workflow::{Against, Level};

/// The refusal that a person's signature meets. `what` names the thing: `送审件 3`, `批次 PC01`.
fn refused(against: &Against, what: &str, maker: &str) -> AppError {
    let (code, message, mend): (&'static str, String, String) = match against {
        Against::Maker => ("maker_is_checker", format!("{what}由 {maker} 编制，不能由本人签批"), "请由另一人签批".into()),
        Against::Twice(level) => {
            let message = format!("{what}的第 {level} 级已由您签批，同一人只能签一次");
            ("signed_already", message, "请由另一人签下一级".into())
        }
        Against::NotTheirs(level) => {
            let message = format!("{what}现应由第 {} 级签批（{}），您没有这项权限", level.level, permission_title(level));
            ("not_your_level", message, "请由有该权限的人先签批".into())
        }
        Against::Complete => ("signed_complete", format!("{what}已签批完毕"), "无需再签".into()),
    };
    Refusal::new(code, message, mend).into()
}

/// What a level's permission is called.
pub fn permission_title(level: &Level) -> &str {
    crate::domain::access::permission(&level.permission).map_or(level.permission.as_str(), |permission| permission.title)
}

/// Levels still missing in words: `第 2 级（审批大额发放批次）`.
pub fn say_missing<'l>(levels: impl IntoIterator<Item = &'l Level>) -> String {
    let words: Vec<String> = levels.into_iter().map(|level| format!("第 {} 级（{}）", level.level, permission_title(level))).collect();
    words.join("、")
}
