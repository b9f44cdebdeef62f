//! A01 账号非本人: the account that a line went to was not the payee's on the day of the batch. Files with such lines are
//! refused when they come; cards change later, so this looks again at what stands in the book.

use crate::domain::screening::facts::{Batch, Card, Household, NONE, Payment, payee};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "A01",
    name: "账号非本人",
    version: 1,
    severity: Severity::Block,
    meaning: "收款账户在造表日期不是领款人登记的一卡通，或户名是户外他人；有劳动能力的成年人领到同户他人账户的列为待核。应排除：未成年人、\
              老人和丧失劳动能力的人由同户监护人代领且监护人账户已登记；按户发放到户主账户；一户共用账户；曾用名、生僻字。",
    source: "财办〔2020〕37号 惠民惠农财政补贴资金“一卡通”；审计署贫困县扶贫审计结果公告（冒用他人账户）",
    needs: &[],
    params: &[
        Param { name: "adult", title: "成年年龄（以下可由监护人代领）", kind: ParamKind::Count, default: "18" },
        Param { name: "old", title: "老人年龄（以上可由家人代领）", kind: ParamKind::Count, default: "60" },
    ],
    pass: Pass::Lines,
    find,
};

/// What is wrong with the account of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    Foreign,
    /// The payee's own at another time.
    OtherTime,
    /// Under the name of somebody outside the household.
    OtherName,
    /// Of another member of the household, though the payee needs no guardian.
    Household,
}

impl Fault {
    fn chinese(self) -> &'static str {
        match self {
            Fault::Foreign => "不是本人或同户人员登记的账户",
            Fault::OtherTime => "本人账户在造表日期未启用或已停用",
            Fault::OtherName => "户名不是本人或同户人员",
            Fault::Household => "成年人领到同户他人账户",
        }
    }
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let ages = payee::by_batch(facts, |batch| (params.count("adult", batch.made), params.count("old", batch.made)));
    let mut faulty: Vec<(u32, Vec<(u32, Fault)>)> = Vec::new();
    for person in 0..facts.registered as u32 {
        let mut lines = Vec::new();
        for at in facts.payment_range(person) {
            let payment = &facts.payments[at as usize];
            if payment.kept() > 0
                && let Some(fault) = fault(facts, person, payment, facts.batch(payment), ages[payment.batch as usize])
            {
                lines.push((at, fault));
            }
        }
        if !lines.is_empty() {
            faulty.push((person, lines));
        }
    }
    let holders = holders(facts, &faulty);
    for (person, lines) in faulty {
        report(facts, &holders, person, &lines, hits);
    }
}

fn fault(facts: &Facts, person: u32, payment: &Payment, batch: &Batch, (adult, old): (i64, i64)) -> Option<Fault> {
    let known = &facts.people[person as usize];
    let valid = |card: &&Card| card.from <= batch.made && batch.made <= card.to;
    let own = || facts.cards_of(person).iter().filter(|card| card.account == payment.account && payment.account != NONE);
    if let Some(card) = own().find(valid) {
        let named = payee::same_name(&card.holder, &known.name) || family_name(facts, person, payment, &card.holder);
        return (!named).then_some(Fault::OtherName);
    }
    let family = family(facts, person, payment);
    let mut cards = family.flat_map(|member| facts.cards_of(member).iter());
    if payment.account != NONE && cards.any(|card| card.account == payment.account && valid(&card)) {
        let age = (batch.made - known.id_no.birth()) / 10_000;
        let guarded = age < adult || age >= old || known.labour != "有";
        let for_all = facts.program_of(batch).is_some_and(|program| program.subject == "户");
        return (!guarded && !for_all).then_some(Fault::Household);
    }
    Some(if own().next().is_some() { Fault::OtherTime } else { Fault::Foreign })
}

/// Other members of the household under which a line was paid, and of the household where the payee is now.
fn family<'a>(facts: &'a Facts, person: u32, payment: &Payment) -> impl Iterator<Item = u32> + 'a {
    let now = facts.people[person as usize].household;
    let then = if payment.household == now { NONE } else { payment.household };
    facts.members(now).iter().chain(facts.members(then)).copied().filter(move |member| *member != person)
}

fn family_name(facts: &Facts, person: u32, payment: &Payment, holder: &str) -> bool {
    let mut family = family(facts, person, payment);
    family.any(|member| payee::same_name(holder, &facts.people[member as usize].name))
}

/// Cards of the accounts in question, whosever they are: read once for all of them.
fn holders<'a>(facts: &'a Facts, faulty: &[(u32, Vec<(u32, Fault)>)]) -> BTreeMap<u32, Vec<&'a Card>> {
    let lines = faulty.iter().flat_map(|(_, lines)| lines.iter().map(|(at, _)| facts.payments[*at as usize].account));
    let mut wanted: BTreeMap<u32, Vec<&Card>> = lines.map(|account| (account, Vec::new())).collect();
    if !wanted.is_empty() {
        for card in &facts.cards {
            if let Some(cards) = wanted.get_mut(&card.account) {
                cards.push(card);
            }
        }
    }
    wanted
}

fn report(facts: &Facts, holders: &BTreeMap<u32, Vec<&Card>>, person: u32, lines: &[(u32, Fault)], hits: &mut Hits<'_>) {
    let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
    let mut shown: Vec<(u32, Fault)> = Vec::new();
    for (at, fault) in lines {
        let account = facts.payments[*at as usize].account;
        if shown.contains(&(account, *fault)) {
            continue;
        }
        shown.push((account, *fault));
        let number = facts.accounts.get(account as usize).map(|a| a.number.to_string()).unwrap_or_default();
        hit = hit.evidence(Evidence::new("收款账户").says("账号", Says::Account(number)).text("问题", fault.chinese()));
        for card in holders.get(&account).map_or(&[][..], Vec::as_slice) {
            let household = facts.person(card.person).and_then(|p| facts.household(p.household)).map_or("", household_code);
            let listed = Evidence::new("一卡通登记").says("户名", Says::Name(card.holder.to_string())).text("登记人户编号", household);
            hit = hit.evidence(listed.day("启用日期", card.from).day("停用日期", card.to).from(card.origin));
        }
    }
    if lines.iter().all(|(_, fault)| *fault == Fault::Household) {
        hit = hit.severity(Severity::Hold);
    }
    hits.push(hit.payments(facts, lines.iter().map(|(at, _)| *at)));
}

fn household_code(household: &Household) -> &str {
    &household.code
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;
    use crate::domain::screening::{Hit, Severity};

    const HEAD: &str = "469007196001010011";
    const SON: &str = "469007199001010033";
    const CHILD: &str = "469007201001010055";
    const OTHER: &str = "469007197001010066";

    /// Everybody has a card of their own; the payee is paid to the account of `of`.
    fn hits(payee: &str, of: &str, change: impl FnOnce(&mut Sample)) -> Vec<Hit> {
        let mut s = Sample::new();
        s.person("H1", "王示甲", HEAD);
        s.person("H1", "王示丙", SON);
        s.person("H1", "王示丁", CHILD);
        s.person("H2", "李样乙", OTHER);
        s.facts.people.iter_mut().for_each(|person| person.labour = "有");
        s.program("DB", "月", 30_000);
        s.batch("B", "DB", 201803, 201803);
        let account = s.account(&format!("62{of}"));
        s.paid(payee, 30_000).account = account;
        change(&mut s);
        s.hits("A01")
    }

    #[test]
    fn another_households_account_is_blocked() {
        for payee in [SON, CHILD] {
            let found = hits(payee, OTHER, |_| ());
            assert_eq!((found.len(), found[0].severity, found[0].amount), (1, None, 30_000), "{payee}");
        }
    }

    #[test]
    fn own_cards_and_guardians_of_the_household_are_innocent() {
        assert!(hits(SON, SON, |_| ()).is_empty());
        assert!(hits(CHILD, HEAD, |_| ()).is_empty(), "a minor");
        assert!(hits(SON, HEAD, |s| s.facts.people[1].labour = "无").is_empty(), "disabled");
        assert!(hits(SON, HEAD, |s| s.facts.programs[0].subject = "户".into()).is_empty(), "paid to the household");
    }

    #[test]
    fn an_able_adult_paid_to_the_heads_card_is_for_a_reviewer() {
        assert_eq!(hits(SON, HEAD, |_| ())[0].severity, Some(Severity::Hold));
    }

    #[test]
    fn the_day_of_the_batch_decides() {
        assert_eq!(hits(SON, SON, |s| s.facts.cards[1].to = 20180327).len(), 1);
        assert!(hits(SON, SON, |s| s.facts.cards[1].to = 20180328).is_empty());
        assert_eq!(hits(CHILD, HEAD, |s| s.facts.cards[0].to = 20180327).len(), 1, "the guardian's was closed");
    }

    #[test]
    fn the_holders_name_is_the_payees_or_a_family_members() {
        assert_eq!(hits(SON, SON, |s| s.facts.cards[1].holder = "李样乙".into()).len(), 1);
        assert!(hits(SON, SON, |s| s.facts.cards[1].holder = "王示甲".into()).is_empty(), "a joint account");
        assert!(hits(SON, SON, |s| s.facts.cards[1].holder = "王示□".into()).is_empty(), "a rare character");
        assert!(hits(SON, SON, |s| s.facts.people[1].name = "王示新（曾用名王示丙）".into()).is_empty());
    }
}
