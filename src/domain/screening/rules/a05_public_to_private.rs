//! A05 公款进私户: project money that went to a cadre or to somebody on the public payroll.

use crate::domain::screening::facts::{Card, Disbursement, NONE, payee};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "A05",
    name: "公款进私户",
    version: 1,
    severity: Severity::Hold,
    meaning: "项目资金付到村镇干部、财政供养人员或付款单位职工的个人账户。应排除：差旅费等公务支出的报销；付款时已离任、离职的；\
              同名不同人（账户登记在他人名下的）；只有姓名相同、账户未登记的仅作提示。",
    source: "审计署财政审计方法 A0109（公款转个人）；审计署贫困县扶贫审计结果公告（资金转入个人账户）",
    needs: &[List::Cadres, List::Payroll],
    params: &[Param {
        name: "travel",
        title: "公务报销字样（用途中）",
        kind: ParamKind::Words,
        default: "差旅;出差;住宿费;伙食补助;市内交通费;下乡补助;公务报销",
    }],
    pass: Pass::Book,
    find,
};

/// Why a payment is taken to be somebody's.
#[derive(Clone, Copy)]
enum Ground<'a> {
    /// The account is that of a card.
    Card(&'a Card),
    /// The name is that of somebody of the paying unit or of the place.
    SameUnit,
    /// The name is that of one person on the lists, and of nobody registered.
    OnlyName,
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let suspects: Vec<u32> = (0..facts.disbursements.len() as u32).filter(|at| is_suspect(facts, params, *at)).collect();
    if suspects.is_empty() {
        return;
    }
    let holders = holders(facts, &suspects);
    let names = staff_by_name(facts);
    let registered = registered_names(facts, &suspects);
    let mut paid: BTreeMap<u32, Vec<(u32, Ground<'_>)>> = BTreeMap::new();
    for at in suspects {
        let payment = &facts.disbursements[at as usize];
        let cards = holders.get(payment.account.as_str()).map_or(&[][..], Vec::as_slice);
        if cards.is_empty() && payment.payee_kind == "个人" {
            let same = names.get(payment.payee.trim()).map_or(&[][..], Vec::as_slice);
            let here = same.iter().filter(|person| belongs(facts, **person, payment)).map(|person| (*person, Ground::SameUnit));
            let mut grounds: Vec<(u32, Ground<'_>)> = here.collect();
            // one only bears the name: somebody who is registered may be meant as well
            if let ([only], true) = (same, grounds.is_empty() && !registered.contains(payment.payee.trim()))
                && in_office(facts, *only, payment.date)
            {
                grounds.push((*only, Ground::OnlyName));
            }
            for (person, ground) in grounds {
                paid.entry(person).or_default().push((at, ground));
            }
        }
        for card in cards.iter().filter(|card| card.from <= payment.date && payment.date <= card.to) {
            if in_office(facts, card.person, payment.date) {
                paid.entry(card.person).or_default().push((at, Ground::Card(card)));
            }
        }
    }
    for (person, payments) in paid {
        report(facts, person, &payments, hits);
    }
}

/// Money that left for somebody, and is no refund of expenses.
fn is_suspect(facts: &Facts, params: &Params<'_>, at: u32) -> bool {
    let payment = &facts.disbursements[at as usize];
    let left = payment.event != "move" && (payment.event != "retain" || payment.retention_paid > 0);
    left && payment.amount > payment.refunded && !payee::says_one_of(&payment.purpose, params.words("travel", payment.date))
}

/// Cards by the accounts of the payments, read once.
fn holders<'a>(facts: &'a Facts, suspects: &[u32]) -> BTreeMap<&'a str, Vec<&'a Card>> {
    let mut holders: BTreeMap<&str, Vec<&Card>> = BTreeMap::new();
    for at in suspects {
        holders.entry(facts.disbursements[*at as usize].account.as_str()).or_default();
    }
    for card in &facts.cards {
        let number = facts.accounts.get(card.account as usize).map_or("", |account| &account.number);
        if let Some(cards) = holders.get_mut(number) {
            cards.push(card);
        }
    }
    holders
}

/// Names of the payees that registered people bear.
fn registered_names<'a>(facts: &'a Facts, suspects: &[u32]) -> BTreeSet<&'a str> {
    let personal = suspects.iter().map(|at| &facts.disbursements[*at as usize]).filter(|payment| payment.payee_kind == "个人");
    let wanted: BTreeSet<&str> = personal.map(|payment| payment.payee.trim()).collect();
    if wanted.is_empty() {
        return wanted;
    }
    facts.people[..facts.registered].iter().map(|person| &*person.name).filter(|name| wanted.contains(name)).collect()
}

fn staff_by_name(facts: &Facts) -> BTreeMap<&str, Vec<u32>> {
    let mut names: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for person in facts.lists.cadres.owners().chain(facts.lists.payroll.owners()) {
        let name = facts.person(person).map_or("", |p| &p.name);
        let people = names.entry(name).or_default();
        if !name.is_empty() && !people.contains(&person) {
            people.push(person);
        }
    }
    names
}

/// Whether somebody who bears the payee's name works for the paying unit or governs the place of the project: a name alone is
/// nobody, and in that case the account is not on record.
fn belongs(facts: &Facts, person: u32, payment: &Disbursement) -> bool {
    let employers = [payment.unit.as_str(), facts.project(&payment.project).map_or("", |project| &project.implementer)];
    let employs =
        |employer: &str| employers.iter().any(|code| !code.is_empty() && (*code == employer || facts.unit_name(code) == employer));
    let place = facts.project(&payment.project).map_or("", |project| project.region.as_str());
    let home = facts.unit(&payment.unit).map_or("", |unit| unit.region.as_str());
    let governs = |region: &str| {
        let within = |place: &str| place.len() == 12 && (place == region || region.ends_with("000") && place.get(..9) == region.get(..9));
        region.len() == 12 && !region.ends_with("000000") && (within(place) || within(home))
    };
    let on = |from: i64, to: i64| from <= payment.date && payment.date <= to;
    facts.lists.payroll.of(person).iter().any(|row| on(row.from, row.to) && employs(&row.employer))
        || facts.lists.cadres.of(person).iter().any(|row| on(row.from, row.to) && governs(&row.region))
}

fn in_office(facts: &Facts, person: u32, day: i64) -> bool {
    person != NONE
        && (facts.lists.cadres.of(person).iter().any(|row| row.from <= day && day <= row.to)
            || facts.lists.payroll.of(person).iter().any(|row| row.from <= day && day <= row.to))
}

fn report(facts: &Facts, person: u32, payments: &[(u32, Ground<'_>)], hits: &mut Hits<'_>) {
    let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
    let date = |at: u32| facts.disbursements[at as usize].date;
    let on = |from: i64, to: i64| payments.iter().any(|(at, _)| from <= date(*at) && date(*at) <= to);
    for row in facts.lists.cadres.of(person).iter().filter(|row| on(row.from, row.to)) {
        let listed = payee::row_of(facts, "干部名单", person).text("职务", &row.post).text("区划", &row.region);
        hit = hit.evidence(listed.day("起始日期", row.from).day("终止日期", row.to).from(row.origin));
    }
    for row in facts.lists.payroll.of(person).iter().filter(|row| on(row.from, row.to)) {
        let listed = payee::row_of(facts, "财政供养名单", person).text("单位", &row.employer);
        hit = hit.evidence(listed.day("起始日期", row.from).day("终止日期", row.to).from(row.origin));
    }
    let mut last = None;
    for (at, ground) in payments {
        if last == Some(*at) {
            continue; // the same account twice in the card list
        }
        last = Some(*at);
        let number = facts.disbursements[*at as usize].account.clone();
        let account = Evidence::new("收款账户").says("账号", Says::Account(number));
        hit = hit.disbursement(facts, *at).evidence(match ground {
            Ground::Card(card) => account.says("一卡通户名", Says::Name(card.holder.to_string())).from(card.origin),
            Ground::SameUnit => account.text("依据", "收款人与名单上本单位、本地人员同名"),
            Ground::OnlyName => account.text("依据", "收款人与名单上一人同名，身份证号须核实"),
        });
    }
    if payments.iter().all(|(_, ground)| matches!(ground, Ground::OnlyName)) {
        hit = hit.severity(Severity::Note);
    }
    hits.push(hit);
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::Severity;
    use crate::domain::screening::facts::{Cadre, Payroll, Project, Unit};
    use crate::domain::screening::sample::Sample;

    const FARMER: &str = "469007196001010011";
    const CADRE: &str = "469007197001010044";
    const CLERK: &str = "469007198001010055";

    fn county() -> Sample {
        let mut s = Sample::new();
        s.person("H1", "王示甲", FARMER);
        s.person("H2", "王示干", CADRE);
        s.stranger("李样职", CLERK);
        s.facts.units.push(Unit { code: "108".into(), name: "某局（样）".into(), ..Unit::default() });
        s.facts.projects.push(Project { code: "X1".into(), region: "469007100201".into(), ..Project::default() });
        let cadre = Cadre { region: "469007100000".into(), post: "镇长".into(), from: 20180101, to: 20181130, ..Cadre::default() };
        s.rows.cadres.push((CADRE.into(), cadre));
        let clerk = Payroll { employer: "某局（样）".into(), from: 20180101, to: 99991231, ..Payroll::default() };
        s.rows.payroll.push((CLERK.into(), clerk));
        s
    }

    fn pay(s: &mut Sample, payee: &str, account: &str, purpose: &str, date: i64) {
        let paid = s.disbursement("ZF1", "X1", payee, 50_000, date);
        (paid.account, paid.payee_kind, paid.purpose) = (account.into(), "个人".into(), purpose.into());
    }

    fn hits(payee: &str, account: &str, purpose: &str, date: i64) -> usize {
        let mut s = county();
        pay(&mut s, payee, account, purpose, date);
        s.hits("A05").len()
    }

    #[test]
    fn a_cadres_card_is_found_whatever_name_is_written() {
        assert_eq!(hits("王示干", &format!("62{CADRE}"), "劳务费", 20180601), 1);
        assert_eq!(hits("张样建材店", &format!("62{CADRE}"), "材料款", 20180601), 1);
    }

    #[test]
    fn a_clerk_of_the_paying_unit_is_known_by_name() {
        assert_eq!(hits("李样职", "6217000099", "劳务费", 20180601), 1);
    }

    #[test]
    fn a_name_alone_is_a_lead_unless_somebody_registered_bears_it() {
        let elsewhere = |registered: &str| {
            let mut s = county();
            s.facts.units[0].name = "另一局（样）".into();
            s.facts.people[0].name = registered.into();
            pay(&mut s, "李样职", "6217000099", "劳务费", 20180601);
            s.hits("A05")
        };
        let found = elsewhere("王示甲");
        assert_eq!((found.len(), found[0].severity), (1, Some(Severity::Note)));
        assert!(elsewhere("李样职").is_empty());
    }

    #[test]
    fn farmers_travel_former_cadres_and_namesakes_are_innocent() {
        assert_eq!(hits("王示甲", &format!("62{FARMER}"), "劳务费", 20180601), 0);
        assert_eq!(hits("王示干", &format!("62{CADRE}"), "差旅费", 20180601), 0);
        assert_eq!(hits("王示干", &format!("62{CADRE}"), "劳务费", 20181201), 0, "left office");
        assert_eq!(hits("王示干", &format!("62{FARMER}"), "劳务费", 20180601), 0, "the account is a farmer's");
    }

    #[test]
    fn what_came_back_in_full_is_settled() {
        let mut s = county();
        pay(&mut s, "王示干", &format!("62{CADRE}"), "劳务费", 20180601);
        s.facts.disbursements[0].refunded = 50_000;
        assert!(s.hits("A05").is_empty());
    }
}
