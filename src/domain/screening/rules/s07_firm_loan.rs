//! S07 户贷企用: a household's small loan that a firm uses, or that ends where other households' loans end.

use crate::domain::screening::facts::Loan;
use crate::domain::screening::{Evidence, Facts, Hit, Hits, List, NONE, Param, ParamKind, Params, Pass, Rule, Says, Severity, Subject};
use std::collections::{BTreeSet, HashMap, HashSet};

pub static RULE: Rule = Rule {
    id: "S07",
    name: "户贷企用",
    version: 1,
    severity: Severity::Hold,
    meaning: "扶贫小额信贷的用款单位或收款账户是企业，或多户贷款进入同一账户。应排除：同一户共用账户；家庭农场、个体户自用；经公告的受托支付账户（设为参数）。",
    source: "东发〔2018〕14号（坚持户借、户还，避免“户贷企用”）；审计署扶贫审计结果公告（58县22.12亿元贷款贴息违规使用）",
    needs: &[List::Loans],
    params: &[
        Param { name: "households", title: "同一账户的贷款户数达到", kind: ParamKind::Count, default: "3" },
        Param {
            name: "firms", title: "企业名称（词）", kind: ParamKind::Words, default: "公司;企业;集团;有限责任;股份"
        },
        Param { name: "not_firms", title: "不算企业的用款单位（词）", kind: ParamKind::Words, default: "家庭农场;个体" },
        Param { name: "exempt_accounts", title: "经公告的受托支付账户（账号）", kind: ParamKind::Words, default: "" },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let loans = || facts.lists.loans.owners().flat_map(|person| facts.lists.loans.of(person).iter().map(move |loan| (person, loan)));
    let mut households: HashMap<&str, BTreeSet<(u32, u32)>> = HashMap::new();
    for (person, loan) in loans().filter(|(_, loan)| !loan.account.is_empty()) {
        households.entry(&loan.account).or_default().insert(household(facts, person));
    }
    let firms = firm_accounts(facts);
    for person in facts.lists.loans.owners() {
        let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
        let mut amount = 0;
        for loan in facts.lists.loans.of(person) {
            let why = reasons(params, loan, &firms, households.get(loan.account.as_str()).map_or(0, BTreeSet::len) as i64);
            if !why.is_empty() {
                amount += loan.amount;
                hit = hit.evidence(row(loan).text("疑点", &why.join("；")).from(loan.origin));
            }
        }
        if amount > 0 {
            hits.push(hit.amount(amount));
        }
    }
}

/// The household of a borrower; people without one stand for themselves.
fn household(facts: &Facts, person: u32) -> (u32, u32) {
    match facts.person(person).map_or(NONE, |known| known.household) {
        NONE => (NONE, person),
        household => (household, 0),
    }
}

/// Accounts of firms: those of units, and of builders and suppliers paid by projects.
fn firm_accounts(facts: &Facts) -> HashSet<&str> {
    let units = facts.units.iter().filter(|unit| unit.kind == "企业").map(|unit| unit.account.as_str());
    let payees = facts.disbursements.iter().filter(|paid| matches!(paid.payee_kind.as_str(), "施工单位" | "供应商"));
    units.chain(payees.map(|paid| paid.account.as_str())).filter(|account| !account.is_empty()).collect()
}

fn reasons(params: &Params<'_>, loan: &Loan, firms: &HashSet<&str>, households: i64) -> Vec<String> {
    let day = loan.issued;
    let has = |list: &str| params.words(list, day).iter().any(|word| loan.borrower.contains(word.as_str()));
    let exempt = params.words("exempt_accounts", day).contains(&loan.account);
    let mut why = Vec::new();
    if has("firms") && !has("not_firms") {
        why.push("用款单位是企业".to_string());
    }
    if firms.contains(loan.account.as_str()) && !exempt {
        why.push("收款账户属于企业".to_string());
    }
    if households >= params.count("households", day).max(2) && !exempt {
        why.push(format!("{households} 户的贷款进入同一账户"));
    }
    why
}

fn row(loan: &Loan) -> Evidence {
    Evidence::new("小额信贷名单")
        .fen("金额", loan.amount)
        .day("放款日期", loan.issued)
        .says("收款账号", Says::Account(loan.account.clone()))
        .text("用款单位", &loan.borrower)
        .text("用途", &loan.purpose)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::{Loan, Unit};
    use crate::domain::screening::sample::Sample;

    const IDS: [&str; 4] = ["469007196001010011", "469007196101010022", "469007196201010033", "469007196301010044"];

    /// Three households; the last two people are of one.
    fn county() -> Sample {
        let mut s = Sample::new();
        for (id, household) in IDS.iter().zip(["H1", "H2", "H3", "H3"]) {
            s.person(household, "王示甲", id);
        }
        s
    }

    fn loan(s: &mut Sample, id: &str, account: &str, borrower: &str) {
        let loan = Loan { amount: 3_000_000, issued: 20180312, account: account.into(), borrower: borrower.into(), ..Loan::default() };
        s.rows.loans.push((id.to_string(), loan));
    }

    #[test]
    fn a_loan_to_the_own_card_for_the_own_field() {
        let mut s = county();
        for id in IDS {
            loan(&mut s, id, &format!("62{id}"), "");
        }
        loan(&mut s, IDS[0], "6217", "示样家庭农场有限公司");
        loan(&mut s, IDS[1], "6218", "示样合作社");
        assert!(s.hits("S07").is_empty());
    }

    #[test]
    fn a_firm_uses_it() {
        let mut s = county();
        loan(&mut s, IDS[0], "6217", "东方示样农业有限公司");
        let found = s.hits("S07");
        assert_eq!((found.len(), found[0].amount), (1, 3_000_000));
    }

    #[test]
    fn it_goes_to_an_account_of_a_firm() {
        let mut s = county();
        loan(&mut s, IDS[0], "460100", "");
        loan(&mut s, IDS[1], "460200", "");
        s.facts.units.push(Unit { kind: "企业".into(), account: "460100".into(), ..Unit::default() });
        s.disbursement("ZF1", "X1", "示样建筑公司", 100, 20180501).account = "460200".into();
        assert_eq!(s.hits("S07").len(), 2);
        assert_eq!(s.hits_with("S07", &[("screen.S07.exempt_accounts", "460100;460200")]).len(), 0);
    }

    #[test]
    fn three_households_in_one_account_and_a_couple_is_one_household() {
        for (borrowers, hits) in [(&IDS[1..], 0), (&IDS[..], 4)] {
            let mut s = county();
            for id in borrowers {
                loan(&mut s, id, "6217", "");
            }
            assert_eq!(s.hits("S07").len(), hits, "every loan that ended there");
        }
    }
}
