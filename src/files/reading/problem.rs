//! Why a file is refused as a whole, before or while its rows are read.

use crate::domain::problem::Problem;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileProblem {
    #[error("文件读不出来：{0}")]
    Io(String),
    #[error("文件是空的")]
    Empty,
    #[error("文件超过 {} MB", .limit >> 20)]
    TooLarge { limit: u64 },
    #[error("这是 {0} 文件，不是 CSV 或 XLSX")]
    WrongFormat(&'static str),
    #[error("这是老式 XLS 或加了密码的 Excel 文件")]
    OldOrLocked,
    #[error("这是带宏的 Excel 文件（XLSM）")]
    Macros,
    #[error("XLSX 文件已损坏：{0}")]
    Damaged(String),
    #[error("XLSX 解压后超过 {} MB", .limit >> 20)]
    Bomb { limit: u64 },
    #[error("压缩包解开后超过 {} MB 或文件太多", .limit >> 20)]
    Unpacked { limit: u64 },
    #[error("不是 ZIP 压缩包，或已损坏，或其中的文件名不合规")]
    BadArchive,
    #[error("文字编码既不是 UTF-8 也不是 GB18030/GBK")]
    Encoding,
    #[error("文件含有二进制内容，不是文本")]
    Binary,
    #[error("第 {row} 行过长，可能有引号没有配对")]
    RecordTooLong { row: u64 },
    #[error("第 {row} 行超过 {limit} 列")]
    TooManyColumns { row: u64, limit: usize },
    #[error("超过 {limit} 行")]
    TooManyRows { limit: u64 },
    #[error("找不到“{title}”的表头，应有：{}", .required.join("、"))]
    NoHeader { title: &'static str, required: Vec<String> },
    #[error("第 {row} 行表头缺少必需的列：{}；现有：{}", .missing.join("、"), .found.join("、"))]
    MissingColumns { row: u64, missing: Vec<String>, found: Vec<String> },
    #[error("第 {row} 行表头有重复的列：{}", .columns.join("、"))]
    DuplicateHeaders { row: u64, columns: Vec<String> },
}

impl Problem for FileProblem {
    fn mend(&self) -> &'static str {
        match self {
            Self::Io(_) => "请重新上传，或检查文件是否被占用",
            Self::Empty => "请检查是否选错了文件",
            Self::TooLarge { .. } | Self::Bomb { .. } => "请删去图片和多余的表，或分成几个文件",
            Self::WrongFormat(_) => "请用 Excel 或 WPS 打开后另存为 XLSX 或 CSV",
            Self::OldOrLocked => "请去掉密码，另存为“Excel 工作簿 (*.xlsx)”",
            Self::Macros => "请另存为不带宏的“Excel 工作簿 (*.xlsx)”",
            Self::Damaged(_) => "请用 Excel 或 WPS 打开后重新保存",
            Self::Unpacked { .. } | Self::BadArchive => "请上传原样的 ZIP 压缩包，不要重新打包",
            Self::Encoding | Self::Binary => "请另存为“CSV UTF-8”或 XLSX",
            Self::RecordTooLong { .. } => "请检查该行及以前的引号是否成对",
            Self::TooManyColumns { .. } => "请删去右边多余的列",
            Self::TooManyRows { .. } => "请分成几个文件",
            Self::NoHeader { .. } | Self::MissingColumns { .. } => "请对照模板补上列名（表头应在前 20 行之内）",
            Self::DuplicateHeaders { .. } => "请删去或改名重复的列",
        }
    }
}

impl From<std::io::Error> for FileProblem {
    fn from(error: std::io::Error) -> FileProblem {
        match error.kind() {
            std::io::ErrorKind::InvalidData => FileProblem::Encoding,
            std::io::ErrorKind::NotFound => FileProblem::Io("文件不存在".into()),
            std::io::ErrorKind::PermissionDenied => FileProblem::Io("没有读取权限".into()),
            _ => FileProblem::Io(system_code(&error)),
        }
    }
}

/// The system's own words are English; its code is enough for whoever looks into it.
pub(in crate::files) fn system_code(error: &std::io::Error) -> String {
    match error.raw_os_error() {
        Some(code) => format!("系统错误 {code}"),
        None => "系统错误".into(),
    }
}
