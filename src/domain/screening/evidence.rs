//! What a finding rests on: rows of registers and lists with where they came from, and figures with their unit. It is kept
//! typed, and masked only when it is shown, so that whoever may see a whole number can.

use crate::domain::calendar::day_text;
use crate::domain::identity::{mask_account, mask_id, mask_name};
use crate::domain::money::{Fen, Quantity};
use crate::domain::report::figure;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// The row of a file that a fact came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Origin {
    pub file: i64,
    pub row: i64,
}

/// A value with its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t", content = "v", rename_all = "snake_case")]
pub enum Says {
    Text(String),
    /// 20180305
    Day(i64),
    /// 201803
    Month(i64),
    Fen(i64),
    Count(i64),
    /// 1/10000
    Quantity(i64),
    /// A share of one.
    #[serde(with = "share_text")]
    Share(Decimal),
    /// An ID number.
    IdNo(String),
    /// A person's name.
    Name(String),
    /// A bank account.
    Account(String),
}

/// A share is stored as text, digit by digit.
mod share_text {
    use super::Decimal;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(share: &Decimal, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(share)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// One thing that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it is, in Chinese: 死亡名单, 发放明细, 户登记, 计算.
    pub what: String,
    pub origin: Option<Origin>,
    /// Title and value, in the reader's order.
    pub says: Vec<(String, Says)>,
}

impl Evidence {
    pub fn new(what: &str) -> Evidence {
        Evidence { what: what.to_string(), origin: None, says: Vec::new() }
    }

    pub fn from(mut self, origin: Origin) -> Evidence {
        self.origin = Some(origin);
        self
    }

    pub fn says(mut self, title: &str, value: Says) -> Evidence {
        self.says.push((title.to_string(), value));
        self
    }

    pub fn text(self, title: &str, text: &str) -> Evidence {
        self.says(title, Says::Text(text.to_string()))
    }

    pub fn day(self, title: &str, day: i64) -> Evidence {
        self.says(title, Says::Day(day))
    }

    pub fn month(self, title: &str, month: i64) -> Evidence {
        self.says(title, Says::Month(month))
    }

    pub fn fen(self, title: &str, fen: i64) -> Evidence {
        self.says(title, Says::Fen(fen))
    }

    pub fn count(self, title: &str, count: i64) -> Evidence {
        self.says(title, Says::Count(count))
    }

    pub fn share(self, title: &str, share: Decimal) -> Evidence {
        self.says(title, Says::Share(share))
    }

    /// In one line, masked unless `open`.
    pub fn line(&self, open: bool) -> String {
        let parts: Vec<String> = self.says.iter().map(|(title, value)| format!("{title} {}", value.show(open))).collect();
        format!("{}：{}", self.what, parts.join("，"))
    }
}

impl Says {
    /// As people read it, masked unless `open`.
    pub fn show(&self, open: bool) -> String {
        match self {
            Says::Text(text) => text.clone(),
            Says::Day(day) => day_text(*day),
            Says::Month(month) => format!("{:04}-{:02}", month / 100, month % 100),
            Says::Fen(fen) => format!("{} 元", Fen::new(*fen).yuan_grouped()),
            Says::Count(count) => count.to_string(),
            Says::Quantity(quantity) => Quantity::new(*quantity).to_string(),
            Says::Share(share) => figure::percent(*share),
            Says::IdNo(id_no) if open => id_no.clone(),
            Says::IdNo(id_no) => mask_id(id_no),
            Says::Name(name) if open => name.clone(),
            Says::Name(name) => mask_name(name),
            Says::Account(account) if open => account.clone(),
            Says::Account(account) => mask_account(account),
        }
    }

    /// As machines read it: money in 元, days as 2018-03-05, shares of one.
    pub fn wire(&self, open: bool) -> String {
        match self {
            Says::Fen(fen) => Fen::new(*fen).yuan(),
            Says::Share(share) => figure::share(*share),
            other => other.show(open),
        }
    }
}
