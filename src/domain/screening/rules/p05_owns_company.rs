//! P05 办有企业: the payee was legal representative, shareholder or manager of a firm in the period.

use crate::domain::screening::facts::{Batch, Company, Payment, payee};
use crate::domain::screening::{Facts, Hit, Hits, List, Param, ParamKind, Params, Pass, Rule, Severity, Subject};

pub static RULE: Rule = Rule {
    id: "P05",
    name: "办有企业",
    version: 1,
    severity: Severity::Hold,
    meaning: "领款人在所属期内是企业的法定代表人、股东或高管，注册资本达到限额。应排除：合作社社员、集体经济组织成员；\
              限额以下的个体摊点；已注销；未登记注册资本的不判。",
    source: "审计署贫困县扶贫审计结果公告（办有企业的人员纳入建档立卡）；东发〔2018〕14号 信息比对",
    needs: &[List::Companies],
    params: &[
        Param { name: "capital", title: "注册资本下限（元）", kind: ParamKind::Yuan, default: "100000" },
        Param { name: "roles", title: "算作办企业的角色", kind: ParamKind::Words, default: "法定代表人;股东;高管" },
        Param {
            name: "membership",
            title: "只作社员参加的组织（名称中的字，法定代表人除外）",
            kind: ParamKind::Words,
            default: "合作社;互助社",
        },
        Param {
            name: "collective",
            title: "集体经济组织（名称中的字）",
            kind: ParamKind::Words,
            default: "经济合作社;经济联合社;经济联合总社",
        },
    ],
    pass: Pass::Lines,
    find,
};

/// The parameters on the day of a batch.
struct Limits<'a> {
    capital: i64,
    roles: &'a [String],
    membership: &'a [String],
    collective: &'a [String],
}

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let limits = payee::by_batch(facts, |batch| Limits {
        capital: params.fen("capital", batch.made),
        roles: params.words("roles", batch.made),
        membership: params.words("membership", batch.made),
        collective: params.words("collective", batch.made),
    });
    let counts = |row: &Company, payment: &Payment, batch: &Batch| owned(row, batch) && is_firm(row, &limits[payment.batch as usize]);
    for person in facts.lists.companies.owners().filter(|owner| facts.is_registered(*owner)) {
        if facts.payment_range(person).is_empty() {
            continue;
        }
        let rows = facts.lists.companies.of(person);
        let lines = payee::lines(facts, person, |payment, batch| rows.iter().any(|row| counts(row, payment, batch)));
        if lines.is_empty() {
            continue;
        }
        let mut hit = Hit::new(Subject::Person(person)).evidence(facts.person_evidence(person));
        for row in rows {
            if payee::any_line(facts, &lines, |payment, batch| counts(row, payment, batch)) {
                let listed = payee::row_of(facts, "工商登记", person).text("企业", &row.company).text("角色", &row.role);
                let listed = listed.text("统一社会信用代码", &row.uscc).fen("注册资本", row.capital.unwrap_or(0));
                let listed = listed.day("登记日期", row.registered).day("注销日期", row.cancelled);
                hit = hit.evidence(listed.from(row.origin));
            }
        }
        hits.push(hit.payments(facts, lines));
    }
}

/// Registered before or in the period, and not cancelled before it.
fn owned(row: &Company, batch: &Batch) -> bool {
    payee::touches(batch, row.registered, row.cancelled)
}

/// Large enough, in a role that counts, and no co-op of which one is a mere member.
fn is_firm(row: &Company, limits: &Limits<'_>) -> bool {
    let member = payee::says_one_of(&row.company, limits.membership) && row.role != "法定代表人";
    row.capital.is_some_and(|capital| capital >= limits.capital)
        && limits.roles.contains(&row.role)
        && !member
        && !payee::says_one_of(&row.company, limits.collective)
}

#[cfg(test)]
mod tests {
    use crate::domain::screening::facts::Company;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    fn hits(change: impl FnOnce(&mut Company)) -> usize {
        let mut s = Sample::new();
        s.person("H1", "王示甲", ID);
        s.program("DB", "月", 30_000);
        s.batch("B", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        let mut row = Company {
            company: "样板商贸有限公司".into(),
            role: "股东".into(),
            capital: Some(10_000_000),
            registered: 20150101,
            cancelled: 99991231,
            ..Company::default()
        };
        change(&mut row);
        s.rows.companies.push((ID.to_string(), row));
        s.hits("P05").len()
    }

    #[test]
    fn an_owner_in_the_period_is_found_from_the_limit_on() {
        assert_eq!(hits(|_| ()), 1);
        assert_eq!(hits(|row| row.role = "高管".into()), 1);
        assert_eq!(hits(|row| row.registered = 20180331), 1, "in the period");
        assert_eq!(hits(|row| row.cancelled = 20180301), 1, "cancelled in it");
    }

    #[test]
    fn stalls_members_and_other_times_are_innocent() {
        assert_eq!(hits(|row| row.capital = Some(9_999_999)), 0, "below the limit");
        assert_eq!(hits(|row| row.capital = None), 0, "not known");
        assert_eq!(hits(|row| row.cancelled = 20180228), 0, "cancelled before");
        assert_eq!(hits(|row| row.registered = 20180401), 0, "registered later");
        assert_eq!(hits(|row| row.company = "样板山羊养殖农民专业合作社".into()), 0, "a member of a co-op");
        assert_eq!(hits(|row| (row.company, row.role) = ("示一村股份经济合作社".into(), "法定代表人".into())), 0);
        assert_eq!(hits(|row| row.role = "监事".into()), 0);
    }

    #[test]
    fn who_leads_a_co_op_is_no_mere_member() {
        assert_eq!(hits(|row| (row.company, row.role) = ("样板养殖专业合作社".into(), "法定代表人".into())), 1);
    }
}
