//! What a use case answers when it does not do what was asked: refusals with a stable code, what is wrong, where, by how
//! much, and how to mend it; all of them at once.

use crate::domain::ledger::Unbalanced;
use crate::store::StoreError;
use serde::Serialize;
use std::fmt;
use thiserror::Error;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Stable English code, such as `short_of_money`.
    pub code: &'static str,
    /// What is wrong, in Chinese.
    pub message: String,
    /// How to mend it, in Chinese.
    pub mend: String,
}

impl Refusal {
    pub fn new(code: &'static str, message: impl Into<String>, mend: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into(), mend: mend.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mend.is_empty() { write!(f, "{}", self.message) } else { write!(f, "{}（{}）", self.message, self.mend) }
    }
}

#[derive(Debug, Error)]
pub enum AppError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{}", list(.0))]
    Refused(Vec<Refusal>),
    #[error("{0}")]
    Output(String),
}

impl AppError {
    pub fn refuse<T>(code: &'static str, message: impl Into<String>, mend: impl Into<String>) -> Result<T, AppError> {
        Err(Refusal::new(code, message, mend).into())
    }

    /// The code of the first refusal, if this is one.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            AppError::Refused(refusals) => refusals.first().map(|refusal| refusal.code),
            _ => None,
        }
    }
}

impl From<crate::files::reading::FileProblem> for AppError {
    fn from(problem: crate::files::reading::FileProblem) -> Self {
        use crate::domain::problem::Problem;
        Refusal::new("file", problem.to_string(), problem.mend()).into()
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        AppError::Refused(vec![refusal])
    }
}

impl From<Unbalanced> for AppError {
    fn from(problem: Unbalanced) -> Self {
        Refusal::new("unbalanced", format!("凭证不能成立：{problem}"), "请检查本账套的科目表和记账模板").into()
    }
}

impl From<crate::domain::progress::MoneyOverflow> for AppError {
    fn from(problem: crate::domain::progress::MoneyOverflow) -> Self {
        Refusal::new("overflow", problem.to_string(), "请核对账套中的金额").into()
    }
}

impl From<crate::files::writing::WriteProblem> for AppError {
    fn from(problem: crate::files::writing::WriteProblem) -> Self {
        use crate::domain::problem::Problem;
        AppError::Output(format!("{problem}（{}）", problem.mend()))
    }
}

impl From<std::io::Error> for AppError {
    fn from(error: std::io::Error) -> Self {
        AppError::Output(format!("读写文件出错：{error}"))
    }
}

fn list(refusals: &[Refusal]) -> String {
    refusals.iter().map(Refusal::to_string).collect::<Vec<_>>().join("\n")
}
