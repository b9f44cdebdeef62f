//! M03 重复发放: one person paid twice by one programme for the same period.

use crate::domain::screening::{Evidence, Facts, Hit, Hits, Params, Pass, Rule, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "M03",
    name: "重复发放",
    version: 1,
    severity: Severity::Block,
    meaning: "同一人同一政策同一所属期领取两次以上（含其他单位报送、15位与18位号码、退票以外的重报）。应排除：退票后的重发。",
    source: "审计署贫困县扶贫审计结果公告（重复发放）；东发〔2018〕14号“虚报冒领”",
    needs: &[],
    params: &[],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, _: &Params<'_>, hits: &mut Hits<'_>) {
    for person in 0..facts.registered as u32 {
        let range = facts.payment_range(person);
        if range.len() < 2 {
            continue;
        }
        let mut same: BTreeMap<(&str, i64, i64), Vec<u32>> = BTreeMap::new();
        for at in range {
            let payment = &facts.payments[at as usize];
            if payment.kept() > 0 {
                let batch = facts.batch(payment);
                same.entry((&batch.program, batch.first, batch.last)).or_default().push(at);
            }
        }
        for ((program, first, last), lines) in same.into_iter().filter(|(_, lines)| lines.len() > 1) {
            let due = facts.payments[lines[0] as usize].kept();
            let hit = Hit::new(Subject::Person(person))
                .occasion(format!("{program} {first}-{last}"))
                .evidence(facts.person_evidence(person))
                .payments(facts, lines.iter().copied());
            let over = hit.amount - due;
            let sum = Evidence::new("计算").count("笔数", lines.len() as i64).fen("应发一次", due).fen("多发", over);
            hits.push(hit.amount(over).evidence(sum));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.program("DB", "月", 30_000);
        s.program("ST", "月", 5_000);
        s
    }

    #[test]
    fn the_second_payment_is_too_much() {
        let mut s = county();
        s.batch("甲镇3月", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        s.batch("乙镇3月", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        let found = s.hits("M03");
        assert_eq!((found.len(), found[0].amount, found[0].payments.len()), (1, 30_000, 2));
    }

    #[test]
    fn a_reissued_line_and_other_months_and_programmes_are_no_double() {
        let mut s = county();
        s.batch("3月", "DB", 201803, 201803);
        s.reissued(ID, 30_000);
        s.batch("3月-R1", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        s.batch("4月", "DB", 201804, 201804);
        s.paid(ID, 30_000);
        s.batch("生态3月", "ST", 201803, 201803);
        s.paid(ID, 5_000);
        assert!(s.hits("M03").is_empty());
    }

    #[test]
    fn what_was_recovered_in_full_is_settled() {
        let mut s = county();
        s.batch("一", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        s.batch("二", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        s.refunded(30_000);
        assert!(s.hits("M03").is_empty());
    }
}
