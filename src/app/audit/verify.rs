//! `verify-export`: an export checked from its own files, without the database. The chain of vouchers is worked out first,
//! and everything else is compared with it: payee lines with the digests in the vouchers, entries with vouchers, balances with
//! sums of entries, payments with the vouchers that moved them, progress with places; and every byte with the manifest, whose
//! signature shows who handed it over. Every difference is named; nothing is changed.

use super::export::{CHAIN_FILES, digest_line, documents};
use super::keys;
use super::verify_chain::{payees, read_chain};
use crate::app::Result;
use crate::domain::audit::compare::Compare;
use crate::domain::audit::manifest::{self, FileEntry, Manifest, TableEntry, fen, yuan};
use crate::domain::audit::spec::Kind;
use crate::domain::audit::truth::Truth;
use crate::domain::audit::{AuditFormat, Checker, Fault};
use crate::domain::ledger::chain::hex;
use crate::domain::report::{Cell, Kind as Cells, Table};
use crate::files::digest::of_file;
use crate::files::reading::package::{chain_rows, read_file};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Differences that are kept; all are counted.
const KEPT: usize = 500;

/// What a check came to.
#[derive(Debug, Serialize)]
pub struct Checked {
    /// Nothing where the manifest itself could not be read.
    pub manifest: Option<Manifest>,
    /// Hex of the key whose signature was found good.
    pub signer: Option<String>,
    pub vouchers: u64,
    pub lines: u64,
    pub faults: Vec<Fault>,
    pub fault_count: usize,
}

impl Checked {
    pub fn holds(&self) -> bool {
        self.fault_count == 0
    }

    /// What was checked, who signed, and whether it holds.
    pub fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        if let Some(manifest) = &self.manifest {
            let (book, seq) = (&manifest.book.name, manifest.known_at.seq);
            said.push(format!("{book} {} 年度，格式 {}，算到凭证序号 {seq}", manifest.year, manifest.format));
            said.push(format!("重算凭证 {} 张、发放明细 {} 行", self.vouchers, self.lines));
        }
        said.push(match &self.signer {
            Some(signer) => format!("签名有效，公钥 {signer}"),
            None => "没有可认的签名".to_string(),
        });
        said.push(match self.holds() {
            true => "核验通过：字节与清单一致，凭证链完整，借贷平衡，余额、支付和进度均可由凭证重算得出。".to_string(),
            false => format!("核验不通过：共 {} 处不符", self.fault_count),
        });
        said
    }

    /// The differences as a sheet, with the sentences beneath.
    pub fn table(&self) -> Table {
        let mut table = Table::new("export_check", "导出核验")
            .column("file", "文件", Cells::Text)
            .column("row", "行", Cells::Count)
            .column("what", "不符之处", Cells::Text);
        for fault in &self.faults {
            let row = i64::try_from(fault.row).ok().filter(|row| *row > 0).map(Cell::Count).into();
            table.push(vec![Cell::text(&fault.file), row, Cell::text(&fault.what)]);
        }
        self.sentences().into_iter().fold(table, Table::note)
    }
}

/// Faults with their number, of which the first are kept.
#[derive(Default)]
pub(super) struct Faults {
    kept: Vec<Fault>,
    dropped: usize,
}

impl Faults {
    pub(super) fn tell(&mut self, file: &str, row: u64, what: impl Into<String>) {
        self.kept.push(Fault { file: file.into(), row, what: what.into() });
        self.trim();
    }

    fn trim(&mut self) {
        if self.kept.len() > KEPT {
            self.dropped += self.kept.len() - KEPT;
            self.kept.truncate(KEPT);
        }
    }
}

/// Checks an export; `heads` are digests that its chain must hold, `public_key` the file of the key that must have signed.
/// Finding something wrong is a result. Errors: the given key cannot be read.
pub fn verify(dir: &Path, heads: &[String], public_key: Option<&Path>) -> Result<Checked> {
    let key = public_key.map(keys::read_public).transpose()?;
    let mut faults = Faults::default();
    let mut checked = Checked { manifest: None, signer: None, vouchers: 0, lines: 0, faults: Vec::new(), fault_count: 0 };
    if let Some((manifest, text)) = read_manifest(dir, &mut faults) {
        checked.signer = signature(dir, &manifest, &text, key.as_ref(), &mut faults);
        if let Some(format) = AuditFormat::named(&manifest.format) {
            let (vouchers, lines) = content(dir, &manifest, format, heads, &mut faults);
            (checked.vouchers, checked.lines) = (vouchers, lines);
        } else {
            faults.tell(manifest::MANIFEST, 0, format!("不认识的格式“{}”", manifest.format));
        }
        checked.manifest = Some(manifest);
    }
    checked.fault_count = faults.kept.len() + faults.dropped;
    checked.faults = faults.kept;
    Ok(checked)
}

fn read_manifest(dir: &Path, faults: &mut Faults) -> Option<(Manifest, String)> {
    let Ok(text) = fs::read_to_string(dir.join(manifest::MANIFEST)) else {
        faults.tell(manifest::MANIFEST, 0, "没有清单，或读不了");
        return None;
    };
    let digest = fs::read_to_string(dir.join(manifest::MANIFEST_DIGEST)).unwrap_or_default();
    if digest != digest_line(&text) {
        faults.tell(manifest::MANIFEST_DIGEST, 0, "清单与其摘要不符");
    }
    let manifest: Manifest = match serde_json::from_str(&text) {
        Ok(manifest) => manifest,
        Err(error) => {
            faults.tell(manifest::MANIFEST, 0, format!("清单看不懂：{error}"));
            return None;
        }
    };
    if manifest.text().ok().as_deref() != Some(&text) {
        faults.tell(manifest::MANIFEST, 0, "清单不是规范的写法");
    }
    if manifest.version != manifest::VERSION {
        faults.tell(manifest::MANIFEST, 0, format!("清单版本 {} 不认识", manifest.version));
    }
    Some((manifest, text))
}

/// The signer, where the signature is good.
fn signature(
    dir: &Path,
    manifest: &Manifest,
    text: &str,
    wanted: Option<&ed25519_dalek::VerifyingKey>,
    faults: &mut Faults,
) -> Option<String> {
    let (signature, public) = (dir.join(manifest::SIGNATURE), dir.join(manifest::PUBLIC_KEY));
    if manifest.signer.is_empty() {
        if wanted.is_some() || signature.exists() || public.exists() {
            faults.tell(manifest::SIGNATURE, 0, "清单未写明签名人，不能认作已签名");
        }
        return None;
    }
    let Some(key) = fs::read_to_string(&public).ok().and_then(|text| keys::public_of(&text)) else {
        faults.tell(manifest::PUBLIC_KEY, 0, "没有签名公钥，或公钥被改动");
        return None;
    };
    if hex(key.as_bytes()) != manifest.signer {
        faults.tell(manifest::PUBLIC_KEY, 0, "公钥不是清单写明的签名人");
    }
    if wanted.is_some_and(|wanted| *wanted != key) {
        faults.tell(manifest::PUBLIC_KEY, 0, "签名人不是所给公钥的主人");
    }
    let good = fs::read(&signature).is_ok_and(|bytes| keys::holds(&key, text.as_bytes(), &bytes));
    if !good {
        faults.tell(manifest::SIGNATURE, 0, "签名不对：清单或签名被改动");
    }
    good.then(|| manifest.signer.clone())
}

/// Everything but the manifest's own seals. Gives the vouchers and payee lines met.
fn content(dir: &Path, manifest: &Manifest, format: AuditFormat, heads: &[String], faults: &mut Faults) -> (u64, u64) {
    let spec = format.spec();
    let mut wanted: BTreeSet<String> = spec.files().into_iter().map(str::to_string).collect();
    wanted.extend(CHAIN_FILES.iter().map(|path| path.to_string()));
    wanted.extend(documents(format).into_iter().map(|(path, _)| path));
    names(dir, manifest, &wanted, faults);
    for (path, text) in documents(format) {
        if fs::read_to_string(dir.join(&path)).is_ok_and(|has| has != text) {
            faults.tell(&path, 0, "不是本软件这一版本的表结构说明");
        }
    }
    let truth = read_chain(dir, manifest, heads, faults);
    let (lines, amount) = payees(dir, &truth, faults);
    totals(manifest, &truth, (lines, amount), faults);
    let vouchers = truth.vouchers.len() as u64;
    let mut found: BTreeMap<String, FileEntry> = BTreeMap::new();
    for path in wanted.iter().filter(|path| !spec.files().contains(&path.as_str())) {
        if let Ok((bytes, sm3)) = of_file(&dir.join(path)) {
            found.insert(path.clone(), FileEntry { path: path.clone(), bytes, sm3, tables: Vec::new() });
        }
    }
    tables(dir, format, truth, &mut found, faults);
    for entry in &manifest.files {
        match found.get(&entry.path) {
            Some(found) if found != entry => differ(entry, found, faults),
            _ => {} // a missing file has been told
        }
    }
    (vouchers, lines)
}

/// The directory holds what the manifest names, and the manifest names what the format has.
fn names(dir: &Path, manifest: &Manifest, wanted: &BTreeSet<String>, faults: &mut Faults) {
    let listed: Vec<&String> = manifest.files.iter().map(|entry| &entry.path).collect();
    if !listed.iter().copied().eq(wanted.iter()) {
        faults.tell(manifest::MANIFEST, 0, "清单所列文件与该格式应有的不同");
    }
    let mut present = BTreeSet::new();
    list(dir, "", &mut present);
    for path in wanted.iter().filter(|path| !present.contains(*path)) {
        faults.tell(path, 0, "缺这个文件");
    }
    let own = [manifest::MANIFEST, manifest::MANIFEST_DIGEST, manifest::SIGNATURE, manifest::PUBLIC_KEY];
    for path in present.iter().filter(|path| !wanted.contains(*path) && !own.contains(&path.as_str())) {
        faults.tell(path, 0, "清单中没有这个文件");
    }
}

fn list(dir: &Path, before: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            list(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name);
        }
    }
}

fn totals(manifest: &Manifest, truth: &Truth, (lines, amount): (u64, i128), faults: &mut Faults) {
    let has = manifest::Totals {
        vouchers: truth.vouchers.len() as u64,
        debits: yuan(truth.debits),
        credits: yuan(truth.credits),
        lines,
        line_amount: yuan(amount),
    };
    if manifest.totals != has {
        faults.tell(manifest::MANIFEST, 0, format!("控制合计与重算的不符，应为 {has:?}"));
    }
}

/// A table's place in the spec, its entry in the manifest, and the sums of its amount columns.
type Counted = (usize, TableEntry, Vec<(usize, i128)>);

/// The tables of the format: every row against spec and books, every file counted, summed and digested.
fn tables(dir: &Path, format: AuditFormat, truth: Truth, found: &mut BTreeMap<String, FileEntry>, faults: &mut Faults) {
    let spec = format.spec();
    let mut checker = Checker::new(spec);
    let rows = |file: &str| -> Box<dyn Iterator<Item = Vec<String>>> {
        chain_rows(&dir.join(file)).map_or_else(|_| Box::new(std::iter::empty()) as Box<dyn Iterator<Item = _>>, |rows| Box::new(rows))
    };
    let mut compare = Compare::new(spec, truth, rows("chain/payments.csv"), rows("chain/results.csv"));
    for file in spec.files() {
        let mut entries: Vec<Counted> = Vec::new();
        for (index, table) in spec.tables_of(file) {
            let money = table.columns.iter().enumerate().filter(|(_, column)| column.kind == Kind::Money).map(|(at, _)| (at, 0));
            entries.push((index, TableEntry { table: table.name.clone(), rows: 0, totals: BTreeMap::new() }, money.collect()));
        }
        let mut dropped = 0;
        let read = read_file(dir, file, spec, format.container(), &mut faults.kept, &mut |table, row, cells, kept| {
            if let Some((_, entry, sums)) = entries.iter_mut().find(|(index, _, _)| *index == table) {
                entry.rows += 1;
                for (at, sum) in sums {
                    *sum += cells.get(*at).and_then(|cell| fen(cell)).unwrap_or_default();
                }
            }
            checker.row(table, row, cells, kept);
            compare.row(table, row, cells, kept);
            if kept.len() > KEPT {
                dropped += kept.len() - KEPT;
                kept.truncate(KEPT);
            }
        });
        faults.dropped += dropped;
        if let Ok((bytes, sm3)) = read {
            let tables = entries.into_iter().map(|(index, mut entry, sums)| {
                let columns = &spec.tables[index].columns;
                entry.totals = sums.into_iter().map(|(at, sum)| (columns[at].name.clone(), yuan(sum))).collect();
                entry
            });
            found.insert(file.into(), FileEntry { path: file.into(), bytes, sm3, tables: tables.collect() });
        }
    }
    compare.finish(&mut faults.kept);
    faults.trim();
}

fn differ(said: &FileEntry, found: &FileEntry, faults: &mut Faults) {
    if said.bytes != found.bytes {
        faults.tell(&said.path, 0, format!("清单为 {} 字节，实为 {}", said.bytes, found.bytes));
    }
    if said.sm3 != found.sm3 {
        faults.tell(&said.path, 0, format!("摘要与清单不符，实为 {}", found.sm3));
    }
    for (said_table, table) in said.tables.iter().zip(&found.tables) {
        if said_table.rows != table.rows {
            faults.tell(&said.path, 0, format!("表 {} 清单为 {} 行，实为 {}", table.table, said_table.rows, table.rows));
        }
        for (column, sum) in &table.totals {
            if said_table.totals.get(column) != Some(sum) {
                faults.tell(&said.path, 0, format!("表 {} 的 {column} 合计实为 {sum}，与清单不符", table.table));
            }
        }
    }
    if said.tables.len() != found.tables.len() || said.tables.iter().zip(&found.tables).any(|(said, found)| said.table != found.table) {
        faults.tell(&said.path, 0, "清单所列的表与文件中的不同");
    }
}
