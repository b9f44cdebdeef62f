//! U12 串用科目、跨级混用: money of a fund went to a use that the fund's function does not allow. Which uses a function
//! allows is data (fund_use), read as the entry of allocations reads it: the longest matching prefix counts, and a function
//! without rows allows any. An allocation to a unit without a project is not checked at entry; here its payments are.

use crate::domain::ledger::Place;
use crate::domain::screening::facts::{Day, Fund};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Params, Pass, Rule, Severity, Subject};
use std::collections::{BTreeMap, BTreeSet};

pub static RULE: Rule = Rule {
    id: "U12",
    name: "串用科目、跨级混用",
    version: 1,
    severity: Severity::Block,
    meaning: "支付的项目类型或补贴不在资金来源指标功能科目允许的用途之内。\
              应排除：未限定用途的科目；支付当日允许、以后才收紧的用途；已经批准统筹整合、功能科目未及调整的资金；已全额退回。",
    source: "财农〔2017〕8号（专款专用）；预算法第六十三条；政府收支分类科目",
    needs: &[],
    params: &[],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, _: &Params<'_>, hits: &mut Hits<'_>) {
    project_payments(facts, hits);
    batches(facts, hits);
}

/// The uses that a function allows on a day; nothing where any is allowed.
fn allowed(facts: &Facts, function: &str, day: Day) -> Vec<String> {
    let rows = || facts.fund_uses.iter().filter(|(prefix, _, from)| *from <= day && function.starts_with(prefix.as_str()));
    let Some(longest) = rows().map(|(prefix, _, _)| prefix.len()).max() else { return Vec::new() };
    rows().filter(|(prefix, _, _)| prefix.len() == longest).map(|(_, kind, _)| kind.clone()).collect()
}

/// The uses allowed, if `kind` is not one of them.
fn refused(facts: &Facts, fund: &Fund, kind: &str, day: Day) -> Option<String> {
    let allowed = allowed(facts, &fund.function, day);
    if allowed.is_empty() || allowed.iter().any(|known| known == kind) {
        return None;
    }
    let named: Vec<String> = allowed.into_iter().filter(|known| known != "无").collect();
    Some(if named.is_empty() { "不得用于项目和补贴".to_string() } else { named.join("、") })
}

fn evidence(fund: &Fund, used: &str, only: &str, day: Day) -> Evidence {
    Evidence::new("指标")
        .text("指标文号", &fund.doc_no)
        .text("资金名称", &fund.name)
        .text("级次", &fund.level)
        .text("功能科目", &fund.function)
        .text("允许用途", only)
        .text("实际用途", used)
        .day("判断日期", day)
        .from(fund.origin)
}

fn project_payments(facts: &Facts, hits: &mut Hits<'_>) {
    for (at, paid) in facts.disbursements.iter().enumerate() {
        let Some(project) = facts.project(&paid.project).filter(|_| paid.still_paid() > 0) else { continue };
        let mut wrong: BTreeMap<&str, (&Fund, String, i64)> = BTreeMap::new();
        for slice in &paid.slices {
            let fund = facts.dims.get(slice.dim as usize).and_then(|dim| facts.fund(&dim.fund));
            if let Some(fund) = fund
                && let Some(only) = refused(facts, fund, &project.kind, paid.date)
            {
                wrong.entry(&fund.doc_no).or_insert((fund, only, 0)).2 += slice.amount;
            }
        }
        if wrong.is_empty() {
            continue;
        }
        let sum: i64 = wrong.values().map(|(_, _, amount)| amount).sum();
        let at = at as u32;
        let mut hit = Hit::new(Subject::Disbursement(at)).disbursement(facts, at);
        for (fund, only, amount) in wrong.into_values() {
            let used = format!("{}项目 {} {}", project.kind, project.code, project.name);
            hit = hit.evidence(evidence(fund, &used, &only, paid.date).fen("金额", amount));
        }
        hits.push(hit.amount(sum.min(paid.still_paid())));
    }
}

/// Allocations by document, unit and programme: the funds behind them.
type Behind<'a> = BTreeMap<(&'a str, &'a str, &'a str), BTreeSet<&'a str>>;

fn batches(facts: &Facts, hits: &mut Hits<'_>) {
    // a batch may draw on any set of its allocation; it did draw on one out of which money was reserved
    let mut behind: Behind<'_> = BTreeMap::new();
    let reserved: BTreeSet<u32> =
        facts.places.iter().filter(|row| row.place == Place::Reserved && row.debit > 0).map(|row| row.dim).collect();
    for dim in reserved.into_iter().filter_map(|at| facts.dims.get(at as usize)) {
        behind.entry((&dim.allocation, &dim.unit, &dim.program)).or_default().insert(&dim.fund);
    }
    let mut wrong: BTreeMap<u32, (Vec<Evidence>, Vec<u32>, i64)> = BTreeMap::new();
    for (at, batch) in facts.batches.iter().enumerate() {
        let funds = |program| behind.get(&(batch.allocation.as_str(), batch.unit.as_str(), program));
        let found = funds(batch.program.as_str()).or_else(|| funds(""));
        let rows: Vec<Evidence> = found
            .into_iter()
            .flatten()
            .filter_map(|doc| facts.fund(doc))
            .filter_map(|fund| refused(facts, fund, "补贴", batch.made).map(|only| evidence(fund, "补贴", &only, batch.made)))
            .collect();
        if !rows.is_empty() {
            wrong.insert(at as u32, (rows, Vec::new(), 0));
        }
    }
    if wrong.is_empty() {
        return;
    }
    for (at, payment) in facts.payments.iter().enumerate() {
        if let Some((_, lines, sum)) = wrong.get_mut(&payment.batch)
            && payment.kept() > 0
        {
            lines.push(at as u32);
            *sum += payment.kept();
        }
    }
    for (at, (rows, lines, sum)) in wrong.into_iter().filter(|(_, (_, lines, _))| !lines.is_empty()) {
        let batch = &facts.batches[at as usize];
        let list = Evidence::new("发放清册")
            .text("批次", &batch.code)
            .text("政策", &batch.program)
            .text("分配文号", &batch.allocation)
            .count("笔数", lines.len() as i64)
            .fen("金额", sum);
        let mut hit = rows.into_iter().fold(Hit::new(Subject::Batch(at)).evidence(list), Hit::evidence).voucher(batch.voucher).amount(sum);
        hit.payments = lines;
        hits.push(hit);
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::ledger::Place;
    use crate::domain::screening::Subject;
    use crate::domain::screening::facts::Slice;
    use crate::domain::screening::sample::Sample;

    const ID: &str = "469007196001010011";

    /// An industry fund (2130507) given to unit 108 without a project, of which it pays a road.
    fn county() -> Sample {
        let mut s = Sample::new();
        let uses = [("2050", "教育"), ("2050", "补贴"), ("2130507", "产业"), ("2130507", "补贴"), ("2130501", "无")];
        s.facts.fund_uses = uses.map(|(prefix, kind)| (prefix.to_string(), kind.to_string(), 20180101)).to_vec();
        s.fund("财农1", "省", 100_000_000, 20180201).function = "2130507".into();
        let dim = s.dim("财农1", "东财〔2018〕2号", "108", "", "");
        s.project("X1", 100_000_000);
        s.disbursement("ZF1", "X1", "示例甲公司", 5_000_000, 20180701).slices = vec![Slice { dim, amount: 5_000_000 }];
        s
    }

    #[test]
    fn a_road_is_no_industry() {
        let found = county().hits("U12");
        assert_eq!((found.len(), found[0].amount), (1, 5_000_000));
    }

    #[test]
    fn an_allowed_kind_a_function_without_limits_and_money_given_back_are_innocent() {
        for change in 0..4 {
            let mut s = county();
            match change {
                0 => s.facts.projects[0].kind = "产业".into(),
                1 => s.facts.funds[0].function = "2130504".into(),
                2 => s.last().refunded = 5_000_000,
                _ => s.last().date = 20171231, // before the list was in force
            }
            assert!(s.hits("U12").is_empty(), "{change}");
        }
    }

    #[test]
    fn the_longest_prefix_decides() {
        let mut s = county();
        s.facts.fund_uses.push(("213".into(), "产业".into(), 20180101));
        s.facts.fund_uses.push(("2130507".into(), "基础设施".into(), 20180101));
        assert!(s.hits("U12").is_empty());
        s.facts.funds[0].function = "2130504".into();
        assert_eq!(s.hits("U12").len(), 1, "213 alone fits now");
    }

    #[test]
    fn a_function_of_none_allows_nothing() {
        let mut s = county();
        s.facts.funds[0].function = "2130501".into();
        s.facts.projects[0].kind = "产业".into();
        assert!(s.hits("U12")[0].evidence[1].line(true).contains("不得用于"));
    }

    #[test]
    fn only_the_part_out_of_the_wrong_fund_counts() {
        let mut s = county();
        s.fund("财农2", "省", 100_000_000, 20180201);
        let other = s.dim("财农2", "东财〔2018〕2号", "108", "", "");
        s.last().slices = vec![Slice { dim: 0, amount: 2_000_000 }, Slice { dim: other, amount: 3_000_000 }];
        assert_eq!(s.hits("U12")[0].amount, 2_000_000);
    }

    fn batch(function: &str) -> Sample {
        let mut s = county();
        s.facts.disbursements.clear();
        s.facts.funds[0].function = function.into();
        s.person("H1", "王示甲", ID);
        s.program("DB", "月", 30_000);
        s.batch("B1", "DB", 201803, 201803);
        s.paid(ID, 30_000);
        let dim = s.dim("财农1", "东财〔2018〕1号", "201", "", "DB");
        s.moved(Place::Reserved, dim, 20180328, 30_000);
        s
    }

    #[test]
    fn a_subsidy_out_of_office_money_is_a_hit_and_out_of_industry_money_is_not() {
        assert!(batch("2130507").hits("U12").is_empty());
        let found = batch("2130501").hits("U12");
        assert_eq!((found.len(), &found[0].subject, found[0].amount), (1, &Subject::Batch(0), 30_000));
        let mut s = batch("2130501");
        s.refunded(30_000);
        assert!(s.hits("U12").is_empty(), "it came back");
    }

    #[test]
    fn another_fund_of_the_same_document_that_was_not_drawn_on_is_no_matter() {
        let mut s = batch("2130507");
        s.fund("财农2", "省", 100_000_000, 20180201).function = "2130501".into();
        s.dim("财农2", "东财〔2018〕1号", "201", "", "DB");
        assert!(s.hits("U12").is_empty());
    }
}
