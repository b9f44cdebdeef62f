//! M01 金额不等于标准×数量: the stored line is worked out again, fen by fen, as the importer does.

use crate::domain::money::{Fen, Quantity};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Params, Pass, Rule, Says, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "M01",
    name: "金额不等于标准乘数量",
    version: 1,
    severity: Severity::Block,
    meaning: "金额与标准×数量不符（精确到分，四舍五入）。应排除：不足一分的尾数按四舍五入取到分，不算差错。",
    source: "财办〔2020〕37号 补贴资金“一卡通”管理（发放清册的审核）；东发〔2018〕14号“足额发放”",
    needs: &[],
    params: &[],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, _: &Params<'_>, hits: &mut Hits<'_>) {
    for person in 0..facts.registered as u32 {
        let range = facts.payment_range(person);
        let wrong = range.filter(|at| {
            let payment = &facts.payments[*at as usize];
            payment.kept() > 0 && due(payment.rate, payment.quantity) != Some(payment.amount)
        });
        let wrong: Vec<u32> = wrong.collect();
        if wrong.is_empty() {
            continue;
        }
        let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
        let mut over = 0;
        for at in wrong {
            let payment = &facts.payments[at as usize];
            let worked = due(payment.rate, payment.quantity).unwrap_or(0);
            over += (payment.amount - worked).abs();
            let sum = Evidence::new("计算")
                .fen("标准", payment.rate)
                .says("数量", Says::Quantity(payment.quantity))
                .fen("标准×数量", worked)
                .fen("清册金额", payment.amount)
                .fen("相差", payment.amount - worked);
            hit = hit.payment(facts, at).evidence(sum);
        }
        hits.push(hit.amount(over));
    }
}

fn due(rate: i64, quantity: i64) -> Option<i64> {
    Fen::times(Fen::new(rate), Quantity::new(quantity)).map(Fen::get)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.program("DB", "月", 30_000);
        s
    }

    #[test]
    fn one_fen_too_many_is_found() {
        let mut s = county();
        s.batch("一季", "DB", 201801, 201803);
        let line = s.paid(ID, 90_001);
        (line.rate, line.quantity) = (30_000, 30_000);
        let found = s.hits("M01");
        assert_eq!((found.len(), found[0].amount), (1, 1));
    }

    #[test]
    fn rounding_to_the_fen_is_no_mistake() {
        let mut s = county();
        s.batch("面积", "DB", 201801, 201801);
        // 33.33 yuan × 1.115 = 37.16295 → 37.16
        let line = s.paid(ID, 3_716);
        (line.rate, line.quantity) = (3_333, 11_150);
        assert!(s.hits("M01").is_empty());
    }

    #[test]
    fn a_returned_line_and_one_paid_back_are_settled() {
        let mut s = county();
        s.batch("一", "DB", 201801, 201801);
        s.returned(ID, 30_000).rate = 20_000;
        s.batch("二", "DB", 201802, 201802);
        s.paid(ID, 30_000).rate = 20_000;
        s.refunded(30_000);
        assert!(s.hits("M01").is_empty());
    }
}
