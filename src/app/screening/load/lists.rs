//! The reference lists. Each is read once in the order of its key, and rows about people who do not matter are passed over.
//! Who matters: registered people; and those whom lists connect with them or with the money: cadres, owners and managers of
//! firms that were paid, the kin of these, and people on the payroll who bear the name of a person that a project paid.

use super::index::{PeopleIndex, pack};
use super::people::{OPEN, int_or, text_or_empty};
use super::{PEOPLE_OF_BATCH, Scope};
use crate::app::context::china_day;
use crate::app::{Book, Result};
use crate::domain::calendar::date_to_int;
use crate::domain::screening::facts::{
    Cadre, Company, Custody, Death, HousingWork, Hukou, IdNo, Kin, Loan, Payroll, Person, PostMonth, Property, Rows, Student, Vehicle,
};
use crate::domain::screening::{Facts, List, NONE, Origin};
use crate::params;
use crate::store::{Field, Tx};
use foldhash::{HashMap, HashSet};

/// Where a list may be read whole rather than person by person: up to so many rows for each person.
const WHOLE: i64 = 8;

pub fn load(tx: &mut Tx<'_>, book: &Book, scope: Scope, index: &mut PeopleIndex, facts: &mut Facts) -> Result<()> {
    let sizes = received(tx, book, facts)?;
    let mut reader = Reader { book, scope, people: facts.people.len() as i64, sizes };
    let ties = Ties::read(tx, &mut reader, index, facts)?;
    ties.enlist(index, facts);
    ties.settle(index, facts);
    plain(tx, &mut reader, index, facts)?;
    housing(tx, book, scope, facts)
}

/// When each list came last, and how many rows it has brought.
fn received(tx: &mut Tx<'_>, book: &Book, facts: &mut Facts) -> Result<HashMap<List, i64>> {
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

/// Reads lists whole, or for the people of a batch only.
struct Reader<'b> {
    book: &'b Book,
    scope: Scope,
    people: i64,
    sizes: HashMap<List, i64>,
}

impl Reader<'_> {
    /// Hands over rows of a list; the first column is the ID number, file and row come last.
    fn each(
        &mut self,
        tx: &mut Tx<'_>,
        list: List,
        columns: &str,
        each: impl FnMut(&[Field<'_>]) -> crate::store::Result<()>,
    ) -> Result<()> {
        let Some(size) = self.sizes.get(&list) else { return Ok(()) };
        let table = table(list);
        match self.scope {
            Scope::Batch(id) if *size > self.people * WHOLE => {
                let sql = format!(
                    "SELECT id_no, {columns}, file, file_row FROM {table} WHERE book = $1
                        AND id_no IN (SELECT q.id_no FROM person q WHERE q.book = $1 AND q.id IN ({PEOPLE_OF_BATCH}))"
                );
                tx.scan(&sql, params![self.book.id, id], each)?;
            }
            _ => tx.scan(&format!("SELECT id_no, {columns}, file, file_row FROM {table} WHERE book = $1"), params![self.book.id], each)?,
        }
        Ok(())
    }
}

/// File and row, the last two columns.
fn origin(row: &[Field<'_>]) -> crate::store::Result<Origin> {
    let at = row.len() - 2;
    Ok(Origin { file: row[at].int()?, row: row[at + 1].int()? })
}

/// Rows of the lists that tie people to people and firms, kept until it is known who matters.
#[derive(Default)]
struct Ties {
    cadres: Vec<(IdNo, Cadre)>,
    companies: Vec<(IdNo, Company)>,
    payroll: Vec<(IdNo, Payroll, Box<str>)>,
    kin: Vec<(IdNo, IdNo, String, Origin)>,
    /// Owners and managers of firms that projects paid.
    owners: HashSet<u64>,
}

impl Ties {
    fn read(tx: &mut Tx<'_>, reader: &mut Reader<'_>, index: &PeopleIndex, facts: &Facts) -> Result<Ties> {
        let mut ties = Ties::default();
        reader.each(tx, List::Cadres, "name, region, post, valid_from, valid_to", |row| {
            let cadre = Cadre {
                name: text_or_empty(row[1])?.to_string(),
                region: row[2].text()?.to_string(),
                post: row[3].text()?.to_string(),
                from: row[4].int()?,
                to: int_or(row[5], OPEN)?,
                origin: origin(row)?,
            };
            ties.cadres.push((IdNo::new(row[0].text()?), cadre));
            Ok(())
        })?;
        ties.read_companies(tx, reader, index, facts)?;
        ties.read_kin(tx, reader, index)?;
        ties.read_payroll(tx, reader, index, facts)?;
        Ok(ties)
    }

    fn read_companies(&mut self, tx: &mut Tx<'_>, reader: &mut Reader<'_>, index: &PeopleIndex, facts: &Facts) -> Result<()> {
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

    /// Both ends must matter; of an owner the other end comes to matter.
    fn read_kin(&mut self, tx: &mut Tx<'_>, reader: &mut Reader<'_>, index: &PeopleIndex) -> Result<()> {
        let cadres: HashSet<u64> = self.cadres.iter().filter_map(|(id_no, _)| pack(id_no.as_str())).collect();
        let (owners, kin) = (&self.owners, &mut self.kin);
        let mut take = |row: &[Field<'_>]| {
            let (one, other) = (row[0].text()?, row[1].text()?);
            let (Some(one_key), Some(other_key)) = (pack(one), pack(other)) else { return Ok(()) };
            let owner = owners.contains(&one_key) || owners.contains(&other_key);
            let matters = |key: &u64, id_no: &str| index.find(id_no).is_some() || cadres.contains(key);
            if owner || (matters(&one_key, one) && matters(&other_key, other)) {
                kin.push((IdNo::new(one), IdNo::new(other), row[2].text()?.to_string(), origin(row)?));
            }
            Ok(())
        };
        reader.each(tx, List::Kin, "kin_id, relation", &mut take)?;
        let turned =
            matches!(reader.scope, Scope::Batch(_)) && reader.sizes.get(&List::Kin).is_some_and(|size| *size > reader.people * WHOLE);
        if let (Scope::Batch(id), true) = (reader.scope, turned) {
            // the people of the batch may stand on the other side of the tie
            let sql = format!(
                "SELECT id_no, kin_id, relation, file, file_row FROM ref_kin WHERE book = $1
                    AND kin_id IN (SELECT q.id_no FROM person q WHERE q.book = $1 AND q.id IN ({PEOPLE_OF_BATCH}))"
            );
            tx.scan(&sql, params![reader.book.id, id], &mut take)?;
        }
        self.kin.sort_by_key(|tie| (tie.0, tie.1, tie.3));
        self.kin.dedup();
        Ok(())
    }

    fn read_payroll(&mut self, tx: &mut Tx<'_>, reader: &mut Reader<'_>, index: &PeopleIndex, facts: &Facts) -> Result<()> {
        let paid: HashSet<&str> = facts.disbursements.iter().filter(|d| d.payee_kind == "个人").map(|d| d.payee.as_str()).collect();
        let mut tied: HashSet<u64> = self.owners.clone();
        tied.extend(self.cadres.iter().filter_map(|(id_no, _)| pack(id_no.as_str())));
        tied.extend(self.kin.iter().flat_map(|(one, other, ..)| [pack(one.as_str()), pack(other.as_str())]).flatten());
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
    fn enlist(&self, index: &mut PeopleIndex, facts: &mut Facts) {
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
    fn settle(self, index: &PeopleIndex, facts: &mut Facts) {
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

/// The lists whose rows matter where they name somebody who does.
fn plain(tx: &mut Tx<'_>, reader: &mut Reader<'_>, index: &PeopleIndex, facts: &mut Facts) -> Result<()> {
    let people = facts.people.len();
    macro_rules! list {
        ($list:expr, $field:ident, $columns:literal, $row:ident => $value:expr) => {{
            let mut rows = Vec::new();
            reader.each(tx, $list, $columns, |$row| {
                if let Some(at) = index.find($row[0].text()?) {
                    rows.push((at, $value));
                }
                Ok(())
            })?;
            facts.lists.$field = Rows::new(people, rows);
        }};
    }
    let text = |field: Field<'_>| text_or_empty(field).map(str::to_string);
    let fen = |field: Field<'_>| match field {
        Field::Null => Ok(None),
        fen => fen.int().map(Some),
    };
    list!(List::Deaths, deaths, "died, name", row => Death { died: row[1].int()?, name: text(row[2])?, origin: origin(row)? });
    list!(List::Vehicles, vehicles, "plate, model, price, registered", row => Vehicle {
        plate: text(row[1])?, model: text(row[2])?, price: fen(row[3])?, registered: row[4].int()?, origin: origin(row)?,
    });
    list!(List::Properties, properties, "location, use_kind, area, registered", row => Property {
        location: text(row[1])?, use_kind: text(row[2])?, area: row[3].int()?, registered: row[4].int()?, origin: origin(row)?,
    });
    list!(List::Hukou, hukou, "booklet, change, changed", row => Hukou {
        booklet: text(row[1])?, change: text(row[2])?, changed: row[3].int()?, origin: origin(row)?,
    });
    list!(List::Custody, custody, "valid_from, valid_to", row => Custody {
        from: row[1].int()?, to: int_or(row[2], OPEN)?, origin: origin(row)?,
    });
    list!(List::Students, students, "school, stage, term, status", row => Student {
        school: text(row[1])?, stage: text(row[2])?, term: text(row[3])?, status: text(row[4])?, origin: origin(row)?,
    });
    list!(List::Posts, posts, "post, period_first, period_last, days", row => PostMonth {
        post: text(row[1])?, first: row[2].int()?, last: row[3].int()?, days: row[4].int()?, origin: origin(row)?,
    });
    list!(List::Loans, loans, "amount, issued, account, borrower, purpose", row => Loan {
        amount: row[1].int()?, issued: row[2].int()?, account: text(row[3])?, borrower: text(row[4])?, purpose: text(row[5])?,
        origin: origin(row)?,
    });
    Ok(())
}

/// 危房改造 goes by household code.
fn housing(tx: &mut Tx<'_>, book: &Book, scope: Scope, facts: &mut Facts) -> Result<()> {
    let within = match scope {
        Scope::Book => "",
        Scope::Batch(_) => {
            " AND household IN (SELECT h.code FROM payment y JOIN household h ON h.book = y.book AND h.id = y.household
                                 WHERE y.book = $1 AND y.batch = $2)"
        }
    };
    let sql = format!(
        "SELECT household, grade, appraiser, method, area, persons, finished, demolished, file, file_row FROM ref_housing WHERE book = $1{within}"
    );
    let housing = &mut facts.lists.housing;
    tx.scan(&sql, &super::people::values(book, scope), |row| {
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
    facts.lists.housing.sort_by(|a, b| a.household.cmp(&b.household));
    Ok(())
}
