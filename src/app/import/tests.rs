//! Registers through the frame, against a database in a directory of its own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::app::Bureau;
use crate::app::book::{DEFAULT_BOOK, NewBook};
use crate::params;
use encoding_rs::GB18030;
use std::fs;
use tempfile::TempDir;

struct Desk {
    dir: TempDir,
    bureau: Bureau,
    ctx: Context,
}

impl Desk {
    fn new() -> Desk {
        let dir = tempfile::tempdir().unwrap();
        let ctx = Context::new("经办");
        let new = NewBook { code: DEFAULT_BOOK, name: "测试县", first_year: 2018, secret: Some([7; 32]) };
        let url = match std::env::var("SUNLEDGER_TEST_DB") {
            Ok(url) => url, // a fresh PostgreSQL database, one test at a time
            Err(_) => format!("sqlite://{}", dir.path().join("book.db").display()),
        };
        let bureau = Bureau::open_or_create(&url, &ctx, &new).unwrap();
        Desk { dir, bureau, ctx }
    }

    fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn send(&mut self, kind: &str, text: &str) -> ImportReport {
        self.send_with(kind, text, &ImportOptions::default())
    }

    fn send_with(&mut self, kind: &str, text: &str, options: &ImportOptions<'_>) -> ImportReport {
        let path = self.write(&format!("{kind}.csv"), text.as_bytes());
        import_file(&mut self.bureau, &self.ctx, Kind::find(kind).unwrap(), &path, options).unwrap()
    }

    fn number(&mut self, sql: &str) -> i64 {
        self.bureau.read(|tx, book| Ok(tx.one(sql, params![book.id])?.int(0)?)).unwrap()
    }

    /// County, township, village, a unit, a household of two.
    fn settle(&mut self) {
        for (kind, text) in [("regions", REGIONS), ("units", UNITS), ("households", HOUSEHOLDS), ("persons", PERSONS)] {
            let report = self.send(kind, text);
            assert!(report.accepted(), "{kind}: {:?} {:?}", report.refused, report.errors);
        }
    }
}

const REGIONS: &str = "区划编码,名称,上级编码,级别,贫困村,出列年度\n\
    469007101001,东村,469007101000,村,是,2018\n\
    469007101000,三家镇,469007000000,乡,,\n\
    469007000000,某县,,县,,\n";
const UNITS: &str =
    "单位编码,单位名称,单位类型,上级单位编码,区划编码\n001001,扶贫办,主管部门,001,469007000000\n001,财政局,财政,,469007000000\n";
const HOUSEHOLDS: &str = "户编号,区划编码,户主姓名,户主身份证号,识别日期,状态,属性\n\
    H001,469007101001,符大山,460007196503071239,2014-01-01,未脱贫,一般\n";
const PERSONS: &str = "户编号,姓名,身份证号,与户主关系,状态\n\
    H001,符大山,460007196503071239,户主,正常\nH001,符小山,460007200805120218,之子,正常\n";

#[test]
fn registers_of_a_directory_in_mixed_encodings() {
    let mut desk = Desk::new();
    desk.write("in/区划-2018.csv", &GB18030.encode(REGIONS).0);
    desk.write("in/units/1.csv", format!("\u{feff}{UNITS}").as_bytes());
    desk.write("in/02_households.csv", HOUSEHOLDS.replace(',', "\t").as_bytes());
    desk.write("in/persons.csv", &GB18030.encode(PERSONS).0);
    desk.write("in/死亡.csv", "身份证号,姓名,死亡日期\n460007196503071239,某人,2018年3月5日\n".as_bytes());
    desk.write("in/ref-posts.csv", "身份证号,岗位,所属期,出勤天数\n460007196503071239,护林员,2018-03,22.5\n".as_bytes());
    desk.write("in/说明.md", b"x");
    let dir = desk.dir.path().join("in");
    assert_eq!(plan_dir(&dir).unwrap().unknown.len(), 1);
    let mut kinds = Vec::new();
    let ctx = desk.ctx.clone();
    let mut send = |bureau: &mut Bureau, kind, path: &Path| import_file(bureau, &ctx, kind, path, &ImportOptions::default());
    let mut tell = |report: &ImportReport| {
        assert!(report.accepted(), "{}: {:?} {:?}", report.file, report.refused, report.errors);
        kinds.push(report.kind.name);
    };
    assert_eq!(import_dir(&mut desk.bureau, &desk.ctx, plan_dir(&dir).unwrap(), &mut send, &mut tell).unwrap(), 0);
    assert_eq!(kinds, ["regions", "units", "households", "persons", "ref-deaths", "ref-posts"]);
    assert_eq!(desk.number("SELECT COUNT(*) FROM person WHERE book = $1 AND file > 0 AND file_row IN (2, 3)"), 2);
    assert_eq!(desk.number("SELECT period_first FROM ref_posts WHERE book = $1"), 201_803);
    assert_eq!(desk.number("SELECT days FROM ref_posts WHERE book = $1"), 225_000);
    assert_eq!(desk.number("SELECT COUNT(*) FROM file WHERE book = $1 AND data_rows > 0"), 6);
}

#[test]
fn all_errors_at_once_and_nothing_kept() {
    let mut desk = Desk::new();
    desk.settle();
    let text = "户编号,姓名,身份证号,与户主关系,状态\n\
        H001,符三,460007200105120210,之子,正常\n\
        H009,符四,460007200105120217,之女,在外\n\
        H001,符五,4.60007E+17,之女,正常\n\
        H009,符六,460007196503071239,户主,正常\n\
        H001,,460007200805120218,之子,正常\n";
    let copy = desk.dir.path().join("errors.csv");
    let options = ImportOptions { errors_to: Some(&copy), ..ImportOptions::default() };
    let report = desk.send_with("persons", text, &options);
    assert!(!report.accepted());
    let rows: Vec<u64> = report.errors.kept().iter().map(|error| error.row).collect();
    assert!([2, 3, 4, 5, 6].iter().all(|row| rows.contains(row)), "{:?}", report.errors);
    assert!(rows.is_sorted());
    assert!(report.errors.kept().iter().all(|error| !error.mend.is_empty()));
    assert!(fs::read_to_string(copy).unwrap().contains("没有这个建档立卡户"));
    assert_eq!(desk.number("SELECT COUNT(*) FROM person WHERE book = $1"), 2);
    assert_eq!(desk.number("SELECT COUNT(*) FROM file WHERE book = $1"), 4);
}

#[test]
fn the_same_content_again_changes_nothing() {
    let mut desk = Desk::new();
    desk.settle();
    let again = desk.send("persons", PERSONS);
    assert!(again.repeated && again.accepted());
    assert!(again.earlier.unwrap().contains("经办"));
    let other_bytes = desk.send("persons", &PERSONS.replace('\n', "\r\n"));
    assert_eq!((other_bytes.repeated, other_bytes.unchanged, other_bytes.inserted), (false, 2, 0));
    assert_eq!(desk.number("SELECT COUNT(*) FROM change_log WHERE book = $1"), 0);
}

#[test]
fn a_trial_run_keeps_nothing() {
    let mut desk = Desk::new();
    let report = desk.send_with("regions", REGIONS, &ImportOptions { dry_run: true, ..ImportOptions::default() });
    assert_eq!((report.accepted(), report.rows, report.inserted), (true, 3, 3));
    assert_eq!(desk.number("SELECT COUNT(*) FROM region WHERE book = $1"), 0);
    assert_eq!(desk.send("regions", REGIONS).inserted, 3);
}

#[test]
fn a_cancelled_file_stops_on_the_way_and_keeps_nothing() {
    let mut desk = Desk::new();
    let rows: String = (0..60_000).map(|n| format!("U{n},甲,企业\n")).collect();
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let cancelled = || asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
    let options = ImportOptions { cancelled: Some(&cancelled), ..ImportOptions::default() };
    let report = desk.send_with("units", &format!("单位编码,单位名称,单位类型\n{rows}"), &options);
    assert_eq!((report.refused[0].code, report.errors.count()), ("cancelled", 0));
    assert_eq!(asked.into_inner(), 1, "read no further than to the next look");
    assert_eq!(desk.number("SELECT COUNT(*) FROM unit WHERE book = $1") + desk.number("SELECT COUNT(*) FROM file WHERE book = $1"), 0);
}

#[test]
fn an_update_is_logged_with_what_it_replaced() {
    let mut desk = Desk::new();
    desk.settle();
    let report = desk.send("households", &HOUSEHOLDS.replace("未脱贫", "已脱贫"));
    assert_eq!((report.updated, report.inserted, report.unchanged), (1, 0, 0));
    let row = desk
        .bureau
        .read(|tx, book| {
            Ok(tx.one(
                "SELECT c.record_key, c.before, c.actor, h.status, h.id FROM change_log c
                   JOIN household h ON h.book = c.book AND h.file = c.file WHERE c.book = $1",
                params![book.id],
            )?)
        })
        .unwrap();
    assert_eq!((row.text(0).unwrap(), row.text(2).unwrap(), row.text(3).unwrap()), ("H001", "经办", "已脱贫"));
    let before: serde_json::Value = serde_json::from_str(row.text(1).unwrap()).unwrap();
    assert_eq!((before["status"].as_str(), before["file_row"].as_i64()), (Some("未脱贫"), Some(2)));
    assert_eq!(row.int(4).unwrap(), 1);
}

#[test]
fn a_key_twice_in_one_file() {
    let mut desk = Desk::new();
    let same = "单位编码,单位名称,单位类型\nA,甲,企业\nA,甲,企业\n";
    let report = desk.send("units", same);
    assert_eq!((report.accepted(), report.warnings.count, report.inserted), (true, 1, 1));
    let report = desk.send("units", "单位编码,单位名称,单位类型\nB,甲,企业\nB,乙,企业\n");
    assert_eq!((report.errors.count(), report.errors.kept()[0].row), (1, 3));
}

#[test]
fn a_new_rate_is_a_new_row() {
    let mut desk = Desk::new();
    desk.settle();
    let head = "政策编码,政策名称,主管部门,发放对象,标准,计量,标准性质,生效日期\n";
    assert!(desk.send("programs", &format!("{head}P1,护林员,001001,人,800,月,固定,2018-01-01\n")).accepted());
    let report = desk.send("programs", &format!("{head}P1,护林员,001001,人,900,月,固定,2019-01-01\n"));
    assert_eq!((report.inserted, report.updated), (1, 0));
    assert_eq!(desk.number("SELECT CAST(SUM(rate) AS BIGINT) FROM program WHERE book = $1"), 170_000);
}

#[test]
fn parents_levels_and_order() {
    let mut desk = Desk::new();
    let report = desk.send("regions", &REGIONS.replace("469007101001,东村,469007101000", "469007101001,东村,469007109000"));
    assert_eq!(report.errors.kept()[0].problem, "没有这个上级");
    let report = desk.send("units", "单位编码,单位名称,单位类型,上级单位编码\nA,甲,企业,B\nB,乙,企业,A\n");
    assert_eq!(report.errors.count(), 2);
    desk.settle();
    let report = desk.send(
        "projects",
        "项目编码,项目名称,项目类型,主管部门,实施地点,计划投资,村级申报日期,乡镇初审日期,市县审定日期,状态\n\
         X1,路,基础设施,001001,469007101001,1000,2018-03-01,2018-02-01,2018-02-15,在库\n",
    );
    let columns: Vec<&str> = report.errors.kept().iter().map(|error| error.column.as_str()).collect();
    assert_eq!(columns, ["乡镇初审日期", "市县审定日期"]);
    let report = desk.send("households", &HOUSEHOLDS.replace("469007101001", "469007101000"));
    assert!(report.errors.kept()[0].problem.contains("不是村"));
}

#[test]
fn cards_and_their_holders() {
    let mut desk = Desk::new();
    desk.settle();
    desk.send(
        "households",
        "户编号,区划编码,户主姓名,户主身份证号,识别日期,状态\nH002,469007101001,王五,460007197003070015,2014-01-01,未脱贫\n",
    );
    let person = "户编号,姓名,身份证号,与户主关系,状态\nH002,王五,460007197003070015,户主,正常\n";
    let added = desk.send("persons", person);
    assert!(added.accepted(), "{:?}", added.errors);
    let head = "身份证号,户名,开户银行,银行账号,启用日期,停用日期\n";
    let report = desk.send(
        "cards",
        &format!(
            "{head}460007196503071239,符大山,信用社,6214582100001234561,2018-01-01,\n\
             460007200805120218,符大山,信用社,6214582100001234561,2018-01-01,\n\
             460007197003070015,李四,信用社,6214582100001234561,2018-01-01,\n"
        ),
    );
    assert!(report.accepted(), "{:?}", report.errors);
    let warnings = report.warnings.kept.join("\n");
    assert!(warnings.contains("户名“李四”") && warnings.contains("第 4 行：账号"), "{warnings}");
    assert!(!warnings.contains("户名“符大山”"));
    let report = desk.send("cards", &format!("{head}460007198503071238,甲,信用社,6214582100001234561,2018-02-01,2018-01-01\n"));
    assert!(!report.accepted());
}

#[test]
fn more_rows_than_a_chunk() {
    let mut desk = Desk::new();
    let units = |name: &str| {
        let rows: String = (0..12_001).map(|n| format!("U{n},{name},企业\n")).collect();
        format!("单位编码,单位名称,单位类型\n{rows}")
    };
    assert_eq!(desk.send("units", &units("甲")).inserted, 12_001);
    let report = desk.send("units", &units("乙").replace("U7,乙", "U7,甲"));
    assert_eq!((report.updated, report.unchanged), (12_000, 1));
    assert_eq!(desk.number("SELECT COUNT(*) FROM change_log WHERE book = $1"), 12_000);
    let twice = format!("{}U1,丙,企业\n", units("乙"));
    assert_eq!(desk.send("units", &twice).errors.kept()[0].row, 12_003);
}

#[test]
fn lookups_go_by_their_own_index() {
    let mut desk = Desk::new();
    if desk.bureau.store.backend() != crate::store::Backend::Sqlite {
        return;
    }
    for (sql, index) in [
        ("SELECT id FROM person WHERE book = $1 AND household = 'H'", "person_by_household"),
        ("SELECT id FROM card WHERE book = $1 AND account = '6'", "card_by_account"),
        ("SELECT line FROM payment WHERE book = $1 AND person = 1", "payment_by_person"),
    ] {
        let plan = desk.bureau.read(|tx, book| Ok(tx.one(&format!("EXPLAIN QUERY PLAN {sql}"), params![book.id])?.string(3)?)).unwrap();
        assert!(plan.contains(index), "{plan}");
    }
}
