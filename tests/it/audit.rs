//! Handing over to audit: a small year with figures worked out by hand, exported in every format from both databases, checked
//! by the program and by the independent checker, and refused after any change.

mod followed;
mod queries;
mod schema;
mod tamper;

use crate::support::{Db, TestDb, on_both};
use crate::way::{ALLOCATIONS, BUDGETS, batch_text, ctx, day, enter_text};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use sunledger::app::audit::export::{Handed, Options, write};
use sunledger::app::audit::verify::{Checked, verify};
use sunledger::app::audit::{Personal, who};
use sunledger::app::payout::stage;
use sunledger::app::{Bureau, KnownAt, close};
use sunledger::domain::audit::AuditFormat;
use sunledger::params;
use tempfile::TempDir;

const ANSWERS: &str = "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n";
const PAYMENTS: &str = "支付凭证号,日期,单位编码,分配文号,项目编码,收款人,收款账号,收款人类型,用途,金额,支付方式,质保金\n\
    ZF1,2018-05-02,D02,东财〔2018〕2号,XM01,=示范<建筑>&公司,46001234567890,施工单位,-工程款𬭎㛃,1000,直接支付,否\n\
    ZF2,2018-05-03,D02,东财〔2018〕2号,XM01,样板镇政府,46001234567891,预算单位,拨付,2000,实拨单位,否\n\
    ZF3,2018-05-04,D02,东财〔2018〕2号,XM01,示范农户,46001234567892,个人,种苗,500,实拨单位,否\n\
    ZF4,2018-05-05,D02,东财〔2018〕2号,XM01,示范建筑公司,46001234567890,施工单位,质保金,300,直接支付,是\n";

/// 15,000 received in January, 7,000 allocated; in April five lines of 150 sent, three of them paid and two returned; in May
/// 1,000 paid, 2,000 moved to a township of which 500 go on, and 300 retained. On 5 May there are 14 vouchers or more.
fn book(db: &TestDb) -> (Bureau, Vec<(String, String, String)>) {
    let mut bureau = db.bureau();
    let people = db.people(&mut bureau, 5);
    enter_text(&mut bureau, "甲", "budgets", BUDGETS).unwrap();
    enter_text(&mut bureau, "甲", "allocations", ALLOCATIONS).unwrap();
    enter_text(&mut bureau, "甲", "batch", &batch_text(&people)).unwrap();
    stage::approve(&mut bureau, &ctx("乙"), "PC01", day("2018-04-03")).unwrap();
    stage::send(&mut bureau, &ctx("甲"), "PC01", day("2018-04-03")).unwrap();
    let mut text = ANSWERS.to_string();
    for (line, (_, _, account)) in (1..).zip(&people) {
        let result = if line <= 3 { "成功," } else { "失败,账户已销户" };
        text.push_str(&format!("PC01,{line},{account},150,{result},2018-04-05,=LS{line}\n"));
    }
    enter_text(&mut bureau, "甲", "returns", &text).unwrap();
    enter_text(&mut bureau, "甲", "disbursements", PAYMENTS).unwrap();
    (bureau, people)
}

fn options(format: AuditFormat, out: &Path) -> Options {
    Options {
        year: 2018,
        known_at: None,
        format,
        out: out.to_path_buf(),
        personal: Personal::Pseudonymised,
        reason: String::new(),
        sign_with: None,
    }
}

fn export(bureau: &mut Bureau, format: AuditFormat, out: &Path) -> Handed {
    write(bureau, &ctx("甲"), &options(format, out), &mut |_, _| {}).unwrap()
}

fn check(dir: &Path) -> Checked {
    verify(dir, &[], None).unwrap()
}

/// Every file below a directory.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![(dir.to_path_buf(), String::new())];
    while let Some((dir, before)) = open.pop() {
        for entry in std::fs::read_dir(dir).unwrap() {
            let (path, name) = {
                let entry = entry.unwrap();
                (entry.path(), format!("{before}{}", entry.file_name().to_string_lossy()))
            };
            if path.is_dir() {
                open.push((path, format!("{name}/")));
            } else {
                found.insert(name, std::fs::read(path).unwrap());
            }
        }
    }
    found
}

fn python(arguments: &[&str]) -> Output {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
    Command::new(python).args(arguments).output().unwrap()
}

fn independent(dir: &Path) -> (bool, String) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/check/audit.py");
    let output = python(&[script, dir.to_str().unwrap()]);
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

/// The cells of a row of a CSV table by the names of its columns, where `key` is what the first named column has.
fn row(dir: &Path, file: &str, wanted: &[(&str, &str)]) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(dir.join(file)).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let names: Vec<&str> = lines.next().unwrap().split(',').collect();
    let rows = lines.map(|line| names.iter().map(|n| n.to_string()).zip(line.split(',').map(str::to_string)).collect::<BTreeMap<_, _>>());
    rows.into_iter().find(|row| wanted.iter().all(|(name, value)| row[*name] == *value)).unwrap_or_else(|| panic!("{file} {wanted:?}"))
}

#[test]
fn both_databases_give_the_same_bytes_and_both_checkers_accept_them() {
    let dir = TempDir::new().unwrap();
    let mut first: BTreeMap<&str, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for backend in [Db::Sqlite, Db::Postgres] {
        let db = TestDb::seeded(backend);
        let (mut bureau, _) = book(&db);
        for format in AuditFormat::ALL {
            let out = dir.path().join(format!("{}-{backend:?}", format.code()));
            let handed = export(&mut bureau, format, &out);
            assert!(!handed.unchanged && handed.manifest.totals.lines == 5);
            assert_eq!(handed.manifest.totals.line_amount, "750.00");
            assert_eq!(handed.manifest.totals.debits, handed.manifest.totals.credits);
            let checked = check(&out);
            assert!(checked.holds(), "{format:?} {:#?}", checked.faults);
            let bytes = files(&out);
            match first.get(format.code()) {
                None => {
                    let (holds, said) = independent(&out);
                    assert!(holds, "{format:?} {said}");
                    first.insert(format.code(), bytes);
                }
                Some(before) => {
                    for (name, content) in before {
                        assert!(bytes.get(name) == Some(content), "{format:?} {name} differs between the databases");
                    }
                    assert_eq!(before.len(), bytes.len());
                }
            }
            assert!(export(&mut bureau, format, &out).unchanged, "the same export again changes nothing");
        }
    }
}

#[test]
fn figures_are_those_worked_out_by_hand() {
    on_both(|db| {
        let (mut bureau, _) = book(db);
        let dir = TempDir::new().unwrap();
        let out = dir.path().join("out");
        export(&mut bureau, AuditFormat::Csv, &out);
        let treasury = |month: &str| {
            let row = row(&out, "KMYE.csv", &[("KJYF", month), ("KJKMBM", "1001")]);
            ["QCJFYE", "JFFSE", "DFFSE", "QMJFYE", "JFLJFSE"].map(|column| row[column].clone())
        };
        assert_eq!(treasury("1"), ["0.00", "15000.00", "0.00", "15000.00", "15000.00"]);
        assert_eq!(treasury("3"), ["15000.00", "0.00", "0.00", "15000.00", "15000.00"]);
        assert_eq!(treasury("4"), ["15000.00", "300.00", "750.00", "14550.00", "15300.00"]);
        assert_eq!(treasury("5"), ["14550.00", "0.00", "3000.00", "11550.00", "15300.00"]);
        let paid = row(&out, "KMYE.csv", &[("KJYF", "5"), ("KJKMBM", "9205")]);
        assert_eq!((paid["QMJFYE"].as_str(), paid["SFZDJKM"].as_str()), ("1950.00", "0"), "a parent is the sum of its children");
        let fund = row(&out, "JD.csv", &[("ZBWH", "琼财〔2018〕1号")]);
        assert_eq!((fund["KYJE"].as_str(), fund["YZCJE"].as_str(), fund["ZCJD"].as_str()), ("10000.00", "1950.00", "0.1950"));
        let unit = row(&out, "FZYE.csv", &[("KJYF", "5"), ("KJKMBM", "9208"), ("FZLX", "02")]);
        assert_eq!((unit["FZBM"].as_str(), unit["QMJFYE"].as_str()), ("D02", "1500.00"));
        let entry = row(&out, "JZPZ.csv", &[("KJYF", "5"), ("JZPZBH", "1"), ("KJKMBM", "5001")]);
        assert_eq!((entry["JFFSE"].as_str(), entry["DFKMBM"].as_str(), entry["KJTX"].as_str()), ("1000.00", "1001", "01"));
        assert_eq!(entry["FLXH"], "2018-05-记-1-1-01");
    });
}

#[test]
fn hostile_text_stays_text() {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, people) = book(&db);
    let dir = TempDir::new().unwrap();
    let [csv, xml, gb] = [AuditFormat::Csv, AuditFormat::Gbt42940, AuditFormat::Gbt24589].map(|format| {
        let out = dir.path().join(format.code());
        export(&mut bureau, format, &out);
        files(&out)
    });
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let paid = text(&csv["ZF.csv"]);
    assert!(paid.contains(",'=示范<建筑>&公司,") && paid.contains(",'-工程款𬭎㛃,"), "{paid}");
    assert!(text(&csv["HP.csv"]).contains(",'=LS1,") && text(&csv["chain/results.csv"]).contains(",'=LS1,"));
    assert!(text(&xml["支出信息.xml"]).contains("<收款人>=示范&lt;建筑&gt;&amp;公司</收款人>"));
    // 𬭎 stands beyond the basic plane, so GB18030 writes it with four bytes; the vouchers' summaries name it
    let general = &gb["总账.xml"];
    assert!(general.starts_with(b"<?xml version=\"1.0\" encoding=\"GB18030\"?>\n<") && std::str::from_utf8(general).is_err());
    // nobody can be known from an export unless it was asked for with a reason
    let all: String = csv.values().map(|bytes| text(bytes)).collect();
    for (name, id_no, account) in &people {
        assert!(!all.contains(id_no.as_str()) && !all.contains(account.as_str()) && !all.contains(&format!(",{name},")));
    }
    assert!(!paid.contains("示范农户") && !paid.contains("46001234567892"), "a payee who is a person is hidden too");
}

#[test]
fn personal_data_go_out_only_with_a_reason_that_is_kept() {
    on_both(|db| {
        let (mut bureau, people) = book(db);
        let dir = TempDir::new().unwrap();
        let ask = |personal, reason: &str, name: &str| Options {
            personal,
            reason: reason.into(),
            ..options(AuditFormat::Csv, &dir.path().join(name))
        };
        let refused = write(&mut bureau, &ctx("甲"), &ask(Personal::Full, " ", "no"), &mut |_, _| {});
        assert_eq!(refused.unwrap_err().code(), Some("no_reason"));
        assert!(!dir.path().join("no").exists());
        write(&mut bureau, &ctx("甲"), &ask(Personal::Full, "审计通知书〔2019〕3号", "full"), &mut |_, _| {}).unwrap();
        write(&mut bureau, &ctx("甲"), &ask(Personal::Masked, "审计通知书〔2019〕3号", "masked"), &mut |_, _| {}).unwrap();
        let lines = |name: &str| std::fs::read_to_string(dir.path().join(name).join("YKTMX.csv")).unwrap();
        let (_, id_no, account) = &people[0];
        assert!(lines("full").contains(id_no.as_str()) && lines("full").contains(account.as_str()));
        assert!(!lines("masked").contains(id_no.as_str()) && lines("masked").contains(&id_no[..4]));
        assert!(check(&dir.path().join("full")).holds() && check(&dir.path().join("masked")).holds());
        let logged = bureau.read(|tx, book| {
            let sql = "SELECT actor, result FROM act WHERE book = $1 AND verb = 'export_personal' ORDER BY key";
            Ok(tx.query(sql, params![book.id])?.iter().map(|row| (row.string(0).unwrap(), row.string(1).unwrap())).collect::<Vec<_>>())
        });
        let logged = logged.unwrap();
        assert!(logged.len() == 2 && logged.iter().all(|(actor, result)| actor == "甲" && result.contains("审计通知书〔2019〕3号")));
        assert!(who::who(&mut bureau, Some("甲")).unwrap().acts.iter().any(|act| act.kind == "导出个人信息" && act.count == 2));
    });
}

#[test]
fn an_export_as_known_at_a_moment_stays_the_same_after_later_entries() {
    on_both(|db| {
        let (mut bureau, _) = book(db);
        let dir = TempDir::new().unwrap();
        let seq = export(&mut bureau, AuditFormat::Iso21378, &dir.path().join("a")).manifest.known_at.seq;
        enter_text(&mut bureau, "甲", "refunds", "退回凭证号,日期,原支付凭证号,金额,原因\nTH1,2018-05-20,ZF1,100,核减\n").unwrap();
        close::close_year(&mut bureau, &ctx("乙"), 2018).unwrap();
        let again = Options { known_at: Some(KnownAt::Seq(seq)), ..options(AuditFormat::Iso21378, &dir.path().join("b")) };
        write(&mut bureau, &ctx("甲"), &again, &mut |_, _| {}).unwrap();
        assert!(files(&dir.path().join("a")) == files(&dir.path().join("b")));
        for format in AuditFormat::ALL {
            let out = dir.path().join(format.code());
            export(&mut bureau, format, &out);
            assert!(check(&out).holds(), "after the year's close {format:?} {:#?}", check(&out).faults);
        }
    });
}

#[test]
fn an_export_is_there_whole_or_not_at_all_and_overwrites_nothing() {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, _) = book(&db);
    let dir = TempDir::new().unwrap();
    let out = dir.path().join("out");
    let mut refuse = |options: Options, code: &str| {
        assert_eq!(write(&mut bureau, &ctx("甲"), &options, &mut |_, _| {}).unwrap_err().code(), Some(code));
    };
    refuse(Options { year: 2017, ..options(AuditFormat::Csv, &out) }, "no_vouchers");
    refuse(Options { sign_with: Some(PathBuf::from("nothing")), ..options(AuditFormat::Csv, &out) }, "key");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing is left behind");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("别人的文件.txt"), "x").unwrap();
    refuse(options(AuditFormat::Csv, &out), "out_not_empty");
    assert_eq!(files(&out).len(), 1);
    let other = dir.path().join("other");
    export(&mut bureau, AuditFormat::Csv, &other);
    let before = files(&other);
    let refused = write(&mut bureau, &ctx("甲"), &options(AuditFormat::Iso21378, &other), &mut |_, _| {});
    assert_eq!(refused.unwrap_err().code(), Some("out_not_empty"));
    assert!(files(&other) == before, "an export is not overwritten by another");
}
