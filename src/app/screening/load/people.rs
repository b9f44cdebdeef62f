//! Registered people, their households, cards and accounts.

use super::index::{IdIndex, PeopleIndex};
use super::reach::{BatchReach, Reach, each};
use crate::app::{Book, Result};
use crate::domain::screening::facts::{Account, Card, Household, HouseholdStatus, IdNo, Person, PersonStatus, Relation, School, ranges_by};
use crate::domain::screening::{Facts, NONE, Origin};
use crate::store::{Field, Tx, Value};
use foldhash::{HashMap, HashMapExt, HashSet};

/// No end: still valid.
pub const OPEN: i64 = 99_991_231;

/// The registers of households and people, each person with the code of the household.
#[derive(Default)]
pub struct Register {
    /// With the head's ID number, by code.
    households: Vec<(Household, IdNo)>,
    /// By ID number.
    people: Vec<Person>,
    index: PeopleIndex,
}

pub fn register(tx: &mut Tx<'_>, book: &Book, reach: &Reach) -> Result<Register> {
    let mut register = Register::default();
    match reach {
        Reach::Book => {
            register.read_households(tx, book, ("h.id", None))?;
            register.sort_households();
            register.read_people(tx, book, ("q.id", None))?;
        }
        Reach::Batch(batch) => register.read_batch(tx, book, batch)?,
    }
    register.people.sort_by_key(|person| person.id_no);
    let mut index = PeopleIndex {
        by_id: IdIndex::new(register.people.iter().map(|p| p.id)),
        household_by_id: IdIndex::new(register.households.iter().map(|(h, _)| h.id)),
        by_number: HashMap::with_capacity(register.people.len()),
    };
    for (at, person) in register.people.iter().enumerate() {
        index.insert(person.id_no.as_str(), at as u32);
    }
    register.index = index;
    Ok(register)
}

type Keys<'k> = (&'k str, Option<&'k [Value]>);

impl Register {
    /// ID numbers of those whose register id is wanted.
    pub fn numbers(&self, wanted: impl Fn(i64) -> bool) -> Vec<Value> {
        self.people.iter().filter(|person| wanted(person.id)).map(|person| Value::from(person.id_no.as_str())).collect()
    }

    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The payees' households and payees, their members, and whoever shares an account, with their households.
    fn read_batch(&mut self, tx: &mut Tx<'_>, book: &Book, batch: &BatchReach) -> Result<()> {
        let ids: Vec<Value> = batch.households.iter().map(|id| Value::Int(*id)).collect();
        self.read_households(tx, book, ("h.id", Some(&ids)))?;
        let codes: Vec<Value> = self.households.iter().map(|(household, _)| Value::from(&household.code)).collect();
        self.sort_households();
        let mut homes = vec![codes];
        let mut found: Vec<(Person, Box<str>)> = Vec::new();
        self.find_people(tx, book, ("q.household", Some(&homes[0])), &mut found)?;
        let known: HashSet<i64> = found.iter().map(|(person, _)| person.id).collect();
        let payees: Vec<Value> = batch.payees.iter().filter(|id| !known.contains(id)).map(|id| Value::Int(*id)).collect();
        self.find_people(tx, book, ("q.id", Some(&payees)), &mut found)?;
        let known: HashSet<IdNo> = found.iter().map(|(person, _)| person.id_no).collect();
        let sharers = batch.sharers.iter().filter(|number| !known.contains(&IdNo::new(number)));
        let sharers: Vec<Value> = sharers.map(Value::from).collect();
        self.find_people(tx, book, ("q.id_no", Some(&sharers)), &mut found)?;
        let have: HashSet<&str> = self.households.iter().map(|(household, _)| household.code.as_str()).collect();
        let mut more: Vec<&str> = found.iter().map(|(_, code)| &**code).filter(|code| !have.contains(code)).collect();
        more.sort_unstable();
        more.dedup();
        homes.push(more.into_iter().map(Value::from).collect());
        self.read_households(tx, book, ("h.code", Some(&homes[1])))?;
        self.sort_households();
        self.settle_people(found);
        Ok(())
    }

    fn sort_households(&mut self) {
        self.households.sort_by(|a, b| a.0.code.cmp(&b.0.code));
    }

    fn read_households(&mut self, tx: &mut Tx<'_>, book: &Book, keys: Keys<'_>) -> Result<()> {
        let sql = "SELECT h.id, h.code, h.region, h.head_id, h.identified, h.status, h.status_date, h.kind, h.housing, h.file, h.file_row
                     FROM household h WHERE h.book = $1{within}";
        each(tx, book, sql, keys, |row| {
            let household = Household {
                id: row[0].int()?,
                code: row[1].text()?.to_string(),
                region: row[2].text()?.to_string(),
                head: NONE,
                identified: row[4].int()?,
                status: match row[5].text()? {
                    "已脱贫" => HouseholdStatus::OutOfPoverty,
                    "返贫" => HouseholdStatus::BackInPoverty,
                    "清退" => HouseholdStatus::Removed,
                    _ => HouseholdStatus::Poor,
                },
                status_date: int_or(row[6], 0)?,
                kind: text_or_empty(row[7])?.to_string(),
                housing: text_or_empty(row[8])?.to_string(),
                origin: Origin { file: row[9].int()?, row: row[10].int()? },
            };
            self.households.push((household, IdNo::new(row[3].text()?)));
            Ok(())
        })
    }

    /// People whose households are known.
    fn read_people(&mut self, tx: &mut Tx<'_>, book: &Book, keys: Keys<'_>) -> Result<()> {
        let households = self.households.iter().enumerate();
        let codes: HashMap<&str, u32> = households.map(|(at, (household, _))| (household.code.as_str(), at as u32)).collect();
        let people = &mut self.people;
        each(tx, book, PEOPLE, keys, |row| {
            people.push(Person { household: codes.get(row[1].text()?).copied().unwrap_or(NONE), ..person(row)? });
            Ok(())
        })
    }

    /// People with the code of their household, which is looked for later.
    fn find_people(&self, tx: &mut Tx<'_>, book: &Book, keys: Keys<'_>, found: &mut Vec<(Person, Box<str>)>) -> Result<()> {
        each(tx, book, PEOPLE, keys, |row| {
            found.push((person(row)?, row[1].text()?.into()));
            Ok(())
        })
    }

    fn settle_people(&mut self, found: Vec<(Person, Box<str>)>) {
        let at = |code: &str| self.households.binary_search_by(|(household, _)| household.code.as_str().cmp(code)).ok();
        let settled = found.into_iter().map(|(person, code)| Person { household: at(&code).map_or(NONE, |at| at as u32), ..person });
        self.people = settled.collect();
    }

    /// Puts all into the facts; returns what people are found by.
    pub fn enter(self, facts: &mut Facts) -> PeopleIndex {
        facts.registered = self.people.len();
        facts.people = self.people;
        let (households, heads): (Vec<Household>, Vec<IdNo>) = self.households.into_iter().unzip();
        facts.households = households;
        for (household, head) in facts.households.iter_mut().zip(&heads) {
            household.head = self.index.find(head.as_str()).unwrap_or(NONE);
        }
        members(facts);
        self.index
    }
}

const PEOPLE: &str =
    "SELECT q.id, q.household, q.name, q.id_no, q.relation, q.labour, q.school, q.status, q.status_date, q.file, q.file_row
                        FROM person q WHERE q.book = $1{within}";

/// A row of [`PEOPLE`], its household left open.
fn person(row: &[Field<'_>]) -> crate::store::Result<Person> {
    Ok(Person {
        id: row[0].int()?,
        household: NONE,
        name: row[2].text()?.into(),
        id_no: IdNo::new(row[3].text()?),
        relation: relation(row[4].text()?),
        labour: labour(text_or_empty(row[5])?),
        school: school(text_or_empty(row[6])?),
        status: status(row[7].text()?),
        status_date: int_or(row[8], 0)?,
        origin: Origin { file: row[9].int()?, row: row[10].int()? },
    })
}

fn relation(text: &str) -> Relation {
    match text.trim() {
        "户主" | "本人" => Relation::Head,
        "配偶" | "妻" | "丈夫" | "妻子" | "夫" => Relation::Spouse,
        _ => Relation::Other,
    }
}

fn labour(text: &str) -> &'static str {
    match text {
        "有" => "有",
        "弱" => "弱",
        "无" => "无",
        _ => "",
    }
}

fn school(text: &str) -> School {
    match text {
        "学前" => School::Preschool,
        "小学" => School::Primary,
        "初中" => School::Junior,
        "高中" => School::Senior,
        "中职" => School::Vocational,
        "高等" => School::Higher,
        _ => School::None,
    }
}

fn status(text: &str) -> PersonStatus {
    match text {
        "死亡" => PersonStatus::Dead,
        "迁出" => PersonStatus::MovedOut,
        _ => PersonStatus::Normal,
    }
}

fn members(facts: &mut Facts) {
    let people = facts.people.iter().enumerate().filter(|(_, person)| person.household != NONE);
    let mut members: Vec<(u32, u32)> = people.map(|(at, person)| (person.household, at as u32)).collect();
    members.sort_unstable();
    facts.household_ranges = ranges_by(facts.households.len(), members.iter().map(|(household, _)| *household));
    facts.household_members = members.into_iter().map(|(_, person)| person).collect();
}

/// A card with the account number and the holder's ID number.
pub struct RawCard {
    card: Card,
    id_no: IdNo,
    account: Box<str>,
}

/// All cards, or those of these ID numbers.
pub fn cards(tx: &mut Tx<'_>, book: &Book, numbers: Option<&[Value]>) -> Result<Vec<RawCard>> {
    let sql =
        "SELECT c.id, c.id_no, c.holder, c.account, c.valid_from, c.valid_to, c.file, c.file_row FROM card c WHERE c.book = $1{within}";
    let mut cards = Vec::new();
    each(tx, book, sql, ("c.id_no", numbers), |row| {
        let card = Card {
            id: row[0].int()?,
            person: NONE,
            account: NONE,
            holder: row[2].text()?.into(),
            from: row[4].int()?,
            to: int_or(row[5], OPEN)?,
            origin: Origin { file: row[6].int()?, row: row[7].int()? },
        };
        cards.push(RawCard { card, id_no: IdNo::new(row[1].text()?), account: row[3].text()?.into() });
        Ok(())
    })?;
    Ok(cards)
}

/// Cards of registered people with their accounts.
pub struct Held {
    cards: Vec<Card>,
    accounts: Vec<Account>,
    by_id: IdIndex,
    /// Account of each card by the place that [`Held::by_id`] gives.
    account_of: Vec<u32>,
}

impl Held {
    /// The account of a card by its register id.
    pub fn account(&self, card: i64) -> Option<u32> {
        self.account_of.get(self.by_id.get(card)? as usize).copied()
    }
}

/// Gives cards their people and accounts their places, by number. A card of somebody who is not registered pays nobody.
pub fn hold(raw: Vec<RawCard>, index: &PeopleIndex) -> Held {
    let owner = |raw: RawCard| index.find(raw.id_no.as_str()).map(|person| RawCard { card: Card { person, ..raw.card }, ..raw });
    let mut raw: Vec<RawCard> = raw.into_iter().filter_map(owner).collect();
    let mut order: Vec<([u64; 3], u32)> = raw.iter().enumerate().map(|(at, raw)| (beginning(&raw.account), at as u32)).collect();
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| raw[a.1 as usize].account.cmp(&raw[b.1 as usize].account)));
    let mut accounts: Vec<Account> = Vec::new();
    for (_, at) in order {
        let raw = &mut raw[at as usize];
        if accounts.last().is_none_or(|last| last.number != raw.account) {
            accounts.push(Account { number: std::mem::take(&mut raw.account) });
        }
        raw.card.account = accounts.len() as u32 - 1;
    }
    let mut cards: Vec<Card> = raw.into_iter().map(|raw| raw.card).collect();
    cards.sort_by_key(|card| (card.person, card.from, card.id));
    let (by_id, account_of) = (IdIndex::new(cards.iter().map(|card| card.id)), cards.iter().map(|card| card.account).collect());
    Held { cards, accounts, by_id, account_of }
}

/// The first 24 bytes as numbers, which sort as the text does.
fn beginning(number: &str) -> [u64; 3] {
    let mut words = [0; 3];
    for (at, byte) in number.bytes().take(24).enumerate() {
        words[at / 8] |= u64::from(byte) << (56 - at % 8 * 8);
    }
    words
}

pub fn take_cards(held: Held, facts: &mut Facts) {
    facts.card_ranges = ranges_by(facts.people.len(), held.cards.iter().map(|card| card.person));
    facts.cards = held.cards;
    facts.accounts = held.accounts;
}

/// A number, or what stands for its absence.
pub(super) fn int_or(field: Field<'_>, absent: i64) -> crate::store::Result<i64> {
    match field {
        Field::Null => Ok(absent),
        other => other.int(),
    }
}

pub(super) fn text_or_empty(field: Field<'_>) -> crate::store::Result<&str> {
    match field {
        Field::Null => Ok(""),
        other => other.text(),
    }
}
