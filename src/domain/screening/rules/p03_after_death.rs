//! P03 死亡后领取: money for a time after the payee's death.

use crate::domain::screening::facts::{add_months, month_of};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "P03",
    name: "死亡后领取",
    version: 1,
    severity: Severity::Block,
    meaning: "所属期在领款人死亡之后。应排除：补发死亡以前应得的款项；同名不同号。",
    source: "审计署贫困县扶贫审计结果公告（向死亡人员发放补贴）；东发〔2018〕14号“虚报冒领”",
    needs: &[List::Deaths],
    params: &[Param { name: "grace_months", title: "死亡当月之后宽限的月数", kind: ParamKind::Count, default: "0" }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    for person in facts.lists.deaths.owners() {
        let Some(death) = facts.lists.deaths.of(person).first() else { continue };
        let grace = params.count("grace_months", death.died);
        let last_due = add_months(month_of(death.died), grace);
        // a period that begins in the month of death, or before, was lived in: arrears of it are due
        let late = facts.payment_range(person).filter(|at| {
            let payment = &facts.payments[*at as usize];
            payment.state.counts() && facts.batch(payment).first > last_due
        });
        let late: Vec<u32> = late.collect();
        if late.is_empty() {
            continue;
        }
        let listed = Evidence::new("死亡名单")
            .says("身份证号", Says::IdNo(facts.people[person as usize].id_no.as_str().to_string()))
            .day("死亡日期", death.died)
            .from(death.origin);
        hits.push(Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person)).evidence(listed).payments(facts, late));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::sample::Sample;

    /// 王示甲 died on 2018-04-10: April is due, May is not.
    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", "469007196001010011");
        s.person("H1", "王示乙", "469007196201010022");
        s.program("DB", "月", 30_000);
        s.death("469007196001010011", 20180410);
        s
    }

    #[test]
    fn the_month_of_death_is_due_and_the_next_is_not() {
        let mut s = county();
        for month in [201803, 201804, 201805, 201806] {
            s.batch(&format!("B{month}"), "DB", month, month);
            s.paid("469007196001010011", 30_000);
            s.paid("469007196201010022", 30_000);
        }
        let found = s.hits("P03");
        assert_eq!(found.len(), 1);
        assert_eq!((s.lines(&found[0]), found[0].amount), (vec!["B201805+1".to_string(), "B201806+1".to_string()], 60_000));
    }

    #[test]
    fn arrears_of_a_time_lived_in_are_due() {
        let mut s = county();
        s.batch("补发", "DB", 201801, 201803);
        s.made(20180901);
        s.paid("469007196001010011", 90_000);
        assert!(s.hits("P03").is_empty());
    }

    #[test]
    fn a_returned_line_is_nobodys_benefit() {
        let mut s = county();
        s.batch("B201807", "DB", 201807, 201807);
        s.returned("469007196001010011", 30_000);
        assert!(s.hits("P03").is_empty());
    }

    #[test]
    fn grace_is_a_parameter() {
        let mut s = county();
        s.batch("B201805", "DB", 201805, 201805);
        s.paid("469007196001010011", 30_000);
        assert!(s.hits_with("P03", &[("screen.P03.grace_months", "1")]).is_empty());
        assert_eq!(s.hits("P03").len(), 1);
    }
}
