//! M06 户人口: a household is paid for more heads than it had.

use crate::domain::screening::facts::{Batch, Payment, Program, last_day, months_between};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "M06",
    name: "发放人数多于户内人口",
    version: 1,
    severity: Severity::Block,
    meaning: "按人计发的补贴，数量折算的人数多于该户当时健在、未迁出的人口。应排除：期间内死亡或迁出的当期；已转到他户的领款人本人；按次数、面积、牲畜计量的补贴。",
    source: "审计署贫困县扶贫审计结果公告（虚报人数套取）；东发〔2018〕14号“虚报冒领”、一户一档",
    needs: &[],
    params: &[Param {
        name: "per_head",
        title: "按次发放但按人计发的政策（编码、名称或条件中的词）",
        kind: ParamKind::Words,
        default: "按人;每人;人均;按人口;家庭人口",
    }],
    pass: Pass::Lines,
    find,
};

/// How many measures one head has in a period; `None` where the quantity does not count heads.
fn per_head(program: &Program, batch: &Batch, words: &[String]) -> Option<i64> {
    let months = months_between(batch.first, batch.last) + 1;
    let spans = |length: i64| (months + length - 1) / length;
    let count = match program.measure.as_str() {
        "月" => months,
        "季" => spans(3),
        "学期" => spans(6),
        "年" => spans(12),
        "次" if program.speaks_of(words) => 1,
        _ => return None,
    };
    Some(count.max(1) * 10_000)
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let one = |batch: &Batch| per_head(facts.standard(batch)?, batch, params.words("per_head", batch.first * 100 + 1));
    let one_head: Vec<Option<i64>> = facts.batches.iter().map(one).collect();
    // only a line for more than one head can make a household's heads too many: each other payee counts for one
    let more = |payment: &Payment| {
        let one = one_head.get(payment.batch as usize).copied().flatten();
        payment.kept() > 0 && one.is_some_and(|one| payment.quantity > one)
    };
    let mut groups: BTreeMap<(u32, &str, i64, i64), i64> = BTreeMap::new();
    for payment in facts.payments.iter().filter(|payment| more(payment)) {
        let batch = facts.batch(payment);
        let one = one_head.get(payment.batch as usize).copied().flatten().unwrap_or(10_000);
        groups.insert((payment.household, &batch.program, batch.first, batch.last), one);
    }
    for ((household, program, first, last), one) in groups {
        if facts.household(household).is_none() {
            continue;
        }
        let lines = lines_of(facts, household, (program, first, last));
        let payees: BTreeSet<u32> = lines.iter().map(|at| facts.payments[*at as usize].person).collect();
        let there = |person: &u32| facts.there_on(*person, first * 100 + 1);
        // born in the period: there by its end
        let born = |person: &u32| facts.person(*person).is_some_and(|p| p.id_no.birth() > first * 100 && p.id_no.birth() <= last_day(last));
        let members: BTreeSet<u32> = facts.members(household).iter().copied().filter(|person| there(person) || born(person)).collect();
        let heads = members.union(&payees).count() as i64;
        let claimed: i64 = lines.iter().map(|at| facts.payments[*at as usize].quantity).sum();
        if claimed > heads * one {
            hits.push(hit(facts, household, (program, first, last), &lines, (heads, claimed, one)));
        }
    }
}

/// The household's lines of a programme and period; of several to one payee the largest, for paying twice is another matter.
fn lines_of(facts: &Facts, household: u32, (program, first, last): (&str, i64, i64)) -> Vec<u32> {
    let mut largest: BTreeMap<u32, u32> = BTreeMap::new();
    for person in facts.members(household) {
        for at in facts.payment_range(*person) {
            let payment = &facts.payments[at as usize];
            let batch = facts.batch(payment);
            let same = batch.program == program && batch.first == first && batch.last == last;
            if same && payment.household == household && payment.kept() > 0 {
                let best = largest.entry(*person).or_insert(at);
                if facts.payments[*best as usize].quantity < payment.quantity {
                    *best = at;
                }
            }
        }
    }
    let mut lines: Vec<u32> = largest.into_values().collect();
    lines.sort_unstable();
    lines
}

fn hit(
    facts: &Facts,
    household: u32,
    (program, first, last): (&str, i64, i64),
    lines: &[u32],
    (heads, claimed, one): (i64, i64, i64),
) -> Hit {
    let claimed_heads = (claimed + one - 1) / one;
    let sum = Evidence::new("计算")
        .says("数量合计", Says::Quantity(claimed))
        .says("一人一期的数量", Says::Quantity(one))
        .count("折合人数", claimed_heads)
        .count("当时户内人口", heads);
    let mut hit = Hit::new(Subject::Household(household)).occasion(format!("{program} {first}-{last}"));
    if let Some(row) = facts.household(household) {
        hit = hit.evidence(
            Evidence::new("户登记").text("户编号", &row.code).count("登记人口", facts.members(household).len() as i64).from(row.origin),
        );
    }
    for person in facts.members(household) {
        let gone = !facts.there_on(*person, first * 100 + 1);
        let evidence = facts.person_evidence(*person);
        hit = hit.evidence(if gone { evidence.text("期初", "已死亡、迁出或尚未出生") } else { evidence });
    }
    let hit = hit.payments(facts, lines.iter().copied());
    let over = i128::from(hit.amount) * i128::from(claimed - heads * one) / i128::from(claimed.max(1));
    hit.evidence(sum).amount(i64::try_from(over).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::PersonStatus;
    use crate::domain::screening::sample::Sample;

    const HEAD: &str = "469007196001010011";
    const WIFE: &str = "469007196201010022";

    fn county(measure: &str) -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", HEAD);
        s.person("H1", "王示乙", WIFE);
        s.program("ST", measure, 5_000);
        s
    }

    fn line(s: &mut Sample, id: &str, quantity: i64) {
        let line = s.paid(id, 5_000 * quantity);
        (line.quantity, line.rate) = (quantity * 10_000, 5_000);
    }

    fn quarter(s: &mut Sample) {
        s.batch("一季", "ST", 201801, 201803);
    }

    #[test]
    fn three_heads_where_two_live() {
        let mut s = county("月");
        quarter(&mut s);
        line(&mut s, HEAD, 9);
        let found = s.hits("M06");
        assert_eq!((found.len(), found[0].amount), (1, 15_000), "three months of one head");
    }

    #[test]
    fn the_head_for_all_of_them_is_right() {
        let mut s = county("月");
        quarter(&mut s);
        line(&mut s, HEAD, 6);
        assert!(s.hits("M06").is_empty());
    }

    #[test]
    fn the_head_for_all_and_the_wife_for_herself_is_one_too_many() {
        let mut s = county("月");
        quarter(&mut s);
        line(&mut s, HEAD, 6);
        line(&mut s, WIFE, 3);
        assert_eq!(s.hits("M06").len(), 1);
    }

    #[test]
    fn the_dead_count_until_they_die() {
        let mut s = county("月");
        s.death(WIFE, 20180110);
        quarter(&mut s);
        line(&mut s, HEAD, 6);
        assert!(s.hits("M06").is_empty(), "died within the period");
        s.batch("二季", "ST", 201804, 201806);
        line(&mut s, HEAD, 6);
        assert_eq!(s.hits("M06").len(), 1);
    }

    #[test]
    fn whoever_moved_away_counts_no_more() {
        let mut s = county("月");
        let wife = s.at(WIFE) as usize;
        (s.facts.people[wife].status, s.facts.people[wife].status_date) = (PersonStatus::MovedOut, 20171201);
        quarter(&mut s);
        line(&mut s, HEAD, 6);
        assert_eq!(s.hits("M06").len(), 1);
    }

    #[test]
    fn trips_and_square_metres_are_no_heads() {
        for measure in ["次", "平方米"] {
            let mut s = county(measure);
            quarter(&mut s);
            line(&mut s, HEAD, 9);
            assert!(s.hits("M06").is_empty(), "{measure}");
        }
        let mut s = county("次");
        s.facts.programs[0].eligibility = "建档立卡户，按家庭人口发放".into();
        quarter(&mut s);
        line(&mut s, HEAD, 3);
        assert_eq!(s.hits("M06").len(), 1);
    }

    #[test]
    fn the_same_line_twice_is_for_another_rule() {
        let mut s = county("月");
        quarter(&mut s);
        line(&mut s, HEAD, 6);
        s.batch("重", "ST", 201801, 201803);
        line(&mut s, HEAD, 6);
        assert!(s.hits("M06").is_empty());
    }
}
