//! Inspection, from the plan to its end: payments that the bank put on cards are drawn, the worksheets go out and come back,
//! what they tell is evaluated, reported and closed by somebody else; and whoever doubts the drawing makes it again.

mod guards;
mod hostile;
mod redraw;
mod risk;

use crate::support::county::{BATCH_HEAD, allocate, batch_lines, import, put, settle};
use crate::support::{TestDb, on_both};
use chrono::NaiveDate;
use std::path::{Path, PathBuf};
use sunledger::app::inspection::cases::{HandOver, hand_over};
use sunledger::app::inspection::evaluate::evaluate;
use sunledger::app::inspection::plan::{self, NewPlan};
use sunledger::app::inspection::read::{ReadOptions, ReadReport, read};
use sunledger::app::inspection::report::{self, ReportOptions};
use sunledger::app::inspection::sheets::{Per, worksheets};
use sunledger::app::inspection::{self, DrawOptions, Drawn, Member};
use sunledger::app::payout::stage;
use sunledger::app::{AppError, Bureau, Context};
use sunledger::domain::inspection::plan::{Method, PlanKind, Population, State, Verdict};
use sunledger::domain::inspection::worksheet::Worksheet;
use sunledger::domain::kinds::visit_payments as v;
use sunledger::domain::money::Fen;
use sunledger::domain::report::Cell;
use sunledger::files::writing::worksheet;
use tempfile::TempDir;

pub fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2018, month, day).unwrap()
}

/// Somebody at nine in the morning of a day.
pub fn at(actor: &str, date: NaiveDate) -> Context {
    Context::new(actor).at(date.and_hms_opt(1, 0, 0).unwrap().and_utc().timestamp_micros())
}

/// Forty people in two villages of two townships; each has 150 yuan on the card since 10 April.
pub fn paid_county(db: &TestDb) -> Bureau {
    let people = settle(db, 40);
    allocate(db, 100_000, 10_000);
    let mut bureau = db.bureau();
    for sql in [
        "INSERT INTO region (book, code, name, parent, level, file, file_row) VALUES (1, '469007101000', '东河镇', '469007000000', '乡', 1, 1),
         (1, '469007102000', '大田镇', '469007000000', '乡', 1, 2), (1, '469007101201', '俄贤村', '469007101000', '村', 1, 3),
         (1, '469007102201', '新园村', '469007102000', '村', 1, 4)",
        "UPDATE household SET region = '469007101201' WHERE book = 1 AND id > 2 AND id <= 22",
        "UPDATE household SET region = '469007102201' WHERE book = 1 AND id > 22",
    ] {
        bureau.store.batch(sql).unwrap();
    }
    let dir = TempDir::new().unwrap();
    let batch = put(dir.path(), "batch", &format!("{BATCH_HEAD}{}", batch_lines("PC01", &people)));
    assert!(import(&mut bureau, "甲", "batch", &batch).unwrap().accepted());
    stage::approve(&mut bureau, &at("乙", day(4, 3)), "PC01", day(4, 3)).unwrap();
    stage::send(&mut bureau, &at("甲", day(4, 4)), "PC01", day(4, 4)).unwrap();
    answer(&mut bureau, &people[..39], 1);
    bureau
}

/// The bank's answer that these lines are on the cards.
pub fn answer(bureau: &mut Bureau, people: &[(String, String, String)], first: usize) {
    let mut text = "批次号,序号,银行账号,金额,结果,失败原因,记账日期,银行流水号\n".to_string();
    for (at, (_, _, account)) in people.iter().enumerate() {
        text.push_str(&format!("PC01,{},{account},150.00,成功,,2018-04-10,LS{}\n", at + first, at + first));
    }
    let dir = TempDir::new().unwrap();
    assert!(import(bureau, "甲", "returns", &put(dir.path(), "returns", &text)).unwrap().accepted());
}

pub fn quarter(method: Method, size: Option<i64>) -> NewPlan {
    NewPlan {
        code: None,
        title: None,
        kind: PlanKind::Quarterly,
        year: 2018,
        quarter: Some(2),
        population: Population::Payments,
        period: None,
        method,
        confidence: None,
        tolerable: Some(1_000),
        expected: Some(0),
        size,
        due: None,
        reason: String::new(),
        scope: Vec::new(),
        members: vec![Member { name: "王示".into(), unit: "财政局".into(), leader: true }],
        date: day(7, 2),
    }
}

pub fn planned(bureau: &mut Bureau, new: &NewPlan) -> String {
    plan::create(bureau, &at("主管", new.date), new).unwrap().result
}

pub fn drawn(bureau: &mut Bureau, code: &str, seed: &str) -> Result<Drawn, AppError> {
    let options = DrawOptions { seed: Some(seed.into()), frame: None, date: day(7, 3) };
    inspection::draw::draw(bureau, &at("甲", day(7, 3)), code, &options).map(|done| done.result)
}

/// One worksheet with the whole sample, filled in: all is well but for what `wrong` writes over the answers of a sample number.
pub fn filled(bureau: &mut Bureau, code: &str, wrong: impl Fn(i64, &mut Vec<Cell>)) -> Worksheet {
    let (sheets, _) = worksheets(bureau, &at("甲", day(7, 3)), code, Per::Team, false).unwrap();
    let mut sheet = sheets.into_iter().next().unwrap();
    for row in &mut sheet.rows {
        let sample = match row[v::SAMPLE] {
            Cell::Count(number) => number,
            _ => panic!("no sample number"),
        };
        row.resize(v::KIND.columns.len(), Cell::Empty);
        for (column, text) in [
            (v::VISITED, "2018-07-05"),
            (v::INSPECTOR, "李样"),
            (v::FOUND, "见到本人"),
            (v::RECEIVED, "收到"),
            (v::REAL, "属实"),
            (v::CARD, "本人或家属"),
            (v::NOTICE, "见过"),
        ] {
            row[column] = Cell::text(text);
        }
        wrong(sample, row);
    }
    sheet
}

pub fn blank_answers(row: &mut [Cell]) {
    row[v::VISITED..].fill(Cell::Empty);
}

pub fn saved(sheet: &Worksheet, dir: &Path, name: &str) -> PathBuf {
    let path = dir.join(format!("{name}.xlsx"));
    std::fs::write(&path, worksheet::write(sheet, day(7, 3)).unwrap()).unwrap();
    path
}

pub fn handed_in(bureau: &mut Bureau, path: &Path, amend: Option<&str>) -> Result<ReadReport, AppError> {
    let options = ReadOptions { date: Some(day(7, 10)), amend: amend.map(str::to_string), ..ReadOptions::default() };
    read(bureau, &at("甲", day(7, 10)), path, &options)
}

fn told(report: &ReadReport) -> Vec<String> {
    report.errors.kept().iter().map(|error| format!("{}|{}|{}", error.row, error.column, error.problem)).collect()
}

#[test]
fn from_the_plan_to_its_end() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let dir = TempDir::new().unwrap();
        let code = planned(&mut bureau, &quarter(Method::Stratified, None));
        assert_eq!(code, "JC2018Q2");
        let early = evaluate(&mut bureau, &at("甲", day(7, 3)), &code, day(7, 3));
        assert_eq!(early.unwrap_err().code(), Some("not_drawn"));
        let drawing = drawn(&mut bureau, &code, "开奖 20180703").unwrap();
        // 39 lines on cards of 5,850 yuan; none may be wrong, where 4 of 39 could be: 20 by the hypergeometric distribution
        assert_eq!((drawing.items, drawing.total, drawing.sampled), (39, Fen::new(585_000), 20));
        let shares: Vec<(u64, u64)> = drawing.steps.shares.iter().map(|share| (share.items, share.drawn)).collect();
        assert_eq!(shares, [(20, 10), (19, 10)]);

        // half comes back first; the same file again changes nothing
        let half = filled(&mut bureau, &code, |sample, row| {
            if sample > 10 {
                blank_answers(row)
            }
        });
        let path = saved(&half, dir.path(), "half");
        let report = handed_in(&mut bureau, &path, None).unwrap();
        assert_eq!((report.entered, report.blank, report.examined), (10, 10, 10), "{:?}", told(&report));
        assert!(handed_in(&mut bureau, &path, None).unwrap().repeated);
        let e = evaluate(&mut bureau, &at("甲", day(7, 10)), &code, day(7, 10)).unwrap();
        assert_eq!((e.verdict, e.missing), (Verdict::NotAcceptable, 10), "ten of 39 do not tell: {:?}", e.words);

        // the rest, with one passbook that shows 100 instead of 150
        let all = filled(&mut bureau, &code, |sample, row| {
            if sample == 13 {
                row[v::RECEIVED] = Cell::text("部分收到");
                row[v::AMOUNT] = Cell::text("100");
            }
        });
        let report = handed_in(&mut bureau, &saved(&all, dir.path(), "all"), None).unwrap();
        assert_eq!((report.entered, report.unchanged, report.examined), (10, 10, 20), "{:?}", told(&report));
        let e = evaluate(&mut bureau, &at("甲", day(7, 10)), &code, day(7, 10)).unwrap();
        assert_eq!((e.in_error, e.found, e.missing), (1, Fen::new(5_000), 0));
        // its township: 50 of 1,500 yuan examined; 19 lines or 20 of 150 yuan each
        let stratum = e.strata.iter().find(|stratum| stratum.in_error == 1).unwrap();
        assert_eq!(e.figures.projected, Fen::new(stratum.total.get() / 30));
        let again = evaluate(&mut bureau, &at("甲", day(7, 10)), &code, day(7, 10)).unwrap();
        assert_eq!(again.words, e.words);
        let count = "SELECT CAST(COUNT(*) AS BIGINT) FROM inspection_evaluation WHERE book = $1";
        assert_eq!(crate::support::county::count(&mut bureau, count), 2, "the same visits are evaluated once");

        // what contradicts is refused, unless it comes with a reason
        let other = filled(&mut bureau, &code, |sample, row| {
            if sample == 13 {
                row[v::RECEIVED] = Cell::text("未收到");
            } else {
                blank_answers(row);
            }
        });
        let path = saved(&other, dir.path(), "other");
        let refused = handed_in(&mut bureau, &path, None).unwrap();
        assert!(
            told(&refused)[0].contains("已由 李样 于 2018-07-05 核查，存折查实金额由“100.00”变为“”，是否收到由“部分收到”变为“未收到”"),
            "{:?}",
            told(&refused)
        );
        let report = handed_in(&mut bureau, &path, Some("回访后更正")).unwrap();
        assert_eq!((report.replaced, report.examined), (1, 20));
        let e = evaluate(&mut bureau, &at("甲", day(7, 10)), &code, day(7, 10)).unwrap();
        assert_eq!(e.found, Fen::new(15_000));

        ending(&mut bureau, &code, dir.path());
    });
}

fn ending(bureau: &mut Bureau, code: &str, dir: &Path) {
    let options = ReportOptions { doc_number: Some("东财监〔2018〕9号".into()), issued_on: day(7, 16), demands: Vec::new() };
    let written = report::write(bureau, &at("甲", day(7, 16)), code, &options, dir).unwrap();
    let first = (std::fs::read(&written.docx).unwrap(), std::fs::read(&written.xlsx).unwrap());
    report::write(bureau, &at("甲", day(7, 16)), code, &options, dir).unwrap();
    assert!(first == (std::fs::read(&written.docx).unwrap(), std::fs::read(&written.xlsx).unwrap()), "the same paper again");
    let close = |bureau: &mut Bureau, actor: &str| inspection::steps::close(bureau, &at(actor, day(7, 20)), code, day(7, 20), "已收回");
    assert_eq!(close(bureau, "甲").unwrap_err().code(), Some("evaluator_closes"));
    assert_eq!(close(bureau, "主管").unwrap_err().code(), Some("exceptions_open"));
    let hand = |samples: &[i64], into: Option<&str>| HandOver {
        samples: samples.to_vec(),
        into: into.map(str::to_string),
        each: true,
        date: day(7, 17),
    };
    let none = hand_over(bureau, &at("甲", day(7, 17)), code, &hand(&[], Some("XS1999-1")));
    assert_eq!(none.unwrap_err().code(), Some("no_case"));
    let handed = hand_over(bureau, &at("甲", day(7, 17)), code, &hand(&[], None)).unwrap();
    assert_eq!((handed[0].case_code.as_str(), handed[0].samples.as_slice()), ("XS2018-0001", &[13][..]));
    let case = sunledger::app::cases::show(bureau, "XS2018-0001").unwrap();
    assert!(format!("{case:?}").contains("检查 JC2018Q2 样本 13"), "{case:?}");
    let again = hand_over(bureau, &at("甲", day(7, 17)), code, &hand(&[13], None));
    assert_eq!(again.unwrap_err().code(), Some("handed_over"));
    assert_eq!(close(bureau, "主管").unwrap().result, State::Closed);
    assert!(close(bureau, "主管").unwrap().repeated);
    let steps = inspection::plan_view::show(bureau, code).unwrap().steps;
    let states: Vec<State> = steps.iter().map(|step| step.state).collect();
    let (seen, judged) = (State::InField, State::Evaluated);
    assert_eq!(states, [State::Drafted, State::Drawn, seen, judged, seen, judged, seen, judged, State::Reported, State::Closed]);
}

#[test]
fn a_plan_that_means_nothing_is_refused_at_once() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let new = NewPlan {
            kind: PlanKind::Targeted,
            quarter: None,
            confidence: Some(4_000),
            expected: Some(2_000),
            scope: vec![inspection::Scope { kind: inspection::ScopeKind::Program, value: "没有".into() }],
            ..quarter(Method::Random, None)
        };
        let error = plan::create(&mut bureau, &at("主管", day(7, 2)), &new).unwrap_err();
        let text = error.to_string();
        for word in ["没有写明事由", "可靠程度 40", "预计差错率 20", "没有补贴政策“没有”"] {
            assert!(text.contains(word), "{word} is missing in {text}");
        }
        assert!(planned(&mut bureau, &quarter(Method::Random, None)) == planned(&mut bureau, &quarter(Method::Random, None)));
        let other = plan::create(&mut bureau, &at("主管", day(7, 2)), &quarter(Method::Mus, None));
        assert_eq!(other.unwrap_err().code(), Some("key_reused"));
    });
}

/// Projects and households have their own frames and worksheets.
#[test]
fn projects_and_households_are_looked_at_too() {
    on_both(|db| {
        let mut bureau = paid_county(db);
        let dir = TempDir::new().unwrap();
        let text = "支付凭证号,日期,单位编码,分配文号,项目编码,收款人,收款账号,收款人类型,用途,金额,支付方式,质保金\n\
            ZF1,2018-05-02,D02,东财〔2018〕2号,XM01,示范工程公司,6228480000000000001,施工单位,进度款,4000,直接支付,否\n\
            ZF2,2018-05-03,D02,东财〔2018〕2号,XM01,样板镇政府,6228480000000000002,预算单位,拨付,1000,实拨单位,否\n";
        let report = import(&mut bureau, "甲", "disbursements", &put(dir.path(), "disbursements", text)).unwrap();
        assert!(report.accepted(), "{:?}", report.errors);
        let projects = NewPlan { population: Population::Disbursements, code: Some("X1".into()), ..quarter(Method::Mus, None) };
        planned(&mut bureau, &projects);
        let drawing = drawn(&mut bureau, "X1", "一").unwrap();
        assert_eq!((drawing.items, drawing.total), (1, Fen::new(400_000)), "money moved to a unit is not a payment to a project");
        let households = NewPlan { population: Population::Households, code: Some("X2".into()), ..quarter(Method::Systematic, Some(5)) };
        planned(&mut bureau, &households);
        assert_eq!(drawn(&mut bureau, "X2", "二").unwrap().sampled, 5);
        for code in ["X1", "X2"] {
            let (sheets, _) = worksheets(&mut bureau, &at("甲", day(7, 3)), code, Per::Village, false).unwrap();
            for sheet in &sheets {
                assert!(sheet.rows.iter().all(|row| row.len() == sheet.first_answer()));
                let report = handed_in(&mut bureau, &saved(sheet, dir.path(), &sheet.name), None).unwrap();
                assert_eq!((report.entered, report.blank), (0, sheet.rows.len() as u64), "{:?}", told(&report));
            }
        }
    });
}
