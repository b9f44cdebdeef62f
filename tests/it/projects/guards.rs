//! What is recorded of projects, notices and objections stands, and the database itself holds the order, the hands and the
//! freeze, against plain SQL.

use super::support::{CODE, Library, ctx};
use crate::support::{Db, TestDb, on_both};
use crate::way::day;
use sunledger::app::notices::publish::Which;
use sunledger::app::notices::write::Of;
use sunledger::app::objections::{self, NewObjection, Said};
use sunledger::app::projects::goals;
use sunledger::domain::money::Quantity;
use sunledger::domain::notices::Kind;
use sunledger::domain::objections::Stage;
use sunledger::domain::projects::Act;

const TABLES: [&str; 8] =
    ["project_event", "project_goal", "project_result", "project_score", "notice", "notice_publication", "objection", "objection_event"];

/// A row in every table.
fn fill(library: &mut Library) {
    library.admit();
    library.act("施工示", Act::Start, "2018-02-01").unwrap();
    library.act("施工示", Act::Finish, "2018-03-01").unwrap();
    library.write(Of::Project(CODE, Kind::Completion), "2018-03-02").unwrap();
    library.publish(Which::Project(CODE.into(), Kind::Completion), "2018-03-02", "2018-03-11").unwrap();
    let (code, indicator) = (CODE.to_string(), "受益户数".to_string());
    let value = Quantity::parse("40").unwrap();
    let bureau = &mut library.bureau;
    let goal = goals::NewGoal {
        code: code.clone(),
        indicator: indicator.clone(),
        at_most: false,
        target: value,
        measure: "户".into(),
        doc_no: String::new(),
        date: day("2018-01-20"),
    };
    goals::set(bureau, &ctx("绩效示"), &goal).unwrap();
    let result = goals::NewResult { code, indicator, value, date: day("2018-03-05"), remark: String::new(), proof: None };
    goals::measure(bureau, &ctx("核实示"), &result).unwrap();
    goals::score(bureau, &ctx("绩效示"), CODE, value, day("2018-03-06"), "").unwrap();
    let new = NewObjection {
        code: "TS1".into(),
        project: Some(CODE.into()),
        received: day("2018-03-10"),
        subject: "村示".into(),
        content: "质量".into(),
        ..NewObjection::default()
    };
    objections::record(bureau, &ctx("信访示"), &new).unwrap();
    let said =
        Said { stage: Stage::Investigated, date: day("2018-03-12"), finding: "不属实".into(), body: "已查".into(), proof: None };
    objections::advance(bureau, &ctx("调查示"), "TS1", &said).unwrap();
}

#[test]
fn what_was_recorded_stays() {
    on_both(|db| {
        fill(&mut Library::new(db));
        let gone = &["append-only"];
        for table in TABLES {
            assert!(db.raw().int(&format!("SELECT count(*) FROM {table}")) > 0, "{table} is empty: nothing would be tried");
            db.refuses(table, &format!("UPDATE {table} SET book = book"), gone);
            db.refuses(table, &format!("DELETE FROM {table}"), gone);
            db.refuses_on(Db::Postgres, table, &format!("TRUNCATE {table} CASCADE"), gone);
            let again = format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}");
            db.refuses_on(Db::Sqlite, table, &again, &["append-only", "must follow the last", "wrong order"]);
            db.refuses_on(Db::Sqlite, table, &format!("UPDATE OR REPLACE {table} SET book = book"), gone);
        }
    });
}

fn event(id: i64, project: &str, act: &str, actor: &str) -> String {
    format!(
        "INSERT INTO project_event (book, id, project, act, target, date, doc_no, office, opinion, actor, at)
         VALUES (1, {id}, '{project}', '{act}', '', 20180401, '文', '', '由', '{actor}', 0)"
    )
}

#[test]
fn hands_order_and_freeze_are_held_by_the_database() {
    on_both(|db: &TestDb| {
        fill(&mut Library::new(db));
        db.refuses("an event before the last", &event(1, CODE, "veto", "甲"), &["must follow the last", "append-only"]);
        db.refuses("an unknown act", &event(99, CODE, "bless", "甲"), &["project_event", "act"]);
        db.refuses_by_key("of no project", &event(99, "XM99", "veto", "甲"));
        db.refuses("a step by who did the one before", &event(99, CODE, "township", "村示"), &["same person"]);
        db.raw().transact(&event(99, "XM01", "veto", "审计示")).unwrap();
        db.refuses("lifted by who vetoed", &event(100, "XM01", "unveto", "审计示"), &["same person"]);
        let allocation =
            "INSERT INTO allocation_act (book, id, doc_no, kind, date, fund, unit, project, program, amount, voucher, file, file_row)
            VALUES (1, 99, '文9', '下达', 20180402, '琼财〔2018〕1号', 'D02', 'XM01', '', 5, 1, 1, 1)";
        let payment =
            "INSERT INTO disbursement (book, id, doc_no, date, unit, allocation, project, payee, account, payee_kind, purpose, amount,
              method, retention, event, voucher, file, file_row)
            VALUES (1, 99, '支9', 20180402, 'D02', '文', 'XM01', '某', '1', '施工单位', '款', 5, '直接支付', 0, 'pay', 1, 1, 1)";
        db.refuses("allocated while frozen", allocation, &["frozen by a veto"]);
        db.refuses("paid while frozen", payment, &["frozen by a veto"]);
        db.raw().transact(&allocation.replace("下达", "收回")).unwrap();
        db.raw().transact(&event(100, "XM01", "unveto", "审计乙")).unwrap();
        db.raw().transact(payment).unwrap();

        let stage = |stage: &str, actor: &str| {
            format!(
                "INSERT INTO objection_event (book, objection, stage, date, finding, body, proof_name, actor, at)
                 VALUES (1, 1, '{stage}', 20180401, '', '文', '', '{actor}', 0)"
            )
        };
        let order = &["wrong order or same person"];
        db.refuses("published before it is answered", &stage("published", "丙"), order);
        db.refuses("answered by who investigated", &stage("answered", "调查示"), order);
        db.refuses("answered by who is complained of", &stage("answered", "村示"), order);
        db.raw().transact(&stage("answered", "答复示")).unwrap();
    });
}
