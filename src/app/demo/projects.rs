//! The projects of a year: industry, roads, water, the collective economy of villages that left the list (50 万元 a village and
//! year); each filed, noticed and approved before any money, and paid to its payee over the months. Two units are slow and
//! finish only next year; one township moves the money to its own account first.

use super::county::{AGRICULTURE, County, FirmKind, POVERTY_OFFICE, TRANSPORT, WATER, row};
use super::dice::Dice;
use super::funds::{Met, Need};
use super::people::day;
use super::plan::{after, workday};
use crate::domain::money::Fen;
use chrono::{Datelike, NaiveDate};

const COLLECTIVE: i64 = 50_000_000; // 50 万元

/// How fast a unit pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    Steady,
    /// Late in the year, but done.
    Slow,
    /// A part is left for next year.
    Unfinished,
    /// Moved to the township's account first.
    Moved,
}

pub fn pace(unit: &str) -> Pace {
    match unit {
        "205" => Pace::Moved,        // 板桥镇
        "206" | "203" => Pace::Slow, // 三家镇、大田镇
        "209" => Pace::Unfinished,   // 天安乡
        WATER => Pace::Unfinished,
        _ => Pace::Steady,
    }
}

#[derive(Debug, Clone)]
pub struct Project {
    pub code: String,
    pub name: String,
    pub kind: &'static str,
    pub department: &'static str,
    pub unit: String,
    pub township: usize,
    pub village: usize,
    pub amount: i64,
    pub half: u8,
    pub level: &'static str,
    pub function: &'static str,
    pub payee: (String, String, &'static str),
    pub carried: bool,
}

/// One row of `disbursements` to be.
#[derive(Debug, Clone)]
pub struct Paying {
    pub date: NaiveDate,
    pub cells: Vec<String>,
    pub amount: i64,
    pub retention: bool,
    pub moved: bool,
}

/// What a project may be: kind, name, department, function, and payee.
const SORTS: [(&str, &str, &str, &str, FirmKind); 5] = [
    ("基础设施", "通村道路硬化工程", TRANSPORT, "2130504", FirmKind::Builder),
    ("产业", "特色种植示范基地", AGRICULTURE, "2130505", FirmKind::Cooperative),
    ("基础设施", "饮水安全巩固工程", WATER, "2130504", FirmKind::Builder),
    ("产业", "养殖扶持", AGRICULTURE, "2130505", FirmKind::Supplier),
    ("其他", "人居环境整治", POVERTY_OFFICE, "2130506", FirmKind::Builder),
];

/// Projects for `pot` fen: those of the collectives have their own amount, the others share the rest.
pub fn of_year(county: &County, year: i32, first_year: bool, pot: i64, count: usize, dice: &mut Dice) -> Vec<Project> {
    let mut projects = Vec::new();
    for (at, village) in county.villages.iter().enumerate().filter(|(_, v)| v.exit_year.is_some_and(|exit| exit < year)) {
        let township = &county.townships[village.township];
        projects.push(Project {
            code: code(year, projects.len()),
            name: format!("{}{}集体经济发展项目（{year}年）", township.name, village.name),
            kind: "产业",
            department: AGRICULTURE,
            unit: township.unit.clone(),
            township: village.township,
            village: at,
            amount: COLLECTIVE,
            half: 1,
            level: "省",
            function: "2130505",
            payee: (format!("{}股份经济合作社", village.name), village.account.clone(), "村集体"),
            carried: false,
        });
    }
    let left = pot - COLLECTIVE * projects.len() as i64;
    let weights: Vec<i64> = (0..count).map(|_| dice.between(50, 150)).collect();
    let sum: i64 = weights.iter().sum();
    for (at, weight) in weights.into_iter().enumerate() {
        let amount = (left.max(0) / sum.max(1) * weight / 100_000 * 100_000).max(5_000_000 + at as i64 % 17 * 130_000);
        projects.push(ordinary(county, year, projects.len(), at, amount, first_year && at < 2, dice));
    }
    projects
}

fn code(year: i32, at: usize) -> String {
    format!("XM{year}-{:04}", at + 1)
}

/// The `at`-th ordinary project of a year, its `number`-th in all.
pub fn ordinary(county: &County, year: i32, number: usize, at: usize, amount: i64, carried: bool, dice: &mut Dice) -> Project {
    let (kind, name, department, function, firm) = SORTS[at % SORTS.len()];
    let village = dice.index(county.villages.len());
    let place = &county.villages[village];
    let township = &county.townships[place.township];
    let firms = county.firms_of(firm);
    let firm_at = dice.index(firms.len());
    let payee_kind = match firm {
        FirmKind::Builder => "施工单位",
        FirmKind::Supplier => "供应商",
        FirmKind::Cooperative => "合作社",
    };
    // roads and water are the departments' own every other time
    let by_department = kind == "基础设施" && at.is_multiple_of(2);
    Project {
        code: code(year, number),
        name: format!("{}{}{name}（{year}年）", township.name, place.name),
        kind,
        department,
        unit: if by_department { department.to_string() } else { township.unit.clone() },
        township: place.township,
        village,
        amount,
        half: if carried || at % 5 < 3 { 1 } else { 2 },
        level: if carried { "省" } else { ["中央", "县", "中央", "省", "中央", "省"][at % 6] },
        function: if carried { "2130504" } else { function },
        payee: (firms[firm_at].name.to_string(), firms[firm_at].account.clone(), payee_kind),
        carried,
    }
}

impl Project {
    pub fn need(&self) -> Need {
        Need {
            half: self.half,
            level: self.level,
            function: self.function,
            unit: self.unit.clone(),
            project: self.code.clone(),
            program: "",
            amount: self.amount,
            carried: self.carried,
        }
    }

    /// Its row of `projects` in a status.
    pub fn row(&self, county: &County, year: i32, status: &str) -> Vec<String> {
        let earlier = |month, date| day(year - 1, month, date).to_string();
        let started = match (status, self.half) {
            ("在库", _) => String::new(),
            (_, 1) => day(year, 3, 5).to_string(),
            _ => day(year, 7, 2).to_string(),
        };
        let done = |month, date| if status == "竣工" { day(year, month, date).to_string() } else { String::new() };
        let mut cells = row(&[&self.code, &self.name, self.kind, self.department, &self.payee.0, &county.villages[self.village].code]);
        cells.extend([Fen::new(self.amount).yuan(), earlier(9, 10), earlier(10, 12), earlier(11, 20), earlier(12, 5)]);
        cells.extend([earlier(11, 5), earlier(11, 14), started, done(12, 5), done(12, 12)]);
        cells.extend(["受益建档立卡户稳定增收，工程质量合格".to_string(), status.to_string()]);
        cells
    }

    /// The row of a project that was finished and noticed on these days.
    pub fn finished_row(&self, county: &County, year: i32, (done, notice): (NaiveDate, NaiveDate)) -> Vec<String> {
        let mut cells = self.row(county, year, "竣工");
        (cells[14], cells[15]) = (done.to_string(), notice.to_string());
        cells
    }

    /// Its payments under the allocation that met its need, as shares of a thousand by day.
    pub fn payments(&self, county: &County, year: i32, met: &Met, dice: &mut Dice) -> Vec<Paying> {
        let pace = pace(&self.unit);
        let mut shares: Vec<(i32, u32, i64)> = match (pace, self.half) {
            (Pace::Steady, 1) => vec![(0, 3, 400), (0, 5, 250), (0, 8, 200), (0, 10, 120), (0, 11, 30)],
            (Pace::Steady, _) => vec![(0, 7, 400), (0, 9, 330), (0, 11, 240), (0, 12, 30)],
            (Pace::Slow, _) => vec![(0, 9, 300), (0, 11, 350), (0, 12, 350)],
            (Pace::Moved, _) => vec![(0, 8, 300), (0, 10, 400), (0, 12, 300)],
            (Pace::Unfinished, _) => vec![(0, 9, 300), (0, 12, 400), (1, 4, 200), (1, 6, 100)],
        };
        if self.payee.2 == "村集体" && pace != Pace::Moved {
            shares = if pace == Pace::Unfinished { vec![(0, 11, 1_000)] } else { vec![(0, 4, 1_000)] };
        }
        let mut list = Vec::new();
        if pace == Pace::Moved {
            let township = &county.townships[self.township];
            let date = workday(after(met.date, 12));
            let to = (format!("{}人民政府", township.name), township.account.clone(), "预算单位");
            list.push(self.paying(met, date, self.amount, &to, ("项目资金拨付", "实拨单位", false)));
        }
        let mut left = self.amount;
        let last = shares.len() - 1;
        for (at, (later, month, share)) in shares.into_iter().enumerate() {
            let amount = if at == last { left } else { self.amount / 1_000 * share };
            left -= amount;
            let date = workday(day(year + later, month, dice.between(9, 22) as u32)).max(met.date);
            let builder = self.payee.2 == "施工单位";
            let how = match pace {
                Pace::Moved => ("项目进度款", "实拨单位", false),
                Pace::Steady if builder && at == last => ("工程质量保证金（3%）", "授权支付", true),
                _ if at == 0 => ("预付款", "直接支付", false),
                _ if at == last => ("结算款", "直接支付", false),
                _ => ("进度款", if at % 2 == 0 { "授权支付" } else { "直接支付" }, false),
            };
            list.push(self.paying(met, date, amount, &self.payee, how));
        }
        list
    }

    fn paying(&self, met: &Met, date: NaiveDate, amount: i64, payee: &(String, String, &'static str), how: (&str, &str, bool)) -> Paying {
        let (purpose, method, retention) = how;
        let yuan = Fen::new(amount).yuan();
        let kept = if retention { "是" } else { "" };
        // the document number is filled in once all payments are in order
        let cells = ["", &date.to_string(), &self.unit, &met.doc, &self.code, &payee.0, &payee.1, payee.2, purpose, &yuan, method, kept];
        Paying { date, cells: row(&cells), amount, retention, moved: payee.2 == "预算单位" }
    }
}

/// In which file of its month a payment goes, and the day when that file comes in: the 11th, the 21st or the 29th.
pub fn file_day(date: NaiveDate) -> NaiveDate {
    let of_month = match date.day() {
        0..=10 => 11,
        11..=20 => 21,
        _ => 28,
    };
    date.with_day(of_month).unwrap_or(date).max(date)
}
