//! U09 下达超期: money of the upper levels that was not handed out within its days. Late from the first day after them, and
//! still told when it was handed out later.

use crate::domain::ledger::Place;
use crate::domain::screening::facts::{add_days, days_between};
use crate::domain::screening::{Evidence, Facts, Hit, Hits, Param, ParamKind, Params, Pass, Rule, Severity, Subject};
use rust_decimal::Decimal;

pub static RULE: Rule = Rule {
    id: "U09",
    name: "下达超期",
    version: 1,
    severity: Severity::Note,
    meaning: "上级指标收文后未在规定天数内分配下达（含之后才下达的部分）。\
              应排除：县级自有资金；上年结转转入的指标；分配后的零星余额；期限内已下达、以后又调减收回待重新安排的资金；期限内上级收回的部分。",
    source: "预算法第五十二条；中央对地方专项转移支付管理办法第十九条；财农〔2017〕8号",
    needs: &[],
    params: &[
        Param { name: "days", title: "收文后应下达的天数", kind: ParamKind::Count, default: "30" },
        Param { name: "levels", title: "适用的资金级次", kind: ParamKind::Words, default: "中央;省;市" },
        Param { name: "rest", title: "余额不超过指标的多少视为已下达", kind: ParamKind::Share, default: "0.01" },
    ],
    pass: Pass::Book,
    find,
};

fn find(facts: &Facts, params: &Params<'_>, hits: &mut Hits<'_>) {
    let unallocated = facts.holdings(&[Place::Unallocated], |_, dim| dim.allocation.is_empty().then_some(dim.fund.as_str()));
    for fund in facts.funds.iter().filter(|fund| !fund.carried_over) {
        let due = add_days(fund.received, params.count("days", fund.received));
        let Some(holding) = unallocated.get(fund.doc_no.as_str()) else { continue };
        if facts.as_of <= due || !params.words("levels", fund.received).contains(&fund.level) {
            continue;
        }
        let first_in = |day| holding.layers(day).into_iter().filter(|layer| layer.since <= fund.received).map(|layer| layer.amount).sum();
        let late: i64 = first_in(due);
        // hundreds of yuan left over when the rest was shared out are no delay
        if late <= 0 || Decimal::from(late) <= Decimal::from(fund.amount) * params.share("rest", fund.received) {
            continue;
        }
        let left: i64 = first_in(facts.as_of);
        let mut evidence = Evidence::new("指标")
            .text("指标文号", &fund.doc_no)
            .text("级次", &fund.level)
            .fen("指标金额", fund.amount)
            .day("收文日期", fund.received)
            .day("应下达期限", due)
            .fen("到期未下达", late)
            .from(fund.origin);
        evidence = if left > 0 {
            evidence.fen("至今未下达", left).count("已超期天数", days_between(due, facts.as_of))
        } else {
            evidence.text("至今未下达", "无（超期后下达或收回）")
        };
        let mut hit = Hit::new(Subject::Fund(fund.doc_no.clone())).amount(late).evidence(evidence);
        for act in facts.allocation_acts.iter().filter(|act| act.fund == fund.doc_no && act.kind == "下达" && act.date > due) {
            let row = Evidence::new("超期下达").text("分配文号", &act.doc_no).day("日期", act.date).fen("金额", act.amount);
            hit = hit.voucher(act.voucher).evidence(row.count("超期天数", days_between(due, act.date)).from(act.origin));
        }
        hits.push(hit);
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::ledger::Place;
    use crate::domain::screening::sample::Sample;

    /// 1,000 元 received on 2018-03-01: to be handed out by 2018-03-31.
    fn county() -> (Sample, u32) {
        let mut s = Sample::new();
        s.fund("财农1", "中央", 100_000, 20180301);
        let dim = s.dim("财农1", "", "", "", "");
        s.moved(Place::Unallocated, dim, 20180301, 100_000);
        (s, dim)
    }

    #[test]
    fn it_is_late_from_the_first_day() {
        let (mut s, _) = county();
        s.as_of(20180331);
        assert!(s.hits("U09").is_empty());
        s.as_of(20180401);
        assert_eq!(s.hits("U09")[0].amount, 100_000);
    }

    #[test]
    fn the_last_day_is_in_time_and_the_next_stays_late() {
        let (mut s, dim) = county();
        s.moved(Place::Unallocated, dim, 20180331, -100_000);
        assert!(s.hits("U09").is_empty());
        let (mut s, dim) = county();
        s.moved(Place::Unallocated, dim, 20180331, -60_000);
        s.moved(Place::Unallocated, dim, 20180401, -40_000);
        assert_eq!(s.hits("U09")[0].amount, 40_000);
    }

    #[test]
    fn a_hundredth_left_over_is_no_delay() {
        let (mut s, dim) = county();
        s.moved(Place::Unallocated, dim, 20180310, -99_000);
        assert!(s.hits("U09").is_empty());
        s.facts.places[1].credit = 98_999;
        assert_eq!(s.hits("U09")[0].amount, 1_001);
        s.facts.places[1].credit = 99_000;
        assert_eq!(s.hits_with("U09", &[("screen.U09.rest", "0")]).len(), 1);
    }

    #[test]
    fn own_money_and_money_carried_over_have_no_such_days() {
        let (mut s, _) = county();
        s.facts.funds[0].level = "县".into();
        assert!(s.hits("U09").is_empty());
        let (mut s, _) = county();
        s.facts.funds[0].carried_over = true;
        assert!(s.hits("U09").is_empty());
    }

    #[test]
    fn money_taken_down_again_was_in_time() {
        let (mut s, dim) = county();
        s.moved(Place::Unallocated, dim, 20180310, -100_000);
        s.moved(Place::Unallocated, dim, 20180320, 30_000);
        assert!(s.hits("U09").is_empty());
    }

    #[test]
    fn the_days_are_those_of_the_receipt() {
        let (mut s, _) = county();
        s.as_of(20180420);
        assert!(s.hits_with("U09", &[("screen.U09.days", "60")]).is_empty());
    }
}
