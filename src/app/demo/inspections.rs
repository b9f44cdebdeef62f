//! The demo's inspections: each quarter a working group looks at payments, each December another at payments to projects by
//! money units. Worksheets are printed, filled in by a seeded truth in which a few things are wrong, and read back by the real
//! reader; then evaluated and reported; what was wrong becomes cases, and somebody else closes the plan.

use super::dice::Dice;
use super::plan::after;
use super::run::{APPROVER, CHIEF, MAKER, clock};
use crate::app::inspection::cases::{HandOver, hand_over};
use crate::app::inspection::plan::NewPlan;
use crate::app::inspection::read::{ReadOptions, read};
use crate::app::inspection::report::{self, ReportOptions};
use crate::app::inspection::sheets::{Per, worksheets};
use crate::app::inspection::{self as inspect, DrawOptions, Member};
use crate::app::{AppError, Bureau, Refusal, Result};
use crate::domain::calendar::{Month, Period, date_to_int};
use crate::domain::inspection::plan::{Method, PlanKind, Population};
use crate::domain::inspection::worksheet::Worksheet;
use crate::domain::kinds::{visit_disbursements, visit_payments};
use crate::domain::money::Fen;
use crate::domain::report::Cell;
use crate::files::writing::worksheet;
use crate::params;
use chrono::NaiveDate;
use std::path::Path;

/// The quarter that is looked at as widely as Hainan's special inspection was (a tenth of the households); the others take the
/// size of the formula.
const WIDE: (i32, u32) = (2018, 3);
/// Errors of each kind in ten thousand visits.
const NOT_ARRIVED: u64 = 40;
const IN_PART: u64 = 40;
const LESS_DONE: u64 = 250;
const CARD_KEPT: u64 = 40;
const NO_NOTICE: u64 = 400;

/// Streams of the dice beyond those of the county.
const STREAM: u64 = 900;

/// Does what falls due when a month is over.
pub(super) fn when_over(bureau: &mut Bureau, dir: &Path, past: Month, narrate: &mut dyn FnMut(&str)) -> Result<()> {
    if past.month().is_multiple_of(3) {
        inspect_one(bureau, dir, quarterly(past), past, narrate)?;
    }
    if past.month() == 12 {
        inspect_one(bureau, dir, annual(past), past, narrate)?;
    }
    Ok(())
}

fn quarterly(past: Month) -> NewPlan {
    let quarter = past.month() / 3;
    // ordering a size leaves the rule of a tenth of the households aside
    let size = ((past.year(), quarter) != WIDE).then_some(93);
    NewPlan { quarter: Some(quarter), size, ..blank(PlanKind::Quarterly, past, Population::Payments, Method::Stratified) }
}

fn annual(past: Month) -> NewPlan {
    blank(PlanKind::Annual, past, Population::Disbursements, Method::Mus)
}

fn blank(kind: PlanKind, past: Month, population: Population, method: Method) -> NewPlan {
    let member = |name: &str, unit: &str, leader| Member { name: name.into(), unit: unit.into(), leader };
    NewPlan {
        code: None,
        title: None,
        kind,
        year: past.year(),
        quarter: None,
        population,
        period: None,
        method,
        confidence: None,
        tolerable: None,
        expected: None,
        size: None,
        due: None,
        reason: String::new(),
        scope: Vec::new(),
        members: vec![member("王示检", "财政局", true), member("李样检", "审计局", false), member("张示检", "扶贫办", false)],
        date: after(past.last_day(), 5),
    }
}

fn inspect_one(bureau: &mut Bureau, dir: &Path, new: NewPlan, past: Month, narrate: &mut dyn FnMut(&str)) -> Result<()> {
    let day = |days| after(past.last_day(), days);
    let new = if new.population == Population::Payments && !anything_on_cards(bureau, &new)? {
        // early in a year nothing has reached a card yet: the projects are looked at
        NewPlan { population: Population::Disbursements, size: None, method: Method::Random, ..new }
    } else {
        new
    };
    let code = inspect::plan::create(bureau, &clock(CHIEF, day(5)), &new)?.result;
    let folder = dir.join("检查").join(&code);
    let seed = format!("示范 {code} 公开选取");
    let options = DrawOptions { seed: Some(seed), frame: None, date: day(6) };
    let drawn = match inspect::draw::draw(bureau, &clock(MAKER, day(6)).checked_by(APPROVER), &code, &options) {
        Ok(drawn) => drawn.result,
        // nothing was paid in that time: the plan stays a draft
        Err(error) if error.code() == Some("frame_empty") => return Ok(()),
        Err(error) => return Err(error),
    };
    inspect::draw::export(bureau, &code, &folder.join("抽样"))?;
    visit(bureau, &folder, &code, day(6), day(14))?;
    let evaluation = inspect::evaluate::evaluate(bureau, &clock(MAKER, day(15)), &code, day(15))?;
    let options = ReportOptions { doc_number: None, issued_on: day(18), demands: Vec::new() };
    report::write(bureau, &clock(MAKER, day(18)), &code, &options, &folder)?;
    if evaluation.in_error > 0 {
        let how = HandOver { samples: Vec::new(), into: None, each: true, date: day(19) };
        hand_over(bureau, &clock(MAKER, day(19)), &code, &how)?;
    }
    let note = if evaluation.in_error > 0 { "差错已转线索办理" } else { "未发现差错" };
    inspect::steps::close(bureau, &clock(CHIEF, day(20)), &code, day(20), note)?;
    narrate(&format!(
        "检查 {code}：{} 个中抽查 {} 个（{} 户），差错 {} 个 {} 元，{}",
        drawn.items,
        drawn.sampled,
        drawn.households_drawn,
        evaluation.in_error,
        evaluation.found.yuan_grouped(),
        evaluation.verdict.title()
    ));
    Ok(())
}

fn anything_on_cards(bureau: &mut Bureau, new: &NewPlan) -> Result<bool> {
    let Some(quarter) = new.quarter.and_then(|quarter| Period::of_quarter(new.year, quarter)) else { return Ok(true) };
    let (first, last) = (date_to_int(quarter.first_day()), date_to_int(quarter.last_day()));
    bureau.read(|tx, book| {
        let sql = "SELECT line FROM payment_result WHERE book = $1 AND paid = 1 AND booked BETWEEN $2 AND $3 LIMIT 1";
        Ok(tx.first(sql, params![book.id, first, last])?.is_some())
    })
}

/// Prints the worksheets, fills them in and hands them in.
fn visit(bureau: &mut Bureau, folder: &Path, code: &str, printed_on: NaiveDate, handed_in: NaiveDate) -> Result<()> {
    let (blank, back) = (folder.join("核查表"), folder.join("交回"));
    std::fs::create_dir_all(&back)?;
    let ctx = clock(MAKER, printed_on);
    inspect::sheets::write(bureau, &ctx, code, Per::Township, false, &blank)?;
    let (sheets, _) = worksheets(bureau, &ctx, code, Per::Township, false)?;
    let stream = code.bytes().fold(STREAM, |sum, byte| sum * 31 + u64::from(byte));
    let mut dice = Dice::new(2018, stream);
    for (mut sheet, number) in sheets.into_iter().zip(0i64..) {
        let visited = after(printed_on, 1 + number % 7);
        fill(&mut sheet, visited, &mut dice);
        let path = back.join(format!("{}.xlsx", sheet.name));
        std::fs::write(&path, worksheet::write(&sheet, visited)?)?;
        hand_in(bureau, &path, handed_in)?;
    }
    Ok(())
}

fn hand_in(bureau: &mut Bureau, path: &Path, day: NaiveDate) -> Result<()> {
    let report = read(bureau, &clock(MAKER, day), path, &ReadOptions { date: Some(day), ..ReadOptions::default() })?;
    match report.errors.kept().first() {
        None => Ok(()),
        Some(error) => {
            let what = format!("{} 第 {} 行 {}“{}”：{}", path.display(), error.row, error.column, error.value, error.problem);
            Err(AppError::Refused(vec![Refusal::new("row", what, error.mend.clone())]))
        }
    }
}

fn fill(sheet: &mut Worksheet, visited: NaiveDate, dice: &mut Dice) {
    let first = sheet.first_answer();
    let columns = sheet.kind().columns;
    let population = sheet.population;
    for (row, number) in sheet.rows.iter_mut().zip(0usize..) {
        let book = match row.last() {
            Some(Cell::Fen(amount)) => *amount,
            _ => Fen::ZERO,
        };
        let mut answers = vec![Cell::Empty; columns.len() - first];
        let mut put = |at: usize, text: &str| answers[at - first] = Cell::text(text);
        let inspector = ["李样检", "张示检"][number % 2];
        match population {
            Population::Disbursements => project(&mut put, book, visited, inspector, dice),
            _ => household(&mut put, book, visited, inspector, dice),
        }
        row.extend(answers);
    }
}

/// What the visit to a household found.
fn household(put: &mut impl FnMut(usize, &str), book: Fen, visited: NaiveDate, inspector: &str, dice: &mut Dice) {
    use visit_payments as v;
    put(v::VISITED, &visited.to_string());
    put(v::INSPECTOR, inspector);
    let found = ["见到本人", "见到本人", "见到家属", "外出已核实"][dice.index(4)];
    let (arrived, part, kept) = (!dice.chance(NOT_ARRIVED), dice.chance(IN_PART), dice.chance(CARD_KEPT));
    put(v::FOUND, found);
    put(v::REAL, "属实");
    put(v::CARD, if kept { "村干部代管" } else { "本人或家属" });
    put(v::NOTICE, if dice.chance(NO_NOTICE) { "没见过" } else { "见过" });
    if !arrived {
        put(v::RECEIVED, "未收到");
        put(v::NOTE, "存折上没有这一笔（虚构示例）");
    } else if part {
        put(v::RECEIVED, "部分收到");
        put(v::AMOUNT, &Fen::new(book.get() * 8 / 10).yuan());
    } else {
        put(v::RECEIVED, "收到");
        put(v::AMOUNT, &book.yuan());
    }
}

/// What the visit to a project found.
fn project(put: &mut impl FnMut(usize, &str), book: Fen, visited: NaiveDate, inspector: &str, dice: &mut Dice) {
    use visit_disbursements as v;
    put(v::VISITED, &visited.to_string());
    put(v::INSPECTOR, inspector);
    put(v::FOUND, ["存在", "存在", "在建"][dice.index(3)]);
    put(v::RECEIVED, "收到");
    put(v::USE, "正常使用");
    put(v::NOTICE, if dice.chance(NO_NOTICE) { "没有" } else { "有" });
    if dice.chance(LESS_DONE) {
        put(v::REAL, "部分属实");
        put(v::DUE, &Fen::new(book.get() * 95 / 100).yuan());
        put(v::NOTE, "现场工程量少于结算（虚构示例）");
    } else {
        put(v::REAL, "属实");
    }
}
