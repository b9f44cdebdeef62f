//! The lists that tie people to people and firms. Who matters: registered people; and those whom lists connect with them or
//! with the money: owners and managers of firms that were paid, cadres who are their kin or the kin of registered people, and
//! cadres and people on the payroll who bear the name of a person whom a project paid.

use super::index::{PeopleIndex, pack};
use super::lists::{Reader, origin};
use super::people::{OPEN, int_or, text_or_empty};
use crate::app::Result;
use crate::domain::screening::facts::{Cadre, Company, IdNo, Kin, Payroll, Person, Rows};
use crate::domain::screening::{Facts, List, NONE, Origin};
use crate::store::{Field, Tx, Value};
use foldhash::HashSet;
use std::collections::BTreeSet;

/// Rows kept until it is known who matters.
#[derive(Default)]
pub struct Ties {
    cadres: Vec<(IdNo, Cadre)>,
    companies: Vec<(IdNo, Company)>,
    payroll: Vec<(IdNo, Payroll, Box<str>)>,
    kin: Vec<(IdNo, IdNo, String, Origin)>,
    /// Owners and managers of firms that projects paid.
    owners: HashSet<u64>,
}

impl Ties {
    pub fn read(tx: &mut Tx<'_>, reader: &Reader<'_>, index: &PeopleIndex, facts: &Facts) -> Result<Ties> {
        let mut ties = Ties::default();
        let paid: HashSet<&str> = facts.disbursements.iter().filter(|d| d.payee_kind == "个人").map(|d| d.payee.trim()).collect();
        ties.read_companies(tx, reader, index, facts)?;
        ties.read_kin(tx, reader, index)?;
        ties.read_cadres(tx, reader, index, &paid)?;
        ties.drop_strange_kin(index);
        ties.read_payroll(tx, reader, index, &paid)?;
        Ok(ties)
    }

    fn read_companies(&mut self, tx: &mut Tx<'_>, reader: &Reader<'_>, index: &PeopleIndex, facts: &Facts) -> Result<()> {
        let paid: HashSet<&str> = facts.disbursements.iter().map(|d| d.payee.as_str()).collect();
        reader.each(tx, List::Companies, "company, uscc, role, capital, registered, cancelled", |row| {
            let (id_no, company) = (row[0].text()?, row[1].text()?);
            let was_paid = paid.contains(company);
            if !was_paid && index.find(id_no).is_none() {
                return Ok(());
            }
            if let Some(key) = pack(id_no).filter(|_| was_paid) {
                self.owners.insert(key);
            }
            let row = Company {
                company: company.to_string(),
                uscc: text_or_empty(row[2])?.to_string(),
                role: row[3].text()?.to_string(),
                capital: match row[4] {
                    Field::Null => None,
                    fen => Some(fen.int()?),
                },
                registered: row[5].int()?,
                cancelled: int_or(row[6], OPEN)?,
                origin: origin(row)?,
            };
            self.companies.push((IdNo::new(id_no), row));
            Ok(())
        })
    }

    /// One end at least must be registered, or an owner.
    fn read_kin(&mut self, tx: &mut Tx<'_>, reader: &Reader<'_>, index: &PeopleIndex) -> Result<()> {
        let (owners, kin) = (&self.owners, &mut self.kin);
        let mut take = |row: &[Field<'_>]| {
            let (one, other) = (row[0].text()?, row[1].text()?);
            let (Some(one_key), Some(other_key)) = (pack(one), pack(other)) else { return Ok(()) };
            let owner = owners.contains(&one_key) || owners.contains(&other_key);
            if owner || index.find(one).is_some() || index.find(other).is_some() {
                kin.push((IdNo::new(one), IdNo::new(other), row[2].text()?.to_string(), origin(row)?));
            }
            Ok(())
        };
        reader.each(tx, List::Kin, "kin_id, relation", &mut take)?;
        if reader.by_people() {
            // the people of the batch may stand on the other side of the tie
            reader.each_by(tx, List::Kin, ("kin_id", "kin_id, relation"), Some(reader.payees()), &mut take)?;
        }
        self.kin.sort_by_key(|tie| (tie.0, tie.1, tie.3));
        self.kin.dedup();
        Ok(())
    }

    /// Both ends of the ties of kinship.
    fn kin_ends(&self) -> impl Iterator<Item = IdNo> + '_ {
        self.kin.iter().flat_map(|(one, other, ..)| [*one, *other])
    }

    fn read_cadres(&mut self, tx: &mut Tx<'_>, reader: &Reader<'_>, index: &PeopleIndex, paid: &HashSet<&str>) -> Result<()> {
        let mut tied: HashSet<u64> = self.owners.clone();
        tied.extend(self.kin_ends().filter_map(|id_no| pack(id_no.as_str())));
        let strange: BTreeSet<IdNo> = self.kin_ends().filter(|id_no| index.find(id_no.as_str()).is_none()).collect();
        let mut wanted = reader.payees().to_vec();
        wanted.extend(strange.iter().map(|id_no| Value::from(id_no.as_str())));
        let keys = reader.by_people().then_some(wanted.as_slice());
        let cadres = &mut self.cadres;
        reader.each_by(tx, List::Cadres, ("id_no", "name, region, post, valid_from, valid_to"), keys, |row| {
            let (id_no, name) = (row[0].text()?, text_or_empty(row[1])?);
            if index.find(id_no).is_none() && !pack(id_no).is_some_and(|key| tied.contains(&key)) && !paid.contains(name) {
                return Ok(());
            }
            let cadre = Cadre {
                name: name.to_string(),
                region: row[2].text()?.to_string(),
                post: row[3].text()?.to_string(),
                from: row[4].int()?,
                to: int_or(row[5], OPEN)?,
                origin: origin(row)?,
            };
            cadres.push((IdNo::new(id_no), cadre));
            Ok(())
        })
    }

    /// Both ends of a tie must matter: of an owner the other end comes to matter, else it must be registered or a cadre.
    fn drop_strange_kin(&mut self, index: &PeopleIndex) {
        let cadres: HashSet<IdNo> = self.cadres.iter().map(|(id_no, _)| *id_no).collect();
        let owners = &self.owners;
        let owner = |id_no: &IdNo| pack(id_no.as_str()).is_some_and(|key| owners.contains(&key));
        let matters = |id_no: &IdNo| index.find(id_no.as_str()).is_some() || cadres.contains(id_no);
        self.kin.retain(|(one, other, ..)| owner(one) || owner(other) || (matters(one) && matters(other)));
    }

    fn read_payroll(&mut self, tx: &mut Tx<'_>, reader: &Reader<'_>, index: &PeopleIndex, paid: &HashSet<&str>) -> Result<()> {
        let mut tied: HashSet<u64> = self.owners.clone();
        tied.extend(self.cadres.iter().filter_map(|(id_no, _)| pack(id_no.as_str())));
        tied.extend(self.kin_ends().filter_map(|id_no| pack(id_no.as_str())));
        let payroll = &mut self.payroll;
        reader.each(tx, List::Payroll, "name, employer, valid_from, valid_to", |row| {
            let (id_no, name) = (row[0].text()?, text_or_empty(row[1])?);
            if index.find(id_no).is_none() && !paid.contains(name) && !pack(id_no).is_some_and(|key| tied.contains(&key)) {
                return Ok(());
            }
            let row =
                Payroll { employer: row[2].text()?.to_string(), from: row[3].int()?, to: int_or(row[4], OPEN)?, origin: origin(row)? };
            payroll.push((IdNo::new(id_no), row, name.into()));
            Ok(())
        })
    }

    /// Puts those who are not registered behind those who are, by ID number.
    pub fn enlist(&self, index: &mut PeopleIndex, facts: &mut Facts) {
        let named = self.cadres.iter().map(|(id_no, cadre)| (*id_no, cadre.name.as_str()));
        let named = named.chain(self.payroll.iter().map(|(id_no, _, name)| (*id_no, &**name)));
        let unnamed = self.companies.iter().map(|(id_no, _)| (*id_no, ""));
        let kin = self.kin.iter().flat_map(|(one, other, ..)| [(*one, ""), (*other, "")]);
        let mut others: Vec<(IdNo, &str)> =
            named.chain(unnamed).chain(kin).filter(|(id_no, _)| index.find(id_no.as_str()).is_none()).collect();
        // of several names of one number the first that is a name
        others.sort_by(|a, b| (a.0, a.1.is_empty(), a.1).cmp(&(b.0, b.1.is_empty(), b.1)));
        others.dedup_by(|later, kept| later.0 == kept.0);
        for (id_no, name) in others {
            index.insert(id_no.as_str(), facts.people.len() as u32);
            facts.people.push(Person { id_no, name: name.into(), household: NONE, ..Person::default() });
        }
    }

    /// Gives the rows to their people, all of whom are known now.
    pub fn settle(self, index: &PeopleIndex, facts: &mut Facts) {
        let people = facts.people.len();
        facts.payment_ranges.resize(people, 0..0);
        facts.card_ranges.resize(people, 0..0);
        let at = |id_no: &IdNo| index.find(id_no.as_str());
        facts.lists.cadres = Rows::new(people, self.cadres.into_iter().filter_map(|(id_no, row)| Some((at(&id_no)?, row))).collect());
        facts.lists.companies = Rows::new(people, self.companies.into_iter().filter_map(|(id_no, row)| Some((at(&id_no)?, row))).collect());
        facts.lists.payroll = Rows::new(people, self.payroll.into_iter().filter_map(|(id_no, row, _)| Some((at(&id_no)?, row))).collect());
        let mut kin = Vec::with_capacity(self.kin.len() * 2);
        for (one, other, relation, origin) in self.kin {
            if let (Some(one), Some(other)) = (at(&one), at(&other)) {
                kin.push((one, Kin { other, relation: relation.clone(), origin }));
                kin.push((other, Kin { other: one, relation, origin }));
            }
        }
        facts.lists.kin = Rows::new(people, kin);
    }
}
