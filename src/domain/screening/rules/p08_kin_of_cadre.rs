//! P08 优亲厚友: the payee is kin of a cadre in office of the same village or township. Kin may be rightly registered: alone
//! it is a lead for later; with another finding on the same payee a reviewer decides.

use crate::domain::screening::facts::{Batch, Kin, Payment, payee};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Params, Pass, Rule, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "P08",
    name: "优亲厚友",
    version: 1,
    severity: Severity::Note,
    meaning: "领款人是本村或本乡镇在任干部的亲属。单独出现只作提示；同一领款人另有领款人类或账户类疑点的，列为待核。\
              应排除：按程序识别、确属贫困的亲属；干部在所属期内不在任；外村干部的亲属。",
    source: "东发〔2018〕14号“防止发生镇村干部优亲厚友等问题”",
    needs: &[List::Cadres, List::Kin],
    params: &[],
    pass: Pass::After,
    find,
};

fn find(facts: &Facts, _: &Params<'_>, hits: &mut Hits<'_>) {
    let others = other_findings(facts, hits);
    let mut ties: BTreeMap<u32, Vec<(u32, &Kin)>> = BTreeMap::new();
    for cadre in facts.lists.cadres.owners() {
        for kin in facts.lists.kin.of(cadre).iter().filter(|kin| kin.other != cadre && facts.is_registered(kin.other)) {
            ties.entry(kin.other).or_default().push((cadre, kin));
        }
    }
    for (person, mut ties) in ties {
        // the list often has a tie twice, once from each side
        ties.dedup_by_key(|(cadre, _)| *cadre);
        judge(facts, person, &ties, &others, hits);
    }
}

fn judge(facts: &Facts, person: u32, ties: &[(u32, &Kin)], others: &[(u32, &'static str)], hits: &mut Hits<'_>) {
    let favoured = |cadre: u32, payment: &Payment, batch: &Batch| {
        let region = facts.household(payment.household).map_or("", |household| household.region.as_str());
        let terms = facts.lists.cadres.of(cadre).iter();
        terms.into_iter().any(|term| in_charge_of(&term.region, region) && payee::touches(batch, term.from, term.to))
    };
    let lines = payee::lines(facts, person, |payment, batch| ties.iter().any(|(cadre, _)| favoured(*cadre, payment, batch)));
    if lines.is_empty() {
        return;
    }
    let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
    for (cadre, kin) in ties.iter().filter(|(cadre, _)| payee::any_line(facts, &lines, |p, b| favoured(*cadre, p, b))) {
        hit = hit.evidence(payee::row_of(facts, "亲属名单", *cadre).text("关系", &kin.relation).from(kin.origin));
        for term in facts.lists.cadres.of(*cadre) {
            let office = payee::row_of(facts, "干部名单", *cadre).text("职务", &term.post).text("区划", &term.region);
            hit = hit.evidence(office.day("起始日期", term.from).day("终止日期", term.to).from(term.origin));
        }
    }
    let start = others.partition_point(|(at, _)| *at < person);
    let rules: Vec<&str> = others[start..].iter().take_while(|(at, _)| *at == person).map(|(_, rule)| *rule).collect();
    if !rules.is_empty() {
        hit = hit.severity(Severity::Hold).evidence(Evidence::new("其他疑点").text("规则", &rules.join("、")));
    }
    hits.push(hit.payments(facts, lines));
}

/// People with a finding of the payee or account rules: those it is about, and those whose lines it names.
fn other_findings(facts: &Facts, hits: &Hits<'_>) -> Vec<(u32, &'static str)> {
    let mut people = hits.people_hit_by(&["P", "A"]);
    let payees = hits.payments_hit_by(&["P", "A"]).into_iter();
    people.extend(payees.filter_map(|(at, rule)| Some((facts.payments.get(at as usize)?.person, rule))));
    people.sort_unstable();
    people.dedup();
    people
}

/// The office is of the village itself, or of its township (a code that ends in 000).
fn in_charge_of(office: &str, village: &str) -> bool {
    let township = office.len() == village.len() && office.ends_with("000") && !office.ends_with("000000");
    office == village || township && office.get(..9) == village.get(..9)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::{Cadre, PersonStatus};
    use crate::domain::screening::sample::Sample;
    use crate::domain::screening::{ParamTable, Severity, screen};

    const KIN: &str = "469007196001010011";
    const CADRE: &str = "469007197001010044";

    fn county(region: &str, from: i64, to: i64) -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", KIN);
        s.stranger("王示干", CADRE);
        s.program("DB", "月", 30_000);
        s.batch("B", "DB", 201803, 201803);
        s.paid(KIN, 30_000);
        let row = Cadre { name: "王示干".into(), region: region.into(), post: "支书".into(), from, to, ..Cadre::default() };
        s.rows.cadres.push((CADRE.into(), row));
        s.rows.kin.push((CADRE.into(), KIN.into(), "兄弟".into()));
        s
    }

    #[test]
    fn kin_of_the_village_or_township_in_office_are_a_lead_and_no_more() {
        for region in ["469007100201", "469007100000"] {
            let found = county(region, 20150101, 99991231).hits("P08");
            assert_eq!((found.len(), found[0].severity, found[0].payments.len()), (1, None, 1), "{region}");
        }
    }

    #[test]
    fn other_villages_other_times_and_the_county_are_innocent() {
        for region in ["469007100202", "469007101000", "469007000000"] {
            assert!(county(region, 20150101, 99991231).hits("P08").is_empty(), "{region}");
        }
        assert!(county("469007100201", 20150101, 20180228).hits("P08").is_empty());
        assert!(county("469007100201", 20180401, 99991231).hits("P08").is_empty());
    }

    #[test]
    fn another_finding_on_the_payee_makes_it_a_matter_to_decide() {
        let mut s = county("469007100201", 20150101, 99991231);
        (s.facts.people[0].status, s.facts.people[0].status_date) = (PersonStatus::MovedOut, 20170101);
        s.finish();
        let outcomes = screen(&s.facts, &ParamTable::new([]).unwrap(), &|rule| matches!(rule.id, "P02" | "P08"));
        let found = &outcomes.iter().find(|outcome| outcome.rule.id == "P08").unwrap().hits;
        assert_eq!((found.len(), found[0].severity), (1, Some(Severity::Hold)));
    }
}
