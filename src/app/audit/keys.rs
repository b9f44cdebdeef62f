//! Keys that sign exports (Ed25519, RFC 8032). They live in files outside the database: whoever owns the books cannot sign
//! what another has signed before. The files are PEM as OpenSSL writes it (RFC 8410), so that anyone can check a signature:
//! `openssl pkeyutl -verify -pubin -inkey public.key -rawin -in manifest.json -sigfile manifest.sig`.

use crate::app::{AppError, Result};
use crate::domain::ledger::chain::hex;
use crate::store::StoreError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use rand::TryRng;
use rand::rngs::SysRng;
use std::io::Write;
use std::path::{Path, PathBuf};

const PRIVATE: (&str, [u8; 16]) =
    ("PRIVATE KEY", [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20]);
const PUBLIC: (&str, [u8; 12]) = ("PUBLIC KEY", [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]);

/// What a new pair of keys is: the private key's file, which only its owner may read, and the public key beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    pub private: PathBuf,
    pub public: PathBuf,
    /// Hex of the public key.
    pub signer: String,
}

/// Makes a pair of keys. Errors: either file is there already.
pub fn create(out: &Path) -> Result<NewKey> {
    let mut seed = [0u8; 32];
    SysRng.try_fill_bytes(&mut seed).map_err(|error| StoreError::Other(format!("系统随机数不可用：{error}")))?;
    let key = SigningKey::from_bytes(&seed);
    let mut name = out.as_os_str().to_os_string();
    name.push(".pub");
    let public = PathBuf::from(name);
    if public.exists() {
        return AppError::refuse("key_exists", format!("{} 已存在", public.display()), "请换一个文件名，密钥不覆盖");
    }
    write_new(out, &pem(PRIVATE.0, &PRIVATE.1, &seed), true)?;
    write_new(&public, &public_pem(&key), false)?;
    Ok(NewKey { private: out.to_path_buf(), public, signer: signer(&key) })
}

fn write_new(path: &Path, text: &str, secret: bool) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if secret { 0o600 } else { 0o644 });
    match options.open(path) {
        Ok(mut file) => {
            file.write_all(text.as_bytes())?;
            Ok(file.sync_all()?)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            AppError::refuse("key_exists", format!("{} 已存在", path.display()), "请换一个文件名，密钥不覆盖")
        }
        Err(error) => Err(AppError::Output(format!("写不了 {}：{error}（请检查目录和权限）", path.display()))),
    }
}

/// Reads a private key. Errors: no such file, or no Ed25519 key in it; what it holds is never told.
pub fn read_private(path: &Path) -> Result<SigningKey> {
    let bytes = std::fs::read_to_string(path).ok().and_then(|text| from_pem(&text, PRIVATE.0, &PRIVATE.1));
    match bytes {
        Some(seed) => Ok(SigningKey::from_bytes(&seed)),
        None => AppError::refuse("key", format!("{} 不是签名私钥或读不了", path.display()), "请用 ⟦key.new⟧ 生成的私钥文件"),
    }
}

/// Reads a public key. Errors: as above.
pub fn read_public(path: &Path) -> Result<VerifyingKey> {
    match std::fs::read_to_string(path).ok().and_then(|text| public_of(&text)) {
        Some(key) => Ok(key),
        None => AppError::refuse(
            "key",
            format!("{} 不是签名公钥或读不了", path.file_name().unwrap_or_default().to_string_lossy()),
            "请用 ⟦key.new⟧ 生成的 .pub 文件",
        ),
    }
}

pub fn public_of(text: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&from_pem(text, PUBLIC.0, &PUBLIC.1)?).ok()
}

pub fn public_pem(key: &SigningKey) -> String {
    pem(PUBLIC.0, &PUBLIC.1, key.verifying_key().as_bytes())
}

/// Names the owner of a key in a manifest: hex of the public key.
pub fn signer(key: &SigningKey) -> String {
    hex(key.verifying_key().as_bytes())
}

pub fn sign(key: &SigningKey, text: &[u8]) -> Vec<u8> {
    key.sign(text).to_bytes().to_vec()
}

/// Whether a signature over a text is that key's; malleable forms are refused.
pub fn holds(key: &VerifyingKey, text: &[u8], signature: &[u8]) -> bool {
    Signature::from_slice(signature).is_ok_and(|signature| key.verify_strict(text, &signature).is_ok())
}

fn pem(name: &str, prefix: &[u8], key: &[u8]) -> String {
    format!("-----BEGIN {name}-----\n{}\n-----END {name}-----\n", STANDARD.encode([prefix, key].concat()))
}

/// The 32 bytes of a key; only the form in which [`pem`] writes it is taken.
fn from_pem(text: &str, name: &str, prefix: &[u8]) -> Option<[u8; 32]> {
    let body = text.strip_prefix(&format!("-----BEGIN {name}-----\n"))?.strip_suffix(&format!("\n-----END {name}-----\n"))?;
    let bytes = STANDARD.decode(body).ok()?;
    bytes.strip_prefix(prefix)?.try_into().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed example fails its test")]
mod tests {
    use super::*;

    /// RFC 8032, section 7.1, test 2.
    #[test]
    fn signatures_are_the_standards() {
        let bytes = |text: &str| crate::domain::audit::truth::unhex(text).unwrap();
        let seed: [u8; 32] = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").try_into().unwrap();
        let key = SigningKey::from_bytes(&seed);
        assert_eq!(signer(&key), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        let signature = sign(&key, &[0x72]);
        assert_eq!(
            hex(&signature),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        assert!(holds(&key.verifying_key(), &[0x72], &signature) && !holds(&key.verifying_key(), &[0x73], &signature));
    }

    #[test]
    fn a_key_goes_to_a_file_that_only_its_owner_reads_and_comes_back() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("审计.key");
        let new = create(&path).unwrap();
        let key = read_private(&path).unwrap();
        assert_eq!(new.signer, signer(&key));
        assert_eq!(read_public(&new.public).unwrap(), key.verifying_key());
        assert_eq!(create(&path).unwrap_err().code(), Some("key_exists"), "keys are not overwritten");
        assert_eq!(read_private(&new.public).unwrap_err().code(), Some("key"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
