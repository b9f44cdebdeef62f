//! `sunledger template`: empty workbooks that show what each kind of file must hold.

use super::DONE;
use crate::app::{AppError, Result};
use crate::domain::kinds::{KINDS, Kind};
use crate::domain::problem::Problem;
use crate::files::writing::write_template;
use clap::Args;
use std::fs::File;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Template {
    /// 文件种类，如 persons 或 人员
    #[arg(value_name = "种类", required_unless_present = "all", value_parser = Kind::named)]
    kind: Option<&'static Kind>,
    /// 全部种类
    #[arg(long, conflicts_with = "kind")]
    all: bool,
    /// 写到哪里：文件；与 --all 合用时为目录
    #[arg(long, value_name = "路径")]
    out: Option<PathBuf>,
}

impl Template {
    pub fn run(&self) -> Result<u8> {
        if let Some(kind) = self.kind {
            let path = self.out.clone().unwrap_or_else(|| PathBuf::from(format!("{}.xlsx", kind.name)));
            let path = if path.is_dir() { path.join(format!("{}.xlsx", kind.name)) } else { path };
            return write(kind, &path);
        }
        let dir = self.out.clone().unwrap_or_else(|| PathBuf::from("."));
        std::fs::create_dir_all(&dir)?;
        for kind in KINDS {
            write(kind, &dir.join(format!("{}.xlsx", kind.name)))?;
        }
        Ok(DONE)
    }
}

fn write(kind: &'static Kind, path: &Path) -> Result<u8> {
    write_template(kind, File::create(path)?).map_err(|problem| AppError::Output(format!("{problem}。{}", problem.mend())))?;
    tell!("{}：{}", kind.title, path.display());
    Ok(DONE)
}
