//! How many of something a household receives: months, persons, square metres, kilowatts.
//! A whole number of ten-thousandths, so that rate × quantity stays exact.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{MoneyProblem, parse_scaled};

/// A count or measure with at most four decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Quantity(i64);

impl Quantity {
    pub const ZERO: Quantity = Quantity(0);
    pub const ONE: Quantity = Quantity(10_000);

    /// From ten-thousandths.
    pub const fn new(ten_thousandths: i64) -> Quantity {
        Quantity(ten_thousandths)
    }

    /// In ten-thousandths.
    pub const fn get(self) -> i64 {
        self.0
    }

    pub fn parse(text: &str) -> Result<Quantity, MoneyProblem> {
        parse_scaled(text, 4).map(Quantity)
    }

    pub fn checked_add(self, other: Quantity) -> Option<Quantity> {
        self.0.checked_add(other.0).map(Quantity)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let units = self.0.unsigned_abs();
        let fraction = format!("{:04}", units % 10_000);
        match fraction.trim_end_matches('0') {
            "" => f.pad(&format!("{sign}{}", units / 10_000)),
            fraction => f.pad(&format!("{sign}{}.{fraction}", units / 10_000)),
        }
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Quantity, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Quantity::parse(&text).map_err(de::Error::custom)
    }
}
