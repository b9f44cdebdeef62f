//! People, households, cards and accounts.

use crate::domain::screening::Origin;
use std::fmt;

/// An ID number as the register has it, 18 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdNo([u8; 18]);

impl IdNo {
    /// Text of another length is cut or filled with spaces: the register holds verified numbers only.
    pub fn new(text: &str) -> IdNo {
        let mut bytes = [b' '; 18];
        for (to, from) in bytes.iter_mut().zip(text.bytes().filter(u8::is_ascii)) {
            *to = from;
        }
        IdNo(bytes)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end() // ASCII only, see `new`
    }

    /// Day of birth (digits 7–14) as 19700131; 0 where these are no digits.
    pub fn birth(&self) -> i64 {
        self.as_str().get(6..14).and_then(|digits| digits.parse().ok()).unwrap_or(0)
    }
}

impl fmt::Debug for IdNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::domain::identity::mask_id(self.as_str()))
    }
}

impl Default for IdNo {
    fn default() -> IdNo {
        IdNo([b' '; 18])
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relation {
    /// 户主
    Head,
    /// 配偶
    Spouse,
    #[default]
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PersonStatus {
    #[default]
    Normal,
    Dead,
    MovedOut,
}

/// 在校状况
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum School {
    Preschool,
    Primary,
    Junior,
    Senior,
    Vocational,
    Higher,
    #[default]
    None,
}

#[derive(Debug, Clone, Default)]
pub struct Person {
    /// The register's id; 0 for somebody whom only a list names.
    pub id: i64,
    pub id_no: IdNo,
    pub name: Box<str>,
    /// [`super::NONE`] for somebody who is not registered.
    pub household: u32,
    pub relation: Relation,
    pub school: School,
    /// 劳动能力: 有, 弱, 无 or empty.
    pub labour: &'static str,
    pub status: PersonStatus,
    /// Day of death or moving out; 0 if none.
    pub status_date: i64,
    pub origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HouseholdStatus {
    /// 未脱贫
    #[default]
    Poor,
    /// 已脱贫: keeps the policy until 2020 (plan).
    OutOfPoverty,
    /// 返贫
    BackInPoverty,
    /// 清退: off the list as not entitled.
    Removed,
}

#[derive(Debug, Clone, Default)]
pub struct Household {
    pub id: i64,
    pub code: String,
    /// Code of the village (12 digits).
    pub region: String,
    /// Index of the head; [`super::NONE`] if the head is not registered as a person.
    pub head: u32,
    /// 识别日期
    pub identified: i64,
    pub status: HouseholdStatus,
    /// 0 if none.
    pub status_date: i64,
    /// 属性: 一般, 低保, 特困 or empty.
    pub kind: String,
    /// 危房等级: A–D or empty.
    pub housing: String,
    pub origin: Origin,
}

impl Household {
    /// The township's prefix of the region code (9 digits).
    pub fn township(&self) -> &str {
        self.region.get(..9).unwrap_or(&self.region)
    }
}

/// A one-card account of a person for some time.
#[derive(Debug, Clone, Default)]
pub struct Card {
    pub id: i64,
    pub person: u32,
    /// Index into [`super::Facts::accounts`].
    pub account: u32,
    pub holder: Box<str>,
    pub from: i64,
    /// 99991231 if open.
    pub to: i64,
    pub origin: Origin,
}

#[derive(Debug, Clone, Default)]
pub struct Account {
    pub number: Box<str>,
}
