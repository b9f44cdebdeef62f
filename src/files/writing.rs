//! Files that go out: the same file with its errors beside the rows, empty templates, and the file
//! for the bank; and a writer per format for the tables and papers of `domain::report`, which gives
//! the same bytes for the same input, so that a file can be compared and sealed. Text that others
//! wrote is cleaned here once, and never becomes a formula, a control sequence or markup.

mod annotated;
pub mod archive;
mod bank;
mod bundle;
pub mod chain_csv;
pub mod chart;
mod columns;
mod csv_out;
pub mod docx;
pub mod html;
mod markup;
mod one_row;
pub mod ooxml;
pub mod package;
pub mod paper;
pub mod pdf;
pub mod picture;
pub mod rows;
#[cfg(test)]
pub(crate) mod sample;
pub mod table_csv;
pub mod table_json;
pub mod table_text;
pub mod table_xlsx;
mod template;
#[cfg(test)]
mod tests;
pub mod worksheet;

pub use annotated::write_annotated;
pub use bank::{BankFile, BankFormat, BankLine, BankTotals, write_bank_file};
pub use bundle::write_bundle;
pub use csv_out::TextEncoding;
pub use one_row::write_one_row;
pub use template::write_template;

use std::borrow::Cow;

use crate::domain::problem::Problem;
use crate::files::fonts::FontProblem;
use crate::files::reading::{FileProblem, system_code};

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteProblem {
    #[error("文件写不下去：{0}")]
    Io(String),
    #[error("XLSX 写不下去")]
    /// The writer's own words, for the log only.
    Xlsx(String),
    #[error("JSON 写不下去：{0}")]
    Json(#[from] serde_json::Error),
    #[error("PDF 写不下去")]
    /// The library's own words, for the log only.
    Pdf(String),
    #[error(transparent)]
    Fonts(#[from] FontProblem),
    #[error("文件包写不下去：{0}")]
    Package(String),
    #[error("图画不出来：{0}")]
    Picture(String),
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
            Self::Fonts(problem) => problem.mend(),
            Self::Picture(_) => "请安装中文字体（Debian：apt-get install fonts-noto-cjk）后再试",
            Self::Json(_) | Self::Package(_) | Self::Pdf(_) => "请保留出错的命令，与软件维护人员联系",
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

/// Text without what could act on a terminal or break XML: control characters become spaces, and
/// characters that reorder or hide text are dropped.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| c.is_control() || hides_or_reorders(c)) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter(|&c| !hides_or_reorders(c));
    Cow::Owned(kept.map(|c| if c.is_control() { ' ' } else { c }).collect())
}

fn hides_or_reorders(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Columns a text takes where a Chinese character takes two; exact enough to size a column.
pub(crate) fn display_width(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{1100}' { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod text_tests {
    use super::*;

    #[test]
    fn cleaning_leaves_ordinary_text_alone() {
        assert!(matches!(clean("东河镇（2018年）·㛃"), Cow::Borrowed(_)));
        assert_eq!(clean("a\u{1b}[31mb\tc\u{202e}d\u{0}"), "a [31mb cd ");
    }

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!(display_width("东河镇a1"), 8);
    }
}
