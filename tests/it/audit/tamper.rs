//! Changed exports: every changed byte is refused, and changes under a manifest made to agree are found by the books.

use super::{book, check, export, files, independent, options, python};
use crate::support::{Db, TestDb};
use crate::way::ctx;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::path::Path;
use sunledger::app::KnownAt;
use sunledger::app::audit::export::{Options, digest_line, write};
use sunledger::app::audit::keys;
use sunledger::app::audit::verify::verify;
use sunledger::domain::audit::AuditFormat;
use tempfile::TempDir;

/// Exports of every format, signed.
fn signed(dir: &Path) -> Vec<std::path::PathBuf> {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, _) = book(&db);
    let key = dir.join("key");
    keys::create(&key).unwrap();
    let write_one = |format: AuditFormat| {
        let out = dir.join(format.code());
        write(&mut bureau, &ctx("甲"), &Options { sign_with: Some(key.clone()), ..options(format, &out) }, &mut |_, _| {}).unwrap();
        out
    };
    AuditFormat::ALL.map(write_one).to_vec()
}

#[test]
fn any_changed_byte_is_refused() {
    let dir = TempDir::new().unwrap();
    let exports: Vec<_> = signed(dir.path()).into_iter().map(|out| (files(&out).into_iter().collect::<Vec<_>>(), out)).collect();
    let mut runner = TestRunner::new(Config { cases: 160, failure_persistence: None, ..Config::default() });
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..=255_u8);
    let outcome = runner.run(&change, |(export, file, byte, flip)| {
        let (files, out) = &exports[export.index(exports.len())];
        let (name, bytes) = &files[file.index(files.len())];
        let mut changed = bytes.clone();
        let at = byte.index(bytes.len());
        changed[at] ^= flip;
        std::fs::write(out.join(name), &changed).unwrap();
        let holds = check(out).holds();
        std::fs::write(out.join(name), bytes).unwrap();
        prop_assert!(!holds, "{} byte {at} flipped by {flip:#x}", out.join(name).display());
        Ok(())
    });
    outcome.unwrap();
    assert!(exports.iter().all(|(_, out)| check(out).holds()), "unchanged again, they hold");
}

#[test]
fn a_shorter_a_missing_and_a_further_file_are_refused_by_both_checkers() {
    let dir = TempDir::new().unwrap();
    for (index, out) in signed(dir.path()).into_iter().enumerate() {
        assert!(check(&out).signer.is_some());
        // each format takes every fourth file, so that together they take files of every kind
        for (name, bytes) in files(&out).into_iter().skip(index).step_by(4) {
            std::fs::write(out.join(&name), &bytes[..bytes.len() - 1]).unwrap();
            assert!(!check(&out).holds(), "{name} without its last byte");
            std::fs::remove_file(out.join(&name)).unwrap();
            assert!(!check(&out).holds(), "without {name}");
            std::fs::write(out.join(&name), &bytes).unwrap();
        }
        let (name, bytes) = files(&out).into_iter().nth(index * 3).unwrap();
        std::fs::write(out.join(&name), &bytes[1..]).unwrap();
        assert!(!independent(&out).0, "{name} without its first byte");
        std::fs::write(out.join(&name), &bytes).unwrap();
        std::fs::write(out.join("多余.csv"), "x").unwrap();
        assert!(!check(&out).holds() && !independent(&out).0, "a file that the manifest does not name");
    }
}

/// Makes the manifest agree again with changed files, as whoever has no key can.
fn reseal(dir: &Path) {
    let path = dir.join("manifest.json");
    let mut manifest: sunledger::domain::audit::Manifest = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    for entry in &mut manifest.files {
        (entry.bytes, entry.sm3) = sunledger::files::digest::of_file(&dir.join(&entry.path)).unwrap();
    }
    let text = manifest.text().unwrap();
    std::fs::write(&path, &text).unwrap();
    std::fs::write(dir.join("manifest.sm3"), digest_line(&text)).unwrap();
}

/// Replaces a text in a file, once.
pub fn forge(dir: &Path, file: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(dir.join(file)).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    std::fs::write(dir.join(file), text.replacen(from, to, 1)).unwrap();
    reseal(dir);
}

#[test]
fn what_is_changed_with_a_matching_manifest_is_found_by_the_books_and_named() {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, _) = book(&db);
    let dir = TempDir::new().unwrap();
    let forgeries = [
        ("JZPZ.csv", "PC01,02,9203,", "PC01,02,9202,", "凭证链中为"),
        ("KMYE.csv", ",14550.00,0.00,1,,,", ",14551.00,0.00,1,,,", "期末"),
        ("YKTMX.csv", ",30000,50.00,150.00,", ",30000,50.00,151.00,", "凭证链中为"),
        ("HP.csv", "失败,账户已销户", "失败,户名不符", "凭证链中为"),
        ("ZF.csv", ",1000.00,", ",1001.00,", "明细合计"),
        ("JD.csv", ",1950.00,0.1950", ",9950.00,0.9950", "支出进度"),
        ("chain/vouchers.jsonl", "\"maker\":\"甲\"", "\"maker\":\"丁\"", "内容与摘要不符"),
        ("chain/payments.csv", ",15000\n", ",15001\n", "明细"),
        ("FZYE.csv", ",9208,", ",9207,", "按凭证不应有此行"),
    ];
    for (at, (file, from, to, what)) in forgeries.into_iter().enumerate() {
        let out = dir.path().join(format!("{at}"));
        export(&mut bureau, AuditFormat::Csv, &out);
        forge(&out, file, from, to);
        let checked = check(&out);
        let named = checked.faults.iter().any(|fault| fault.file.starts_with(file) && fault.what.contains(what));
        assert!(named, "{file}: {:#?}", checked.faults);
        assert!(!independent(&out).0, "{file}, by the independent checker");
    }
    // a voucher left out of the chain's end agrees with itself, but not with a head that was kept
    let out = dir.path().join("short");
    let head = export(&mut bureau, AuditFormat::Csv, &dir.path().join("whole")).manifest.chain.hash;
    let earlier = Options { known_at: Some(KnownAt::Seq(9)), ..options(AuditFormat::Csv, &out) };
    write(&mut bureau, &ctx("甲"), &earlier, &mut |_, _| {}).unwrap();
    assert!(check(&out).holds());
    assert!(!verify(&out, &[head], None).unwrap().holds());
}

#[test]
fn only_the_right_key_is_taken() {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, _) = book(&db);
    let dir = TempDir::new().unwrap();
    let [mine, other] = ["mine", "other"].map(|name| keys::create(&dir.path().join(name)).unwrap());
    let out = dir.path().join("out");
    let signed = Options { sign_with: Some(mine.private.clone()), ..options(AuditFormat::Iso21378, &out) };
    write(&mut bureau, &ctx("甲"), &signed, &mut |_, _| {}).unwrap();
    let checked = verify(&out, &[], Some(&mine.public)).unwrap();
    assert!(checked.holds() && checked.signer == Some(mine.signer));
    assert!(!verify(&out, &[], Some(&other.public)).unwrap().holds());
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check/audit.py");
    for (key, holds) in [(&mine.public, true), (&other.public, false)] {
        let output = python(&[script, out.to_str().unwrap(), "--public-key", key.to_str().unwrap()]);
        assert_eq!(output.status.success(), holds, "{}", String::from_utf8_lossy(&output.stdout));
    }
    let unsigned = dir.path().join("unsigned");
    export(&mut bureau, AuditFormat::Iso21378, &unsigned);
    assert!(check(&unsigned).holds() && !verify(&unsigned, &[], Some(&mine.public)).unwrap().holds());
}
