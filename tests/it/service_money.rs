//! The money's operations of the service, asked as the door asks them: a batch from its first, faulty file to the reissue, and
//! one act of every other feature. Figures by hand: five payees at 150.00 are 750.00.

use crate::support::county::{BATCH_HEAD, allocate, assert_holds, batch_lines, count, put, settle};
use crate::support::people::Payee;
use crate::support::{Desk, TestDb, on_both};
use crate::way::{ctx, day, place};
use std::collections::BTreeSet;
use sunledger::app::Bureau;
use sunledger::app::payout::stage;
use sunledger::domain::access::{Scope, Within};
use sunledger::domain::ledger::Place;
use sunledger::service::{Answer, Content};

/// 26 June 2018.
const NOW: i64 = 1_530_000_000_000_000;

fn desk(name: &str) -> Desk {
    Desk::of(name, NOW)
}

fn files(bureau: &mut Bureau) -> i64 {
    count(bureau, "SELECT COUNT(*) FROM file WHERE book = $1")
}

#[test]
fn a_faulty_batch_is_mended_sent_answered_and_paid_again() {
    on_both(|db: &TestDb| {
        let people = settle(db, 5);
        allocate(db, 2_000, 1_000);
        let mut bureau = db.bureau();
        let (maker, dir) = (desk("报送样"), tempfile::tempdir().unwrap());

        // line 2 wants 151 for 3 × 50, line 4 an account that is not the payee's own: both are told, nothing is kept
        let right = format!("{BATCH_HEAD}{}", batch_lines("PC01", &people));
        let wrong = right.replacen(&format!("{},3,50,150.00", people[1].2), &format!("{},3,50,151.00", people[1].2), 1);
        let wrong = wrong.replacen(&people[3].2, &people[0].2, 1);
        let before = files(&mut bureau);
        let path = put(dir.path(), "清册", &wrong);
        let Ok(answer) = maker.ask(&mut bureau, "import.batch", &[("file", path.to_str().unwrap())]) else { panic!("no answer") };
        assert!(answer.refused());
        let Answer::Import(imported) = answer else { panic!("{answer:?}") };
        let rows: BTreeSet<u64> = imported.errors.iter().map(|error| error.row).collect();
        assert_eq!((rows, imported.error_count), (BTreeSet::from([3, 5]), 2), "{:?}", imported.errors);
        assert!(imported.done.messages[0].contains("文件没有导入"));
        assert_eq!(imported.errors_table().rows.len(), 2);
        let told = format!("{:?}", imported.errors);
        assert!(people.iter().all(|(_, id_no, account)| !told.contains(id_no) && !told.contains(account)), "unmasked: {told}");
        let annotated = imported.annotated.unwrap();
        let Content::Path(at) = annotated.content else { panic!("in memory") };
        assert_eq!(annotated.name, "错误-清册.csv");
        assert!(String::from_utf8_lossy(&std::fs::read(at).unwrap()).contains("错误"));
        assert_eq!((files(&mut bureau), place(&mut bureau, Place::Reserved)), (before, 0));

        // mended: looked at first, then in earnest, then again with no effect
        let path = put(dir.path(), "清册2", &right);
        let path = path.to_str().unwrap();
        assert_eq!(maker.done(&mut bureau, "import.batch", &[("file", path), ("dry_run", "true")]).facts["dry_run"], true);
        assert_eq!(place(&mut bureau, Place::Reserved), 0);
        let done = maker.done(&mut bureau, "import.batch", &[("file", path)]);
        assert_eq!((&done.facts["rows"], &done.facts["inserted"], done.repeated), (&5.into(), &5.into(), false));
        assert_eq!(done.facts["vouchers"].as_array().unwrap().len(), 1);
        assert!(maker.done(&mut bureau, "import.batch", &[("file", path)]).repeated);
        assert_eq!(place(&mut bureau, Place::Reserved), 75_000);

        approved_and_sent(&mut bureau, &people);
        answered_and_paid_again(db, &mut bureau, &people);
        assert_holds(&mut bureau);
    });
}

fn approved_and_sent(bureau: &mut Bureau, people: &[Payee]) {
    let (sender, of) = (desk("国库示"), [("batch", "PC01"), ("date", "2018-04-03")]);
    assert_eq!(sender.refused(bureau, "batch.bank_file", &[("batch", "PC01")]), "not_sent");
    assert_eq!(sender.refused(bureau, "batch.send", &of), "not_approved");
    stage::approve(bureau, &ctx("复核示"), "PC01", day("2018-04-03")).unwrap();
    assert_eq!(desk("复核示").refused(bureau, "batch.send", &of), "approver_is_sender");
    let sent = sender.done(bureau, "batch.send", &of);
    assert_eq!((&sent.facts["lines"], &sent.facts["total"]), (&5.into(), &"750.00".into()));
    assert!(sender.done(bureau, "batch.send", &of).repeated);
    let looked = "SELECT COUNT(*) FROM act WHERE book = $1 AND verb = 'unmask'";
    for (format, name) in [("csv", "PC01.csv"), ("gbk", "PC01.csv"), ("xlsx", "PC01.xlsx")] {
        let given = [("batch", "PC01"), ("format", format)];
        let (told, bytes) = sender.file(bureau, "batch.bank_file", &given);
        assert_eq!(told, name);
        assert_eq!(bytes, sender.file(bureau, "batch.bank_file", &given).1, "the same every time");
        assert!(format != "csv" || people.iter().all(|(.., account)| String::from_utf8_lossy(&bytes).contains(account)));
    }
    assert_eq!(count(bureau, looked), 6, "every look at full accounts is on record");
}

/// The bank pays three; line 4 gets a new card and is paid again, line 5 is released.
fn answered_and_paid_again(db: &TestDb, bureau: &mut Bureau, people: &[Payee]) {
    let (maker, sender, dir) = (desk("报送样"), desk("国库示"), tempfile::tempdir().unwrap());
    let line = |n: usize, result: &str, why: &str| format!("PC01,{n},{},150,{result},{why},2018-04-05,LS{n}\n", people[n - 1].2);
    let answers = format!(
        "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n{}{}{}{}{}",
        line(1, "成功", ""),
        line(2, "成功", ""),
        line(3, "成功", ""),
        line(4, "失败", "账户已销户"),
        line(5, "失败", "户名不符")
    );
    let path = put(dir.path(), "回盘", &answers);
    sender.done(bureau, "import.returns", &[("file", path.to_str().unwrap())]);
    assert_eq!((place(bureau, Place::PaidHousehold), place(bureau, Place::Returned)), (45_000, 30_000));
    let again = [("batch", "PC01"), ("date", "2018-04-20")];
    assert_eq!(maker.refused(bureau, "batch.reissue", &again), "no_card_yet");
    db.new_card(bureau, &people[3], 20180410);
    let reissued = maker.done(bureau, "batch.reissue", &again);
    assert_eq!((&reissued.facts["batch"], &reissued.facts["total"]), (&"PC01-R1".into(), &"150.00".into()));
    assert_eq!(reissued.facts["waiting"], serde_json::json!([5]));
    assert!(reissued.messages[1].contains("序号 5"));
    let released = sender.done(bureau, "batch.release", &[("batch", "PC01"), ("lines", "5"), ("date", "2018-04-23")]);
    assert_eq!((&released.facts["lines"], &released.facts["total"]), (&1.into(), &"150.00".into()));
    assert!(maker.tables(bureau, "batch.show", &[("batch", "PC01-R1")]).contains("PC01-R1"));
    let cut = [("batch", "PC01-R1"), ("lines", "9"), ("reason", "核实不符")];
    assert_eq!(maker.refused(bureau, "batch.strip", &cut), "no_line");
}

#[test]
fn whose_rights_end_at_a_unit_sends_batches_of_that_unit_only() {
    on_both(|db: &TestDb| {
        let people = settle(db, 2);
        allocate(db, 1_000, 1_000);
        let mut bureau = db.bureau();
        let dir = tempfile::tempdir().unwrap();
        let scope = |unit: &str| Scope::Within(Within { units: BTreeSet::from([unit.to_string()]), regions: BTreeSet::new() });
        // wrong in other ways, too: of that nothing is said to whom it is none of their business
        let text = format!("{BATCH_HEAD}{}", batch_lines("PC01", &people).replace("150.00", "999.00"));
        let path = put(dir.path(), "外单位", &text);
        let stranger = desk("乡镇样").within(scope("D02"));
        let before = files(&mut bureau);
        let Ok(Answer::Import(imported)) = stranger.ask(&mut bureau, "import.batch", &[("file", path.to_str().unwrap())]) else {
            panic!("no answer")
        };
        let told: Vec<(u64, &str, &str)> = imported.errors.iter().map(|e| (e.row, e.column.as_str(), e.problem.as_str())).collect();
        assert_eq!(told, [(2, "单位编码", "没有这个单位")]);
        assert!(!imported.accepted && imported.refused.is_empty());
        assert_eq!(files(&mut bureau), before);

        let (name, id_no, account) = &people[0];
        let row = [
            ("batch", "PC02"),
            ("unit", "D01"),
            ("program", "ST01"),
            ("allocation", "东财〔2018〕1号"),
            ("period", "2018Q1"),
            ("date", "2018-04-02"),
            ("line", "1"),
            ("name", name),
            ("id_no", id_no),
            ("account", account),
            ("quantity", "3"),
            ("rate", "50"),
            ("amount", "150"),
        ];
        assert!(stranger.ask(&mut bureau, "row.batch", &row).unwrap().refused());
        assert_eq!(place(&mut bureau, Place::Reserved), 0);
        let done = desk("林业样").within(scope("D01")).done(&mut bureau, "row.batch", &row);
        assert_eq!(done.facts["inserted"], 1);
        assert_eq!(place(&mut bureau, Place::Reserved), 15_000);
    });
}

#[test]
fn money_periods_and_settings_by_the_service() {
    on_both(|db: &TestDb| {
        settle(db, 1);
        allocate(db, 1_000, 1_000);
        let mut bureau = db.bureau();
        let me = desk("会计样");
        let budget = [
            ("doc_no", "琼财〔2018〕9号"),
            ("name", "省级专项"),
            ("level", "省"),
            ("category", "财政专项扶贫资金"),
            ("year", "2018"),
            ("amount", "1234.50"),
            ("received", "2018-02-01"),
            ("function", "2130505"),
        ];
        let done = me.done(&mut bureau, "row.budgets", &budget);
        let label = done.facts["vouchers"][0].as_str().unwrap().to_string();
        assert!(me.tables(&mut bureau, "voucher.show", &[("voucher", &label)]).contains("1234.50"));
        let taken = [("fund", "琼财〔2018〕9号"), ("doc_no", "琼财收〔2018〕1号"), ("amount", "34.50"), ("date", "2018-03-02")];
        assert!(me.done(&mut bureau, "fund.reclaim", &taken).messages[0].starts_with("已收回指标 琼财〔2018〕9号 资金 34.50 元：凭证 "));
        assert_eq!(me.refused(&mut bureau, "fund.reclaim", &[taken[0], ("doc_no", "乙"), ("amount", "9999")]), "short_of_money");
        let pay = [
            ("doc_no", "ZF01"),
            ("date", "2018-03-05"),
            ("unit", "D02"),
            ("allocation", "东财〔2018〕2号"),
            ("project", "XM01"),
            ("payee", "示范建筑公司"),
            ("account", "6217001000000000007"),
            ("payee_kind", "施工单位"),
            ("purpose", "工程款"),
            ("amount", "200"),
            ("method", "直接支付"),
        ];
        let paid = me.done(&mut bureau, "row.disbursements", &pay);
        assert_eq!(place(&mut bureau, Place::PaidPayee), 20_000);
        let voucher = paid.facts["vouchers"][0].as_str().unwrap();
        let back = [("voucher", voucher), ("reason", "重复支付"), ("date", "2018-03-06")];
        assert!(me.done(&mut bureau, "voucher.reverse", &back).facts["seq"].as_i64().is_some());
        assert_eq!(
            (me.refused(&mut bureau, "disbursement.retention", &[("disbursement", "ZF01")]), place(&mut bureau, Place::PaidPayee)),
            ("no_retention", 0)
        );

        assert_eq!(me.refused(&mut bureau, "period.close", &[("month", "2018-02")]), "earlier_open");
        assert_eq!(me.done(&mut bureau, "period.close", &[("month", "2018-01")]).facts["changed"], true);
        assert!(me.done(&mut bureau, "period.close", &[("month", "2018-01")]).repeated);
        assert!(me.tables(&mut bureau, "period.list", &[("year", "2018")]).contains("已结账"));
        me.done(&mut bureau, "period.reopen", &[("month", "2018-01"), ("reason", "补记一张凭证")]);
        let list = me.tables(&mut bureau, "period.list", &[]);
        assert!(list.contains("补记一张凭证") && !list.contains("已结账"), "{list}");

        let set = [("name", "notice.entry_days"), ("value", "12"), ("from", "2018-07-01")];
        assert_eq!(me.done(&mut bureau, "setting.set", &set).facts["from"], "2018-07-01");
        assert_eq!(me.refused(&mut bureau, "setting.set", &set), "setting_stands");
        assert_eq!(me.refused(&mut bureau, "setting.set", &[("name", "没有"), set[1], set[2]]), "no_setting");
        assert!(me.tables(&mut bureau, "setting.names", &[]).contains("allocation.days"));
        let dir = tempfile::tempdir().unwrap();
        let (name, chart) = me.file(&mut bureau, "chart.export", &[]);
        let path = put(dir.path(), "chart", &String::from_utf8(chart.clone()).unwrap());
        let loaded = me.done(&mut bureau, "chart.load", &[("accounts", path.to_str().unwrap())]);
        assert!(loaded.facts["accounts"].as_u64().unwrap() > 20 && loaded.facts["templates"].is_null());
        assert_eq!((name.as_str(), me.file(&mut bureau, "chart.export", &[]).1), ("chart.csv", chart));
        assert_eq!(me.refused(&mut bureau, "chart.load", &[]), "no_file");
        let (name, paper) = me.file(&mut bureau, "brief.make", &[("month", "2018-03")]);
        assert!(name == "支出进度通报-2018-03.docx" && paper.starts_with(b"PK"));
        assert_holds(&mut bureau);
    });
}

#[test]
fn a_project_its_notice_and_an_objection_by_the_service() {
    on_both(|db: &TestDb| {
        settle(db, 1);
        let mut bureau = db.bureau();
        let (clerk, other) = (desk("经办样"), desk("初审示"));
        let project = [
            ("code", "XM02"),
            ("name", "示范水渠"),
            ("kind", "基础设施"),
            ("department", "D02"),
            ("region", "469007100201"),
            ("planned", "5000"),
            ("status", "储备"),
        ];
        clerk.done(&mut bureau, "row.projects", &project);
        let step = |doc: &'static str, date: &'static str| [("project", "XM02"), ("doc_no", doc), ("date", date)];
        clerk.done(&mut bureau, "project.step_village", &step("村〔2018〕1号", "2018-02-01"));
        let township = step("镇〔2018〕1号", "2018-02-05");
        assert_eq!(clerk.refused(&mut bureau, "project.step_township", &township), "maker_is_checker");
        let done = other.done(&mut bureau, "project.step_township", &township);
        assert_eq!((&done.facts["steps"], &done.facts["state"]), (&2.into(), &"储备".into()));
        assert_eq!(clerk.refused(&mut bureau, "project.admit", &[("project", "XM02")]), "project_order");
        assert_eq!(clerk.refused(&mut bureau, "project.show", &[("project", "没有")]), "no_project");
        let goal = [("project", "XM02"), ("indicator", "受益户数"), ("target", "30"), ("measure", "户")];
        assert_eq!(clerk.done(&mut bureau, "project.goal", &goal).messages[0], "项目 XM02 绩效指标“受益户数”：目标不少于 30户");
        assert_eq!(clerk.refused(&mut bureau, "project.goal", &[goal[0], goal[1], ("target", "三十"), goal[3]]), "quantity");
        assert!(clerk.tables(&mut bureau, "project.performance", &[("project", "XM02")]).contains("受益户数"));

        let paper = [("project", "XM02"), ("kind", "entry"), ("date", "2018-02-06")];
        let (name, zip) = clerk.file(&mut bureau, "notice.of_project", &paper);
        assert_eq!((name.as_str(), &zip), ("入库公示-XM02.zip", &clerk.file(&mut bureau, "notice.of_project", &paper).1));
        assert_eq!(clerk.refused(&mut bureau, "notice.of_project", &[paper[0], paper[1], ("template", "# {{身份证号}}")]), "template");
        let dir = tempfile::tempdir().unwrap();
        let photo = put(dir.path(), "照片", "照片");
        let hung = [
            ("notice", "1"),
            ("place", "报白村公示栏"),
            ("level", "村"),
            ("from", "2018-02-06"),
            ("to", "2018-02-15"),
            ("proof", photo.to_str().unwrap()),
        ];
        assert_eq!(clerk.done(&mut bureau, "notice.publish", &hung).facts["days"], 10);
        let empty = put(dir.path(), "空", "");
        let nothing = [hung[0], hung[1], hung[3], hung[4], ("proof", empty.to_str().unwrap())];
        assert_eq!(clerk.refused(&mut bureau, "notice.publish", &nothing), "empty_proof");

        let objection = [("project", "XM02"), ("code", "TS1"), ("date", "2018-02-10"), ("complainant", "张示样"), ("content", "占用农田")];
        clerk.done(&mut bureau, "objection.of_project", &objection);
        assert!(!clerk.tables(&mut bureau, "objection.show", &[("objection", "TS1")]).contains("张示样"));
        assert!(clerk.tables(&mut bureau, "objection.complainant", &[("objection", "TS1"), ("reason", "回访")]).contains("张示样"));
        let said = |text: &'static str, date: &'static str| [("objection", "TS1"), ("text", text), ("date", date)];
        assert_eq!(clerk.refused(&mut bureau, "objection.answer", &said("已答复", "2018-02-12")), "objection_order");
        let found = [said("实地查看", "2018-02-11").as_slice(), &[("finding", "不属实")]].concat();
        clerk.done(&mut bureau, "objection.investigate", &found);
        assert_eq!(clerk.refused(&mut bureau, "objection.answer", &said("已答复", "2018-02-12")), "objection_order");
        other.done(&mut bureau, "objection.answer", &said("已答复", "2018-02-12"));
        assert_eq!(clerk.done(&mut bureau, "objection.publish", &said("村公示栏", "2018-02-13")).facts["stage"], "published");
    });
}

#[test]
fn templates_need_no_book_of_ones_own() {
    let db = TestDb::seeded(crate::support::Db::Sqlite);
    let (mut bureau, me) = (db.bureau(), desk("任何人"));
    let (name, bytes) = me.file(&mut bureau, "template.download", &[("kind", "人员")]);
    assert!(name == "persons.xlsx" && bytes.starts_with(b"PK"));
    assert_eq!(me.refused(&mut bureau, "template.download", &[("kind", "../x")]), "no_kind");
    assert!(me.file(&mut bureau, "template.all", &[]).1.starts_with(b"PK"));
    assert!(me.file(&mut bureau, "notice.templates", &[]).1.starts_with(b"PK"));
}
