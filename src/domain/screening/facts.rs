//! The facts that rules look at: registers, payment lines, lists, projects and funds, as sets in memory with indices instead
//! of keys. They are read once (`app::screening::load`) and never changed. Everything is sorted, so that the same book gives
//! the same hits in the same order.

mod at_school;
mod holding;
mod lists;
mod living;
mod money;
mod paid;
pub mod payee;
mod people;
mod standard;
mod term;
mod time;

pub use at_school::{Enrolment, Stage};
pub use holding::{Holding, Layer};
pub use lists::{
    Cadre, Company, Custody, Death, HousingWork, Hukou, Kin, Lists, Loan, Payroll, PostMonth, Property, Rows, Student, Vehicle,
};
pub use money::{
    AllocationAct, Batch, Day, Dim, Disbursement, Fund, LineState, Payment, PlaceDay, Program, Project, Refund, Region, Slice, Unit,
};
pub use paid::payee_key;
pub use people::{Account, Card, Household, HouseholdStatus, IdNo, Person, PersonStatus, Relation, School};
pub use standard::{kept_quantity, last_day, overlap};
pub use term::term_months;
pub use time::{add_days, add_months, days_between, month_of, months_between, year_of};

use super::evidence::{Evidence, Says};
use std::ops::Range;

/// No index: a household head that is not registered, an account that nobody holds.
pub const NONE: u32 = u32::MAX;

/// All that rules may look at. Fields are public: rules are functions over sets.
#[derive(Debug, Default)]
pub struct Facts {
    /// The day on which the book is looked at (20180930). Nothing later is in the facts.
    pub as_of: i64,
    /// The batch that is being checked before approval; `None` when the whole book is screened. A rule need not look at it.
    pub focus: Option<u32>,

    /// Registered people first, by ID number; then others that lists name (cadres, owners), from [`Facts::registered`] on.
    pub people: Vec<Person>,
    pub registered: usize,
    pub households: Vec<Household>,
    /// People of each household: `household_members[range]`.
    pub household_members: Vec<u32>,
    pub household_ranges: Vec<Range<u32>>,
    /// By person and first day.
    pub cards: Vec<Card>,
    pub card_ranges: Vec<Range<u32>>,
    /// Bank accounts by number; cards, payments, units and payees name them by index.
    pub accounts: Vec<Account>,

    pub programs: Vec<Program>,
    pub batches: Vec<Batch>,
    /// Payment lines of batches that were not cancelled, by person, then period, batch and line.
    pub payments: Vec<Payment>,
    /// Lines of each person: `payments[range]`; empty for people who are not registered.
    pub payment_ranges: Vec<Range<u32>>,

    pub regions: Vec<Region>,
    pub units: Vec<Unit>,
    pub projects: Vec<Project>,
    pub funds: Vec<Fund>,
    /// By fund, unit, project, programme; a posting's dimension set names one (see [`PlaceDay::dim`]).
    pub dims: Vec<Dim>,
    pub allocation_acts: Vec<AllocationAct>,
    pub disbursements: Vec<Disbursement>,
    pub refunds: Vec<Refund>,
    /// What each control place of each dimension set took and gave by day: never grows with the number of payments.
    pub places: Vec<PlaceDay>,
    /// Uses that a fund's function code allows: prefix, use (project kind, 补贴, or 无), from which day.
    pub fund_uses: Vec<(String, String, i64)>,

    pub lists: Lists,
}

impl Facts {
    pub fn person(&self, at: u32) -> Option<&Person> {
        self.people.get(at as usize)
    }

    pub fn household(&self, at: u32) -> Option<&Household> {
        self.households.get(at as usize)
    }

    /// Payment lines of a person, by period.
    pub fn payments_of(&self, person: u32) -> &[Payment] {
        slice(&self.payments, &self.payment_ranges, person)
    }

    /// The same with the index of the first one.
    pub fn payment_range(&self, person: u32) -> Range<u32> {
        self.payment_ranges.get(person as usize).cloned().unwrap_or(0..0)
    }

    /// Registered members of a household, the head among them.
    pub fn members(&self, household: u32) -> &[u32] {
        slice(&self.household_members, &self.household_ranges, household)
    }

    pub fn cards_of(&self, person: u32) -> &[Card] {
        slice(&self.cards, &self.card_ranges, person)
    }

    pub fn batch(&self, payment: &Payment) -> &Batch {
        &self.batches[payment.batch as usize] // the loader makes a line only with its batch
    }

    /// The programme's version in force on a day, else the first there is.
    pub fn program(&self, code: &str, day: i64) -> Option<&Program> {
        let start = self.programs.partition_point(|p| p.code.as_str() < code);
        let versions = self.programs[start..].iter().take_while(|p| p.code == code);
        let mut first = None;
        let mut found = None;
        for version in versions {
            first = first.or(Some(version));
            if version.from <= day && day <= version.to {
                found = Some(version);
            }
        }
        found.or(first)
    }

    /// The programme of a batch as it was at the start of its period.
    pub fn program_of(&self, batch: &Batch) -> Option<&Program> {
        self.program(&batch.program, batch.first * 100 + 1)
    }

    pub fn project(&self, code: &str) -> Option<&Project> {
        self.projects.binary_search_by(|p| p.code.as_str().cmp(code)).ok().map(|at| &self.projects[at])
    }

    pub fn unit(&self, code: &str) -> Option<&Unit> {
        self.units.binary_search_by(|u| u.code.as_str().cmp(code)).ok().map(|at| &self.units[at])
    }

    pub fn fund(&self, doc_no: &str) -> Option<&Fund> {
        self.funds.binary_search_by(|f| f.doc_no.as_str().cmp(doc_no)).ok().map(|at| &self.funds[at])
    }

    pub fn region(&self, code: &str) -> Option<&Region> {
        self.regions.binary_search_by(|r| r.code.as_str().cmp(code)).ok().map(|at| &self.regions[at])
    }

    pub fn unit_name<'a>(&'a self, code: &'a str) -> &'a str {
        self.unit(code).map_or(code, |unit| unit.name.as_str())
    }

    /// Whether a person is in the register of poor households.
    pub fn is_registered(&self, person: u32) -> bool {
        (person as usize) < self.registered
    }

    /// A payment line as evidence: batch, line, programme, period, amount, day on the card, and its row of the file.
    pub fn payment_evidence(&self, payment: &Payment) -> Evidence {
        let batch = self.batch(payment);
        let name = self.program_of(batch).map_or(batch.program.as_str(), |program| program.name.as_str());
        let mut evidence = Evidence::new("发放明细")
            .text("批次", &batch.code)
            .count("序号", i64::from(payment.line))
            .text("政策", name)
            .month("所属期起", batch.first)
            .month("所属期止", batch.last)
            .fen("金额", payment.amount)
            .text("状态", payment.state.chinese());
        if payment.booked > 0 {
            evidence = evidence.day("记账日期", payment.booked);
        }
        match batch.file {
            Some(file) if payment.row > 0 => evidence.from(super::Origin { file, row: i64::from(payment.row) }),
            _ => evidence,
        }
    }

    /// A person as evidence: name, ID number, household, and the register's row.
    pub fn person_evidence(&self, at: u32) -> Evidence {
        let Some(person) = self.person(at) else { return Evidence::new("人员") };
        let evidence = Evidence::new("人员")
            .says("姓名", Says::Name(person.name.to_string()))
            .says("身份证号", Says::IdNo(person.id_no.as_str().to_string()));
        match self.household(person.household) {
            Some(household) => evidence.text("户编号", &household.code).from(person.origin),
            None => evidence,
        }
    }
}

/// The part of `rows` that belongs to an owner; nothing for an owner without a range.
pub(crate) fn slice<'a, T>(rows: &'a [T], ranges: &[Range<u32>], owner: u32) -> &'a [T] {
    let range = ranges.get(owner as usize).cloned().unwrap_or(0..0);
    rows.get(range.start as usize..range.end as usize).unwrap_or(&[])
}

/// The range of each owner in rows sorted by owner.
pub fn ranges_by(count: usize, owners: impl Iterator<Item = u32>) -> Vec<Range<u32>> {
    let mut ranges: Vec<Range<u32>> = vec![0..0; count];
    for (at, owner) in owners.enumerate() {
        let at = at as u32;
        if let Some(range) = ranges.get_mut(owner as usize) {
            if range.start == range.end {
                *range = at..at + 1;
            } else {
                range.end = at + 1;
            }
        }
    }
    ranges
}
