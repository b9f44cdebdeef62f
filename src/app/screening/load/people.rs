//! Registered people, their households, cards and accounts.

use super::index::{IdIndex, PeopleIndex};
use super::{PEOPLE_OF_BATCH, Scope};
use crate::app::{Book, Result};
use crate::domain::screening::facts::{Account, Card, Household, HouseholdStatus, IdNo, Person, PersonStatus, Relation, School, ranges_by};
use crate::domain::screening::{Facts, NONE, Origin};
use crate::store::{Field, Tx, Value};
use foldhash::{HashMap, HashMapExt};

/// No end: still valid.
pub const OPEN: i64 = 99_991_231;

pub fn load(tx: &mut Tx<'_>, book: &Book, scope: Scope, facts: &mut Facts) -> Result<PeopleIndex> {
    let heads = households(tx, book, scope, facts)?;
    people(tx, book, scope, facts)?;
    let mut index = PeopleIndex {
        by_id: IdIndex::new(facts.people.iter().map(|p| p.id)),
        household_by_id: IdIndex::new(facts.households.iter().map(|h| h.id)),
        by_number: HashMap::with_capacity(facts.people.len()),
        card_account: HashMap::new(),
    };
    for (at, person) in facts.people.iter().enumerate() {
        index.insert(person.id_no.as_str(), at as u32);
    }
    for (household, head) in facts.households.iter_mut().zip(&heads) {
        household.head = index.find(head.as_str()).unwrap_or(NONE);
    }
    members(facts);
    cards(tx, book, scope, facts, &mut index)?;
    Ok(index)
}

/// Parameters of a query over a scope: the book, and the batch where there is one.
pub(super) fn values(book: &Book, scope: Scope) -> Vec<Value> {
    match scope {
        Scope::Book => vec![book.id.into()],
        Scope::Batch(id) => vec![book.id.into(), id.into()],
    }
}

/// Returns the ID number of each household's head.
fn households(tx: &mut Tx<'_>, book: &Book, scope: Scope, facts: &mut Facts) -> Result<Vec<IdNo>> {
    let within = match scope {
        Scope::Book => String::new(),
        Scope::Batch(_) => format!(
            " AND h.id IN (SELECT household FROM payment WHERE book = $1 AND batch = $2 UNION
                SELECT g.id FROM household g JOIN person m ON m.book = g.book AND m.household = g.code
                 WHERE g.book = $1 AND m.id IN ({PEOPLE_OF_BATCH}))"
        ),
    };
    let sql = format!(
        "SELECT h.id, h.code, h.region, h.head_id, h.identified, h.status, h.status_date, h.kind, h.housing, h.file, h.file_row
           FROM household h WHERE h.book = $1{within}"
    );
    let mut found: Vec<(Household, IdNo)> = Vec::new();
    tx.scan(&sql, &values(book, scope), |row| {
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
        found.push((household, IdNo::new(row[3].text()?)));
        Ok(())
    })?;
    found.sort_by(|a, b| a.0.code.cmp(&b.0.code));
    let (households, heads) = found.into_iter().unzip();
    facts.households = households;
    Ok(heads)
}

fn people(tx: &mut Tx<'_>, book: &Book, scope: Scope, facts: &mut Facts) -> Result<()> {
    let codes: HashMap<&str, u32> = facts.households.iter().enumerate().map(|(at, h)| (h.code.as_str(), at as u32)).collect();
    let within = match scope {
        Scope::Book => String::new(),
        Scope::Batch(_) => format!(" AND q.id IN ({PEOPLE_OF_BATCH})"),
    };
    let sql = format!(
        "SELECT q.id, q.household, q.name, q.id_no, q.relation, q.labour, q.school, q.status, q.status_date, q.file, q.file_row
           FROM person q WHERE q.book = $1{within}"
    );
    let mut found = Vec::new();
    tx.scan(&sql, &values(book, scope), |row| {
        found.push(Person {
            id: row[0].int()?,
            household: codes.get(row[1].text()?).copied().unwrap_or(NONE),
            name: row[2].text()?.into(),
            id_no: IdNo::new(row[3].text()?),
            relation: relation(row[4].text()?),
            labour: labour(text_or_empty(row[5])?),
            school: school(text_or_empty(row[6])?),
            status: status(row[7].text()?),
            status_date: int_or(row[8], 0)?,
            origin: Origin { file: row[9].int()?, row: row[10].int()? },
        });
        Ok(())
    })?;
    found.sort_by_key(|person: &Person| person.id_no);
    facts.registered = found.len();
    facts.people = found;
    Ok(())
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

fn cards(tx: &mut Tx<'_>, book: &Book, scope: Scope, facts: &mut Facts, index: &mut PeopleIndex) -> Result<()> {
    let within = match scope {
        Scope::Book => String::new(),
        Scope::Batch(_) => format!(" AND c.id_no IN (SELECT q.id_no FROM person q WHERE q.book = $1 AND q.id IN ({PEOPLE_OF_BATCH}))"),
    };
    let sql = format!(
        "SELECT c.id, c.id_no, c.holder, c.account, c.valid_from, c.valid_to, c.file, c.file_row FROM card c WHERE c.book = $1{within}"
    );
    let mut found: Vec<(Card, Box<str>)> = Vec::new();
    tx.scan(&sql, &values(book, scope), |row| {
        // a card of somebody who is not registered pays nobody
        let Some(person) = index.find(row[1].text()?) else { return Ok(()) };
        let card = Card {
            id: row[0].int()?,
            person,
            account: NONE,
            holder: row[2].text()?.into(),
            from: row[4].int()?,
            to: int_or(row[5], OPEN)?,
            origin: Origin { file: row[6].int()?, row: row[7].int()? },
        };
        found.push((card, row[3].text()?.into()));
        Ok(())
    })?;
    let mut numbers: Vec<&str> = found.iter().map(|(_, number)| &**number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let by_number: HashMap<&str, u32> = numbers.iter().enumerate().map(|(at, number)| (*number, at as u32)).collect();
    index.card_account = HashMap::with_capacity(found.len());
    let mut cards = Vec::with_capacity(found.len());
    for (card, number) in &found {
        let account = by_number.get(&**number).copied().unwrap_or(NONE);
        index.card_account.insert(card.id, account);
        cards.push(Card { account, ..card.clone() });
    }
    facts.accounts = numbers.iter().map(|number| Account { number: (*number).into() }).collect();
    cards.sort_by_key(|card| (card.person, card.from, card.id));
    facts.card_ranges = ranges_by(facts.people.len(), cards.iter().map(|card| card.person));
    facts.cards = cards;
    Ok(())
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
