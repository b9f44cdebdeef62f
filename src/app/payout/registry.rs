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
    /// ID number, packed.
    key: u64,
    pub id: i64,
    /// Index of the household.
    household: u32,
    name: Span,
    /// The card last read of the person, or [`NO_CARD`].
    card: u32,
}

const NO_CARD: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
pub(super) struct Card {
    pub id: i64,
    owner: u64,
    account: Span,
    from: i64,
    to: i64,
    /// The person's card read before this one, or [`NO_CARD`].
    next: u32,
}

struct Household {
    id: i64,
    code: Span,
}

#[derive(Default)]
pub(super) struct Registry {
    text: String,
    people: Vec<Person>,
    index: HashMap<u64, u32>,
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
        registry.index.reserve(people);
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
        let mut last = 0;
        tx.scan("SELECT id, household, name, id_no FROM person WHERE book = $1", params![book.id], |row| {
            let code = row[1].text()?;
            // members of a household mostly follow one another
            if registry.households.get(last as usize).is_none_or(|household| registry.read(household.code) != code) {
                let Some(household) = codes.get(code) else { return Ok(()) };
                last = *household;
            }
            if let Ok(id_no) = IdNumber::parse(row[3].text()?) {
                let name = registry.keep(row[2].text()?);
                let key = id_no.packed();
                let person = Person { key, id: row[0].int()?, household: last, name, card: NO_CARD };
                registry.index.insert(key, registry.people.len() as u32);
                registry.people.push(person);
            }
            Ok(())
        })?;
        registry.load_cards(tx, book)?;
        Ok(registry)
    }

    /// Cards of a person hang together in a list, so that they need neither sorting nor a list of their own each.
    fn load_cards(&mut self, tx: &mut Tx<'_>, book: &Book) -> Result<()> {
        self.cards.reserve(self.people.len());
        let mut after = 0;
        tx.scan(
            "SELECT id, id_no, account, valid_from, COALESCE(valid_to, 99991231) FROM card WHERE book = $1",
            params![book.id],
            |row| {
                if let Ok(id_no) = IdNumber::parse(row[1].text()?) {
                    let account = self.keep(row[2].text()?);
                    let (id, from, to, owner) = (row[0].int()?, row[3].int()?, row[4].int()?, id_no.packed());
                    let at = self.cards.len() as u32;
                    let next = match self.find(owner, &mut after) {
                        Some(person) => std::mem::replace(&mut self.people[person].card, at),
                        None => NO_CARD,
                    };
                    self.cards.push(Card { id, owner, account, from, to, next });
                }
                Ok(())
            },
        )?;
        Ok(())
    }

    /// The person's cards, the one registered last first.
    fn cards_of(&self, person: &Person) -> impl Iterator<Item = &Card> {
        let mut at = person.card;
        std::iter::from_fn(move || {
            let card = self.cards.get(at as usize)?;
            at = card.next;
            Some(card)
        })
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

    /// Where a person stands. Files mostly follow the register's order, so the one after the last found is tried first:
    /// a look-up in a large table waits for memory.
    fn find(&self, key: u64, after: &mut usize) -> Option<usize> {
        let found = match self.people.get(*after) {
            Some(person) if person.key == key => *after,
            _ => *self.index.get(&key)? as usize,
        };
        *after = found + 1;
        Some(found)
    }

    /// The person of an ID number; `after` is kept by the caller from one look-up to the next.
    pub fn person(&self, id_no: &IdNumber, after: &mut usize) -> Option<&Person> {
        self.find(id_no.packed(), after).map(|at| &self.people[at])
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
        let mut at_other_time = false;
        for card in self.cards_of(person).filter(|card| self.read(card.account) == account) {
            if card.from <= day && day <= card.to {
                return Ok(card.id);
            }
            at_other_time = true;
        }
        Err(at_other_time)
    }

    /// Cards with that account, whoever's.
    fn by_account(&mut self, account: &str) -> impl Iterator<Item = &Card> {
        let index = self.by_account.get_or_insert_with(HashMap::new);
        if index.is_empty() {
            for (at, card) in self.cards.iter().enumerate() {
                let text = &self.text[card.account.start as usize..card.account.start as usize + usize::from(card.account.length)];
                index.entry(text.to_string()).or_default().push(at as u32);
            }
        }
        self.by_account.as_ref().and_then(|index| index.get(account)).into_iter().flatten().map(|at| &self.cards[*at as usize])
    }

    fn owner(&self, card: &Card) -> Option<&Person> {
        self.index.get(&card.owner).map(|at| &self.people[*at as usize])
    }

    /// The card of another member of the same household (a minor's or disabled person's guardian) with that account.
    pub fn household_card(&mut self, person: &Person, account: &str, day: i64) -> Option<i64> {
        let standing: Vec<Card> = self.by_account(account).filter(|card| card.from <= day && day <= card.to).copied().collect();
        let same = |card: &&Card| self.owner(card).is_some_and(|owner| owner.household == person.household);
        standing.iter().find(same).map(|card| card.id)
    }

    /// The person's own card with that account at whatever time, else anybody's: of what was paid long ago.
    pub fn any_card(&mut self, person: &Person, account: &str) -> Option<i64> {
        let own = self.cards_of(person).find(|card| self.read(card.account) == account).map(|card| card.id);
        own.or_else(|| self.by_account(account).next().map(|card| card.id))
    }
}

fn count(tx: &mut Tx<'_>, book: &Book, table: &str) -> Result<usize> {
    let row = tx.one(&format!("SELECT COUNT(*) FROM {table} WHERE book = $1"), params![book.id])?;
    Ok(usize::try_from(row.int(0)?).unwrap_or(0))
}
