//! The inbox (待办): what waits for one person, by permissions, scope, amount level and name, with its age and where it leads.
//! One read transaction, one query for each kind of work, however much there is.

mod money;
mod oversight;

use super::{batches, levels, proposals};
use crate::app::context::china_day;
use crate::app::reach::Owners;
use crate::app::{Book, Bureau, Context, Result};
use crate::domain::access::{Principal, Scope};
use crate::domain::calendar::date_from_int;
use crate::domain::money::Fen;
use crate::domain::report::figure;
use crate::domain::workflow::{Level, next};
use crate::store::Tx;
use chrono::NaiveDate;
use serde::Serialize;

/// Where items lead: operations of the service, and the parameter that names the thing (empty: none).
pub const LINKS: [(&str, &str); 7] = [
    ("proposal.show", "proposal"),
    ("batch.show", "batch"),
    ("notice.list", ""),
    ("objection.show", "objection"),
    ("case.show", "case"),
    ("interview.show", "interview"),
    ("override.show", "override"),
];

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Stable, English: `proposal.sign`, `batch.send` …
    pub kind: &'static str,
    /// What is to be done, in Chinese.
    pub title: &'static str,
    /// What it is about: 批次 PC01（示范镇）
    pub subject: String,
    #[serde(serialize_with = "figure::serialize_day")]
    pub since: NaiveDate,
    /// Days that it has waited.
    pub days: i64,
    #[serde(serialize_with = "figure::serialize_day_option")]
    pub due: Option<NaiveDate>,
    pub amount: Option<Fen>,
    /// The operation that leads there, and its parameters.
    pub operation: &'static str,
    pub params: Vec<(&'static str, String)>,
    /// A word on it: why it was sent back, how many lines.
    pub note: String,
}

/// For whom, and as of which day.
struct Desk<'a> {
    who: &'a Principal,
    today: NaiveDate,
    levels: Vec<Level>,
    items: Vec<Item>,
}

impl Desk<'_> {
    fn scope(&self) -> &Scope {
        &self.who.scope
    }

    fn may(&self, permission: &str) -> bool {
        self.who.may(permission)
    }

    fn any(&self, permissions: &[&str]) -> bool {
        permissions.iter().any(|permission| self.may(permission))
    }

    /// Adds an item that has waited since a day.
    fn add(
        &mut self,
        kind: &'static str,
        title: &'static str,
        since: NaiveDate,
        subject: String,
        to: (&'static str, &'static str, String),
    ) {
        let (operation, param, value) = to;
        debug_assert!(LINKS.contains(&(operation, param)), "{operation}({param}) is not among the links");
        self.items.push(Item {
            kind,
            title,
            subject,
            since,
            days: (self.today - since).num_days().max(0),
            due: None,
            amount: None,
            operation,
            params: if param.is_empty() { Vec::new() } else { vec![(param, value)] },
            note: String::new(),
        });
    }

    fn last(&mut self) -> Option<&mut Item> {
        self.items.last_mut()
    }

    fn amount(&mut self, amount: Fen) {
        if let Some(item) = self.last() {
            item.amount = Some(amount);
        }
    }

    fn note(&mut self, note: impl Into<String>) {
        if let Some(item) = self.last() {
            item.note = note.into();
        }
    }

    fn due(&mut self, due: NaiveDate) {
        if let Some(item) = self.last() {
            item.due = Some(due);
        }
    }
}

fn day_of(number: i64, otherwise: NaiveDate) -> NaiveDate {
    date_from_int(number).unwrap_or(otherwise)
}

/// Everything that waits for a person, the oldest first within each kind of work.
pub fn list(bureau: &mut Bureau, ctx: &Context, who: &Principal) -> Result<Vec<Item>> {
    bureau.read(|tx, book| {
        let levels = levels::on(tx, book, ctx.today())?;
        let mut desk = Desk { who, today: ctx.today(), levels, items: Vec::new() };
        proposals_of(tx, book, &mut desk)?;
        money::batches(tx, book, &mut desk)?;
        money::after_approval(tx, book, &mut desk)?;
        money::returned_lines(tx, book, &mut desk)?;
        money::held_lines(tx, book, &mut desk)?;
        oversight::notices(tx, book, &mut desk)?;
        oversight::objections(tx, book, &mut desk)?;
        oversight::cases(tx, book, &mut desk)?;
        oversight::interviews(tx, book, &mut desk)?;
        oversight::overrides(tx, book, &mut desk)?;
        Ok(desk.items)
    })
}

/// Proposals to sign, and one's own that came back.
fn proposals_of(tx: &mut Tx<'_>, book: &Book, desk: &mut Desk<'_>) -> Result<()> {
    for proposal in proposals::open(tx, book)? {
        let since = china_day(proposal.events.last().map_or(proposal.at, |event| event.at));
        let (id, subject) = (proposal.id.to_string(), format!("送审件 {}：{}", proposal.id, proposal.title));
        let own = proposal.maker == desk.who.name;
        match proposal.state() {
            proposals::State::Waiting if !own && proposal.seen_by(desk.who, &desk.levels) => {
                let who = desk.who;
                let due = next(&proposal.needed(&desk.levels), &proposal.signatures(), &proposal.maker, &who.name, &|code| who.may(code))
                    .map(|(level, _)| level.level);
                let Ok(level) = due else { continue };
                desk.add("proposal.sign", "签批送审件", since, subject, ("proposal.show", "proposal", id));
                desk.note(format!("第 {level} 级，编制人 {}", proposal.maker));
            }
            proposals::State::Returned | proposals::State::Failed if own => {
                let reason = proposal.events.last().map(|event| event.reason.clone()).unwrap_or_default();
                desk.add("proposal.returned", "更正退回的送审件", since, subject, ("proposal.show", "proposal", id));
                desk.note(reason);
            }
            _ => continue,
        }
        if !proposal.amount.is_zero() {
            desk.amount(proposal.amount);
        }
    }
    Ok(())
}

/// Whether any of the owners is in the desk's scope.
fn seen(desk: &Desk<'_>, unit: &str, others: &[Option<String>], region: Option<String>) -> bool {
    let units = others.iter().flatten().cloned().chain([unit.to_string()]).filter(|unit| !unit.is_empty()).collect();
    let regions = region.into_iter().filter(|region| !region.is_empty()).collect();
    Owners { units, regions, any: true }.within(desk.scope())
}
