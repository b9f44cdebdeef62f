//! The reference lists (比对名单) as other offices send them: at the beginning, and twice a year; attendance and enrolment
//! before each payment. Mostly they name people whom nobody pays, or people of whom nothing follows.

use super::hands::{Weaver, comparisons, next_workday};
use crate::app::demo::county::row;
use crate::app::demo::people::{Household, card_number, day};
use crate::app::demo::plan::{Act, Content, DemoFile, Look, Step, before, workday};
use crate::app::demo::programs::{HOUSE, POST, RANGER};
use crate::domain::calendar::Period;
use crate::domain::kinds::{self, Kind};
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// Lists that come whole at every comparison; of the others only what is new.
const WHOLE: [&Kind; 9] = [
    &kinds::ref_deaths::KIND,
    &kinds::ref_payroll::KIND,
    &kinds::ref_companies::KIND,
    &kinds::ref_vehicles::KIND,
    &kinds::ref_properties::KIND,
    &kinds::ref_cadres::KIND,
    &kinds::ref_kin::KIND,
    &kinds::ref_hukou::KIND,
    &kinds::ref_custody::KIND,
];

/// Rows of lists with the day on which the office that keeps them knows.
#[derive(Debug, Default)]
pub struct Lists(BTreeMap<&'static str, Vec<(NaiveDate, Vec<String>)>>);

impl Lists {
    pub fn add(&mut self, kind: &'static Kind, known: NaiveDate, cells: Vec<String>) {
        self.0.entry(kind.name).or_default().push((known, cells));
    }

    /// Looks at all rows of a list that are known so far, and may change them.
    pub fn change(&mut self, kind: &'static Kind, mut change: impl FnMut(NaiveDate, &mut Vec<String>)) {
        if let Some(rows) = self.0.get_mut(kind.name) {
            rows.iter_mut().for_each(|(known, cells)| change(*known, cells));
        }
    }

    /// Rows of a list so far.
    pub fn count(&self, kind: &Kind) -> usize {
        self.0.get(kind.name).map_or(0, Vec::len)
    }

    /// Rows known by then of which nothing is sent before `since`.
    fn rows(&self, kind: &Kind, since: Option<NaiveDate>, until: NaiveDate) -> Vec<Vec<String>> {
        let of_kind = self.0.get(kind.name).map_or(&[][..], Vec::as_slice);
        let wanted = |known: &NaiveDate| *known <= until && since.is_none_or(|since| *known > since);
        of_kind.iter().filter(|(known, _)| wanted(known)).map(|(_, cells)| cells.clone()).collect()
    }

    /// One file a list and day.
    pub fn into_steps(mut self, weaver: &mut Weaver<'_>) {
        let mut days = vec![day(weaver.first_year(), 1, 3)];
        days.extend(weaver.years.iter().flat_map(|year| comparisons(*year)));
        for kind in WHOLE {
            for date in &days {
                push(weaver, *date, kind, self.rows(kind, None, *date));
            }
            self.0.remove(kind.name);
        }
        for (name, rows) in self.0 {
            let mut by_day: BTreeMap<NaiveDate, Vec<Vec<String>>> = BTreeMap::new();
            rows.into_iter().for_each(|(known, cells)| by_day.entry(workday(known)).or_default().push(cells));
            if let Some(kind) = Kind::find(name) {
                by_day.into_iter().for_each(|(date, rows)| push(weaver, date, kind, rows));
            }
        }
    }
}

fn push(weaver: &mut Weaver<'_>, date: NaiveDate, kind: &'static Kind, rows: Vec<Vec<String>>) {
    let look = if date.month() == 11 { Look::Titled } else { Look::Marked };
    let file = DemoFile { kind, name: kind.title.to_string(), content: Content::Rows(rows), look };
    weaver.plan.steps.push(Step { date, act: Act::Import(file) });
}

/// What the lists hold of an ordinary county.
pub fn ordinary(weaver: &mut Weaver<'_>) {
    let mut days = vec![day(weaver.first_year(), 1, 3)];
    days.extend(weaver.years.clone().into_iter().flat_map(comparisons));
    let count = (weaver.households as usize / 200).clamp(2, 20);
    for known in days {
        for _ in 0..count {
            strangers(weaver, known);
        }
    }
    cadres(weaver);
    enrolment(weaver);
    attendance(weaver);
    loans(weaver);
    houses(weaver);
}

/// One more stranger on each list.
fn strangers(weaver: &mut Weaver<'_>, known: NaiveDate) {
    let (old, since) = (before(known, 60).to_string(), before(known, 700).to_string());
    let mut add = |kind: &'static Kind, cells: &dyn Fn(&str, &str, &str) -> Vec<String>| {
        let (name, id_no) = weaver.stranger();
        let other = weaver.stranger_id();
        weaver.lists.add(kind, known, cells(&id_no, &name, &other));
    };
    add(&kinds::ref_deaths::KIND, &|id, name, _| row(&[id, name, &old]));
    add(&kinds::ref_payroll::KIND, &|id, name, _| row(&[id, name, "东方市示范中学", &since, ""]));
    add(&kinds::ref_companies::KIND, &|id, name, _| row(&[id, &format!("示范{name}商贸有限公司"), "", "法定代表人", "500000", &since, ""]));
    add(&kinds::ref_vehicles::KIND, &|id, _, other| row(&[id, &format!("琼D{}", &other[12..17]), "轿车", "98000", &since]));
    add(&kinds::ref_properties::KIND, &|id, _, other| row(&[id, &format!("八所镇示范花园{}号", &other[12..17]), "住宅", "96.5", &since]));
    add(&kinds::ref_kin::KIND, &|id, _, other| row(&[id, other, "兄弟"]));
    add(&kinds::ref_hukou::KIND, &|id, _, other| row(&[id, &format!("S{}", &other[10..17]), "迁入", &old]));
    add(&kinds::ref_custody::KIND, &|id, _, _| row(&[id, &since, ""]));
    let (year, month) = (known.year(), known.month());
    let issued = day(year, month, 1).to_string();
    add(&kinds::ref_loans::KIND, &|id, _, other| row(&[id, "20000", &issued, &format!("62145800{}", &other[6..17]), "", "水稻种植"]));
    let village = weaver.plan.county.villages[weaver.lists.count(&kinds::ref_cadres::KIND) % 80].code.clone();
    let (name, id_no) = weaver.stranger();
    weaver.lists.add(&kinds::ref_cadres::KIND, known, row(&[&id_no, &name, &village, "村文书", &old, ""]));
}

/// Every village has its secretary and its head, every township its leader; none of them is registered as poor.
fn cadres(weaver: &mut Weaver<'_>) {
    let known = day(weaver.first_year(), 1, 3);
    let villages: Vec<String> = weaver.plan.county.villages.iter().map(|v| v.code.clone()).collect();
    let townships: Vec<String> = weaver.plan.county.townships.iter().map(|t| t.code.clone()).collect();
    let posts = villages.iter().flat_map(|code| [(code, "村支部书记"), (code, "村委会主任")]);
    for (code, post) in posts.chain(townships.iter().map(|code| (code, "副乡（镇）长"))).collect::<Vec<_>>() {
        let (name, id_no) = weaver.stranger();
        weaver.lists.add(&kinds::ref_cadres::KIND, known, row(&[&id_no, &name, code, post, "2016-05-01", ""]));
    }
}

/// All pupils, each term, some weeks after it begins (学籍).
fn enrolment(weaver: &mut Weaver<'_>) {
    for year in weaver.years.clone() {
        for (month, term) in [(3, "春"), (9, "秋")] {
            let pupils = weaver.plan.people.persons.iter().filter(|p| p.school != "否" && !p.school.is_empty());
            for p in pupils {
                let cells = row(&[&p.id_no, &format!("东方市示范{}学校", p.school), p.school, &format!("{year}{term}"), "在读"]);
                weaver.lists.add(&kinds::ref_students::KIND, day(year, month, 20), cells);
            }
        }
    }
}

/// Months of a batch's period.
fn months(period: &str) -> Vec<crate::domain::calendar::Month> {
    Period::parse(period).map(|period| period.months().collect()).unwrap_or_default()
}

/// Those who hold a paid post were there on 22 days of each month (岗位考勤), as reported before the batch is made.
fn attendance(weaver: &mut Weaver<'_>) {
    for batch in weaver.plan.batches.iter().filter(|b| [RANGER, POST].contains(&b.program) && !b.code.ends_with("-R1")) {
        let post = if batch.program == RANGER { "生态护林员" } else { "特设岗位" };
        for month in months(&batch.period) {
            let text = format!("{:04}-{:02}", month.year(), month.month());
            for line in &batch.lines {
                let id_no = &weaver.plan.people.persons[line.person as usize].id_no;
                weaver.lists.add(&kinds::ref_posts::KIND, before(batch.made, 3), row(&[id_no, post, &text, "22"]));
            }
        }
    }
}

/// Some households have taken a small loan, paid to their own card, for their own field (户借户用).
fn loans(weaver: &mut Weaver<'_>) {
    for (at, household) in weaver.plan.people.households.iter().enumerate().filter(|(at, _)| at % 15 == 4) {
        let head = &weaver.plan.people.persons[household.head];
        let Some(account) = &head.account else { continue };
        let year = weaver.years[at % weaver.years.len()];
        let cells = row(&[&head.id_no, "30000", &day(year, 3, 12).to_string(), account, "", "芒果种植"]);
        weaver.lists.add(&kinds::ref_loans::KIND, comparisons(year)[0], cells);
    }
}

/// What a house that was made safe should be: within its heads' measure, the old one gone.
fn houses(weaver: &mut Weaver<'_>) {
    for batch in weaver.plan.batches.iter().filter(|b| b.program == HOUSE && !b.code.ends_with("-R1")) {
        for line in &batch.lines {
            let household = &weaver.plan.people.households[weaver.plan.people.persons[line.person as usize].household];
            let cells = house_row(household, batch.made, area(household.size), 55, Some(20));
            weaver.lists.add(&kinds::ref_housing::KIND, before(batch.made, 8), cells);
        }
    }
}

/// Square metres that a family of so many may have, with something to spare.
pub fn area(size: usize) -> usize {
    (size * 18).clamp(40, 108) - 2
}

/// A row of `ref-housing`: finished so many days before the batch was made, the old house down so many days later.
pub fn house_row(h: &Household, made: NaiveDate, area: usize, finished: u64, down: Option<i64>) -> Vec<String> {
    let done = before(made, finished);
    let appraiser = ["东方示一鉴定所", "东方示二鉴定所", "东方示三鉴定所"][h.head % 3];
    let down = down.map_or_else(String::new, |days| next_workday(done, days).to_string());
    let method = if h.housing == "D" { "新建" } else { "修缮" };
    row(&[&h.code, h.housing, appraiser, method, &area.to_string(), &h.size.to_string(), &done.to_string(), &down])
}

/// The own card of somebody who has one.
pub fn own_card(person: usize) -> String {
    card_number(person + 1)
}
