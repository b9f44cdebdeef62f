//! A03 频繁换卡: the account was changed shortly before a batch and changed back or again soon, or changed for several payees
//! of one village on one day.

use crate::domain::screening::facts::{Card, LineState, Payment, add_days, days_between, payee};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "A03",
    name: "频繁换卡",
    version: 1,
    severity: Severity::Hold,
    meaning: "造表前几天换了账户，发放后不久又换；或同村多人同一天换账户后领款。应排除：银行公告的批量换卡，或当天该行多数卡都换了；\
              退票之后更正账户；遗失补卡（只换一次）。",
    source: "财办〔2020〕37号 惠民惠农财政补贴资金“一卡通”；审计机关扶贫资金审计方法（付款前突击变更账号）",
    needs: &[],
    params: &[
        Param { name: "days", title: "换账户在造表日期之前多少天内", kind: ParamKind::Count, default: "7" },
        Param { name: "back_days", title: "多少天内换回或再换", kind: ParamKind::Count, default: "90" },
        Param { name: "payees", title: "同村同日换账户的领款人数", kind: ParamKind::Count, default: "5" },
        Param { name: "announced", title: "银行公告的批量换卡日期（如 20180601）", kind: ParamKind::Words, default: "" },
        Param {
            name: "mass_share", title: "当天换卡占该行有效卡的比例达到多少视为批量换卡", kind: ParamKind::Share, default: "0.5"
        },
        Param { name: "mass_cards", title: "批量换卡至少的张数", kind: ParamKind::Count, default: "20" },
        Param { name: "bank_digits", title: "账号前几位代表银行", kind: ParamKind::Count, default: "6" },
        Param { name: "return_days", title: "退票后多少天内更正账户视为正常", kind: ParamKind::Count, default: "180" },
    ],
    pass: Pass::Lines,
    find,
};

/// One person's account was replaced on a day.
struct Change<'a> {
    person: u32,
    old: &'a Card,
    new: &'a Card,
}

impl Change<'_> {
    fn day(&self) -> i64 {
        self.new.from
    }
}

/// The parameters on the day of a change; asked once a day, for a bank may replace all cards on one.
struct Limits {
    days: i64,
    back_days: i64,
    payees: i64,
    mass_cards: i64,
    mass_share: Decimal,
    return_days: i64,
}

type ByDay = BTreeMap<i64, Limits>;

fn limits(facts: &Facts, params: &Params<'_>) -> ByDay {
    let days: BTreeSet<i64> = facts.cards.iter().map(|card| card.from).collect();
    let of = |day: i64| Limits {
        days: params.count("days", day),
        back_days: params.count("back_days", day),
        payees: params.count("payees", day),
        mass_cards: params.count("mass_cards", day),
        mass_share: params.share("mass_share", day),
        return_days: params.count("return_days", day),
    };
    days.into_iter().map(|day| (day, of(day))).collect()
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let digits = |day: &String| day.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok();
    let announced: Vec<i64> = params.words("announced", facts.as_of).iter().filter_map(digits).collect();
    let limits = limits(facts, params);
    let changes = changes(facts, &limits, &announced);
    if changes.is_empty() {
        return;
    }
    let mut villages: BTreeMap<(&str, i64), u32> = BTreeMap::new();
    let after: Vec<Vec<u32>> = changes.iter().map(|change| lines_after(facts, change, limits[&change.day()].back_days)).collect();
    for (change, lines) in changes.iter().zip(&after) {
        if !lines.is_empty() {
            *villages.entry((village(facts, change.person), change.day())).or_default() += 1;
        }
    }
    let banks = Banks::new(facts, usize::try_from(params.count("bank_digits", facts.as_of)).unwrap_or(0), &limits, &changes);
    for (change, lines) in changes.iter().zip(after) {
        let limits = &limits[&change.day()]; // it has every card's first day
        let many = villages.get(&(village(facts, change.person), change.day())).copied().unwrap_or(0);
        let crowd = i64::from(many) >= limits.payees;
        let just_paid: Vec<u32> = lines.iter().copied().filter(|at| soon(facts, *at, change, limits.days)).collect();
        let first = just_paid.iter().map(|at| facts.batch(&facts.payments[*at as usize]).made).min();
        let back = first.and_then(|first| back(facts, change, first, limits.back_days, &announced));
        if (!crowd && back.is_none()) || lines.is_empty() || banks.mass(limits, change) {
            continue;
        }
        let lines = if crowd { lines } else { just_paid };
        hits.push(report(facts, change, back, crowd.then_some(many)).payments(facts, lines));
    }
}

/// Changes by person and day that neither the bank announced nor a returned line called for.
fn changes<'a>(facts: &'a Facts, limits: &ByDay, announced: &[i64]) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    for person in 0..facts.registered as u32 {
        for pair in facts.cards_of(person).windows(2) {
            let change = Change { person, old: &pair[0], new: &pair[1] };
            if change.old.account != change.new.account
                && change.old.from < change.new.from
                && !announced.contains(&change.day())
                && !was_returned(facts, &change, limits[&change.day()].return_days)
            {
                changes.push(change);
            }
        }
    }
    changes
}

/// A line to another account came back from the bank shortly before: the new account is its cure.
fn was_returned(facts: &Facts, change: &Change<'_>, days: i64) -> bool {
    let back = |payment: &Payment| {
        matches!(payment.state, LineState::Returned | LineState::Reissued | LineState::Released)
            && payment.account != change.new.account
            && payment.booked > 0
            && payment.booked <= change.day()
            && days_between(payment.booked, change.day()) <= days
    };
    facts.payments_of(change.person).iter().any(back)
}

/// Lines to the new account of batches made from the change on.
fn lines_after(facts: &Facts, change: &Change<'_>, days: i64) -> Vec<u32> {
    let until = add_days(change.day(), days);
    let to_new = |payment: &Payment, made: i64| payment.account == change.new.account && change.day() <= made && made <= until;
    payee::lines(facts, change.person, |payment, batch| to_new(payment, batch.made))
}

fn soon(facts: &Facts, at: u32, change: &Change<'_>, days: i64) -> bool {
    days_between(change.day(), facts.batch(&facts.payments[at as usize]).made) <= days
}

/// The day on which the account was changed back or again: a later card, an earlier one that outlives it, or a later line to
/// the earlier account. An announced change is the bank's. `first` is the day of the first batch paid to the new account.
fn back(facts: &Facts, change: &Change<'_>, first: i64, days: i64, announced: &[i64]) -> Option<i64> {
    let (new, until) = (change.new, add_days(change.day(), days));
    let cards = facts.cards_of(change.person);
    let later = |card: &&Card| card.account != new.account && card.from > new.from && card.from <= until && !announced.contains(&card.from);
    let again = cards.iter().find(later).map(|card| card.from);
    let ended = add_days(new.to, 1);
    let older = |card: &Card| card.account != new.account && card.from <= new.from && card.to >= ended;
    let returned = (new.to < until && cards.iter().any(older)).then_some(ended);
    let earlier = |account: u32| cards.iter().any(|card| card.account == account && account != new.account && card.from <= new.from);
    let paid = payee::lines(facts, change.person, |payment, batch| first < batch.made && batch.made <= until && earlier(payment.account));
    let paid = paid.iter().map(|at| facts.batch(&facts.payments[*at as usize]).made).min();
    [again, returned, paid].into_iter().flatten().min()
}

fn village(facts: &Facts, person: u32) -> &str {
    facts.person(person).and_then(|p| facts.household(p.household)).map_or("", |household| household.region.as_str())
}

fn report(facts: &Facts, change: &Change<'_>, back: Option<i64>, many: Option<u32>) -> Hit {
    let number = |card: &Card| Says::Account(facts.accounts.get(card.account as usize).map(|a| a.number.to_string()).unwrap_or_default());
    let listed = |what: &str, card: &Card| {
        let evidence = Evidence::new(what).says("账号", number(card)).says("户名", Says::Name(card.holder.to_string()));
        evidence.day("启用日期", card.from).day("停用日期", card.to).from(card.origin)
    };
    let mut sum = Evidence::new("换卡").day("换卡日期", change.day());
    if let Some(back) = back {
        sum = sum.day("换回或再换日期", back).count("相隔天数", days_between(change.day(), back));
    }
    if let Some(many) = many {
        sum = sum.count("同村同日换卡领款人数", i64::from(many));
    }
    Hit::new(Subject::Person(change.person))
        .occasion(change.day().to_string())
        .evidence(facts.person_evidence(change.person))
        .evidence(listed("原一卡通", change.old))
        .evidence(listed("新一卡通", change.new))
        .evidence(sum)
}

/// How many cards of each bank were open and changed by day. A bank is told by the first digits of its accounts.
struct Banks<'a> {
    digits: usize,
    changed: BTreeMap<(&'a str, i64), i64>,
    /// First and last days of all its cards, sorted.
    open: BTreeMap<&'a str, (Vec<i64>, Vec<i64>)>,
    facts: &'a Facts,
}

impl<'a> Banks<'a> {
    fn new(facts: &'a Facts, digits: usize, limits: &ByDay, changes: &[Change<'a>]) -> Banks<'a> {
        let mut banks = Banks { digits, changed: BTreeMap::new(), open: BTreeMap::new(), facts };
        for change in changes {
            *banks.changed.entry((banks.of(change.old), change.day())).or_default() += 1;
        }
        // only a bank with a large day needs its cards counted
        let many = |((bank, day), count): (&(&'a str, i64), &i64)| (*count >= limits[day].mass_cards).then_some(*bank);
        let large: BTreeSet<&str> = banks.changed.iter().filter_map(many).collect();
        if !large.is_empty() {
            for card in &facts.cards {
                let bank = banks.of(card);
                if large.contains(bank) {
                    let (from, to) = banks.open.entry(bank).or_default();
                    from.push(card.from);
                    to.push(card.to);
                }
            }
        }
        for (from, to) in banks.open.values_mut() {
            from.sort_unstable();
            to.sort_unstable();
        }
        banks
    }

    fn of(&self, card: &Card) -> &'a str {
        let number: &'a str = self.facts.accounts.get(card.account as usize).map_or("", |account| &account.number);
        number.get(..self.digits).unwrap_or(number)
    }

    /// Whether most of the bank's cards changed that day.
    fn mass(&self, limits: &Limits, change: &Change<'_>) -> bool {
        let bank = self.of(change.old);
        let changed = self.changed.get(&(bank, change.day())).copied().unwrap_or(0);
        let Some((from, to)) = self.open.get(bank).filter(|_| changed >= limits.mass_cards) else { return false };
        let before = add_days(change.day(), -1);
        // a card counts if it was open on the day before
        let open = from.partition_point(|day| *day <= before).saturating_sub(to.partition_point(|day| *day < before));
        Decimal::from(changed) >= limits.mass_share * Decimal::from(open)
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::Card;
    use crate::domain::screening::sample::Sample;

    fn id_of(at: usize) -> String {
        format!("4690071960010100{at:02}")
    }

    /// So many people of one village, each paid by a batch made on 2018-06-28.
    fn county(people: usize) -> Sample {
        let mut s = Sample::new();
        for at in 10..10 + people {
            s.person(&format!("H{at}"), "王示某", &id_of(at));
        }
        s.program("DB", "月", 30_000);
        s
    }

    /// The person's account from a day on; the one before ends the day before.
    fn change(s: &mut Sample, at: usize, number: &str, from: i64) {
        let person = s.at(&id_of(at));
        let account = s.account(number);
        for card in s.facts.cards.iter_mut().filter(|card| card.person == person && card.to > from) {
            card.to = super::add_days(from, -1);
        }
        let card = Card { person, account, holder: "王示某".into(), from, to: 99991231, ..Card::default() };
        s.facts.cards.push(card);
    }

    fn pay(s: &mut Sample, at: usize, number: &str) {
        let account = s.account(number);
        s.paid(&id_of(at), 30_000).account = account;
    }

    /// One person changes to another account, is paid there, and changes again on a day.
    fn back_and_forth(changed: i64, again: i64) -> Sample {
        let mut s = county(1);
        change(&mut s, 10, "6299001", changed);
        change(&mut s, 10, "6299002", again);
        s.batch("B", "DB", 201806, 201806);
        pay(&mut s, 10, "6299001");
        s
    }

    #[test]
    fn changed_just_before_and_again_soon_is_found() {
        let found = back_and_forth(20180621, 20180919).hits("A03");
        assert_eq!((found.len(), found[0].occasion.as_str(), found[0].payments.len()), (1, "20180621", 1));
        assert!(back_and_forth(20180620, 20180918).hits("A03").is_empty(), "eight days before");
        assert!(back_and_forth(20180621, 20180920).hits("A03").is_empty(), "after ninety-one days");
    }

    #[test]
    fn a_lost_card_is_replaced_once() {
        let mut s = county(1);
        change(&mut s, 10, "6299001", 20180621);
        s.batch("B", "DB", 201806, 201806);
        pay(&mut s, 10, "6299001");
        assert!(s.hits("A03").is_empty());
    }

    #[test]
    fn paid_again_to_the_old_account_is_a_way_back() {
        let mut s = county(1);
        change(&mut s, 10, "6299001", 20180621);
        s.facts.cards[0].to = 99991231;
        s.batch("B", "DB", 201806, 201806);
        pay(&mut s, 10, "6299001");
        s.batch("C", "DB", 201807, 201807);
        s.paid(&id_of(10), 30_000);
        let found = s.hits("A03");
        assert_eq!((found.len(), s.lines(&found[0])), (1, vec!["B+1".to_string()]));
    }

    /// So many people of the village change on 2018-06-01 and are paid.
    fn crowd(people: usize, changing: usize) -> Sample {
        let mut s = county(people);
        for at in 10..10 + changing {
            change(&mut s, at, &format!("62990{at}"), 20180601);
        }
        s.batch("B", "DB", 201806, 201806);
        for at in 10..10 + changing {
            pay(&mut s, at, &format!("62990{at}"));
        }
        s
    }

    #[test]
    fn five_of_a_village_on_one_day_are_found_and_four_are_not() {
        assert_eq!(crowd(12, 5).hits("A03").len(), 5);
        assert!(crowd(12, 4).hits("A03").is_empty());
    }

    #[test]
    fn what_the_bank_announced_or_did_for_most_is_innocent() {
        assert!(crowd(12, 5).hits_with("A03", &[("screen.A03.announced", "20180101;20180601")]).is_empty());
        let mass = [("screen.A03.mass_cards", "5")];
        assert!(crowd(10, 5).hits_with("A03", &mass).is_empty(), "half of the bank's cards");
        assert_eq!(crowd(11, 5).hits_with("A03", &mass).len(), 5);
        assert_eq!(crowd(10, 5).hits("A03").len(), 5, "too few cards for a bank's act");
    }

    #[test]
    fn accounts_mended_after_returned_lines_are_innocent() {
        let mut s = crowd(12, 5);
        s.batch("A", "DB", 201805, 201805);
        for at in 10..15 {
            s.returned(&id_of(at), 30_000);
        }
        assert!(s.hits("A03").is_empty());
        assert_eq!(s.hits_with("A03", &[("screen.A03.return_days", "1")]).len(), 5);
    }
}
