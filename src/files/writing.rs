//! Files that go out: the same file with its errors beside the rows, empty templates, and the file
//! for the bank. All text that others wrote is written as text, never as a formula.

mod annotated;
mod bank;
mod csv_out;
mod template;
#[cfg(test)]
mod tests;

pub use annotated::write_annotated;
pub use bank::{BankFile, BankFormat, BankLine, BankTotals, write_bank_file};
pub use csv_out::TextEncoding;
pub use template::write_template;

use crate::domain::problem::Problem;
use crate::files::reading::{FileProblem, system_code};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteProblem {
    #[error("文件写不下去：{0}")]
    Io(String),
    #[error("XLSX 写不下去")]
    /// The writer's own words, for the log only.
    Xlsx(String),
    #[error("合计金额超出可记账的范围")]
    Overflow,
    #[error(transparent)]
    Source(#[from] FileProblem),
}

impl Problem for WriteProblem {
    fn mend(&self) -> &'static str {
        match self {
            Self::Io(_) => "请检查磁盘空间和权限",
            Self::Xlsx(_) => "请改用 CSV，XLSX 最多 1048576 行",
            Self::Overflow => "请核对金额",
            Self::Source(problem) => problem.mend(),
        }
    }
}

impl From<std::io::Error> for WriteProblem {
    fn from(error: std::io::Error) -> WriteProblem {
        WriteProblem::Io(system_code(&error))
    }
}

impl From<csv::Error> for WriteProblem {
    fn from(error: csv::Error) -> WriteProblem {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            _ => WriteProblem::Io("内部错误".into()),
        }
    }
}

impl From<rust_xlsxwriter::XlsxError> for WriteProblem {
    fn from(error: rust_xlsxwriter::XlsxError) -> WriteProblem {
        WriteProblem::Xlsx(error.to_string())
    }
}
