//! Project payments by project and by payee, each in order of date, so that rules about them need not search.

use super::{Disbursement, Facts};
use crate::domain::text::{half_width, is_blank};
use std::collections::BTreeMap;

impl Disbursement {
    /// Fen that did not come back.
    pub fn still_paid(&self) -> i64 {
        self.amount - self.refunded
    }

    /// Whether money left for the payee or a unit: retention that is still withheld has not.
    pub fn left(&self) -> bool {
        self.event != "retain" || self.retention_paid > 0
    }
}

/// A payee's name for comparing: without blanks, brackets and letters as typed on a western keyboard.
pub fn payee_key(name: &str) -> String {
    name.chars().filter(|c| !is_blank(*c) && !c.is_whitespace()).map(half_width).collect::<String>().to_uppercase()
}

impl Facts {
    fn in_order(&self) -> Vec<u32> {
        let mut all: Vec<u32> = (0..self.disbursements.len() as u32).collect();
        all.sort_by_key(|at| {
            let paid = &self.disbursements[*at as usize];
            (paid.date, paid.id)
        });
        all
    }

    /// Payments of each project, by date.
    pub fn paid_by_project(&self) -> BTreeMap<&str, Vec<u32>> {
        let mut found: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for at in self.in_order() {
            found.entry(&self.disbursements[at as usize].project).or_default().push(at);
        }
        found
    }

    /// Payments to each payee (see [`payee_key`]), by date.
    pub fn paid_by_payee(&self) -> BTreeMap<String, Vec<u32>> {
        let mut found: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for at in self.in_order() {
            found.entry(payee_key(&self.disbursements[at as usize].payee)).or_default().push(at);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::payee_key;

    #[test]
    fn spellings_of_one_name_are_one() {
        assert_eq!(payee_key("东方示甲 工程（海南）有限公司"), payee_key("东方示甲工程(海南)有限公司"));
        assert_ne!(payee_key("东方示甲公司"), payee_key("东方示乙公司"));
    }
}
