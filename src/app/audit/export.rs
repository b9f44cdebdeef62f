//! `export audit`: a year of the books for the auditors. Everything is read on one view of the database, streamed into a
//! directory beside the wanted one, checked against the spec on the way, digested, signed, and only then put in its place:
//! an export is there whole or not at all. The same book at the same time gives the same bytes on either database.

use super::scope::Scope;
use super::{Personal, gbt24589, gbt42940, iso21378, keys, standard};
use crate::app::act::{once, round_key};
use crate::app::{AppError, Book, Bureau, Context, KnownAt, Refusal, Result, export};
use crate::domain::audit::manifest::{self, BookName, Chain, FileEntry, Manifest, Totals};
use crate::domain::audit::{AuditFormat, Fault, xsd};
use crate::domain::ledger::chain;
use crate::files::digest::of_file;
use crate::files::writing::package::Package;
use crate::params;
use crate::store::Tx;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is asked.
#[derive(Debug, Clone)]
pub struct Options {
    pub year: i64,
    pub known_at: Option<KnownAt>,
    pub format: AuditFormat,
    pub out: PathBuf,
    pub personal: Personal,
    /// Why personal data go out; must be given where they do.
    pub reason: String,
    pub sign_with: Option<PathBuf>,
}

/// What was handed over.
#[derive(Debug, Clone)]
pub struct Handed {
    pub manifest: Manifest,
    /// The very same export stood there already.
    pub unchanged: bool,
}

impl Handed {
    /// Files and rows, the control totals, and the head of the chain.
    pub fn sentences(&self) -> [String; 3] {
        let manifest = &self.manifest;
        let rows: u64 = manifest.files.iter().flat_map(|file| &file.tables).map(|table| table.rows).sum();
        let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
        [
            format!("文件 {} 个，{rows} 行，{bytes} 字节；凭证 {} 张", manifest.files.len(), manifest.totals.vouchers),
            format!("借方 {} 元，贷方 {} 元", manifest.totals.debits, manifest.totals.credits),
            format!("链尾：序号 {}，摘要 {}", manifest.chain.seq, manifest.chain.hash),
        ]
    }
}

/// Kept in the book whenever an export shows more of a payee than a commitment.
#[derive(Debug, Serialize, Deserialize)]
struct PersonalLog {
    year: i64,
    format: String,
    personal: String,
    reason: String,
}

/// Files of the chain, in the order of the manifest.
pub const CHAIN_FILES: [&str; 4] = ["chain/head.txt", "chain/payments.csv", "chain/results.csv", "chain/vouchers.jsonl"];

/// The README that goes out with a format.
pub fn readme(format: AuditFormat) -> &'static str {
    match format {
        AuditFormat::Gbt42940 => include_str!("../../../reports/audit/gbt42940/README.md"),
        AuditFormat::Gbt24589 => include_str!("../../../reports/audit/gbt24589/README.md"),
        AuditFormat::Iso21378 => include_str!("../../../reports/audit/iso21378/README.md"),
        AuditFormat::Csv => include_str!("../../../reports/audit/csv/README.md"),
    }
}

/// What describes a format, as (path, content): README, table spec and schemas.
pub fn documents(format: AuditFormat) -> Vec<(String, String)> {
    let mut documents =
        vec![("spec/README.md".to_string(), readme(format).to_string()), ("spec/tables.csv".to_string(), format.spec_text().to_string())];
    for file in format.spec().files() {
        if let Some(schema) = xsd::schema(format, file) {
            documents.push((format!("spec/{}.xsd", file.trim_end_matches(".xml")), schema));
        }
    }
    documents
}

/// Writes an export. Errors: something else stands there; a row that its spec refuses; no voucher of that year.
pub fn write(bureau: &mut Bureau, ctx: &Context, options: &Options, progress: &mut dyn FnMut(u64, u64)) -> Result<Handed> {
    let key = options.sign_with.as_deref().map(keys::read_private).transpose()?;
    let standing = standing(&options.out)?;
    if options.personal != Personal::Pseudonymised {
        record_personal(bureau, ctx, options)?;
    }
    let partial = partial_of(&options.out)?;
    if partial.exists() {
        fs::remove_dir_all(&partial)?;
    }
    fs::create_dir_all(partial.join("chain"))?;
    fs::create_dir_all(partial.join("spec"))?;
    let written = fill(bureau, &partial, options, key.as_ref().map(keys::signer), progress).and_then(|manifest| {
        let text = manifest.text().map_err(std::io::Error::other)?;
        seal(&partial, &text, key.as_ref())?;
        Ok((manifest, text))
    });
    let placed = written.and_then(|(manifest, text)| {
        let unchanged = standing.as_ref().is_some_and(|before| *before == text) && same_files(&options.out, &manifest);
        if standing.is_some() && !unchanged {
            return AppError::refuse("out_not_empty", format!("{} 已有另一份导出", options.out.display()), "请另选目录，导出不覆盖");
        }
        if !unchanged {
            place(&partial, &options.out)?;
        }
        Ok(Handed { manifest, unchanged })
    });
    if partial.exists() {
        let _ = fs::remove_dir_all(&partial); // what went wrong before is the error to tell
    }
    placed
}

/// The manifest of an export that stands there; nothing where the place is free. Errors: other content.
fn standing(out: &Path) -> Result<Option<String>> {
    if !out.exists() {
        return Ok(None);
    }
    let free = out.is_dir() && fs::read_dir(out)?.next().is_none();
    match fs::read_to_string(out.join(manifest::MANIFEST)) {
        _ if free => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(_) => AppError::refuse("out_not_empty", format!("{} 已有其他内容", out.display()), "请另选一个空目录或新目录"),
    }
}

/// Whether the files that stand there are those of the manifest.
fn same_files(out: &Path, manifest: &Manifest) -> bool {
    manifest.files.iter().all(|entry| of_file(&out.join(&entry.path)).is_ok_and(|found| found == (entry.bytes, entry.sm3.clone())))
}

fn partial_of(out: &Path) -> Result<PathBuf> {
    let Some(name) = out.file_name() else {
        return AppError::refuse("out", format!("{} 不能作为导出目录", out.display()), "请写明一个目录名");
    };
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(".partial");
    Ok(out.with_file_name(hidden))
}

fn record_personal(bureau: &mut Bureau, ctx: &Context, options: &Options) -> Result<()> {
    let reason = options.reason.trim();
    if reason.is_empty() {
        return AppError::refuse("no_reason", "导出个人信息必须写明依据", "请用 ⟦reason⟧ 写明审计通知书文号等依据");
    }
    bureau.write(|tx, book| {
        let (format, personal) = (options.format.code(), options.personal.code());
        let key = round_key(tx, book, &format!("export_personal:{}:{format}:{personal}", options.year), true)?;
        once(tx, book, ctx, "export_personal", &key, &[&key, reason], |_| {
            Ok(PersonalLog { year: options.year, format: format.into(), personal: personal.into(), reason: reason.into() })
        })?;
        Ok(())
    })
}

fn fill(
    bureau: &mut Bureau,
    dir: &Path,
    options: &Options,
    signer: Option<String>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Manifest> {
    for (path, text) in documents(options.format) {
        write_file(&dir.join(path), text.as_bytes())?;
    }
    bureau.read(|tx, book| {
        let scope = Scope::load(tx, book, options.year, options.known_at)?;
        let exported = export::chain_in(tx, book, &dir.join("chain"), scope.last, progress)?;
        let mut out = Package::new(dir, options.format.spec(), options.format.container());
        match options.format {
            AuditFormat::Gbt42940 => gbt42940::write(&mut out, tx, book, &scope, options.personal)?,
            AuditFormat::Gbt24589 => gbt24589::write(&mut out, tx, book, &scope)?,
            AuditFormat::Iso21378 => iso21378::write(&mut out, tx, book, &scope, options.personal)?,
            AuditFormat::Csv => standard::write(&mut out, tx, book, &scope, options.personal)?,
        }
        let (tables, faults) = out.finish()?;
        refuse(faults)?;
        let mut files = Vec::new();
        let others = CHAIN_FILES.iter().map(|path| path.to_string()).chain(documents(options.format).into_iter().map(|(path, _)| path));
        for path in others {
            let (bytes, sm3) = of_file(&dir.join(&path))?;
            files.push(FileEntry { path, bytes, sm3, tables: Vec::new() });
        }
        files.extend(tables);
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let totals = totals(tx, book, &scope, exported.payments)?;
        Ok(Manifest {
            version: manifest::VERSION,
            software: format!("sunledger {}", env!("CARGO_PKG_VERSION")),
            format: options.format.code().into(),
            book: BookName { code: book.code.clone(), name: book.name.clone() },
            year: scope.year,
            known_at: manifest::KnownAt { seq: scope.last, recorded_at: scope.recorded_at },
            chain: Chain { canonical: chain::VERSION, seq: scope.last, hash: scope.hash.clone() },
            personal: options.personal.code().into(),
            signer: signer.unwrap_or_default(),
            totals,
            files,
        })
    })
}

fn refuse(faults: Vec<Fault>) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let mend = "请更正账簿中的这项数据；若数据无误，请与软件维护人员联系";
    Err(AppError::Refused(faults.into_iter().map(|fault| Refusal::new("audit_spec", fault.to_string(), mend)).collect()))
}

fn totals(tx: &mut Tx<'_>, book: &Book, scope: &Scope, lines: u64) -> Result<Totals> {
    let count =
        tx.one("SELECT COUNT(*) FROM voucher WHERE book = $1 AND year = $2 AND seq <= $3", params![book.id, scope.year, scope.last])?;
    let sums = tx.one(
        "SELECT CAST(COALESCE(SUM(debit), 0) AS BIGINT), CAST(COALESCE(SUM(credit), 0) AS BIGINT) FROM posting
          WHERE book = $1 AND date >= $2 AND date <= $3 AND voucher <= $4",
        params![book.id, scope.year * 10_000 + 101, scope.year * 10_000 + 1231, scope.last],
    )?;
    let amount = tx.one(
        "SELECT CAST(COALESCE(SUM(total), 0) AS BIGINT) FROM batch_stage WHERE book = $1 AND stage = 'reserved' AND voucher <= $2",
        params![book.id, scope.last],
    )?;
    let yuan = |fen: i64| manifest::yuan(fen.into());
    Ok(Totals {
        vouchers: u64::try_from(count.int(0)?).unwrap_or(0),
        debits: yuan(sums.int(0)?),
        credits: yuan(sums.int(1)?),
        lines,
        line_amount: yuan(amount.int(0)?),
    })
}

/// Writes the manifest, its digest and, with a key, the signature.
fn seal(dir: &Path, text: &str, key: Option<&ed25519_dalek::SigningKey>) -> Result<()> {
    write_file(&dir.join(manifest::MANIFEST), text.as_bytes())?;
    write_file(&dir.join(manifest::MANIFEST_DIGEST), digest_line(text).as_bytes())?;
    if let Some(key) = key {
        write_file(&dir.join(manifest::SIGNATURE), &keys::sign(key, text.as_bytes()))?;
        write_file(&dir.join(manifest::PUBLIC_KEY), keys::public_pem(key).as_bytes())?;
    }
    Ok(())
}

/// What `manifest.sm3` holds.
pub fn digest_line(text: &str) -> String {
    let mut digest = chain::Canonical::default();
    digest.raw(text.as_bytes());
    format!("{}  {}\n", chain::hex(&digest.finish()), manifest::MANIFEST)
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// Puts the finished directory in its place and makes that durable.
fn place(partial: &Path, out: &Path) -> Result<()> {
    for dir in ["chain", "spec", "."] {
        File::open(partial.join(dir))?.sync_all()?;
    }
    if out.exists() {
        fs::remove_dir(out)?; // it is empty
    }
    fs::rename(partial, out)?;
    if let Some(parent) = out.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        File::open(parent)?.sync_all()?;
    }
    Ok(())
}
