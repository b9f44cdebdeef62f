//! The demo's last act: a year handed over to audit, signed, accepted by the offline check; and a copy of it with one byte
//! changed, which the check refuses.

use crate::app::audit::export::{Options, write};
use crate::app::audit::verify::verify;
use crate::app::audit::{Personal, keys};
use crate::app::{AppError, Bureau, Context, Result};
use crate::domain::audit::AuditFormat;
use std::fs;
use std::path::{Path, PathBuf};

/// What was handed over and what the check said.
#[derive(Debug, Clone)]
pub struct HandedOver {
    pub dir: PathBuf,
    pub files: usize,
    pub bytes: u64,
    pub vouchers: u64,
    pub lines: u64,
    pub accepted: bool,
    /// What the check found in the copy with one changed byte; empty would be a defect.
    pub refusal: String,
}

/// Exports the first year as the auditors' tables into `审计/`. Exports of an earlier run of the demo are made anew.
pub fn hand_over(bureau: &mut Bureau, ctx: &Context, dir: &Path, year: i32) -> Result<HandedOver> {
    let home = dir.join("审计");
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    fs::create_dir_all(&home)?;
    let key = keys::create(&home.join("示范签名.key"))?;
    let out = home.join(format!("{year}-csv"));
    let options = Options {
        year: i64::from(year),
        known_at: None,
        format: AuditFormat::Csv,
        out: out.clone(),
        personal: Personal::Pseudonymised,
        reason: String::new(),
        sign_with: Some(key.private.clone()),
    };
    let manifest = write(bureau, ctx, &options, &mut |_, _| {})?.manifest;
    let accepted = verify(&out, &[], Some(&key.public))?.holds();
    let refusal = refused_after_one_byte(&home, &out, &key.public)?;
    Ok(HandedOver {
        dir: out,
        files: manifest.files.len(),
        bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        vouchers: manifest.totals.vouchers,
        lines: manifest.totals.lines,
        accepted,
        refusal,
    })
}

/// Changes one digit of one balance in a copy; says what the check answers, and takes the copy away again.
fn refused_after_one_byte(home: &Path, out: &Path, public: &Path) -> Result<String> {
    let copy = home.join("改动一个字节");
    copy_dir(out, &copy)?;
    let path = copy.join("KMYE.csv");
    let mut bytes = fs::read(&path)?;
    // the last figure of 元 that can grow by one: a balance or a sum of the last month
    let figure = bytes.windows(2).rposition(|pair| pair[1] == b'.' && (b'0'..=b'8').contains(&pair[0]));
    let Some(digit) = figure.and_then(|at| bytes.get_mut(at)) else {
        return AppError::refuse("demo_audit", "科目余额表里没有数字", "");
    };
    *digit += 1;
    fs::write(&path, bytes)?;
    let checked = verify(&copy, &[], Some(public))?;
    fs::remove_dir_all(&copy)?;
    Ok(checked.faults.first().map(ToString::to_string).unwrap_or_default())
}

fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_dir(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
