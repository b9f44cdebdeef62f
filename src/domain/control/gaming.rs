//! What is looked for against gaming the rate: the year-end rush by week, money moved to units instead of spent, payments that
//! come back after a cut-off, round trips, payments split below the tender threshold, and payments before a project begins.
//! Everything here is a lead (线索) for people to look into, with its vouchers; none of it is a finding by itself.

use super::policy::{PolicyProblem, Read};
use crate::domain::money::Fen;
use crate::domain::report::figure;
use chrono::{Datelike, Days, NaiveDate};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// Thresholds, from `control.*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub rush_days: u32,
    pub rush_share: Decimal,
    pub rush_month_share: Decimal,
    pub return_days: u32,
    pub round_trip_days: u32,
    pub round_trip_share: Decimal,
    pub split_days: u32,
    pub works: Fen,
    pub goods: Fen,
    pub prepay_share: Decimal,
}

impl Limits {
    pub fn read(values: &BTreeMap<String, String>) -> Result<Limits, PolicyProblem> {
        let read = Read(values);
        Ok(Limits {
            rush_days: read.whole("control.rush.days")?,
            rush_share: read.decimal("control.rush.share")?,
            rush_month_share: read.decimal("control.rush.month_share")?,
            return_days: read.whole("control.return.days")?,
            round_trip_days: read.whole("control.round_trip.days")?,
            round_trip_share: read.decimal("control.round_trip.share")?,
            split_days: read.whole("control.split.days")?,
            works: read.money("control.split.works")?,
            goods: read.money("control.split.goods")?,
            prepay_share: read.decimal("control.prepay.share")?,
        })
    }

    /// The tender threshold for a kind of payee; payments to villages, co-ops and persons are no purchases.
    pub fn tender(&self, payee_kind: &str) -> Option<Fen> {
        match payee_kind {
            "施工单位" => Some(self.works),
            "供应商" => Some(self.goods),
            _ => None,
        }
    }
}

/// Money that a voucher paid, of one unit; negative when it came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    pub date: NaiveDate,
    pub unit: String,
    pub unit_name: String,
    pub amount: Fen,
    pub voucher: String,
}

/// A week of the year (Monday to Sunday, cut at New Year).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Week {
    #[serde(serialize_with = "figure::serialize_day")]
    pub from: NaiveDate,
    #[serde(serialize_with = "figure::serialize_day")]
    pub to: NaiveDate,
    pub paid: Fen,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub share: Option<Decimal>,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub cumulative: Option<Decimal>,
    /// Share of the week over that of an even year.
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub times_even: Option<Decimal>,
    pub vouchers: Vec<String>,
}

fn share(part: i64, whole: i64) -> Option<Decimal> {
    (whole > 0).then(|| Decimal::from(part) / Decimal::from(whole))
}

/// The year's payments by week up to a day. `payments` lie within the year.
pub fn weeks(payments: &[Paid], year: i32, to: NaiveDate) -> Vec<Week> {
    let total: i64 = payments.iter().map(|paid| paid.amount.get()).sum();
    let days = to.ordinal();
    let mut weeks = Vec::new();
    let mut cumulative = 0;
    let mut from = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(to);
    while from <= to {
        let rest = 6 - from.weekday().num_days_from_monday();
        let end = from.checked_add_days(Days::new(u64::from(rest))).unwrap_or(to).min(to);
        let within: Vec<&Paid> = payments.iter().filter(|paid| from <= paid.date && paid.date <= end).collect();
        let paid: i64 = within.iter().map(|paid| paid.amount.get()).sum();
        cumulative += paid;
        let length = Decimal::from(end.signed_duration_since(from).num_days() + 1);
        let even = length / Decimal::from(days.max(1));
        weeks.push(Week {
            from,
            to: end,
            paid: Fen::new(paid),
            share: share(paid, total),
            cumulative: share(cumulative, total),
            times_even: share(paid, total).map(|share| share / even),
            vouchers: vouchers(within.iter().map(|paid| &paid.voucher)),
        });
        from = end.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX);
        if end == to {
            break;
        }
    }
    weeks
}

fn vouchers<'a>(labels: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for label in labels {
        if !seen.contains(label) {
            seen.push(label.clone());
        }
    }
    seen
}

/// How much of a unit's year was paid in the last days and in the last month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rush {
    pub unit: String,
    pub name: String,
    pub paid: Fen,
    pub last_days: Fen,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub last_days_share: Option<Decimal>,
    pub last_month: Fen,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub last_month_share: Option<Decimal>,
    pub flagged: bool,
    /// Of the last month.
    pub vouchers: Vec<String>,
}

/// Concentration by unit at the end `to` of what is looked at; the first row is the whole county.
pub fn rush(payments: &[Paid], to: NaiveDate, limits: &Limits) -> Vec<Rush> {
    let mut units: BTreeMap<(&str, &str), Vec<&Paid>> = BTreeMap::new();
    for paid in payments {
        units.entry(("", "合计")).or_default().push(paid);
        units.entry((&paid.unit, &paid.unit_name)).or_default().push(paid);
    }
    let since = to.checked_sub_days(Days::new(u64::from(limits.rush_days.saturating_sub(1)))).unwrap_or(to);
    let month = to.with_day(1).unwrap_or(to);
    let row = |((unit, name), paid): ((&str, &str), Vec<&Paid>)| {
        let sum = |from: NaiveDate| paid.iter().filter(|paid| paid.date >= from).map(|paid| paid.amount.get()).sum::<i64>();
        let (all, last, of_month) = (sum(NaiveDate::MIN), sum(since), sum(month));
        let (last_share, month_share) = (share(last, all), share(of_month, all));
        Rush {
            unit: unit.to_string(),
            name: name.to_string(),
            paid: Fen::new(all),
            last_days: Fen::new(last),
            last_days_share: last_share,
            last_month: Fen::new(of_month),
            last_month_share: month_share,
            flagged: last_share.is_some_and(|s| s >= limits.rush_share) || month_share.is_some_and(|s| s >= limits.rush_month_share),
            vouchers: vouchers(paid.iter().filter(|paid| paid.date >= month).map(|paid| &paid.voucher)),
        }
    };
    units.into_iter().map(row).collect()
}

/// Money handed to a unit or township and not yet paid on (以拨代支), by allocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub unit: String,
    pub name: String,
    pub allocation: String,
    pub project: String,
    pub moved: Fen,
    pub onward: Fen,
    pub left: Fen,
    pub vouchers: Vec<String>,
}

/// A refund with the payment that it is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    pub doc_no: String,
    pub payment: String,
    pub unit_name: String,
    pub paid_on: NaiveDate,
    pub paid: Fen,
    pub date: NaiveDate,
    pub amount: Fen,
    pub reason: String,
    pub payment_voucher: String,
    pub voucher: String,
}

/// A refund that is worth a look: after which cut-off, or within how many days, and how much of the payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Returned {
    pub doc_no: String,
    pub payment: String,
    pub unit: String,
    #[serde(serialize_with = "figure::serialize_day")]
    pub paid_on: NaiveDate,
    #[serde(serialize_with = "figure::serialize_day")]
    pub date: NaiveDate,
    pub paid: Fen,
    pub amount: Fen,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub share: Option<Decimal>,
    pub days: i64,
    /// 月末 or 年末
    pub cut_off: &'static str,
    pub reason: String,
    pub vouchers: Vec<String>,
}

fn returned(refund: &Refund, cut_off: &'static str) -> Returned {
    Returned {
        doc_no: refund.doc_no.clone(),
        payment: refund.payment.clone(),
        unit: refund.unit_name.clone(),
        paid_on: refund.paid_on,
        date: refund.date,
        paid: refund.paid,
        amount: refund.amount,
        share: share(refund.amount.get(), refund.paid.get()),
        days: refund.date.signed_duration_since(refund.paid_on).num_days(),
        cut_off,
        reason: refund.reason.clone(),
        vouchers: vec![refund.payment_voucher.clone(), refund.voucher.clone()],
    }
}

/// Paid in one month (or year) and back within the first days after its end.
pub fn after_cut_off(refunds: &[Refund], limits: &Limits) -> Vec<Returned> {
    let mut found = Vec::new();
    for refund in refunds {
        let (paid, back) = (refund.paid_on, refund.date);
        let month = |day: NaiveDate| day.year() * 12 + day.month0() as i32;
        if month(back) != month(paid) + 1 || back.day() > limits.return_days {
            continue;
        }
        found.push(returned(refund, if back.year() > paid.year() { "年末" } else { "月末" }));
    }
    found
}

/// Back within some days, and most of it.
pub fn round_trips(refunds: &[Refund], limits: &Limits) -> Vec<Returned> {
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    let soon = |refund: &&Refund| {
        let days = refund.date.signed_duration_since(refund.paid_on).num_days();
        (0..=i64::from(limits.round_trip_days)).contains(&days)
    };
    for refund in refunds.iter().filter(soon) {
        *sums.entry(&refund.payment).or_default() += refund.amount.get();
    }
    let most = |refund: &&Refund| {
        let sum = sums.get(refund.payment.as_str()).copied().unwrap_or(0);
        share(sum, refund.paid.get()).is_some_and(|share| share >= limits.round_trip_share)
    };
    refunds.iter().filter(soon).filter(most).map(|refund| returned(refund, "")).collect()
}

/// A payment to a project's payee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectPayment {
    pub doc_no: String,
    pub date: NaiveDate,
    pub unit_name: String,
    pub project: String,
    pub project_name: String,
    pub planned: Fen,
    pub started: Option<NaiveDate>,
    pub payee: String,
    pub payee_kind: String,
    pub amount: Fen,
    pub voucher: String,
}

/// Payments that together pass a limit that each keeps below, or that came before the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payments {
    pub project: String,
    pub name: String,
    pub payee: String,
    #[serde(serialize_with = "figure::serialize_day")]
    pub from: NaiveDate,
    #[serde(serialize_with = "figure::serialize_day")]
    pub to: NaiveDate,
    pub count: usize,
    pub amount: Fen,
    pub limit: Fen,
    pub planned: Fen,
    #[serde(serialize_with = "figure::serialize_share_option")]
    pub share: Option<Decimal>,
    pub documents: Vec<String>,
    pub vouchers: Vec<String>,
}

fn together(payments: &[&ProjectPayment], limit: Fen) -> Option<Payments> {
    let (first, last) = (payments.first()?, payments.last()?);
    let sum: i64 = payments.iter().map(|payment| payment.amount.get()).sum();
    Some(Payments {
        project: first.project.clone(),
        name: first.project_name.clone(),
        payee: first.payee.clone(),
        from: first.date,
        to: last.date,
        count: payments.len(),
        amount: Fen::new(sum),
        limit,
        planned: first.planned,
        share: share(sum, first.planned.get()),
        documents: payments.iter().map(|payment| payment.doc_no.clone()).collect(),
        vouchers: vouchers(payments.iter().map(|payment| &payment.voucher)),
    })
}

/// Two or more payments to one payee of one project within some days, each below the tender threshold and together not: the
/// longest run of each, so that no payment is told twice.
pub fn splits(payments: &[ProjectPayment], limits: &Limits) -> Vec<Payments> {
    let mut groups: BTreeMap<(&str, &str), Vec<&ProjectPayment>> = BTreeMap::new();
    for payment in payments.iter().filter(|p| limits.tender(&p.payee_kind).is_some_and(|limit| p.amount < limit)) {
        groups.entry((&payment.project, &payment.payee)).or_default().push(payment);
    }
    let mut found = Vec::new();
    for mut group in groups.into_values() {
        group.sort_by(|a, b| (a.date, &a.doc_no).cmp(&(b.date, &b.doc_no)));
        let Some(limit) = group.first().and_then(|first| limits.tender(&first.payee_kind)) else { continue };
        let mut at = 0;
        while at < group.len() {
            let until = group[at].date.checked_add_days(Days::new(u64::from(limits.split_days))).unwrap_or(NaiveDate::MAX);
            let end = at + group[at..].iter().take_while(|payment| payment.date <= until).count();
            let run = &group[at..end];
            let sum: i64 = run.iter().map(|payment| payment.amount.get()).sum();
            if run.len() > 1 && sum >= limit.get() {
                found.extend(together(run, limit));
                at = end;
            } else {
                at += 1;
            }
        }
    }
    found
}

/// Projects paid more before they began than may be prepaid, or more in all than was planned.
pub fn prepaid(payments: &[ProjectPayment], limits: &Limits) -> Vec<Payments> {
    let mut groups: BTreeMap<&str, Vec<&ProjectPayment>> = BTreeMap::new();
    for payment in payments {
        groups.entry(&payment.project).or_default().push(payment);
    }
    let mut found = Vec::new();
    for mut group in groups.into_values() {
        group.sort_by(|a, b| (a.date, &a.doc_no).cmp(&(b.date, &b.doc_no)));
        let (planned, started) = (group[0].planned, group[0].started);
        let early: Vec<&ProjectPayment> =
            group.iter().copied().filter(|payment| started.is_none_or(|started| payment.date < started)).collect();
        let sum = |payments: &[&ProjectPayment]| payments.iter().map(|payment| payment.amount.get()).sum::<i64>();
        let most = (Decimal::from(planned.get()) * limits.prepay_share).floor();
        if Decimal::from(sum(&early)) > most {
            found.extend(together(&early, limit_of(most)));
        } else if sum(&group) > planned.get() {
            found.extend(together(&group, planned));
        }
    }
    found
}

fn limit_of(fen: Decimal) -> Fen {
    use rust_decimal::prelude::ToPrimitive;
    Fen::new(fen.to_i64().unwrap_or(i64::MAX))
}
