//! U08 闲置: money carried over for more than a year, or for more than two, and project money that nobody has touched.

use crate::domain::ledger::Place;
use crate::domain::screening::facts::{Fund, days_between};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use rust_decimal::Decimal;

pub static RULE: Rule = Rule {
    id: "U08",
    name: "闲置",
    version: 1,
    severity: Severity::Note,
    meaning: "指标结转超过一年、两年仍未支出，或项目资金长期没有任何收支。\
              应排除：质保金；已送银行的在途资金；零星余额和完工后的少量结余；同一项目其他资金仍在正常支付；超过两年已收回的。",
    source: "审计署贫困县扶贫审计结果公告（资金闲置一年、两年以上）；预算法第四十二条；财农〔2017〕115号 绩效评价（结转一至两年不超过 2%、两年以上为零）",
    needs: &[],
    params: &[
        Param { name: "one_year", title: "结转后多少天为超过一年", kind: ParamKind::Count, default: "365" },
        Param { name: "two_years", title: "结转后多少天为超过两年", kind: ParamKind::Count, default: "730" },
        Param { name: "project_days", title: "项目资金未动天数", kind: ParamKind::Count, default: "180" },
        Param {
            name: "rest_one_year", title: "结转一至两年的余额不超过指标的多少不提示", kind: ParamKind::Share, default: "0.02"
        },
        Param {
            name: "rest_two_years", title: "结转超过两年的余额不超过指标的多少不提示", kind: ParamKind::Share, default: "0"
        },
        Param {
            name: "project_rest", title: "项目余额不超过计划投资的多少视为结余", kind: ParamKind::Share, default: "0.05"
        },
        Param { name: "least", title: "低于此金额不提示（元）", kind: ParamKind::Yuan, default: "1000" },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    carried_over(facts, params, hits);
    untouched(facts, params, hits);
}

/// The year at whose end the money was first carried over.
fn origin_year(fund: &Fund) -> i64 {
    match (fund.carried_from, fund.carried_over) {
        (0, false) => fund.year,
        (0, true) => fund.year - 1,
        (from, _) => from,
    }
}

/// Whether what is left is no more than a share of the whole.
fn within(left: i64, whole: i64, share: Decimal) -> bool {
    Decimal::from(left) <= Decimal::from(whole) * share
}

fn carried_over(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    // retention waits by contract, and what is at the bank is on its way
    let idle = [Place::Unallocated, Place::Allocated, Place::Reserved, Place::Returned, Place::Moved];
    let (one, two) = (params.count("one_year", facts.as_of), params.count("two_years", facts.as_of));
    for (fund, holding) in facts.holdings(&idle, |_, dim| Some(dim.fund.as_str())) {
        let Some(fund) = facts.fund(fund) else { continue };
        let carried = origin_year(fund) * 10_000 + 1231;
        let (days, left) = (days_between(carried, facts.as_of), holding.balance(facts.as_of));
        if days <= one || left <= 0 || left < params.fen("least", facts.as_of) {
            continue;
        }
        let (how_long, rest) = if days > two { ("结转超过两年", "rest_two_years") } else { ("结转超过一年", "rest_one_year") };
        if within(left, fund.amount, params.share(rest, facts.as_of)) {
            continue;
        }
        let evidence = Evidence::new("指标")
            .text("指标文号", &fund.doc_no)
            .text("资金名称", &fund.name)
            .fen("指标金额", fund.amount)
            .day("首次结转", carried)
            .day("截至", facts.as_of)
            .count("结转后天数", days)
            .fen("未支出", left)
            .text("情形", how_long)
            .from(fund.origin);
        hits.push(Hit::new(Subject::Fund(fund.doc_no.clone())).occasion("结转").amount(left).evidence(evidence));
    }
}

fn project(dim: &crate::domain::screening::facts::Dim) -> Option<&str> {
    (!dim.project.is_empty()).then_some(dim.project.as_str())
}

fn untouched(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    // a payment out of any money of the project is a touch, by whatever place it went
    let touched = facts.holdings(&[Place::Allocated, Place::Moved, Place::PaidPayee, Place::Retention], |_, dim| project(dim));
    let paid = facts.paid_by_project();
    for (code, holding) in facts.holdings(&[Place::Allocated], |_, dim| project(dim)) {
        let left = holding.balance(facts.as_of);
        if left <= 0 || left < params.fen("least", facts.as_of) {
            continue;
        }
        let planned = facts.project(code).map_or(0, |project| project.planned);
        if within(left, planned, params.share("project_rest", facts.as_of)) {
            continue; // saved, not idle
        }
        let payments = paid.get(code).map_or(&[][..], Vec::as_slice);
        let last_paid = payments.last().map_or(0, |at| facts.disbursements[*at as usize].date);
        let last = touched.get(code).map_or(0, |all| all.last_move(facts.as_of)).max(last_paid);
        let days = days_between(last, facts.as_of);
        if days < params.count("project_days", facts.as_of) {
            continue;
        }
        let name = facts.project(code).map_or("", |project| project.name.as_str());
        let mut evidence = Evidence::new("项目资金")
            .text("项目", &format!("{code} {name}"))
            .day("最近一次收支", last)
            .day("截至", facts.as_of)
            .count("未动天数", days)
            .fen("未支付", left);
        if let Some(project) = facts.project(code) {
            evidence = evidence.text("状态", &project.status).from(project.origin);
        }
        hits.push(Hit::new(Subject::Project(code.to_string())).occasion("项目资金").amount(left).evidence(evidence));
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::ledger::Place;
    use crate::domain::screening::sample::Sample;

    /// 10,000 元 of 2018, of which 8,000 元 went to a project on 2018-03-01.
    fn county() -> (Sample, u32) {
        let mut s = Sample::new();
        s.fund("财农1", "省", 1_000_000, 20180201);
        let whole = s.dim("财农1", "", "", "", "");
        let dim = s.dim("财农1", "分1", "108", "X1", "");
        s.moved(Place::Unallocated, whole, 20180201, 1_000_000);
        s.moved(Place::Unallocated, whole, 20180301, -800_000);
        s.moved(Place::Allocated, dim, 20180301, 800_000);
        (s, dim)
    }

    fn occasions(s: &mut Sample) -> Vec<(String, i64)> {
        s.hits("U08").into_iter().map(|hit| (hit.occasion, hit.amount)).collect()
    }

    #[test]
    fn project_money_is_idle_after_its_days() {
        let (mut s, _) = county();
        s.as_of(20180827); // 179 days
        assert!(s.hits("U08").is_empty());
        s.as_of(20180828);
        assert_eq!(occasions(&mut s), [("项目资金".to_string(), 800_000)]);
    }

    #[test]
    fn any_payment_of_the_project_touches_it_and_a_trifle_is_no_matter() {
        let (mut s, dim) = county();
        s.moved(Place::Allocated, dim, 20180801, -100_000);
        assert!(s.hits("U08").is_empty());
        let (mut s, _) = county();
        let other = s.dim("财农2", "分2", "108", "X1", "");
        s.moved(Place::PaidPayee, other, 20181101, 50_000);
        assert!(s.hits("U08").is_empty(), "paid out of other money");
        let (mut s, dim) = county();
        s.moved(Place::Allocated, dim, 20180401, -700_001);
        assert!(s.hits("U08").is_empty(), "999.99 元 left");
    }

    #[test]
    fn carried_over_is_told_after_a_year_and_again_after_two() {
        let (mut s, dim) = county();
        s.moved(Place::Allocated, dim, 20180401, -800_000);
        s.as_of(20191231); // 365 days after the year's end
        assert!(s.hits("U08").is_empty());
        s.as_of(20200101);
        assert_eq!(occasions(&mut s), [("结转".to_string(), 200_000)]);
        let line = |s: &mut Sample| s.hits("U08")[0].evidence[0].line(true);
        assert!(line(&mut s).contains("超过一年"));
        s.as_of(20210101);
        assert!(line(&mut s).contains("超过两年"));
    }

    #[test]
    fn a_small_rest_is_told_only_after_two_years() {
        let (mut s, dim) = county();
        s.moved(Place::Allocated, dim, 20180401, -800_000);
        s.facts.funds[0].amount = 10_000_000; // 2,000 元 of 100,000
        s.as_of(20200101);
        assert!(s.hits("U08").is_empty());
        s.as_of(20210101);
        assert_eq!(s.hits("U08").len(), 1);
    }

    #[test]
    fn what_a_project_saved_is_not_idle() {
        let (mut s, _) = county();
        s.project("X1", 16_000_000); // 8,000 元 of 160,000
        assert!(s.hits("U08").is_empty());
        s.facts.projects[0].planned -= 1;
        assert_eq!(s.hits("U08").len(), 1);
    }

    #[test]
    fn money_carried_into_the_book_is_as_old_as_it_says() {
        let (mut s, dim) = county();
        s.moved(Place::Allocated, dim, 20180401, -800_000);
        s.as_of(20190102);
        assert!(s.hits("U08").is_empty());
        s.facts.funds[0].carried_from = 2017;
        assert_eq!(s.hits("U08").len(), 1);
    }

    #[test]
    fn retention_and_money_at_the_bank_are_not_idle() {
        let mut s = Sample::new();
        s.fund("财农1", "省", 1_000_000, 20180201);
        let dim = s.dim("财农1", "分1", "108", "X1", "");
        s.moved(Place::Retention, dim, 20180301, 500_000);
        s.moved(Place::InTransit, dim, 20180301, 500_000);
        s.as_of(20201231);
        assert!(s.hits("U08").is_empty());
    }
}
