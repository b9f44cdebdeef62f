//! Operations of supervision, called as the service calls them: progress within a person's units, a payment back to its row
//! in the file, a finding to the close of its case, an inspection to its evaluation, an export handed over and checked.

use crate::inspection::{at, day, filled, paid_county, saved};
use crate::support::county::{self, BATCH_HEAD, allocate, batch_lines, put, settle};
use crate::support::{TestDb, on_both};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use sunledger::app::payout::stage;
use sunledger::app::{AppError, Bureau, Context};
use sunledger::domain::access::{PERMISSIONS, Principal, Scope, Within};
use sunledger::domain::money::Fen;
use sunledger::domain::report::Table;
use sunledger::domain::report::table::plain;
use sunledger::files::reading::archive::unpack;
use sunledger::files::writing::archive::pack;
use sunledger::service::answer::Content;
use sunledger::service::call::Unwatched;
use sunledger::service::input::Upload;
use sunledger::service::{Answer, Call, Input, Manner, Place, Value, catalogue};

/// Somebody of the county with all permissions but those named.
fn person(name: &str, without: &[&str]) -> Principal {
    let held = PERMISSIONS.iter().map(|permission| permission.code).filter(|code| !without.contains(code));
    Principal {
        user: 1,
        login: "shi".into(),
        name: name.into(),
        roles: Vec::new(),
        permissions: held.map(str::to_string).collect(),
        scope: Scope::County,
        session: 0,
        must_change_password: false,
    }
}

fn of_units(units: &[&str]) -> Principal {
    let units = units.iter().map(|unit| unit.to_string()).collect();
    Principal { scope: Scope::Within(Within { units, regions: BTreeSet::new() }), ..person("经办样", &[]) }
}

/// Files of a download are read before the request's directory goes.
struct Given {
    answer: Answer,
    bytes: Vec<u8>,
}

impl Given {
    fn tables(&self) -> &[Table] {
        match &self.answer {
            Answer::Tables(tables) => tables,
            other => panic!("no tables: {other:?}"),
        }
    }

    fn fact(&self, name: &str) -> String {
        match &self.answer {
            Answer::Done(done) => done.facts[name].as_str().map_or_else(|| done.facts[name].to_string(), str::to_string),
            other => panic!("nothing done: {other:?}"),
        }
    }
}

fn ask(
    bureau: &mut Bureau,
    ctx: Context,
    who: &Principal,
    id: &str,
    given: &[(&str, &str)],
    files: &[(&str, &Path)],
) -> Result<Given, AppError> {
    let operation = catalogue::find(id).unwrap_or_else(|| panic!("no operation {id}"));
    let texts: BTreeMap<String, Vec<String>> = given.iter().map(|(name, text)| (name.to_string(), vec![text.to_string()])).collect();
    for name in texts.keys() {
        assert!(operation.params.iter().any(|param| param.name == name), "{id} takes no {name}");
    }
    let mut input = Input::parse(operation.params, &texts, Manner::Human).unwrap_or_else(|problems| panic!("{id}: {problems:?}"));
    for (name, path) in files {
        let param = operation.params_in(Place::File).find(|param| param.name == *name).unwrap();
        let sent = path.file_name().unwrap().to_string_lossy().into_owned();
        input.set(param, Value::File(Upload { name: sent, path: path.to_path_buf() }));
    }
    let scratch = tempfile::tempdir().unwrap();
    let mut call = Call { bureau, ctx, who, input, watch: &Unwatched, scratch: scratch.path(), files: scratch.path() };
    let answer = (operation.run)(&mut call)?;
    let bytes = match &answer {
        Answer::File(download) => match &download.content {
            Content::Bytes(bytes) => bytes.clone(),
            Content::Path(path) => std::fs::read(path).unwrap(),
        },
        _ => Vec::new(),
    };
    Ok(Given { answer, bytes })
}

/// Cells of a column, from top to bottom.
fn column(table: &Table, key: &str) -> Vec<String> {
    let at = table.columns.iter().position(|column| column.key == key).unwrap_or_else(|| panic!("no column {key}"));
    table.rows.iter().map(|row| plain(&row.cells[at]).unwrap_or_default()).collect()
}

fn ask_at(bureau: &mut Bureau, who: &Principal, id: &str, given: &[(&str, &str)]) -> Result<Given, AppError> {
    ask(bureau, at(&who.name, day(7, 10)), who, id, given, &[])
}

#[test]
fn progress_is_that_of_the_units_that_a_person_sees() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let all = ask_at(&mut bureau, &person("领导样", &[]), "progress.show", &[("by", "unit")]).unwrap();
        // 100,000 of one fund unallocated, 100,000 and 10,000 of the other allocated; 39 times 150 paid
        let totals = |given: &Given| {
            let last = |key: &str| column(&given.tables()[0], key).pop().unwrap();
            (last("available"), last("spent"))
        };
        assert_eq!(totals(&all), ("210000.00".into(), "5850.00".into()));
        assert_eq!(all.tables()[0].rows.len(), 4, "two units, what is not allocated, and the total");
        let one = ask_at(&mut bureau, &of_units(&["D01"]), "progress.show", &[]).unwrap();
        assert_eq!(totals(&one), ("100000.00".into(), "5850.00".into()));
        assert_eq!(column(&one.tables()[0], "key"), ["D01", ""]);
        let other = ask_at(&mut bureau, &of_units(&["D02"]), "progress.show", &[("by", "project")]).unwrap();
        assert_eq!(
            (totals(&other), column(&other.tables()[0], "key")),
            (("10000.00".into(), "0.00".into()), vec!["XM01".into(), "".into()])
        );
        for by in ["fund", "level"] {
            let own = ask_at(&mut bureau, &of_units(&["D02"]), "progress.show", &[("by", by)]).unwrap();
            assert_eq!(totals(&own), ("10000.00".into(), "0.00".into()), "{by}");
        }
        let none = ask_at(&mut bureau, &of_units(&[]), "progress.show", &[]).unwrap();
        assert_eq!(totals(&none), ("0.00".into(), "0.00".into()));
        let outlook = ask_at(&mut bureau, &of_units(&["D02"]), "forecast.show", &[]).unwrap();
        assert!(column(&outlook.tables()[0], "available").iter().all(|available| available == "10000.00"));
        assert_eq!(
            ask_at(&mut bureau, &of_units(&["D02"]), "forecast.show", &[("by", "fund")]).map(|_| ()).unwrap_err().code(),
            Some("county_only")
        );
    });
}

#[test]
fn a_payment_leads_back_to_its_row_and_shows_the_person_only_for_a_reason() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let who = person("审计样", &["personal.unmask"]);
        let shown = ask_at(&mut bureau, &who, "payment.show", &[("batch", "PC01"), ("line", "3")]).unwrap();
        let sources = column(&shown.tables()[0], "value").concat();
        assert!(sources.contains("batch.csv 第 4 行"), "{sources}");
        assert!(sources.contains("琼财〔2018〕1号") || column(&shown.tables()[0], "title").concat().contains("琼财〔2018〕1号"));
        let id_no = county_id_no(&mut bureau);
        assert!(!format!("{:?}", shown.tables()).contains(&id_no));
        let given = [("id", "PC01+1"), ("reason", "核对身份")];
        assert_eq!(ask_at(&mut bureau, &who, "trace.unmask", &given).map(|_| ()).unwrap_err().code(), Some("forbidden"));
        let count = "SELECT CAST(COUNT(*) AS BIGINT) FROM act WHERE book = $1 AND verb = 'unmask'";
        assert_eq!(county::count(&mut bureau, count), 0);
        let open = ask_at(&mut bureau, &person("审计样", &[]), "trace.unmask", &given).unwrap();
        assert!(format!("{:?}", open.tables()).contains(&id_no));
        assert_eq!(county::count(&mut bureau, count), 1);

        // a household's page shows the household, and a batch's number is none
        let code =
            "SELECT h.code FROM payment p JOIN household h ON h.book = p.book AND h.id = p.household WHERE p.book = $1 AND p.line = 1";
        let code = bureau.read(|tx, book| Ok(tx.one(code, sunledger::params![book.id])?.string(0)?)).unwrap();
        let page = ask_at(&mut bureau, &who, "household.show", &[("household", &code)]).unwrap();
        assert_eq!(page.tables()[0].title, format!("户 {code}"));
        let wrong = ask_at(&mut bureau, &who, "household.show", &[("household", "PC01")]);
        assert_eq!(wrong.map(|_| ()).unwrap_err().code(), Some("not_found"));
        let way = ask_at(&mut bureau, &who, "unit.way", &[("unit", "D01")]).unwrap();
        assert!(column(&way.tables()[0], "title").concat().contains("批次 PC01"));
        let fund = ask_at(&mut bureau, &who, "fund.show", &[("fund", "琼财〔2018〕1号")]).unwrap();
        let [_, places, allocations, _] = fund.tables() else { panic!() };
        assert_eq!(column(allocations, "allocated"), ["100000.00", "10000.00"]);
        assert_eq!(column(allocations, "paid"), ["5850.00", "0.00"]);
        let sum: i64 = column(places, "amount").iter().map(|yuan| Fen::parse(yuan).unwrap().get()).sum();
        assert_eq!(sum, 11_000_000, "every fen has a place");
        let voucher = ask_at(&mut bureau, &who, "voucher.show", &[("voucher", "1")]).unwrap();
        assert_eq!(voucher.tables()[0].name, "voucher");
        let balances = ask_at(&mut bureau, &who, "trial_balance.show", &[("month", "2018-04"), ("as_of", "2018-04-30")]);
        assert_eq!(balances.map(|_| ()).unwrap_err().code(), Some("one_of"));
    });
}

fn county_id_no(bureau: &mut Bureau) -> String {
    let sql = "SELECT q.id_no FROM payment p JOIN person q ON q.book = p.book AND q.id = p.person WHERE p.book = $1 AND p.line = 1";
    bureau.read(|tx, book| Ok(tx.one(sql, sunledger::params![book.id])?.string(0)?)).unwrap()
}

/// One person paid 150 yuan twice for March.
fn paid_twice(db: &TestDb, dir: &Path) -> Bureau {
    let people = settle(db, 1);
    allocate(db, 10_000, 1_000);
    let mut bureau = db.bureau();
    for code in ["PC1", "PC2"] {
        let path = put(dir, code, &format!("{BATCH_HEAD}{}", batch_lines(code, &people)));
        assert!(county::import(&mut bureau, "经办甲", "batch", &path).unwrap().accepted());
        stage::approve_as_history(&mut bureau, &at("审批乙", day(4, 3)), code, day(4, 3)).unwrap();
        stage::send(&mut bureau, &at("经办甲", day(4, 4)), code, day(4, 4)).unwrap();
        let account = &people[0].2;
        let answer =
            format!("批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n{code},1,{account},150.00,成功,,2018-04-06,LS{code}\n");
        let path = put(dir, &format!("{code}-hp"), &answer);
        assert!(county::import(&mut bureau, "出纳甲", "returns", &path).unwrap().accepted());
    }
    bureau
}

#[test]
fn a_finding_becomes_a_case_that_another_person_closes() {
    on_both(|db| {
        let dir = tempfile::tempdir().unwrap();
        let mut bureau = paid_twice(db, dir.path());
        let who = person("筛查丁", &["personal.unmask"]);
        let unmasked = [("as_of", "2018-04-30"), ("unmask", "true"), ("unmask_reason", "看看")];
        assert_eq!(ask_at(&mut bureau, &who, "screening.run", &unmasked).map(|_| ()).unwrap_err().code(), Some("forbidden"));
        let screened = ask_at(&mut bureau, &who, "screening.run", &[("as_of", "2018-04-30")]).unwrap();
        let found = &screened.tables()[1];
        let at_m03 = column(found, "rule").iter().position(|rule| rule == "M03").unwrap();
        let key = column(found, "id")[at_m03].clone();
        assert!(screened.tables()[0].notes.iter().any(|note| note.contains("已记入疑点台账（第 1 次筛查）")));
        let shown = ask_at(&mut bureau, &who, "finding.show", &[("finding", &key[..8])]).unwrap();
        assert!(format!("{:?}", shown.tables()).contains("PC1.csv"));
        let aside = [("finding", key.as_str()), ("until", "2018-09-30"), ("reason", "核实中")];
        assert_eq!(ask_at(&mut bureau, &who, "finding.suppress", &aside).map(|_| ()).unwrap_err().code(), Some("one_person"));
        ask(&mut bureau, at("筛查丁", day(7, 10)).checked_by("主管丙"), &who, "finding.suppress", &aside, &[]).unwrap();

        let case = ask_at(&mut bureau, &who, "case.open", &[("findings", &key), ("date", "2018-05-02")]).unwrap().fact("case");
        assert_eq!(case, "XS2018-0001");
        let mut step = |actor: &str, id: &str, given: &[(&str, &str)], files: &[(&str, &Path)]| {
            let given: Vec<(&str, &str)> = given.iter().copied().chain([("case", case.as_str())]).collect();
            ask(&mut bureau, at(actor, day(7, 10)), &person(actor, &[]), id, &given, files)
        };
        let paper = put(dir.path(), "入户笔录", "示例");
        step("主管丙", "case.assign", &[("to", "核查戊"), ("text", "请核查"), ("date", "2018-05-03")], &[]).unwrap();
        step("核查戊", "case.check", &[("text", "两笔都已到卡"), ("date", "2018-05-10")], &[("proof", &paper)]).unwrap();
        step("主管丙", "case.confirm", &[("text", "属实"), ("amount", "150"), ("date", "2018-05-11")], &[]).unwrap();
        let order = [("text", "追回"), ("kind", "recover"), ("amount", "150"), ("due", "2018-05-31"), ("date", "2018-05-12")];
        step("主管丙", "case.order", &order, &[]).unwrap();
        let text = "退回凭证号,日期,原支付凭证号,金额,原因\nTH-1,2018-05-20,PC2+1,150,线索追回\n";
        let mut second = db.bureau();
        assert!(county::import(&mut second, "出纳甲", "refunds", &put(dir.path(), "TH-1", text)).unwrap().accepted());
        step("出纳甲", "case.recover", &[("text", "追回"), ("refund", "TH-1"), ("date", "2018-05-20")], &[]).unwrap();
        step("核查戊", "case.done", &[("text", "已入账"), ("measure", "1"), ("date", "2018-05-21")], &[]).unwrap();
        let close = [("text", "销号"), ("date", "2018-05-22")];
        assert_eq!(step("核查戊", "case.close", &close, &[]).map(|_| ()).unwrap_err().code(), Some("checker_closes"));
        assert_eq!(step("主管丙", "case.close", &close, &[]).unwrap().fact("state"), "已销号");
        let shown = step("主管丙", "case.show", &[], &[]).unwrap();
        assert!(format!("{:?}", shown.tables()).contains("入户笔录.csv"), "the proof keeps its name");
    });
}

#[test]
fn an_inspection_goes_from_plan_to_evaluation() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let dir = tempfile::tempdir().unwrap();
        let who = person("甲", &[]);
        let new = [
            ("kind", "quarterly"),
            ("year", "2018"),
            ("quarter", "2"),
            ("method", "random"),
            ("size", "30"),
            ("tolerable", "10"),
            ("expected", "0"),
            ("leader", "王示@财政局"),
            ("date", "2018-07-02"),
        ];
        let plan = ask_at(&mut bureau, &who, "plan.create", &new).unwrap().fact("plan");
        assert_eq!(plan, "JC2018Q2");
        let plan = ("plan", plan.as_str());
        let digest = ask_at(&mut bureau, &who, "plan.frame", &[plan]).unwrap().fact("digest");
        let frame = dir.path().join("抽样框.csv");
        std::fs::write(&frame, ask_at(&mut bureau, &who, "plan.frame_file", &[plan]).unwrap().bytes).unwrap();
        let seed = [plan, ("seed", "开奖 20180703"), ("date", "2018-07-03")];
        let drawn = ask(&mut bureau, at("甲", day(7, 3)), &who, "plan.draw", &seed, &[("frame", &frame)]).unwrap();
        // 39 lines on cards; none wrong of 30 leaves at most 1 - 0.05^(1/30) = 9.5% with 95% confidence
        assert_eq!((drawn.fact("items"), drawn.fact("sampled"), drawn.fact("frame_digest")), ("39".into(), "30".into(), digest));
        let again = ask(&mut bureau, at("甲", day(7, 3)), &who, "plan.redraw", &[plan], &[("frame", &frame)]).unwrap();
        assert!(!again.tables()[0].rows.is_empty());
        let sheets = ask_at(&mut bureau, &who, "plan.sheets", &[plan, ("per", "team")]).unwrap();
        let zip = dir.path().join("sheets.zip");
        std::fs::write(&zip, &sheets.bytes).unwrap();
        unpack(&zip, &dir.path().join("sheets"), 1 << 20).unwrap();
        assert_eq!(std::fs::read_dir(dir.path().join("sheets")).unwrap().count(), 1);
        let early = ask_at(&mut bureau, &who, "plan.exceptions", &[plan]);
        assert_eq!(early.map(|_| ()).unwrap_err().code(), Some("not_visited"));

        let sheet = saved(&filled(&mut bureau, plan.1, |_, _| ()), dir.path(), "核查表");
        let read = ask(&mut bureau, at("甲", day(7, 10)), &who, "plan.read", &[], &[("sheet", &sheet)]).unwrap();
        assert_eq!((read.fact("entered"), read.fact("examined")), ("30".into(), "30".into()));
        let evaluated = ask_at(&mut bureau, &who, "plan.evaluate", &[plan]).unwrap();
        assert!(format!("{:?}", evaluated.tables()).contains("结论：总体可以接受"), "{:?}", evaluated.tables());
        let report = ask_at(&mut bureau, &who, "plan.report", &[plan, ("doc_no", "东财监〔2018〕9号")]).unwrap();
        assert!(report.bytes.starts_with(b"PK"));
        let closed = ask_at(&mut bureau, &who, "plan.close", &[plan]);
        assert_eq!(closed.map(|_| ()).unwrap_err().code(), Some("evaluator_closes"));
        ask_at(&mut bureau, &person("主管", &[]), "plan.close", &[plan]).unwrap();
    });
}

#[test]
fn an_export_verifies_and_a_changed_byte_is_found() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let dir = tempfile::tempdir().unwrap();
        let who = person("审计样", &["personal.unmask"]);
        let asked = [("year", "2018"), ("format", "csv")];
        let full = [asked[0], asked[1], ("personal", "full"), ("reason", "审计通知书")];
        assert_eq!(ask_at(&mut bureau, &who, "export.audit", &full).map(|_| ()).unwrap_err().code(), Some("forbidden"));
        let zip = dir.path().join("审计导出.zip");
        let first = ask_at(&mut bureau, &who, "export.audit", &asked).unwrap().bytes;
        assert!(first == ask_at(&mut bureau, &who, "export.audit", &asked).unwrap().bytes, "the same book gives the same bytes");
        std::fs::write(&zip, first).unwrap();
        let mut check = |zip: &Path| ask(&mut bureau, at("审计样", day(7, 10)), &who, "export.verify", &[], &[("package", zip)]);
        let sound = check(&zip).unwrap();
        assert!(sound.tables()[0].rows.is_empty(), "{:?}", sound.tables());
        assert!(sound.tables()[0].notes.last().unwrap().starts_with("核验通过"));

        let changed = dir.path().join("changed");
        unpack(&zip, &changed, 1 << 30).unwrap();
        let victim = changed.join("chain/payments.csv");
        let mut bytes = std::fs::read(&victim).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        std::fs::write(&victim, bytes).unwrap();
        let tampered = dir.path().join("tampered.zip");
        pack(&changed, &tampered, &mut |_, _| ()).unwrap();
        let faults = check(&tampered).unwrap();
        assert!(column(&faults.tables()[0], "file").contains(&"chain/payments.csv".to_string()), "{:?}", faults.tables());
        assert!(faults.tables()[0].notes.last().unwrap().starts_with("核验不通过"));
        std::fs::write(&tampered, b"PK no archive").unwrap();
        assert_eq!(check(&tampered).map(|_| ()).unwrap_err().code(), Some("file"));

        let book = ask_at(&mut bureau, &who, "verify.run", &[]).unwrap();
        assert!(book.tables()[0].rows.is_empty(), "{:?}", book.tables());
        let stranger = "00".repeat(32);
        let book = ask_at(&mut bureau, &who, "verify.run", &[("heads", &stranger)]).unwrap();
        assert_eq!(book.tables()[0].rows.len(), 1);
        assert!(ask_at(&mut bureau, &who, "export.chain", &[]).unwrap().bytes.starts_with(b"PK"));
    });
}

#[test]
fn control_says_what_it_did_and_what_it_needs() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let who = person("经办样", &[]);
        let month = [("month", "2018-04")];
        let early = ask(&mut bureau, at("经办样", day(4, 20)), &who, "control.run", &month, &[]);
        assert_eq!(early.map(|_| ()).unwrap_err().code(), Some("month_not_over"));
        let ran = ask(&mut bureau, at("经办样", day(7, 10)).checked_by("复核样"), &who, "control.run", &month, &[]).unwrap();
        assert_eq!((ran.fact("month"), ran.fact("version")), ("2018-04".into(), "1".into()));
        let shown = ask_at(&mut bureau, &who, "control.show", &[("month", "2018-04"), ("all", "true")]).unwrap();
        assert!(!shown.tables()[0].rows.is_empty());
        for id in ["control.proposals", "control.checks", "screening.rules", "audit.aging", "audit.who"] {
            assert!(!ask_at(&mut bureau, &who, id, &[]).unwrap().tables().is_empty(), "{id}");
        }
        for id in ["control.gaming", "audit.cross", "audit.unusual", "audit.year_end"] {
            assert!(!ask_at(&mut bureau, &who, id, &[("year", "2018")]).unwrap().tables().is_empty(), "{id}");
        }
        let both = [("unit", "D01"), ("fund", "琼财〔2018〕1号"), ("doc", "东财〔2018〕9号")];
        assert_eq!(ask_at(&mut bureau, &who, "control.reclaim", &both).map(|_| ()).unwrap_err().code(), Some("one_of"));
        let none = ask_at(&mut bureau, &who, "interview.show", &[("interview", "99")]);
        assert_eq!(none.map(|_| ()).unwrap_err().code(), Some("no_interview"));
        let found = ask_at(&mut bureau, &who, "audit.find", &[("amount", "5850")]).unwrap();
        assert_eq!(found.tables()[0].rows.len(), 1, "the bank's answer of 39 lines");
        let ledger = ask_at(&mut bureau, &who, "ledger.show", &[("account", "9202"), ("to", "2018-12-31")]).unwrap();
        assert!(!ledger.tables()[0].rows.is_empty());
    });
}
