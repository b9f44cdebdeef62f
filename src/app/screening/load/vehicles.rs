//! The vehicle register (车辆). Rows of people who matter are kept; of strangers only those on a plate that registered people
//! have had too, for they tell that a car was sold. Who they are is known at the end of one walk: until then a stranger's row is
//! its plate's hash, the owner and the day.

use super::index::PeopleIndex;
use super::lists::{Reader, origin};
use super::people::text_or_empty;
use crate::app::Result;
use crate::domain::screening::facts::{IdNo, Person, Rows, Vehicle};
use crate::domain::screening::{Facts, List, NONE, Origin};
use crate::store::{Field, Tx, Value};
use foldhash::HashMap;
use foldhash::fast::FixedState;
use std::collections::BTreeSet;
use std::hash::BuildHasher;

/// Of the table, after the ID number.
const COLUMNS: &str = "plate, model, price, registered";

/// What one walk over the register has found.
#[derive(Default)]
pub struct Vehicles {
    known: Vec<(u32, Vehicle)>,
    strange: Vec<Strange>,
}

/// A stranger's registration.
struct Strange {
    plate: u64,
    id_no: IdNo,
    registered: i64,
    origin: Origin,
}

/// The same for the same plate in every run; two plates of a county do not meet in 64 bits.
fn hash(plate: &str) -> u64 {
    FixedState::default().hash_one(plate)
}

impl Vehicles {
    pub fn read(tx: &mut Tx<'_>, reader: &Reader<'_>, index: &PeopleIndex) -> Result<Vehicles> {
        let mut vehicles = Vehicles::default();
        reader.each(tx, List::Vehicles, COLUMNS, |row| {
            let id_no = row[0].text()?;
            match index.find(id_no) {
                Some(at) => vehicles.known.push((at, vehicle(row)?)),
                None => vehicles.keep_strange(row)?,
            }
            Ok(())
        })?;
        if reader.by_people() && !vehicles.known.is_empty() {
            // the buyers are none of the batch's people
            let plates: BTreeSet<&str> = vehicles.known.iter().map(|(_, row)| row.plate.as_str()).collect();
            let plates: Vec<Value> = plates.into_iter().filter(|plate| !plate.is_empty()).map(Value::from).collect();
            vehicles.strange.clear();
            reader.each_by(tx, List::Vehicles, ("plate", COLUMNS), Some(&plates), |row| {
                if index.find(row[0].text()?).is_none() { vehicles.keep_strange(row) } else { Ok(()) }
            })?;
        }
        Ok(vehicles)
    }

    fn keep_strange(&mut self, row: &[Field<'_>]) -> crate::store::Result<()> {
        let plate = text_or_empty(row[1])?;
        if !plate.is_empty() {
            let id_no = IdNo::new(row[0].text()?);
            self.strange.push(Strange { plate: hash(plate), id_no, registered: row[4].int()?, origin: origin(row)? });
        }
        Ok(())
    }

    /// Puts the strangers who matter behind everybody else, by ID number, and gives the rows to their people.
    pub fn settle(self, index: &mut PeopleIndex, facts: &mut Facts) {
        let mut rows = self.known;
        let plates: HashMap<u64, &str> = rows.iter().map(|(_, row)| (hash(&row.plate), row.plate.as_str())).collect();
        let matters = |row: &Strange| Some((row.id_no, (*plates.get(&row.plate)?).to_string(), row.registered, row.origin));
        let mut strange: Vec<(IdNo, String, i64, Origin)> = self.strange.iter().filter_map(matters).collect();
        strange.sort();
        for (id_no, plate, registered, origin) in strange {
            let at = index.find(id_no.as_str()).unwrap_or_else(|| {
                let at = facts.people.len() as u32;
                index.insert(id_no.as_str(), at);
                facts.people.push(Person { id_no, household: NONE, ..Person::default() });
                at
            });
            rows.push((at, Vehicle { plate, registered, origin, ..Vehicle::default() }));
        }
        let people = facts.people.len();
        facts.payment_ranges.resize(people, 0..0);
        facts.card_ranges.resize(people, 0..0);
        facts.lists.vehicles = Rows::new(people, rows);
    }
}

fn vehicle(row: &[Field<'_>]) -> crate::store::Result<Vehicle> {
    let price = match row[3] {
        Field::Null => None,
        fen => Some(fen.int()?),
    };
    let (plate, model) = (text_or_empty(row[1])?.to_string(), text_or_empty(row[2])?.to_string());
    Ok(Vehicle { plate, model, price, registered: row[4].int()?, origin: origin(row)? })
}
