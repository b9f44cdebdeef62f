//! People who should not have been paid (rules P02–P13): the lists that tell come at the November comparison, after the money,
//! and from then on nothing more is paid.

use super::amounts::{RELIEF, draft};
use super::hands::{Paid, Weaver, comparisons, household_row, next_workday, person_row};
use crate::app::demo::county::{CIVIL_AFFAIRS, row};
use crate::app::demo::people::{age_in, day};
use crate::app::demo::plan::{Line, after, before};
use crate::app::demo::programs::{ECOLOGY, INDUSTRY, POST, PUPILS, RANGER};
use crate::domain::calendar::Period;
use crate::domain::identity::id_check_char;
use crate::domain::kinds;
use chrono::{Datelike, NaiveDate};

pub fn plant(weaver: &mut Weaver<'_>) {
    for n in 0..weaver.times() {
        let year = weaver.year(n);
        died(weaver, year);
        on_lists(weaver, year);
        cadres(weaver, year);
        in_custody(weaver, year);
        split(weaver, year);
        off_the_register(weaver, year);
        moved_away(weaver, year);
        no_such_number(weaver, year, n);
    }
}

/// The day when the second comparison of a year brings the lists.
pub fn told(year: i32) -> NaiveDate {
    comparisons(year)[1]
}

/// A grown-up without a post who was paid by a programme in the first ten months of a year.
pub fn worker(weaver: &Weaver<'_>, person: usize, program: &str, year: i32) -> bool {
    let p = weaver.person(person);
    let age = age_in(p, day(year, 1, 1));
    p.school == "否"
        && (20..60).contains(&age)
        && weaver
            .lines(person, program)
            .iter()
            .any(|l| weaver.batch(*l).booked.year() == year && weaver.batch(*l).booked < day(year, 11, 1))
        && weaver.lines(person, POST).is_empty()
        && weaver.lines(person, RANGER).is_empty()
}

/// Somebody of whom a planting is made, who is neither the head of a household nor a spouse where there is such a one.
fn pick(weaver: &mut Weaver<'_>, program: &str, year: i32) -> Option<usize> {
    let apart = |w: &Weaver<'_>, at: usize| !["户主", "配偶"].contains(&w.person(at).relation) || w.household(at).size == 1;
    weaver.take(|w, at| apart(w, at) && worker(w, at, program, year)).or_else(|| weaver.take(|w, at| worker(w, at, program, year)))
}

/// P03: dead since February, paid for the following quarters.
fn died(weaver: &mut Weaver<'_>, year: i32) {
    let quarters = |w: &Weaver<'_>, at: usize| {
        let paid = w.lines(at, ECOLOGY);
        let later = paid.iter().filter(|l| ["Q2", "Q3"].iter().any(|q| w.batch(**l).period == format!("{year}{q}")));
        later.count() == 2 && w.lines(at, RANGER).is_empty() && w.lines(at, POST).is_empty() && w.person(at).school == "否"
    };
    let Some(person) = weaver.take(quarters) else { return };
    let (died, id_no, name) = (day(year, 2, 11), weaver.person(person).id_no.clone(), weaver.person(person).name.clone());
    weaver.lists.add(&kinds::ref_deaths::KIND, told(year), row(&[&id_no, &name, &died.to_string()]));
    let household = weaver.household(person).code.clone();
    let cells = person_row(weaver, person, &household, &name, "死亡", Some(died));
    weaver.register(after(told(year), 2), &kinds::persons::KIND, "人员-核减", cells);
    weaver.stop(person, told(year));
    weaver.guilty("P03", person, "二月死亡，二、三季度的生态补偿照发");
}

/// P04–P07: public payroll, company, car, shop and large flat.
fn on_lists(weaver: &mut Weaver<'_>, year: i32) {
    let since = day(year - 1, 3, 15).to_string();
    let known = told(year);
    for sort in 0..5 {
        let Some(person) = pick(weaver, INDUSTRY, year) else { return };
        let p = weaver.person(person);
        let (id, name) = (p.id_no.clone(), p.name.clone());
        let (rule, kind, cells, note) = match sort {
            0 => ("P04", &kinds::ref_payroll::KIND, row(&[&id, &name, "东方市示范中学", &since, ""]), "在编教师领取产业扶持资金"),
            1 => {
                let company = format!("东方示范{name}贸易有限公司");
                let cells = row(&[&id, &company, "", "法定代表人", "800000", &since, ""]);
                ("P05", &kinds::ref_companies::KIND, cells, "注册资本八十万元的公司的法定代表人")
            }
            2 => {
                let cells = row(&[&id, &format!("琼DS{}", &id[12..16]), "轿车", "126800", &since]);
                ("P06", &kinds::ref_vehicles::KIND, cells, "名下有十二万元的轿车")
            }
            3 => {
                let cells = row(&[&id, &format!("八所镇示范街{}号商铺", &id[13..17]), "商铺", "46", &since]);
                ("P07", &kinds::ref_properties::KIND, cells, "名下有城区商铺")
            }
            _ => {
                let cells = row(&[&id, &format!("八所镇示范花园{}号", &id[13..17]), "住宅", "138.5", &since]);
                ("P07", &kinds::ref_properties::KIND, cells, "城区商品房面积超过 120 平方米")
            }
        };
        weaver.lists.add(kind, known, cells);
        weaver.stop_household(person, known);
        weaver.guilty(rule, person, note);
        if rule == "P04" {
            household_of_payroll(weaver, person, day(year - 1, 3, 15));
        }
    }
}

/// P04: where the head or the head's spouse is on the payroll, nobody of the household should have been paid; pupils may be.
fn household_of_payroll(weaver: &mut Weaver<'_>, person: usize, since: NaiveDate) {
    if !["户主", "配偶"].contains(&weaver.person(person).relation) {
        return;
    }
    for member in weaver.members(weaver.person(person).household).filter(|member| *member != person) {
        let counts = |l: &Paid| {
            let batch = weaver.batch(*l);
            !batch.program.starts_with(PUPILS) && Period::parse(&batch.period).is_ok_and(|period| period.last_day() >= since)
        };
        if weaver.lines(member, "").iter().any(counts) {
            weaver.guilty("P04", member, "户主或其配偶是在编教师，同户人员不应领取");
        }
    }
}

/// P08 and P09: a cadre's kin in the cadre's own village, and a cadre in office.
fn cadres(weaver: &mut Weaver<'_>, year: i32) {
    let known = told(year);
    if let Some(person) = pick(weaver, INDUSTRY, year) {
        let (name, id_no) = weaver.stranger();
        let (kin, village) = (weaver.person(person).id_no.clone(), weaver.village_code(person));
        weaver.lists.add(&kinds::ref_cadres::KIND, known, row(&[&id_no, &name, &village, "村会计", &day(year, 1, 5).to_string(), ""]));
        weaver.lists.add(&kinds::ref_kin::KIND, known, row(&[&id_no, &kin, "兄弟"]));
        weaver.stop(person, known);
        weaver.guilty("P08", person, "本村会计的弟弟，未按程序评议即列入");
    }
    if let Some(person) = pick(weaver, INDUSTRY, year) {
        let p = weaver.person(person);
        let (id, name, village) = (p.id_no.clone(), p.name.clone(), weaver.village_code(person));
        weaver.lists.add(&kinds::ref_cadres::KIND, known, row(&[&id, &name, &village, "村委会副主任", &day(year, 1, 5).to_string(), ""]));
        weaver.stop(person, known);
        weaver.guilty("P09", person, "村委会副主任在任期间领取产业扶持资金");
    }
}

/// P11: in custody since January.
fn in_custody(weaver: &mut Weaver<'_>, year: i32) {
    let quarters = |w: &Weaver<'_>, at: usize| {
        worker(w, at, ECOLOGY, year) && w.lines(at, ECOLOGY).iter().any(|l| w.batch(*l).period == format!("{year}Q2"))
    };
    let Some(person) = weaver.take(quarters) else { return };
    let id_no = weaver.person(person).id_no.clone();
    weaver.lists.add(&kinds::ref_custody::KIND, told(year), row(&[&id_no, &day(year - 1, 11, 20).to_string(), ""]));
    weaver.stop(person, told(year));
    weaver.guilty("P11", person, "服刑期间照发补贴");
}

/// P10: one household split some months before both halves were recognised.
fn split(weaver: &mut Weaver<'_>, year: i32) {
    let paid = |w: &Weaver<'_>, at: usize| w.person(at).relation == "户主" && worker(w, at, INDUSTRY, year);
    let Some(one) = weaver.take(paid) else { return };
    let village = weaver.household(one).village;
    let Some(other) = weaver.take(|w, at| paid(w, at) && w.household(at).village == village).or_else(|| weaver.take(paid)) else { return };
    let booklet = format!("HK{}", &weaver.household(one).code[6..]);
    let first = weaver.household(one).identified.min(weaver.household(other).identified);
    let split = before(first, 75).to_string();
    for person in [one, other] {
        let id_no = weaver.person(person).id_no.clone();
        weaver.lists.add(&kinds::ref_hukou::KIND, told(year), row(&[&id_no, &booklet, "分户", &split]));
        weaver.stop_household(person, told(year));
        let code = weaver.household(person).code.clone();
        weaver.guilty_of("P10", "户", &code, &[], "识别前两个多月分户，两户均登记为贫困户");
    }
}

/// P12 and P13: removed before the period, and recognised only after it, as the register was put right later.
fn off_the_register(weaver: &mut Weaver<'_>, year: i32) {
    let old = |w: &Weaver<'_>, at: usize| w.household(at).out_of_poverty.year() < w.first_year() && worker(w, at, ECOLOGY, year);
    if let Some(person) = weaver.take(old) {
        let identified = weaver.household(person).identified;
        let cells = household_row(weaver, person, identified, "清退", Some(day(year, 3, 20)));
        weaver.register(next_workday(told(year), 3), &kinds::households::KIND, "建档立卡户-清退", cells);
        weaver.stop_household(person, told(year));
        paid_people(weaver, "P12", person, |period| period.first_day() > day(year, 3, 20), "三月清退，名册未更新，二季度起照发");
    }
    if let Some(person) = weaver.take(old) {
        let identified = day(year, 10, 15);
        let cells = household_row(weaver, person, identified, "未脱贫", None);
        weaver.register(next_workday(told(year), 3), &kinds::households::KIND, "建档立卡户-更正", cells);
        paid_people(weaver, "P13", person, |period| period.last_day() < day(year, 10, 1), "识别日期更正为十月，此前已领取");
    }
}

/// Labels those of a household who were paid for a period that a test picks.
fn paid_people(weaver: &mut Weaver<'_>, rule: &str, person: usize, picks: impl Fn(Period) -> bool, note: &str) {
    for member in weaver.members(weaver.person(person).household) {
        let paid = weaver.lines(member, "");
        if paid.iter().any(|l| Period::parse(&weaver.batch(*l).period).is_ok_and(&picks)) {
            weaver.guilty(rule, member, note);
        }
    }
}

/// P02: moved away in winter, which the register learns in autumn.
fn moved_away(weaver: &mut Weaver<'_>, year: i32) {
    let quarters = |w: &Weaver<'_>, at: usize| {
        worker(w, at, ECOLOGY, year) && w.lines(at, ECOLOGY).iter().any(|l| w.batch(*l).period == format!("{year}Q2"))
    };
    let Some(person) = weaver.take(quarters) else { return };
    let (household, name) = (weaver.household(person).code.clone(), weaver.person(person).name.clone());
    let cells = person_row(weaver, person, &household, &name, "迁出", Some(day(year, 1, 20)));
    weaver.register(after(told(year), 2), &kinds::persons::KIND, "人员-核减", cells);
    weaver.stop(person, told(year));
    weaver.guilty("P02", person, "一月已迁出本县，以后各期照发");
}

/// P01: a number whose first digits are no province, with a right check digit; paid past the book.
fn no_such_number(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let Some(head) = weaver.take(|w, at| {
        let elsewhere = w.lines(at, ECOLOGY).is_empty() && w.household(at).kind == "一般";
        w.person(at).relation == "户主" && elsewhere && worker(w, at, INDUSTRY, year)
    }) else {
        return;
    };
    let first = format!("096007196{n}0512{:03}", 120 + n);
    let check = <&[u8; 17]>::try_from(first.as_bytes()).map_or(b'0', id_check_char);
    let (id_no, household, name) =
        (format!("{first}{}", char::from(check)), weaver.household(head).code.clone(), format!("符示{}", ["甲", "乙", "丙", "丁"][n % 4]));
    let mut person = weaver.person(head).clone();
    (person.name, person.id_no, person.relation, person.labour, person.school) = (name.clone(), id_no, "其他", "弱", "否");
    let person = weaver.add_person(person);
    let made = next_workday(day(year, 9, 4), 0);
    let cells = person_row(weaver, person, &household, &name, "正常", None);
    weaver.register(before(made, 40), &kinds::persons::KIND, "人员-补录", cells);
    let card = weaver.new_card();
    weaver.change_card(person, card, before(made, 38), None);
    let line = Line { number: 1, person: person as u32, card, quantity: 10_000, rate: 40_000, failed: None };
    let code = format!("PC{year}-08-{RELIEF}-{CIVIL_AFFAIRS}-P{}", n + 1);
    weaver.add_past_batch(draft(code, CIVIL_AFFAIRS, RELIEF, format!("{year}-08"), made, vec![line]), "2130599");
    weaver.guilty("P01", person, "身份证号前两位不是省级代码，校验码相符");
}
