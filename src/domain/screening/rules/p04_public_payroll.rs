//! P04 财政供养人员领取: the payee, or the household's head or the head's spouse, was on the public payroll in the period.

use crate::domain::screening::facts::{Batch, NONE, Relation, payee};
use crate::domain::screening::{Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "P04",
    name: "财政供养人员领取",
    version: 1,
    severity: Severity::Hold,
    meaning: "领款人，或其户主、户主配偶，在所属期内由财政供养。应排除：所属期之前已离职；面向全体居民的岗位和补助、学生资助\
              （在参数中列明）；聘用的公益性岗位误列入名单。",
    source: "审计署贫困县扶贫审计结果公告（财政供养人员纳入建档立卡）；东发〔2018〕14号 信息比对",
    needs: &[List::Payroll],
    params: &[Param {
        name: "exempt",
        title: "财政供养人员家庭也可享受的政策（编码或名称中的字）",
        kind: ParamKind::Words,
        default: "学前教育;小学;初中;高中;中职;高等教育;助学;普惠;面向全体",
    }],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    // payee → people on the payroll who concern them
    let mut concerned: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for owner in facts.lists.payroll.owners().filter(|owner| facts.is_registered(*owner)) {
        let person = &facts.people[owner as usize];
        let leads = matches!(person.relation, Relation::Head | Relation::Spouse)
            || facts.household(person.household).is_some_and(|household| household.head == owner);
        concerned.entry(owner).or_default().push(owner);
        if leads {
            for member in facts.members(person.household).iter().filter(|member| **member != owner) {
                concerned.entry(*member).or_default().push(owner);
            }
        }
    }
    let exempt = payee::by_batch(facts, |batch| payee::is_program(facts, batch, params.words("exempt", batch.made)));
    for (payee, owners) in concerned {
        judge(facts, &exempt, payee, &owners, hits);
    }
}

fn judge(facts: &Facts, exempt: &[bool], person: u32, owners: &[u32], hits: &mut Hits<'_>) {
    let on_payroll = |owner: u32, batch: &Batch| facts.lists.payroll.of(owner).iter().any(|row| payee::touches(batch, row.from, row.to));
    let same_household =
        |owner: u32, paid_under: u32| owner == person || paid_under == NONE || facts.people[owner as usize].household == paid_under;
    let lines = payee::lines(facts, person, |payment, batch| {
        !exempt[payment.batch as usize] && owners.iter().any(|owner| same_household(*owner, payment.household) && on_payroll(*owner, batch))
    });
    if lines.is_empty() {
        return;
    }
    let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
    for owner in owners {
        let who = match facts.people[*owner as usize].relation {
            _ if *owner == person => "本人",
            Relation::Spouse => "户主配偶",
            _ => "户主",
        };
        for row in facts.lists.payroll.of(*owner) {
            if payee::any_line(facts, &lines, |_, batch| payee::touches(batch, row.from, row.to)) {
                let listed = payee::row_of(facts, "财政供养名单", *owner).text("与领款人关系", who).text("单位", &row.employer);
                hit = hit.evidence(listed.day("起始日期", row.from).day("终止日期", row.to).from(row.origin));
            }
        }
    }
    hits.push(hit.payments(facts, lines));
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::{Payroll, Relation};
    use crate::domain::screening::sample::Sample;

    const HEAD: &str = "469007196001010011";
    const WIFE: &str = "469007196201010022";
    const SON: &str = "469007199001010033";

    fn county(owner: &str, from: i64, to: i64) -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", HEAD);
        let wife = s.person("H1", "李样乙", WIFE);
        s.facts.people[wife as usize].relation = Relation::Spouse;
        s.person("H1", "王示丙", SON);
        s.program("DB", "月", 30_000);
        s.program("XS", "学期", 100_000).name = "高中资助".into();
        let row = Payroll { employer: "某局（样）".into(), from, to, ..Payroll::default() };
        s.rows.payroll.push((owner.to_string(), row));
        s
    }

    fn pay(s: &mut Sample, id_no: &str, program: &str, month: i64) {
        s.batch(&format!("{program}{month}"), program, month, month);
        s.paid(id_no, 30_000);
    }

    #[test]
    fn head_and_spouse_taint_the_household_and_a_child_only_itself() {
        for (owner, found) in [(HEAD, 2), (WIFE, 2), (SON, 1)] {
            let mut s = county(owner, 20100101, 99991231);
            pay(&mut s, HEAD, "DB", 201803);
            pay(&mut s, SON, "DB", 201804);
            assert_eq!(s.hits("P04").len(), found, "{owner}");
        }
    }

    #[test]
    fn who_left_before_or_came_later_is_not_on_it() {
        let mut s = county(HEAD, 20100101, 20180228);
        pay(&mut s, HEAD, "DB", 201803);
        assert!(s.hits("P04").is_empty());
        let mut s = county(HEAD, 20180401, 99991231);
        pay(&mut s, HEAD, "DB", 201803);
        assert!(s.hits("P04").is_empty());
        pay(&mut s, HEAD, "DB", 201804);
        let found = s.hits("P04");
        assert_eq!((found.len(), s.lines(&found[0])), (1, vec!["DB201804+1".to_string()]));
    }

    #[test]
    fn what_is_open_to_all_is_a_parameter() {
        let mut s = county(HEAD, 20100101, 99991231);
        pay(&mut s, SON, "XS", 201803);
        assert!(s.hits("P04").is_empty());
        assert_eq!(s.hits_with("P04", &[("screen.P04.exempt", "")]).len(), 1);
        pay(&mut s, HEAD, "DB", 201803);
        assert!(s.hits_with("P04", &[("screen.P04.exempt", "DB;高中")]).is_empty());
    }
}
