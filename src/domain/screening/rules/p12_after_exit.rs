//! P12 清退后领取: money for a time after the household was removed from the register as not entitled.

use crate::domain::screening::facts::{Household, HouseholdStatus, NONE, payee};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "P12",
    name: "清退后领取",
    version: 1,
    severity: Severity::Block,
    meaning: "所属期在领款人所在户清退之后。应排除：已脱贫户（脱贫不脱政策，2020 年以前继续享受）；清退以前应得款项的补发；\
              不以建档立卡为条件的政策（在参数中列明）。",
    source: "东发〔2018〕14号“对不符合条件的及时清退”“脱贫不脱政策”",
    needs: &[],
    params: &[Param {
        name: "exempt",
        title: "不以建档立卡为条件、清退后仍可享受的政策（编码或名称中的字）",
        kind: ParamKind::Words,
        default: "普惠;面向全体;耕地地力;养老保险;医疗保险;高龄",
    }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    // a removal without a day cannot be compared with a period
    let removed = |household: &Household| household.status == HouseholdStatus::Removed && household.status_date > 0;
    if !facts.households.iter().any(removed) {
        return;
    }
    let exempt = payee::by_batch(facts, |batch| payee::is_program(facts, batch, params.words("exempt", batch.made)));
    for person in 0..facts.registered as u32 {
        let own = facts.people[person as usize].household;
        let lines = payee::lines(facts, person, |payment, batch| {
            let household = facts.household(if payment.household == NONE { own } else { payment.household });
            household.is_some_and(|h| removed(h) && h.status_date < payee::first_day(batch)) && !exempt[payment.batch as usize]
        });
        let Some(first) = lines.first() else { continue };
        let paid_under = facts.payments[*first as usize].household;
        let Some(household) = facts.household(if paid_under == NONE { own } else { paid_under }) else { continue };
        let register = Evidence::new("户登记").text("户编号", &household.code).text("状态", "清退");
        let register = register.day("清退日期", household.status_date).from(household.origin);
        hits.push(Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person)).evidence(register).payments(facts, lines));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::HouseholdStatus;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn county(status: HouseholdStatus) -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        (s.facts.households[0].status, s.facts.households[0].status_date) = (status, 20180410);
        s.program("DB", "月", 30_000);
        s.program("GD", "月", 30_000).name = "耕地地力保护补贴".into();
        for month in [201803, 201804, 201805] {
            s.batch(&format!("B{month}"), "DB", month, month);
            s.paid(ID, 30_000);
        }
        s
    }

    #[test]
    fn the_month_of_removal_is_due_and_the_next_is_not() {
        let mut s = county(HouseholdStatus::Removed);
        let found = s.hits("P12");
        assert_eq!((found.len(), s.lines(&found[0])), (1, vec!["B201805+1".to_string()]));
    }

    #[test]
    fn out_of_poverty_is_not_out_of_the_policy() {
        assert!(county(HouseholdStatus::OutOfPoverty).hits("P12").is_empty());
        assert!(county(HouseholdStatus::BackInPoverty).hits("P12").is_empty());
    }

    #[test]
    fn programmes_for_all_and_arrears_are_due() {
        let mut s = county(HouseholdStatus::Removed);
        s.batch("G", "GD", 201806, 201806);
        s.paid(ID, 30_000);
        s.batch("补发", "DB", 201802, 201802);
        s.made(20180901);
        s.paid(ID, 30_000);
        let found = s.hits("P12");
        assert_eq!(s.lines(&found[0]), ["B201805+1"]);
        assert!(s.hits_with("P12", &[("screen.P12.exempt", "DB;GD")]).is_empty());
    }
}
