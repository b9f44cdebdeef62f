//! P13 识别前领取: money for a time before the household was recognised as poor.

use crate::domain::screening::facts::{NONE, month_of, payee};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "P13",
    name: "识别前领取",
    version: 1,
    severity: Severity::Hold,
    meaning: "所属期全部在领款人所在户识别日期之前。应排除：不以建档立卡为条件的普惠政策（在参数中列明）；识别当期（季、年）的款项。",
    source: "东发〔2018〕14号“精准识别”；审计署贫困县扶贫审计结果公告（不符合条件人员领取）",
    needs: &[],
    params: &[Param {
        name: "universal",
        title: "不以建档立卡为条件的普惠政策（编码或名称中的字）",
        kind: ParamKind::Words,
        default: "普惠;面向全体;耕地地力;养老保险;医疗保险;高龄",
    }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let universal = payee::by_batch(facts, |batch| payee::is_program(facts, batch, params.words("universal", batch.made)));
    for person in 0..facts.registered as u32 {
        let own = facts.people[person as usize].household;
        let lines = payee::lines(facts, person, |payment, batch| {
            let household = facts.household(if payment.household == NONE { own } else { payment.household });
            // 0 stands for a day that is not there
            household.is_some_and(|h| batch.last < month_of(h.identified)) && !universal[payment.batch as usize]
        });
        let Some(first) = lines.first() else { continue };
        let paid_under = facts.payments[*first as usize].household;
        let Some(household) = facts.household(if paid_under == NONE { own } else { paid_under }) else { continue };
        let register = Evidence::new("户登记").text("户编号", &household.code).day("识别日期", household.identified).from(household.origin);
        hits.push(Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person)).evidence(register).payments(facts, lines));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn county(identified: i64) -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.facts.households[0].identified = identified;
        s.program("DB", "月", 30_000);
        s.program("GD", "月", 30_000).name = "耕地地力保护补贴".into();
        s
    }

    #[test]
    fn months_before_the_recognition_are_not_due_and_its_own_month_is() {
        let mut s = county(20180410);
        for month in [201803, 201804, 201805] {
            s.batch(&format!("B{month}"), "DB", month, month);
            s.paid(ID, 30_000);
        }
        let found = s.hits("P13");
        assert_eq!((found.len(), s.lines(&found[0]), found[0].amount), (1, vec!["B201803+1".to_string()], 30_000));
    }

    #[test]
    fn a_year_in_which_it_fell_universal_programmes_and_unknown_days_are_innocent() {
        let mut s = county(20180410);
        s.batch("Y", "DB", 201801, 201812);
        s.paid(ID, 30_000);
        s.batch("G", "GD", 201801, 201801);
        s.paid(ID, 30_000);
        assert!(s.hits("P13").is_empty());
        assert_eq!(s.hits_with("P13", &[("screen.P13.universal", "")]).len(), 1);
        let mut s = county(0);
        s.batch("B", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        assert!(s.hits("P13").is_empty());
    }
}
