//! The groups of a day's forecast: money available and spent, the recent rate, what earlier years paid after the same day, and
//! what is scheduled. Only what was there by the day enters, so that a back-test never looks ahead.

use super::By;
use crate::app::Result;
use crate::app::control::flow::{Dim, Flows, Held};
use crate::domain::calendar::date_to_int;
use crate::domain::forecast::{Group, Scheduled, Season, carried_on};
use crate::domain::ledger::Place;
use crate::domain::progress::Policy;
use chrono::{Datelike, Days, NaiveDate};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a dimension set has to come; and what of it was paid recently.
struct Ahead {
    recent: BTreeMap<i64, i64>,
    on_the_way: BTreeMap<i64, i64>,
    /// Unit and programme: what was paid in the year before after the same day.
    periodic: BTreeMap<(String, String), i64>,
    /// Unit and programme: money allocated and not yet on its way.
    ready: BTreeMap<(String, String), i64>,
    /// The same two for a unit's money that no periodic programme waits for: paid recently, and ready.
    others: BTreeMap<String, (i64, i64)>,
}

/// The groups that have money on a day, in order of key, and the whole.
pub(super) fn of(flows: &Flows, as_of: NaiveDate, by: By, policy: &Policy) -> Result<(Vec<Group>, Group)> {
    let held = flows.held(as_of);
    let (window, days_left) = (policy.recent_days(as_of), policy.days_left(as_of));
    let ahead = Ahead::look(flows, as_of, window, &held)?;
    let fresh = |key: &str, name: &str| Group { key: key.into(), name: name.into(), window, days_left, ..Group::default() };
    let mut whole = fresh("total", "合计");
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (id, at) in &held {
        let dim = flows.dim(*id)?;
        let (key, name) = key_of(dim, by);
        let target = policy.target_for(&dim.level, &dim.fund) * Decimal::from(at.available());
        let scheduled = ahead.scheduled(*id, dim, at, window, days_left);
        let recent = ahead.recent.get(id).copied().unwrap_or(0);
        let own = (!key.is_empty()).then(|| groups.entry(key.to_string()).or_insert_with(|| fresh(key, name)));
        for group in [Some(&mut whole), own].into_iter().flatten() {
            group.available += at.available();
            group.spent += at.paid;
            group.target += target; // weighed by money, divided below
            group.recent += recent;
            group.scheduled.add(scheduled);
        }
    }
    let seasons = seasons(flows, as_of, by)?;
    let common = seasons.get("total").cloned().unwrap_or_default();
    let kin: BTreeMap<&str, String> =
        held.keys().map(|id| flows.dim(*id).map(|dim| (key_of(dim, by).0, kin_of(dim, as_of.year(), by)))).collect::<Result<_>>()?;
    for group in groups.values_mut().chain([&mut whole]) {
        if group.available > 0 {
            group.target /= Decimal::from(group.available);
        }
        let own = kin.get(group.key.as_str()).and_then(|kin| seasons.get(kin)).cloned().unwrap_or_default();
        group.own_seasons = !own.is_empty() && group.key != "total";
        group.seasons = if own.is_empty() { common.clone() } else { own };
    }
    let groups = groups.into_values().filter(|group| group.available > 0).collect();
    Ok((groups, whole))
}

fn key_of(dim: &Dim, by: By) -> (&str, &str) {
    match by {
        By::Unit => (&dim.unit, &dim.unit_name),
        By::Fund => (&dim.fund, &dim.fund_name),
    }
}

/// Whose earlier years say something about a group: the unit's own; for a fund those of the same level and function that came
/// in the same part of the year, for no fund comes twice. Money carried over is a kind of its own.
fn kin_of(dim: &Dim, year: i32, by: By) -> String {
    match by {
        By::Unit => dim.unit.clone(),
        By::Fund if dim.year < i64::from(year) => "carried".to_string(),
        By::Fund => {
            let early = date_to_int(dim.received) <= i64::from(year) * 10_000 + 331;
            format!("{}|{}|{early}", dim.level, dim.function)
        }
    }
}

/// For every kin with money in earlier years, which share of it was paid after the same day of each.
fn seasons(flows: &Flows, as_of: NaiveDate, by: By) -> Result<BTreeMap<String, Vec<Season>>> {
    let first = flows.entries.first().map_or(as_of.year(), |entry| i32::try_from(entry.date / 10_000).unwrap_or(as_of.year()));
    let mut seasons: BTreeMap<String, Vec<Season>> = BTreeMap::new();
    for year in first..as_of.year() {
        let day = same_day(as_of, year);
        let Some(end) = NaiveDate::from_ymd_opt(year, 12, 31) else { continue };
        let then = flows.held(day);
        let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for (id, at) in flows.held(end) {
            let kin = kin_of(flows.dim(id)?, year, by);
            let after = at.paid - then.get(&id).map_or(0, |held| held.paid);
            for key in [kin, "total".to_string()].into_iter().filter(|key| !key.is_empty()) {
                let sum = sums.entry(key).or_default();
                *sum = (sum.0 + after, sum.1 + at.available());
            }
        }
        for (key, (after, available)) in sums.into_iter().filter(|(_, (_, available))| *available > 0) {
            let share = Decimal::from(after) / Decimal::from(available);
            seasons.entry(key).or_default().push(Season { year, share });
        }
    }
    Ok(seasons)
}

/// The same day of another year; its month's last for 29 February.
fn same_day(day: NaiveDate, year: i32) -> NaiveDate {
    day.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).unwrap_or(day)
}

impl Ahead {
    fn look(flows: &Flows, as_of: NaiveDate, window: u32, held: &BTreeMap<i64, Held>) -> Result<Ahead> {
        let since = as_of.checked_sub_days(Days::new(u64::from(window.saturating_sub(1)))).map_or(0, date_to_int);
        let before = same_day(as_of, as_of.year() - 1);
        let (today, from, year_before) = (date_to_int(as_of), date_to_int(before), i64::from(as_of.year()) - 1);
        let mut ahead = Ahead {
            recent: BTreeMap::new(),
            on_the_way: BTreeMap::new(),
            periodic: BTreeMap::new(),
            ready: BTreeMap::new(),
            others: BTreeMap::new(),
        };
        for entry in flows.entries.iter().take_while(|entry| entry.date <= today) {
            if matches!(entry.place, Place::Reserved | Place::InTransit) {
                *ahead.on_the_way.entry(entry.dim).or_default() += entry.net();
            }
            if !entry.place.is_paid() || entry.closing {
                continue;
            }
            if entry.date >= since && entry.date / 10_000 == i64::from(as_of.year()) {
                *ahead.recent.entry(entry.dim).or_default() += entry.net();
            }
            let dim = flows.dim(entry.dim)?;
            if !dim.program.is_empty() && entry.date > from && entry.date / 10_000 == year_before {
                *ahead.periodic.entry((dim.unit.clone(), dim.program.clone())).or_default() += entry.net();
            }
        }
        for (id, at) in held {
            let dim = flows.dim(*id)?;
            if !dim.program.is_empty() {
                *ahead.ready.entry((dim.unit.clone(), dim.program.clone())).or_default() += at.allocated;
            }
        }
        for (id, at) in held {
            let dim = flows.dim(*id)?;
            if !ahead.periodic.contains_key(&(dim.unit.clone(), dim.program.clone())) {
                let sums = ahead.others.entry(dim.unit.clone()).or_default();
                *sums = (sums.0 + ahead.recent.get(id).copied().unwrap_or(0), sums.1 + at.allocated);
            }
        }
        Ok(ahead)
    }

    fn scheduled(&self, id: i64, dim: &Dim, at: &Held, window: u32, days_left: u32) -> Scheduled {
        let on_the_way = self.on_the_way.get(&id).copied().unwrap_or(0);
        let key = (dim.unit.clone(), dim.program.clone());
        let expected = if dim.program.is_empty() { None } else { self.periodic.get(&key) };
        if let (Some(expected), Some(ready)) = (expected, self.ready.get(&key).filter(|ready| **ready > 0)) {
            // what is on its way is a part of what was expected; the rest is shared out by the money that is there
            let share = i128::from((*expected).max(0)) * i128::from(at.allocated) / i128::from(*ready);
            let periodic = i64::try_from(share).unwrap_or(i64::MAX).saturating_sub(on_the_way).clamp(0, at.allocated.max(0));
            return Scheduled { on_the_way, periodic, others: 0 };
        }
        let (recent, ready) = self.others.get(&dim.unit).copied().unwrap_or_default();
        let expected = i128::from(carried_on(recent, window, days_left)) * i128::from(at.allocated) / i128::from(ready.max(1));
        let others = i64::try_from(expected).unwrap_or(i64::MAX).saturating_sub(on_the_way).clamp(0, at.allocated.max(0));
        Scheduled { on_the_way, periodic: 0, others }
    }
}
