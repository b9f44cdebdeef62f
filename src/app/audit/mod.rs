//! Working with the auditors (审计): the year's books in the shapes that auditors read, checked, digested and signed; the
//! check of such an export without the database; and the questions that auditors ask first.

pub mod aging;
mod business;
mod cases;
pub mod cross;
mod documents;
pub mod export;
pub mod find;
mod findings;
mod gbt24589;
mod gbt42940;
mod iso21378;
pub mod keys;
mod ladder;
mod ledger_tables;
mod payment_keys;
mod personal;
mod scope;
mod standard;
pub mod unusual;
pub mod verify;
mod verify_chain;
pub mod who;
pub mod year_end;

/// How much of a payee an export shows. The auditor's mandate decides; the book remembers who gave out more than the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    /// Only the commitment that stands for person and account in the chain.
    Pseudonymised,
    /// 张*三, 4600**********001X
    Masked,
    Full,
}

impl Personal {
    pub const ALL: [Personal; 3] = [Personal::Pseudonymised, Personal::Masked, Personal::Full];

    pub const fn code(self) -> &'static str {
        match self {
            Personal::Pseudonymised => "pseudonymised",
            Personal::Masked => "masked",
            Personal::Full => "full",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Personal::Pseudonymised => "只给人员账户标识",
            Personal::Masked => "部分遮盖",
            Personal::Full => "全部",
        }
    }

    pub fn from_code(code: &str) -> Option<Personal> {
        Personal::ALL.into_iter().find(|personal| personal.code() == code)
    }
}
