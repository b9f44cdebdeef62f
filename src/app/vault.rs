//! What must not be read by whoever gets hold of the database alone (a backup, a disk): sealed with a key that lies outside it,
//! XChaCha20-Poly1305 (RFC 8439 with the long nonce, which may be drawn at random). What it belongs to is bound in, so that
//! nothing sealed for one user passes for another's. Whoever loses the key loses what was sealed: second steps (动态验证码) are
//! then to be enrolled again.

use super::{AppError, Result};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand::TryRng;
use rand::rngs::SysRng;
use std::fmt;
use std::path::Path;

const NONCE: usize = 24;
/// The first byte of what is sealed: how.
const FORM: u8 = 1;

/// The key of data at rest.
#[derive(Clone)]
pub struct DataKey([u8; 32]);

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey")
    }
}

impl DataKey {
    /// Reads the key, or makes one where there is no such file; readable by its owner only. Errors: the file is no key, or may
    /// be read by others.
    pub fn open_or_create(path: &Path) -> Result<DataKey> {
        let wrong = |what: String| AppError::Output(format!("数据密钥文件 {} {what}", path.display()));
        match std::fs::read(path) {
            Ok(bytes) => {
                use std::os::unix::fs::PermissionsExt;
                if std::fs::metadata(path)?.permissions().mode() & 0o077 != 0 {
                    return Err(wrong("可被他人读取，请改为只有服务的用户可读（chmod 600）".into()));
                }
                bytes.try_into().map(DataKey).map_err(|_| wrong("已损坏，请从备份恢复".into()))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => create(path),
            Err(error) => Err(wrong(format!("读不了：{error}"))),
        }
    }

    /// Seals `plain` for what `about` names.
    pub fn seal(&self, about: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let mut nonce = [0u8; NONCE];
        random(&mut nonce)?;
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: about.as_bytes() })
            .map_err(|_| AppError::Output("数据没有加密成功".into()))?;
        Ok([&[FORM][..], &nonce, &sealed].concat())
    }

    /// What was sealed for `about`; `None` for anything else: another key's, another thing's, changed.
    pub fn open(&self, about: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (form, rest) = sealed.split_first()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().filter(|_| *form == FORM)?;
        self.cipher().decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: about.as_bytes() }).ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.0.into())
    }
}

fn random(bytes: &mut [u8]) -> Result<()> {
    SysRng.try_fill_bytes(bytes).map_err(|error| AppError::Output(format!("系统随机数不可用：{error}")))
}

/// Two services that start together: the one that comes second reads what the first has made.
fn create(path: &Path) -> Result<DataKey> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut key = [0u8; 32];
    random(&mut key)?;
    if let Some(dir) = path.parent() {
        std::fs::create_dir_all(dir)?;
    }
    let mut file = match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => return DataKey::open_or_create(path),
        opened => opened?,
    };
    file.write_all(&key)?;
    file.sync_all()?;
    Ok(DataKey(key))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn only_the_same_key_opens_it_for_the_same_thing() {
        let dir = tempfile::tempdir().unwrap();
        let (one, other) = (dir.path().join("keys/data.key"), dir.path().join("other.key"));
        let key = DataKey::open_or_create(&one).unwrap();
        assert_eq!(std::fs::metadata(&one).unwrap().permissions().mode() & 0o777, 0o600);
        let sealed = key.seal("user 7", b"a secret of 20 bytes").unwrap();
        assert_eq!(sealed.len(), 1 + NONCE + 20 + 16);
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, key.seal("user 7", b"a secret of 20 bytes").unwrap(), "a nonce of its own each time");
        let again = DataKey::open_or_create(&one).unwrap();
        assert_eq!(again.open("user 7", &sealed).as_deref(), Some(&b"a secret of 20 bytes"[..]));
        assert_eq!(again.open("user 8", &sealed), None);
        assert_eq!(DataKey::open_or_create(&other).unwrap().open("user 7", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(again.open("user 7", &changed), None, "byte {at}");
        }
        assert_eq!((again.open("user 7", &[]), again.open("user 7", &sealed[..30])), (None, None));
    }

    #[test]
    fn a_file_that_is_no_key_or_open_to_others_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("data.key");
        DataKey::open_or_create(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(DataKey::open_or_create(&path).unwrap_err().to_string().contains("chmod 600"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&path, b"short").unwrap();
        assert!(DataKey::open_or_create(&path).unwrap_err().to_string().contains("已损坏"));
    }
}
