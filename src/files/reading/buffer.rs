//! One row as it was found: a single text that all cells share, so that a row costs no allocation
//! once the buffer has grown.

use crate::domain::problem::Problem;

/// What is wrong with a cell before anyone looks at its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(in crate::files) enum Fault {
    #[error("单元格是公式，文件里没有存下结果")]
    Formula,
    #[error("单元格是公式错误值")]
    Error,
    #[error("单元格文字过长")]
    TooLong,
    #[error("超过 15 位的数字被 Excel 存成了数值，后几位已丢失")]
    LongNumber,
}

impl Problem for Fault {
    fn mend(&self) -> &'static str {
        match self {
            Fault::Formula => "请在 Excel 中重新计算并保存，或选择性粘贴为数值",
            Fault::Error => "请改正公式，或直接填写结果",
            Fault::TooLong => "请缩短到 4096 字以内",
            Fault::LongNumber => "请把该列设为文本格式后重新录入，不能在原数上修补",
        }
    }
}

#[derive(Debug, Default)]
pub(in crate::files) struct RowBuffer {
    pub text: String,
    /// Where each cell begins and ends in `text`.
    pub cells: Vec<(u32, u32)>,
    /// 1-based row as a spreadsheet shows it.
    pub number: u64,
    /// Bytes of the file that have been read, this row included.
    pub position: u64,
    /// Columns of the file with a fault, few and rarely any.
    pub faults: Vec<(usize, Fault)>,
}

impl RowBuffer {
    pub fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
        self.faults.clear();
    }

    /// The cell as found; empty when the row is shorter.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |&(from, to)| self.text.get(from as usize..to as usize).unwrap_or_default())
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.cells.len()).map(|column| self.cell(column))
    }

    /// Puts a cell at a column; the columns skipped become empty.
    pub fn put(&mut self, column: usize, text: &str) {
        let from = self.text.len() as u32;
        self.text.push_str(text);
        let end = self.text.len() as u32;
        if self.cells.len() <= column {
            self.cells.resize(column + 1, (from, from));
        }
        self.cells[column] = (from, end);
    }

    pub fn is_blank(&self) -> bool {
        self.faults.is_empty() && self.iter().all(|cell| crate::domain::text::trim(cell).is_empty())
    }

    pub fn is_faulty(&self, column: usize) -> bool {
        !self.faults.is_empty() && self.faults.iter().any(|&(at, _)| at == column)
    }
}

/// Where rows come from, whatever the format.
pub(in crate::files) trait Rows {
    /// Fills the buffer with the next row; false at the end.
    fn next_row(&mut self, row: &mut RowBuffer) -> Result<bool, super::FileProblem>;
}
