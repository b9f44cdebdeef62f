//! What was found and followed goes out with the books: findings, cases, the ladder and an inspection, the same on both
//! databases, nobody named unless it was asked for, and refused where one table contradicts another.

use super::tamper::forge;
use super::{check, export, files, independent, options, row};
use crate::inspection::{at, day, drawn, filled, handed_in, paid_county, planned, quarter, saved};
use crate::support::county::{BATCH_HEAD, batch_lines, import, put};
use crate::support::{Db, TestDb, on_both};
use crate::way::ctx;
use std::collections::BTreeMap;
use std::path::Path;
use sunledger::app::audit::Personal;
use sunledger::app::audit::export::{Options, write};
use sunledger::app::cases::{Act, act, open_from_findings};
use sunledger::app::inspection::evaluate::evaluate;
use sunledger::app::payout::stage;
use sunledger::app::screening::{Wanted, run};
use sunledger::app::{Bureau, KnownAt};
use sunledger::domain::audit::AuditFormat;
use sunledger::domain::calendar::Month;
use sunledger::domain::cases::{Remedy, Step};
use sunledger::domain::inspection::plan::Method;
use sunledger::params;
use tempfile::TempDir;

/// The first of forty people is paid 150 yuan for March twice. That is found on 30 April, followed, and paid back in part by
/// 31 May; the months are judged; a sample of the second quarter is drawn and one line of it is 50 yuan short.
fn followed(db: &TestDb) -> (Bureau, Vec<(String, String, String)>) {
    let mut bureau = paid_county(db);
    let people = people(&mut bureau);
    let dir = TempDir::new().unwrap();
    let path = put(dir.path(), "PC02", &format!("{BATCH_HEAD}{}", batch_lines("PC02", &people[..1])));
    assert!(import(&mut bureau, "甲", "batch", &path).unwrap().accepted());
    stage::approve_as_history(&mut bureau, &at("乙", day(4, 12)), "PC02", day(4, 12)).unwrap();
    let screened = run(&mut bureau, &at("丁", day(4, 30)), &Wanted { as_of: day(4, 30), ..Wanted::default() }).unwrap();
    let finding = screened.findings.iter().find(|finding| finding.rule.id == "M03").unwrap().key.clone();
    let case = open_from_findings(&mut bureau, &at("丁", day(5, 2)), &[finding], "", day(5, 2)).unwrap().result.code;
    let mut step = |actor: &str, step: Step, on: u32, asked: Act| {
        act(&mut bureau, &at(actor, day(5, on)), &case, step, day(5, on), &asked).unwrap();
    };
    let name = &people[0].0;
    step("主管", Step::Assigned, 3, Act { text: "请核查".into(), person: "戊".into(), ..Act::default() });
    step("戊", Step::Checked, 10, Act { text: format!("{name}说两笔都已收到"), ..Act::default() });
    step("主管", Step::Confirmed, 11, Act { text: "属实".into(), amount: 15_000, ..Act::default() });
    let order = Act {
        text: "追回".into(),
        person: name.clone(),
        remedy: Some(Remedy::Recover),
        due: Some(day(5, 31)),
        amount: 15_000,
        ..Act::default()
    };
    step("主管", Step::Ordered, 12, order);
    let text = "退回凭证号,日期,原支付凭证号,金额,原因\nTH1,2018-05-20,PC01+1,100,线索追回\n";
    assert!(import(&mut bureau, "甲", "refunds", &put(dir.path(), "TH1", text)).unwrap().accepted());
    let back = Act { text: "追回一部分".into(), refund: Some("TH1".into()), ..Act::default() };
    act(&mut bureau, &at("甲", day(5, 20)), &case, Step::Recovered, day(5, 20), &back).unwrap();
    for month in [4, 5] {
        let ctx = at("甲", day(month + 1, 4)).checked_by("乙");
        sunledger::app::control::run::run(&mut bureau, &ctx, Month::new(2018, month).unwrap()).unwrap();
    }
    let plan = planned(&mut bureau, &quarter(Method::Stratified, None));
    drawn(&mut bureau, &plan, "开奖 20180703").unwrap();
    let sheet = filled(&mut bureau, &plan, |sample, row| {
        if sample == 13 {
            row[sunledger::domain::kinds::visit_payments::RECEIVED] = sunledger::domain::report::Cell::text("部分收到");
            row[sunledger::domain::kinds::visit_payments::AMOUNT] = sunledger::domain::report::Cell::text("100");
        }
    });
    handed_in(&mut bureau, &saved(&sheet, dir.path(), "sheet"), None).unwrap();
    evaluate(&mut bureau, &at("甲", day(7, 10)), &plan, day(7, 10)).unwrap();
    (bureau, people)
}

/// Name, ID number and account of the forty, in the order of the lines.
fn people(bureau: &mut Bureau) -> Vec<(String, String, String)> {
    let sql = "SELECT q.name, q.id_no, c.account FROM payment p JOIN person q ON q.book = p.book AND q.id = p.person
                 JOIN card c ON c.book = p.book AND c.id = p.card WHERE p.book = $1 ORDER BY p.line";
    let read = |tx: &mut sunledger::store::Tx<'_>, book: &sunledger::app::Book| {
        let rows = tx.query(sql, params![book.id])?;
        Ok(rows.iter().map(|row| (row.string(0).unwrap(), row.string(1).unwrap(), row.string(2).unwrap())).collect())
    };
    bureau.read(read).unwrap()
}

#[test]
fn what_was_found_and_followed_is_in_the_export_with_its_figures() {
    let first: std::cell::RefCell<Option<BTreeMap<String, Vec<u8>>>> = std::cell::RefCell::default();
    on_both(|db| {
        let (mut bureau, people) = followed(db);
        let dir = TempDir::new().unwrap();
        let out = dir.path().join("out");
        export(&mut bureau, AuditFormat::Csv, &out);
        let checked = check(&out);
        assert!(checked.holds(), "{:#?}", checked.faults);
        figures(&out);
        let bytes = files(&out);
        let all: String = bytes.values().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect();
        for (name, id_no, account) in &people {
            assert!(!all.contains(id_no.as_str()) && !all.contains(account.as_str()), "{id_no}");
            assert!(!bytes.values().any(|bytes| String::from_utf8_lossy(bytes).contains(&format!("{name}说"))), "{name}");
        }
        let before = first.borrow_mut().take();
        match &before {
            None => {
                let (holds, said) = independent(&out);
                assert!(holds, "{said}");
                first.replace(Some(bytes));
            }
            Some(before) => {
                for (name, content) in before {
                    assert!(bytes.get(name) == Some(content), "{name} differs between the databases");
                }
            }
        }
    });
}

fn figures(out: &Path) {
    let finding = row(out, "YD.csv", &[("GZ", "M03")]);
    let shown = ["DXLX", "JE", "ZT", "XSBH", "ZFS", "JZRQ"].map(|column| finding[column].as_str());
    assert_eq!(shown, ["人员", "150.00", "已立案", "XS2018-0001", "2", "20180430"]);
    assert!(finding["DXBH"].len() == 64, "a digest stands for the person");
    for (number, key) in [("1", "PC01+1"), ("2", "PC02+1")] {
        let paid = row(out, "YDZF.csv", &[("YDBH", &finding["YDBH"]), ("XH", number)]);
        assert_eq!(["ZFLX", "ZFBH", "ND"].map(|column| paid[column].as_str()), ["发放明细", key, "2018"]);
    }
    let death = row(out, "GZJC.csv", &[("GZ", "P03")]);
    assert_eq!(death["ZT"], "未检查", "a rule without its list is not clean");
    assert!(!death["YY"].is_empty());
    let case = row(out, "XS.csv", &[("XSBH", "XS2018-0001")]);
    assert_eq!(["LY", "BT", "ZT", "SJS"].map(|column| case[column].as_str()), ["疑点", "", "整改中", "5"]);
    let back = row(out, "XSSJ.csv", &[("BZ", "追回入账")]);
    assert_eq!(["JE", "THPZH"].map(|column| back[column].as_str()), ["100.00", "TH1"]);
    let order = row(out, "XSSJ.csv", &[("BZ", "责令整改")]);
    assert_eq!(["RY", "CSLB", "QX", "JE"].map(|column| order[column].as_str()), ["个人", "追回资金", "20180531", "150.00"]);
    let unit = row(out, "TBJD.csv", &[("YXBH", "201804-1"), ("DXBH", "D01")]);
    assert_eq!(unit["DXLX"], "单位");
    let plan = row(out, "JCJH.csv", &[("JHBH", "JC2018Q2")]);
    let shown = ["KXS", "KJE", "YBS", "ZZ", "ZT"].map(|column| plan[column].as_str());
    assert_eq!(shown, ["39", "5850.00", "20", "开奖 20180703", "已评价"]);
    let result = row(out, "JCPJ.csv", &[("JHBH", "JC2018Q2")]);
    assert_eq!(["HCS", "CCS"].map(|column| result[column].as_str()), ["20", "1"]);
}

#[test]
fn people_are_shown_as_far_as_was_asked() {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, people) = followed(&db);
    let dir = TempDir::new().unwrap();
    let (name, id_no, _) = &people[0];
    let masked = format!("{}**********{}", &id_no[..4], &id_no[14..]);
    for (personal, subject) in [(Personal::Masked, masked), (Personal::Full, id_no.clone())] {
        let out = dir.path().join(personal.code());
        let asked = Options { personal, reason: "审计通知书〔2019〕3号".into(), ..options(AuditFormat::Csv, &out) };
        write(&mut bureau, &ctx("甲"), &asked, &mut |_, _| {}).unwrap();
        assert!(check(&out).holds() && independent(&out).0);
        assert_eq!(row(&out, "YD.csv", &[("GZ", "M03")])["DXBH"], subject);
        assert!(row(&out, "XSSJ.csv", &[("BZ", "实地核查")])["SM"].contains("两笔都已收到"));
        let evidence = std::fs::read_to_string(out.join("YDYJ.csv")).unwrap();
        assert_eq!(evidence.contains(&format!("姓名 {name}")), personal == Personal::Full);
    }
}

#[test]
fn a_later_screening_does_not_change_what_was_known_before() {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, _) = followed(&db);
    let dir = TempDir::new().unwrap();
    let now = KnownAt::Time(at("甲", day(7, 11)).now());
    let out = |bureau: &mut Bureau, name: &str| {
        let out = dir.path().join(name);
        write(bureau, &ctx("甲"), &Options { known_at: Some(now), ..options(AuditFormat::Csv, &out) }, &mut |_, _| {}).unwrap();
        files(&out)
    };
    let before = out(&mut bureau, "before");
    run(&mut bureau, &at("丁", day(7, 20)), &Wanted { as_of: day(7, 20), ..Wanted::default() }).unwrap();
    let last = Act { text: "又查".into(), ..Act::default() };
    act(&mut bureau, &at("甲", day(7, 21)), "XS2018-0001", Step::Done, day(7, 21), &Act { measure: Some(1), ..last }).unwrap();
    assert!(out(&mut bureau, "after") == before);
    let newest = dir.path().join("newest");
    export(&mut bureau, AuditFormat::Csv, &newest);
    assert_eq!(row(&newest, "SCYX.csv", &[("JZRQ", "20180720")])["SFZJ"], "1");
    assert!(check(&newest).holds(), "{:#?}", check(&newest).faults);
    assert!(independent(&newest).0);
}

#[test]
fn what_contradicts_is_refused_by_both_checkers() {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, _) = followed(&db);
    let dir = TempDir::new().unwrap();
    let whole = dir.path().join("whole");
    export(&mut bureau, AuditFormat::Csv, &whole);
    let ladder = row(&whole, "TBYX.csv", &[("YXBH", "201804-1")]);
    let other: String = ladder["LW"].chars().rev().collect();
    let forgeries = [
        ("YDZF.csv", "PC02+1,2018", "PC09+1,2018", "支付表中没有"),
        ("YDZF.csv", "PC02+1,2018", "PC02+1,2017", "不是凭证链中 2017 年的凭证"),
        ("XSSJ.csv", ",100.00,TH1,", ",101.00,TH1,", "或金额不同"),
        ("YD.csv", ",已立案,", ",已消除,", "现存"),
        ("XS.csv", ",整改中,5,", ",整改中,6,", "少 1 行"),
        ("TBYX.csv", ladder["LW"].as_str(), other.as_str(), "所见链尾"),
        ("JCPJ.csv", ",20,1,", ",20,21,", "差错 21 项"),
        ("YD.csv", ",XS2018-0001,", ",XS2018-0009,", "不在 XS 的 XSBH 中"),
    ];
    for (at, (file, from, to, what)) in forgeries.into_iter().enumerate() {
        let out = dir.path().join(format!("{at}"));
        export(&mut bureau, AuditFormat::Csv, &out);
        forge(&out, file, from, to);
        let checked = check(&out);
        assert!(checked.faults.iter().any(|fault| fault.what.contains(what)), "{file} {to}: {:#?}", checked.faults);
        let (holds, said) = independent(&out);
        assert!(!holds && said.contains("BROKEN"), "{file} {to}, by the independent checker: {said}");
    }
}
