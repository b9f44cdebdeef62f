//! Holds at every door of money, on both databases: new allocations, batches at reservation and at approval, a reduction taken
//! back by reversal; money of earlier years to households passes, so does a batch paid again; leave to pass is bounded by
//! amount and day. What the ladder writes down cannot be changed, and `verify` names a run that does not follow from the books.

use crate::support::county::{self, BATCH_HEAD, allocate, batch_lines, count, put, settle};
use crate::support::db::{Db, TestDb, on_both};
use crate::support::people::Payee;
use chrono::NaiveDate;
use sunledger::app::control::{checks, gaming, interview, permit, reclaim, run, show};
use sunledger::app::import::{ImportOptions, import_file};
use sunledger::app::payout::stage;
use sunledger::app::verify::verify;
use sunledger::app::{Bureau, Context, close, forecast, setting};
use sunledger::domain::calendar::Month;
use sunledger::domain::control::{Rung, SubjectKind};
use sunledger::domain::kinds::Kind;
use sunledger::domain::money::Fen;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Somebody at nine in the morning of a day.
fn at(actor: &str, date: &str) -> Context {
    Context::new(actor).at(day(date).and_hms_opt(1, 0, 0).unwrap().and_utc().timestamp_micros())
}

/// Sends a file in; the row errors as `column|problem`, none where it was taken.
fn send(bureau: &mut Bureau, actor: &str, date: &str, kind: &str, text: &str) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = put(dir.path(), kind, text);
    let report = import_file(bureau, &at(actor, date), Kind::find(kind).unwrap(), &path, &ImportOptions::default()).unwrap();
    assert!(report.refused.is_empty(), "{:?}", report.refused);
    report.errors.kept().iter().map(|error| format!("{}|{}", error.column, error.problem)).collect()
}

fn allocation(doc: &str, kind: &str, date: &str, fund: &str, unit: &str, yuan: i64) -> String {
    format!("分配文号,类型,日期,指标文号,单位编码,项目编码,政策编码,金额\n{doc},{kind},{date},{fund},{unit},,ST01,{yuan}\n")
}

const NEW_FUND: &str = "琼财〔2018〕8号";
const OLD_FUND: &str = "琼财〔2017〕8号";

/// Records a setting on a day, in force from the beginning of the year.
fn set(bureau: &mut Bureau, date: &str, name: &str, value: &str) {
    bureau.write(|tx, book| setting::change(tx, book, &at("主管", date), name, 20180102, value)).unwrap();
}

/// D01 has 1,000 yuan of this year and 450 carried over, and has spent nothing; two batches of it were reserved in time. Judged
/// at the end of March by a policy that holds at once, D01 and the fund of this year are held.
fn held(db: &TestDb) -> (Bureau, Vec<Payee>) {
    let people = settle(db, 3);
    allocate(db, 1000, 600);
    let mut bureau = db.bureau();
    let budgets = format!(
        "指标文号,资金名称,资金级次,资金类别,年度,金额,收文日期,功能科目,上年结转,结转自年度\n\
         {NEW_FUND},省级专项,省,财政专项扶贫资金,2018,5000,2018-01-05,2130505,,\n\
         {OLD_FUND},上年专项,省,财政专项扶贫资金,2018,450,2018-01-05,2130505,是,2017\n"
    );
    assert_eq!(send(&mut bureau, "财政", "2018-01-06", "budgets", &budgets), [""; 0]);
    let old = allocation("东财〔2018〕8号", "下达", "2018-01-08", OLD_FUND, "D01", 450);
    assert_eq!(send(&mut bureau, "财政", "2018-01-08", "allocations", &old), [""; 0]);
    let early = format!("{BATCH_HEAD}{}{}", batch_lines("PC01", &people[..1]), batch_lines("PC02", &people[1..2]));
    assert_eq!(send(&mut bureau, "经办甲", "2018-04-02", "batch", &early), [""; 0]);
    let cut = allocation("东财〔2018〕9号", "调减", "2018-04-02", "琼财〔2018〕1号", "D01", 50);
    assert_eq!(send(&mut bureau, "财政", "2018-04-02", "allocations", &cut), [""; 0]);
    stage::approve(&mut bureau, &at("审批乙", "2018-04-02"), "PC02", day("2018-04-02")).unwrap();
    for (name, value) in [
        ("control.hold.points", "15"),
        ("control.hold.months", "1"),
        ("control.grace_days", "0"),
        ("allocation.small", "0"),
        ("control.leaders", "陈市长"),
    ] {
        set(&mut bureau, "2018-04-02", name, value);
    }
    let ran = run::run(&mut bureau, &at("经办甲", "2018-04-05").checked_by("审批乙"), Month::new(2018, 3).unwrap()).unwrap();
    let rung = |key: &str| ran.decisions.iter().find(|decision| decision.key == key).unwrap().rung;
    // 0% against 0.95 × 90/365 = 23.42%; the new fund is wholly unallocated and should be handed out
    assert_eq!((rung("D01"), rung("琼财〔2018〕1号"), rung(NEW_FUND)), (Rung::Hold, Rung::Hold, Rung::Interview));
    (bureau, people)
}

fn ask(bureau: &mut Bureau, yuan: i64, until: &str, document: &str) -> i64 {
    let ask = permit::Ask {
        kind: SubjectKind::Unit,
        subject: "D01".into(),
        amount: Fen::new(yuan * 100),
        from: day("2018-04-06"),
        to: day(until),
        reason: "到户资金不能停".into(),
        document: document.into(),
    };
    permit::ask(bureau, &at("经办甲", "2018-04-06"), &ask).unwrap().result.id
}

fn batch(code: &str, allocation: &str, date: &str, people: &[Payee]) -> String {
    format!("{BATCH_HEAD}{}", batch_lines(code, people).replace("东财〔2018〕1号", allocation).replace("2018-04-02", date))
}

#[test]
fn a_hold_stands_at_every_door() {
    on_both(|db: &TestDb| {
        let (mut bureau, people) = held(db);
        let refused = send(
            &mut bureau,
            "财政",
            "2018-04-06",
            "allocations",
            &allocation("东财〔2018〕10号", "下达", "2018-04-06", NEW_FUND, "D01", 10),
        );
        assert!(refused.len() == 1 && refused[0].starts_with("单位编码|单位“林业局”在 2018-03 考核中列为“暂停新增分配”"), "{refused:?}");
        // dated before the run makes no difference
        let back = send(
            &mut bureau,
            "财政",
            "2018-04-06",
            "allocations",
            &allocation("东财〔2018〕11号", "下达", "2018-03-20", NEW_FUND, "D01", 10),
        );
        assert_eq!(back.len(), 1);
        // the fund that is held hands nothing out, to nobody
        let fund = send(
            &mut bureau,
            "财政",
            "2018-04-06",
            "allocations",
            &allocation("东财〔2018〕12号", "下达", "2018-04-06", "琼财〔2018〕1号", "U01", 10),
        );
        assert!(fund[0].starts_with("指标文号|指标"), "{fund:?}");
        // others get theirs, and a reduction of D01 passes
        let other = send(
            &mut bureau,
            "财政",
            "2018-04-06",
            "allocations",
            &allocation("东财〔2018〕13号", "下达", "2018-04-06", NEW_FUND, "U01", 10),
        );
        assert_eq!(other, [""; 0]);
        let cut = send(
            &mut bureau,
            "财政",
            "2018-04-06",
            "allocations",
            &allocation("东财〔2018〕14号", "收回", "2018-04-06", "琼财〔2018〕1号", "D01", 10),
        );
        assert_eq!(cut, [""; 0]);
        let this_year = send(&mut bureau, "经办甲", "2018-04-06", "batch", &batch("PC03", "东财〔2018〕1号", "2018-04-06", &people[2..]));
        assert!(this_year.len() == 1 && this_year[0].starts_with("批次号|单位“林业局”"), "{this_year:?}");
        let approval = stage::approve(&mut bureau, &at("审批乙", "2018-04-06"), "PC01", day("2018-04-06")).unwrap_err();
        assert_eq!(approval.code(), Some("held"));
        // what was approved before goes to the bank
        stage::send(&mut bureau, &at("出纳甲", "2018-04-06"), "PC02", day("2018-04-06")).unwrap();
        // to reverse the reduction would be to allocate anew
        let seq = count(&mut bureau, "SELECT MIN(seq) FROM voucher WHERE book = $1 AND event = 'adjust'");
        let reversal = close::reverse(&mut bureau, &at("财政", "2018-04-06"), seq, day("2018-04-06"), "误调").unwrap_err();
        assert_eq!(reversal.code(), Some("held"));
        county::assert_holds(&mut bureau);
    });
}

#[test]
fn money_of_earlier_years_to_households_is_not_held() {
    on_both(|db: &TestDb| {
        let (mut bureau, people) = held(db);
        // of the quarter before: this one is paid already
        let lines = batch("PC04", "东财〔2018〕8号", "2018-04-06", &people).replace("2018Q1", "2017Q4");
        let old = send(&mut bureau, "经办甲", "2018-04-06", "batch", &lines);
        assert_eq!(old, [""; 0]);
        stage::approve(&mut bureau, &at("审批乙", "2018-04-07"), "PC04", day("2018-04-07")).unwrap();
        // returned lines are paid again, held or not: that money passed before
        stage::send(&mut bureau, &at("出纳甲", "2018-04-07"), "PC02", day("2018-04-07")).unwrap();
        let account = &people[1].2;
        let reply =
            format!("批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\nPC02,1,{account},150,失败,账户冻结,2018-04-09,LS1\n");
        assert_eq!(send(&mut bureau, "出纳甲", "2018-04-09", "returns", &reply), [""; 0]);
        db.new_card(&mut bureau, &people[1], 20180410);
        sunledger::app::payout::reissue::reissue(&mut bureau, &at("经办甲", "2018-04-11"), "PC02", day("2018-04-11")).unwrap();
        stage::approve(&mut bureau, &at("审批乙", "2018-04-12"), "PC02-R1", day("2018-04-12")).unwrap();
        county::assert_holds(&mut bureau);
    });
}

#[test]
fn leave_to_pass_is_bounded_by_amount_and_day_and_kept() {
    on_both(|db: &TestDb| {
        let (mut bureau, people) = held(db);
        let id = ask(&mut bureau, 340, "2018-04-30", "东财请〔2018〕1号");
        let give = |bureau: &mut Bureau, doc: &str, date: &str, yuan| {
            send(bureau, "财政", "2018-04-10", "allocations", &allocation(doc, "下达", date, NEW_FUND, "D01", yuan))
        };
        assert_eq!(give(&mut bureau, "东财〔2018〕20号", "2018-04-10", 40).len(), 1, "asked for is not granted");
        assert_eq!(permit::rule(&mut bureau, &at("经办甲", "2018-04-07"), id, true, "").unwrap_err().code(), Some("not_leader"));
        permit::rule(&mut bureau, &at("陈市长", "2018-04-07"), id, true, "同意").unwrap();
        assert_eq!(give(&mut bureau, "东财〔2018〕20号", "2018-05-01", 40).len(), 1, "after its last day");
        assert_eq!(give(&mut bureau, "东财〔2018〕20号", "2018-04-10", 341).len(), 1, "more than there is leave for");
        assert_eq!(give(&mut bureau, "东财〔2018〕20号", "2018-04-10", 40), [""; 0]);
        // 300 are left: one batch at its reservation, another at its approval, and then no more
        let new = send(&mut bureau, "经办甲", "2018-04-11", "batch", &batch("PC05", "东财〔2018〕1号", "2018-04-11", &people[2..]));
        assert_eq!(new, [""; 0]);
        stage::approve(&mut bureau, &at("审批乙", "2018-04-12"), "PC05", day("2018-04-12")).unwrap();
        stage::approve(&mut bureau, &at("审批乙", "2018-04-12"), "PC01", day("2018-04-12")).unwrap();
        assert_eq!(give(&mut bureau, "东财〔2018〕21号", "2018-04-12", 1).len(), 1);
        let listed = permit::list(&mut bureau).unwrap().remove(0);
        assert_eq!((listed.used, listed.state(day("2018-04-12"))), (Fen::new(34_000), "已用完"));
        assert_eq!(listed.references, ["东财〔2018〕20号", "PC05", "PC01"]);
        county::assert_holds(&mut bureau);
    });
}

#[test]
fn a_refused_leave_opens_nothing() {
    on_both(|db: &TestDb| {
        let (mut bureau, _) = held(db);
        let id = ask(&mut bureau, 100, "2018-04-30", "东财请〔2018〕1号");
        permit::rule(&mut bureau, &at("陈市长", "2018-04-07"), id, false, "先支付存量").unwrap();
        let again = permit::rule(&mut bureau, &at("陈市长", "2018-04-08"), id, true, "").unwrap_err();
        assert_eq!(again.code(), Some("key_reused"));
        let text = allocation("东财〔2018〕20号", "下达", "2018-04-10", NEW_FUND, "D01", 10);
        assert_eq!(send(&mut bureau, "财政", "2018-04-10", "allocations", &text).len(), 1);
    });
}

#[test]
fn what_the_ladder_wrote_down_cannot_be_changed() {
    on_both(|db: &TestDb| {
        let (mut bureau, _) = held(db);
        let id = ask(&mut bureau, 100, "2018-04-30", "东财请〔2018〕1号");
        permit::rule(&mut bureau, &at("陈市长", "2018-04-07"), id, true, "").unwrap();
        drop(bureau);
        for table in ["control_run", "control_decision", "control_interview", "control_override", "control_override_ruling"] {
            let why = &["append-only"];
            db.refuses(table, &format!("UPDATE {table} SET book = book"), why);
            db.refuses(table, &format!("DELETE FROM {table}"), why);
            db.refuses_on(Db::Postgres, table, &format!("TRUNCATE {table} CASCADE"), why);
        }
        let own =
            "INSERT INTO control_override_ruling (book, override, granted, asked_by, actor, note, at) VALUES (1, 9, 1, '甲', '甲', '', 0)";
        db.refuses("asked for and granted by one", own, &["granted_by_another"]);
    });
}

#[test]
fn verify_names_a_run_that_does_not_follow_from_the_books() {
    let db = TestDb::seeded(Db::Sqlite);
    let (mut bureau, _) = held(&db);
    assert!(verify(&mut bureau, &mut |_| {}).unwrap().holds());
    bureau
        .store
        .batch("DROP TRIGGER control_decision_no_update; UPDATE control_decision SET spent = spent + 100, rung = 2 WHERE subject = 'D01'")
        .unwrap();
    let report = verify(&mut bureau, &mut |_| {}).unwrap();
    let told: Vec<&str> = report.problems.iter().map(|problem| problem.label.as_str()).collect();
    assert_eq!(told, ["2018-03 考核第 1 版"]);
    assert!(report.problems[0].message.contains("摘要不符"), "{:?}", report.problems);
    let lenient = r#"UPDATE control_run SET policy = replace(policy, '"control.hold.points":"15"', '"control.hold.points":"29"')"#;
    bureau.store.batch(&format!("DROP TRIGGER control_run_no_update; {lenient}")).unwrap();
    let report = verify(&mut bureau, &mut |_| {}).unwrap();
    let all: Vec<&str> = report.problems.iter().map(|problem| problem.message.as_str()).collect();
    assert!(all.iter().any(|message| message.contains("参数 control.hold.points 记为“29”，按当时的设置应为“15”")), "{all:?}");
    assert!(all.iter().any(|message| message.contains("重算结果不同")), "{all:?}");
    let shown = show::show(&mut bureau, None, None).unwrap();
    let on_it = shown.decisions.iter().filter(|decision| decision.rung > Rung::None).count();
    assert_eq!((shown.table(true).rows.len(), shown.table(false).rows.len()), (shown.decisions.len(), on_it));
}

#[test]
fn every_list_and_the_way_back_of_money_work_on_both_databases() {
    on_both(|db: &TestDb| {
        let (mut bureau, _) = held(db);
        for (name, value) in [
            ("control.reclaim.points", "15"),
            ("control.reclaim.months", "1"),
            ("control.reclaim.from_month", "1"),
            ("control.reclaim.spare_days", "1"),
        ] {
            set(&mut bureau, "2018-05-04", name, value);
        }
        let clerk = |date: &str| at("经办甲", date).checked_by("审批乙");
        let april = run::run(&mut bureau, &clerk("2018-05-05"), Month::new(2018, 4).unwrap()).unwrap();
        let own = april.decisions.iter().find(|decision| decision.key == "D01").unwrap();
        // 1,400 yuan, due 0.95 × 120/365: 437.26 yuan, rounded up to the fen
        assert_eq!((own.rung, own.before, own.available, own.due), (Rung::Reclaim, Rung::Hold, Fen::new(140_000), Fen::new(43_727)));
        let taken =
            reclaim::reclaim(&mut bureau, &clerk("2018-05-06"), SubjectKind::Unit, "D01", "东财收〔2018〕1号", day("2018-05-06")).unwrap();
        assert_eq!(taken.result.total, 43_727);
        let listed = reclaim::proposals(&mut bureau).unwrap();
        assert!(listed.iter().any(|one| one.subject == "D01" && one.doc_no == "东财收〔2018〕1号"), "{listed:?}");
        let id = interview::list(&mut bureau).unwrap()[0].id;
        let record = interview::Record {
            date: day("2018-05-07"),
            who: "局长示某".into(),
            attendees: String::new(),
            commitments: "六月底前发放".into(),
            deadline: day("2018-06-30"),
        };
        interview::record(&mut bureau, &at("经办甲", "2018-05-07"), id, &record).unwrap();
        interview::close(&mut bureau, &at("审批乙", "2018-06-30"), id, day("2018-06-30"), "已整改").unwrap();
        assert_eq!(interview::list(&mut bureau).unwrap()[0].state(day("2018-07-01")), "已销号");
        let found = checks::checks(&mut bureau, day("2018-05-31")).unwrap();
        let late: Vec<(&str, i64)> = found.late.iter().map(|late| (late.fund.as_str(), late.days_late)).collect();
        // received on 5 January, thirty days; the seeded fund on 1 March
        assert_eq!(late, [(NEW_FUND, 116), ("琼财农〔2018〕1号", 61)]);
        let leads = gaming::gaming(&mut bureau, 2018, day("2019-03-31")).unwrap();
        assert_eq!((leads.weeks.len(), leads.moved.len(), leads.after_cut_off.len()), (53, 0, 0));
        for by in [forecast::By::Unit, forecast::By::Fund] {
            assert!(!forecast::forecast(&mut bureau, day("2018-05-31"), by, None).unwrap().rows.is_empty());
        }
        close::close_year(&mut bureau, &at("主管丙", "2019-01-04"), 2018).unwrap();
        let tried = forecast::backtest(&mut bureau, forecast::By::Unit).unwrap();
        assert!(tried.scores.iter().any(|score| score.count > 0 && score.mae_pp.is_some()));
        county::assert_holds(&mut bureau);
    });
}
