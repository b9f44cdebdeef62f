//! Proof of what was done outside the program: a photograph, a scan. The file stays where it is; its name and SM3 digest are
//! kept, so that another file cannot take its place.

use crate::app::{AppError, Result};
use crate::domain::ledger::chain::Canonical;
use std::fs::File;
use std::io::Read;
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub name: String,
    pub digest: [u8; 32],
}

impl Proof {
    /// Reads the file for its digest. Errors: it cannot be read, or is empty.
    pub fn of(path: &Path) -> Result<Proof> {
        let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        Proof::read(path, name, &path.display().to_string())
    }

    /// The same of a file that was sent as `name` and lies under another.
    pub fn sent(path: &Path, name: &str) -> Result<Proof> {
        Proof::read(path, name.to_string(), name)
    }

    fn read(path: &Path, name: String, told: &str) -> Result<Proof> {
        let unreadable = |error: std::io::Error| AppError::Output(format!("读不了 {told}：{error}（请核对路径和权限）"));
        let mut file = File::open(path).map_err(unreadable)?;
        let mut digest = Canonical::default();
        let mut buffer = vec![0; 64 * 1024];
        let mut size = 0_u64;
        loop {
            let read = file.read(&mut buffer).map_err(unreadable)?;
            if read == 0 {
                break;
            }
            size += read as u64;
            digest.raw(&buffer[..read]);
        }
        if size == 0 {
            return AppError::refuse("empty_proof", format!("{told} 是空文件，不能作为佐证"), "请换用照片或扫描件");
        }
        Ok(Proof { name, digest: digest.finish() })
    }

    /// As stored: an empty name and no digest where there is none.
    pub fn stored(proof: Option<&Proof>) -> (String, Option<[u8; 32]>) {
        proof.map_or((String::new(), None), |proof| (proof.name.clone(), Some(proof.digest)))
    }
}

/// SM3 of bytes.
pub(super) fn digest(bytes: &[u8]) -> [u8; 32] {
    let mut digest = Canonical::default();
    digest.raw(bytes);
    digest.finish()
}
