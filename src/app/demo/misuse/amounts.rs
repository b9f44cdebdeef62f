//! Lines that are wrong in amount or time (rules M02–M07): paid twice, months paid twice, programmes that exclude each other,
//! more heads than people, rates beyond a standard that was lowered before and entered later, somebody left out.

use super::hands::{Paid, Weaver, next_workday, person_row};
use super::payees::{told, worker};
use crate::app::demo::county::{CIVIL_AFFAIRS, row};
use crate::app::demo::people::day;
use crate::app::demo::plan::{Batch, Line, NOTICE, after};
use crate::app::demo::programs::{ALLOWANCE, ECOLOGY, INDUSTRY, POST, RANGER};
use crate::domain::kinds;
use chrono::NaiveDate;

/// 按人口计发的节日补贴, paid to the head for all of the household.
const FESTIVAL: &str = "JRBT";
/// 临时生活补助, whose cap was lowered.
pub const RELIEF: &str = "LSSH";

pub fn plant(weaver: &mut Weaver<'_>) {
    programs(weaver);
    for n in 0..weaver.times() {
        let year = weaver.year(n);
        paid_twice(weaver, year, n);
        overlapping(weaver, year, n);
        exclusive(weaver, year, n);
        heads(weaver, year, n);
        left_out(weaver, year);
        late(weaver, year, n);
        flowed_back(weaver, year);
    }
    beyond_rate(weaver);
}

/// The two programmes, and the lowered cap of the second one, which is entered after the payment.
fn programs(weaver: &mut Weaver<'_>) {
    let year = weaver.first_year();
    let cells = |code, name, rate, measure, bound, eligibility, from: NaiveDate, to: &str| {
        row(&[code, name, CIVIL_AFFAIRS, "户", rate, measure, bound, eligibility, &from.to_string(), to, "7", ""])
    };
    let begin = day(year, 1, 1);
    let festival = cells(FESTIVAL, "节日补贴", "100", "次", "固定", "建档立卡户，按人口计发", begin, "");
    weaver.register(day(year, 1, 2), &kinds::programs::KIND, "补贴政策-专项", festival);
    let relief = |rate, from, to: &str| cells(RELIEF, "临时生活补助", rate, "次", "上限", "临时困难的建档立卡户", from, to);
    let before = relief("800", begin, "");
    weaver.register(day(year, 1, 2), &kinds::programs::KIND, "补贴政策-专项", before);
    let ended = relief("800", begin, &day(year, 6, 30).to_string());
    let lowered = relief("500", day(year, 7, 1), "");
    for cells in [ended, lowered] {
        weaver.register(told(year), &kinds::programs::KIND, "补贴政策-调整", cells);
    }
}

/// A batch to be, of one programme and period.
pub fn draft(code: String, unit: &str, program: &'static str, period: String, made: NaiveDate, lines: Vec<Line>) -> Batch {
    let made = next_workday(made, 0);
    let booked = next_workday(made, 6);
    Batch { code, unit: unit.to_string(), program, allocation: String::new(), period, made, booked, notice: NOTICE, lines }
}

/// A line for a person in a batch made on a day.
pub fn line(weaver: &Weaver<'_>, person: usize, quantity: i64, rate: i64, made: NaiveDate) -> Line {
    let card = weaver.card_on(person, made);
    Line { number: 0, person: person as u32, card, quantity: quantity * 10_000, rate, failed: None }
}

/// The person's line for a period of a programme.
pub fn line_for(weaver: &Weaver<'_>, person: usize, program: &str, period: &str) -> Option<Paid> {
    weaver.lines(person, program).into_iter().find(|l| weaver.batch(*l).period == period)
}

/// M03: once more, in another batch of another office.
fn paid_twice(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let period = format!("{year}");
    let wanted = |w: &Weaver<'_>, at: usize| worker(w, at, INDUSTRY, year) && line_for(w, at, INDUSTRY, &period).is_some();
    let Some(person) = weaver.take(wanted) else { return };
    let Some(first) = line_for(weaver, person, INDUSTRY, &period) else { return };
    let unit = weaver.batch(first).unit.clone();
    let lines = vec![line(weaver, person, 1, first.line.rate, day(year, 10, 22))];
    let batch = draft(format!("PC{year}-{INDUSTRY}-{unit}-B{}", n + 1), &unit, INDUSTRY, period, day(year, 10, 22), lines);
    weaver.add_past_batch(batch, "2130505");
    weaver.guilty("M03", person, "同一年度的产业扶持资金由补发清册再发一次");
}

/// M04: May once more, which the second quarter holds.
fn overlapping(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let quarter = format!("{year}Q2");
    let wanted = |w: &Weaver<'_>, at: usize| line_for(w, at, ECOLOGY, &quarter).is_some() && w.lines(at, RANGER).is_empty();
    let Some(person) = weaver.take(wanted) else { return };
    let Some(first) = line_for(weaver, person, ECOLOGY, &quarter) else { return };
    let unit = weaver.batch(first).unit.clone();
    let lines = vec![line(weaver, person, 1, first.line.rate, day(year, 9, 11))];
    let batch = draft(format!("PC{year}-05-{ECOLOGY}-{unit}-B{}", n + 1), &unit, ECOLOGY, format!("{year}-05"), day(year, 9, 11), lines);
    weaver.add_past_batch(batch, "2130209");
    weaver.guilty("M04", person, "二季度已含五月，五月又单独发放");
}

/// M05 (and S02): a ranger paid for another post as well.
fn exclusive(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let quarter = format!("{year}Q3");
    let wanted = |w: &Weaver<'_>, at: usize| line_for(w, at, RANGER, &quarter).is_some();
    let Some(person) = weaver.take(wanted) else { return };
    let lines = vec![line(weaver, person, 3, 50_000, day(year, 10, 12))];
    let unit = crate::app::demo::county::LABOUR;
    let batch = draft(format!("PC{quarter}-{POST}-{unit}-B{}", n + 1), unit, POST, quarter, day(year, 10, 12), lines);
    let made = batch.made;
    weaver.add_batch(batch, "2130599");
    let id_no = weaver.person(person).id_no.clone();
    for month in 7..=9 {
        let cells = row(&[&id_no, "特设岗位", &format!("{year}-{month:02}"), "22"]);
        weaver.lists.add(&kinds::ref_posts::KIND, crate::app::demo::plan::before(made, 3), cells);
    }
    for rule in ["M05", "S02"] {
        weaver.guilty(rule, person, "生态护林员同期兼领特设岗位补贴");
    }
}

/// M06: paid by heads; of one household it comes out later that somebody had moved away the year before. In another one
/// somebody dies after the payment, which changes nothing.
fn heads(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let large = |w: &Weaver<'_>, at: usize| {
        let h = w.household(at);
        w.person(at).relation == "户主" && (3..=6).contains(&h.size) && w.lines(at, ALLOWANCE).is_empty()
    };
    let gone = |w: &Weaver<'_>, at: usize| {
        let last = w.household(at).head + w.household(at).size - 1;
        large(w, at) && w.lines(last, "").is_empty()
    };
    let Some(guilty) = weaver.take(gone) else { return };
    let mut payees = vec![guilty];
    payees.extend((0..3).filter_map(|_| weaver.take(large)));
    let lines = payees.iter().map(|at| line(weaver, *at, weaver.household(*at).size as i64, 10_000, day(year, 9, 17))).collect();
    let period = format!("{year}-09");
    let code = format!("PC{period}-{FESTIVAL}-{CIVIL_AFFAIRS}-{}", n + 1);
    weaver.add_batch(draft(code, CIVIL_AFFAIRS, FESTIVAL, period, day(year, 9, 17), lines), "2130599");
    let household = weaver.household(guilty).code.clone();
    for (person, status, since) in [(Some(guilty), "迁出", day(year - 1, 8, 1)), (payees.get(1).copied(), "死亡", day(year, 10, 20))] {
        let Some(head) = person else { continue };
        let h = weaver.household(head);
        let (code, member) = (h.code.clone(), h.head + h.size - 1);
        let name = weaver.person(member).name.clone();
        let cells = person_row(weaver, member, &code, &name, status, Some(since));
        weaver.register(after(told(year), 2), &kinds::persons::KIND, "人员-核减", cells);
        weaver.stop(member, told(year));
    }
    weaver.guilty_of("M06", "户", &household, &[], "按人口发放，其中一人上年已迁出");
    if let Some(head) = payees.get(1) {
        let code = weaver.household(*head).code.clone();
        weaver.innocent_of("M06", "户", &code, &[], "发放后有一人死亡，发放时人口无误");
    }
}

/// M02: paid at the old cap after it had been lowered.
fn beyond_rate(weaver: &mut Weaver<'_>) {
    let year = weaver.first_year();
    let anybody = |w: &Weaver<'_>, at: usize| w.person(at).relation == "户主" && worker(w, at, INDUSTRY, year);
    let payees: Vec<usize> = (0..weaver.times() + 2).filter_map(|_| weaver.take(anybody)).collect();
    let Some((modest, guilty)) = payees.split_first() else { return };
    let mut lines = vec![line(weaver, *modest, 1, 40_000, day(year, 8, 21))];
    lines.extend(guilty.iter().map(|at| line(weaver, *at, 1, 80_000, day(year, 8, 21))));
    let period = format!("{year}-08");
    let code = format!("PC{period}-{RELIEF}-{CIVIL_AFFAIRS}");
    weaver.add_batch(draft(code, CIVIL_AFFAIRS, RELIEF, period, day(year, 8, 21), lines), "2130599");
    for person in guilty {
        weaver.guilty("M02", *person, "上限七月起降为 500 元，仍按 800 元发放");
    }
    weaver.innocent("M02", *modest, "按 400 元分档发放，未超上限");
}

/// M07: somebody entitled is left out of two quarters.
fn left_out(weaver: &mut Weaver<'_>, year: i32) {
    let quarters = [format!("{year}Q2"), format!("{year}Q3")];
    let wanted = |w: &Weaver<'_>, at: usize| worker(w, at, ECOLOGY, year) && quarters.iter().all(|q| line_for(w, at, ECOLOGY, q).is_some());
    let Some(person) = weaver.take(wanted) else { return };
    weaver.leave_out(person, ECOLOGY, &quarters);
    weaver.guilty("M07", person, "符合条件，二、三季度生态补偿漏发");
}

/// M08: the bank's answer to a batch came after four weeks.
fn late(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let anybody = |w: &Weaver<'_>, at: usize| w.person(at).relation == "户主" && worker(w, at, INDUSTRY, year);
    let Some(person) = weaver.take(anybody) else { return };
    let made = next_workday(day(year, 4, 26), 0);
    let lines = vec![line(weaver, person, 1, 45_000, made)];
    let code = format!("PC{year}-04-{RELIEF}-{CIVIL_AFFAIRS}-{}", n + 1);
    let mut batch = draft(code.clone(), CIVIL_AFFAIRS, RELIEF, format!("{year}-04"), made, lines);
    batch.booked = next_workday(made, 31);
    weaver.add_batch(batch, "2130599");
    weaver.guilty_of("M08", "批次", &code, &[], "送银行四周后才到卡");
}

/// A06: paid, and given back to the office within two weeks, nobody says why.
fn flowed_back(weaver: &mut Weaver<'_>, year: i32) {
    let wanted = |w: &Weaver<'_>, at: usize| worker(w, at, INDUSTRY, year) && line_for(w, at, INDUSTRY, &format!("{year}")).is_some();
    let Some(person) = weaver.take(wanted) else { return };
    let Some(paid) = line_for(weaver, person, INDUSTRY, &format!("{year}")) else { return };
    let date = next_workday(weaver.batch(paid).booked, 13);
    let key = weaver.key(paid);
    weaver.refund(date, &key, paid.line.amount() * 4 / 5, "款项交回村委会经办人");
    weaver.guilty("A06", person, "到卡两周内大部分款项交回经办人");
}
