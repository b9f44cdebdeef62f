//! Innocent people and payments that look like misuse, as the catalogue names them: same names, arrears of the dead, people
//! who left the payroll, tractors, stalls, resettlement flats, marriages, children paid to their guardian, recovered money.

use super::amounts::{draft, line, line_for};
use super::hands::{Weaver, next_workday, person_row};
use super::money::Pay;
use super::payees::{told, worker};
use super::projects::{BUILDER, instalment, road};
use crate::app::demo::county::row;
use crate::app::demo::people::{age_in, day};
use crate::app::demo::plan::{after, before};
use crate::app::demo::programs::{ECOLOGY, INDUSTRY};
use crate::domain::kinds::{self, Kind};
use chrono::NaiveDate;

pub fn plant(weaver: &mut Weaver<'_>) {
    for n in 0..weaver.times() {
        let year = weaver.year(n);
        dead(weaver, year);
        on_lists(weaver, year);
        offices(weaver, year);
        married(weaver, year);
        short_custody(weaver, year);
        moved_household(weaver, year);
        recovered(weaver, year, n);
        payments(weaver, year, n);
    }
    children(weaver);
    reissued(weaver);
}

fn anybody(weaver: &mut Weaver<'_>, year: i32) -> Option<usize> {
    weaver.take(|w, at| worker(w, at, INDUSTRY, year))
}

/// P03: a namesake died; and somebody died in the second quarter, for which the money came in July.
fn dead(weaver: &mut Weaver<'_>, year: i32) {
    if let Some(person) = anybody(weaver, year) {
        let (name, other) = (weaver.person(person).name.clone(), weaver.stranger_id());
        weaver.lists.add(&kinds::ref_deaths::KIND, told(year), row(&[&other, &name, &day(year, 1, 9).to_string()]));
        weaver.innocent("P03", person, "死亡名单中是同名的另一人");
    }
    let quarter = |w: &Weaver<'_>, at: usize| w.person(at).school == "否" && line_for(w, at, ECOLOGY, &format!("{year}Q2")).is_some();
    let Some(person) = weaver.take(|w, at| quarter(w, at) && worker(w, at, ECOLOGY, year)) else { return };
    let Some(paid) = line_for(weaver, person, ECOLOGY, &format!("{year}Q2")) else { return };
    let (made, died) = (weaver.batch(paid).made, day(year, 4, 20));
    let (id_no, name, household) =
        (weaver.person(person).id_no.clone(), weaver.person(person).name.clone(), weaver.household(person).code.clone());
    let known = weaver.batch(paid).booked;
    weaver.lists.add(&kinds::ref_deaths::KIND, known, row(&[&id_no, &name, &died.to_string()]));
    let cells = person_row(weaver, person, &household, &name, "死亡", Some(died));
    weaver.register(after(known, 2), &kinds::persons::KIND, "人员-核减", cells);
    weaver.stop(person, made);
    weaver.innocent("P03", person, "四月死亡，所补为二季度生前应得的补贴");
}

/// P04–P07: what the lists hold does not count against these.
fn on_lists(weaver: &mut Weaver<'_>, year: i32) {
    let (old, since) = (day(2014, 3, 1).to_string(), day(year - 1, 2, 5).to_string());
    // before anything was paid: payments of an earlier year would be none to an innocent
    let earlier = weaver.first_year() - 1;
    for sort in 0..7 {
        let Some(person) = anybody(weaver, year) else { return };
        let (id, name) = (weaver.person(person).id_no.clone(), weaver.person(person).name.clone());
        let plate = format!("琼DY{}", &id[12..16]);
        let (rule, kind, cells, note): (&str, &'static Kind, Vec<String>, &str) = match sort {
            0 => {
                let cells = row(&[&id, &name, "东方市示范林场", &old, &day(earlier, 11, 30).to_string()]);
                ("P04", &kinds::ref_payroll::KIND, cells, "领款以前已离职")
            }
            1 => {
                let cells = row(&[&id, "示范芒果种植农民专业合作社", "", "股东", "2000000", &since, ""]);
                ("P05", &kinds::ref_companies::KIND, cells, "只是合作社社员")
            }
            2 => {
                let cells = row(&[&id, &format!("示范{name}小卖部"), "", "法定代表人", "20000", &since, ""]);
                ("P05", &kinds::ref_companies::KIND, cells, "两万元的小卖部")
            }
            3 => ("P06", &kinds::ref_vehicles::KIND, row(&[&id, &plate, "农用", "68000", &since]), "农用车"),
            4 => ("P06", &kinds::ref_vehicles::KIND, row(&[&id, &plate, "摩托", "6500", &since]), "摩托车"),
            5 => {
                let buyer = weaver.stranger_id();
                let sold = row(&[&buyer, &plate, "轿车", "88000", &day(earlier, 6, 1).to_string()]);
                weaver.lists.add(&kinds::ref_vehicles::KIND, told(year), sold);
                ("P06", &kinds::ref_vehicles::KIND, row(&[&id, &plate, "轿车", "88000", &old]), "轿车在领款以前已转让")
            }
            _ => {
                let cells = row(&[&id, &format!("示范镇易地搬迁安置点{}号", &id[14..17]), "住宅", "125", &since]);
                ("P07", &kinds::ref_properties::KIND, cells, "易地搬迁安置房")
            }
        };
        weaver.lists.add(kind, told(year), cells);
        weaver.innocent(rule, person, note);
    }
}

/// P08 and P09: kin of a cadre of another township, and a cadre who left office years ago.
fn offices(weaver: &mut Weaver<'_>, year: i32) {
    if let Some(person) = anybody(weaver, year) {
        let township = weaver.plan.county.villages[weaver.household(person).village].township;
        let far = weaver.plan.county.villages.iter().find(|v| v.township != township).map(|v| v.code.clone());
        let ((name, id_no), kin) = (weaver.stranger(), weaver.person(person).id_no.clone());
        let cells = row(&[&id_no, &name, &far.unwrap_or_default(), "村会计", &day(year - 1, 1, 5).to_string(), ""]);
        weaver.lists.add(&kinds::ref_cadres::KIND, told(year), cells);
        weaver.lists.add(&kinds::ref_kin::KIND, told(year), row(&[&id_no, &kin, "表兄弟"]));
        weaver.innocent("P08", person, "外乡镇干部的亲属");
    }
    if let Some(person) = anybody(weaver, year) {
        let (p, village) = (weaver.person(person).clone(), weaver.village_code(person));
        let cells = row(&[&p.id_no, &p.name, &village, "村会计", "2013-01-05", &day(2016, 12, 31).to_string()]);
        weaver.lists.add(&kinds::ref_cadres::KIND, told(year), cells);
        weaver.innocent("P09", person, "所属期以前已离任");
    }
}

/// P10: split off on marriage, the wife moved in.
fn married(weaver: &mut Weaver<'_>, year: i32) {
    let couple = |w: &Weaver<'_>, at: usize| w.person(at).relation == "户主" && w.household(at).size >= 2 && worker(w, at, INDUSTRY, year);
    let Some(person) = weaver.take(couple) else { return };
    let (household, spouse) = (weaver.household(person).clone(), weaver.person(person + 1).id_no.clone());
    let (id_no, booklet) = (weaver.person(person).id_no.clone(), format!("HJ{}", &household.code[6..]));
    let split = before(household.identified, 70).to_string();
    weaver.lists.add(&kinds::ref_hukou::KIND, told(year), row(&[&id_no, &booklet, "分户", &split]));
    let moved = before(household.identified, 60).to_string();
    weaver.lists.add(&kinds::ref_hukou::KIND, told(year), row(&[&spouse, &format!("{booklet}A"), "迁入", &moved]));
    weaver.innocent_of("P10", "户", &household.code, &[], "结婚分户，配偶迁入");
}

/// P11: some weeks in custody, no period of which was wholly inside.
fn short_custody(weaver: &mut Weaver<'_>, year: i32) {
    let Some(person) = anybody(weaver, year) else { return };
    let id_no = weaver.person(person).id_no.clone();
    let cells = row(&[&id_no, &day(year, 8, 6).to_string(), &day(year, 8, 25).to_string()]);
    weaver.lists.add(&kinds::ref_custody::KIND, told(year), cells);
    weaver.innocent("P11", person, "只拘押十九天，不满一个发放周期");
}

/// P02: moved into another household of the village after the payments.
fn moved_household(weaver: &mut Weaver<'_>, year: i32) {
    let child = |w: &Weaver<'_>, at: usize| w.person(at).relation == "子女" && worker(w, at, INDUSTRY, year);
    let Some(person) = weaver.take(child) else { return };
    let Some(to) = anybody(weaver, year) else { return };
    let (household, name) = (weaver.household(to).code.clone(), weaver.person(person).name.clone());
    let cells = person_row(weaver, person, &household, &name, "正常", None);
    weaver.register(day(weaver.last_year(), 12, 20), &kinds::persons::KIND, "人员-转户", cells);
    weaver.innocent("P02", person, "付款以后结婚转入另一户");
}

/// M03 and A06: paid twice by mistake, and recovered in full under a case.
fn recovered(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let period = format!("{year}");
    let wanted = |w: &Weaver<'_>, at: usize| worker(w, at, INDUSTRY, year) && line_for(w, at, INDUSTRY, &period).is_some();
    let Some(person) = weaver.take(wanted) else { return };
    let Some(first) = line_for(weaver, person, INDUSTRY, &period) else { return };
    let unit = weaver.batch(first).unit.clone();
    let lines = vec![line(weaver, person, 1, first.line.rate, day(year, 10, 17))];
    let code = format!("PC{year}-{INDUSTRY}-{unit}-C{}", n + 1);
    let batch = draft(code.clone(), &unit, INDUSTRY, period.clone(), day(year, 10, 17), lines);
    let back = next_workday(batch.booked, 15);
    weaver.add_past_batch(batch, "2130505");
    let reason = format!("重复发放，依线索{year}-{:02}号追回", n + 15);
    weaver.refund(back, &format!("{code}+1"), first.line.amount(), &reason);
    weaver.innocent("M03", person, "重复的一笔已全额追回");
    weaver.innocent("A06", person, "凭线索编号追缴");
}

/// S08, U06, U07: guarantees that the rules order, little cash, a harvester.
fn payments(weaver: &mut Weaver<'_>, year: i32, n: usize) {
    let date = next_workday(day(year, 7, 24), 0);
    let works = weaver.works(&road("生产便道工程", 31_700, date));
    let account = format!("6214580988{n:07}");
    let parts: [(&str, &str, &str, i64); 4] = [
        ("S08", "扶贫小额信贷风险补偿金", "按规定设立的风险补偿金", 510_000),
        ("U07", "购置农用收割机", "农业机械，不是公务用车", 620_000),
        ("U06", "零星小工费", "八百元以下付给个人的现金", 80_000),
        ("", "工程进度款", "", 1_960_000),
    ];
    for (rule, purpose, note, amount) in parts {
        let mut pay = Pay { purpose, ..instalment(date, BUILDER, amount) };
        if rule == "U06" {
            (pay.payee, pay.method) = (("孙示乙", account.as_str(), "个人"), "现金");
        }
        let doc = weaver.pay(&works, &pay);
        if !rule.is_empty() {
            weaver.innocent_of(rule, "项目支付", &doc, std::slice::from_ref(&doc), note);
        }
    }
}

/// A01 and A02: children whose aid goes to the card of the head of their household.
fn children(weaver: &mut Weaver<'_>) {
    let first = day(weaver.first_year(), 1, 1);
    let last = day(weaver.last_year(), 12, 31);
    for _ in 0..weaver.times() * 2 {
        let child = |w: &Weaver<'_>, at: usize| {
            age_in(w.person(at), last) < 15 && !w.lines(at, "").is_empty() && w.person(w.household(at).head).account.is_some()
        };
        let Some(person) = weaver.take(child) else { return };
        let head = weaver.household(person).head;
        let days: Vec<NaiveDate> = weaver.lines(person, "").iter().map(|l| weaver.batch(*l).made).filter(|made| *made >= first).collect();
        for made in days {
            let card = weaver.card_on(head, made);
            weaver.use_card(person, card, made, Some(made));
        }
        weaver.innocent("A01", person, "未成年人由户主账户代领");
        weaver.innocent("A02", person, "同户共用账户");
    }
}

/// A03: the bank's re-issue.
fn reissued(weaver: &mut Weaver<'_>) {
    let some: Vec<usize> = weaver.reissued.keys().copied().step_by(40).take(10).collect();
    for person in some {
        weaver.innocent("A03", person, "银行公告的批量换卡");
    }
}
