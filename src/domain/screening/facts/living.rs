//! Who was there: whether a person lived, and lived in the household, on a day.

use super::{Facts, PersonStatus};

impl Facts {
    /// The day of death that a list or the register knows; 0 if none.
    pub fn died(&self, person: u32) -> i64 {
        let listed = self.lists.deaths.of(person).first().map_or(0, |death| death.died);
        let register = self.person(person).filter(|p| p.status == PersonStatus::Dead).map_or(0, |p| p.status_date);
        if listed > 0 { listed } else { register }
    }

    /// Whether a registered person was born, alive and not moved out on a day. Death or moving out on an unknown day is taken
    /// to be later.
    pub fn there_on(&self, person: u32, day: i64) -> bool {
        let Some(known) = self.person(person) else { return false };
        let died = self.died(person);
        let left = if known.status == PersonStatus::MovedOut { known.status_date } else { 0 };
        known.id_no.birth() <= day && (died == 0 || died >= day) && (left == 0 || left >= day)
    }
}
