//! The reference lists. Each is read once in the order of its key, and rows about people who do not matter are passed over
//! before anything is copied. Who matters beside registered people is told by [`super::ties`].

use super::index::PeopleIndex;
use super::people::{OPEN, int_or, text_or_empty};
use super::reach::{Reach, Readers, each};
use super::vehicles::Vehicles;
use crate::app::context::china_day;
use crate::app::{Book, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::screening::facts::{Custody, Death, HousingWork, Hukou, Loan, PostMonth, Property, Rows, Student};
use crate::domain::screening::{Facts, List, Origin};
use crate::params;
use crate::store::{Field, Tx, Value};
use foldhash::{HashMap, HashSet};

/// Where a list may be read whole rather than person by person: up to so many rows for each person.
const WHOLE: usize = 8;

/// When each list came last goes into the facts; returns how many rows each has brought.
pub fn received(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<HashMap<List, i64>> {
    let sql = "SELECT kind, MAX(received_at), CAST(SUM(data_rows) AS BIGINT) FROM file WHERE book = $1 AND kind LIKE 'ref-%' GROUP BY kind";
    let mut sizes = HashMap::default();
    for row in tx.query(sql, params![book.id])? {
        if let Some(list) = List::ALL.into_iter().find(|list| list.kind() == row.text(0).unwrap_or_default()) {
            facts.lists.received.insert(list, date_to_int(china_day(row.int(1)?)));
            sizes.insert(list, row.int(2)?);
        }
    }
    Ok(sizes)
}

fn table(list: List) -> String {
    list.kind().replace('-', "_")
}

/// Lists that rules ask of a payee only, not of the household: of a batch, they are looked up for its payees.
const OF_PAYEES: [List; 5] = [List::Companies, List::Properties, List::Custody, List::Cadres, List::Kin];

/// Reads lists whole, or for the people of a batch only.
pub struct Reader<'b> {
    book: &'b Book,
    sizes: HashMap<List, i64>,
    /// ID numbers of the people of a batch; of its payees and of those who share an account.
    people: Option<(Vec<Value>, Vec<Value>)>,
    /// Codes of the households of a batch.
    households: Option<Vec<Value>>,
}

impl<'b> Reader<'b> {
    pub fn new(book: &'b Book, reach: &Reach, facts: &Facts, sizes: HashMap<List, i64>) -> Reader<'b> {
        let Reach::Batch(batch) = reach else { return Reader { book, sizes, people: None, households: None } };
        let payees: HashSet<i64> = batch.payees.iter().copied().collect();
        let sharers: HashSet<&str> = batch.sharers.iter().map(String::as_str).collect();
        let households: HashSet<i64> = batch.households.iter().copied().collect();
        let (mut all, mut some) = (Vec::new(), Vec::new());
        for person in &facts.people {
            let number = person.id_no.as_str();
            if payees.contains(&person.id) || sharers.contains(number) {
                some.push(Value::from(number));
            }
            all.push(Value::from(number));
        }
        let codes =
            facts.households.iter().filter(|household| households.contains(&household.id)).map(|household| Value::from(&household.code));
        Reader { book, sizes, people: Some((all, some)), households: Some(codes.collect()) }
    }

    /// Hands over rows of a list; the first column is the ID number, file and row come last.
    pub fn each(
        &self,
        tx: &mut Tx<'_>,
        list: List,
        columns: &str,
        each: impl FnMut(&[Field<'_>]) -> crate::store::Result<()>,
    ) -> Result<()> {
        let keys = self.people.as_ref().map(|(all, some)| if OF_PAYEES.contains(&list) { some } else { all });
        self.each_by(tx, list, ("id_no", columns), keys.map(Vec::as_slice), each)
    }

    /// The same with rows whose column has one of the keys, unless the list is short.
    pub fn each_by(
        &self,
        tx: &mut Tx<'_>,
        list: List,
        (column, columns): (&str, &str),
        keys: Option<&[Value]>,
        take: impl FnMut(&[Field<'_>]) -> crate::store::Result<()>,
    ) -> Result<()> {
        let Some(size) = self.sizes.get(&list) else { return Ok(()) };
        let keys = keys.filter(|keys| usize::try_from(*size).is_ok_and(|size| size > keys.len() * WHOLE));
        let sql = format!("SELECT id_no, {columns}, file, file_row FROM {} WHERE book = $1{{within}}", table(list));
        each(tx, self.book, &sql, (column, keys), take)
    }

    /// Whether a list is looked up by people.
    pub fn by_people(&self) -> bool {
        self.people.is_some()
    }

    /// ID numbers of a batch's payees and of those who share an account with them.
    pub fn payees(&self) -> &[Value] {
        self.people.as_ref().map_or(&[], |(_, some)| some)
    }
}

/// File and row, the last two columns.
pub fn origin(row: &[Field<'_>]) -> crate::store::Result<Origin> {
    let at = row.len() - 2;
    Ok(Origin { file: row[at].int()?, row: row[at + 1].int()? })
}

/// The lists whose rows matter where they name somebody who does. The vehicles bring further people.
pub fn plain(readers: &mut Readers<'_, '_, '_>, reader: &Reader<'_>, index: &PeopleIndex, facts: &mut Facts) -> Result<Vehicles> {
    let people = facts.people.len();
    macro_rules! list {
        ($tx:ident, $list:expr, $columns:literal, $row:ident => $value:expr) => {{
            let mut rows = Vec::new();
            reader.each($tx, $list, $columns, |$row| {
                if let Some(at) = index.find($row[0].text()?) {
                    rows.push((at, $value));
                }
                Ok(())
            })?;
            Rows::new(people, rows)
        }};
    }
    let text = |field: Field<'_>| text_or_empty(field).map(str::to_string);
    let lists = &mut facts.lists;
    let (one, other) = readers.both(
        |tx| {
            let deaths =
                list!(tx, List::Deaths, "died, name", row => Death { died: row[1].int()?, name: text(row[2])?, origin: origin(row)? });
            let vehicles = Vehicles::read(tx, reader, index)?;
            let properties = list!(tx, List::Properties, "location, use_kind, area, registered", row => Property {
                location: text(row[1])?, use_kind: text(row[2])?, area: row[3].int()?, registered: row[4].int()?, origin: origin(row)?,
            });
            let hukou = list!(tx, List::Hukou, "booklet, change, changed", row => Hukou {
                booklet: text(row[1])?, change: text(row[2])?, changed: row[3].int()?, origin: origin(row)?,
            });
            Ok((deaths, vehicles, properties, hukou))
        },
        |tx| {
            let custody = list!(tx, List::Custody, "valid_from, valid_to", row => Custody {
                from: row[1].int()?, to: int_or(row[2], OPEN)?, origin: origin(row)?,
            });
            let students = list!(tx, List::Students, "school, stage, term, status", row => Student {
                school: text(row[1])?, stage: text(row[2])?, term: text(row[3])?, status: text(row[4])?, origin: origin(row)?,
            });
            let posts = list!(tx, List::Posts, "post, period_first, period_last, days", row => PostMonth {
                post: text(row[1])?, first: row[2].int()?, last: row[3].int()?, days: row[4].int()?, origin: origin(row)?,
            });
            // loans are looked at in the whole book only
            let loans = if reader.by_people() {
                Rows::default()
            } else {
                list!(tx, List::Loans, "amount, issued, account, borrower, purpose", row => Loan {
                    amount: row[1].int()?, issued: row[2].int()?, account: text(row[3])?, borrower: text(row[4])?, purpose: text(row[5])?,
                    origin: origin(row)?,
                })
            };
            Ok((custody, students, posts, loans))
        },
    )?;
    let vehicles;
    (lists.deaths, vehicles, lists.properties, lists.hukou) = one;
    (lists.custody, lists.students, lists.posts, lists.loans) = other;
    Ok(vehicles)
}

/// 危房改造 goes by household code.
pub fn housing(tx: &mut Tx<'_>, reader: &Reader<'_>) -> Result<Vec<HousingWork>> {
    let sql = "SELECT household, grade, appraiser, method, area, persons, finished, demolished, file, file_row FROM ref_housing WHERE book = $1{within}";
    let mut housing = Vec::new();
    each(tx, reader.book, sql, ("household", reader.households.as_deref()), |row| {
        housing.push(HousingWork {
            household: row[0].text()?.to_string(),
            grade: row[1].text()?.to_string(),
            appraiser: text_or_empty(row[2])?.to_string(),
            method: row[3].text()?.to_string(),
            area: row[4].int()?,
            persons: row[5].int()?,
            finished: int_or(row[6], 0)?,
            demolished: int_or(row[7], 0)?,
            origin: origin(row)?,
        });
        Ok(())
    })?;
    housing.sort_by(|a: &HousingWork, b| a.household.cmp(&b.household));
    Ok(housing)
}
