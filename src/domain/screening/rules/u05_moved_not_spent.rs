//! U05 以拨代支: money was moved to a unit or township, booked as spent there, and lies in its account.

use crate::domain::ledger::Place;
use crate::domain::screening::facts::{add_days, days_between};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use std::collections::BTreeMap;

pub static RULE: Rule = Rule {
    id: "U05",
    name: "以拨代支",
    version: 1,
    severity: Severity::Note,
    meaning: "资金拨到单位或乡镇后久未付给最终收款人（按单位和指标先进先出计算停留天数）。\
              应排除：已转付或退回但尚未录入；刚拨付的资金；按规定预留的质保金。",
    source: "重庆市财政局扶贫资金支出进度通报口径（2019-07，拨到单位、乡镇未实际支付的不算支出）；财农〔2017〕8号",
    needs: &[],
    params: &[
        Param { name: "days", title: "停留多少天", kind: ParamKind::Count, default: "60" },
        Param { name: "least", title: "低于此金额不提示（元）", kind: ParamKind::Yuan, default: "0" },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let days = params.count("days", facts.as_of);
    let since = add_days(facts.as_of, -days);
    let moves = moves(facts);
    let held = facts.holdings(&[Place::Moved], |_, dim| Some((dim.unit.as_str(), dim.fund.as_str())));
    for ((unit, fund), holding) in held {
        let old: Vec<_> = holding.layers(facts.as_of).into_iter().filter(|layer| layer.since <= since).collect();
        let sum: i64 = old.iter().map(|layer| layer.amount).sum();
        if sum <= 0 || sum < params.fen("least", facts.as_of) {
            continue;
        }
        let mut hit = Hit::new(Subject::Unit(unit.to_string())).occasion(fund).evidence(
            Evidence::new("已拨单位未支出")
                .text("单位", facts.unit_name(unit))
                .text("指标", fund)
                .day("截至", facts.as_of)
                .fen("单位现存", holding.balance(facts.as_of))
                .fen("其中超期", sum),
        );
        let dates: Vec<i64> = old.iter().map(|layer| layer.since).collect();
        for layer in old {
            let stay = days_between(layer.since, facts.as_of);
            hit = hit.evidence(
                Evidence::new("拨付")
                    .day("拨付日期", layer.since)
                    .fen("未转付", layer.amount)
                    .count("停留天数", stay)
                    .count("限额天数", days),
            );
        }
        let of_fund = moves.get(&(unit, fund)).into_iter().flatten().copied();
        let of_layers = of_fund.filter(|at| dates.contains(&facts.disbursements[*at as usize].date));
        hits.push(of_layers.fold(hit, |hit, at| hit.disbursement(facts, at)).amount(sum));
    }
}

/// Payments that moved money to a unit, by unit and fund.
fn moves(facts: &Facts) -> BTreeMap<(&str, &str), Vec<u32>> {
    let mut found: BTreeMap<(&str, &str), Vec<u32>> = BTreeMap::new();
    for (at, paid) in facts.disbursements.iter().enumerate().filter(|(_, paid)| paid.event == "move") {
        for dim in paid.slices.iter().filter_map(|slice| facts.dims.get(slice.dim as usize)) {
            let list = found.entry((dim.unit.as_str(), dim.fund.as_str())).or_default();
            if list.last() != Some(&(at as u32)) {
                list.push(at as u32);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::domain::ledger::Place;
    use crate::domain::screening::Subject;
    use crate::domain::screening::facts::Slice;
    use crate::domain::screening::sample::Sample;

    /// 100 元 moved to the township on 2018-03-01, and 50 元 on 2018-06-01.
    fn county() -> (Sample, u32) {
        let mut s = Sample::new();
        let dim = s.dim("财农1", "分1", "205", "X1", "");
        for (doc, day, amount) in [("ZF1", 20180301, 10_000), ("ZF2", 20180601, 5_000)] {
            s.moved(Place::Moved, dim, day, amount);
            let paid = s.disbursement(doc, "X1", "示镇人民政府", amount, day);
            (paid.unit, paid.event, paid.slices) = ("205".into(), "move".into(), vec![Slice { dim, amount }]);
        }
        (s, dim)
    }

    #[test]
    fn money_is_old_on_the_sixtieth_day() {
        let (mut s, _) = county();
        s.as_of(20180429); // 59 days
        assert!(s.hits("U05").is_empty());
        s.as_of(20180430);
        let found = s.hits("U05");
        assert_eq!((found.len(), found[0].amount, &found[0].disbursements[..]), (1, 10_000, &[0][..]));
        assert_eq!((&found[0].subject, found[0].occasion.as_str()), (&Subject::Unit("205".into()), "财农1"));
    }

    #[test]
    fn what_came_first_is_paid_on_first() {
        let (mut s, dim) = county();
        s.moved(Place::Moved, dim, 20180610, -10_000);
        s.as_of(20180701);
        assert!(s.hits("U05").is_empty(), "what is left came 30 days ago");
        s.as_of(20180731);
        assert_eq!(s.hits("U05")[0].amount, 5_000);
    }

    #[test]
    fn money_paid_on_or_given_back_or_of_another_fund_does_not_mix() {
        let (mut s, dim) = county();
        s.moved(Place::Moved, dim, 20180702, -15_000);
        assert!(s.hits("U05").is_empty());
        let other = s.dim("财农2", "分2", "205", "X1", "");
        s.moved(Place::Moved, other, 20180801, 7_000);
        assert_eq!(s.hits("U05")[0].occasion, "财农2");
    }

    #[test]
    fn money_not_moved_and_retention_are_no_matter() {
        let mut s = Sample::new();
        let dim = s.dim("财农1", "分1", "205", "X1", "");
        s.moved(Place::Allocated, dim, 20180301, 10_000);
        s.moved(Place::Retention, dim, 20180301, 10_000);
        assert!(s.hits("U05").is_empty());
    }
}
