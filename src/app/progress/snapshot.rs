//! The state of a book at the end of a day, by dimension set and place: read once, grouped as often as wanted.

use super::groups::{self, Group};
use super::{Entry, entries, new_year, policy, recent_from};
use crate::app::book::chart;
use crate::app::known_at::Known;
use crate::app::{Book, Result};
use crate::domain::access::Scope;
use crate::domain::ledger::Place;
use crate::domain::money::Fen;
use crate::domain::progress::{GroupBy, Holding, MoneyOverflow, Policy, ProgressReport, RecentSpend};
use crate::store::Tx;
use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};

/// What one place of one dimension set holds, or has paid within the year.
struct Figure {
    dim: i64,
    place: Place,
    amount: Fen,
    /// Of it, paid within the days of the run rate.
    recent: Fen,
}

pub(crate) struct Snapshot {
    as_of: NaiveDate,
    pub policy: Policy,
    groups: HashMap<i64, Group>,
    figures: Vec<Figure>,
}

impl Snapshot {
    pub fn load(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, known: &Known) -> Result<Snapshot> {
        let chart = chart(tx, book)?;
        let entries = entries::load(tx, book, &chart, as_of, known.seq)?;
        Snapshot::of(tx, book, as_of, known, &entries)
    }

    /// The same of movements up to the day that have been read.
    pub fn of(tx: &mut Tx<'_>, book: &Book, as_of: NaiveDate, known: &Known, entries: &[Entry]) -> Result<Snapshot> {
        let policy = policy::in_force(tx, book, as_of, known)?;
        let groups = groups::load(tx, book, as_of)?;
        let (year, recent_from) = (new_year(as_of), recent_from(as_of, policy.recent_days(as_of)));
        let mut sums: BTreeMap<(Place, i64), (Fen, Fen)> = BTreeMap::new();
        for entry in entries {
            let counts = groups.get(&entry.dim).is_some_and(|group| group.year <= i64::from(as_of.year()));
            let in_year = entry.date >= year;
            let (paid, net) = (entry.place.is_paid(), Fen::new(entry.net()));
            // the year's own closing entries count nowhere, what earlier years paid not in this one's payments
            let of_another = if paid { !in_year || entry.closing } else { in_year && entry.closing };
            if !counts || of_another {
                continue;
            }
            let (amount, recent) = sums.entry((entry.place, entry.dim)).or_default();
            add(Some(amount), net)?;
            if paid && entry.date >= recent_from {
                add(Some(recent), net)?;
            }
        }
        let figures = sums.into_iter().map(|((place, dim), (amount, recent))| Figure { dim, place, amount, recent }).collect();
        Ok(Snapshot { as_of, policy, groups, figures })
    }

    /// Only the money of a scope, in every grouping and total.
    pub fn within(mut self, scope: &Scope) -> Snapshot {
        self.groups.retain(|_, group| group.belongs_to(scope));
        let groups = &self.groups;
        self.figures.retain(|figure| groups.contains_key(&figure.dim));
        self
    }

    /// What each place holds of the money of each level.
    pub fn by_level_and_place(&self) -> Result<BTreeMap<(String, Place), Fen>> {
        let mut sums: BTreeMap<(String, Place), Fen> = BTreeMap::new();
        for figure in &self.figures {
            let Some(group) = self.groups.get(&figure.dim) else { continue };
            add(Some(sums.entry((group.level().to_string(), figure.place)).or_default()), figure.amount)?;
        }
        Ok(sums)
    }

    /// The dimension sets that it knows.
    pub(super) fn groups(&self) -> &HashMap<i64, Group> {
        &self.groups
    }

    /// The level of a dimension set that it knows and counts.
    pub fn level_of(&self, dim: i64) -> Option<&str> {
        self.groups.get(&dim).filter(|group| group.year <= i64::from(self.as_of.year())).map(Group::level)
    }

    /// The progress of every group that holds or has paid anything.
    pub fn report(&self, by: GroupBy) -> Result<ProgressReport> {
        self.report_of(by, |_| true)
    }

    /// The same for the groups that belong to a unit, project or programme, without the row for money that belongs to none.
    pub fn report_of_named(&self, by: GroupBy) -> Result<ProgressReport> {
        self.report_of(by, |key| !key.is_empty())
    }

    fn report_of(&self, by: GroupBy, wanted: impl Fn(&str) -> bool) -> Result<ProgressReport> {
        let days = self.policy.recent_days(self.as_of);
        let mut rows: BTreeMap<&str, (Holding, RecentSpend)> = BTreeMap::new();
        let mut weighed: BTreeMap<&str, Decimal> = BTreeMap::new();
        for figure in &self.figures {
            // every figure's dimension set was found when it was read
            let Some(group) = self.groups.get(&figure.dim) else { continue };
            let (key, name) = group.row(by);
            if !wanted(key) || (figure.amount.is_zero() && figure.recent.is_zero()) {
                continue;
            }
            let (holding, recent) =
                rows.entry(key).or_insert_with(|| (Holding::new(key, name), RecentSpend { key: key.to_string(), days, paid: Fen::ZERO }));
            add(place_mut(holding, figure.place), figure.amount)?;
            add(Some(&mut recent.paid), figure.recent)?;
            if self.policy.has_overrides() {
                let (level, fund) = group.target_key();
                *weighed.entry(key).or_default() += self.policy.target_for(level, fund) * Decimal::from(figure.amount.get());
            }
        }
        for (key, (holding, _)) in &mut rows {
            let available = holding.available()?.get();
            holding.target = weighed.get(key).filter(|_| available > 0).map(|sum| sum / Decimal::from(available));
        }
        let (holdings, recent): (Vec<Holding>, Vec<RecentSpend>) = rows.into_values().unzip();
        Ok(ProgressReport::by_group(by, self.as_of, &holdings, &recent, &self.policy)?)
    }
}

/// The field of a holding that a place stands in; sources and reclaimed money stand in none.
pub(super) fn place_mut(holding: &mut Holding, place: Place) -> Option<&mut Fen> {
    Some(match place {
        Place::Unallocated => &mut holding.unallocated,
        Place::Allocated => &mut holding.allocated,
        Place::Reserved => &mut holding.reserved,
        Place::InTransit => &mut holding.in_transit,
        Place::Returned => &mut holding.returned,
        Place::Moved => &mut holding.moved,
        Place::Retention => &mut holding.retention,
        Place::PaidHousehold => &mut holding.paid_household,
        Place::PaidPayee => &mut holding.paid_payee,
        Place::SourceUpper | Place::SourceOwn | Place::SourceCarried | Place::Reclaimed => return None,
    })
}

pub(super) fn add(to: Option<&mut Fen>, amount: Fen) -> std::result::Result<(), MoneyOverflow> {
    if let Some(to) = to {
        *to = to.checked_add(amount).ok_or(MoneyOverflow)?;
    }
    Ok(())
}
