//! A small made-up county for the tests of rules: people, programmes, batches and lists are put in by name, and the facts
//! come out as the loader would give them. All people are invented.
#![allow(clippy::unwrap_used, reason = "a failed example fails its test")]
#![allow(dead_code, reason = "a kit for all rules; not every method has its user yet")]

mod funds;

use super::facts::{
    Account, Batch, Cadre, Card, Company, Custody, Death, Disbursement, Facts, Household, Hukou, IdNo, Kin, LineState, Loan, NONE, Payment,
    Payroll, Person, PostMonth, Program, Property, Relation, Rows, Student, Vehicle, ranges_by,
};
use super::{Hit, List, ParamTable, rules, screen};

/// Rows of the lists in the making, each with the ID number that it is of.
#[derive(Default)]
pub struct ListRows {
    pub deaths: Vec<(String, Death)>,
    pub payroll: Vec<(String, Payroll)>,
    pub companies: Vec<(String, Company)>,
    pub vehicles: Vec<(String, Vehicle)>,
    pub properties: Vec<(String, Property)>,
    pub cadres: Vec<(String, Cadre)>,
    /// The other person by ID number.
    pub kin: Vec<(String, String, String)>,
    pub hukou: Vec<(String, Hukou)>,
    pub custody: Vec<(String, Custody)>,
    pub students: Vec<(String, Student)>,
    pub posts: Vec<(String, PostMonth)>,
    pub loans: Vec<(String, Loan)>,
}

/// Facts in the making. Rows may be put into `facts` by hand as well (`facts.lists.housing`, projects, units, …); sorting and
/// ranges are made by [`Sample::finish`], as are the lists out of `rows`: `s.rows.vehicles.push((id, Vehicle { … }))`.
pub struct Sample {
    pub facts: Facts,
    pub rows: ListRows,
}

impl Sample {
    /// A county on 2018-12-31 in which every list has come on that day.
    pub fn new() -> Sample {
        let mut facts = Facts { as_of: 20181231, ..Facts::default() };
        facts.lists.received = List::ALL.into_iter().map(|list| (list, 20181231)).collect();
        Sample { facts, rows: ListRows::default() }
    }

    pub fn as_of(&mut self, day: i64) {
        self.facts.as_of = day;
        self.facts.lists.received.values_mut().for_each(|received| *received = day);
    }

    /// The list has never come.
    pub fn without(&mut self, list: List) {
        self.facts.lists.received.remove(&list);
    }

    /// A household of a village (469007100201), recognised on 2016-01-01.
    pub fn household(&mut self, code: &str) -> u32 {
        if let Some(at) = self.facts.households.iter().position(|h| h.code == code) {
            return at as u32;
        }
        let household = Household {
            code: code.into(),
            region: "469007100201".into(),
            head: NONE,
            identified: 20160101,
            kind: "一般".into(),
            ..Household::default()
        };
        self.facts.households.push(household);
        self.facts.households.len() as u32 - 1
    }

    /// A person of a household, with a card of their own since 2017; the first of a household is its head.
    pub fn person(&mut self, household: &str, name: &str, id_no: &str) -> u32 {
        let household = self.household(household);
        let at = self.facts.people.len() as u32;
        let head = self.facts.households[household as usize].head == NONE;
        if head {
            self.facts.households[household as usize].head = at;
        }
        let relation = if head { Relation::Head } else { Relation::Other };
        let person = Person { id: i64::from(at) + 1, id_no: IdNo::new(id_no), name: name.into(), household, relation, ..Person::default() };
        self.facts.people.push(person);
        self.facts.registered = self.facts.people.len();
        let account = self.account(&format!("62{id_no}"));
        self.facts.cards.push(Card {
            id: i64::from(at) + 1,
            person: at,
            account,
            holder: name.into(),
            from: 20170101,
            to: 99991231,
            ..Card::default()
        });
        at
    }

    /// Somebody whom only a list names. Put these in after all registered people.
    pub fn stranger(&mut self, name: &str, id_no: &str) -> u32 {
        let person = Person { id_no: IdNo::new(id_no), name: name.into(), household: NONE, ..Person::default() };
        self.facts.people.push(person);
        self.facts.people.len() as u32 - 1
    }

    pub fn account(&mut self, number: &str) -> u32 {
        if let Some(at) = self.facts.accounts.iter().position(|a| &*a.number == number) {
            return at as u32;
        }
        self.facts.accounts.push(Account { number: number.into() });
        self.facts.accounts.len() as u32 - 1
    }

    /// Index of a person put in before.
    pub fn at(&self, id_no: &str) -> u32 {
        self.facts.people.iter().position(|p| p.id_no.as_str() == id_no).unwrap() as u32
    }

    /// A fixed rate of fen per measure, for people, in force from 2018 on, ten days of notice.
    pub fn program(&mut self, code: &str, measure: &str, rate: i64) -> &mut Program {
        let program = Program {
            code: code.into(),
            name: format!("{code}补贴"),
            subject: "人".into(),
            rate,
            measure: measure.into(),
            bound: "固定".into(),
            from: 20180101,
            to: 99991231,
            notice_days: Some(10),
            ..Program::default()
        };
        self.facts.programs.push(program);
        self.facts.programs.last_mut().unwrap()
    }

    /// A batch for a period, made on the last day of its last month, noticed long enough before; lines follow.
    pub fn batch(&mut self, code: &str, program: &str, first: i64, last: i64) -> &mut Batch {
        let made = last * 100 + 28;
        let id = self.facts.batches.len() as i64 + 1;
        let batch = Batch {
            id,
            code: code.into(),
            unit: "201".into(),
            program: program.into(),
            allocation: "东财〔2018〕1号".into(),
            first,
            last,
            made,
            notice_from: last * 100 + 10,
            notice_to: last * 100 + 24,
            approved: made,
            sent: made,
            reissue_of: NONE,
            maker: "经办甲".into(),
            file: Some(1),
            voucher: id,
        };
        self.facts.batches.push(batch);
        self.facts.batches.last_mut().unwrap()
    }

    /// Changes the day on which the last batch was made.
    pub fn made(&mut self, day: i64) {
        let batch = self.facts.batches.last_mut().unwrap();
        (batch.made, batch.approved, batch.sent) = (day, day, day);
    }

    /// A line of the last batch to the person's own card, of one measure, on the card two days after it was made.
    pub fn paid(&mut self, id_no: &str, amount: i64) -> &mut Payment {
        self.line(id_no, amount, LineState::Paid)
    }

    pub fn pending(&mut self, id_no: &str, amount: i64) -> &mut Payment {
        self.line(id_no, amount, LineState::Pending)
    }

    pub fn returned(&mut self, id_no: &str, amount: i64) -> &mut Payment {
        self.line(id_no, amount, LineState::Returned)
    }

    pub fn reissued(&mut self, id_no: &str, amount: i64) -> &mut Payment {
        self.line(id_no, amount, LineState::Reissued)
    }

    fn line(&mut self, id_no: &str, amount: i64, state: LineState) -> &mut Payment {
        let person = self.at(id_no);
        let batch = self.facts.batches.len() as u32 - 1;
        let line = self.facts.payments.iter().filter(|p| p.batch == batch).count() as u32 + 1;
        let account = self.facts.cards.iter().find(|card| card.person == person).map_or(NONE, |card| card.account);
        let booked = if state == LineState::Pending { 0 } else { super::facts::add_days(self.facts.batches[batch as usize].made, 2) };
        let household = self.facts.people[person as usize].household;
        let payment = Payment {
            batch,
            line,
            person,
            household,
            account,
            row: line + 1,
            state,
            quantity: 10_000,
            rate: amount,
            amount,
            refunded: 0,
            booked,
        };
        self.facts.payments.push(payment);
        self.facts.payments.last_mut().unwrap()
    }

    /// Of the last line, so much came back.
    pub fn refunded(&mut self, fen: i64) {
        self.facts.payments.last_mut().unwrap().refunded = fen;
    }

    pub fn death(&mut self, id_no: &str, died: i64) {
        self.rows.deaths.push((id_no.to_string(), Death { died, ..Death::default() }));
    }

    /// A payment to a contractor; change it as the test needs.
    pub fn disbursement(&mut self, doc_no: &str, project: &str, payee: &str, amount: i64, date: i64) -> &mut Disbursement {
        let disbursement = Disbursement {
            id: self.facts.disbursements.len() as i64 + 1,
            doc_no: doc_no.into(),
            date,
            unit: "108".into(),
            allocation: "东财〔2018〕2号".into(),
            project: project.into(),
            payee: payee.into(),
            account: "62100000001".into(),
            payee_kind: "施工单位".into(),
            purpose: "工程款".into(),
            amount,
            method: "直接支付".into(),
            event: "pay".into(),
            voucher: self.facts.disbursements.len() as i64 + 1,
            ..Disbursement::default()
        };
        self.facts.disbursements.push(disbursement);
        self.facts.disbursements.last_mut().unwrap()
    }

    /// Sorts and makes the ranges, as the loader does. People must have been put in by ascending ID number if a rule searches
    /// them by number.
    pub fn finish(&mut self) {
        let f = &mut self.facts;
        let people = f.people.len();
        f.programs.sort_by(|a, b| (&a.code, a.from).cmp(&(&b.code, b.from)));
        f.projects.sort_by(|a, b| a.code.cmp(&b.code));
        f.units.sort_by(|a, b| a.code.cmp(&b.code));
        f.funds.sort_by(|a, b| a.doc_no.cmp(&b.doc_no));
        f.regions.sort_by(|a, b| a.code.cmp(&b.code));
        f.cards.sort_by_key(|card| (card.person, card.from));
        f.card_ranges = ranges_by(people, f.cards.iter().map(|card| card.person));
        let batches = &f.batches;
        f.payments.sort_by_key(|p| (p.person, batches[p.batch as usize].first, batches[p.batch as usize].last, p.batch, p.line));
        f.payment_ranges = ranges_by(people, f.payments.iter().map(|p| p.person));
        let mut members: Vec<(u32, u32)> =
            f.people.iter().enumerate().filter(|(_, p)| p.household != NONE).map(|(at, p)| (p.household, at as u32)).collect();
        members.sort_unstable();
        f.household_ranges = ranges_by(f.households.len(), members.iter().map(|(household, _)| *household));
        f.household_members = members.into_iter().map(|(_, person)| person).collect();
        self.finish_lists();
    }

    fn finish_lists(&mut self) {
        macro_rules! lists {
            ($($list:ident),*) => {
                $(if !self.rows.$list.is_empty() {
                    let rows = std::mem::take(&mut self.rows.$list);
                    let rows = rows.into_iter().map(|(id_no, row)| (self.at(&id_no), row)).collect();
                    self.facts.lists.$list = Rows::new(self.facts.people.len(), rows);
                })*
            };
        }
        lists!(deaths, payroll, companies, vehicles, properties, cadres, hukou, custody, students, posts, loans);
        if !self.rows.kin.is_empty() {
            let rows = std::mem::take(&mut self.rows.kin);
            let both = rows.into_iter().flat_map(|(one, other, relation)| {
                let (one, other) = (self.at(&one), self.at(&other));
                let tie = |to: u32| Kin { other: to, relation: relation.clone(), ..Kin::default() };
                [(one, tie(other)), (other, tie(one))]
            });
            let both = both.collect();
            self.facts.lists.kin = Rows::new(self.facts.people.len(), both);
        }
        self.facts.lists.housing.sort_by(|a, b| a.household.cmp(&b.household));
    }

    /// What a rule finds with its defaults.
    pub fn hits(&mut self, rule: &str) -> Vec<Hit> {
        self.hits_with(rule, &[])
    }

    /// What a rule finds with some parameters changed, by their full names.
    pub fn hits_with(&mut self, rule: &str, changed: &[(&str, &str)]) -> Vec<Hit> {
        self.finish();
        assert!(rules::find(rule).is_some(), "no rule {rule}");
        let params = ParamTable::new([]).unwrap().with(changed.iter().copied()).unwrap();
        let outcomes = screen(&self.facts, &params, &|known| known.id == rule);
        outcomes.into_iter().flat_map(|outcome| outcome.hits).collect()
    }

    /// Payment keys of a hit, as people write them: `B1+3`.
    pub fn lines(&self, hit: &Hit) -> Vec<String> {
        let key = |at: &u32| {
            let payment = &self.facts.payments[*at as usize];
            format!("{}+{}", self.facts.batches[payment.batch as usize].code, payment.line)
        };
        hit.payments.iter().map(key).collect()
    }
}
