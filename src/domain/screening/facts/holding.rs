//! What a place of the control book held over time, for any grouping of dimension sets: the rows of [`PlaceDay`] are walked
//! once, and what went out is taken from what came in first (先进先出), so that money has an age.

use super::{Day, Dim, Facts, PlaceDay};
use crate::domain::ledger::Place;
use std::collections::BTreeMap;

/// Money that came on a day and is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layer {
    pub since: Day,
    /// Fen.
    pub amount: i64,
}

/// What came and went of one group, by day. Money that moves between the places of one holding comes and goes on one day.
#[derive(Debug, Clone, Default)]
pub struct Holding {
    days: BTreeMap<Day, (i64, i64)>,
}

impl Holding {
    fn add(&mut self, row: &PlaceDay) {
        let (took, gave) = self.days.entry(row.date).or_default();
        *took += row.debit;
        *gave += row.credit;
    }

    /// Fen there at the end of a day.
    pub fn balance(&self, day: Day) -> i64 {
        self.days.range(..=day).map(|(_, (took, gave))| took - gave).sum()
    }

    /// Fen that came less fen that went within days, both included.
    pub fn net(&self, from: Day, to: Day) -> i64 {
        if from > to { 0 } else { self.days.range(from..=to).map(|(_, (took, gave))| took - gave).sum() }
    }

    /// The last day up to `day` on which anything came or went; 0 if nothing ever did.
    pub fn last_move(&self, day: Day) -> Day {
        self.days.range(..=day).rev().find(|(_, (took, gave))| *took != 0 || *gave != 0).map_or(0, |(day, _)| *day)
    }

    /// What is there at the end of a day, the oldest first. A red reversal of what came takes back what came last.
    pub fn layers(&self, day: Day) -> Vec<Layer> {
        let mut layers: Vec<Layer> = Vec::new();
        let mut gone = 0;
        for (since, (took, gave)) in self.days.range(..=day) {
            gone += gave;
            if *took > 0 {
                layers.push(Layer { since: *since, amount: *took });
            }
            let mut back = (-took).max(0);
            for layer in layers.iter_mut().rev() {
                let part = back.min(layer.amount);
                layer.amount -= part;
                back -= part;
            }
        }
        for layer in &mut layers {
            let part = gone.clamp(0, layer.amount);
            layer.amount -= part;
            gone -= part;
        }
        layers.retain(|layer| layer.amount > 0);
        layers
    }
}

impl Facts {
    /// What some places held, by a key made of the dimension set; sets without a key are left out.
    pub fn holdings<'a, K: Ord>(&'a self, places: &[Place], key: impl Fn(u32, &'a Dim) -> Option<K>) -> BTreeMap<K, Holding> {
        let mut found: BTreeMap<K, Holding> = BTreeMap::new();
        for row in self.places.iter().filter(|row| places.contains(&row.place) && row.date <= self.as_of) {
            let dim = self.dims.get(row.dim as usize);
            if let Some(key) = dim.and_then(|dim| key(row.dim, dim)) {
                found.entry(key).or_default().add(row);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holding(days: &[(Day, i64, i64)]) -> Holding {
        Holding { days: days.iter().map(|(day, took, gave)| (*day, (*took, *gave))).collect() }
    }

    #[test]
    fn what_came_first_goes_first() {
        let h = holding(&[(20180110, 500, 0), (20180201, 300, 0), (20180301, 0, 600)]);
        assert_eq!(h.layers(20180301), vec![Layer { since: 20180201, amount: 200 }]);
        assert_eq!(h.layers(20180228), vec![Layer { since: 20180110, amount: 500 }, Layer { since: 20180201, amount: 300 }]);
        assert_eq!((h.balance(20180301), h.last_move(20180415), h.net(20180201, 20180301)), (200, 20180301, -300));
    }

    #[test]
    fn a_red_reversal_takes_back_what_came_last_and_gives_back_what_went() {
        let came = holding(&[(20180110, 500, 0), (20180201, 300, 0), (20180205, -300, 0)]);
        assert_eq!(came.layers(20180301), vec![Layer { since: 20180110, amount: 500 }]);
        let went = holding(&[(20180110, 500, 0), (20180201, 0, 400), (20180205, 0, -400)]);
        assert_eq!(went.layers(20180301), vec![Layer { since: 20180110, amount: 500 }]);
    }

    proptest! {
        #[test]
        fn layers_add_up_to_the_balance(moves in proptest::collection::vec((0i64..1_000, 0i64..1_000), 1..20)) {
            let mut there = 0;
            let days: Vec<(Day, i64, i64)> = moves.iter().enumerate().map(|(at, (took, gave))| {
                let gave = (*gave).min(there + took); // no place goes below zero
                there += took - gave;
                (20180101 + at as i64, *took, gave)
            }).collect();
            let h = holding(&days);
            prop_assert_eq!(h.layers(20181231).iter().map(|layer| layer.amount).sum::<i64>(), there);
            prop_assert_eq!(h.balance(20181231), there);
        }
    }
}
