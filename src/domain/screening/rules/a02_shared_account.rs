//! A02 一卡多人: one account on which several people of several households are paid.

use crate::domain::screening::facts::{Card, NONE, add_months, month_of};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "A02",
    name: "一卡多人",
    version: 1,
    severity: Severity::Hold,
    meaning: "若干个月内，一个账户收到多户多人的补贴。应排除：一户人家共用的账户；监护人代领同户子女的补贴；集中供养机构的账户须核实。",
    source: "财办〔2020〕37号（不得代持、冒名）；审计署贫困县扶贫审计结果公告（一卡多人）",
    needs: &[],
    params: &[
        Param { name: "persons", title: "人数", kind: ParamKind::Count, default: "3" },
        Param { name: "households", title: "户数", kind: ParamKind::Count, default: "2" },
        Param { name: "months", title: "多少个月内", kind: ParamKind::Count, default: "12" },
    ],
    pass: Pass::Lines,
    find,
};

/// A line on a shared account: account, day of the batch, line.
type Entry = (u32, i64, u32);

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let shared = shared(facts);
    let mut entries: Vec<Entry> = Vec::new();
    for (at, payment) in facts.payments.iter().enumerate() {
        if payment.kept() > 0 && shared.get(payment.account as usize).is_some_and(|shared| *shared) {
            entries.push((payment.account, facts.batch(payment).made, at as u32));
        }
    }
    entries.sort_unstable();
    for account in entries.chunk_by(|a, b| a.0 == b.0) {
        judge(facts, params, account, hits);
    }
}

/// Accounts on which more than one person is paid.
fn shared(facts: &Facts) -> Vec<bool> {
    let mut first = vec![NONE; facts.accounts.len()];
    let mut shared = vec![false; facts.accounts.len()];
    for payment in facts.payments.iter().filter(|payment| payment.kept() > 0) {
        if let Some(known) = first.get_mut(payment.account as usize) {
            if *known == NONE {
                *known = payment.person;
            } else if *known != payment.person {
                shared[payment.account as usize] = true;
            }
        }
    }
    shared
}

fn judge(facts: &Facts, params: &Params<'_>, entries: &[Entry], hits: &mut Hits<'_>) {
    let day = entries.last().map_or(facts.as_of, |last| last.1);
    let (persons, households) = (params.count("persons", day), params.count("households", day));
    let months = params.count("months", day);
    let (mut people, mut homes) = (Tally::default(), Tally::default());
    let (mut end, mut taken, mut lines) = (0, 0, Vec::new());
    for start in 0..entries.len() {
        let until = add_months(month_of(entries[start].1), months) * 100 + entries[start].1 % 100;
        while end < entries.len() && entries[end].1 < until {
            let (person, home) = payee_of(facts, entries[end].2);
            people.add(person);
            homes.add(home);
            end += 1;
        }
        if people.count() >= persons && homes.count() >= households {
            lines.extend(entries[taken.max(start)..end].iter().map(|entry| entry.2));
            taken = end;
        }
        let (person, home) = payee_of(facts, entries[start].2);
        people.take(person);
        homes.take(home);
    }
    if !lines.is_empty() {
        lines.sort_unstable();
        report(facts, entries[0].0, lines, hits);
    }
}

/// Person and household of a line; somebody without a household stands for one.
fn payee_of(facts: &Facts, at: u32) -> (u64, u64) {
    let payment = &facts.payments[at as usize];
    let alone = u64::from(u32::MAX) + u64::from(payment.person);
    (u64::from(payment.person), if payment.household == NONE { alone } else { u64::from(payment.household) })
}

/// How many different ones are in a window.
#[derive(Default)]
struct Tally(BTreeMap<u64, u32>);

impl Tally {
    fn add(&mut self, one: u64) {
        *self.0.entry(one).or_default() += 1;
    }

    fn take(&mut self, one: u64) {
        if let Some(count) = self.0.get_mut(&one) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&one);
            }
        }
    }

    fn count(&self) -> i64 {
        self.0.len() as i64
    }
}

fn report(facts: &Facts, account: u32, lines: Vec<u32>, hits: &mut Hits<'_>) {
    let (mut people, mut homes): (Vec<u64>, Vec<u64>) = lines.iter().map(|at| payee_of(facts, *at)).unzip();
    for list in [&mut people, &mut homes] {
        list.sort_unstable();
        list.dedup();
    }
    let number = facts.accounts.get(account as usize).map(|a| a.number.to_string()).unwrap_or_default();
    let sum = Evidence::new("收款账户").says("账号", Says::Account(number));
    let mut hit = Hit::new(Subject::Account(account))
        .evidence(sum.count("人数", people.len() as i64).count("户数", homes.len() as i64).count("笔数", lines.len() as i64));
    for person in people {
        hit = hit.evidence(facts.person_evidence(person as u32));
    }
    for card in cards(facts, account, &lines) {
        let listed = Evidence::new("一卡通登记").says("户名", Says::Name(card.holder.to_string()));
        hit = hit.evidence(listed.day("启用日期", card.from).day("停用日期", card.to).from(card.origin));
    }
    hits.push(hit.payments(facts, lines));
}

/// Cards with the account among those of its payees.
fn cards<'a>(facts: &'a Facts, account: u32, lines: &[u32]) -> Vec<&'a Card> {
    let mut people: Vec<u32> = lines.iter().map(|at| facts.payments[*at as usize].person).collect();
    people.dedup(); // lines are by person
    people.into_iter().flat_map(|person| facts.cards_of(person)).filter(|card| card.account == account).collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    const IDS: [&str; 4] = ["469007196001010011", "469007196201010022", "469007199001010033", "469007199201010044"];

    /// Each payee in a month of their own, all to the first one's account.
    fn county(households: [&str; 4], months: &[i64]) -> Sample {
        let mut s = Sample::new();
        for (household, id_no) in households.iter().zip(IDS) {
            s.person(household, "王示某", id_no);
        }
        s.program("DB", "月", 30_000);
        let account = s.account(&format!("62{}", IDS[0]));
        for (id_no, month) in IDS.iter().zip(months) {
            s.batch(&format!("B{month}"), "DB", *month, *month);
            s.paid(id_no, 30_000).account = account;
        }
        s
    }

    #[test]
    fn three_people_of_two_households_within_a_year_are_one_hit() {
        let mut s = county(["H1", "H1", "H2", "H2"], &[201801, 201806, 201812]);
        let found = s.hits("A02");
        assert_eq!((found.len(), found[0].payments.len(), found[0].amount), (1, 3, 90_000));
        assert!(s.hits_with("A02", &[("screen.A02.persons", "4")]).is_empty());
    }

    #[test]
    fn a_years_window_moves() {
        assert!(county(["H1", "H1", "H2", "H2"], &[201801, 201806, 201901]).hits("A02").is_empty());
        let found = county(["H1", "H1", "H2", "H2"], &[201801, 201806, 201901, 201905]).hits("A02");
        assert_eq!((found.len(), found[0].payments.len()), (1, 3), "the second to the fourth");
    }

    #[test]
    fn one_household_and_two_people_are_innocent() {
        assert!(county(["H1", "H1", "H1", "H1"], &[201801, 201802, 201803, 201804]).hits("A02").is_empty());
        assert!(county(["H1", "H2", "H3", "H4"], &[201801, 201802]).hits("A02").is_empty());
    }

    #[test]
    fn a_returned_line_is_no_payment() {
        let mut s = county(["H1", "H2", "H3", "H4"], &[201801, 201802]);
        let account = s.account(&format!("62{}", IDS[0]));
        s.batch("R", "DB", 201803, 201803);
        s.returned(IDS[2], 30_000).account = account;
        assert!(s.hits("A02").is_empty());
    }
}
