//! M05 不得兼领: two programmes that exclude each other, for one time and one person or household.

use crate::domain::screening::facts::{Payment, overlap};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Params, Pass, Rule, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "M05",
    name: "不得兼领",
    version: 1,
    severity: Severity::Hold,
    meaning: "同一人（按户发放的为同一户）在重叠的月份领取政策规定不得兼领的两项补贴。应排除：月份前后相接的转岗转保；退票未到卡的一笔。",
    source: "政策清单“不得兼领”栏；东发〔2018〕14号（低保与特困、护林员与其他公益岗位不重复享受）；审计署扶贫审计结果公告（重复享受）",
    needs: &[],
    params: &[],
    pass: Pass::Lines,
    find,
};

/// Which programmes exclude which, and which go by household.
struct Exclusions<'a> {
    /// Place of each batch's programme among those that exclude or are excluded.
    of_batch: Vec<Option<usize>>,
    codes: Vec<&'a str>,
    pairs: BTreeSet<(usize, usize)>,
    household: Vec<bool>,
}

impl<'a> Exclusions<'a> {
    fn new(facts: &'a Facts) -> Exclusions<'a> {
        let mut named: BTreeSet<(&str, &str)> = BTreeSet::new();
        for program in &facts.programs {
            for other in program.excludes.iter().filter(|other| **other != program.code) {
                let (a, b) = (program.code.as_str(), other.as_str());
                named.insert((a.min(b), a.max(b)));
            }
        }
        let codes: BTreeSet<&str> = named.iter().flat_map(|(a, b)| [*a, *b]).collect();
        let codes: Vec<&str> = codes.into_iter().collect();
        let place = |code: &str| codes.binary_search(&code).ok();
        let pairs = named.iter().filter_map(|(a, b)| Some((place(a)?, place(b)?))).collect();
        let of_batch = facts.batches.iter().map(|batch| place(&batch.program)).collect();
        let by_household = |code: &&str| facts.programs.iter().any(|program| program.code == **code && program.subject == "户");
        let household = codes.iter().map(by_household).collect();
        Exclusions { of_batch, codes, pairs, household }
    }

    fn place(&self, payment: &Payment) -> Option<usize> {
        self.of_batch.get(payment.batch as usize).copied().flatten().filter(|_| payment.kept() > 0)
    }
}

fn find(facts: &Facts, _: &Params<'_>, hits: &mut Hits<'_>) {
    let exclusions = Exclusions::new(facts);
    if exclusions.pairs.is_empty() {
        return;
    }
    // lines of programmes that exclude one, by person for those of people, by household where either goes by household
    let mut people: Vec<(u32, u32)> = Vec::new();
    let mut households: Vec<(u32, u32)> = Vec::new();
    let shared: BTreeSet<usize> =
        exclusions.pairs.iter().filter(|(a, b)| exclusions.household[*a] || exclusions.household[*b]).flat_map(|(a, b)| [*a, *b]).collect();
    for (at, payment) in facts.payments.iter().enumerate() {
        if let Some(place) = exclusions.place(payment) {
            people.push((payment.person, at as u32));
            if shared.contains(&place) {
                households.push((payment.household, at as u32));
            }
        }
    }
    people.sort_unstable();
    households.sort_unstable();
    for lines in people.chunk_by(|a, b| a.0 == b.0) {
        for (pair, clash) in clashes(facts, &exclusions, lines, |a, b| !exclusions.household[a] && !exclusions.household[b]) {
            hits.push(hit(facts, Subject::Person(lines[0].0), &exclusions, pair, &clash));
        }
    }
    for lines in households.chunk_by(|a, b| a.0 == b.0) {
        for (pair, clash) in clashes(facts, &exclusions, lines, |a, b| exclusions.household[a] || exclusions.household[b]) {
            hits.push(hit(facts, Subject::Household(lines[0].0), &exclusions, pair, &clash));
        }
    }
}

type Pair = (usize, usize);

/// Lines that clash, by pair of programmes. An owner has few lines of such programmes.
fn clashes(
    facts: &Facts,
    all: &Exclusions<'_>,
    lines: &[(u32, u32)],
    counts: impl Fn(usize, usize) -> bool,
) -> BTreeMap<Pair, BTreeSet<u32>> {
    let mut found: BTreeMap<Pair, BTreeSet<u32>> = BTreeMap::new();
    let mut by_start: Vec<u32> = lines.iter().map(|(_, at)| *at).collect();
    if by_start.len() < 2 {
        return found;
    }
    let period = |at: u32| {
        let batch = facts.batch(&facts.payments[at as usize]);
        (batch.first, batch.last)
    };
    by_start.sort_by_key(|at| period(*at));
    for (place, one) in by_start.iter().enumerate() {
        let own = period(*one);
        for other in by_start[place + 1..].iter().take_while(|other| period(**other).0 <= own.1) {
            let (a, b) = (&facts.payments[*one as usize], &facts.payments[*other as usize]);
            let (Some(first), Some(second)) = (all.place(a), all.place(b)) else { continue };
            let pair = (first.min(second), first.max(second));
            let same_payee_took_turns = a.person == b.person && facts.share_the_months(a, b);
            if all.pairs.contains(&pair) && counts(pair.0, pair.1) && overlap(own, period(*other)) && !same_payee_took_turns {
                found.entry(pair).or_default().extend([*one, *other]);
            }
        }
    }
    found
}

fn hit(facts: &Facts, subject: Subject, all: &Exclusions<'_>, (a, b): Pair, lines: &BTreeSet<u32>) -> Hit {
    let sum = |place: usize| -> i64 {
        let of = lines.iter().map(|at| &facts.payments[*at as usize]).filter(|payment| all.place(payment) == Some(place));
        of.map(Payment::kept).sum()
    };
    let name = |code: &str| {
        let name = facts.programs.iter().find(|program| program.code == code).map_or("", |program| program.name.as_str());
        format!("{code} {name}")
    };
    let (one, other) = (all.codes[a], all.codes[b]);
    let rule =
        Evidence::new("不得兼领").text("政策", &name(one)).fen("重叠期间领取", sum(a)).text("与", &name(other)).fen("重叠期间领取", sum(b));
    let mut hit = Hit::new(subject.clone()).occasion(format!("{one}+{other}"));
    if let Subject::Person(person) = subject {
        hit = hit.evidence(facts.person_evidence(person));
    }
    hit.evidence(rule).payments(facts, lines.iter().copied()).amount(sum(a).min(sum(b)))
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::Subject;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";
    const WIFE: &str = "469007196201010022";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.person("H1", "王示乙", WIFE);
        s.program("HLY", "月", 100_000).excludes = vec!["GW".into()];
        s.program("GW", "月", 50_000);
        s
    }

    fn line(s: &mut Sample, program: &str, (first, last): (i64, i64), id: &str, months: i64) {
        s.batch(&format!("{program}{first}"), program, first, last);
        let line = s.paid(id, 50_000 * months);
        (line.quantity, line.rate) = (months * 10_000, 50_000);
    }

    #[test]
    fn both_in_one_month_are_one_too_many_whichever_side_says_so() {
        let mut s = county();
        line(&mut s, "HLY", (201801, 201803), ID, 3);
        line(&mut s, "GW", (201803, 201803), ID, 1);
        let found = s.hits("M05");
        assert_eq!((found.len(), found[0].amount, found[0].occasion.as_str()), (1, 50_000, "GW+HLY"));
        assert_eq!(found[0].payments.len(), 2);
    }

    #[test]
    fn taking_turns_is_allowed() {
        let mut s = county();
        line(&mut s, "HLY", (201801, 201803), ID, 1);
        line(&mut s, "GW", (201801, 201803), ID, 2);
        line(&mut s, "GW", (201804, 201806), ID, 3);
        assert!(s.hits("M05").is_empty(), "January in the one post, February and March in the other");
    }

    #[test]
    fn husband_and_wife_may_each_have_one_unless_it_goes_by_household() {
        let mut s = county();
        line(&mut s, "HLY", (201801, 201803), ID, 3);
        line(&mut s, "GW", (201801, 201803), WIFE, 3);
        assert!(s.hits("M05").is_empty());
        s.facts.programs.iter_mut().find(|p| p.code == "GW").unwrap().subject = "户".into();
        let found = s.hits("M05");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].subject, Subject::Household(0));
    }

    #[test]
    fn a_returned_line_is_not_received() {
        let mut s = county();
        line(&mut s, "HLY", (201801, 201803), ID, 3);
        s.batch("退", "GW", 201801, 201803);
        s.returned(ID, 150_000);
        assert!(s.hits("M05").is_empty());
    }
}
