//! P02 查无此人: a line for somebody whom the register of poor households does not have, or has elsewhere. Files with such
//! lines are refused when they come; registers change later, so this looks again at what stands in the book.

use crate::domain::screening::facts::{NONE, Payment, PersonStatus, payee};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "P02",
    name: "查无此人",
    version: 1,
    severity: Severity::Block,
    meaning: "领款人不在建档立卡人员中；或待支付的明细所列的户与现登记的户不同；或领款人在所属期之前已迁出（待核）。\
              应排除：生僻字、曾用名已登记的；付款之后才变动户关系的；补发迁出以前应得的款项。",
    source: "东发〔2018〕14号“精准识别”；审计署贫困县扶贫审计结果公告（向非建档立卡人员发放）",
    needs: &[],
    params: &[],
    pass: Pass::Lines,
    find,
};

fn find(facts: &Facts, _: &Params<'_>, hits: &mut Hits<'_>) {
    for person in 0..facts.registered as u32 {
        let known = &facts.people[person as usize];
        // a line that was paid belonged to the household of its day; one still to be paid must fit the register of today
        let elsewhere = |payment: &Payment| payment.booked == 0 && payment.household != NONE && payment.household != known.household;
        let moved = known.status == PersonStatus::MovedOut && known.status_date > 0;
        let lines = payee::lines(facts, person, |payment, _| elsewhere(payment));
        if !lines.is_empty() {
            let paid_under = facts.household(facts.payments[lines[0] as usize].household).map_or("", |h| h.code.as_str());
            let now = facts.household(known.household).map_or("", |h| h.code.as_str());
            let register = Evidence::new("户登记").text("清册所列户", paid_under).text("现登记户", now).from(known.origin);
            let hit = Hit::new(Subject::Person(person)).occasion("户不符").evidence(facts.person_evidence(person)).evidence(register);
            hits.push(hit.payments(facts, lines));
        }
        if !moved {
            continue;
        }
        let gone = payee::lines(facts, person, |_, batch| payee::first_day(batch) > known.status_date);
        if !gone.is_empty() {
            let register = Evidence::new("人员登记").text("状态", "迁出").day("迁出日期", known.status_date).from(known.origin);
            let hit = Hit::new(Subject::Person(person)).occasion("迁出").severity(Severity::Hold);
            hits.push(hit.evidence(facts.person_evidence(person)).evidence(register).payments(facts, gone));
        }
    }
    strangers(facts, hits);
}

/// Lines of people who are not registered stand last.
fn strangers(facts: &Facts, hits: &mut Hits<'_>) {
    let start = facts.payments.partition_point(|p| (p.person as usize) < facts.registered);
    let mut at = start;
    for same in facts.payments[start..].chunk_by(|a, b| a.person == b.person) {
        let first = at;
        at += same.len();
        let kept = |line: &u32| facts.payments[*line as usize].kept() > 0;
        let lines: Vec<u32> = (first as u32..at as u32).filter(kept).collect();
        let absent = Evidence::new("人员登记").text("结果", "建档立卡人员中没有此人");
        if same[0].person != NONE && !lines.is_empty() {
            let hit = Hit::new(Subject::Person(same[0].person)).occasion("未登记").evidence(facts.person_evidence(same[0].person));
            hits.push(hit.evidence(absent).payments(facts, lines));
            continue;
        }
        for line in lines {
            let payment = &facts.payments[line as usize];
            let hit = Hit::new(Subject::Batch(payment.batch)).occasion(format!("序号{}", payment.line));
            hits.push(hit.evidence(absent.clone()).payment(facts, line));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::PersonStatus;
    use crate::domain::screening::sample::Sample;
    use crate::domain::screening::{Severity, Subject};

    const ID: &str = "469007196001010011";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.household("H2");
        s.program("DB", "月", 30_000);
        s.batch("B201803", "DB", 201803, 201803);
        s
    }

    #[test]
    fn a_payee_outside_the_register_is_found() {
        let mut s = county();
        s.paid(ID, 30_000);
        let stranger = s.stranger("李样乙", "469007196201010022");
        s.paid("469007196201010022", 30_000);
        let found = s.hits("P02");
        assert_eq!(found.len(), 1);
        assert_eq!((&found[0].subject, found[0].amount), (&Subject::Person(stranger), 30_000));
    }

    #[test]
    fn a_move_after_the_payment_is_no_fault_of_the_payment() {
        let mut s = county();
        s.paid(ID, 30_000);
        s.facts.people[0].household = 1;
        assert!(s.hits("P02").is_empty());
        s.batch("B201804", "DB", 201804, 201804);
        s.pending(ID, 30_000).household = 0;
        let found = s.hits("P02");
        assert_eq!((found.len(), s.lines(&found[0])), (1, vec!["B201804+1".to_string()]));
    }

    #[test]
    fn who_moved_out_is_owed_what_came_before() {
        let mut s = county();
        (s.facts.people[0].status, s.facts.people[0].status_date) = (PersonStatus::MovedOut, 20180410);
        s.paid(ID, 30_000);
        s.batch("B201804", "DB", 201804, 201804);
        s.paid(ID, 30_000);
        assert!(s.hits("P02").is_empty());
        s.batch("B201805", "DB", 201805, 201805);
        s.paid(ID, 30_000);
        let found = s.hits("P02");
        assert_eq!((found.len(), found[0].severity, found[0].payments.len()), (1, Some(Severity::Hold), 1));
    }
}
