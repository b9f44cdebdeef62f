//! Posts, school, housing and loans (rules S01, S03–S07): sheets and lists that are put right after the payment.

use super::amounts::{draft, line_for};
use super::hands::{Weaver, comparisons, next_workday};
use super::lists::{area, house_row, own_card};
use super::payees::told;
use crate::app::demo::county::{FirmKind, HOUSING, row};
use crate::app::demo::people::day;
use crate::app::demo::plan::{Line, before};
use crate::app::demo::programs::{HOUSE, POST};
use crate::domain::kinds;

/// An appraiser who finds every house dangerous.
const APPRAISER: &str = "东方样鉴定所";

pub fn plant(weaver: &mut Weaver<'_>) {
    for n in 0..weaver.times() {
        let year = weaver.year(n);
        absent(weaver, year);
        dropped_out(weaver, year);
        too_large(weaver, year);
        old_house(weaver, year);
        mended_twice(weaver, n);
        firm_loans(weaver, year);
    }
    // of too few houses no chance can be told
    if weaver.households >= 100 {
        appraiser(weaver);
    }
}

/// S01: the sheets of a quarter are corrected to a few days.
fn absent(weaver: &mut Weaver<'_>, year: i32) {
    let quarter = format!("{year}Q2");
    let Some(person) = weaver.take(|w, at| line_for(w, at, POST, &quarter).is_some()) else { return };
    let id_no = weaver.person(person).id_no.clone();
    for (month, days) in [(4, "3"), (5, "0"), (6, "2")] {
        let cells = row(&[&id_no, "特设岗位", &format!("{year}-{month:02}"), days]);
        weaver.lists.add(&kinds::ref_posts::KIND, told(year), cells);
    }
    weaver.guilty("S01", person, "二季度出勤不足，岗位补贴全额发放");
}

/// S03: left school in spring, as the list says in autumn.
fn dropped_out(weaver: &mut Weaver<'_>, year: i32) {
    let pupil = |w: &Weaver<'_>, at: usize| {
        w.person(at).school == "初中" && w.lines(at, "XSZZ3").iter().any(|l| w.batch(*l).period == format!("{year}-09"))
    };
    let Some(person) = weaver.take(pupil) else { return };
    let id_no = weaver.person(person).id_no.clone();
    for term in ["春", "秋"] {
        let cells = row(&[&id_no, "东方市示范初中学校", "初中", &format!("{year}{term}"), "退学"]);
        weaver.lists.add(&kinds::ref_students::KIND, told(year), cells);
    }
    weaver.guilty("S03", person, "春季起退学，两个学期资助照发");
}

/// Whether a household got a new house in a year.
fn rebuilt(weaver: &Weaver<'_>, person: usize, year: i32) -> bool {
    weaver.household(person).housing == "D"
        && weaver.lines(person, HOUSE).iter().any(|l| weaver.batch(*l).period.starts_with(&format!("{year}-0")))
}

/// S04: measured again after the payment.
fn too_large(weaver: &mut Weaver<'_>, year: i32) {
    let Some(person) = weaver.take(|w, at| rebuilt(w, at, year)) else { return };
    let Some(paid) = weaver.lines(person, HOUSE).first().copied() else { return };
    let (household, made) = (weaver.household(person).clone(), weaver.batch(paid).made);
    let cells = house_row(&household, made, area(household.size) + 45, 55, Some(20));
    weaver.lists.add(&kinds::ref_housing::KIND, told(year), cells);
    weaver.guilty_of("S04", "户", &household.code, &[], "竣工复测，超出标准四十多平方米");
}

/// S05: the old house never came down.
fn old_house(weaver: &mut Weaver<'_>, year: i32) {
    let Some(person) = weaver.take(|w, at| rebuilt(w, at, year)) else { return };
    let Some(paid) = weaver.lines(person, HOUSE).first().copied() else { return };
    let (household, made) = (weaver.household(person).clone(), weaver.batch(paid).made);
    let cells = house_row(&household, made, area(household.size), 55, None);
    weaver.lists.add(&kinds::ref_housing::KIND, told(year), cells);
    weaver.guilty_of("S05", "户", &household.code, &[], "新房竣工三个月后旧房仍未拆除");
}

/// S05: paid for its house once more, in the name of another batch.
fn mended_twice(weaver: &mut Weaver<'_>, n: usize) {
    let year = weaver.last_year();
    let old =
        |w: &Weaver<'_>, at: usize| w.lines(at, HOUSE).iter().any(|l| w.batch(*l).made < day(year, 9, 1)) && w.lines(at, HOUSE).len() == 1;
    let Some(person) = weaver.take(old) else { return };
    let Some(first) = weaver.lines(person, HOUSE).first().copied() else { return };
    let card = weaver.card_on(person, day(year, 10, 24));
    let lines = vec![Line { card, ..first.line }];
    let code = format!("PC{year}-10-{HOUSE}-{HOUSING}-B{}", n + 1);
    weaver.add_batch(draft(code, HOUSING, HOUSE, format!("{year}-10"), day(year, 10, 24), lines), "2210105");
    let household = weaver.household(person).code.clone();
    weaver.guilty_of("S05", "户", &household, &[], "已享受过危房改造，又领取一次");
}

/// S06: one appraiser's houses are all dangerous.
fn appraiser(weaver: &mut Weaver<'_>) {
    let known = comparisons(weaver.last_year())[1];
    let mut left = (weaver.households as usize / 6).clamp(12, 60);
    weaver.lists.change(&kinds::ref_housing::KIND, |_, cells| {
        if left > 0 && (cells[1].starts_with('C') || cells[1].starts_with('D')) && cells[2] != APPRAISER {
            cells[2] = APPRAISER.to_string();
            left -= 1;
        }
    });
    let note = "所鉴定的房屋全部评为危房，明显高于其他机构";
    weaver.guilty_of("S06", "收款人", APPRAISER, &[], note);
    // the others have graded houses that need nothing as well
    let sound: Vec<Vec<String>> = weaver
        .plan
        .people
        .households
        .iter()
        .enumerate()
        .filter(|(_, h)| h.housing_year.is_none())
        .map(|(at, h)| {
            let appraiser = ["东方示一鉴定所", "东方示二鉴定所", "东方示三鉴定所"][at % 3];
            row(&[&h.code, h.housing, appraiser, "修缮", "60", &h.size.to_string(), "", ""])
        })
        .collect();
    for cells in sound {
        weaver.lists.add(&kinds::ref_housing::KIND, before(known, 1), cells);
    }
}

/// S07: three households' loans end at one firm.
fn firm_loans(weaver: &mut Weaver<'_>, year: i32) {
    let firm = weaver.plan.county.firms_of(FirmKind::Supplier).first().map(|f| (f.name, f.account.clone()));
    let Some((name, account)) = firm else { return };
    let issued = next_workday(day(year, 6, 4), 0).to_string();
    for _ in 0..3 {
        let head = |w: &Weaver<'_>, at: usize| {
            w.person(at).relation == "户主" && w.person(at).account.is_some() && w.person(at).household % 15 != 4
        };
        let Some(person) = weaver.take(head) else { return };
        let id_no = weaver.person(person).id_no.clone();
        weaver.lists.add(&kinds::ref_loans::KIND, told(year), row(&[&id_no, "50000", &issued, &account, name, "入股分红"]));
        weaver.guilty("S07", person, "三户的贷款转入同一企业使用");
    }
    // a loan that the household uses itself
    let head =
        |w: &Weaver<'_>, at: usize| w.person(at).relation == "户主" && w.person(at).account.is_some() && w.person(at).household % 15 != 4;
    let Some(person) = weaver.take(head) else { return };
    let id_no = weaver.person(person).id_no.clone();
    weaver.lists.add(&kinds::ref_loans::KIND, told(year), row(&[&id_no, "50000", &issued, &own_card(person), "", "养牛"]));
    weaver.innocent("S07", person, "贷款进入本人账户自用");
}
