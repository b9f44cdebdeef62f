//! Files that wait with their proposals: kept under their own digest (SM3) in a directory of the service, and taken out again
//! only where the content still is what was signed: a file swapped after signing fails.

use crate::app::{AppError, Result};
use crate::domain::ledger::chain::hex;
use crate::files::digest;
use std::fs;
use std::path::{Path, PathBuf};

/// Keeps a copy; gives its digest. The same content is kept once.
pub fn keep(dir: &Path, file: &Path) -> Result<Vec<u8>> {
    fs::create_dir_all(dir)?;
    let unfinished = tempfile_in(dir);
    fs::copy(file, &unfinished)?;
    let (_, sm3) = digest::of_file(&unfinished)?; // of the copy: what is kept is what was digested
    fs::File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, dir.join(&sm3))?;
    Ok(from_hex(&sm3))
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len() / 2).filter_map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()).collect()
}

/// A name that nobody else writes under at the same moment.
fn tempfile_in(dir: &Path) -> PathBuf {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    dir.join(format!("{}-{}.tmp", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)))
}

/// Puts the kept file into `scratch` under its own name, for the operation to read. Errors: it is gone, or is another.
pub fn take(dir: &Path, digest_of: &[u8], name: &str, scratch: &Path) -> Result<PathBuf> {
    let sm3 = hex(digest_of);
    let folder = scratch.join("kept");
    fs::create_dir_all(&folder)?;
    let copy = folder.join(plain_name(name));
    if let Err(error) = fs::copy(dir.join(&sm3), &copy) {
        return AppError::refuse("file_gone", format!("送审时的文件“{name}”读不到了：{error}"), "请退回，由编制人重新送审");
    }
    let (_, found) = digest::of_file(&copy)?;
    if found != sm3 {
        let message = format!("文件“{name}”与签批时不是同一份：签批时摘要 {sm3}，现为 {found}");
        return AppError::refuse("file_swapped", message, "请停止办理并报告主管；核实后由编制人重新送审");
    }
    Ok(copy)
}

/// The last part of a name, so that none leads out of its folder.
pub fn plain_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().filter(|name| !matches!(*name, "" | "." | "..")).unwrap_or("文件")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::domain::ledger::chain::Canonical;

    #[test]
    fn a_swapped_file_is_not_given_out() {
        let (dir, scratch) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let sent = scratch.path().join("清册.csv");
        fs::write(&sent, "一").unwrap();
        let kept = keep(dir.path(), &sent).unwrap();
        let mut c = Canonical::default();
        c.raw("一".as_bytes());
        let digest = c.finish();
        assert_eq!(kept, digest);
        let sm3 = hex(&digest);
        let copy = take(dir.path(), &digest, "../../清册.csv", scratch.path()).unwrap();
        assert_eq!(copy, scratch.path().join("kept/清册.csv"));
        fs::write(dir.path().join(&sm3), "二").unwrap();
        assert_eq!(take(dir.path(), &digest, "清册.csv", scratch.path()).unwrap_err().code(), Some("file_swapped"));
        fs::remove_file(dir.path().join(&sm3)).unwrap();
        assert_eq!(take(dir.path(), &digest, "清册.csv", scratch.path()).unwrap_err().code(), Some("file_gone"));
    }
}
