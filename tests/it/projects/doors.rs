//! Every door by which money reaches a project: it is refused with the missing step or the veto named, and nothing has moved.

use super::support::{CODE, HEAD, Library, ctx, row};
use crate::support::{county, on_both};
use crate::way::{day, place};
use sunledger::app::import::{ImportOptions, import_file};
use sunledger::app::money::disbursement;
use sunledger::app::payout::stage;
use sunledger::app::{AppError, close};
use sunledger::domain::ledger::Place;
use sunledger::domain::projects::{Act, Step};

const ALLOCATIONS: &str = "分配文号,类型,日期,指标文号,单位编码,项目编码,政策编码,金额\n";
const PAYMENTS: &str = "支付凭证号,日期,单位编码,分配文号,项目编码,收款人,收款账号,收款人类型,用途,金额,支付方式,质保金\n";

fn allocation(doc: &str, kind: &str, date: &str, code: &str, amount: i64) -> String {
    format!("{ALLOCATIONS}{doc},{kind},{date},琼财农〔2018〕1号,D02,{code},,{amount}\n")
}

fn payment(doc: &str, date: &str, code: &str, kind: &str, retention: &str) -> String {
    format!("{PAYMENTS}{doc},{date},D02,东财〔2018〕2号,{code},示范公司,46001234567890,{kind},工程款,100,直接支付,{retention}\n")
}

#[test]
fn money_waits_for_the_steps_that_are_missing() {
    on_both(|db| {
        let mut library = Library::new(db);
        let told = library.refused("allocations", &allocation("文1", "下达", "2018-03-10", CODE, 100));
        assert!(told.contains("状态为“储备”"), "{told}");
        for (dates, status, missing) in [
            (",,,,,,,,", "在库", "缺：村级申报、乡镇初审、市县审定、省级备案"),
            ("2018-01-02,,2018-01-04,2018-01-05,,,,,", "实施", "缺：乡镇初审"),
            ("2018-01-02,2018-01-03,2018-01-04,,,,,,", "竣工", "缺：省级备案"),
            ("2018-01-02,2018-01-03,2018-01-04,2018-03-11,,,,,", "在库", "省级备案日期 2018-03-11 晚于 2018-03-10"),
        ] {
            assert_eq!(library.refused("projects", &format!("{HEAD}{}", row(CODE, dates, status))), "");
            let told = library.refused("allocations", &allocation("文1", "下达", "2018-03-10", CODE, 100));
            assert!(told.contains(missing), "{missing}: {told}");
        }
        // what the file has in full goes through; where the setting asks for three steps, the fourth may come later
        assert_eq!(library.refused("allocations", &allocation("文1", "下达", "2018-03-11", CODE, 100)), "");
        let setting = |library: &mut Library, value: &str| {
            library
                .bureau
                .write(|tx, book| sunledger::app::setting::change(tx, book, &ctx("主管示"), "project.filing_steps", 20_180_301, value))
        };
        setting(&mut library, "3").unwrap();
        assert_eq!(library.refused("allocations", &allocation("文2", "下达", "2018-03-10", CODE, 100)), "");
        assert!(setting(&mut library, "四").is_err());
    });
}

/// When a whole history is taken over, what the filing lacks is remarked on; the county's approval and a veto still stop money.
#[test]
fn a_history_is_recorded_as_it_was_with_a_remark() {
    // the clock of these tests stands at 5 March 2018
    on_both(|db| {
        let mut library = Library::new(db);
        let take = |library: &mut Library, doc: &str, dates: &str, date: &str| {
            assert_eq!(library.refused("projects", &format!("{HEAD}{}", row(CODE, dates, "竣工"))), "");
            let path = county::put(library.dir.path(), "历史", &allocation(doc, "下达", date, "XM02", 100).replace("琼财农", "琼财"));
            let kind = sunledger::domain::kinds::Kind::find("allocations").unwrap();
            import_file(&mut library.bureau, &ctx("财政").taking_over(), kind, &path, &ImportOptions::default()).unwrap()
        };
        let two_missing = "2018-01-02,,2018-01-04,,,,,,";
        // all of that fund is allocated: take some back first
        let back = allocation("东财〔2018〕5号", "调减", "2018-01-10", "XM01", 500).replace("琼财农", "琼财");
        assert_eq!(library.refused("allocations", &back), "");
        let report = take(&mut library, "文1", two_missing, "2018-02-28");
        assert!(report.accepted() && report.warnings.kept[0].contains("缺：乡镇初审、省级备案"), "{report:?}");
        assert!(!take(&mut library, "文2", two_missing, "2018-03-01").accepted(), "this month is not history");
        assert!(!take(&mut library, "文3", "2018-01-02,2018-01-03,,2018-01-05,,,,,", "2018-02-28").accepted());
        assert!(!take(&mut library, "文4", "2018-01-02,2018-01-03,2018-03-01,2018-03-01,,,,,", "2018-02-28").accepted());
        let complete = "2018-01-02,2018-01-03,2018-01-04,2018-01-05,,,,,";
        assert!(take(&mut library, "文5", complete, "2018-03-01").accepted());
        library.act("审计示", Act::Veto, "2018-05-01").unwrap();
        assert!(!take(&mut library, "文6", complete, "2018-02-28").accepted());
    });
}

#[test]
fn a_veto_shuts_every_door_until_somebody_else_lifts_it() {
    on_both(|db| {
        let mut library = Library::new(db);
        assert_eq!(library.refused("disbursements", &payment("ZF0", "2018-02-01", "XM01", "施工单位", "是")), "");
        let taken = allocation("东财〔2018〕3号", "调减", "2018-02-02", "XM01", 200).replace("琼财农〔2018〕1号", "琼财〔2018〕1号");
        let report = library.import("allocations", &taken);
        assert!(report.accepted(), "{report:?}");
        let sequence =
            library.bureau.read(|tx, book| Ok(tx.one("SELECT seq FROM chain WHERE book = $1", sunledger::params![book.id])?.int(0)?));
        let taken_seq = sequence.unwrap();
        let asked = sunledger::app::projects::act::Asked {
            code: "XM01".into(),
            act: Act::Veto,
            date: day("2018-03-01"),
            doc_no: " ".into(),
            office: "水务局".into(),
            opinion: String::new(),
        };
        let told = sunledger::app::projects::act::act(&mut library.bureau, &ctx("水务示"), &asked).unwrap_err().to_string();
        assert!(told.contains("没有写明文号") && told.contains("没有写明理由") && told.contains("由审计部门作出"), "all at once: {told}");
        library.act_on("XM01", "审计示", Act::Veto, "2018-03-01").unwrap();
        let before = (place(&mut library.bureau, Place::Allocated), place(&mut library.bureau, Place::PaidPayee));

        let who = "已被审计局一票否决（东扶〔2018〕1号，2018-03-01，审计示 办理）：核实";
        let told = library.refused("allocations", &allocation("文3", "下达", "2018-03-10", "XM01", 100));
        assert!(told.contains(who) && told.contains("⟦project.unveto⟧ XM01"), "{told}");
        for kind in ["施工单位", "预算单位", "个人"] {
            for (date, retention) in [("2018-03-10", ""), ("2018-03-10", "是"), ("2018-02-20", "")] {
                let told = library.refused("disbursements", &payment("ZF1", date, "XM01", kind, retention));
                assert!(told.contains(who), "{kind} {date} {retention}: {told}");
            }
        }
        let retention = disbursement::pay_retention(&mut library.bureau, &ctx("财政"), "ZF0", day("2018-03-10"));
        assert_eq!(retention.unwrap_err().code(), Some("vetoed"));
        let given_back = close::reverse(&mut library.bureau, &ctx("财政"), taken_seq, day("2018-03-10"), "恢复");
        assert_eq!(given_back.unwrap_err().code(), Some("vetoed"));
        assert_eq!((place(&mut library.bureau, Place::Allocated), place(&mut library.bureau, Place::PaidPayee)), before);
        // money is taken back from it all the same
        let back = allocation("东财〔2018〕4号", "收回", "2018-03-11", "XM01", 50).replace("琼财农〔2018〕1号", "琼财〔2018〕1号");
        assert_eq!(library.refused("allocations", &back), "");

        let own = library.act_on("XM01", "审计示", Act::Unveto, "2018-04-01").unwrap_err();
        assert_eq!(own.code(), Some("maker_is_checker"));
        library.act_on("XM01", "审计乙", Act::Unveto, "2018-04-01").unwrap();
        assert_eq!(library.refused("disbursements", &payment("ZF1", "2018-04-02", "XM01", "施工单位", "")), "");
        let told = library.refused("disbursements", &payment("ZF2", "2018-03-15", "XM01", "施工单位", ""));
        assert!(told.contains(who), "dated into the freeze: {told}");
        assert_eq!(library.refused("disbursements", &payment("ZF3", "2018-02-15", "XM01", "施工单位", "")), "");
        disbursement::pay_retention(&mut library.bureau, &ctx("财政"), "ZF0", day("2018-04-03")).unwrap();
        close::reverse(&mut library.bureau, &ctx("财政"), taken_seq, day("2018-04-03"), "恢复").unwrap();
        county::assert_holds(&mut library.bureau);
    });
}

/// A batch may be paid out of money allocated to a project; then its stages are doors too.
#[test]
fn a_batch_out_of_a_projects_money_is_stopped_at_each_stage() {
    on_both(|db| {
        let mut library = Library::new(db);
        let people = {
            let rows = "SELECT p.name, p.id_no, c.account FROM person p JOIN card c ON c.book = p.book AND c.id_no = p.id_no
                WHERE p.book = $1 AND p.household LIKE 'D%' ORDER BY p.id";
            let read = library.bureau.read(|tx, book| {
                let found = tx.query(rows, sunledger::params![book.id])?;
                found.iter().map(|row| Ok((row.string(0)?, row.string(1)?, row.string(2)?))).collect::<Result<Vec<_>, AppError>>()
            });
            read.unwrap()
        };
        let money = allocation("东财〔2018〕7号", "下达", "2018-03-02", "XM01", 900).replace("D02,XM01,,", "D01,XM01,ST01,");
        assert_eq!(library.refused("allocations", &money), "");
        let batch = |code: &str, people: &[_]| {
            format!("{}{}", county::BATCH_HEAD, county::batch_lines(code, people)).replace("东财〔2018〕1号", "东财〔2018〕7号")
        };
        assert_eq!(library.refused("batch", &batch("PC1", &people[..1])), "");
        library.act_on("XM01", "审计示", Act::Veto, "2018-04-02").unwrap();
        let told = library.refused("batch", &batch("PC2", &people[1..2]));
        assert!(told.starts_with("vetoed|"), "{told}");
        let approve = |library: &mut Library| stage::approve(&mut library.bureau, &ctx("审批乙"), "PC1", day("2018-04-03"));
        assert_eq!(approve(&mut library).unwrap_err().code(), Some("vetoed"));
        library.act_on("XM01", "审计乙", Act::Unveto, "2018-04-02").unwrap();
        // the day of the lifting counts as free again
        approve(&mut library).unwrap();
        library.act_on("XM01", "审计示", Act::Veto, "2018-04-04").unwrap();
        let sent = stage::send(&mut library.bureau, &ctx("出纳丙"), "PC1", day("2018-04-04"));
        assert_eq!(sent.unwrap_err().code(), Some("vetoed"));
        stage::cancel(&mut library.bureau, &ctx("出纳丙"), "PC1", day("2018-04-05")).unwrap();
        county::assert_holds(&mut library.bureau);
    });
}

#[test]
fn a_project_that_left_takes_no_money_and_gives_it_back() {
    on_both(|db| {
        let mut library = Library::new(db);
        library.admit();
        assert_eq!(library.refused("allocations", &allocation("文1", "下达", "2018-03-01", CODE, 300)), "");
        let left = library.act("库管示", Act::Exit, "2018-03-05").unwrap();
        assert_eq!((left.state.as_str(), left.unspent), ("退出", 30_000));
        let told = library.refused("allocations", &allocation("文2", "下达", "2018-03-06", CODE, 100));
        assert!(told.contains("状态为“退出”"), "{told}");
        assert_eq!(library.refused("allocations", &allocation("文3", "调减", "2018-03-06", CODE, 300)), "");
        assert_eq!(library.code_of("村示", Act::File(Step::Village), "2018-04-01"), "project_order");
        assert_eq!(library.code_of("库管示", Act::Start, "2018-04-01"), "project_order");
    });
}
