//! S02 一人多岗: one person paid for two posts at a time.

use super::s01_phantom_post::POSTS;
use crate::domain::screening::facts::overlap;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Params, Pass, Rule, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "S02",
    name: "一人多岗",
    version: 1,
    severity: Severity::Hold,
    meaning: "同一人在重叠的月份领取两个岗位的补贴。应排除：月份前后相接的换岗；户内他人的岗位。",
    source: "东发〔2018〕14号（特设岗位、生态护林员：防止虚设岗位、变相发钱、吃空饷等问题）",
    needs: &[],
    params: &[POSTS],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let posts = facts.batches_named(|day| params.words("posts", day).to_vec());
    if !posts.contains(&true) {
        return;
    }
    let mut lines: Vec<u32> = Vec::new();
    for person in 0..facts.registered as u32 {
        let is_post = |at: &u32| {
            let payment = &facts.payments[*at as usize];
            payment.kept() > 0 && posts.get(payment.batch as usize) == Some(&true)
        };
        lines.clear();
        lines.extend(facts.payment_range(person).filter(is_post));
        if lines.len() < 2 {
            continue;
        }
        for ((one, other), at_once) in at_once(facts, &lines) {
            let sum = |code: &str| -> i64 {
                let of = at_once.iter().map(|at| &facts.payments[*at as usize]).filter(|payment| facts.batch(payment).program == code);
                of.map(|payment| payment.kept()).sum()
            };
            let evidence =
                Evidence::new("计算").text("岗位政策", one).fen("同期领取", sum(one)).text("与", other).fen("同期领取", sum(other));
            let hit = Hit::new(Subject::Person(person)).occasion(format!("{one}+{other}")).evidence(facts.person_evidence(person));
            hits.push(hit.payments(facts, at_once.iter().copied()).evidence(evidence).amount(sum(one).min(sum(other))));
        }
    }
}

/// Lines of two programmes for the same months, by pair. Lines stand by period.
fn at_once<'a>(facts: &'a Facts, lines: &[u32]) -> BTreeMap<(&'a str, &'a str), BTreeSet<u32>> {
    let mut found: BTreeMap<(&str, &str), BTreeSet<u32>> = BTreeMap::new();
    for (place, one) in lines.iter().enumerate() {
        let first = &facts.payments[*one as usize];
        let a = facts.batch(first);
        for other in &lines[place + 1..] {
            let second = &facts.payments[*other as usize];
            let b = facts.batch(second);
            if b.first > a.last {
                break;
            }
            if a.program != b.program && overlap((a.first, a.last), (b.first, b.last)) && !facts.share_the_months(first, second) {
                let pair = (a.program.as_str().min(&b.program), a.program.as_str().max(&b.program));
                found.entry(pair).or_default().extend([*one, *other]);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007199001010011";
    const WIFE: &str = "469007199101010022";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.person("H1", "王示乙", WIFE);
        s.program("HLY", "月", 100_000).name = "生态护林员工资".into();
        s.program("TSGW", "月", 50_000).name = "特设岗位补贴".into();
        s.program("ST", "月", 5_000);
        s
    }

    fn line(s: &mut Sample, program: &str, (first, last): (i64, i64), id: &str, months: i64) {
        s.batch(&format!("{program}{first}"), program, first, last);
        s.paid(id, 50_000 * months).quantity = months * 10_000;
    }

    #[test]
    fn two_wages_for_one_quarter() {
        let mut s = county();
        line(&mut s, "HLY", (201801, 201803), ID, 3);
        line(&mut s, "TSGW", (201801, 201803), ID, 3);
        let found = s.hits("S02");
        assert_eq!((found.len(), found[0].payments.len(), found[0].amount), (1, 2, 150_000));
    }

    #[test]
    fn changing_posts_is_no_second_one() {
        let mut s = county();
        line(&mut s, "HLY", (201801, 201803), ID, 2);
        line(&mut s, "TSGW", (201801, 201803), ID, 1);
        line(&mut s, "TSGW", (201804, 201806), ID, 3);
        assert!(s.hits("S02").is_empty());
    }

    #[test]
    fn husband_and_wife_may_each_have_a_post_and_a_subsidy_is_none() {
        let mut s = county();
        line(&mut s, "HLY", (201801, 201803), ID, 3);
        line(&mut s, "TSGW", (201801, 201803), WIFE, 3);
        line(&mut s, "ST", (201801, 201803), ID, 3);
        assert!(s.hits("S02").is_empty());
    }

    #[test]
    fn a_returned_wage_is_none() {
        let mut s = county();
        line(&mut s, "HLY", (201801, 201803), ID, 3);
        s.batch("退", "TSGW", 201801, 201803);
        s.returned(ID, 150_000);
        assert!(s.hits("S02").is_empty());
    }
}
