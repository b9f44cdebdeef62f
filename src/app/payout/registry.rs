//! The registered people and their cards, packed for a million look-ups: one hash by ID number, texts in one string.

use crate::app::{Book, Result};
use crate::domain::identity::IdNumber;
use crate::params;
use crate::store::Tx;
use foldhash::HashMap;
use foldhash::HashMapExt;

/// A stretch of the shared text.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    length: u16,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Person {
    pub id: i64,
    /// Index of the household.
    household: u32,
    name: Span,
    first_card: u32,
    cards: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Card {
    pub id: i64,
    owner: u64,
    account: Span,
    from: i64,
    to: i64,
}

struct Household {
    id: i64,
    code: Span,
}

#[derive(Default)]
pub(super) struct Registry {
    text: String,
    people: HashMap<u64, Person>,
    households: Vec<Household>,
    cards: Vec<Card>,
    /// Account → cards, built only when a payee is paid to somebody else's card.
    by_account: Option<HashMap<String, Vec<u32>>>,
}

impl Registry {
    /// Loads all people of a book.
    pub fn load(tx: &mut Tx<'_>, book: &Book) -> Result<Registry> {
        let mut registry = Registry::default();
        let (households, people) = (count(tx, book, "household")?, count(tx, book, "person")?);
        registry.people.reserve(people);
        registry.households.reserve(households);
        registry.text.reserve(people * 32 + households * 12); // a name and an account a person, a code a household
        let mut codes: HashMap<String, u32> = HashMap::with_capacity(households);
        tx.scan("SELECT id, code FROM household WHERE book = $1", params![book.id], |row| {
            let code = row[1].text()?;
            codes.insert(code.to_string(), registry.households.len() as u32);
            let code = registry.keep(code);
            registry.households.push(Household { id: row[0].int()?, code });
            Ok(())
        })?;
        tx.scan("SELECT id, household, name, id_no FROM person WHERE book = $1", params![book.id], |row| {
            let Some(household) = codes.get(row[1].text()?) else { return Ok(()) };
            if let Ok(id_no) = IdNumber::parse(row[3].text()?) {
                let name = registry.keep(row[2].text()?);
                let person = Person { id: row[0].int()?, household: *household, name, first_card: 0, cards: 0 };
                registry.people.insert(id_no.packed(), person);
            }
            Ok(())
        })?;
        registry.load_cards(tx, book)?;
        Ok(registry)
    }

    fn load_cards(&mut self, tx: &mut Tx<'_>, book: &Book) -> Result<()> {
        let mut cards: Vec<Card> = Vec::with_capacity(self.people.len());
        tx.scan(
            "SELECT id, id_no, account, valid_from, COALESCE(valid_to, 99991231) FROM card WHERE book = $1",
            params![book.id],
            |row| {
                if let Ok(id_no) = IdNumber::parse(row[1].text()?) {
                    let account = self.keep(row[2].text()?);
                    let (id, from, to) = (row[0].int()?, row[3].int()?, row[4].int()?);
                    cards.push(Card { id, owner: id_no.packed(), account, from, to });
                }
                Ok(())
            },
        )?;
        cards.sort_by_key(|card| (card.owner, card.from, card.id));
        let mut start = 0;
        while start < cards.len() {
            let owner = cards[start].owner;
            let end = start + cards[start..].iter().take_while(|card| card.owner == owner).count();
            if let Some(person) = self.people.get_mut(&owner) {
                person.first_card = start as u32;
                person.cards = (end - start) as u32;
            }
            start = end;
        }
        self.cards = cards;
        Ok(())
    }

    fn keep(&mut self, text: &str) -> Span {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        // names, accounts and codes are cells of at most a few thousand bytes
        Span { start, length: text.len() as u16 }
    }

    fn read(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.start as usize + usize::from(span.length)]
    }

    pub fn person(&self, id_no: &IdNumber) -> Option<&Person> {
        self.people.get(&id_no.packed())
    }

    pub fn name(&self, person: &Person) -> &str {
        self.read(person.name)
    }

    pub fn household_id(&self, person: &Person) -> i64 {
        self.households[person.household as usize].id
    }

    pub fn household_code(&self, person: &Person) -> &str {
        self.read(self.households[person.household as usize].code)
    }

    /// The person's own card with that account on that day; `Err` tells whether they have the account at another time.
    pub fn own_card(&self, person: &Person, account: &str, day: i64) -> std::result::Result<i64, bool> {
        let cards = &self.cards[person.first_card as usize..(person.first_card + person.cards) as usize];
        let mut at_other_time = false;
        for card in cards.iter().filter(|card| self.read(card.account) == account) {
            if card.from <= day && day <= card.to {
                return Ok(card.id);
            }
            at_other_time = true;
        }
        Err(at_other_time)
    }

    /// The card of another member of the same household (a minor's or disabled person's guardian) with that account.
    pub fn household_card(&mut self, person: &Person, account: &str, day: i64) -> Option<i64> {
        if self.by_account.is_none() {
            let mut index: HashMap<String, Vec<u32>> = HashMap::new();
            for (at, card) in self.cards.iter().enumerate() {
                index.entry(self.read(card.account).to_string()).or_default().push(at as u32);
            }
            self.by_account = Some(index);
        }
        let found = self.by_account.as_ref()?.get(account)?;
        found.iter().map(|at| &self.cards[*at as usize]).find_map(|card| {
            let same = self.people.get(&card.owner).is_some_and(|owner| owner.household == person.household);
            (same && card.from <= day && day <= card.to).then_some(card.id)
        })
    }
}

fn count(tx: &mut Tx<'_>, book: &Book, table: &str) -> Result<usize> {
    let row = tx.one(&format!("SELECT COUNT(*) FROM {table} WHERE book = $1"), params![book.id])?;
    Ok(usize::try_from(row.int(0)?).unwrap_or(0))
}
