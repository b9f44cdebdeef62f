//! A case from finding to close on both databases: who may do what, in which order, and that money said to be recovered was
//! posted.

use crate::support::county::{self, BATCH_HEAD, allocate, batch_lines, put, settle};
use crate::support::db::ctx;
use crate::support::{TestDb, on_both};
use chrono::NaiveDate;
use sunledger::app::cases::{Act, act, open_from_findings, show};
use sunledger::app::payout::stage;
use sunledger::app::screening::{State as FindingState, Wanted, run};
use sunledger::app::{AppError, Bureau};
use sunledger::domain::cases::{Remedy, State, Step};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, month, day).unwrap()
}

fn said(text: &str) -> Act {
    Act { text: text.into(), ..Act::default() }
}

struct Desk {
    bureau: Bureau,
    dir: tempfile::TempDir,
    case: String,
    finding: String,
}

impl Desk {
    /// 示例1 is paid 150 yuan twice for March; the second payment is found on 30 April and a case opened.
    fn new(db: &TestDb) -> Desk {
        let people = settle(db, 1);
        allocate(db, 10_000, 1_000);
        let (mut bureau, dir) = (db.bureau(), tempfile::tempdir().unwrap());
        for code in ["PC1", "PC2"] {
            let path = put(dir.path(), code, &format!("{BATCH_HEAD}{}", batch_lines(code, &people)));
            assert!(county::import(&mut bureau, "经办甲", "batch", &path).unwrap().accepted());
            stage::approve_as_history(&mut bureau, &ctx("审批乙"), code, day(4, 3)).unwrap();
            stage::send(&mut bureau, &ctx("经办甲"), code, day(4, 4)).unwrap();
            let account = &people[0].2;
            let answer = format!(
                "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n{code},1,{account},150.00,成功,,2018-04-06,LS{code}\n"
            );
            let path = put(dir.path(), &format!("{code}-hp"), &answer);
            assert!(county::import(&mut bureau, "出纳甲", "returns", &path).unwrap().accepted());
        }
        let screened = run(&mut bureau, &ctx("筛查丁"), &Wanted { as_of: day(4, 30), ..Wanted::default() }).unwrap();
        let finding = screened.findings.iter().find(|finding| finding.rule.id == "M03").unwrap().key.clone();
        let opened = open_from_findings(&mut bureau, &ctx("筛查丁"), &[finding[..10].to_string()], "", day(5, 2)).unwrap();
        assert_eq!(opened.result.code, "XS2018-0001");
        Desk { bureau, dir, case: opened.result.code, finding }
    }

    fn step(&mut self, actor: &str, step: Step, on: NaiveDate, asked: &Act) -> Result<String, AppError> {
        act(&mut self.bureau, &ctx(actor), &self.case, step, on, asked).map(|done| done.result)
    }

    fn confirmed(&mut self) {
        self.step("主管丙", Step::Assigned, day(5, 3), &Act { person: "核查戊".into(), ..said("请核查") }).unwrap();
        self.step("核查戊", Step::Checked, day(5, 10), &said("入户核实，两笔都已到卡")).unwrap();
        self.step("主管丙", Step::Confirmed, day(5, 11), &Act { amount: 15_000, ..said("重复发放属实") }).unwrap();
    }

    fn refund(&mut self, doc: &str, of: &str, yuan: &str) {
        let text = format!("退回凭证号,日期,原支付凭证号,金额,原因\n{doc},2018-05-20,{of},{yuan},线索追回\n");
        let path = put(self.dir.path(), doc, &text);
        assert!(county::import(&mut self.bureau, "出纳甲", "refunds", &path).unwrap().accepted());
    }
}

#[test]
fn a_confirmed_case_closes_when_the_money_is_back_and_by_another_person() {
    on_both(|db| {
        let mut d = Desk::new(db);
        let early = d.step("主管丙", Step::Confirmed, day(5, 3), &said("属实")).unwrap_err();
        assert_eq!(early.code(), Some("case_order"));
        d.confirmed();
        let order = Act { remedy: Some(Remedy::Recover), due: Some(day(5, 31)), amount: 15_000, ..said("追回多发的一笔") };
        d.step("主管丙", Step::Ordered, day(5, 12), &order).unwrap();
        // nothing has come back and nothing is done: both are told
        let AppError::Refused(against) = d.step("主管丙", Step::Closed, day(5, 13), &said("销号")).unwrap_err() else { panic!() };
        assert_eq!(against.iter().map(|r| r.code).collect::<Vec<_>>(), ["not_closable", "not_closable"]);
        assert!(against[1].message.contains("还差 150.00 元"), "{}", against[1].message);

        assert_eq!(
            d.step("出纳甲", Step::Recovered, day(5, 20), &Act { refund: Some("TH-1".into()), ..said("追回") }).unwrap_err().code(),
            Some("no_refund")
        );
        d.refund("TH-1", "PC2+1", "150");
        d.step("出纳甲", Step::Recovered, day(5, 20), &Act { refund: Some("TH-1".into()), ..said("追回") }).unwrap();
        let twice = Act { refund: Some("TH-1".into()), ..said("再记一次") };
        assert_eq!(d.step("出纳甲", Step::Recovered, day(5, 20), &twice).unwrap_err().code(), Some("refund_taken"));
        d.step("核查戊", Step::Done, day(5, 21), &Act { measure: Some(1), ..said("已入账") }).unwrap();
        assert_eq!(d.step("核查戊", Step::Closed, day(5, 22), &said("销号")).unwrap_err().code(), Some("checker_closes"));
        assert_eq!(d.step("主管丙", Step::Closed, day(5, 22), &said("销号")).unwrap(), "已销号");
        let case = show(&mut d.bureau, &d.case).unwrap();
        assert_eq!((case.state, case.recovered, case.amount), (State::Closed, 15_000, 15_000));
        county::assert_holds(&mut d.bureau);
    });
}

#[test]
fn a_refuted_case_needs_its_proof() {
    on_both(|db| {
        let mut d = Desk::new(db);
        d.step("主管丙", Step::Assigned, day(5, 3), &Act { person: "核查戊".into(), ..said("请核查") }).unwrap();
        d.step("核查戊", Step::Checked, day(5, 10), &said("一笔是补发")).unwrap();
        assert_eq!(d.step("主管丙", Step::Refuted, day(5, 11), &said("查否")).unwrap_err().code(), Some("no_proof"));
        let proof = put(d.dir.path(), "补发通知", "synthetic");
        d.step("主管丙", Step::Refuted, day(5, 11), &Act { proof: Some(proof), ..said("有补发通知") }).unwrap();
        d.step("主管丙", Step::Closed, day(5, 12), &said("销号")).unwrap();
    });
}

#[test]
fn a_finding_tells_its_case_and_is_in_one_only() {
    on_both(|db| {
        let mut d = Desk::new(db);
        let wanted = Wanted { as_of: day(5, 5), ..Wanted::default() };
        let screened = run(&mut d.bureau, &ctx("筛查丁"), &wanted).unwrap();
        let finding = screened.findings.iter().find(|finding| finding.key == d.finding).unwrap();
        assert_eq!(finding.state, FindingState::InCase("XS2018-0001".into(), "待交办".into()));
        let again = open_from_findings(&mut d.bureau, &ctx("筛查丁"), &[d.finding.clone()], "", day(5, 2)).unwrap();
        assert!(again.repeated && again.result.code == "XS2018-0001");
        let other = open_from_findings(&mut d.bureau, &ctx("筛查丁"), &[d.finding.clone()], "另立", day(5, 6)).unwrap_err();
        assert!(other.code().is_some());
    });
}

#[test]
fn plain_sql_cannot_close_what_it_checked_nor_rewrite_what_happened() {
    on_both(|db| {
        let mut d = Desk::new(db);
        d.confirmed();
        drop(d);
        let empty = db.blob(b"");
        let closed = format!(
            "INSERT INTO lead_event (book, lead, seq, step, date, actor, text, person, kind, amount, proof, proof_name, at)
             VALUES (1, 1, 4, 'closed', 20180512, '核查戊', '销号', '', '', 0, {empty}, '', 0)"
        );
        db.refuses("closed by who checked", &closed, &["duties"]);
        db.refuses("out of sequence", &closed.replace("(1, 1, 4,", "(1, 1, 9,").replace("核查戊", "主管丙"), &["sequence"]);
        for table in ["lead", "lead_finding", "lead_event"] {
            db.refuses(&format!("{table} deleted"), &format!("DELETE FROM {table} WHERE book = 1"), &["append-only"]);
        }
        db.refuses("event changed", "UPDATE lead_event SET text = '改' WHERE book = 1", &["append-only"]);
    });
}
