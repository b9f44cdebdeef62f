//! U04 新设、关联企业: the payee was founded just before its first payment, or belongs to somebody of the public service.

use crate::domain::screening::facts::{Company, Day, add_days, days_between, payee_key};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "U04",
    name: "新设、关联企业",
    version: 1,
    severity: Severity::Hold,
    meaning: "收款企业在首笔支付前不久才登记，或其法定代表人、股东是村镇干部、财政供养人员或其亲属（含亲属名单双向）。\
              应排除：村集体组织由村干部任负责人；支付时已离任、已离职，企业已注销；国有企业人员任本企业负责人；同名企业。",
    source: "审计署扶贫审计结果公告（空壳企业、关联企业）；审计方法 A0111；东发〔2018〕14号“防止优亲厚友”",
    needs: &[List::Companies],
    params: &[
        Param { name: "days", title: "登记后多少天内为新设", kind: ParamKind::Count, default: "180" },
        Param { name: "payee_kinds", title: "收款人类型", kind: ParamKind::Words, default: "施工单位;供应商;合作社" },
        Param { name: "roles", title: "视为企业所有人的角色", kind: ParamKind::Words, default: "法定代表人;股东" },
        Param {
            name: "collectives",
            title: "村集体组织名称字样",
            kind: ParamKind::Words,
            default: "股份经济合作社;股份经济合作联社;股份经济联合社;经济联合社;经济合作联社;村民委员会;村委会",
        },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let firms = firms(facts);
    for (key, paid) in facts.paid_by_payee() {
        let Some(rows) = firms.get(key.as_str()) else { continue };
        let counts = |at: &u32| {
            let payment = &facts.disbursements[*at as usize];
            let words = params.words("payee_kinds", payment.date);
            let collective = params.words("collectives", payment.date).iter().any(|word| payment.payee.contains(word.as_str()));
            payment.still_paid() > 0 && !collective && words.contains(&payment.payee_kind)
        };
        let paid: Vec<u32> = paid.into_iter().filter(counts).collect();
        if let Some(first) = paid.first() {
            let first = facts.disbursements[*first as usize].date;
            new_firm(facts, params, rows, &paid, first, hits);
            related(facts, params, rows, &paid, hits);
        }
    }
}

/// Rows of the list by the firm's name.
fn firms(facts: &Facts) -> BTreeMap<String, Vec<(u32, &Company)>> {
    let mut firms: BTreeMap<String, Vec<(u32, &Company)>> = BTreeMap::new();
    for person in facts.lists.companies.owners() {
        for row in facts.lists.companies.of(person) {
            firms.entry(payee_key(&row.company)).or_default().push((person, row));
        }
    }
    firms
}

fn new_firm(facts: &Facts, params: &Params<'_>, rows: &[(u32, &Company)], paid: &[u32], first: Day, hits: &mut Hits<'_>) {
    // of several firms of one name the oldest decides: which one was paid the name does not tell
    let known = rows.iter().map(|(_, row)| *row).filter(|row| row.registered > 0).min_by_key(|row| row.registered);
    let Some(firm) = known else { return };
    let days = params.count("days", first);
    if days_between(firm.registered, first) >= days {
        return;
    }
    let until = add_days(firm.registered, days);
    let early = paid.iter().copied().filter(|at| facts.disbursements[*at as usize].date < until);
    let compare = Evidence::new("计算")
        .day("登记日期", firm.registered)
        .day("首笔支付", first)
        .count("相隔天数", days_between(firm.registered, first))
        .count("新设天数", days);
    let payee = facts.disbursements[paid[0] as usize].payee.clone();
    let hit = Hit::new(Subject::Payee(payee)).occasion("新设").evidence(listed(firm)).evidence(compare);
    hits.push(early.fold(hit, |hit, at| hit.disbursement(facts, at)));
}

fn listed(row: &Company) -> Evidence {
    Evidence::new("工商登记")
        .text("企业", &row.company)
        .text("统一社会信用代码", &row.uscc)
        .day("登记日期", row.registered)
        .from(row.origin)
}

/// One hit a firm: all owners who were tied to the public service when something was paid.
fn related(facts: &Facts, params: &Params<'_>, rows: &[(u32, &Company)], paid: &[u32], hits: &mut Hits<'_>) {
    let mut evidence = Vec::new();
    let mut touched: Vec<u32> = Vec::new();
    for (owner, row) in rows {
        let ties = ties(facts, *owner, &row.company);
        let mut used = false;
        for at in paid {
            let day = facts.disbursements[*at as usize].date;
            let owns = params.words("roles", day).contains(&row.role) && row.registered <= day && day < row.cancelled;
            if owns && ties.iter().any(|tie| tie.from <= day && day <= tie.to) {
                touched.push(*at);
                used = true;
            }
        }
        if used {
            evidence.push(facts.person_evidence(*owner));
            evidence.push(listed(row).text("角色", &row.role));
            evidence.extend(ties.into_iter().map(|tie| tie.evidence));
        }
    }
    if touched.is_empty() {
        return;
    }
    touched.sort_unstable();
    touched.dedup();
    let payee = facts.disbursements[paid[0] as usize].payee.clone();
    let hit = evidence.into_iter().fold(Hit::new(Subject::Payee(payee)).occasion("关联"), Hit::evidence);
    hits.push(touched.into_iter().fold(hit, |hit, at| hit.disbursement(facts, at)));
}

/// A tie to the public service, with the time in which it held.
struct Tie {
    from: Day,
    to: Day,
    evidence: Evidence,
}

/// An owner's own office and pay, and those of kin.
fn ties(facts: &Facts, owner: u32, firm: &str) -> Vec<Tie> {
    let mut ties = service(facts, owner, "本人", firm);
    for kin in facts.lists.kin.of(owner) {
        ties.extend(service(facts, kin.other, &kin.relation, firm));
    }
    ties
}

fn service(facts: &Facts, person: u32, relation: &str, firm: &str) -> Vec<Tie> {
    let name = facts.person(person).map(|p| p.name.to_string()).unwrap_or_default();
    let who = |what: &str| Evidence::new(what).says("姓名", Says::Name(name.clone())).text("与企业负责人关系", relation);
    let cadres = facts.lists.cadres.of(person).iter().map(|row| Tie {
        from: row.from,
        to: row.to,
        evidence: who("村镇干部").text("职务", &row.post).day("起始日期", row.from).from(row.origin),
    });
    // the manager of a state-owned firm or a public body is on the payroll of that very firm
    let payroll = facts.lists.payroll.of(person).iter().filter(|row| payee_key(&row.employer) != payee_key(firm)).map(|row| Tie {
        from: row.from,
        to: row.to,
        evidence: who("财政供养").text("单位", &row.employer).day("起始日期", row.from).from(row.origin),
    });
    cadres.chain(payroll).collect()
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::List;
    use crate::domain::screening::facts::{Cadre, Payroll};
    use crate::domain::screening::sample::Sample;

    const OWNER: &str = "469007197001010011";
    const CADRE: &str = "469007197501010012";

    /// 示例甲公司, owned by 李样甲 since 2015, is paid on 2018-07-01; 王样乙 is in office since 2016.
    fn county() -> Sample {
        let mut s = Sample::new();
        s.stranger("李样甲", OWNER);
        s.stranger("王样乙", CADRE);
        s.owner(OWNER, "示例甲公司", "法定代表人", 20150101);
        s.disbursement("ZF1", "X1", "示例甲公司", 5_000_000, 20180701);
        s
    }

    fn office(s: &mut Sample, id_no: &str, to: i64) {
        let row = Cadre { post: "村支书".into(), from: 20160101, to, ..Cadre::default() };
        s.rows.cadres.push((id_no.into(), row));
    }

    #[test]
    fn an_old_firm_of_nobody_is_innocent_and_without_the_list_nothing_is_checked() {
        assert!(county().hits("U04").is_empty());
        let mut s = county();
        s.rows.companies[0].1.registered = 20180601;
        s.without(List::Companies);
        assert!(s.hits("U04").is_empty());
    }

    #[test]
    fn a_firm_is_new_for_its_days() {
        let mut s = county();
        s.rows.companies[0].1.registered = 20180103; // 179 days
        let found = s.hits("U04");
        assert_eq!((found.len(), found[0].occasion.as_str(), found[0].amount), (1, "新设", 5_000_000));
        let mut s = county();
        s.rows.companies[0].1.registered = 20180102; // 180 days
        assert!(s.hits("U04").is_empty());
    }

    #[test]
    fn the_oldest_of_one_name_decides_and_spelling_does_not() {
        let mut s = county();
        s.owner(CADRE, "示例甲公司", "法定代表人", 20180601);
        assert!(s.hits("U04").is_empty());
        let mut s = county();
        s.rows.companies[0].1.company = "示例 甲公司".into();
        s.rows.companies[0].1.registered = 20180601;
        assert_eq!(s.hits("U04").len(), 1);
    }

    #[test]
    fn an_owner_in_office_or_akin_to_one_is_a_hit() {
        let mut s = county();
        office(&mut s, OWNER, 99991231);
        assert_eq!(s.hits("U04")[0].occasion, "关联");
        for both in [(OWNER, CADRE), (CADRE, OWNER)] {
            let mut s = county();
            office(&mut s, CADRE, 99991231);
            s.rows.kin.push((both.0.into(), both.1.into(), "兄弟".into()));
            assert_eq!(s.hits("U04").len(), 1, "the list names either first");
        }
    }

    #[test]
    fn who_left_office_before_the_payment_manages_only_or_has_closed_the_firm_is_innocent() {
        let mut s = county();
        office(&mut s, OWNER, 20180630);
        assert!(s.hits("U04").is_empty());
        let mut s = county();
        office(&mut s, OWNER, 99991231);
        s.rows.companies[0].1.role = "高管".into();
        assert!(s.hits("U04").is_empty());
        let mut s = county();
        office(&mut s, OWNER, 99991231);
        s.rows.companies[0].1.cancelled = 20180101;
        assert!(s.hits("U04").is_empty());
    }

    #[test]
    fn the_payroll_counts_but_for_the_firms_own() {
        let with = |employer: &str| {
            let mut s = county();
            let row = Payroll { employer: employer.into(), from: 20100101, to: 99991231, ..Payroll::default() };
            s.rows.payroll.push((OWNER.into(), row));
            s.hits("U04").len()
        };
        assert_eq!((with("示例镇财政所"), with("示例甲公司")), (1, 0));
    }

    #[test]
    fn a_village_collective_is_headed_by_its_cadre() {
        let mut s = county();
        office(&mut s, OWNER, 99991231);
        s.rows.companies[0].1.company = "示村股份经济合作社".into();
        (s.last().payee, s.last().payee_kind) = ("示村股份经济合作社".into(), "合作社".into());
        assert!(s.hits("U04").is_empty());
        (s.last().payee, s.last().payee_kind) = ("示例甲公司".into(), "村集体".into());
        assert!(s.hits("U04").is_empty());
    }
}
