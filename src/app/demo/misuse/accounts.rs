//! Cards that are not what they seem (rules A01–A03), and the bank's own mass re-issue, which is only what it seems.

use super::hands::{Weaver, next_workday};
use super::payees::{told, worker};
use crate::app::demo::county::row;
use crate::app::demo::people::{card_number, card_row, day};
use crate::app::demo::plan::{after, before};
use crate::app::demo::programs::{ECOLOGY, INDUSTRY};
use crate::domain::kinds;
use chrono::NaiveDate;

pub fn plant(weaver: &mut Weaver<'_>) {
    for n in 0..weaver.times() {
        let year = weaver.year(n);
        expired(weaver);
        one_for_three(weaver, year);
        there_and_back(weaver, year);
        network(weaver, year);
    }
    if weaver.households >= 1_000 {
        village_at_once(weaver);
    }
}

/// The bank replaces most of its cards on one day (批量换卡): old ones end, new ones begin.
pub fn mass_reissue(weaver: &mut Weaver<'_>) {
    let Some(year) = weaver.years.get(1).copied() else { return };
    let date = next_workday(day(year, 6, 9), 0);
    for person in 0..weaver.plan.people.persons.len() {
        let Some(old) = weaver.person(person).account.clone() else { continue };
        if weaver.is_touched(person) {
            continue;
        }
        let serial = weaver.new_card();
        let closed = card_row(weaver.person(person), &old, day(2017, 1, 1), Some(before(date, 1)));
        weaver.register(date, &kinds::cards::KIND, "一卡通-批量换卡", closed);
        let fresh = card_row(weaver.person(person), &card_number(serial as usize), date, None);
        weaver.register(date, &kinds::cards::KIND, "一卡通-批量换卡", fresh);
        weaver.use_card(person, serial, date, None);
        weaver.reissued.insert(person, (date, serial));
    }
}

/// The day from which the card holds that a person has on a day.
fn since(weaver: &Weaver<'_>, person: usize, date: NaiveDate) -> NaiveDate {
    weaver.reissued.get(&person).map(|(from, _)| *from).filter(|from| *from <= date).unwrap_or_else(|| day(2017, 1, 1))
}

/// A01: the card had been closed before the payment, as the bank told later.
fn expired(weaver: &mut Weaver<'_>) {
    let year = weaver.last_year(); // after the bank's own re-issue
    let Some(person) = weaver.take(|w, at| worker(w, at, INDUSTRY, year) && !w.is_touched(at)) else { return };
    let Some(paid) = weaver.lines(person, INDUSTRY).into_iter().find(|l| weaver.batch(*l).period == format!("{year}")) else { return };
    let made = weaver.batch(paid).made;
    let from = since(weaver, person, made);
    let closed = card_row(weaver.person(person), &card_number(paid.line.card as usize), from, Some(before(made, 3).max(from)));
    weaver.register(told(year), &kinds::cards::KIND, "一卡通-销户", closed);
    let serial = weaver.new_card();
    weaver.change_card(person, serial, next_workday(told(year), 1), None);
    weaver.guilty("A01", person, "造表前账户已销户，款项仍付至该账户");
}

/// A02: two more households are paid to one and the same account.
fn one_for_three(weaver: &mut Weaver<'_>, year: i32) {
    if let Some((_, card)) = shared(weaver, year) {
        weaver.guilty_of("A02", "账户", &card, &[], "三户三人的补贴发到同一账户");
    }
}

/// A04 (and A02, P09): the same, and the account is that of a village cadre.
fn network(weaver: &mut Weaver<'_>, year: i32) {
    let Some((holder, card)) = shared(weaver, year) else { return };
    let p = weaver.person(holder);
    let (id, name, village) = (p.id_no.clone(), p.name.clone(), weaver.village_code(holder));
    let cells = row(&[&id, &name, &village, "村民小组组长", &day(year, 1, 5).to_string(), ""]);
    weaver.lists.add(&kinds::ref_cadres::KIND, told(year), cells);
    weaver.stop(holder, told(year));
    weaver.guilty_of("A02", "账户", &card, &[], "三户三人的补贴发到同一账户");
    for (rule, note) in [("A04", "村干部的账户收三户的补贴"), ("P09", "村民小组组长在任期间领取产业扶持资金")]
    {
        weaver.guilty(rule, holder, note);
    }
}

/// Three people of three households on one account: its holder and its number.
fn shared(weaver: &mut Weaver<'_>, year: i32) -> Option<(usize, String)> {
    let wanted = |w: &Weaver<'_>, at: usize| worker(w, at, INDUSTRY, year) && !w.is_touched(at);
    let holder = weaver.take(wanted)?;
    let paid = weaver.lines(holder, INDUSTRY).into_iter().find(|l| weaver.batch(*l).period == format!("{year}"))?;
    let (from, until) = (before(weaver.batch(paid).made, 20), told(year));
    // each of the others must be paid while the account is shared
    let paid_there = |w: &Weaver<'_>, at: usize| w.lines(at, "").iter().any(|l| (from..=until).contains(&w.batch(*l).made));
    for _ in 0..2 {
        let other = weaver.take(|w, at| wanted(w, at) && paid_there(w, at))?;
        weaver.change_card(other, paid.line.card, from, Some(until));
    }
    Some((holder, card_number(paid.line.card as usize)))
}

/// A03: another card for one payment only, at another time than the bank's own re-issue, which would explain it.
fn there_and_back(weaver: &mut Weaver<'_>, year: i32) {
    let apart = |w: &Weaver<'_>, at: usize| {
        let paid = w.lines(at, INDUSTRY).into_iter().find(|l| w.batch(*l).period == format!("{year}"));
        let days = paid.zip(w.reissued.get(&at)).map(|(paid, (date, _))| w.batch(paid).made.signed_duration_since(*date).num_days());
        days.is_none_or(|days| days.abs() > 30)
    };
    let Some(person) = weaver.take(|w, at| worker(w, at, INDUSTRY, year) && !w.is_touched(at) && apart(w, at)) else { return };
    let Some(paid) = weaver.lines(person, INDUSTRY).into_iter().find(|l| weaver.batch(*l).period == format!("{year}")) else { return };
    let made = weaver.batch(paid).made;
    let serial = weaver.new_card();
    weaver.change_card(person, serial, before(made, 4), Some(after(made, 20)));
    weaver.guilty("A03", person, "造表前四天换账户，发放后换回");
}

/// A03: six of one village on one day.
fn village_at_once(weaver: &mut Weaver<'_>) {
    let year = weaver.first_year();
    let wanted = |w: &Weaver<'_>, at: usize| worker(w, at, ECOLOGY, year) && !w.is_touched(at);
    let Some(first) = weaver.take(wanted) else { return };
    let village = weaver.household(first).village;
    let mut people = vec![first];
    people.extend((0..5).filter_map(|_| weaver.take(|w, at| wanted(w, at) && w.household(at).village == village)));
    let Some(paid) = weaver.lines(first, ECOLOGY).into_iter().find(|l| weaver.batch(*l).period == format!("{year}Q2")) else { return };
    let from = before(weaver.batch(paid).made, 25);
    if people.len() < 6 {
        return;
    }
    for person in people {
        let serial = weaver.new_card();
        weaver.change_card(person, serial, from, None);
        weaver.guilty("A03", person, "同村六人同一天换账户后领款");
    }
}
