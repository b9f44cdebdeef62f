//! Performance goals and results (绩效, 国办发〔2018〕35号): an indicator has a target in a measure of its own; a result is set
//! against it. For most the more the better; for some, such as cost or time, the less.

use crate::domain::money::Quantity;
use rust_decimal::Decimal;
use serde::Serialize;

/// An indicator with what was last measured of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Indicator {
    pub indicator: String,
    /// Reached when at most the target.
    pub at_most: bool,
    pub target: Quantity,
    pub measure: String,
    pub result: Option<Quantity>,
}

impl Indicator {
    /// Result over target; none without a result, or where the target is nothing.
    pub fn achieved(&self) -> Option<Decimal> {
        let result = self.result?;
        Decimal::from(result.get()).checked_div(Decimal::from(self.target.get()))
    }

    pub fn reached(&self) -> Option<bool> {
        self.result.map(|result| if self.at_most { result <= self.target } else { result >= self.target })
    }
}
