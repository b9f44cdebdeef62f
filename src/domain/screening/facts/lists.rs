//! The reference lists (比对名单), as far as they name people who matter: registered people, and those whom the lists connect
//! with them. Rows are held by person, so that a rule asks "what is known of this person" and never searches.

use super::slice;
use crate::domain::screening::{List, Origin};
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows of one list, by person (index into [`super::Facts::people`]).
#[derive(Debug)]
pub struct Rows<T> {
    pub rows: Vec<T>,
    pub ranges: Vec<Range<u32>>,
}

impl<T> Default for Rows<T> {
    fn default() -> Rows<T> {
        Rows { rows: Vec::new(), ranges: Vec::new() }
    }
}

impl<T> Rows<T> {
    /// Out of rows with their owner; those of one owner keep their order.
    pub fn new(people: usize, mut rows: Vec<(u32, T)>) -> Rows<T> {
        rows.sort_by_key(|(owner, _)| *owner);
        let ranges = super::ranges_by(people, rows.iter().map(|(owner, _)| *owner));
        Rows { rows: rows.into_iter().map(|(_, row)| row).collect(), ranges }
    }

    pub fn of(&self, person: u32) -> &[T] {
        slice(&self.rows, &self.ranges, person)
    }

    /// People whom the list names, in order.
    pub fn owners(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().enumerate().filter(|(_, range)| range.start < range.end).map(|(owner, _)| owner as u32)
    }
}

#[derive(Debug, Clone, Default)]
pub struct Death {
    pub died: i64,
    pub name: String,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Payroll {
    pub employer: String,
    pub from: i64,
    /// 99991231 if still on it; the same in all lists.
    pub to: i64,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Company {
    pub company: String,
    pub uscc: String,
    /// 法定代表人, 股东 or 高管
    pub role: String,
    /// Fen; `None` where the list does not say.
    pub capital: Option<i64>,
    pub registered: i64,
    /// 99991231 if not cancelled.
    pub cancelled: i64,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Vehicle {
    pub plate: String,
    /// 轿车, 客车, 货车, 农用 or 摩托
    pub model: String,
    /// Fen; `None` where the list does not say.
    pub price: Option<i64>,
    pub registered: i64,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Property {
    pub location: String,
    /// 住宅 or 商铺
    pub use_kind: String,
    /// 1/10000 m²
    pub area: i64,
    pub registered: i64,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Cadre {
    pub name: String,
    /// Region code of the village or township.
    pub region: String,
    pub post: String,
    pub from: i64,
    pub to: i64,
    pub origin: Origin,
}

/// A tie of kinship; each row of the list stands under both people.
#[derive(Debug, Clone, Default)]
pub struct Kin {
    /// Index of the other person.
    pub other: u32,
    pub relation: String,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Hukou {
    /// 户号
    pub booklet: String,
    /// 分户, 迁入, 迁出 or 注销
    pub change: String,
    pub changed: i64,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Custody {
    pub from: i64,
    pub to: i64,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Student {
    pub school: String,
    /// 学段
    pub stage: String,
    /// 学期, as the list writes it.
    pub term: String,
    /// 在读, 休学, 毕业 or 退学
    pub status: String,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct PostMonth {
    pub post: String,
    pub first: i64,
    pub last: i64,
    /// 1/10000 day
    pub days: i64,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Loan {
    pub amount: i64,
    pub issued: i64,
    /// Account that the loan was paid to, digits.
    pub account: String,
    /// 用款单位
    pub borrower: String,
    pub purpose: String,
    pub origin: Origin,
}

/// 危房改造, by household code and not by person.
#[derive(Debug, Clone, Default)]
pub struct HousingWork {
    pub household: String,
    pub grade: String,
    pub appraiser: String,
    /// 新建 or 修缮
    pub method: String,
    /// 1/10000 m²
    pub area: i64,
    /// 核定人数
    pub persons: i64,
    /// 0 if not finished.
    pub finished: i64,
    /// 0 if the old house stands.
    pub demolished: i64,
    pub origin: Origin,
}

#[derive(Debug, Default)]
pub struct Lists {
    pub deaths: Rows<Death>,
    pub payroll: Rows<Payroll>,
    pub companies: Rows<Company>,
    pub vehicles: Rows<Vehicle>,
    pub properties: Rows<Property>,
    pub cadres: Rows<Cadre>,
    pub kin: Rows<Kin>,
    pub hukou: Rows<Hukou>,
    pub custody: Rows<Custody>,
    pub students: Rows<Student>,
    pub posts: Rows<PostMonth>,
    pub loans: Rows<Loan>,
    /// By household code.
    pub housing: Vec<HousingWork>,
    /// When each list last came (20180930); absent if it never did.
    pub received: BTreeMap<List, i64>,
}

impl Lists {
    pub fn housing_of(&self, household: &str) -> Option<&HousingWork> {
        self.housing.binary_search_by(|row| row.household.as_str().cmp(household)).ok().map(|at| &self.housing[at])
    }
}
