//! A04 账户网络: people of several households who hang together by the accounts on which they are paid, with a cadre or
//! somebody on the public payroll among them.

use crate::domain::screening::facts::{Facts, NONE, month_of, payee};
use crate::domain::screening::{Evidence, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "A04",
    name: "账户网络",
    version: 1,
    severity: Severity::Note,
    meaning: "若干户人通过共用账户连在一起，其中有在任干部或财政供养人员。应排除：互为亲属的家庭共用账户；干部在领款期间不在任。",
    source: "财办〔2020〕37号（不得代持、冒名）；审计机关扶贫资金审计方法（账户关联分析）",
    needs: &[List::Cadres, List::Payroll],
    params: &[Param { name: "households", title: "户数", kind: ParamKind::Count, default: "3" }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let shared = Shared::new(facts);
    if !shared.shared.contains(&true) {
        return;
    }
    let least = params.count("households", facts.as_of);
    for group in shared.groups(facts) {
        let mut homes: Vec<u64> = group.iter().map(|person| home_of(facts, *person)).collect();
        homes.sort_unstable();
        homes.dedup();
        if (homes.len() as i64) < least || one_family(facts, &group) {
            continue;
        }
        let staff: Vec<u32> = group.iter().copied().filter(|person| is_staff(facts, *person)).collect();
        if !staff.is_empty() {
            report(facts, &shared, &group, homes.len(), &staff, hits);
        }
    }
}

/// Accounts with more than one person, by card or by payment, and who is tied to whom by them.
struct Shared {
    first: Vec<u32>,
    shared: Vec<bool>,
}

impl Shared {
    fn new(facts: &Facts) -> Shared {
        let count = facts.accounts.len();
        let mut shared = Shared { first: vec![NONE; count], shared: vec![false; count] };
        links(facts).for_each(|(account, person)| shared.note(account, person));
        shared
    }

    fn note(&mut self, account: u32, person: u32) {
        let Some(known) = self.first.get_mut(account as usize) else { return };
        if *known == NONE {
            *known = person;
        } else if *known != person {
            self.shared[account as usize] = true;
        }
    }

    fn is(&self, account: u32) -> bool {
        self.shared.get(account as usize).is_some_and(|shared| *shared)
    }

    /// Connected people, in ascending order, by the first of each group.
    fn groups(&self, facts: &Facts) -> Vec<Vec<u32>> {
        let mut union = Union::new(facts.people.len());
        let mut tied: Vec<u32> = Vec::new();
        for (account, person) in links(facts).filter(|(account, _)| self.is(*account)) {
            union.join(self.first[account as usize], person);
            tied.push(person);
        }
        tied.sort_unstable();
        tied.dedup();
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for person in tied {
            groups.entry(union.root(person)).or_default().push(person);
        }
        groups.into_values().collect()
    }
}

/// Account and person of each card, and of each line whose money counts.
fn links(facts: &Facts) -> impl Iterator<Item = (u32, u32)> + '_ {
    let known = |person: u32| (person as usize) < facts.people.len();
    let cards = facts.cards.iter().map(|card| (card.account, card.person));
    let lines = facts.payments.iter().filter(|payment| payment.kept() > 0).map(|payment| (payment.account, payment.person));
    cards.chain(lines).filter(move |(_, person)| known(*person))
}

/// Union-find; the root of a group is its smallest member.
struct Union(Vec<u32>);

impl Union {
    fn new(count: usize) -> Union {
        Union((0..count as u32).collect())
    }

    fn root(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            let above = self.0[at as usize];
            self.0[at as usize] = self.0[above as usize];
            at = above;
        }
        at
    }

    fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other) as usize] = one.min(other);
    }
}

/// The household; somebody who is not registered stands for one.
fn home_of(facts: &Facts, person: u32) -> u64 {
    match facts.people[person as usize].household {
        NONE => u64::from(u32::MAX) + u64::from(person),
        household => u64::from(household),
    }
}

/// Whether household and kinship alone tie all of a group together.
fn one_family(facts: &Facts, group: &[u32]) -> bool {
    let mut union = Union::new(group.len());
    let mut homes: BTreeMap<u64, u32> = BTreeMap::new();
    for (at, person) in group.iter().enumerate() {
        let at = at as u32;
        let first = *homes.entry(home_of(facts, *person)).or_insert(at);
        union.join(first, at);
        for kin in facts.lists.kin.of(*person) {
            if let Ok(other) = group.binary_search(&kin.other) {
                union.join(at, other as u32);
            }
        }
    }
    (0..group.len() as u32).all(|at| union.root(at) == 0)
}

fn is_staff(facts: &Facts, person: u32) -> bool {
    !facts.lists.cadres.of(person).is_empty() || !facts.lists.payroll.of(person).is_empty()
}

fn report(facts: &Facts, shared: &Shared, group: &[u32], homes: usize, staff: &[u32], hits: &mut Hits<'_>) {
    let lines = group.iter().flat_map(|person| payee::lines(facts, *person, |payment, _| shared.is(payment.account)));
    let mut lines: Vec<u32> = lines.collect();
    lines.sort_unstable();
    let made = |at: &u32| facts.batch(&facts.payments[*at as usize]).made;
    let (Some(from), Some(to)) = (lines.iter().map(made).min(), lines.iter().map(made).max()) else { return };
    for person in staff {
        let mut terms = Vec::new();
        for term in facts.lists.cadres.of(*person).iter().filter(|term| term.from <= to && term.to >= from) {
            let row = payee::row_of(facts, "干部名单", *person).text("职务", &term.post).text("区划", &term.region);
            terms.push(row.day("起始日期", term.from).day("终止日期", term.to).from(term.origin));
        }
        for term in facts.lists.payroll.of(*person).iter().filter(|term| term.from <= to && term.to >= from) {
            let row = payee::row_of(facts, "财政供养名单", *person).text("单位", &term.employer);
            terms.push(row.day("起始日期", term.from).day("终止日期", term.to).from(term.origin));
        }
        if terms.is_empty() {
            continue;
        }
        let sum = Evidence::new("账户网络").count("人数", group.len() as i64).count("户数", homes as i64);
        let sum = sum.month("造表月份起", month_of(from)).month("造表月份止", month_of(to));
        let mut hit = Hit::new(Subject::Person(*person)).evidence(facts.person_evidence(*person)).evidence(sum);
        for term in terms {
            hit = hit.evidence(term);
        }
        for (account, people) in ties(facts, shared, group) {
            let number = facts.accounts[account as usize].number.to_string(); // `is` has found it
            let mut tie = Evidence::new("共用账户").says("账号", Says::Account(number));
            for person in people {
                tie = tie.says("户名或领款人", Says::Name(facts.people[person as usize].name.to_string()));
            }
            hit = hit.evidence(tie);
        }
        hits.push(hit.payments(facts, lines.iter().copied()));
    }
}

/// Shared accounts of a group with their people.
fn ties(facts: &Facts, shared: &Shared, group: &[u32]) -> BTreeMap<u32, Vec<u32>> {
    let mut ties: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for person in group {
        let cards = facts.cards_of(*person).iter().map(|card| card.account);
        let paid = facts.payments_of(*person).iter().filter(|payment| payment.kept() > 0).map(|payment| payment.account);
        for account in cards.chain(paid).filter(|account| shared.is(*account)) {
            let people = ties.entry(account).or_default();
            if people.last() != Some(person) {
                people.push(*person);
            }
        }
    }
    ties
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::Subject;
    use crate::domain::screening::facts::{Cadre, Payroll};
    use crate::domain::screening::sample::Sample;

    const IDS: [&str; 4] = ["469007196001010011", "469007196201010022", "469007199001010033", "469007199201010044"];

    /// A chain: the second is paid to the first one's account, the third to the second one's; the fourth to their own.
    fn county() -> Sample {
        let mut s = Sample::new();
        for (household, id_no) in ["H1", "H2", "H3", "H4"].iter().zip(IDS) {
            s.person(household, "王示某", id_no);
        }
        s.program("DB", "月", 30_000);
        s.batch("B", "DB", 201803, 201803);
        for (payee, to) in [(0, 0), (1, 0), (2, 1), (3, 3)] {
            let account = s.account(&format!("62{}", IDS[to]));
            s.paid(IDS[payee], 30_000).account = account;
        }
        s
    }

    fn cadre(s: &mut Sample, id_no: &str, from: i64, to: i64) {
        s.rows.cadres.push((id_no.into(), Cadre { region: "469007100201".into(), from, to, ..Cadre::default() }));
    }

    #[test]
    fn three_households_in_a_chain_with_a_cadre_are_a_lead() {
        let mut s = county();
        cadre(&mut s, IDS[2], 20170101, 99991231);
        let found = s.hits("A04");
        assert_eq!((found.len(), &found[0].subject, found[0].amount), (1, &Subject::Person(2), 90_000));
        assert!(s.hits_with("A04", &[("screen.A04.households", "4")]).is_empty());
    }

    #[test]
    fn somebody_on_the_payroll_is_one_too() {
        let mut s = county();
        s.rows.payroll.push((IDS[0].into(), Payroll { from: 20170101, to: 99991231, ..Payroll::default() }));
        assert_eq!(s.hits("A04").len(), 1);
    }

    #[test]
    fn without_staff_or_with_staff_elsewhere_or_at_another_time_it_is_none() {
        assert!(county().hits("A04").is_empty());
        let mut s = county();
        cadre(&mut s, IDS[3], 20170101, 99991231);
        cadre(&mut s, IDS[0], 20100101, 20171231);
        assert!(s.hits("A04").is_empty());
    }

    #[test]
    fn a_family_is_no_network() {
        let mut s = county();
        cadre(&mut s, IDS[2], 20170101, 99991231);
        s.rows.kin.push((IDS[0].into(), IDS[1].into(), "兄弟".into()));
        assert_eq!(s.hits("A04").len(), 1, "the third is no kin");
        let mut s = county();
        cadre(&mut s, IDS[2], 20170101, 99991231);
        s.rows.kin.push((IDS[0].into(), IDS[1].into(), "兄弟".into()));
        s.rows.kin.push((IDS[1].into(), IDS[2].into(), "父子".into()));
        assert!(s.hits("A04").is_empty());
    }
}
