//! The registered households (建档立卡户) and their members: 18,198 people in 4,649 households at full size, other sizes in
//! proportion. Numbers of pupils and of dangerous houses are quotas, so that the county keeps the plan's shape exactly.
//! Every name holds 示 or 样; every number has its check digit.

use super::county::{BANK_NAME, County};
use super::dice::Dice;
use crate::domain::identity::{id_check_char, luhn_check_digit};
use chrono::{Datelike, NaiveDate};

pub const FULL_HOUSEHOLDS: u64 = 4_649;
const FULL_PEOPLE: u64 = 18_198;

/// Stage, pupils at full size, youngest and oldest age in 2018. A pupil keeps the stage for the three years.
pub const STAGES: [(&str, u64, i32, i32); 6] = [
    ("学前", 800, 4, 6),
    ("小学", 2_000, 7, 12),
    ("初中", 1_000, 13, 15),
    ("高中", 500, 16, 18),
    ("中职", 400, 16, 19),
    ("高等", 300, 19, 22),
];

/// Houses to be made safe in 2018, 2019, 2020 (计划的任务数).
const HOUSES: [u64; 3] = [2_180, 500, 500];

const SURNAMES: [&str; 10] = ["符", "吉", "王", "李", "文", "林", "陈", "郭", "张", "苏"];
const SECOND: [&str; 20] =
    ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "春", "夏", "秋", "冬", "东", "南", "西", "北", "山", "海"];

#[derive(Debug, Clone)]
pub struct Household {
    pub code: String,
    pub village: usize,
    /// Index of its first member; the head comes first.
    pub head: usize,
    pub size: usize,
    pub identified: NaiveDate,
    /// When it left the list, as planned.
    pub out_of_poverty: NaiveDate,
    pub kind: &'static str,
    pub housing: &'static str,
    /// Index of the year in which its house is mended.
    pub housing_year: Option<usize>,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub household: usize,
    pub name: String,
    pub id_no: String,
    pub relation: &'static str,
    pub labour: &'static str,
    pub school: &'static str,
    pub health: &'static str,
    pub age: i32,
    pub account: Option<String>,
}

#[derive(Debug, Clone)]
pub struct People {
    pub households: Vec<Household>,
    pub persons: Vec<Person>,
}

/// A number of the full county, in proportion to `households`.
pub fn scaled(full: u64, households: u64) -> u64 {
    (full * households + FULL_HOUSEHOLDS / 2) / FULL_HOUSEHOLDS
}

/// A card number by its serial: 62…, 19 digits, the last one Luhn's.
pub fn card_number(serial: usize) -> String {
    let body = format!("6214580{serial:011}");
    let check = luhn_check_digit(body.as_bytes());
    format!("{body}{}", char::from(check))
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    // days here are constants or at most 28
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

impl People {
    pub fn new(county: &County, households: u64, seed: u64) -> People {
        let mut dice = Dice::new(seed, 1);
        let sizes = sizes(&mut dice, households);
        let mut people = People { households: Vec::new(), persons: Vec::new() };
        let mut in_village = vec![0u32; county.villages.len()];
        for size in sizes {
            let village = pick_village(county, &mut dice);
            in_village[village] += 1;
            people.add_household(county, village, in_village[village], size, &mut dice);
        }
        people.enrol(households, &mut dice);
        people.number(&mut dice);
        people.grade_houses(households, &mut dice);
        people
    }

    fn add_household(&mut self, county: &County, village: usize, number: u32, size: usize, dice: &mut Dice) {
        let (at, head) = (self.households.len(), self.persons.len());
        let kind = match dice.below(100) {
            0..22 => "低保",
            22..25 => "特困",
            _ => "一般",
        };
        let exit = county.villages[village].exit_year.unwrap_or(2018);
        let out_year = if dice.chance(4_000) { 2017 } else { exit.max(2018) + i32::from(dice.chance(1_000)) };
        self.households.push(Household {
            code: format!("{}{number:04}", county.villages[village].code),
            village,
            head,
            size,
            identified: day(dice.between(2014, 2016) as i32, dice.between(1, 12) as u32, dice.between(1, 28) as u32),
            out_of_poverty: day(out_year, 12, 20),
            kind,
            housing: "B",
            housing_year: None,
        });
        let surname = SURNAMES[dice.index(SURNAMES.len())];
        for place in 0..size {
            self.persons.push(member(at, place, surname, dice));
        }
    }

    /// Makes the children of the right number into pupils of each stage; the others are infants or grown up.
    fn enrol(&mut self, households: u64, dice: &mut Dice) {
        let mut children: Vec<usize> = (0..self.persons.len()).filter(|at| self.persons[*at].relation == "子女").collect();
        dice.shuffle(&mut children);
        let mut children = children.into_iter();
        for (stage, full, youngest, oldest) in STAGES {
            for at in children.by_ref().take(scaled(full, households) as usize) {
                let person = &mut self.persons[at];
                person.school = stage;
                person.labour = "无";
                person.age = dice.between(i64::from(youngest), i64::from(oldest)) as i32;
            }
        }
        for at in children {
            let person = &mut self.persons[at];
            let infant = dice.chance(2_500);
            person.age = if infant { dice.between(1, 3) } else { dice.between(19, 26) } as i32;
            person.labour = if infant { "无" } else { "有" };
        }
    }

    /// Gives everybody an ID number, and a card to those who are 16 or at school.
    fn number(&mut self, dice: &mut Dice) {
        for (serial, person) in self.persons.iter_mut().enumerate() {
            let birth = day(2018 - person.age, dice.between(1, 12) as u32, dice.between(1, 28) as u32);
            // the serial makes numbers differ: of the same day there are never a thousand
            let first = format!("469007{}{:03}", birth.format("%Y%m%d"), serial % 1_000);
            let check = <&[u8; 17]>::try_from(first.as_bytes()).map_or(b'0', id_check_char);
            person.id_no = format!("{first}{}", char::from(check));
            if person.age >= 16 || person.school != "否" {
                person.account = Some(card_number(serial + 1));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        for at in 0..self.persons.len() {
            while !seen.insert(self.persons[at].id_no.clone()) {
                let first = format!("{}{:03}", &self.persons[at].id_no[..14], dice.below(1_000));
                let check = <&[u8; 17]>::try_from(first.as_bytes()).map_or(b'0', id_check_char);
                self.persons[at].id_no = format!("{first}{}", char::from(check));
            }
        }
    }

    fn grade_houses(&mut self, households: u64, dice: &mut Dice) {
        let mut order: Vec<usize> = (0..self.households.len()).collect();
        dice.shuffle(&mut order);
        let mut order = order.into_iter();
        for (year, full) in HOUSES.into_iter().enumerate() {
            for at in order.by_ref().take(scaled(full, households) as usize) {
                self.households[at].housing = if dice.chance(4_000) { "D" } else { "C" };
                self.households[at].housing_year = Some(year);
            }
        }
        for at in order.filter(|at| at % 3 == 0) {
            self.households[at].housing = "A";
        }
    }

    /// Rows of `households` as of a day.
    pub fn household_rows(&self, county: &County, as_of: NaiveDate) -> Vec<Vec<String>> {
        self.households.iter().map(|household| self.household_row(county, household, as_of)).collect()
    }

    pub fn household_row(&self, county: &County, household: &Household, as_of: NaiveDate) -> Vec<String> {
        let head = &self.persons[household.head];
        let out = household.out_of_poverty <= as_of;
        vec![
            household.code.clone(),
            county.villages[household.village].code.clone(),
            head.name.clone(),
            head.id_no.clone(),
            household.identified.to_string(),
            if out { "已脱贫" } else { "未脱贫" }.to_string(),
            if out { household.out_of_poverty.to_string() } else { String::new() },
            household.kind.to_string(),
            household.housing.to_string(),
        ]
    }

    /// Rows of `persons`.
    pub fn person_rows(&self) -> Vec<Vec<String>> {
        let row = |p: &Person| {
            let household = self.households[p.household].code.as_str();
            [household, &p.name, &p.id_no, p.relation, p.labour, p.school, p.health, "正常", ""].map(str::to_string).to_vec()
        };
        self.persons.iter().map(row).collect()
    }

    /// Rows of `cards`: one for each person who has one.
    pub fn card_rows(&self) -> Vec<Vec<String>> {
        let row = |p: &Person| p.account.as_ref().map(|account| card_row(p, account, day(2017, 1, 1), None));
        self.persons.iter().filter_map(row).collect()
    }

    pub fn village_of(&self, person: usize) -> usize {
        self.households[self.persons[person].household].village
    }
}

pub fn card_row(person: &Person, account: &str, from: NaiveDate, to: Option<NaiveDate>) -> Vec<String> {
    let to = to.map_or_else(String::new, |day| day.to_string());
    vec![person.id_no.clone(), person.name.clone(), BANK_NAME.to_string(), account.to_string(), from.to_string(), to]
}

/// Household sizes from 1 to 8 whose sum is the county's number of people.
fn sizes(dice: &mut Dice, households: u64) -> Vec<usize> {
    let want = ((FULL_PEOPLE * households + FULL_HOUSEHOLDS / 2) / FULL_HOUSEHOLDS) as usize;
    let mut sizes: Vec<usize> = (0..households).map(|_| [1, 2, 3, 3, 4, 4, 4, 5, 5, 6, 7][dice.index(11)]).collect();
    let mut have: usize = sizes.iter().sum();
    while have != want && !sizes.is_empty() {
        let at = dice.index(sizes.len());
        if have < want && sizes[at] < 8 {
            sizes[at] += 1;
            have += 1;
        } else if have > want && sizes[at] > 1 {
            sizes[at] -= 1;
            have -= 1;
        }
    }
    sizes
}

/// Poor townships hold three times as many households as the others, deep-poverty villages twice as many again.
fn pick_village(county: &County, dice: &mut Dice) -> usize {
    loop {
        let at = dice.index(county.villages.len());
        let village = &county.villages[at];
        let weight = if village.deep {
            6
        } else if county.townships[village.township].poor {
            3
        } else {
            1
        };
        if dice.below(6) < weight {
            return at;
        }
    }
}

/// The member at a place of a household: head, spouse, two children, a parent, then more children.
fn member(household: usize, place: usize, surname: &str, dice: &mut Dice) -> Person {
    let (relation, age, surname) = match place {
        0 => ("户主", dice.between(32, 68), surname),
        1 => ("配偶", dice.between(30, 64), SURNAMES[dice.index(SURNAMES.len())]),
        4 => ("父母", dice.between(62, 88), surname),
        _ => ("子女", 10, surname),
    };
    let labour = match age {
        60.. => "弱",
        16.. if dice.chance(9_000) => "有",
        _ => "无",
    };
    let mark = if dice.chance(5_000) { "示" } else { "样" };
    Person {
        household,
        name: format!("{surname}{mark}{}", SECOND[dice.index(SECOND.len())]),
        id_no: String::new(),
        relation,
        labour,
        school: "否",
        health: if dice.chance(1_200) { "长期慢性病" } else { "健康" },
        age: age as i32,
        account: None,
    }
}

/// Whole years of age in a year.
pub fn age_in(person: &Person, date: NaiveDate) -> i32 {
    person.age + date.year() - 2018
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identity::{AccountNo, IdNumber};
    use std::collections::BTreeSet;

    #[test]
    fn the_full_county_has_the_plans_shape() {
        let people = People::new(&County::new(), FULL_HOUSEHOLDS, 2018);
        assert_eq!((people.households.len(), people.persons.len()), (4_649, 18_198));
        let mended = |year| people.households.iter().filter(|h| h.housing_year == Some(year)).count();
        assert_eq!([mended(0), mended(1), mended(2)], [2_180, 500, 500]);
        let pupils = people.persons.iter().filter(|p| p.school != "否").count();
        assert_eq!(pupils, 5_000);
        let numbers: BTreeSet<&str> = people.persons.iter().map(|p| p.id_no.as_str()).collect();
        assert_eq!(numbers.len(), people.persons.len());
    }

    #[test]
    fn numbers_carry_their_check_digits() {
        let people = People::new(&County::new(), 60, 7);
        assert!(people.persons.iter().all(|p| IdNumber::parse(&p.id_no).is_ok()));
        let cards: Vec<_> = people.persons.iter().filter_map(|p| p.account.as_deref()).collect();
        assert!(!cards.is_empty());
        for card in cards {
            let card = AccountNo::parse(card).unwrap_or_else(|e| panic!("{card}: {e}"));
            assert!(card.is_card() && !card.is_suspect());
        }
        assert!(people.persons.iter().all(|p| p.name.contains('示') || p.name.contains('样')));
    }
}
