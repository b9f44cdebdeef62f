//! What can go wrong beneath the use cases, in words a user can act on. SQL and driver text stay in the source chain.

use thiserror::Error;

#[derive(Debug, Error)]
pub enum StoreError {
    #[error("数据库地址无法识别：{0}。请写 sqlite://路径 或 postgres://用户@主机/库名。")]
    Url(String),
    #[error("数据库打不开：{what}。{detail}")]
    Open { what: String, detail: String },
    #[error("SQLite 版本 {0} 过旧或有已知缺陷，需 3.51.3 以上（不含 3.52.0）。")]
    OldSqlite(String),
    #[error("磁盘空间不足，本次操作已全部撤销，账簿没有变化。请清理磁盘后重试。（{0}）")]
    DiskFull(String),
    #[error(
        "读写磁盘出错，本次操作没有得到确认。请检查磁盘和剩余空间，重新打开账簿后再办一次：已入账的不会重复入账，没有入账的不会留下半截。（{0}）"
    )]
    Io(String),
    #[error("账簿正被其他程序占用，等待超时。请稍后重试。（{0}）")]
    Busy(String),
    #[error("账簿的数据保护规则拒绝了这次写入：{0}")]
    Guard(String),
    #[error("数据库与本程序版本不符：{0}")]
    Schema(String),
    #[error("数据库出错：{0}")]
    Other(String),
}

impl StoreError {
    /// True where the database's own constraints or triggers refused the write.
    pub fn is_guard(&self) -> bool {
        matches!(self, StoreError::Guard(_))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ffi::ErrorCode;
        let text = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull(text),
            Some(ErrorCode::SystemIoFailure) => StoreError::Io(text),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy(text),
            Some(ErrorCode::ConstraintViolation) => StoreError::Guard(text),
            Some(ErrorCode::CannotOpen) => StoreError::Open { what: text, detail: "请检查路径和权限。".into() },
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                StoreError::Open { what: text, detail: "文件不是账簿或已损坏，请从备份恢复。".into() }
            }
            _ => StoreError::Other(text),
        }
    }
}

impl From<postgres::Error> for StoreError {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
        let text = match error.as_db_error() {
            Some(db) => db.message().to_string(),
            None => error.to_string(),
        };
        match error.code() {
            Some(code) if code.code().starts_with("23") || *code == SqlState::RAISE_EXCEPTION => StoreError::Guard(text),
            Some(code) if *code == SqlState::DISK_FULL => StoreError::DiskFull(text),
            Some(code) if *code == SqlState::LOCK_NOT_AVAILABLE || *code == SqlState::T_R_DEADLOCK_DETECTED => StoreError::Busy(text),
            _ => StoreError::Other(text),
        }
    }
}
